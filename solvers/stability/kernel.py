"""Kernel and prekernel: no player can claim more from another than the other from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from solvers.errors import GameError, LimitError
from solvers.games.worths import as_integers, exact_number

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = [
    "MAX_PLAYERS",
    "KernelMembership",
    "in_kernel",
    "in_prekernel",
    "surpluses",
]

MAX_PLAYERS: Final = 20
"""Most players: every step looks at all coalitions for all pairs."""

SAFE: Final = 2**62

Point = tuple[Fraction, ...]
Table = NDArray[Any]


@dataclass(frozen=True)
class KernelMembership:
    """Whether a point is in the kernel or prekernel; true or false itself.

    Parameters
    ----------
    concept : {"kernel", "prekernel"}
        Which of them.
    holds : bool
        Whether the point is in it.
    pair : tuple of str or None
        A player that outweighs another one, and this other one.
    surplus : tuple of Fraction or None
        The largest excess that each of the two gets without the other.
    why : str
        Why the point is not in it, in words; empty when it is.
    """

    concept: str
    holds: bool
    pair: tuple[str, str] | None = None
    surplus: tuple[Fraction, Fraction] | None = None
    why: str = ""

    def __bool__(self) -> bool:
        return self.holds


def surpluses(game: TUGame, point: Sequence[Any]) -> tuple[tuple[Fraction | None, ...], ...]:
    """Find the largest excess that each player gets without each other one.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players.
    point : sequence of numbers, length n
        Payoffs; doubles at face value.

    Returns
    -------
    tuple of tuple of Fraction, n by n
        In row i and column j the maximum of v(S) - x(S) over the S with i and without j; None on
        the diagonal.

    Raises
    ------
    GameError
        If the point has not one number for every player.
    LimitError
        If there are too many players.

    Notes
    -----
    One pass folds the table player by player and keeps a row for every pair decided so far:
    about ``8 * 2**n`` comparisons instead of ``n (n - 1) 2**(n - 2)``.

    References
    ----------
    .. [1] M. Davis and M. Maschler, "The kernel of a cooperative game", Naval Research
       Logistics Quarterly 12 (1965), pp. 223-259.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> [str(s) for s in surpluses(majority, ["1/2", "1/2", 0])[2]]
    ['1/2', '1/2', 'None']
    """
    x = read_payoffs(game, point)
    table, denominator = excesses(game, x)
    found = pair_maxima(table)
    return tuple(
        tuple(
            None if i == j else Fraction(int(found[i, j]), denominator)
            for j in range(game.n_players)
        )
        for i in range(game.n_players)
    )


def in_prekernel(
    game: TUGame, point: Sequence[Any], tolerance: Fraction | float = 0
) -> KernelMembership:
    """Say whether a point is in the prekernel.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players.
    point : sequence of numbers, length n
        Payoffs; doubles at face value.
    tolerance : number
        By how much surpluses, and the sum of the payoffs, may be off; 0 asks exactly.

    Returns
    -------
    KernelMembership
        Where it fails, with a pair of players and their surpluses.

    Raises
    ------
    GameError
        If the point has not one number for every player.
    LimitError
        If there are too many players.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "The kernel and bargaining set for convex
       games", International Journal of Game Theory 1 (1972), pp. 73-93.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> bool(in_prekernel(majority, ["1/3", "1/3", "1/3"]))
    True
    >>> in_prekernel(majority, ["1/2", "1/2", 0]).why
    'player 3 has a surplus of 1/2 against player 1, who has 0 against it'
    """
    return membership(game, point, tolerance, "prekernel")


def in_kernel(
    game: TUGame, point: Sequence[Any], tolerance: Fraction | float = 0
) -> KernelMembership:
    """Say whether a point is in the kernel of the grand coalition.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players.
    point : sequence of numbers, length n
        Payoffs; doubles at face value.
    tolerance : number
        By how much surpluses and payoffs may be off; 0 asks exactly.

    Returns
    -------
    KernelMembership
        The point must be an imputation, and nobody may outweigh a player who has more than it
        can get alone.

    Raises
    ------
    GameError
        If the point has not one number for every player.
    LimitError
        If there are too many players.

    References
    ----------
    .. [1] M. Davis and M. Maschler, "The kernel of a cooperative game", Naval Research
       Logistics Quarterly 12 (1965), pp. 223-259.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> talmud = TUGame([0, 0, 0, 0, 0, 0, 100, 200])
    >>> bool(in_kernel(talmud, [50, 75, 75])), bool(in_kernel(talmud, [60, 70, 70]))
    (True, False)
    """
    return membership(game, point, tolerance, "kernel")


def membership(
    game: TUGame, point: Sequence[Any], tolerance: Fraction | float, concept: str
) -> KernelMembership:
    """Answer for both concepts."""
    x = read_payoffs(game, point)
    slack = Fraction(tolerance)
    kernel = concept == "kernel"
    total, worth = sum(x, Fraction(0)), game.worth((1 << game.n_players) - 1)
    if abs(total - worth) > slack:
        why = f"the payoffs sum to {total}, the grand coalition is worth {worth}"
        return KernelMembership(concept, False, None, None, why)
    alone = [game.worth(1 << i) for i in range(game.n_players)]
    for i, name in enumerate(game.players):
        if kernel and x[i] < alone[i] - slack:
            why = f"player {name} gets {x[i]}, less than the {alone[i]} that it is worth alone"
            return KernelMembership(concept, False, None, None, why)
    table, denominator = excesses(game, x)
    found = pair_maxima(table)
    margin = slack * denominator
    for i, j in pairs(game.n_players):
        if found[i, j] - found[j, i] <= margin or (kernel and x[j] <= alone[j] + slack):
            continue
        ours, theirs = (Fraction(int(found[a, b]), denominator) for a, b in ((i, j), (j, i)))
        one, other = game.players[i], game.players[j]
        why = (
            f"player {one} has a surplus of {ours} against player {other}, who has {theirs} "
            f"against it"
        )
        return KernelMembership(concept, False, (one, other), (ours, theirs), why)
    return KernelMembership(concept, True)


def pairs(n: int) -> list[tuple[int, int]]:
    """All ordered pairs of different players."""
    return [(i, j) for i in range(n) for j in range(n) if i != j]


def read_payoffs(game: TUGame, point: Sequence[Any]) -> Point:
    """Read a point as fractions, doubles at face value."""
    if game.n_players > MAX_PLAYERS:
        raise LimitError(
            f"{game.n_players} players: all coalitions of every pair are compared; the limit is "
            f"{MAX_PLAYERS}"
        )
    values = list(point)
    if len(values) != game.n_players:
        raise GameError(f"a point of {len(values)} payoffs; the game has {game.n_players} players")
    read = []
    for value in values:
        try:
            exact = exact_number(value)
            read.append(Fraction(float(value)) if exact is None else exact)
        except (ValueError, OverflowError):
            raise GameError(f"{value!r} is no payoff; it must be a finite number") from None
    return tuple(read)


def excesses(game: TUGame, x: Point) -> tuple[Table, int]:
    """All excesses in integers over one denominator."""
    below = lcm(game.denominator, *(value.denominator for value in x))
    shares = [value.numerator * (below // value.denominator) for value in x]
    times = below // game.denominator
    worth = game.numerators
    most = sum(map(abs, shares))
    if worth.dtype != object:
        most += times * max(int(worth.max()), -int(worth.min()))
    small = worth.dtype != object and most < SAFE
    sums = as_integers([0]) if small else np.array([0], object)
    for share in shares:
        sums = np.concatenate([sums, sums + share])
    return (worth if small else worth.astype(object)) * times - sums, below


def pair_maxima(table: Table) -> Table:
    """Maxima over the masks with i and without j, in row i and column j."""
    n = table.size.bit_length() - 1
    rows = table.reshape(1, -1)
    labels: list[tuple[int | None, int | None]] = [(None, None)]  # (in, out) of each row
    for bit in range(n - 1, -1, -1):
        half = 1 << bit
        without, with_ = rows[:, :half], rows[:, half:]
        more = [
            (row, into, bit, without) if out is None and into is not None else
            (row, bit, out, with_)
            for row, (into, out) in enumerate(labels)
            if (into is None) != (out is None)
        ]  # fmt: skip
        new = [np.maximum(without, with_), with_[:1], without[:1]]
        new += [half_rows[row : row + 1] for row, _, _, half_rows in more]
        labels = [*labels, (bit, None), (None, bit), *((a, b) for _, a, b, _ in more)]
        rows = np.concatenate(new)
    found = np.zeros((n, n), table.dtype)
    for row, (into, out) in enumerate(labels):
        if into is not None and out is not None:
            found[into, out] = rows[row, 0]
    return found
