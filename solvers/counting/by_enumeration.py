"""Count by deciding every coalition, one byte each, in compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.counting.counts import Counts, MinimalCounts, compiled, from_winning
from solvers.counting.simple_games import Expression, SimpleGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["count", "count_minimal", "refusal", "seconds", "seconds_minimal", "winning_table"]

MAX_PLAYERS = 28
MAX_WEIGHT = 2**62


def refusal(game: SimpleGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
    """
    if game.n_players > MAX_PLAYERS:
        return f"takes {MAX_PLAYERS} players; here are {game.n_players:,}"
    if any(sum(w) >= MAX_WEIGHT for w in game.weights):
        return "takes weights that sum to less than 2**62"
    return None


def seconds(game: SimpleGame) -> float:
    """Estimate the time.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return compiled(
        2e-4 + (1 << game.n_players) * (1.5e-9 + 3e-10 * len(game.weights)), "coalition_table"
    )


def seconds_minimal(game: SimpleGame) -> float:
    """Estimate the time for minimal winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return seconds(game) + (1 << game.n_players) * game.n_players * 3e-11


def winning_table(game: SimpleGame) -> NDArray[np.uint8]:
    """Decide every coalition.

    Parameters
    ----------
    game : SimpleGame
        At most 28 players.

    Returns
    -------
    ndarray of uint8, shape (2**n,)
        1 for the winning coalitions; player i is bit i.
    """
    import numpy as np

    from solvers.kernels.coalition_table import decide_all

    n = game.n_players
    low = min(n, 10)
    leaves = max(1, len(game.weights))
    sums = [np.zeros((leaves, 2**k), np.int64) for k in (low, n - low)]
    for leaf, weights in enumerate(game.weights):
        for half, part in zip(sums, (weights[:low], weights[low:]), strict=True):
            for i, w in enumerate(part):
                half[leaf, 2**i : 2 ** (i + 1)] = half[leaf, : 2**i] + w
    table = np.empty(2**n, np.uint8)
    least = np.array(game.thresholds or (0,), np.int64)
    code = np.array(postfix(game.root), np.int64)
    decide_all(sums[0], sums[1], least, code, table)
    return table


def postfix(root: Expression) -> list[int]:
    """Write a tree for a machine with a stack.

    Parameters
    ----------
    root : Expression
        The tree.

    Returns
    -------
    list of int
        A leaf by its number, -1 for and, -2 for or, -3 for true, -4 for false.
    """
    if isinstance(root, int):
        return [root]
    word, parts = root
    if not parts:
        return [-3 if word == "all" else -4]
    code = postfix(parts[0])
    for part in parts[1:]:
        code += [*postfix(part), -1 if word == "all" else -2]
    return code


def _tallied(table: NDArray[np.uint8], n: int) -> tuple[list[int], list[list[int]]]:
    import numpy as np

    from solvers.kernels.coalition_table import tally

    found = np.zeros(n + 1, np.int64)
    own = np.zeros((n, n + 1), np.int64)
    tally(table, min(n, 10), found, own)
    return found.tolist(), own.tolist()


def count(game: SimpleGame) -> Counts:
    """Count winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Counts

    Notes
    -----
    Time O(2**n leaves), memory 2**n bytes.

    References
    ----------
    .. [1] J. F. Banzhaf, "Weighted voting doesn't work: a mathematical analysis", Rutgers Law
       Review 19 (1965), pp. 317-343.
    """
    return from_winning(*_tallied(winning_table(game), game.n_players), "enumeration")


def count_minimal(game: SimpleGame) -> MinimalCounts:
    """Count minimal winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    MinimalCounts
    """
    from solvers.kernels.coalition_table import keep_minimal

    n = game.n_players
    table = winning_table(game)
    keep_minimal(table, min(n, 10))
    minimal, own = _tallied(table, n)
    return MinimalCounts(n, tuple(minimal), tuple(map(tuple, own)), "enumeration")
