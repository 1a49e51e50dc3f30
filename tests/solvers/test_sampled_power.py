"""Sampled indices: near the exact values, the same on any number of workers, stopped in time."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import NO, YES, decided
from strategies import rules

from solvers.counting.simple_games import simple_game
from solvers.errors import GameError, LimitError, RuleError
from solvers.power import power_index
from solvers.power import sampling as module
from solvers.power.sampling import SAMPLED_INDICES, sampled_power
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

F = Fraction


def weighted(quota: int, *weights: int) -> Rule:
    return Rule(len(weights), leaf(quota, *weights))


def leaf(quota: int, *weights: int) -> Quota:
    zero = (0,) * len(weights)
    return Quota(weights, zero, zero, quota)


COUNCIL = weighted(39, *[7] * 5, *[1] * 10)
COMPOUND = Rule(
    8,
    AnyOf((
        AllOf((leaf(5, *[1] * 8), leaf(14, 9, 5, 4, 3, 2, 2, 1, 1))),
        leaf(2, 1, 0, 0, 0, 0, 0, 0, 1),
    )),
)  # fmt: skip


@pytest.mark.parametrize("index", sorted(SAMPLED_INDICES))
@pytest.mark.parametrize(
    "rule", [COUNCIL, COMPOUND, weighted(9, 9, 1, 1), weighted(129, *[1] * 193)]
)
def test_exact_values_lie_within_five_standard_errors(index: str, rule: Rule) -> None:
    exact = power_index(rule, index).values
    found = sampled_power(rule, index, 20, 0.002, 200_000)
    assert found.reached
    assert (found.name, found.seed) == (index, 20)
    for value, error, true in zip(found.values, found.standard_errors, exact, strict=True):
        assert 0 < error <= 0.002
        assert abs(value - float(true)) <= 5 * error
    assert not all(v == float(t) for v, t in zip(found.values, exact, strict=True)) or len(
        set(exact)
    ) < len(exact)


def test_standard_errors_are_neither_too_small_nor_too_large() -> None:
    """Over many seeds the errors of the estimates spread as they say."""
    exact = float(power_index(COMPOUND, "shapley_shubik").values[1])
    scaled = []
    for seed in range(60):
        found = sampled_power(COMPOUND, "shapley_shubik", seed, None, 400)
        scaled.append((found.values[1] - exact) / found.standard_errors[1])
    assert 0.7 < np.std(scaled) < 1.3
    assert abs(np.mean(scaled)) < 0.6


@pytest.mark.parametrize("index", sorted(SAMPLED_INDICES))
def test_workers_do_not_change_the_answer(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS", 4096)
    one, two = (sampled_power(COMPOUND, index, 3, 0.01, 20_000, workers) for workers in (1, 2))
    assert one == two
    assert one != sampled_power(COMPOUND, index, 4, 0.01, 20_000)
    assert sampled_power(COMPOUND, index, 3, 0.01, 20_000) == one


def test_it_stops_when_precise_enough_or_at_the_most_samples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CELLS", 1)  # chunks of 64
    coarse, fine = (sampled_power(COUNCIL, "banzhaf_absolute", 1, e) for e in (0.002, 0.001))
    assert coarse.reached
    assert fine.reached
    assert 64 * module.ROUND <= coarse.samples < fine.samples < 8 * coarse.samples
    stopped = sampled_power(COUNCIL, "banzhaf_absolute", 1, 0.0001, 1000)
    assert stopped.samples == 1000
    assert not stopped.reached
    whole = sampled_power(COUNCIL, "shapley_shubik", 1, None, 777)
    assert whole.samples == 777
    assert whole.reached
    assert sum(whole.values) == pytest.approx(1)


# One chunk, against orders and coalitions judged one by one.

simple_rules = st.one_of(rules(max_players=4), rules(5, 7)).map(
    lambda rule: rule.project("against")
)


@settings(deadline=None, max_examples=50)
@given(rule=simple_rules, seed=st.integers(0, 99))
def test_a_chunk_of_orders_is_judged_rightly(rule: Rule, seed: int) -> None:
    n, root = rule.n_players, rule.to_dict()["root"]
    types = simple_game(rule).types
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(2,)))
    orders = rng.permuted(np.broadcast_to(np.arange(n), (30, n)), axis=1)
    expected = [0] * len(types)
    for order in orders.tolist():
        outcomes = [
            decided(root, [YES if i in order[:k] else NO for i in range(n)]) for k in range(n + 1)
        ]
        for k, (before, after) in enumerate(itertools.pairwise(outcomes)):
            if after and not before:
                expected[next(t for t, c in enumerate(types) if order[k] in c)] += 1
    once, twice = module._chunk((simple_game(rule), "shapley_shubik", seed, 2, 30))
    assert once.tolist() == twice.tolist() == expected


@settings(deadline=None, max_examples=50)
@given(rule=simple_rules, seed=st.integers(0, 99))
def test_a_chunk_of_coalitions_is_judged_rightly(rule: Rule, seed: int) -> None:
    n, root = rule.n_players, rule.to_dict()["root"]
    types = simple_game(rule).types
    rng = np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=(0,)))
    votes = rng.integers(0, 2, (30, n), np.int8).tolist()
    expected, squares = [0] * len(types), [0] * len(types)
    for row in votes:
        for t, members in enumerate(types):
            swings = 0
            for i in members:
                with_, without = (
                    [YES if (v if j != i else own) else NO for j, v in enumerate(row)]
                    for own in (1, 0)
                )
                swings += decided(root, with_) and not decided(root, without)
            expected[t] += swings
            squares[t] += swings * swings
    once, twice = module._chunk((simple_game(rule), "banzhaf_absolute", seed, 0, 30))
    assert once.tolist() == expected
    assert twice.tolist() == squares


def test_weights_beyond_a_machine_word() -> None:
    big = 10**30
    huge, small = weighted(3 * big, 2 * big, big, big + 1), weighted(3, 2, 1, 1)
    for index in SAMPLED_INDICES:
        a, b = (sampled_power(rule, index, 5, None, 3000) for rule in (huge, small))
        assert a.values[0] == pytest.approx(b.values[0], abs=0.05)


@pytest.mark.parametrize("index", sorted(SAMPLED_INDICES))
@pytest.mark.parametrize("quota", [0, 9])
def test_nobody_decides_what_is_decided(index: str, quota: int) -> None:
    found = sampled_power(weighted(quota, 1, 2, 3), index, 1, 0.01)
    assert found.values == (0.0, 0.0, 0.0)


def test_a_body_of_nobody() -> None:
    assert sampled_power(Rule(0, AllOf(())), "shapley_shubik").values == ()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"index": "johnston"}, GameError, "no sampled index 'johnston'; there are shapley"),
        ({"seed": -1}, GameError, "the seed is -1; it is at least 0"),
        ({"standard_error": 0.0}, GameError, "above 0 and below 1"),
        ({"standard_error": float("nan")}, GameError, "the standard error is nan"),
        ({"max_samples": 0}, GameError, "0 samples"),
        ({"workers": 0}, GameError, "0 workers"),
        ({"max_samples": 10**10}, LimitError, "the limit is 1,000,000,000"),
        ({"rule": Rule(1, Quota((1,), (0,), (-1,), 1))}, RuleError, "tells an abstention"),
    ],
)
def test_bad_input(change: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        sampled_power(**({"rule": COUNCIL} | change))
