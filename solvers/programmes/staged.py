"""Objectives one after another, and one point among equals that every back end agrees on.

:mod:`solvers.programmes.programme` is the module to import from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from solvers.errors import SolverError
from solvers.programmes.linear import Number, Programme, Terms, evaluate, is_exact
from solvers.programmes.solving import Solution, Status, checked_options, solve

__all__ = ["lexicographic"]

LARGEST_WEIGHT: Final = 4096
"""Ties of several variables are broken in one run by weights 1, 2, 4, ... up to this size."""


def lexicographic(
    programme: Programme,
    objectives: Sequence[Mapping[int, Number]],
    order: Sequence[int] = (),
    *,
    prefer: int = 1,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
    threads: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    options: Mapping[str, object] | None = None,
) -> Solution:
    """Minimise objectives in stages, then settle what is left open.

    Parameters
    ----------
    programme : Programme
        Not changed; its own objective does not count.
    objectives : sequence of mappings
        The first is minimised; it is held at its optimum while the second is, and so on.
    order : sequence of int
        Whole-number variables. Among the points that are best in every objective, the first of
        them gets the preferred value if it can, then the second, and so on.
    prefer : {1, 0}
        1 prefers large values (members in), 0 small ones.
    solver, time_limit, gap, threads, seed, stop, options
        As in ``solve``; the time limit is for all stages together.

    Returns
    -------
    Solution
        ``objective``, ``bound`` and ``gap`` speak of the first objective, ``objectives`` of all.
        The values of the variables in ``order`` are the same from every back end when the
        status is ``optimal``. ``bounded``: some stage was not proved, or the time was over
        before the ties were settled (with a gap of 0).

    Raises
    ------
    SolverError
        As ``solve``; and if ``order`` names a variable that is not whole.

    Notes
    -----
    At most one run per objective and per variable in ``order``; a variable that has its
    preferred value already needs none, and about a dozen binaries share one. An objective of
    ints and Fractions over whole-number variables is held exactly, any other to 1e-9.

    References
    ----------
    .. [1] M. Ehrgott, Multicriteria Optimization, 2nd ed., Springer, 2005, chapter 5
       (lexicographic optimality).

    Examples
    --------
    Two of four, whichever: the first two, whatever the back end.

    >>> p = Programme("any two")
    >>> x = [p.variable(f"x{i}", up=1, integer=True) for i in range(4)]
    >>> _ = p.row("two", dict.fromkeys(x, 1), ">=", 2)
    >>> lexicographic(p, [dict.fromkeys(x, 1)], order=x).values
    (1.0, 1.0, 0.0, 0.0)
    """
    if not objectives:
        raise SolverError("there is no objective: give one at least, or use solve")
    if prefer not in (0, 1):
        raise SolverError(f"prefer is {prefer!r}; it must be 1 (large values first) or 0")
    checked_options(time_limit, gap, threads, seed, stop, options)
    forms = [programme.terms(o, f"objective {k + 1}") for k, o in enumerate(objectives)]
    for index in order:
        programme.terms({index: 1}, "the order")
        if not programme.variables[index].integer:
            name = programme.variables[index].name
            raise SolverError(f"the order names {name!r}, which is not a whole-number variable")

    def run(work: Programme, limit: float | None) -> Solution:
        return solve(work, solver, limit, gap, threads, seed, stop, options)

    stages = _Stages(programme.copy(), forms, time_limit, run)
    return stages.settle(list(dict.fromkeys(order)), prefer)


@dataclass
class _Stages:
    """The programme as it is narrowed down, and the best point so far."""

    work: Programme
    forms: list[Terms]
    time_limit: float | None
    run: Callable[[Programme, float | None], Solution]
    start: float = field(default_factory=time.perf_counter)
    best: Solution | None = None
    proved: bool = True

    def settle(self, order: list[int], prefer: int) -> Solution:
        for number, form in enumerate(self.forms):
            end = self._stage(form, f"objective {number + 1}")
            if end is not None:
                return self._finish(end)
            self._hold(form, number)
        while self._fix_preferred(order, prefer):
            chunk = self._chunk(order)
            weights = self._weights(chunk, prefer)
            end = self._stage(self.work.terms(weights, "the ties"), "the ties")
            if end is not None:
                return self._finish(end)
            for index in chunk:
                self.work.fix(index, int(self._values[index]))
            del order[: len(chunk)]
        return self._finish(None)

    @property
    def _values(self) -> tuple[float, ...]:
        if self.best is None or self.best.values is None:
            raise SolverError("no point is known yet")
        return self.best.values

    def _stage(self, form: Terms, what: str) -> Solution | None:
        """Minimise one form; a Solution if that was the last run."""
        limit = None
        if self.time_limit is not None:
            limit = self.time_limit - (time.perf_counter() - self.start)
            if limit <= 0 and self.best is not None:
                return replace(self.best, status="bounded")
            limit = max(limit, 1e-3)
        self.work.minimise(dict(form))
        answer = self.run(self.work, limit)
        if self.best is None:
            self.best = answer
        elif answer.values is not None:
            self.best = replace(self.best, values=answer.values)
        if answer.status == "infeasible" and self.best is not answer:
            raise SolverError(
                f"{answer.solver} finds no point at {what} although an earlier stage found one: "
                f"use ints or Fractions in place of floats"
            )
        if answer.interrupted or answer.status == "stopped":
            self.best = replace(self.best, interrupted=answer.interrupted)
            return replace(self.best, status="stopped" if answer is self.best else "bounded")
        if answer.values is None:
            return answer
        self.proved = self.proved and answer.status == "optimal"
        return None

    def _hold(self, form: Terms, number: int) -> None:
        """Let no later stage give back what this one has won."""
        value = evaluate(form, self._values)
        if not (is_exact(form) and self.work.all_integer(form)):
            value = float(value) + 1e-9 * max(1.0, abs(float(value)))
        if form:
            name = f"objective {number + 1} held"
            while any(row.name == name for row in self.work.rows):
                name += "'"
            self.work.row(name, dict(form), "<=", value)

    def _fix_preferred(self, order: list[int], prefer: int) -> bool:
        """Fix the leading variables that have their preferred value; say whether any is left."""
        while order:
            variable = self.work.variables[order[0]]
            wish = variable.up if prefer else variable.low
            if wish is None or self._values[order[0]] != wish:
                return True
            self.work.fix(order.pop(0), wish)
        return False

    def _chunk(self, order: list[int]) -> list[int]:
        """As many leading variables as weights of moderate size can keep apart."""
        chunk, size = [order[0]], self._width(order[0])
        for index in order[1:]:
            size *= self._width(index)
            if size > LARGEST_WEIGHT:
                break
            chunk.append(index)
        return chunk

    def _width(self, index: int) -> int:
        variable = self.work.variables[index]
        return int((variable.up or 0) - (variable.low or 0)) + 1

    def _weights(self, chunk: list[int], prefer: int) -> dict[int, Number]:
        """One unit of a variable outweighs all that come after it."""
        weights: dict[int, Number] = {}
        weight = 1
        for index in reversed(chunk):
            weights[index] = -weight if prefer else weight
            weight *= self._width(index)
        return weights

    def _finish(self, end: Solution | None) -> Solution:
        answer = end or self.best
        if answer is None:
            raise SolverError("no stage was run")
        if end is None and not self.proved:
            status: Status = "bounded"
            answer = replace(answer, status=status)
        seconds = time.perf_counter() - self.start
        if answer.values is None:
            return replace(answer, seconds=seconds)
        values = answer.values
        objectives = tuple(float(evaluate(form, values)) for form in self.forms)
        return replace(answer, objective=objectives[0], objectives=objectives, seconds=seconds)
