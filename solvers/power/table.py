"""A simple game as one long integer: bit S says whether coalition S wins."""

from __future__ import annotations

from bisect import bisect_left

from solvers.counting.simple_games import Expression, SimpleGame
from solvers.errors import LimitError

__all__ = ["MAX_PLAYERS", "members_mask", "winning_table"]

MAX_PLAYERS = 27
"""Most players: the table has 2^27 bits, 16 MiB, and each leaf needs another."""

LOW = 12  # players whose subset sums are sorted once


def members_mask(n: int, player: int) -> int:
    """Mark the coalitions that contain a player.

    Parameters
    ----------
    n : int
        Number of players.
    player : int
        Number of the player.

    Returns
    -------
    int
        Bit S is set when player is in S.

    Examples
    --------
    >>> bin(members_mask(3, 1))
    '0b11001100'
    """
    mask, length = ((1 << (1 << player)) - 1) << (1 << player), 2 << player
    while length < 1 << n:
        mask |= mask << length
        length *= 2
    return mask


def winning_table(game: SimpleGame) -> int:
    """Say of every coalition whether it wins.

    Parameters
    ----------
    game : SimpleGame
        At most `MAX_PLAYERS` players.

    Returns
    -------
    int
        Bit S is set when S wins; player i is bit i of S.

    Raises
    ------
    LimitError
        If there are more players.

    Notes
    -----
    Each leaf is written block by block: the subset sums of the first players are sorted once,
    and a block is the set of those that reach what the other players leave to reach. Time
    O(leaves times 2**n / 8) in bytes, memory two tables for each level of the tree.

    References
    ----------
    .. [1] D. E. Knuth, The Art of Computer Programming 4A, Addison-Wesley, 2011, section 7.1.3
       (bitwise tricks and techniques).

    Examples
    --------
    >>> from solvers.rules.rule import Quota, Rule
    >>> from solvers.counting.simple_games import simple_game
    >>> bin(winning_table(simple_game(Rule(2, Quota((1, 1), (0, 0), (0, 0), 2)))))
    '0b1000'
    """
    n = game.n_players
    if n > MAX_PLAYERS:
        raise LimitError(f"a table of all coalitions of {n} players: the limit is {MAX_PLAYERS}")
    return _table(game, game.root)


def _table(game: SimpleGame, node: Expression) -> int:
    if isinstance(node, int):
        return _leaf(game.weights[node], game.thresholds[node])
    word, parts = node
    if word == "all":
        table = (1 << (1 << game.n_players)) - 1
        for part in parts:
            table &= _table(game, part)
        return table
    table = 0
    for part in parts:
        table |= _table(game, part)
    return table


def _leaf(weights: tuple[int, ...], threshold: int) -> int:
    """Mark the coalitions whose weight reaches a threshold."""
    low = min(len(weights), LOW)
    sums = _subset_sums(weights[:low])
    order = sorted(range(1 << low), key=sums.__getitem__)
    ranked = [sums[s] for s in order]
    reaching = [0] * (len(order) + 1)  # [k]: the subsets from rank k upwards
    for rank in range(len(order) - 1, -1, -1):
        reaching[rank] = reaching[rank + 1] | 1 << order[rank]
    if low == len(weights):
        return reaching[bisect_left(ranked, threshold)]
    length = (1 << low) // 8
    blocks = [mask.to_bytes(length, "little") for mask in reaching]
    return int.from_bytes(
        b"".join(
            blocks[bisect_left(ranked, threshold - above)] for above in _subset_sums(weights[low:])
        ),
        "little",
    )


def _subset_sums(weights: tuple[int, ...]) -> list[int]:
    sums = [0]
    for weight in weights:
        sums += [s + weight for s in sums]
    return sums
