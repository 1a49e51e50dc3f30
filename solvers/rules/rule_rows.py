"""A decision rule as integer rows of a linear programme.

With binaries y_i (for) and n_i (against), y_i + n_i <= 1, who is there and neither abstains. One
binary per branch of an OR says that the branch is the one that is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule
from solvers.rules.votes import ABSENT

if TYPE_CHECKING:
    from solvers.programmes.programme import Programme

__all__ = ["RuleRow", "RuleRows", "rule_rows", "vote_variables"]


@dataclass(frozen=True)
class RuleRow:
    """One row: sum of y_i, n_i and branch binaries with integer coefficients >= rhs.

    Parameters
    ----------
    y, n : dict of int to int
        Coefficients by player; zeros left out.
    branch : dict of int to int
        Coefficients by branch number.
    rhs : int
        Right-hand side.
    title : str
        The requirement in words.
    """

    y: dict[int, int]
    n: dict[int, int]
    branch: dict[int, int]
    rhs: int
    title: str


@dataclass(frozen=True)
class RuleRows:
    """Rows and the number of branch binaries they use."""

    rows: tuple[RuleRow, ...]
    n_branches: int


def rule_rows(rule: Rule) -> RuleRows:
    """Write a rule as integer rows.

    Parameters
    ----------
    rule : Rule
        The rule. Absent members are those that count 0 at every level.

    Returns
    -------
    RuleRows
        A profile takes the decision if and only if some choice of the branch binaries
        satisfies every row.

    Notes
    -----
    A row under a branch b is relaxed by its own largest shortfall times (1 - b), so no
    constant is larger than the numbers of the rule make it.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013,
       chapter 9 (logical conditions).

    Examples
    --------
    >>> rule_rows(Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))).rows[0].y
    {0: 1, 1: 1}
    """
    rows: list[RuleRow] = []
    count = _collect(rule.root, None, 0, rows)
    return RuleRows(tuple(rows), count)


def vote_variables(
    programme: Programme, rule: Rule, profile: Sequence[int] | None = None
) -> tuple[dict[int, int], dict[int, int]]:
    """Add the votes and the rows of a rule to a programme.

    Parameters
    ----------
    programme : Programme
        Gets binaries ``y`` (for) and ``n`` (against) per player that is there, one binary per
        branch of the rule, and the rows that tie them.
    rule : Rule
        The rule that must hold.
    profile : sequence of int, length n, optional
        Players that are ``ABSENT`` here get no variables.

    Returns
    -------
    y, n : dict of int to int
        Variable numbers by player.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.
    """
    there = [i for i in range(rule.n_players) if profile is None or profile[i] != ABSENT]
    y = {i: programme.variable(f"y{i:04d}", 0, 1, integer=True) for i in there}
    n = {i: programme.variable(f"n{i:04d}", 0, 1, integer=True) for i in there}
    for i in there:
        programme.row(f"level{i:04d}", {y[i]: 1, n[i]: 1}, "<=", 1)
    compiled = rule_rows(_silenced(rule, [i for i in range(rule.n_players) if i not in y]))
    branch = [
        programme.variable(f"branch{k:03d}", 0, 1, integer=True) for k in range(compiled.n_branches)
    ]
    for k, row in enumerate(compiled.rows):
        terms = {y[i]: c for i, c in row.y.items()} | {n[i]: c for i, c in row.n.items()}
        terms |= {branch[b]: c for b, c in row.branch.items()}
        programme.row(f"rule{k:03d}", terms, ">=", row.rhs)
    return y, n


def _silenced(rule: Rule, players: Sequence[int]) -> Rule:
    """Let some players count 0 whatever they do, as the absent do."""
    silent = set(players)

    def mute(node: Node) -> Node:
        if not isinstance(node, Quota):
            return type(node)(tuple(mute(part) for part in node.parts), node.title)
        yes, abstain, no = (
            tuple(0 if i in silent else c for i, c in enumerate(counts))
            for counts in (node.yes, node.abstain, node.no)
        )
        return replace(node, yes=yes, abstain=abstain, no=no)

    return Rule(rule.n_players, mute(rule.root), rule.names) if silent else rule


def _collect(node: Node, under: int | None, used: int, rows: list[RuleRow]) -> int:
    if isinstance(node, Quota):
        rows.append(_leaf_row(node, under))
    elif isinstance(node, AllOf):
        for part in node.parts:
            used = _collect(part, under, used, rows)
    else:
        branches = range(used, used + len(node.parts))
        used += len(node.parts)
        choose = dict.fromkeys(branches, 1)
        if under is not None:
            choose[under] = choose.get(under, 0) - 1
        rows.append(RuleRow({}, {}, choose, 0 if under is not None else 1, _or_title(node)))
        for branch, part in zip(branches, node.parts, strict=True):
            used = _collect(part, branch, used, rows)
    return used


def _or_title(node: AnyOf) -> str:
    return node.title or "one of the ways to decide"


def _leaf_row(leaf: Quota, under: int | None) -> RuleRow:
    y = {i: c - a for i, (c, a) in enumerate(zip(leaf.yes, leaf.abstain, strict=True)) if c != a}
    n = {i: c - a for i, (c, a) in enumerate(zip(leaf.no, leaf.abstain, strict=True)) if c != a}
    rhs = leaf.threshold - sum(leaf.abstain)
    if under is None:
        return RuleRow(y, n, {}, rhs, leaf.title)
    shortfall = max(0, leaf.threshold - sum(leaf.no))  # everybody against is the worst profile
    return RuleRow(y, n, {under: -shortfall}, rhs - shortfall, leaf.title)
