"""The smallest and the cheapest winning coalition of a rule, by an integer programme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from solvers.errors import RuleError, SolverError
from solvers.programme import Programme, Solution, lexicographic
from solvers.rule_rows import vote_variables
from solvers.rules import Rule
from solvers.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["WinningCoalition", "cheapest_winning_coalition"]


@dataclass(frozen=True)
class WinningCoalition:
    """A coalition whose yes votes decide.

    Parameters
    ----------
    players : tuple of int or None
        Who votes for; None when no coalition within the conditions wins.
    cost : Fraction or None
        Sum of the members' costs, exact.
    solution : Solution
        What the solver said.
    """

    players: tuple[int, ...] | None
    cost: Fraction | None
    solution: Solution


def cheapest_winning_coalition(
    rule: Rule,
    costs: Sequence[Fraction | int] | None = None,
    others: str = "abstain",
    must_have: Iterable[int] = (),
    must_exclude: Iterable[int] = (),
    blocs: Iterable[Iterable[int]] = (),
    incompatible: Iterable[tuple[int, int]] = (),
    absent: Iterable[int] = (),
    solver: str = "highs",
    time_limit: float | None = None,
) -> WinningCoalition:
    """Find a winning coalition of least cost; without costs the smallest.

    Parameters
    ----------
    rule : Rule
        The rule.
    costs : sequence of Fraction or int, optional
        Cost of each player's yes, at least 0; one each when left out.
    others : {"abstain", "against"}
        What everybody else does.
    must_have, must_exclude : iterable of int
        Players that are in, or not in, the coalition.
    blocs : iterable of iterables of int
        Players that vote together.
    incompatible : iterable of (int, int)
        Pairs of players that never stand together.
    absent : iterable of int
        Players that do not vote at all.
    solver : str
        Back end.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    WinningCoalition
        Among equally cheap ones the one with fewest members, then the first in player order.

    Raises
    ------
    RuleError
        If a number is no player, or a cost is negative.
    SolverError
        If the solver's coalition does not win when it is evaluated exactly.

    References
    ----------
    .. [1] W. H. Riker, The Theory of Political Coalitions, Yale University Press, 1962.

    Examples
    --------
    >>> from solvers.rules import Quota
    >>> rule = Rule(4, Quota((3, 2, 2, 1), (0,) * 4, (0,) * 4, 5))
    >>> cheapest_winning_coalition(rule).players
    (0, 1)
    """
    n = rule.n_players
    price = [Fraction(c) for c in (costs if costs is not None else [1] * n)]
    if len(price) != n or min(price, default=Fraction(0)) < 0:
        raise RuleError(f"a rule of {n} members needs {n} costs of at least 0")
    if others not in ("abstain", "against"):
        raise RuleError(f"others is {others!r}; it must be 'abstain' or 'against'")
    away, inside, outside = set(absent), set(must_have), set(must_exclude)
    joined = [list(b) for b in blocs]
    apart = [tuple(p) for p in incompatible]
    named = away | inside | outside | {i for group in (*joined, *apart) for i in group}
    if any(not 0 <= i < n for i in named):
        raise RuleError(f"players are numbered 0 to {n - 1}")
    programme = Programme("winning coalition")
    y, no = vote_variables(programme, rule, [ABSENT if i in away else NO for i in range(n)])
    for i in y:
        if others == "against":
            programme.row(f"else{i:04d}", {y[i]: 1, no[i]: 1}, "==", 1)
        else:
            programme.row(f"else{i:04d}", {no[i]: 1}, "==", 0)
    for i in sorted((inside | outside) - away):
        programme.row(f"fixed{i:04d}", {y[i]: 1}, "==", int(i in inside and i not in outside))
    if inside & (outside | away):
        raise RuleError("a player that must be in the coalition is excluded or absent")
    for k, bloc in enumerate(joined):
        there = [i for i in bloc if i in y]
        for a, b in pairwise(there):
            programme.row(f"bloc{k:03d}-{b:04d}", {y[a]: 1, y[b]: -1}, "==", 0)
    for k, (a, b) in enumerate(apart):
        if a in y and b in y:
            programme.row(f"apart{k:03d}", {y[a]: 1, y[b]: 1}, "<=", 1)
    solution = lexicographic(
        programme,
        [{y[i]: price[i] for i in y}, {y[i]: 1 for i in y}],
        order=[y[i] for i in sorted(y)],
        solver=solver,
        time_limit=time_limit,
    )
    if solution.values is None:
        return WinningCoalition(None, None, solution)
    players = tuple(i for i in sorted(y) if round(solution.values[y[i]]))
    rest = ABSTAIN if others == "abstain" else NO
    profile = [ABSENT if i in away else YES if i in players else rest for i in range(n)]
    if not rule.evaluate(profile):
        raise SolverError(f"{solution.solver} proposed a coalition that does not win; try another")
    return WinningCoalition(players, sum((price[i] for i in players), Fraction(0)), solution)
