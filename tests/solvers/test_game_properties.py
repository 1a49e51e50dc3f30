"""Properties of simple games, against judging every coalition."""

from __future__ import annotations

import datetime
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import rules

import coalitions as co
from solvers.errors import LimitError, RuleError
from solvers.rules.fixed_votes import with_votes, without_players
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.simple_games import separation
from solvers.simple_games.game_properties import GameProperties, game_properties
from solvers.simple_games.separation import separate, wins

DAY = datetime.date(2024, 6, 1)
simple_rules = st.tuples(rules(max_players=6), st.sampled_from(["against", "abstain"])).map(
    lambda pair: pair[0].project(pair[1])
)


def quota(weights, threshold):
    zero = (0,) * len(weights)
    return Quota(tuple(weights), zero, zero, threshold)


def majority(*weights, threshold):
    return Rule(len(weights), quota(weights, threshold))


def everything(rule):
    n = rule.n_players
    return {
        c: rule.evaluate([2 if i in c else 0 for i in range(n)])
        for size in range(n + 1)
        for c in combinations(range(n), size)
    }


def added(coalition, player):
    return tuple(sorted((*coalition, player)))


def more(won, n, i, j):
    """Whether some others win with i and lose with j."""
    rest = [k for k in range(n) if k not in (i, j)]
    return any(
        won[added(c, i)] and not won[added(c, j)]
        for size in range(len(rest) + 1)
        for c in combinations(rest, size)
    )


@settings(max_examples=120, deadline=None)
@given(simple_rules)
def test_against_every_coalition(rule):
    n, won, found = rule.n_players, everything(rule), game_properties(rule)
    everybody = set(range(n))

    def other(c):
        return tuple(sorted(everybody - set(c)))

    proper = not any(win and won[other(c)] for c, win in won.items())
    strong = all(win or won[other(c)] for c, win in won.items())
    assert (found.proper.holds, found.strong.holds) == (proper, strong)
    assert found.decisive.holds == (proper and strong)
    words = {(1, 1): "equal", (1, 0): "smaller", (0, 1): "larger", (0, 0): "neither"}
    assert found.dual == words[proper, strong]
    if not proper:
        one, two = found.proper.coalitions
        assert won[one]
        assert won[two]
        assert not set(one) & set(two)
    if not strong:
        one, two = found.strong.coalitions
        assert not won[one]
        assert other(one) == two
        assert not won[two]
    if not found.decisive.holds:
        one, two = found.decisive.coalitions
        assert won[one] == won[two]
    assert found.vetoers == tuple(
        i for i in range(n) if not any(win for c, win in won.items() if i not in c)
    )
    dictators = [i for i in range(n) if all(win == (i in c) for c, win in won.items())]
    assert [found.dictator] == (dictators or [None])
    for i in range(n):
        veto, null = found.veto(i), found.null(i)
        assert veto.holds == (i in found.vetoers)
        if not veto.holds:
            assert won[veto.coalitions[0]]
            assert i not in veto.coalitions[0]
        useless = not any(won[added(c, i)] and not win for c, win in won.items() if i not in c)
        assert null.holds == useless
        if not useless:
            (needed,) = null.coalitions
            assert won[needed]
            assert not won[tuple(k for k in needed if k != i)]
    assert found.null_players == tuple(i for i in range(n) if found.null(i).holds)
    beats = {(i, j): more(won, n, i, j) for i in range(n) for j in range(n) if i != j}
    alike = {frozenset(c) for c in found.symmetric}
    for i, j in combinations(range(n), 2):
        same = not beats[i, j] and not beats[j, i]
        assert same == any({i, j} <= c for c in alike)
    complete = not any(beats[i, j] and beats[j, i] for i, j in beats)
    assert found.complete.holds == complete
    if complete:
        assert all(beats[a[0], b[0]] for a, b in pairwise(found.symmetric))
    else:
        (i, j), (one, two) = found.complete.players, found.complete.coalitions
        for a, b, c in ((i, j, one), (j, i, two)):
            assert won[c]
            assert a in c
            assert b not in c
            assert not won[added([k for k in c if k != a], b)]


@settings(max_examples=60, deadline=None)
@given(simple_rules, st.data())
def test_every_way_to_separate_agrees(rule, data):
    """With the quick ways switched off one after another."""
    second = data.draw(simple_rules.filter(lambda r: True))
    if second.n_players != rule.n_players:
        second = rule.dual().project("against")
    won, lost = everything(rule), everything(second)
    exists = any(win and not lost[c] for c, win in won.items())
    with pytest.MonkeyPatch.context() as patch:
        for name in ("", "MAX_CELLS", "MAX_STEPS", "MAX_SUM_BITS", "MAX_SECONDS"):
            if name:
                patch.setattr(separation, name, 0)
            found = separate(rule, second).coalition
            assert (found is not None) == exists
            if found is not None:
                assert won[found]
                assert not lost[found]


