"""What a count answers with, and a row in a table of methods."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Generic, TypeVar

from solvers.errors import GameError, LimitError

__all__ = [
    "MAX_BYTES",
    "Counts",
    "Method",
    "MinimalCounts",
    "Totals",
    "all_coalitions",
    "choose",
    "compiled",
    "from_winning",
]

MAX_BYTES = 2**31
"""Most memory that a method may ask for."""

# Importing numba and loading the first kernel from its cache, in seconds.
COMPILER = 0.6

Game = TypeVar("Game")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Counts:
    """Winning coalitions and swings of a simple game by size, exact.

    Parameters
    ----------
    n_players : int
        Number of players.
    winning : tuple of int, length n + 1
        Winning coalitions of each size.
    winning_with : tuple of tuple of int, n by n + 1
        Winning coalitions of each size that contain each player.
    swings : tuple of tuple of int, n by n + 1
        Winning coalitions of each size that lose when the player leaves.
    method : str
        Method that counted.

    References
    ----------
    .. [1] P. Dubey and L. S. Shapley, "Mathematical properties of the Banzhaf power index",
       Mathematics of Operations Research 4 (1979), pp. 99-131.
    """

    n_players: int
    winning: tuple[int, ...]
    winning_with: tuple[tuple[int, ...], ...]
    swings: tuple[tuple[int, ...], ...]
    method: str

    def totals(self) -> Totals:
        """Add up the sizes.

        Returns
        -------
        Totals
        """
        with_ = tuple(sum(row) for row in self.winning_with)
        swings = tuple(sum(row) for row in self.swings)
        return Totals(self.n_players, sum(self.winning), with_, swings, self.method)


@dataclass(frozen=True)
class Totals:
    """Winning coalitions and swings of a simple game over all sizes, exact.

    Parameters
    ----------
    n_players : int
        Number of players.
    winning : int
        Winning coalitions.
    winning_with, swings : tuple of int, length n
        Winning coalitions that contain each player; those of them that lose without it.
    method : str
        Method that counted.
    """

    n_players: int
    winning: int
    winning_with: tuple[int, ...]
    swings: tuple[int, ...]
    method: str


@dataclass(frozen=True)
class MinimalCounts:
    """Minimal winning coalitions of a simple game, exact.

    Parameters
    ----------
    n_players : int
        Number of players.
    minimal : tuple of int, length n + 1
        Winning coalitions of each size that lose whoever leaves.
    minimal_with : tuple of tuple of int, n by n + 1
        Those that contain each player.
    method : str
        Method that counted.
    """

    n_players: int
    minimal: tuple[int, ...]
    minimal_with: tuple[tuple[int, ...], ...]
    method: str


@dataclass(frozen=True)
class Method(Generic[Game, Answer]):
    """A way to answer one question.

    Parameters
    ----------
    name : str
        Short name; an answer carries it.
    run : callable
        Takes the game, gives the answer.
    refusal : callable
        Takes the game, says why this method cannot take it; None if it can.
    seconds : callable
        Takes a game that is not refused, estimates the time.
    """

    name: str
    run: Callable[[Game], Answer]
    refusal: Callable[[Game], str | None]
    seconds: Callable[[Game], float]


def choose(
    methods: Sequence[Method[Game, Answer]], game: Game, name: str = "auto"
) -> Method[Game, Answer]:
    """Pick the method that a caller names, or the one with the least estimated time.

    Parameters
    ----------
    methods : sequence of Method
        Rows of one table.
    game : object
        The game, or rule, that the methods take.
    name : str
        Name of a method, or ``"auto"``.

    Returns
    -------
    Method

    Raises
    ------
    GameError
        If there is no such method.
    LimitError
        If it, or every method, refuses the game; with each reason.
    """
    if name != "auto":
        named = [m for m in methods if m.name == name]
        if not named:
            raise GameError(f"no method {name!r}; there are {', '.join(m.name for m in methods)}")
        reason = named[0].refusal(game)
        if reason is not None:
            raise LimitError(f"method {name!r} cannot count this: it {reason}; try 'auto'")
        return named[0]
    reasons = {m.name: m.refusal(game) for m in methods}
    able = [m for m in methods if reasons[m.name] is None]
    if not able:
        each = "; ".join(f"{key} {reason}" for key, reason in reasons.items())
        raise LimitError(f"no exact method counts this within 2 GiB: {each}")
    return min(able, key=lambda m: m.seconds(game))


def compiled(seconds: float) -> float:
    """Estimate the time of a compiled method, its start included.

    Parameters
    ----------
    seconds : float
        Time of the loops.

    Returns
    -------
    float
    """
    return seconds + (0.001 if "numba" in sys.modules else COMPILER)


def from_winning(
    winning: Sequence[int], winning_with: Sequence[Sequence[int]], method: str
) -> Counts:
    """Complete counts of winning coalitions by the swings.

    Parameters
    ----------
    winning : sequence of int, length n + 1
        Winning coalitions by size.
    winning_with : sequence of sequences of int, n by n + 1
        Those that contain each player.
    method : str
        Method that counted.

    Returns
    -------
    Counts

    Notes
    -----
    What wins without a player wins with it, so the swings of size s are the winning coalitions
    of size s with the player less those of size s - 1 without it.

    Examples
    --------
    >>> from_winning((0, 0, 1), ((0, 0, 1), (0, 0, 1)), "by hand").swings
    ((0, 0, 1), (0, 0, 1))
    """
    before = (0, *winning[:-1])
    swings: dict[tuple[int, ...], tuple[int, ...]] = {}
    for own in winning_with:
        if (row := tuple(own)) not in swings:
            without = [b - w for b, w in zip(before, (0, *row[:-1]), strict=True)]
            swings[row] = tuple(a - b for a, b in zip(row, without, strict=True))
    rows = tuple(tuple(own) for own in winning_with)
    return Counts(len(rows), tuple(winning), rows, tuple(swings[r] for r in rows), method)


def all_coalitions(n: int) -> tuple[list[int], list[int]]:
    """Count the coalitions of each size, and those that contain one given player.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    (list of int, list of int)
        Both of length n + 1.
    """
    return [comb(n, s) for s in range(n + 1)], [
        comb(n - 1, s - 1) if s else 0 for s in range(n + 1)
    ]
