"""Count vote profiles along a decision diagram of partial sums, one level for each type."""

from __future__ import annotations

from math import comb

from solvers.counting.minimal_by_diagram import Ballots, minimal_diagram
from solvers.counting.partial_sums import LOST, WON, Node, PartialSums
from solvers.counting.ternary_counts import MinimalProfiles, TernaryCounts, from_votes
from solvers.counting.ternary_games import TernaryGame
from solvers.errors import LimitError

__all__ = ["MAX_EDGES", "count", "count_minimal", "refusal", "seconds"]

MAX_EDGES = 3_000_000
MAX_PLAYERS = 600
LAST_RESORT = 1e6


def refusal(game: TernaryGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    str or None
        None also for games whose diagram may turn out too large: the count stops then.
    """
    if game.n_players <= MAX_PLAYERS:
        return None
    return f"takes {MAX_PLAYERS} players; here are {game.n_players:,}"


def bound(game: TernaryGame) -> int:
    """Bound the number of edges from above; more than ``MAX_EDGES`` for any that is larger.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    int
    """
    chosen, edges, reach = 1, 0, [0] * len(game.yes)
    for members in game.types:
        size = len(members)
        choices = comb(size + 2, 2)
        clipped = 1
        for r, t in zip(reach, game.thresholds, strict=True):
            clipped *= min(r, t) + 1
        edges += min(chosen, clipped) * choices
        if edges > MAX_EDGES:
            break
        chosen *= choices
        reach = [r + size * y[members[0]] for r, y in zip(reach, game.yes, strict=True)]
    return edges


def seconds(game: TernaryGame) -> float:
    """Estimate the time, from above.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    float
    """
    edges = bound(game)
    each = 3e-6 + 1e-6 * len(game.yes)
    return 3e-5 + edges * each + (edges > MAX_EDGES) * LAST_RESORT


def count(game: TernaryGame) -> TernaryCounts:
    """Count winning profiles.

    Parameters
    ----------
    game : TernaryGame
        Any game.

    Returns
    -------
    TernaryCounts

    Raises
    ------
    LimitError
        If the diagram grows beyond ``MAX_EDGES`` edges.

    References
    ----------
    .. [1] S. Bolus, "Power indices of simple games and vector-weighted majority games by means
       of binary decision diagrams", European Journal of Operational Research 210 (2011),
       pp. 258-272.
    """
    n = game.n_players
    order = sorted(game.types, key=lambda t: -sum(y[t[0]] for y in game.yes))
    choices = [[(y, a) for y in range(len(t) + 1) for a in range(len(t) - y + 1)] for t in order]
    ways = [
        [comb(len(t), y) * comb(len(t) - y, a) for y, a in votes]
        for t, votes in zip(order, choices, strict=True)
    ]
    # The last choice of a type is that all vote yes: the most that it can add.
    steps = []
    for t, votes in zip(order, choices, strict=True):
        _, abstain, yes = game.votes(t[0])
        steps.append(
            [tuple(y * p + a * q for p, q in zip(yes, abstain, strict=True)) for y, a in votes]
        )
    sums = PartialSums(game.thresholds, game.root, steps)
    levels: list[dict[Node, list[Node]]] = []
    front: dict[Node, None] = {sums.start: None}
    total = 0
    for depth, votes in enumerate(choices):
        edges: dict[Node, list[Node]] = {}
        following: dict[Node, None] = {}
        for node in front:
            if isinstance(node, str):
                continue
            total += len(votes)
            if total > MAX_EDGES:
                raise LimitError(
                    f"the decision diagram of this game passes {MAX_EDGES:,} edges; estimate by "
                    f"sampling, or round the weights"
                )
            edges[node] = [sums.step(node, depth, k) for k in range(len(votes))]
            following.update(dict.fromkeys(edges[node]))
        levels.append(edges)
        front = following
    below: list[dict[Node, int]] = [{} for _ in range(len(order) + 1)]
    below[-1] = {WON: 1, LOST: 0}
    for depth in reversed(range(len(order))):
        under = below[depth + 1]
        below[depth] = {WON: under[WON] * sum(ways[depth]), LOST: 0}
        for node, ends in levels[depth].items():
            below[depth][node] = sum(
                w * under[end] for w, end in zip(ways[depth], ends, strict=True)
            )
    winning = below[0][sums.start]
    votes_of: list[tuple[int, int, int]] = [(0, 0, 0)] * n
    above: dict[Node, int] = {sums.start: 1}
    for depth, members in enumerate(order):
        reached: dict[Node, int] = {}
        in_favour = abstaining = 0
        for node, before in above.items():
            goals = levels[depth].get(node, [node] * len(ways[depth]))
            for (y, a), w, goal in zip(choices[depth], ways[depth], goals, strict=True):
                if goal != LOST:
                    reached[goal] = reached.get(goal, 0) + before * w
                    here = before * w * below[depth + 1][goal]
                    in_favour += y * here
                    abstaining += a * here
        in_favour, abstaining = in_favour // len(members), abstaining // len(members)
        for i in members:
            votes_of[i] = (winning - in_favour - abstaining, abstaining, in_favour)
        above = reached
    return from_votes(votes_of, winning, "diagram")


def count_minimal(game: TernaryGame) -> MinimalProfiles:
    """Count minimal winning profiles.

    Parameters
    ----------
    game : TernaryGame
        Any game.

    Returns
    -------
    MinimalProfiles

    Raises
    ------
    LimitError
        If the diagram grows too large.
    """
    n = game.n_players
    ballots = Ballots(game.thresholds, game.root, tuple(game.votes(i) for i in range(n)))
    found = minimal_diagram(ballots)
    mask = (1 << found.digit) - 1

    def total(packed: int) -> int:
        return sum(packed >> (s * found.digit) & mask for s in range(n + 1))

    rows = tuple((total(no), total(abstain), total(yes)) for no, abstain, yes in found.by_choice)
    return MinimalProfiles(n, total(found.total), rows, "diagram")
