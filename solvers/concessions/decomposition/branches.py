"""A decision rule as alternatives, each of them lowest votes and a few rows in whole numbers.

Players whose vote is given are counted in advance; what a requirement demands of one player
alone, such as a veto, becomes a lowest vote; what then always holds is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from solvers.errors import LimitError
from solvers.rules.rule import Rule
from solvers.rules.rule_tree import AllOf, Node, Quota
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Branch", "Row", "branches_of"]

MOST_BRANCHES: Final = 64


@dataclass(frozen=True)
class Row:
    """What votes count towards a need: ``sum of counts[level][i] >= need``.

    Parameters
    ----------
    counts : (tuple of int, tuple of int, tuple of int), each of length n
        By level: against, abstain, for. Never falling from one to the next; 0 for players whose
        vote is given.
    need : int
        What the sum must reach.
    """

    counts: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    need: int


@dataclass(frozen=True)
class Branch:
    """One way to meet a rule.

    Parameters
    ----------
    floors : tuple of int, length n
        Lowest vote of every player; 0 where any will do and for players whose vote is given.
    rows : tuple of Row
        What the votes must meet besides; none of them holds at the floors.
    """

    floors: tuple[int, ...]
    rows: tuple[Row, ...]


def branches_of(rule: Rule, given: Sequence[int | None]) -> tuple[Branch, ...]:
    """Write a rule as alternatives over the players whose vote is open.

    Parameters
    ----------
    rule : Rule
        The rule.
    given : sequence of int or None, length n
        Vote levels that are settled; None where the vote is open.

    Returns
    -------
    tuple of Branch
        The rule holds exactly when one of them does. Empty when it cannot hold; one branch
        without rows when it holds whenever its floors are kept.

    Raises
    ------
    LimitError
        If there are more than 64 alternatives.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games, Princeton University Press, 1999
       (rules as unions of intersections of weighted ones).

    Examples
    --------
    Two of three, the first not against:

    >>> rule = Rule(3, AllOf((
    ...     Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2),
    ...     Quota((0, 0, 0), (0, 0, 0), (-1, 0, 0), 0),
    ... )))
    >>> [branch] = branches_of(rule, (None, None, None))
    >>> branch.floors, branch.rows[0].need
    ((1, 0, 0), 2)
    """
    found: dict[Branch, None] = {}
    for leaves in _alternatives(rule.root):
        branch = _simplified([_row(leaf, given) for leaf in leaves], given)
        if branch is not None:
            found[branch] = None
    return tuple(found)


def _alternatives(node: Node) -> list[tuple[Quota, ...]]:
    if isinstance(node, Quota):
        return [(node,)]
    inner = [_alternatives(part) for part in node.parts]
    if not isinstance(node, AllOf):
        return _checked([leaves for part in inner for leaves in part])
    found: list[tuple[Quota, ...]] = [()]
    for part in inner:
        if len(found) * len(part) > MOST_BRANCHES:
            raise LimitError(_TOO_MANY)
        found = [left + right for left in found for right in part]
    return found


_TOO_MANY = (
    f"the rule has more than {MOST_BRANCHES} alternatives, too many to take one by one; use the "
    f"integer programme"
)


def _checked(found: list[tuple[Quota, ...]]) -> list[tuple[Quota, ...]]:
    if len(found) > MOST_BRANCHES:
        raise LimitError(_TOO_MANY)
    return found


def _row(leaf: Quota, given: Sequence[int | None]) -> Row:
    """Count the votes that are given in advance."""
    settled = 0
    counts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for i, level in enumerate(given):
        for open_level in (NO, ABSTAIN, YES):
            counts[open_level].append(0 if level is not None else leaf.counts(open_level)[i])
        if level is not None and level != ABSENT:
            settled += leaf.counts(level)[i]
    against, abstain, in_favour = (tuple(column) for column in counts)
    return Row((against, abstain, in_favour), leaf.threshold - settled)


def _simplified(rows: list[Row], given: Sequence[int | None]) -> Branch | None:
    """Turn what hangs on one player into its floor; None when a row cannot be met."""
    floors = [NO] * len(given)
    for row in rows:
        highest = sum(row.counts[YES])
        if highest < row.need:
            return None
        for i in range(len(given)):
            while highest - row.counts[YES][i] + row.counts[floors[i]][i] < row.need:
                floors[i] += 1
    kept = dict.fromkeys(
        row for row in rows if sum(row.counts[v][i] for i, v in enumerate(floors)) < row.need
    )
    return Branch(tuple(floors), tuple(kept))
