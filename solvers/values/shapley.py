"""Shapley value, Banzhaf value and their kin: weighted means of marginal contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial
from typing import Any

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.worths import exact_number
from solvers.values.symmetric import SymmetricValue, apply

__all__ = [
    "banzhaf_value",
    "egalitarian_shapley",
    "semivalue",
    "shapley_value",
    "solidarity_value",
]


def shapley_value(game: TUGame, *, threads: int = 1) -> Allocation:
    r"""Give every player its mean marginal contribution over all orders of the players.

    .. math:: \varphi_i = \sum_{S \ni i} \frac{(|S|-1)!\,(n-|S|)!}{n!} (v(S) - v(S \setminus i))

    Parameters
    ----------
    game : TUGame
        Exact, of at most 22 players, or of doubles.
    threads : int
        Threads for doubles of 20 or more players; any number gives the same bits.

    Returns
    -------
    Allocation
        The shares sum to v(N).

    Raises
    ------
    LimitError
        If an exact game has more players.

    Notes
    -----
    The table is read once, in order: with g(s) = (s-1)! (n-1-s)! / (n-1)! and g(n) = 1/n, the
    share is the sum of g(|S|) v(S) over the coalitions of the player, less an amount that is
    the same for all and follows from efficiency. Time O(2**n), memory O(2**n / 512).

    References
    ----------
    .. [1] L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II,
       Princeton University Press, 1953, pp. 307-317.

    Examples
    --------
    >>> glove = TUGame([0, 0, 0, 0, 0, 1, 1, 1])
    >>> [str(x) for x in shapley_value(glove)]
    ['1/6', '1/6', '2/3']
    """
    return apply(game, _shapley, threads)


def banzhaf_value(game: TUGame, *, threads: int = 1) -> Allocation:
    """Give every player its mean marginal contribution over all coalitions of the others.

    Parameters
    ----------
    game : TUGame
        Exact, of at most 22 players, or of doubles.
    threads : int
        As for :func:`shapley_value`.

    Returns
    -------
    Allocation
        Not scaled: the shares need not sum to v(N).

    Raises
    ------
    LimitError
        If an exact game has more players.

    References
    ----------
    .. [1] G. Owen, "Multilinear extensions and the Banzhaf value", Naval Research Logistics
       Quarterly 22 (1975), pp. 741-750.

    Examples
    --------
    >>> glove = TUGame([0, 0, 0, 0, 0, 1, 1, 1])
    >>> [str(x) for x in banzhaf_value(glove)]
    ['1/4', '1/4', '3/4']
    """
    return apply(game, _banzhaf, threads)


def semivalue(game: TUGame, p: Any, *, threads: int = 1) -> Allocation:
    """Weigh marginal contributions by the size of the coalition that is joined.

    Parameters
    ----------
    game : TUGame
        Exact, of at most 22 players, or of doubles.
    p : number, or sequence of numbers of length n
        A number is the chance with which each other player is there (the binomial semivalue;
        1/2 gives the Banzhaf value). A sequence gives the weight of each coalition of s others,
        s = 0, ..., n - 1: not negative, and ``sum of comb(n - 1, s) p[s]`` is 1.
    threads : int
        As for :func:`shapley_value`.

    Returns
    -------
    Allocation

    Raises
    ------
    GameError
        If the weights are not as said.
    LimitError
        If an exact game has more players.

    Notes
    -----
    Floats among the weights are taken at face value; binomials of them are exact, and a sum
    within 1e-9 of 1 is let pass.

    References
    ----------
    .. [1] P. Dubey, A. Neyman and R. J. Weber, "Value theory without efficiency", Mathematics of
       Operations Research 6 (1981), pp. 122-128.

    Examples
    --------
    >>> game = TUGame([0, 1, 0, 3])
    >>> [str(x) for x in semivalue(game, "1/4")]
    ['3/2', '1/2']
    """
    n = game.n_players
    if isinstance(p, Sequence) and not isinstance(p, str):
        weights = [_fraction(x) for x in p]
        if len(weights) != n:
            raise GameError(f"{len(weights)} weights for {n} players; there is one for each size")
        total = sum((comb(n - 1, s) * w for s, w in enumerate(weights)), Fraction(0))
        loose = any(isinstance(x, float) for x in p)
        if min(weights, default=0) < 0 or (
            n and total != 1 and not (loose and abs(total - 1) < 1e-9)
        ):
            raise GameError(
                f"weights of a semivalue are not negative and sum, comb(n - 1, s) times each, to "
                f"1; these sum to {total}"
            )
    else:
        q = _fraction(p)
        if not 0 <= q <= 1:
            raise GameError(f"{p} is no chance; it lies between 0 and 1")
        weights = [q**s * (1 - q) ** (n - 1 - s) for s in range(n)]
    return apply(game, _Semivalue(tuple(weights)), threads)


def solidarity_value(game: TUGame, *, threads: int = 1) -> Allocation:
    """Share in every order what the coalition gains on average by one of its members.

    Parameters
    ----------
    game : TUGame
        Exact, of at most 22 players, or of doubles.
    threads : int
        As for :func:`shapley_value`.

    Returns
    -------
    Allocation
        The shares sum to v(N). Weaker members are supported: a null player may get something.

    Raises
    ------
    LimitError
        If an exact game has more players.

    References
    ----------
    .. [1] A. S. Nowak and T. Radzik, "A solidarity value for n-person transferable utility
       games", International Journal of Game Theory 23 (1994), pp. 43-48.

    Examples
    --------
    >>> [str(x) for x in solidarity_value(TUGame([0, 0, 0, 1, 0, 0, 0, 1]))]
    ['7/18', '7/18', '2/9']
    """
    return apply(game, _solidarity, threads)


def egalitarian_shapley(game: TUGame, alpha: Any, *, threads: int = 1) -> Allocation:
    """Mix the Shapley value with equal division.

    Parameters
    ----------
    game : TUGame
        Exact, of at most 22 players, or of doubles.
    alpha : number
        Weight of the Shapley value, between 0 and 1.
    threads : int
        As for :func:`shapley_value`.

    Returns
    -------
    Allocation
        The shares sum to v(N).

    Raises
    ------
    GameError
        If alpha does not lie between 0 and 1.
    LimitError
        If an exact game has more players.

    References
    ----------
    .. [1] R. Joosten, Dynamics, Equilibria and Values, dissertation, Maastricht University, 1996.

    Examples
    --------
    >>> [str(x) for x in egalitarian_shapley(TUGame([0, 0, 4, 8]), "1/2")]
    ['3', '5']
    """
    share = _fraction(alpha)
    if not 0 <= share <= 1:
        raise GameError(f"alpha is {alpha}; it lies between 0 and 1")
    return apply(game, _Mixed(share), threads)


def _fraction(value: Any) -> Fraction:
    exact = exact_number(value)
    if exact is not None:
        return exact
    try:
        return Fraction(float(value))
    except (ValueError, OverflowError):
        raise GameError(f"{value!r} is no finite number") from None


def _of_marginals(name: str, weights: Sequence[Fraction], efficient: bool) -> SymmetricValue:
    """Turn weights of marginal contributions, by the size that is joined, into those of worths."""
    n, none = len(weights), Fraction(0)
    return SymmetricValue(
        name, n, (none, *weights), (*(-w for w in weights), none), efficient and n > 0
    )


@lru_cache(maxsize=64)
def _shapley(n: int) -> SymmetricValue:
    weights = [Fraction(factorial(s) * factorial(n - 1 - s), factorial(n)) for s in range(n)]
    return _of_marginals("shapley", weights, True)


@lru_cache(maxsize=64)
def _banzhaf(n: int) -> SymmetricValue:
    return _of_marginals("banzhaf_value", [Fraction(2, 1 << n)] * n, False)


@dataclass(frozen=True)
class _Semivalue:
    """Weights of a semivalue by size."""

    weights: tuple[Fraction, ...]

    def __call__(self, n: int) -> SymmetricValue:
        return _of_marginals("semivalue", self.weights, False)


@dataclass(frozen=True)
class _Mixed:
    """Weights of an egalitarian Shapley value."""

    alpha: Fraction

    def __call__(self, n: int) -> SymmetricValue:
        value = _shapley(n)
        inside = [self.alpha * a for a in value.inside]
        if n:
            inside[n] += (1 - self.alpha) / n
        outside = tuple(self.alpha * b for b in value.outside)
        return SymmetricValue("egalitarian_shapley", n, tuple(inside), outside, n > 0)


@lru_cache(maxsize=64)
def _solidarity(n: int) -> SymmetricValue:
    # v(T) counts in the mean gain of T itself, and is taken off in that of T and one more.
    by_size = [
        Fraction(factorial(s - 1) * factorial(n - s), factorial(n)) if s else Fraction(0)
        for s in range(n + 1)
    ]
    after = [by_size[t + 1] / (t + 1) if t < n else Fraction(0) for t in range(n + 1)]
    inside = tuple(by_size[t] - (n - t) * after[t] if t else Fraction(0) for t in range(n + 1))
    return SymmetricValue("solidarity", n, inside, tuple(-x for x in after), n > 0)
