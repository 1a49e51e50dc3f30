"""Shared budgets: by hand, brute force, the whole programme, bounds, exact amounts, limits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import concession_oracle as oracle
import numpy as np
import pytest
from concession_cases import council as council_case
from concession_families import large
from concession_families import laws as all_laws
from concession_instances import random_problem

from solvers.concessions import cheapest_package
from solvers.concessions.budgets import shared_budgets
from solvers.concessions.budgets.budget_payments import exact_amounts
from solvers.concessions.budgets.budget_text import BudgetText, climb
from solvers.concessions.budgets.budget_ways import ways_under
from solvers.concessions.budgets.shared_budgets import cheapest_under_budgets
from solvers.concessions.decomposition.separable import separate
from solvers.concessions.listing import text_bounds
from solvers.concessions.listing.text_options import TextOptions
from solvers.concessions.problem import Budget, ConcessionProblem, Transfer, Voter
from solvers.errors import GameError
from solvers.rules.rule import Quota, Rule

F = Fraction
TIED = {"amendments", "items", "channels", "budgets", "units", "combinations"}


def council(limit):
    return council_case(budget=limit)[1]


def tight(seed, n=9):
    """Two instruments for each player, paid from a budget each that binds."""
    law = all_laws(6)[seed % 3]
    problem = large(n, law, seed, amendments=4, most=2, exclusions=1, links=1)
    transfers = range(len(problem.transfers))
    free = cheapest_package(problem)
    budgets = []
    for part in (0, 1):
        some = frozenset(m for m in transfers if m % 2 == part)
        spent = sum(t for m, t in free.package.transfers.items() if m in some)
        budgets.append(Budget(F(spent) * F(3, 5), some, frozenset(), units=True))
    return replace(problem, budgets=tuple(budgets)), free.cost


def test_the_budget_of_the_council():
    enough = cheapest_under_budgets(council(9))
    assert enough.cost == 9
    assert enough.solution.status == "optimal"
    short = cheapest_under_budgets(council(8))
    assert short.cost is None
    assert short.solution.status == "infeasible"


@pytest.mark.parametrize("seed", range(40))
def test_cheapest_equals_brute_force(seed):
    problem = random_problem(seed, TIED, 4)
    expected = oracle.cheapest(problem)
    answer = cheapest_under_budgets(problem)
    assert answer.cost == expected
    assert answer.solution.status == ("infeasible" if expected is None else "optimal")
    if answer.package is not None:
        assert problem.violations(answer.package) == ()
        assert problem.cost(answer.package) == answer.cost


@pytest.mark.parametrize("seed", range(6))
def test_cheapest_equals_the_whole_programme(seed):
    problem, free = tight(seed)
    answer = cheapest_under_budgets(problem)
    whole = cheapest_package(problem, engine="programme")
    assert answer.cost == whole.cost
    assert answer.solution.gap == whole.solution.gap == 0
    assert answer.cost >= free


@pytest.mark.parametrize("seed", range(200, 210))
def test_bounds_of_many_texts_change_nothing(monkeypatch, seed):
    problem = random_problem(seed, TIED, 4)
    monkeypatch.setattr(text_bounds, "FEW", -1)
    assert cheapest_under_budgets(problem).cost == oracle.cheapest(problem)


@pytest.mark.parametrize("seed", range(200, 206))
def test_handing_over_to_the_whole_programme_changes_nothing(monkeypatch, seed):
    problem, _ = tight(seed, 7)
    expected = cheapest_under_budgets(problem)
    monkeypatch.setattr(shared_budgets, "MOST_TEXTS", 0)
    assert cheapest_under_budgets(problem).cost == expected.cost


@pytest.mark.parametrize("seed", range(8))
def test_any_prices_give_a_bound(seed):
    """Weak duality, at prices drawn at random and at those that were climbed to."""
    problem, _ = tight(seed, 7)
    cheapest = cheapest_under_budgets(problem)
    least, adopted = cheapest.cost, cheapest.package.amendments
    separable = separate(problem, ignoring_budgets=True)
    priced, rng = TextOptions(separable), np.random.default_rng(seed)
    votes, ways = ways_under(priced, adopted)
    parts = [
        BudgetText(problem, branch, separable.text_cost(adopted), votes, ways)
        for branch in separable.branches_for(adopted)
    ]
    for _ in range(20):
        values = [
            part.bound(rng.exponential(1, len(problem.budgets)), rng.exponential(1, len(part.lack)))
            for part in parts
        ]
        assert min(value for value, _, _ in values) <= float(least) + 1e-9
    before = min(part.best for part in parts)
    climb(parts, 100, float("inf"))
    assert before <= min(part.best for part in parts) <= float(least) + 1e-9


def test_amounts_on_the_edge_of_two_budgets_are_exact():
    """Each lacks 1; thirds of budgets are left over, and must be used to the last."""
    rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    voters = tuple(Voter(margin=(F(-1),) * 3) for _ in range(2))
    transfers = tuple(Transfer(i, F(1), F(c)) for i in range(2) for c in (1, 2, 3))
    budgets = (
        Budget(F(1, 3), frozenset({0, 3}), frozenset(), units=True),
        Budget(F(2, 7), frozenset({1, 4}), frozenset(), units=True),
    )
    problem = ConcessionProblem(rule, voters, transfers=transfers, budgets=budgets)
    answer = cheapest_under_budgets(problem)
    assert answer.cost == F(1, 3) + 2 * F(2, 7) + 3 * (2 - F(1, 3) - F(2, 7))
    priced = TextOptions(separate(problem, ignoring_budgets=True))
    _, ways = ways_under(priced, frozenset())
    amounts = exact_amounts(problem, ways)
    assert sum(transfers[m].cost * t for m, t in amounts.items()) == answer.cost
    less = replace(
        problem,
        transfers=tuple(replace(t, cap=F(0)) if t.cost == 3 else t for t in transfers),
    )
    _, ways = ways_under(TextOptions(separate(less, ignoring_budgets=True)), frozenset())
    assert exact_amounts(less, ways) is None
    assert cheapest_under_budgets(less).solution.status == "infeasible"


def test_a_budget_that_just_suffices_does():
    rule = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 3))
    voters = tuple(Voter(margin=(-F(k, 7),) * 3) for k in (1, 2, 3))
    transfers = tuple(Transfer(i, F(3), F(1)) for i in range(3))
    budget = Budget(F(6, 21), frozenset(range(3)), frozenset())
    problem = ConcessionProblem(rule, voters, transfers=transfers, budgets=(budget,))
    assert cheapest_under_budgets(problem).cost == F(2, 7)
    short = replace(problem, budgets=(replace(budget, limit=F(6, 21) - F(1, 10**9)),))
    assert cheapest_under_budgets(short).solution.status == "infeasible"


def test_limits_and_stops_are_admitted():
    problem, _ = tight(1)
    answer = cheapest_under_budgets(problem, stop=lambda: True)
    assert answer.solution.interrupted
    assert answer.solution.status in ("stopped", "bounded")
    late = cheapest_under_budgets(problem, time_limit=1e-9)
    assert late.solution.status in ("stopped", "bounded")
    assert late.solution.gap != 0


def test_progress_and_answer_are_the_same_each_time():
    problem, _ = tight(2)
    told = []
    one = cheapest_under_budgets(problem, progress=lambda cost, bound: told.append((cost, bound)))
    assert one.package == cheapest_under_budgets(problem).package
    assert told
    for cost, bound in told:
        assert cost is None or cost >= float(one.cost) - 1e-9
        assert bound is None or bound <= float(one.cost) + 1e-9


def test_other_ties_are_refused():
    with pytest.raises(GameError, match="push"):
        cheapest_under_budgets(replace(council(9), bandwagon={(0, 1): F(1)}))
