"""Arithmetic on whole tables, exact for exact games: one code for integers and for doubles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from solvers.games.game import TUGame

__all__ = [
    "Table",
    "amounts",
    "integers_for",
    "lowest_bits",
    "popcounts",
    "subset_sums",
    "table_of",
    "transformed",
]

Table: TypeAlias = "NDArray[Any]"
"""Doubles, or integers: int64, or Python ints as objects."""


def integers_for(numerators: Table, factor: int) -> Table:
    """Make room for results that are larger than the largest number by a factor.

    Parameters
    ----------
    numerators : ndarray of int64 or of objects
        Integers.
    factor : int
        Sum of the absolute values of the weights that will be put on them.

    Returns
    -------
    ndarray
        The same array where int64 will do, else Python ints.

    Examples
    --------
    >>> integers_for(np.array([0, 2**60]), 8).dtype
    dtype('O')
    """
    if numerators.dtype == object:
        return numerators
    largest = max(int(numerators.max(initial=0)), -int(numerators.min(initial=0)))
    return numerators if largest * factor < 2**62 else numerators.astype(object)


def table_of(game: TUGame, factor: int) -> Table:
    """Return the numerators of an exact game, or the doubles.

    Parameters
    ----------
    game : TUGame
        The game.
    factor : int
        As for :func:`integers_for`.

    Returns
    -------
    ndarray
    """
    return integers_for(game.numerators, factor) if game.is_exact else game.values


def amounts(game: TUGame, found: Any, divisor: int = 1) -> tuple[Any, ...]:
    """Turn numbers that were reckoned with a table into amounts in the unit of the game.

    Parameters
    ----------
    game : TUGame
        The game.
    found : iterable of numbers
        Combinations of the numbers of its table.
    divisor : int
        Divides all of them.

    Returns
    -------
    tuple of Fraction, or of float
        Fractions where the game is exact.
    """
    if game.is_exact:
        scale = game.denominator * divisor
        return tuple(Fraction(int(x), scale) for x in found)
    return tuple(float(x) / divisor for x in found)


def popcounts(n: int) -> NDArray[np.int64]:
    """Count the members of every coalition.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    ndarray of int64, shape (2**n,)

    Examples
    --------
    >>> popcounts(2)
    array([0, 1, 1, 2])
    """
    return np.bitwise_count(np.arange(1 << n)).astype(np.int64)


def lowest_bits(n: int) -> NDArray[np.int64]:
    """Give the lowest bit of every mask; 0 for 0.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    ndarray of int64, shape (2**n,)
    """
    masks = np.arange(1 << n)
    return masks & -masks


def subset_sums(amounts_: Any, dtype: Any = None) -> Table:
    """Sum what each member of a coalition has, for every coalition.

    Parameters
    ----------
    amounts_ : sequence of numbers, length n
        One for each player.
    dtype : dtype, optional
        Of the result.

    Returns
    -------
    ndarray, shape (2**n,)

    Examples
    --------
    >>> subset_sums([1, 10])
    array([ 0,  1, 10, 11])
    """
    array = np.asarray(amounts_, dtype)
    sums = np.zeros(1 << array.size, array.dtype)
    for i, x in enumerate(array):
        sums[1 << i : 2 << i] = sums[: 1 << i] + x
    return sums


def transformed(table: Table, sign: int, out: Table | None = None) -> Table:
    """Sum over all subsets of every coalition (sign 1), or invert that (sign -1).

    Parameters
    ----------
    table : ndarray, shape (2**n,)
        Integers with room for their sums, or doubles.
    sign : int
        1 or -1.
    out : ndarray, optional
        Where doubles go; a new array when left out.

    Returns
    -------
    ndarray, shape (2**n,)

    References
    ----------
    .. [1] R. Kennes, "Computational aspects of the Möbius transformation of graphs", IEEE
       Transactions on Systems, Man, and Cybernetics 22 (1992), pp. 201-223.

    Examples
    --------
    >>> transformed(np.array([0, 1, 1, 3]), -1)
    array([0, 1, 1, 1])
    """
    if table.dtype == np.float64 and table.size > 1 << 9:
        from solvers.kernels.subset_transforms import transform

        found = np.empty_like(table) if out is None else out
        transform(table, found, float(sign))
        return found
    found = table.copy() if out is None else out
    found[:] = table
    with np.errstate(all="ignore"):  # as in the kernel: infinity and NaN flow on
        for i in range(table.size.bit_length() - 1):
            pairs = found.reshape(-1, 2, 1 << i)
            if sign > 0:
                pairs[:, 1] += pairs[:, 0]
            else:
                pairs[:, 1] -= pairs[:, 0]
    return found
