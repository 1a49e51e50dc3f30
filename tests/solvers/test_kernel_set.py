"""Kernel, prekernel and bargaining set against their definitions, written out."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from solvers.errors import GameError, LimitError
from solvers.games.construct import from_list_by_size
from solvers.games.game import TUGame
from solvers.stability import kernel_points
from solvers.stability.bargaining_set import Objection, counter_objection, in_bargaining_set
from solvers.stability.kernel import excesses, in_kernel, in_prekernel, pair_maxima, surpluses
from solvers.stability.kernel_points import kernel_point, prekernel_point

F = Fraction


def excess(values, x, mask):
    return F(values[mask]) - sum((F(x[i]) for i in range(len(x)) if mask >> i & 1), F(0))


def surplus(values, x, i, j):
    fits = [m for m in range(len(values)) if m >> i & 1 and not m >> j & 1]
    return max(excess(values, x, m) for m in fits)


def in_by_definition(values, x, kernel):
    n = len(x)
    if sum(map(F, x), F(0)) != values[-1]:
        return False
    if kernel and any(x[i] < values[1 << i] for i in range(n)):
        return False
    for i in range(n):
        for j in range(n):
            if i == j or (kernel and x[j] <= values[1 << j]):
                continue
            if surplus(values, x, i, j) > surplus(values, x, j, i):
                return False
    return True


def has_justified_objection(values, x):
    """For every pair and coalition one programme in doubles, with every counter-objection."""
    n = len(x)
    for i in range(n):
        for j in range(n):
            for s in range(2**n):
                if i == j or not s >> i & 1 or s >> j & 1 or excess(values, x, s) <= 0:
                    continue
                members = [k for k in range(n) if s >> k & 1]
                rows = [[-float(k == m) for k in members] + [1.0] for m in members]
                right = [0.0] * len(members)
                for t in range(2**n):
                    if t >> j & 1 and not t >> i & 1:
                        rows.append([-float(t >> k & 1) for k in members] + [1.0])
                        right.append(-float(excess(values, x, t)))
                total = [[1.0] * len(members) + [0.0]]
                found = linprog(
                    [0.0] * len(members) + [-1.0],
                    rows,
                    right,
                    total,
                    [float(excess(values, x, s))],
                    [(0, None)] * len(members) + [(None, None)],
                )
                if found.status == 0 and found.x[-1] > 1e-8:
                    return True
    return False


@st.composite
def games(draw, max_players=4, size=8):
    n = draw(st.integers(0, max_players))
    values = draw(st.lists(st.integers(-2, size), min_size=2**n, max_size=2**n))
    values[0] = 0
    return values


@st.composite
def convex_games(draw, max_players=5):
    """Sums of unanimity games of non-negative weight, and of anything for single players."""
    n = draw(st.integers(1, max_players))
    parts = draw(st.lists(st.integers(0, 6), min_size=2**n, max_size=2**n))
    for i in range(n):
        parts[1 << i] = draw(st.integers(-5, 5))
    return [sum(d for t, d in enumerate(parts) if t and not t & ~mask) for mask in range(2**n)]


@st.composite
def imputations(draw, max_players=4):
    values = draw(games(max_players))
    n = len(values).bit_length() - 1
    alone = [values[1 << i] for i in range(n)]
    values[-1] = max(values[-1], sum(alone))
    parts = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    spare = values[-1] - sum(alone)
    whole = sum(parts) or 1
    shares = [F(spare * p, whole) if sum(parts) else F(spare, n) for p in parts]
    return values, [a + s for a, s in zip(alone, shares, strict=True)]


FERGUSON = [0, -1, 0, 3, 1, 4, 2, 5]
MASCHLER = [0, 0, 0, 60, 0, 60, 60, 72]
TALMUD = [0, 0, 0, 0, 0, 0, 100, 200]
APEX = [int(sum(w for k, w in enumerate((2, 1, 1, 1)) if m >> k & 1) >= 3) for m in range(16)]
MAJORITY = [0, 0, 0, 1, 0, 1, 1, 1]

KERNELS = [
    ("Maschler's market of 72", MASCHLER, [24, 24, 24], True),
    ("Maschler's market of 72", MASCHLER, [30, 30, 12], False),
    ("Maschler's market of 72", MASCHLER, [36, 36, 0], False),
    ("Ferguson's lecture notes", FERGUSON, ["8/3", "2/3", "5/3"], True),
    ("Ferguson's lecture notes", FERGUSON, [3, 1, 1], False),
    ("Aumann and Maschler 1985, estate 200", TALMUD, [50, 75, 75], True),
    ("Aumann and Maschler 1985, estate 200", TALMUD, [60, 70, 70], False),
    ("Peleg 1968, apex game", APEX, ["2/5", "1/5", "1/5", "1/5"], True),
    ("Peleg 1968, apex game", APEX, ["1/4", "1/4", "1/4", "1/4"], False),
    ("nobody", [0], [], True),
    ("one player", [0, 5], [5], True),
    ("one player", [0, 5], [4], False),
    ("two players", [0, 1, 2, 7], [3, 4], True),
    ("two players", [0, 1, 2, 7], [2, 5], False),
]


@pytest.mark.parametrize(("name", "values", "point", "inside"), KERNELS)
def test_known_points_of_kernels(name, values, point, inside):
    assert bool(in_kernel(TUGame(values), point)) == inside
    assert bool(in_bargaining_set(TUGame(values), point)) or not inside


@given(imputations(5))
def test_surpluses_and_membership_by_definition(case):
    values, x = case
    n = len(x)
    game = TUGame(values)
    found = surpluses(game, x)
    for i in range(n):
        for j in range(n):
            assert found[i][j] == (None if i == j else surplus(values, x, i, j))
    for kernel, test in ((True, in_kernel), (False, in_prekernel)):
        answer = test(game, x)
        assert answer.holds == in_by_definition(values, x, kernel)
        if answer.pair is not None:
            i, j = map(game.players.index, answer.pair)
            assert answer.surplus == (surplus(values, x, i, j), surplus(values, x, j, i))
            assert answer.surplus[0] > answer.surplus[1]


def test_surpluses_of_large_numbers_are_exact():
    game = TUGame([0, 1, 2**80, 2**80 + 7])
    assert surpluses(game, [F(1, 3), 2**80]) == ((None, F(2, 3)), (0, None))
    table, _ = excesses(TUGame([0, 2**62, 1, 2]), (F(1, 5), F(9, 5)))
    assert table.dtype == object
    assert pair_maxima(table).dtype == object


def test_a_point_in_doubles_with_a_tolerance():
    game = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    third = [1 / 3] * 3
    assert not in_kernel(game, [0.1, 0.2, 0.7], 1e-9)
    assert in_kernel(game, third, 1e-9)
    assert in_prekernel(game, [1 / 3, 1 / 3, 1 / 3 + 1e-12], 1e-9)


@settings(max_examples=150)
@given(games(5))
def test_points_are_found_and_right(values):
    game = TUGame(values)
    n = game.n_players
    point = prekernel_point(game)
    assert in_by_definition(values, point.exact, kernel=False)
    assert point.verify()
    point = kernel_point(game)
    if values[-1] < sum(values[1 << i] for i in range(n)):
        assert not point.is_defined
    else:
        assert in_by_definition(values, point.exact, kernel=True)
        assert point.verify()


@pytest.mark.parametrize("seed", range(4))
def test_points_of_larger_games(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 40, 2**7)
    values[0] = 0
    values[-1] = 150
    game = TUGame(values)
    assert in_by_definition(values.tolist(), prekernel_point(game).exact, kernel=False)
    assert in_by_definition(values.tolist(), kernel_point(game).exact, kernel=True)


def test_transfers_lead_to_the_kernel_where_projections_do_not():
    """The prekernel gives player 1 less than it is worth alone."""
    values = [0, 4, 0, 0, 0, 0, 6, 6]
    game = TUGame(values)
    assert prekernel_point(game).exact == (2, 2, 2)
    assert kernel_point(game).exact == (4, 1, 1)


@pytest.mark.parametrize("values", [[0, 4, 0, 0, 0, 0, 6, 6], APEX])
def test_the_nucleolus_where_neither_leads_there(values, monkeypatch):
    monkeypatch.setattr(kernel_points, "_projected", lambda *_: None)
    game = TUGame(values)
    assert in_by_definition(values, prekernel_point(game).exact, kernel=False)
    assert in_by_definition(values, kernel_point(game).exact, kernel=True)
    assert kernel_point(game).provenance["solver"] == "the nucleolus"


@settings(max_examples=40)
@given(convex_games(4))
def test_convex_games_have_one_point(values):
    """Maschler, Peleg and Shapley (1972): kernel and prekernel are one point, in the core."""
    game = TUGame(values)
    n = game.n_players
    point = prekernel_point(game).exact
    for start in (0, n - 1):
        far = [F(values[-1]) if i == start else F(0) for i in range(n)]
        assert prekernel_point(game, far).exact == point
    assert kernel_point(game).exact == point
    assert all(excess(values, point, m) <= 0 for m in range(2**n))


def test_verify_sees_a_point_that_was_moved():
    game = TUGame(MASCHLER)
    point = kernel_point(game)
    moved = np.array(point) + 72e-6 * np.array([1, -1, 0])
    assert point.verify()
    assert point.replace(allocation=np.array(point)).verify()
    assert not point.replace(allocation=moved).verify()
    assert not point.replace(exact=(F(24) + F(1, 10**9), F(24) - F(1, 10**9), 24)).verify()


BARGAINING = [
    (MASCHLER, [24, 24, 24], True),
    (MASCHLER, [36, 36, 0], False),
    (MAJORITY, ["1/3", "1/3", "1/3"], True),
    (MAJORITY, ["1/2", "1/2", 0], False),
    ([0], [], True),
    ([0, 5], [5], True),
    ([0, 1, 1, 5], [1, 4], True),
    ([0, 1, 1, 5], [0, 5], False),
]


@pytest.mark.parametrize(("values", "point", "inside"), BARGAINING)
def test_known_points_of_bargaining_sets(values, point, inside):
    assert bool(in_bargaining_set(TUGame(values), point)) == inside


@settings(max_examples=60)
@given(imputations())
def test_bargaining_set_by_definition(case):
    values, x = case
    game = TUGame(values)
    answer = in_bargaining_set(game, x)
    assert answer.holds == (not has_justified_objection(values, x))
    if not answer.holds:
        assert counter_objection(game, x, answer.objection) is None


@settings(max_examples=60)
@given(imputations(5))
def test_kernel_is_in_the_bargaining_set(case):
    """Davis and Maschler (1965)."""
    values, x = case
    game = TUGame(values)
    assert in_bargaining_set(game, kernel_point(game).exact)
    if in_kernel(game, x) or all(excess(values, x, m) <= 0 for m in range(len(values))):
        assert in_bargaining_set(game, x)


@settings(max_examples=60)
@given(convex_games(4), st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_bargaining_set_of_a_convex_game_is_its_core(values, parts):
    """Maschler, Peleg and Shapley (1972)."""
    n = len(values).bit_length() - 1
    alone = [F(values[1 << i]) for i in range(n)]
    assume(sum(parts[:n]))
    spare = values[-1] - sum(alone)
    x = [a + spare * F(p, sum(parts[:n])) for a, p in zip(alone, parts, strict=False)]
    in_core = all(excess(values, x, m) <= 0 for m in range(2**n))
    assert bool(in_bargaining_set(TUGame(values), x)) == in_core


def test_an_objection_is_answered_or_not():
    game = TUGame(MAJORITY, players=["a", "b", "c"])
    x = [F(1, 2), F(1, 2), 0]
    kept = counter_objection(game, x, Objection("c", "a", ("b", "c"), (F(3, 5), F(2, 5))))
    assert kept is None
    weak = Objection("c", "a", ("b", "c"), (F(99, 100), F(1, 100)))
    assert counter_objection(game, x, weak) is None
    third = [F(1, 3)] * 3
    answer = counter_objection(game, third, Objection("a", "b", ("a", "c"), (F(1, 2), F(1, 2))))
    assert answer.coalition == ("b", "c")
    assert sum(answer.payoffs) == 1
    assert answer.payoffs[0] >= F(1, 3)
    assert answer.payoffs[1] >= F(1, 2)


def test_reasons_in_words():
    game = from_list_by_size([1, 2, 7], players=["Ada", "Ben"])
    assert "sum to 8" in in_kernel(game, [3, 5]).why
    assert "Ada gets 0, less than the 1" in in_kernel(game, [0, 7]).why
    assert "player Ben has a surplus" in in_prekernel(game, [4, 3]).why
    assert "sum to 8" in in_bargaining_set(game, [3, 5]).why
    assert "Ada gets 0" in in_bargaining_set(game, [0, 7]).why


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: in_kernel(TUGame(MAJORITY), [1, 0]), GameError, "2 payoffs"),
        (lambda: in_kernel(TUGame([0, 1]), ["x"]), GameError, "'x'"),
        (lambda: in_kernel(TUGame([0, 1]), [float("nan")]), GameError, "finite"),
        (lambda: in_bargaining_set(TUGame([0] * 2**13), [0] * 13), LimitError, "limit is 12"),
        (
            lambda: counter_objection(
                TUGame(MAJORITY), [1, 0, 0], Objection("2", "1", ("1", "2"), (F(1), F(0)))
            ),
            GameError,
            "without the other",
        ),
        (
            lambda: counter_objection(
                TUGame(MAJORITY), [1, 0, 0], Objection("2", "1", ("2", "3"), (F(1), F(0)))
            ),
            GameError,
            "larger than now",
        ),
    ],
)
def test_mistakes_are_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
