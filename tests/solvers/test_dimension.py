"""Dimension of simple games: known ones, all small games by brute force, certificates."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from oracles import decided
from strategies import rules

import solvers.simple_games.losing_cliques
import solvers.simple_games.swaps
from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.errors import LimitError, RuleError
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.simple_games.dimension import MAX_PLAYERS, Dimension, dimension
from solvers.simple_games.game_properties import game_properties
from solvers.simple_games.swaps import QuickProperties
from solvers.simple_games.weightedness import Weightedness


def leaf(weights, quota):
    zeros = (0,) * len(weights)
    return Quota(tuple(weights), zeros, zeros, quota)


def inside(n, group):
    return tuple(int(i in group) for i in range(n))


def pairs(number):
    """A game that wins with somebody of each pair."""
    n = 2 * number
    return Rule(n, AllOf(tuple(leaf(inside(n, (i, i + 1)), 1) for i in range(0, n, 2))))


def body(name, decision=None):
    return bind_decision(load_body(name), decision).rule.project("against")


def winners(rule):
    """All winning coalitions as masks, from the plain data."""
    root, n = rule.to_dict()["root"], rule.n_players
    return {m for m in range(1 << n) if decided(root, [2 * (m >> i & 1) for i in range(n)])}


def check(rule: Rule, found: Dimension) -> None:
    """Check what a dimension shows without anything that made it."""
    n, root = rule.n_players, rule.to_dict()["root"]

    def wins(coalition):
        return decided(root, [2 if i in coalition else 0 for i in range(n)])

    assert found.upper is None or 1 <= found.lower <= found.upper
    if found.games:
        assert len(found.games) == found.upper
        for mask in range(1 << n):
            players = [i for i in range(n) if mask >> i & 1]
            held = [sum(w[i] for i in players) >= q for w, q in found.games]
            assert all(held) == wins(players)
    if found.clique:
        assert len(found.clique) == found.lower
        assert {t.losing for t in found.trades} == set(combinations(found.clique, 2))
    for trade in found.trades:
        assert not any(wins(c) for c in trade.losing)
        assert all(wins(c) for c in trade.winning)
        lost, won = (sum(map(Counter, side), Counter()) for side in (trade.losing, trade.winning))
        assert lost == won


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_pairs_need_a_weighted_game_each(number: int) -> None:
    found = dimension(pairs(number))
    assert found.exact == number
    check(pairs(number), found)


@pytest.mark.parametrize(("houses", "size", "quota"), [(2, 3, 2), (2, 5, 3), (3, 3, 2)])
def test_a_majority_in_each_of_several_houses(houses: int, size: int, quota: int) -> None:
    n = houses * size
    parts = tuple(leaf(inside(n, range(k * size, (k + 1) * size)), quota) for k in range(houses))
    found = dimension(Rule(n, AllOf(parts)))
    assert found.exact == houses
    check(Rule(n, AllOf(parts)), found)


def test_federal_legislation_has_dimension_two() -> None:
    found = dimension(body("us-federal-legislation"))
    assert found.exact == 2
    assert len(found.games) == len(found.clique) == 2


def test_the_security_council_is_a_weighted_game() -> None:
    found = dimension(body("un-security-council"))
    assert found.exact == 1
    weights, quota = found.games[0]
    assert (sorted(weights), quota) == ([1] * 10 + [7] * 5, 39)


def test_the_council_of_the_european_union_needs_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solvers.simple_games.losing_cliques, "MAX_CANDIDATES", 150)
    found = dimension(body("eu-council", "qualified"))
    assert found.lower >= 4
    assert found.upper is not None
    assert found.exact is None
    rule = body("eu-council", "qualified")
    root = rule.to_dict()["root"]
    for trade in found.trades:
        for coalitions, won in ((trade.losing, False), (trade.winning, True)):
            for c in coalitions:
                votes = [2 if i in c else 0 for i in range(rule.n_players)]
                assert decided(root, votes) is won
        assert Counter(sum(trade.losing, ())) == Counter(sum(trade.winning, ()))
    assert {t.losing for t in found.trades} == set(combinations(found.clique, 2))


def test_two_requirements_of_many_distinct_weights() -> None:
    found = dimension(body("imf-board-of-governors", "amendment"))
    assert found.exact == 2


def brute_force(rule: Rule) -> int:
    """Fewest weighted games of small weights whose intersection is the game."""
    n, won = rule.n_players, winners(rule)
    everybody = (1 << (1 << n)) - 1
    target = sum(1 << m for m in won)
    weighted = set()
    for weights in product(range(4), repeat=n):
        sums = [sum(w for i, w in enumerate(weights) if m >> i & 1) for m in range(1 << n)]
        for quota in range(sum(weights) + 2):
            weighted.add(sum(1 << m for m, s in enumerate(sums) if s >= quota))
    above = [w for w in weighted if w & target == target]
    reached, number = {everybody}, 0
    while target not in reached:
        reached = {a & b for a in reached for b in above}
        number += 1
    return max(number, 1)


@settings(max_examples=60)
@given(rules(max_players=4))
def test_small_games_against_all_weighted_ones(rule: Rule) -> None:
    # Up to four players weights of at most 3 give every weighted game.
    game = rule.project("against")
    found = dimension(game)
    assert found.exact == brute_force(game)
    check(game, found)


@settings(max_examples=40)
@given(rules(min_players=5, max_players=7))
def test_what_is_shown_holds(rule: Rule) -> None:
    game = rule.project("against")
    found = dimension(game)
    check(game, found)
    if found.exact == 1 and found.games:
        assert found.lower == 1


def test_covers_one_by_one_where_types_do_not_do() -> None:
    # Two of the first pair or two of the second: no weights treat the four alike.
    n = 4
    rule = Rule(n, AnyOf((leaf((1, 1, 0, 0), 2), leaf((0, 0, 1, 1), 2))))
    found = dimension(rule)
    assert found.exact == brute_force(rule) == 2
    check(rule, found)


def test_weights_that_are_known_are_taken() -> None:
    rule = Rule(3, AllOf((leaf((1, 1, 0), 1), leaf((1, 1, 1), 2))))
    known = Weightedness((1, 1, 1), 2)
    assert dimension(rule, known).games == (((1, 1, 1), 2),)


@pytest.mark.parametrize("quota", [0, 3])
def test_games_that_nobody_decides(quota: int) -> None:
    found = dimension(Rule(2, AllOf((leaf((1, 1), quota), leaf((1, 0), 0)))))
    assert found.exact == 1
    check(Rule(2, leaf((1, 1), quota)), found)


def test_refusals() -> None:
    n = MAX_PLAYERS + 1
    with pytest.raises(LimitError, match=f"the limit is {MAX_PLAYERS}"):
        dimension(Rule(n, leaf((1,) * n, 3)))
    with pytest.raises(RuleError, match="tells an abstention"):
        dimension(Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1)))


@settings(max_examples=80)
@given(rules(min_players=2, max_players=6, size=6))
def test_quick_comparisons_are_the_slow_ones(rule: Rule) -> None:
    game = rule.project("against")
    root = game.to_dict()["root"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers.simple_games.swaps, "MAX_CELLS", 0)
        quick, slow = QuickProperties(game), game_properties(game)
        assert quick.symmetric == slow.symmetric
        assert quick.complete.holds == slow.complete.holds
        for i, j in combinations(range(rule.n_players), 2):
            found = quick.exceeds(i, j)
            assert (found.coalition is None) == (slow.exceeds(i, j).coalition is None)
            if found.coalition is not None:
                assert not {i, j} & set(found.coalition)
                for one, won in ((i, True), (j, False)):
                    there = {*found.coalition, one}
                    votes = [2 if k in there else 0 for k in range(rule.n_players)]
                    assert decided(root, votes) is won


def test_quick_comparisons_of_a_real_body() -> None:
    found = QuickProperties(body("eu-council", "qualified"))
    assert found.quick
    assert found.complete.holds
    assert "sums of all" in found.complete.method
    assert len(found.symmetric) == 27
