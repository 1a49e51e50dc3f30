"""Linear values that treat players alike: a weight for each size with the player, and without.

Such a value is sum over S with i of a(|S|) v(S), plus sum over S without i of b(|S|) v(S).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from math import comb
from typing import Any, TypeAlias

import numpy as np

from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.tables import integers_for, popcounts
from solvers.games.worths import Floats
from solvers.values.checks import agrees, float_bound, from_dividends

__all__ = ["MAX_EXACT", "SymmetricValue", "apply", "exact_shares", "size_sums"]

MAX_EXACT = 22
"""Most players of an exact answer: the integers and their order take some 200 MiB."""

FEW = 9  # up to here one small matrix does it, without a compiled kernel
SPLIT = 20  # from here on the table is read in chunks, which threads may share
CHUNKS = 8

Weights: TypeAlias = "tuple[Fraction, ...]"


@dataclass(frozen=True)
class SymmetricValue:
    """Weights of a value of games with n players.

    Parameters
    ----------
    name : str
        Concept.
    n : int
        Number of players.
    inside : tuple of Fraction, length n + 1
        a(s): weight of a coalition of s players that contains the player.
    outside : tuple of Fraction, length n + 1
        b(s): weight of one that does not.
    efficient : bool
        Whether the shares always sum to v(N).

    References
    ----------
    .. [1] L. M. Ruiz, F. Valenciano and J. M. Zarzuelo, "The family of least square values for
       transferable utility games", Games and Economic Behavior 24 (1998), pp. 109-130.
    """

    name: str
    n: int
    inside: Weights
    outside: Weights
    efficient: bool = False

    def of_unanimity(self, size: int) -> tuple[Fraction, Fraction]:
        """Give the shares of a member and of another player in the unanimity game of a coalition.

        Parameters
        ----------
        size : int
            Size of the coalition.

        Returns
        -------
        tuple of Fraction
            The share of another player is 0 where there is none.
        """
        n, left = self.n, self.n - size
        member = sum(
            (comb(left, t - size) * self.inside[t] for t in range(size, n + 1)), Fraction(0)
        )
        other = Fraction(0)
        for t in range(size, n + 1) if left else ():
            if t > size:
                other += comb(left - 1, t - size - 1) * self.inside[t]
            if t < n:
                other += comb(left - 1, t - size) * self.outside[t]
        return member, other


def apply(game: TUGame, make: Callable[[int], SymmetricValue], threads: int = 1) -> Allocation:
    """Find the shares of a value.

    Parameters
    ----------
    game : TUGame
        The game.
    make : callable
        Takes the number of players, gives the weights; always the same ones.
    threads : int
        Threads that share a table of doubles of 20 or more players; any number gives the same
        bits.

    Returns
    -------
    Allocation
        Fractions for an exact game; for doubles, doubles with a bound on their error.

    Raises
    ------
    GameError
        If there is no thread.
    LimitError
        If an exact game has more than `MAX_EXACT` players.
    """
    if threads < 1:
        raise GameError(f"{threads} threads; there is at least 1")
    if game.is_exact:
        value = make(game.n_players)
        return Allocation(
            value.name,
            game.players,
            exact=exact_shares(game, value),
            certificate=partial(_certificate, game, make),
            verifier=partial(_verified, game, make),
            game=game,
            solver="sums by size",
        )
    plan = _plan(make, game.n_players)
    return Allocation(
        plan.name,
        game.players,
        plan.run(game.values, threads),
        partial(_exact_of, game, make),
        "bounded",
        None,
        partial(_certificate, game, make),
        partial(_verified, game, make),
        game,
        "marginal sums",
    )


def size_sums(numerators: Any, n: int) -> tuple[list[list[int]], list[int]]:
    """Sum the worths of the coalitions of each player by size, and of all coalitions.

    Parameters
    ----------
    numerators : ndarray of int64 or of objects, shape (2**n,)
        Integers.
    n : int
        Number of players.

    Returns
    -------
    own : list of list of int, n of length n + 1
        ``own[i][s]``: over the coalitions of s players that contain i.
    total : list of int, length n + 1

    Examples
    --------
    >>> size_sums(np.array([0, 1, 2, 9]), 2)
    ([[0, 1, 9], [0, 2, 9]], [0, 3, 9])
    """
    order = np.argsort(popcounts(n), kind="stable")
    table = integers_for(numerators, 1 << n)[order]
    starts = np.cumsum([0, *(comb(n, s) for s in range(n))])
    total = np.add.reduceat(table, starts).tolist()
    own = []
    for i in range(n):
        inside = np.where(order >> i & 1, table, 0)
        own.append([int(x) for x in np.add.reduceat(inside, starts).tolist()])
    return own, [int(x) for x in total]


def exact_shares(game: TUGame, value: SymmetricValue) -> tuple[Fraction, ...]:
    """Find the shares as fractions.

    Parameters
    ----------
    game : TUGame
        Doubles are taken at face value.
    value : SymmetricValue
        For the number of its players.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    LimitError
        If there are more than `MAX_EXACT` players.
    """
    n = game.n_players
    if n > MAX_EXACT:
        raise LimitError(
            f"exact shares of {n} players: the limit is {MAX_EXACT}; a game of doubles "
            f"(TUGame.of(game.values)) is answered in doubles"
        )
    own, total = size_sums(game.numerators, n)
    shares = []
    for sums in own:
        share = sum(
            (
                a * with_ + b * (all_ - with_)
                for a, b, with_, all_ in zip(value.inside, value.outside, sums, total, strict=True)
                if with_ or all_
            ),
            Fraction(0),
        )
        shares.append(share / game.denominator)
    return tuple(shares)


def _exact_of(game: TUGame, make: Callable[[int], SymmetricValue]) -> tuple[Fraction, ...]:
    return exact_shares(game, make(game.n_players))


def _certificate(game: TUGame, make: Callable[[int], SymmetricValue]) -> dict[str, Any]:
    value = make(game.n_players)
    found: dict[str, Any] = {
        "inside": [str(x) for x in value.inside],
        "outside": [str(x) for x in value.outside],
    }
    if not game.is_exact:
        # What the sums of absolute weights are is what a worth of size 1 can move a share by.
        n = value.n
        reach = sum(
            comb(n - 1, s - 1) * abs(value.inside[s] - value.outside[s]) for s in range(1, n + 1)
        ) + sum(comb(n, s) * abs(value.outside[s]) for s in range(n))
        terms = min(1 << n, 6000 + (1 << max(n - 9, 0)))  # runs of groups, then their sums
        found["error_bound"] = float_bound(game, terms, 2 * float(reach) + 1)
    return found


def _verified(game: TUGame, make: Callable[[int], SymmetricValue], point: Allocation) -> bool:
    """Compare with the shares by dividends, or by marginal contributions in doubles."""
    value = make(game.n_players)
    return agrees(
        game,
        point,
        lambda exact: from_dividends(exact, value.of_unanimity),
        lambda: _by_definition(game.values, value),
    )


def _by_definition(values: Floats, value: SymmetricValue) -> Floats:
    sizes = popcounts(value.n)
    inside = np.array([float(x) for x in value.inside])[sizes]
    outside = np.array([float(x) for x in value.outside])[sizes]
    shares = np.empty(value.n)
    for i in range(value.n):
        shape = (-1, 2, 1 << i)
        table, a, b = values.reshape(shape), inside.reshape(shape), outside.reshape(shape)
        shares[i] = np.sum(a[:, 1] * table[:, 1] + b[:, 0] * table[:, 0])
    return shares


@dataclass(frozen=True)
class _Plan:
    """How a value is found in doubles."""

    name: str
    run: Callable[[Floats, int], Floats]


@lru_cache(maxsize=64)
def _plan(make: Callable[[int], SymmetricValue], n: int) -> _Plan:
    value = make(n)
    if n <= FEW:
        sizes = popcounts(n)
        inside = np.array([float(x) for x in value.inside])[sizes]
        outside = np.array([float(x) for x in value.outside])[sizes]
        masks = np.arange(1 << n)
        matrix = np.array([np.where(masks >> i & 1, inside, outside) for i in range(n)])
        matrix = matrix.reshape(n, 1 << n)
        return _Plan(value.name, lambda table, _: matrix @ table)
    return _Plan(value.name, _compiled(value))


def _compiled(value: SymmetricValue) -> Callable[[Floats, int], Floats]:
    """Choose between one pass and two, whole and in chunks."""
    from solvers.kernels.marginal_sums import (
        even_all,
        even_shares,
        shapley_all,
        shapley_shares,
        sums_of,
    )

    n = value.n
    chunks = 1 if n < SPLIT else CHUNKS
    outside = list(value.outside[:n])
    differences = _by_high_part(
        [a - b for a, b in zip(value.inside, [*outside, Fraction(0)], strict=True)]
    )
    if value.efficient:

        def efficient(table: Floats, threads: int) -> Floats:
            out = np.empty(n)
            if threads == 1 or chunks == 1:
                shapley_all(table, differences, chunks, out)
            else:
                shapley_shares(_shared(table, differences, threads), table[-1], out)
            return out

        return efficient
    if len(set(outside)) == 1 and len(set(value.inside[1:])) == 1:
        # One weight for all sizes: sums of the worths alone, exact for integers that are small.
        ones = _by_high_part([Fraction(1)] * (n + 1))
        b = float(outside[0])
        step = float(value.inside[1] - outside[0])

        def even(table: Floats, threads: int) -> Floats:
            out = np.empty(n)
            if threads == 1 or chunks == 1:
                even_all(table, ones, step, b, chunks, out)
            else:
                even_shares(_shared(table, ones, threads), step, b, out)
            return out

        return even
    common = _by_high_part([*outside, Fraction(0)])

    def general(table: Floats, threads: int) -> Floats:
        pairs = []
        for weights in (common, differences):
            if threads == 1 or chunks == 1:
                pairs.append(np.empty((2, n + 1)))
                sums_of(table, weights, chunks, pairs[-1])
            else:
                pairs.append(_shared(table, weights, threads))
        total, own = pairs
        shares: Floats = (own[0, :n] + total[0, n]) + (own[1, :n] + total[1, n])
        return shares

    return general


def _by_high_part(by_size: list[Any]) -> Floats:
    """Lay weights out as the kernel wants them; the empty coalition has worth 0."""
    n = len(by_size) - 1
    low = [x.bit_count() for x in range(8)]
    return np.array([[float(by_size[t + x]) for x in low] for t in range(n - 2)])


def _shared(table: Floats, weights: Floats, threads: int) -> Floats:
    """Sum a fixed number of chunks, whoever does them, and join them in their order."""
    from solvers.kernels.marginal_sums import COLUMNS, add_groups, joined

    sums = np.zeros((CHUNKS, 2, COLUMNS + 3))
    rows = np.empty(table.size >> 9)
    length = rows.size // CHUNKS

    def chunk(c: int) -> None:
        add_groups(table, weights, c * length, (c + 1) * length, sums[c], rows)

    with ThreadPoolExecutor(min(threads, CHUNKS)) as pool:
        list(pool.map(chunk, range(CHUNKS)))
    out = np.empty((2, table.size.bit_length()))
    joined(sums, rows, out)
    return out
