"""Power indices by sampling, with standard errors: for bodies beyond exact reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from solvers.counting.simple_games import Expression, SimpleGame, simple_game
from solvers.errors import GameError, LimitError
from solvers.rules.rule import Rule

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["MAX_SAMPLES", "SAMPLED_INDICES", "SampledPower", "sampled_power"]

MAX_SAMPLES = 10**9
"""Most samples that may be asked for."""

CHUNK = 4096  # samples of a chunk, or fewer
CELLS = 2**19  # samples times players of a chunk
ROUND = 8  # chunks between the first looks at the standard errors

Sums: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int64]]"
Booleans: TypeAlias = "NDArray[np.bool_]"


@dataclass(frozen=True)
class SampledPower:
    """An index of every player, estimated.

    Parameters
    ----------
    values, standard_errors : tuple of float, length n
        Estimates, and the standard deviation of each; players of one type share theirs.
    name, normalisation : str
        The index, and what one unit is.
    samples : int
        Orders, or coalitions, that were drawn.
    seed : int
        What the random numbers start from.
    wanted : float or None
        Standard error that was asked for.
    """

    values: tuple[float, ...]
    standard_errors: tuple[float, ...]
    name: str
    normalisation: str
    samples: int
    seed: int
    wanted: float | None

    @property
    def reached(self) -> bool:
        """Whether every standard error is as small as was asked for."""
        return self.wanted is None or max(self.standard_errors, default=0.0) <= self.wanted


SAMPLED_INDICES = {
    "shapley_shubik": ("sums to 1", "Castro, Gómez and Tejada 2009"),
    "banzhaf_absolute": ("of 2^(n-1) coalitions", "Bachrach et al. 2010"),
}
"""Normalisation and source of the indices that can be sampled, by name."""


def sampled_power(
    rule: Rule,
    index: str = "shapley_shubik",
    seed: int = 0,
    standard_error: float | None = 0.001,
    max_samples: int = 1_000_000,
    workers: int = 1,
) -> SampledPower:
    """Estimate a power index from random orders or random coalitions.

    Parameters
    ----------
    rule : Rule
        No leaf may tell an abstention from a vote against; any number of players and leaves.
    index : {"shapley_shubik", "banzhaf_absolute"}
        For the first, who turns a random order from losing to winning; for the second, whose
        vote decides when each of the others votes for with probability 1/2.
    seed : int
        At least 0.
    standard_error : float, optional
        Stop when that of every player is at most this; None draws `max_samples`.
    max_samples : int
        Stop there in any case.
    workers : int
        Processes; their number does not change the answer.

    Returns
    -------
    SampledPower

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If there is no such index, or a number is out of range.
    LimitError
        If more than `MAX_SAMPLES` samples are asked for.

    Notes
    -----
    Samples are drawn in chunks; chunk c has the seed sequence of the seed with the spawn key c,
    and the standard errors are looked at after fixed numbers of chunks. Players of one type have
    one value, estimated from all of them together. Two samples are added to the variance, one in
    which nobody and one in which everybody of a type decides, so that a player that was never
    seen to decide does not pass for one that never does.

    References
    ----------
    .. [1] J. Castro, D. Gómez and J. Tejada, "Polynomial calculation of the Shapley value based
       on sampling", Computers and Operations Research 36 (2009), pp. 1726-1730.
    .. [2] Y. Bachrach, E. Markakis, E. Resnick, A. D. Procaccia, J. S. Rosenschein and A. Saberi,
       "Approximating power indices: theoretical and empirical analysis", Autonomous Agents and
       Multi-Agent Systems 20 (2010), pp. 105-122.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> council = Rule(3, Quota((2, 1, 1), (0,) * 3, (0,) * 3, 3))
    >>> found = sampled_power(council, seed=1, standard_error=0.005)
    >>> found.reached, abs(found.values[0] - 2 / 3) < 0.02
    (True, True)
    """
    plain = simple_game(rule)
    # what others have computed of a game does not travel to other processes
    game = SimpleGame(plain.n_players, plain.weights, plain.thresholds, plain.root)
    _check(index, seed, standard_error, max_samples, workers)
    types, n = plain.types, game.n_players
    several = index == "banzhaf_absolute"  # several members of a type may decide at once
    each = max(min(CHUNK, CELLS // max(n, 1)), 64)
    first = np.zeros(len(types), np.int64)
    sums, squares, drawn, chunks, aim = first, first.copy(), 0, 0, ROUND
    errors = [float("inf")] * len(types)
    with _runner(workers) as run:
        while drawn < max_samples:
            tasks = []
            while chunks < aim and drawn < max_samples:
                number = min(each, max_samples - drawn)
                tasks.append((game, index, seed, chunks, number))
                chunks, drawn = chunks + 1, drawn + number
            for once, twice in run(tasks):
                sums, squares = sums + once, squares + twice
            errors = [
                _standard_error(int(a), int(b), drawn, size if several else 1) / size
                for a, b, size in zip(sums, squares, map(len, types), strict=True)
            ]
            worst = max(errors, default=0.0)
            if standard_error is not None and worst <= standard_error:
                break
            aim = _next_aim(chunks, worst, standard_error)
    values, spread = [0.0] * n, [0.0] * n
    for members, total, error in zip(types, sums, errors, strict=True):
        for i in members:
            values[i], spread[i] = int(total) / (drawn * len(members)), error
    return SampledPower(
        tuple(values), tuple(spread), index, SAMPLED_INDICES[index][0], drawn, seed, standard_error
    )


def _check(
    index: str, seed: int, standard_error: float | None, max_samples: int, workers: int
) -> None:
    if index not in SAMPLED_INDICES:
        raise GameError(
            f"no sampled index {index!r}; there are {', '.join(SAMPLED_INDICES)}, from which the "
            f"other forms of these two follow"
        )
    if seed < 0:
        raise GameError(f"the seed is {seed}; it is at least 0")
    if standard_error is not None and not 0 < standard_error < 1:
        raise GameError(f"the standard error is {standard_error}; it is above 0 and below 1")
    if max_samples < 1 or workers < 1:
        raise GameError(f"{max_samples} samples, {workers} workers; there is at least one of each")
    if max_samples > MAX_SAMPLES:
        raise LimitError(
            f"{max_samples:,} samples; the limit is {MAX_SAMPLES:,}, with standard errors of "
            f"about 0.00002: ask for an exact index, or a larger standard error"
        )


def _next_aim(chunks: int, worst: float, wanted: float | None) -> int:
    """Choose how many chunks to have before the next look: what is needed, at most four times."""
    if wanted is None:
        return chunks + 64
    needed = chunks * (worst / wanted) ** 2
    return max(chunks + ROUND, min(4 * chunks, int(1.05 * needed) + 1))


def _standard_error(total: int, squares: int, number: int, most: int) -> float:
    """Estimate that of a mean, with one sample of 0 and one of the most added."""
    number, total, squares = number + 2, total + most, squares + most * most
    return sqrt((squares * number - total * total) / number**3)


Task: TypeAlias = "tuple[SimpleGame, str, int, int, int]"


@contextmanager
def _runner(workers: int) -> Iterator[Any]:
    """Give a map over tasks: in this process, or in others."""
    if workers == 1:
        yield lambda tasks: map(_chunk, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool: Executor = ProcessPoolExecutor(workers, get_context("spawn"))
    with pool:
        yield lambda tasks: pool.map(_chunk, tasks)


def _chunk(task: Task) -> Sums:
    """Draw one chunk; give for each type the number of times it decides, and its square."""
    game, index, seed, chunk, number = task
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(chunk,)))
    decides = _pivots if index == "shapley_shubik" else _swings
    return decides(game, rng, number)


def _weights(game: SimpleGame) -> list[NDArray[Any]]:
    """Weights of each leaf, in words where their sums fit, else in Python integers."""
    found = []
    for weights, threshold in zip(game.weights, game.thresholds, strict=True):
        most = max(sum(weights), threshold)
        kind = np.int32 if most < 2**31 else np.int64 if most < 2**62 else object
        found.append(np.array(weights, kind))
    return found


def _decided(root: Expression, holds: Sequence[Booleans], number: int) -> Booleans:
    """Evaluate the tree for many coalitions, from which leaves hold for each."""
    if isinstance(root, int):
        return holds[root]
    word, parts = root
    result = np.full(number, word == "all")
    for part in parts:
        inner = _decided(part, holds, number)
        result = result & inner if word == "all" else result | inner
    return result


def _pivots(game: SimpleGame, rng: np.random.Generator, number: int) -> Sums:
    """Find who turns each random order, by halving: more supporters never lose."""
    n, rows = game.n_players, np.arange(number)
    orders = rng.permuted(np.broadcast_to(np.arange(n), (number, n)), axis=1)
    reached = [np.cumsum(w[orders], axis=1, dtype=w.dtype) for w in _weights(game)]
    low, high = np.zeros(number, np.int64), np.full(number, n)  # loses with low, wins with high
    while (open_ := high - low > 1).any():
        middle = (low + high) // 2
        at = np.maximum(middle - 1, 0)
        holds = [r[rows, at] >= t for r, t in zip(reached, game.thresholds, strict=True)]
        wins = _decided(game.root, holds, number)
        low, high = np.where(open_ & ~wins, middle, low), np.where(open_ & wins, middle, high)
    by_player = np.zeros(n, np.int64)
    whole = [sum(w) for w in game.weights]
    if n and game.wins(whole) and not game.wins([0] * len(whole)):
        by_player = np.bincount(orders[rows, high - 1], minlength=n)
    counts = np.array([by_player[list(t)].sum() for t in game.types], np.int64)
    return counts, counts


def _swings(game: SimpleGame, rng: np.random.Generator, number: int) -> Sums:
    """Whose vote decides in each random coalition of the others."""
    n, once, twice = game.n_players, [], []
    inside = rng.integers(0, 2, (number, n), np.int8).astype(np.bool_)
    weights = _weights(game)
    sums = [inside @ w if w.dtype != object else (inside * w).sum(axis=1) for w in weights]
    for members in game.types:
        first = members[0]
        of_type = inside[:, list(members)].sum(axis=1)
        # a member that is in decides when the others are one fewer of its type, and so on
        decides = []
        for is_in in (True, False):
            outcomes = []
            for shift in (0, -1) if is_in else (1, 0):
                holds = [
                    s + shift * w[first] >= t
                    for s, w, t in zip(sums, weights, game.thresholds, strict=True)
                ]
                outcomes.append(_decided(game.root, holds, number))
            decides.append(outcomes[0] & ~outcomes[1])
        found = of_type * decides[0] + (len(members) - of_type) * decides[1]
        once.append(int(found.sum()))
        twice.append(int((found * found).sum()))
    return np.array(once, np.int64), np.array(twice, np.int64)
