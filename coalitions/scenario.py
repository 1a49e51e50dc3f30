"""A scenario in memory: options, venues, voters, instruments, each number with its origin."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from coalitions.conditions import NamedCondition
from coalitions.rosters import BoundDecision, rebind
from coalitions.spelling import did_you_mean
from coalitions.states import find_state
from solvers.errors import EngineError

__all__ = [
    "AmendmentCase",
    "BudgetCase",
    "ConcessionCase",
    "Figure",
    "Option",
    "Payoff",
    "Position",
    "RecordedCase",
    "Scenario",
    "Venue",
    "load",
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
class Position:
    """A stated position and the conditions under which the state votes otherwise."""

    word: str
    conditions: tuple[tuple[int, NamedCondition], ...] = ()
    origin: str = "assumed"
    source: str = ""
    date: str = ""
    confidence: str = ""
    place: str = ""


@dataclass(frozen=True)
class Payoff:
    """What an option is worth to a state, by criterion, against its reservation point."""

    terms: tuple[tuple[str, Fraction, Figure], ...]  # criterion, weight, score
    reservation: Figure
    band: Figure
    legitimacy: Fraction
    burden: Figure | None

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
        return found + ([self.burden] if self.burden is not None else [])


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
    """A body that an option may go to, bound to the members of the day."""

    key: str
    bound: BoundDecision
    legitimacy: Fraction


@dataclass(frozen=True)
class Option:
    """A text that may be adopted, in one or more venues."""

    key: str
    title: str
    date: datetime.date
    venues: tuple[Venue, ...]
    legal_basis: str
    effect: Figure
    unit: str
    crosses: tuple[str, ...]
    recorded: RecordedCase | None
    positions: Mapping[str, Position]
    payoffs: Mapping[str, Payoff]
    afterwards: Mapping[str, Any] | None
    note: str = ""

    def position(self, state: str) -> Position:
        """Return the stated position of a state; unknown where nothing is said.

        Parameters
        ----------
        state : str
            ISO code or label.

        Returns
        -------
        Position
        """
        default = self.positions.get("default", Position("unknown"))
        return self.positions.get(state, default)


@dataclass(frozen=True)
class AmendmentCase:
    """A change of the text, with what it does to effect and margins."""

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


@dataclass(frozen=True)
class ConcessionCase:
    """A lawful instrument towards one state."""

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


@dataclass(frozen=True)
class BudgetCase:
    """A limit on the cost of some concessions; an empty set means all of them."""

    limit: Figure
    of: frozenset[str]


@dataclass(frozen=True)
class Scenario:
    """Everything one case says.

    Parameters
    ----------
    name, title : str
        Short name and title.
    date : date
        Day on which rosters and weights are taken.
    marking : str
        Repeated on every output.
    options : tuple of Option
        The texts.
    floor : Figure
        The least protective effect.
    never : tuple of str
        Red lines.
    digest : str
        SHA-256 of the input.
    changes : mapping of str to str
        What ``what_if`` changed: vote by state.
    source : str
        What :func:`load` was given.

    Examples
    --------
    >>> load("libya-2011").options[0].title[:12]
    'Resolution 1'
    """

    name: str
    title: str
    date: datetime.date
    marking: str
    fictional: bool
    summary: str
    context: Mapping[str, Any]
    options: tuple[Option, ...]
    floor: Figure
    never: tuple[str, ...]
    unit: str
    amendments: tuple[AmendmentCase, ...]
    concessions: tuple[ConcessionCase, ...]
    budgets: tuple[BudgetCase, ...]
    endorsements: Mapping[str, bool]
    resolution: Fraction
    attribution: tuple[str, ...]
    digest: str
    changes: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def option(self, key: str | None = None) -> Option:
        """Return an option by its key; the only one when no key is given.

        Parameters
        ----------
        key : str or None
            Key of the option.

        Returns
        -------
        Option

        Raises
        ------
        EngineError
            If there is no such option, or several and none is named.
        """
        keys = [o.key for o in self.options]
        if key is None and len(keys) == 1:
            return self.options[0]
        if key not in keys:
            what = "name one of the options" if key is None else f"no option {key!r}"
            hint = did_you_mean(key or "", keys)
            raise EngineError(f"{self.name}: {what}{hint}; it has {', '.join(keys)}")
        return self.options[keys.index(key)]

    def what_if(self, **changes: str) -> Scenario:
        """Return a scenario in which some states vote otherwise.

        Parameters
        ----------
        **changes : str
            ``for``, ``abstain``, ``against`` or ``absent``, by state.

        Returns
        -------
        Scenario
            A new scenario; this one is unchanged.

        Raises
        ------
        EngineError
            If a state takes part in no vote of the scenario, or a word is no vote.

        Examples
        --------
        >>> load("libya-2011").what_if(CHN="against").changes
        {'CHN': 'against'}
        """
        voters = sorted({n for o in self.options for v in o.venues for n in v.bound.rule.names})
        found = dict(self.changes)
        for word, vote in changes.items():
            state = word if word in voters else find_state(word)
            if state not in voters:
                raise EngineError(
                    f"{word!r} takes part in no vote of {self.name}{did_you_mean(word, voters)}"
                )
            if vote not in WHAT_IF:
                raise EngineError(
                    f"{word}={vote}: a vote is {', '.join(WHAT_IF)}{did_you_mean(vote, WHAT_IF)}"
                )
            found[state] = vote
        return replace(self, changes=found)

    def read_as(self, reading: str) -> Scenario:
        """Return a scenario in which rules are read otherwise, where a body has that reading.

        Parameters
        ----------
        reading : str
            Name of a reading, such as ``"literal"``.

        Returns
        -------
        Scenario

        Raises
        ------
        EngineError
            If no body of the scenario has such a reading.
        """
        known = sorted(
            {r for o in self.options for v in o.venues for r in v.bound.decision.readings}
        )
        if reading not in known:
            hint = did_you_mean(reading, known)
            raise EngineError(f"no reading {reading!r} here{hint}; there is {', '.join(known)}")
        return replace(self, options=tuple(_read_as(o, reading) for o in self.options))


def _read_as(option: Option, reading: str) -> Option:
    venues = tuple(
        replace(v, bound=rebind(v.bound, reading)) if reading in v.bound.decision.readings else v
        for v in option.venues
    )
    return replace(option, venues=venues)


def load(source: str | os.PathLike[str]) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    source : str or path
        A shipped name such as ``"libya-2011"``, a YAML or JSON file, or ``-`` for standard
        input.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every mistake in the file: line, column, key, what would be right.
    """
    from coalitions.scenario_build import build
    from coalitions.scenario_source import read

    document, name, folder = read(source)
    return replace(build(document, name, folder), source=os.fspath(source))
