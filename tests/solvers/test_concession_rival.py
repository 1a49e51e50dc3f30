"""A rival who pays afterwards: worked cases, every way to break a package, laws, refusals."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import robust_cases as cases
from oracles import decided
from scipy.optimize import linprog

from solvers.concessions import cheapest_package
from solvers.concessions.problem import Amendment, Item, Package, Voter
from solvers.concessions.programme.exact_point import exact_point
from solvers.concessions.robust.rival import cheapest_against_rival, cheapest_break, withstands
from solvers.errors import GameError, SolverError
from solvers.programmes.programme import Programme, solve
from solvers.rules.rule import Rule
from solvers.rules.vote_conditions import VoteBetween

F = Fraction


def indifferent(rule):
    return cases.problem(rule, (0,) * rule.n_players)


def prices(problem, package):
    """For each player what it takes to lower its vote to each level; None for never."""
    found = []
    for i, voter in enumerate(problem.voters):
        margin, vote = problem.margin(i, package), problem.votes(package)[i]
        sums = {0: margin + voter.band, 1: margin}
        found.append(
            {v: F(0) if v >= vote else None if voter.firm else sums[v] for v in range(vote + 1)}
        )
    return found


def least_break(problem, package):
    """The cheapest way to break a package, by trying them all."""
    root, best = problem.rule.to_dict()["root"], None
    for chosen in itertools.product(*(p.items() for p in prices(problem, package))):
        if any(price is None for _, price in chosen):
            continue
        total = sum((price for _, price in chosen), F(0))
        if (best is None or total < best) and not decided(root, [v for v, _ in chosen]):
            best = total
    return best


def least_cost(problem, budget):
    """The least cost of a package that withstands a rival: a linear programme per text and vote.

    A row for each way to break it; amounts are the variables.
    """
    root, n = problem.rule.to_dict()["root"], len(problem.voters)
    losing = [v for v in cases.all_votes(n) if not decided(root, v)]
    costs = [float(t.cost) for t in problem.transfers]
    best = None
    for text in cases.subsets(len(problem.amendments)):
        fixed = float(sum(problem.amendments[k].cost for k in text))
        margins = [problem.margin(i, Package(frozenset(text))) for i in range(n)]
        for votes in cases.all_votes(n):
            if not decided(root, votes):
                continue
            bounds = []
            for i, voter in enumerate(problem.voters):
                least = {0: F(0), 1: -voter.band - margins[i], 2: -margins[i]}[votes[i]]
                bounds.append((float(max(F(0), least)), None))
            rows = set()
            for target in losing:
                row, rest, fails = [0] * n, -float(budget), True
                for i, voter in enumerate(problem.voters):
                    if target[i] < votes[i]:
                        fails = fails and not voter.firm
                        row[i] = -1
                        rest += float(margins[i] + (voter.band if target[i] == 0 else 0))
                if fails:
                    rows.add((*row, rest))
            table = np.array(sorted(rows)) if rows else None
            found = linprog(
                costs,
                A_ub=None if table is None else table[:, :n],
                b_ub=None if table is None else table[:, n],
                bounds=bounds,
            )
            if found.status == 0 and (best is None or fixed + found.fun < best):
                best = fixed + found.fun
    return best


# Known answers


@pytest.mark.parametrize("budget", [F(1), F(7, 3)])
def test_majority_of_nine(budget):
    found = cheapest_against_rival(indifferent(Rule(9, cases.count(9, 5))), budget)
    assert found.answer.cost == 9 * budget / 5
    assert found.answer.solution.status == "optimal"
    assert found.breaking.price == budget


@pytest.mark.parametrize("literal", [False, True])
def test_council_of_fifteen(literal):
    council = cases.council(15, 9, range(5), literal)
    found = cheapest_against_rival(indifferent(council), 7)
    assert found.answer.cost == 7 * (5 + F(10, 7))
    assert withstands(indifferent(council), found.answer.package, 7)
    assert not withstands(indifferent(council), found.answer.package, F(7001, 1000))


def test_no_rival_changes_nothing():
    problem = cases.seven((cases.SUNSET, cases.LEAD))
    found = cheapest_against_rival(problem, 0)
    assert found.answer.cost == cheapest_package(problem).cost == 4


def test_an_item_counts_with_all_it_is_worth():
    problem = replace(
        cases.problem(Rule(1, cases.count(1, 1)), (-2,), costs=(2,)), items=(Item(0, F(4), F(3)),)
    )
    assert cheapest_against_rival(problem, 2).answer.cost == 3
    assert cheapest_against_rival(problem, 3).answer.cost == 5


def test_a_linked_item_must_not_be_broken_either():
    link = Amendment(F(0), margins={1: F(5)}, route=Rule(2, cases.count(2, 2)))
    problem = cases.problem(Rule(2, cases.count(2, 1)), (3, -5), amendments=(link,))
    assert cheapest_against_rival(problem, 3).answer.package.amendments == frozenset()
    first = cheapest_break(problem, Package(frozenset({0})))
    assert (first.votes, first.price) == ({1: 0}, 0)
    assert not withstands(problem, Package(frozenset({0})), 1)


# Against all ways


@pytest.mark.parametrize("seed", range(20))
def test_cheapest_break_is_the_least_of_all(seed):
    draw = random.Random(seed)
    n = draw.randint(3, 5)
    made = list(cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)]).values())
    problem = cases.random_problem(draw, made[seed % len(made)])
    package = cheapest_package(problem).package
    more = {i: F(draw.randint(0, 6), 2) for i in range(n)}
    amounts = {i: package.transfers.get(i, F(0)) + more[i] for i in range(n)}
    package = replace(package, transfers=amounts)
    if problem.violations(package):
        return
    found, expected = cheapest_break(problem, package), least_break(problem, package)
    assert (None if found is None else found.price) == expected
    if found is not None:
        votes = list(problem.votes(package))
        assert all(level < votes[i] for i, level in found.votes.items())
        assert not cases.passes(problem, [found.votes.get(i, v) for i, v in enumerate(votes)])
        assert withstands(problem, package, found.price)
        assert not withstands(problem, package, found.price + 1)


@pytest.mark.parametrize("kind", list(cases.all_rules(3, (1, 1, 1))))
def test_cost_is_the_least_of_all_votes(kind):
    for seed in range(3):
        draw = random.Random(f"{kind} {seed}")
        rule = cases.all_rules(3, [draw.randint(1, 4) for _ in range(3)])[kind]
        problem = cases.random_problem(draw, rule, amendments=1)
        budget = F(draw.randint(1, 6), 2)
        found, expected = cheapest_against_rival(problem, budget), least_cost(problem, budget)
        assert expected is not None
        assert float(found.answer.cost) == pytest.approx(expected, abs=1e-6)
        assert found.answer.solution.status == "optimal"
        assert withstands(problem, found.answer.package, budget)


def test_cost_rises_with_the_budget_of_the_rival():
    for seed in range(4):
        draw = random.Random(seed)
        problem = cases.random_problem(draw, cases.two_thirds(4), amendments=1)
        costs = [cheapest_against_rival(problem, F(w, 2)).answer.cost for w in range(5)]
        assert costs == sorted(costs)


# Limits and refusals


def test_a_limit_reports_what_is_known():
    rule = cases.double_majority((3, 1, 1, 1), 3, 4, 2)
    problem = cases.problem(rule, (0, -1, -2, -3))
    exact = cheapest_against_rival(problem, 3)
    assert exact.ways > 0
    cut = cheapest_against_rival(problem, 3, max_ways=0)
    assert cut.answer.package is None
    assert cut.answer.solution.status == "stopped"
    assert cut.answer.solution.bound <= exact.answer.cost


def test_nobody_for_sale():
    stated = replace(
        cases.problem(Rule(1, cases.count(1, 1)), (0,)), voters=(Voter(stated=(2, 2, 2)),)
    )
    assert cheapest_break(stated, Package()) is None
    assert withstands(stated, Package(), 10**6)
    assert cheapest_against_rival(stated, 10).answer.cost == 0


def test_refusals():
    two = cases.problem(Rule(2, cases.count(2, 2)), (0, -1))
    pushed = replace(two, bandwagon={(1, 0): F(1)})
    with pytest.raises(GameError, match="bandwagon"):
        cheapest_against_rival(pushed, 1)
    with pytest.raises(GameError, match="bandwagon"):
        cheapest_break(pushed, Package())
    watching = Voter(stated=(2, 2, 2), conditions=((0, VoteBetween(0, 0, 0)),))
    watched = replace(two, voters=(two.voters[0], watching))
    with pytest.raises(GameError, match="conditions that look at votes"):
        cheapest_break(watched, Package())
    with pytest.raises(GameError, match="budget of a rival is -1"):
        cheapest_against_rival(two, -1)
    with pytest.raises(GameError, match="before a rival pays"):
        cheapest_break(two, Package())
    assert not withstands(two, Package(), 0)


# Exact points


@pytest.mark.parametrize("seed", range(10))
def test_exact_point_is_best_for_its_whole_numbers(seed):
    draw = random.Random(seed)
    p = Programme("random")
    x = [p.variable(f"x{i}", F(-1, 3), draw.choice([None, F(7, 3)])) for i in range(3)]
    y = [p.variable(f"y{i}", 0, 2, integer=True) for i in range(2)]
    for r in range(4):
        terms = {v: F(draw.randint(-2, 4), 3) for v in (*x, *y)}
        p.row(f"r{r}", terms, draw.choice([">=", "<="]), F(draw.randint(-3, 6), 7))
    p.minimise({v: draw.randint(0, 3) for v in (*x, *y)})
    found = solve(p)
    if found.values is None:
        return
    point, value = exact_point(p, found.values)
    assert float(value) == pytest.approx(found.objective, abs=1e-6)
    assert p.violations([float(v) for v in point]) == ()
    for row in p.rows:
        left = sum(c * point[i] for i, c in row.terms)
        assert left >= row.rhs if row.sense == ">=" else left <= row.rhs


def test_exact_point_may_not_exist():
    p = Programme("never")
    x, y = p.variable("x", 0, 1), p.variable("y", 0, 1, integer=True)
    p.row("tight", {x: 3, y: -1}, "==", 0)
    p.row("far", {x: 1}, ">=", F(1, 2))
    assert exact_point(p, (0.0, 1.0)) is None
    q = Programme("open")
    q.variable("x", None, 1)
    with pytest.raises(SolverError, match="no lower bound"):
        exact_point(q, (0.0,))
