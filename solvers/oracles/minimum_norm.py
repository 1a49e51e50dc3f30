"""Minima of submodular functions, and the point of least norm in their base polytope, exactly.

Doubles find the vertices that span the point; whole numbers solve for it and prove it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, Any

from solvers.errors import SolverError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["affine_minimum", "minimiser", "minimum_norm"]

MAX_STEPS = 2_000
"""Most steps in doubles; what they leave undone is done exactly."""

TOLERANCE = 1e-13  # of the gain by a vertex, where the largest number is 1
SMALL = 1e-12  # weights below are taken for 0

Vertex = tuple[int, ...]
Order = tuple[int, ...]


def minimum_norm(function: Callable[[int], int], n: int) -> tuple[Fraction, ...]:
    """Find the base of least Euclidean norm.

    Parameters
    ----------
    function : callable
        Submodular, of a mask of n elements, with whole values; 0 for the empty set.
    n : int
        Number of elements.

    Returns
    -------
    tuple of Fraction, length n
        The elements with a negative value are the smallest minimiser of the function; those
        without a positive one are the largest.

    Notes
    -----
    Wolfe's method: it keeps affinely independent vertices whose convex hull contains the point
    of least norm of their affine hull, and adds the vertex that lies furthest in its direction.
    That none does is tested in whole numbers.

    References
    ----------
    .. [1] P. Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11
       (1976), pp. 128-149.
    .. [2] S. Fujishige, "Lexicographically optimal base of a polymatroid with respect to a
       weight vector", Mathematics of Operations Research 5 (1980), pp. 186-196.
    .. [3] J. Edmonds, "Submodular functions, matroids, and certain polyhedra", in Combinatorial
       Structures and Their Applications, Gordon and Breach, 1970, pp. 69-87.

    Examples
    --------
    >>> minimum_norm(lambda mask: min(mask.bit_count(), 2) - 4 * (mask & 1), 3)
    (Fraction(-3, 1), Fraction(1, 2), Fraction(1, 2))
    """
    if n == 0:
        return ()
    greedy = _Greedy(function, [1 << e for e in range(n)], [0] * n)
    return _exactly(greedy, *_in_doubles(greedy, {}))


def minimiser(
    function: Callable[[int], int],
    bits: Sequence[int],
    prices: Sequence[int],
    memory: dict[Order, float] | None = None,
) -> int:
    """Find a set where a submodular function and prices together are least.

    Parameters
    ----------
    function : callable
        Submodular, of a mask, with whole values; 0 for the empty set.
    bits, prices : sequence of int, length n
        Bit and price of each element.
    memory : dict, optional
        Orders of the elements and their weights, to start from; holds those at the end
        afterwards. It helps where the next function differs little.

    Returns
    -------
    int
        Mask.

    Raises
    ------
    SolverError
        If a set is found that no submodular function would allow.

    Notes
    -----
    At no set is the function less than the sum of the negative values of a base. Where a base
    that doubles found comes within less than 1 of the value at a set, whole values leave no
    room for a better one; otherwise the base of least norm is found exactly.

    References
    ----------
    .. [1] S. Fujishige and S. Isotani, "A submodular function minimization algorithm based on
       the minimum-norm base", Pacific Journal of Optimization 7 (2011), pp. 3-17.
    .. [2] J. Edmonds, "Submodular functions, matroids, and certain polyhedra", in Combinatorial
       Structures and Their Applications, Gordon and Breach, 1970, pp. 69-87.

    Examples
    --------
    >>> minimiser(lambda mask: min(mask.bit_count(), 2), [1, 2, 4], [-4, 0, 0])
    1
    """
    if not bits:
        return 0
    greedy = _Greedy(function, bits, prices)
    corral, weights = _in_doubles(greedy, {} if memory is None else memory)
    point = _combined(corral, weights)
    best = mask = least = total = 0
    order = greedy.order(point)
    added = greedy.vertex(order)
    for e in order:
        mask |= bits[e]
        total += added[e]
        if total < least:
            best, least = mask, total
    gap = least - _negative(point)
    if not 0 <= gap < 1:
        point = _exactly(greedy, corral, weights)
        best = sum(bit for bit, v in zip(bits, point, strict=True) if v < 0)
        value = function(best) + sum(p for b, p in zip(bits, prices, strict=True) if b & best)
        gap = min(least, value) - _negative(point)
    if not 0 <= gap < 1:
        raise SolverError("the function is not submodular: the game is not convex")
    return best


def _negative(point: Sequence[Fraction]) -> Fraction:
    return sum((v for v in point if v < 0), Fraction(0))


class _Greedy:
    """Finds vertices of the base polytope: what each element adds in an order."""

    def __init__(
        self, function: Callable[[int], int], bits: Sequence[int], prices: Sequence[int]
    ) -> None:
        self.function = function
        self.bits = bits
        self.prices = prices
        self.n = len(bits)

    def order(self, direction: Sequence[Any]) -> Order:
        """Put the elements into the order whose vertex is furthest against a direction."""
        return tuple(sorted(range(self.n), key=direction.__getitem__))

    def vertex(self, order: Order) -> Vertex:
        found = list(self.prices)
        mask = before = 0
        for e in order:
            mask |= self.bits[e]
            value = self.function(mask)
            found[e] += value - before
            before = value
        return tuple(found)


def _exactly(
    greedy: _Greedy, corral: list[Vertex], weights: list[Fraction]
) -> tuple[Fraction, ...]:
    """Go on in fractions from where doubles ended."""
    while True:
        corral, weights = _shrunk(corral, weights)
        point = _combined(corral, weights)
        new = greedy.vertex(greedy.order(point))
        if _dot(new, point) >= _dot(point, point):
            return point
        corral, weights = [*corral, new], [*weights, Fraction(0)]


def _combined(corral: list[Vertex], weights: list[Fraction]) -> tuple[Fraction, ...]:
    scale = lcm(*(w.denominator for w in weights))
    whole = [w.numerator * (scale // w.denominator) for w in weights]
    columns = zip(*corral, strict=True)
    return tuple(Fraction(_whole_dot(whole, column), scale) for column in columns)


def affine_minimum(points: Sequence[Vertex]) -> list[Fraction] | None:
    """Write the point of least norm of an affine hull as a combination of the points.

    Parameters
    ----------
    points : sequence of tuple of int
        At least one.

    Returns
    -------
    list of Fraction or None
        Factors of sum 1; None when the points are affinely dependent.

    Examples
    --------
    >>> affine_minimum([(2, 0), (0, 2)])
    [Fraction(1, 2), Fraction(1, 2)]
    """
    k = len(points)
    table = [[0, *([1] * k), 1]]
    table += [[1, *(_whole_dot(p, q) for q in points), 0] for p in points]
    previous = 1
    for column in range(k + 1):
        row = next((r for r in range(column, k + 1) if table[r][column]), None)
        if row is None:
            return None
        table[column], table[row] = table[row], table[column]
        lead = table[column]
        for r, line in enumerate(table):
            if r != column:
                factor = line[column]
                table[r] = [
                    (lead[column] * a - factor * b) // previous
                    for a, b in zip(line, lead, strict=True)
                ]
        previous = lead[column]
    return [Fraction(table[r][-1], table[r][r]) for r in range(1, k + 1)]


def _shrunk(corral: list[Vertex], weights: list[Fraction]) -> tuple[list[Vertex], list[Fraction]]:
    """Move to the point of least norm of the affine hull; vertices that stand in the way go."""
    while True:
        aim = affine_minimum(corral)
        if aim is None:  # doubles took dependent vertices for independent ones
            corral, weights = _independent(corral, weights)
            continue
        if min(aim) >= 0:
            kept = [(v, a) for v, a in zip(corral, aim, strict=True) if a]
            return [v for v, _ in kept], [a for _, a in kept]
        step = min(w / (w - a) for w, a in zip(weights, aim, strict=True) if a < 0)
        moved = [(1 - step) * w + step * a for w, a in zip(weights, aim, strict=True)]
        kept = [(v, w) for v, w in zip(corral, moved, strict=True) if w > 0]
        corral, weights = [v for v, _ in kept], [w for _, w in kept]


def _independent(
    corral: list[Vertex], weights: list[Fraction]
) -> tuple[list[Vertex], list[Fraction]]:
    """Drop vertices until one more cannot be written by the others; begin anew from the first."""
    kept: list[Vertex] = []
    for v in corral:
        if affine_minimum([*kept, v]) is not None:
            kept.append(v)
    total = sum((w for v, w in zip(corral, weights, strict=True) if v in kept), Fraction(0))
    if not total:
        return kept, [Fraction(1, len(kept))] * len(kept)
    return kept, [w / total for v, w in zip(corral, weights, strict=True) if v in kept]


def _in_doubles(greedy: _Greedy, memory: dict[Order, float]) -> tuple[list[Vertex], list[Fraction]]:
    """Run the method in doubles; the vertices it ends with, and weights of sum 1."""
    import numpy as np

    orders: dict[Vertex, Order] = {}
    parts: dict[Vertex, float] = {}
    for order, weight in (memory or {tuple(range(greedy.n)): 1.0}).items():
        vertex = greedy.vertex(order)
        orders[vertex] = order
        parts[vertex] = parts.get(vertex, 0.0) + weight
    corral = list(orders)
    weights: NDArray[np.float64] = np.array([parts[v] for v in corral])
    scale = 1.0 / max(1, *(abs(v) for q in corral for v in q))
    last = np.inf  # the norm falls with every step, until rounding ends that
    for _ in range(MAX_STEPS):
        corral, weights, matrix = _shrunk_in_doubles(corral, weights, scale)
        point = weights @ matrix
        order = greedy.order(point.tolist())
        new = greedy.vertex(order)
        gain = point @ point - np.array([v * scale for v in new]) @ point
        norm = float(point @ point)
        if gain <= TOLERANCE or new in corral or norm >= last:
            break
        last = norm
        orders[new] = order
        corral = [*corral, new]
        weights = np.append(weights, 0.0)
    memory.clear()
    memory.update({orders[v]: float(w) for v, w in zip(corral, weights, strict=True)})
    exact = [Fraction(float(w)) for w in weights]
    total = sum(exact, Fraction(0))
    return corral, [w / total for w in exact]


def _shrunk_in_doubles(
    corral: list[Vertex], weights: NDArray[np.float64], scale: float
) -> tuple[list[Vertex], NDArray[np.float64], NDArray[np.float64]]:
    """Do in doubles what `_shrunk` does exactly; the scaled vertices are the third answer."""
    import numpy as np

    matrix = np.array([[v * scale for v in q] for q in corral])
    while True:
        k = len(corral)
        bordered = np.ones((k + 1, k + 1))
        bordered[0, 0] = 0.0
        bordered[1:, 1:] = matrix @ matrix.T
        right = np.zeros(k + 1)
        right[0] = 1.0
        aim = np.linalg.lstsq(bordered, right, rcond=None)[0][1:]
        bad = aim < -SMALL
        if bad.any():
            ratio = weights[bad] / (weights[bad] - aim[bad])
            aim = weights + min(1.0, float(ratio.min())) * (aim - weights)
        keep = aim > (SMALL if bad.any() else 0.0)
        if bad.any() and keep.all():
            keep[int(np.argmin(np.where(bad, aim, np.inf)))] = False
        if not keep.any():
            keep[int(np.argmax(aim))] = True
        corral = [q for q, stays in zip(corral, keep, strict=True) if stays]
        matrix, weights = matrix[keep], aim[keep] / aim[keep].sum()
        if not bad.any():
            return corral, weights, matrix


def _dot(a: Sequence[Fraction | int], b: Sequence[Fraction]) -> Fraction:
    """Sum products of fractions over a common denominator, which is quicker than one by one."""
    scale = lcm(*(f.denominator for f in b))
    second = [f.numerator * (scale // f.denominator) for f in b]
    other = lcm(*(Fraction(f).denominator for f in a))
    first = [int(f * other) for f in a]
    total, divisor = _whole_dot(first, second), scale * other
    shared = gcd(total, divisor)
    return Fraction(total // shared, divisor // shared)


def _whole_dot(a: Sequence[int], b: Sequence[int]) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))
