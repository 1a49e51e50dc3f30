"""Count minimal winning vote profiles along a decision diagram, for two or more vote levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from solvers.counting.counts import MAX_BYTES
from solvers.counting.partial_sums import LOST, WON, Node, PartialSums, Vector
from solvers.counting.simple_games import Expression
from solvers.errors import LimitError

__all__ = ["MAX_NODES", "Ballots", "MinimalDiagram", "minimal_diagram"]

MAX_NODES = 300_000

Pair: TypeAlias = "tuple[Node, frozenset[Node]]"
# The votes so far win if nobody else does anything: one completion is minimal.
DONE: Pair = (WON, frozenset())
NONE: Pair = (LOST, frozenset())


@dataclass(frozen=True)
class Ballots:
    """Monotone game with vote levels: what each level of each player adds to every leaf.

    Parameters
    ----------
    thresholds : tuple of int
        Of every leaf.
    root : Expression
        The tree.
    steps : tuple of tuple of tuple of int
        ``steps[i][level]`` is what player i adds to every leaf; the lowest level adds nothing.
    """

    thresholds: tuple[int, ...]
    root: Expression
    steps: tuple[tuple[Vector, ...], ...]


@dataclass(frozen=True)
class MinimalDiagram:
    """Minimal winning profiles by player.

    Parameters
    ----------
    total : int
        All, a digit for each number of votes at the top level (see ``digit``).
    by_choice : tuple of tuple of int
        ``by_choice[i][level]``: those in which player i votes so.
    digit : int
        Bits of a digit.
    """

    total: int
    by_choice: tuple[tuple[int, ...], ...]
    digit: int


def minimal_diagram(ballots: Ballots) -> MinimalDiagram:
    """Count winning profiles that lose when anybody's vote falls by one level.

    Parameters
    ----------
    ballots : Ballots
        The game.

    Returns
    -------
    MinimalDiagram

    Raises
    ------
    LimitError
        If the diagram grows beyond ``MAX_NODES`` nodes.

    Notes
    -----
    A node is what is left of the game, and of the same game after each earlier vote was one
    level lower: the completions counted are minimal in the first and lose in all the others.
    An earlier player whose step weighs at least as much as every later step need not be
    watched: if the profile wins without it, it wins without the later one. In a game with a
    total order of strength, strongest first, nobody is watched.

    References
    ----------
    .. [1] A. Rauzy, "New algorithms for fault trees analysis", Reliability Engineering and
       System Safety 40 (1993), pp. 203-211.
    """
    n = len(ballots.steps)
    order = sorted(range(n), key=lambda i: _strength(ballots, i), reverse=True)
    steps = [ballots.steps[i] for i in order]
    sums = PartialSums(ballots.thresholds, ballots.root, steps)
    digit = 2 * n + n.bit_length()
    room = min(MAX_NODES, 8 * MAX_BYTES // 2 // ((n + 1) * digit))
    # A vote at the top level counts one more.
    place = [[0] * (len(choices) - 1) + [digit] for choices in steps]
    most = _largest_steps(steps, len(ballots.thresholds))
    start = _pair(sums.start, [])
    levels: list[dict[Pair, list[Pair]]] = []
    front: dict[Pair, None] = {start: None}
    total = 0
    for depth, choices in enumerate(steps):
        rises = [
            tuple(b - a for a, b in zip(low, high, strict=True)) for low, high in pairwise(choices)
        ]
        watched = [
            not all(r >= m for r, m in zip(rise, most[depth + 1], strict=True)) for rise in rises
        ]
        edges: dict[Pair, list[Pair]] = {}
        following: dict[Pair, None] = {}
        for pair in front:
            if pair in (DONE, NONE):
                continue
            node, others = pair
            ends = [sums.step(node, depth, k) for k in range(len(choices))]
            pairs = []
            for k, end in enumerate(ends):
                lower = [sums.step(other, depth, k) for other in others]
                if k and (watched[k - 1] or ends[k - 1] == WON):
                    lower.append(ends[k - 1])
                pairs.append(_pair(end, lower))
            edges[pair] = pairs
            following.update(dict.fromkeys(pairs))
        total += len(edges)
        if total > room:
            raise LimitError(
                f"counting minimal winning votes needs a diagram of more than {room:,} nodes here, "
                f"the limit; list the smallest or cheapest coalitions instead"
            )
        levels.append(edges)
        front = following
    below: list[dict[Pair, int]] = [{DONE: 1, NONE: 0} for _ in range(n + 1)]
    for depth in reversed(range(n)):
        for pair, pairs in levels[depth].items():
            below[depth][pair] = sum(
                below[depth + 1][end] << shift
                for end, shift in zip(pairs, place[depth], strict=True)
            )
    by_choice: list[tuple[int, ...]] = [()] * n
    above: dict[Pair, int] = {start: 1}
    ended = 0
    for depth in range(n):
        counted = [0] * len(steps[depth])
        counted[0] = ended + above.get(DONE, 0)
        ended = counted[0]
        reached: dict[Pair, int] = {}
        for pair, number in above.items():
            for k, goal in enumerate(levels[depth].get(pair, ())):
                if goal != NONE:
                    moved = number << place[depth][k]
                    reached[goal] = reached.get(goal, 0) + moved
                    counted[k] += moved * below[depth + 1][goal]
        by_choice[order[depth]] = tuple(counted)
        above = reached
    return MinimalDiagram(below[0][start], tuple(by_choice), digit)


def _pair(node: Node, others: Sequence[Node]) -> Pair:
    """Make a node of the game and of the games that must lose."""
    if node == LOST or WON in others:
        return NONE
    if node == WON:  # without another vote, all the others lose
        return DONE
    left = {other for other in others if other != LOST}
    kept = {a for a in left if not any(a != b and _within(a, b) for b in left)}
    return node, frozenset(kept)


def _within(a: Node, b: Node) -> bool:
    """Whether b wins whenever a does, as far as their sums show."""
    if isinstance(a, str) or isinstance(b, str):
        return False
    return all((x < 0) == (y < 0) and x <= y for x, y in zip(a, b, strict=True))


def _strength(ballots: Ballots, i: int) -> int:
    """Weigh a player: its top votes in parts of the largest in each leaf."""
    top = ballots.steps[i][-1]
    largest = [max(s[-1][leaf] for s in ballots.steps) for leaf in range(len(top))]
    return sum(1_000_000 * w // m for w, m in zip(top, largest, strict=True) if m)


def _largest_steps(steps: Sequence[Sequence[Vector]], leaves: int) -> list[Vector]:
    """Give for every depth the largest single step from there on, in each leaf."""
    most: list[Vector] = [(0,) * leaves]
    for choices in reversed(steps):
        own = most[-1]
        for low, high in pairwise(choices):
            own = tuple(max(m, b - a) for m, a, b in zip(own, low, high, strict=True))
        most.append(own)
    return most[::-1]
