"""What every engine answers when asked for a cheapest package."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solvers.concessions.parts import Package

if TYPE_CHECKING:
    from solvers.programmes.programme import Solution

__all__ = ["CheapestPackage", "Confirmation"]


@dataclass(frozen=True)
class Confirmation:
    """What a second engine says of an answer.

    Parameters
    ----------
    agrees : bool or None
        None where it did not come to an end: it then neither confirms nor contradicts.
    engine : str
        Who was asked.
    cost : Fraction or None
        Exact cost of the best package that it found.
    bound : float or None
        It proved that no package costs less.
    sentence : str
        The same in words.
    """

    agrees: bool | None
    engine: str
    cost: Fraction | None
    bound: float | None
    sentence: str


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
    engine, reason : str
        Which engine answered, and why it was asked.
    second : Confirmation or None
        What another engine says, where it was asked.
    """

    package: Package | None
    cost: Fraction | None
    solution: Solution
    engine: str = ""
    reason: str = ""
    second: Confirmation | None = None
