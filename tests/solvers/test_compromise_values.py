"""Compromise values and the Dutta-Ray allocation, by what defines them."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from tu_games import MASCHLER, by_orders, convex_games, games, grand

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.values.compromise import (
    chi_value,
    gately_point,
    minimal_rights,
    tau_value,
    utopia_payoff,
)
from solvers.values.egalitarian import dutta_ray

few = settings(max_examples=60)


@few
@given(games(1, 5))
def test_tau_lies_between_its_bounds(game):
    n = game.n_players
    lower, upper, found = minimal_rights(game), utopia_payoff(game), tau_value(game)
    for i in range(n):
        assert upper[i] == grand(game) - game.worth(((1 << n) - 1) ^ (1 << i))
        rights = (
            game.worth(m) - sum(upper[j] for j in range(n) if m >> j & 1 and j != i)
            for m in range(1 << n)
            if m >> i & 1
        )
        assert lower[i] == max(rights)
    fits = all(a <= b for a, b in zip(lower, upper, strict=True))
    assert found.is_defined == (fits and sum(lower) <= grand(game) <= sum(upper))
    assert found.verify()
    if found.is_defined:
        assert sum(found) == grand(game)
        assert all(a <= x <= b for a, x, b in zip(lower, found, upper, strict=True))


def test_tau_without_a_point():
    nothing = tau_value(MASCHLER)
    assert not nothing.is_defined
    assert nothing.verify()
    assert nothing.certificate["lower"] == [48, 48, 48]


@few
@given(games(2, 5))
def test_gately_makes_propensities_equal(game):
    n = game.n_players
    upper, alone = list(utopia_payoff(game)), [game.worth(1 << i) for i in range(n)]
    if sum(upper) == sum(alone):
        with pytest.raises(GameError, match="Gately"):
            gately_point(game)
        return
    found = gately_point(game)
    assert sum(found) == grand(game)
    assert found.verify()
    # (others' loss) / (own loss) as a product, so that own losses of 0 need no care.
    others = [grand(game) - found[i] - game.worth(((1 << n) - 1) ^ (1 << i)) for i in range(n)]
    own = [found[i] - alone[i] for i in range(n)]
    for i in range(n):
        for j in range(n):
            assert others[i] * own[j] == others[j] * own[i]


@few
@given(games(1, 5))
def test_chi_goes_from_alone_to_the_largest_gain(game):
    n = game.n_players
    found = chi_value(game)
    alone = [game.worth(1 << i) for i in range(n)]
    assert found.is_defined == (sum(alone) <= grand(game))
    if found.is_defined:
        most = [
            max(game.worth(m) - game.worth(m ^ 1 << i) for m in range(1 << n) if m >> i & 1)
            for i in range(n)
        ]
        way = found.epsilon
        assert list(found) == [a + way * (b - a) for a, b in zip(alone, most, strict=True)]
        assert sum(found) == grand(game)


@few
@given(convex_games())
def test_dutta_ray_is_the_most_equal_point_of_the_core(game):
    n = game.n_players
    found = list(dutta_ray(game))
    assert sum(found) == grand(game)
    for m in range(1 << n):
        assert sum(found[i] for i in range(n) if m >> i & 1) >= game.worth(m)
    assert dutta_ray(game).verify()
    # No corner of the core is more equal: sums of the k smallest shares.
    mine = sorted(found)
    for order in permutations(range(n)):
        corner = sorted(by_orders(game, [order]))
        assert all(sum(mine[:k]) >= sum(corner[:k]) for k in range(n + 1))


def test_dutta_ray_needs_convexity_and_says_so():
    with pytest.raises(GameError, match=r"convex games only: v\(1,2\)|convex games only: v\("):
        dutta_ray(MASCHLER)
    found = dutta_ray(TUGame([0, 4, 0, 5]))
    assert found.certificate["served"] == [
        {"coalition": ["1"], "each": 4},
        {"coalition": ["2"], "each": 1},
    ]
    assert not found.replace(exact=[5, 0]).verify()  # in the core, less equal
    assert not found.replace(exact=[3, 2]).verify()  # more equal, outside the core
