"""Lists of minimal winning coalitions and profiles, against trying everything."""

from __future__ import annotations

import datetime
from collections import Counter
from fractions import Fraction
from itertools import combinations, islice, pairwise, product
from math import comb

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import rules

import coalitions as co
from solvers.errors import GameError, LimitError, RuleError
from solvers.listing import (
    cheapest_winning_coalitions,
    is_minimal,
    minimal_winning_coalitions,
    minimal_winning_masks,
    minimal_winning_profiles,
    surplus_weights,
)
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

DAY = datetime.date(2024, 6, 1)


def quota(weights, threshold):
    zero = (0,) * len(weights)
    return Quota(tuple(weights), zero, zero, threshold)


def weighted(threshold, *weights):
    return Rule(len(weights), quota(weights, threshold))


simple_rules = st.tuples(rules(max_players=7), st.sampled_from(["against", "abstain"])).map(
    lambda pair: pair[0].project(pair[1])
)


def winners(rule):
    """All winning coalitions, from the plain data of the rule."""
    root, n = rule.to_dict()["root"], rule.n_players
    return [
        c
        for size in range(n + 1)
        for c in combinations(range(n), size)
        if oracles.decided(root, [2 if i in c else 0 for i in range(n)])
    ]


def linked(players, edges):
    """Whether a set of players hangs together, blocs being joined by edges of their own."""
    if not players:
        return True
    todo, seen = [players[0]], {players[0]}
    while todo:
        here = todo.pop()
        for a, b in edges:
            for x, y in ((a, b), (b, a)):
                if x == here and y in players and y not in seen:
                    seen.add(y)
                    todo.append(y)
    return seen == set(players)


def by_definition(rule, inside=(), outside=(), blocs=(), edges=None):
    """Winning coalitions that keep the conditions, and no smaller one inside them does."""
    joined = [pair for b in blocs for pair in combinations(b, 2)]

    def kept(c):
        good = set(inside) <= set(c) and not set(outside) & set(c)
        good &= all(len(set(b) & set(c)) in (0, len(set(b))) for b in blocs)
        return good and (edges is None or linked(c, [*edges, *joined]))

    good = [set(c) for c in winners(rule) if kept(c)]
    return sorted(
        (tuple(sorted(c)) for c in good if not any(d < c for d in good)),
        key=lambda c: (len(c), c),
    )


@settings(max_examples=150, deadline=None)
@given(simple_rules)
def test_every_minimal_coalition_in_order(rule):
    found = list(minimal_winning_coalitions(rule))
    assert found == by_definition(rule)
    assert found == list(minimal_winning_coalitions(rule, strict=True))
    assert all(is_minimal(rule, c) for c in found)
    masks = [int(m) for array in minimal_winning_masks(rule, 3) for m in array]
    assert sorted(masks) == sorted(sum(1 << i for i in c) for c in found)


@settings(max_examples=150, deadline=None)
@given(simple_rules, st.data())
def test_conditions(rule, data):
    players = st.integers(0, rule.n_players - 1)
    some = st.lists(players, max_size=2, unique=True)
    inside, outside = data.draw(some), data.draw(some)
    blocs = data.draw(st.lists(st.lists(players, min_size=1, max_size=3, unique=True), max_size=2))
    edges = data.draw(
        st.none() | st.lists(st.tuples(players, players).filter(lambda e: e[0] != e[1]), max_size=9)
    )
    given_ = {"must_have": inside, "must_exclude": outside, "blocs": blocs, "graph": edges}
    found = list(minimal_winning_coalitions(rule, **given_))
    expected = by_definition(rule, inside, outside, blocs, edges)
    assert sorted(found, key=lambda c: (len(c), c)) == expected
    assert [len(c) for c in found] == sorted(len(c) for c in found)
    if not blocs:
        assert found == expected
    strict = list(minimal_winning_coalitions(rule, **given_, strict=True))
    assert strict == [c for c in found if c in by_definition(rule)]
    apart = [(inside[0], outside[0])] if inside and outside else []
    found = list(minimal_winning_coalitions(rule, incompatible=apart))
    assert found == [c for c in by_definition(rule) if not any(set(p) <= set(c) for p in apart)]


