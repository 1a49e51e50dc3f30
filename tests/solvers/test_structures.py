"""Best coalition structures against all partitions, by every method; bounds that hold."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solvers.kernels.partition_search as partition_search
from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame
from solvers.structures import (
    anytime_structure,
    dense,
    optimal_structure,
    structure_of_listed,
    superadditive_cover,
)

F = Fraction


def all_partitions(players):
    """Every partition of a list into blocks, each a frozenset."""
    if not players:
        yield frozenset()
        return
    first, *rest = players
    for partition in all_partitions(rest):
        yield partition | {frozenset([first])}
        for block in partition:
            yield partition - {block} | {block | {first}}


def best_by_listing(values, n):
    """The best sum and everything that reaches it, in fractions."""
    worth = {}
    for partition in all_partitions(list(range(n))):
        worth[partition] = sum((F(values[sum(1 << i for i in b)]) for b in partition), F(0))
    best = max(worth.values())
    return best, {p for p, w in worth.items() if w == best}


def as_sets(partitions):
    listed = [
        frozenset(frozenset(i for i in range(30) if mask >> i & 1) for mask in p)
        for p in partitions
    ]
    assert len(listed) == len(set(listed))
    return set(listed)


@st.composite
def tables(draw, max_players=6, worths=None):
    n = draw(st.integers(0, max_players))
    kinds = [st.integers(-3, 3), st.integers(-50, 50), st.fractions(-2, 2, max_denominator=12)]
    few = draw(st.sampled_from(kinds)) if worths is None else worths
    return [0, *draw(st.lists(few, min_size=2**n - 1, max_size=2**n - 1))]


# n, worths by mask, value, number of best structures
LITERATURE = [
    ("nobody", [0], 0, 1),
    ("one player", [0, 5], 5, 1),
    ("two players better together", [0, 30, 40, 71], 71, 1),
    ("pairs as good as singles", [0, 2, 2, 4, 2, 4, 4, 5], 6, 4),
    ("additive", [0, 3, -1, 2, 2, 5, 1, 4], 4, 5),
    ("three of five win", [int(m.bit_count() >= 3) for m in range(32)], 1, 26),
    ("two of six win", [int(m.bit_count() >= 2) for m in range(64)], 3, 15),
]


@pytest.mark.parametrize(
    ("values", "value", "number"), [c[1:] for c in LITERATURE], ids=[c[0] for c in LITERATURE]
)
def test_known_games(values, value, number):
    answer = optimal_structure(TUGame(values))
    assert (answer.value, answer.number, answer.guarantee) == (value, number, "exact")
    assert answer.verify()


@pytest.mark.parametrize(("n", "bell"), [(4, 15), (9, 21147), (12, 4213597)])
def test_partitions_of_a_game_without_worth_are_all_best(n, bell):
    """Bell numbers (OEIS A000110)."""
    assert optimal_structure(TUGame([0] * 2**n)).number == bell


@given(tables())
def test_against_all_partitions(values):
    n = len(values).bit_length() - 1
    best, reached = best_by_listing(values, n)
    answer = optimal_structure(TUGame(values))
    assert (answer.value, answer.number) == (best, len(reached))
    assert as_sets(answer.partitions()) == reached


@settings(max_examples=50)
@given(tables(5, st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.6, 1e-17, 1e9])))
def test_doubles_are_compared_at_face_value(values):
    """0.1 + 0.2 is not 0.3, and 1e9 + 1e-17 is not 1e9, whatever a sum of doubles says."""
    n = len(values).bit_length() - 1
    values = [float(v) for v in values]
    best, reached = best_by_listing(values, n)
    game = TUGame(values)
    tries = [optimal_structure(game).partitions()]
    if n:
        tries.append(dense._Rounded(game).listing())
    for partitions in tries:
        assert as_sets(partitions) == reached
    assert optimal_structure(game).value == best


@given(tables(6, st.integers(-4, 4)))
def test_the_compiled_programme_is_that_of_python(values):
    if len(values) == 1:
        return
    game = TUGame(values)
    compiled = dense._Compiled(game.numerators, 1)
    best = dense._best_compiled(game.numerators, len(values) // 2)
    assert best.tolist() == dense._best_plain(values, len(values) // 2)
    assert compiled.count() == dense._Table(game.numerators, 1).count()


def test_more_than_sixty_three_bits():
    big = 2**70
    game = TUGame([0, big, big + 1, 2 * big + 1, 5, big, big, 2 * big + 6])
    answer = optimal_structure(game)
    assert answer.value == 2 * big + 6
    assert answer.number == 3


def test_a_large_game_by_every_method():
    rng = np.random.default_rng(3)
    values = rng.integers(0, 40, 2**11)
    values[0] = 0
    game = TUGame(values)
    answer = optimal_structure(game)
    by_python = dense._Table.__new__(dense._Table)  # Python integers, however many players
    best = dense._best_plain(values.tolist(), 2**11)
    assert answer.value == best[-1]
    by_python.worth, by_python.everybody = game.numerators, 2**11 - 1
    by_python.best, by_python.total, by_python.known = np.array(best[: 2**10]), best[-1], {}
    assert answer.number == by_python.count()
    assert as_sets(answer.partitions()) == as_sets(dense._Rounded(game).listing())
    assert anytime_structure(game).value == answer.value


@given(tables(5))
def test_superadditive_cover(values):
    n = len(values).bit_length() - 1
    cover = superadditive_cover(TUGame(values))
    for mask in range(2**n):
        members = [i for i in range(n) if mask >> i & 1]
        sums = [
            sum((F(values[sum(1 << i for i in b)]) for b in p), F(0))
            for p in all_partitions(members)
        ]
        assert cover.worth(mask) == max(sums)
    again = superadditive_cover(cover)
    assert [again.worth(m) for m in range(2**n)] == [cover.worth(m) for m in range(2**n)]


def test_superadditive_cover_of_doubles_by_the_compiler():
    values = np.random.default_rng(5).random(2**11)
    values[0] = 0
    cover = superadditive_cover(TUGame(values)).values
    assert np.allclose(cover, dense._best_plain(values.tolist(), 2**11), rtol=0, atol=1e-12)


@settings(max_examples=60)
@given(tables(6), st.integers(1, 12))
def test_a_search_that_is_cut_bounds_the_best(values, nodes):
    game = TUGame(values)
    best = optimal_structure(game).value
    cut = anytime_structure(game, node_limit=nodes)
    assert cut.value <= best <= cut.bound
    assert cut.verify()
    assert cut.gap == cut.bound - cut.value
    assert (cut.guarantee == "exact") <= (cut.value == best == cut.bound)
    whole = anytime_structure(game)
    assert (whole.value, whole.bound, whole.guarantee) == (best, best, "exact")


@settings(max_examples=40)
@given(tables(5, st.floats(-1e6, 1e6, allow_nan=False)), st.integers(1, 5))
def test_a_search_in_doubles_bounds_the_best(values, nodes):
    game = TUGame([float(v) for v in values])
    best = optimal_structure(game).value
    for cut in (anytime_structure(game, node_limit=nodes), anytime_structure(game)):
        assert cut.value <= best <= cut.bound
    assert float(cut.gap) <= 1e-9 * max(1.0, float(np.abs(game.values).max()))


def test_search_goes_on_where_it_stopped():
    rng = np.random.default_rng(8)
    sizes = np.array([m.bit_count() for m in range(2**12)])
    values = np.rint(rng.normal(1000 * sizes, 30 * np.sqrt(sizes))).astype(int)
    values[0] = 0
    game = TUGame(values)
    bounds, worths = [], []
    for nodes in (1, 10, 100, 1000):
        answer = anytime_structure(game, node_limit=nodes)
        bounds.append(answer.bound)
        worths.append(answer.value)
    assert bounds == sorted(bounds, reverse=True)
    assert worths == sorted(worths)
    assert worths[-1] <= optimal_structure(game).value <= bounds[-1]


def test_ctrl_c_keeps_what_was_found(monkeypatch):
    real, calls = partition_search.search, []

    def interrupted(*arguments):
        if calls:
            raise KeyboardInterrupt
        calls.append(real(*arguments[:-1], 5))
        return calls[0]

    monkeypatch.setattr(partition_search, "search", interrupted)
    values = np.random.default_rng(1).integers(0, 100, 2**8)
    values[0] = 0
    answer = anytime_structure(TUGame(values))
    assert answer.interrupted
    assert answer.guarantee == "bounded"
    assert answer.value <= optimal_structure(TUGame(values)).value <= answer.bound
    assert answer.verify()


def test_a_clock_that_has_run_out(monkeypatch):
    clock = iter([0.0, 100.0])
    monkeypatch.setattr("solvers.structures.anytime.PIECE", 3)
    monkeypatch.setattr("solvers.structures.anytime.time.perf_counter", lambda: next(clock))
    values = np.random.default_rng(1).integers(0, 100, 2**8)
    values[0] = 0
    answer = anytime_structure(TUGame(values), time_limit=10)
    assert (answer.guarantee, answer.interrupted) == ("bounded", False)
    assert "3 nodes" in answer.method


@settings(max_examples=25)
@given(st.data())
def test_listed_coalitions(data):
    n = data.draw(st.integers(1, 5))
    players = "abcde"[:n]
    every = [frozenset(i for i in range(n) if m >> i & 1) for m in range(1, 2**n)]
    chosen = data.draw(st.sets(st.sampled_from(every))) | {frozenset([i]) for i in range(n)}
    worth = {
        c: data.draw(st.fractions(-5, 5, max_denominator=6)) for c in sorted(chosen, key=sorted)
    }
    listed = {tuple(players[i] for i in sorted(c)): w for c, w in worth.items()}
    answer = structure_of_listed(listed, players)
    sums = [sum((worth[b] for b in p), F(0)) for p in all_partitions(list(range(n))) if p <= chosen]
    assert (answer.value, answer.bound, answer.guarantee) == (max(sums), max(sums), "optimal")
    assert answer.verify()


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_hundred_players_in_couples(solver):
    players = [f"p{i}" for i in range(100)]
    worths = {(players[i], players[i + 1]): 3 + i % 2 for i in range(99)}
    worths |= dict.fromkeys(players, 1)
    answer = structure_of_listed(worths, players, solver)
    # All 49 inner couples of worth 4, or all 50 of worth 3.
    assert answer.value == max(50 * 3, 49 * 4 + 2)


def test_a_certificate_that_is_wrong_is_seen():
    answer = optimal_structure(TUGame([0, 2, 2, 5, 2, 4, 4, 6]))
    assert answer.verify()
    assert not replace(answer, value=answer.value + 1, bound=answer.value + 1).verify()
    assert not replace(answer, listing=lambda: iter([(3, 3)])).verify()
    assert not replace(answer, listing=lambda: iter([(1, 2)])).verify()
    worse = replace(answer, listing=lambda: iter([(7,)]), value=F(6), bound=F(6))
    assert not worse.verify()


def test_plain_data_and_screen():
    answer = optimal_structure(TUGame([0, 2, 2, 4, 2, 4, 4, 5], players=["A", "B", "C"]))
    data = answer.to_dict()
    assert (data["value"], data["number_of_optimal_structures"]) == ("6", 4)
    assert [["A"], ["B", "C"]] in data["structures"]
    assert str(answer) == "6: A | B, C and 3 more"
    many = optimal_structure(TUGame([0] * 2**6)).to_dict()
    assert (many["structures"], many["number_of_optimal_structures"]) == (None, 203)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dense.check_players(23), LimitError, "anytime_structure"),
        (lambda: anytime_structure(TUGame([0, 1]), time_limit=0), GameError, "time_limit is 0"),
        (lambda: anytime_structure(TUGame([0, 1]), node_limit=0), GameError, "node_limit is 0"),
        (lambda: structure_of_listed({"a": 1}, ["a", "b"]), GameError, "player 'b'"),
        (lambda: structure_of_listed({"c": 1}, ["a"]), GameError, "names 'c'"),
        (lambda: structure_of_listed({(): 1, "a": 1}, ["a"]), GameError, "no members"),
        (lambda: structure_of_listed({"a": "x"}, ["a"]), GameError, "'x'"),
        (lambda: structure_of_listed({"a": float("nan")}, ["a"]), GameError, "finite"),
        (lambda: structure_of_listed({"a": 1}, []), GameError, "at least one"),
        (
            lambda: structure_of_listed({("a", "b"): 1, ("b", "c"): 1}, "abc"),
            GameError,
            "no partition",
        ),
        (
            lambda: structure_of_listed({("a", "b"): 1, ("b", "a"): 1}, "ab"),
            GameError,
            "listed twice",
        ),
    ],
)
def test_mistakes_are_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
