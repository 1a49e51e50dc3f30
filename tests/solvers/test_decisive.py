"""Decisive players, against trying every completion of every vote."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import rules

from solvers.errors import GameError
from solvers.rules.decisive import decisive_players
from solvers.rules.rule import Quota, Rule
from solvers.rules.votes import ABSENT


def by_brute_force(rule: Rule, low: list[int], high: list[int]) -> tuple[int, ...]:
    """Move each player alone, whatever the others do."""
    found = set()
    for votes in product(*(range(a, b + 1) for a, b in zip(low, high, strict=True))):
        for player in range(rule.n_players):
            outcomes = {
                rule.evaluate([*votes[:player], level, *votes[player + 1 :]])
                for level in range(low[player], high[player] + 1)
            }
            if len(outcomes) == 2:
                found.add(player)
    return tuple(sorted(found))


@st.composite
def uncertain(draw):
    rule = draw(rules())
    spans = st.sampled_from([(0, 0), (1, 1), (2, 2), (ABSENT, ABSENT), (0, 1), (1, 2), (0, 2)])
    drawn = draw(st.lists(spans, min_size=rule.n_players, max_size=rule.n_players))
    low, high = zip(*drawn, strict=True)
    return rule, list(low), list(high)


@given(uncertain())
def test_every_completion_counts(case):
    rule, low, high = case
    assert decisive_players(rule, low, high) == by_brute_force(rule, low, high)


def test_an_abstention_may_be_what_makes_a_vote_decisive():
    # Two points are needed: the first lacks one to give, the second gives two or nothing or one.
    rule = Rule(2, Quota((1, 2), (1, 1), (0, 0), 2))
    assert decisive_players(rule, [0, 0], [1, 2]) == (0, 1)


def test_a_council_of_which_nothing_is_known():
    count = Quota((1,) * 15, (0,) * 15, (0,) * 15, 9)
    assert decisive_players(Rule(15, count), [0] * 15, [2] * 15) == tuple(range(15))


def test_a_large_assembly_of_equals():
    two_thirds = Quota((1,) * 60, (0,) * 60, (-2,) * 60, 0)
    low, high = [2] * 30 + [0] * 30, [2] * 30 + [2] * 30
    assert decisive_players(Rule(60, two_thirds), low, high) == tuple(range(30, 60))


def test_one_type_with_every_kind_of_doubt():
    """A third each may abstain or oppose, abstain or support, do anything."""
    spans = [(0, 1)] * 64 + [(1, 2)] * 64 + [(0, 2)] * 65
    low, high = zip(*spans, strict=True)
    zero, one = (0,) * 193, (1,) * 193
    below, above, free = range(64), range(64, 128), range(128, 193)
    two_thirds = Rule(193, Quota(one, zero, (-2,) * 193, 0))
    assert decisive_players(two_thirds, low, high) == tuple(range(193))
    for most, wanted in ((10, (*below, *free)), (128, (*below, *free)), (129, ())):
        few_against = Rule(193, Quota(zero, zero, (-1,) * 193, -most))
        assert decisive_players(few_against, low, high) == wanted
    for least, wanted in ((1, (*above, *free)), (129, (*above, *free)), (130, ())):
        assert decisive_players(Rule(193, Quota(one, zero, zero, least)), low, high) == wanted


def test_too_many_completions():
    weights = tuple(2**i for i in range(15))  # no two alike
    rule = Rule(15, Quota(weights, (0,) * 15, (0,) * 15, 2**14))
    assert decisive_players(rule, [0] * 15, [2] * 15) is None


def test_intervals_the_wrong_way_round():
    rule = Rule(1, Quota((1,), (0,), (0,), 1))
    with pytest.raises(GameError, match="player 0 votes at least 2 and at most 1"):
        decisive_players(rule, [2], [1])
    with pytest.raises(GameError, match="player 0 is absent or votes 1: it must be certain"):
        decisive_players(rule, [1], [ABSENT])
