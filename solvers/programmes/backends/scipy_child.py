"""Solve one model with ``scipy.optimize.milp``: JSON in on stdin, JSON out on stdout.

A program, started by :mod:`solvers.programmes.backends.scipy_milp`; it imports nothing of ours.
"""

from __future__ import annotations

import json
import math
import os
import sys
from typing import Any

__all__ = ["main"]

SOLVE_ERROR = 4


def main() -> None:
    """Read a model, solve it, write the answer."""
    # HiGHS 1.12 writes to stdout unasked: keep that for the answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    result = solve(json.load(sys.stdin))
    json.dump(result, answer)
    answer.close()


def solve(asked: dict[str, Any]) -> dict[str, Any]:
    """Solve; without presolve a second time when the first one gave up."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    starts, columns, data = [0], list[int](), list[float]()
    low, up = list[float](), list[float]()
    for indices, coefficients, sense, rhs in asked["rows"]:
        columns += indices
        data += coefficients
        starts.append(len(columns))
        low.append(-math.inf if sense == "<=" else rhs)
        up.append(math.inf if sense == ">=" else rhs)
    matrix = csr_array((data, columns, starts), (len(low), len(asked["cost"])))
    for presolve in (True, False):
        # SciPy removes keys from the dict it is given.
        options = {"presolve": presolve, **asked["options"]}
        found = milp(
            asked["cost"],
            integrality=[int(whole) for whole in asked["integer"]],
            bounds=Bounds(asked["low"], asked["up"]),
            constraints=LinearConstraint(matrix, low, up) if low else None,
            options=options,
        )
        if found.status != SOLVE_ERROR or "unbounded" in found.message:
            break
    return {
        "status": int(found.status),
        "message": str(found.message),
        "x": None if found.x is None else [float(x) for x in found.x],
        "objective": None if found.fun is None else float(found.fun),
        "bound": found.get("mip_dual_bound"),
    }


if __name__ == "__main__":
    main()
