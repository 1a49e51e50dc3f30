"""Count vote profiles by deciding all of them, in arrays with an axis for each player."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from solvers.counting.simple_games import Expression
from solvers.counting.ternary_counts import MinimalProfiles, TernaryCounts, from_votes
from solvers.counting.ternary_games import TernaryGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["count", "count_minimal", "refusal", "seconds", "winning_profiles"]

MAX_PLAYERS = 15
MAX_WEIGHT = 2**62
# Seconds to import numpy.
IMPORT = 0.07


def refusal(game: TernaryGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    str or None
    """
    if game.n_players > MAX_PLAYERS:
        return f"takes {MAX_PLAYERS} players; here are {game.n_players:,}"
    if any(sum(y) >= MAX_WEIGHT for y in game.yes):
        return "takes weights that sum to less than 2**62"
    return None


def seconds(game: TernaryGame) -> float:
    """Estimate the time.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    float
    """
    start = 1e-4 if "numpy" in sys.modules else IMPORT
    return start + float(3**game.n_players) * (2e-9 * game.n_players + 3e-9 * len(game.yes))


def winning_profiles(game: TernaryGame) -> NDArray[np.bool_]:
    """Decide every profile.

    Parameters
    ----------
    game : TernaryGame
        At most 15 players.

    Returns
    -------
    ndarray of bool, shape (3,) * n
        By the votes 0 (no), 1 (abstain) and 2 (yes) of each player.
    """
    import numpy as np

    n = game.n_players

    def decided(part: Expression) -> NDArray[np.bool_]:
        if isinstance(part, int):
            sums = np.zeros((), np.int64)
            for a, y in zip(game.abstain[part], game.yes[part], strict=True):
                sums = np.add.outer(sums, np.array([0, a, y], np.int64))
            return np.asarray(sums >= game.thresholds[part])
        word, parts = part
        holds = np.full((3,) * n, word == "all")
        for inner in parts:
            if word == "all":
                holds &= decided(inner)
            else:
                holds |= decided(inner)
        return holds

    return decided(game.root)


def _votes(wins: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    rows = []
    for i in range(wins.ndim):
        no, abstain, yes = (int(wins.take(level, axis=i).sum()) for level in range(3))
        rows.append((no, abstain, yes))
    return rows


def count(game: TernaryGame) -> TernaryCounts:
    """Count winning profiles.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    TernaryCounts

    Notes
    -----
    Time O(3**n leaves), memory 9 bytes a profile.

    References
    ----------
    .. [1] J. Freixas and W. S. Zwicker, "Weighted voting, abstention, and multiple levels of
       approval", Social Choice and Welfare 21 (2003), pp. 399-431.
    """
    wins = winning_profiles(game)
    return from_votes(_votes(wins), int(wins.sum()), "enumeration")


def count_minimal(game: TernaryGame) -> MinimalProfiles:
    """Count minimal winning profiles.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    MinimalProfiles
    """
    wins = winning_profiles(game)
    minimal = wins.copy()
    for i in range(game.n_players):
        before: tuple[slice | int, ...] = (slice(None),) * i
        # What wins one level lower is not minimal.
        minimal[(*before, slice(1, 3))] &= ~wins[(*before, slice(0, 2))]
    return MinimalProfiles(
        game.n_players, int(minimal.sum()), tuple(_votes(minimal)), "enumeration"
    )
