"""The best coalition structure, beside the integer programme that one would write with PuLP."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from solvers.games.game import TUGame
from solvers.structures import OptimalStructure, anytime_structure, optimal_structure

from .harness import Case, Contestant, equal_to

__all__ = ["partition_by_pulp", "structure_cases"]

BAR = 1 / 300  # times PuLP with CBC at 12 players; the clock of the wall, as CBC is a process
SEED = 20250601


def structure_cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Only up to 12 players.

    Yields
    ------
    Case
    """
    for n in (8, 12) if quick else (8, 10, 12):
        game = _game(n)
        expected = partition_by_pulp(game)
        yield Case(
            f"best coalition structure, n={n}",
            Contestant("PuLP and CBC", partial(partition_by_pulp, game)),
            (
                Contestant(
                    "dynamic programme",
                    partial(_value, optimal_structure, game),
                    True,
                    BAR if n == 12 else None,
                ),
                Contestant("search", partial(_value, anytime_structure, game), True),
            ),
            equal_to(expected),
            clock="wall",
        )


def partition_by_pulp(game: TUGame) -> int:
    """Solve the set partitioning programme with PuLP and the CBC that it brings.

    Parameters
    ----------
    game : TUGame
        A game of whole worths.

    Returns
    -------
    int
        Value of a best structure.
    """
    import pulp

    n = game.n_players
    worth = game.numerators.tolist()
    masks = range(1, 1 << n)
    problem = pulp.LpProblem("partition", pulp.LpMaximize)
    chosen = {s: problem.add_variable(f"x{s}", cat="Binary") for s in masks}
    problem += pulp.LpAffineExpression([(x, worth[s]) for s, x in chosen.items()])
    for i in range(n):
        own = pulp.LpAffineExpression([(x, 1) for s, x in chosen.items() if s >> i & 1])
        problem += own == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3 announces PuLP 4
        problem.solve(pulp.getSolver("PULP_CBC_CMD", msg=False))
    value: float = pulp.value(problem.objective)
    return round(value)


def _value(solve: Callable[[TUGame], OptimalStructure], game: TUGame) -> int:
    return int(solve(game).value)


def _game(n: int) -> TUGame:
    """Worths as in the literature's benchmark: normal, with mean and variance by size."""
    sizes = np.array([mask.bit_count() for mask in range(1 << n)])
    draws = np.random.default_rng(SEED).normal(1000.0 * sizes, 100.0 * np.sqrt(sizes))
    worth = np.rint(draws).astype(np.int64)
    worth[0] = 0
    return TUGame.of_integers(worth)
