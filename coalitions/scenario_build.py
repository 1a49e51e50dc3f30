"""From a checked file to a scenario: names resolved, bodies bound, everything cross-checked."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from coalitions import scenario as sc
from coalitions import scenario_file as sf
from coalitions.bodies import Body, load_body
from coalitions.body_file import body_from_document
from coalitions.conditions import NamedCondition, parse_condition, states_in
from coalitions.document import Document
from coalitions.errors import InputError, Problem
from coalitions.recorded_votes import ATTRIBUTION
from coalitions.rosters import BoundDecision, bind_decision
from coalitions.scenario_instruments import build_amendments, build_budgets, build_concessions
from coalitions.scenario_payoffs import build_payoffs
from coalitions.scenario_record import build_record
from coalitions.scenario_source import SUFFIXES, digest
from coalitions.scenario_types import NO_DAY
from coalitions.spelling import did_you_mean
from coalitions.states import find_state, near_state
from coalitions.text_files import read_text
from solvers.errors import EngineError
from solvers.vote_conditions import CircularConditionError, order_of_votes
from solvers.votes import ABSTAIN, NO, YES

__all__ = ["Builder", "build"]

Key = tuple[str | int, ...]


def build(document: Document, name: str, folder: Path) -> sc.Scenario:
    """Build a scenario from its document.

    Parameters
    ----------
    document : Document
        The scenario file.
    name : str
        Short name.
    folder : Path
        Folder in which tables and bodies named in it are looked for.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every mistake, each in its place.
    """
    model, problems = sf.parse(document)
    if model is None:
        raise InputError(problems)
    builder = Builder(document, model, folder)
    scenario = builder.scenario(name)
    found = [*problems, *builder.problems]
    if found or scenario is None:
        raise InputError(found)
    return scenario


class Builder:
    """Resolves one scenario and collects what does not fit together."""

    def __init__(self, document: Document, model: sf.ScenarioModel, folder: Path) -> None:
        self.document, self.model, self.folder = document, model, folder
        self.problems: list[Problem] = []
        self.tables: list[str] = []
        self.bodies: dict[str, Body | None] = {}
        self.bound: dict[tuple[str, datetime.date], BoundDecision | None] = {}
        self.voters: tuple[str, ...] = ()
        self.incomplete = False  # whether the members of some body are not known
        self.labels: set[str] | None = set()  # its members as written; None when not written

    def wrong(self, path: Key, message: str, *, key: bool = False) -> None:
        """Note a mistake."""
        if isinstance(path[-1], int) and not self.document.holds(path):
            path = path[:-1]  # one name stood where a list may
        self.problems.append(self.document.problem(path, message, key=key))

    def known(self, section: str) -> Collection[str]:
        """Keys of a section as written, so that one wrong entry causes one message."""
        given = self.document.data.get(section)
        return given.keys() if isinstance(given, dict) else ()

    def figure(self, model: sf.FigureModel, path: Key) -> sc.Figure:
        """Resolve a number; its interval must hold it."""
        low = model.value if model.low is None else model.low
        high = model.value if model.high is None else model.high
        if not low <= model.value <= high:
            self.wrong(path, "the interval must hold the value: low <= value <= high")
        return sc.Figure(
            model.value,
            low,
            high,
            model.origin,
            model.source,
            model.date.isoformat() if model.date else "",
            model.confidence,
            ".".join(map(str, path)),
        )

    def state(self, word: str, path: Key, *, key: bool = True) -> str | None:
        """Resolve a state that must vote somewhere."""
        found = self.voter(word)
        if found is None and find_state(word) is None:
            self.wrong(path, f"unknown state {word!r}{near_state(word, self.voters)}", key=key)
        elif found is None:
            self.wrong(path, f"{word!r} votes in no body of this scenario on its day", key=key)
        return found

    def voter(self, word: str) -> str | None:
        """Name a state that votes, or may vote in a body whose members are not known."""
        code = word if word in self.voters else find_state(word)
        if code in self.voters or (code is not None and self.incomplete):
            return code
        return word if self.labels is None or word in self.labels else None

    def red_lines(self, crosses: Sequence[str], path: Key) -> None:
        """Check that what is crossed is one of the red lines."""
        lines = self.document.data.get("never")
        if not isinstance(lines, list):
            return
        for i, line in enumerate(crosses):
            if line not in lines:
                hint = did_you_mean(line, [w for w in lines if isinstance(w, str)])
                self.wrong((*path, "crosses", i), f"{line!r} is no red line{hint}")

    def name(self, word: str, section: str, path: Key) -> bool:
        """Check that a name stands in another section."""
        known = self.known(section)
        if section in ("bodies", "options") and not known:
            return False  # what is wrong with the section is said there
        if word not in known:
            what = section.removesuffix("s") if section != "bodies" else "body"
            self.wrong(path, f"no {what} {word!r}{did_you_mean(word, known)}")
        return word in known

    def scenario(self, name: str) -> sc.Scenario | None:
        """Build all of it; None when an option could not be built."""
        model = self.model
        self._bind_all()
        positions = self._positions(model.positions, ("positions",))
        positions |= {k: v for k, v in self._position_table(positions).items()}
        payoffs = build_payoffs(self, model)
        for state in positions:
            if any(state in table for table in payoffs.values()):
                self._refuse_both(state, ("positions",))
        options = [
            self._option(k, o, positions, payoffs.get(k, {})) for k, o in model.options.items()
        ]
        if model.recorded is not None and len(model.options) > 1:
            self.wrong(("recorded",), "with several options, each names its own record")
        return sc.Scenario(
            name,
            model.title,
            model.date,
            model.marking,
            model.fictional,
            model.summary,
            self._context(),
            tuple(o for o in options if o is not None),
            self.figure(model.floors.effect, ("floors", "effect")),
            tuple(model.never),
            model.payoffs.unit if model.payoffs and model.unit == "margin units" else model.unit,
            build_amendments(self, model),
            build_concessions(self, model, payoffs),
            build_budgets(self, model),
            {k: e.given for k, e in model.endorsements.items()},
            self._positive(model.resolution, ("resolution",)),
            self._attribution(options),
            digest(self.document, *self.tables),
        )

    def _refuse_both(self, state: str, path: Key) -> None:
        message = f"{state} has a position and payoffs; give one of them"
        self.wrong((*path, state), message, key=True)

    def _attribution(self, options: Iterable[sc.Option | None]) -> tuple[str, ...]:
        """List whom to credit: as the file says, and for the records that it uses."""
        records = [o.recorded for o in options if o is not None and o.recorded is not None]
        found = [r.source for r in records if r.source == ATTRIBUTION]
        return tuple(dict.fromkeys([*self.model.attribution, *found]))

    def _context(self) -> dict[str, Any]:
        context = self.model.context.model_dump(mode="json", exclude_defaults=True)
        for field in ("concerns", "sponsors"):
            for i, word in enumerate(context.get(field, ())):
                code = find_state(word) or (word if word in self.voters else None)
                if code is None:
                    place = ("context", field, i)
                    self.wrong(place, f"unknown state {word!r}{near_state(word, self.voters)}")
                else:
                    context[field][i] = code
        return context

    def _positive(self, value: Fraction, path: Key) -> Fraction:
        if value <= 0:
            self.wrong(path, "must be above 0")
        return value

    def _bind_all(self) -> None:
        for option in self.model.options.values():
            day = option.date or self.model.date
            for key in option.needs:
                if key in self.model.bodies and (key, day) not in self.bound:
                    self.bound[key, day] = self._bind(key, day)
        for key in self.model.bodies:  # also those that no option needs
            self._body(key)
        names: dict[str, None] = {}
        for bound in self.bound.values():
            names |= dict.fromkeys(bound.rule.names if bound else ())
        self.voters = tuple(names)
        lost = [key for (key, _), bound in self.bound.items() if bound is None]
        lost += self.known("bodies") - self.model.bodies.keys()
        needed = {key for option in self.model.options.values() for key in option.needs}
        lost_options = self.known("options") - self.model.options.keys()
        self.incomplete = bool(lost or lost_options or needed - self.model.bodies.keys())
        if not self.known("bodies"):
            self.labels = None
        for key in lost:
            labels = self._labels(key)
            self.labels = None if labels is None or self.labels is None else self.labels | labels

    def _labels(self, key: str) -> set[str] | None:
        """Members as written of a body that cannot be bound; None when they are not written."""
        given = self.document.data["bodies"][key] if key in self.known("bodies") else None
        if isinstance(given, str):
            given = {"use": given}
        if not isinstance(given, dict):
            return None
        roster = given.get("roster")
        if not (isinstance(roster, dict) and "members" in roster) and "define" in given:
            roster = given["define"].get("roster") if isinstance(given["define"], dict) else None
        if isinstance(roster, dict) and isinstance(roster.get("members"), list):
            return {str(label) for label in roster["members"]}
        files = [word for word in given.values() if str(word).endswith(SUFFIXES)]
        return None if "define" in given or files else set()

    def _body(self, key: str) -> Body | None:
        if key in self.bodies:
            return self.bodies[key]
        model, path = self.model.bodies[key], ("bodies", key)
        body: Body | None = None
        written = self.document.data["bodies"][key] if key in self.known("bodies") else None
        whole = isinstance(written, dict) and len(written) == len(model.model_fields_set)
        if model.use is None and model.define is None and not whole:
            pass  # a wrong part was left out, as is said there
        elif (model.use is None) == (model.define is None):
            self.wrong(path, "needs either 'use' (a shipped body or a file) or 'define'", key=True)
        elif model.define is not None:
            try:
                body = body_from_document(self.document, (*path, "define"))
            except InputError as error:
                self.problems += error.problems
        elif model.use is not None:
            try:
                body = self._used(model.use)
            except InputError as error:
                for problem in error.problems:
                    self.wrong((*path, "use"), str(problem))
        self.bodies[key] = body
        return body

    def _used(self, name: str) -> Body:
        """Load a shipped body, or a file beside the scenario, whose text then counts as input."""
        if not name.endswith(SUFFIXES):
            return load_body(name)
        path = self.folder / name
        body = load_body(str(path))
        self.tables.append(read_text(path))
        return body

    def _bind(self, key: str, day: datetime.date) -> BoundDecision | None:
        body, model = self._body(key), self.model.bodies[key]
        if body is None or day == NO_DAY:
            return None
        path: Key = ("bodies", key)
        for field in ("decision", "reading"):  # said at the word, not at the body
            try:
                decision = body.decision(model.decision)
                decision.reading(model.reading if field == "reading" else None)
            except EngineError as error:
                self.wrong((*path, field), str(error))
                return None
        own = None
        if model.roster is not None:
            own = {k: v for k, v in model.roster.model_dump().items() if v is not None}
        try:
            return bind_decision(
                body, model.decision, model.reading, day, model.absent, model.recused, own
            )
        except EngineError as error:
            self.wrong(path, str(error), key=True)
            return None

    def _positions(
        self, models: Mapping[str, sf.PositionModel], path: Key
    ) -> dict[str, sc.Position]:
        found: dict[str, sc.Position] = {}
        for word, model in models.items():
            here = (*path, word)
            state = "default" if word == "default" else self.state(word, here)
            position = self._position(model, here)
            if state in found:
                self.wrong(here, f"{word!r} is {state}, which already has a position", key=True)
            elif state is not None:
                found[state] = position
        return found

    def _position(self, model: sf.PositionModel, path: Key) -> sc.Position:
        conditions: list[tuple[int, NamedCondition]] = []
        for key, level in (("opposes_if", NO), ("supports_if", YES), ("abstains_if", ABSTAIN)):
            given = getattr(model, key)
            if given is not None:
                condition = parse_condition(
                    given,
                    (*path, key),
                    self.wrong,
                    self.known("amendments"),
                    self.known("endorsements"),
                    self.voters,
                    self.voter,
                )
                if condition is not None:
                    conditions.append((level, condition))
        day = model.date.isoformat() if model.date else ""
        place = ".".join(map(str, path))
        return sc.Position(
            model.is_, tuple(conditions), model.origin, model.source, day, model.confidence, place
        )

    def _refuse_circles(
        self,
        shared: Mapping[str, sc.Position],
        own: Mapping[str, sc.Position],
        payoffs: Collection[str],
        path: Key,
    ) -> None:
        """Refuse conditions that wait for one another, in what holds for one option."""
        merged = {**shared, **own}
        standing = {s: merged[s] for s in merged if s != "default" and s not in payoffs}
        if "default" in merged:
            others = (s for s in self.voters if s not in standing and s not in payoffs)
            standing |= dict.fromkeys(others, merged["default"])
        number = {state: i for i, state in enumerate(standing)}
        needs = [
            frozenset(
                number[other]
                for _, condition in position.conditions
                for other in states_in(condition)
                if other in number
            )
            for position in standing.values()
        ]
        try:
            order_of_votes(needs)
        except CircularConditionError as error:
            circle = [list(standing)[i] for i in error.cycle]
            first = next((s for s in circle if s in own), circle[0])
            word = first if first in merged else "default"
            place: Key = (*path, "positions", word) if word in own else ("positions", word)
            message = f"the condition refers to itself: {' -> '.join(circle)}"
            self.wrong(place, message, key=True)

    def _position_table(self, given: Mapping[str, sc.Position]) -> dict[str, sc.Position]:
        from coalitions import csv_table

        name = self.model.tables.get("positions")
        if name is None:
            return {}
        evidence = ("origin", "source", "date", "confidence", "note")
        try:
            text = read_text(self.folder / name)
            table = csv_table.parse(str(self.folder / name), text, ["state", "is"], evidence)
        except InputError as error:
            for p in error.problems:
                if p.line is None:  # the file itself: said where it is named
                    self.wrong(("tables", "positions"), f"{p.file}: {p.message}")
                else:
                    self.problems.append(p)
            return {}
        self.tables.append(text)
        found: dict[str, sc.Position] = {}
        for row in table:
            state = row["state"] if row["state"] in self.voters else find_state(row["state"])
            if state is None or (not self.incomplete and state not in self.voters):
                hint = near_state(row["state"], self.voters)
                message = f"{row['state']!r} votes in no body here{hint}"
                self.problems.append(table.problem(row, "state", message))
            elif state in found or state in given:
                message = f"{row['state']!r} already has a position"
                self.problems.append(table.problem(row, "state", message))
            elif row["is"] not in sc.LEVEL_WORDS:
                hint = did_you_mean(row["is"], sc.LEVEL_WORDS)
                message = f"{row['is']!r} must be one of {', '.join(sc.LEVEL_WORDS)}{hint}"
                self.problems.append(table.problem(row, "is", message))
            else:
                origin = row["origin"] or "assumed"
                if origin not in ("recorded", "stated", "estimated", "assumed"):
                    message = f"{origin!r} must be recorded, stated, estimated or assumed"
                    self.problems.append(table.problem(row, "origin", message))
                found[state] = sc.Position(
                    row["is"],
                    (),
                    origin,
                    row["source"],
                    row["date"],
                    row["confidence"],
                    f"{name}:{row.line}",
                )
        return found

    def _option(
        self,
        key: str,
        model: sf.OptionModel,
        positions: Mapping[str, sc.Position],
        payoffs: Mapping[str, sc.Payoff],
    ) -> sc.Option | None:
        path, day = ("options", key), model.date or self.model.date
        venues = []
        for i, name in enumerate(model.needs):
            if self.name(name, "bodies", (*path, "needs", i)):
                bound = self.bound.get((name, day))
                if bound is not None:
                    venues.append(sc.Venue(name, bound, self.model.bodies[name].legitimacy))
        self.red_lines(model.crosses, path)
        own = self._positions(model.positions, (*path, "positions"))
        for state in own.keys() & payoffs.keys():
            self._refuse_both(state, (*path, "positions"))
        self._refuse_circles(positions, own, payoffs, path)
        record = model.recorded
        place: Key = (*path, "recorded")
        if record is None and len(self.model.options) == 1:
            record, place = self.model.recorded, ("recorded",)
        recorded = build_record(self, record, place, venues, day) if record is not None else None
        if not venues:
            return None
        return sc.Option(
            key,
            model.title,
            day,
            tuple(venues),
            model.legal_basis,
            self.figure(model.effect, (*path, "effect")),
            model.effect.unit,
            tuple(model.crosses),
            recorded,
            {**positions, **own},
            payoffs,
            model.afterwards.model_dump() if model.afterwards else None,
            model.note,
        )
