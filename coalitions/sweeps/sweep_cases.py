"""The scenarios of a sweep, made when they are asked for: grids, draws from intervals, lists."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

from coalitions.files.document import Document
from coalitions.files.spelling import shown
from coalitions.scenarios.scenario import Scenario, load
from coalitions.sweeps.sweep_axes import MAX_SCENARIOS, UNCHANGED, Axis, axis_of, refuse_many
from coalitions.sweeps.sweep_document import (
    Interval,
    Place,
    figures_with_interval,
    replaced,
)
from solvers.errors import EngineError

__all__ = ["MAX_SCENARIOS", "UNCHANGED", "Cases", "Grid", "Listed", "cases_of", "draws", "grid"]

MAX_CHECKED = 64
"""So many values of each key are tried before a sweep begins."""
STEPS = 10**6
"""A draw is one of so many equal steps between the ends of an interval, so that it is exact."""


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
    first : int
        Number of the first scenario, of a part of a larger grid.
    """

    document: Document
    name: str
    folder: Path
    base: Scenario
    axes: tuple[Axis, ...] = ()
    intervals: tuple[Interval, ...] = ()
    n_draws: int = 0
    seed: int | None = None
    first: int = 0

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
        """Return what a worker needs for some of the scenarios: few values of the slowest key."""
        if not self.axes:
            return self
        slowest, *others = self.axes
        stride = len(self) // len(slowest.values)
        low, high = (start - self.first) // stride, (stop - 1 - self.first) // stride + 1
        part = replace(slowest, values=slowest.values[low:high])
        return replace(self, axes=(part, *others), first=self.first + low * stride)

    def case(self, number: int) -> str:
        """Return the name of the case that a scenario varies."""
        return self.name

    def labels(self, number: int) -> dict[str, Any]:
        """Return what was varied for one scenario, by key; this never fails."""
        point, draw = self._point(number)
        labels = {axis.key: axis.label(at) for axis, at in point}
        if self.n_draws:
            labels["draw"] = draw
            labels |= {_dotted(interval): str(value) for interval, value in self._draw(draw)}
        return labels

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
        point, draw = self._point(number)
        changes: dict[Place, Any] = {}
        votes: dict[str, str] = {}
        for axis, at in point:
            if axis.place is not None:
                changes[axis.place] = axis.values[at]
            elif axis.values[at] != UNCHANGED:
                votes[axis.state] = axis.values[at]
        if self.n_draws:
            for interval, value in self._draw(draw):
                for place in interval.places:
                    figure = _at(self.document.data, place)
                    kept = {k: v for k, v in figure.items() if k not in ("low", "high")}
                    changes[place] = kept | {"value": str(value)}
        return self.labels(number), self._built(changes, votes)

    def _point(self, number: int) -> tuple[list[tuple[Axis, int]], int]:
        """Return the axes, each with the number of its value, and the number of the draw."""
        rest, draw = divmod(number - self.first, max(1, self.n_draws))
        found = []
        for axis in reversed(self.axes):
            rest, at = divmod(rest, len(axis.values))
            found.append((axis, at))
        return found[::-1], draw

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

    def case(self, number: int) -> str:
        """Return the name of one scenario."""
        return self.scenarios[number - self.first].name

    def labels(self, number: int) -> dict[str, Any]:
        """Return nothing: nothing was varied."""
        return {}

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
    if not isinstance(vary, Mapping | None):
        raise EngineError(
            f"what is varied must be a mapping of keys to lists of values, not {shown(vary)}"
        )
    axes: list[Axis] = []
    n = 1
    for key, values in (vary or {}).items():
        axis = axis_of(document, scenario, str(key), values)
        n *= len(axis.values)
        refuse_many(n)  # before the values of the next key are taken in
        axes.append(axis)
    places = [axis.place or ("what_if", axis.state) for axis in axes]
    for k, place in enumerate(places):
        if any(_meet(place, other) for other in places[:k]):
            raise EngineError(f"{axes[k].key} is varied twice, or within another key")
    found = Grid(document, name, folder, scenario, tuple(axes))
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
    refuse_many(prod(len(axis.values) for axis in points.axes) * n)
    found = replace(points, intervals=figures_with_interval(points.document), n_draws=n, seed=seed)
    if not found._drawn:
        raise EngineError(
            f"{points.name}: no figure has an interval to draw from; "
            f"write one as {{value: 5, low: 3, high: 8}}"
        )
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
    if isinstance(given, Scenario | str | os.PathLike):
        given = [given]
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise EngineError(f"{shown(given)} is no scenario, name of one, file, or list of these")
    several = list(islice(given, MAX_SCENARIOS + 1))
    refuse_many(len(several))
    if not several:
        raise EngineError("there is no scenario to go through")
    for entry in several:
        if not isinstance(entry, Scenario | str | os.PathLike):
            raise EngineError(f"{entry!r} is no scenario, name of one, or file")
    return Listed(tuple(s if isinstance(s, Scenario) else load(s) for s in several))


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
