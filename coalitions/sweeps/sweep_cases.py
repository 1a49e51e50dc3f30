"""The scenarios of a sweep, made when they are asked for: grids, draws from intervals, lists."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from coalitions.files.document import Document
from coalitions.files.spelling import did_you_mean
from coalitions.scenarios.scenario import Scenario, load
from coalitions.sweeps.sweep_document import (
    Interval,
    Place,
    figures_with_interval,
    find_place,
    plain,
    replaced,
)
from solvers.errors import EngineError, LimitError

__all__ = ["MAX_SCENARIOS", "UNCHANGED", "Cases", "Grid", "Listed", "cases_of", "draws", "grid"]

MAX_SCENARIOS = 1_000_000
"""Most scenarios of one sweep."""
MAX_CHECKED = 64
"""So many values of each key are tried before a sweep begins."""
STEPS = 10**6
"""A draw is one of so many equal steps between the ends of an interval, so that it is exact."""
UNCHANGED = "unchanged"
"""As a vote of ``what_if.STATE``: the state votes as entered."""


@dataclass(frozen=True)
class Axis:
    """What is varied: a key and its values, in the order in which they were given."""

    key: str
    values: tuple[Any, ...]
    place: Place | None = None  # None: a vote of what_if

    def label(self, number: int) -> Any:
        """Return a value as a cell of a table."""
        value = self.values[number]
        return json.dumps(value) if isinstance(value, dict | list) else value


@dataclass(frozen=True)
class Grid:
    """Every combination of values, the last key changing fastest, each drawn `n_draws` times.

    Parameters
    ----------
    document : Document
        The base case as its file says it.
    name : str
        Its name.
    folder : Path
        Where tables named in it are looked for.
    base : Scenario
        The base case.
    axes : tuple of Axis
        What is varied.
    intervals : tuple of Interval
        Figures that are drawn; none where nothing is.
    n_draws, seed : int
        How often, and from which seed. Draws of the same number use the same random numbers at
        every point of the grid, so that points differ by what is varied alone.
    """

    document: Document
    name: str
    folder: Path
    base: Scenario
    axes: tuple[Axis, ...] = ()
    intervals: tuple[Interval, ...] = ()
    n_draws: int = 0
    seed: int | None = None

    def __len__(self) -> int:
        """Count the scenarios."""
        return prod(len(axis.values) for axis in self.axes) * max(1, self.n_draws)

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of what differs from scenario to scenario."""
        drawn = ("draw", *(_dotted(i) for i in self._drawn)) if self.n_draws else ()
        return (*(axis.key for axis in self.axes), *drawn)

    @property
    def heads(self) -> tuple[Scenario, ...]:
        """Scenarios whose marking and notices every output carries."""
        return (self.base,)

    @cached_property
    def _drawn(self) -> tuple[Interval, ...]:
        """Figures that are drawn: those that no key replaces."""
        set_ = [axis.place for axis in self.axes if axis.place is not None]
        return tuple(
            i for i in self.intervals if not any(_meet(s, p) for s in set_ for p in i.places)
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all that decides what the scenarios are."""
        axes = [[axis.key, *axis.values] for axis in self.axes]
        return _hash([self.name, *_identity(self.base), axes, self.n_draws, self.seed])

    def cut(self, start: int, stop: int) -> Grid:
        """Return what a worker needs for some of the scenarios."""
        return self

    def scenario(self, number: int) -> tuple[dict[str, Any], Scenario]:
        """Build one scenario.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        labels : dict
            What was varied, by key.
        scenario : Scenario

        Raises
        ------
        EngineError
            If the values make no valid scenario.
        """
        point, draw = divmod(number, max(1, self.n_draws))
        labels: dict[str, Any] = {}
        changes: dict[Place, Any] = {}
        votes: dict[str, str] = {}
        for axis in reversed(self.axes):
            point, at = divmod(point, len(axis.values))
            labels[axis.key] = axis.label(at)
            if axis.place is not None:
                changes[axis.place] = axis.values[at]
            elif axis.values[at] != UNCHANGED:
                votes[axis.key.split(".", 1)[1]] = axis.values[at]
        labels = {axis.key: labels[axis.key] for axis in self.axes}
        if self.n_draws:
            labels["draw"] = draw
            for interval, value in self._draw(draw):
                labels[_dotted(interval)] = str(value)
                for place in interval.places:
                    figure = _at(self.document.data, place)
                    kept = {k: v for k, v in figure.items() if k not in ("low", "high")}
                    changes[place] = kept | {"value": str(value)}
        return labels, self._built(changes, votes)

    def _built(self, changes: Mapping[Place, Any], votes: Mapping[str, str]) -> Scenario:
        from coalitions.scenarios.build import build

        built = self.base
        if changes:
            built = build(replaced(self.document, changes), self.name, self.folder)
            built = replace(built, source=self.base.source, changes=self.base.changes)
        return built.what_if(**votes) if votes else built

    def _draw(self, draw: int) -> Iterator[tuple[Interval, Fraction]]:
        """Draw every figure; a figure that a key replaces uses up its number all the same."""
        import numpy as np

        # The child that SeedSequence.spawn would give to this draw, whoever works on it.
        child = np.random.SeedSequence(self.seed, spawn_key=(draw,))
        steps = np.random.default_rng(child).integers(0, STEPS, len(self.intervals), endpoint=True)
        drawn = set(self._drawn)
        for interval, step in zip(self.intervals, steps.tolist(), strict=True):
            if interval in drawn:
                yield interval, interval.low + (interval.high - interval.low) * step / STEPS

    def check(self) -> None:
        """Build each value once beside the first values of the other keys.

        Raises
        ------
        EngineError
            If one makes no valid scenario.
        """
        stride = len(self)
        for axis in self.axes:
            stride //= len(axis.values)
            for k in range(min(len(axis.values), MAX_CHECKED)):
                self.scenario(k * stride)


@dataclass(frozen=True)
class Listed:
    """Scenarios one after another."""

    scenarios: tuple[Scenario, ...]
    first: int = 0

    varied = ()
    seed = None
    n_draws = 0

    def __len__(self) -> int:
        """Count the scenarios."""
        return len(self.scenarios)

    @property
    def heads(self) -> tuple[Scenario, ...]:
        """Scenarios whose marking and notices every output carries."""
        return self.scenarios

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all scenarios."""
        return _hash([[s.name, *_identity(s)] for s in self.scenarios])

    def cut(self, start: int, stop: int) -> Listed:
        """Return what a worker needs for some of the scenarios."""
        return Listed(self.scenarios[start:stop], start)

    def scenario(self, number: int) -> tuple[dict[str, Any], Scenario]:
        """Return one scenario, by its number in the whole list."""
        return {}, self.scenarios[number - self.first]

    def check(self) -> None:
        """Do nothing: they are built."""


Cases = Grid | Listed


def grid(
    base: Scenario | str | os.PathLike[str], vary: Mapping[str, Iterable[Any]] | None = None
) -> Grid:
    """Vary entries of a scenario and votes, every value with every other.

    Parameters
    ----------
    base : Scenario, str or path
        The base case: a shipped name, a file, or a scenario that was loaded from one.
    vary : mapping
        Values by key. A key leads to an entry of the scenario file, its parts joined by dots
        (``positions.RUS.is``, ``payoffs.scores.mandate.worth.B``), or is ``what_if.STATE``, whose
        values are votes or ``unchanged``.

    Returns
    -------
    Grid
        Every combination, in the order of the keys, the last one changing fastest. Scenarios are
        made when they are asked for.

    Raises
    ------
    EngineError
        If a key leads nowhere, has no values or one twice, or a value makes no valid scenario.
    LimitError
        If there are more than a million scenarios.

    Examples
    --------
    >>> found = grid("council-of-seven", {"what_if.B": ["unchanged", "abstain"], "unit": ["EUR"]})
    >>> len(found), found.scenario(1)[0]
    (2, {'what_if.B': 'abstain', 'unit': 'EUR'})
    """
    document, name, folder, scenario = _base(base)
    axes = tuple(_axis(document, key, values) for key, values in (vary or {}).items())
    places = [axis.place for axis in axes if axis.place is not None]
    for k, place in enumerate(places):
        if any(_meet(place, other) for other in places[:k]):
            raise EngineError(f"{'.'.join(map(str, place))} is varied twice, or within another key")
    found = Grid(document, name, folder, scenario, axes)
    _refuse_many(found)
    found.check()
    return found


def draws(base: Grid | Scenario | str | os.PathLike[str], n: int, seed: int = 0) -> Grid:
    """Draw every figure that has an interval uniformly and independently, `n` times.

    Parameters
    ----------
    base : Grid, Scenario, str or path
        A base case, or a grid, each point of which is drawn `n` times.
    n : int
        How often.
    seed : int
        Draw number `k` depends on this and `k` alone.

    Returns
    -------
    Grid
        A figure that is drawn is a multiple of a millionth of its interval, and exact.

    Raises
    ------
    EngineError
        If no figure has an interval, or a number is below its least.
    LimitError
        If there are more than a million scenarios.

    Examples
    --------
    >>> found = draws("veskar-strait", 100, seed=7)
    >>> len(found), found.varied[:2]
    (100, ('draw', 'options.convoys.effect'))
    """
    for word, number, least in (("draws", n, 1), ("seed", seed, 0)):
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise EngineError(f"{word} must be a whole number of at least {least}, not {number!r}")
    points = base if isinstance(base, Grid) else grid(base)
    found = replace(points, intervals=figures_with_interval(points.document), n_draws=n, seed=seed)
    if not found._drawn:
        raise EngineError(
            f"{points.name}: no figure has an interval to draw from; "
            f"write one as {{value: 5, low: 3, high: 8}}"
        )
    _refuse_many(found)
    return found


def cases_of(
    given: Cases | Scenario | str | os.PathLike[str] | Iterable[Scenario | str | os.PathLike[str]],
) -> Cases:
    """Make of whatever a sweep is given the scenarios that it goes through.

    Parameters
    ----------
    given : Grid, Scenario, str, path, or iterable of the latter three
        A grid, or scenarios one after another.

    Returns
    -------
    Grid or Listed

    Raises
    ------
    EngineError
        If there is none, or one is no scenario.
    """
    if isinstance(given, Grid | Listed):
        return given
    several = [given] if isinstance(given, Scenario | str | os.PathLike) else list(given)
    if not several:
        raise EngineError("there is no scenario to go through")
    for entry in several:
        if not isinstance(entry, Scenario | str | os.PathLike):
            raise EngineError(f"{entry!r} is no scenario, name of one, or file")
    listed = Listed(tuple(s if isinstance(s, Scenario) else load(s) for s in several))
    _refuse_many(listed)
    return listed


def _base(
    base: Scenario | str | os.PathLike[str],
) -> tuple[Document, str, Path, Scenario]:
    from coalitions.scenarios.build import build
    from coalitions.scenarios.source import read

    source = base.source if isinstance(base, Scenario) else os.fspath(base)
    if isinstance(base, Scenario) and source in ("", "-"):
        raise EngineError(
            f"{base.name} was not loaded from a file or by name, so its entries cannot be varied"
        )
    document, name, folder = read(source)
    scenario = replace(build(document, name, folder), source=source)
    if isinstance(base, Scenario):
        if base.digest != scenario.digest:
            raise EngineError(f"{source} has changed since it was loaded: load it again")
        if _readings(base) != _readings(scenario):
            raise EngineError(
                "a scenario that is read otherwise cannot be varied: vary bodies.NAME.reading"
            )
        scenario = replace(scenario, changes=base.changes)
    return document, name, folder, scenario


def _axis(document: Document, key: str, values: Iterable[Any]) -> Axis:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise EngineError(f"{key}: its values must be a list, not {values!r}")
    found = tuple(plain(value, key) for value in values)
    if not found:
        raise EngineError(f"{key} has no values")
    texts = [json.dumps(value, sort_keys=True) for value in found]
    twice = next((v for v in texts if texts.count(v) > 1), None)
    if twice is not None:
        raise EngineError(f"{key}: {twice} stands twice among its values")
    first, _, rest = str(key).partition(".")
    if first != "what_if":
        hint = did_you_mean(first, ["what_if"]) if first not in document.data else ""
        if hint:
            raise EngineError(f"{key}: no section {first!r} in a scenario{hint}")
        return Axis(str(key), found, find_place(document, str(key)))
    if not rest:
        raise EngineError("what_if needs a state: write what_if.CHN")
    return Axis(str(key), found)


def _refuse_many(cases: Cases) -> None:
    if len(cases) > MAX_SCENARIOS:
        raise LimitError(
            f"{len(cases):,} scenarios; a sweep has at most {MAX_SCENARIOS:,}: vary fewer values, "
            f"or draw less often"
        )


def _identity(scenario: Scenario) -> list[Any]:
    return [scenario.digest, dict(scenario.changes), _readings(scenario)]


def _readings(scenario: Scenario) -> list[str]:
    return [v.bound.reading.name for o in scenario.options for v in o.venues]


def _hash(content: Sequence[Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _meet(one: Place, other: Place) -> bool:
    """Tell whether one place lies within the other."""
    n = min(len(one), len(other))
    return one[:n] == other[:n]


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def _dotted(interval: Interval) -> str:
    return ".".join(map(str, interval.places[0]))
