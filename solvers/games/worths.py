"""Numbers of a game: what was entered becomes doubles, or integers over one denominator."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from numbers import Rational, Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from solvers.errors import GameError, LimitError

__all__ = [
    "Floats",
    "Integers",
    "Parts",
    "as_integers",
    "exact_number",
    "integer_parts",
    "parts_of_floats",
    "quotients",
    "read_worths",
    "reduced",
]

Floats: TypeAlias = "NDArray[np.float64]"
Integers: TypeAlias = "NDArray[Any]"
"""int64, or Python ints in an array of objects where one of them needs more than 63 bits."""
Parts: TypeAlias = "tuple[Integers, int]"
"""Numerators and their common denominator."""

MAX_OBJECTS = 1 << 22
"""Most Python integers in one array: with their digits they take some 300 MiB."""


def exact_number(value: object) -> Fraction | None:
    """Read a number that is exact as it was entered.

    Parameters
    ----------
    value : object
        An integer, a Fraction, a Decimal, or a text such as ``"1/3"`` or ``"1.25E-3"``.

    Returns
    -------
    Fraction or None
        None for a float.

    Raises
    ------
    GameError
        If it is no finite number.

    Examples
    --------
    >>> exact_number("1/3"), exact_number(0.5)
    (Fraction(1, 3), None)
    """
    if isinstance(value, Rational):  # ints, Fractions, numpy's integers
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, Real):
        return None
    if isinstance(value, str | Decimal | np.bool_):
        try:
            return Fraction(int(value)) if isinstance(value, np.bool_) else Fraction(value)
        except (ValueError, OverflowError, ZeroDivisionError):
            pass
    raise GameError(f"{value!r} is no number; a worth is like 3, 2.5, '5/2' or Fraction(5, 2)")


def read_worths(values: object) -> Floats | Parts:
    """Read a table of numbers.

    Parameters
    ----------
    values : array or sequence
        As :func:`exact_number` reads them. Where all are exact the table is; one float makes
        all of them floats.

    Returns
    -------
    ndarray of float64, or (numerators, denominator)
        Never the memory that was passed in.

    Raises
    ------
    GameError
        If it is no table of numbers in one row.
    """
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise GameError(f"worths of shape {values.shape}; they stand in one row, by coalition")
        if values.dtype.kind == "f":
            return np.array(values, dtype=np.float64, order="C")
        if values.dtype.kind in "iub" and values.dtype != np.uint64:
            return values.astype(np.int64), 1
        values = values.tolist()
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise GameError("worths must be a list or an array of numbers, one for each coalition")
    exact = []
    for value in values:
        number = exact_number(value)
        if number is None:
            return _rounded(values)
        exact.append(number)
    return integer_parts(exact)


def _rounded(values: Sequence[Any]) -> Floats:
    try:
        exact = [exact_number(value) for value in values]
        return np.array(
            [float(v if e is None else e) for v, e in zip(values, exact, strict=True)], np.float64
        )
    except OverflowError:
        raise GameError("a worth beside floats is larger than the largest double") from None


def integer_parts(values: Sequence[Fraction]) -> Parts:
    """Write fractions over their least common denominator.

    Parameters
    ----------
    values : sequence of Fraction
        Any.

    Returns
    -------
    (numerators, denominator)

    Examples
    --------
    >>> integer_parts([Fraction(1, 2), Fraction(1, 3)])
    (array([3, 2]), 6)
    """
    denominator = lcm(*(v.denominator for v in values))
    return as_integers([v.numerator * (denominator // v.denominator) for v in values]), denominator


def as_integers(values: Sequence[int]) -> Integers:
    """Make an array of integers: int64 where all fit.

    Parameters
    ----------
    values : sequence of int
        Python integers.

    Returns
    -------
    ndarray of int64, or of objects
    """
    if all(-(2**63) <= v < 2**63 for v in values):
        return np.array(values, np.int64)
    array = np.empty(len(values), object)
    array[:] = values
    return array


def parts_of_floats(values: Floats) -> Parts:
    """Write doubles as the fractions that they are, over a power of two.

    Parameters
    ----------
    values : ndarray of float64
        Finite.

    Returns
    -------
    (numerators, denominator)

    Raises
    ------
    LimitError
        If the numerators need more than 63 bits and there are more than 4,194,304 of them.

    Examples
    --------
    >>> parts_of_floats(np.array([0.5, 0.25, 3.0]))
    (array([ 2,  1, 12]), 4)
    """
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, 53).astype(np.int64)  # 53 bits, so that this is exact
    powers = exponents.astype(np.int64) - 53
    nonzero = whole != 0
    if not nonzero.any():
        return np.zeros(values.size, np.int64), 1
    whole[~nonzero] = 0
    zeros = np.zeros(values.size, np.int64)  # trailing zero bits
    zeros[nonzero] = np.frexp((whole & -whole)[nonzero].astype(np.float64))[1] - 1
    powers += zeros
    powers[~nonzero] = 0
    shift = max(0, -int(powers.min()))
    if int((exponents[nonzero]).max()) + shift <= 62:
        return (whole >> zeros) << np.where(nonzero, powers + shift, 0), 1 << shift
    if values.size > MAX_OBJECTS:
        raise LimitError(
            f"{values.size} doubles whose common denominator is 2**{shift} do not fit 63-bit "
            f"integers; Python integers are used up to {MAX_OBJECTS} coalitions (22 players): "
            f"round the worths to a multiple of a power of two"
        )
    array = np.empty(values.size, object)
    odd, up = (whole >> zeros).tolist(), (powers + shift).tolist()
    array[:] = [m << p for m, p in zip(odd, up, strict=True)]
    return array, 1 << shift


def quotients(numerators: Integers, denominator: int) -> Floats:
    """Divide integers by one denominator, each quotient rounded once.

    Parameters
    ----------
    numerators : ndarray of int64 or of objects
        Integers.
    denominator : int
        At least 1.

    Returns
    -------
    ndarray of float64

    Raises
    ------
    GameError
        If a quotient is larger than the largest double.
    """
    exact = 1 << 53  # integers up to here are doubles, so that numpy rounds once
    if numerators.dtype != object and denominator <= exact:
        low, high = int(numerators.min(initial=0)), int(numerators.max(initial=0))
        if -exact <= low and high <= exact:
            return np.asarray(numerators / np.float64(denominator), np.float64)
    try:
        return np.array([v / denominator for v in numerators.tolist()], np.float64)
    except OverflowError:
        raise GameError(
            "a worth is larger than the largest double; only exact methods apply"
        ) from None


def reduced(numerators: Integers, denominator: int) -> Parts:
    """Cancel what all numerators and the denominator have in common.

    Parameters
    ----------
    numerators : ndarray of int64 or of objects
        Integers.
    denominator : int
        At least 1.

    Returns
    -------
    (numerators, denominator)
    """
    if denominator == 1:
        return numerators, 1
    common = gcd(denominator, int(np.gcd.reduce(numerators)))
    return (numerators, denominator) if common == 1 else (
        numerators // common, denominator // common,
    )  # fmt: skip
