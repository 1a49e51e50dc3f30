"""A simple game as a lattice: how many members of each type say yes, and whether that wins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import comb, prod

from solvers.counting.simple_games import SimpleGame
from solvers.errors import LimitError

__all__ = ["MAX_CELLS", "Lattice", "lattice_cells", "lattice_of"]

MAX_CELLS = 400_000
"""Largest lattice that is built; each cell takes a few microseconds."""


@dataclass(frozen=True)
class Lattice:
    """Outcome of every combination of numbers of supporters.

    Parameters
    ----------
    classes : tuple of tuple of int
        Players of each type.
    wins : bytes
        One byte for each cell; the count of the last type runs fastest.

    References
    ----------
    .. [1] F. Carreras and J. Freixas, "Complete simple games", Mathematical Social Sciences 32
       (1996), pp. 139-155.
    """

    classes: tuple[tuple[int, ...], ...]
    wins: bytes

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of players of each type."""
        return tuple(len(c) for c in self.classes)

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """Distance in `wins` between cells that differ by one supporter of a type."""
        return tuple(prod(n + 1 for n in self.sizes[t + 1 :]) for t in range(len(self.classes)))

    def cells(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """List the cells: place in `wins`, and the number of supporters of each type.

        Yields
        ------
        (int, tuple of int)
        """
        return enumerate(product(*(range(n + 1) for n in self.sizes)))

    def coalitions(self, counts: tuple[int, ...]) -> int:
        """Count the coalitions of a cell.

        Parameters
        ----------
        counts : tuple of int
            Supporters of each type.

        Returns
        -------
        int
        """
        return prod(comb(n, k) for n, k in zip(self.sizes, counts, strict=True))


def lattice_cells(game: SimpleGame) -> int:
    """Count the cells that the lattice of a game would have.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    int
    """
    return prod(len(c) + 1 for c in game.types)


def lattice_of(game: SimpleGame, classes: tuple[tuple[int, ...], ...] | None = None) -> Lattice:
    """Evaluate a game on its lattice.

    Parameters
    ----------
    game : SimpleGame
        The game.
    classes : tuple of tuple of int, optional
        A finer partition of the players than that into types.

    Returns
    -------
    Lattice

    Raises
    ------
    LimitError
        If it would have more than `MAX_CELLS` cells.

    Notes
    -----
    Time O(cells times leaves).

    Examples
    --------
    >>> from solvers.rules.rule import Quota, Rule
    >>> from solvers.counting.simple_games import simple_game
    >>> council = simple_game(Rule(3, Quota((2, 1, 1), (0,) * 3, (0,) * 3, 3)))
    >>> list(lattice_of(council).wins)
    [0, 0, 0, 0, 1, 1]
    """
    classes = game.types if classes is None else classes
    sizes = [len(c) for c in classes]
    if prod(n + 1 for n in sizes) > MAX_CELLS:
        raise LimitError(
            f"{len(classes)} types of players make {prod(n + 1 for n in sizes):,} combinations; "
            f"the limit is {MAX_CELLS:,}"
        )
    sums = [
        [
            sum(combination)
            for combination in product(
                *([w[c[0]] * k for k in range(n + 1)] for c, n in zip(classes, sizes, strict=True))
            )
        ]
        for w in game.weights
    ]
    holds = [[s >= t for s in row] for row, t in zip(sums, game.thresholds, strict=True)]
    if not holds:
        return Lattice(classes, bytes([game.decides(())]) * prod(n + 1 for n in sizes))
    return Lattice(classes, bytes(map(game.decides, zip(*holds, strict=True))))
