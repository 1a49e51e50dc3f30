"""The parts of the decomposition, each against its definition."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from concession_families import UNION, VOTING, F, large, small
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import rules

from solvers.concessions.decomposition.branch_and_bound import _order, _tables
from solvers.concessions.decomposition.branches import branches_of
from solvers.concessions.decomposition.choices import choices_of
from solvers.concessions.decomposition.enumeration import bounds_of
from solvers.concessions.decomposition.inner import cheapest_profile
from solvers.concessions.decomposition.level_costs import LevelPrices, Payment
from solvers.concessions.decomposition.separable import separate
from solvers.concessions.decomposition.sharpening import sharper_bound
from solvers.concessions.parts import Package
from solvers.errors import LimitError
from solvers.kernels.concession_bounds import bound_node, level_costs, set_margins
from solvers.kernels.concession_votes import cheapest_votes

seeds = st.integers(0, 10_000)


def separated(seed, largest=5):
    return separate(small(seed, largest))


@given(rules(max_players=4), st.data())
def test_branches_say_what_the_rule_says(rule, data):
    given_votes = [data.draw(st.sampled_from([None, None, 0, 1, 2, 3])) for _ in rule.names]
    branches = branches_of(rule, given_votes)
    choices = [(0, 1, 2) if v is None else (v,) for v in given_votes]
    for votes in itertools.product(*choices):
        met = any(
            all(v is not None or votes[i] >= b.floors[i] for i, v in enumerate(given_votes))
            and all(
                sum(row.counts[votes[i]][i] for i, v in enumerate(given_votes) if v is None)
                >= row.need
                for row in b.rows
            )
            for b in branches
        )
        assert met == rule.evaluate(votes)


@given(seeds)
def test_sets_are_those_that_the_judge_lets_through(seed):
    problem = small(seed)
    choices = choices_of(separate(problem))
    numbers = range(len(problem.amendments))
    right = set()
    for size in range(len(numbers) + 1):
        for adopted in map(frozenset, itertools.combinations(numbers, size)):
            faults = problem.violations(Package(amendments=adopted))
            if all(fault == "rule" or fault.startswith("route") for fault in faults):
                right.add(adopted)
    listed = list(choices.listed())
    assert {choices.adopted(mask) for mask in listed} == right
    assert len(listed) == len(right)
    assert choices.masks(100).tolist() == sorted(listed)
    for mask in range(1 << len(choices.content)):
        assert choices.admissible(mask) == (choices.adopted(mask) in right)
    for mask in listed:
        assert choices.cost(mask) == problem.cost(Package(amendments=choices.adopted(mask)))
        assert choices.cost(mask) >= choices.least


def test_sets_are_counted_before_they_are_listed():
    choices = choices_of(separate(large(4, VOTING, 0, amendments=10, most=9)))
    with pytest.raises(LimitError, match="more than 50 sets"):
        choices.masks(50)
    dear = choices.masks(10**6)
    cheap = choices.masks(10**6, dearest=2.0)
    assert cheap.tolist() == [m for m in dear.tolist() if choices.cost(m) <= 2]


@given(seeds)
def test_cost_curves_are_the_exact_prices(seed):
    separable = separated(seed)
    arrays, choices = separable.arrays, choices_of(separable)
    f = len(separable.free)
    margin, unpaid, cost = np.empty(f), np.empty(f, np.int8), np.empty((3, f))
    for mask in choices.listed():
        if separable.watches:
            return
        exact = separable.level_prices(choices.adopted(mask))
        set_margins(mask, arrays.text, margin)
        level_costs(margin, arrays.text, arrays.curves, unpaid, cost)
        for j, i in enumerate(separable.free):
            assert unpaid[j] == exact[i].unpaid
            for level in (0, 1, 2):
                price = exact[i].cost(level)
                want = math.inf if price is None else float(price)
                assert cost[level, j] == pytest.approx(want, rel=1e-12, abs=1e-12)


def exact_cost(separable, choices, mask):
    adopted = choices.adopted(mask)
    branches = separable.branches_for(adopted)
    profile = cheapest_profile(separable.level_prices(adopted), branches)
    return math.inf if profile is None else float(choices.cost(mask) + profile.key[0])


@settings(max_examples=40)
@given(seeds)
def test_bounds_are_below_the_cost_and_sharp_ones_meet_it(seed):
    separable = separated(seed)
    choices = choices_of(separable)
    masks = choices.masks(100)
    rough = bounds_of(separable.arrays, masks, pairs=False, threads=1)
    better = bounds_of(separable.arrays, masks, threads=1)
    for mask, low, high in zip(masks.tolist(), rough, better, strict=True):
        cost = exact_cost(separable, choices, mask)
        sharp = sharper_bound(separable.arrays, mask)
        assert low <= high + 1e-9
        assert high <= sharp + 1e-9
        assert sharp <= cost + 1e-9
        if not separable.watches:
            assert sharp == pytest.approx(cost)
        # With a limit the bound may be any on the right side of it.
        for enough in (cost / 2, cost, cost + 1):
            stopped = sharper_bound(separable.arrays, mask, enough)
            assert min(stopped, enough) == pytest.approx(min(sharp, enough))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("n", "law"), [(12, UNION), (15, VOTING)])
def test_bounds_of_larger_bodies(n, law, seed):
    separable = separate(large(n, law, seed, amendments=4, most=3, exclusions=1, links=1))
    choices = choices_of(separable)
    masks = choices.masks(1000)
    bounds = bounds_of(separable.arrays, masks, threads=1)
    for mask, bound in zip(masks.tolist(), bounds, strict=True):
        sharp = sharper_bound(separable.arrays, mask)
        assert bound <= sharp + 1e-9
        assert sharp == pytest.approx(exact_cost(separable, choices, mask))


@settings(max_examples=40)
@given(seeds)
def test_the_bound_of_a_node_holds_for_all_below_it(seed):
    separable = separated(seed)
    arrays, choices = separable.arrays, choices_of(separable)
    k = arrays.costs.size
    items = _order(arrays)
    tables = _tables(arrays, items)
    masks = list(choices.listed())
    problem = (arrays.text, arrays.curves, arrays.rule.packed)
    for depth in range(k + 1):
        decided = sum(1 << int(bit) for bit in items[:depth])
        for held in {mask & decided for mask in masks}:
            below = [m for m in masks if m & decided == held]
            least = min(sharper_bound(arrays, mask) for mask in below)
            node = (held, decided & ~held, depth, k - depth)
            assert bound_node(*node, 1, *problem, math.inf, *tables) <= least + 1e-9
            quick = bound_node(*node, 0, *problem, least, *tables)
            assert quick <= least + 1e-9


@st.composite
def offers(draw):
    """Players with prices for their votes, and one or two rows over them."""
    n = draw(st.integers(1, 6))
    prices = {}
    for i in range(n):
        unpaid = draw(st.integers(0, 2))
        asks = sorted(draw(st.lists(st.integers(0, 9), min_size=2, max_size=2)))
        offered = [Payment(F(c), F(0), level=v) for v, c in zip((1, 2), asks, strict=True)]
        hard = draw(st.booleans())
        prices[i] = LevelPrices(
            unpaid, offered[0] if unpaid < 1 else None, None if hard or unpaid == 2 else offered[1]
        )
    counts = st.lists(st.integers(-3, 3), min_size=3, max_size=3).map(sorted)
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        columns = tuple(zip(*[draw(counts) for _ in range(n)], strict=True))
        rows.append((columns, draw(st.integers(-4, 8))))
    floors = tuple(draw(st.integers(0, 1)) for _ in range(n))
    return prices, floors, rows


@given(offers())
def test_the_cheapest_votes_are_the_cheapest_of_all(offer):
    from solvers.concessions.decomposition.branches import Branch, Row

    prices, floors, rows = offer
    best = None
    for votes in itertools.product((0, 1, 2), repeat=len(prices)):
        if any(v < max(prices[i].unpaid, floors[i]) for i, v in enumerate(votes)):
            continue
        if any(sum(c[v][i] for i, v in enumerate(votes)) < need for c, need in rows):
            continue
        costs = [prices[i].cost(v) for i, v in enumerate(votes)]
        if None not in costs:
            best = sum(costs) if best is None else min(best, sum(costs))
    branch = Branch(floors, tuple(Row(*row) for row in rows))
    found = cheapest_profile(prices, [branch])
    assert (found and found.key[0]) == best
    if found is not None:
        assert found.key[2] == len(found.payments)
        assert cheapest_profile(prices, [branch], found.key[0]).key == found.key
        assert cheapest_profile(prices, [branch], found.key[0] - F(1, 7)) is None


@given(st.data())
def test_votes_by_depth_first_search(data):
    f, rows = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    whole = st.integers(0, 6)
    current = np.array(data.draw(st.lists(st.integers(0, 2), min_size=f, max_size=f)), np.int8)
    asks = [sorted(data.draw(st.lists(whole, min_size=3, max_size=3))) for _ in range(f)]
    cost = np.array(asks, float).T.copy()
    gains = [
        [sorted(data.draw(st.lists(st.integers(-3, 3), min_size=3, max_size=3))) for _ in range(f)]
        for _ in range(rows)
    ]
    counts = np.array(gains, float).transpose(0, 2, 1).copy()
    need = np.array([data.draw(st.integers(-3, 9)) for _ in range(rows)], float)
    prices = np.array([data.draw(st.integers(0, 4)) / 2 for _ in range(rows)])
    best = math.inf
    for votes in itertools.product((0, 1, 2), repeat=f):
        if all(v >= at for v, at in zip(votes, current, strict=True)):
            met = [sum(counts[r, v, j] for j, v in enumerate(votes)) for r in range(rows)]
            if all(x >= y for x, y in zip(met, need, strict=True)):
                best = min(best, sum(cost[v, j] - cost[current[j], j] for j, v in enumerate(votes)))
    assert cheapest_votes(current, cost, counts, need, prices, math.inf, 10**6) == best
    assert cheapest_votes(current, cost, counts, need, prices, math.inf, 1) <= best
    assert cheapest_votes(current, cost, counts, need, prices, 3.0, 10**6) >= min(best, 3.0)


def test_a_player_with_fine_numbers_is_counted_coarsely_but_safely():
    problem = large(5, VOTING, 1, amendments=2, links=1)
    fine = F(1, 2**60 + 1)
    voter = replace(problem.voters[0], margin=(fine - 3,) * 3)
    separable = separate(replace(problem, voters=(voter, *problem.voters[1:])))
    arrays = separable.arrays
    assert arrays.unit[0] == 1
    assert 0 < arrays.slack[0] < 1e-6
    choices = choices_of(separable)
    for mask in choices.listed():
        assert sharper_bound(arrays, mask) == pytest.approx(exact_cost(separable, choices, mask))