@settings(max_examples=60, deadline=None)
@given(simple_rules, st.randoms(use_true_random=False))
def test_neighbours_on_a_line(rule, random):
    line = list(range(rule.n_players))
    random.shuffle(line)
    edges = list(pairwise(line))
    assert list(minimal_winning_coalitions(rule, line=line)) == by_definition(rule, edges=edges)


@settings(max_examples=150, deadline=None)
@given(simple_rules, st.data())
def test_by_cost(rule, data):
    n = rule.n_players
    price = st.fractions(0, 5, max_denominator=3)
    costs = data.draw(st.lists(price, min_size=n, max_size=n))
    some = st.lists(st.integers(0, n - 1), max_size=2, unique=True)
    inside, outside = data.draw(some), data.draw(some)

    def key(c):
        return sum((costs[i] for i in c), Fraction(0)), len(c), c

    expected = sorted(by_definition(rule, inside, outside), key=key)
    found = list(
        minimal_winning_coalitions(
            rule, "cost", costs=costs, must_have=inside, must_exclude=outside
        )
    )
    assert [key(c)[:2] for c in found] == [key(c)[:2] for c in expected]
    if not inside:
        assert found == expected
    assert sorted(found) == sorted(expected)
    every = sorted(winners(rule), key=key)
    for most in (1, 3, 500):
        assert cheapest_winning_coalitions(rule, costs, most, minimal=False) == [
            (key(c)[0], c) for c in every[:most]
        ]
    ends = cheapest_winning_coalitions(rule, costs, 2, must_have=inside, must_exclude=outside)
    assert ends == [(key(c)[0], c) for c in found[:2]]


@settings(max_examples=60, deadline=None)
@given(simple_rules, st.data())
def test_blocs_by_cost(rule, data):
    n = rule.n_players
    costs = data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    blocs = [data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3, unique=True))]
    found = list(minimal_winning_coalitions(rule, "cost", costs=costs, blocs=blocs))
    assert sorted(found) == sorted(by_definition(rule, blocs=blocs))
    paid = [(sum(costs[i] for i in c), len(c)) for c in found]
    assert paid == sorted(paid)


@settings(max_examples=100, deadline=None)
@given(rules(max_players=4), st.data())
def test_profiles(rule, data):
    n, root = rule.n_players, rule.to_dict()["root"]
    ends = st.sampled_from([(0, 2), (0, 1), (1, 2), (0, 0), (1, 1), (2, 2), (3, 3)])
    low, high = zip(*data.draw(st.lists(ends, min_size=n, max_size=n)), strict=True)

    def lowered(p):
        for i, vote in enumerate(p):
            if low[i] < vote < 3:
                yield (*p[:i], vote - 1, *p[i + 1 :])

    expected = [
        p
        for p in product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))
        if oracles.decided(root, p) and not any(oracles.decided(root, q) for q in lowered(p))
    ]

    def key(p):
        free = [v for v, a, b in zip(p, low, high, strict=True) if a < b]
        start = [a for a, b in zip(low, high, strict=True) if a < b]
        raised = [v if v > a else -1 for v, a in zip(free, start, strict=True)]
        return raised.count(2), raised.count(1), [-v for v in raised]

    assert list(minimal_winning_profiles(rule, low, high)) == sorted(expected, key=key)


def test_order_of_profiles_is_that_of_the_docstring():
    rule = Rule(3, Quota((1,) * 3, (0,) * 3, (-1,) * 3, 1))
    assert list(minimal_winning_profiles(rule)) == [
        (2, 1, 1), (1, 2, 1), (1, 1, 2), (2, 2, 0), (2, 0, 2), (0, 2, 2),
    ]  # fmt: skip


# --- published counts


def council(decision=None, reading=None):
    body = co.load_body("un-security-council")
    return co.bind_decision(body, decision, reading, DAY).rule


def test_security_council():
    literal = council(None, "literal").project("against")
    found = list(minimal_winning_coalitions(literal))
    assert len(found) == 210
    assert {len(c) for c in found} == {9}
    assert sum(1 for _ in minimal_winning_profiles(council())) == 5005
    procedural = council("procedural").project("against")
    assert sum(1 for _ in minimal_winning_coalitions(procedural)) == comb(15, 9) == 5005
    assert sum(a.size for a in minimal_winning_masks(literal)) == 210


