"""Linear production games: players bring resources, a coalition makes the best of what it has."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError, SolverError
from solvers.games.families.family import Family, members, names, numbers
from solvers.games.solution import Allocation
from solvers.programmes.rational_lp import RationalSolution, solve_rational_lp

__all__ = ["LinearProductionGame"]


class LinearProductionGame(Family):
    """A coalition is worth the most that it earns from its resources.

    Parameters
    ----------
    needs : sequence of sequences of numbers, products by resources
        What a unit of each product takes of each resource, at least 0.
    prices : sequence of numbers
        Price of each product.
    resources : sequence of sequences of numbers, players by resources
        What each player brings, at least 0.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] G. Owen, "On the core of linear production games", Mathematical Programming 9 (1975),
       pp. 358-370.

    Examples
    --------
    >>> game = LinearProductionGame([[1, 1], [2, 1]], [3, 4], [[2, 0], [0, 3]])
    >>> game.worth(3), game.owen_point().exact
    (Fraction(6, 1), (Fraction(6, 1), Fraction(0, 1)))
    """

    def __init__(
        self,
        needs: Sequence[Sequence[Any]],
        prices: Sequence[Any],
        resources: Sequence[Sequence[Any]],
        players: Sequence[str] | None = None,
    ) -> None:
        self.needs = tuple(numbers(row, f"product {k}: the need", 0) for k, row in enumerate(needs))
        self.prices = numbers(prices, "the price of product")
        self.resources = tuple(
            numbers(row, f"player {k}: resource", 0) for k, row in enumerate(resources)
        )
        widths = {len(row) for row in (*self.needs, *self.resources)}
        if len(self.prices) != len(self.needs) or len(widths) != 1:
            raise GameError(
                "every product needs a price, and every product and player as many resources as "
                "the others"
            )
        for k, (row, price) in enumerate(zip(self.needs, self.prices, strict=True)):
            if price > 0 and not any(row):
                raise GameError(
                    f"product {k} takes no resources and has a price: there is no end to what it "
                    f"earns"
                )
        self.players = names(players, len(self.resources))

    def _solve(self, mask: int) -> RationalSolution:
        own = members(mask)
        kinds = range(len(self.resources[0]))
        have = [sum((self.resources[i][r] for i in own), Fraction(0)) for r in kinds]
        rows = [{k: row[r] for k, row in enumerate(self.needs) if row[r]} for r in kinds]
        found = solve_rational_lp([-p for p in self.prices], rows, ["<="] * len(have), have)
        if found.objective is None or found.duals is None:
            raise SolverError("the best production was not found")
        return found

    def _worth(self, mask: int) -> Fraction:
        objective = self._solve(mask).objective
        return Fraction(0) if objective is None else -objective

    def owen_point(self) -> Allocation:
        """Find a point of the Owen set, part of the core: resources at their shadow prices.

        Returns
        -------
        Allocation
        """
        duals = self._solve((1 << self.n_players) - 1).duals or ()
        shares = [
            sum((-y * amount for y, amount in zip(duals, row, strict=True)), Fraction(0))
            for row in self.resources
        ]
        return self._known("core", shares, "shadow prices of the resources")
