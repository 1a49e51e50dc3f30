"""Solve a programme with a back end, and believe nothing of the answer that can be checked.

:mod:`solvers.programmes.programme` is the module to import from.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import ModuleType
from typing import Final, Literal

from solvers.errors import SolverError
from solvers.programmes.backends import find
from solvers.programmes.backends.model import Options, Outcome, Progress
from solvers.programmes.backends.standard import Standard, standard_form
from solvers.programmes.directions import direction_programme, is_endless
from solvers.programmes.linear import TOLERANCE, Programme, evaluate

__all__ = ["Solution", "Status", "solve"]

Status = Literal["optimal", "infeasible", "unbounded", "bounded", "stopped"]
WHOLE: Final = 1e-5  # how far from a whole number a back end may leave an integer variable


@dataclass(frozen=True)
class Solution:
    """Answer of a back end, checked.

    Attributes
    ----------
    status : {"optimal", "infeasible", "unbounded", "bounded", "stopped"}
        ``bounded``: a feasible point is known, but not proved best; ``stopped``: the run
        ended without one.
    objective : float or None
        Value of the point, constant included, computed from ``values``.
    bound : float or None
        No feasible point is below it, as far as the back end proved; None if nothing is.
    gap : float or None
        (objective - bound) / max(abs(objective), abs(bound)), both without the constant.
        0 exactly when the point is proved best.
    values : tuple of float or None
        One value per variable; whole numbers are whole, every row holds
        (``Programme.violations``). None unless such a point is known.
    solver : str
        Back end and version.
    seconds : float
        Wall time.
    interrupted : bool
        Whether Ctrl-C, or ``stop``, cut the run.
    objectives : tuple of float
        Value of every objective, in ``lexicographic`` only.
    """

    status: Status
    objective: float | None
    bound: float | None
    gap: float | None
    values: tuple[float, ...] | None
    solver: str
    seconds: float
    interrupted: bool
    objectives: tuple[float, ...] = ()


def solve(
    programme: Programme,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
    threads: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Minimise a programme.

    Parameters
    ----------
    programme : Programme
        Not changed.
    solver : str
        Name of a back end, see ``solvers.programmes.backends.installed``.
    time_limit : float or None
        Seconds, for the back end; None: until it ends.
    gap : float
        Relative gap at which the back end may stop. With 0 only a proof ends the search.
    threads : int
        At most this many, where the back end can use several.
    seed : int
        For the back end's own random choices; it does not settle ties, see ``lexicographic``.
    stop : callable or None
        Asked some twenty times a second; true ends the run as Ctrl-C does.
    options : mapping or None
        Options by the back end's own names, passed on; one that it does not know is an error.
    progress : callable or None
        Told what the back end says of the value of its best point and of the bound, unchecked,
        while it runs; None stands for what it has not got. HiGHS only.

    Returns
    -------
    Solution
        After Ctrl-C too, with the best point so far; a second Ctrl-C raises KeyboardInterrupt.

    Raises
    ------
    SolverError
        If the back end is missing, refuses an option or breaks down, or if its optimum does
        not pass the check.

    Notes
    -----
    An objective of ints or Fractions over whole-number variables moves in steps, and the bound
    is rounded up to the next one: there "optimal" leaves nothing open but the soundness of the
    back end. With floats it means: to 1e-6, relative and absolute.

    Examples
    --------
    >>> p = Programme("two of three")
    >>> x = [p.variable(f"x{i}", up=1, integer=True) for i in range(3)]
    >>> _ = p.row("two", dict.fromkeys(x, 1), ">=", 2)
    >>> p.minimise({x[0]: 5, x[1]: 2, x[2]: 4}, constant=10)
    >>> answer = solve(p)
    >>> answer.status, answer.objective, answer.values
    ('optimal', 16.0, (0.0, 1.0, 1.0))
    """
    asked = checked_options(time_limit, gap, threads, seed, stop, options)
    module, version = find(solver)
    start = time.perf_counter()
    standard = standard_form(programme)
    if progress is not None:
        asked = replace(asked, progress=_in_its_units(programme, standard, progress))
    answer = _Run(programme, standard, module, version, asked, start).answer()
    return replace(answer, seconds=time.perf_counter() - start)


