"""Scenarios from frames and back: positions, bodies and options as tables."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalitions.bodies.states import find_state, state_name
from coalitions.errors import InputError, Problem
from coalitions.files.spelling import did_you_mean, shown
from coalitions.files.yaml12 import load as load_text
from coalitions.scenarios.build import build
from coalitions.scenarios.frame_faults import doubled_rows, off_the_record
from coalitions.scenarios.frame_rows import (
    COLUMNS,
    PositionRow,
    more_of,
    number_cell,
    position_cells,
    position_rows,
    records,
)
from coalitions.scenarios.parts import LEVEL_WORDS, Position
from solvers.errors import EngineError
from solvers.rules.votes import level_name

if TYPE_CHECKING:
    import pandas as pd

    from coalitions.bodies.rosters import BoundDecision
    from coalitions.scenarios.frame_rows import Rows
    from coalitions.scenarios.scenario import Option, Scenario

__all__ = ["frames_of", "scenario_of"]

BODY_COLUMNS = ("route", "body", "decision", "reading", "more")
OPTION_COLUMNS = ("option", "title", "routes", "legal_basis", "effect", "unit", "date", "more")
NEVER = ("amnesty_for_atrocity_crimes", "recognition_of_gains_by_force")
"""Red lines of a scenario that names none: the list is never empty."""
_EVIDENCE = ("origin", "source", "date", "confidence")
_IN_COLUMNS = (*_EVIDENCE, "is", "chances", "margin")


def scenario_of(
    positions: Rows,
    bodies: Any = None,
    options: Any = None,
    folder: str | Path = ".",
    **sections: Any,
) -> Scenario:
    """Make a scenario of tables.

    Parameters
    ----------
    positions : DataFrame, iterable of mapping, or path
        One state a row; the columns ``state`` and ``vote`` are needed.
    bodies : DataFrame, mapping or str, optional
        Which body decides: a frame, a body by route, or the one body; left out where the
        positions have the column ``body``.
    options : DataFrame or mapping, optional
        What may be adopted; left out, the positions name the options.
    folder : path
        Where files that bodies name are looked for.
    **sections
        Any other section of a scenario file: ``date`` must be given.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every mistake, by row where a row is at fault.
    """
    if not isinstance(folder, str | os.PathLike):
        raise InputError.at("folder", f"{shown(folder)} is not the name of a folder")
    name, rows, problems = position_rows(positions)
    if not rows and problems:
        raise InputError(problems)
    if not rows and "payoffs" not in sections:
        raise InputError.at(name, "has no row; give each member one")
    try:
        document, voting = _document(name, rows, bodies, options, sections, problems)
        text = json.dumps(document, ensure_ascii=False, default=str)
        scenario = build(load_text(name, text), "frames", Path(folder))
    except InputError as error:  # lines and columns are those of a text that nobody sees
        more = (replace(p, line=None, column=None) for p in error.problems)
        raise InputError([*problems, *more]) from None
    if problems:
        raise InputError(problems)
    _refuse_gaps(name, scenario, voting)
    return replace(scenario, written=document)


def frames_of(scenario: Scenario) -> dict[str, Any]:
    """Take a scenario apart into tables.

    Parameters
    ----------
    scenario : Scenario
        Loaded from a file or made of tables.

    Returns
    -------
    dict
        Arguments of :func:`scenario_of`: the frames ``positions``, ``bodies`` and ``options``,
        ``folder``, and every other section of the file.

    Raises
    ------
    EngineError
        If it is changed by a what-if, or was not made of a file or of tables.
    """
    if scenario.changes:
        raise EngineError(
            "a what-if has no tables of its own: take those of the scenario before the change"
        )
    if not scenario.written:
        raise EngineError("only a scenario that was loaded, or made of tables, has tables")
    written = scenario.written
    apart = ("positions", "bodies", "options", "tables", "recorded", "format")
    rows = [row for option in scenario.options for row in _rows_of(option, written)]
    path = Path(scenario.source)
    found: dict[str, Any] = {
        "positions": _frame(rows, COLUMNS),
        "bodies": _frame(_body_rows(scenario, written), BODY_COLUMNS),
        "options": _frame(_option_rows(scenario, written), OPTION_COLUMNS),
        "folder": str(path.parent) if path.is_file() else ".",
    }
    return found | {k: v for k, v in written.items() if k not in apart}


def _frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    used = [{c: "" if row.get(c) is None else row[c] for c in columns} for row in rows]
    return pd.DataFrame(used, columns=list(columns), dtype="object")


def _rows_of(option: Option, written: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield the votes of the record, then the positions, in roster order."""
    venue, record = option.venues[0], option.recorded
    place = {"option": option.key, "route": venue.key, "body": venue.bound.body.name}
    voters = dict.fromkeys(n for v in option.venues for n in v.bound.rule.names)
    has_record = record is not None and bool(record.votes) and not record.without_vote
    if record is not None and has_record:
        for state in venue.bound.rule.names:
            vote = level_name(record.votes[state])
            yield place | {
                "state": state, "vote": vote, "low": vote, "high": vote, "origin": "recorded",
                "source": record.source, "date": option.date.isoformat(),
            }  # fmt: skip
    others = option.recorded is not None
    extra = _extra(option.key, written, voters)
    for state in dict.fromkeys([*voters, *(k for k in option.positions if k != "default")]):
        if state in option.payoffs or (others and state not in option.positions):
            continue
        position = option.position(state)
        low, _, high = (level_name(x) for x in LEVEL_WORDS[position.word])
        vote = _middle(position)
        row: dict[str, Any] = {"state": state, "vote": vote, "low": low, "high": high}
        row |= {key: getattr(position, key) for key in _EVIDENCE}
        row |= position_cells(position.chances, position.margin)
        more = extra.get(state, extra.get("default", {}) if state not in option.positions else {})
        yield place | row | {"more": json.dumps(more, ensure_ascii=False) if more else ""}


