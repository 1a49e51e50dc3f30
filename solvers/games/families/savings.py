"""Savings games: what a coalition saves when it buys together instead of one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, members, names, number

__all__ = ["SavingsGame"]


class SavingsGame(Family):
    """A coalition is worth the costs of its members one by one less its cost together.

    Parameters
    ----------
    n : int
        Number of players.
    cost : callable
        Takes the members as a tuple of numbers from 0, gives what they pay together; asked once
        for each coalition.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] H. P. Young (ed.), Cost Allocation: Methods, Principles, Applications, North-Holland,
       1985.

    Examples
    --------
    >>> game = SavingsGame(3, lambda coalition: 10 + len(coalition))
    >>> game.worth([0, 1]), game.worth(7)
    (Fraction(10, 1), Fraction(20, 1))
    >>> game.payments([5, 5, 10])
    (Fraction(6, 1), Fraction(6, 1), Fraction(1, 1))
    """

    def __init__(
        self,
        n: int,
        cost: Callable[[tuple[int, ...]], Any],
        players: Sequence[str] | None = None,
    ) -> None:
        self.players = names(players, n)
        self._ask = cost
        self._asked: dict[int, Fraction] = {}

    def cost(self, mask: int) -> Fraction:
        """Cost of a coalition.

        Parameters
        ----------
        mask : int
            The coalition.

        Returns
        -------
        Fraction

        Raises
        ------
        GameError
            If the function raises, or gives no finite number.
        """
        if mask not in self._asked:
            coalition = tuple(members(mask))
            try:
                value = self._ask(coalition)
            except Exception as error:
                raise GameError(
                    f"the cost of {coalition} cannot be computed: {type(error).__name__}: {error}"
                ) from error
            self._asked[mask] = number(value, f"the cost of {coalition}")
        return self._asked[mask]

    def _worth(self, mask: int) -> Fraction:
        return sum((self.cost(1 << i) for i in members(mask)), Fraction(0)) - self.cost(mask)

    def payments(self, shares: Sequence[Any]) -> tuple[Fraction, ...]:
        """Turn shares of the savings into what each player pays.

        Parameters
        ----------
        shares : sequence of numbers, length n
            Savings of each player.

        Returns
        -------
        tuple of Fraction
            The cost alone less the share.
        """
        if len(shares) != self.n_players:
            raise GameError(f"{len(shares)} shares for {self.n_players} players")
        return tuple(
            self.cost(1 << i) - number(share, f"share {i}") for i, share in enumerate(shares)
        )
