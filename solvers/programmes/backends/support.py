"""What back ends share: late imports, a PuLP model, waiting in a way that Ctrl-C can end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from solvers.errors import SolverError
from solvers.programmes.backends.model import Model, Options

__all__ = [
    "load",
    "missing",
    "pulp_model",
    "through_pulp",
    "unknown_option",
    "version_of",
    "watch",
]

POLL_SECONDS: Final = 0.05
TELL_SECONDS: Final = 0.2


def load(module: str) -> Any:
    """Import a package now; its breakdown becomes one sentence."""
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        raise SolverError(f"the package {module!r} cannot be loaded: {error}") from error


def missing(*packages: str) -> str:
    """Name the packages that are not installed, in a sentence; empty if all are. Imports none."""
    absent = [name for name in packages if find_spec(name) is None]
    return f"needs the package {' and '.join(map(repr, absent))}" if absent else ""


@cache
def version_of(package: str) -> str:
    """Version of an installed package, looked up once: every programme states it."""
    from importlib import metadata  # itself slow to load

    return metadata.version(package)


def through_pulp(solver: str) -> str:
    """Version line of a solver that is reached through PuLP."""
    return f"{solver} through PuLP {version_of('pulp')}"


def pulp_model(model: Model) -> Any:
    """Build the PuLP problem, with the calls that PuLP 3.3 and 4 share.

    Names are padded with zeros, because PuLP 3 sorts variables by name and PuLP 4 does not:
    variable k is column k in both. They carry no word of the programme.
    """
    pulp = load("pulp")
    problem = pulp.LpProblem("programme", pulp.LpMinimize)
    columns = [
        problem.add_variable(
            f"x{k:07d}",
            None if low == -float("inf") else low,
            None if up == float("inf") else up,
            "Integer" if integer else "Continuous",
        )
        for k, (low, up, integer) in enumerate(zip(model.low, model.up, model.integer, strict=True))
    ]
    problem += pulp.lpSum(c * x for c, x in zip(model.cost, columns, strict=True) if c)
    for k, (indices, coefficients, sense, rhs) in enumerate(model.rows):
        left = pulp.lpSum(c * columns[i] for i, c in zip(indices, coefficients, strict=True))
        row = left >= rhs if sense == ">=" else left <= rhs if sense == "<=" else left == rhs
        problem += (row, f"r{k:07d}")
    return problem


def unknown_option(solver: str, name: str, known: Iterable[str] = ()) -> SolverError:
    """Build the error for an option that a back end does not take."""
    choices = ", ".join(known)
    hint = f"it takes {choices}" if choices else "see its own list of options"
    return SolverError(f"{solver} takes no option {name!r} of that value: {hint}")


def watch(
    work: Callable[[], object],
    cancel: Callable[[], object],
    options: Options,
    reached: Callable[[], tuple[float | None, float | None]] | None = None,
) -> bool:
    """Run ``work`` in a thread of its own until it ends, is stopped, or Ctrl-C is pressed.

    The first Ctrl-C, or ``options.stop()`` turning true, calls ``cancel`` and waits for
    ``work`` to come back with what it has; a second Ctrl-C leaves at once. What ``reached``
    returns, the best value and the bound, is told to ``options.progress`` when it changes, at
    most five times a second and in the caller's thread. An error of ``options.stop`` or
    ``options.progress`` ends ``work``, too, and is raised once it has ended.

    Returns
    -------
    bool
        Whether it was cancelled.
    """
    trouble: list[BaseException] = []
    # An event, not Thread.join: in Python 3.11 a join that Ctrl-C breaks off marks the thread
    # as ended while it runs on.
    done = threading.Event()

    def body() -> None:
        try:
            work()
        except BaseException as error:  # carried over to the caller's thread
            trouble.append(error)
        finally:
            done.set()

    cancelled = False
    told: tuple[float | None, float | None] = (None, None)
    at = -TELL_SECONDS
    threading.Thread(target=body, daemon=True).start()
    while not done.is_set():
        try:
            done.wait(POLL_SECONDS)
            if options.progress is not None and reached is not None:
                state, now = reached(), time.monotonic()
                if state != told and now - at >= TELL_SECONDS:
                    told, at = state, now
                    options.progress(*state)
            if not cancelled and options.stop is not None and options.stop():
                cancelled = True
                cancel()
        except KeyboardInterrupt:
            if cancelled:
                raise
            cancelled = True
            cancel()
        except BaseException:  # work must not run on behind the caller's back
            cancel()
            done.wait()
            raise
    if trouble:
        raise trouble[0]
    return cancelled