def _in_its_units(programme: Programme, standard: Standard, told: Progress) -> Progress:
    """Tell of a programme what a back end says of its standard form."""
    constant, scale = float(programme.constant), float(standard.scale)

    def own(value: float | None) -> float | None:
        return None if value is None else value / scale + constant

    def progress(best: float | None, bound: float | None) -> None:
        told(own(best), own(bound))

    return progress


def checked_options(
    time_limit: float | None,
    gap: float,
    threads: int,
    seed: int,
    stop: Callable[[], bool] | None,
    options: Mapping[str, object] | None,
) -> Options:
    """Options of a run, or an error in one sentence."""
    if time_limit is not None and not 0 < time_limit < math.inf:
        raise SolverError(f"time_limit is {time_limit}; it must be a positive number of seconds")
    if not 0 <= gap < math.inf:
        raise SolverError(f"gap is {gap}; it must be a number from 0 up, such as 0.01 for 1 %")
    for name, value, least in (("threads", threads, 1), ("seed", seed, 0)):
        if not isinstance(value, int) or not least <= value < 2**31:
            raise SolverError(f"{name} is {value!r}; it must be a whole number from {least} up")
    return Options(time_limit, float(gap), threads, seed, stop, dict(options or {}))


@dataclass(frozen=True)
class _Run:
    """One programme, one back end, one clock."""

    programme: Programme
    standard: Standard
    module: ModuleType
    version: str
    options: Options
    start: float

    def answer(self) -> Solution:
        if self.standard.broken is not None:
            return self._without_point("infeasible")
        if not self.standard.active:
            return self._with_point(list(self.standard.rest), Outcome("optimal", (), 0.0))
        outcome: Outcome = self.module.run(self.standard.model, self.options)
        if outcome.claim == "unbounded":
            return self._unbounded_or_not(outcome)
        if outcome.claim == "infeasible":
            return self._without_point("infeasible", outcome)
        point = self._checked_point(outcome)
        if point is not None:
            return self._with_point(point, outcome)
        if outcome.claim == "optimal":
            outcome = self._again(tight=True)
            point = self._checked_point(outcome)
            if point is not None:
                return self._with_point(point, outcome)
            if outcome.claim == "optimal":
                raise SolverError(self._complaint(outcome))
        return self._without_point("stopped", outcome)

    def _unbounded_or_not(self, outcome: Outcome) -> Solution:
        """Tell an unbounded programme from an infeasible one.

        Back ends mix the two up: presolve may find only that one of them holds, and a relaxation
        without bound may have no whole-number point. Both questions are asked on their own: is
        there a feasible point, and a direction that lowers the objective for ever?
        """
        if outcome.interrupted:
            return self._without_point("stopped", outcome)
        question = self.programme.copy()
        question.minimise({})
        found, point = self._ask(question)
        if found.claim in ("infeasible", "unbounded"):
            return self._without_point("infeasible", found)
        if point is not None and not found.interrupted:
            found, direction = self._ask(direction_programme(self.programme))
            if direction is not None and is_endless(self.programme, tuple(direction)):
                return self._without_point("unbounded", found)
            if found.claim == "optimal":
                raise SolverError(
                    f"{self.version} finds neither an optimum of {self.programme.name!r} nor a "
                    f"direction in which it has none: try another solver"
                )
        return self._without_point("stopped", replace(found, bound=None))

    def _ask(self, programme: Programme) -> tuple[Outcome, list[float] | None]:
        """Outcome and checked point of another programme in the time that is left."""
        other = replace(
            self,
            programme=programme,
            standard=standard_form(programme),
            options=replace(self.options, progress=None),  # it is about this programme's cost
        )
        if other.standard.broken is not None:
            return Outcome("infeasible"), None
        if not other.standard.active:
            return Outcome("optimal"), list(other.standard.rest)
        outcome = other._again(tight=False)
        return outcome, other._checked_point(outcome)

    def _remaining(self, tight: bool) -> Options:
        limit = self.options.time_limit
        if limit is not None:
            limit = max(0.1, limit - (time.perf_counter() - self.start))
        return replace(self.options, time_limit=limit, tight=tight)

    def _again(self, tight: bool) -> Outcome:
        outcome: Outcome = self.module.run(self.standard.model, self._remaining(tight))
        return outcome

    def _rounded(self, outcome: Outcome) -> list[float] | None:
        """Point of the programme with whole numbers whole; None if one is not nearly so."""
        if outcome.values is None or not all(map(math.isfinite, outcome.values)):
            return None
        point = self.standard.point(outcome.values)
        for k, variable in enumerate(self.programme.variables):
            low = -math.inf if variable.low is None else float(variable.low)
            up = math.inf if variable.up is None else float(variable.up)
            if variable.integer:
                if abs(point[k] - round(point[k])) > WHOLE:
                    return None
                point[k] = float(round(point[k]))
            elif abs(point[k] - min(max(point[k], low), up)) <= TOLERANCE:
                point[k] = min(max(point[k], low), up)
        return [x + 0.0 for x in point]  # no -0.0

    def _checked_point(self, outcome: Outcome) -> list[float] | None:
        """Point that passes the check, or None.

        Rounding 0.9999999 to 1 can break a row with a large coefficient that a continuous
        variable could satisfy; then the continuous variables are chosen anew.
        """
        point = self._rounded(outcome)
        if point is None or not self.programme.violations(point):
            return point
        if all(v.integer for v in self.programme.variables) or outcome.interrupted:
            return None
        fixed = self.programme.copy()
        for k, variable in enumerate(fixed.variables):
            if variable.integer:
                fixed.fix(k, int(point[k]))
        again = replace(self, programme=fixed, standard=standard_form(fixed))
        if again.standard.broken is not None or not again.standard.active:
            return None
        polished = replace(self._remaining(tight=True), progress=None)  # in other units
        point = again._rounded(self.module.run(again.standard.model, polished))
        return None if point is None or self.programme.violations(point) else point

    def _complaint(self, outcome: Outcome) -> str:
        point = self._rounded(outcome)
        if point is None:
            return f"{self.version} calls a point optimal whose values are not whole: try another"
        broken = ", ".join(map(repr, self.programme.violations(point)[:3]))
        return (
            f"{self.version} calls a point optimal that breaks {broken} of {self.programme.name!r}"
            f": choose units in which its numbers differ less in size, or another solver"
        )

    def _bound(self, outcome: Outcome) -> float | Fraction | None:
        """Bound on the objective without its constant, rounded up where it moves in steps."""
        bound = outcome.bound
        if bound is None or not math.isfinite(bound):
            return None
        if self.standard.model.lattice:
            step = math.ceil(bound - TOLERANCE - 1e-9 * abs(bound))
            return Fraction(step) / self.standard.scale
        return float(bound / float(self.standard.scale))

    def _with_point(self, point: Sequence[float], outcome: Outcome) -> Solution:
        part = evaluate(self.programme.objective, point)
        constant = float(self.programme.constant)
        bound = self._bound(outcome)
        objective = float(self.programme.objective_at(point))
        status: Status = "bounded"
        gap = None
        if bound is not None:
            distance = float(part - bound)
            size = max(abs(float(part)), abs(float(bound)))
            slack = 0.0 if self.standard.model.lattice else TOLERANCE * max(1.0, size)
            if distance <= slack:
                status, gap, bound = "optimal", 0.0, None
            else:
                gap = distance / size
        limit = objective if gap == 0.0 else None if bound is None else float(bound) + constant
        return Solution(
            status, objective, limit, gap, tuple(point), self.version, 0.0, outcome.interrupted
        )

    def _without_point(self, status: Status, outcome: Outcome | None = None) -> Solution:
        bound = self._bound(outcome) if outcome is not None and status == "stopped" else None
        limit = None if bound is None else float(bound) + float(self.programme.constant)
        interrupted = outcome is not None and outcome.interrupted
        return Solution(status, None, limit, None, None, self.version, 0.0, interrupted)
