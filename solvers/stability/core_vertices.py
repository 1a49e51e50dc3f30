"""The corners of the core, and its centre of gravity, in fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from solvers.errors import LimitError
from solvers.games.game import TUGame
from solvers.games.properties import is_convex
from solvers.games.solution import Allocation
from solvers.stability.core_bounds import marginal_vectors
from solvers.stability.integer_rows import Span, indicator
from solvers.stability.point_set import PointSet

__all__ = ["core_center", "core_vertices"]

MAX_PLAYERS = 8
"""Most players: a core of eight can have 40,320 corners."""

MAX_VERTICES = 6_000
"""Most corners on the way, unless the game is convex: each pair of them may be compared."""

MAX_CENTER = 5
"""Most players whose core is cut into simplices."""

Point = tuple[int, ...]
"""Shares and, last, their common denominator."""


def core_vertices(game: TUGame) -> PointSet:
    """List the vertices of the core.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players; doubles are taken at face value.

    Returns
    -------
    PointSet
        No point where the core is empty.

    Raises
    ------
    LimitError
        If there are more players, or more than `MAX_VERTICES` corners on the way.

    Notes
    -----
    The imputations are a simplex. One coalition after the other cuts off the corners that it
    does not accept, and new ones arise where an edge is cut (double description [1]_). In a
    convex game the corners are the marginal vectors [2]_.

    References
    ----------
    .. [1] T. S. Motzkin, H. Raiffa, G. L. Thompson and R. M. Thrall, "The double description
       method", in: Contributions to the Theory of Games II, Princeton University Press, 1953,
       pp. 51-73.
    .. [2] L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1 (1971),
       pp. 11-26.

    Examples
    --------
    >>> [[str(x) for x in point] for point in core_vertices(TUGame([0, 0, 1, 3]))]
    [['0', '3'], ['2', '1']]
    """
    n = game.n_players
    if n > MAX_PLAYERS:
        raise LimitError(
            f"{n} players: the corners of a core are listed up to {MAX_PLAYERS}; core(game) gives "
            f"a point of it, in_core(game, x) a test"
        )
    game = game.rational()
    if n > 2 and is_convex(game):
        points = marginal_vectors(game)
    else:
        points = {_fractions(point) for point in _description(game)[0]}

    def faults(claimed: Sequence[tuple[Fraction, ...]]) -> tuple[str, ...]:
        return _vertex_faults(game, claimed)

    return PointSet("core_vertices", game.players, tuple(sorted(points)), faults)


def core_center(game: TUGame) -> Allocation:
    """Find the centre of gravity of the core.

    Parameters
    ----------
    game : TUGame
        At most `MAX_CENTER` players; doubles are taken at face value.

    Returns
    -------
    Allocation
        In fractions; undefined where the core is empty.

    Raises
    ------
    LimitError
        If there are more players.

    Notes
    -----
    The core is cut into simplices, each a corner joined to those of the facets that it is not
    on; volumes are compared in as many coordinates as the core has dimensions.

    References
    ----------
    .. [1] J. González-Díaz and E. Sánchez-Rodríguez, "A natural selection from the core of a TU
       game: the core-center", International Journal of Game Theory 36 (2007), pp. 27-46.

    Examples
    --------
    >>> core_center(TUGame([0, 0, 1, 3])).exact
    (Fraction(1, 1), Fraction(2, 1))
    """
    if game.n_players > MAX_CENTER:
        raise LimitError(
            f"{game.n_players} players: the core is cut into simplices up to {MAX_CENTER}; "
            f"core(game) and nucleolus(game) give points of it"
        )
    whole = game.rational()
    found = _center(whole)
    return Allocation(
        "core_center",
        game.players,
        exact=found,
        verifier=lambda claim: (
            (claim.exact if claim.has_exact else None) == found
            if claim.has_exact or found is None
            else claim.allocation is not None
            and claim.allocation.tolist() == [float(x) for x in found]
        ),
        game=game,
        solver="simplices",
    )


def _description(game: TUGame) -> tuple[list[Point], list[int]]:
    """Return corners, and for each the coalitions that it gives their worth to, as a bit set."""
    n = game.n_players
    worths = [int(value) for value in game.numerators]
    unit = game.denominator
    if n == 0:
        return [(1,)], [0]
    alone = [worths[1 << i] for i in range(n)]
    room = worths[-1] - sum(alone)
    if room < 0:
        return [], []
    points: list[Point] = []
    tight: list[int] = []
    for i in range(n if room else 1):
        shares = list(alone)
        shares[i] += room
        points.append(_reduced((*shares, unit)))
        tight.append(sum(1 << (1 << j) for j in range(n) if j != i or not room))
    for mask in range(1, (1 << n) - 1):
        if mask & (mask - 1):
            points, tight = _cut(points, tight, mask, worths[mask], unit, n)
    return points, tight


def _cut(
    points: list[Point], tight: list[int], mask: int, worth: int, unit: int, n: int
) -> tuple[list[Point], list[int]]:
    """Keep what a coalition accepts."""
    gaps = [_value(point, mask) * unit - worth * point[-1] for point in points]
    inside = [k for k, gap in enumerate(gaps) if gap > 0]
    outside = [k for k, gap in enumerate(gaps) if gap < 0]
    bit = 1 << mask
    kept = [points[k] for k, gap in enumerate(gaps) if gap >= 0]
    marks = [tight[k] | bit * (gaps[k] == 0) for k, gap in enumerate(gaps) if gap >= 0]
    if not outside:
        return kept, marks
    members: dict[int, int] = {}  # for each coalition the corners that are tight in it
    for k, mark in enumerate(tight):
        while mark:
            low = mark & -mark
            members[low] = members.get(low, 0) | 1 << k
            mark ^= low
    every = (1 << len(points)) - 1
    for p in inside:
        for q in outside:
            common = tight[p] & tight[q]
            if common.bit_count() < n - 2:
                continue
            on, rest = every, common
            while rest and on.bit_count() > 2:
                low = rest & -rest
                on &= members[low]
                rest ^= low
            if on.bit_count() == 2:  # no other corner is on that face: an edge
                up, down = gaps[p], -gaps[q]
                pair = zip(points[p], points[q], strict=True)
                kept.append(_reduced(tuple(down * a + up * b for a, b in pair)))
                marks.append(common | bit)
    if len(kept) > MAX_VERTICES:
        raise LimitError(
            f"more than {MAX_VERTICES} corners; core(game) gives a point of the core, "
            f"in_core(game, x) a test"
        )
    return kept, marks


def _value(point: Point, mask: int) -> int:
    return sum(x for i, x in enumerate(point[:-1]) if mask >> i & 1)


def _reduced(point: Point) -> Point:
    common = gcd(*point)
    return tuple(x // common for x in point) if common > 1 else point


def _fractions(point: Point) -> tuple[Fraction, ...]:
    return tuple(Fraction(x, point[-1]) for x in point[:-1])


def _vertex_faults(game: TUGame, points: Sequence[tuple[Fraction, ...]]) -> tuple[str, ...]:
    """Check that each point is in the core and the only one with its tight coalitions."""
    n = game.n_players
    grand = (1 << n) - 1
    for point in points:
        shown = "(" + ", ".join(map(str, point)) + ")"
        span = Span(n)
        if sum(point, Fraction(0)) != game.worth(grand):
            return (f"{shown} is not efficient",)
        span.add(indicator(grand, n))
        for mask in range(1, grand):
            gap = sum((x for i, x in enumerate(point) if mask >> i & 1), Fraction(0))
            gap -= game.worth(mask)
            if gap < 0:
                return (f"{shown} gives {', '.join(game.coalition(mask))} too little",)
            if gap == 0:
                span.add(indicator(mask, n))
        if span.rank < n:
            return (f"{shown} is no corner",)
    return ()


def _center(game: TUGame) -> tuple[Fraction, ...] | None:
    corners, tight = _description(game)
    if not corners:
        return None
    n = game.n_players
    points = [_fractions(point) for point in corners]
    faces: dict[int, frozenset[int]] = {}
    for mask in range(1, 1 << n):
        on = frozenset(k for k, mark in enumerate(tight) if mark >> mask & 1)
        if on:
            faces[mask] = on
    simplices = _simplices(frozenset(range(len(points))), sorted(set(faces.values()), key=sorted))
    coordinates = _coordinates(points)
    total = Fraction(0)
    center = [Fraction(0)] * n
    for simplex in simplices:
        base = points[simplex[0]]
        edges = [[points[k][c] - base[c] for c in coordinates] for k in simplex[1:]]
        volume = abs(_determinant(edges))
        total += volume
        for i in range(n):
            mean = sum((points[k][i] for k in simplex), Fraction(0)) / len(simplex)
            center[i] += volume * mean
    return tuple(x / total for x in center)


def _simplices(face: frozenset[int], faces: Sequence[frozenset[int]]) -> list[tuple[int, ...]]:
    """Cut a face into simplices by pulling its first corner."""
    apex = min(face)
    if len(face) == 1:
        return [(apex,)]
    parts = {face & other for other in faces} - {face, frozenset()}
    facets = [part for part in parts if not any(part < other for other in parts)]
    return [
        (apex, *simplex)
        for facet in sorted(facets, key=sorted)
        if apex not in facet
        for simplex in _simplices(facet, faces)
    ]


def _coordinates(points: Sequence[tuple[Fraction, ...]]) -> list[int]:
    """Choose players whose shares determine the point, as few as there are dimensions."""
    span = Span(len(points[0]))
    for point in points[1:]:
        gap = [a - b for a, b in zip(point, points[0], strict=True)]
        scale = 1
        for value in gap:
            scale = scale * value.denominator // gcd(scale, value.denominator)
        span.add([int(value * scale) for value in gap])
    return sorted(span.pivots)


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    value = Fraction(1)
    rows = [list(row) for row in rows]
    for c in range(len(rows)):
        pivot = next((r for r in range(c, len(rows)) if rows[r][c]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != c:
            rows[c], rows[pivot], value = rows[pivot], rows[c], -value
        value *= rows[c][c]
        for r in range(c + 1, len(rows)):
            factor = rows[r][c] / rows[c][c]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[c], strict=True)]
    return value
