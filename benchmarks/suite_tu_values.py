"""Values of all players beside ``numpy.sum`` over the same table, and beside other packages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from solvers.games.game import TUGame
from solvers.games.transforms import harsanyi_dividends
from solvers.values.shapley import banzhaf_value, shapley_value

from .harness import Answer, Case, Contestant
from .peers import peer
from .suite_tu_judges import (
    banzhaf_of_table,
    close_shares,
    dividends_of,
    largest_error,
    shapley_of_table,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["cases", "random_table"]

SEED = 1953
CALL = 5e-6  # seconds that a call may cost beside the sums
SMALL = (10, 12, 14, 16, 18, 20)
LARGE = (22, 24, 26)
BAR, MOEBIUS_BAR = 0.85, 6.0
PEER_BARS = {14: None, 16: 1 / 300, 20: 1 / 250}
SHAPIQ = 14  # players; it takes half a minute for 20
THREADS = 20  # players from which on threads share a table


def random_table(n: int) -> Floats:
    """Draw worths between 0 and 1.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    ndarray of float64, shape (2**n,)
        Multiples of 2**-53; the empty coalition is worth 0.
    """
    table = np.random.default_rng(SEED).random(1 << n)
    table[0] = 0.0
    return table


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to leave out tables above 22 players.

    Yields
    ------
    Case
    """
    seconds = 1.0 if quick else 10.0
    for n in (*SMALL, *(LARGE[:1] if quick else LARGE)):
        yield _shapley(n, seconds)
    for n in (16, 18, 20, 22) if quick else (16, 18, 20, 22, 24, 26):
        yield _banzhaf(n, seconds)
    for n in (18, 20) if quick else (18, 20, 22, 24):
        yield _dividends(n, seconds)
    for n, bar in PEER_BARS.items():
        yield _beside_peers(n, bar, seconds)


def _summed(table: Floats, extra: float = 0.0) -> Callable[[], Answer]:
    """Sum the table, then be busy for a while."""

    def run() -> float:
        total = np.sum(table)
        if extra:
            until = time.perf_counter() + extra
            while time.perf_counter() < until:
                pass
        return float(total)

    return run


def _read(table: Floats) -> Callable[[], Answer]:
    """Compare the worths without adding them: what no answer from memory can be faster than."""
    total = float(np.sum(table))

    def run() -> float:
        np.max(table)
        return total

    return run


def _shapley(n: int, seconds: float) -> Case:
    """With 5 us for the call on small tables."""
    table = random_table(n)
    game = TUGame.of(table, copy=False)
    exact = shapley_of_table(table)
    small = n in SMALL
    extra, bar = (CALL, 1.0) if small else (0.0, BAR)
    remark = partial(_error, exact, max(map(abs, exact)))
    contestants = [
        Contestant("shapley_value(game)", lambda: shapley_value(game), True, bar, None, remark),
        Contestant(
            "shapley_value(TUGame.of(table))",
            lambda: shapley_value(TUGame.of(table, copy=False)),
            True,
            bar,
        ),
    ]
    if n >= THREADS:
        contestants.append(
            Contestant("same bits on 2 threads", lambda: shapley_value(game, threads=2), True)
        )
    if small:
        contestants.append(Contestant("numpy.sum", _summed(table)))
    else:
        contestants.append(Contestant("numpy.max: the table read once", _read(table)))
    return Case(
        f"Shapley value, n={n}",
        Contestant("numpy.sum and 5 us" if small else "numpy.sum", _summed(table, extra)),
        tuple(contestants),
        close_shares(exact, max(map(abs, exact)), float(np.sum(table))),
        seconds,
    )


def _error(exact: tuple[Fraction, ...], unit: Fraction, answer: Answer) -> str:
    shares = np.asarray(answer, np.float64).tolist()
    return f"largest error {largest_error(shares, exact, unit):.2g} of the largest share"


def _banzhaf(n: int, seconds: float) -> Case:
    """Its shares are means that may all be near 0: errors are counted in the largest worth."""
    table = random_table(n)
    game = TUGame.of(table, copy=False)
    return Case(
        f"Banzhaf value, n={n}",
        Contestant("numpy.sum", _summed(table)),
        (Contestant("banzhaf_value(game)", lambda: banzhaf_value(game), True, BAR),),
        close_shares(banzhaf_of_table(table), Fraction(float(table.max()))),
        seconds,
    )


def _dividends(n: int, seconds: float) -> Case:
    table = np.random.default_rng(SEED).integers(0, 1 << 20, 1 << n).astype(np.float64)
    table[0] = 0.0
    game = TUGame.of(table, copy=False)
    out = np.zeros_like(table)
    return Case(
        f"Harsanyi dividends (Moebius transform), n={n}",
        Contestant("numpy.sum", _summed(table)),
        (
            Contestant(
                "into a given array", lambda: harsanyi_dividends(game, out), True, MOEBIUS_BAR
            ),
            Contestant("into fresh memory", lambda: harsanyi_dividends(game), True, MOEBIUS_BAR),
        ),
        dividends_of(table),
        seconds,
    )


def _beside_peers(n: int, bar: float | None, seconds: float) -> Case:
    table = random_table(n)
    game = TUGame.of(table, copy=False)
    exact = shapley_of_table(table)
    built: list[object] = []

    def coopgame() -> Answer:
        module = import_module("coopgame")
        if not built:
            built.append(module.Game(table[1:].tolist()))
        return list(module.shapley(built[0]))

    contestants = [
        Contestant("shapley_value(game)", lambda: shapley_value(game), True, bar),
        Contestant(
            "shapley_value(TUGame.of(table))",
            lambda: shapley_value(TUGame.of(table, copy=False)),
            True,
            bar,
        ),
    ]
    if n == SHAPIQ:
        contestants.append(peer("shapiq", "shapiq", partial(_shapiq, table)))
    return Case(
        f"Shapley value beside other packages, n={n}",
        peer("coopgame-py", "coopgame", coopgame),
        tuple(contestants),
        close_shares(exact, max(map(abs, exact))),
        seconds,
    )


def _shapiq(table: Floats) -> Answer:
    n = table.size.bit_length() - 1
    powers = 1 << np.arange(n)

    def worths(coalitions: NDArray[np.bool_]) -> Floats:
        return table[coalitions @ powers]

    found = import_module("shapiq").ExactComputer(worths, n_players=n)("SV", 1)
    return [float(found[(i,)]) for i in range(n)]
