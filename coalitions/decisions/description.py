"""A body in words: its decisions, rules, members, sources and what is uncertain about them."""

from __future__ import annotations

import datetime
from typing import Any

from coalitions.answers.results import Block, Screen
from coalitions.bodies.body import Body, Decision, Reading
from coalitions.bodies.rosters import BoundDecision, bind_decision
from coalitions.bodies.states import state_name
from solvers.errors import EngineError

__all__ = ["body_data", "body_screen"]

CONFIDENCE = {
    "A": "text read, or reproduced by the record",
    "B": "good secondary source",
    "C": "general knowledge, to be verified",
}


def body_screen(
    body: Body,
    day: datetime.date | None = None,
    decision: str | None = None,
    table: str | None = None,
) -> Screen:
    """Describe a body on a day.

    Parameters
    ----------
    body : Body
        The body.
    day : date, optional
        The day; the newest roster when left out.
    decision : str, optional
        One type of decision; all of them when left out.
    table : str, optional
        Weights table to use.

    Returns
    -------
    Screen

    Raises
    ------
    EngineError
        If nothing can be bound on that day.
    """
    chosen = [body.decision(decision)] if decision else list(body.decisions.values())
    blocks, members = [], None
    errors: list[EngineError] = []
    for kind in chosen:
        rows = [("effect", f"{kind.effect}. {kind.decides}".strip())]
        if kind.abstention:
            rows.append(("abstention", kind.abstention))
        if kind.consensus_first:
            rows.append(("consensus", kind.consensus_first))
        for reading in kind.readings.values():
            try:
                bound = _bound(body, kind, reading, day, table)
            except EngineError as error:
                errors.append(error)
                rows.append((f"{reading.name}", str(error)))
                continue
            if members is None or len(bound.roster.notes) > len(members.roster.notes):
                members = bound
            star = " (default)" if reading.name == kind.default and len(kind.readings) > 1 else ""
            rows.append((f"{reading.name}{star}", bound.rule.describe()))
            basis = ": ".join(
                filter(None, (CONFIDENCE[reading.confidence], "; ".join(reading.sources)))
            )
            rows.append(("", ". ".join(filter(None, (reading.title, basis)))))
        blocks.append(Block(kind.name.upper(), kind.title, tuple(rows)))
    if members is None:
        raise errors[0]
    blocks.append(_members(members))
    if body.routes:
        routes = tuple((r.body, f"{r.decides} (when {r.when})") for r in body.routes)
        blocks.append(Block("OTHER ROUTES", "", routes))
    if body.notes:
        blocks.append(Block("NOTES", "", tuple(("", note) for note in body.notes)))
    return Screen(f"{body.title} ({body.name})", members.roster.day, tuple(blocks))


def _bound(
    body: Body, kind: Decision, reading: Reading, day: datetime.date | None, table: str | None
) -> BoundDecision:
    own = {"table": table, "note": f"weights table {table} named by the user"} if table else None
    return bind_decision(body, kind.name, reading.name, day, own_roster=own)


def _members(bound: BoundDecision) -> Block:
    dated, roster = bound.roster, bound.roster.roster
    rows = []
    grouped = {i for players in roster.groups.values() for i in players}
    for group, players in sorted(roster.groups.items()):
        rows.append((f"{group} ({len(players)})", _names(roster.names[i] for i in players)))
    rest = [name for i, name in enumerate(roster.names) if i not in grouped]
    if rest:
        rows.append((f"members ({len(rest)})", _names(rest)))
    for name, values in roster.weights.items():
        most = sorted(zip(values, roster.names, strict=True), reverse=True)[:5]
        largest = ", ".join(f"{label} {value:,}" for value, label in most)
        rows.append((name, f"total {sum(values):,}; largest {largest}"))
    rows += [("note", note) for note in dated.notes]
    when = f"on {dated.day}, " if dated.day else ""
    aside = f"{roster.n_players} members {when}from {dated.origin}; {CONFIDENCE[dated.confidence]}"
    return Block("MEMBERS", aside, tuple(rows))


def _names(labels: Any) -> str:
    return ", ".join(
        label if state_name(label) == label else f"{state_name(label)} ({label})"
        for label in labels
    )


def body_data(
    body: Body,
    day: datetime.date | None = None,
    decision: str | None = None,
    table: str | None = None,
) -> dict[str, Any]:
    """Return a body on a day as plain data, every bound rule in full.

    Parameters
    ----------
    body, day, decision, table
        As in :func:`body_screen`.

    Returns
    -------
    dict
    """
    chosen = [body.decision(decision)] if decision else list(body.decisions.values())
    decisions: dict[str, Any] = {}
    for kind in chosen:
        readings: dict[str, Any] = {}
        for reading in kind.readings.values():
            entry: dict[str, Any] = {
                "title": reading.title,
                "confidence": reading.confidence,
                "sources": list(reading.sources),
            }
            try:
                bound = _bound(body, kind, reading, day, table)
                entry["rule"] = bound.rule.to_dict()
                entry["words"] = bound.rule.describe()
                entry["roster"] = {
                    "day": bound.roster.day,
                    "origin": bound.roster.origin,
                    "confidence": bound.roster.confidence,
                    "notes": list(bound.roster.notes),
                }
            except EngineError as error:
                entry["not_bound"] = str(error)
            readings[reading.name] = entry
        decisions[kind.name] = {
            "title": kind.title,
            "effect": kind.effect,
            "abstention": kind.abstention,
            "default": kind.default,
            "readings": readings,
        }
    return {
        "name": body.name,
        "title": body.title,
        "decisions": decisions,
        "notes": list(body.notes),
    }
