"""Games as tables: what may be entered, what is refused, and games made from games."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import GameError, LimitError, RuleError
from solvers.games.construct import (
    by_size,
    from_dict,
    from_function,
    from_list_by_size,
    from_rule,
    masks_by_size,
    to_dict,
)
from solvers.games.game import MAX_PLAYERS, TUGame, check_size
from solvers.games.solution import Allocation
from solvers.games.transforms import (
    dual,
    from_dividends,
    harsanyi_dividends,
    negated,
    savings_game,
    strategically_equivalent,
    subgame,
    zero_normalised,
    zero_one_normalised,
)
from solvers.rules.rule import Quota, Rule

THIRD = Fraction(1, 3)
few = settings(max_examples=40)


@st.composite
def tables(draw, max_players=5):
    n = draw(st.integers(0, max_players))
    number = st.one_of(st.integers(-30, 30), st.fractions(-5, 5, max_denominator=7))
    return [0, *draw(st.lists(number, min_size=2**n - 1, max_size=2**n - 1))]


def worths(game):
    return [game.worth(mask) for mask in range(1 << game.n_players)]


@pytest.mark.parametrize(
    ("values", "exact"),
    [
        ([0, 1], True),
        ([0, "1/3"], True),
        ([0, "1.25E-3"], True),
        ([0, Decimal("0.1")], True),
        ([0, THIRD], True),
        (np.array([0, 7]), True),
        (np.array([False, True]), True),
        ([0, 1.0], False),
        ([0, np.float32(0.5)], False),
        (np.array([0, 0.5], np.float32), False),
        ([0, 2**80], True),
    ],
)
def test_what_was_entered_decides_whether_a_game_is_exact(values, exact):
    game = TUGame(values)
    assert game.is_exact is exact
    assert game.n_players == 1
    assert game.players == ("1",)


def test_numbers_keep_their_value():
    game = TUGame([0, "1/3", 2, Decimal("0.25")])
    assert worths(game) == [0, THIRD, 2, Fraction(1, 4)]
    assert (game.denominator, game.numerators.tolist()) == (12, [0, 4, 24, 3])
    assert game.values.tolist() == [0, 1 / 3, 2, 0.25]
    assert game.grand == 0.25


def test_common_factors_are_cancelled():
    game = TUGame.of_integers(np.array([0, 2, 4, 6]), 4)
    assert (game.denominator, game.numerators.tolist()) == (2, [0, 1, 2, 3])


def test_large_integers_stay_exact():
    game = TUGame([0, 2**90 + 1, 3, 2**90])
    assert game.worth(1) == 2**90 + 1
    assert game.numerators.dtype == object
    assert game.values[1] == float(2**90 + 1)
    huge = TUGame([0, 10**400])
    assert huge.worth(1) == 10**400
    with pytest.raises(GameError, match="larger than the largest double"):
        _ = huge.values


@few
@given(st.lists(st.floats(-1e30, 1e30), min_size=7, max_size=7))
def test_doubles_are_taken_at_face_value(numbers):
    game = TUGame([0.0, *numbers])
    assert worths(game.rational()) == [0, *(Fraction(x) for x in numbers)]
    assert worths(game) == worths(game.rational())
    assert Fraction(int(game.numerators[5]), game.denominator) == Fraction(numbers[4])


@few
@given(st.lists(st.integers(-4000, 4000).map(lambda k: k / 64), min_size=7, max_size=7))
def test_doubles_on_a_grid_fit_int64(numbers):
    game = TUGame([0.0, *numbers]).rational()
    assert game.numerators.dtype == np.int64
    assert worths(game) == [0, *(Fraction(x) for x in numbers)]


def test_an_array_is_adopted_and_made_read_only_here_alone():
    table = np.array([0.0, 1.0, 2.0, 4.0])
    game = TUGame.of(table)
    assert np.shares_memory(game.values, table)
    assert not game.values.flags.writeable
    assert table.flags.writeable
    assert not np.shares_memory(TUGame.of(table, copy=True).values, table)
    assert not np.shares_memory(TUGame(table).values, table)
    assert TUGame.of(np.array([0, 1])).is_exact


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "0 worths: n players need 2\\*\\*n"),
        ([0, 1, 2], "from_list_by_size"),
        ([0] * 5, "5 worths"),
        ([0, float("nan")], "index 1 is nan"),
        ([0.0, float("inf"), float("-inf"), 0.0], "index 1 is inf"),
        ([1, 2], "the empty coalition has worth 1.0; it is 0"),
        ([0.5, 2.0], "the empty coalition has worth 0.5"),
        ([0, "x"], "'x' is no number"),
        ([0, "nan"], "'nan' is no number"),
        ([0, None], "None is no number"),
        ([0, 1j], "1j is no number"),
        ([[0, 1], [2, 3]], "is no number"),
        ([0, [1], 2, 3], "is no number"),
        (np.zeros((2, 2)), "shape \\(2, 2\\)"),
        ("abcd", "list or an array"),
        (7, "list or an array"),
        (np.array(3.0), "shape \\(\\)"),
        ([0, 10**400, 1.5, 1], "larger than the largest double"),
    ],
)
def test_a_bad_table_is_refused(values, words):
    with pytest.raises(GameError, match=words):
        TUGame(values)


def test_a_sum_that_overflows_is_no_reason_to_refuse():
    assert TUGame.of(np.array([0, 1e308, 1e308, 1.7e308])).n_players == 2


@pytest.mark.parametrize("names", [["a"], ["a", "a"], ["a", ""], ["a", 3], "ab"])
def test_bad_names_are_refused(names):
    with pytest.raises(GameError, match="name"):
        TUGame([0, 1, 2, 3], names)


def test_too_many_players_are_refused_with_the_memory_it_would_take():
    with pytest.raises(LimitError, match=r"30 players: .* 8 GiB; the limit is 28"):
        check_size(30)
    # A view of one number as long as the table would be: nothing may be copied.
    long = np.broadcast_to(np.float64(0), 1 << (MAX_PLAYERS + 1))
    with pytest.raises(LimitError, match="29 players"):
        TUGame(long)
    with pytest.raises(LimitError, match="limit is 22"):
        from_function(40, len)


def test_coalitions_by_name_number_and_mask():
    game = TUGame(range(8), ["Ada", "B, C", "Eva"])
    assert game.mask(["Ada", "Eva"]) == game.mask("Ada, Eva") == game.mask([0, 2]) == 5
    assert game.mask("B, C") == 2  # a name that has a comma
    assert game.mask([]) == game.mask("") == 0
    assert game.coalition(6) == ("B, C", "Eva")
    assert game.player(np.int64(2)) == 2
    for wrong in (8, -1, ["Bob"], [3], "Bob"):
        with pytest.raises(GameError, match=r"no mask|no player"):
            game.mask(wrong)


def test_digest_and_pickle_know_the_game():
    exact, doubles = TUGame([0, 1, 2, "7/2"], ["a", "b"]), TUGame([0, 1, 2, 3.5], ["a", "b"])
    digests = {exact.digest, doubles.digest, TUGame([0, 1, 2, 3.5]).digest}
    assert len(digests) == 3
    for game in (exact, doubles, TUGame([0, 10**30])):
        again = pickle.loads(pickle.dumps(game))
        assert (again.digest, again.players) == (game.digest, game.players)
        assert worths(again) == worths(game)
        assert again.is_exact is game.is_exact


def test_order_of_the_literature():
    game = from_list_by_size([1, 2, 3, 12, 13, 23, 123])
    assert {",".join(game.coalition(m)): int(game.worth(m)) for m in range(1, 8)} == {
        "1": 1, "2": 2, "3": 3, "1,2": 12, "1,3": 13, "2,3": 23, "1,2,3": 123,
    }  # fmt: skip
    assert masks_by_size(0) == []
    assert from_list_by_size([]).n_players == 0
    with pytest.raises(GameError, match=r"need 2\*\*n - 1"):
        from_list_by_size([1, 2, 3, 4])


@few
@given(tables())
def test_every_form_reads_back(table):
    game = TUGame(table)
    assert worths(from_list_by_size(by_size(game))) == worths(game)
    again = from_dict(to_dict(game), players=game.players)
    assert worths(again) == worths(game)
    called = from_function(game.n_players, lambda c: game.worth(c))
    assert worths(called) == worths(game)
    doubles = TUGame.of(game.values.copy())
    assert np.array_equal(from_list_by_size(by_size(doubles)).values, game.values)


def test_dictionaries():
    game = from_dict({("b", "a"): 3, frozenset("a"): 1, "b": 0, (): 0})
    assert game.players == ("b", "a")
    assert game.worth("a,b") == 3
    assert from_dict({(10, 2): 5}, default=0).players == ("2", "10")
    with pytest.raises(GameError, match=r"no worth of \{2\}, and 1 in all"):
        from_dict({"1": 1, "1,2": 3})
    with pytest.raises(GameError, match="given twice"):
        from_dict({"1,2": 1, "2,1": 3}, default=0)
    with pytest.raises(GameError, match="'3' is no player"):
        from_dict({"3": 1}, players=["1", "2"], default=0)
    with pytest.raises(GameError, match="has a comma"):
        to_dict(TUGame([0, 1], ["a,b"]))


def test_functions():
    game = from_function(2, lambda c: "".join(c).count("b"), ["a", "b"])
    assert worths(game) == [0, 0, 1, 1]
    assert not from_function(1, lambda c: 0.5).is_exact

    def broken(coalition):
        raise KeyError("no data")

    with pytest.raises(GameError, match=r"worth of \(0,\) cannot be computed: KeyError"):
        from_function(2, broken)
    with pytest.raises(GameError, match="is no number"):
        from_function(2, lambda c: None)
    with pytest.raises(GameError, match="-1 players"):
        from_function(-1, len)


def test_a_rule_is_a_simple_game():
    council = Rule(4, Quota((3, 2, 1, 1), (0,) * 4, (0,) * 4, 4), ("w", "x", "y", "z"))
    game = from_rule(council)
    weights = (3, 2, 1, 1)
    for mask in range(16):
        assert game.worth(mask) == (sum(w for i, w in enumerate(weights) if mask >> i & 1) >= 4)
    assert game.players == council.names
    assert from_rule(Rule(1, Quota((1,), (0,), (0,), 1))).numerators.tolist() == [0, 1]
    with pytest.raises(GameError, match="empty coalition wins"):
        from_rule(Rule(2, Quota((1, 1), (0, 0), (0, 0), 0)))
    with pytest.raises(RuleError, match="abstention"):
        from_rule(Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1)))


@few
@given(tables())
def test_dividends_by_their_definition(table):
    game = TUGame(table)
    dividends = harsanyi_dividends(game)
    for mask in range(1 << game.n_players):
        members = [i for i in range(game.n_players) if mask >> i & 1]
        assert dividends.worth(mask) == sum(
            (-1) ** (len(members) - size) * game.worth(part)
            for size in range(len(members) + 1)
            for part in combinations(members, size)
        )
    assert worths(from_dividends(dividends)) == worths(game)


@pytest.mark.parametrize("n", [1, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19])
def test_the_kernel_for_dividends_on_integers(n):
    table = np.random.default_rng(n).integers(-9, 9, 1 << n).astype(np.float64)
    table[0] = 0
    wanted = table.copy()
    for i in range(n):
        pairs = wanted.reshape(-1, 2, 1 << i)
        pairs[:, 1] -= pairs[:, 0]
    game = TUGame.of(table)
    assert np.array_equal(harsanyi_dividends(game).values, wanted)
    out = np.empty_like(table)
    assert np.shares_memory(harsanyi_dividends(game, out=out).values, out)
    assert np.array_equal(out, wanted)
    assert np.array_equal(harsanyi_dividends(game, out=out).values, wanted)  # may be used again
    assert np.array_equal(from_dividends(TUGame.of(wanted)).values, table)


def test_dividends_that_overflow_are_refused():
    game = TUGame.of(np.array([0, 1e308, -1e308, 1e308, 0, 0, 0, 1e308]) * 1.7)
    with pytest.raises(GameError, match="dividends are larger"):
        harsanyi_dividends(game)
    with pytest.raises(GameError, match="out must be contiguous float64"):
        harsanyi_dividends(TUGame([0.0, 1.0]), out=np.zeros(4))


@few
@given(tables())
def test_games_made_from_games(table):
    game = TUGame(table)
    n, grand = game.n_players, (1 << game.n_players) - 1
    alone = [game.worth(1 << i) for i in range(n)]
    normal, mirrored = zero_normalised(game), dual(game)
    for mask in range(1 << n):
        own = sum(alone[i] for i in range(n) if mask >> i & 1)
        assert normal.worth(mask) == game.worth(mask) - own
        assert mirrored.worth(mask) == game.worth(grand) - game.worth(grand ^ mask)
        assert negated(game).worth(mask) == -game.worth(mask)
        assert savings_game(game).worth(mask) == own - game.worth(mask)
    assert worths(dual(mirrored)) == worths(game)
    shifts = [Fraction(i, 3) for i in range(n)]
    moved = strategically_equivalent(game, "3/2", shifts)
    assert worths(zero_normalised(moved)) == [x * Fraction(3, 2) for x in worths(normal)]
    doubles = strategically_equivalent(TUGame.of(game.values.copy()), 1.5, map(float, shifts))
    assert np.allclose(doubles.values, moved.values)


def test_unit_of_what_is_gained():
    normal = zero_one_normalised(TUGame([0, 1, 2, 5, 0, 1, 2, 9]))
    assert worths(normal) == [0, 0, 0, THIRD, 0, 0, 0, 1]
    assert np.allclose(zero_one_normalised(TUGame([0, 1.0, 2.0, 5.0])).values, [0, 0, 0, 1])
    for inessential in ([0], [0, 3], [0, 1, 2, 3], [0, 1, 2, 2]):
        with pytest.raises(GameError, match="not essential"):
            zero_one_normalised(TUGame(inessential))
    with pytest.raises(GameError, match="scale"):
        strategically_equivalent(TUGame([0, 1]), 0)
    with pytest.raises(GameError, match="2 shifts for 1"):
        strategically_equivalent(TUGame([0, 1]), 1, [1, 2])


@few
@given(tables(), st.data())
def test_a_subgame_keeps_worths_and_names(table, data):
    game = TUGame(table)
    mask = data.draw(st.integers(0, (1 << game.n_players) - 1))
    part = subgame(game, mask)
    assert part.players == game.coalition(mask)
    for inside in range(1 << part.n_players):
        assert part.worth(inside) == game.worth(part.coalition(inside))


def test_an_allocation_is_an_array_and_more():
    point = Allocation("core <point>", ("a", "<b>"), exact=(THIRD, 2 * THIRD), game=TUGame([0, 1]))
    assert point["<b>"] == point[1] == 2 * THIRD
    assert list(point) == [THIRD, 2 * THIRD]
    assert np.allclose(np.asarray(point), [1 / 3, 2 / 3])
    assert np.allclose(np.add(point, 1), [4 / 3, 5 / 3])
    assert len(point) == 2
    assert not point.allocation.flags.writeable
    assert "&lt;b&gt;" in point._repr_html_()
    assert "<point>" not in point._repr_html_()
    assert "1/3" in str(point)
    assert [row["exact"] for row in point.to_rows()] == ["1/3", "2/3"]
    assert point.to_frame().columns.tolist() == ["player", "share", "exact"]
    assert json.loads(json.dumps(point.to_dict()))["exact"] == {"a": "1/3", "<b>": "2/3"}
    assert len(point.provenance["digest"]) == 64
    assert not point.verify()  # nothing to check by
    with pytest.raises(AttributeError):
        point.concept = "other"
    with pytest.raises(GameError, match="no player"):
        point["c"]


def test_certificate_and_fractions_are_made_when_asked_for():
    made = []

    def later(what, value):
        return lambda: made.append(what) or value

    point = Allocation(
        "x", ("a",), np.array([0.5]), later("exact", (Fraction(1, 2),)), "bounded",
        certificate=later("certificate", {"k": 1}), verifier=lambda p: p[0] == 0.5,
    )  # fmt: skip
    assert point[0] == 0.5
    assert made == []
    assert point.verify()
    assert made == []
    assert point.exact == (Fraction(1, 2),)
    assert point.exact == (Fraction(1, 2),)
    assert point.certificate == {"k": 1}
    assert made == ["exact", "certificate"]
    assert not point.replace(allocation=[0.25]).verify()
    assert not point.replace(allocation=[0.5], exact=["1/3"]).verify()


def test_an_empty_answer_says_so():
    nothing = Allocation("nucleolus", ("a",), verifier=lambda point: not point.is_defined)
    assert nothing.allocation is None
    assert nothing.exact is None
    assert not nothing.is_defined
    assert nothing.verify()
    assert nothing.to_dict()["allocation"] is None
    assert nothing.to_rows() == []
    assert "none" in str(nothing) + repr(nothing)
    with pytest.raises(GameError, match="no point"):
        np.asarray(nothing)
    with pytest.raises(GameError, match="no point"):
        nothing["a"]
