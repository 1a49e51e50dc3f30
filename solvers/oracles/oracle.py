"""A game that says which coalition objects most to a vector of shares.

That is all that core, least core, nucleolus and cost of stability ask of a game, so that none of
them needs the worths of all 2^n coalitions.
"""

from __future__ import annotations

import heapq
import numbers
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from solvers.errors import GameError
from solvers.oracles.span import Span, mask_of, members_of

__all__ = ["Excess", "ExcessOracle", "exact_shares"]

Exact = int | Fraction


class Excess(NamedTuple):
    """A coalition, as a mask, and its worth less the sum of its shares."""

    coalition: int
    excess: Fraction


def exact_shares(x: Iterable[object], n: int) -> tuple[Fraction, ...]:
    """Read shares as fractions; a double counts as the number it holds.

    Parameters
    ----------
    x : iterable of int, Fraction or float
        One share for each player.
    n : int
        Number of players.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    GameError
        If there is not one number for each player.
    """
    shares = []
    for value in x:
        try:
            if not isinstance(value, numbers.Real):
                raise TypeError
            shares.append(
                Fraction(value) if isinstance(value, int | Fraction) else Fraction(float(value))
            )
        except (TypeError, ValueError, OverflowError):
            raise GameError(f"the share {value!r} is no finite number") from None
    if len(shares) != n:
        raise GameError(f"{len(shares)} shares for {n} players; every player needs one")
    return tuple(shares)


class ExcessOracle(ABC):
    """Base of the oracles: worths, and coalitions of largest excess.

    Parameters
    ----------
    players : sequence of str
        Names.
    types : sequence of sequence of int
        Classes of interchangeable players, which get equal shares in every symmetric solution.

    References
    ----------
    .. [1] U. Faigle, W. Kern and J. Kuipers, "On the computation of the nucleolus of a
       cooperative game", International Journal of Game Theory 30 (2001), pp. 79-98.
    .. [2] E. L. Lawler, "A procedure for computing the K best solutions to discrete
       optimization problems", Management Science 18 (1972), pp. 401-405 (for k > 1).
    """

    proved: bool = True
    """Whether a largest excess is found exactly; else it rests on a programme's solver."""

    method: str = ""
    """How coalitions of largest excess are found."""

    def __init__(self, players: Sequence[str], types: Sequence[Sequence[int]]) -> None:
        self.players = tuple(players)
        self.n_players = len(self.players)
        self.types = tuple(tuple(group) for group in types)
        self.everybody = (1 << self.n_players) - 1
        self._grand: Fraction | None = None
        if not self.players:
            raise GameError("there are no players; a game needs one at least")

    @abstractmethod
    def worth(self, coalition: int) -> Fraction:
        """Return the worth of a coalition.

        Parameters
        ----------
        coalition : int
            Mask; player 0 is bit 0.

        Returns
        -------
        Fraction
        """

    @abstractmethod
    def _best(
        self, x: tuple[Fraction, ...], inside: int, outside: int, settled: Span | None
    ) -> Iterable[int]:
        """Propose coalitions, one of largest excess among those allowed; none where none is.

        They are proper, not empty, and not settled, contain `inside` and avoid `outside`.
        """

    def proposals(self, x: tuple[Fraction, ...], settled: Span | None) -> Iterable[int]:
        """Propose coalitions of great excess, quickly.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        settled : Span or None
            Leave out what it contains.

        Returns
        -------
        iterable of int
            Masks of allowed coalitions; none need be the best, and there may be none.
        """
        return self._best(x, 0, 0, settled)

    def centre(self) -> tuple[Fraction, ...] | None:
        """Guess shares with small excesses, from which programmes start to ask.

        Returns
        -------
        tuple of Fraction or None
            None without a guess.
        """
        return None

    @property
    def grand(self) -> Fraction:
        """Worth of the grand coalition."""
        if self._grand is None:
            self._grand = self.worth(self.everybody)
        return self._grand

    def excess(self, coalition: int, x: Sequence[Fraction]) -> Fraction:
        """Return the worth of a coalition less the sum of its shares.

        Parameters
        ----------
        coalition : int
            Mask.
        x : sequence of Fraction
            Shares.

        Returns
        -------
        Fraction
        """
        return self.worth(coalition) - sum((x[i] for i in members_of(coalition)), Fraction(0))

    def most_excess(
        self,
        x: Iterable[object],
        include: Iterable[int] = (),
        exclude: Iterable[int] = (),
        settled: Span | None = None,
        k: int = 1,
    ) -> tuple[Excess, ...]:
        """Find the coalitions of largest excess among the non-empty proper ones.

        Parameters
        ----------
        x : iterable of int, Fraction or float
            Shares; a double counts as the number it holds.
        include, exclude : iterable of int
            Players that are in every coalition, or in none.
        settled : Span, optional
            Leave out the coalitions whose rows it contains.
        k : int
            How many.

        Returns
        -------
        tuple of Excess
            In falling order of excess; fewer than `k` where there are no more.

        Raises
        ------
        GameError
            If a number is no player, or the shares are not one for each player.
        """
        shares = exact_shares(x, self.n_players)
        inside, outside = self._group(include), self._group(exclude)
        found: list[Excess] = []
        heap: list[tuple[Fraction, int, int, int]] = []

        def search(inside: int, outside: int) -> None:
            if inside & outside:
                return
            best = self.largest(self._best(shares, inside, outside, settled), shares)
            if best is not None:
                heapq.heappush(heap, (-best.excess, best.coalition, inside, outside))

        search(inside, outside)
        while heap and len(found) < k:
            excess, coalition, inside, outside = heapq.heappop(heap)
            found.append(Excess(coalition, -excess))
            if len(found) == k:
                break
            for i in range(self.n_players):
                bit = 1 << i
                if (inside | outside) & bit:
                    continue
                if coalition & bit:
                    search(inside, outside | bit)
                    inside |= bit
                else:
                    search(inside | bit, outside)
                    outside |= bit
        return tuple(found)

    def leading(self, x: tuple[Fraction, ...], settled: Span | None) -> tuple[int, ...]:
        """List some coalitions of large excess, one of largest excess among them.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        settled : Span or None
            Leave out what it contains.

        Returns
        -------
        tuple of int
            Masks; none where all proper coalitions are settled.
        """
        return tuple(self._best(x, 0, 0, settled))

    def objection(self, x: tuple[Fraction, ...]) -> Excess | None:
        """Find a proper coalition of positive excess at efficient shares.

        Parameters
        ----------
        x : tuple of Fraction
            Shares that sum to the worth of the grand coalition.

        Returns
        -------
        Excess or None
            None when the shares are in the core.
        """
        worst = self.largest(self.leading(x, None), x)
        return worst if worst is not None and worst.excess > 0 else None

    def largest(self, coalitions: Iterable[int], x: Sequence[Fraction]) -> Excess | None:
        """Return the one of largest excess; among equals the lowest mask.

        Parameters
        ----------
        coalitions : iterable of int
            Masks.
        x : sequence of Fraction
            Shares.

        Returns
        -------
        Excess or None
            None when there are none.
        """
        ranked = ((-self.excess(mask, x), mask) for mask in coalitions)
        best = min(ranked, default=None)
        return None if best is None else Excess(best[1], -best[0])

    def _group(self, players: Iterable[int]) -> int:
        named = tuple(players)
        for i in named:
            if isinstance(i, bool) or not isinstance(i, int) or not 0 <= i < self.n_players:
                raise GameError(
                    f"there is no player {i!r}; players are numbered 0 to {self.n_players - 1}"
                )
        return mask_of(named)
