"""Minimal winning coalitions over all sizes: against coalitions tried one by one, and the table."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.counting import (
    MINIMAL_METHODS,
    MINIMAL_TOTAL_METHODS,
    count_minimal,
    count_minimal_totals,
)
from solvers.counting.minimal_by_programme import refusal, seconds
from solvers.counting.simple_games import simple_game
from solvers.errors import GameError, LimitError
from solvers.power import MEASURES, CountedGame, power_index
from solvers.rules.rule import AllOf, Quota, Rule

NAME = "programme-minimal"


def weighted(quota, weights):
    zero = (0,) * len(weights)
    return Rule(len(weights), Quota(tuple(weights), zero, zero, quota))


def by_coalitions(quota, weights):
    """All minimal winning coalitions, and those with each player."""
    n = len(weights)
    minimal = [
        c
        for size in range(n + 1)
        for c in combinations(range(n), size)
        if sum(weights[i] for i in c) >= quota
        and all(sum(weights[j] for j in c if j != i) < quota for i in c)
    ]
    return len(minimal), tuple(sum(i in c for c in minimal) for i in range(n))


games = (
    st.lists(st.integers(0, 12), min_size=1, max_size=9)
    .filter(any)
    .flatmap(lambda w: st.tuples(st.just(w), st.integers(1, sum(w))))
)


@settings(max_examples=100)
@given(games)
def test_every_coalition_tried(game):
    weights, quota = game
    found = count_minimal_totals(weighted(quota, weights), NAME)
    assert (found.minimal, found.minimal_with) == by_coalitions(quota, weights)
    assert found.method == NAME


@pytest.mark.parametrize(
    ("quota", "weights"),
    [
        (
            270,
            [54, 40, 30, 28, 19, 19, 17, 16, 16, 15, 14, 13, 12, 11, 11, 11] + [10] * 8 + [3] * 30,
        ),
        (2000, [1000 // k for k in range(1, 60)]),
        (90, [1] * 180),  # more than a word holds
        (800, [10 + k // 4 for k in range(90)]),
    ],
)
def test_the_same_as_by_size(quota, weights):
    rule = weighted(quota, weights)
    found = count_minimal_totals(rule, NAME)
    by_size = count_minimal(rule)
    assert (found.minimal, found.minimal_with) == (
        sum(by_size.minimal),
        tuple(map(sum, by_size.minimal_with)),
    )


def test_all_minimal_coalitions_of_equals():
    found = count_minimal_totals(weighted(97, [1] * 193), NAME)
    assert found.minimal == comb(193, 97)
    assert set(found.minimal_with) == {comb(192, 96)}


def test_the_fund_has_its_number_and_the_index_of_holler():
    rule = bind_decision(load_body("imf-board-of-governors")).rule.project("against")
    game = CountedGame(rule)
    found = game.minimal_totals
    assert found.method == NAME
    assert MEASURES["mwc_count"](game) == found.minimal
    index = power_index(game, "holler_public_good")
    assert index.is_exact
    assert sum(index.values) == 1
    # Each is in some coalition, none in all, and no two members with equal votes differ.
    assert 0 < min(found.minimal_with) < max(found.minimal_with) < found.minimal
    votes = rule.leaves()[0].yes
    assert len(set(zip(votes, found.minimal_with, strict=True))) == len(set(votes))
    assert index.values[votes.index(max(votes))] == Fraction(
        max(found.minimal_with), sum(found.minimal_with)
    )


def test_a_veto_is_in_all_of_them():
    weights = [100, *range(1, 80)]
    total = sum(weights)
    found = count_minimal_totals(weighted(total - 99, weights), NAME)
    assert found.minimal_with[0] == found.minimal > 0


def test_counts_by_size_give_totals():
    rule = weighted(5, [3, 2, 2, 1])
    by_size = count_minimal(rule)
    assert by_size.totals().minimal == sum(by_size.minimal) == 3
    for name in [m.name for m in (*MINIMAL_TOTAL_METHODS, *MINIMAL_METHODS)]:
        found = count_minimal_totals(rule, name)
        assert (found.minimal, found.minimal_with) == (3, (2, 2, 2, 1))
    game = CountedGame(rule)
    assert game.minimal.totals() == game.minimal_totals


def test_refusals():
    leaf = Quota((1, 1), (0, 0), (0, 0), 2)
    two = Rule(2, AllOf((leaf, Quota((2, 1), (0, 0), (0, 0), 2))))
    with pytest.raises(LimitError, match="takes one quota of weights"):
        count_minimal_totals(two, NAME)
    with pytest.raises(GameError, match="no method 'guess'"):
        count_minimal_totals(two, "guess")
    large = simple_game(weighted(10**9 + 1, [10**9, 10**9 - 1, 7]))
    assert "sums; here are 1,000,000,001" in str(refusal(large))
    slow = simple_game(weighted(50_000_000, [500_001 + 2 * k for k in range(900)]))
    assert "60 s; here about" in str(refusal(slow))
    small = simple_game(weighted(4, [3, 2, 1]))
    assert refusal(small) is None
    assert seconds(small) < 1


def test_a_count_that_was_refused_is_not_tried_again(monkeypatch):
    calls = []

    def refused(rule):
        calls.append(rule)
        raise LimitError("too large")

    monkeypatch.setattr("solvers.counting.count_minimal", refused)
    game = CountedGame(weighted(4, [3, 2, 1]))
    for _ in range(3):
        with pytest.raises(LimitError, match="too large"):
            _ = game.minimal
    assert len(calls) == 1
