"""Games made from games: dividends, the dual, normal forms, subgames, costs and savings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.games.tables import Table, subset_sums, table_of, transformed
from solvers.games.worths import Floats, exact_number

__all__ = [
    "dual",
    "from_dividends",
    "harsanyi_dividends",
    "negated",
    "rebuilt",
    "savings_game",
    "strategically_equivalent",
    "subgame",
    "zero_normalised",
    "zero_one_normalised",
]


def rebuilt(
    game: TUGame, table: Table, divisor: int = 1, players: Sequence[str] | None = None
) -> TUGame:
    """Make a game of the numbers that were reckoned with the table of another.

    Parameters
    ----------
    game : TUGame
        The game they come from.
    table : ndarray
        Integers over its denominator times `divisor`, or doubles.
    divisor : int
        Divides the integers once more; doubles must be divided already.
    players : sequence of str, optional
        Names; those of the game when left out.

    Returns
    -------
    TUGame
        Exact where the game is.
    """
    names = game.players if players is None else players
    if game.is_exact:
        return TUGame.of_integers(table, game.denominator * divisor, names)
    return TUGame.of(table, players=names)


def harsanyi_dividends(game: TUGame, out: Floats | None = None) -> TUGame:
    """Split the worth of every coalition into what each of its subsets adds by itself.

    Parameters
    ----------
    game : TUGame
        The game.
    out : ndarray of float64, shape (2**n,), optional
        Where the dividends of a game of doubles go; fresh memory costs as much time as the sums.

    Returns
    -------
    TUGame
        Its worth of S is the dividend of S: the worths of all subsets, with alternating signs.
        It is the Möbius transform of the game, whose coordinates are the unanimity games.

    Raises
    ------
    GameError
        If a dividend is larger than the largest double, or `out` does not fit.

    Notes
    -----
    Time O(n 2**n). With doubles the rounding errors of up to 2**n worths add up.

    References
    ----------
    .. [1] J. C. Harsanyi, "A bargaining model for the cooperative n-person game", Contributions
       to the Theory of Games IV, Princeton University Press, 1959, pp. 325-355.

    Examples
    --------
    >>> harsanyi_dividends(TUGame([0, 1, 2, 5])).worth(3)
    Fraction(2, 1)
    """
    if game.is_exact:
        return rebuilt(game, transformed(table_of(game, 1 << game.n_players), -1))
    fits = out is None or (
        out.dtype == np.float64 and out.shape == game.values.shape and out.flags.c_contiguous
    )
    if not fits:
        raise GameError(f"out must be contiguous float64 of shape {game.values.shape}")
    table = transformed(game.values, -1, out)
    if not np.isfinite(table[-1]):  # everything flows into the last one
        raise GameError("the dividends are larger than the largest double")
    return TUGame._of_finite(table, game.players)


def from_dividends(dividends: TUGame) -> TUGame:
    """Add up dividends: the inverse of :func:`harsanyi_dividends`, the zeta transform.

    Parameters
    ----------
    dividends : TUGame
        Its worth of S is the dividend of S.

    Returns
    -------
    TUGame

    Examples
    --------
    >>> from_dividends(TUGame([0, 1, 2, 2])).worth(3)
    Fraction(5, 1)
    """
    return rebuilt(dividends, transformed(table_of(dividends, 1 << dividends.n_players), 1))


def dual(game: TUGame) -> TUGame:
    """Give a coalition what the grand coalition loses when it leaves.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    TUGame
        v*(S) = v(N) - v(N without S); the dual of the dual is the game.

    Examples
    --------
    >>> dual(TUGame([0, 1, 2, 5])).worth(1)
    Fraction(3, 1)
    """
    table = table_of(game, 2)
    return rebuilt(game, table[-1] - table[::-1])


def negated(game: TUGame) -> TUGame:
    """Turn costs into worths, or back: v(S) = -c(S).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    TUGame
        Its allocations are cost shares with the opposite sign.
    """
    return rebuilt(game, 0 - table_of(game, 1))


def savings_game(costs: TUGame) -> TUGame:
    """Give a coalition what its members save by acting together.

    Parameters
    ----------
    costs : TUGame
        Its worth of S is the cost of serving S.

    Returns
    -------
    TUGame
        v(S) = sum of c(i) over S, minus c(S).

    Examples
    --------
    >>> savings_game(TUGame([0, 4, 3, 5])).worth(3)
    Fraction(2, 1)
    """
    return negated(zero_normalised(costs))


def zero_normalised(game: TUGame) -> TUGame:
    """Take from every coalition what its members are worth alone.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    TUGame
        v(S) minus the sum of v(i) over S.

    Examples
    --------
    >>> zero_normalised(TUGame([0, 1, 2, 5])).worth(3)
    Fraction(2, 1)
    """
    table = table_of(game, game.n_players + 1)
    alone = table[[1 << i for i in range(game.n_players)]]
    return rebuilt(game, table - subset_sums(alone, table.dtype))


def zero_one_normalised(game: TUGame) -> TUGame:
    """Scale what is to be gained by acting together to 1.

    Parameters
    ----------
    game : TUGame
        Essential: v(N) is larger than the sum of the v(i).

    Returns
    -------
    TUGame
        Singletons are worth 0, the grand coalition 1.

    Raises
    ------
    GameError
        If the game is not essential.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, Theory of Games and Economic Behavior, Princeton
       University Press, 1944, section 27.

    Examples
    --------
    >>> zero_one_normalised(TUGame([0, 1, 2, 5])).worth(3)
    Fraction(1, 1)
    """
    normal = zero_normalised(game)
    if not game.n_players or normal.worth((1 << game.n_players) - 1) <= 0:
        raise GameError("the game is not essential: acting together gains nothing to scale to 1")
    if game.is_exact:
        numerators = normal.numerators
        return TUGame.of_integers(numerators, int(numerators[-1]), game.players)
    return TUGame.of(normal.values / normal.grand, players=game.players)


def strategically_equivalent(game: TUGame, scale: Any = 1, shift: Iterable[Any] = ()) -> TUGame:
    """Change the unit of worth, and give every player something beforehand.

    Parameters
    ----------
    game : TUGame
        The game.
    scale : number
        Larger than 0.
    shift : iterable of numbers, length n
        What each player has in every coalition it joins; nothing when left out.

    Returns
    -------
    TUGame
        scale v(S) plus the sum of the shifts over S; exact where all numbers are.

    Raises
    ------
    GameError
        If the scale is not positive, or there is not one shift for each player.

    Examples
    --------
    >>> strategically_equivalent(TUGame([0, 1, 2, 5]), 2, ["1/2", 0]).worth(3)
    Fraction(21, 2)
    """
    shifts = list(shift) or [0] * game.n_players
    if len(shifts) != game.n_players:
        raise GameError(f"{len(shifts)} shifts for {game.n_players} players")
    factor = exact_number(scale)
    fractions = [exact_number(x) for x in shifts]
    if not (factor if factor is not None else scale) > 0:
        raise GameError(f"the scale is {scale}; it is larger than 0")
    known = [x for x in fractions if x is not None]
    if game.is_exact and factor is not None and len(known) == len(fractions):
        return _scaled(game, factor, known)
    floats = [float(x if f is None else f) for x, f in zip(shifts, fractions, strict=True)]
    added = subset_sums(floats, np.float64)
    table = game.values * float(scale if factor is None else factor) + added
    return TUGame.of(table, players=game.players)


def _scaled(game: TUGame, factor: Fraction, shifts: list[Fraction]) -> TUGame:
    own = factor / game.denominator
    common = lcm(own.denominator, *(x.denominator for x in shifts))
    times, whole = int(own * common), [int(x * common) for x in shifts]
    added = subset_sums(np.array(whole, object))
    table = game.numerators.astype(object) * times + added
    return TUGame.of_integers(table, common, game.players)


def subgame(game: TUGame, coalition: int | str | Iterable[int | str]) -> TUGame:
    """Leave only the members of a coalition.

    Parameters
    ----------
    game : TUGame
        The game.
    coalition : int, str or iterable
        As :meth:`~solvers.games.game.TUGame.mask` reads it.

    Returns
    -------
    TUGame
        Of its members alone, in the order of the players.

    Raises
    ------
    GameError
        If a player is unknown.

    Examples
    --------
    >>> subgame(TUGame([0, 1, 2, 3, 4, 5, 6, 7]), ["1", "3"]).numerators
    array([0, 1, 4, 5])
    """
    mask = game.mask(coalition)
    members = [1 << i for i in range(game.n_players) if mask >> i & 1]
    table = table_of(game, 1)[subset_sums(members, np.int64)]
    return rebuilt(game, table, players=game.coalition(mask))
