"""``scipy.optimize.milp``: the HiGHS that SciPy carries, a second opinion without PuLP.

It runs in a Python of its own, half a second more per run, for two reasons: it cannot be stopped
in ours, and it writes to the screen (HiGHS 1.12, in SciPy 1.17 and 1.18). After Ctrl-C the
answer is empty-handed.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Final

from solvers.errors import SolverError
from solvers.programmes.backends.model import Backend, Claim, Model, Options, Outcome
from solvers.programmes.backends.program import run_program
from solvers.programmes.backends.support import missing, unknown_option, version_of

__all__ = ["NAME", "probe", "run"]

NAME: Final = "scipy"
KNOWN: Final = ("node_limit", "presolve")
CLAIMS: Final[dict[int, Claim]] = {0: "optimal", 1: "stopped", 2: "infeasible", 3: "unbounded"}
CHILD: Final = Path(__file__).with_name("scipy_child.py")


def probe() -> Backend:
    """Say whether SciPy is installed, without loading it."""
    reason = missing("scipy")
    if reason:
        return Backend(NAME, None, False, reason)
    return Backend(NAME, f"HiGHS in SciPy {version_of('scipy')}", True)


def run(model: Model, options: Options) -> Outcome:
    """Solve with SciPy; the seed and the number of threads are SciPy's own."""
    for name in options.extra:
        if name not in KNOWN:
            raise unknown_option("SciPy", name, KNOWN)
    settings: dict[str, Any] = {"mip_rel_gap": options.gap, **options.extra}
    if options.time_limit is not None:
        settings["time_limit"] = options.time_limit
    asked = {
        "cost": model.cost,
        "low": model.low,
        "up": model.up,
        "integer": model.integer,
        "rows": model.rows,
        "options": settings,
    }
    # -P keeps the names of our back ends from hiding packages of the same name.
    output, cut = run_program([sys.executable, "-P", str(CHILD)], options, json.dumps(asked))
    if cut:
        return Outcome("stopped", interrupted=True)
    try:
        answer = json.loads(output)
    except ValueError as error:
        last = (output.strip() or "no answer").splitlines()[-1]
        raise SolverError(f"SciPy broke down: {last}") from error
    return _read(answer, model)


def _read(answer: dict[str, Any], model: Model) -> Outcome:
    claim = CLAIMS.get(answer["status"])
    if claim is None:
        if "unbounded or infeasible" not in answer["message"]:
            raise SolverError(f"SciPy's milp gave up: {answer['message']}")
        claim = "unbounded"
    values = None
    if answer["x"] is not None and claim in ("optimal", "stopped"):
        values = tuple(answer["x"])
    bound = answer["bound"] if model.is_mip else answer["objective"]
    if bound is None or not math.isfinite(bound) or claim not in ("optimal", "stopped"):
        return Outcome(claim, values)
    if claim == "stopped" and not model.is_mip:  # the value of a point proves nothing
        return Outcome(claim, values)
    return Outcome(claim, values, bound)
