"""A polytope of allocations, by its vertices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PointSet"]


@dataclass(frozen=True)
class PointSet:
    """The vertices of a set of allocations.

    Parameters
    ----------
    concept : str
        Name of the set.
    players : tuple of str
        Names.
    points : tuple of tuple of Fraction
        The vertices in lexicographic order; none where the set is empty.
    verifier : callable, optional
        Takes the points, says what is wrong with them.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007, chapter 3.

    Examples
    --------
    >>> corners = PointSet("core", ("a", "b"), ((Fraction(0), Fraction(1)),))
    >>> len(corners), corners[0][1], corners.is_empty
    (1, Fraction(1, 1), False)
    """

    concept: str
    players: tuple[str, ...]
    points: tuple[tuple[Fraction, ...], ...]
    verifier: Callable[[tuple[tuple[Fraction, ...], ...]], tuple[str, ...]] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def is_empty(self) -> bool:
        """Whether there is no point at all."""
        return not self.points

    @property
    def guarantee(self) -> str:
        """Fractions throughout: exact."""
        return "exact"

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[tuple[Fraction, ...]]:
        return iter(self.points)

    def __getitem__(self, index: int) -> tuple[Fraction, ...]:
        return self.points[index]

    def verify(self) -> bool:
        """Check that every point is a vertex of the set.

        Returns
        -------
        bool
            False also where there is nothing to check by.
        """
        return self.verifier is not None and not self.verifier(self.points)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data.

        Returns
        -------
        dict
        """
        return {
            "concept": self.concept,
            "players": list(self.players),
            "points": [[str(x) for x in point] for point in self.points],
            "guarantee": self.guarantee,
        }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one row for each share of each vertex.

        Returns
        -------
        list of dict
            Columns ``point``, ``player``, ``share`` (a double), ``exact`` (a text).
        """
        return [
            {"point": k, "player": name, "share": float(x), "exact": str(x)}
            for k, point in enumerate(self.points)
            for name, x in zip(self.players, point, strict=True)
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows of :meth:`to_rows` as a data frame.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas as pd

        return pd.DataFrame(self.to_rows(), columns=["point", "player", "share", "exact"])
