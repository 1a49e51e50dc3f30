"""The smallest changes that turn an outcome, by both methods, and all patterns of one and two."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import example, given, settings
from oracles import decided, fewest_changes, minimal_moves
from strategies import rules_and_profiles

from solvers.errors import LimitError
from solvers.rules import fewest_steps as search
from solvers.rules.fewest_steps import fewest_steps
from solvers.rules.roster import Roster
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.rules.templates import All, InFavour, NobodyAgainst, Share, bind
from solvers.rules.vote_changes import (
    Change,
    ChangePattern,
    Mover,
    _by_programme,
    change_patterns,
    smallest_changes,
)

ONE = Rule(1, Quota((2,), (1,), (0,), 2))
ALIKE = Rule(2, Quota((3, 3), (1, 1), (0, 0), 4))  # 0->2 and 1->1 costs as 0->1 and 1->2
VETOES = Rule(3, Quota((0, 0, 0), (0, 0, 0), (-1, -1, -1), -1))  # who moves is a tie among no's


def raising(rule, profile):
    """The same question with the outcome still open, as both methods are asked it."""
    if not rule.evaluate(profile):
        return rule, list(profile)
    return rule.dual(), [v if v == 3 else 2 - v for v in profile]


@settings(max_examples=250)
@given(rules_and_profiles(max_players=5))
@example((ONE, (0,)))
@example((ALIKE, (0, 1)))
@example((VETOES, (0, 0, 0)))
def test_the_search_finds_the_fewest_changes(case):
    rule, profile = raising(*case)
    wanted = fewest_changes(rule.to_dict()["root"], profile)
    found = fewest_steps(rule, profile)
    assert (None if found is None else tuple(found)) == wanted


@settings(max_examples=60)
@given(rules_and_profiles(max_players=5))
@example((ONE, (0,)))
@example((ALIKE, (0, 1)))
@example((VETOES, (0, 0, 0)))
def test_the_programme_finds_the_same(case):
    rule, profile = raising(*case)
    wanted = fewest_changes(rule.to_dict()["root"], profile)
    found = _by_programme(rule, profile)
    assert (None if found is None else tuple(found)) == wanted


@settings(max_examples=150)
@given(rules_and_profiles(max_players=6))
def test_changes_turn_the_outcome_and_fewer_do_not(case):
    rule, profile = case
    root = rule.to_dict()["root"]
    wanted = fewest_changes(root, profile)
    changes = smallest_changes(rule, profile)
    assert (changes is None) == (wanted is None)
    if changes is None:
        return
    after = list(profile)
    for change in changes:
        assert (change.before, profile[change.player]) == (profile[change.player], change.before)
        after[change.player] = change.after
    assert tuple(after) == wanted
    assert decided(root, after) != decided(root, profile)


@settings(max_examples=200)
@given(rules_and_profiles(max_players=5))
def test_patterns_are_all_the_minimal_changes_of_one_and_two(case):
    rule, profile = case
    wanted = minimal_moves(rule.to_dict()["root"], profile, 2)
    found = []
    for pattern in change_patterns(rule, profile):
        groups = (itertools.combinations(m.players, m.number) for m in pattern.movers)
        for choice in itertools.product(*groups):
            if len({i for who in choice for i in who}) == pattern.n_members:  # nobody moves twice
                pairs = zip(pattern.movers, choice, strict=True)
                found.append(frozenset((i, m.after) for m, who in pairs for i in who))
    assert len(found) == len(set(found))  # no change is listed twice
    assert set(found) == wanted
    ones = {p.movers for p in change_patterns(rule, profile, 1)}
    assert ones == {p.movers for p in change_patterns(rule, profile) if p.n_members == 1}


def test_both_methods_agree_on_larger_bodies():
    rng = random.Random(3)
    for _ in range(12):
        n = 12
        weights = tuple(rng.choice((1, 2, 5)) for _ in range(n))
        veto = tuple(-int(i < 2) for i in range(n))
        zero = (0,) * n
        share = Quota(weights, zero, tuple(-2 * w for w in weights), rng.randrange(20))
        vetoes = Quota(zero, zero, veto, 0)
        count = Quota((1,) * n, zero, zero, rng.randrange(3, 12))
        rule = Rule(n, AnyOf((AllOf((share, vetoes)), count)))
        profile = [rng.randrange(4) for _ in range(n)]
        asked = raising(rule, profile)
        assert fewest_steps(*asked) == _by_programme(*asked)


@settings(max_examples=40)
@given(rules_and_profiles(max_players=5))
def test_a_search_that_gives_up_leaves_the_answer_as_it_is(case):
    wanted = smallest_changes(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MAX_BRANCHES", 1)
        assert smallest_changes(*case) == wanted


def test_the_search_says_that_it_gave_up(monkeypatch):
    monkeypatch.setattr(search, "MAX_BRANCHES", 1)
    with pytest.raises(LimitError, match="1 ways to raise votes were tried in vain"):
        fewest_steps(ALIKE, (0, 0))


def test_an_assembly_of_which_nothing_is_known():
    """All against: 193 abstentions leave nobody in favour, one step more does."""
    rule = bind(InFavour(Share(2, 3), "voting"), Roster.of([str(i) for i in range(193)]))
    assert fewest_steps(rule, [0] * 193) == [2, 2, *[1] * 190, 0]


def test_what_would_have_stopped_resolution_1973():
    names = [
        "BIH",
        "BRA",
        "CHN",
        "COL",
        "DEU",
        "FRA",
        "GAB",
        "GBR",
        "IND",
        "LBN",
        "NGA",
        "PRT",
        "RUS",
        "USA",
        "ZAF",
    ]
    permanent = ("CHN", "FRA", "GBR", "RUS", "USA")
    council = Roster.of(names, {"permanent": permanent})
    rule = bind(All((InFavour(9), NobodyAgainst("permanent"))), council)
    abstained = {"BRA", "CHN", "DEU", "IND", "RUS"}
    cast = [1 if name in abstained else 2 for name in names]
    assert smallest_changes(rule, cast) == (Change(names.index("CHN"), 1, 0),)
    supporters = tuple(i for i, name in enumerate(names) if name not in abstained)
    assert change_patterns(rule, cast) == (
        ChangePattern((Mover(council.players(permanent), 1, 0),)),
        ChangePattern((Mover(supporters, 2, 1),)),
    )


@pytest.mark.parametrize("cast", [(105, 15, 52), (10, 20, 163), (0, 0, 40), (90, 46, 0)])
def test_the_assembly_is_searched_by_types(cast):
    rule = bind(InFavour(Share(2, 3), "voting"), Roster.of([str(i) for i in range(193)]))
    profile = [2] * cast[0] + [0] * cast[1] + [1] * cast[2] + [3] * (193 - sum(cast))
    there, passed = sum(cast), cast[0] >= 2 * cast[1] and cast[0] > 0
    steps = []
    for yes in range(there + 1):  # by counting alone; everybody else that is there abstains
        for no in range(there - yes + 1):
            one_way = (
                yes <= cast[0] and no >= cast[1] if passed else yes >= cast[0] and no <= cast[1]
            )
            if one_way and (yes >= 2 * no and yes > 0) != passed:
                steps.append(abs(yes - cast[0]) + abs(no - cast[1]))
    changes = smallest_changes(rule, profile)
    assert sum(abs(c.before - c.after) for c in changes) == min(steps)


def test_a_body_of_many_types_goes_through_the_programme():
    n = 27
    populations = tuple(3 * i * i + 50 * i + 7 for i in range(1, n + 1))
    zero, total = (0,) * n, sum(populations)
    need = -(-65 * total // 100)
    double = AllOf((Quota((1,) * n, zero, zero, 15), Quota(populations, zero, zero, need)))
    rule = Rule(n, AnyOf((double, Quota((1,) * n, zero, zero, 24))))
    cast = [0 if i >= 20 else 2 for i in range(n)]
    assert not rule.evaluate(cast)
    changes = smallest_changes(rule, cast)
    lacking = need - sum(populations[:20])
    # the largest of those against are turned first: count how many are needed
    largest = sorted(populations[20:], reverse=True)
    fewest = next(k for k in range(1, 8) if sum(largest[:k]) >= lacking or 20 + k >= 24)
    assert sum(c.after - c.before for c in changes) == 2 * fewest
    assert all((c.before, c.after) == (0, 2) for c in changes)


def test_absent_members_are_never_changed():
    rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 3))
    assert smallest_changes(rule, (2, 2, 3)) is None
    assert change_patterns(rule, (2, 2, 3)) == ()
