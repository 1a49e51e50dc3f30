"""Decision rules: published counts, an oracle over all profiles, laws, refusals."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import all_profiles, decided, interchangeable
from strategies import rules, rules_and_profiles

from solvers.errors import RuleError
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.rules.votes import LEVELS, level_name


def unit(n, *players):
    return tuple(int(not players or i in players) for i in range(n))


def count(n, number, *players):
    return Quota(unit(n, *players), (0,) * n, (0,) * n, number, f"{number} in favour")


def no_objection(n, *players):
    return Quota((0,) * n, (0,) * n, tuple(-c for c in unit(n, *players)), 0, "no objection")


def council(vetoes):
    """Nine of fifteen, the first so many of them with a veto, as practised and as written."""
    nine, first = count(15, 9), range(vetoes)
    if not vetoes:
        return Rule(15, nine), Rule(15, nine)
    practised = AllOf((nine, no_objection(15, *first)))
    return Rule(15, practised), Rule(15, AllOf((nine, count(15, vetoes, *first))))


@pytest.fixture(scope="session")
def ternary():
    """All 3**15 profiles of fifteen members."""
    codes = np.arange(3**15, dtype=np.int32)
    profiles = np.empty((3**15, 15), dtype=np.int8)
    for i in range(15):
        profiles[:, i] = codes % 3
        codes //= 3
    return profiles


# Felsenthal and Machover, The Measurement of Voting Power (1998), chapter 8, treat this rule; the
# counts were found by enumeration, here and in independent programmes.
@pytest.mark.parametrize(
    ("vetoes", "practised", "literal"),
    [(5, 146_796, 848), (3, 232_344, 2_510), (1, 358_962, None), (0, 442_347, 9_949)],
)
def test_winning_profiles_of_the_security_council(ternary, vetoes, practised, literal):
    as_practised, as_written = council(vetoes)
    assert int(as_practised.evaluate_many(ternary).sum()) == practised
    if literal is not None:
        binary = np.array(list(itertools.product((0, 2), repeat=15)), dtype=np.int8)
        assert int(as_written.evaluate_many(binary).sum()) == literal


def test_minimal_winning_coalitions_of_the_charter_read_literally():
    _, literal = council(5)
    profiles = np.array(list(itertools.product((0, 2), repeat=15)), dtype=np.int8)
    minimal = literal.evaluate_many(profiles)
    for i in range(15):
        without = profiles.copy()
        without[:, i] = 0
        minimal &= ~((profiles[:, i] == 2) & literal.evaluate_many(without))
    assert int(minimal.sum()) == 210


def test_the_sixth_veto():
    practised, _ = council(5)
    assert not practised.evaluate([2] * 5 + [2] * 3 + [1] * 7)
    assert practised.evaluate([1] * 5 + [2] * 9 + [0])


@settings(max_examples=150)
@given(rules(max_players=4))
def test_evaluation_is_the_definition_on_every_profile(rule):
    profiles = list(all_profiles(rule.n_players, (0, 1, 2, 3)))
    wanted = [decided(rule.to_dict()["root"], p) for p in profiles]
    assert [rule.evaluate(p) for p in profiles] == wanted
    assert rule.evaluate_many(np.array(profiles, dtype=np.int8)).tolist() == wanted


@settings(max_examples=150)
@given(rules_and_profiles(max_players=7))
def test_a_higher_vote_never_loses(case):
    rule, profile = case
    for i, level in enumerate(profile):
        if level in (0, 1):
            higher = [*profile[:i], level + 1, *profile[i + 1 :]]
            assert rule.evaluate(higher) >= rule.evaluate(profile)


@settings(max_examples=150)
@given(rules(max_players=5))
def test_the_dual_decides_where_the_mirror_image_does_not(rule):
    mirror = {0: 2, 1: 1, 2: 0, 3: 3}
    dual, again = rule.dual(), rule.dual().dual()
    for p in all_profiles(rule.n_players, (0, 1, 2, 3)):
        assert dual.evaluate(p) != rule.evaluate([mirror[v] for v in p])
        assert again.evaluate(p) == rule.evaluate(p)


@settings(max_examples=150)
@given(rules(max_players=5), st.sampled_from(["against", "abstain"]))
def test_the_projection_reads_every_other_vote_as_one_level(rule, not_yes):
    low = {"against": 0, "abstain": 1}[not_yes]
    projected = rule.project(not_yes)
    for p in all_profiles(rule.n_players, (0, 1, 2, 3)):
        assert projected.evaluate(p) == rule.evaluate([2 if v == 2 else low for v in p])
    for leaf in projected.leaves():
        assert not any(leaf.abstain)
        assert not any(leaf.no)
        assert min(leaf.yes) >= 0
        assert 0 < leaf.threshold <= sum(leaf.yes)


def test_the_two_projections_of_a_veto_differ():
    practised, literal = council(5)
    for p in itertools.islice(itertools.product((0, 2), repeat=15), 0, None, 97):
        assert practised.project("against").evaluate(p) == literal.evaluate(p)
        assert practised.project("abstain").evaluate(p) == (sum(p) >= 18)


@settings(max_examples=100)
@given(rules(max_players=5))
def test_players_of_a_type_are_interchangeable(rule):
    types = rule.types()
    assert sorted(i for t in types for i in t) == list(range(rule.n_players))
    assert [t[0] for t in types] == sorted(t[0] for t in types)
    for members in types:
        for i, j in itertools.pairwise(members):
            assert interchangeable(rule.to_dict()["root"], rule.n_players, i, j)


@settings(max_examples=100)
@given(rules(max_players=6, size=10**30))
def test_json_loses_nothing(rule):
    assert Rule.from_dict(json.loads(json.dumps(rule.to_dict()))) == rule


def test_constants_have_words_and_truth():
    assert Rule(2, AllOf(())).evaluate((0, 0))
    assert not Rule(2, AnyOf(())).evaluate((2, 2))
    assert Rule(2, AllOf(())).describe() == "nothing further"
    assert Rule(2, AnyOf(())).describe() == "nothing that can be met"
    nested = Rule(3, AnyOf((AllOf((count(3, 2), no_objection(3))), count(3, 3))))
    assert nested.describe() == "(2 in favour, and no objection), or else 3 in favour"


def test_absence_stands_outside_the_order():
    present = Quota((2, 2, 2), (-1, -1, -1), (-1, -1, -1), 0)  # one third of those present
    rule = Rule(3, AllOf((present, count(3, 1))))
    assert rule.evaluate((2, 0, 0))
    assert Rule(3, Quota((1, 1, 1), (-2, -2, -2), (-2, -2, -2), 0)).evaluate((2, 3, 3))
    quorum = Rule(3, AllOf((Quota((1,) * 3, (1,) * 3, (1,) * 3, 3), count(3, 2))))
    assert quorum.evaluate((2, 2, 0))  # the paradox: the opponent would do better to stay away
    assert not quorum.evaluate((2, 2, 3))


def test_level_names():
    assert [level_name(v) for v in LEVELS] == ["against", "abstain", "for", "absent"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: Quota((1, 1), (0, 2), (0, 0), 1, "count"),
            "requirement 'count': member 2 counts 1 for yes, 2 for abstain and 0 for no; "
            "a higher vote must never count less",
        ),
        (
            lambda: Quota((1, 1), (0, 0), (0, 1), 1),
            "a requirement: member 2 counts 1 for yes, 0 for abstain and 1 for no; "
            "a higher vote must never count less",
        ),
        (
            lambda: Quota((1.5,), (0,), (0,), 1),
            "a requirement: 1.5 is not an integer; scale the weights",
        ),
        (
            lambda: Quota((1,), (0,), (0,), 0.5, "half"),
            "requirement 'half': 0.5 is not an integer; scale the weights",
        ),
        (
            lambda: Quota((True,), (0,), (0,), 1),
            "a requirement: True is not an integer; scale the weights",
        ),
        (
            lambda: Quota((1, 1), (0,), (0, 0), 1),
            "a requirement: 2 numbers for yes, 1 for abstain and 2 for no; "
            "every member needs one of each",
        ),
        (
            lambda: Rule(3, count(2, 1)),
            "requirement '1 in favour' speaks of 2 members; the rule has 3",
        ),
        (
            lambda: Rule(2, count(2, 1), ("A", "A")),
            "a rule of 2 members needs as many different names; got 2, 1 of them different",
        ),
        (
            lambda: Rule(2, count(2, 1)).evaluate((2, 2, 2)),
            "a profile of 3 votes; the rule has 2",
        ),
        (
            lambda: Rule(2, count(2, 1), ("A", "B")).evaluate((2, 4)),
            "B votes 4; a vote is 0 (against), 1 (abstain), 2 (for) or 3 (absent)",
        ),
        (
            lambda: Rule(2, count(2, 1), ("A", "B")).evaluate((2, True)),
            "B votes True; a vote is 0 (against), 1 (abstain), 2 (for) or 3 (absent)",
        ),
        (
            lambda: Rule(2, count(2, 1), ("A", "B")).evaluate((2.0, 2)),
            "A votes 2.0; a vote is 0 (against), 1 (abstain), 2 (for) or 3 (absent)",
        ),
        (
            lambda: Rule(2, count(2, 1)).evaluate(("for", [2])),
            "1 votes 'for'; a vote is 0 (against), 1 (abstain), 2 (for) or 3 (absent)",
        ),
        (
            lambda: Rule(2, count(2, 1)).project("absent"),
            "not_yes is 'absent'; it must be 'against' or 'abstain'",
        ),
    ],
)
def test_malformed_rules_and_profiles_are_refused(build, message):
    with pytest.raises(RuleError) as error:
        build()
    assert str(error.value) == message


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "rule",
        {},
        {"names": ["A"]},
        {"names": 3, "root": {}},
        {"names": ["A"], "root": []},
        {"names": ["A"], "root": {"all": 3}},
        {"names": ["A"], "root": {"all": [None]}},
        {"names": ["A"], "root": {"threshold": 1, "yes": 1, "abstain": [0], "no": [0]}},
    ],
)
def test_data_of_no_rule_are_refused(data):
    with pytest.raises(RuleError, match="not the data of a rule"):
        Rule.from_dict(data)


def test_numpy_levels_are_levels():
    rule = Rule(2, count(2, 2))
    assert rule.evaluate(np.array([2, 2], dtype=np.int8))
    with pytest.raises(RuleError, match="1 votes"):
        rule.evaluate(np.array([True, True]))
