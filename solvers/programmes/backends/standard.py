"""From a programme to the floats that back ends take, with exact rows as whole numbers.

Whole numbers keep the arithmetic of a back end exact as long as it can be, and let it prove
an optimum without a gap: an objective that takes whole values only has no room for one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from solvers.programmes.backends.model import Model
from solvers.programmes.linear import LARGEST, Programme, Row, Terms, is_exact

__all__ = ["Standard", "standard_form"]


@dataclass(frozen=True)
class Standard:
    """A model and the way back from it.

    ``active[k]`` is the programme's index of the model's variable k; a variable that no row
    and no cost mentions keeps its value of ``rest``. One unit of the programme's objective is
    ``scale`` units of the model's. ``broken`` names a row that no point can satisfy.
    """

    model: Model
    active: tuple[int, ...]
    rest: tuple[float, ...]
    scale: Fraction
    broken: str | None

    def point(self, values: Sequence[float]) -> list[float]:
        """Values of all variables of the programme."""
        full = list(self.rest)
        for index, value in zip(self.active, values, strict=True):
            full[index] = value
        return full


def standard_form(programme: Programme) -> Standard:
    """Scale, drop what is empty, and number the variables that matter."""
    rows, broken = [], None
    for row in programme.rows:
        scaled = _scaled_row(programme, row)
        if scaled is None:
            broken = broken or row.name
        elif scaled[0]:
            rows.append((scaled, row.sense))
    cost, scale, lattice = _scaled_objective(programme)
    used = {i for (terms, _), _ in rows for i, _ in terms} | {i for i, _ in cost}
    active = tuple(sorted(used))
    place = {index: k for k, index in enumerate(active)}
    variables = [programme.variables[i] for i in active]
    costs = [0.0] * len(active)
    for i, c in cost:
        costs[place[i]] = float(c)
    model = Model(
        cost=tuple(costs),
        low=tuple(-math.inf if v.low is None else float(v.low) for v in variables),
        up=tuple(math.inf if v.up is None else float(v.up) for v in variables),
        integer=tuple(v.integer for v in variables),
        rows=tuple(
            (tuple(place[i] for i, _ in terms), tuple(float(c) for _, c in terms), sense, rhs)
            for (terms, rhs), sense in rows
        ),
        lattice=lattice,
    )
    return Standard(model, active, _resting_point(programme), scale, broken)


def _resting_point(programme: Programme) -> tuple[float, ...]:
    """Give every variable its value nearest to 0."""
    nearest = []
    for v in programme.variables:
        low = -math.inf if v.low is None else float(v.low)
        up = math.inf if v.up is None else float(v.up)
        nearest.append(min(max(0.0, low), up))
    return tuple(nearest)


def _scaled_row(programme: Programme, row: Row) -> tuple[Terms, float] | None:
    """Terms and right-hand side for a back end; None if no point can satisfy the row."""
    terms, rhs = row.terms, row.rhs
    if not terms:
        return None if row.excess(()) > 0 else ((), 0.0)
    if not is_exact(((0, rhs), *terms)):
        factor = _power_of_two(terms)
        return tuple((i, float(c) * factor) for i, c in terms), float(rhs) * factor
    whole = programme.all_integer(terms)
    scaled, scale = _whole_numbers(terms, None if whole else Fraction(rhs))
    right = Fraction(rhs) * scale
    if whole:  # the left side takes whole values only, so the right side may be rounded
        if row.sense == "==" and right.denominator != 1:
            return None
        right = Fraction(math.floor(right) if row.sense == "<=" else math.ceil(right))
    if abs(right) > LARGEST or any(abs(float(c)) > LARGEST for _, c in scaled):
        factor = _power_of_two(terms)
        return tuple((i, float(c) * factor) for i, c in terms), float(rhs) * factor
    return scaled, float(right)


def _scaled_objective(programme: Programme) -> tuple[Terms, Fraction, bool]:
    """Costs for a back end, their scale, and whether their sum is always whole."""
    terms = programme.objective
    if not terms:
        return (), Fraction(1), programme.all_integer(terms)
    if is_exact(terms) and programme.all_integer(terms):
        scaled, scale = _whole_numbers(terms, None)
        if all(abs(float(c)) <= LARGEST for _, c in scaled):
            return scaled, scale, True
    factor = _power_of_two(terms)
    return tuple((i, float(c) * factor) for i, c in terms), Fraction(factor), False


def _whole_numbers(terms: Terms, rhs: Fraction | None) -> tuple[Terms, Fraction]:
    """Smallest whole numbers in the ratio of the coefficients (and of the right-hand side)."""
    numbers: list[int | Fraction] = [c for _, c in terms if not isinstance(c, float)]
    if rhs is not None:
        numbers.append(rhs)
    common = math.lcm(*(c.denominator for c in numbers))
    whole = [int(c * common) for c in numbers]
    divisor = math.gcd(*whole)
    scaled = tuple((i, c // divisor) for (i, _), c in zip(terms, whole, strict=False))
    return scaled, Fraction(common, divisor)


def _power_of_two(terms: Terms) -> float:
    """Factor that brings very small or very large coefficients near 1, without rounding.

    HiGHS drops a coefficient below 1e-9 and judges every row by an absolute tolerance.
    """
    size = max(abs(float(c)) for _, c in terms)
    return 1.0 if 1e-3 <= size <= 1e6 else 2.0 ** -math.frexp(size)[1]
