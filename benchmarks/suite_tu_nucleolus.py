"""The nucleolus on the five benchmark types, beside coopgame-py, and its exact proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np

from solvers.games.game import TUGame
from solvers.games.generators import nucleolus_benchmark
from solvers.games.solution import Allocation
from solvers.stability.nucleolus import nucleolus

from .harness import Answer, Case, Contestant, measure
from .peers import peer
from .suite_tu_judges import Complaint

__all__ = ["cases", "certified_point", "median_case"]

SEED = 2021
FLOOR = 1 / 4  # times coopgame-py, on every type
BARS = {5: 1 / 4, 8: 1 / 12, 12: 1 / 30, 16: 1 / 60, 20: 1 / 100}
"""Median of the types by number of players."""

SUM_BAR = 30.0
CERTIFICATE_BAR = 6.0  # times the solve: the solve itself, and five more for the proof
CERTIFIED = (12, 16, 20, 22)
NEAR = 1e-7  # of the largest worth: how far two packages may differ
PARTS = 10**6  # a ratio as a whole number of so many parts


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to leave out coopgame-py on 20 players, and proofs for more than 16.

    Yields
    ------
    Case
    """
    seconds = 0.5 if quick else 10.0
    for n, bar in BARS.items():
        if quick and n > 16:
            continue
        types = [_beside_peer(kind, n, seconds) for kind in _kinds(n)]
        yield from types
        yield median_case(n, types, bar)
    for kind in _kinds(20):
        yield _beside_sum(kind, 20, seconds)
    for n in CERTIFIED:
        if quick and n > 16:
            continue
        for kind in _kinds(n):
            yield _proof(kind, n, seconds)


def _kinds(n: int) -> range:
    """List the types; the fifth begins at seven players."""
    return range(1, 6 if n >= 7 else 5)


def certified_point(game: TUGame, other: Sequence[float] | None = None) -> Complaint:
    """Accept a nucleolus that its own exact proof confirms, and what is near to it.

    Parameters
    ----------
    game : TUGame
        The game.
    other : sequence of float, optional
        What another package answers.

    Returns
    -------
    callable
    """
    near = NEAR * float(np.abs(game.values).max())

    def complaint(answer: object) -> str | None:
        shares = np.asarray(answer, np.float64)
        if other is not None:
            away = float(np.abs(shares - np.asarray(other)).max())
            if not away <= near:
                return f"differs by {away:.2g} from the answer of another package"
        if isinstance(answer, Allocation) and not answer.verify():
            return "the exact proof fails"
        return None

    return complaint


def _coopgame(game: TUGame) -> Callable[[], Any]:
    """Make a call of coopgame-py on a game that is already built."""
    module = import_module("coopgame")
    built = module.Game(game.values[1:].tolist())
    return lambda: module.nucleolus(built)["allocation"]


def _beside_peer(kind: int, n: int, seconds: float) -> Case:
    game = nucleolus_benchmark(kind, n, SEED)
    found = find_spec("coopgame") is not None
    run = _coopgame(game) if found else (lambda: None)
    return Case(
        f"nucleolus, benchmark type {kind}, n={n}",
        peer("coopgame-py", "coopgame", run),
        (Contestant("points", partial(nucleolus, game), True, FLOOR),),
        certified_point(game, run()),
        seconds,
    )


def median_case(n: int, types: Sequence[Case], bar: float) -> Case:
    """Measure all types again, in turns with their anchors, and take the median ratio.

    Parameters
    ----------
    n : int
        Number of players, for the name.
    types : sequence of Case
        One for each type, with one contestant.
    bar : float
        The largest median that is good enough.

    Returns
    -------
    Case
        Its answers are ratios of CPU times, in millionths.
    """
    seen: list[float] = []

    def run() -> int:
        seen.clear()
        for case in types:
            rows = measure("tu", case, 5)
            ratio = rows[1].cpu_ratio
            if ratio is None:
                raise RuntimeError(f"{case.name}: {rows[1].note or rows[0].note}")
            seen.append(ratio)
        return round(PARTS * median(seen))

    def remark(answer: Answer) -> str:
        times = ", ".join(f"{1 / ratio:.3g}" for ratio in seen)
        return f"{1 / median(seen):.3g} times as fast at the median; by type: {times}"

    return Case(
        f"nucleolus, median of the benchmark types, n={n}",
        Contestant("time of coopgame-py", lambda: PARTS),
        (Contestant("points", run, True, bar, types[0].anchor.missing, remark),),
        lambda answer: None if isinstance(answer, int) else f"answers {answer!r}",
        clock="answer",
    )


def _beside_sum(kind: int, n: int, seconds: float) -> Case:
    game = nucleolus_benchmark(kind, n, SEED)
    return Case(
        f"nucleolus beside a sum of the table, benchmark type {kind}, n={n}",
        Contestant("numpy.sum", lambda: np.sum(game.values)),
        (Contestant("points", partial(nucleolus, game), True, SUM_BAR),),
        certified_point(game),
        seconds,
    )


def _proof(kind: int, n: int, seconds: float) -> Case:
    game = nucleolus_benchmark(kind, n, SEED)

    def proved() -> Allocation:
        point = nucleolus(game)
        if point.exact is None:
            raise RuntimeError("no exact point")
        return point

    def checked() -> Allocation:
        point = nucleolus(game)
        if not point.verify():
            raise RuntimeError("the exact proof fails")
        return point

    return Case(
        f"exact proof of the nucleolus, benchmark type {kind}, n={n}",
        Contestant("points", partial(nucleolus, game)),
        (
            Contestant("points and certificate", proved, True, CERTIFICATE_BAR),
            Contestant("points, certificate and verify", checked, True),
        ),
        certified_point(game),
        seconds,
    )
