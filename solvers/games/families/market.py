"""Market games: gloves that are worth something in pairs, and a market of one good."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.families.family import Family, Shares, members, names, numbers
from solvers.games.solution import Allocation

__all__ = ["GloveGame", "HorseMarket"]


class GloveGame(Family):
    """A coalition is worth the number of pairs that it can make.

    Parameters
    ----------
    left, right : sequence of numbers, length n
        Left and right gloves of each player, at least 0.
    players : sequence of str, optional
        Names.

    References
    ----------
    .. [1] L. S. Shapley and M. Shubik, "Pure competition, coalitional power, and fair division",
       International Economic Review 10 (1969), pp. 337-362.

    Examples
    --------
    >>> game = GloveGame([1, 1, 0], [0, 0, 1])
    >>> game.worth(7), game.core_point().exact
    (Fraction(1, 1), (Fraction(0, 1), Fraction(0, 1), Fraction(1, 1)))
    """

    def __init__(
        self, left: Sequence[Any], right: Sequence[Any], players: Sequence[str] | None = None
    ) -> None:
        self.left = numbers(left, "number of left gloves", 0)
        self.right = numbers(right, "number of right gloves", 0)
        if len(self.left) != len(self.right):
            raise GameError(
                f"{len(self.left)} numbers of left gloves and {len(self.right)} of right ones; "
                f"give both for every player"
            )
        self.players = names(players, len(self.left))

    def _worth(self, mask: int) -> Fraction:
        own = members(mask)
        zero = Fraction(0)
        return min(sum((side[i] for i in own), zero) for side in (self.left, self.right))

    def core_point(self) -> Allocation:
        """Core: the scarce glove has a price of 1, the other of 0; half each when none is scarce.

        Returns
        -------
        Allocation
        """
        left, right = sum(self.left, Fraction(0)), sum(self.right, Fraction(0))
        price = Fraction(1, 2) if left == right else Fraction(left < right)
        shares = [price * a + (1 - price) * b for a, b in zip(self.left, self.right, strict=True)]
        return self._known("core", shares, "prices of gloves")


class HorseMarket(Family):
    """Buyers and sellers of one unit each of the same good.

    Parameters
    ----------
    buyers : sequence of numbers
        What the good is worth to each buyer.
    sellers : sequence of numbers
        What each seller wants for it at least.
    players : sequence of str, optional
        Names, buyers first.

    Notes
    -----
    A coalition is worth the gains of its best trades: those who value the good most buy from
    those who want least.

    References
    ----------
    .. [1] E. von Böhm-Bawerk, Positive Theorie des Kapitales, Wagner, 1889, book III.
    .. [2] L. S. Shapley and M. Shubik, "The assignment game I: the core", International Journal
       of Game Theory 1 (1971), pp. 111-130.

    Examples
    --------
    Böhm-Bawerk's market: five horses change hands, at 21 to 21 1/2.

    >>> market = HorseMarket([30, 28, 26, 24, 22, 21, 20, 18, 17, 15],
    ...                      [10, 11, 15, 17, 20, "43/2", 25, 26])
    >>> [str(price) for price in market.prices()]
    ['21', '43/2']
    """

    def __init__(
        self, buyers: Sequence[Any], sellers: Sequence[Any], players: Sequence[str] | None = None
    ) -> None:
        self.buyers = numbers(buyers, "the value of buyer")
        self.sellers = numbers(sellers, "the price of seller")
        self.players = names(players, len(self.buyers) + len(self.sellers))

    def _trades(self, mask: int) -> tuple[list[Fraction], list[Fraction], int]:
        """Values falling, prices rising, and how many of them trade."""
        m = len(self.buyers)
        own = members(mask)
        values = sorted((self.buyers[i] for i in own if i < m), reverse=True)
        prices = sorted(self.sellers[i - m] for i in own if i >= m)
        trades = sum(value > price for value, price in zip(values, prices, strict=False))
        return values, prices, trades

    def _worth(self, mask: int) -> Fraction:
        values, prices, trades = self._trades(mask)
        return sum(values[:trades], Fraction(0)) - sum(prices[:trades], Fraction(0))

    def prices(self) -> tuple[Fraction, Fraction]:
        """Find the lowest and the highest price at which the market clears.

        Returns
        -------
        (Fraction, Fraction)

        Raises
        ------
        GameError
            If nobody trades.
        """
        values, prices, trades = self._trades((1 << self.n_players) - 1)
        if trades == 0:
            raise GameError("no buyer values the good more than a seller wants: nobody trades")
        low = max([prices[trades - 1], *values[trades : trades + 1]])
        high = min([values[trades - 1], *prices[trades : trades + 1]])
        return low, high

    def core_point(self, price: Any = None) -> Allocation:
        """Core: everybody trades at one price.

        Parameters
        ----------
        price : number, optional
            From the lowest to the highest of `prices`; half-way when left out.

        Returns
        -------
        Allocation

        Raises
        ------
        GameError
            If the market does not clear at this price.
        """
        low, high = self.prices()
        at = (low + high) / 2 if price is None else numbers([price], "price")[0]
        if not low <= at <= high:
            raise GameError(f"the price is {at}; the market clears from {low} to {high}")
        zero = Fraction(0)
        shares: Shares = (
            *(max(zero, value - at) for value in self.buyers),
            *(max(zero, at - price) for price in self.sellers),
        )
        return self._known("core", shares, "one price for all")
