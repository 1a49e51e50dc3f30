"""Nodes of a decision diagram: what is left of a tree of thresholds after some players voted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from solvers.counting.simple_games import Expression

__all__ = ["LOST", "WON", "Node", "PartialSums", "Vector"]

Vector: TypeAlias = tuple[int, ...]
Node: TypeAlias = "Vector | str"
"""Partial sums of the leaves that still matter, -1 for the others; or ``WON`` or ``LOST``."""

WON = "won"
LOST = "lost"
# A leaf that no longer matters: it, or a part of the tree that holds it, is decided.
SETTLED = -1


class PartialSums:
    """A tree of thresholds on sums that grow depth by depth.

    Parameters
    ----------
    thresholds : sequence of int
        Of every leaf.
    root : Expression
        The tree; a part without parts may stand only at the root.
    steps : sequence of sequences of tuples of int
        For each depth, what each choice adds to every leaf: the first adds nothing, and
        each adds at least as much as the one before.

    Notes
    -----
    A leaf that stands in the tree twice is followed twice: then the leaves that still matter
    and their sums determine how the decision depends on the votes to come, and equal nodes may
    be merged.

    References
    ----------
    .. [1] R. E. Bryant, "Graph-based algorithms for Boolean function manipulation", IEEE
       Transactions on Computers C-35 (1986), pp. 677-691.
    """

    def __init__(
        self,
        thresholds: Sequence[int],
        root: Expression,
        steps: Sequence[Sequence[Vector]],
    ) -> None:
        self._leaf: list[int] = []
        self._root = self._placed(root)
        self._least = [thresholds[leaf] for leaf in self._leaf]
        self.steps = [[tuple(v[leaf] for leaf in self._leaf) for v in choice] for choice in steps]
        rest = [(0,) * len(self._leaf)]
        for choice in reversed(self.steps):
            rest.append(tuple(a + b for a, b in zip(rest[-1], choice[-1], strict=True)))
        self._rest = rest[::-1]

    def _placed(self, root: Expression) -> Expression:
        if isinstance(root, int):
            self._leaf.append(root)
            return len(self._leaf) - 1
        return root[0], tuple(self._placed(part) for part in root[1])

    @property
    def start(self) -> Node:
        """Node before anybody votes."""
        return self._settled((0,) * len(self._leaf), 0)

    def step(self, node: Node, depth: int, choice: int) -> Node:
        """Go on by one vote.

        Parameters
        ----------
        node : Node
            Where to start.
        depth, choice : int
            Who votes, and how.

        Returns
        -------
        Node
            At depth + 1.
        """
        if isinstance(node, str):
            return node
        added = self.steps[depth][choice]
        sums = tuple([s if s < 0 else s + a for s, a in zip(node, added, strict=True)])
        return self._settled(sums, depth + 1)

    def _settled(self, sums: Vector, depth: int) -> Node:
        root = self._root
        rest = self._rest[depth]
        if isinstance(root, int):
            if sums[0] >= self._least[0]:
                return WON
            return sums if sums[0] + rest[0] >= self._least[0] else LOST
        live: list[int] = []
        status = self._visit(root, sums, rest, live)
        if status is not None:
            return WON if status is True else LOST
        if len(live) == len(sums):
            return sums
        kept = [SETTLED] * len(sums)
        for i in live:
            kept[i] = sums[i]
        return tuple(kept)

    def _visit(
        self, part: Expression, sums: Vector, rest: Vector, live: list[int]
    ) -> bool | int | None:
        """Say whether a part holds; None while it is open, ``SETTLED`` if it was before.

        The leaves that keep it open are added to live. In a part that is open, what has been
        settled earlier cannot have settled the part, so it is neutral.
        """
        if isinstance(part, int):
            own = sums[part]
            if own < 0:
                return SETTLED
            if own >= self._least[part]:
                return True
            if own + rest[part] < self._least[part]:
                return False
            live.append(part)
            return None
        word, parts = part
        deciding = word == "any"
        if not parts:
            return not deciding
        mark = len(live)
        neutral = True
        for inner in parts:
            status = self._visit(inner, sums, rest, live)
            if status is deciding:
                del live[mark:]
                return deciding
            if status != SETTLED:
                neutral = False
        if len(live) > mark:
            return None
        return SETTLED if neutral else not deciding
