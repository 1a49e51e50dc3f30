"""The parts of a scenario: numbers with their origin, positions, payoffs, venues, instruments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from coalitions.bodies.rosters import BoundDecision
from coalitions.scenarios.conditions import NamedCondition

__all__ = [
    "LEVEL_WORDS",
    "WHAT_IF",
    "AmendmentCase",
    "BudgetCase",
    "Chances",
    "ConcessionCase",
    "DoubtsCase",
    "EstimatedMargin",
    "Figure",
    "Payoff",
    "Position",
    "RecordedCase",
    "Venue",
]

LEVEL_WORDS = {  # lowest, most likely and highest vote of a stated position
    "for": (2, 2, 2),
    "leans_for": (1, 2, 2),
    "abstain": (1, 1, 1),
    "leans_against": (0, 0, 1),
    "against": (0, 0, 0),
    "unknown": (0, 0, 2),
}
WHAT_IF = {"for": 2, "abstain": 1, "against": 0, "absent": 3}


@dataclass(frozen=True)
class Figure:
    """A number, its interval, and where it comes from.

    Parameters
    ----------
    value, low, high : Fraction
        The number and the ends of its interval.
    origin, source, date, confidence : str
        Provenance.
    place : str
        Where in the file it stands.
    """

    value: Fraction
    low: Fraction
    high: Fraction
    origin: str = "assumed"
    source: str = ""
    date: str = ""
    confidence: str = ""
    place: str = ""


@dataclass(frozen=True)
class Chances:
    """Chances of the votes of a state.

    Parameters
    ----------
    yes, abstain, against : Fraction
        They sum to 1.
    """

    yes: Fraction
    abstain: Fraction
    against: Fraction

    @property
    def by_level(self) -> tuple[Fraction, Fraction, Fraction]:
        """Chances to vote against, to abstain and to vote for."""
        return self.against, self.abstain, self.yes


@dataclass(frozen=True)
class EstimatedMargin:
    """What a vote hangs on, in standard deviations of what an estimate does not see.

    Parameters
    ----------
    value, low, high : Fraction
        At 0 or above the state votes for; with the interval in which a single vote falls.
    band : Fraction or None
        Down to how far below 0 it abstains.
    """

    value: Fraction
    low: Fraction
    high: Fraction
    band: Fraction | None = None


@dataclass(frozen=True)
class Position:
    """A stated position and what would change it.

    Parameters
    ----------
    word : str
        The level.
    conditions : tuple of (int, NamedCondition)
        Votes, and what they hang on.
    origin, source, date, confidence, place : str
        Provenance.
    price : (Figure, Figure) or None
        What concessions must be worth to it before it abstains, and before it supports.
    hidden : Figure or None
        Probability that it objects whatever it says.
    firm : bool
        Whether it does not withdraw its vote.
    chances : Chances or None
        Of its votes, where they are estimated.
    margin : EstimatedMargin or None
        What they rest on, where that is known.
    """

    word: str
    conditions: tuple[tuple[int, NamedCondition], ...] = ()
    origin: str = "assumed"
    source: str = ""
    date: str = ""
    confidence: str = ""
    place: str = ""
    price: tuple[Figure, Figure] | None = None
    hidden: Figure | None = None
    firm: bool = False
    chances: Chances | None = None
    margin: EstimatedMargin | None = None


@dataclass(frozen=True)
class DoubtsCase:
    """How far parts of a margin may fall short, and how many of them at once."""

    at_once: Fraction
    parts: tuple[Fraction, ...]
    amendments: Mapping[str, Fraction]


@dataclass(frozen=True)
class Payoff:
    """What an option is worth to a state, by criterion, against its reservation point.

    Parameters
    ----------
    terms : tuple of (str, Fraction, Figure)
        Criterion, weight, score.
    reservation, band : Figure
        Reservation point and acquiescence band.
    legitimacy : Fraction
        Value that the state puts on legitimacy.
    burden : Figure or None
        What taking part costs it.
    immovable : bool
        Whether nothing that is conceded moves it.
    hidden : Figure or None
        Probability that it objects whatever its payoffs.
    firm : bool
        Whether it does not withdraw its vote.
    doubts : DoubtsCase or None
        How far the parts of its margin may fall short.
    """

    terms: tuple[tuple[str, Fraction, Figure], ...]
    reservation: Figure
    band: Figure
    legitimacy: Fraction
    burden: Figure | None
    immovable: bool = False
    hidden: Figure | None = None
    firm: bool = False
    doubts: DoubtsCase | None = None

    def margin(self, route_legitimacy: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        """Return the lowest, central and highest margin over the reservation point.

        Parameters
        ----------
        route_legitimacy : Fraction
            Legitimacy of the route by which the option is adopted.

        Returns
        -------
        tuple of three Fractions
        """
        ends = []
        for pick, other in (("low", "high"), ("value", "value"), ("high", "low")):
            total = sum((w * getattr(s, pick) for _, w, s in self.terms), Fraction(0))
            total += self.legitimacy * route_legitimacy - getattr(self.reservation, other)
            if self.burden is not None:
                total -= getattr(self.burden, other)
            ends.append(total)
        return ends[0], ends[1], ends[2]

    def figures(self) -> list[Figure]:
        """List the numbers the margin rests on."""
        found = [score for _, _, score in self.terms] + [self.reservation, self.band]
        return found + [f for f in (self.burden, self.hidden) if f is not None]


@dataclass(frozen=True)
class RecordedCase:
    """A vote as it was cast.

    Parameters
    ----------
    label : str
        Symbol or source.
    votes : mapping of str to int
        Vote level by state; empty when only totals are known.
    totals : (int, int, int) or None
        For, against, abstaining.
    adopted : bool or None
        The recorded outcome, where the record states it.
    without_vote : bool
        Adopted, but nobody was asked to vote.
    source : str
        Attribution.
    note : str
        Remark of the record.
    """

    label: str
    votes: Mapping[str, int]
    totals: tuple[int, int, int] | None
    adopted: bool | None
    without_vote: bool
    source: str
    note: str = ""


@dataclass(frozen=True)
class Venue:
    """A body that an option may go to, bound to the members of the day.

    Parameters
    ----------
    key : str
        Name of the body or route in the scenario.
    bound : BoundDecision
        The decision; of a route of several bodies one decision over all their members.
    legitimacy : Fraction
        Legitimacy of the route.
    parts : tuple of Venue
        The bodies of a route of several.
    together : {"", "all", "any"}
        Whether all of them must decide, or any of them.
    """

    key: str
    bound: BoundDecision
    legitimacy: Fraction
    parts: tuple[Venue, ...] = ()
    together: str = ""


@dataclass(frozen=True)
class AmendmentCase:
    """Something that is adopted whole or not at all, with what it does to effect and margins.

    Parameters
    ----------
    key, title : str
        Name and title.
    cost, effect : Figure
        What adopting it costs, and what it adds to the effect of the text.
    margins : mapping of str to Figure
        What it adds to margins, by state.
    requires, excludes, crosses : collections of str
        Amendments that must and must not go with it; red lines that it crosses.
    options : frozenset of str or None
        The options that it belongs to; None for all.
    origin : str
        Where it comes from.
    kind : {"amendment", "link", "endorsement"}
        A change of the text, another item of business, or an endorsement that can be had.
    venue : Venue or None
        Of a link: the body that takes it.
    harm : mapping of str to Figure
        What it adds to the margins of third parties.
    """

    key: str
    title: str
    cost: Figure
    effect: Figure
    margins: Mapping[str, Figure]
    requires: frozenset[str]
    excludes: frozenset[str]
    crosses: tuple[str, ...]
    options: frozenset[str] | None
    origin: str
    kind: str = "amendment"
    venue: Venue | None = None
    harm: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class ConcessionCase:
    """A lawful instrument towards one state.

    Parameters
    ----------
    key, title, kind, type, provider : str
        Name, title, transfer or item, kind of instrument, who pays.
    recipient : str
        The state.
    value, cost : Figure
        Worth to the recipient, and cost to the provider, of one unit.
    cap : Figure or None
        Most units.
    trust : Figure
        Share of the promise that is believed.
    escrow : Figure or None
        What it costs to deposit it with a third party, so that all of it is believed.
    harm : mapping of str to Figure
        What one unit adds to the margins of third parties.
    """

    key: str
    title: str
    kind: str
    type: str
    provider: str
    recipient: str
    value: Figure
    cost: Figure
    cap: Figure | None
    trust: Figure
    escrow: Figure | None = None
    harm: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class BudgetCase:
    """A limit on the cost of some concessions, or on the units that are given of them."""

    limit: Figure
    of: frozenset[str]
    counts: str = "cost"
