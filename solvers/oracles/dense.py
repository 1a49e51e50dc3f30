"""The worths of all coalitions as an oracle: for small games, and to test the others by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError, LimitError
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import Span

__all__ = ["MAX_DENSE_PLAYERS", "DenseOracle"]

MAX_DENSE_PLAYERS = 14
"""Most players: every question looks at all coalitions, one after another."""


class DenseOracle(ExcessOracle):
    """A table of worths.

    Parameters
    ----------
    worths : sequence of int, Fraction or float
        By mask; the first is that of nobody, 0.
    players : sequence of str, optional
        Names; ``"1"`` to ``"n"`` when left out.

    Raises
    ------
    GameError
        If the length is no power of two, or nobody is worth something.
    LimitError
        If there are more than `MAX_DENSE_PLAYERS` players.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007.

    Examples
    --------
    >>> majority = DenseOracle([0, 0, 0, 1, 0, 1, 1, 1])
    >>> majority.most_excess([1, 0, 0])[0]
    Excess(coalition=6, excess=Fraction(1, 1))
    """

    method = "table"

    def __init__(self, worths: Sequence[Any], players: Sequence[str] | None = None) -> None:
        n = len(worths).bit_length() - 1
        if len(worths) != 1 << max(n, 0):
            raise GameError(f"{len(worths)} worths; a table needs 2**n of them")
        if n > MAX_DENSE_PLAYERS:
            raise LimitError(
                f"{n} players; this oracle looks at every coalition and takes "
                f"{MAX_DENSE_PLAYERS} at most: use solvers.nucleolus on a TUGame"
            )
        names = players if players is not None else [str(i + 1) for i in range(n)]
        if len(names) != n:
            raise GameError(f"{len(names)} names for {n} players; every player needs one")
        super().__init__(names, [(i,) for i in range(n)])
        self._worths = tuple(_fraction(v) for v in worths)
        if self._worths[0]:
            raise GameError(f"the worth of nobody is {worths[0]}; it must be 0")

    def worth(self, coalition: int) -> Fraction:
        """Return the worth of a coalition.

        Parameters
        ----------
        coalition : int
            Mask.

        Returns
        -------
        Fraction
        """
        return self._worths[coalition]

    def _best(
        self, x: tuple[Fraction, ...], inside: int, outside: int, settled: Span | None
    ) -> Iterable[int]:
        best: tuple[Fraction, int] | None = None
        sums = [Fraction(0)] * (self.everybody + 1)
        for mask in range(1, self.everybody):
            low = mask & -mask
            sums[mask] = sums[mask ^ low] + x[low.bit_length() - 1]
            if mask & inside != inside or mask & outside:
                continue
            excess = self._worths[mask] - sums[mask]
            better = best is None or excess > best[0]
            if better and (settled is None or not settled.settles(mask)):
                best = excess, mask
        return () if best is None else (best[1],)


def _fraction(value: Any) -> Fraction:
    try:
        return Fraction(value if isinstance(value, int | Fraction | str) else float(value))
    except (TypeError, ValueError, OverflowError):
        raise GameError(f"the worth {value!r} is no finite number") from None
