"""Counting vote profiles with abstention: every method against the definition, and real bodies."""

from __future__ import annotations

import itertools
import subprocess
import sys
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import decided
from strategies import rules

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.counting import count
from solvers.counting.ternary_counting import (
    MINIMAL_METHODS,
    PROFILE_METHODS,
    count_minimal_profiles,
    count_profiles,
)
from solvers.counting.ternary_games import ternary_game
from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule


def body(name, decision=None, reading=None):
    return bind_decision(load_body(name), decision, reading).rule


def definition(rule):
    n, root = rule.n_players, rule.to_dict()["root"]
    won = {p: decided(root, p) for p in itertools.product(range(3), repeat=n)}
    with_, minimal_with = ([[0] * 3 for _ in range(n)] for _ in range(2))
    swings = [[0] * 3 for _ in range(n)]
    by = [[0] * (n + 1) for _ in range(n + 1)]
    minimal = 0
    for p in (p for p, wins in won.items() if wins):
        by[p.count(2)][p.count(1)] += 1
        is_minimal = True
        for i, vote in enumerate(p):
            with_[i][vote] += 1
            if vote:
                if won[(*p[:i], vote - 1, *p[i + 1 :])]:
                    is_minimal = False
                else:
                    swings[i][vote] += 1
        if is_minimal:
            minimal += 1
            for i, vote in enumerate(p):
                minimal_with[i][vote] += 1
    rows = tuple(map(tuple, with_)), tuple(map(tuple, minimal_with))
    columns = tuple(s[2] for s in swings), tuple(s[1] for s in swings)
    return (sum(won.values()), rows[0], *columns), tuple(map(tuple, by)), (minimal, rows[1])


def able(methods, rule):
    game = ternary_game(rule)
    return [m.name for m in methods if m.refusal(game) is None]


def agrees_with_definition(rule):
    counts, by, minimal = definition(rule)
    for name in [*able(PROFILE_METHODS, rule), "auto"]:
        found = count_profiles(rule, name)
        answer = (found.winning, found.winning_with, found.yes_swings, found.abstain_swings)
        assert answer == counts, name
        assert found.winning_by in (by, None)
        assert found.method.split()[0] == name or name == "auto"
    for name in [*able(MINIMAL_METHODS, rule), "auto"]:
        least = count_minimal_profiles(rule, name)
        assert (least.minimal, least.minimal_with) == minimal, name


@settings(max_examples=150)
@given(rules(max_players=5))
def test_every_method_counts_as_defined(rule):
    agrees_with_definition(rule)


@settings(max_examples=25)
@given(rules(min_players=6, max_players=8))
def test_eight_players(rule):
    agrees_with_definition(rule)


