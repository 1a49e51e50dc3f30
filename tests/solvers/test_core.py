"""Core, least core, cost of stability: literature, linear programmes, corners by tight rows."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import GameError, LimitError
from solvers.games.construct import from_list_by_size
from solvers.games.game import TUGame
from solvers.games.generators import convex_game, nucleolus_benchmark, superadditive_game
from solvers.games.properties import is_convex
from solvers.programmes.rational_lp import solve_rational_lp
from solvers.stability.balancedness import is_exact_game, is_totally_balanced
from solvers.stability.core import (
    balancedness_faults,
    core,
    core_empty,
    core_membership,
    in_core,
    is_balanced,
)
from solvers.stability.core_bounds import core_cover, reasonable_set, weber_set
from solvers.stability.core_vertices import core_center, core_vertices
from solvers.stability.cost_of_stability import cost_of_stability
from solvers.stability.integer_rows import Span, dependency
from solvers.stability.least_core import least_core, least_core_epsilon, least_core_point

F = Fraction
MAJORITY = TUGame([0, 0, 0, 1, 0, 1, 1, 1])


def by_size(text):
    return from_list_by_size(text.split())


def games(low=1, high=4, least=-5, most=8):
    def tables(n):
        entry = st.integers(least, most)
        return st.lists(entry, min_size=2**n - 1, max_size=2**n - 1).map(lambda v: [0, *v])

    return st.integers(low, high).flatmap(tables).map(TUGame)


def as_floats(game):
    return TUGame.of(np.array(game.values))


def inside(point, mask):
    return sum((x for i, x in enumerate(point) if mask >> i & 1), F(0))


def rows_of(n, extra):
    """x(S), each share as a difference of two variables, and further variables behind."""
    for s in range(1, 1 << n):
        row = {}
        for i in range(n):
            if s >> i & 1:
                row[2 * i], row[2 * i + 1] = F(1), F(-1)
        yield s, row, {2 * n + k: F(c) for k, c in enumerate(extra)}


def least_epsilon(game):
    """The least core by one programme with all rows."""
    n = game.n_players
    rows, senses, rhs = [], [], []
    for s, row, epsilon in rows_of(n, (1, -1)):
        grand = s == (1 << n) - 1
        rows.append(row if grand else row | epsilon)
        senses.append("==" if grand else ">=")
        rhs.append(game.worth(s))
    return solve_rational_lp([F(0)] * 2 * n + [F(1), F(-1)], rows, senses, rhs).objective


def least_subsidy(game):
    n = game.n_players
    rows = [{i: F(1) for i in range(n) if s >> i & 1} for s in range(1, 1 << n)]
    rhs = [game.worth(s) for s in range(1, 1 << n)]
    total = solve_rational_lp([F(1)] * n, rows, [">="] * len(rows), rhs).objective
    return total - game.worth((1 << n) - 1)


def corners(game):
    """Every choice of n - 1 tight coalitions beside v(N)."""
    n = game.n_players
    grand = (1 << n) - 1
    found = set()
    for choice in itertools.combinations(range(1, grand), n - 1):
        matrix = np.array([[s >> i & 1 for i in range(n)] for s in (*choice, grand)])
        if abs(np.linalg.det(matrix)) < 0.5:
            continue
        span = Span(n)
        for s in (*choice, grand):
            worth = game.worth(s)
            span.add([worth.denominator * (s >> i & 1) for i in range(n)] + [worth.numerator])
        point = [F(0)] * n
        for row, p in zip(span.rows, span.pivots, strict=True):
            point[p] = F(row[n], row[p])
        if all(inside(point, s) >= game.worth(s) for s in range(1, grand)):
            found.add(tuple(point))
    return found


# -- core and least core --------------------------------------------------------------------


def test_majority_has_no_core():
    found = core(MAJORITY)
    assert not found.is_defined
    assert found.epsilon == F(1, 3)
    assert found.verify()
    assert found.certificate["worth"] == "3/2"
    assert core_empty(MAJORITY)
    assert not is_balanced(MAJORITY)
    assert is_balanced(MAJORITY).amounts["weights"] == [F(1, 2)] * 3
    assert least_core_point(MAJORITY).exact == (F(1, 3),) * 3
    assert not least_core_point(MAJORITY).replace(exact=[1, 0, 0]).verify()


@settings(max_examples=60)
@given(games(2, 4))
def test_least_core_is_that_of_the_whole_programme(game):
    expected = least_epsilon(game)
    for asked in (game, as_floats(game)):
        found = least_core(asked)
        assert found.verify()
        assert abs(found.epsilon - expected) < 1e-9
        assert found.epsilon == expected or asked is not game
        excess = [game.worth(s) - inside(found.exact, s) for s in range(1, 2**game.n_players - 1)]
        assert max(excess) == expected
    assert least_core_epsilon(game) == expected
    assert bool(core_empty(game)) == (expected > 0)
    assert bool(is_balanced(game)) == (expected <= 0)


@settings(max_examples=60)
@given(games(1, 4))
def test_core_carries_its_proof(game):
    for asked in (game, as_floats(game)):
        found = core(asked)
        assert found.verify()
        if found.is_defined:
            assert in_core(asked, found)
            assert in_core(game, found.exact)
            if game.n_players > 1:
                step = F(1, 1000)
                moved = [found.exact[0] + step, found.exact[1] - step, *found.exact[2:]]
                assert not found.replace(exact=moved).verify()
        else:
            parts = found.certificate["balanced"]
            half = {"balanced": parts[1:], "worth": "", "grand": ""}
            assert balancedness_faults(game, found.certificate) == ()
            assert balancedness_faults(game, half)


@settings(max_examples=30)
@given(games(2, 4))
def test_least_core_point(game):
    found = least_core_point(game)
    assert found.verify()
    epsilon = least_epsilon(game)
    shifted = TUGame([
        game.worth(s) - (epsilon if 0 < s < 2**game.n_players - 1 else 0)
        for s in range(1 << game.n_players)
    ])  # fmt: skip
    points = corners(shifted)
    assert found.is_defined == (len(points) == 1)
    if found.is_defined:
        assert {found.exact} == points


def test_few_players():
    assert core(TUGame([0])).exact == ()
    assert core(TUGame([0, -3])).exact == (F(-3),)
    assert core(TUGame([0, -3])).verify()
    assert not core_empty(TUGame([0, -3]))
    for n in (0, 1):
        with pytest.raises(GameError, match="two players"):
            least_core(TUGame([0] * (1 << n)))


@settings(max_examples=60)
@given(games(1, 4))
def test_cost_of_stability(game):
    expected = least_subsidy(game)
    for asked in (game, as_floats(game)):
        found = cost_of_stability(asked)
        assert found.verify()
        assert abs(found.epsilon - expected) < 1e-9
        x = found.exact
        assert sum(x) - game.worth((1 << game.n_players) - 1) == expected
        assert min(x) >= 0
        assert all(inside(x, s) >= game.worth(s) for s in range(1, 1 << game.n_players))


def test_least_core_of_larger_tables():
    for n in (9, 12):
        table = nucleolus_benchmark(2, n, seed=n).values
        whole = TUGame(table.astype(np.int64))
        found, floats = least_core(whole), least_core(TUGame.of(table.copy()))
        assert found.verify()
        assert floats.verify()
        assert abs(float(found.epsilon) - floats.epsilon) < 1e-9 * table.max()
        assert core(whole).verify()


# -- membership -------------------------------------------------------------------------------


@settings(max_examples=60)
@given(games(2, 5), st.lists(st.fractions(-4, 8, max_denominator=6), min_size=5, max_size=5))
def test_membership(game, numbers):
    n = game.n_players
    grand = (1 << n) - 1
    point = numbers[:n]
    if numbers[-1] > 0:  # half of the points are efficient
        point[0] = game.worth(grand) - sum(point[1:])
    excess = {s: game.worth(s) - inside(point, s) for s in range(1, grand)}
    found = in_core(game, point, tightest=3)
    assert found.missing == game.worth(grand) - sum(point)
    assert found.excess == max(excess.values())
    assert bool(found) == (found.missing == 0 and found.excess <= 0)
    ranked = sorted(excess, key=lambda s: (-excess[s], s))[:3]
    assert found.tightest == tuple((game.coalition(s), excess[s]) for s in ranked)
    for i, name in enumerate(game.players):
        names, gain = found.objections[name]
        assert name in names
        assert gain == max(e for s, e in excess.items() if s >> i & 1) == excess[game.mask(names)]
    assert bool(in_core(game, point, found.excess)) == (found.missing == 0)
    floats = in_core(as_floats(game), [float(x) for x in point])
    assert abs(floats.excess - found.excess) < 1e-9


def test_membership_in_words():
    assert core_membership is in_core
    assert "more than v(N)" in in_core(MAJORITY, [1, 1, 0]).why
    assert "less than v(N)" in in_core(MAJORITY, [0, 0, 0]).why
    assert in_core(MAJORITY, [F(1, 3)] * 3, epsilon=F(1, 3))
    with pytest.raises(GameError, match="2 shares"):
        in_core(MAJORITY, [1, 0])
    with pytest.raises(GameError, match="not all finite"):
        in_core(MAJORITY, [1.0, float("nan"), 0.0])


# -- corners, centre, sets around -------------------------------------------------------------


@settings(max_examples=40)
@given(games(1, 4, -3, 6))
def test_vertices_by_tight_rows(game):
    found = core_vertices(game)
    assert set(found) == corners(game)
    assert len(set(found)) == len(found)
    assert found.verify()
    assert found.is_empty == bool(core_empty(game))


@pytest.mark.parametrize("seed", [1, 2])
def test_vertices_of_five_players(seed):
    random = np.random.default_rng(seed)
    table = random.integers(0, 6, 32)
    table[0], table[31] = 0, 14
    game = TUGame(table)
    assert set(core_vertices(game)) == corners(game)


def test_a_convex_core_has_the_marginal_vectors():
    game = convex_game(5, seed=3)
    assert is_convex(game)
    assert set(core_vertices(game)) == set(weber_set(game))
    assert weber_set(game).verify()
    assert is_exact_game(game)
    assert is_totally_balanced(game)


def test_rows_of_a_point_set():
    found = core_vertices(TUGame([0, 0, 1, 3], players=["a", "b"]))
    assert found.to_rows()[0] == {"point": 0, "player": "a", "share": 0.0, "exact": "0"}
    assert found.to_dict()["points"] == [["0", "3"], ["2", "1"]]
    assert len(found.to_frame()) == 4
    points = (*found.points, (F(1), F(2)))
    assert found.verifier(points) == ("(1, 2) is no corner",)


@pytest.mark.parametrize(
    ("game", "center"),
    [
        (by_size("0 0 0 0 0 0 6"), (2, 2, 2)),  # a triangle
        (by_size("0 0 0 0 0 4 6"), (F(14, 15), F(38, 15), F(38, 15))),  # without its top
        (by_size("0 0 0 0 6 6 6"), (0, 0, 6)),  # a point
        (by_size("0 0 0 0 0 6 6"), (0, 3, 3)),  # a line
        (TUGame([0] * 15 + [8]), (2, 2, 2, 2)),
    ],
)
def test_center(game, center):
    assert core_center(game).exact == tuple(map(F, center))
    assert core_center(game).verify()


@settings(max_examples=15)
@given(games(3, 4, -2, 5))
def test_center_lies_in_the_core_and_moves_with_the_game(game):
    found = core_center(game).exact
    assert (found is None) == bool(core_empty(game))
    if found is not None:
        assert in_core(game, found)
        n = game.n_players
        moved = TUGame([2 * game.worth(s) + 3 * (s & 1) for s in range(1 << n)])
        expected = tuple(2 * x + 3 * (i == 0) for i, x in enumerate(found))
        assert core_center(moved).exact == expected


@settings(max_examples=30)
@given(games(2, 4))
def test_sets_around_the_core(game):
    n = game.n_players
    orders = set()
    for order in itertools.permutations(range(n)):
        vector, mask = [F(0)] * n, 0
        for i in order:
            vector[i] = game.worth(mask | 1 << i) - game.worth(mask)
            mask |= 1 << i
        orders.add(tuple(vector))
    assert set(weber_set(game)) == orders
    around, cover = reasonable_set(game), core_cover(game)
    for point in core_vertices(game):
        assert around.has(point)
        assert cover.has(point)
        assert not cover.is_empty
    for point in orders:
        assert around.has(point)


# -- balanced subgames, exact games -----------------------------------------------------------


@settings(max_examples=25)
@given(games(1, 4, 0, 6))
def test_totally_balanced_and_exact(game):
    n = game.n_players
    subgames = []
    for mask in range(1, 1 << n):
        parts = [s for s in range(1 << n) if s & ~mask == 0]
        subgames.append(corners(TUGame([game.worth(s) for s in parts])))
    assert bool(is_totally_balanced(game)) == all(subgames)
    points = corners(game)
    reached = bool(points) and all(
        min(inside(x, s) for x in points) == game.worth(s) for s in range(1, 1 << n)
    )
    assert bool(is_exact_game(game)) == reached


def test_witness_of_a_subgame():
    game = superadditive_game(5, seed=1)
    found = is_totally_balanced(game)
    assert not found
    whole, *parts = found.coalitions
    weights = found.amounts["weights"]
    for name in whole:
        covered = [w for w, part in zip(weights, parts, strict=True) if name in part]
        assert sum(covered) == 1
    worth = sum(w * game.worth(part) for w, part in zip(weights, parts, strict=True))
    assert worth > game.worth(whole)


# -- rows of integers ---------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), max_size=6))
def test_spans(rows):
    span = Span(4)
    for row in rows:
        span.add(row)
    assert span.rank == (np.linalg.matrix_rank(rows) if rows else 0)
    normals = span.normals()
    assert len(normals) == 4 - span.rank
    for row in rows:
        assert span.has(row)
        assert all(sum(a * b for a, b in zip(row, v, strict=True)) == 0 for v in normals)


def test_no_dependency():
    assert dependency(Span(2), [[1, 0], [0, 1]]) is None
    assert dependency(Span(1), [[1], [1], [1]]) is None


def test_refusals():
    zeros = TUGame.of(np.zeros(1 << 13))
    for ask in (core_vertices, core_center, weber_set, is_totally_balanced, is_exact_game):
        with pytest.raises(LimitError, match="players"):
            ask(zeros)
