"""Ballots of a simple game along the diagram of minimal winning votes."""

from __future__ import annotations

from solvers.counting.by_diagram import LAST_RESORT, bound
from solvers.counting.counts import MinimalCounts
from solvers.counting.minimal_by_diagram import MAX_NODES, Ballots, minimal_diagram
from solvers.counting.simple_games import SimpleGame

__all__ = ["count_minimal", "refusal", "seconds"]

MAX_PLAYERS = 600


def refusal(game: SimpleGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
        None also for games whose diagram may turn out too large: :func:`count_minimal` stops
        then.
    """
    if game.n_players <= MAX_PLAYERS:
        return None
    return f"takes {MAX_PLAYERS} players; here are {game.n_players:,}"


def seconds(game: SimpleGame) -> float:
    """Estimate the time, from above in games with a total order of strength.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    leaves, n = len(game.weights), game.n_players
    watched = 1 if game.is_nested else n
    each = 4e-6 + 2e-6 * leaves + n * n * 2e-10
    nodes = bound(game, MAX_NODES, players=True) * watched
    return 2e-5 + min(nodes, MAX_NODES) * each + (nodes > MAX_NODES) * LAST_RESORT


def count_minimal(game: SimpleGame) -> MinimalCounts:
    """Count minimal winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    MinimalCounts

    Raises
    ------
    LimitError
        If the diagram grows too large.

    References
    ----------
    .. [1] A. Rauzy, "New algorithms for fault trees analysis", Reliability Engineering and
       System Safety 40 (1993), pp. 203-211.
    """
    n = game.n_players
    zero = (0,) * len(game.weights)
    rows = list(zip(*game.weights, strict=True)) if game.weights else [()] * n
    found = minimal_diagram(Ballots(game.thresholds, game.root, tuple((zero, r) for r in rows)))
    mask = (1 << found.digit) - 1

    def digits(packed: int) -> tuple[int, ...]:
        return tuple(packed >> (s * found.digit) & mask for s in range(n + 1))

    own = tuple(digits(yes) for _, yes in found.by_choice)
    return MinimalCounts(n, digits(found.total), own, "diagram")
