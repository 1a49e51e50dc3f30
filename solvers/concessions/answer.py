"""What every engine answers when asked for a cheapest package."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from solvers.concessions.parts import Package
from solvers.programme import Solution

__all__ = ["CheapestPackage"]


@dataclass(frozen=True)
class CheapestPackage:
    """A package of least cost, or what is known of it.

    Parameters
    ----------
    package : Package or None
        None when no package exists, or none was found before a limit.
    cost : Fraction or None
        Its exact cost.
    solution : Solution
        What the solver said: status, bound, gap, name, time.
    """

    package: Package | None
    cost: Fraction | None
    solution: Solution
