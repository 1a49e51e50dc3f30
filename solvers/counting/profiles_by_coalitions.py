"""Count vote profiles of games in which abstaining is the same as voting against, or as for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solvers import counting
from solvers.counting.counts import Method, choose
from solvers.counting.simple_games import SimpleGame
from solvers.counting.ternary_counts import MinimalProfiles, TernaryCounts, from_votes
from solvers.counting.ternary_games import TernaryGame
from solvers.errors import LimitError

__all__ = ["count", "count_minimal", "refusal", "refusal_minimal", "seconds", "seconds_minimal"]


def simple_side(game: TernaryGame) -> tuple[SimpleGame, bool] | None:
    """Find the simple game of which the profiles are made.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    (SimpleGame, bool) or None
        The game, and whether who abstains counts as in favour; None when abstaining is neither.
    """
    against = not any(any(row) for row in game.abstain)
    if not against and game.abstain != game.yes:
        return None
    return SimpleGame(game.n_players, game.yes, game.thresholds, game.root), not against


def _refused(game: TernaryGame, methods: Sequence[Method[SimpleGame, Any]]) -> str | None:
    side = simple_side(game)
    if side is None:
        return "takes rules in which an abstention counts as a vote against, or as one for"
    try:
        choose(methods, side[0])
    except LimitError as error:
        return f"counts coalitions first, and {error}"
    return None


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
    return _refused(game, counting.METHODS)


def refusal_minimal(game: TernaryGame) -> str | None:
    """Say why the minimal profiles of a game are not for this method.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    str or None
    """
    return _refused(game, counting.MINIMAL_METHODS)


def _seconds(game: TernaryGame, methods: Sequence[Method[SimpleGame, Any]]) -> float:
    side = simple_side(game)
    if side is None:
        return float("inf")
    return choose(methods, side[0]).seconds(side[0]) + 1e-6 * game.n_players**2


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
    return _seconds(game, counting.METHODS)


def seconds_minimal(game: TernaryGame) -> float:
    """Estimate the time for minimal winning profiles.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return _seconds(game, counting.MINIMAL_METHODS)


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
    A winning coalition of size s stands for 2**(n - s) profiles when abstaining is voting
    against, for 2**s when it is voting for.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, The Measurement of Voting Power, Edward Elgar, 1998,
       chapter 8.
    """
    n = game.n_players
    side = simple_side(game)
    if side is None:
        raise LimitError("an abstention counts neither as a vote against nor as one for")
    simple, in_favour = side
    counts = choose(counting.METHODS, simple).run(simple)

    def profiles(by_size: tuple[int, ...]) -> int:
        return sum(x << (s if in_favour else n - s) for s, x in enumerate(by_size))

    winning = profiles(counts.winning)
    votes = []
    for row in counts.winning_with:
        inside = profiles(row)
        if in_favour:
            votes.append((winning - inside, inside // 2, inside // 2))
        else:
            votes.append(((winning - inside) // 2, (winning - inside) // 2, inside))
    return from_votes(votes, winning, f"coalitions ({counts.method})")


def count_minimal(game: TernaryGame) -> MinimalProfiles:
    """Count minimal winning profiles.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    MinimalProfiles

    Notes
    -----
    In a minimal profile nobody votes higher than it takes: members of a minimal winning
    coalition vote yes, or abstain when that counts as much, and all others vote no.
    """
    n = game.n_players
    side = simple_side(game)
    if side is None:
        raise LimitError("an abstention counts neither as a vote against nor as one for")
    simple, in_favour = side
    found = choose(counting.MINIMAL_METHODS, simple).run(simple)
    total = sum(found.minimal)
    rows = []
    for row in found.minimal_with:
        inside = sum(row)
        rows.append((total - inside, inside, 0) if in_favour else (total - inside, 0, inside))
    return MinimalProfiles(n, total, tuple(rows), f"coalitions ({found.method})")
