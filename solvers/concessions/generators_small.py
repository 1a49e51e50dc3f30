"""Small random concession problems in which every kind of rule and of part occurs.

Small enough for brute force, and unlike one another: what to try an engine on.
"""

from __future__ import annotations

from fractions import Fraction

from solvers.concessions.generators import Draws
from solvers.concessions.parts import ZERO, Amendment, Budget, Item, Transfer, Voter
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.ties import AtMost, Channel, Combination
from solvers.rules import vote_conditions as vc
from solvers.rules.roster import Roster
from solvers.rules.rule import Quota, Rule
from solvers.rules.templates import (
    AbstentionBlock,
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    QuorumOf,
    Share,
    Template,
    WithholdingBelow,
    bind,
)
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["small_random"]

HALF, TWO_THIRDS = Share(1, 2, more_than=True), Share(2, 3)


def small_random(seed: int, least: int = 3, most: int = 7) -> ConcessionProblem:
    """Draw a problem of a few players.

    Parameters
    ----------
    seed : int
        From 0 up; successive seeds go through the kinds of rule.
    least, most : int
        Players.

    Returns
    -------
    ConcessionProblem
        Some have no package at all.

    Raises
    ------
    GameError
        If the seed is no whole number.

    References
    ----------
    .. [1] D. Jackson, Software Abstractions, MIT Press, 2006, on why most faults show in small
       instances, if one tries many.

    Examples
    --------
    >>> problem = small_random(3)
    >>> len(problem.voters), problem == small_random(3), problem == small_random(4)
    (6, True, False)
    """
    return _Small(seed, least, most).problem()


def _laws(quota: int) -> list[Template]:
    """Write down the kinds of rule, over the group ``permanent`` and the weight ``people``."""
    people = InFavour(Share(65, 100), "members", weight="people")
    practised = All((InFavour(quota), NobodyAgainst("permanent")))
    return [
        practised,
        All((InFavour(quota), EverybodyFor("permanent"))),
        InFavour(quota),
        NobodyAgainst(),
        InFavour(HALF, "voting"),
        InFavour(TWO_THIRDS, "voting"),
        InFavour(TWO_THIRDS, "members"),
        All((InFavour(TWO_THIRDS, "present"), QuorumOf(2))),
        InFavour(Share(3, 5), "members", weight="people"),
        Any((All((InFavour(quota), people)), WithholdingBelow(2))),
        Any((practised, InFavour(TWO_THIRDS, "voting"))),
        All((NobodyAgainst(), AbstentionBlock(Share(1, 3), Share(1, 3), "people"))),
    ]


