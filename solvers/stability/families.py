"""By what the excess of a coalition is divided: one, its size, its worth, what it can disrupt."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from solvers.games.game import TUGame
from solvers.games.worths import Floats

__all__ = ["DISRUPTION", "PER_CAPITA", "PLAIN", "PROPORTIONAL", "Family"]


ONE = Fraction(1)


@dataclass(frozen=True)
class Family:
    """A divisor d(S) for every coalition; the excess is (v(S) - x(S)) / d(S).

    A coalition with d(S) = 0 has no excess, but x(S) >= v(S) must hold.

    Parameters
    ----------
    name : str
        ``"one"``, ``"size"``, ``"worth"`` or ``"disruption"``.
    mode : int
        0, 1, and 2 for those that depend on the game.

    References
    ----------
    .. [1] M. Maschler, J. A. M. Potters and S. H. Tijs, "The general nucleolus and the reduced
       game property", International Journal of Game Theory 21 (1992), pp. 85-106.
    """

    name: str
    mode: int

    def divisor(self, game: TUGame, mask: int) -> Fraction:
        """Give d(S), exactly.

        Parameters
        ----------
        game : TUGame
            The game.
        mask : int
            The coalition.

        Returns
        -------
        Fraction
        """
        if self.mode < 2:
            return Fraction(mask.bit_count()) if self.mode else ONE
        if self.name == "worth":
            return game.worth(mask)
        whole = (1 << game.n_players) - 1
        return game.worth(whole) - game.worth(mask) - game.worth(whole ^ mask)

    def floats(self, game: TUGame) -> Floats:
        """Give d as doubles, rounded; a table of one entry where d does not depend on the game.

        Parameters
        ----------
        game : TUGame
            The game.

        Returns
        -------
        ndarray of float64, shape (2**n,) or (1,)
        """
        values = game.values
        if self.mode < 2:
            return values[:1]
        return values if self.name == "worth" else values[-1] - values - values[::-1]

    def integers(self, game: TUGame) -> tuple[Any, int]:
        """Give the numerators of d over one denominator.

        Parameters
        ----------
        game : TUGame
            An exact game.

        Returns
        -------
        (ndarray of int64 or of objects, int)
        """
        n = game.n_players
        if self.mode == 0:
            return np.ones(1 << n, np.int64), 1
        if self.mode == 1:
            return np.bitwise_count(np.arange(1 << n)).astype(np.int64), 1
        worths = game.numerators
        if self.name == "worth":
            return worths, game.denominator
        if worths.dtype != object and max(-int(worths.min()), int(worths.max())) >> 61:
            worths = worths.astype(object)
        return worths[-1] - worths - worths[::-1], game.denominator


PLAIN = Family("one", 0)
PER_CAPITA = Family("size", 1)
PROPORTIONAL = Family("worth", 2)
DISRUPTION = Family("disruption", 2)
