"""Nucleoli: values of the literature, Kohlberg's criterion by linear programmes, laws, proofs."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import GameError, LimitError
from solvers.games.construct import from_list_by_size
from solvers.games.game import TUGame
from solvers.games.generators import (
    additive_game,
    convex_game,
    nucleolus_benchmark,
    superadditive_game,
)
from solvers.games.properties import is_convex, is_superadditive
from solvers.programmes.rational_lp import solve_rational_lp
from solvers.stability.certificates import CERTIFIED, answer_faults
from solvers.stability.compiled import minimise, recover, rounded
from solvers.stability.core import core, in_core
from solvers.stability.families import PER_CAPITA, PLAIN, PROPORTIONAL
from solvers.stability.kohlberg import proof_faults
from solvers.stability.lexicographic import Question, proved
from solvers.stability.nucleolus import (
    nucleolus,
    per_capita_nucleolus,
    prenucleolus,
    proportional_nucleolus,
)
from solvers.stability.nucleolus_variants import (
    anti_nucleolus,
    anti_prenucleolus,
    disruption_nucleolus,
    modiclus,
)

F = Fraction


def by_size(text):
    return from_list_by_size(text.split())


def voting(quota, *weights):
    n = len(weights)
    won = (sum(w for i, w in enumerate(weights) if s >> i & 1) >= quota for s in range(1 << n))
    return TUGame([int(x) for x in won])


def shares(text):
    return tuple(Fraction(x) for x in text.split())


def games(low=2, high=5, least=-6, most=9):
    def tables(n):
        entry = st.integers(least, most)
        return st.lists(entry, min_size=2**n - 1, max_size=2**n - 1).map(lambda v: [0, *v])

    return st.integers(low, high).flatmap(tables).map(TUGame)


def as_floats(game):
    return TUGame.of(np.array(game.values))


# -- values of the literature ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        # Aumann and Maschler 1985: an estate of 100, 200, 300 for claims of 100, 200, 300.
        (by_size("0 0 0 0 0 0 100"), "100/3 100/3 100/3"),
        (by_size("0 0 0 0 0 100 200"), "50 75 75"),
        (by_size("0 0 0 0 100 200 300"), "50 100 150"),
        # Maschler, Peleg and Shapley 1979: voting.
        (voting(3, 2, 1, 1, 1), "2/5 1/5 1/5 1/5"),
        (voting(5, 3, 2, 2, 1, 1), "1/3 2/9 2/9 1/9 1/9"),
        # A veto player gets it all; two left gloves and a right one; nothing to share.
        (voting(3, 2, 1, 1), "1 0 0"),
        (by_size("0 0 0 0 1 1 1"), "0 0 1"),
        (by_size("0 0 0 0 0 0 0"), "0 0 0"),
        # Worths of players that together are all of v(N).
        (by_size("3 -1 2 2 5 1 4"), "3 -1 2"),
        # An airport as savings (Littlechild 1974): worth is minus cost.
        (by_size("-1 -2 -3 -2 -3 -3 -3"), "-1/2 -3/4 -7/4"),
        (TUGame([0, 5]), "5"),
        (TUGame([0, 2, 3, 7]), "3 4"),
    ],
)
def test_values_of_the_literature(game, expected):
    found = nucleolus(game)
    assert found.exact == shares(expected)
    assert found.guarantee == "exact"
    assert found.verify()
    assert np.allclose(nucleolus(as_floats(game)), [float(x) for x in shares(expected)])


@pytest.mark.parametrize(
    ("concept", "game", "expected"),
    [
        (prenucleolus, by_size("2 2 2 1 1 1 2"), "2/3 2/3 2/3"),
        (prenucleolus, TUGame([0, 1, 3, 3]), "1/2 5/2"),
        (per_capita_nucleolus, by_size("0 0 0 0 0 6 9"), "1 4 4"),
        (proportional_nucleolus, by_size("1 2 0 4 3 3 6"), "12/5 12/5 6/5"),
        (modiclus, voting(3, 2, 1, 1), "1/2 1/4 1/4"),
        (anti_prenucleolus, voting(2, 1, 1, 1), "1/3 1/3 1/3"),
        (anti_nucleolus, TUGame([0, 4, 5, 6]), "5/2 7/2"),
        (disruption_nucleolus, TUGame([0, 1, 2, 9]), "4 5"),
    ],
)
def test_values_of_relatives(concept, game, expected):
    found = concept(game)
    assert found.exact == shares(expected)
    assert found.verify()


def test_no_imputation():
    game = by_size("2 2 2 1 1 1 2")
    for asked in (game, as_floats(game)):
        found = nucleolus(asked)
        assert not found.is_defined
        assert found.exact is None
        assert found.verify()
        assert found.certificate["worths_of_its_players"] == "6"
    assert not anti_nucleolus(TUGame([0, 1, 1, 3])).is_defined


def test_nobody_and_one_player():
    assert nucleolus(TUGame([0])).exact == ()
    for concept in (nucleolus, prenucleolus, per_capita_nucleolus, modiclus, disruption_nucleolus):
        assert concept(TUGame([0, "-1/3"])).exact == (F(-1, 3),)


# -- Kohlberg's criterion, by the book --------------------------------------------------------


def inside(point, mask):
    return sum((x for i, x in enumerate(point) if mask >> i & 1), F(0))


def balanced(n, positive, free=()):
    """Whether weights, positive on some coalitions and not negative on others, cover everybody."""
    columns = [*positive, *free]
    rows = []
    for i in range(n):
        row = {k: F(mask >> i & 1) for k, mask in enumerate(columns) if mask >> i & 1}
        row[len(columns)] = F(sum(mask >> i & 1 for mask in positive))
        rows.append(row)
    cost = [F(0)] * len(columns) + [F(-1)]
    answer = solve_rational_lp(cost, rows, ["=="] * n, [F(1)] * n)
    return answer.status == "optimal" and answer.objective < 0


def kohlberg(game, point, divisor=lambda mask: F(1), imputation=False):
    """Balanced collections of coalitions with excess at least a, for every a."""
    n = game.n_players
    proper = [s for s in range(1, (1 << n) - 1) if divisor(s)]
    excess = {s: (game.worth(s) - inside(point, s)) / divisor(s) for s in proper}
    floor = [1 << i for i in range(n) if imputation and point[i] == game.worth(1 << i)]
    at_least = all(point[i] >= game.worth(1 << i) for i in range(n)) or not imputation
    efficient = sum(point) == game.worth((1 << n) - 1)
    levels = sorted(set(excess.values()))
    return (
        efficient
        and at_least
        and all(balanced(n, [s for s in proper if excess[s] >= level], floor) for level in levels)
    )


@settings(max_examples=40)
@given(games(2, 4))
def test_prenucleolus_meets_the_criterion(game):
    for asked in (game, as_floats(game)):
        found = prenucleolus(asked)
        assert found.verify()
        assert kohlberg(game, found.exact)


@settings(max_examples=40)
@given(games(2, 4, 0))
def test_nucleolus_meets_the_criterion(game):
    for asked in (game, as_floats(game)):
        found = nucleolus(asked)
        assert found.verify()
        room = game.worth((1 << game.n_players) - 1)
        room -= sum(game.worth(1 << i) for i in range(game.n_players))
        assert found.is_defined == (room >= 0)
        if found.is_defined:
            assert kohlberg(game, found.exact, imputation=True)


@settings(max_examples=30)
@given(games(2, 4, 0))
def test_variants_meet_the_criterion(game):
    found = per_capita_nucleolus(game)
    if found.is_defined:
        assert kohlberg(game, found.exact, lambda s: F(s.bit_count()), True)
        assert per_capita_nucleolus(as_floats(game)).exact == found.exact
    try:
        found = proportional_nucleolus(game)
    except GameError:  # the coalitions that have a worth leave more than one point
        rank = np.linalg.matrix_rank([
            [s >> i & 1 for i in range(game.n_players)]
            for s in range(1, 1 << game.n_players) if game.worth(s)
        ])  # fmt: skip
        assert rank < game.n_players
        return
    if found.is_defined:
        assert found.exact == proportional_nucleolus(as_floats(game)).exact
        assert all(x >= game.worth(1 << i) for i, x in enumerate(found.exact))
        if room_above_players(game):
            assert kohlberg(game, found.exact, game.worth, imputation=True)


def room_above_players(game):
    n = game.n_players
    return game.worth((1 << n) - 1) > sum(game.worth(1 << i) for i in range(n))


@settings(max_examples=15)
@given(games(2, 3, -3, 4))
def test_modiclus_minimises_differences_of_excesses(game):
    n = game.n_players
    point = modiclus(game).exact

    def differences(x):
        excess = [game.worth(s) - inside(x, s) for s in range(1 << n)]
        return sorted((a - b for a in excess for b in excess), reverse=True)

    own = differences(point)
    for step in (F(1, 7), F(1, 2), F(2)):
        for i in range(n):
            for j in range(n):
                other = list(point)
                other[i] += step
                other[j] -= step
                assert own <= differences(other)


# -- laws -------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(games(2, 5), st.randoms(use_true_random=False), st.fractions(F(1, 3), 4))
def test_covariance_and_relabelling(game, random, factor):
    n = game.n_players
    shift = [F(random.randint(-5, 5), 3) for _ in range(n)]
    order = random.sample(range(n), n)
    table = [F(0)] * (1 << n)
    for mask in range(1 << n):
        moved = sum(1 << order[i] for i in range(n) if mask >> i & 1)
        table[moved] = factor * game.worth(mask) + inside(shift, mask)
    found, other = prenucleolus(game).exact, prenucleolus(TUGame(table)).exact
    assert [other[order[i]] for i in range(n)] == [factor * found[i] + shift[i] for i in range(n)]


@settings(max_examples=25)
@given(games(2, 5, 0))
def test_in_the_core_and_symmetric(game):
    found = nucleolus(game)
    if core(game).is_defined:
        assert in_core(game, found)
        assert found.exact == prenucleolus(game).exact
    if not found.is_defined:
        return
    n = game.n_players
    for i in range(n):
        for j in range(i):
            pair = 1 << i | 1 << j
            rest = [s for s in range(1 << n) if not s & pair]
            if all(game.worth(s | 1 << i) == game.worth(s | 1 << j) for s in rest):
                assert found.exact[i] == found.exact[j]


@settings(max_examples=15)
@given(games(3, 4, -3, 6))
def test_reduced_game_of_two_players(game):
    """Consistency: what two players share is the prenucleolus of their Davis-Maschler game."""
    n = game.n_players
    x = prenucleolus(game).exact
    rest = [s for s in range(1 << n) if not s & 3]
    alone = [max(game.worth(s | one) - inside(x, s) for s in rest) for one in (1, 2)]
    reduced = TUGame([0, *alone, x[0] + x[1]])
    assert prenucleolus(reduced).exact == x[:2]


def test_null_player_of_a_voting_game():
    assert nucleolus(voting(4, 3, 2, 2, 0)).exact[3] == 0


def test_structure():
    game = by_size("0 0 0 6 2 2 7")
    found = nucleolus(game, structure=[["1", "2"], ["3"]])
    assert found.exact == (F(3), F(3), F(0))
    assert found.verify()
    assert answer_faults(game, found.to_dict()) == ()
    assert prenucleolus(game, structure=[[0], [1], [2]]).exact == (F(0),) * 3
    floats = prenucleolus(as_floats(game), structure=[[0, 2], [1]])
    assert floats.verify()
    assert floats.exact == prenucleolus(game, structure=[[0, 2], [1]]).exact


@pytest.mark.parametrize(
    ("structure", "message"),
    [([[0], [0, 1, 2]], "in two coalitions"), ([[0, 1]], "in no coalition"),
     ([[], [0, 1, 2]], "empty coalition"), ([["x"], [0, 1, 2]], "no player")],
)  # fmt: skip
def test_no_structure(structure, message):
    with pytest.raises(GameError, match=message):
        nucleolus(TUGame([0] * 8), structure)


# -- compiled and exact routes, and their proofs ------------------------------------------------


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("n", [8, 11, 13])
def test_benchmark_games(kind, n):
    game = nucleolus_benchmark(kind, n, seed=kind)
    scale = float(np.abs(game.values).max())
    for concept in (nucleolus, per_capita_nucleolus):
        found = concept(game)
        assert abs(sum(found) - game.grand) < 1e-9 * scale
        assert found.guarantee == "certified"
        assert found.verify()
        moved = np.array(found)
        moved[[0, -1]] += [1e-6 * scale, -1e-6 * scale]
        assert not found.replace(allocation=moved).verify()


def test_exact_game_of_many_players_is_certified():
    table = nucleolus_benchmark(2, 10, seed=3).values.astype(np.int64)
    game = TUGame(table)
    found = nucleolus(game)
    assert found.guarantee == "certified"
    question = Question("nucleolus", game, PLAIN, floors=True)
    assert proved(question.problem(), None).point == found.exact


@settings(max_examples=15)
@given(games(4, 5, 0, 3))
def test_integers_and_doubles_agree_where_much_is_tied(game):
    for concept in (nucleolus, prenucleolus, per_capita_nucleolus):
        exact, found = concept(game), concept(as_floats(game))
        assert exact.is_defined == found.is_defined
        if exact.is_defined:
            assert np.abs(np.array(found) - np.array(exact)).max() < 1e-8
            assert found.exact == exact.exact


def test_worths_that_are_equal_but_for_rounding():
    parts = [0.1, 0.2, 0.3, 0.7]
    table = np.zeros(1)
    for x in parts:
        table = np.concatenate([table, table + x])
    table[-1] += 0.5
    found = nucleolus(TUGame.of(table))
    assert found.verify()
    assert np.allclose(found, [x + 0.125 for x in parts])
    # Alone they have a little more than v(N), by rounding alone.
    table = np.array([0.0, 0.1, 0.2, 0.1 + 0.2 - 1e-16, 0.3, 0.4, 0.5, 0.6])
    found = nucleolus(TUGame.of(table))
    assert found.guarantee == "bounded"
    assert found.verify()
    assert np.allclose(found, [0.1, 0.2, 0.3])


@pytest.mark.parametrize("family", [PLAIN, PER_CAPITA, PROPORTIONAL], ids=lambda f: f.name)
def test_a_proof_that_was_tampered_with(family):
    game = TUGame(nucleolus_benchmark(2, 6, seed=5).values.astype(np.int64))
    problem = Question("", game, family, floors=True).problem()
    proof = proved(problem, None)
    assert proof_faults(problem, proof) == ()
    first, *rest = proof.stages
    moved = (proof.point[0] + 1, proof.point[1] - 1, *proof.point[2:])
    wrong = [
        replace(proof, point=moved),
        replace(proof, point=proof.point[:-1]),
        replace(proof, stages=(*rest,)),
        replace(proof, stages=(replace(first, level=first.level + 1), *rest)),
        replace(proof, stages=(replace(first, weights=first.weights[::-1][:-1]), *rest)),
        replace(proof, stages=(replace(first, weights=(F(5), *first.weights[1:])), *rest)),
        replace(proof, stages=(replace(first, rows=first.rows[:-1],
                                       weights=first.weights[:-1]), *rest)),
        replace(proof, stages=(replace(first, weights=(-first.weights[0],
                                                       *first.weights[1:])), *rest)),
    ]  # fmt: skip
    for claim in wrong:
        assert proof_faults(problem, claim)


def test_a_point_of_the_least_core_is_not_yet_the_nucleolus():
    game = TUGame(nucleolus_benchmark(4, 5, seed=8).values.astype(np.int64))
    problem = Question("", game, PLAIN).problem()
    proof = proved(problem, None)
    assert len(proof.stages) > 1
    short = replace(proof, stages=proof.stages[:1])
    assert "rank" in proof_faults(problem, short)[0]


@settings(max_examples=30)
@given(games(2, 5), st.sampled_from([1.0, 1 / 3, 2.0**-20]))
def test_two_ways_from_doubles_to_the_exact_point(game, unit):
    """The fractions nearby are the solution of the tight rows, where they prove anything."""
    question = Question("prenucleolus", TUGame.of(game.values * unit), PLAIN)
    problem, answer = question.problem(), minimise(question.game, PLAIN)
    near, solved = rounded(problem, answer), recover(problem, answer)
    proofs = [p for p in (near, solved) if p is not None and not proof_faults(problem, p)]
    assert len({p.point for p in proofs}) <= 1
    if unit == 1.0:
        assert near in proofs
    assert proved(problem, answer).complete


def test_one_share_is_no_small_fraction():
    """Worths that doubles only approach: the fractions nearby prove nothing, the rows do."""
    game = TUGame.of(np.array([0, 0, 0, 0.1, 0, 0.2, 0.3, 0.7]))
    point = nucleolus(game)
    assert sum(point.exact) == F(0.7)
    assert point.verify()


@settings(max_examples=20)
@given(games(1, 4, 0, 6), st.sampled_from(CERTIFIED))
def test_plain_data_are_a_proof(game, concept):
    import solvers.stability as package
    from solvers.stability import core as core_module
    from solvers.stability import cost_of_stability as cost
    from solvers.stability import least_core, nucleolus_variants
    from solvers.stability import nucleolus as nucleoli

    assert package.__doc__
    modules = (nucleoli, nucleolus_variants, core_module, cost, least_core)
    call = next(getattr(m, concept) for m in modules if hasattr(m, concept))
    for asked in (game, as_floats(game)):
        try:
            found = call(asked)
        except GameError:
            continue
        answer = json.loads(json.dumps(found.to_dict()))
        assert answer_faults(asked, answer) == ()
        if found.is_defined and game.n_players > 1 and game.values.any():
            step = 1e-6 * float(np.abs(game.values).max())
            answer["allocation"]["1"] += step
            answer["allocation"]["2"] -= step
            assert answer_faults(asked, answer)


def test_refusals():
    with pytest.raises(GameError, match="not negative"):
        proportional_nucleolus(TUGame([0, -1, 0, 1]))
    with pytest.raises(GameError, match="core is empty"):
        disruption_nucleolus(voting(2, 1, 1, 1))
    with pytest.raises(LimitError, match="twice as many"):
        modiclus(TUGame.of(np.zeros(1 << 13)))
    with pytest.raises(GameError, match="no proof of"):
        answer_faults(TUGame([0, 1]), {"concept": "shapley"})
    with pytest.raises(GameError, match="cannot be read"):
        answer_faults(TUGame([0, 1]), {"concept": "core"})


# -- generators ---------------------------------------------------------------------------------


def test_generators_keep_what_they_promise():
    assert is_convex(convex_game(6, seed=2))
    assert is_superadditive(superadditive_game(6, seed=2))
    game = additive_game(5, seed=2)
    assert all(
        game.worth(s) == inside([game.worth(1 << i) for i in range(5)], s) for s in range(32)
    )
    same = nucleolus_benchmark(1, 6, seed=7).values
    assert np.array_equal(same, nucleolus_benchmark(1, 6, seed=7).values)
    assert not np.array_equal(same, nucleolus_benchmark(1, 6, seed=8).values)
    for kind in (1, 2, 4):
        singles = nucleolus_benchmark(kind, 5, seed=1).values[[1, 2, 4, 8, 16]]
        assert not singles.any()
    with pytest.raises(GameError, match="no benchmark type"):
        nucleolus_benchmark(6, 7, seed=1)
    with pytest.raises(GameError, match="begins at 7"):
        nucleolus_benchmark(5, 6, seed=1)