@st.composite
def one_quota(draw):
    """Abstentions worth nothing, as much as a yes, or something between."""
    n = draw(st.integers(1, 5))
    yes = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    abstain = [draw(st.sampled_from([0, y // 2, y])) for y in yes]
    quota = draw(st.integers(1, max(1, sum(yes))))
    return Rule(n, Quota(tuple(yes), tuple(abstain), (0,) * n, quota))


@settings(max_examples=80)
@given(one_quota())
def test_one_quota_counts_as_defined(rule):
    agrees_with_definition(rule)


@pytest.mark.parametrize("root", [AllOf(()), AnyOf(()), Quota((1, 0), (0, 0), (0, 0), 0)])
def test_rules_that_always_or_never_hold(root):
    agrees_with_definition(Rule(2, root))


@pytest.mark.parametrize("share", [1, 2])
def test_remainders_join_to_long_integers(share):
    """3**60 profiles, several moduli: more than half, or two thirds, of the votes cast."""
    weights = (2,) * 30 + (5,) * 20 + (300,) * 10
    against = tuple(-share * w for w in weights)
    rule = Rule(60, Quota(weights, (0,) * 60, against, 1))
    answers = [count_profiles(rule, name) for name in ("types", "programme-compiled")]
    assert answers[0].winning > 2**64
    assert answers[0].winning_with == answers[1].winning_with
    assert answers[0].winning == answers[1].winning


def test_long_integers_where_an_abstention_adds_nothing():
    weights = tuple(7 + 13 * i % 17 for i in range(60))
    rule = Rule(60, Quota(weights, (0,) * 60, (0,) * 60, sum(weights) * 3 // 4))
    one, two = (count_profiles(rule, name) for name in ("coalitions", "programme-compiled"))
    assert one.winning_with == two.winning_with


def test_abstaining_as_voting_against():
    """A quota of all weights: each who does not vote for may abstain or vote against."""
    weights = (4, 3, 3, 2, 1, 1, 1)
    rule = Rule(7, Quota(weights, (0,) * 7, (0,) * 7, 8))
    sizes = count(rule).winning
    expected = sum(x * 2 ** (7 - s) for s, x in enumerate(sizes))
    for name in able(PROFILE_METHODS, rule):
        assert count_profiles(rule, name).winning == expected


# The figures of real bodies.


def council(vetoes):
    zero = (0,) * 15
    veto = tuple(-(i < vetoes) for i in range(15))
    return Rule(15, AllOf((Quota((1,) * 15, zero, zero, 9), Quota(zero, zero, veto, 0))))


@pytest.mark.parametrize(
    ("vetoes", "winning"), [(5, 146_796), (3, 232_344), (1, 358_962), (0, 442_347)]
)
@pytest.mark.parametrize("method", ["types", "diagram"])
def test_security_council_with_fewer_vetoes(vetoes, winning, method):
    assert count_profiles(council(vetoes), method).winning == winning
    assert count_minimal_profiles(council(vetoes), method).minimal == 5005


@pytest.mark.parametrize("method", ["types", "enumeration", "diagram"])
def test_security_council_in_practice(method):
    rule = body("un-security-council")
    counts = count_profiles(rule, method)
    assert counts.winning == 146_796
    assert set(zip(counts.yes_swings, counts.abstain_swings, strict=True)) == {
        (69_876, 38_460),
        (53_154, 0),
    }


def test_winning_profiles_by_numbers_of_votes():
    table = count_profiles(body("un-security-council")).winning_by
    # Nine in favour and six abstaining, whoever they are; eight never suffice.
    assert table[9][6] == comb(15, 9)
    assert not any(table[8])
    assert table[15][0] == 1


@pytest.mark.parametrize(
    ("rule", "minimal"),
    [
        (body("un-security-council"), 5005),
        (body("un-security-council", "procedural"), 5005),
        (body("human-rights-council"), 1_858_014_404_842_192_264_188),
        (body("nato-council"), 1),
        (body("african-union-assembly", "decision", "vote"), comb(55, 37)),
        # Nobody objects: all abstain; or fifteen in favour.
        (body("arab-league"), comb(22, 15) + 1),
    ],
)
def test_minimal_profiles_of_bodies(rule, minimal):
    assert count_minimal_profiles(rule).minimal == minimal


@pytest.mark.parametrize(
    ("decision", "of_no", "minimal"), [("important", 2, "2.234"), ("ordinary", 1, "4.251")]
)
def test_general_assembly(decision, of_no, minimal):
    rule = body("un-general-assembly", decision)
    found = count_minimal_profiles(rule).minimal
    assert f"{float(found):.3e}".startswith(minimal)
    winning = 0
    for yes in range(1, 194):
        for no in range(194 - yes):
            if (yes > no) if of_no == 1 else (yes >= 2 * no):
                winning += comb(193, yes) * comb(193 - yes, no)
    assert count_profiles(rule).winning == winning


def test_uniting_for_peace():
    """Against a walk over the votes of the Council's members and of all others."""
    winning = 0
    rule = body("uniting-for-peace")
    tail = [[comb(178, y) * comb(178 - y, n) for n in range(179 - y)] for y in range(179)]
    below = [list(itertools.accumulate(row, initial=0)) for row in tail]
    for yes in range(16):
        for no in range(16 - yes):
            ways = comb(15, yes) * comb(15 - yes, no)
            for y in range(179):
                total = yes + y
                if total and (yes >= 9 or total >= 97):
                    most = total // 2 - no  # most votes against among the others
                    winning += ways * below[y][max(0, min(most + 1, len(below[y]) - 1))]
    assert count_profiles(rule).winning == winning


@pytest.mark.parametrize("decision", ["qualified", "cfsp"])
def test_european_union(decision):
    rule = body("eu-council", decision)
    counts = count_profiles(rule)
    if decision == "qualified":
        sizes = count(rule).winning
        assert counts.winning == sum(x * 2 ** (27 - s) for s, x in enumerate(sizes))
        assert not any(counts.abstain_swings)
    else:  # nobody against, so a coalition of those in favour, and the others abstain
        pair = [leaf for leaf in rule.leaves() if any(leaf.abstain)]
        zero = (0,) * 27
        parts = [
            Quota(tuple(-a for a in leaf.abstain), zero, zero, leaf.threshold - sum(leaf.abstain))
            for leaf in pair
        ]
        either = Rule(27, AnyOf(tuple(parts)))
        assert counts.winning == sum(count(either).winning)


def test_votes_cast_at_the_fund():
    counts = count_profiles(body("imf-board-of-governors"))
    assert counts.method == "programme-compiled"
    # By symmetry what wins, turned round, loses with the votes the other way; ties are few.
    assert 2 * counts.winning < 3**190 < 2 * counts.winning * (1 + 1e-3)
    yes, abstain, no = (sum(row[v] for row in counts.winning_with) for v in (2, 1, 0))
    assert yes > abstain > no
    assert yes + abstain + no == 190 * counts.winning


# What is refused, and how.


def test_unknown_method():
    with pytest.raises(GameError, match="no method 'best'; there are types, coalitions"):
        count_profiles(council(5), "best")


def test_limits_are_named():
    wide = Rule(16, Quota((1,) * 16, (0,) * 16, (-1,) * 16, 1))
    with pytest.raises(LimitError, match="takes 15 players; here are 16"):
        count_profiles(wide, "enumeration")
    with pytest.raises(LimitError, match="an abstention counts as a vote against"):
        count_profiles(wide, "coalitions")
    with pytest.raises(LimitError, match="takes one quota"):
        count_profiles(body("un-security-council"), "programme-compiled")


def test_plain_methods_need_no_numpy():
    code = """
import sys
from solvers.rules.rule import Quota, Rule
from solvers.counting.ternary_counting import count_minimal_profiles, count_profiles
rule = Rule(193, Quota((1,) * 193, (0,) * 193, (-1,) * 193, 1))
print(count_profiles(rule).method, count_minimal_profiles(rule).method)
print([m for m in ("numpy", "numba", "scipy", "pulp") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["types types", "[]"]
