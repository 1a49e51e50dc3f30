"""Values with weights, unions and graphs, interaction, and samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tu_games import FOUR, GLOVE, THREE, by_orders, games

from solvers.errors import GameError, LimitError
from solvers.games.construct import from_rule
from solvers.games.game import TUGame
from solvers.rules.rule import Quota, Rule
from solvers.values.graphs import graph_game, link_game, myerson_value, position_value
from solvers.values.interaction import banzhaf_interaction, shapley_interaction
from solvers.values.sampling import sampled_shapley
from solvers.values.shapley import banzhaf_value, shapley_value
from solvers.values.unions import (
    aumann_dreze_value,
    banzhaf_owen_value,
    owen_value,
    symmetric_coalitional_banzhaf_value,
)
from solvers.values.weighted import weighted_shapley

F = Fraction
few = settings(max_examples=40)


def test_unions_on_a_voting_body():
    body = from_rule(Rule(4, Quota((9, 5, 3, 3), (0,) * 4, (0,) * 4, 11)))
    assert [str(x) for x in owen_value(body, ["3,4"])] == ["1/3", "1/3", "1/6", "1/6"]
    assert [str(x) for x in banzhaf_owen_value(body, ["3,4"])] == ["1/2", "1/2", "1/4", "1/4"]


@few
@given(games(1, 5), st.data())
def test_owen_by_orders_that_keep_unions_together(game, data):
    n = game.n_players
    labels = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    unions = [[i for i in range(n) if labels[i] == k] for k in range(3)]
    orders = [
        order
        for order in permutations(range(n))
        if all(
            max(order.index(i) for i in u) - min(order.index(i) for i in u) < len(u)
            for u in unions
            if u
        )
    ]
    assert list(owen_value(game, unions)) == by_orders(game, orders)


@few
@given(games(1, 4), st.data())
def test_coalitional_banzhaf_by_sets(game, data):
    n = game.n_players
    labels = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    unions = [u for u in ([i for i in range(n) if labels[i] == k] for k in range(3)) if u]
    owen, symmetric = (
        banzhaf_owen_value(game, unions),
        symmetric_coalitional_banzhaf_value(game, unions),
    )
    for own in unions:
        others = [sum(1 << i for i in u) for u in unions if u is not own]
        for i in own:
            rest = [1 << j for j in own if j != i]
            by_sets = by_orders_inside = F(0)
            for h in range(len(others) + 1):
                for outside in combinations(others, h):
                    for size in range(len(rest) + 1):
                        for inside in combinations(rest, size):
                            s = sum(outside) + sum(inside)
                            gain = game.worth(s | 1 << i) - game.worth(s)
                            by_sets += gain / (1 << (len(others) + len(rest)))
                            chance = F(
                                factorial(size) * factorial(len(rest) - size),
                                factorial(len(own)) << len(others),
                            )
                            by_orders_inside += gain * chance
            assert owen[i] == by_sets
            assert symmetric[i] == by_orders_inside


@few
@given(games(1, 4), st.data())
def test_weighted_shapley_by_random_arrival(game, data):
    """The last of a set is drawn with chance in proportion to weight, then the last before it."""
    n = game.n_players
    weights = data.draw(st.lists(st.fractions("1/3", 4, max_denominator=3), min_size=n, max_size=n))
    total = [F(0)] * n
    for order in permutations(range(n)):
        chance, mask = F(1), 0
        for place, i in enumerate(order):
            chance *= weights[i] / sum(weights[j] for j in order[: place + 1])
        for i in order:
            total[i] += chance * (game.worth(mask | 1 << i) - game.worth(mask))
            mask |= 1 << i
    assert list(weighted_shapley(game, weights)) == total


def test_classes_of_weights():
    game = TUGame([0, 1, 2, 9, 4, 6, 7, 30])
    found = weighted_shapley(game, [1, 2, 3], classes=["1,2", "3"])
    # 3 comes last: the others share what they are worth without it.
    assert [str(x) for x in found] == ["3", "6", "21"]
    assert found.verify()
    assert not found.replace(exact=[4, 5, 21]).verify()


@pytest.mark.parametrize("weights", [[1, 0], [1, -1], [1], [1, float("nan")], {"1": 1}, [1, "x"]])
def test_bad_weights_are_refused(weights):
    with pytest.raises(GameError):
        weighted_shapley(TUGame([0, 1, 2, 9]), weights)


@few
@given(games(1, 5), st.data())
def test_myerson_is_fair_and_efficient_in_components(game, data):
    n = game.n_players
    every = list(combinations(range(n), 2))
    links = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    found = myerson_value(game, links)
    parts = [{i} for i in range(n)]
    for a, b in links:
        one, two = (next(p for p in parts if x in p) for x in (a, b))
        if one is not two:
            parts = [p for p in parts if p is not one and p is not two] + [one | two]
    for part in parts:
        assert sum(found[i] for i in part) == game.worth(part)
    for link in links:
        without = myerson_value(game, [x for x in links if x != link])
        a, b = link
        assert found[a] - without[a] == found[b] - without[b]
    position = position_value(game, links)
    for part in parts:
        assert sum(position[i] for i in part) == game.worth(part)
    assert found.verify()
    assert position.verify()


def test_a_complete_graph_changes_nothing_and_an_empty_one_everything():
    every = list(combinations(FOUR.players, 2))
    assert list(myerson_value(FOUR, every)) == list(shapley_value(FOUR))
    assert list(myerson_value(THREE, [])) == [2, 4, 5]
    assert list(position_value(THREE, [])) == [2, 4, 5]
    assert graph_game(THREE, every[:1]).worth("1,2,3") == 18 + 5
    assert link_game(THREE, ["1,2", "2,1", "2,3"]).players == ("1-2", "2-3")
    assert link_game(THREE, ["1,2", "2,3"]).worth("1-2,2-3") == 24 - 11


def test_bad_structures_are_refused():
    for links in (["1,9"], ["1,1"], ["1,2,3"], [("1",)]):
        with pytest.raises(GameError):
            myerson_value(THREE, links)
    for unions in (["1,2", "2,3"], [["1", "1"]], ["1,4"], [[7]]):
        with pytest.raises(GameError):
            owen_value(THREE, unions)
    with pytest.raises(GameError, match="3 belongs to no coalition"):
        aumann_dreze_value(THREE, ["1,2"])
    with pytest.raises(LimitError, match="links"):
        position_value(TUGame([0] * 2**7), list(combinations(range(7), 2)))


@few
@given(games(1, 4), st.data())
def test_interaction_by_derivatives(game, data):
    n = game.n_players
    mask = data.draw(st.integers(1, (1 << n) - 1))
    s = mask.bit_count()
    inside = [m for m in range(1 << n) if m & mask == m]
    shapley = banzhaf = F(0)
    for t in (m for m in range(1 << n) if not m & mask):
        derivative = sum((-1) ** (s - m.bit_count()) * game.worth(t | m) for m in inside)
        size = t.bit_count()
        shapley += derivative * F(factorial(n - size - s) * factorial(size), factorial(n - s + 1))
        banzhaf += derivative / F(1 << (n - s))
    assert shapley_interaction(game, mask) == shapley
    assert banzhaf_interaction(game, mask) == banzhaf
    doubles = TUGame.of(game.values.copy())
    assert shapley_interaction(doubles, mask) == pytest.approx(float(shapley), abs=1e-9)
    if s == 1:
        assert shapley == shapley_value(game)[mask.bit_length() - 1]
        assert banzhaf == banzhaf_value(game)[mask.bit_length() - 1]


def test_interaction_of_all_pairs():
    found = shapley_interaction(GLOVE)
    assert found == {("1", "2"): F(-1, 2), ("1", "3"): F(1, 2), ("2", "3"): F(1, 2)}


# Samples.


def test_a_sample_is_repeatable_efficient_and_honest():
    exact = shapley_value(FOUR)
    found = sampled_shapley(FOUR, seed=1, orders=2048)
    assert found.guarantee == "estimated"
    assert sum(found) == pytest.approx(21)
    errors = found.certificate["standard_errors"]
    assert all(
        abs(x - float(y)) <= 5 * e + 1e-12
        for x, y, e in zip(found, exact, errors.values(), strict=True)
    )
    assert found.certificate["orders"] == 2048
    again = sampled_shapley(lambda c: FOUR.worth(list(c)), 4, seed=1, orders=2048)
    assert np.array_equal(found, again)
    assert not np.array_equal(found, sampled_shapley(FOUR, seed=2, orders=2048))
    assert found.verify()
    assert not found.replace(allocation=np.add(found, [1e-5, -1e-5, 0, 0])).verify()


def test_a_sample_stops_when_it_is_good_enough():
    found = sampled_shapley(FOUR, seed=1, error=0.2, orders=100_000)
    assert found.certificate["stopped_by"] == "error"
    assert max(found.certificate["standard_errors"].values()) <= 0.2
    assert 64 <= found.certificate["orders"] < 100_000
    rough = sampled_shapley(FOUR, seed=1, orders=64)
    assert rough.certificate["stopped_by"] == "orders"
    assert rough.certificate["orders"] == 64


def test_forty_players():
    names = [f"p{i}" for i in range(40)]
    found = sampled_shapley(lambda c: len(c) * ("p0" in c), names, seed=3, orders=256)
    assert found["p0"] == pytest.approx(20.5, abs=2.5)
    assert sum(found) == pytest.approx(40)


def test_bad_samples_are_refused():
    def broken(coalition):
        raise RuntimeError("no data")

    for worth in (broken, lambda c: float("nan"), lambda c: "many"):
        with pytest.raises(GameError, match="the worth of"):
            sampled_shapley(worth, 2, seed=0)
    for bad in ({"orders": 10}, {"error": -1.0}):
        with pytest.raises(GameError, match="64 orders"):
            sampled_shapley(len, 2, seed=0, **bad)
    with pytest.raises(GameError, match="how many players"):
        sampled_shapley(len, seed=0)