def test_large_bodies_begin_at_once():
    rule = Rule(193, quota([1] * 193, 97))
    assert next(minimal_winning_coalitions(rule)) == tuple(range(97))
    found = list(islice(minimal_winning_coalitions(rule, "cost", costs=range(193)), 2))
    assert found == [tuple(range(97)), (*range(96), 97)]
    assembly = co.bind_decision(co.load_body("un-general-assembly")).rule
    first = next(minimal_winning_profiles(assembly))
    assert assembly.evaluate(first)
    assert Counter(first) == {2: 1, 1: 192}  # nobody against, somebody for


def european_union():
    own = {"table": "EU27_2018", "note": "populations of 2018"}
    return co.bind_decision(co.load_body("eu-council"), own_roster=own).rule.project("against")


def test_european_union_by_size():
    """Figures of an independent enumeration with the populations of 1 January 2018."""
    rule, sizes, sample = european_union(), Counter(), []
    for array in minimal_winning_masks(rule):
        assert np.unique(array).size == array.size
        found, number = np.unique(np.bitwise_count(array), return_counts=True)
        sizes.update(dict(zip(found.tolist(), number.tolist(), strict=True)))
        sample.append(int(array[0]))
    assert sizes == {
        15: 4_233_704, 16: 50_280, 17: 32_805, 18: 17_017, 19: 6_944, 20: 2_242, 21: 557, 22: 105,
        23: 22, 24: 21,
    }  # fmt: skip
    assert sizes.total() == 4_343_697
    for mask in sample:
        assert is_minimal(rule, [i for i in range(27) if mask >> i & 1])
    few = list(islice(minimal_winning_coalitions(rule, "surplus"), 3))
    weights = surplus_weights(rule)
    assert [sum(weights[i] for i in c) for c in few] == sorted(
        sum(weights[i] for i in c) for c in few
    )
    assert all(is_minimal(rule, c) for c in few)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_masks_of_double_majorities(data):
    """More players than the table of the last ones holds, with ties, zeros and several steps."""
    n = data.draw(st.integers(12, 14))
    w = data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    ones, total = (1,) * n, sum(w)
    threshold = st.integers(1, max(total, 1))
    size = st.integers(1, n)
    a, b = data.draw(threshold), data.draw(threshold)
    p, q = data.draw(size), data.draw(size)
    tree = data.draw(
        st.sampled_from(
            [
                quota(w, a),
                AllOf((quota(w, a), quota(ones, p))),
                AnyOf((AllOf((quota(w, a), quota(ones, p))), quota(ones, q))),
                AnyOf((quota(w, a), AllOf((quota(w, b), quota(ones, p))))),
                quota(ones, p),
            ]
        )
    )
    rule = Rule(n, tree)
    bits = np.arange(2**n)[:, None] >> np.arange(n) & 1
    wins = rule.evaluate_many((2 * bits).astype(np.int8))
    expected = wins.copy()
    for i in range(n):
        expected &= ~(wins[np.arange(2**n) & ~(1 << i)] & (bits[:, i] == 1))
    found = np.concatenate([np.zeros(0, np.int64), *minimal_winning_masks(rule, 50)])
    assert np.array_equal(np.sort(found), np.flatnonzero(expected))


def test_weights_of_several_leaves_go_the_slow_way():
    rule = Rule(3, AllOf((quota((3, 2, 1), 4), quota((1, 2, 3), 4))))
    masks = [int(m) for array in minimal_winning_masks(rule) for m in array]
    assert masks == [sum(1 << i for i in c) for c in by_definition(rule)]
    with pytest.raises(GameError, match="sums 2 different weights"):
        minimal_winning_coalitions(rule, "surplus")


# --- what is refused


