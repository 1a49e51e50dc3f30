"""What a count answers with, and a row in a table of methods."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from solvers.errors import GameError, LimitError

__all__ = [
    "MAX_BYTES",
    "Answer",
    "Counts",
    "Method",
    "MinimalCounts",
    "MinimalTotals",
    "Totals",
    "all_coalitions",
    "binomials",
    "choose",
    "compiled",
    "from_winning",
    "rounded",
]

MAX_BYTES = 7 * 2**28
"""Most memory that a method may ask for, 1.75 GiB: a whole process then stays below 2 GiB."""

# Seconds before a kernel runs: numba is imported and loads its first kernel; the first kernel of
# another module; a call, its arrays and reading the answer.
COMPILER, ANOTHER, CALL = 0.6, 0.005, 2e-5

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

    def totals(self) -> MinimalTotals:
        """Add up the sizes.

        Returns
        -------
        MinimalTotals
        """
        with_ = tuple(sum(row) for row in self.minimal_with)
        return MinimalTotals(self.n_players, sum(self.minimal), with_, self.method)


@dataclass(frozen=True)
class MinimalTotals:
    """Minimal winning coalitions of a simple game over all sizes, exact.

    Parameters
    ----------
    n_players : int
        Number of players.
    minimal : int
        Winning coalitions that lose whoever leaves.
    minimal_with : tuple of int, length n
        Those that contain each player.
    method : str
        Method that counted.
    """

    n_players: int
    minimal: int
    minimal_with: tuple[int, ...]
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


def compiled(seconds: float, module: str) -> float:
    """Estimate the time of a compiled method, its start included.

    Parameters
    ----------
    seconds : float
        Time of the loops.
    module : str
        Last word of the module of `solvers.kernels` with the loops; who imports it calls them.

    Returns
    -------
    float
    """
    if f"solvers.kernels.{module}" in sys.modules:
        return seconds + CALL
    return seconds + (ANOTHER if "numba" in sys.modules else COMPILER)


def from_winning(
    winning: Sequence[int], winning_with: Sequence[Sequence[int]], method: str
) -> Counts:
    """Complete counts of winning coalitions by the swings.

    Parameters
    ----------
    winning : sequence of int, length n + 1
        Winning coalitions by size.
    winning_with : sequence of sequences of int, n by n + 1
        Those that contain each player; players of one kind may share a row, which is then worked
        on once.
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
    kept: dict[int, tuple[int, ...]] = {}
    swings: dict[int, tuple[int, ...]] = {}
    for own in winning_with:
        if id(own) not in kept:
            row = tuple(own)
            kept[id(own)] = row
            swings[id(own)] = tuple(
                [a - b + w for a, b, w in zip(row, before, (0, *row[:-1]), strict=True)]
            )
    rows = tuple([kept[id(own)] for own in winning_with])
    each = tuple([swings[id(own)] for own in winning_with])
    return Counts(len(rows), tuple(winning), rows, each, method)


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
    return binomials(n), [0, *binomials(n - 1)] if n else [0]


def binomials(n: int) -> list[int]:
    """List the numbers of ways to choose from n, each from the one before.

    Parameters
    ----------
    n : int
        At least 0.

    Returns
    -------
    list of int, length n + 1

    Examples
    --------
    >>> binomials(4)
    [1, 4, 6, 4, 1]
    """
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) // (k + 1))
    return row


def rounded(number: int) -> str:
    """Write a number for a refusal, in full where that is short.

    Parameters
    ----------
    number : int
        At least 0.

    Returns
    -------
    str

    Examples
    --------
    >>> rounded(1234567), rounded(10**40 // 3)
    ('1,234,567', '3.3e+39')
    """
    return f"{number:,}" if number < 10**12 else f"{Decimal(number):.1e}"
