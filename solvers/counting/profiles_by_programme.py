"""Count vote profiles under one quota of weights by a compiled dynamic programme over sums."""

from __future__ import annotations

from solvers.counting.counts import MAX_BYTES, compiled
from solvers.counting.residues import combined, moduli_for
from solvers.counting.ternary_counts import TernaryCounts, from_votes
from solvers.counting.ternary_games import TernaryGame
from solvers.errors import LimitError

__all__ = ["count", "refusal", "seconds"]


def side(game: TernaryGame) -> tuple[int, tuple[tuple[int, int], ...], bool]:
    """Choose what to count: losing profiles, or the mirror images of winning ones.

    Parameters
    ----------
    game : TernaryGame
        A game with one leaf.

    Returns
    -------
    (int, tuple of (int, int), bool)
        Profiles with a sum below the first are counted; what the middle and the upper of three
        votes of each player add; whether they are mirror images.
    """
    abstain, yes, least = game.abstain[0], game.yes[0], game.thresholds[0]
    mirrored = sum(yes) + 1 - least
    if least <= mirrored:
        return least, tuple(zip(abstain, yes, strict=True)), False
    return mirrored, tuple((y - a, y) for a, y in zip(abstain, yes, strict=True)), True


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
    if game.root != 0:
        return "takes one quota of weights"
    cells = side(game)[0]
    if 8 * cells > MAX_BYTES:
        return f"takes {MAX_BYTES // 8:,} sums; here are {cells:,}"
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
    cells, n = side(game)[0], game.n_players
    moduli = len(moduli_for((3**n).bit_length()))
    return compiled(n * (cells + 1000) * moduli * 5e-10, "ballot_sums")


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
    One table of sums for each modulus, light players first. The profiles of the others follow
    from those of all by G(b) = P(b) - G(b - a) - G(b - y), on the sums that differ from the
    bound by multiples of the common divisor of a and y.

    References
    ----------
    .. [1] D. Lindner, "Power measures in large weighted voting games", dissertation, University
       of Hamburg, 2004.
    """
    import numpy as np

    from solvers.kernels.ballot_sums import fill_ballots, without

    if game.root != 0:
        raise LimitError("this method takes one quota of weights")
    n = game.n_players
    bound, votes, mirrored = side(game)
    # Where an abstention adds nothing, counts are halved, which 2**64 does not allow.
    moduli = moduli_for((3**n).bit_length(), odd=any(y and not a for a, y in votes))
    kinds = sorted(set(votes), key=lambda pair: pair[::-1])
    order = np.array(sorted(votes, key=lambda pair: pair[::-1]), np.int64).reshape(n, 2)
    table = np.empty(bound, np.uint64)
    found = np.zeros((len(moduli), len(kinds), 3), np.uint64)
    all_ = []
    for m, modulus in enumerate(moduli):
        word = np.uint64(modulus % 2**64)
        fill_ballots(order, word, table)
        all_.append(int(table[-1]))
        without(np.array(kinds, np.int64), word, table, found[m])
    below = combined(all_, moduli)
    rows = {}
    for k, kind in enumerate(kinds):
        if kind == (0, 0):  # who never matters votes each way in a third of the profiles
            low = middle = high = below // 3
        else:
            low, middle, high = (
                combined([int(x) for x in found[:, k, v]], moduli) for v in range(3)
            )
        if mirrored:
            rows[kind] = (high, middle, low)
        else:
            rest = 3 ** (n - 1)
            rows[kind] = (rest - low, rest - middle, rest - high)
    winning = below if mirrored else 3**n - below
    return from_votes([rows[v] for v in votes], winning, "programme-compiled")
