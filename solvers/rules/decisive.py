"""On whose uncertain votes an outcome turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from solvers.errors import GameError
from solvers.rules.leaf_sums import LeafSums, Sums, leaf_sums
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["MAX_COMPLETIONS", "decisive_players"]

MAX_COMPLETIONS = 50_000
"""Most ways to complete the votes, by how many players of each type vote how, that are tried."""


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
        In rising order. None when there are more than `MAX_COMPLETIONS` ways in which so many
        players of each type vote how.

    Raises
    ------
    GameError
        If a lowest vote is above the highest, or somebody is absent perhaps.

    Notes
    -----
    An outcome depends only on how many players of each type vote how: of a council of fifteen of
    which nothing is known there are 1,386 ways, of an assembly of 193 equals 18,915. Each is
    judged at most once, by sums. The ends alone would not do: an abstention of somebody else may
    be what makes a vote decisive.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, The Measurement of Voting Power, Edward Elgar,
       1998, chapter 8 (decisiveness with abstention).

    Examples
    --------
    Two of three; the first is for, the second open, the third against:

    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> decisive_players(majority, [2, 0, 0], [2, 2, 0])
    (1,)
    """
    for player, (least, most) in enumerate(zip(low, high, strict=True)):
        if least > most:
            raise GameError(f"player {player} votes at least {least} and at most {most}")
        if least < most == ABSENT:
            raise GameError(f"player {player} is absent or votes {least}: it must be certain which")
    kinds = _kinds(rule, low, high)
    if prod(kind.ways for kind in kinds) > MAX_COMPLETIONS:
        return None
    outcomes = _Outcomes.of(rule, low, high, kinds)
    found: list[int] = []
    for number, kind in enumerate(kinds):
        for span, players in kind.spans.items():
            if outcomes.turn_on(number, span):
                found += players
    return tuple(sorted(found))


Span = tuple[int, int]
Counts = tuple[int, int]
"""How many players abstain and how many vote for."""


@dataclass(frozen=True)
class _Kind:
    """Interchangeable players with uncertain votes, by lowest and highest vote."""

    spans: dict[Span, list[int]]

    @property
    def ways(self) -> int:
        """How many numbers there are that can abstain and vote for."""
        lower, upper, free = self._numbers(None)
        return sum(upper + free - max(0, no - lower) + 1 for no in range(lower + free + 1))

    def counts(self, without: Span | None = None) -> Iterator[Counts]:
        """List how many can abstain and vote for, one player perhaps left out."""
        lower, upper, free = self._numbers(without)
        for no in range(lower + free + 1):
            # Who may vote for as well is needed for votes against beyond those of the others.
            for yes in range(upper + free - max(0, no - lower) + 1):
                yield lower + upper + free - no - yes, yes

    def _numbers(self, without: Span | None) -> tuple[int, int, int]:
        """Count who may vote against or abstain, who may abstain or vote for, and who any way."""
        spans = ((NO, ABSTAIN), (ABSTAIN, YES), (NO, YES))
        lower, upper, free = (len(self.spans.get(s, ())) - (s == without) for s in spans)
        return lower, upper, free


@dataclass(frozen=True)
class _Outcomes:
    """Outcomes by how many players of each kind abstain and vote for, judged when asked for."""

    kinds: list[_Kind]
    read: LeafSums
    needs: Sums
    gains: list[tuple[Sums, Sums]]
    known: dict[tuple[Counts, ...], bool] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rule: Rule, low: Sequence[int], high: Sequence[int], kinds: list[_Kind]
    ) -> _Outcomes:
        read = leaf_sums(rule)
        worst = [NO if least < most else least for least, most in zip(low, high, strict=True)]
        heads = [min(min(players) for players in kind.spans.values()) for kind in kinds]
        gains = [(read.gain(i, NO, ABSTAIN), read.gain(i, NO, YES)) for i in heads]
        return cls(kinds, read, read.needs(worst), gains)

    def passed(self, counts: tuple[Counts, ...]) -> bool:
        if counts not in self.known:
            sums = list(self.needs)
            for (abstain, yes), (half, whole) in zip(counts, self.gains, strict=True):
                sums = [
                    s - abstain * a - yes * b for s, a, b in zip(sums, half, whole, strict=True)
                ]
            self.known[counts] = self.read.decides([s <= 0 for s in sums])
        return self.known[counts]

    def turn_on(self, number: int, span: Span) -> bool:
        """Whether the vote of one player decides under some votes of the others."""
        everybody = [
            list(kind.counts(span if k == number else None)) for k, kind in enumerate(self.kinds)
        ]
        for counts in product(*everybody):
            abstain, yes = counts[number]
            ends = [(abstain + (v == ABSTAIN), yes + (v == YES)) for v in span]
            least, most = ((*counts[:number], own, *counts[number + 1 :]) for own in ends)
            if self.passed(most) and not self.passed(least):
                return True
        return False


def _kinds(rule: Rule, low: Sequence[int], high: Sequence[int]) -> list[_Kind]:
    """Gather the players with an uncertain vote."""
    found = []
    for members in rule.types():
        spans: dict[Span, list[int]] = {}
        for player in members:
            if low[player] < high[player]:
                spans.setdefault((low[player], high[player]), []).append(player)
        if spans:
            found.append(_Kind(spans))
    return found
