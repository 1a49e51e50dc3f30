"""What the totals of a vote say about a decision when it is not known who voted how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb

from solvers.errors import LimitError, RuleError
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["MAX_ALLOCATIONS", "decide_from_totals", "totals_after"]

MAX_ALLOCATIONS = 200_000


def decide_from_totals(rule: Rule, yes: int, no: int, abstain: int) -> bool | None:
    """Decide from the totals alone, where they suffice.

    Parameters
    ----------
    rule : Rule
        The rule.
    yes, no, abstain : int
        Votes at each level; the remaining members are absent.

    Returns
    -------
    bool or None
        True or False when every way to give the votes to the members leads to that outcome;
        None when it turns on who voted how. Whom the rule was bound without (absent, recused)
        is a member here: bind the rule to all members, or decide member by member.

    Raises
    ------
    RuleError
        If the totals are negative or exceed the number of members.
    LimitError
        If the members fall into too many types for the enumeration.

    Notes
    -----
    Enumerates how the votes can spread over types of interchangeable players; a body of one
    type has one such way.

    References
    ----------
    .. [1] F. Carreras and J. Freixas, "Complete simple games", Mathematical Social Sciences 32
       (1996), pp. 139-155 (types of interchangeable players).

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(5, Quota((1,) * 5, (0,) * 5, (0,) * 5, 3))
    >>> decide_from_totals(majority, 3, 1, 1)
    True
    """
    absent = rule.n_players - yes - no - abstain
    if min(yes, no, abstain) < 0 or absent < 0:
        raise RuleError(
            f"totals {yes}-{no}-{abstain} do not fit a body of {rule.n_players} members"
        )
    types = sorted(rule.types(), key=len)  # the largest is left with what the others leave
    ways = 1
    for members in types[:-1]:
        ways *= comb(len(members) + 3, 3)
    if ways > MAX_ALLOCATIONS:
        raise LimitError(
            f"{len(types)} types of members leave {ways:,} ways to spread the totals; the limit "
            f"is {MAX_ALLOCATIONS:,}: give the votes member by member"
        )
    outcomes = set()
    totals = {YES: yes, NO: no, ABSTAIN: abstain, ABSENT: absent}
    for spread in _spreads([len(members) for members in types], totals):
        profile = [ABSENT] * rule.n_players
        for members, counts in zip(types, spread, strict=True):
            levels = [level for level, count in counts.items() for _ in range(count)]
            for player, level in zip(members, levels, strict=True):
                profile[player] = level
        outcomes.add(rule.evaluate(profile))
        if len(outcomes) == 2:
            return None
    return outcomes.pop()


def totals_after(
    totals: tuple[int, int, int], members: int, changed: Sequence[int]
) -> list[tuple[int, int, int]]:
    """List the totals that are possible after some members, whose votes are not known, change.

    Parameters
    ----------
    totals : (int, int, int)
        For, against, abstaining.
    members : int
        Number of members; who is left is absent.
    changed : sequence of int
        New votes of the members that change.

    Returns
    -------
    list of (int, int, int)
        The least favourable first.

    Examples
    --------
    >>> totals_after((2, 1, 0), 3, [NO])
    [(1, 2, 0), (2, 1, 0)]
    """
    added = [sum(level == vote for vote in changed) for level in (YES, NO, ABSTAIN)]
    found = set()
    for before in combinations_with_replacement((YES, NO, ABSTAIN, ABSENT), len(changed)):
        yes, no, abstain = (
            n - before.count(level) for n, level in zip(totals, (YES, NO, ABSTAIN), strict=True)
        )
        if min(yes, no, abstain, members - sum(totals) - before.count(ABSENT)) >= 0:
            found.add((yes + added[0], no + added[1], abstain + added[2]))
    return sorted(found, key=lambda counts: (counts[0], -counts[1], counts[2]))


def _spreads(sizes: list[int], totals: dict[int, int]) -> Iterator[list[dict[int, int]]]:
    """Every way to fill boxes of the given sizes with the given numbers of each level."""
    if len(sizes) <= 1:
        yield [totals] * len(sizes)
        return
    for first in _fillings(sizes[0], list(totals.items())):
        rest = {level: totals[level] - first[level] for level in totals}
        for tail in _spreads(sizes[1:], rest):
            yield [first, *tail]


def _fillings(size: int, stock: list[tuple[int, int]]) -> Iterator[dict[int, int]]:
    level, available = stock[0]
    if len(stock) == 1:
        if size <= available:
            yield {level: size}
        return
    for take in range(min(size, available) + 1):
        for rest in _fillings(size - take, stock[1:]):
            yield {level: take} | rest
