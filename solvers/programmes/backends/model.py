"""What passes between the adapter and a back end: a model in floats, options, an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Backend", "Claim", "Model", "Options", "Outcome", "Progress"]

Progress = Callable[[float | None, float | None], None]  # the best value so far, and a bound
Claim = Literal["optimal", "infeasible", "unbounded", "stopped"]


@dataclass(frozen=True)
class Backend:
    """One row of the table of back ends.

    Attributes
    ----------
    name : str
        What ``solve(..., solver=name)`` takes.
    version : str or None
        For instance ``"HiGHS 1.16.0 through PuLP 3.3.2"``; None if not installed.
    available : bool
        Whether it can be used here.
    reason : str
        Why not; empty if available.
    """

    name: str
    version: str | None
    available: bool
    reason: str = ""


@dataclass(frozen=True)
class Model:
    """Minimise ``cost . x``; at least one variable, and every row and variable matters.

    ``low`` and ``up`` hold infinities; ``rows`` holds (indices, coefficients, sense, rhs).
    ``lattice`` says that the objective takes whole values only at every feasible point.
    """

    cost: tuple[float, ...]
    low: tuple[float, ...]
    up: tuple[float, ...]
    integer: tuple[bool, ...]
    rows: tuple[tuple[tuple[int, ...], tuple[float, ...], str, float], ...]
    lattice: bool

    @property
    def is_mip(self) -> bool:
        """Whether some variable must be whole."""
        return any(self.integer)


@dataclass(frozen=True)
class Options:
    """What the caller asks of a run. ``tight`` wants the smallest tolerances on offer.

    ``progress`` is told of ``cost . x`` by back ends that can say how far they are.
    """

    time_limit: float | None = None
    gap: float = 0.0
    threads: int = 1
    seed: int = 0
    stop: Callable[[], bool] | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    tight: bool = False
    progress: Progress | None = None


@dataclass(frozen=True)
class Outcome:
    """What a back end claims; the adapter checks it.

    ``unbounded`` also stands for "infeasible or unbounded". ``values`` is None unless the
    back end says that it holds a feasible point; ``bound`` is on ``cost . x``.
    """

    claim: Claim
    values: tuple[float, ...] | None = None
    bound: float | None = None
    interrupted: bool = False
