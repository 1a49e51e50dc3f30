"""Core, least core, nucleolus and relatives: published values, two solvers, laws, certificates."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tu_games import games

from solvers import oracles
from solvers.errors import GameError
from solvers.games.construct import from_dict, from_list_by_size
from solvers.games.game import TUGame
from solvers.oracles.dense import DenseOracle
from solvers.stability.balancedness import is_exact_game, is_totally_balanced
from solvers.stability.core import core, core_empty, in_core, is_balanced
from solvers.stability.core_vertices import core_center, core_vertices
from solvers.stability.cost_of_stability import cost_of_stability
from solvers.stability.kernel import in_kernel
from solvers.stability.least_core import least_core, least_core_point
from solvers.stability.nucleolus import (
    nucleolus,
    per_capita_nucleolus,
    prenucleolus,
    proportional_nucleolus,
)
from solvers.stability.nucleolus_variants import anti_prenucleolus, modiclus

F = Fraction
MASCHLER = from_list_by_size([0, 0, 0, 60, 60, 60, 72])
GLOVE = from_dict({"L": 0, "R": 0, "S": 0, "L,R": 1, "L,S": 1, "R,S": 0, "L,R,S": 1})


def bankruptcy(estate, claims):
    n = len(claims)
    others = [sum(c for i, c in enumerate(claims) if not m >> i & 1) for m in range(1 << n)]
    return TUGame([max(0, estate - o) for o in others])


@pytest.mark.parametrize(
    ("estate", "shares"),
    [
        (100, (F(100, 3),) * 3),
        (200, (50, 75, 75)),
        (300, (50, 100, 150)),
    ],
)
def test_the_talmud(estate, shares):
    """Aumann and Maschler 1985: claims of 100, 200 and 300."""
    found = nucleolus(bankruptcy(estate, (100, 200, 300)))
    assert found.exact == shares
    assert found.guarantee == "exact"


def test_published_points():
    assert nucleolus(MASCHLER).exact == (24, 24, 24)
    assert nucleolus(GLOVE).exact == (1, 0, 0)
    young = from_list_by_size([0, 0, 0, 48, 60, 72, 140])
    assert proportional_nucleolus(young).exact == (28, F(140, 3), F(196, 3))
    assert per_capita_nucleolus(young).exact == (F(104, 3), F(140, 3), F(176, 3))
    assert cost_of_stability(MASCHLER).epsilon == 18
    assert least_core(MASCHLER).epsilon == 12
    assert least_core_point(MASCHLER).exact == (24, 24, 24)


def test_corners_of_a_core():
    game = from_list_by_size([2, 4, 5, 18, 14, 9, 24])
    assert sorted(core_vertices(game)) == [(8, 10, 6), (9, 10, 5), (14, 4, 6), (15, 4, 5)]
    assert not core_empty(game)
    assert len(core_vertices(MASCHLER)) == 0
    assert core_empty(MASCHLER)


def corners_by_hand(game):
    """Every point where n independent constraints are tight and none is broken."""
    import itertools

    n = game.n_players
    full = (1 << n) - 1
    rows = [([m >> i & 1 for i in range(n)], game.worth(m)) for m in range(1, full)]
    found = set()
    for chosen in combinations(rows, n - 1):
        point = solved([*chosen, ([1] * n, game.worth(full))])
        if point is not None and all(
            sum(itertools.compress(point, row)) >= worth for row, worth in rows
        ):
            found.add(tuple(point))
    return found


def solved(rows):
    """Gauss-Jordan elimination in fractions; None where the rows are dependent."""
    n = len(rows)
    table = [[F(a) for a in row] + [F(b)] for row, b in rows]
    for k in range(n):
        pivot = next((r for r in range(k, n) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [a / table[k][k] for a in table[k]]
        for r in range(n):
            if r != k and table[r][k]:
                factor = table[r][k]
                table[r] = [a - factor * b for a, b in zip(table[r], table[k], strict=True)]
    return [row[-1] for row in table]


@settings(max_examples=40)
@given(games(2, 4))
def test_corners_are_where_constraints_meet(game):
    exact = game.rational()
    found = set(core_vertices(exact))
    assert found == corners_by_hand(exact)
    assert bool(found) is not bool(core_empty(exact))
    if found:
        center = core_center(exact)
        assert in_core(exact, center.exact)


@settings(max_examples=60)
@given(games(2, 5))
def test_two_solvers_agree(game):
    """The oracles share no code with these solvers."""
    exact = game.rational()
    oracle = DenseOracle([exact.worth(m) for m in range(1 << exact.n_players)])
    assert prenucleolus(exact).exact == oracles.prenucleolus(oracle).exact
    assert least_core(exact).epsilon == oracles.least_core(oracle).epsilon
    assert core(exact).is_defined == oracles.core(oracle).is_defined
    found = nucleolus(exact)
    if found.is_defined:
        assert found.exact == oracles.nucleolus(oracle).exact


@settings(max_examples=40)
@given(games(2, 5))
def test_laws(game):
    exact = game.rational()
    n, full = exact.n_players, (1 << exact.n_players) - 1
    point = nucleolus(exact)
    if point.is_defined:
        assert sum(point.exact) == exact.worth(full)
        assert all(x >= exact.worth(1 << i) for i, x in enumerate(point.exact))
        assert in_kernel(exact, point.exact)
        if not core_empty(exact):
            assert in_core(exact, point.exact)
    shift = [F(i + 1, 2) for i in range(n)]
    moved = TUGame(
        [
            3 * exact.worth(m) + sum(s for i, s in enumerate(shift) if m >> i & 1)
            for m in range(1 << n)
        ]
    )
    before, after = prenucleolus(exact).exact, prenucleolus(moved).exact
    assert after == tuple(3 * x + s for x, s in zip(before, shift, strict=True))
    assert bool(is_balanced(exact)) is not bool(core_empty(exact))


@settings(max_examples=30)
@given(games(2, 5), st.randoms())
def test_relabelling_moves_the_shares(game, random):
    exact = game.rational()
    n = exact.n_players
    order = list(range(n))
    random.shuffle(order)
    there = [sum(1 << order[i] for i in range(n) if m >> i & 1) for m in range(1 << n)]
    values = [F(0)] * (1 << n)
    for m, place in enumerate(there):
        values[place] = exact.worth(m)
    x, y = prenucleolus(exact).exact, prenucleolus(TUGame(values)).exact
    assert all(y[order[i]] == x[i] for i in range(n))


ANSWERS = [
    nucleolus, prenucleolus, per_capita_nucleolus, least_core, cost_of_stability, core,
    anti_prenucleolus, modiclus,
]  # fmt: skip


@pytest.mark.parametrize("concept", ANSWERS)
@pytest.mark.parametrize("kind", ["exact", "doubles"])
def test_an_answer_verifies_until_it_is_moved(concept, kind):
    rng = np.random.default_rng(7)
    n = 5
    table = np.rint(rng.uniform(0, 40, 1 << n)) * [bin(m).count("1") for m in range(1 << n)]
    table[-1] = 40 * n
    game = TUGame([int(v) for v in table]) if kind == "exact" else TUGame(table)
    found = concept(game)
    assert found.is_defined
    assert found.guarantee in ("exact", "certified")
    assert found.verify()
    step = F(40 * n, 10**6)
    for i in range(n):
        exact = list(found.exact)
        exact[i] += step
        exact[(i + 1) % n] -= step
        moved = found.replace(exact=tuple(exact))
        assert not moved.verify(), i


@pytest.mark.parametrize("n", [6, 9, 12])
def test_doubles_and_fractions_agree(n):
    rng = np.random.default_rng(n)
    table = np.rint(rng.uniform(0, 50, 1 << n) * [bin(m).count("1") for m in range(1 << n)])
    table[0] = 0
    exact, doubles = TUGame([int(v) for v in table]), TUGame(table)
    assert np.allclose(prenucleolus(doubles), prenucleolus(exact), atol=1e-7)
    assert prenucleolus(doubles).exact == prenucleolus(exact).exact


def test_an_empty_core_is_proved_by_a_balanced_collection():
    found = core(MASCHLER)
    assert not found.is_defined
    assert found.verify()


def test_membership_names_the_objection():
    found = in_core(MASCHLER, [24, 24, 24])
    assert not found
    assert {frozenset(c) for c, _ in found.tightest[:3]} == {
        frozenset(p) for p in combinations("123", 2)
    }
    assert "12" in found.why or "excess" in found.why
    assert not in_core(MASCHLER, [24, 24, 23])


def test_small_games():
    assert nucleolus(TUGame([0, 5])).exact == (5,)
    assert nucleolus(TUGame([0, 2, 2, 3])).is_defined is False
    assert prenucleolus(TUGame([0, 2, 2, 3])).exact == (F(3, 2), F(3, 2))
    with pytest.raises(GameError):
        least_core(TUGame([0, 5]))


def test_balancedness_of_subgames():
    assert is_totally_balanced(GLOVE)
    assert not is_exact_game(GLOVE)
    additive = from_list_by_size([1, 2, 3, 3, 4, 5, 6])
    assert is_exact_game(additive)
