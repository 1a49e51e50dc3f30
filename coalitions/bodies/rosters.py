"""Who sits in a body on a day, with which weight, and how sure that is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coalitions.bodies.body import Body, Decision, Reading, load_body
from coalitions.bodies.states import find_state, state_name
from coalitions.files import datasets
from coalitions.files.spelling import did_you_mean
from solvers.errors import RuleError
from solvers.rules.roster import Roster
from solvers.rules.rule import Rule
from solvers.rules.templates import Template, bind, weights_used

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BoundDecision",
    "DatedRoster",
    "bind_decision",
    "possible_members",
    "rebind",
    "roster",
    "roster_on",
]


@dataclass(frozen=True)
class DatedRoster:
    """The members of a body on a day, and where that comes from.

    Parameters
    ----------
    roster : Roster
        Members, groups and weights.
    day : str
        ISO date the roster stands for; empty where the members are anonymous seats.
    origin : str
        The table, or who brought the roster.
    confidence : str
        A, B or C.
    own : bool
        Whether the scenario brought it; every output says so.
    notes : tuple of str
        What a reader should know, weights included.
    """

    roster: Roster
    day: str
    origin: str
    confidence: str
    own: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class BoundDecision:
    """A type of decision, bound to the members of a day."""

    body: Body
    decision: Decision
    reading: Reading
    roster: DatedRoster
    rule: Rule
    absent: tuple[str, ...]
    recused: tuple[str, ...]


def roster_on(
    body: Body,
    day: datetime.date | None = None,
    own: Mapping[str, Any] | None = None,
    weight_names: Iterable[str] = (),
) -> DatedRoster:
    """Find the roster of a body on a day.

    Parameters
    ----------
    body : Body
        The body.
    day : date, optional
        The day; without it the newest roster that the data have, not later than today.
    own : mapping, optional
        A roster that the scenario brings: ``members`` (list), ``groups``, ``weights``, or
        ``table`` (a weights table to use on a day it does not cover), and ``note``.
    weight_names : iterable of str
        The weights that the decision needs.

    Returns
    -------
    DatedRoster

    Raises
    ------
    RuleError
        If the data do not cover the day; the message gives the nearest days.
    """
    own = dict(own or {})
    source = own if "members" in own else body.roster
    lost = [key for key in ("groups", "weights") if own.get(key) and "members" not in own]
    if lost:
        raise RuleError(f"a roster of one's own with {lost[0]} must list its members too")
    if "members" in source:
        names = tuple(_label(m) for m in source["members"])
        groups = {g: [_label(m) for m in v] for g, v in source.get("groups", {}).items()}
        weights = {k: _weights(v, names) for k, v in source.get("weights", {}).items()}
        by_scenario = "members" in own
        note = str(source.get("note", ""))
        origin = "the scenario's own roster" if by_scenario else "the body file"
        roster = Roster.of(names, groups, weights)
        day_text = day.isoformat() if day else ""
        return DatedRoster(
            roster,
            day_text,
            origin,
            "C" if by_scenario else "A",
            by_scenario,
            (note,) if note else (),
        )
    if "seats" in source:
        return _seats(body, source)
    return _from_tables(body, day, own, tuple(weight_names))


def _label(word: object) -> str:
    """Return the code of a state by any of its names; any other label as it is."""
    return find_state(str(word)) or str(word)


def _weights(values: Any, names: Sequence[str]) -> dict[str, int]:
    if isinstance(values, Mapping):
        return {k if k in names else _label(k): v for k, v in values.items()}
    if len(values) != len(names):
        raise RuleError(f"{len(values)} weights for {len(names)} members")
    return dict(zip(names, values, strict=True))


def _seats(body: Body, source: Mapping[str, Any]) -> DatedRoster:
    groups = {
        group: [f"{group} {i + 1}" if count > 1 else group for i in range(count)]
        for group, count in source["seats"].items()
    }
    names = [name for members in groups.values() for name in members]
    note = str(source.get("note", f"{body.name}: anonymous seats"))
    return DatedRoster(Roster.of(names, groups), "", "anonymous seats", "A", False, (note,))


def _from_tables(
    body: Body, day: datetime.date | None, own: Mapping[str, Any], needed: tuple[str, ...]
) -> DatedRoster:
    name = body.roster["table"]
    windows = _coverage(name)
    if day is None and needed and "table" not in own:
        day = _newest_weights(body)
    text = _day_within(body, name, windows, day)
    window = next(w for w in windows if w["from"] <= text <= w["to"])
    rows = datasets.table("rosters", f"{name}.csv")
    spells = sorted((r for r in rows if r["from"] <= text <= r["to"]), key=lambda r: r["state"])
    members = [row["state"] for row in spells]
    groups: dict[str, list[str]] = {}
    for row in spells:
        for group in filter(None, row["group"].split(";")):
            groups.setdefault(group, []).append(row["state"])
    for group, other in body.roster.get("groups", {}).items():
        _day_within(body, other, _coverage(other), datetime.date.fromisoformat(text))
        rows = datasets.table("rosters", f"{other}.csv")
        groups[group] = [r["state"] for r in rows if r["from"] <= text <= r["to"]]
    weights, notes = _weight_columns(body, text, own.get("table"), members, needed)
    notes += [f"{r['state']}: {r['note']}" for r in spells if r["note"]]
    if own.get("note"):
        notes.insert(0, str(own["note"]))
    roster = Roster.of(members, groups, weights)
    return DatedRoster(roster, text, name, window["confidence"], bool(own), tuple(notes))


def _coverage(table: str) -> list[Mapping[str, str]]:
    """Spans of days for which a roster table is complete."""
    rows = datasets.table("rosters", "coverage.csv")
    windows: list[Mapping[str, str]] = [row for row in rows if row["table"] == table]
    if not windows:
        known = sorted({row["table"] for row in rows})
        raise RuleError(
            f"no roster table {table!r}{did_you_mean(table, known)}; the data have "
            f"{', '.join(known)}"
        )
    return windows


def _weights_coverage(body: Body) -> list[Mapping[str, str]]:
    files = body.weights.get("tables") or [body.weights.get("table")]
    return [row for row in datasets.table("weights", "coverage.csv") if row["file"] in files]


def _newest_weights(body: Body) -> datetime.date | None:
    days = [row["to"] for row in _weights_coverage(body)]
    return min(datetime.date.fromisoformat(max(days)), datetime.date.today()) if days else None


def _day_within(
    body: Body, table: str, windows: Sequence[Mapping[str, str]], day: datetime.date | None
) -> str:
    if day is None:
        today = datetime.date.today().isoformat()
        past = [w for w in windows if w["from"] <= today]
        return min(today, max(w["to"] for w in past))
    text = day.isoformat()
    if any(w["from"] <= text <= w["to"] for w in windows):
        return text
    before = [w["to"] for w in windows if w["to"] < text]
    after = [w["from"] for w in windows if w["from"] > text]
    nearest = " and ".join([*(before and [max(before)]), *(after and [min(after)])])
    raise RuleError(
        f"no roster of {body.name} is known for {text}: the nearest days with one are {nearest}; "
        f"give the scenario its own 'roster' for this body"
    )


def _weight_columns(
    body: Body, day: str, table: str | None, members: Sequence[str], needed: tuple[str, ...]
) -> tuple[dict[str, dict[str, int]], list[str]]:
    found: dict[str, dict[str, int]] = {}
    notes: list[str] = []
    if not needed:
        return found, notes
    coverage = _weights_coverage(body)
    if table is not None and table not in {row["table"] for row in coverage}:
        known = [row["table"] for row in coverage]
        raise RuleError(
            f"no weights table {table!r} of {body.name}{did_you_mean(table, known)}; "
            f"it has {', '.join(known) or 'none'}"
        )
    for row in coverage:
        if (row["table"] == table) if table else (row["from"] <= day <= row["to"]):
            for line in datasets.table("weights", f"{row['file']}.csv"):
                if line["table"] != row["table"]:
                    continue
                for column in line.keys() - {"table", "state"}:
                    if column in needed and line["state"] in members:
                        found.setdefault(column, {})[line["state"]] = int(line[column])
            unit = f"{row['table']} ({row['unit']}; confidence {row['confidence']})"
            notes.append(f"weights: {unit}{': ' + row['note'] if row['note'] else ''}")
    for column in needed:
        missing = [m for m in members if m not in found.get(column, {})]
        if missing:
            spans = ", ".join(f"{r['table']} {r['from']} to {r['to']}" for r in coverage)
            raise RuleError(
                f"the weights {column!r} of {body.name} are not known for {day} "
                f"({len(missing)} of {len(members)} members missing): the data have "
                f"{spans or 'none'}; name one under roster.table, or bring your own"
            )
    return found, notes


def possible_members(body: Body, day: datetime.date) -> frozenset[str] | None:
    """List the states that sit, or may sit, in a body about a day.

    Parameters
    ----------
    body : Body
        The body.
    day : date
        The day.

    Returns
    -------
    frozenset of str or None
        None when the data do not say, as for anonymous seats without a list of members. On a
        day that the data do not cover, the members of the nearest day that they do: good
        enough to tell whether a venue is of interest, and used for nothing else.
    """
    table = body.roster.get("membership" if "seats" in body.roster else "table")
    if table is None:
        return None
    text = day.isoformat()
    windows = [
        (w["from"], w["to"])
        for w in datasets.table("rosters", "coverage.csv")
        if w["table"] == table
    ]
    if not windows:
        return None
    if not any(since <= text <= until for since, until in windows):
        ends = [end for window in windows for end in window]
        text = min(ends, key=lambda end: abs(datetime.date.fromisoformat(end) - day))
    rows = datasets.table("rosters", f"{table}.csv")
    return frozenset(r["state"] for r in rows if r["from"] <= text <= r["to"])


def bind_decision(
    body: Body,
    decision: str | None = None,
    reading: str | None = None,
    day: datetime.date | None = None,
    absent: Iterable[str] = (),
    recused: Iterable[str] = (),
    own_roster: Mapping[str, Any] | None = None,
) -> BoundDecision:
    """Bind a type of decision of a body to the members of a day.

    Parameters
    ----------
    body : Body
        The body.
    decision, reading : str, optional
        Names; the defaults of the body when left out.
    day : date, optional
        The day of the decision; without it the newest day that rule and data have.
    absent, recused : iterable of str
        Members that stay away, and members that take no part.
    own_roster : mapping, optional
        As in :func:`roster_on`.

    Returns
    -------
    BoundDecision

    Raises
    ------
    RuleError
        If something is unknown, or the data do not cover the day.

    Examples
    --------
    >>> import datetime
    >>> from coalitions.bodies.body import load_body
    >>> bound = bind_decision(load_body("un-security-council"), day=datetime.date(2011, 3, 17))
    >>> bound.rule.n_players, bound.rule.describe()
    (15, 'nine in favour, and no permanent member against')
    """
    kind = body.decision(decision)
    read = kind.reading(reading)
    template: Template = read.on(day)
    if day is None and read.last_day:  # a rule of the past is shown for its last day
        day = datetime.date.fromisoformat(read.last_day)
    roster = roster_on(body, day, own_roster, sorted(weights_used(template)))
    names = roster.roster.names
    away, aside = (
        tuple(s if s in names else _label(s) for s in group) for group in (absent, recused)
    )
    rule = bind(template, roster.roster, away, aside)
    return BoundDecision(body, kind, read, roster, rule, away, aside)


def rebind(bound: BoundDecision, reading: str) -> BoundDecision:
    """Read the rule of a bound decision otherwise, for the same members.

    Parameters
    ----------
    bound : BoundDecision
        The decision.
    reading : str
        Name of another of its readings.

    Returns
    -------
    BoundDecision

    Raises
    ------
    RuleError
        If there is no such reading, or the roster lacks a weight it needs.
    """
    other = bound.decision.reading(reading)
    day = datetime.date.fromisoformat(bound.roster.day) if bound.roster.day else None
    template = other.on(day)
    dated = bound.roster
    lacking = sorted(weights_used(template) - set(dated.roster.weights))
    if lacking and not dated.own:
        dated = roster_on(bound.body, day, None, lacking)
    rule = bind(template, dated.roster, bound.absent, bound.recused)
    return replace(bound, reading=other, roster=dated, rule=rule)


def roster(body: str, day: str | datetime.date | None = None) -> pd.DataFrame:
    """Return the members of a body on a day as a tidy data frame; needs pandas.

    Parameters
    ----------
    body : str
        A shipped name or a body file.
    day : str or date, optional
        ISO date; the newest roster when left out.

    Returns
    -------
    DataFrame
        One row per member: ``state``, ``name``, ``groups``, ``day``, ``origin``.

    Raises
    ------
    RuleError
        If the data do not cover the day.
    """
    import pandas as pd

    when = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    dated = roster_on(load_body(body), when)
    groups = dated.roster.groups
    return pd.DataFrame(
        {
            "state": state,
            "name": state_name(state),
            "groups": ";".join(g for g, players in groups.items() if i in players),
            "day": dated.day,
            "origin": dated.origin,
        }
        for i, state in enumerate(dated.roster.names)
    )
