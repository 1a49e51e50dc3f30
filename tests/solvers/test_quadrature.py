"""Power in floats: against orders and coalitions tried one by one, exact fractions, and itself."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.errors import GameError, LimitError
from solvers.power import CountedGame, power_index
from solvers.power import quadrature as module
from solvers.power.quadrature import banzhaf_floats, seconds, shapley_shubik_floats
from solvers.rules.rule import AllOf, Quota, Rule

F = Fraction


def weighted(quota, weights):
    zero = (0,) * len(weights)
    return Rule(len(weights), Quota(tuple(weights), zero, zero, quota))


def by_orders(quota, weights):
    """Who turns a losing set of predecessors into a winning one, in how many of the orders."""
    n = len(weights)
    turns, orders = [0] * n, 0
    for order in permutations(range(n)):
        orders += 1
        total = 0
        for i in order:
            total += weights[i]
            if total >= quota:
                turns[i] += 1
                break
    return [F(t, orders) for t in turns]


def by_coalitions(quota, weights):
    n = len(weights)
    found = []
    for i in range(n):
        others = [w for j, w in enumerate(weights) if j != i]
        swings = sum(
            quota - weights[i] <= sum(c) < quota for k in range(n) for c in combinations(others, k)
        )
        found.append(F(swings, 2 ** (n - 1)))
    return found


def by_equals(quota, giant, n):
    """Both indices of a giant, and the first of each of n members with one vote."""
    low, high = max(quota - giant, 0), min(quota - 1, n)
    shapley = F(high - low + 1, n + 1)
    banzhaf = F(sum(comb(n, k) for k in range(low, high + 1)), 2**n)
    return shapley, banzhaf, (1 - shapley) / n


weights_and_quota = (
    st.lists(st.integers(0, 9), min_size=1, max_size=6)
    .filter(any)
    .flatmap(lambda w: st.tuples(st.just(w), st.integers(1, sum(w))))
)


@settings(max_examples=80)
@given(weights_and_quota)
def test_floats_are_those_of_all_orders_and_all_coalitions(game):
    weights, quota = game
    found = shapley_shubik_floats(weights, quota)
    exact = by_orders(quota, weights)
    assert found.values == pytest.approx([float(v) for v in exact], rel=1e-13)
    assert [v == 0 for v in found.values] == [v == 0 for v in exact]
    assert found.error < 1e-14
    exact = by_coalitions(quota, weights)
    banzhaf = banzhaf_floats(weights, quota)
    assert banzhaf == pytest.approx([float(v) for v in exact], rel=1e-13)
    assert [v == 0 for v in banzhaf] == [v == 0 for v in exact]


ZIPF = [400 // k for k in range(1, 71)]
DRAWN = [int(w) for w in np.random.default_rng(20221002).integers(1, 300, 90)]
ADVERSE = {
    "giant": (500, [400] + [3] * 60),
    "a giant that others cannot beat": (550, [1000] + [1] * 99),
    "oceanic": (90, [30, 25, 20] + [1] * 100),
    "dictator": (100, [100] + [1] * 50),
    "all must agree": (60, [1] * 60),
    "anybody will do": (1, [3, 2, 2, 1] * 10),
    "equal, two thirds": (127, [1] * 190),
    "equal, nine tenths": (171, [1] * 190),
    "zipf, half": (sum(ZIPF) // 2 + 1, ZIPF),
    "zipf, 90 %": (sum(ZIPF) * 9 // 10, ZIPF),
    "drawn, 70 %": (sum(DRAWN) * 7 // 10, DRAWN),
    "a member that never decides": (60, [3] * 40 + [1]),
    "nearly equal": (755, [50] * 30 + [1] * 20),
    "no vote at all": (7, [4, 4, 0, 3, 0, 2]),
    "a common divisor": (601, [300, 200, 100, 100, 200] * 6),
}


@pytest.mark.parametrize("name", ADVERSE)
def test_adverse_games_against_exact_fractions(name):
    quota, weights = ADVERSE[name]
    found = shapley_shubik_floats(weights, quota)
    exact = power_index(weighted(quota, weights), "shapley_shubik", exact=True).values
    for value, true in zip(found.values.tolist(), exact, strict=True):
        assert abs(F(value) - true) <= F(1, 10**12) * true
    assert found.error <= 1e-13
    assert found.error == abs(float(sum(map(F, found.values.tolist())) - 1))
    exact = power_index(weighted(quota, weights), "banzhaf_absolute").values
    for value, true in zip(banzhaf_floats(weights, quota).tolist(), exact, strict=True):
        assert abs(F(value) - true) <= F(1, 10**13) * true


def test_a_giant_among_a_thousand_from_binomials():
    quota, giant, n = 600, 300, 999
    shapley, banzhaf, small = by_equals(quota, giant, n)
    found = shapley_shubik_floats([giant] + [1] * n, quota)
    assert found.values[0] == pytest.approx(float(shapley), rel=1e-12)
    assert found.values[1:] == pytest.approx(np.full(n, float(small)), rel=1e-12)
    assert banzhaf_floats([giant] + [1] * n, quota)[0] == pytest.approx(float(banzhaf), rel=1e-12)


@settings(max_examples=25)
@given(
    st.lists(st.integers(1, 40), min_size=8, max_size=30),
    st.integers(5, 95),
    st.randoms(use_true_random=False),
)
def test_laws(weights, percent, random):
    total = sum(weights)
    quota = max(total * percent // 100, 1)
    found = shapley_shubik_floats(weights, quota).values
    # the dual, relabelling, a common factor, a member without votes
    assert shapley_shubik_floats(weights, total - quota + 1).values == pytest.approx(found, 1e-12)
    order = list(range(len(weights)))
    random.shuffle(order)
    moved = shapley_shubik_floats([weights[i] for i in order], quota).values
    assert moved.tolist() == [found[i] for i in order]
    scaled = shapley_shubik_floats([7 * w for w in weights], 7 * quota).values
    assert scaled.tolist() == found.tolist()
    assert shapley_shubik_floats([*weights, 0], quota).values.tolist() == [*found.tolist(), 0.0]
    # who has more votes decides at least as often
    rank = np.argsort(weights, kind="stable")
    assert (np.diff(found[rank]) > -1e-14).all()


@pytest.mark.parametrize(("quota_in", "players"), [(50, 41), (70, 60)])
def test_the_error_shows_when_nodes_are_too_few(quota_in, players):
    weights = [1] * players
    quota = players * quota_in // 100 + 1
    few, enough = (shapley_shubik_floats(weights, quota, m) for m in (6, (players + 1) // 2))
    assert few.error > 1e-4 > 1e-14 > enough.error
    assert abs(few.values[0] - 1 / players) * players == pytest.approx(few.error, rel=1e-6)
    assert shapley_shubik_floats(weights, quota).error < 1e-13
    assert (few.nodes, enough.nodes) == (6, (players + 1) // 2)


def test_nodes_and_shares_integrate_polynomials():
    for nodes in (1, 2, 5, 20, 41, 120):
        points, shares = module._rule(nodes)
        both = [(p, w) for p, w in zip(points, shares, strict=True)]
        both += [(1 - p, w) for p, w in both if p != 0.5]
        assert len(both) == nodes
        for degree in {0, 1, nodes, 2 * nodes - 1}:
            integral = sum(w * p**degree for p, w in both) * (degree + 1)
            assert float(integral) == pytest.approx(1, abs=3e-15)


def test_the_fund_is_measured_in_floats_that_agree_with_more_nodes():
    rule = bind_decision(load_body("imf-board-of-governors")).rule.project("against")
    game = CountedGame(rule)
    index = power_index(game, "shapley_shubik")
    assert not index.is_exact
    assert index.error is not None
    assert index.error < 1e-12
    assert index.unit.startswith("sums to 1 within ")
    assert "float, quadrature of" in index.unit
    assert abs(sum(map(F, index.values)) - 1) < F(1, 10**12)
    weights, quota = game.single_quota
    every = shapley_shubik_floats(weights, quota, 95)  # enough to be exact but for rounding
    assert index.values == pytest.approx(every.values.tolist(), rel=1e-12)
    exact = power_index(game, "banzhaf_absolute").values
    for value, true in zip(banzhaf_floats(weights, quota).tolist(), exact, strict=True):
        assert abs(F(value) - true) < F(1, 10**13) * true


def test_floats_only_where_they_are_asked_for_or_counting_is_slow():
    council = weighted(39, [7] * 5 + [1] * 10)
    exact = power_index(council, "shapley_shubik")
    assert exact.is_exact
    assert exact.values[0] == F(421, 2145)
    assert exact.unit == exact.normalisation == "sums to 1"
    floats = power_index(council, "shapley_shubik", exact=False)
    assert not floats.is_exact
    assert floats.values[0] == pytest.approx(421 / 2145, rel=1e-14)
    # no floats for an index without them, nor for two requirements
    assert power_index(council, "banzhaf_raw", exact=False).is_exact
    leaf = council.root
    two = Rule(15, AllOf((leaf, Quota((1,) * 15, (0,) * 15, (0,) * 15, 12))))
    assert power_index(two, "shapley_shubik", exact=False).is_exact


def test_a_game_for_neither_fractions_nor_floats(monkeypatch):
    weights = [3**k for k in range(25)]
    rule = weighted(sum(weights) // 2, weights)
    game = CountedGame(rule)
    monkeypatch.setattr(CountedGame, "seconds_by_size", float("inf"))
    with pytest.raises(LimitError, match=r"in floats it takes 80,000,000 sums.*round the weights"):
        power_index(game, "shapley_shubik")


@pytest.mark.parametrize(
    ("weights", "quota", "error", "words"),
    [
        ([1, -2, 3], 2, GameError, "at least 0; here is -2"),
        ([1, 2], 0, GameError, "between 1 and the sum of the weights, 3"),
        ([1, 2], 4, GameError, "between 1 and"),
        ([], 1, GameError, "between 1 and"),
        ([0, 0], 1, GameError, "between 1 and"),
        ([1.5, 2], 1, GameError, "whole numbers"),
        ([1, 2], float("nan"), GameError, "whole numbers"),
        ([1] * 1001, 500, LimitError, "takes 1,000 players; here are 1,001"),
        ([10**8, 10**8 - 1], 10**8, LimitError, "takes 80,000,000 sums"),
    ],
)
def test_refusals(weights, quota, error, words):
    for measure in (shapley_shubik_floats, banzhaf_floats):
        with pytest.raises(error, match=words):
            measure(weights, quota)


def test_no_nodes():
    with pytest.raises(GameError, match="at least 1 node"):
        shapley_shubik_floats([1, 2], 2, nodes=0)


def test_the_estimate_rises():
    assert seconds(10, 50, 100) < seconds(190, 2_500_000, 5_000_000) < seconds(900, 10**7, 10**7)
