"""Convex games given by a function that says what a coalition is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from math import lcm
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.oracles.minimum_norm import minimiser
from solvers.oracles.span import Span, members_of
from solvers.oracles.submodular import SubmodularOracle

__all__ = ["MAX_CHECKED", "ConvexOracle"]

SHORTLIST = 64
"""How many coalitions met before are looked at again exactly."""

MAX_CHECKED = 8
"""Up to so many players convexity is checked; beyond it is taken on trust."""


class ConvexOracle(SubmodularOracle):
    """A convex game: what a player adds never falls as the coalition grows.

    Parameters
    ----------
    n : int
        Number of players.
    worth : callable
        Takes the members as a tuple of their names, or of their numbers from 0 where no names
        are given; a double that it returns counts as the number it holds.
    players : sequence of str, optional
        Names; ``"1"`` to ``"n"`` when left out.
    granularity : int
        Denominator that all worths have: their multiples by it are whole.

    Raises
    ------
    GameError
        If the function raises, returns what is no multiple of ``1 / granularity``, is not 0 for
        nobody, or is not convex as far as that is checked.

    Notes
    -----
    Each question costs some hundred orders of the players, each with one call of the function
    for every player; worths are kept.

    References
    ----------
    .. [1] L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1
       (1971), pp. 11-26.
    .. [2] S. Fujishige and S. Isotani, "A submodular function minimization algorithm based on
       the minimum-norm base", Pacific Journal of Optimization 7 (2011), pp. 3-17.

    Examples
    --------
    >>> game = ConvexOracle(4, lambda members: len(members) ** 2)
    >>> game.most_excess([1, 4, 5, 6])
    (Excess(coalition=1, excess=Fraction(0, 1)),)
    """

    method = "minimum norm"

    def __init__(
        self,
        n: int,
        worth: Callable[[tuple[Any, ...]], Any],
        players: Sequence[str] | None = None,
        granularity: int = 1,
    ) -> None:
        names = players if players is not None else [str(i + 1) for i in range(n)]
        if len(names) != n:
            raise GameError(f"{len(names)} names for {n} players; every player needs one")
        if type(granularity) is not int or granularity < 1:
            raise GameError(f"the granularity {granularity!r} is no positive whole number")
        super().__init__(names, [(i,) for i in range(n)])
        self._members: Sequence[Any] = range(n) if players is None else self.players
        self._function = worth
        self._granularity = granularity
        self._known: dict[int, int] = {}
        self._packed = np.zeros((0, (n + 7) // 8), dtype=np.uint8)  # what is known, as arrays
        self._worths = np.zeros(0)
        self._memory: dict[tuple[int, int], dict[tuple[int, ...], float]] = {}
        if self._whole(0):
            raise GameError(f"nobody is worth {self.worth(0)}; it must be 0")
        if n <= MAX_CHECKED:
            self._check()

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
        return Fraction(self._whole(coalition), self._granularity)

    def maximiser(self, x: tuple[Fraction, ...], inside: int, outside: int) -> int:
        """Return a coalition of largest excess between two.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        inside, outside : int
            Masks without a common player.

        Returns
        -------
        int

        Raises
        ------
        SolverError
            If the game turns out not to be convex.
        """
        free = [i for i in range(self.n_players) if not (inside | outside) >> i & 1]
        scale = lcm(self._granularity, *(share.denominator for share in x))
        factor = scale // self._granularity
        prices = [int(x[i] * scale) for i in free]
        base = self._whole(inside)

        def function(mask: int) -> int:
            return factor * (base - self._whole(inside | mask))

        memory = self._memory.setdefault((inside, outside), {})
        return inside | minimiser(function, [1 << i for i in free], prices, memory)

    def proposals(self, x: tuple[Fraction, ...], settled: Span | None) -> Iterator[int]:
        """Propose the best of the coalitions whose worth is known already, without a question.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        settled : Span or None
            Leave out what it contains.

        Yields
        ------
        int
            Masks.
        """
        for mask in self._met(x):
            proper = 0 < mask < self.everybody
            if proper and not (settled is not None and settled.settles(mask)):
                yield mask

    def _met(self, x: tuple[Fraction, ...]) -> list[int]:
        """List the coalitions met before that seem to have the largest excess, in doubles."""
        width = (self.n_players + 7) // 8
        new = list(islice(self._known.items(), len(self._worths), None))
        packed = np.frombuffer(b"".join(m.to_bytes(width, "little") for m, _ in new), np.uint8)
        self._packed = np.concatenate((self._packed, packed.reshape(-1, width)))
        self._worths = np.concatenate((self._worths, [float(v) for _, v in new]))
        members = np.unpackbits(self._packed, axis=1, count=self.n_players, bitorder="little")
        price = np.array([float(share) for share in x])
        excess = self._worths / self._granularity - members @ price
        best = np.argsort(-excess, kind="stable")[:SHORTLIST]
        return [int.from_bytes(self._packed[k].tobytes(), "little") for k in best]

    def _whole(self, coalition: int) -> int:
        """Worth in units of the granularity."""
        found = self._known.get(coalition)
        if found is None:
            members = tuple(self._members[i] for i in members_of(coalition))
            try:
                value = self._function(members)
                exact = Fraction(value if isinstance(value, int | Fraction) else float(value))
            except Exception as error:
                raise GameError(
                    f"the worth of {members} cannot be computed: {type(error).__name__}: {error}"
                ) from error
            scaled = exact * self._granularity
            if scaled.denominator != 1:
                raise GameError(
                    f"the worth {value!r} of {members} is no multiple of 1/{self._granularity}; "
                    f"give a granularity that fits all worths"
                )
            found = self._known[coalition] = scaled.numerator
        return found

    def _check(self) -> None:
        """Refuse a game in which what a player adds falls as another joins."""
        for mask in range(self.everybody + 1):
            for i in range(self.n_players):
                for j in range(i):
                    one, other = 1 << i, 1 << j
                    if mask & (one | other):
                        continue
                    both = self._whole(mask | one | other) + self._whole(mask)
                    if both < self._whole(mask | one) + self._whole(mask | other):
                        raise GameError(
                            f"the game is not convex: player {self.players[i]} adds less to "
                            f"{', '.join(self.players[k] for k in members_of(mask | other))} "
                            f"than without {self.players[j]}"
                        )
