"""Linear algebra on rows of integers: spans, dependencies, vectors orthogonal to a span."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd, lcm
from operator import sub

__all__ = ["Span", "dependency", "indicator"]


def indicator(mask: int, n: int) -> list[int]:
    """Write a coalition as a row of zeros and ones.

    Parameters
    ----------
    mask : int
        Bitmask.
    n : int
        Number of players.

    Returns
    -------
    list of int
    """
    return [mask >> i & 1 for i in range(n)]


class Span:
    """Rows in reduced echelon form, by integers alone.

    Parameters
    ----------
    n : int
        Columns that are eliminated; a row may have further ones, which go along.

    Notes
    -----
    A row is multiplied up instead of divided, and what its numbers have in common is cancelled.

    References
    ----------
    .. [1] E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian
       elimination", Mathematics of Computation 22 (1968), pp. 565-578.

    Examples
    --------
    >>> span = Span(3)
    >>> span.add([1, 1, 0]), span.add([0, 1, 1]), span.add([1, 0, -1])
    (True, True, False)
    >>> span.normals()
    [[1, -1, 1]]
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.rows: list[list[int]] = []
        self.pivots: list[int] = []

    def copy(self) -> Span:
        """Keep what the span is now.

        Returns
        -------
        Span
        """
        kept = Span(self.n)
        kept.rows, kept.pivots = self.rows.copy(), self.pivots.copy()
        return kept

    @property
    def rank(self) -> int:
        """Number of independent rows."""
        return len(self.rows)

    def reduce(self, row: Sequence[int]) -> list[int]:
        """Take off a multiple of every row, so that nothing is left where these begin.

        Parameters
        ----------
        row : sequence of int
            As long as the others.

        Returns
        -------
        list of int
            A multiple of what is left; zero in the first n places if the row is in the span.
        """
        left = list(row)
        for line, p in zip(self.rows, self.pivots, strict=True):
            down = left[p]
            if not down:
                continue
            if line[p] != 1:
                left = _without(left, line, p)
            elif down == 1:
                left = list(map(sub, left, line))
            else:
                left = [a - down * b for a, b in zip(left, line, strict=True)]
        return left

    def add(self, row: Sequence[int]) -> bool:
        """Extend the span.

        Parameters
        ----------
        row : sequence of int
            As long as the others.

        Returns
        -------
        bool
            Whether the row was independent of the others.
        """
        if len(self.rows) == self.n:
            return False
        left = self.reduce(row)
        pivot = next((j for j in range(self.n) if left[j]), None)
        if pivot is None:
            return False
        left = _cancelled(left)
        if left[pivot] < 0:
            left = [-value for value in left]
        self.rows = [_without(r, left, pivot) if r[pivot] else r for r in self.rows]
        self.rows.append(left)
        self.pivots.append(pivot)
        return True

    def has(self, row: Sequence[int]) -> bool:
        """Say whether a row is in the span.

        Parameters
        ----------
        row : sequence of int
            As long as the others.

        Returns
        -------
        bool
        """
        return len(self.rows) == self.n or not any(self.reduce(row)[: self.n])

    def normals(self) -> list[list[int]]:
        """List independent vectors that are orthogonal to the span, n - rank of them.

        Returns
        -------
        list of list of int
        """
        found = []
        for free in sorted(set(range(self.n)) - set(self.pivots)):
            met = [
                (p, line[p], line[free])
                for line, p in zip(self.rows, self.pivots, strict=True)
                if line[free]
            ]
            scale = lcm(*(own for _, own, _ in met))
            vector = [0] * self.n
            vector[free] = scale
            for p, own, other in met:
                vector[p] = -other * scale // own
            found.append(_cancelled(vector))
        return found


def dependency(span: Span, rows: Iterable[Sequence[int]]) -> list[int] | None:
    """Find how a few rows add up to something in a span, if in one way only.

    Parameters
    ----------
    span : Span
        A span.
    rows : iterable of sequences of int
        All but one independent of each other and of the span.

    Returns
    -------
    list of int or None
        A multiplier for each row; None if there is no such way, or more than one.

    Examples
    --------
    >>> span = Span(3)
    >>> span.add([1, 1, 1])
    True
    >>> dependency(span, [[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    [1, 1, 1]
    """
    given = [list(row) for row in rows]
    n, wide = span.n, Span(span.n)
    # Behind each row stands how it is made of the given ones.
    nothing = [0] * len(given)
    wide.rows = [row[:n] + nothing for row in span.rows]
    wide.pivots = list(span.pivots)
    found = None
    for k, row in enumerate(given):
        unit = nothing.copy()
        unit[k] = 1
        left = wide.reduce(row[:n] + unit)
        pivot = next((j for j in range(n) if left[j]), None)
        if pivot is not None:
            # Enough for what follows: the rows before it need not be cleared of this column.
            wide.rows.append(left if left[pivot] > 0 else [-value for value in left])
            wide.pivots.append(pivot)
        elif found is not None:
            return None
        else:
            found = _cancelled(left[n:])
    if found is not None and sum(found) < 0:
        found = [-value for value in found]
    return found


def _without(row: list[int], line: list[int], p: int) -> list[int]:
    """Make column p of a row zero by means of a line, which is positive there."""
    down, up = row[p], line[p]
    if up == 1:  # nothing is multiplied up, so that there is nothing to cancel
        return [a - down * b for a, b in zip(row, line, strict=True)]
    common = gcd(down, up)
    if common > 1:
        up, down = up // common, down // common
    return _cancelled([up * a - down * b for a, b in zip(row, line, strict=True)])


def _cancelled(row: list[int]) -> list[int]:
    common = gcd(*row)
    return [value // common for value in row] if common > 1 else row