def test_refusals():
    rule = weighted(3, 2, 1, 1)
    with pytest.raises(GameError, match="no order 'length'; there are size, cost, surplus"):
        minimal_winning_coalitions(rule, "length")
    with pytest.raises(GameError, match="that order needs them"):
        minimal_winning_coalitions(rule, "cost")
    with pytest.raises(GameError, match="go with the order 'cost'"):
        minimal_winning_coalitions(rule, costs=[1, 1, 1])
    with pytest.raises(RuleError, match="there is no 3"):
        minimal_winning_coalitions(rule, must_have=[3])
    with pytest.raises(RuleError, match="numbered 0 to 2"):
        minimal_winning_coalitions(rule, incompatible=[(0, 3)])
    with pytest.raises(RuleError, match="needs 3 costs of at least 0"):
        minimal_winning_coalitions(rule, "cost", costs=[1, 1, -1])
    with pytest.raises(GameError, match="by size only"):
        minimal_winning_coalitions(rule, "cost", costs=[1, 1, 1], line=[0, 1, 2])
    with pytest.raises(GameError, match="each of the players 0 to 2 once"):
        minimal_winning_coalitions(rule, line=[0, 1])
    with pytest.raises(GameError, match="links no two"):
        minimal_winning_coalitions(rule, graph=[(0, 0)])
    with pytest.raises(GameError, match="not both"):
        minimal_winning_coalitions(rule, graph=[], line=[0, 1, 2])
    with pytest.raises(RuleError, match="tells an abstention from a vote against"):
        minimal_winning_coalitions(council())
    with pytest.raises(RuleError, match=r"m0 votes from 2 to 0|1 votes from 2 to 0"):
        minimal_winning_profiles(rule, [2, 0, 0], [0, 2, 2])
    with pytest.raises(LimitError, match="at most 62 players"):
        minimal_winning_masks(Rule(63, quota([1] * 63, 2)))
    with pytest.raises(GameError, match="chunk is 0"):
        minimal_winning_masks(rule, 0)
    with pytest.raises(LimitError, match="the limit is 1000"):
        minimal_winning_coalitions(Rule(1001, quota([1] * 1001, 2)))
    with pytest.raises(LimitError, match="sum to"):
        minimal_winning_masks(weighted(2**62, 2**62, 1))


def test_conditions_that_exclude_each_other_leave_nothing():
    rule = weighted(3, 2, 1, 1)
    assert list(minimal_winning_coalitions(rule, must_have=[0], must_exclude=[0])) == []
    torn = {"must_have": [1], "blocs": [[1, 0]], "must_exclude": [0]}
    assert list(minimal_winning_coalitions(rule, **torn)) == []
    assert cheapest_winning_coalitions(rule, [1, 1, 1], 1, must_have=[0], must_exclude=[0]) == []


def test_too_many_open_branches(monkeypatch):
    monkeypatch.setattr("solvers.listing.cost_order.MAX_OPEN", 5)
    rule = Rule(12, quota([1] * 12, 6))
    with pytest.raises(LimitError, match="branches are open"):
        list(minimal_winning_coalitions(rule, "cost", costs=[7, 5, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))


@pytest.mark.parametrize("order", ["size", "cost"])
def test_a_search_in_vain_stops(order, monkeypatch):
    monkeypatch.setattr(f"solvers.listing.{order}_order.MAX_IN_VAIN", 50)
    monkeypatch.setattr("solvers.listing.size_order.MAX_CELLS", 0)
    # Even weights on one side, and a sum that only the other side's odd ones complete.
    weights = [2 * k + 100 for k in range(20)]
    rule = Rule(20, AllOf((quota(weights, 1099), quota([200 - w for w in weights], 901))))
    costs = [k % 7 + 1 for k in range(20)] if order == "cost" else None
    with pytest.raises(LimitError, match="50 branches in turn hold no"):
        list(minimal_winning_coalitions(rule, order, costs=costs))


def test_members_of_open_branches_are_limited(monkeypatch):
    monkeypatch.setattr("solvers.listing.cost_order.MAX_MEMBERS", 8)
    rule = Rule(12, quota([1] * 12, 6))
    with pytest.raises(LimitError, match="branches are open"):
        list(minimal_winning_coalitions(rule, "cost", costs=[7, 5, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))


@pytest.mark.parametrize("body_name", ["imf-board-of-governors", "ibrd"])
def test_the_first_profiles_of_a_large_body_come_at_once(body_name):
    from coalitions.bodies.body import load_body
    from coalitions.bodies.rosters import bind_decision

    rule = bind_decision(load_body(body_name)).rule
    found = list(islice(minimal_winning_profiles(rule), 3))
    assert len(set(found)) == 3
    for votes in found:
        assert rule.evaluate(votes)
        for i, vote in enumerate(votes):
            if vote:
                assert not rule.evaluate([*votes[:i], vote - 1, *votes[i + 1 :]])
