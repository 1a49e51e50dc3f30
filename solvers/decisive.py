"""On whose uncertain votes an outcome turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product
from math import comb, prod

from solvers.errors import GameError
from solvers.rules import Rule

__all__ = ["MAX_COMPLETIONS", "decisive_players"]

MAX_COMPLETIONS = 50_000
"""Most ways to complete the votes, interchangeable players counted once, that are tried."""


def decisive_players(rule: Rule, low: Sequence[int], high: Sequence[int]) -> tuple[int, ...] | None:
    """Find the players whose own uncertain vote decides under some votes of the others.

    Parameters
    ----------
    rule : Rule
        The rule, of ``n`` members.
    low, high : sequence of int, length n
        Lowest and highest possible vote of each; equal where the vote is certain, as it must
        be for who is absent.

    Returns
    -------
    tuple of int or None
        In rising order. None when there are more than `MAX_COMPLETIONS` ways to complete the
        votes.

    Raises
    ------
    GameError
        If a lowest vote is above the highest.

    Notes
    -----
    Every completion is judged, those that differ only in which of several interchangeable
    players votes how being one: 1,386 for a council of fifteen of which nothing is known. The
    ends alone would not do: an abstention of somebody else may be what makes a vote decisive.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, The Measurement of Voting Power, Edward Elgar,
       1998, chapter 8 (decisiveness with abstention).

    Examples
    --------
    Two of three; the first is for, the second open, the third against:

    >>> from solvers.rules import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> decisive_players(majority, [2, 0, 0], [2, 2, 0])
    (1,)
    """
    for player, (least, most) in enumerate(zip(low, high, strict=True)):
        if least > most:
            raise GameError(f"player {player} votes at least {least} and at most {most}")
    groups = _groups(rule, low, high)
    ways = prod(comb(len(g) + high[g[0]] - low[g[0]], len(g)) for g in groups)
    if ways > MAX_COMPLETIONS:
        return None
    outcomes = _outcomes(rule, low, high, groups)
    found: set[int] = set()
    for votes, passed in outcomes.items():
        if not passed:
            continue
        for number, group in enumerate(groups):
            least, most = low[group[0]], high[group[0]]
            if votes[number][-1] == most and group[0] not in found:  # lower one of the highest
                lowered = (least, *votes[number][:-1])
                if not outcomes[(*votes[:number], lowered, *votes[number + 1 :])]:
                    found.update(group)
    return tuple(sorted(found))


def _groups(rule: Rule, low: Sequence[int], high: Sequence[int]) -> list[list[int]]:
    """Gather the players with an uncertain vote who are interchangeable, interval included."""
    found: dict[tuple[int, int, int], list[int]] = {}
    for kind, members in enumerate(rule.types()):
        for player in members:
            if low[player] < high[player]:
                found.setdefault((kind, low[player], high[player]), []).append(player)
    return list(found.values())


def _outcomes(
    rule: Rule, low: Sequence[int], high: Sequence[int], groups: Sequence[Sequence[int]]
) -> dict[tuple[tuple[int, ...], ...], bool]:
    """Judge every completion; the votes of a group stand in rising order."""

    def completions() -> Iterator[tuple[tuple[int, ...], ...]]:
        spans = (range(low[g[0]], high[g[0]] + 1) for g in groups)
        parts = (
            list(combinations_with_replacement(span, len(g)))
            for span, g in zip(spans, groups, strict=True)
        )
        yield from product(*parts)

    found = {}
    profile = list(low)
    for votes in completions():
        for group, levels in zip(groups, votes, strict=True):
            for player, level in zip(group, levels, strict=True):
                profile[player] = level
        found[votes] = rule.evaluate(profile)
    return found
