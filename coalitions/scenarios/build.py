"""From a checked file to a scenario: names resolved, bodies bound, everything cross-checked."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from coalitions.bodies.body import Body, load_body
from coalitions.bodies.body_file import body_from_document
from coalitions.bodies.recorded_votes import ATTRIBUTION
from coalitions.bodies.rosters import BoundDecision, bind_decision
from coalitions.bodies.states import find_state, near_state
from coalitions.errors import InputError, Problem
from coalitions.files.document import Document
from coalitions.files.spelling import did_you_mean
from coalitions.files.text_files import read_text
from coalitions.scenarios import scenario as sc
from coalitions.scenarios import scenario_file as sf
from coalitions.scenarios.instruments import build_amendments, build_budgets, build_concessions
from coalitions.scenarios.payoffs import build_payoffs
from coalitions.scenarios.positions import build_positions, position_table, refuse_circles
from coalitions.scenarios.record import build_record
from coalitions.scenarios.source import SUFFIXES, digest
from coalitions.scenarios.ties_build import build_links, build_ties, joint_routes
from coalitions.scenarios.types import NO_DAY, FigureModel
from solvers.errors import EngineError

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
    if not problems and not builder.problems:
        builder.refuse_unreachable_floor()
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
        self.correlation: sc.Figure | None = None
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

    def figure(self, model: FigureModel, path: Key) -> sc.Figure:
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

    def probability(self, model: FigureModel | None, path: Key) -> sc.Figure | None:
        """Resolve a probability; None where none is given."""
        if model is None:
            return None
        figure = self.figure(model, path)
        if not 0 <= figure.low <= figure.high <= 1:
            self.wrong(path, "a probability is between 0 and 1")
            return None
        return figure

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
        self.correlation = self._correlation(model.correlation, ("correlation",))
        positions = build_positions(self, model.positions, ("positions",))
        positions |= {k: v for k, v in position_table(self, positions).items()}
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
            (*build_amendments(self, model), *build_links(self, model)),
            build_concessions(self, model, payoffs, positions),
            build_budgets(self, model),
            {k: e.given for k, e in model.endorsements.items()},
            self._positive(model.resolution, ("resolution",)),
            self._attribution(options),
            digest(self.document, *self.tables),
            build_ties(self, model, payoffs),
            self._worth(),
        )

    def _worth(self) -> sc.Figure | None:
        """Resolve what a unit of effect is worth."""
        if self.model.floors.worth is None:
            return None
        worth = self.figure(self.model.floors.worth, ("floors", "worth"))
        if worth.value < 0:
            self.wrong(("floors", "worth"), "what effect is worth is at least 0")
        return worth

    def _correlation(self, given: FigureModel | None, path: Key) -> sc.Figure | None:
        """Resolve how far leanings run together; None where nothing is said."""
        if given is None:
            return None
        figure = self.figure(given, path)
        if not 0 <= figure.low <= figure.high < 1:
            self.wrong(path, "a correlation is at least 0 and below 1")
        return figure

    def refuse_unreachable_floor(self) -> None:
        """Refuse a floor that no option reaches, whatever is done to its text."""
        model, best = self.model, []
        for key, option in model.options.items():
            texts = [*model.amendments.values(), *model.links.values()]
            parts = [a.effect.value for a in texts if a.options is None or key in a.options]
            parts += [c.effect.value for c in model.combinations]
            best.append(
                option.effect.value + sum((max(e, Fraction(0)) for e in parts), Fraction(0))
            )
        if model.amendments and max(best) < model.floors.effect.value:
            message = f"no text reaches it: the most that amendments make of one is {max(best)}"
            self.wrong(("floors", "effect"), message)

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
        linked = [link.needs for link in self.model.links.values() if link.needs is not None]
        for option in self.model.options.values():
            day = option.date or self.model.date
            parts = [k for r in option.routes.values() for k in (*(r.all or ()), *(r.any or ()))]
            for key in (*option.needs, *parts, *linked):
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
            if name in model.routes:
                joint = joint_routes(self, model, name, day, path)
                venues += [joint] if joint is not None else []
            elif self.name(name, "bodies", (*path, "needs", i)):
                bound = self.bound.get((name, day))
                if bound is not None:
                    venues.append(sc.Venue(name, bound, self.model.bodies[name].legitimacy))
        self.red_lines(model.crosses, path)
        own = build_positions(self, model.positions, (*path, "positions"))
        for state in own.keys() & payoffs.keys():
            self._refuse_both(state, (*path, "positions"))
        refuse_circles(self, positions, own, payoffs, path)
        own_run = self._correlation(model.correlation, (*path, "correlation"))
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
            self.correlation if own_run is None else own_run,
        )
