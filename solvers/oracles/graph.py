"""Induced-subgraph games without negative weights, by minimum cuts in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from numbers import Rational
from typing import TYPE_CHECKING, Any

from solvers.errors import GameError
from solvers.oracles.span import members_of
from solvers.oracles.submodular import SubmodularOracle

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SubgraphOracle"]

LARGEST = 2**62


class SubgraphOracle(SubmodularOracle):
    """A coalition is worth the sum of the weights of the edges between its members.

    Parameters
    ----------
    n : int
        Number of players.
    weights : mapping of (int, int) to int or Fraction
        By edge; at least 0, so that the game is convex. An edge ``(i, i)`` is what player i is
        worth alone, of any sign.
    players : sequence of str, optional
        Names; ``"1"`` to ``"n"`` when left out.

    Raises
    ------
    GameError
        If an edge is given twice or has an unknown end, or a weight is negative or no fraction.

    Notes
    -----
    Excess is a constant less a cut between a source (in the coalition) and a sink (out of it),
    with half of each weight between two players: one maximum flow of O(n^4) steps at worst.

    References
    ----------
    .. [1] X. Deng and C. H. Papadimitriou, "On the complexity of cooperative solution
       concepts", Mathematics of Operations Research 19 (1994), pp. 257-266.
    .. [2] E. A. Dinic, "Algorithm for solution of a problem of maximum flow in networks with
       power estimation", Soviet Mathematics Doklady 11 (1970), pp. 1277-1280.

    Examples
    --------
    >>> path = SubgraphOracle(3, {(0, 1): 2, (1, 2): 4})
    >>> path.grand, path.most_excess([1, 2, 3])
    (Fraction(6, 1), (Excess(coalition=1, excess=Fraction(-1, 1)),))
    """

    method = "minimum cut"

    def __init__(
        self,
        n: int,
        weights: Mapping[tuple[int, int], int | Fraction],
        players: Sequence[str] | None = None,
    ) -> None:
        names = players if players is not None else [str(i + 1) for i in range(n)]
        if len(names) != n:
            raise GameError(f"{len(names)} names for {n} players; every player needs one")
        super().__init__(names, [(i,) for i in range(n)])
        self._alone = [Fraction(0)] * n
        self._between: list[dict[int, Fraction]] = [{} for _ in range(n)]
        for (i, j), weight in weights.items():
            if not (0 <= i < n and 0 <= j < n):
                raise GameError(f"an edge between {i} and {j}; players are 0 to {n - 1}")
            if not isinstance(weight, Rational):
                raise GameError(f"the weight {weight!r} is not exact; give ints and Fractions")
            if i == j:
                self._alone[i] = Fraction(weight)
                continue
            if j in self._between[i]:
                raise GameError(f"the edge between {i} and {j} is given twice")
            if weight < 0:
                raise GameError(f"the edge between {i} and {j} has the negative weight {weight}")
            self._between[i][j] = self._between[j][i] = Fraction(weight)
        self._scale = 2 * lcm(
            *(w.denominator for line in self._between for w in line.values()),
            *(w.denominator for w in self._alone),
        )

    def worth(self, coalition: int) -> Fraction:
        """Return the weight of the edges within a coalition.

        Parameters
        ----------
        coalition : int
            Mask.

        Returns
        -------
        Fraction
        """
        total = 0
        for i in members_of(coalition):
            alone, line = self._scaled[i]
            total += alone
            for j, weight in line:
                if coalition >> j & 1:
                    total += weight
        return Fraction(total, self._scale)

    @cached_property
    def _scaled(self) -> list[tuple[int, list[tuple[int, int]]]]:
        """What each player is worth alone, and its edges to later players, scaled."""
        return [
            (
                int(self._alone[i] * self._scale),
                [(j, int(w * self._scale)) for j, w in line.items() if j > i],
            )
            for i, line in enumerate(self._between)
        ]

    def maximiser(self, x: tuple[Fraction, ...], inside: int, outside: int) -> int:
        """Return the smallest coalition of largest excess between two.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        inside, outside : int
            Masks without a common player.

        Returns
        -------
        int
        """
        import numpy as np

        from solvers.kernels.minimum_cut import source_side

        n = self.n_players
        network = self._network(x, inside, outside)
        level, arc, path = (np.zeros(n + 2, dtype=np.int64) for _ in range(3))
        push = source_side
        if network.dtype == object:
            push = source_side.py_func  # type: ignore[attr-defined] # of numba: the same, exact
        push(network, n, n + 1, level, arc, path)
        mask = 0
        for i in range(n):
            if level[i] >= 0:
                mask |= 1 << i
        return mask

    def _network(self, x: tuple[Fraction, ...], inside: int, outside: int) -> NDArray[Any]:
        """Make the capacities: players, then source and sink."""
        import numpy as np

        n = self.n_players
        scale = lcm(self._scale, *(share.denominator for share in x))
        factor = scale // self._scale
        cut, degree = self._halves
        price = [
            int(share * scale) - factor * (alone + half)
            for share, (alone, _), half in zip(x, self._scaled, degree, strict=True)
        ]
        total = sum(map(abs, price)) + factor * sum(degree) + 1
        dtype: Any = np.int64 if total < LARGEST >> 2 else object
        network = np.zeros((n + 2, n + 2), dtype=dtype)
        network[:n, :n] = cut.astype(dtype) * factor
        for i, value in enumerate(price):
            if inside >> i & 1:
                network[n, i] = total
            elif outside >> i & 1:
                network[i, n + 1] = total
            elif value > 0:
                network[i, n + 1] = value
            else:
                network[n, i] = -value
        return network

    @cached_property
    def _halves(self) -> tuple[NDArray[Any], list[int]]:
        """Half of each weight, and for each player half of the weights of its edges, scaled."""
        import numpy as np

        n = self.n_players
        table = np.zeros((n, n), dtype=object)
        for i, (_, line) in enumerate(self._scaled):
            for j, weight in line:
                table[i, j] = table[j, i] = weight // 2
        degree = [sum(row) for row in table.tolist()]
        return (table.astype(np.int64) if sum(degree) < LARGEST else table), degree
