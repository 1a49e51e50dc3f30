"""Weights and trades, against searching for them by brute force."""

from __future__ import annotations

import datetime
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import rules

import coalitions as co
from solvers.errors import LimitError, RuleError
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.simple_games import weightedness as module
from solvers.simple_games.weightedness import is_trade, weightedness

simple_rules = st.tuples(rules(max_players=5), st.sampled_from(["against", "abstain"])).map(
    lambda pair: pair[0].project(pair[1])
)


def quota(weights, threshold):
    zero = (0,) * len(weights)
    return Quota(tuple(weights), zero, zero, threshold)


def winning_masks(rule):
    n = rule.n_players
    return [rule.evaluate([2 * (m >> i & 1) for i in range(n)]) for m in range(2**n)]


def separates(weights, threshold, won):
    sums = [sum(w for i, w in enumerate(weights) if m >> i & 1) for m in range(len(won))]
    return all((s >= threshold) == win for s, win in zip(sums, won, strict=True))


def least_sum(won, n, types, most):
    """Least sum of weights up to a number, one after another, equal within a type."""
    best = None
    for values in product(range(most + 1), repeat=len(types)):
        weights = [0] * n
        for t, w in zip(types, values, strict=True):
            for i in t:
                weights[i] = w
        sums = [sum(w for i, w in enumerate(weights) if m >> i & 1) for m in range(len(won))]
        least = min((s for s, win in zip(sums, won, strict=True) if win), default=1)
        if separates(weights, least, won) and (best is None or sum(weights) < best):
            best = sum(weights)
    return best


@settings(max_examples=80, deadline=None)
@given(simple_rules)
def test_weights_or_a_trade(rule):
    found, won = weightedness(rule), winning_masks(rule)
    if not found.weighted:
        assert is_trade(rule, found.winning, found.losing)
        return
    assert separates(found.weights, found.quota, won)
    if won[-1] and not won[0]:
        assert found.checked > 0
        assert separates(found.weights, found.quota, won)
        assert not separates(found.weights, found.quota + 1, won)


@settings(max_examples=30, deadline=None)
@given(simple_rules.filter(lambda r: r.n_players <= 4))
def test_least_weights(rule):
    """Games of up to four players need no weight above 3."""
    found, won = weightedness(rule), winning_masks(rule)
    types = [list(t) for t in rule.types()]
    best = least_sum(won, rule.n_players, types, 4)
    assert found.weighted == (best is not None)
    if found.weighted:
        assert sum(found.weights) == best


def test_security_council():
    """The weights that the literature gives to the Council: 7 and 1, quota 39."""
    body, day = co.load_body("un-security-council"), datetime.date(2024, 6, 1)
    rule = co.bind_decision(body, None, "literal", day).rule.project("against")
    found = weightedness(rule)
    permanent = {i for i, w in enumerate(found.weights) if w == 7}
    assert (found.quota, sorted(found.weights)) == (39, [1] * 10 + [7] * 5)
    assert {rule.names[i] for i in permanent} == {"CHN", "FRA", "GBR", "RUS", "USA"}
    assert found.checked == 210 + (5 + 120)  # a permanent member missing, or eight in favour
    scaled = Rule(15, quota([7] * 5 + [1] * 10, 39))
    assert weightedness(scaled).weights == (7,) * 5 + (1,) * 10


@pytest.mark.parametrize(
    ("threshold", "weights", "least"),
    [
        (51, (50, 49, 1), (3, (2, 1, 1))),
        (8, (5, 4, 3, 2), (5, (3, 2, 2, 1))),
        (12, (4, 4, 4, 2, 2, 1), (6, (2, 2, 2, 1, 1, 0))),  # Rome 1957: Luxembourg counts nothing
        (2**40, (2**40, 2**39, 2**39), (2, (2, 1, 1))),
    ],
)
def test_known_games(threshold, weights, least):
    found = weightedness(Rule(len(weights), quota(weights, threshold)))
    assert (found.quota, found.weights) == least


def pair(n, *players):
    return quota([int(i in players) for i in range(n)], len(players))


def test_a_game_that_is_not_weighted():
    rule = Rule(4, AnyOf((pair(4, 0, 1), pair(4, 2, 3))))
    found = weightedness(rule)
    assert (found.weights, found.quota) == (None, None)
    assert len(found.winning) == 2
    assert is_trade(rule, found.winning, found.losing)
    assert not is_trade(rule, found.losing, found.winning)
    assert not is_trade(rule, found.winning, found.losing[:1])
    assert not is_trade(rule, (), ())


def test_a_complete_game_that_is_not_weighted():
    """Five of ten, two of them large: three large and one small lose, as do one and five."""
    large, everybody = quota([1] * 4 + [0] * 6, 2), quota([1] * 10, 5)
    rule = Rule(10, AllOf((large, everybody)))
    found = weightedness(rule)
    assert found.weighted == (not is_trade(rule, found.winning, found.losing))
    assert not found.weighted


def test_european_union_is_not_weighted():
    own = {"table": "EU27_2018", "note": "populations of 2018"}
    rule = co.bind_decision(co.load_body("eu-council"), own_roster=own).rule.project("against")
    found = weightedness(rule)
    assert not found.weighted
    assert is_trade(rule, found.winning, found.losing)


def test_us_federal_legislation_is_not_weighted():
    chambers = AllOf((quota([1] * 5 + [0] * 7, 3), quota([0] * 5 + [1] * 7, 4)))
    assert not weightedness(Rule(12, chambers)).weighted


def test_constant_games():
    always, never = Rule(2, AllOf(())), Rule(2, AnyOf(()))
    assert (weightedness(always).weights, weightedness(always).quota) == ((0, 0), 0)
    assert (weightedness(never).weights, weightedness(never).quota) == ((0, 0), 1)


def test_refusals(monkeypatch):
    with pytest.raises(LimitError, match="the limit is 200"):
        weightedness(Rule(201, quota([1] * 201, 100)))
    with pytest.raises(RuleError, match="tells an abstention"):
        weightedness(Rule(1, Quota((1,), (0,), (-1,), 0)))
    monkeypatch.setattr(module, "MAX_CHECKED", 3)
    assert weightedness(Rule(5, quota([1] * 5, 3))).checked == 0


def test_every_coalition_of_a_trade_counts():
    rule = Rule(4, AnyOf((pair(4, 0, 1), pair(4, 2, 3))))
    for winning in combinations([(0, 1), (2, 3), (0, 1, 2)], 2):
        for losing in combinations([(0, 2), (1, 3), (1, 2), (0, 3)], 2):
            same = sorted(sum(winning, ())) == sorted(sum(losing, ()))
            assert is_trade(rule, winning, losing) == same


def test_weights_that_are_too_close_to_be_made_smaller(monkeypatch):
    weights = tuple((7 * i * i + 313 * i) % 1013 + 1 for i in range(1, 19))
    monkeypatch.setattr(module, "MAX_OPEN", 5)
    found = weightedness(Rule(18, quota(weights, sum(weights) // 2 + 1)))
    assert (found.weights, found.least, found.weighted) == (weights, False, True)
    two = AllOf((quota(weights, 5000), quota(weights[::-1], 5000)))
    with pytest.raises(LimitError, match="branches are open"):
        weightedness(Rule(18, two))
