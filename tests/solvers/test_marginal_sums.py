"""Values of tables of doubles: every share from one pass, to the last bits on any threads."""

from __future__ import annotations

from fractions import Fraction
from math import comb, fsum

import numpy as np
import pytest

from solvers.games.game import TUGame
from solvers.values.shapley import banzhaf_value, semivalue, shapley_value, solidarity_value

VALUES = {
    "shapley": shapley_value,
    "banzhaf": banzhaf_value,
    "semivalue": lambda game, threads=1: semivalue(game, "1/3", threads=threads),
    "solidarity": solidarity_value,
}


def additive_table(amounts):
    table = np.zeros(1 << len(amounts))
    for i, amount in enumerate(amounts):
        table[1 << i : 2 << i] = table[: 1 << i] + amount
    return table


@pytest.mark.parametrize("name", VALUES)
def test_any_number_of_threads_gives_the_same_bits(name):
    table = np.random.default_rng(7).random(1 << 20)
    table[0] = 0.0
    game = TUGame.of(table)
    alone = VALUES[name](game).allocation
    for threads in (2, 3, 8):
        assert VALUES[name](game, threads=threads).allocation.tobytes() == alone.tobytes()


@pytest.mark.parametrize("n", [10, 15, 16, 19, 21])
def test_semivalues_by_the_sum_of_marginal_contributions(n):
    """Of two players, with chances that differ by size, added up without rounding errors."""
    rng = np.random.default_rng(n)
    table = rng.random(1 << n) - 0.25
    table[0] = 0.0
    raw = rng.integers(1, 9, n).tolist()
    total = sum(comb(n - 1, s) * w for s, w in enumerate(raw))
    weights = [Fraction(w, total) for w in raw]
    found = semivalue(TUGame.of(table), weights).allocation
    masks = np.arange(1 << n)
    sizes = np.bitwise_count(masks)
    for i in (0, 4, 7, n - 1):
        without = masks[masks >> i & 1 == 0]
        gains = table[without | 1 << i] - table[without]
        chances = np.array([float(w) for w in weights])[sizes[without]]
        assert found[i] == pytest.approx(fsum(gains * chances), rel=1e-11)


@pytest.mark.parametrize("n", [16, 22])
def test_rounding_errors_do_not_add_up(n):
    """Sums without the errors of their additions are off by 1e-14 and more at 22 players."""
    amounts = np.random.default_rng(0).integers(1, 1 << 20, n)
    found = shapley_value(TUGame.of(additive_table(amounts))).allocation
    assert np.abs(found - amounts).max() <= 6e-15 * amounts.max()


@pytest.mark.parametrize("n", [11, 20, 22])
def test_integers_give_the_banzhaf_value_without_any_error(n):
    amounts = np.random.default_rng(n).integers(-1000, 1000, n)
    found = banzhaf_value(TUGame.of(additive_table(amounts))).allocation
    assert found.tolist() == amounts.tolist()


def test_a_table_that_begins_anywhere_in_memory():
    """Vectors of the processor need not be aligned with the table."""
    room = np.zeros((1 << 12) + 8)
    table = np.random.default_rng(3).random(1 << 12)
    table[0] = 0.0
    expected = shapley_value(TUGame.of(table)).allocation
    for start in range(1, 8):
        shifted = room[start : start + table.size]
        shifted[:] = table
        found = shapley_value(TUGame.of(shifted)).allocation
        assert found.tobytes() == expected.tobytes()