def test_the_methods_by_name(monkeypatch):
    rule, other = majority(5, 4, 3, 2, threshold=8), majority(5, 4, 3, 2, threshold=9)
    assert separate(rule, other).method == "types"
    monkeypatch.setattr(separation, "MAX_CELLS", 0)
    assert separate(rule, other).method == "search"
    monkeypatch.setattr(separation, "MAX_STEPS", 0)
    assert separate(rule, other).method == "sums"
    assert separate(other, rule).method == "dominance"
    monkeypatch.setattr(separation, "MAX_SUM_BITS", 0)
    assert separate(rule, other).method.startswith("programme (HiGHS")
    two = Rule(4, AllOf((quota((5, 4, 3, 2), 9), quota((1, 1, 1, 1), 2))))
    assert separate(two, other).method == "counting"


def test_security_council():
    body = co.load_body("un-security-council")
    rule = co.bind_decision(body, None, "literal", DAY).rule.project("against")
    found = game_properties(rule)
    assert [rule.names[i] for i in found.vetoers] == ["CHN", "FRA", "GBR", "RUS", "USA"]
    assert (found.proper.holds, found.strong.holds, found.dual) == (True, False, "smaller")
    assert (found.dictator, found.null_players, found.complete.holds) == (None, (), True)
    assert [len(c) for c in found.symmetric] == [5, 10]


def test_rome_1957():
    """Luxembourg could never make a difference."""
    found = game_properties(majority(4, 4, 4, 2, 2, 1, threshold=12))
    assert found.null_players == (5,)
    assert found.symmetric == ((0, 1, 2), (3, 4), (5,))


def test_two_chambers_are_not_complete():
    one, two = quota([1] * 3 + [0] * 3, 2), quota([0] * 3 + [1] * 3, 2)
    found = game_properties(Rule(6, AllOf((one, two)))).complete
    assert not found.holds
    assert found.players == (0, 3)
    assert "takes the place of the other" in found.why


def test_large_bodies():
    eu = co.bind_decision(
        co.load_body("eu-council"), own_roster={"table": "EU27_2018", "note": "populations of 2018"}
    ).rule.project("against")
    found = game_properties(eu)
    assert (found.proper.holds, found.strong.holds, found.vetoers) == (True, False, ())
    assert all(not wins(eu, c) for c in found.strong.coalitions)
    fund = co.bind_decision(co.load_body("imf-board-of-governors")).rule.project("against")
    found = game_properties(fund)
    assert (found.proper.holds, found.complete.holds, found.null_players) == (True, True, ())
    congress = co.bind_decision(co.load_body("us-federal-legislation")).rule.project("against")
    found = game_properties(congress)
    assert not found.complete.holds


def test_constant_games():
    never, always = (GameProperties(Rule(2, make(()))) for make in (AnyOf, AllOf))
    assert (never.proper.holds, never.strong.holds, never.vetoers) == (True, False, (0, 1))
    assert (always.proper.holds, always.strong.holds, always.vetoers) == (False, True, ())
    assert never.null_players == always.null_players == (0, 1)
    assert always.dictator is None
    assert game_properties(majority(1, 0, threshold=1)).dictator == 0


def test_fixed_votes():
    rule = Rule(3, Quota((2, 1, 1), (1, 0, 0), (-1, 0, 0), 2), ("a", "b", "c"))
    for vote in (0, 1, 2, 3):
        fixed = with_votes(rule, {0: vote})
        for b in (0, 1, 2, 3):
            for a in (0, 1, 2, 3):
                assert fixed.evaluate((a, b, 2)) == rule.evaluate((vote, b, 2))
        rest = without_players(fixed, [0])
        assert rest.names == ("b", "c")
        assert rest.evaluate((2, 2)) == rule.evaluate((vote, 2, 2))
    assert with_votes(rule, {}) is rule
    with pytest.raises(RuleError, match="players are numbered 0 to 2"):
        with_votes(rule, {3: 2})
    with pytest.raises(RuleError, match="votes 0 to 3"):
        with_votes(rule, {0: 4})
    with pytest.raises(RuleError, match="fix it first"):
        without_players(rule, [0])


def test_refusals():
    with pytest.raises(LimitError, match="the limit is 1000"):
        game_properties(majority(*[1] * 1001, threshold=600))
    with pytest.raises(RuleError, match="tells an abstention"):
        game_properties(Rule(1, Quota((1,), (0,), (-1,), 0)))
