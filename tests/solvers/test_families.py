"""Families of games: worths by brute force, closed forms against definitions, claims rules."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from solvers.errors import GameError, LimitError
from solvers.games.families import (
    RULES,
    AdditiveGame,
    AirportGame,
    AssignmentGame,
    BankruptcyGame,
    BurdenGame,
    FlowGame,
    GloveGame,
    HorseMarket,
    InducedSubgraphGame,
    LinearProductionGame,
    SavingsGame,
    SpanningTreeGame,
    UnanimityGame,
)

F = Fraction
small = st.integers(0, 6)
amounts = st.fractions(0, 5, max_denominator=4)


def members(mask):
    return [i for i in range(mask.bit_length()) if mask >> i & 1]


def average_of_orders(n, worth):
    """Shapley value over all orders."""
    orders = list(permutations(range(n)))
    shares = [F(0)] * n
    for order in orders:
        mask = 0
        for i in order:
            shares[i] += worth(mask | 1 << i) - worth(mask)
            mask |= 1 << i
    return tuple(s / len(orders) for s in shares)


def in_core(n, worth, x):
    return sum(x) == worth(2**n - 1) and all(
        sum(x[i] for i in members(m)) >= worth(m) for m in range(2**n)
    )


def balances_surpluses(n, worth, x):
    """In the prekernel, which is the nucleolus alone in convex games (Maschler et al. 1972)."""

    def surplus(i, j):
        return max(
            worth(m) - sum(x[k] for k in members(m))
            for m in range(2**n)
            if m >> i & 1 and not m >> j & 1
        )

    return sum(x) == worth(2**n - 1) and all(
        surplus(i, j) == surplus(j, i) for i, j in combinations(range(n), 2)
    )


def check_table(family):
    """The table is the worths one by one."""
    table = family.table()
    assert table.is_exact
    assert table.players == family.players
    assert [table.worth(m) for m in range(2**family.n_players)] == [
        family.worth(m) for m in range(2**family.n_players)
    ]


# Aumann and Maschler (1985), table I: claims of 100, 200 and 300.
TALMUD = [
    (100, ["100/3", "100/3", "100/3"]),
    (200, [50, 75, 75]),
    (300, [50, 100, 150]),
]


@pytest.mark.parametrize(("estate", "shares"), TALMUD)
def test_three_widows(estate, shares):
    game = BankruptcyGame(estate, [100, 200, 300])
    answer = game.nucleolus()
    assert answer.exact == tuple(F(x) for x in shares)
    assert answer.verify()


@pytest.mark.parametrize(
    ("rule", "estate", "claims", "shares"),
    [
        # The contested garment: one claims all, the other half (Mishnah, Baba Metzia 2a).
        ("talmud", 1, [1, "1/2"], ["3/4", "1/4"]),
        ("random_arrival", 1, [1, "1/2"], ["3/4", "1/4"]),
        ("adjusted_proportional", 1, [1, "1/2"], ["3/4", "1/4"]),
        ("proportional", 1, [1, "1/2"], ["2/3", "1/3"]),
        ("constrained_equal_awards", 200, [100, 200, 300], ["200/3", "200/3", "200/3"]),
        ("constrained_equal_losses", 200, [100, 200, 300], [0, 50, 150]),
        ("random_arrival", 200, [100, 200, 300], ["100/3", "250/3", "250/3"]),
        ("adjusted_proportional", 200, [100, 200, 300], [40, 80, 80]),
    ],
)
def test_known_divisions(rule, estate, claims, shares):
    assert BankruptcyGame(estate, claims).rule(rule) == tuple(F(x) for x in shares)


@st.composite
def claims_problems(draw, max_players=4):
    claims = draw(st.lists(amounts, min_size=1, max_size=max_players))
    part = draw(st.fractions(0, 1, max_denominator=6))
    return BankruptcyGame(sum(claims) * part, claims)


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=60)
@given(problem=claims_problems())
def test_axioms_of_claims_rules(rule, problem):
    shares = problem.rule(rule)
    claims, estate = problem.claims, problem.estate
    assert sum(shares) == estate
    assert all(0 <= x <= c for x, c in zip(shares, claims, strict=True))
    turned = BankruptcyGame(estate, claims[::-1]).rule(rule)
    assert turned == shares[::-1]  # anonymous, so equal claims get the same
    for i, j in permutations(range(len(claims)), 2):
        if claims[i] <= claims[j]:
            assert shares[i] <= shares[j]
            assert claims[i] - shares[i] <= claims[j] - shares[j]
    more = BankruptcyGame((estate + sum(claims)) / 2, claims).rule(rule)
    assert all(a <= b for a, b in zip(shares, more, strict=True))
    doubled = BankruptcyGame(2 * estate, [2 * c for c in claims]).rule(rule)
    assert doubled == tuple(2 * x for x in shares)


@given(claims_problems())
def test_dual_and_consistent_rules(problem):
    claims, estate = problem.claims, problem.estate
    total = sum(claims)

    def dual(rule):
        losses = BankruptcyGame(total - estate, claims).rule(rule)
        return tuple(c - x for c, x in zip(claims, losses, strict=True))

    for rule in ("proportional", "talmud", "random_arrival"):
        assert dual(rule) == problem.rule(rule)
    assert dual("constrained_equal_awards") == problem.rule("constrained_equal_losses")
    for rule in ("proportional", "constrained_equal_awards", "constrained_equal_losses", "talmud"):
        shares = problem.rule(rule)
        for i, j in combinations(range(len(claims)), 2):
            pair = BankruptcyGame(shares[i] + shares[j], [claims[i], claims[j]])
            assert pair.rule(rule) == (shares[i], shares[j])


@settings(max_examples=60)
@given(claims_problems())
def test_bankruptcy_games(problem):
    n, claims = problem.n_players, problem.claims
    for mask in range(2**n):
        others = sum(claims[i] for i in range(n) if not mask >> i & 1)
        assert problem.worth(mask) == max(0, problem.estate - others)
    check_table(problem)
    assert problem.rule("random_arrival") == average_of_orders(n, problem.worth)
    assert balances_surpluses(n, problem.worth, problem.rule("talmud"))
    least = [problem.worth(1 << i) for i in range(n)]
    utopia = [problem.estate - problem.worth(2**n - 1 - (1 << i)) for i in range(n)]
    tau = problem.rule("adjusted_proportional")  # between minimal rights and utopia
    spread = [(x - m, u - m) for x, m, u in zip(tau, least, utopia, strict=True)]
    assert all(a[0] * b[1] == b[0] * a[1] for a, b in combinations(spread, 2))


@settings(max_examples=60)
@given(st.lists(amounts, min_size=1, max_size=5))
def test_airport_games(costs):
    game = AirportGame(costs)
    n = len(costs)
    for mask in range(1, 2**n):
        assert game.worth(mask) == -max(costs[i] for i in members(mask))
    check_table(game)
    assert game.shapley().exact == average_of_orders(n, game.worth)
    assert balances_surpluses(n, game.worth, game.nucleolus().exact)
    assert game.shapley().verify()
    assert game.nucleolus().verify()


def test_airport_with_many_users():
    game = AirportGame([1] * 50 + [10] * 50)
    paid = [-x for x in game.shapley().exact]
    assert (paid[0], paid[-1]) == (F(1, 100), F(1, 100) + F(9, 50))
    assert sum(game.nucleolus().exact) == -10
    with pytest.raises(LimitError):
        game.table()


@given(st.lists(st.tuples(small, small), min_size=1, max_size=4))
def test_glove_games(gloves):
    left, right = zip(*gloves, strict=True)
    game = GloveGame(left, right)
    n = len(gloves)
    for mask in range(2**n):
        own = members(mask)
        assert game.worth(mask) == min(sum(left[i] for i in own), sum(right[i] for i in own))
    check_table(game)
    assert in_core(n, game.worth, game.core_point().exact)


@given(st.lists(small, min_size=1, max_size=3), st.lists(small, min_size=1, max_size=3))
def test_horse_markets_are_assignment_games(buyers, sellers):
    game = HorseMarket(buyers, sellers)
    pairs = AssignmentGame([[max(0, b - s) for s in sellers] for b in buyers])
    n = game.n_players
    assert [game.worth(m) for m in range(2**n)] == [pairs.worth(m) for m in range(2**n)]
    if game.worth(2**n - 1) == 0:
        with pytest.raises(GameError, match="nobody trades"):
            game.prices()
        return
    low, high = game.prices()
    assert low <= high
    for price in (low, high, None):
        assert in_core(n, game.worth, game.core_point(price).exact)
    for price in (low - F(1, 10), high + F(1, 10)):
        with pytest.raises(GameError, match="clears from"):
            game.core_point(price)
        gains = [*(max(0, b - price) for b in buyers), *(max(0, price - s) for s in sellers)]
        assert not in_core(n, game.worth, gains)


def test_the_horse_market_of_boehm_bawerk():
    """Five of ten buyers get a horse, for 21 to 21 1/2 (Positive Theorie des Kapitales)."""
    market = HorseMarket(
        [30, 28, 26, 24, 22, 21, 20, 18, 17, 15], [10, 11, 15, 17, 20, "43/2", 25, 26]
    )
    assert market.prices() == (21, F(43, 2))
    assert market.worth(2**18 - 1) == 30 + 28 + 26 + 24 + 22 - 10 - 11 - 15 - 17 - 20


def matching(values, rows, columns):
    """Best matching over all injections."""
    if len(rows) > len(columns):
        values = [list(row) for row in zip(*values, strict=True)]
        rows, columns = columns, rows
    return max(
        (
            sum(F(values[i][j]) for i, j in zip(rows, order, strict=True))
            for order in permutations(columns, len(rows))
        ),
        default=F(0),
    )


def test_the_houses_of_shapley_and_shubik():
    """Their (1971) example: the extremes of the core for sellers and buyers."""
    game = AssignmentGame([[5, 8, 2], [7, 9, 6], [2, 3, 0]])
    assert game.worth(63) == 16
    assert game.best_for_rows().exact == (5, 6, 1, 1, 3, 0)
    assert game.best_for_columns().exact == (3, 5, 0, 2, 5, 1)


@settings(max_examples=40)
@given(st.integers(1, 3), st.integers(1, 3), st.data())
def test_assignment_games(m, width, data):
    row = st.lists(amounts, min_size=width, max_size=width)
    values = data.draw(st.lists(row, min_size=m, max_size=m))
    game = AssignmentGame(values)
    n = m + width
    for mask in range(2**n):
        own = members(mask)
        rows, columns = [i for i in own if i < m], [j - m for j in own if j >= m]
        assert game.worth(mask) == matching(values, rows, columns)
    check_table(game)
    extremes = game.best_for_rows(), game.best_for_columns()
    points = [game.core_point().exact, *(e.exact for e in extremes)]
    for x in points:
        assert in_core(n, game.worth, x)
        for i in range(m):
            assert points[2][i] <= x[i] <= points[1][i]
    assert all(e.verify() for e in extremes)


@settings(max_examples=40)
@given(st.integers(1, 4), st.data())
def test_spanning_trees(n, data):
    edges = {pair: data.draw(small) for pair in combinations(range(n + 1), 2)}
    costs = [[edges.get((min(i, j), max(i, j)), 0) for j in range(n + 1)] for i in range(n + 1)]
    game = SpanningTreeGame(costs)

    def tree(nodes):
        """Cheapest of all sets of edges that join the nodes, by trying them."""
        inside = [e for e in edges if e[0] in nodes and e[1] in nodes]
        best = None
        for chosen in combinations(inside, len(nodes) - 1):
            reached = {0}
            for _ in nodes:
                reached |= {v for e in chosen if reached & set(e) for v in e}
            if reached == set(nodes):
                cost = sum(edges[e] for e in chosen)
                best = cost if best is None else min(best, cost)
        return best

    for mask in range(2**n):
        assert game.worth(mask) == -tree([0, *(i + 1 for i in members(mask))])
    check_table(game)
    assert in_core(n, game.worth, game.bird().exact)
    assert game.bird().verify()


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.sampled_from("sabt")] * 2, amounts, st.integers(0, 2)), max_size=7))
def test_flow_games(edges):
    game = FlowGame(edges, "s", "t", 3)

    def cut(mask):
        """Capacity of the smallest of all cuts."""
        return min(
            sum(
                F(c)
                for a, b, c, owner in edges
                if mask >> owner & 1 and a in near and b not in near
            )
            for near in ({"s"}, {"s", "a"}, {"s", "b"}, {"s", "a", "b"})
        )

    for mask in range(8):
        assert game.worth(mask) == cut(mask)
    assert in_core(3, game.worth, game.core_point().exact)


@settings(max_examples=30)
@given(st.data())
def test_linear_production(data):
    rows = st.lists(st.integers(1, 4), min_size=2, max_size=2)
    needs = data.draw(st.lists(rows, min_size=1, max_size=3))
    prices = data.draw(st.lists(small, min_size=len(needs), max_size=len(needs)))
    brought = data.draw(st.lists(st.lists(small, min_size=2, max_size=2), min_size=1, max_size=3))
    game = LinearProductionGame(needs, prices, brought)
    n = len(brought)
    for mask in range(1, 2**n):
        have = [sum(brought[i][r] for i in members(mask)) for r in range(2)]
        columns = [[row[r] for row in needs] for r in range(2)]
        found = linprog([-p for p in prices], columns, have)
        assert float(game.worth(mask)) == pytest.approx(-found.fun, abs=1e-9)
    assert in_core(n, game.worth, game.owen_point().exact)
    assert game.owen_point().verify()


@given(st.integers(1, 4), st.data())
def test_induced_subgraphs(n, data):
    pairs = [(i, j) for i in range(n) for j in range(i + 1)]
    weights = {p: data.draw(st.integers(-3, 5)) for p in data.draw(st.sets(st.sampled_from(pairs)))}
    game = InducedSubgraphGame(n, weights)
    for mask in range(2**n):
        own = members(mask)
        assert game.worth(mask) == sum(w for e, w in weights.items() if set(e) <= set(own))
    check_table(game)
    assert game.shapley().exact == average_of_orders(n, game.worth)
    convex = all(
        game.worth(s | t) + game.worth(s & t) >= game.worth(s) + game.worth(t)
        for s in range(2**n)
        for t in range(2**n)
    )
    assert game.is_convex == convex
    if convex:
        assert in_core(n, game.worth, game.shapley().exact)


@settings(max_examples=60)
@given(st.integers(1, 3), st.integers(1, 2), st.booleans(), st.data())
def test_burden_games(n, kinds, outside, data):
    """The least cost is that of the best plan in whole units."""
    units = st.lists(
        st.lists(st.integers(0, 2), min_size=kinds, max_size=kinds), min_size=n, max_size=n
    )
    have, cost = data.draw(units), data.draw(units)
    need = data.draw(st.lists(st.integers(0, 3), min_size=kinds, max_size=kinds))
    prices = data.draw(st.lists(st.integers(0, 3), min_size=kinds, max_size=kinds))
    game = (
        BurdenGame(have, cost, need, outside=prices)
        if outside
        else BurdenGame(have, cost, need, value=4)
    )
    for mask in range(1, 2**n):
        total = F(0)
        for k in range(kinds):
            offers = [cost[i][k] for i in members(mask) for _ in range(have[i][k])]
            offers += [prices[k]] * need[k] if outside else []
            chosen = [sum(c) for c in combinations(offers, need[k])]
            total = None if total is None or not chosen else total + min(chosen)
        assert game.least_cost(mask) == total
        expected = -total if outside else 0 if total is None else max(0, 4 - total)
        assert game.worth(mask) == expected
        plan = game.plan(mask)
        assert all(plan[i][k] <= have[i][k] for i in range(n) for k in range(kinds))
        assert all(not any(plan[i]) for i in range(n) if not mask >> i & 1)
        if total is not None and not outside:
            assert [sum(column) for column in zip(*plan, strict=True)] == need
            assert sum(plan[i][k] * cost[i][k] for i in range(n) for k in range(kinds)) == total
    check_table(game)


def test_savings():
    game = SavingsGame(3, lambda coalition: [0, 10, 13, 15][len(coalition)])
    assert [game.worth(m) for m in range(8)] == [0, 0, 0, 7, 0, 7, 7, 15]
    assert game.payments(["5", 5, 5]) == (5, 5, 5)
    check_table(game)


@given(st.lists(st.integers(-3, 3), max_size=4))
def test_additive_games(worths):
    game = AdditiveGame(worths)
    check_table(game)
    assert game.worth(2 ** len(worths) - 1) == sum(worths)
    assert game.shapley().verify()
    assert game.nucleolus().verify()


@given(st.integers(1, 4), st.data(), st.integers(0, 5))
def test_unanimity_games(n, data, amount):
    carrier = data.draw(st.sets(st.integers(0, n - 1), min_size=1))
    game = UnanimityGame(n, carrier, amount)
    for mask in range(2**n):
        assert game.worth(mask) == amount * (carrier <= set(members(mask)))
    assert game.shapley().exact == average_of_orders(n, game.worth)
    assert balances_surpluses(n, game.worth, game.nucleolus().exact)


def test_verify_sees_a_share_that_was_moved():
    answers = [
        BankruptcyGame(200, [100, 200, 300]).nucleolus(),
        AirportGame([1, 2, 4]).shapley(),
        SpanningTreeGame([[0, 1, 5], [1, 0, 2], [5, 2, 0]]).bird(),
    ]
    for answer in answers:
        x = list(answer.exact)
        assert answer.verify()
        assert not answer.replace(exact=[x[0] - 1000, x[1] + 1000, *x[2:]]).verify()
        assert not answer.replace(allocation=[x[0] - 1e-3, x[1] + 1e-3, *x[2:]]).verify()


def test_names():
    game = AirportGame([1, 2], players=["jet", "jumbo"])
    assert game.worth("jumbo") == game.worth(["jumbo"]) == game.worth([1]) == game.worth(2) == -2
    assert game.table().worth(["jet", "jumbo"]) == -2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: BankruptcyGame(7, [1, 2]), "more than all claims"),
        (lambda: BankruptcyGame(-1, [1, 2]), "the estate is -1"),
        (lambda: BankruptcyGame(1, [1, -2]), "claim 1 is -2"),
        (lambda: BankruptcyGame(1, [1, float("nan")]), "finite"),
        (lambda: BankruptcyGame(1, [1, 2]).rule("fair"), "no claims rule 'fair'"),
        (lambda: AirportGame([]), "at least one user"),
        (lambda: AirportGame([1, 2]).worth(4), "4 is no mask"),
        (lambda: AirportGame([1, 2]).worth(["x"]), "'x' is no player"),
        (lambda: AirportGame([1, 2], ["a", "a"]), "different names"),
        (lambda: GloveGame([1], [1, 2]), "both for every player"),
        (lambda: AssignmentGame([[1], [1, 2]]), "must be a table"),
        (lambda: AssignmentGame([[-1]]), "at least 0"),
        (lambda: SpanningTreeGame([[0, 1], [2, 0]]), "must be equal"),
        (lambda: SpanningTreeGame([[0]]), "square table"),
        (lambda: FlowGame([("s", "t", 1, 3)], "s", "t", 2), "owners are players 0 to 1"),
        (lambda: FlowGame([], "s", "s", 2), "must differ"),
        (lambda: LinearProductionGame([[0]], [1], [[1]]), "no end"),
        (lambda: LinearProductionGame([[1]], [1, 2], [[1]]), "needs a price"),
        (lambda: InducedSubgraphGame(2, {(0, 5): 1}), "ends at no player"),
        (lambda: InducedSubgraphGame(2, {(0, 1): 1, (1, 0): 2}), "given twice"),
        (lambda: BurdenGame([[1]], [[1]], [1]), "either the value"),
        (lambda: BurdenGame([[1]], [[1, 2]], [1], value=1), "1 kinds"),
        (lambda: SavingsGame(2, lambda c: 1 / 0).worth(1), "cannot be computed"),
        (lambda: UnanimityGame(2, []), "the carrier is"),
        (lambda: UnanimityGame(2, [0], -1).nucleolus(), "negative"),
    ],
)
def test_mistakes_are_named(call, words):
    with pytest.raises(GameError, match=words):
        call()
