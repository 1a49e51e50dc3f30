"""The best partition of the players by a dynamic programme over all coalitions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from solvers.errors import LimitError
from solvers.games.game import TUGame
from solvers.structures.answer import OptimalStructure, Partition

if TYPE_CHECKING:
    from solvers.games.worths import Floats

__all__ = ["MAX_PLAYERS", "optimal_structure", "superadditive_cover"]

MAX_PLAYERS: Final = 22
"""Most players: the programme takes 3**21 / 2 sums there, and every further one trebles them."""

PLAIN: Final = 10  # up to here Python integers are quicker than the start of the compiler
PLAIN_WARM: Final = 5
MAX_TIES: Final = 2_000_000  # nearly best blocks that are compared in Python integers
SAFE: Final = 2**62

Ints = NDArray[Any]


def optimal_structure(game: TUGame) -> OptimalStructure:
    """Find the best ways to split the players into coalitions.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players; doubles are taken at face value.

    Returns
    -------
    OptimalStructure
        Exact: the value, all structures that have it (listed lazily) and their number.

    Raises
    ------
    LimitError
        If there are too many players, or too many structures within rounding of the best.

    Notes
    -----
    ``f(S) = max v(T) + f(S - T)`` over the T in S that hold the last player of S: about
    ``3**(n - 1) / 2`` sums, since only coalitions without the last player, and N, are needed.
    Where the worths fit 63-bit integers, the programme runs on them. Otherwise it runs on
    doubles, and all blocks within its rounding error of the best are compared as fractions.

    References
    ----------
    .. [1] D. Y. Yeh, "A dynamic programming approach to the complete set partitioning problem",
       BIT 26 (1986), pp. 467-474.
    .. [2] M. H. Rothkopf, A. Pekec and R. M. Harstad, "Computationally manageable combinational
       auctions", Management Science 44 (1998), pp. 1131-1147.

    Examples
    --------
    >>> answer = optimal_structure(TUGame([0, 2, 2, 4, 2, 4, 4, 5]))
    >>> answer.value, answer.number
    (Fraction(6, 1), 4)
    >>> answer.structure
    [('1',), ('2', '3')]
    """
    n = game.n_players
    check_players(n)
    if n == 0:
        zero = Fraction(0)
        return OptimalStructure(
            game.players, zero, zero, "exact", "definition", game.worth, lambda: iter([()]), _one
        )
    table = _table(game)
    value = table.value
    return OptimalStructure(
        game.players, value, value, "exact", table.method, game.worth, table.listing, table.count
    )


def _one() -> int:
    return 1


def check_players(n: int) -> None:
    """Refuse games for which the programme takes too long."""
    if n > MAX_PLAYERS:
        raise LimitError(
            f"{n} players: the programme over all coalitions takes {3 ** (n - 1) // 2:,} sums; the "
            f"limit is {MAX_PLAYERS}, beyond it anytime_structure gives a structure and a bound"
        )


def superadditive_cover(game: TUGame) -> TUGame:
    """Give every coalition the worth of its best partition.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PLAYERS` players.

    Returns
    -------
    TUGame
        The least superadditive game that is nowhere below this one: exact if the game is, else
        of doubles.

    Raises
    ------
    LimitError
        If there are too many players.

    References
    ----------
    .. [1] R. J. Aumann and J. H. Dreze, "Cooperative games with coalition structures",
       International Journal of Game Theory 3 (1974), pp. 217-237.

    Examples
    --------
    >>> superadditive_cover(TUGame([0, 2, 2, 3, 2, 5, 4, 6])).numerators.tolist()
    [0, 2, 2, 4, 2, 5, 4, 7]
    """
    check_players(game.n_players)
    if game.is_exact:
        worth = game.numerators
        best = _best_integers(worth, worth.size)
        return TUGame.of_integers(best, game.denominator, game.players)
    if _plain(game.n_players):
        doubles = np.array(_best_plain(game.values.tolist(), game.values.size), np.float64)
    else:
        doubles = _best_compiled(game.values, game.values.size)
    return TUGame.of(doubles, players=game.players)


def _plain(n: int) -> bool:
    """Whether Python is quicker than the compiler, counting the time to start it."""
    return n <= (PLAIN_WARM if "numba" in sys.modules else PLAIN)


def _fits(worth: Ints) -> bool:
    """Whether sums of worths over the blocks of a partition fit 63 bits."""
    if worth.dtype == object:
        return False
    n = worth.size.bit_length()
    return max(int(worth.max()), -int(worth.min())) * n < SAFE


def _best_plain(worth: list[Any], size: int) -> list[Any]:
    """Largest sums for the first masks of a table, in Python numbers."""
    best = [worth[0]] * size
    for mask in range(1, size):
        top = 1 << (mask.bit_length() - 1)
        rest = part = mask ^ top
        most = worth[mask]
        while part:
            part = (part - 1) & rest
            value = worth[top | part] + best[rest ^ part]
            if value > most:
                most = value
        best[mask] = most
    return best


def _best_compiled(worth: NDArray[Any], size: int) -> NDArray[Any]:
    from solvers.kernels.best_partition import best_worths

    best = np.empty(size, worth.dtype)
    best_worths(worth, best)
    return best


def _best_integers(worth: Ints, size: int) -> Ints:
    if _fits(worth) and not _plain(worth.size.bit_length() - 1):
        return _best_compiled(worth, size)
    if worth.size > 1 << MAX_OBJECTS:
        raise LimitError(
            f"worths of more than 63 bits are taken for up to {MAX_OBJECTS} players: round them"
        )
    found = _best_plain(worth.tolist(), size)
    best = np.empty(size, worth.dtype if _fits(worth) else object)
    best[:] = found
    return best


MAX_OBJECTS: Final = 14


def _table(game: TUGame) -> _Table:
    n = game.n_players
    if not game.is_exact and n > PLAIN:
        # Only when the integers of a game of doubles are small are they worth writing down.
        scaled = _scaled(game.values)
        if scaled is None:
            return _Rounded(game)
        return _Compiled(*scaled)
    if n > PLAIN:
        if not _fits(game.numerators):
            return _Rounded(game)
        return _Compiled(game.numerators, game.denominator)
    return _Table(game.numerators, game.denominator)


def _scaled(values: Floats) -> tuple[Ints, int] | None:
    """Doubles as integers over a power of two, where their sums fit 63 bits."""
    n = values.size.bit_length()
    largest = float(max(values.max(), -values.min()))
    power = 61 - n.bit_length() - int(np.frexp(largest)[1])
    if not 0 <= power < 1024:
        return None
    scaled = np.ldexp(values, power)
    whole = scaled.astype(np.int64)
    return (whole, 1 << power) if np.array_equal(whole, scaled) else None


class _Table:
    """Best sums of all coalitions without the last player, in integers, and what reaches them."""

    def __init__(self, worth: Ints, denominator: int) -> None:
        half = worth.size // 2
        self.worth, self.denominator = worth, denominator
        self.everybody = worth.size - 1
        self.best = _best_integers(worth, half)
        self.method = "dynamic programme"
        parts = worth[half:] + self.best[::-1]
        self.total = max(parts.tolist()) if parts.dtype == object else int(parts.max())
        self.known: dict[int, list[int]] = {}

    @property
    def value(self) -> Fraction:
        return Fraction(self.total, self.denominator)

    def first_blocks(self, mask: int) -> list[int]:
        """Blocks of the last player of a coalition in its best partitions, largest mask first."""
        found = self.known.get(mask)
        if found is None:
            top = 1 << (mask.bit_length() - 1)
            rest = mask ^ top
            parts = _submasks(rest)
            goal = self.total if mask >= self.best.size else self.best[mask]
            sums = self.worth[top | parts] + self.best[rest ^ parts]
            found = self.known[mask] = (top | parts[sums == goal])[::-1].tolist()
        return found

    def listing(self) -> Iterator[Partition]:
        for blocks in self._of(self.everybody):
            yield tuple(sorted(blocks, key=lambda mask: mask & -mask))

    def _of(self, mask: int) -> Iterator[Partition]:
        if not mask:
            yield ()
            return
        for block in self.first_blocks(mask):
            for others in self._of(mask ^ block):
                yield (*others, block)

    def count(self) -> int:
        ways = {0: 1}

        def number(mask: int) -> int:
            if mask not in ways:
                ways[mask] = sum(number(mask ^ block) for block in self.first_blocks(mask))
            return ways[mask]

        return number(self.everybody)


class _Compiled(_Table):
    """The same for many players, whose partitions are counted by a compiled loop."""

    def count(self) -> int:
        # The partitions of 25 players still fit 63 bits.
        from solvers.kernels.best_partition import count_best, count_best_of_all

        ways = np.empty(self.best.size, np.int64)
        count_best(self.worth, self.best, ways)
        return int(count_best_of_all(self.worth, self.best, ways, self.total))


class _Rounded(_Table):
    """The same from doubles: what comes within their error of the best is compared exactly."""

    def __init__(self, game: TUGame) -> None:
        from solvers.kernels.best_partition import best_of_all, best_worths

        self.game = game
        worth = game.values
        n = game.n_players
        doubles = np.empty(worth.size // 2, np.float64)
        best_worths(worth, doubles)
        self.doubles, self.largest = doubles, float(best_of_all(worth, doubles))
        # A sum of k worths is off by less than k (k + 1) 2**-53 max|v|; two of them are compared.
        self.slack = n * (n + 1) * 2.0**-50 * float(np.abs(worth).max())
        self.method = "dynamic programme in doubles, ties in fractions"
        self.everybody = worth.size - 1
        self.known = {}
        self.exactly: dict[int, Fraction] = {0: Fraction(0)}
        self.ties = 0
        self._exact_best(self.everybody)

    @property
    def value(self) -> Fraction:
        return self.exactly[self.everybody]

    def _exact_best(self, mask: int) -> Fraction:
        if mask in self.exactly:
            return self.exactly[mask]
        top = 1 << (mask.bit_length() - 1)
        rest = mask ^ top
        parts = _submasks(rest)
        goal = self.largest if mask >= self.doubles.size else self.doubles[mask]
        sums = self.game.values[top | parts] + self.doubles[rest ^ parts]
        near = (top | parts[sums >= goal - self.slack])[::-1].tolist()
        self.ties += len(near)
        if self.ties > MAX_TIES:
            raise LimitError(
                f"more than {MAX_TIES:,} blocks are within rounding of the best: round the worths "
                f"to a multiple of a power of two, so that 63-bit integers hold them"
            )
        exact = [self.game.worth(block) + self._exact_best(mask ^ block) for block in near]
        best = max(exact)
        self.exactly[mask] = best
        self.known[mask] = [b for b, s in zip(near, exact, strict=True) if s == best]
        return best


def _submasks(mask: int) -> NDArray[np.int64]:
    """All parts of a coalition, in ascending order."""
    parts = np.zeros(1, np.int64)
    while mask:
        bit = mask & -mask
        parts = np.concatenate([parts, parts | bit])
        mask ^= bit
    return parts
