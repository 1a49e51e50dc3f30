"""A good partition at once, a better one with time, and a bound on how good one can be."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame
from solvers.structures.answer import Guarantee, OptimalStructure, Partition

__all__ = ["MAX_SEARCHED", "anytime_structure"]

MAX_SEARCHED: Final = 24
"""Most players: the search sorts all coalitions, some 900 MiB at 24 players."""

PIECE: Final = 200_000  # nodes between two looks at the clock
PASSES: Final = 3  # rounds in which prices are lowered

Ints = NDArray[Any]


def anytime_structure(
    game: TUGame, time_limit: float | None = None, node_limit: int | None = None
) -> OptimalStructure:
    """Search for a best structure, and stop in time with a bound.

    Parameters
    ----------
    game : TUGame
        At most `MAX_SEARCHED` players.
    time_limit : float or None
        Seconds of search, not counting the preparation; None: until it is proved.
    node_limit : int or None
        Nodes of the search; unlike a time it gives the same answer everywhere.

    Returns
    -------
    OptimalStructure
        ``exact`` when the search came to its end, else ``bounded``: `value`, `bound` and `gap`
        say how much better a structure can be. Ctrl-C ends the search in the same way. One
        structure is kept: others may be as good.

    Raises
    ------
    GameError
        If a limit is not positive.
    LimitError
        If there are too many players.

    Notes
    -----
    Prices p with p(S) >= v(S) for every S bound every structure by p(N). The search takes the
    blocks of the last player left by ascending loss p(S) - v(S), and goes back when the losses
    so far reach those of the best structure found. Worths that do not fit 63-bit integers are
    rounded up for the bound; then a finished search is ``bounded`` too, with a tiny gap.

    References
    ----------
    .. [1] T. Rahwan, S. D. Ramchurn, N. R. Jennings and A. Giovannucci, "An anytime algorithm
       for optimal coalition structure generation", Journal of Artificial Intelligence Research
       34 (2009), pp. 521-567.
    .. [2] E. Balas and M. W. Padberg, "Set partitioning: a survey", SIAM Review 18 (1976),
       pp. 710-760.

    Examples
    --------
    >>> answer = anytime_structure(TUGame([0, 2, 2, 5, 2, 4, 4, 6]), node_limit=100)
    >>> answer.value, answer.guarantee, answer.structure
    (Fraction(7, 1), 'exact', [('1', '2'), ('3',)])
    """
    _check(game, time_limit, node_limit)
    n = game.n_players
    if n == 0:
        from solvers.structures.dense import optimal_structure

        return optimal_structure(game)
    worth, denominator, faithful = _integers(game)
    found = _Search(worth, n)
    interrupted = found.run(time_limit, node_limit)
    value = sum((game.worth(block) for block in found.blocks), Fraction(0))
    bound = max(value, Fraction(found.bound, denominator))
    guarantee: Guarantee = "exact" if faithful and found.over else "bounded"

    def listing() -> Iterator[Partition]:
        yield tuple(sorted(found.blocks, key=lambda mask: mask & -mask))

    return OptimalStructure(
        game.players,
        value,
        value if guarantee == "exact" else bound,
        guarantee,
        f"search by loss, {found.nodes:,} nodes",
        game.worth,
        listing,
        lambda: None,
        interrupted,
    )


def _check(game: TUGame, time_limit: float | None, node_limit: int | None) -> None:
    if time_limit is not None and not 0 < time_limit < math.inf:
        raise GameError(f"time_limit is {time_limit}; it must be a positive number of seconds")
    if node_limit is not None and node_limit < 1:
        raise GameError(f"node_limit is {node_limit}; it must be at least 1")
    if game.n_players > MAX_SEARCHED:
        raise LimitError(
            f"{game.n_players} players: the search would sort 2**{game.n_players} coalitions; the "
            f"limit is {MAX_SEARCHED}, beyond it structure_of_listed takes a list of coalitions"
        )


def _integers(game: TUGame) -> tuple[Ints, int, bool]:
    """Worths in integers, sums of which fit 63 bits; last whether they are not rounded up."""
    n = game.n_players
    if game.is_exact and game.numerators.dtype != object:
        worth = game.numerators
        if max(int(worth.max()), -int(worth.min())) < 2**61 // (n + 1) ** 2:
            return worth, game.denominator, True
    values = game.values
    largest = float(np.abs(values).max())
    power = 60 - 2 * n.bit_length() - int(np.frexp(largest)[1])
    scaled = np.ldexp(values, power)
    whole = np.ceil(scaled)
    faithful = not game.is_exact and np.array_equal(whole, scaled) and power >= 0
    if game.is_exact:  # the double itself may have been rounded down, by less than this
        whole += np.ceil(np.abs(scaled) * 2.0**-52)
    if power < 0:  # only worths of some 2**50 and more
        return whole.astype(np.int64), 1, False
    return whole.astype(np.int64), 1 << power, bool(faithful)


class _Search:
    """State of a search; see the kernel."""

    def __init__(self, worth: Ints, n: int) -> None:
        from solvers.kernels.partition_search import lower_prices

        sizes = np.zeros(1, np.int64)
        for _ in range(n):
            sizes = np.concatenate([sizes, sizes + 1])
        # An equal share of what the best coalition of each player is worth, rounded up.
        share = -(-worth[1:] // sizes[1:])
        price = np.array(
            [share[(np.arange(1, worth.size) >> i & 1).astype(bool)].max() for i in range(n)],
            np.int64,
        )
        loss = np.empty(worth.size, np.int64)
        for _ in range(PASSES):
            lower_prices(worth, price, loss)
        self.n, self.loss, self.total = n, loss, int(price.sum())
        self.order = np.zeros(worth.size, np.int64)
        for i in range(n):
            half = slice(1 << i, 2 << i)
            self.order[half] = (1 << i) + np.argsort(loss[half], kind="stable")
        self.place = np.zeros(n + 1, np.int64)
        self.place[0] = 1 << (n - 1)
        self.chosen = np.zeros(n, np.int64)
        self.best = np.zeros(n, np.int64)
        self.best[0] = worth.size - 1
        self.state = np.array([0, loss[-1], 1], np.int64)
        self.nodes = 0

    @property
    def over(self) -> bool:
        return bool(self.state[0] < 0)

    @property
    def blocks(self) -> list[int]:
        return list(map(int, self.best[: self.state[2]]))

    @property
    def bound(self) -> int:
        """No partition is worth more: prices of all less the least loss that is still open."""
        least = int(self.state[1])
        spent = 0
        rest = (1 << self.n) - 1
        for depth in range(int(self.state[0]) + 1):
            k = int(self.place[depth])
            if k < 1 << rest.bit_length():
                least = min(least, spent + int(self.loss[self.order[k]]))
            block = int(self.chosen[depth])
            spent += int(self.loss[block])
            rest &= ~block
        return self.total - least

    def run(self, time_limit: float | None, node_limit: int | None) -> bool:
        """Search until the end or a limit; whether Ctrl-C ended it."""
        from solvers.kernels.partition_search import search

        start = time.perf_counter()
        try:
            while not self.over:
                piece = PIECE if node_limit is None else min(PIECE, node_limit - self.nodes)
                if piece < 1:
                    break
                self.nodes += int(
                    search(
                        self.order, self.loss, self.place, self.chosen, self.best, self.state, piece
                    )
                )
                if time_limit is not None and time.perf_counter() - start >= time_limit:
                    break
        except KeyboardInterrupt:
            return True
        return False