class _Small:
    """One problem on its way; parts are drawn one after another from the same stream."""

    def __init__(self, seed: int, least: int, most: int) -> None:
        self.draws = Draws(seed, least, most)
        self.n = self.draws.between(least, most)
        self.seed = seed
        self.permanent = tuple(self.draws.sample(self.n, self.draws.between(1, 2)))
        self.people = tuple(self.draws.between(1, 9) for _ in range(self.n))
        self.texts = self.draws.between(0, 4)
        self.links = self.draws.between(0, 1)
        self.parts = self.draws.between(1, 4)  # numbers are multiples of one over this

    def problem(self) -> ConcessionProblem:
        laws = _laws(self.draws.between(1, self.n - 1))
        voters = tuple(self._voter(i) for i in range(self.n))
        payable = [i for i, voter in enumerate(voters) if voter.margin is not None]
        transfers = tuple(t for i in payable for t in self._transfers(i))
        items = tuple(item for i in payable for item in self._items(i))
        texts = self.texts + self.links
        return ConcessionProblem(
            self._bound(laws[self.seed % len(laws)]),
            voters,
            tuple(self._amendment(k) for k in range(texts)),
            transfers,
            items,
            self._budgets(len(transfers), len(items)),
            effect=self._number(0, 2),
            floor=self._number(-2, 0),
            combinations=self._combinations(texts),
            limits=self._limits(),
            channels=tuple(c for i in payable for c in self._channels(i, transfers, items)),
        )

    def _number(self, low: int, high: int) -> Fraction:
        return self.draws.number(low, high, self.parts)

    def _moves(self, percent: int, low: int, high: int) -> dict[int, Fraction]:
        return {i: self._number(low, high) for i in self.draws.some(self.n, percent)}

    def _bound(self, law: Template) -> Rule:
        names = tuple(f"s{i + 1}" for i in range(self.n))
        groups = {"permanent": self.permanent}
        return bind(law, Roster(names, groups, {"people": self.people}))

    def _voter(self, player: int) -> Voter:
        """Draw a margin mostly; else a stated vote, and a condition on the text or a vote."""
        draws = self.draws
        if not draws.chance(20):
            return Voter(margin=(self._number(-7, 2),) * 3, band=self._number(0, 4))
        stated = draws.between(NO, ABSTAIN)
        conditions: tuple[tuple[int, vc.Condition], ...] = ()
        if draws.chance(60):
            conditions = ((draws.between(ABSTAIN, YES), self._condition(player)),)
        return Voter(stated=(stated,) * 3, conditions=conditions)

    def _condition(self, player: int) -> vc.Condition:
        draws = self.draws
        about: list[vc.Condition] = []
        if self.texts:
            text = vc.Adopted(draws.below(self.texts))
            about.append(vc.Not(text) if draws.chance(30) else text)
        if player:
            about.append(vc.VoteBetween(draws.below(player), draws.between(ABSTAIN, YES), YES))
        if len(about) == 2 and draws.chance(40):
            return vc.Every(tuple(about)) if draws.chance(50) else vc.Some(tuple(about))
        return about[draws.below(len(about))] if about else vc.Fact(True)

    def _amendment(self, own: int) -> Amendment:
        draws = self.draws
        link = own >= self.texts
        others = [k for k in range(self.texts) if k != own and not link]
        route = None
        if link and draws.chance(60):
            one, none = (1,) * self.n, (0,) * self.n
            against = tuple(-draws.below(2) for _ in range(self.n))
            route = Rule(self.n, Quota(one, none, against, draws.between(1, self.n - 1)))
        return Amendment(
            self._number(0, 3),
            self._number(-1, 1),
            self._moves(40 if link else 70, -2, 4),
            requires=frozenset(k for k in others if draws.chance(10)),
            excludes=frozenset(k for k in others if draws.chance(10)),
            forbidden=draws.chance(4),
            route=route,
        )

    def _transfers(self, player: int) -> list[Transfer]:
        draws = self.draws
        return [
            Transfer(
                player,
                Fraction(draws.between(1, 4), 2),
                Fraction(draws.between(1, 6), 2),
                None if draws.chance(55) else self._number(1, 6),
            )
            for _ in range(draws.between(1, 2) if draws.chance(85) else 0)
        ]

    def _items(self, player: int) -> list[Item]:
        if not self.draws.chance(25):
            return []
        worth = Fraction(self.draws.between(1, 10), 2)
        return [Item(player, worth, self._number(0, 4))]

    def _channels(
        self, player: int, transfers: tuple[Transfer, ...], items: tuple[Item, ...]
    ) -> list[Channel]:
        sent = frozenset(m for m, t in enumerate(transfers) if t.recipient == player)
        given = frozenset(k for k, g in enumerate(items) if g.recipient == player)
        if not (sent or given) or not self.draws.chance(35):
            return []
        return [Channel(self._number(0, 2), sent, given)]

    def _budgets(self, transfers: int, items: int) -> tuple[Budget, ...]:
        draws = self.draws
        if not draws.chance(50):
            return ()
        paid = frozenset(draws.some(transfers, 70)), frozenset(draws.some(items, 70))
        return (Budget(self._number(1, 12), *paid, units=draws.chance(40)),)

    def _combinations(self, texts: int) -> tuple[Combination, ...]:
        draws = self.draws
        if texts < 2 or not draws.chance(50):
            return ()
        pair = frozenset(draws.sample(texts, 2))
        moves, forbidden = self._moves(50, -2, 2), draws.chance(20)
        return (Combination(pair, self._number(0, 1), ZERO, moves, forbidden),)

    def _limits(self) -> tuple[AtMost, ...]:
        if self.texts < 2 or not self.draws.chance(30):
            return ()
        return (AtMost(frozenset(range(self.texts)), self.draws.between(1, 2)),)
