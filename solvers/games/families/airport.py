"""Airport games: one facility, of which each player needs some length."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, Shares, members, names, numbers
from solvers.games.solution import Allocation

__all__ = ["AirportGame"]


class AirportGame(Family):
    """A coalition pays for the most expensive member; worth is minus that cost.

    Parameters
    ----------
    costs : sequence of numbers, length n
        Cost of what each player needs, at least 0.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] S. C. Littlechild and G. Owen, "A simple expression for the Shapley value in a special
       case", Management Science 20 (1973), pp. 370-372.
    .. [2] S. C. Littlechild, "A simple expression for the nucleolus in a special case",
       International Journal of Game Theory 3 (1974), pp. 21-29.

    Examples
    --------
    >>> game = AirportGame([1, 2, 4])
    >>> [str(-x) for x in game.shapley().exact]
    ['1/3', '5/6', '17/6']
    >>> [str(-x) for x in game.nucleolus().exact]
    ['1/2', '3/4', '11/4']
    """

    def __init__(self, costs: Sequence[Any], players: Sequence[str] | None = None) -> None:
        self.costs = numbers(costs, "cost", 0)
        if not self.costs:
            raise GameError("there are no costs; an airport has at least one user")
        self.players = names(players, len(self.costs))

    def _worth(self, mask: int) -> Fraction:
        return -max(self.costs[i] for i in members(mask))

    def _worths(self) -> list[Fraction]:
        most = [Fraction(0)]
        for cost in self.costs:
            most += [max(cost, other) for other in most]
        return [-cost for cost in most]

    def _by_cost(self, paid: Sequence[Fraction]) -> Shares:
        """Give payments in ascending order of cost back to the players, as worths."""
        order = sorted(range(self.n_players), key=lambda i: self.costs[i])
        shares = [Fraction(0)] * self.n_players
        for i, amount in zip(order, paid, strict=True):
            shares[i] = -amount
        return tuple(shares)

    def shapley(self) -> Allocation:
        """Shapley value: each further piece is paid in equal parts by those who need it.

        Returns
        -------
        Allocation
            Shares are minus what is paid.
        """
        n = self.n_players
        paid: list[Fraction] = []
        before = share = Fraction(0)
        for k, cost in enumerate(sorted(self.costs)):
            share += (cost - before) / (n - k)
            before = cost
            paid.append(share)
        return self._known("shapley", self._by_cost(paid), "Littlechild and Owen's formula")

    def nucleolus(self) -> Allocation:
        """Nucleolus, one player after another in ascending order of cost.

        Returns
        -------
        Allocation
            Shares are minus what is paid.

        Notes
        -----
        The next player pays the smallest of ``(c_i - paid so far) / (players up to i + 1)`` over
        those that still need less than everything, and of an equal part of all that is left.
        """
        costs = sorted(self.costs)
        n = len(costs)
        paid: list[Fraction] = []
        total = Fraction(0)
        for k in range(n):
            parts = [(costs[i] - total) / (i - k + 2) for i in range(k, n - 1)]
            share = min([*parts, (costs[-1] - total) / (n - k)])
            paid.append(share)
            total += share
        return self._known("nucleolus", self._by_cost(paid), "Littlechild's formula")
