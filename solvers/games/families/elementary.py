"""Additive games and unanimity games."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, members, names, number, numbers
from solvers.games.solution import Allocation

__all__ = ["AdditiveGame", "UnanimityGame"]


class AdditiveGame(Family):
    """Every coalition is worth what its members are worth alone.

    Parameters
    ----------
    worths : sequence of numbers, length n
        Worth of each player.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007, chapter 2.

    Examples
    --------
    >>> AdditiveGame([1, 2, "1/2"]).worth(["1", "3"])
    Fraction(3, 2)
    """

    def __init__(self, worths: Sequence[Any], players: Sequence[str] | None = None) -> None:
        self.worths = numbers(worths, "worth")
        self.players = names(players, len(self.worths))

    def _worth(self, mask: int) -> Fraction:
        return sum((self.worths[i] for i in members(mask)), Fraction(0))

    def shapley(self) -> Allocation:
        """Shapley value: to everybody its own.

        Returns
        -------
        Allocation
        """
        return self._known("shapley", self.worths, "worth of each player")

    def nucleolus(self) -> Allocation:
        """Nucleolus: to everybody its own, the only imputation.

        Returns
        -------
        Allocation
        """
        return self._known("nucleolus", self.worths, "worth of each player")


class UnanimityGame(Family):
    """A coalition has a worth when it holds all of some players, and nothing otherwise.

    Parameters
    ----------
    n : int
        Number of players.
    carrier : iterable of int
        Players who must all be there, counted from 0.
    amount : number
        Worth of who holds them.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II,
       Princeton University Press, 1953, pp. 307-317.

    Examples
    --------
    >>> game = UnanimityGame(3, [0, 2])
    >>> game.shapley().exact
    (Fraction(1, 2), Fraction(0, 1), Fraction(1, 2))
    """

    def __init__(
        self,
        n: int,
        carrier: Iterable[int],
        amount: Any = 1,
        players: Sequence[str] | None = None,
    ) -> None:
        self.carrier = tuple(sorted(set(carrier)))
        if not self.carrier or not 0 <= self.carrier[0] <= self.carrier[-1] < n:
            raise GameError(
                f"the carrier is {list(self.carrier)}; it must hold players from 0 to {n - 1}"
            )
        self.amount = number(amount, "the amount")
        self.players = names(players, n)

    def _worth(self, mask: int) -> Fraction:
        return self.amount if all(mask >> i & 1 for i in self.carrier) else Fraction(0)

    def shapley(self) -> Allocation:
        """Shapley value: equal parts to those who must be there.

        Returns
        -------
        Allocation
        """
        part = self.amount / len(self.carrier)
        shares = [part if i in self.carrier else Fraction(0) for i in range(self.n_players)]
        return self._known("shapley", shares, "equal parts of the carrier")

    def nucleolus(self) -> Allocation:
        """Nucleolus of a worth that is not negative: equal parts, by symmetry and the null players.

        Returns
        -------
        Allocation

        Raises
        ------
        GameError
            If the amount is negative and the carrier is not everybody.
        """
        if self.amount < 0 and len(self.carrier) < self.n_players:
            raise GameError("the amount is negative; equal parts are the nucleolus from 0 up")
        shares = self.shapley().exact or ()
        return self._known("nucleolus", shares, "equal parts of the carrier")
