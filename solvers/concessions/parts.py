"""The parts of a concession problem: voters, amendments, transfers, items, budgets, packages.

Each part is checked when it is made; that they fit together,
:mod:`solvers.concessions.problem` checks. What ties parts to one another stands in
:mod:`solvers.concessions.ties`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from solvers.errors import GameError
from solvers.rules.rule import Rule
from solvers.rules.vote_conditions import Condition
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["Amendment", "Budget", "Deletion", "Doubts", "Item", "Package", "Transfer", "Voter"]

ZERO = Fraction(0)


def check_number(what: str, value: object, *, least: int | None = None) -> None:
    """Refuse a number that is not exact, or is too small."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise GameError(f"{what} is {value!r}; it must be an int or a Fraction, which are exact")
    if least is not None and value < least:
        raise GameError(f"{what} is {value}; it must be at least {least}")


def _check_worth(what: str, value: Fraction) -> None:
    check_number(what, value)
    if value <= 0:
        raise GameError(f"{what} is {value}; it must be above 0, or nobody would ask for it")


def _check_order(what: str, numbers: tuple[Fraction, ...] | tuple[int, ...]) -> None:
    if len(numbers) != 3 or not numbers[0] <= numbers[1] <= numbers[2]:
        words = ", ".join(map(str, numbers))
        raise GameError(f"{what} is ({words}); it must be (lowest, central, highest) in that order")


