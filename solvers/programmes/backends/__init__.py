"""The table of back ends: which programmes of other people can solve ours, and which are here."""

from __future__ import annotations

import difflib
from types import ModuleType

from solvers.errors import SolverError
from solvers.programmes.backends import cbc, highs, scip, scipy_milp
from solvers.programmes.backends.model import Backend, Model, Options, Outcome

__all__ = ["BACKENDS", "Backend", "Model", "Options", "Outcome", "find", "installed"]

BACKENDS: dict[str, ModuleType] = {m.NAME: m for m in (highs, scip, cbc, scipy_milp)}
"""Back ends by name, the default first; each module has ``probe`` and ``run``."""


def installed() -> tuple[Backend, ...]:
    """List all back ends, those that are not here with the reason.

    Returns
    -------
    tuple of Backend
        The default first. Nothing heavy is imported; CBC is asked for its version once.

    Examples
    --------
    >>> [row.name for row in installed()]
    ['highs', 'scip', 'cbc', 'scipy']
    """
    return tuple(module.probe() for module in BACKENDS.values())


def find(name: str) -> tuple[ModuleType, str]:
    """Return the module of a back end and its version line.

    Raises
    ------
    SolverError
        If there is none of that name, or it is not installed.
    """
    if name not in BACKENDS:
        near = difflib.get_close_matches(str(name), BACKENDS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(BACKENDS)}"
        raise SolverError(f"no solver named {name!r}: {hint}")
    row: Backend = BACKENDS[name].probe()
    if not row.available or row.version is None:
        here = ", ".join(b.name for b in installed() if b.available)
        raise SolverError(f"solver {name!r} {row.reason}; usable here: {here or 'none'}")
    return BACKENDS[name], row.version
