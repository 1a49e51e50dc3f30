"""Flow games: players own pipes, and a coalition is worth what it can send through its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, names, number
from solvers.games.solution import Allocation

__all__ = ["FlowGame"]


class FlowGame(Family):
    """A coalition is worth the largest flow from source to sink along the edges of its members.

    Parameters
    ----------
    edges : sequence of (from, to, capacity, owner)
        Directed edges; the owner is a player's number from 0.
    source, sink : hashable
        Two different nodes.
    n : int
        Number of players.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] E. Kalai and E. Zemel, "Totally balanced games and games of flow", Mathematics of
       Operations Research 7 (1982), pp. 476-478.
    .. [2] J. Edmonds and R. M. Karp, "Theoretical improvements in algorithmic efficiency for
       network flow problems", Journal of the ACM 19 (1972), pp. 248-264.

    Examples
    --------
    >>> game = FlowGame([("s", "a", 2, 0), ("a", "t", 1, 1), ("a", "t", 3, 2)], "s", "t", 3)
    >>> game.worth([0, 1]), game.worth(7), game.core_point().exact
    (Fraction(1, 1), Fraction(2, 1), (Fraction(2, 1), Fraction(0, 1), Fraction(0, 1)))
    """

    def __init__(
        self,
        edges: Sequence[tuple[Hashable, Hashable, Any, int]],
        source: Hashable,
        sink: Hashable,
        n: int,
        players: Sequence[str] | None = None,
    ) -> None:
        if source == sink:
            raise GameError(f"source and sink are both {source!r}; they must differ")
        read = []
        for k, (start, end, capacity, owner) in enumerate(edges):
            if not isinstance(owner, int) or not 0 <= owner < n:
                raise GameError(f"edge {k} belongs to {owner!r}; owners are players 0 to {n - 1}")
            read.append((start, end, number(capacity, f"the capacity of edge {k}", 0), owner))
        self.edges = tuple(read)
        self.source, self.sink = source, sink
        self.players = names(players, n)
        self._scale = lcm(*(capacity.denominator for _, _, capacity, _ in self.edges))

    def _flow(self, mask: int) -> tuple[int, set[Hashable]]:
        """Largest flow in units of the scale, and the nodes reached when it is full."""
        spare: dict[Hashable, dict[Hashable, int]] = {self.source: {}, self.sink: {}}
        for start, end, capacity, owner in self.edges:
            if mask >> owner & 1:
                from_start = spare.setdefault(start, {})
                from_start[end] = from_start.get(end, 0) + int(capacity * self._scale)
                spare.setdefault(end, {}).setdefault(start, 0)
        flow = 0
        while True:
            came: dict[Hashable, Hashable] = {self.source: self.source}
            queue = [self.source]
            for node in queue:  # grows while it is read: breadth first
                for end, amount in spare[node].items():
                    if amount and end not in came:
                        came[end] = node
                        queue.append(end)
            if self.sink not in came:
                return flow, set(came)
            path = []
            node = self.sink
            while node != self.source:
                path.append((came[node], node))
                node = came[node]
            least = min(spare[a][b] for a, b in path)
            for a, b in path:
                spare[a][b] -= least
                spare[b][a] += least
            flow += least

    def _worth(self, mask: int) -> Fraction:
        return Fraction(self._flow(mask)[0], self._scale)

    def core_point(self) -> Allocation:
        """Find a point of the core: everybody gets the capacity that it has in a smallest cut.

        Returns
        -------
        Allocation
        """
        _, near = self._flow((1 << self.n_players) - 1)
        shares = [Fraction(0)] * self.n_players
        for start, end, capacity, owner in self.edges:
            if start in near and end not in near:
                shares[owner] += capacity
        return self._known("core", shares, "owners of a smallest cut")
