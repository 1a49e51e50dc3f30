"""Power on a communication graph: known games, components tried one by one, laws."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import NO, YES, decided
from strategies import rules

from solvers.counting import count
from solvers.errors import GameError, LimitError, RuleError
from solvers.power import graph as module
from solvers.power import power_index
from solvers.power.graph import (
    GRAPH_INDICES,
    GraphGame,
    graph_banzhaf,
    graph_banzhaf_normalized,
    myerson,
    position,
)
from solvers.rules.rule import AnyOf, Quota, Rule

F = Fraction
Edges = list[tuple[int, int]]


def weighted(quota: int, *weights: int) -> Rule:
    return Rule(len(weights), leaf(quota, *weights))


def leaf(quota: int, *weights: int) -> Quota:
    zero = (0,) * len(weights)
    return Quota(weights, zero, zero, quota)


def values(found: object) -> list[str]:
    return [str(v) for v in found.values]


MAJORITY = weighted(2, 1, 1, 1)
LINE = [(0, 1), (1, 2)]


def test_a_line_of_three() -> None:
    """Myerson 1977: the one between has 2/3; the two links are alike for the position value."""
    assert values(myerson(MAJORITY, LINE)) == ["1/6", "2/3", "1/6"]
    assert values(graph_banzhaf(MAJORITY, LINE)) == ["1/4", "3/4", "1/4"]
    assert values(graph_banzhaf_normalized(MAJORITY, LINE)) == ["1/5", "3/5", "1/5"]
    assert values(position(MAJORITY, LINE)) == ["1/4", "1/2", "1/4"]


def test_a_middleman_without_votes_has_power() -> None:
    """Two halves that both are needed, and meet only through a third without weight."""
    rule = weighted(2, 1, 1, 0)
    assert values(power_index(rule, "shapley_shubik")) == ["1/2", "1/2", "0"]
    star = [(0, 2), (1, 2)]
    assert values(myerson(rule, star)) == ["1/3"] * 3
    assert values(position(rule, star)) == ["1/4", "1/4", "1/2"]


def test_unanimity_on_a_tree() -> None:
    """All members and all links are needed: equal, and by the number of links."""
    rule = weighted(5, *[1] * 5)
    tree = [(0, 1), (0, 2), (0, 3), (3, 4)]
    assert values(myerson(rule, tree)) == ["1/5"] * 5
    assert values(position(rule, tree)) == ["3/8", "1/8", "1/8", "1/4", "1/8"]


# The definitions: components of every coalition, pivots in every order.


def components(members: frozenset[int], edges: Edges) -> list[frozenset[int]]:
    groups = [frozenset([i]) for i in members]
    for a, b in edges:
        if a in members and b in members:
            touched = [g for g in groups if a in g or b in g]
            groups = [g for g in groups if g not in touched] + [frozenset().union(*touched)]
    return groups


def pivots(n: int, wins: Callable[[frozenset[int]], bool]) -> list[F]:
    found, number = [0] * n, 0
    for order in itertools.permutations(range(n)):
        number += 1
        for k, i in enumerate(order):
            before = frozenset(order[:k])
            found[i] += wins(before | {i}) and not wins(before)
    return [F(f, number) for f in found]


def cached(wins: Callable[[frozenset[int]], bool], n: int) -> Callable[[frozenset[int]], bool]:
    every = (frozenset(c) for k in range(n + 1) for c in itertools.combinations(range(n), k))
    table = {s: wins(s) for s in every}
    return table.__getitem__


simple_rules = st.one_of(rules(max_players=4), rules(5, 6)).map(
    lambda rule: rule.project("against")
)
weighted_rules = st.lists(st.integers(0, 5), min_size=1, max_size=6).flatmap(
    lambda w: st.integers(1, sum(w) + 1).map(lambda q: weighted(q, *w))
)


@st.composite
def rules_and_edges(draw: st.DrawFn, most: int = 15) -> tuple[Rule, Edges]:
    rule = draw(st.one_of(simple_rules, weighted_rules))
    pairs = list(itertools.combinations(range(rule.n_players), 2))
    if not pairs:
        return rule, []
    edges = draw(st.lists(st.sampled_from(pairs), max_size=most, unique=True))
    return rule, [(b, a) if draw(st.booleans()) else (a, b) for a, b in edges]


@settings(deadline=None, max_examples=80)
@given(case=rules_and_edges())
def test_against_the_definitions(case: tuple[Rule, Edges]) -> None:
    rule, edges = case
    n, root = rule.n_players, rule.to_dict()["root"]

    def alone(s: frozenset[int]) -> bool:
        return decided(root, [YES if i in s else NO for i in range(n)])

    wins = cached(lambda s: alone(s) if not s else any(map(alone, components(s, edges))), n)
    game = GraphGame(rule, edges)
    for size in range(n + 1):
        sets = [frozenset(c) for c in itertools.combinations(range(n), size)]
        assert game.counts.winning[size] == sum(map(wins, sets))
        for i in range(n):
            swings = [s for s in sets if i in s and wins(s) and not wins(s - {i})]
            assert game.counts.swings[i][size] == len(swings)
    assert list(myerson(game).values) == pivots(n, wins)
    rest = [frozenset(s) for k in range(n) for s in itertools.combinations(range(1, n), k)]
    swings = sum(wins(s | {0}) and not wins(s) for s in rest)
    assert graph_banzhaf(game).values[0] == F(swings, 2 ** (n - 1))


@settings(deadline=None, max_examples=50)
@given(case=rules_and_edges(most=6))
def test_position_against_the_definition(case: tuple[Rule, Edges]) -> None:
    rule, edges = case
    n, root = rule.n_players, rule.to_dict()["root"]

    def alone(s: frozenset[int]) -> bool:
        return decided(root, [YES if i in s else NO for i in range(n)])

    if any(alone(frozenset([i])) for i in range(n)):
        with pytest.raises(GameError, match="wins without any"):
            position(rule, edges)
        return
    everybody = frozenset(range(n))

    def wins(links: frozenset[int]) -> bool:
        return any(map(alone, components(everybody, [edges[k] for k in links])))

    expected = [F(0)] * n
    by_link = pivots(len(edges), cached(wins, len(edges)))
    for (a, b), value in zip(edges, by_link, strict=True):
        expected[a] += value / 2
        expected[b] += value / 2
    assert list(position(rule, edges).values) == expected


# Laws.


@settings(deadline=None, max_examples=60)
@given(rule=st.one_of(simple_rules, weighted_rules))
def test_who_all_talk_lose_nothing_and_who_do_not_talk_stand_alone(rule: Rule) -> None:
    n = rule.n_players
    complete = GraphGame(rule, itertools.combinations(range(n), 2))
    assert complete.counts.swings == count(rule).swings
    for name, plain in (
        ("myerson", "shapley_shubik"),
        ("graph_banzhaf", "banzhaf_absolute"),
        ("graph_banzhaf_normalized", "banzhaf_normalized"),
    ):
        assert GRAPH_INDICES[name](complete).values == power_index(rule, plain).values
    singles = [rule.evaluate([YES if j == i else NO for j in range(n)]) for i in range(n)]
    silent = GraphGame(rule, [])
    dictators = sum(singles)
    always = rule.evaluate([NO] * n)
    assert list(myerson(silent).values) == [
        F(int(s), dictators) if s and not always else F(0) for s in singles
    ]


@settings(deadline=None, max_examples=60)
@given(case=rules_and_edges(), data=st.data())
def test_fairness_and_components(case: tuple[Rule, Edges], data: st.DataObject) -> None:
    """A link gained changes the index of both its ends alike, if the rule is proper."""
    rule, edges = case
    n = rule.n_players
    values = myerson(rule, edges).values
    assert all(v >= 0 for v in values)
    if not edges:
        return
    majority = weighted(n // 2 + 1, *[1] * n)
    lost = data.draw(st.sampled_from(edges))
    a, b = lost
    before = myerson(majority, [e for e in edges if e != lost]).values
    after = myerson(majority, edges).values
    assert after[a] - before[a] == after[b] - before[b] >= 0
    groups = components(frozenset(range(n)), edges)
    for group in groups:
        assert sum(after[i] for i in group) == int(len(group) > n / 2)


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = weighted(12, *range(1, 9))
    edges = [(i, i + 1) for i in range(7)] + [(0, 4), (2, 7)]
    whole = GraphGame(rule, edges).counts
    monkeypatch.setattr(module, "CHUNK", 3)
    assert GraphGame(rule, edges).counts == whole


def test_an_improper_rule_wins_once() -> None:
    """Two disjoint winning pairs are one decision, not two."""
    rule = Rule(4, AnyOf((leaf(2, 1, 1, 0, 0), leaf(2, 0, 0, 1, 1))))
    found = myerson(rule, [(0, 1), (2, 3)])
    assert values(found) == ["1/4"] * 4


@pytest.mark.parametrize("index", GRAPH_INDICES.values())
@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([(0, 3)], r"player 3 of the link \(0, 3\) is none of the 3 players"),
        ([(-1, 2)], r"player -1 of the link"),
        ([(1, 1)], r"the link \(1, 1\) joins a player with itself"),
    ],
)
def test_bad_links(index: Callable[..., object], edges: Edges, message: str) -> None:
    with pytest.raises(GameError, match=message):
        index(MAJORITY, edges)


def test_limits_are_said_before_anything_is_built() -> None:
    with pytest.raises(LimitError, match="at most 27 players; here are 28"):
        GraphGame(weighted(15, *[1] * 28), [])
    rule = weighted(12, *[1] * 12)
    with pytest.raises(LimitError, match="at most 16; here are 17"):
        position(rule, list(itertools.combinations(range(12), 2))[:17])
    ternary = Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1))
    with pytest.raises(RuleError, match="tells an abstention from a vote against"):
        GraphGame(ternary, [])
