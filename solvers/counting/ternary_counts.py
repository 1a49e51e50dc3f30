"""What a count of vote profiles with abstention answers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["MinimalProfiles", "TernaryCounts", "from_votes"]


@dataclass(frozen=True)
class TernaryCounts:
    """Winning vote profiles of a game with abstention, exact.

    Parameters
    ----------
    n_players : int
        Number of players.
    winning : int
        Winning ones of the 3**n profiles.
    winning_with : tuple of (int, int, int), length n
        Winning profiles in which each player votes no, abstains, votes yes.
    yes_swings : tuple of int, length n
        Profiles of the others with which the player's yes wins and its abstention loses.
    abstain_swings : tuple of int, length n
        Profiles of the others with which the player's abstention wins and its no loses.
    winning_by : tuple of tuple of int, n + 1 by n + 1, or None
        ``winning_by[y][a]``: winning profiles with y yes votes and a abstentions; None where
        the method does not give it.
    method : str
        Method that counted.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.
    """

    n_players: int
    winning: int
    winning_with: tuple[tuple[int, int, int], ...]
    yes_swings: tuple[int, ...]
    abstain_swings: tuple[int, ...]
    winning_by: tuple[tuple[int, ...], ...] | None
    method: str


@dataclass(frozen=True)
class MinimalProfiles:
    """Winning profiles that lose when any one vote falls by one level, exact.

    Parameters
    ----------
    n_players : int
        Number of players.
    minimal : int
        How many there are.
    minimal_with : tuple of (int, int, int), length n
        Those in which each player votes no, abstains, votes yes.
    method : str
        Method that counted.
    """

    n_players: int
    minimal: int
    minimal_with: tuple[tuple[int, int, int], ...]
    method: str


def from_votes(
    votes: Sequence[Sequence[int]],
    winning: int,
    method: str,
    winning_by: tuple[tuple[int, ...], ...] | None = None,
) -> TernaryCounts:
    """Complete counts of winning profiles by the swings.

    Parameters
    ----------
    votes : sequence of (int, int, int), length n
        Winning profiles in which each player votes no, abstains, votes yes.
    winning : int
        Winning profiles.
    method : str
        Method that counted.
    winning_by : tuple of tuple of int, optional
        Winning profiles by the numbers of yes votes and abstentions.

    Returns
    -------
    TernaryCounts

    Notes
    -----
    What wins with an abstention wins with a yes, so the swings are differences of the counts.

    Examples
    --------
    >>> from_votes([(0, 0, 1)], 1, "by hand").yes_swings
    (1,)
    """
    rows = tuple((no, abstain, yes) for no, abstain, yes in votes)
    return TernaryCounts(
        len(rows),
        winning,
        rows,
        tuple(yes - abstain for _, abstain, yes in rows),
        tuple(abstain - no for no, abstain, _ in rows),
        winning_by,
        method,
    )
