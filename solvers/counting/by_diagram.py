"""Count along a decision diagram whose nodes are clipped partial sums of every leaf."""

from __future__ import annotations

from math import comb, prod

from solvers.counting.counts import MAX_BYTES, Counts, from_winning
from solvers.counting.partial_sums import LOST, WON, Node, PartialSums
from solvers.counting.simple_games import SimpleGame
from solvers.errors import LimitError

__all__ = ["LAST_RESORT", "MAX_NODES", "bound", "count", "refusal", "seconds"]

MAX_NODES = 300_000
LAST_RESORT = 1e6
"""Seconds added to an estimate when the method may have to give up."""


def refusal(game: SimpleGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
        None also for games whose diagram may turn out too large: :func:`count` stops then.
    """
    bits = (game.n_players + 1) ** 2
    if bits > 2_000_000:
        return f"takes 1,413 players; here are {game.n_players:,}"
    return None


def bound(game: SimpleGame, enough: int, players: bool = False) -> int:
    """Bound the number of nodes from above.

    Parameters
    ----------
    game : SimpleGame
        The game.
    enough : int
        Where to stop counting.
    players : bool
        Whether each player has a level of its own; otherwise each type has one.

    Returns
    -------
    int
    """
    chosen, reach, nodes = 1, [0] * len(game.weights), 1
    for members in _order(game):
        own = [w[members[0]] for w in game.weights]
        # With a level for each player, each stops at a number of those before it.
        levels = range(1, len(members) + 1) if players else (len(members),)
        for k in levels:
            sums = (r + k * w for r, w in zip(reach, own, strict=True))
            clipped = prod(min(s, t) + 1 for s, t in zip(sums, game.thresholds, strict=True))
            nodes += min(chosen * (k + 1), clipped)
        if nodes > enough:
            break
        chosen *= len(members) + 1
        reach = [r + len(members) * w for r, w in zip(reach, own, strict=True)]
    return nodes


def seconds(game: SimpleGame) -> float:
    """Estimate the time, from above.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    n = game.n_players
    edges = max((len(t) + 1 for t in game.types), default=1)
    each = 1.5e-6 + 5e-7 * len(game.weights) + 1e-10 * n**2
    nodes = bound(game, MAX_NODES)
    # It may be far smaller than its bound, but that is known only when it is built.
    doubtful = nodes > MAX_NODES
    return 2e-5 + min(nodes, MAX_NODES) * edges * each + doubtful * LAST_RESORT


def _order(game: SimpleGame) -> list[tuple[int, ...]]:
    """Put the types that weigh most first."""
    scale = [max(w) or 1 for w in game.weights]

    def strength(members: tuple[int, ...]) -> int:
        i = members[0]
        return sum(1_000_000 * w[i] // s for w, s in zip(game.weights, scale, strict=True))

    return sorted(game.types, key=strength, reverse=True)


def count(game: SimpleGame) -> Counts:
    """Count winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        Any simple game.

    Returns
    -------
    Counts

    Raises
    ------
    LimitError
        If the diagram grows beyond ``MAX_NODES`` nodes.

    Notes
    -----
    One level of the diagram for each type. The coalitions above and below a node are counted
    by size in one Python integer, a digit for each size, so that shifting multiplies by a
    power and one product joins the two sides.

    References
    ----------
    .. [1] S. Bolus, "Power indices of simple games and vector-weighted majority games by means
       of binary decision diagrams", European Journal of Operational Research 210 (2011),
       pp. 258-272.
    """
    n = game.n_players
    order = _order(game)
    digit = n + n.bit_length() + 1
    room = min(MAX_NODES, 8 * MAX_BYTES // 2 // ((n + 1) * digit))  # half for the nodes
    steps = [
        [tuple(k * w[members[0]] for w in game.weights) for k in range(len(members) + 1)]
        for members in order
    ]
    ways = [
        [comb(len(members), k) << (k * digit) for k in range(len(members) + 1)] for members in order
    ]
    sums = PartialSums(game.thresholds, game.root, steps)
    # Edges of every level: for every node the node that each number of members leads to.
    levels: list[dict[Node, list[Node]]] = []
    start = sums.start
    front: dict[Node, None] = {start: None}
    total = 0
    for depth in range(len(order)):
        edges: dict[Node, list[Node]] = {}
        following: dict[Node, None] = {}
        for node in front:
            if isinstance(node, str):
                continue
            ends = [sums.step(node, depth, k) for k in range(len(steps[depth]))]
            edges[node] = ends
            following.update(dict.fromkeys(ends))
        total += len(edges)
        if total > room:
            raise LimitError(
                f"counting by size needs a decision diagram of more than {room:,} nodes here, the "
                f"limit; totals over all sizes may need less (count_totals), or round the weights"
            )
        levels.append(edges)
        front = following
    # Coalitions of the types below each node that win, by size.
    rest = [sum(len(m) for m in order[d:]) for d in range(len(order) + 1)]
    free = [sum(comb(r, s) << (s * digit) for s in range(r + 1)) for r in rest]
    below: list[dict[Node, int]] = [{} for _ in range(len(order) + 1)]
    below[-1] = {WON: 1, LOST: 0}
    for depth in reversed(range(len(order))):
        under = below[depth + 1]
        here: dict[Node, int] = {WON: free[depth], LOST: 0}
        for node, ends in levels[depth].items():
            here[node] = sum(w * under[e] for w, e in zip(ways[depth], ends, strict=True))
        below[depth] = here
    winning = _digits(below[0][start], digit, n)
    own: list[tuple[int, ...]] = [()] * n
    above: dict[Node, int] = {start: 1}
    for depth, members in enumerate(order):
        m = len(members)
        under = below[depth + 1]
        following_counts: dict[Node, int] = {}
        with_type = [0] * (m + 1)
        for node, before in above.items():
            if node == LOST:
                continue
            goals: list[Node] = [WON] * (m + 1) if node == WON else levels[depth][node]
            for k, end in enumerate(goals):
                if end == LOST:
                    continue
                reached = before * ways[depth][k]
                following_counts[end] = following_counts.get(end, 0) + reached
                with_type[k] += reached * under[end]
        packed = sum(k * number for k, number in enumerate(with_type))
        row = tuple(number // m for number in _digits(packed, digit, n))
        for i in members:
            own[i] = row
        above = following_counts
    return from_winning(winning, own, "diagram")


def _digits(packed: int, width: int, n: int) -> tuple[int, ...]:
    """Read n + 1 digits of a number."""
    mask = (1 << width) - 1
    return tuple(packed >> (s * width) & mask for s in range(n + 1))