@dataclass(frozen=True)
class Doubts:
    """How far the parts of a margin may fall short, and how many of them at once.

    Parameters
    ----------
    gamma : Fraction
        So many parts may fall short together; a fraction counts for a fraction of one.
    base : tuple of Fraction
        Largest shortfalls that do not hang on the package.
    amendments : mapping of int to Fraction
        Largest shortfall of the effect of an amendment, where it is adopted.

    Raises
    ------
    GameError
        If a number is negative or not exact.

    References
    ----------
    .. [1] D. Bertsimas and M. Sim, "The price of robustness", Operations Research 52 (2004),
       pp. 35-53.

    Examples
    --------
    >>> doubts = Doubts(Fraction(3, 2), (Fraction(2), Fraction(3, 2), Fraction(1)))
    >>> doubts.protection(frozenset())
    Fraction(11, 4)
    """

    gamma: Fraction
    base: tuple[Fraction, ...] = ()
    amendments: Mapping[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_number("the number of parts that may fall short", self.gamma, least=0)
        for shortfall in (*self.base, *self.amendments.values()):
            check_number("the shortfall of a part of a margin", shortfall, least=0)

    def protection(self, adopted: frozenset[int]) -> Fraction:
        """Return the largest shortfall in all.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments that are adopted.

        Returns
        -------
        Fraction
        """
        parts = [*self.base, *(d for k, d in self.amendments.items() if k in adopted)]
        left, total = self.gamma, ZERO
        for part in sorted(parts, reverse=True):
            total += part * min(left, Fraction(1))
            left = max(left - 1, ZERO)
        return total


@dataclass(frozen=True)
class Voter:
    """How one player votes; without a stated vote and a margin it is absent.

    Parameters
    ----------
    stated : (int, int, int) or None
        Lowest, most likely and highest vote of a player whose position is stated.
    margin : (Fraction, Fraction, Fraction) or None
        Lowest, central and highest margin of a player whose payoffs are known: at 0 or above
        it votes for, down to ``-band`` it abstains, below it votes against.
    band : Fraction
        Acquiescence band, at least 0.
    conditions : tuple of (int, Condition)
        Of a stated position: the first condition that holds gives the vote.
    doubts : Doubts or None
        By how much the margin may fall short; it counts as lower by that.
    hidden : Fraction
        Probability that the player votes against whatever it is given, at most 1. Only analyses
        of chance look at it.
    firm : bool
        Whether the vote, once given, is not withdrawn. Only analyses of defection look at it.

    Raises
    ------
    GameError
        If both a vote and a margin are given, three numbers are not in order, a vote is no
        level of someone who is there, a number is not exact, or the band is negative.
    """

    stated: tuple[int, int, int] | None = None
    margin: tuple[Fraction, Fraction, Fraction] | None = None
    band: Fraction = ZERO
    conditions: tuple[tuple[int, Condition], ...] = ()
    doubts: Doubts | None = None
    hidden: Fraction = ZERO
    firm: bool = False

    def __post_init__(self) -> None:
        if self.stated is not None and self.margin is not None:
            raise GameError("a voter has a stated vote and a margin; give one of them")
        if self.conditions and self.stated is None:
            raise GameError("a voter has conditions but no stated vote, which holds when none does")
        votes = [*(self.stated or ()), *(level for level, _ in self.conditions)]
        for level in votes:
            if type(level) is not int or level not in (NO, ABSTAIN, YES):
                raise GameError(
                    f"a stated vote is {level!r}; it is 0 (against), 1 (abstain) or 2 (for), and "
                    f"who is absent states none"
                )
        if self.stated is not None:
            _check_order("a stated vote", self.stated)
        if self.margin is not None:
            for number in self.margin:
                check_number("a margin", number)
            _check_order("a margin", self.margin)
        check_number("an acquiescence band", self.band, least=0)
        check_number("the probability of a hidden objection", self.hidden, least=0)
        if self.hidden > 1:
            raise GameError(f"the probability of a hidden objection is {self.hidden}; at most 1")
        if self.doubts is not None and self.margin is None:
            raise GameError("a voter has doubts about its margin but no margin; give one")

    def level_at(self, margin: Fraction) -> int:
        """Return the vote at a margin.

        Parameters
        ----------
        margin : Fraction
            Payoff above the reservation point.

        Returns
        -------
        int
        """
        if margin >= 0:
            return YES
        return ABSTAIN if margin >= -self.band else NO


@dataclass(frozen=True)
class Amendment:
    """Something that is adopted whole or not at all.

    A change of the text, another item of business that is linked to it, or an endorsement that
    can be had.

    Parameters
    ----------
    cost : Fraction
        What adopting it costs, at least 0.
    effect : Fraction
        What it adds to the protective effect of the text; negative where it weakens it.
    margins : mapping of int to Fraction
        What it adds to the margins of players.
    requires, excludes : frozenset of int
        Amendments that must, and must not, be adopted with it.
    forbidden : bool
        Whether it crosses a red line and is never adopted.
    route : Rule or None
        Of a linked item: the rule by which it is taken itself, over the same players and votes.
    harm : mapping of int to Fraction
        What it adds to the margins of third parties; negative where it harms them.

    Raises
    ------
    GameError
        If the cost is negative or a number is not exact.
    """

    cost: Fraction
    effect: Fraction = ZERO
    margins: Mapping[int, Fraction] = field(default_factory=dict)
    requires: frozenset[int] = frozenset()
    excludes: frozenset[int] = frozenset()
    forbidden: bool = False
    route: Rule | None = None
    harm: Mapping[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_number("the cost of an amendment", self.cost, least=0)
        check_number("the effect of an amendment", self.effect)
        for player, shift in self.margins.items():
            check_number(f"the effect of an amendment on the margin of player {player}", shift)
        _check_harm("an amendment", self.harm)


def _check_harm(what: str, harm: Mapping[int, Fraction]) -> None:
    for party, shift in harm.items():
        check_number(f"what {what} does to third party {party}", shift)


@dataclass(frozen=True)
class Transfer:
    """A divisible concession to one player: what a unit is worth to it, costs, and its cap.

    Parameters
    ----------
    recipient : int
        The player.
    value : Fraction
        What one unit adds to its margin; above 0.
    cost : Fraction
        What one unit costs, at least 0.
    cap : Fraction or None
        Most units, at least 0; None for no limit.
    harm : mapping of int to Fraction
        What one unit adds to the margins of third parties; negative where it harms them.

    Raises
    ------
    GameError
        If a number is too small or not exact.
    """

    recipient: int
    value: Fraction
    cost: Fraction
    cap: Fraction | None = None
    harm: Mapping[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_worth("the value of a transfer", self.value)
        check_number("the cost of a transfer", self.cost, least=0)
        if self.cap is not None:
            check_number("the cap of a transfer", self.cap, least=0)
        _check_harm("a transfer", self.harm)


@dataclass(frozen=True)
class Item:
    """An indivisible concession to one player.

    Parameters
    ----------
    recipient : int
        The player.
    value : Fraction
        What it adds to its margin; above 0.
    cost : Fraction
        What it costs, at least 0.
    harm : mapping of int to Fraction
        What it adds to the margins of third parties; negative where it harms them.

    Raises
    ------
    GameError
        If a number is too small or not exact.
    """

    recipient: int
    value: Fraction
    cost: Fraction
    harm: Mapping[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_worth("the value of an item", self.value)
        check_number("the cost of an item", self.cost, least=0)
        _check_harm("an item", self.harm)


@dataclass(frozen=True)
class Budget:
    """A limit on some transfers and items together; over none of them it is idle.

    Parameters
    ----------
    limit : Fraction
        At least 0.
    transfers, items : frozenset of int
        Numbers of the instruments it pays for.
    units : bool
        Whether it limits units given, an item being one, rather than their cost.

    Raises
    ------
    GameError
        If the limit is negative or not exact.
    """

    limit: Fraction
    transfers: frozenset[int]
    items: frozenset[int]
    units: bool = False

    def __post_init__(self) -> None:
        check_number("the limit of a budget", self.limit, least=0)


@dataclass(frozen=True)
class Package:
    """Amendments adopted, amounts transferred and contributed, items given; all by number."""

    amendments: frozenset[int] = frozenset()
    transfers: Mapping[int, Fraction] = field(default_factory=dict)
    items: frozenset[int] = frozenset()
    contributions: Mapping[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Deletion:
    """One part of a package left out or lowered, and whether the package then still works."""

    part: str
    number: int
    lowered_by: Fraction | None
    still_works: bool
