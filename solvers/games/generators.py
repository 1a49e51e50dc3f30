"""Random games by seed: additive, convex, superadditive, and the benchmark types of nucleoli."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.errors import GameError
from solvers.games.game import TUGame, check_size
from solvers.games.tables import popcounts, subset_sums

__all__ = [
    "BENCHMARK_TYPES",
    "additive_game",
    "convex_game",
    "nucleolus_benchmark",
    "superadditive_game",
]

BENCHMARK_TYPES = {
    1: "players alone 0; S a whole number from 1 to 100 |S|; N from 100 (n - 2) to 100 n",
    2: "players alone 0; every other coalition a whole number from 1 to 50 n",
    3: "0 below n - 2 players; 1 with probability 0.9 at n - 2 and n - 1 players; N is 1",
    4: "players alone 0; every other coalition a whole number from 1 to n",
    5: "five players of weight (n - 3) // 2, the others of weight 1, and a quota of four of the "
    "five and all but one of the others",
}
"""What `nucleolus_benchmark` draws, each number with equal probabilities."""


def additive_game(n: int, seed: int, largest: int = 100) -> TUGame:
    """Draw a game in which a coalition is worth the sum of its members.

    Parameters
    ----------
    n : int
        Number of players.
    seed : int
        Of the random numbers.
    largest : int
        Worth of a player alone, at most, up or down.

    Returns
    -------
    TUGame
        Of integers.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007, section 2.1.

    Examples
    --------
    >>> game = additive_game(4, seed=1)
    >>> game.worth(5) == game.worth(1) + game.worth(4)
    True
    """
    shares = _random(n, seed).integers(-largest, largest + 1, size=n)
    return TUGame.of_integers(subset_sums(shares, np.int64))


def convex_game(n: int, seed: int, terms: int | None = None, largest: int = 10) -> TUGame:
    """Draw a convex game: a sum of unanimity games with positive factors.

    Parameters
    ----------
    n : int
        Number of players.
    seed : int
        Of the random numbers.
    terms : int, optional
        How many unanimity games, 2 n if left out.
    largest : int
        Factors are whole numbers from 1 to this.

    Returns
    -------
    TUGame
        Of integers.

    References
    ----------
    .. [1] L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1 (1971),
       pp. 11-26.

    Examples
    --------
    >>> from solvers.games.properties import is_convex
    >>> bool(is_convex(convex_game(5, seed=1)))
    True
    """
    random = _random(n, seed)
    table = np.zeros(1 << n, np.int64)
    masks = np.arange(1 << n)
    for _ in range(2 * n if terms is None else terms):
        base = int(random.integers(1, 1 << n)) if n else 0
        table[(masks & base) == base] += int(random.integers(1, largest + 1))
    table[0] = 0
    return TUGame.of_integers(table)


def superadditive_game(n: int, seed: int, largest: int = 100) -> TUGame:
    """Draw a superadditive game: the best partition of each coalition into drawn worths.

    Parameters
    ----------
    n : int
        Number of players; the time grows as 3^n.
    seed : int
        Of the random numbers.
    largest : int
        A coalition draws a whole number from 0 to this, times its size.

    Returns
    -------
    TUGame
        Of integers.

    References
    ----------
    .. [1] R. J. Aumann and J. H. Drèze, "Cooperative games with coalition structures",
       International Journal of Game Theory 3 (1974), pp. 217-237.

    Examples
    --------
    >>> from solvers.games.properties import is_superadditive
    >>> bool(is_superadditive(superadditive_game(5, seed=1)))
    True
    """
    sizes = popcounts(n)
    table = _random(n, seed).integers(0, largest * sizes + 1).astype(np.int64)
    for mask in range(1, 1 << n):
        # Parts with the lowest member, so that each pair is looked at once.
        rest = mask & (mask - 1)
        part = (rest - 1) & rest
        best = table[mask]
        while rest:
            best = max(best, table[mask ^ rest] + table[rest])
            rest = part
            part = (rest - 1) & (mask & (mask - 1))
        table[mask] = best
    return TUGame.of_integers(table)


def nucleolus_benchmark(kind: int, n: int, seed: int) -> TUGame:
    """Draw a game of the types on which programs for the nucleolus are compared.

    Parameters
    ----------
    kind : int
        1 to 5, see `BENCHMARK_TYPES`.
    n : int
        Number of players, at least 4; at least 7 for type 5.
    seed : int
        Of the random numbers; type 5 has none.

    Returns
    -------
    TUGame
        Of doubles, all whole numbers. The types are those of the paper; the random numbers are
        not.

    Raises
    ------
    GameError
        If there is no such type or there are too few players.

    References
    ----------
    .. [1] M. Benedek, J. Fliege and T.-D. Nguyen, "Finding and verifying the nucleolus of
       cooperative games", Mathematical Programming 190 (2021), pp. 135-170.

    Examples
    --------
    >>> nucleolus_benchmark(5, 7, seed=0).grand
    1.0
    """
    if kind not in BENCHMARK_TYPES:
        raise GameError(f"{kind!r} is no benchmark type; there are 1 to {len(BENCHMARK_TYPES)}")
    least = 7 if kind == 5 else 4
    if n < least:
        raise GameError(f"{n} players; benchmark type {kind} begins at {least}")
    random, sizes = _random(n, seed), popcounts(n)
    drawn: NDArray[Any]
    if kind == 5:
        heavy = (n - 3) // 2
        weights = [heavy] * 5 + [1] * (n - 5)
        drawn = subset_sums(weights) >= 4 * heavy + n - 4
    elif kind == 3:
        drawn = (random.random(1 << n) < 0.9) & (sizes >= n - 2)
        drawn[-1] = True
    else:
        top = {1: 100 * np.maximum(sizes, 1), 2: 50 * n, 4: n}[kind]
        drawn = random.integers(1, np.asarray(top) + 1, size=1 << n)
        if kind == 1:
            drawn[-1] = random.integers(100 * (n - 2), 100 * n + 1)
        drawn[sizes < 2] = 0
    return TUGame.of(drawn.astype(np.float64))


def _random(n: int, seed: int) -> np.random.Generator:
    if n < 0:
        raise GameError(f"{n} players; there are at least 0")
    check_size(n)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
