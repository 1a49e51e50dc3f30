"""A linear programme as plain data: variables, rows, one objective; exact where the input is exact.

Nothing here knows a solver. :mod:`solvers.programmes.programme` is the module to import from.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from solvers.errors import SolverError

__all__ = ["LARGEST", "TOLERANCE", "Number", "Programme", "Row", "Variable"]

Number = int | Fraction | float
Terms = tuple[tuple[int, Number], ...]

SENSES: Final = (">=", "<=", "==")
LARGEST: Final = 1e15  # beyond it HiGHS refuses a coefficient, and doubles lose whole units
TOLERANCE: Final = 1e-6  # what the back ends themselves accept where floats are involved


def as_number(value: object, what: str) -> Number:
    """Turn any real number into an int, a Fraction or a float, or say what is wrong with it."""
    number: Number
    if isinstance(value, numbers.Integral):
        number = int(value)
    elif isinstance(value, numbers.Rational):
        number = Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, numbers.Real):
        number = float(value)
    else:
        raise SolverError(f"{what} is {value!r}; it must be an int, a Fraction or a float")
    if isinstance(number, float) and not math.isfinite(number):
        raise SolverError(f"{what} is {number}; it must be a finite number")
    if not -LARGEST <= number <= LARGEST:
        raise SolverError(
            f"{what} is {number}, beyond {LARGEST:.0e}: no back end can tell it from infinity, "
            f"so choose a larger unit"
        )
    return number


def is_exact(terms: Iterable[tuple[int, Number]]) -> bool:
    """Whether no coefficient is a float."""
    return all(not isinstance(c, float) for _, c in terms)


def _exactly(number: Number) -> int | Fraction:
    """Return the number that is stored; an int where it is whole, which is ten times faster."""
    if isinstance(number, float):
        return int(number) if number.is_integer() else Fraction(number)
    return number


def evaluate(terms: Iterable[tuple[int, Number]], values: Sequence[float]) -> Number:
    """Sum of coefficient times value: an int or a Fraction when nothing but exact numbers occurs.

    A float value counts with the exact number it holds, so a whole number stays exact.
    """
    pairs = tuple(terms)
    if is_exact(pairs):
        total: int | Fraction = 0
        for i, c in pairs:
            total += _exactly(c) * _exactly(values[i])
        return total
    return math.fsum(float(c) * values[i] for i, c in pairs)


@dataclass(frozen=True)
class Variable:
    """One unknown. ``None`` as a bound means that there is none."""

    name: str
    low: Number | None
    up: Number | None
    integer: bool


@dataclass(frozen=True)
class Row:
    """One linear condition, ``sum of terms  sense  rhs``; ``label`` says it in words."""

    name: str
    terms: Terms
    sense: str
    rhs: Number
    label: str = ""

    def excess(self, values: Sequence[float]) -> Number:
        """By how much the row is broken at a point: positive means broken."""
        distance: Number = evaluate(self.terms, values) - self.rhs
        if self.sense == ">=":
            return -distance
        if self.sense == "==" and distance < 0:
            return -distance
        return distance


@dataclass
class Programme:
    """A mixed-integer linear programme, minimised, built by calls.

    Parameters
    ----------
    name : str
        For messages only; no back end sees it.

    Notes
    -----
    Coefficients that are ints or Fractions stay exact: back ends get such rows and such an
    objective as whole numbers, and a point is checked against them without rounding.

    Examples
    --------
    Nine of the cheapest votes:

    >>> p = Programme("council")
    >>> yes = [p.variable(f"x{i:03d}", up=1, integer=True) for i in range(15)]
    >>> p.row("quota", dict.fromkeys(yes, 1), ">=", 9, label="nine members in favour")
    0
    >>> p.minimise({x: x + 1 for x in yes})
    >>> p.violations([1.0] * 8 + [0.0] * 7)
    ('quota',)
    """

    name: str
    variables: list[Variable] = field(default_factory=list, init=False)
    rows: list[Row] = field(default_factory=list, init=False)
    objective: Terms = field(default=(), init=False)
    constant: Number = field(default=0, init=False)
    _variable_names: set[str] = field(default_factory=set, init=False, repr=False)
    _row_names: set[str] = field(default_factory=set, init=False, repr=False)

    def variable(
        self,
        name: str,
        low: Number | None = 0,
        up: Number | None = None,
        integer: bool = False,
    ) -> int:
        """Add an unknown.

        Parameters
        ----------
        name : str
            Unique among the variables.
        low, up : int, Fraction, float or None
            Bounds, both included; None means unbounded on that side.
        integer : bool
            Whole numbers only; then both bounds are needed.

        Returns
        -------
        int
            Its index: the key in rows and objectives, the position in ``Solution.values``.

        Raises
        ------
        SolverError
            On a name in use, a bound that is no finite number, an empty or unbounded range.
        """
        _check_name(name, self._variable_names, "variable")
        low = None if low is None else as_number(low, f"the lower bound of {name!r}")
        up = None if up is None else as_number(up, f"the upper bound of {name!r}")
        if integer:
            if low is None or up is None:
                raise SolverError(
                    f"integer variable {name!r} has no {'lower' if low is None else 'upper'} "
                    f"bound: give one, or the search may never end"
                )
            low, up = math.ceil(low), math.floor(up)
        if low is not None and up is not None and low > up:
            raise SolverError(f"variable {name!r} may take no value: its range is {low} to {up}")
        self._variable_names.add(name)
        self.variables.append(Variable(name, low, up, bool(integer)))
        return len(self.variables) - 1

    def row(
        self,
        name: str,
        coefficients: Mapping[int, Number],
        sense: str,
        rhs: Number,
        label: str = "",
    ) -> int:
        """Add a condition.

        Parameters
        ----------
        name : str
            Unique among the rows.
        coefficients : mapping of int to int, Fraction or float
            Coefficient of each variable; those left out are 0.
        sense : {">=", "<=", "=="}
            How the sum compares with ``rhs``.
        rhs : int, Fraction or float
            The number on the right.
        label : str
            The condition in words, for explanations.

        Returns
        -------
        int
            Its position in ``rows``.

        Raises
        ------
        SolverError
            On a name in use, an unknown sense or variable, a number that is not finite.
        """
        _check_name(name, self._row_names, "row")
        if sense not in SENSES:
            raise SolverError(f"row {name!r} has the sense {sense!r}; it must be >=, <= or ==")
        terms = self.terms(coefficients, f"row {name!r}")
        rhs = as_number(rhs, f"the right-hand side of row {name!r}")
        self._row_names.add(name)
        self.rows.append(Row(name, terms, sense, rhs, label))
        return len(self.rows) - 1

    def minimise(self, coefficients: Mapping[int, Number], constant: Number = 0) -> None:
        """Set the objective, in place of an earlier one.

        Parameters
        ----------
        coefficients : mapping of int to int, Fraction or float
            Cost per unit of each variable.
        constant : int, Fraction or float
            Added to every value of the objective and to its bound.
        """
        self.objective = self.terms(coefficients, "the objective")
        self.constant = as_number(constant, "the constant of the objective")

    def terms(self, coefficients: Mapping[int, Number], where: str) -> Terms:
        """Check a linear form and sort it by variable; zeros go."""
        n = len(self.variables)
        for index in coefficients:
            if isinstance(index, bool) or not isinstance(index, numbers.Integral):
                raise SolverError(f"{where} names a variable {index!r}; use the index of one")
            if not 0 <= index < n:
                raise SolverError(f"{where} names variable {index}; there are 0 to {n - 1}")
        checked = (
            (int(i), as_number(c, f"the coefficient of {self.variables[i].name!r} in {where}"))
            for i, c in coefficients.items()
        )
        return tuple(sorted((i, c) for i, c in checked if c))

    def objective_at(self, values: Sequence[float]) -> Number:
        """Objective at a point, constant included: no float when all numbers are exact."""
        value = evaluate(self.objective, values)
        return value + self.constant

    def violations(self, values: Sequence[float]) -> tuple[str, ...]:
        """Names of the variables and rows whose conditions a point breaks.

        Parameters
        ----------
        values : sequence of float, length ``len(variables)``
            One value per variable.

        Returns
        -------
        tuple of str
            Empty if the point is feasible. A row with ints and Fractions over whole-number
            variables is checked without tolerance, any other to 1e-6 of its largest term.
        """
        if len(values) != len(self.variables):
            raise SolverError(
                f"a point of {len(values)} values for a programme of {len(self.variables)} "
                f"variables; give one value per variable"
            )
        broken = [v.name for v, x in zip(self.variables, values, strict=True) if _outside(v, x)]
        if not all(map(math.isfinite, values)):
            return tuple(broken)
        broken += [row.name for row in self.rows if row.excess(values) > self._slack(row, values)]
        return tuple(broken)

    def all_integer(self, terms: Iterable[tuple[int, Number]]) -> bool:
        """Whether a linear form touches whole-number variables only."""
        return all(self.variables[i].integer for i, _ in terms)

    def copy(self) -> Programme:
        """Return a copy that can be changed without changing this one."""
        other = Programme(self.name)
        other.variables, other.rows = list(self.variables), list(self.rows)
        other.objective, other.constant = self.objective, self.constant
        other._variable_names = set(self._variable_names)
        other._row_names = set(self._row_names)
        return other

    def fix(self, index: int, value: Number) -> None:
        """Leave a variable one value only."""
        old = self.variables[index]
        self.variables[index] = Variable(old.name, value, value, old.integer)

    def _slack(self, row: Row, values: Sequence[float]) -> float:
        """Tolerance that a row is granted at a point; 0 where arithmetic is exact."""
        if is_exact(((0, row.rhs), *row.terms)) and self.all_integer(row.terms):
            return 0.0
        sizes = [abs(float(c) * values[i]) for i, c in row.terms]
        return TOLERANCE * max([abs(float(row.rhs)), _unit(row), *sizes])


def _unit(row: Row) -> float:
    """Size of the row's numbers: a row in thousandths is not judged by a tolerance of 1e-6."""
    return min(1.0, max((abs(float(c)) for _, c in row.terms), default=1.0))


def _outside(variable: Variable, value: float) -> bool:
    """Whether a value is out of the range of a variable, or broken where it must be whole."""
    if not math.isfinite(value) or (variable.integer and value != round(value)):
        return True
    slack = 0.0 if variable.integer else TOLERANCE * max(1.0, abs(value))
    below = variable.low is not None and value < variable.low - slack
    return below or (variable.up is not None and value > variable.up + slack)


def _check_name(name: object, taken: set[str], kind: str) -> None:
    if not isinstance(name, str) or not name:
        raise SolverError(f"a {kind} is named {name!r}; its name must be a text of some length")
    if name in taken:
        raise SolverError(f"there is a {kind} {name!r} already; every {kind} needs its own name")
