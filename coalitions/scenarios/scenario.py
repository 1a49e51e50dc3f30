"""A scenario in memory: options, venues, voters, instruments, each number with its origin."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from coalitions.bodies.rosters import rebind
from coalitions.bodies.states import find_state
from coalitions.files.spelling import did_you_mean, vote_meant
from coalitions.scenarios.joint_routes import joint_venue
from coalitions.scenarios.parts import (
    LEVEL_WORDS,
    WHAT_IF,
    AmendmentCase,
    BudgetCase,
    Chances,
    ConcessionCase,
    DoubtsCase,
    EstimatedMargin,
    Figure,
    Payoff,
    Position,
    RecordedCase,
    Venue,
)
from coalitions.scenarios.ties import Ties
from solvers.errors import EngineError

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
    "Option",
    "Payoff",
    "Position",
    "RecordedCase",
    "Scenario",
    "Venue",
    "load",
]


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
    correlation: Figure | None = None

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
    ties : Ties
        What ties the instruments together.
    worth : Figure or None
        What a unit of effect is worth, in the unit of costs.
    changes : mapping of str to str
        What ``what_if`` changed: vote by state.
    source : str
        What :func:`load` was given.
    written : mapping
        The file as it was read.

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
    ties: Ties = field(default_factory=Ties)
    worth: Figure | None = None
    changes: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    written: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_frames(
        cls, positions: Any, bodies: Any = None, options: Any = None, **sections: Any
    ) -> Scenario:
        """Make a scenario of tables, one state a row.

        Parameters
        ----------
        positions : DataFrame, iterable of mapping, or path of an XLSX or CSV file
            The columns ``state`` and ``vote`` are needed;
            :func:`~coalitions.decisions.frames.positions` has all.
        bodies : DataFrame, mapping or str, optional
            Which body decides, by route; left out where the positions have a column ``body``.
        options : DataFrame or mapping, optional
            What may be adopted; left out, the positions name the options.
        **sections
            Other sections of a scenario file; ``date`` is needed. ``folder`` is where files
            that bodies name are looked for.

        Returns
        -------
        Scenario

        Raises
        ------
        InputError
            With every mistake, by row where a row is at fault.

        Examples
        --------
        >>> votes = {"1": "for", "2": "against", "3": "unknown"}
        >>> rows = [{"state": state, "vote": vote} for state, vote in votes.items()]
        >>> Scenario.from_frames(rows, "[2; 1, 1, 1]", date="2026-01-01").options[0].key
        'text'
        """
        from coalitions.scenarios.scenario_frames import scenario_of

        return scenario_of(positions, bodies, options, **sections)

    def to_frames(self) -> dict[str, Any]:
        """Return the tables and sections of which :meth:`from_frames` makes the scenario again.

        Returns
        -------
        dict
            The frames ``positions``, ``bodies`` and ``options``, and the other sections.

        Raises
        ------
        EngineError
            If it is changed by a what-if, or was not loaded or made of tables.

        Examples
        --------
        >>> tables = load("libya-2011").to_frames()
        >>> len(tables["positions"]), Scenario.from_frames(**tables).title
        (15, 'Libya, resolution 1973')
        """
        from coalitions.scenarios.scenario_frames import frames_of

        return frames_of(self)

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

    def what_if(self, /, **changes: str) -> Scenario:
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
                    f"{word}={vote}: a vote is {', '.join(WHAT_IF)}{vote_meant(vote, WHAT_IF)}"
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
            {
                r
                for o in self.options
                for v in o.venues
                for part in (v, *v.parts)
                for r in part.bound.decision.readings
            }
        )
        if reading not in known:
            hint = did_you_mean(reading, known)
            raise EngineError(f"no reading {reading!r} here{hint}; there is {', '.join(known)}")
        return replace(self, options=tuple(_read_as(o, reading) for o in self.options))


def _read_as(option: Option, reading: str) -> Option:
    return replace(option, venues=tuple(_venue_read_as(v, reading) for v in option.venues))


def _venue_read_as(venue: Venue, reading: str) -> Venue:
    if venue.parts:
        parts = tuple(_venue_read_as(part, reading) for part in venue.parts)
        title = venue.bound.body.title
        return joint_venue(venue.key, title, parts, venue.together, venue.legitimacy)
    if reading not in venue.bound.decision.readings:
        return venue
    return replace(venue, bound=rebind(venue.bound, reading))


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
    from coalitions.scenarios.build import build
    from coalitions.scenarios.source import read

    document, name, folder = read(source)
    scenario = build(document, name, folder)
    return replace(scenario, source=os.fspath(source), written=document.data)
