"""Reading a body file: every mistake by line and column, without the validation library."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from coalitions.bodies.body import EFFECTS, Body, Decision, Reading, Route, RuleVersion
from coalitions.bodies.own_roster import MAX_SEATS, OwnRoster
from coalitions.errors import InputError, Problem
from coalitions.files.document import Document, Path
from coalitions.files.spelling import did_you_mean, shown
from coalitions.files.yaml12 import load_file
from solvers.rules.template_data import TemplateError, template_from_data
from solvers.rules.templates import Template

__all__ = ["FORMAT", "body_from_document", "read_body"]

FORMAT = "coalitions-body/1"
_BODY_KEYS = (
    "format", "name", "title", "aliases", "roster", "weights", "decisions", "routes", "notes",
)  # fmt: skip
_DECISION_KEYS = (
    "title", "effect", "decides", "abstention", "consensus_first", "default", "readings", "notes",
)  # fmt: skip
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _is_label(label: object) -> bool:
    return isinstance(label, str | int) and not isinstance(label, bool)


def read_body(path: str, shipped: str = "") -> Body:
    """Read a body file.

    Parameters
    ----------
    path : str
        The file; ``-`` is standard input.
    shipped : str
        The name that messages show in place of the path of shipped data, which is read once;
        any other file is read anew, since its author may have changed it.

    Returns
    -------
    Body

    Raises
    ------
    InputError
        With every mistake in the file.
    """
    return _shipped_body(path, shipped) if shipped else body_from_document(load_file(path), ())


@cache
def _shipped_body(path: str, name: str) -> Body:
    document = load_file(path)
    return body_from_document(Document(f"{name}.yaml", document.data, document._root), ())


def body_from_document(document: Document, base: Path) -> Body:
    """Read a body that stands at some place of a document.

    Parameters
    ----------
    document : Document
        A body file, or a scenario that defines a body of its own.
    base : sequence of str or int
        Where in it the body stands.

    Returns
    -------
    Body

    Raises
    ------
    InputError
        With every mistake in the body.
    """
    reader = _BodyReader(document, tuple(base))
    body = reader.body()
    if reader.problems or body is None:
        raise InputError(reader.problems)
    return body


class _BodyReader:
    """Walks the plain data and collects what is wrong with it."""

    def __init__(self, document: Document, base: tuple[str | int, ...]) -> None:
        self.document, self.base = document, base
        self.problems: list[Problem] = []
        self.own = OwnRoster(document, base, self.wrong)

    def wrong(self, path: Path, message: str, *, key: bool = False) -> None:
        self.problems.append(self.document.problem((*self.base, *path), message, key=key))

    def mapping(
        self, data: Any, path: Path, known: Collection[str], needed: Sequence[str]
    ) -> Mapping[str, Any] | None:
        """Check the keys of a mapping; None when it is none."""
        if not isinstance(data, Mapping):
            self.wrong(path, f"must be a mapping with {', '.join(needed) or 'keys'}")
            return None
        for key in data:
            if key not in known:
                hint = did_you_mean(key, known)
                self.wrong((*path, key), f"unknown key {shown(key)}{hint}", key=True)
        for key in needed:
            if key not in data:
                self.wrong(path, f"{key!r} is missing")
        return data

    def text(self, data: Mapping[str, Any], key: str, path: Path, default: str = "") -> str:
        value = data.get(key, default)
        if not isinstance(value, str):
            self.wrong((*path, key), f"must be text, not {shown(value)}")
            return default
        return value

    def named(self, data: Mapping[str, Any], key: str, path: Path, what: str) -> Mapping[str, Any]:
        """Return a mapping from freely chosen names, at least one of them."""
        value = data.get(key)
        if key in data and (not isinstance(value, Mapping) or not value):
            self.wrong((*path, key), f"must name at least one {what}")
        return value if isinstance(value, Mapping) else {}

    def texts(self, data: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.wrong((*path, key), "must be a list of texts")
            return ()
        return tuple(value)

    def body(self) -> Body | None:
        data: Any = self.document.data
        for part in self.base:
            data = data[part]
        found = self.mapping(data, (), _BODY_KEYS, ("title", "roster", "decisions"))
        if found is None:
            return None
        if not self.base and found.get("format") != FORMAT:
            self.wrong(("format",), f"must be {FORMAT}, not {shown(found.get('format'))}")
        roster = self.roster(found.get("roster", {}))
        decisions = {}
        for name, given in self.named(found, "decisions", (), "type of decision").items():
            decision = self.decision(name, given, ("decisions", name))
            if decision is not None:
                decisions[name] = decision
        return Body(
            self.text(found, "name", (), str(self.base[-1]) if self.base else ""),
            self.text(found, "title", ()),
            self.texts(found, "aliases", ()),
            self.noted(roster),
            self.weights(found.get("weights", {})),
            decisions,
            tuple(self.routes(found.get("routes", []))),
            self.texts(found, "notes", ()),
        )

    def roster(self, data: Any) -> Mapping[str, Any]:
        known = ("table", "groups", "seats", "membership", "members", "weights", "note")
        found = self.mapping(data, ("roster",), known, ())
        if found is None:
            return {}
        if sum(key in found for key in ("table", "seats", "members")) != 1:
            self.wrong(("roster",), "needs exactly one of 'table', 'seats' and 'members'")
        seats = found.get("seats", {})
        counts = seats.values() if isinstance(seats, Mapping) else [0]
        if not all(type(v) is int and 0 < v <= MAX_SEATS for v in counts):
            words = f"must give each group a number of seats from 1 to {MAX_SEATS:,}"
            self.wrong(("roster", "seats"), words)
        members = found.get("members", [""])
        if not isinstance(members, list) or not members or not all(map(_is_label, members)):
            self.wrong(("roster", "members"), "must be a list of members")
        table = "table" in found
        for key in ("groups", "weights"):
            if not isinstance(found.get(key, {}), Mapping):
                self.wrong(("roster", key), "must be a mapping from names")
                return {}
        for name, value in found.get("groups", {}).items():
            good = isinstance(value, str) if table else isinstance(value, list)
            if not good or not all(map(_is_label, value)):
                words = "the name of a roster table" if table else "a list of members"
                self.wrong(("roster", "groups", name), f"must be {words}")
        return self.own.read(found)

    def noted(self, roster: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add to the note of a roster what was done to numbers that are not whole."""
        notes = [str(roster["note"])] if roster.get("note") else []
        notes += self.own.notes
        return {**roster, "note": "; ".join(notes)} if self.own.notes else roster

    def weights(self, data: Any) -> Mapping[str, Any]:
        if not data:
            return {}
        found = self.mapping(data, ("weights",), ("table", "tables", "columns", "note"), ())
        if found is not None:
            self.text(found, "table", ("weights",))
            self.texts(found, "tables", ("weights",))
            self.texts(found, "columns", ("weights",))
        return found or {}

    def routes(self, data: Any) -> list[Route]:
        if not isinstance(data, list):
            self.wrong(("routes",), "must be a list")
            return []
        found = []
        for i, item in enumerate(data):
            path = ("routes", i)
            keys = ("body", "decision", "when", "decides")
            allowed = (*keys, "regional", "since")
            route = self.mapping(item, path, allowed, ("body", "when", "decides"))
            if route is None:
                continue
            regional = route.get("regional", False)
            if not isinstance(regional, bool):
                self.wrong((*path, "regional"), f"must be true or false, not {shown(regional)}")
            body, decision, when, decides = (self.text(route, key, path) for key in keys)
            since = self.text(route, "since", path)
            if since and not _is_day(since):
                self.wrong((*path, "since"), "must be a date such as 2011-03-17")
            found.append(Route(body, decision, when, decides, bool(regional), since))
        return found

    def decision(self, name: str, data: Any, path: Path) -> Decision | None:
        found = self.mapping(data, path, _DECISION_KEYS, ("title", "effect", "readings"))
        if found is None:
            return None
        effect = self.text(found, "effect", path, "internal")
        if effect not in EFFECTS:
            hint = did_you_mean(effect, EFFECTS)
            self.wrong((*path, "effect"), f"must be one of {', '.join(EFFECTS)}{hint}")
        given = self.named(found, "readings", path, "reading")
        readings = {}
        for key, value in given.items():
            reading = self.reading(key, value, (*path, "readings", key))
            if reading is not None:
                readings[key] = reading
        default = self.text(found, "default", path, next(iter(given), ""))
        if given and default not in given:
            self.wrong((*path, "default"), f"no reading {default!r}{did_you_mean(default, given)}")
        return Decision(
            name,
            self.text(found, "title", path),
            effect,
            self.text(found, "decides", path),
            self.text(found, "abstention", path),
            self.text(found, "consensus_first", path),
            default,
            readings,
        )

    def reading(self, name: str, data: Any, path: Path) -> Reading | None:
        known = ("title", "rule", "versions", "confidence", "sources", "note")
        found = self.mapping(data, path, known, ())
        if found is None:
            return None
        if ("rule" in found) == ("versions" in found):
            self.wrong(path, "needs either 'rule' or 'versions'")
            return None
        versions = []
        if "rule" in found:
            template = self.template(found["rule"], (*path, "rule"))
            versions = [RuleVersion(template)] if template is not None else []
        elif not isinstance(found["versions"], list) or not found["versions"]:
            self.wrong((*path, "versions"), "must be a list of dated rules")
        else:
            versions = [
                v
                for i, item in enumerate(found["versions"])
                if (v := self.version(item, (*path, "versions", i))) is not None
            ]
        confidence = self.text(found, "confidence", path, "C")
        for earlier, later in pairwise(versions):
            if not "" < earlier.until < (later.since or ""):
                words = "dated rules stand in order of time, each ending before the next begins"
                self.wrong((*path, "versions"), words)
                break
        if confidence not in ("A", "B", "C"):
            self.wrong((*path, "confidence"), "must be A, B or C")
        title = self.text(found, "title", path)
        return Reading(name, title, tuple(versions), confidence, self.texts(found, "sources", path))

    def version(self, data: Any, path: Path) -> RuleVersion | None:
        found = self.mapping(data, path, ("from", "to", "rule", "note"), ("rule",))
        if found is None or "rule" not in found:
            return None
        days = []
        for key in ("from", "to"):
            day = self.text(found, key, path)
            if day and not _is_day(day):
                self.wrong((*path, key), f"must be a date such as 1966-01-01, not {shown(day)}")
            days.append(day)
        if all(days) and days[0] > days[1]:
            self.wrong((*path, "to"), f"{days[1]} is before {days[0]}, the first day of the rule")
        template = self.template(found["rule"], (*path, "rule"))
        return None if template is None else RuleVersion(template, *days)

    def template(self, data: Any, path: Path) -> Template | None:
        data = self.own.amounts(data, path)
        try:
            return template_from_data(data)
        except TemplateError as error:
            for below, message in error.problems:
                self.wrong((*path, *below), message)
            return None