def _middle(position: Position) -> str:
    return "unknown" if position.word == "unknown" else level_name(LEVEL_WORDS[position.word][1])


def _extra(
    option: str, written: Mapping[str, Any], voters: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """Find what else the file says of positions: conditions, prices, notes."""
    own = written["options"].get(option, {}).get("positions", {})
    known, found = set(voters), dict[str, dict[str, Any]]()
    for section in (written.get("positions", {}), own):
        for word, entry in section.items():
            state = word if word in known or word == "default" else find_state(word) or word
            found[state] = {k: v for k, v in entry.items() if k not in _IN_COLUMNS}
    return found


def _body_rows(scenario: Scenario, written: Mapping[str, Any]) -> list[dict[str, Any]]:
    bound: dict[str, BoundDecision] = {}
    for option in scenario.options:
        for venue in option.venues:
            bound |= {part.key: part.bound for part in (venue, *venue.parts)}
    rows = []
    for key, given in written["bodies"].items():
        entry = {"use": given} if isinstance(given, str) else dict(given)
        row: dict[str, Any] = {"route": key, "body": entry.pop("use", "")}
        row["decision"] = entry.pop("decision", "")
        row["reading"] = entry.pop("reading", "")
        if key in bound and bound[key].reading.name != bound[key].decision.default:
            row["reading"] = bound[key].reading.name  # it may be read otherwise by now
        rows.append(row | {"more": json.dumps(entry, ensure_ascii=False) if entry else ""})
    return rows


def _option_rows(scenario: Scenario, written: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for option in scenario.options:
        entry = dict(written["options"][option.key])
        entry.pop("positions", None)
        if "recorded" not in entry and "recorded" in written:
            entry["recorded"] = written["recorded"]
        record = option.recorded
        if record is not None and record.votes and not record.without_vote:
            said = entry.pop("recorded", {})  # the votes stand among the positions
            named = {k: said[k] for k in ("symbol", "vote_id") if said.get(k)}
            entry |= {"recorded": named} if named else {}  # what the record says besides
        needs = entry.pop("needs")
        row = {key: entry.pop(key, "") for key in ("title", "legal_basis", "date")}
        row |= {
            "option": option.key,
            "routes": needs if isinstance(needs, str) else ";".join(needs),
        }
        effect = entry.pop("effect")
        if isinstance(effect, dict):
            effect = dict(effect)
            row |= {"effect": effect.pop("value"), "unit": effect.pop("unit", "")}
            entry |= {"effect": effect} if effect else {}
        else:
            row["effect"] = effect
        row["effect"] = str(row["effect"])
        rows.append(row | {"more": json.dumps(entry, ensure_ascii=False) if entry else ""})
    return rows


def _document(
    name: str,
    rows: Sequence[PositionRow],
    bodies: Any,
    options: Any,
    sections: dict[str, Any],
    problems: list[Problem],
) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """Write the rows as a scenario file would say them; and who has a row, by option.

    What is wrong with rows is added to the problems, so that the rest can still be looked at.
    """
    if "date" not in sections:
        raise InputError.at("scenario", "no day is named: give date='2025-06-01', or another")
    texts = _options(rows, options)
    only = next(iter(texts)) if len(texts) == 1 else ""
    by_option: dict[str, list[PositionRow]] = {key: [] for key in texts}
    for row in rows:
        key = row["option"] or only
        if key in by_option:
            by_option[key].append(row)
        else:
            what = f"no option {key!r}{did_you_mean(key, texts)}" if key else "names no option"
            message = f"{row.state}: {what}; there is {', '.join(texts)}"
            problems.append(Problem(name, None, None, f"row {row.number}", message))
    venues = _bodies(rows, bodies)
    payoffs: dict[str, Any] = {}
    for key, own in by_option.items():
        problems += doubled_rows(name, key, own)
        needs = texts[key].get("needs")
        own_routes = list(dict.fromkeys(r["route"] for r in own if r["route"]))
        if not needs:
            texts[key]["needs"] = own_routes or list(venues)
        problems += _put(name, texts[key], own, key, payoffs)
    document: dict[str, Any] = {"format": "coalitions/1", "title": "Untitled"}
    document |= {"floors": {"effect": 1}, "never": list(NEVER)}
    document |= {"bodies": venues, "options": texts, **sections}
    if isinstance(document["date"], datetime.date):
        document["date"] = document["date"].isoformat()[:10]
    if payoffs:
        if "payoffs" in document:
            message = "has margins, and the section 'payoffs' is given too: give one of them"
            raise InputError.at(name, message)
        document["payoffs"] = payoffs
    states = {key: {r.state for r in own} for key, own in by_option.items()}
    return document, states


def _options(rows: Sequence[PositionRow], options: Any) -> dict[str, dict[str, Any]]:
    """Read the options: from a frame, from a mapping as in a file, or from the positions."""
    found: dict[str, dict[str, Any]] = {}
    if options is None:
        found = {key: {} for key in dict.fromkeys(r["option"] or "text" for r in rows)}
    elif isinstance(options, Mapping):
        found = {str(k): _entry("options", k, v) for k, v in options.items()}
    else:
        for number, cells in records(options, "options", OPTION_COLUMNS):
            key = cells.get("option", "")
            if not key or key in found:
                what = f"names {key!r} again" if key else "names no option"
                raise InputError.at("options", what, path=f"row {number}")
            entry = _json("options", number, cells)
            effect = entry.pop("effect", {})
            effect = effect if isinstance(effect, dict) else {}
            if "effect" in cells:
                effect = {"value": cells["effect"], **effect}
                effect |= {"unit": cells["unit"]} if "unit" in cells else {}
            entry |= {k: cells[k] for k in ("title", "legal_basis", "date") if k in cells}
            entry |= {"effect": effect} if effect else {}
            if "routes" in cells:
                entry["needs"] = [word.strip() for word in cells["routes"].split(";")]
            found[key] = entry
    if not found:
        raise InputError.at("options", "names no option; leave it out, or name one")
    for key, entry in found.items():
        entry.setdefault("title", key)
        entry.setdefault("legal_basis", "contested")
        entry.setdefault("effect", {"value": 1, "unit": "to be named"})
    return found


def _bodies(rows: Sequence[PositionRow], bodies: Any) -> dict[str, Any]:
    if bodies is None:
        named = {r["route"] or r["body"]: r["body"] for r in rows if r["body"]}
        if not named:
            message = "say which body decides: bodies={'council': 'un-security-council'}"
            raise InputError.at("bodies", message)
        return {route: {"use": body} for route, body in named.items()}
    if isinstance(bodies, str):
        routes = list(dict.fromkeys(r["route"] for r in rows if r["route"])) or [bodies]
        return {route: {"use": bodies} for route in routes}
    if isinstance(bodies, Mapping):
        return {
            k: {"use": v} if isinstance(v, str) else _entry("bodies", k, v)
            for k, v in bodies.items()
        }
    found = {}
    for number, cells in records(bodies, "bodies", BODY_COLUMNS):
        route = cells.get("route") or cells.get("body", "")
        if not route or route in found:
            what = f"names the route {route!r} again" if route else "names no body"
            raise InputError.at("bodies", what, path=f"row {number}")
        entry = {"use": cells["body"]} if "body" in cells else {}
        entry |= {k: cells[k] for k in ("decision", "reading") if k in cells}
        found[route] = entry | _json("bodies", number, cells)
    return found


def _entry(name: str, key: object, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        message = f"{shown(value)} is no entry: give a mapping as in a scenario file"
        raise InputError.at(name, message, path=str(key))
    return dict(value)


def _json(name: str, number: int, cells: Mapping[str, str]) -> dict[str, Any]:
    found = more_of(cells)
    if found is None:
        message = "'more' holds what else a scenario file says of it, as JSON"
        raise InputError.at(name, message, path=f"row {number}")
    return found


def _put(
    name: str,
    text: dict[str, Any],
    rows: Sequence[PositionRow],
    option: str,
    payoffs: dict[str, Any],
) -> list[Problem]:
    """Write the rows of an option into it: as a record, as positions, as payoffs."""
    recorded = [r for r in rows if r["origin"] == "recorded" and not r.margin]
    problems: list[Problem] = []
    states = {r.state for r in recorded}
    votes = set(LEVEL_WORDS) - {"leans_for", "leans_against", "unknown"} | {"absent"}
    whole = states >= {r.state for r in rows} and {r.word for r in recorded} <= votes
    if recorded and whole:
        cast: dict[str, list[str]] = {}
        for row in {r.state: r for r in recorded}.values():
            cast.setdefault(row.word, []).append(row.state)
        sources = dict.fromkeys(r["source"] for r in recorded if r["source"])
        said = text.get("recorded")
        if isinstance(said, Mapping) and said.get("symbol"):
            problems += off_the_record(name, said, recorded)
        else:
            text["recorded"] = {"votes": cast, "source": "; ".join(sources)}
        rows = [r for r in rows if r["origin"] != "recorded"]
    positions: dict[str, Any] = {}
    for row in rows:
        evidence = {k: row[k] for k in _EVIDENCE if row[k]}
        if evidence.get("origin") == "what-if":
            evidence["origin"] = "assumed"
        if row.margin:
            _payoff(payoffs, option, row, evidence)
        elif row.word == "absent":
            message = f"{row.state}: only a record says 'absent'; name who is absent with the body"
            problems.append(Problem(name, None, None, f"row {row.number}", message))
        elif row.state not in positions:
            positions[row.state] = {"is": row.word, **evidence, **_estimate(row), **row.more}
        elif row["origin"] == "recorded" or positions[row.state].get("origin") == "recorded":
            message = (
                f"{row.state} has a recorded and another row, while others have no recorded one: "
                "a record names every member"
            )
            problems.append(Problem(name, None, None, f"row {row.number}", message))
    if positions:
        text["positions"] = positions
    return problems


def _estimate(row: PositionRow) -> dict[str, Any]:
    """Write chances, and the margin beside them, as a position has them."""
    if row.estimate is None:
        return {}
    chances, margin = row.estimate
    named = {"for": chances.yes, "abstain": chances.abstain, "against": chances.against}
    found = {"chances": {k: number_cell(x) for k, x in named.items()}}
    if margin is not None:
        ends = {"value": margin.value, "low": margin.low, "high": margin.high, "band": margin.band}
        found["margin"] = {k: number_cell(x) for k, x in ends.items() if x is not None}
    return found


def _payoff(payoffs: dict[str, Any], option: str, row: PositionRow, evidence: Any) -> None:
    """Write a margin as the one criterion of a state that asks for nothing else."""
    if not payoffs:
        payoffs |= {"criteria": {"margin": "margin as given"}, "scores": {}, "states": {}}
    scores = payoffs["scores"].setdefault(option, {"margin": {}})["margin"]
    figures = []
    for kind in ("margin", "band"):
        ends = {"value": kind, "low": f"{kind}_low", "high": f"{kind}_high"}
        figures.append({k: str(row.margin[c]) for k, c in ends.items() if c in row.margin})
    scores[row.state] = figures[0] | evidence
    # The margin is what is over the reservation point, so that point is at 0 by its meaning.
    own = {"weights": {"margin": 1}, "reservation": {"value": 0, **evidence}}
    own["band"] = figures[1] | evidence
    payoffs["states"].setdefault(row.state, own)


def _refuse_gaps(name: str, scenario: Scenario, voting: Mapping[str, set[str]]) -> None:
    """Refuse members without a row: what is not known is said, not left out."""
    problems = []
    for option in scenario.options:
        record = option.recorded
        if record is not None and (record.without_vote or not record.votes):
            continue  # nobody was asked, or only totals are known
        known = voting[option.key] | set(option.payoffs)
        for venue in option.venues:
            lost = [n for n in venue.bound.rule.names if n not in known]
            if lost:
                more = f" and {len(lost) - 8} more" if len(lost) > 8 else ""
                who = ", ".join(state_name(s) for s in lost[:8])
                message = (
                    f"no row for {who}{more}, in {venue.key} for {option.key}: give every member "
                    "one, with the vote 'unknown' where nothing is known"
                )
                problems.append(Problem(name, None, None, "", message))
    if problems:
        raise InputError(problems)
