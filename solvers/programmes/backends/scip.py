"""SCIP through PuLP and PySCIPOpt: an independent second engine, one thread."""

from __future__ import annotations

from typing import Final

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

NAME: Final = "scip"
CLAIMS: Final[dict[str, Claim]] = {
    "optimal": "optimal",
    "infeasible": "infeasible",
    "unbounded": "unbounded",
    "inforunbd": "unbounded",
}  # every other word of SCIP names a limit or an interrupt


def probe() -> Backend:
    """Say whether SCIP is installed, without loading it."""
    reason = missing("pulp", "pyscipopt")
    if reason:
        return Backend(NAME, None, False, reason)
    binding = version_of("pyscipopt")
    return Backend(NAME, through_pulp(f"SCIP (PySCIPOpt {binding})"), True)


def run(model: Model, options: Options) -> Outcome:
    """Solve with SCIP."""
    load("pyscipopt")
    problem = pulp_model(model)
    load("pulp").SCIP_PY(msg=False).buildSolverModel(problem)
    scip = problem.solverModel
    settings: dict[str, object] = {
        "misc/catchctrlc": False,  # SCIP would write to the screen; Ctrl-C is handled here
        "limits/gap": options.gap,
        "limits/absgap": 0.0,
        "randomization/randomseedshift": options.seed,
    }
    if options.time_limit is not None:
        settings["limits/time"] = options.time_limit
    if options.tight:
        settings["numerics/feastol"] = 1e-7  # below it SoPlex complains on the screen
    for name, value in {**settings, **options.extra}.items():
        try:
            scip.setParam(name, value)
        except (KeyError, LookupError, TypeError, ValueError) as error:
            raise unknown_option("SCIP", name) from error
    interrupted = watch(scip.optimizeNogil, scip.interruptSolve, options)
    claim = CLAIMS.get(scip.getStatus(), "stopped")
    values = None
    if scip.getNSols() and claim in ("optimal", "stopped"):
        best = scip.getBestSol()
        found = {variable.name: best[variable] for variable in scip.getVars()}
        values = tuple(float(found[f"x{k:07d}"]) for k in range(len(model.cost)))
    bound = scip.getDualbound()
    known = claim in ("optimal", "stopped") and abs(bound) < scip.infinity()
    return Outcome(claim, values, bound if known else None, interrupted)
