"""Values of games: published figures, orders counted one by one, laws, and both arithmetics."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tu_games import (
    CONVEX,
    FOUR,
    GLOVE,
    MASCHLER,
    THREE,
    by_orders,
    convex_games,
    games,
    grand,
    line_of,
    unions_of,
)

from solvers.errors import GameError, LimitError
from solvers.games.construct import from_function, from_list_by_size
from solvers.games.game import TUGame
from solvers.games.transforms import strategically_equivalent
from solvers.values.compromise import (
    chi_value,
    gately_point,
    minimal_rights,
    tau_value,
    utopia_payoff,
)
from solvers.values.egalitarian import (
    center_of_imputations,
    dutta_ray,
    ensc_value,
    equal_division,
)
from solvers.values.graphs import myerson_value, position_value
from solvers.values.interaction import shapley_interaction
from solvers.values.shapley import (
    banzhaf_value,
    egalitarian_shapley,
    semivalue,
    shapley_value,
    solidarity_value,
)
from solvers.values.symmetric import size_sums
from solvers.values.unions import (
    aumann_dreze_value,
    banzhaf_owen_value,
    owen_value,
    symmetric_coalitional_banzhaf_value,
)
from solvers.values.weighted import weighted_shapley

F = Fraction
few = settings(max_examples=20)


LINEAR = {
    "shapley": shapley_value,
    "banzhaf": banzhaf_value,
    "binomial": lambda g: semivalue(g, "1/3"),
    "solidarity": solidarity_value,
    "mixed": lambda g: egalitarian_shapley(g, "1/4"),
    "equal": equal_division,
    "cis": center_of_imputations,
    "ensc": ensc_value,
    "weighted": lambda g: weighted_shapley(g, range(1, g.n_players + 1)),
    "owen": lambda g: owen_value(g, unions_of(g.n_players)),
    "banzhaf_owen": lambda g: banzhaf_owen_value(g, unions_of(g.n_players)),
    "scb": lambda g: symmetric_coalitional_banzhaf_value(g, unions_of(g.n_players)),
    "myerson": lambda g: myerson_value(g, line_of(g.n_players)),
    "position": lambda g: position_value(g, line_of(g.n_players)),
    "utopia": utopia_payoff,
}
EFFICIENT = ("shapley", "solidarity", "mixed", "equal", "cis", "ensc", "weighted", "owen")
NONLINEAR = {"rights": minimal_rights, "tau": tau_value, "chi": chi_value}


# Figures that others have published or that can be checked by hand.


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (shapley_value(GLOVE), ["1/6", "1/6", "2/3"]),
        (banzhaf_value(GLOVE), ["1/4", "1/4", "3/4"]),
        (shapley_value(THREE), ["19/2", "8", "13/2"]),
        (banzhaf_value(THREE), ["10", "17/2", "7"]),
        (tau_value(THREE), ["23/2", "7", "11/2"]),
        (minimal_rights(THREE), ["8", "4", "5"]),
        (utopia_payoff(THREE), ["15", "10", "6"]),
        (gately_point(THREE), ["209/20", "79/10", "113/20"]),
        (utopia_payoff(MASCHLER), ["12", "12", "12"]),
        (dutta_ray(CONVEX), ["4/3", "4/3", "4/3"]),
        (aumann_dreze_value(FOUR, ["1,2", "3,4"]), ["5/2", "5/2", "4", "4"]),
        (myerson_value(FOUR, ["1,2", "2,3", "3,4"]), ["13/6", "20/3", "49/6", "4"]),
        (solidarity_value(TUGame([0, 0, 0, 1, 0, 0, 0, 1])), ["7/18", "7/18", "2/9"]),
        (gately_point(TUGame([0, 1, 2, 9])), ["4", "5"]),
        (dutta_ray(TUGame([0, 1, 2, 9])), ["9/2", "9/2"]),
        (weighted_shapley(TUGame([0, 1, 2, 9]), {"1": 1, "2": 2}), ["3", "6"]),
        (semivalue(TUGame([0, 1, 2, 9]), [F(1, 4), F(3, 4)]), ["11/2", "13/2"]),
    ],
)
def test_known_figures(value, wanted):
    assert list(value.exact) == [F(x) for x in wanted]
    assert value.guarantee == "exact"
    assert value.verify()


# Orders, one by one.


@few
@given(games(1, 5))
def test_shapley_by_orders(game):
    orders = list(permutations(range(game.n_players)))
    assert list(shapley_value(game)) == by_orders(game, orders)


@pytest.mark.parametrize("n", [7, 8])
def test_shapley_by_all_orders_of_more_players(n):
    table = np.random.default_rng(n).integers(-99, 99, 1 << n)
    table[0] = 0
    total = np.zeros(n, np.int64)
    for order in permutations(range(n)):
        masks = np.cumsum([0, *(1 << i for i in order)])
        total[list(order)] += np.diff(table[masks])
    assert list(shapley_value(TUGame(table))) == [F(int(x), factorial(n)) for x in total]


@few
@given(games(0, 5), st.fractions(0, 1, max_denominator=5))
def test_semivalues_by_their_definition(game, p):
    n = game.n_players
    found = semivalue(game, p)
    for i in range(n):
        rest = [1 << j for j in range(n) if j != i]
        total = F(0)
        for size in range(n):
            for others in combinations(rest, size):
                gain = game.worth(sum(others) | 1 << i) - game.worth(sum(others))
                total += p**size * (1 - p) ** (n - 1 - size) * gain
        assert found[i] == total
    assert list(semivalue(game, "1/2")) == list(banzhaf_value(game))


@few
@given(games(1, 4))
def test_solidarity_by_mean_gains(game):
    n = game.n_players
    total = [F(0)] * n
    for order in permutations(range(n)):
        mask = 0
        for i in order:
            mask |= 1 << i
            members = [j for j in range(n) if mask >> j & 1]
            gains = [game.worth(mask) - game.worth(mask ^ 1 << j) for j in members]
            total[i] += sum(gains) / len(members)
    assert list(solidarity_value(game)) == [x / factorial(n) for x in total]


# Laws.


@pytest.mark.parametrize("name", LINEAR)
@few
@given(games(0, 4), games(0, 4))
def test_linear_values_add_up(name, one, two):
    if one.n_players != two.n_players:
        two = TUGame([x * 2 for x in map(one.worth, range(1 << one.n_players))])
    both = TUGame([one.worth(m) + two.worth(m) for m in range(1 << one.n_players)])
    value = LINEAR[name]
    sums = [x + y for x, y in zip(value(one), value(two), strict=True)]
    assert list(value(both)) == sums
    if name in EFFICIENT:
        assert sum(value(one)) == grand(one)


@few
@given(games(2, 4), st.data())
def test_names_do_not_matter(game, data):
    n = game.n_players
    order = data.draw(st.permutations(range(n)))
    moved = from_function(n, lambda c: game.worth([order[i] for i in c]))
    symmetric = ("shapley", "banzhaf", "solidarity", "equal", "cis", "ensc", "utopia")
    for value in (*(LINEAR[name] for name in symmetric), *NONLINEAR.values()):
        found, again = value(game), value(moved)
        assert found.is_defined == again.is_defined
        if found.is_defined:
            assert list(again) == [found[order[i]] for i in range(n)]


@few
@given(games(1, 4), st.integers(0, 3))
def test_a_null_player_gets_nothing(game, where):
    n, where = game.n_players, min(where, game.n_players)
    low = (1 << where) - 1
    table = [game.worth((m >> 1 & ~low) | (m & low)) for m in range(2 << n)]
    wider = TUGame(table)
    for value in (shapley_value, banzhaf_value, lambda g: semivalue(g, "1/5")):
        found = value(wider)
        assert found[where] == 0
        assert [x for i, x in enumerate(found) if i != where] == list(value(game))
    for value in (tau_value, chi_value):
        if value(wider).is_defined:
            assert value(wider)[where] == 0


@few
@given(games(1, 4), st.fractions("1/3", 3, max_denominator=4), st.data())
def test_covariance(game, scale, data):
    shift = data.draw(
        st.lists(st.integers(-5, 5), min_size=game.n_players, max_size=game.n_players)
    )
    moved = strategically_equivalent(game, scale, shift)
    values = (shapley_value, banzhaf_value, center_of_imputations, ensc_value, minimal_rights,
              tau_value, chi_value, lambda g: owen_value(g, unions_of(g.n_players)),
              lambda g: position_value(g, line_of(g.n_players)))  # fmt: skip
    for value in values:
        found, again = value(game), value(moved)
        assert found.is_defined == again.is_defined
        if found.is_defined:
            assert list(again) == [scale * x + s for x, s in zip(found, shift, strict=True)]


# Doubles.


@pytest.mark.parametrize("n", [0, 1, 2, 5, 8, 9, 10, 11, 13, 16])
@pytest.mark.parametrize(
    "value",
    [shapley_value, banzhaf_value, solidarity_value, lambda g: semivalue(g, "1/3"),
     lambda g: egalitarian_shapley(g, "1/4")],
)  # fmt: skip
def test_doubles_against_fractions(n, value):
    table = np.random.default_rng(n).integers(-1000, 1000, 1 << n)
    table[0] = 0
    exact, doubles = value(TUGame(table)), value(TUGame.of(table.astype(np.float64)))
    largest = max((abs(float(x)) for x in exact), default=0.0)
    assert all(
        abs(F(float(y)) - x) <= F(3e-14) * F(largest) for x, y in zip(exact, doubles, strict=True)
    )
    assert doubles.guarantee == "bounded"
    assert doubles.exact == exact.exact
    assert doubles.certificate["error_bound"] < 1e-6
    assert doubles.verify()


def test_banzhaf_of_integers_in_doubles_is_exact():
    table = np.random.default_rng(5).integers(-99, 99, 1 << 14)
    table[0] = 0
    doubles = banzhaf_value(TUGame.of(table.astype(np.float64)))
    assert [F(float(x)) for x in doubles] == list(banzhaf_value(TUGame(table)))


def shapley_weights(n):
    return np.array([factorial(s) * factorial(n - 1 - s) / factorial(n) for s in range(n)])


@pytest.mark.parametrize("n", [19, 20, 21])
def test_any_number_of_threads_gives_the_same_bits(n):
    table = np.random.default_rng(n).random(1 << n)
    table[0] = 0
    game = TUGame.of(table)
    values = {shapley_value: shapley_weights(n), banzhaf_value: np.full(n, 2.0 ** (1 - n))}
    values[lambda g, threads=1: semivalue(g, 0.25, threads=threads)] = np.array(
        [0.25**s * 0.75 ** (n - 1 - s) for s in range(n)]
    )
    sizes = np.bitwise_count(np.arange(1 << n))
    for value, weights in values.items():
        one = np.asarray(value(game))
        assert all(np.array_equal(one, value(game, threads=k)) for k in (2, 3))
        for i in (0, 4, 7, n - 1):  # by marginal contributions, one player in each part of a mask
            pairs, size = table.reshape(-1, 2, 1 << i), sizes.reshape(-1, 2, 1 << i)[:, 0]
            wanted = np.sum((pairs[:, 1] - pairs[:, 0]) * weights[size])
            assert one[i] == pytest.approx(wanted, rel=1e-11)
    with pytest.raises(GameError, match="0 threads"):
        shapley_value(game, threads=0)


@pytest.mark.parametrize("name", [*LINEAR, *NONLINEAR, "gately", "dutta_ray"])
@few
@given(st.data())
def test_doubles_and_fractions_agree_and_check_themselves(name, data):
    value = {**LINEAR, **NONLINEAR, "gately": gately_point, "dutta_ray": dutta_ray}[name]
    game = data.draw(convex_games(4) if name in ("dutta_ray", "chi") else games(1, 4))
    # Integers times a power of two: what fits a double, and decides every comparison alike.
    game = TUGame([int(game.worth(m) * 420) / 64 for m in range(1 << game.n_players)])
    try:
        exact = value(game.rational())
    except GameError:
        with pytest.raises(GameError):
            value(game)
        return
    found = value(game)
    assert found.is_defined == exact.is_defined
    assert exact.verify()
    assert found.verify()
    if found.is_defined:
        assert found.exact == exact.exact
        assert np.allclose(found, np.asarray(exact), rtol=1e-9, atol=1e-9)


MOVED = {**LINEAR, "tau": tau_value, "chi": chi_value, "gately": gately_point,
         "dutta_ray": dutta_ray, "rights": minimal_rights,
         "aumann_dreze": lambda g: aumann_dreze_value(g, ["1,2", "3,4"])}  # fmt: skip


@pytest.mark.parametrize("name", MOVED)
@pytest.mark.parametrize("doubles", [False, True])
def test_a_moved_share_is_found_out(name, doubles):
    game = from_list_by_size([0, 0, 0, 0, 2, 3, 2, 1, 3, 4, 7, 6, 9, 8, 20])
    if doubles:
        game = TUGame.of(game.values.copy())
    found = MOVED[name](game)
    assert found.verify()
    step = F(20, 10**6)
    for i in range(4):
        exact = list(found.exact)
        exact[i] += step
        exact[(i + 1) % 4] -= step
        assert not found.replace(exact=exact).verify()
        assert not found.replace(allocation=[float(x) for x in exact]).verify()


# Edges.


@pytest.mark.parametrize("name", [*LINEAR, *NONLINEAR])
@pytest.mark.parametrize("table", [[0], [0, 5], [0.0], [0.0, 5.0]])
def test_games_of_nobody_and_of_one(name, table):
    found = {**LINEAR, **NONLINEAR}[name](TUGame(table))
    assert [float(x) for x in found] == [float(x) for x in table[1:]]
    assert found.verify()


def test_edges_of_the_others():
    assert len(dutta_ray(TUGame([0]))) == 0
    assert list(dutta_ray(TUGame([0, -3]))) == [-3]
    assert list(aumann_dreze_value(TUGame([0, 5]), ["1"])) == [5]
    assert shapley_interaction(TUGame([0])) == {}
    for table in ([0], [0, 5], [0, 1, 2, 3]):  # additive: every point, or none
        with pytest.raises(GameError, match="Gately"):
            gately_point(TUGame(table))


@pytest.mark.parametrize("p", [2, -1, [1, 1], [F(3, 2), F(-1, 2)], [1], "x", float("nan")])
def test_bad_weights_of_semivalues_are_refused(p):
    with pytest.raises(GameError):
        semivalue(TUGame([0, 1, 2, 9]), p)


def test_numbers_too_large_for_int64():
    big = 2**70
    game = TUGame([0, big, 2 * big, 9 * big + 1])
    assert list(shapley_value(game)) == [F(8 * big + 1, 2), F(10 * big + 1, 2)]
    assert list(tau_value(game)) == [F(8 * big + 1, 2), F(10 * big + 1, 2)]
    assert list(dutta_ray(game)) == [F(9 * big + 1, 2)] * 2
    near = 2**62 - 1  # fits, but sums of them do not
    assert size_sums(np.array([0, near, near, near]), 2)[1] == [0, 2 * near, near]
    assert list(shapley_value(TUGame([0, near, -near, near]))) == [F(3 * near, 2), F(-near, 2)]


def test_exact_limits_are_named():
    wide = TUGame.of_integers(np.zeros(1 << 23, np.int64))
    with pytest.raises(LimitError, match="exact shares of 23 players"):
        shapley_value(wide)
    with pytest.raises(LimitError, match="limit is 16"):
        weighted_shapley(TUGame([0] * 2**17), [1] * 17)
