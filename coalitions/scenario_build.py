"""From a checked file to a scenario: names resolved, bodies bound, everything cross-checked."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
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
from coalitions.rosters import BoundDecision, bind_decision
from coalitions.scenario_instruments import build_amendments, build_budgets, build_concessions
from coalitions.scenario_payoffs import build_payoffs
from coalitions.scenario_record import build_record
from coalitions.scenario_source import digest
from coalitions.spelling import did_you_mean
from coalitions.states import find_state, near_state
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

    def wrong(self, path: Key, message: str, *, key: bool = False) -> None:
        """Note a mistake."""
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
        if word in self.voters:
            return word
        code = find_state(word)
        if code is None:
            self.wrong(path, f"unknown state {word!r}{near_state(word, self.voters)}", key=key)
        elif code not in self.voters:
            if not self.voters:
                return None  # the body could not be bound, which is said elsewhere
            self.wrong(path, f"{word!r} votes in no body of this scenario on its day", key=key)
        else:
            return code
        return None

    def name(self, word: str, section: str, path: Key) -> bool:
        """Check that a name stands in another section."""
        known = self.known(section)
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
            if state != "default" and any(state in table for table in payoffs.values()):
                message = f"{state} has a position and payoffs; give one of them"
                self.wrong(("positions", state), message, key=True)
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
            tuple(model.attribution),
            digest(self.document, *self.tables),
        )

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
        names: dict[str, None] = {}
        for bound in self.bound.values():
            names |= dict.fromkeys(bound.rule.names if bound else ())
        self.voters = tuple(names)

    def _body(self, key: str) -> Body | None:
        if key in self.bodies:
            return self.bodies[key]
        model, path = self.model.bodies[key], ("bodies", key)
        body: Body | None = None
        if (model.use is None) == (model.define is None):
            self.wrong(path, "needs either 'use' (a shipped body or a file) or 'define'")
        elif model.define is not None:
            try:
                body = body_from_document(self.document, (*path, "define"))
            except InputError as error:
                self.problems += error.problems
        elif model.use is not None:
            name = model.use
            if name.endswith((".yaml", ".yml", ".json")):
                name = str(self.folder / name)
            try:
                body = load_body(name)
            except InputError as error:
                for problem in error.problems:
                    self.wrong((*path, "use"), f"{problem.file}: {problem.message}")
        self.bodies[key] = body
        return body

    def _bind(self, key: str, day: datetime.date) -> BoundDecision | None:
        body, model = self._body(key), self.model.bodies[key]
        if body is None:
            return None
        own = None
        if model.roster is not None:
            own = {k: v for k, v in model.roster.model_dump().items() if v is not None}
        try:
            return bind_decision(
                body, model.decision, model.reading, day, model.absent, model.recused, own
            )
        except EngineError as error:
            self.wrong(("bodies", key), str(error))
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
        self._refuse_circles(found, path)
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
                )
                if condition is not None:
                    conditions.append((level, condition))
        day = model.date.isoformat() if model.date else ""
        place = ".".join(map(str, path))
        return sc.Position(
            model.is_, tuple(conditions), model.origin, model.source, day, model.confidence, place
        )

    def _refuse_circles(self, positions: Mapping[str, sc.Position], path: Key) -> None:
        states = list(positions)
        needs = [
            frozenset(
                states.index(other)
                for _, condition in positions[state].conditions
                for other in states_in(condition)
                if other in positions
            )
            for state in states
        ]
        try:
            order_of_votes(needs)
        except CircularConditionError as error:
            circle = [states[i] for i in error.cycle]
            message = f"the condition refers to itself: {' -> '.join(circle)}"
            self.wrong((*path, circle[0]), message, key=True)

    def _position_table(self, given: Mapping[str, sc.Position]) -> dict[str, sc.Position]:
        from coalitions import csv_table
        from coalitions.text_files import read_text

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
            if state is None or (self.voters and state not in self.voters):
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
        for i, line in enumerate(model.crosses):
            if line not in self.model.never:
                self.wrong(
                    (*path, "crosses", i),
                    f"{line!r} is no red line{did_you_mean(line, self.model.never)}",
                )
        own = self._positions(model.positions, (*path, "positions"))
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


def listed(words: Iterable[Any]) -> str:
    """Join words with commas."""
    return ", ".join(map(str, words))
