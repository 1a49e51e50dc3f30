"""Where shares lie in the simplex, and what solid the corners of a core span."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CORNERS", "Frame", "Shape"]

FLAT = 1e-6
"""A core thinner than this part of the frame is drawn, and called, flat."""

LEVEL = 1e-9
"""A point nearer than this to a line or plane lies on it; the core is 1 wide then."""

_H = math.sqrt(3) / 2
CORNERS = {
    3: ((0.0, 0.0), (1.0, 0.0), (0.5, _H)),
    4: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.5, _H, 0.0), (0.5, _H / 3, math.sqrt(2 / 3))),
}
"""Corners of the triangle and of the tetrahedron with edges of length 1, player by player."""

Shares = tuple[Fraction, ...]


@dataclass(frozen=True)
class Frame:
    """A simplex of efficient vectors.

    Parameters
    ----------
    low : tuple of Fraction
        The least of each player.
    span : Fraction
        What is shared beyond that; positive.
    words : tuple of str
        Sentences that say what the frame is.
    """

    low: Shares
    span: Fraction
    words: tuple[str, ...]

    @classmethod
    def around(
        cls, n: int, seen: Sequence[Shares], total: Fraction, alone: Shares | None = None
    ) -> Frame:
        """Frame the imputations where there is something to share, else what is seen.

        Parameters
        ----------
        n : int
            Number of players.
        seen : sequence of tuple of Fraction
            Efficient vectors.
        total : Fraction
            What each of them shares out.
        alone : tuple of Fraction, optional
            What each player is worth alone.

        Returns
        -------
        Frame
        """
        left = None if alone is None else total - sum(alone)
        if alone is not None and left is not None and left > 0:
            return cls(alone, left, ("The frame is the set of imputations.",))
        words: tuple[str, ...] = ("The frame is drawn around what is shown.",)
        if left is not None and left < 0:
            words = ("There are no imputations.", *words)
        elif left is not None:
            words = ("The only imputation is to stay alone.", *words)
        low = [min(x) for x in zip(*seen, strict=True)] or [total / n] * n
        span = total - sum(low)
        scale = max(abs(total), *map(abs, low)) or Fraction(1)
        # Vectors that differ by rounding alone count as one.
        room = span * 3 / 20 if span > scale / 10**9 else scale / 10
        return cls(tuple(x - room for x in low), span + n * room, words)

    def place(self, x: Sequence[Fraction]) -> list[float]:
        """Return the coordinates of an efficient vector, the edges of the frame being 1 long."""
        weights = [float((s - least) / self.span) for s, least in zip(x, self.low, strict=True)]
        corners = CORNERS[len(x)]
        return [
            math.fsum(w * c[k] for w, c in zip(weights, corners, strict=True))
            for k in range(len(x) - 1)
        ]


@dataclass(frozen=True)
class Shape:
    """The convex hull of points in the plane or in space, of any dimension.

    Parameters
    ----------
    points : array, shape (m, d)
        Distinct points; not all need be corners.
    dimension : int
        -1 where there is none, 0 for a point, up to 3.
    faces : tuple of tuple of int
        Corners in order: the ends of a segment, one polygon, or the faces of a solid.
    outward : array, shape (faces, 3), or None
        For a solid, the directions in which its faces look.

    Notes
    -----
    A core of four players has at most 24 corners: every plane through three is tried, which,
    unlike the usual programs for hulls, minds neither flat sets nor many corners on a face.
    """

    points: NDArray[Any]
    dimension: int
    faces: tuple[tuple[int, ...], ...]
    outward: NDArray[Any] | None = None

    @classmethod
    def of(cls, points: Sequence[Sequence[float]]) -> Shape:
        """Find the hull.

        Parameters
        ----------
        points : sequence of sequence of float
            In a frame with edges of about 1.

        Returns
        -------
        Shape
        """
        import numpy as np

        distinct: list[Sequence[float]] = []
        for point in points:
            if all(math.dist(point, other) > FLAT for other in distinct):
                distinct.append(point)
        if not distinct:
            return cls(np.empty((0, 0)), -1, ())
        real = np.array(distinct, dtype=float)
        centred = real - real.mean(axis=0)
        along = centred @ np.linalg.svd(centred, full_matrices=False)[2].T
        wide = np.ptp(along, axis=0)
        # Stretched to width 1 each way a thin hull has the same corners, and they stand apart.
        flat = along[:, wide > FLAT] / wide[wide > FLAT]
        dimension = flat.shape[1]
        if dimension == 0:
            return cls(real, 0, ((0,),))
        if dimension == 1:
            return cls(real, 1, ((int(flat.argmin()), int(flat.argmax())),))
        if dimension == 2:
            return cls(real, 2, (_ring(flat, range(len(flat))),))
        faces = tuple(_ring(np.delete(flat, axis, 1), on) for on, axis in _planes(flat).items())
        normals = [np.cross(real[b] - real[a], real[c] - real[b]) for a, b, c, *_ in faces]
        inside = real[sorted({k for face in faces for k in face})].mean(axis=0)
        outward = np.array(
            [
                n if n @ (real[f[0]] - inside) > 0 else -n
                for n, f in zip(normals, faces, strict=True)
            ]
        )
        return cls(real, 3, faces, outward)

    @property
    def corners(self) -> list[int]:
        """The points that are corners."""
        return sorted({k for face in self.faces for k in face})

    @property
    def words(self) -> str:
        """A sentence about a core of this shape."""
        k = len(self.corners)
        kinds = {
            -1: "empty",
            0: "a point",
            1: "a segment",
            2: f"{'a flat' if self.points.shape[-1] == 3 else 'a'} polygon with {k} corners",
            3: f"a solid with {k} corners and {len(self.faces)} faces",
        }
        return f"The core is {kinds[self.dimension]}."

    def edges(self, toward: Sequence[float] | None = None) -> list[tuple[int, int, bool]]:
        """List the edges.

        Parameters
        ----------
        toward : sequence of float, optional
            The direction to the one who looks at a solid.

        Returns
        -------
        list of tuple
            Two corners, and whether the edge is in sight.
        """
        seen: dict[tuple[int, int], bool] = {}
        for number, face in enumerate(self.faces):
            front = True
            if self.outward is not None and toward is not None:
                front = bool(self.outward[number] @ toward > 0)
            for a, b in zip(face, face[1:] + face[:1], strict=True):
                if a != b:
                    edge = (min(a, b), max(a, b))
                    seen[edge] = seen.get(edge, False) or front
        return [(a, b, front) for (a, b), front in sorted(seen.items())]


def _planes(flat: NDArray[Any]) -> dict[tuple[int, ...], int]:
    """Find which points lie on each face, and the axis that the face looks along most."""
    import numpy as np

    found: dict[tuple[int, ...], int] = {}
    for a, b, c in combinations(range(len(flat)), 3):
        normal = np.cross(flat[b] - flat[a], flat[c] - flat[a])
        length = float(np.linalg.norm(normal))
        if length < LEVEL:  # three on a line
            continue
        height = (flat - flat[a]) @ normal / length
        if height.max() < LEVEL or height.min() > -LEVEL:
            on = tuple(int(k) for k in np.flatnonzero(abs(height) < LEVEL))
            found.setdefault(on, int(abs(normal).argmax()))
    return found


def _ring(flat: NDArray[Any], among: Sequence[int]) -> tuple[int, ...]:
    """Return the corners of a convex polygon in order (Andrew's monotone chain)."""

    def turn(a: int, b: int, c: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = flat[a], flat[b], flat[c]
        return float((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))

    def half(order: Sequence[int]) -> list[int]:
        chain: list[int] = []
        for k in order:
            while len(chain) > 1 and turn(chain[-2], chain[-1], k) <= LEVEL:
                chain.pop()
            chain.append(k)
        return chain[:-1]

    order = sorted(among, key=lambda k: (float(flat[k, 0]), float(flat[k, 1])))
    return tuple(half(order) + half(order[::-1]))
