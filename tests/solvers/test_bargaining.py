"""Bargaining points against brute force over all segments, and by the axioms they satisfy."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solvers.bargaining import (
    BargainingProblem,
    egalitarian_bargaining,
    egalitarian_choice,
    ideal_point,
    kalai_smorodinsky,
    kalai_smorodinsky_choice,
    nash_bargaining,
    nash_choice,
)
from solvers.bargaining.nash import upper_chain
from solvers.errors import GameError, LimitError

F = Fraction
TRIANGLE = [[0, 0], [1, 0], [0, 1]]
POINTS = (nash_bargaining, kalai_smorodinsky, egalitarian_bargaining)

coordinates = st.fractions(-4, 6, max_denominator=3)


@st.composite
def problems(draw, n=2, inside=True):
    """Outcomes with one that is better for all than disagreement; this is one of them or not."""
    point = st.lists(coordinates, min_size=n, max_size=n)
    outcomes = draw(st.lists(point, min_size=1, max_size=6))
    base = draw(point)
    outcomes.append([d + draw(st.fractions("1/3", 3, max_denominator=3)) for d in base])
    if inside:
        outcomes.append(base)
    return BargainingProblem(outcomes, base)


def segments(problem):
    """Pairs of gains between which the boundary of a plane hull lies; single points too."""
    yield from combinations(problem.gains, 2)
    yield from ((g, g) for g in problem.gains)


def farthest(problem, direction):
    """The largest t with t times the direction on some segment."""
    u, v = direction
    found = []
    for (a, b), (c, d) in segments(problem):
        # a + s (c - a) = t u and b + s (d - b) = t v
        determinant = (c - a) * v - (d - b) * u
        if determinant:
            s = (b * u - a * v) / determinant
            candidates = [s]
        else:
            candidates = [F(0), F(1)]
        for s in candidates:
            if 0 <= s <= 1:
                x, y = a + s * (c - a), b + s * (d - b)
                if x * v == y * u:
                    found.append(x / u)
    return max(found, default=F(-1))


def ideal_by_segments(problem):
    best = [F(-1), F(-1)]
    for (a, b), (c, d) in segments(problem):
        ends = [F(0), F(1)]
        ends += [-a / (c - a)] if c != a else []
        ends += [-b / (d - b)] if d != b else []
        for s in ends:
            x, y = a + s * (c - a), b + s * (d - b)
            if 0 <= s <= 1 and x >= 0 and y >= 0:
                best = [max(best[0], x), max(best[1], y)]
    return tuple(best)


@pytest.mark.parametrize("point", POINTS)
def test_division_of_a_unit(point):
    answer = point(BargainingProblem(TRIANGLE, [0, 0]))
    assert answer.exact == (F(1, 2), F(1, 2))
    assert answer.verify()


KNOWN = [
    (nash_bargaining, [[0, 0], [2, 0], [0, 1]], (1, F(1, 2))),
    (kalai_smorodinsky, [[0, 0], [2, 0], [0, 1]], (1, F(1, 2))),
    (egalitarian_bargaining, [[0, 0], [2, 0], [0, 1]], (F(2, 3), F(2, 3))),
    # Kalai and Smorodinsky's objection to Nash: a better prospect for one moves it, or not.
    (nash_bargaining, [[0, 0], [1, 0], [1, "7/10"], [0, 1]], (1, F(7, 10))),
    (kalai_smorodinsky, [[0, 0], [1, 0], [1, "7/10"], [0, 1]], (F(10, 13), F(10, 13))),
    (nash_bargaining, [[0, 0], [1, 0], ["3/4", "3/4"], [0, 1]], (F(3, 4), F(3, 4))),
]


@pytest.mark.parametrize(("point", "outcomes", "expected"), KNOWN)
def test_known_points(point, outcomes, expected):
    answer = point(BargainingProblem(outcomes, [0, 0]))
    assert answer.exact == expected
    assert answer.guarantee == "exact"
    assert answer.verify()


@settings(max_examples=40)
@given(problems(), st.integers(1, 3), st.integers(1, 3))
def test_nash_on_all_segments(problem, first, second):
    """The product is concave along a segment: the best of each is compared, in fractions."""
    answer = nash_bargaining(problem, [first, second])
    gains = [x - d for x, d in zip(answer.exact, problem.disagreement, strict=True)]
    value = gains[0] ** first * gains[1] ** second
    on_a_segment = False
    for (a, b), (c, d) in segments(problem):
        u, v = c - a, d - b
        steps = {F(k, 12) for k in range(13)}
        if u and v:
            steps.add(-(first * u * b + second * v * a) / (u * v * (first + second)))
        for s in steps:
            x, y = a + s * u, b + s * v
            if 0 <= s <= 1 and x >= 0 and y >= 0:
                assert x**first * y**second <= value
                on_a_segment |= [x, y] == gains
    assert on_a_segment
    assert answer.verify()


@settings(max_examples=40)
@given(problems())
def test_kalai_smorodinsky_on_all_segments(problem):
    ideal = ideal_by_segments(problem)
    shown = tuple(x - d for x, d in zip(ideal_point(problem), problem.disagreement, strict=True))
    assert shown == ideal
    answer = kalai_smorodinsky(problem)
    t = farthest(problem, ideal)
    assert answer.exact == tuple(
        d + t * a for d, a in zip(problem.disagreement, ideal, strict=True)
    )
    assert answer.verify()


@settings(max_examples=40)
@given(problems(inside=False), st.integers(1, 3))
def test_egalitarian_on_all_segments(problem, weight):
    t = farthest(problem, (weight, 1))
    if t <= 0:
        with pytest.raises(GameError, match="free_disposal"):
            egalitarian_bargaining(problem, [weight, 1])
    else:
        answer = egalitarian_bargaining(problem, [weight, 1])
        d = problem.disagreement
        assert answer.exact == (d[0] + t * weight, d[1] + t)
        assert answer.epsilon == t
        assert answer.verify()
    free = egalitarian_bargaining(problem, [weight, 1], free_disposal=True)
    assert free.epsilon >= t
    assert free.verify()
    comprehensive = [*problem.outcomes]
    for row in problem.outcomes:  # what lies below an outcome and above a far corner
        comprehensive += [(row[0], F(-50)), (F(-50), row[1])]
    wide = BargainingProblem([*comprehensive, (-50, -50)], problem.disagreement)
    assert egalitarian_bargaining(wide, [weight, 1]).exact == free.exact


@settings(max_examples=40)
@given(problems(), st.integers(1, 4), st.integers(-3, 3))
def test_scales_do_not_matter(problem, factor, shift):
    def move(row):
        return [factor * row[0] + shift, row[1]]

    moved = BargainingProblem([move(r) for r in problem.outcomes], move(problem.disagreement))
    for point in (nash_bargaining, kalai_smorodinsky):
        assert point(moved).exact == tuple(move(point(problem).exact))


@settings(max_examples=40)
@given(problems())
def test_players_can_change_places(problem):
    turned = BargainingProblem([r[::-1] for r in problem.outcomes], problem.disagreement[::-1])
    for point in (nash_bargaining, kalai_smorodinsky):
        assert point(turned).exact == point(problem).exact[::-1]


@settings(max_examples=40)
@given(problems(), st.data())
def test_nash_does_not_depend_on_irrelevant_outcomes(problem, data):
    best = nash_bargaining(problem).exact
    kept = data.draw(st.lists(st.sampled_from(problem.outcomes)))
    fewer = BargainingProblem([*kept, best], problem.disagreement)
    assert nash_bargaining(fewer).exact == best


@settings(max_examples=40)
@given(problems(), st.fractions(0, 3, max_denominator=3))
def test_egalitarian_point_rises_with_the_outcomes(problem, more):
    """Kalai (1977): strong monotonicity, with free disposal."""
    wider = BargainingProblem(
        [*problem.outcomes, [d + more for d in problem.disagreement]], problem.disagreement
    )
    before = egalitarian_bargaining(problem, free_disposal=True).exact
    after = egalitarian_bargaining(wider, free_disposal=True).exact
    assert all(a >= b for a, b in zip(after, before, strict=True))


@settings(max_examples=40)
@given(st.lists(st.integers(1, 9), min_size=3, max_size=5), st.data())
def test_many_players_share_a_simplex(lengths, data):
    """On the hull of a_i e_i Nash gives a_i w_i / sum w, Kalai and Smorodinsky a_i / n."""
    n = len(lengths)
    weights = data.draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    corners = [[a * (i == j) for j in range(n)] for i, a in enumerate(lengths)]
    problem = BargainingProblem([*corners, [0] * n], [0] * n)
    answer = nash_bargaining(problem, weights)
    total = sum(weights)
    expected = [a * w / total for a, w in zip(lengths, weights, strict=True)]
    assert np.allclose(answer, expected, rtol=1e-5, atol=0)
    assert answer.guarantee == "bounded"
    assert answer.verify()
    best = float(np.dot(weights, np.log(expected)))
    shown = float(np.dot(weights, np.log(answer.allocation)))
    assert best - shown <= answer.epsilon + 1e-9
    assert answer.epsilon <= 1e-6 * total
    thirds = kalai_smorodinsky(problem)
    assert thirds.exact == tuple(F(a, n) for a in lengths)
    assert thirds.verify()


@settings(max_examples=30)
@given(problems(3))
def test_nash_of_three_is_bounded_by_its_error(problem):
    answer = nash_bargaining(problem)
    assert answer.verify()
    shown = np.log(np.array(answer) - np.array([float(d) for d in problem.disagreement])).sum()
    rng = np.random.default_rng(0)
    gains = np.array([[float(x) for x in g] for g in problem.gains])
    mixed = rng.dirichlet([0.4] * len(gains), 500) @ gains
    mixed = mixed[(mixed > 0).all(axis=1)]
    assert (np.log(mixed).sum(axis=1) <= shown + answer.epsilon + 1e-9).all()
    moved = np.array(answer) + 1e-5 * np.array([1, -1, 0])
    assert not answer.replace(allocation=moved).verify()


@pytest.mark.parametrize("large", [1, 10**3, 10**6])
def test_gains_of_very_different_sizes_are_bounded_or_refused(large):
    rng = np.random.default_rng(3)
    found, refused = 0, []
    for _ in range(60):
        rows = [
            [F(int(rng.integers(-3, 6)), int(rng.integers(1, 4))) for _ in "abc"] for _ in "wxyz"
        ]
        rows = [[x * int(rng.choice([1, large])) for x in row] for row in rows]
        try:
            problem = BargainingProblem(rows, [0, 0, 0])
            problem.check_gain()
        except GameError:
            continue  # nobody can gain together
        try:
            assert nash_bargaining(problem).verify()
            found += 1
        except LimitError as error:
            refused.append(str(error))
    assert found > 20
    assert large > 10**3 or not refused
    assert all("orders of magnitude" in said for said in refused)


def test_three_players_whose_line_misses_the_hull():
    flat = BargainingProblem([[2, 1, 1], [1, 2, 1]], [0, 0, 0])
    with pytest.raises(GameError, match="free_disposal=True"):
        kalai_smorodinsky(flat)
    answer = kalai_smorodinsky(flat, free_disposal=True)  # half-way, and a part thrown away
    assert answer.exact == (F(3, 2), F(3, 2), F(3, 4))
    assert answer.verify()


@pytest.mark.parametrize("point", POINTS)
def test_one_player_takes_the_best(point):
    assert point(BargainingProblem([[1], [4], [2]], [2])).exact == (4,)


@pytest.mark.parametrize("point", POINTS)
def test_verify_sees_a_point_that_was_moved(point):
    answer = point(BargainingProblem([[0, 0], [2, 0], [0, 1]], [0, 0], ["Ada", "Ben"]))
    x = answer.exact
    assert answer["Ada"] == x[0]
    for moved in ((x[0] + F(1, 10**9), x[1] - F(1, 10**9)), (x[0] - F(1, 7), x[1] + F(1, 14))):
        assert not answer.replace(exact=moved).verify()
    assert not answer.replace(allocation=[float(x[0]) + 1e-6, float(x[1]) - 1e-6]).verify()


def test_doubles_are_taken_at_face_value():
    answer = nash_bargaining(BargainingProblem([[0.0, 0.3], [0.1, 0.0]], [0.0, 0.0]))
    assert answer.exact == (F(0.1) / 2, F(0.3) / 2)


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_upper_chain(points):
    chain = upper_chain([(F(a), F(b)) for a, b in points])
    assert chain[0][1] == max(b for _, b in points)
    assert chain[-1][0] == max(a for a, _ in points)
    slopes = [(d - b) / (c - a) for (a, b), (c, d) in pairwise(chain)]
    assert all(s < 0 for s in slopes)
    assert slopes == sorted(set(slopes), reverse=True)
    for (a, b), (c, d) in pairwise(chain):
        assert all((c - a) * (y - b) <= (d - b) * (x - a) for x, y in points)


@given(
    st.lists(st.tuples(*[st.integers(-1, 5)] * 3), min_size=1, max_size=8),
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
)
def test_choices_among_a_list(outcomes, weights):
    better = {k: g for k, g in enumerate(outcomes) if min(g) > 0}
    if not better:
        with pytest.raises(GameError, match="no outcome is better"):
            nash_choice(outcomes, [0, 0, 0])
        return
    products = {
        k: np.prod([g**w for g, w in zip(v, weights, strict=True)]) for k, v in better.items()
    }
    best = max(products.values())
    found = nash_choice(outcomes, [0, 0, 0], weights)
    assert found.indices == tuple(k for k in better if products[k] == best)
    assert found.value == best
    halves = nash_choice(outcomes, [0, 0, 0], [F(w, 2) for w in weights])
    assert halves.indices == found.indices
    assert set(found.refused) == set(range(len(outcomes))) - set(better)
    leximin = {k: sorted(v) for k, v in better.items()}
    assert egalitarian_choice(outcomes, [0, 0, 0]).indices == tuple(
        k for k in better if leximin[k] == max(leximin.values())
    )
    ideal = [max(g[i] for g in outcomes if min(g) >= 0) for i in range(3)]
    shares = {k: sorted(F(g, a) for g, a in zip(v, ideal, strict=True)) for k, v in better.items()}
    assert kalai_smorodinsky_choice(outcomes, [0, 0, 0]).indices == tuple(
        k for k in better if shares[k] == max(shares.values())
    )


@settings(max_examples=40)
@given(problems())
def test_a_mixture_is_at_least_as_good_as_a_choice(problem):
    assume(any(min(g) > 0 for g in problem.gains))
    choice = nash_choice(problem.outcomes, problem.disagreement)
    gains = [
        x - d for x, d in zip(nash_bargaining(problem).exact, problem.disagreement, strict=True)
    ]
    assert gains[0] * gains[1] >= choice.value


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nash_bargaining(BargainingProblem([[0, 1]], [0, 0])), GameError, "every player"),
        (
            lambda: kalai_smorodinsky(BargainingProblem([[1, 1]], [2, 0])),
            GameError,
            "nothing to bargain",
        ),
        (
            lambda: egalitarian_bargaining(BargainingProblem([[0, 0], [2, 1]], [0, 0])),
            GameError,
            "gains in these proportions are not within the hull",
        ),
        (lambda: BargainingProblem([[1, 2, 3]], [0, 0]), GameError, "outcome 0 has 3 payoffs"),
        (lambda: BargainingProblem([], [0, 0]), GameError, "no outcomes"),
        (lambda: BargainingProblem([[]], []), GameError, "at least one player"),
        (lambda: BargainingProblem([["x"]], [0]), GameError, "'x'"),
        (lambda: BargainingProblem([[float("inf")]], [0]), GameError, "finite"),
        (lambda: BargainingProblem([[1, 1]], [0, 0], ["a", "a"]), GameError, "different names"),
        (
            lambda: nash_bargaining(BargainingProblem(TRIANGLE, [0, 0]), [1, 0]),
            GameError,
            "not positive",
        ),
        (
            lambda: nash_bargaining(BargainingProblem(TRIANGLE, [0, 0]), [1]),
            GameError,
            "1 weights for 2",
        ),
        (
            lambda: nash_choice([[1, 1]], [0, 0], [0.1, 0.2]),
            GameError,
            "cannot be compared exactly",
        ),
        (lambda: nash_choice([[1]], [0, 0]), GameError, "outcome 0 has 1"),
        (
            lambda: nash_bargaining(
                BargainingProblem([[k, 1001 - k, 1] for k in range(1, 1002)], [0, 0, 0])
            ),
            LimitError,
            "limit is 1,000",
        ),
    ],
)
def test_mistakes_are_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
