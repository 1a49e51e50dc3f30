"""Burden games: a requirement is met from the capacities of those who take part."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, members, names, number, numbers

__all__ = ["BurdenGame"]


class BurdenGame(Family):
    """States with capacities and unit costs share the burden of what is required.

    Parameters
    ----------
    capacities : sequence of sequences of numbers, players by kinds
        How much of each kind (troops, aircraft, money) each player can give, at least 0.
    unit_costs : sequence of sequences of numbers, players by kinds
        Cost of a unit, at least 0.
    requirement : sequence of numbers
        How much of each kind it takes, at least 0.
    value : number, optional
        What meeting the requirement is worth. A coalition that can meet it is worth this less
        its least cost, but not less than 0, since it need not act; one that cannot, 0.
    outside : sequence of numbers, optional
        Instead of `value`: price of a unit of each kind bought elsewhere. Then every coalition
        has to meet the requirement, and is worth minus its least cost.
    players : sequence of str, optional
        Names.

    Notes
    -----
    The cheapest units come first, kind by kind. With all members a requirement of nothing is met
    for nothing.

    References
    ----------
    .. [1] H. P. Young (ed.), Cost Allocation: Methods, Principles, Applications, North-Holland,
       1985.

    Examples
    --------
    >>> game = BurdenGame([[4], [3], [5]], [[1], [2], [4]], [6], value=20)
    >>> game.worth([0]), game.worth([0, 1]), game.worth([1, 2])
    (Fraction(0, 1), Fraction(12, 1), Fraction(2, 1))
    >>> game.plan([0, 1])
    ((Fraction(4, 1),), (Fraction(2, 1),), (Fraction(0, 1),))
    """

    def __init__(
        self,
        capacities: Sequence[Sequence[Any]],
        unit_costs: Sequence[Sequence[Any]],
        requirement: Sequence[Any],
        value: Any = None,
        outside: Sequence[Any] | None = None,
        players: Sequence[str] | None = None,
    ) -> None:
        self.capacities = tuple(
            numbers(row, f"player {k}: capacity", 0) for k, row in enumerate(capacities)
        )
        self.unit_costs = tuple(
            numbers(row, f"player {k}: unit cost", 0) for k, row in enumerate(unit_costs)
        )
        self.requirement = numbers(requirement, "requirement", 0)
        self.value = None if value is None else number(value, "the value")
        self.outside = None if outside is None else numbers(outside, "outside price", 0)
        kinds = len(self.requirement)
        rows = [*self.capacities, *self.unit_costs, *([self.outside] if self.outside else [])]
        if any(len(row) != kinds for row in rows) or len(self.capacities) != len(self.unit_costs):
            raise GameError(
                f"the requirement is of {kinds} kinds; give as many capacities and unit costs for "
                f"every player"
            )
        if (self.value is None) == (self.outside is None):
            raise GameError(
                "give either the value of meeting the requirement, or the prices outside, so that "
                "every coalition has a worth"
            )
        self.players = names(players, len(self.capacities))

    def least_cost(self, coalition: Any) -> Fraction | None:
        """Find the least cost at which a coalition meets the requirement.

        Parameters
        ----------
        coalition : int, str or iterable
            As for `worth`.

        Returns
        -------
        Fraction or None
            None: it cannot.
        """
        total = Fraction(0)
        for kind in range(len(self.requirement)):
            left = self.requirement[kind]
            for i in self._cheapest_first(self._mask(coalition), kind):
                units = min(left, self.capacities[i][kind])
                total += units * self.unit_costs[i][kind]
                left -= units
            if left and self.outside is None:
                return None
            if self.outside is not None:
                total += left * self.outside[kind]
        return total

    def plan(self, coalition: Any) -> tuple[tuple[Fraction, ...], ...]:
        """Say who gives how much of each kind at the least cost.

        Parameters
        ----------
        coalition : int, str or iterable
            As for `worth`.

        Returns
        -------
        tuple of tuple of Fraction, players by kinds
            As far as capacities go; of equal costs those of the earlier player come first.
        """
        mask = self._mask(coalition)
        given = [[Fraction(0)] * len(self.requirement) for _ in self.players]
        for kind, need in enumerate(self.requirement):
            left = need
            for i in self._cheapest_first(mask, kind):
                given[i][kind] = min(left, self.capacities[i][kind])
                left -= given[i][kind]
        return tuple(map(tuple, given))

    def _cheapest_first(self, mask: int, kind: int) -> list[int]:
        """Members in the order in which units of a kind are taken; not dearer than outside."""
        own = sorted(members(mask), key=lambda i: (self.unit_costs[i][kind], i))
        if self.outside is None:
            return own
        return [i for i in own if self.unit_costs[i][kind] <= self.outside[kind]]

    def _worth(self, mask: int) -> Fraction:
        cost = self.least_cost(mask)
        if self.value is None:
            return -(cost or Fraction(0))
        return Fraction(0) if cost is None else max(Fraction(0), self.value - cost)
