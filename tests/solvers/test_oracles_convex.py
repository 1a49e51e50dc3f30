"""Convex games and burdens by oracles: closed forms, and the definition over all coalitions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import GameError, SolverError
from solvers.oracles import (
    Burden,
    BurdenOracle,
    ConvexOracle,
    DenseOracle,
    Span,
    SubgraphOracle,
    core,
    core_membership,
    cost_of_stability,
    dutta_ray,
    least_core,
    nucleolus,
)
from solvers.oracles.minimum_norm import affine_minimum, minimiser, minimum_norm

SEED = 20_210_317


def members(n, mask):
    return tuple(i for i in range(n) if mask >> i & 1)


@st.composite
def unanimity_sums(draw):
    """Convex games: what is shared within some coalitions, and what each is worth alone."""
    n = draw(st.integers(1, 5))
    parts = st.tuples(st.integers(1, 2**n - 1), st.integers(0, 6))
    shared = draw(st.lists(parts, max_size=6))
    alone = draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n))

    def worth(mask):
        inner = sum(w for part, w in shared if part & mask == part)
        return inner + sum(alone[i] for i in members(n, mask))

    return n, [worth(m) for m in range(2**n)]


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 5))
    weight = st.fractions(min_value=0, max_value=5, max_denominator=3)
    weights = {e: draw(weight) for e in combinations(range(n), 2) if draw(st.booleans())}
    weights |= {(i, i): draw(st.integers(-2, 2)) for i in range(n) if draw(st.booleans())}
    return n, weights


def table_of(n, weights):
    return [sum(w for (i, j), w in weights.items() if m >> i & m >> j & 1) for m in range(2**n)]


def network(n, density):
    """Random weights by edge."""
    random = np.random.default_rng(np.random.SeedSequence(SEED))
    return {
        (i, j): int(random.integers(1, 100))
        for i, j in combinations(range(n), 2)
        if random.random() < density
    }


def half_degrees(n, weights):
    """Shapley value of an induced-subgraph game: half of every edge to either end."""
    return tuple(sum(Fraction(w, 2) for e, w in weights.items() if i in e) for i in range(n))


def too_much(shapley):
    """Give the first player 1 more than it adds to the others, at the cost of the second."""
    more = shapley[0] + 1
    return [shapley[0] + more, shapley[1] - more, *shapley[2:]]


def least_cut(n, weights):
    """Global minimum cut by the method of Stoer and Wagner."""
    table = [[0] * n for _ in range(n)]
    for (i, j), w in weights.items():
        table[i][j] = table[j][i] = w
    left, best = list(range(n)), None
    while len(left) > 1:
        joined, reach = [left[0]], {i: table[left[0]][i] for i in left[1:]}
        while reach:
            last = max(reach, key=reach.__getitem__)
            weight = reach.pop(last)
            joined.append(last)
            for i in reach:
                reach[i] += table[last][i]
        best = weight if best is None else min(best, weight)
        keep, gone = joined[-2:]
        for i in left:
            table[keep][i] += table[gone][i]
            table[i][keep] = table[keep][i]
        left.remove(gone)
    return best


def egalitarian(n, table):
    """Dutta-Ray by trying all coalitions: the largest one of largest average, again and again."""
    shares, done = [Fraction(0)] * n, 0
    while done != 2**n - 1:
        rest = [m for m in range(2**n) if m & done == done and m != done]
        average, _, best = max(
            (Fraction(table[m] - table[done], (m ^ done).bit_count()), m.bit_count(), m)
            for m in rest
        )
        for i in members(n, best ^ done):
            shares[i] = average
        done = best
    return tuple(shares)


def check_against_table(oracle, table, x, rows):
    n = oracle.n_players
    dense = DenseOracle(table)
    span = None if rows is None else Span([(i,) for i in range(n)], rows)
    for options in ({}, {"include": [0]}, {"exclude": [0]}, {"include": [0], "exclude": [n - 1]}):
        found = oracle.most_excess(x, settled=span, k=3, **options)
        expected = dense.most_excess(x, settled=span, k=3, **options)
        assert [e for _, e in found] == [e for _, e in expected]
    assert nucleolus(oracle).exact == nucleolus(dense).exact
    assert cost_of_stability(oracle).epsilon == cost_of_stability(dense).epsilon
    assert core(oracle).epsilon == core(dense).epsilon
    assert core(oracle).verify()
    found = dutta_ray(oracle)
    assert found.exact == egalitarian(n, table)
    assert found.verify()


def draw_question(data, n):
    shares = st.fractions(min_value=-4, max_value=9, max_denominator=5)
    row = st.lists(st.integers(0, 1), min_size=n, max_size=n)
    x = data.draw(st.lists(shares, min_size=n, max_size=n))
    return x, data.draw(st.none() | st.lists(row, max_size=2))


@settings(max_examples=25)
@given(data=st.data())
def test_functions_agree_with_their_tables(data):
    n, table = data.draw(unanimity_sums())
    oracle = ConvexOracle(n, lambda group: table[sum(1 << i for i in group)])
    check_against_table(oracle, table, *draw_question(data, n))


@settings(max_examples=25)
@given(data=st.data())
def test_graphs_agree_with_their_tables(data):
    n, weights = data.draw(graphs())
    check_against_table(SubgraphOracle(n, weights), table_of(n, weights), *draw_question(data, n))


def test_minimum_cuts_with_numbers_too_long_for_the_machine():
    weights = {e: Fraction(w, 10**21 + w) for e, w in network(6, 0.6).items()}
    table = table_of(6, weights)
    x = [Fraction(1, 10**22 + i) for i in range(6)]
    found = SubgraphOracle(6, weights).most_excess(x, k=4)
    assert [e for _, e in found] == [e for _, e in DenseOracle(table).most_excess(x, k=4)]


def test_64_players_of_a_graph():
    n = 64
    weights = network(n, 0.2)
    oracle = SubgraphOracle(n, weights)
    shapley = half_degrees(n, weights)
    assert core_membership(oracle, shapley)
    # A coalition and the others together lose the cut between them: no shares do better.
    least = least_core(oracle)
    assert least.epsilon == -Fraction(least_cut(n, weights), 2)
    assert least.verify()
    assert cost_of_stability(oracle).epsilon == 0
    outside = core_membership(oracle, too_much(shapley)).worst[0]
    assert outside.excess >= 1  # the others have 1 less than they are worth
    assert outside.excess == oracle.excess(outside.coalition, too_much(shapley))


def test_the_nucleolus_of_a_graph_is_its_shapley_value():
    n = 24
    weights = network(n, 0.3)
    found = nucleolus(SubgraphOracle(n, weights))
    assert found.exact == half_degrees(n, weights)
    assert found.verify()


def test_64_players_of_a_function():
    n = 64
    weights = network(n, 0.15)
    table = np.zeros((n, n), dtype=np.int64)
    for (i, j), w in weights.items():
        table[i, j] = table[j, i] = w
    oracle = ConvexOracle(n, lambda group: int(table[np.ix_(group, group)].sum()) // 2)
    shapley = half_degrees(n, weights)
    assert core_membership(oracle, shapley, k=0)
    (worst,) = core_membership(oracle, too_much(shapley), k=0).worst
    same = core_membership(SubgraphOracle(n, weights), too_much(shapley)).worst[0]
    assert worst.excess == same.excess >= 1
    found = dutta_ray(oracle)
    assert found.exact == dutta_ray(SubgraphOracle(n, weights)).exact
    assert found.verify()
    # It is the point of least norm in the core.
    twice = minimum_norm(lambda m: -int(oracle.worth(m)), n)
    assert found.exact == tuple(-v for v in twice)


def test_moved_shares_are_not_egalitarian():
    found = dutta_ray(SubgraphOracle(4, {(0, 1): 6, (1, 2): 2, (2, 3): 1}))
    assert found.verify()
    for i in range(4):
        moved = list(found.exact)
        moved[i] += Fraction(1, 10**6)
        moved[i - 1] -= Fraction(1, 10**6)
        assert not found.replace(exact=moved).verify()


@given(unanimity_sums(), st.data())
def test_minima_of_submodular_functions(game, data):
    n, table = game
    prices = data.draw(st.lists(st.integers(-5, 9), min_size=n, max_size=n))

    def function(mask):
        return sum(prices[i] for i in members(n, mask)) - table[mask]

    values = [function(m) for m in range(2**n)]
    found = minimiser(lambda m: -table[m], [1 << i for i in range(n)], prices)
    assert values[found] == min(values)
    point = minimum_norm(function, n)
    assert sum(point) == values[-1]
    assert all(sum(point[i] for i in members(n, m)) <= values[m] for m in range(2**n))
    smallest = sum(1 << i for i, v in enumerate(point) if v < 0)
    largest = sum(1 << i for i, v in enumerate(point) if v <= 0)
    least = [m for m in range(2**n) if values[m] == min(values)]
    assert smallest in least
    assert largest in least
    assert all(smallest & m == smallest and largest | m == largest for m in least)


def test_dependent_points_have_no_combination_of_their_own():
    assert affine_minimum([(0, 0), (1, 1), (2, 2)]) is None
    assert affine_minimum([(1, 0), (0, 1)]) == [Fraction(1, 2)] * 2


def test_a_game_that_is_not_convex_is_refused():
    with pytest.raises(GameError, match="not convex: player"):
        ConvexOracle(3, lambda group: min(len(group), 2))
    table = [0, -6, -7, 3, 5, -9, -1, 9]
    with pytest.raises(SolverError, match="not convex"):
        minimiser(table.__getitem__, [1, 2, 4], [0, 0, 0])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ConvexOracle(2, lambda g: 1), "nobody is worth 1"),
        (lambda: ConvexOracle(2, lambda g: len(g) / 4), "granularity"),
        (lambda: ConvexOracle(2, lambda g: g[5] if g else 0), "IndexError"),
        (lambda: ConvexOracle(2, len, granularity=0), "no positive whole number"),
        (lambda: ConvexOracle(2, len, ["a"]), "1 names"),
        (lambda: SubgraphOracle(2, {(0, 2): 1}), "players are 0 to 1"),
        (lambda: SubgraphOracle(2, {(0, 1): -1}), "negative weight"),
        (lambda: SubgraphOracle(2, {(0, 1): 0.5}), "not exact"),
        (lambda: SubgraphOracle(2, {(0, 1): 1, (1, 0): 1}), "given twice"),
        (lambda: SubgraphOracle(2, {}, ["a"]), "1 names"),
        (lambda: Burden(1, (1,), ((1,),), ()), "for as many"),
        (lambda: Burden(1, (1,), ((1, 1),), ((1,),)), "1 kinds"),
        (lambda: Burden(1, (-1,), ((1,),), ((1,),)), "at least 0"),
        (lambda: Burden(1, (1,), ((1,),), ((-1,),)), "a cost is negative"),
        (lambda: Burden(0.5, (1,), ((1,),), ((1,),)), "must be exact"),
        (lambda: BurdenOracle(Burden(1, (1,), ((1,),), ((1,),)), ["a", "b"]), "2 names"),
    ],
)
def test_what_is_no_game_is_refused(make, words):
    with pytest.raises(GameError, match=words):
        make()


def test_doubles_of_a_stated_granularity():
    oracle = ConvexOracle(3, lambda g: len(g) ** 2 / 4, ["a", "b", "c"], granularity=4)
    assert oracle.worth(0b101) == 1
    assert nucleolus(oracle).exact == (Fraction(3, 4),) * 3


def test_a_function_of_names():
    pay = {"a": 1, "b": 2, "c": 4}
    oracle = ConvexOracle(3, lambda group: sum(pay[name] for name in group), list(pay))
    assert dutta_ray(oracle).exact == (1, 2, 4)
    assert dutta_ray(oracle).certificate["blocks"] == [["c"], ["b"], ["a"]]


def least_burden(task, group):
    """What a coalition is worth, by trying every whole contribution of every member."""
    ways = {(0,) * len(task.needs): Fraction(0)}
    for i in group:
        new = dict(ways)
        for done, cost in ways.items():
            for given_units in np.ndindex(*(c + 1 for c in task.capacities[i])):
                total = tuple(
                    min(a + b, need)
                    for a, b, need in zip(done, given_units, task.needs, strict=True)
                )
                more = cost + task.joining[i]
                more += sum(u * c for u, c in zip(given_units, task.costs[i], strict=True))
                new[total] = min(new.get(total, more), more)
        ways = new
    return max(Fraction(0), task.value - ways.get(task.needs, Fraction(task.value)))


@pytest.mark.parametrize("seed", range(3))
def test_burdens_agree_with_their_tables(seed):
    random = np.random.default_rng(np.random.SeedSequence([SEED, seed]))
    n, kinds = 3 + seed % 2, 2
    task = Burden(
        int(random.integers(20, 40)),
        tuple(random.integers(1, 5, kinds).tolist()),
        tuple(tuple(row) for row in random.integers(0, 4, (n, kinds)).tolist()),
        tuple(
            tuple(Fraction(c, 2) for c in row) for row in random.integers(0, 9, (n, kinds)).tolist()
        ),
        tuple(random.integers(0, 4, n).tolist()),
    )
    oracle = BurdenOracle(task)
    table = [least_burden(task, members(n, m)) for m in range(2**n)]
    assert [oracle.worth(m) for m in range(2**n)] == table
    dense = DenseOracle(table)
    x = [Fraction(i + 1, 3) for i in range(n)]
    found = oracle.most_excess(x, k=3)
    assert [e for _, e in found] == [e for _, e in dense.most_excess(x, k=3)]
    point = nucleolus(oracle)
    assert point.exact == nucleolus(dense).exact  # None without an imputation
    assert point.guarantee == "optimal"
    assert point.verify()
