"""Put a large integer together from its remainders."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import gcd, prod

__all__ = ["combined", "combined_tables", "moduli_for"]

WORD = 2**64


@cache
def moduli_for(bits: int, odd: bool = False) -> tuple[int, ...]:
    """Choose moduli that tell all integers from 0 to 2**bits apart.

    Parameters
    ----------
    bits : int
        Size of the integers.
    odd : bool
        Whether to leave 2**64 out.

    Returns
    -------
    tuple of int
        2**64, which costs nothing in 64-bit arithmetic, then odd numbers below 2**63, coprime,
        so that a sum of two remainders fits a word.

    Examples
    --------
    >>> len(moduli_for(63)), len(moduli_for(64)), len(moduli_for(190))
    (1, 2, 4)
    """
    chosen = [] if odd else [WORD]
    candidate = WORD // 2 - 1
    while prod(chosen) <= 1 << bits:
        if all(gcd(candidate, m) == 1 for m in chosen):
            chosen.append(candidate)
        candidate -= 2
    return tuple(chosen)


@cache
def _plan(moduli: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Give the product of the earlier moduli, and its inverse, for each modulus."""
    product, plan = 1, []
    for modulus in moduli:
        plan.append((product, pow(product, -1, modulus)))
        product *= modulus
    return tuple(plan)


def combined(remainders: Sequence[int], moduli: tuple[int, ...]) -> int:
    """Find the integer with given remainders.

    Parameters
    ----------
    remainders : sequence of int
        One for each modulus.
    moduli : tuple of int
        Pairwise coprime.

    Returns
    -------
    int
        At least 0 and less than the product of the moduli.

    References
    ----------
    .. [1] D. E. Knuth, The Art of Computer Programming 2: Seminumerical Algorithms, 3rd ed.,
       Addison-Wesley, 1997, section 4.3.2.

    Examples
    --------
    >>> combined((2, 3), (3, 5))
    8
    """
    value = 0
    steps = zip(remainders, moduli, _plan(moduli), strict=True)
    for remainder, modulus, (product, inverse) in steps:
        value += product * ((remainder - value) * inverse % modulus)
    return value


def combined_tables(tables: Sequence[list[list[int]]], moduli: tuple[int, ...]) -> list[list[int]]:
    """Find the table of integers with given tables of remainders.

    Parameters
    ----------
    tables : sequence of list of list of int
        One for each modulus, all of one shape.
    moduli : tuple of int
        Pairwise coprime.

    Returns
    -------
    list of list of int

    Examples
    --------
    >>> combined_tables(([[2, 0]], [[3, 1]]), (3, 5))
    [[8, 6]]
    """
    if len(moduli) == 1:
        return tables[0]
    return [
        [combined(cell, moduli) for cell in zip(*rows, strict=True)]
        for rows in zip(*tables, strict=True)
    ]
