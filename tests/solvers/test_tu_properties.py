"""Properties of games: all pairs compared one by one, and witnesses that prove what they say."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tu_games import FOUR, MASCHLER, THREE, convex_games, games

from solvers.errors import LimitError
from solvers.games.construct import from_list_by_size
from solvers.games.game import TUGame
from solvers.games.properties import (
    PROPERTIES,
    is_additive,
    is_constant_sum,
    is_convex,
    is_essential,
    is_monotone,
    is_quasi_balanced,
    is_subadditive,
    is_superadditive,
    is_symmetric,
    is_zero_monotone,
)
from solvers.games.transforms import negated, zero_normalised

few = settings(max_examples=60)


def by_definition(game):
    """Every property straight from its definition."""
    n, v = game.n_players, game.worth
    masks = range(1 << n)
    grand = (1 << n) - 1
    pairs = [(s, t) for s, t in product(masks, masks) if not s & t]
    alone = [v(1 << i) for i in range(n)]
    hopes = [v(grand) - v(grand ^ 1 << i) for i in range(n)]

    def own(amounts, s):
        return sum(x for i, x in enumerate(amounts) if s >> i & 1)

    rights = [max(v(s) - own(hopes, s ^ 1 << i) for s in masks if s >> i & 1) for i in range(n)]
    return {
        "is_superadditive": all(v(s) + v(t) <= v(s | t) for s, t in pairs),
        "is_subadditive": all(v(s) + v(t) >= v(s | t) for s, t in pairs),
        "is_convex": all(v(s) + v(t) <= v(s | t) + v(s & t) for s, t in product(masks, masks)),
        "is_monotone": all(v(s) <= v(s | t) for s, t in pairs),
        "is_zero_monotone": all(
            v(s | 1 << i) >= v(s) + v(1 << i) for s in masks for i in range(n) if not s >> i & 1
        ),
        "is_additive": all(v(s) == own(alone, s) for s in masks),
        "is_constant_sum": all(v(s) + v(grand ^ s) == v(grand) for s in masks),
        "is_symmetric": all(
            v(s) == v(t) for s, t in product(masks, masks) if s.bit_count() == t.bit_count()
        ),
        "is_essential": v(grand) > sum(alone),
        "is_quasi_balanced": all(a <= b for a, b in zip(rights, hopes, strict=True))
        and sum(rights) <= v(grand) <= sum(hopes),
    }


@st.composite
def plain_games(draw, max_players=4):
    """Few different worths, so that conditions hold with equality, and all properties occur."""
    n = draw(st.integers(0, max_players))
    kind = draw(st.sampled_from(["any", "by size", "additive", "rising"]))
    small = st.integers(-1, 3)
    if kind == "by size":
        sizes = [0, *draw(st.lists(small, min_size=n, max_size=n))]
        return TUGame([sizes[m.bit_count()] for m in range(1 << n)])
    if kind == "additive":
        own = draw(st.lists(small, min_size=n, max_size=n))
        return TUGame([sum(x for i, x in enumerate(own) if m >> i & 1) for m in range(1 << n)])
    table = [0, *draw(st.lists(small, min_size=2**n - 1, max_size=2**n - 1))]
    if kind == "rising":
        for m in range(1 << n):
            table[m] = max(table[m], *(table[m & ~(1 << i)] for i in range(n)), 0)
    return TUGame(table)


@settings(max_examples=150)
@given(st.one_of(plain_games(), games(0, 3), convex_games(3)))
def test_all_properties_by_their_definitions(game):
    wanted = by_definition(game)
    assert set(wanted) == set(PROPERTIES)
    doubles = TUGame.of((game.values * 4).copy())
    for name, holds in wanted.items():
        assert bool(PROPERTIES[name](game)) is holds, name
        if game.denominator == 1:  # no comparison is a matter of rounding
            assert bool(PROPERTIES[name](doubles)) is holds, name


@settings(max_examples=150)
@given(st.one_of(plain_games(), games(0, 4)))
def test_a_witness_proves_what_it_says(game):
    v = game.worth
    for name, ask in PROPERTIES.items():
        found = ask(game)
        if found:
            assert not found.reason
            assert not found.coalitions
            continue
        sets = [game.mask(c) for c in found.coalitions]
        assert found.reason
        assert found.amounts["by"] >= 0
        if name not in ("is_quasi_balanced",):
            for c in found.coalitions:
                assert found.amounts[",".join(c)] == v(c)
        match name:
            case "is_superadditive" | "is_subadditive":
                s, t, both = sets
                assert not s & t
                assert s | t == both
                assert (v(s) + v(t) > v(both)) is (name == "is_superadditive")
                assert v(s) + v(t) != v(both)
            case "is_convex":
                s, t, both, common = sets
                assert (s | t, s & t) == (both, common)
                assert v(s) + v(t) > v(both) + v(common)
            case "is_monotone":
                s, more = sets
                assert s & more == s
                assert v(s) > v(more)
            case "is_zero_monotone":
                s, player, more = sets
                assert player.bit_count() == 1
                assert s | player == more
                assert not s & player
                assert v(s) + v(player) > v(more)
            case "is_additive":
                *players, s = sets
                assert sum(players) == s
                assert sum(map(v, players)) != v(s)
            case "is_constant_sum":
                s, rest, both = sets
                assert (s | rest, s & rest) == (both, 0)
                assert v(s) + v(rest) != v(both)
            case "is_symmetric":
                s, t = sets
                assert s.bit_count() == t.bit_count()
                assert v(s) != v(t)
            case "is_essential":
                *players, s = sets
                assert s == (1 << game.n_players) - 1 == sum(players)
                assert sum(map(v, players)) >= v(s)


def test_known_games():
    assert is_superadditive(from_list_by_size([1, 2, 3, 4, 5, 6, 7]))
    assert is_zero_monotone(from_list_by_size([1, 2, 3, 4, 5, 6, 7])).holds
    assert not is_convex(MASCHLER)
    assert not is_quasi_balanced(MASCHLER)
    assert is_essential(MASCHLER)
    assert is_superadditive(MASCHLER)
    assert is_quasi_balanced(THREE)
    assert is_monotone(FOUR)
    constant = from_list_by_size([0, 0, 0, 2, 2, 2, 2])
    assert is_constant_sum(constant)
    assert is_symmetric(constant)
    assert not is_additive(constant)


def test_words_of_a_witness():
    found = is_superadditive(TUGame([0, "1/2", 2, 2], ["Ada", "Ben"]))
    assert found.reason == "v(Ada) + v(Ben) = 5/2 > v(Ada,Ben) = 2"
    assert found.amounts == {"Ada": Fraction(1, 2), "Ben": 2, "Ada,Ben": 2, "by": Fraction(1, 2)}
    assert found.coalitions == (("Ada",), ("Ben",), ("Ada", "Ben"))
    assert "minimal right 48 of 1 > utopia payoff 12" in is_quasi_balanced(MASCHLER).reason


@few
@given(convex_games(5))
def test_convex_games_have_what_convexity_implies(game):
    assert is_convex(game)
    assert is_superadditive(game)
    assert is_zero_monotone(game)
    assert is_monotone(zero_normalised(game))
    assert is_subadditive(negated(game))
    assert is_quasi_balanced(game)


def test_doubles_may_break_a_condition_by_a_rounding():
    tenths = TUGame([0.0, 0.1, 0.2, 0.1 + 0.2])
    assert is_additive(tenths)
    assert 0 < is_additive(tenths).tolerance < 1e-9
    assert not is_additive(TUGame([0.0, 0.1, 0.2, 0.3 + 1e-6]))
    # At face value they are not additive, and an exact game says so.
    off = TUGame([0.0, 0.1, 0.7, 0.1 + 0.7]).rational()
    assert is_additive(off).holds is (Fraction(0.1) + Fraction(0.7) == Fraction(0.1 + 0.7))
    assert is_additive(off).tolerance == 0


@pytest.mark.parametrize("n", [9, 10, 12])
def test_more_players_than_one_block(n):
    sizes = np.bitwise_count(np.arange(1 << n)).astype(np.int64)
    table = sizes**2
    assert is_superadditive(TUGame(table))
    assert is_convex(TUGame(table))
    table[-1] = table[(1 << n) - 2] + 1  # the grand coalition is worth the least that will do
    assert is_zero_monotone(TUGame(table))
    table[-1] -= 1
    found = is_superadditive(TUGame(table))
    assert not found
    one, two, both = (game_mask for game_mask in map(TUGame(table).mask, found.coalitions))
    assert table[one] + table[two] > table[both] == table[-1]
    assert not is_zero_monotone(TUGame(table))


def test_numbers_too_large_for_int64():
    big = 2**62 - 1  # fits, while sums do not
    assert is_superadditive(TUGame([0, big, -big, 0]))
    assert not is_superadditive(TUGame([0, big, big, big]))
    assert not is_convex(TUGame([0, big, big, -big]))
    assert not is_additive(TUGame([0, 2**80, 1, 2**80]))


def test_too_many_pairs_are_refused_and_an_alternative_named():
    wide = TUGame.of(np.zeros(1 << 18))
    with pytest.raises(LimitError, match="is_convex and is_zero_monotone"):
        is_superadditive(wide)
    assert is_convex(wide)
    assert is_zero_monotone(wide)
