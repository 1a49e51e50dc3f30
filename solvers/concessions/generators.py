"""Families of random concession problems, the same on every machine and for ever.

Numbers are drawn from the raw words of a bit generator whose stream does not change between
versions of numpy, and all are fractions with few decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from solvers.concessions.parts import Amendment, Budget, Item, Transfer, Voter
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.ties import AtMost, Channel
from solvers.errors import GameError
from solvers.rules.roster import Roster
from solvers.rules.rule import Rule
from solvers.rules.templates import (
    All,
    Any,
    InFavour,
    NobodyAgainst,
    Share,
    Template,
    WithholdingBelow,
    bind,
)

__all__ = ["FAMILIES", "Draws", "family_rule", "private_instruments", "tight_budgets"]

FAMILIES: Final = {"council": 15, "union": 27, "members": 55, "voting": 193}
"""Decision rules of the families, and the number of members each is meant for."""

PERMANENT: Final = 5
CHANNEL: Final = Fraction(3, 10)
TRANSFERS, ITEMS = 4, 2  # for each player
WORDS: Final = 1024  # drawn at once


class Draws:
    """Exact random numbers from a seed.

    Parameters
    ----------
    *seed : int
        Whole numbers from 0 up; other numbers give another, independent stream.

    Raises
    ------
    GameError
        If there is none, or one is negative.

    Examples
    --------
    >>> draws = Draws(7)
    >>> draws.number(-1, 1), draws.below(6)
    (Fraction(1, 4), 5)
    """

    def __init__(self, *seed: int) -> None:
        if not seed or any(type(s) is not int or s < 0 for s in seed):
            raise GameError(f"a seed is {seed!r}; it must be whole numbers from 0 up")
        from numpy.random import PCG64, SeedSequence

        self._bits = PCG64(SeedSequence(seed))
        self._words: list[int] = []

    def below(self, count: int) -> int:
        """Draw a whole number from 0 to ``count - 1``, each as likely as the others to 2**-50."""
        if not self._words:
            self._words = self._bits.random_raw(WORDS).tolist()[::-1]
        return self._words.pop() * count >> 64

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + self.below(high - low + 1)

    def number(self, low: float, high: float, parts: int = 100) -> Fraction:
        """Draw a multiple of ``1 / parts`` between two, both included."""
        return Fraction(self.between(round(low * parts), round(high * parts)), parts)

    def chance(self, percent: int) -> bool:
        """Say yes in so many cases of a hundred."""
        return self.below(100) < percent

    def some(self, count: int, percent: int) -> list[int]:
        """Draw each of the numbers below ``count`` with so many chances in a hundred."""
        return [i for i in range(count) if self.chance(percent)]

    def sample(self, count: int, size: int) -> list[int]:
        """Draw different numbers below ``count``."""
        pool = list(range(count))
        return [pool.pop(self.below(len(pool))) for _ in range(size)]


def family_rule(family: str, n: int | None = None, populations: Sequence[int] = ()) -> Rule:
    """Bind the decision rule of a family.

    Parameters
    ----------
    family : {"council", "union", "members", "voting"}
        Three fifths of all and none of the first five against; 55 % of members with 65 % of
        the population, or fewer than four who do not vote for; two thirds of the members; two
        thirds of those voting.
    n : int, optional
        Members; 15, 27, 55 and 193 when left out.
    populations : sequence of int, length n
        Of a union only; invented ones when left out.

    Returns
    -------
    Rule

    Raises
    ------
    GameError
        If there is no such family, or there is not one population per member.

    Examples
    --------
    >>> family_rule("council").describe()
    'at least 9 votes in favour, and no permanent member against'
    """
    if family not in FAMILIES:
        raise GameError(f"there is no family {family!r}; there are {', '.join(FAMILIES)}")
    size = FAMILIES[family] if n is None else n
    weights = {}
    if family == "union":
        weights = {"population": tuple(populations) or _invented(size)}
        if len(weights["population"]) != size:
            raise GameError(f"{len(populations)} populations for {size} members; give one for each")
    names = tuple(f"s{i + 1}" for i in range(size))
    groups = {"permanent": tuple(range(min(PERMANENT, size)))}
    return bind(_law(family, size), Roster(names, groups, weights))


def _law(family: str, n: int) -> Template:
    if family == "council":
        return All((InFavour(-(-3 * n // 5)), NobodyAgainst("permanent")))
    if family == "members":
        return InFavour(Share(2, 3), "members")
    if family == "voting":
        return InFavour(Share(2, 3), "voting")
    people = InFavour(Share(65, 100), "members", weight="population")
    both = All((InFavour(Share(55, 100), "members"), people))
    return Any((both, WithholdingBelow(4))) if n > 4 else both


def _invented(n: int) -> tuple[int, ...]:
    """Make up populations that fall like those of a union, the largest a fifth of the whole."""
    return tuple(84_000 // (3 + i) + 11 * (n - i) for i in range(n))


def private_instruments(
    n: int,
    rule: Rule,
    seed: int,
    amendments: int = 12,
    most: int = 5,
    exclusions: int = 4,
    links: int = 6,
    lift: float = 2.4,
) -> ConcessionProblem:
    """Draw a problem in which every player is paid by instruments of its own.

    Parameters
    ----------
    n : int
        Players.
    rule : Rule
        Over the n players.
    seed : int
        From 0 up.
    amendments, most : int
        Amendments of the text, and how many of them may be adopted.
    exclusions : int
        Pairs of amendments that are not adopted together; they may coincide.
    links : int
        Other items of business, adopted or not with no limit.
    lift : float
        The most that an amendment adds to a margin; the lower it is, the more is left to pay.

    Returns
    -------
    ConcessionProblem
        Four transfers and two indivisible items for each player, through one channel.

    Raises
    ------
    GameError
        If the rule is over another number of players, or the seed is no whole number.

    Notes
    -----
    All numbers are uniform on a grid of hundredths and independent, as in the uncorrelated
    instances of [1]_, so that neither prices nor amendments agree on whom to court. Margins -8
    to 3, bands 0 to 4; an amendment moves 70 % of the players by -1.5 to ``lift``, a link 40 %
    by -1.5 to 1.5, either costs 0.2 to 1.5. A unit of a transfer is worth 0.5 to 1.5, costs 0.5
    to 2, and there are 0.5 to 3 of them; an item is worth and costs 0.5 to 4; a channel costs
    0.3.

    References
    ----------
    .. [1] D. Pisinger, "Where are the hard knapsack problems?", Computers & Operations Research
       32 (2005), pp. 2271-2284.

    Examples
    --------
    >>> problem = private_instruments(15, family_rule("council"), 0)
    >>> len(problem.amendments), len(problem.transfers), len(problem.items)
    (18, 60, 30)
    """
    draws = Draws(seed, n)
    voters = tuple(
        Voter(margin=(margin,) * 3, band=draws.number(0, 4))
        for margin in (draws.number(-8, 3) for _ in range(n))
    )
    texts = []
    for k in range(amendments + links):
        percent, high = (70, lift) if k < amendments else (40, 1.5)
        moved = {i: draws.number(-1.5, high) for i in draws.some(n, percent)}
        texts.append(Amendment(draws.number(0.2, 1.5), margins=moved))
    for _ in range(exclusions if amendments > 1 else 0):
        a, b = draws.sample(amendments, 2)
        texts[a] = replace(texts[a], excludes=texts[a].excludes | {b})
    transfers = tuple(
        Transfer(i, draws.number(0.5, 1.5), draws.number(0.5, 2), draws.number(0.5, 3))
        for i in range(n)
        for _ in range(TRANSFERS)
    )
    items = tuple(
        Item(i, draws.number(0.5, 4), draws.number(0.5, 4)) for i in range(n) for _ in range(ITEMS)
    )
    channels = tuple(
        Channel(
            CHANNEL,
            frozenset(range(TRANSFERS * i, TRANSFERS * (i + 1))),
            frozenset(range(ITEMS * i, ITEMS * (i + 1))),
        )
        for i in range(n)
    )
    limits = (AtMost(frozenset(range(amendments)), most),) if amendments else ()
    return ConcessionProblem(
        rule, voters, tuple(texts), transfers, items, limits=limits, channels=channels
    )


def tight_budgets(
    n: int,
    rule: Rule,
    seed: int,
    shares: tuple[float, float] = (0.01, 0.15),
    lift: float = 2.0,
) -> ConcessionProblem:
    """Draw a problem in which four budgets tie the players to one another.

    Parameters
    ----------
    n : int
        Players.
    rule : Rule
        Over the n players.
    seed : int
        From 0 up.
    shares : (float, float)
        Units of an instrument for each player, least and most.
    lift : float
        As of :func:`private_instruments`, whose problem of the same seed this is but for the
        budgets.

    Returns
    -------
    ConcessionProblem
        The first transfer to any player is paid from the first budget, in units, the second
        from the second, and so on. That a budget binds is not looked at.

    Raises
    ------
    GameError
        If the rule is over another number of players, or the seed is no whole number.

    References
    ----------
    .. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
       problems", Management Science 27 (1981), pp. 1-18.

    Examples
    --------
    >>> [str(b.limit) for b in tight_budgets(15, family_rule("council"), 0).budgets]
    ['3/5', '3/5', '9/4', '3/20']
    """
    draws = Draws(seed, n, TRANSFERS)
    budgets = tuple(
        Budget(
            n * draws.number(*shares),
            frozenset(range(q, TRANSFERS * n, TRANSFERS)),
            frozenset(),
            units=True,
        )
        for q in range(TRANSFERS)
    )
    return replace(private_instruments(n, rule, seed, lift=lift), budgets=budgets)
