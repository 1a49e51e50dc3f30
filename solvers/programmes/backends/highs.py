"""HiGHS through PuLP: the default back end.

PuLP builds the model; the run and its reading are done here, because PuLP 3.3 reports a run
that the clock ended as optimal and hands out numbers for infeasible models. The run has a
thread of its own: HiGHS keeps one scheduler per thread and refuses another number of
threads on it later.
"""

from __future__ import annotations

import math
import threading
from typing import Any, Final

from solvers.errors import SolverError
from solvers.programmes.backends.model import Backend, Claim, Model, Options, Outcome
from solvers.programmes.backends.support import (
    load,
    missing,
    pulp_model,
    through_pulp,
    unknown_option,
    version_of,
    watch,
)

__all__ = ["NAME", "probe", "run"]

NAME: Final = "highs"
FEASIBLE: Final = 2  # HiGHS' number for "a feasible point is known"
CLAIMS: Final[dict[str, Claim]] = {
    "kOptimal": "optimal",
    "kInfeasible": "infeasible",
    "kUnbounded": "unbounded",
    "kUnboundedOrInfeasible": "unbounded",
    "kTimeLimit": "stopped",
    "kInterrupt": "stopped",
    "kHighsInterrupt": "stopped",
    "kIterationLimit": "stopped",
    "kSolutionLimit": "stopped",
    "kMemoryLimit": "stopped",
    "kObjectiveBound": "stopped",
    "kObjectiveTarget": "stopped",
    "kUnknown": "stopped",
}


def probe() -> Backend:
    """Say whether HiGHS is installed, without loading it."""
    reason = missing("pulp", "highspy")
    if reason:
        return Backend(NAME, None, False, reason)
    return Backend(NAME, through_pulp(f"HiGHS {version_of('highspy')}"), True)


def run(model: Model, options: Options) -> Outcome:
    """Solve with HiGHS."""
    highspy = load("highspy")
    problem = pulp_model(model)
    solver = load("pulp").HiGHS(msg=False)
    highs = problem.solverModel = _silent(highspy)
    for name, value in _settings(options).items():
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise unknown_option("HiGHS", name)
    solver.buildSolverModel(problem)
    interrupted = _run(highs, options)
    status = highs.getModelStatus().name
    if status not in CLAIMS:
        raise SolverError(
            f"HiGHS gave up with {highs.modelStatusToString(highs.getModelStatus())!r}"
        )
    return _read(highs, model, CLAIMS[status], interrupted)


def _silent(highspy: Any) -> Any:
    """Start a HiGHS that prints nothing; 1.16 greets as soon as callbacks are set up."""

    class Silent(highspy.Highs):  # type: ignore[misc]  # the module is loaded late, as Any
        def enableCallbacks(self) -> None:  # HiGHS' own name
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    highs = Silent()
    for name in ("output_flag", "log_to_console"):
        highs.setOptionValue(name, False)
    return highs


ENUMERATION = 1 << 16
"""The presolve rule that called feasible programmes infeasible, and cut off optima, in 1.16."""


def _settings(options: Options) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "threads": options.threads,
        "random_seed": options.seed,
        "mip_rel_gap": options.gap,
        "presolve_rule_off": ENUMERATION,
        "mip_abs_gap": 0.0,
    }
    if options.time_limit is not None:
        settings["time_limit"] = options.time_limit
    if options.tight:
        settings |= {"mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9}
    return settings | dict(options.extra)


def _run(highs: Any, options: Options) -> bool:
    """Run in a thread that ends its own scheduler; say whether it was cancelled."""
    cancelled = threading.Event()
    state: tuple[float | None, float | None] = (None, None)

    def check(event: Any) -> None:
        nonlocal state
        if cancelled.is_set():
            event.interrupt()
        best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        state = (_finite(best), _finite(bound))

    for callback in (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
        callback.subscribe(check)

    def work() -> None:
        try:
            highs.run()
        finally:
            getattr(highs, "resetThreadScheduler", lambda _: None)(False)

    return watch(work, cancelled.set, options, lambda: state)


def _finite(number: float) -> float | None:
    """Return a number that says something, as HiGHS' infinities do not."""
    return float(number) if math.isfinite(number) else None


def _read(highs: Any, model: Model, claim: Claim, interrupted: bool) -> Outcome:
    info = highs.getInfo()
    values = None
    if int(info.primal_solution_status) == FEASIBLE and claim in ("optimal", "stopped"):
        values = tuple(float(x) for x in highs.getSolution().col_value)
        if len(values) != len(model.cost):
            raise SolverError(
                f"HiGHS answered {len(values)} values for {len(model.cost)} variables"
            )
    bound = None
    if model.is_mip:
        bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else None
    elif claim == "optimal":
        bound = info.objective_function_value
    return Outcome(claim, values, bound, interrupted)
