"""Totals by a programme over sums: games of so many members that words overflow."""

from __future__ import annotations

import gc
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.counting import count, count_totals, totals_by_programme
from solvers.counting.residues import moduli_for
from solvers.counting.simple_games import once, simple_game
from solvers.rules.rule import Quota, Rule

NAME = "programme-totals"


def game(quota, weights):
    zero = (0,) * len(weights)
    return Rule(len(weights), Quota(tuple(weights), zero, zero, quota))


def subsets(weights, most):
    """Subsets by their sum, up to a sum, with Python integers of any length."""
    table = [1] + [0] * most
    for w in weights:
        table = [a + (table[x - w] if x >= w else 0) for x, a in enumerate(table)]
    return table


def definition(quota, weights):
    n = len(weights)
    winning = 2**n - sum(subsets(weights, quota - 1))
    swings = {}
    for w in set(weights):
        others = list(weights)
        others.remove(w)
        table = subsets(others, quota - 1)
        swings[w] = sum(table[max(quota - w, 0) :]) if w else 0
    return winning, tuple(swings[w] for w in weights)


def agrees(quota, weights):
    winning, swings = definition(quota, weights)
    totals = count_totals(game(quota, weights), NAME)
    assert (totals.winning, totals.swings, totals.method) == (winning, swings, NAME)
    assert totals.winning_with == tuple((winning + s) // 2 for s in swings)


@pytest.mark.parametrize("n", [2, 3, 61, 62, 63, 64, 65, 125, 126, 127, 128, 129, 190, 191, 260])
@pytest.mark.parametrize("share", [0.3, 0.51, 0.9])
def test_as_defined_around_every_number_of_words(n, share):
    rng = random.Random(n)
    # Weights 1 and 2, so that they have no common divisor and are not all equal.
    weights = [1, 2, *(rng.choice([1, 2, 3, 5, 11, 40]) for _ in range(n - 2))]
    agrees(max(1, int(share * sum(weights))), weights)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), max_size=140), st.fractions(0, 1))
def test_as_defined(others, share):
    weights = [2, *others, 1]
    agrees(1 + int(share * (sum(weights) - 1)), weights)


def test_weights_in_blocks_of_every_length():
    """Blocks of a player, of a pair, and where they begin: around 256 and around their sums."""
    rng = random.Random(7)
    weights = [rng.choice([1, 200, 255, 256, 257, 300, 511, 700, 1024]) for _ in range(80)]
    agrees(sum(weights) // 4, [1, *weights])


def test_equal_members_are_binomials():
    """Two methods that share no loop, for numbers of four and more words."""
    for n in (200, 300):
        rule = game(n // 2 + 1, [1] * (n - 1) + [2])
        mine, other = count_totals(rule, NAME), count(rule, "types").totals()
        assert (mine.winning, mine.swings) == (other.winning, other.swings)


def test_the_same_when_memory_is_short(monkeypatch):
    rng = random.Random(3)
    weights = [1, *(rng.randint(1, 50) for _ in range(199))]
    quota = sum(weights) // 2 + 1
    free = count_totals(game(quota, weights), NAME)
    plan = totals_by_programme._plan(simple_game(game(quota, weights)))
    assert plan.shared.tolist() == [62, 126]
    monkeypatch.setattr(totals_by_programme, "MAX_BYTES", 8 * plan.cells)
    rule = game(quota, weights)
    assert totals_by_programme._plan(simple_game(rule)).shared.tolist() == [0, 0]
    assert count_totals(rule, NAME) == free


def test_large_tables_are_not_kept(monkeypatch):
    workspace = totals_by_programme._Workspace()
    monkeypatch.setattr(totals_by_programme, "KEPT", 100)
    assert workspace.words(1000).size == 1000
    assert workspace.table is None
    kept = workspace.words(80)
    assert workspace.words(40).base is kept.base or workspace.words(40).base is kept
    assert workspace.words(90).size == 90


def test_moduli_are_those_that_the_kernel_takes_for_granted():
    moduli = moduli_for(400)
    assert moduli[:2] == (2**64, 2**63 - 1)
    assert all(2**62 < m < 2**63 for m in moduli[1:])


def test_a_rule_is_read_once_and_forgotten_with_it():
    from solvers.counting import simple_games

    rule = game(3, [2, 1, 1])
    key = id(rule)
    assert simple_game(rule) is simple_game(rule)
    assert key in simple_games._games
    del rule
    gc.collect()
    assert key not in simple_games._games


def test_once():
    calls = []

    @once
    def players(found):
        calls.append(found)
        return found.n_players

    first, second = simple_game(game(3, [2, 1, 1])), simple_game(game(2, [1, 1]))
    assert [players(first), players(first), players(second)] == [3, 3, 2]
    assert calls == [first, second]
