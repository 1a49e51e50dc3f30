"""Convex games: the coalition of largest excess is a minimum of a submodular function."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from fractions import Fraction

from solvers.errors import LimitError
from solvers.oracles.oracle import Excess, ExcessOracle
from solvers.oracles.span import Span

__all__ = ["MAX_SETTLED", "SubmodularOracle"]

MAX_SETTLED = 2_000
"""Most settled coalitions that are passed over one after another."""


class SubmodularOracle(ExcessOracle):
    """Base of the oracles that maximise over all coalitions between two.

    Notes
    -----
    A proper coalition that is not empty has a player and lacks another: 2 (n - 1) questions
    with one player in and one out cover them all. A coalition is not settled if some
    functional of the span is not 0 on it. Where that functional compares two players, which is
    so while the span is that of a partition, two questions do. Otherwise the coalitions are
    gone through in falling order of excess.

    References
    ----------
    .. [1] L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1
       (1971), pp. 11-26.
    .. [2] S. Fujishige, Submodular Functions and Optimization, 2nd ed., Elsevier, 2005.
    """

    @abstractmethod
    def maximiser(self, x: tuple[Fraction, ...], inside: int, outside: int) -> int:
        """Return a coalition of largest excess that contains one and avoids another.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        inside, outside : int
            Masks without a common player.

        Returns
        -------
        int
            Mask; nobody and everybody are coalitions here.
        """

    def _best(
        self, x: tuple[Fraction, ...], inside: int, outside: int, settled: Span | None
    ) -> Iterable[int]:
        if settled is None:
            return self._proper(x, inside, outside)
        pairs = []
        for values in settled.functionals:
            support = [i for i, v in enumerate(values) if v]
            if len(support) != 2 or values[support[0]] + values[support[1]]:
                return self._passing(x, inside, outside, settled)
            pairs += [(support[0], support[1]), (support[1], support[0])]
        return self._split(x, inside, outside, pairs)

    def centre(self) -> tuple[Fraction, ...]:
        """Average what the players add in an order and in its reverse: opposite core vertices.

        Returns
        -------
        tuple of Fraction
        """
        n = self.n_players
        shares = [Fraction(0)] * n
        for order in (range(n), range(n - 1, -1, -1)):
            mask, before = 0, Fraction(0)
            for i in order:
                mask |= 1 << i
                worth = self.worth(mask)
                shares[i] += (worth - before) / 2
                before = worth
        return tuple(shares)

    def objection(self, x: tuple[Fraction, ...]) -> Excess | None:
        """Find a proper coalition of positive excess at efficient shares by one question.

        Parameters
        ----------
        x : tuple of Fraction
            Shares that sum to the worth of the grand coalition.

        Returns
        -------
        Excess or None
            None when the shares are in the core.
        """
        mask = self.maximiser(x, 0, 0)
        excess = self.excess(mask, x)
        return Excess(mask, excess) if excess > 0 else None

    def proposals(self, x: tuple[Fraction, ...], settled: Span | None) -> Iterable[int]:
        """Propose, for each functional, two coalitions on which it can be other than 0.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        settled : Span or None
            Leave out what it contains.

        Returns
        -------
        iterable of int
            Masks.
        """
        if settled is None:
            return self._proper(x, 0, 0)
        pairs = []
        for values in settled.functionals:
            high = max(range(self.n_players), key=values.__getitem__)
            low = min(range(self.n_players), key=values.__getitem__)
            pairs += [(high, low), (low, high)]
        return (mask for mask in self._split(x, 0, 0, pairs) if not settled.settles(mask))

    def _split(
        self,
        x: tuple[Fraction, ...],
        inside: int,
        outside: int,
        pairs: Iterable[tuple[int, int]],
    ) -> Iterator[int]:
        """Maximise with one player in and one out, for each pair."""
        seen = set()
        for i, j in pairs:
            one, other = inside | 1 << i, outside | 1 << j
            if not one & other and (one, other) not in seen:
                seen.add((one, other))
                yield self.maximiser(x, one, other)

    def _proper(self, x: tuple[Fraction, ...], inside: int, outside: int) -> Iterator[int]:
        if inside and outside:
            yield self.maximiser(x, inside, outside)
            return
        fixed = inside | outside
        first = (fixed & -fixed).bit_length() - 1 if fixed else 0
        others = [i for i in range(self.n_players) if i != first]
        if not outside:
            yield from self._split(x, inside, outside, [(first, i) for i in others])
        if not inside:
            yield from self._split(x, inside, outside, [(i, first) for i in others])

    def _passing(
        self, x: tuple[Fraction, ...], inside: int, outside: int, settled: Span
    ) -> Iterator[int]:
        """Go through the proper coalitions until one is not settled."""
        some = [i for i in range(self.n_players) if inside >> i & 1]
        none = [i for i in range(self.n_players) if outside >> i & 1]
        k = 8
        while True:
            found = self.most_excess(x, some, none, None, k)
            for mask, _ in found:
                if not settled.settles(mask):
                    yield mask
                    return
            if len(found) < k:
                return
            if k >= MAX_SETTLED:
                raise LimitError(
                    f"the {k} coalitions of largest excess are settled already, and this oracle "
                    f"passes over {MAX_SETTLED} at most; a TUGame of up to 28 players has no limit"
                )
            k *= 4
