"""Least core, nucleolus, cost of stability by oracles, against programmes over all coalitions."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import NO, YES, decided
from strategies import rules

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.errors import GameError, SolverError
from solvers.oracles import (
    DenseOracle,
    RuleOracle,
    core,
    core_membership,
    cost_of_stability,
    least_core,
    nucleolus,
    prenucleolus,
)
from solvers.oracles.master import Master
from solvers.programmes.rational_lp import solve_rational_lp
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

SOLUTIONS = (least_core, core, cost_of_stability, nucleolus, prenucleolus)
worths = st.fractions(min_value=-2, max_value=6, max_denominator=3)


def quota(weights, threshold):
    zeros = (0,) * len(weights)
    return Quota(tuple(weights), zeros, zeros, threshold)


def body(name, decision=None, reading=None, day=None):
    return bind_decision(load_body(name), decision, reading, day).rule.project("against")


# By the textbook: every coalition has its row, and is fixed where no optimum lowers its excess.


def programme(table, fixed, floors, aim=None, epsilon=None):
    """Least largest excess of the others; with `aim`, least excess of that one at this excess.

    Variables are shares and excess, each as a difference of two that are not negative.
    """
    n = len(table).bit_length() - 1
    width = 2 * (n + 1)

    def row(mask, excess):
        terms = {}
        for i in range(n):
            if mask >> i & 1:
                terms |= {2 * i: 1, 2 * i + 1: -1}
        return terms | ({2 * n: 1, 2 * n + 1: -1} if excess else {})

    rows, senses, right = [row(2**n - 1, False)], ["=="], [table[-1]]
    for mask in range(1, 2**n - 1):
        rows.append(row(mask, mask not in fixed))
        senses.append("==" if mask in fixed else ">=")
        right.append(table[mask] - fixed.get(mask, 0))
    for i in range(n) if floors else ():
        rows, senses, right = [*rows, row(1 << i, False)], [*senses, ">="], [*right, table[1 << i]]
    costs = [0] * width
    if aim is None:
        costs[2 * n], costs[2 * n + 1] = 1, -1
    else:
        rows.append({2 * n: 1, 2 * n + 1: -1})
        senses.append("==")
        right.append(epsilon)
        for j, c in row(aim, False).items():
            costs[j] = -c
    return solve_rational_lp(costs, rows, senses, right)


def by_all_coalitions(table, floors):
    """Nucleolus, or prenucleolus, and the first excess; None when no vector is allowed."""
    n = len(table).bit_length() - 1
    fixed, first = {}, None
    while True:
        found = programme(table, fixed, floors)
        if found.status == "infeasible":
            return None, None
        if len(fixed) == 2**n - 2:
            shares = tuple(found.x[2 * i] - found.x[2 * i + 1] for i in range(n))
            return shares, first
        epsilon = found.objective
        first = epsilon if first is None else first
        tight = []
        for mask in range(1, 2**n - 1):
            if mask not in fixed:
                other = programme(table, fixed, floors, mask, epsilon)
                if table[mask] + other.objective == epsilon:
                    tight.append(mask)
        fixed |= dict.fromkeys(tight, epsilon)


@st.composite
def tables(draw, most=3):
    n = draw(st.integers(2, most))
    return [Fraction(0), *draw(st.lists(worths, min_size=2**n - 1, max_size=2**n - 1))]


@settings(max_examples=25)
@given(tables())
def test_nucleoli_are_those_of_the_textbook(table):
    oracle = DenseOracle(table)
    for solution, floors in ((nucleolus, True), (prenucleolus, False)):
        shares, _ = by_all_coalitions(table, floors)
        found = solution(oracle)
        assert found.exact == shares
        assert found.verify()


@pytest.mark.parametrize("seed", range(3))
def test_nucleolus_of_four_players_is_that_of_the_textbook(seed):
    table = [0, *((seed * 31 + 7 * m * m) % 11 for m in range(1, 15)), 20 + seed]
    assert nucleolus(DenseOracle(table)).exact == by_all_coalitions(table, True)[0]


@settings(max_examples=40)
@given(tables(4))
def test_least_core_and_cost_of_stability_are_those_of_all_coalitions(table):
    oracle = DenseOracle(table)
    n = oracle.n_players
    first = programme(table, {}, False).objective
    least = least_core(oracle)
    assert least.epsilon == first
    assert max(oracle.excess(m, least.exact) for m in range(1, 2**n - 1)) == first
    point = core(oracle)
    assert (point.epsilon, point.is_defined) == (first, first <= 0)
    rows = [{i: 1 for i in range(n) if m >> i & 1} for m in range(1, 2**n)]
    paid = solve_rational_lp([1] * n, rows, [">="] * len(rows), table[1:])
    stable = cost_of_stability(oracle)
    assert stable.epsilon == sum(stable.exact) - table[-1] == paid.objective - table[-1]
    assert least.verify()
    assert point.verify()
    assert stable.verify()


@st.composite
def simple_rules(draw):
    rule = draw(rules(min_players=2, max_players=5)).project("against")
    empty = decided(rule.to_dict()["root"], [NO] * rule.n_players)
    return draw(simple_rules()) if empty else rule


@pytest.mark.parametrize("method", ["types", "sums", "halves"])
@settings(max_examples=12)
@given(rule=simple_rules())
def test_rules_agree_with_their_tables(method, rule):
    n, root = rule.n_players, rule.to_dict()["root"]
    dense = DenseOracle(
        [int(decided(root, [YES if m >> i & 1 else NO for i in range(n)])) for m in range(2**n)]
    )
    oracle = RuleOracle(rule, method)
    for solution in SOLUTIONS:
        found, expected = solution(oracle), solution(dense)
        assert found.epsilon == expected.epsilon
        assert found.is_defined == expected.is_defined
        assert found.verify()
        if solution in (nucleolus, prenucleolus):
            assert found.exact == expected.exact


# Peleg 1968: in a homogeneous game without ties, the nucleolus is proportional to the weights.
@pytest.mark.parametrize(
    "weights", [(2, 1, 1, 1), (3, 1, 1, 1, 1), (3, 2, 2, 1, 1), (1, 1, 1, 0), (5, 3, 3, 2, 1, 1)]
)
def test_homogeneous_games_without_ties(weights):
    total = sum(weights)
    oracle = RuleOracle(Rule(len(weights), quota(weights, total // 2 + 1)))
    found = nucleolus(oracle)
    assert found.exact == tuple(Fraction(w, total) for w in weights)
    assert found.verify()


def test_the_security_council_belongs_to_its_permanent_members():
    rule = body("un-security-council", day=datetime.date(2011, 3, 17))
    permanent = {"CHN", "FRA", "GBR", "RUS", "USA"}
    oracle = RuleOracle(rule)
    found = nucleolus(oracle)
    expected = tuple(Fraction(n in permanent, 5) for n in rule.names)
    assert found.exact == expected
    assert found.verify()
    assert cost_of_stability(oracle).epsilon == 0
    assert core_membership(oracle, expected)


def test_the_general_assembly_shares_alike():
    oracle = RuleOracle(body("un-general-assembly"))
    n = oracle.n_players
    majority = -(-2 * n // 3)
    assert set(nucleolus(oracle).exact) == {Fraction(1, n)}
    assert least_core(oracle).epsilon == 1 - Fraction(majority, n)
    assert cost_of_stability(oracle).epsilon == Fraction(n, majority) - 1


def test_the_electoral_college_shares_by_electors():
    rule = body("us-electoral-college")
    (leaf,) = rule.leaves()
    oracle = RuleOracle(rule)
    found = nucleolus(oracle)
    assert (oracle.method, len(found)) == ("sums", 51)
    assert found.exact == tuple(Fraction(w, 538) for w in leaf.yes)
    assert found.verify()
    assert least_core(oracle).epsilon == 1 - Fraction(270, 538)
    assert cost_of_stability(oracle).epsilon == Fraction(538, 270) - 1


@pytest.mark.parametrize(
    ("name", "decision"), [("eu-council", "qualified"), ("imf-executive-board", "special-70")]
)
def test_large_councils_are_certified(name, decision):
    oracle = RuleOracle(body(name, decision))
    assert oracle.method == "halves"
    found, least, paid = nucleolus(oracle), least_core(oracle), cost_of_stability(oracle)
    assert found.guarantee == "exact"
    assert found.verify()
    assert least.verify()
    assert paid.verify()
    assert sum(found.exact) == 1
    worst = oracle.most_excess(found.exact)[0]
    assert worst.excess == least.epsilon > 0
    # Payments of least sum, scaled to the worth, are a point of the least core: 1 - 1/(1 + cost).
    assert 1 - 1 / (1 + paid.epsilon) == least.epsilon
    # Whoever has more votes in every leaf gets no less.
    votes = list(zip(*(leaf.yes for leaf in oracle.rule.leaves()), strict=True))
    order = sorted(range(oracle.n_players), key=lambda i: votes[i])
    assert [found.exact[i] for i in order] == sorted(found.exact)


def test_congress_by_types():
    oracle = RuleOracle(body("us-federal-legislation"))
    found = nucleolus(oracle)
    assert oracle.n_players == len(found) == 537
    assert found.verify()
    assert len(set(found.exact)) <= len(oracle.types) == 4


@pytest.mark.parametrize("solution", SOLUTIONS)
@pytest.mark.parametrize(
    "rule",
    [
        Rule(5, quota((4, 3, 2, 1, 1), 7)),
        Rule(4, AllOf((quota((1, 1, 0, 0), 2), quota((1, 1, 1, 1), 3)))),
        Rule(4, AnyOf((quota((1, 0, 0, 0), 1), quota((1, 1, 1, 1), 3)))),
    ],
)
def test_an_answer_that_was_changed_is_not_verified(solution, rule):
    found = solution(RuleOracle(rule))
    assert found.verify()
    if not found.is_defined:
        return
    for i in range(rule.n_players):
        j = (i + 1) % rule.n_players
        moved = list(found.exact)
        moved[i] += Fraction(1, 10**6)
        moved[j] -= Fraction(1, 10**6)
        assert not found.replace(exact=moved).verify()


def test_a_table_that_changed_is_not_verified():
    table = [0, 0, 0, 4, 0, 3, 2, 6]
    oracle = DenseOracle(table)
    answers = [solution(oracle) for solution in SOLUTIONS]
    for mask in (0b011, 0b101, 0b111):
        other = DenseOracle([v + (m == mask) for m, v in enumerate(table)])
        oracle._worths, kept = other._worths, oracle._worths
        oracle._grand, grand = None, oracle._grand
        assert not any(answer.verify() for answer in answers[3:])
        oracle._worths, oracle._grand = kept, grand
    assert all(answer.verify() for answer in answers)


def test_no_imputation():
    found = nucleolus(DenseOracle([0, 1, 1, 1]))
    assert (found.exact, found.is_defined, found.verify()) == (None, False, True)
    assert not found.replace(exact=[Fraction(1, 2), Fraction(1, 2)]).verify()
    assert prenucleolus(DenseOracle([0, 1, 1, 1])).exact == (Fraction(1, 2), Fraction(1, 2))


def test_a_single_player():
    alone = DenseOracle([0, 3])
    assert nucleolus(alone).exact == core(alone).exact == (3,)
    assert nucleolus(alone).verify()
    assert core(alone).verify()
    assert cost_of_stability(alone).epsilon == 0
    assert cost_of_stability(DenseOracle([0, -2])).epsilon == 2  # nobody pays to be there
    with pytest.raises(GameError, match="one player"):
        least_core(alone)


def test_membership_names_who_objects():
    oracle = DenseOracle([0, 0, 0, 4, 0, 3, 2, 6])
    inside = core_membership(oracle, [3, 2, 1], k=3)
    assert inside
    assert [excess for _, excess in inside.worst] == [-1, -1, -1]
    outside = core_membership(oracle, [0, 0, 6])
    assert not outside
    assert outside.worst == ((0b011, 4),)
    short = core_membership(oracle, [3, 2, 2], k=0)
    assert not short
    assert short.surplus == 1
    assert core_membership(oracle, [3, 2, 1], k=0)
    assert core_membership(oracle, [0, 0, 6], k=0).worst == ((0b011, 4),)


def test_certificates_are_plain_data():
    rule = Rule(4, quota((2, 1, 1, 1), 3), ("a", "b", "c", "d"))
    data = nucleolus(RuleOracle(rule)).to_dict()
    assert data["exact"] == {"a": "2/5", "b": "1/5", "c": "1/5", "d": "1/5"}
    (level,) = data["certificate"]["levels"]
    assert level["excess"] == "2/5"
    assert sum(map(Fraction, level["weights"])) == 1


@given(st.data())
def test_the_programme_of_growing_rows_finds_the_same_optimum(data):
    d = data.draw(st.integers(1, 3))
    costs = data.draw(st.lists(st.integers(0, 4), min_size=d, max_size=d))
    whole = st.integers(-3, 3)
    rows = data.draw(st.lists(st.lists(whole, min_size=d, max_size=d), max_size=6))
    right = data.draw(st.lists(worths, min_size=len(rows), max_size=len(rows)))
    start = [([int(i == j) for j in range(d)], 0, False) for i in range(d)]
    master = Master(costs, start)
    solvable = True
    for row, b in zip(rows, right, strict=True):
        master.add(row, b)
        solvable = solvable and master.solve()
    terms = [dict(enumerate(row)) for row in rows]
    expected = solve_rational_lp(costs, terms, [">="] * len(rows), right)
    assert solvable == (expected.status == "optimal")
    if solvable:
        assert master.value == expected.objective
        assert master.meets(master.point)
        made = [Fraction(0)] * d
        for k, y in master.multipliers().items():
            assert y > 0
            made = [m + y * a for m, a in zip(made, master.rows[k], strict=True)]
        assert made == costs


def test_a_basis_that_bounds_nothing_is_refused():
    with pytest.raises(SolverError, match="do not bound"):
        Master((-1,), [((1,), 0, False)])
    with pytest.raises(SolverError, match="not independent"):
        Master((1, 1), [((1, 1), 0, False), ((2, 2), 0, False)])
