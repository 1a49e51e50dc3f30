"""Requirements dropped exactly, what a correction costs, and the price of each requirement."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from clash_cases import (
    BUDGET,
    QUOTA,
    VETO_A,
    VETO_B,
    F,
    council,
    count_leaf,
    coupled,
    sets,
)
from hypothesis import given
from strategies import rules_and_profiles

from solvers.concessions import cheapest_package
from solvers.concessions.clashes.clash_check import possible_by_enumeration
from solvers.concessions.clashes.feasibility import met_by
from solvers.concessions.clashes.marco import find_clashes
from solvers.concessions.clashes.repairs import repairs
from solvers.concessions.clashes.requirement_prices import requirement_prices
from solvers.concessions.clashes.requirements import (
    harmless,
    relaxed,
    requirements,
    rule_labels_missed,
    rule_met,
)
from solvers.concessions.problem import (
    Amendment,
    AtMost,
    ConcessionProblem,
    Package,
    Voter,
)
from solvers.errors import GameError
from solvers.rules.rule import Rule

# Laws.


@pytest.mark.parametrize("seed", range(25))
def test_a_package_works_where_only_what_it_meets_is_required(seed):
    problem, rng = coupled(seed), random.Random(seed)
    labels = [r.label for r in requirements(problem)]
    package = Package(
        frozenset(rng.sample([0, 1], rng.randint(0, 2))),
        {rng.randint(0, 2): F(rng.randint(1, 6))},
        frozenset(rng.sample([0], rng.randint(0, 1))),
        {rng.randint(0, 2): F(rng.randint(1, 2))},
    )
    met = met_by(problem, package)
    assert relaxed(problem, met).violations(package) == ()
    for label in set(labels) - met:
        assert relaxed(problem, met | {label}).violations(package) != ()
    assert relaxed(problem, ()).violations(Package()) == ()
    assert relaxed(problem, labels) is problem


@given(rules_and_profiles())
def test_vetoes_of_a_split_leaf_are_the_leaf(drawn):
    rule, votes = drawn
    for leaf in rule.leaves():
        lowest = harmless(leaf)
        if lowest is not None:
            each = all(leaf.counts(votes[i])[i] >= leaf.yes[i] for i in lowest)
            assert each == leaf.holds(votes)
    everything = {r.label for r in requirements(ConcessionProblem(rule, voters_of(votes)))}
    assert rule_met(rule, votes, everything) == rule.evaluate(votes)
    assert rule_met(rule, votes, everything - rule_labels_missed(rule, votes))


@given(rules_and_profiles())
def test_a_relaxed_rule_is_the_rule_of_what_is_kept(drawn):
    rule, votes = drawn
    problem = ConcessionProblem(rule, voters_of(votes))
    labels = [r.label for r in requirements(problem)]
    for kept in (labels[::2], labels[1::2], []):
        assert relaxed(problem, kept).rule.evaluate(votes) == rule_met(rule, votes, set(kept))


def voters_of(votes):
    return tuple(Voter() if v == 3 else Voter(stated=(v, v, v)) for v in votes)


def test_repairs_of_a_tight_budget_are_priced_cheapest_first():
    problem = council(budget=8)
    found = repairs(problem, find_clashes(problem))
    assert [(set(r.correction), r.cost) for r in found] == [
        ({QUOTA}, 4),
        ({VETO_B}, 5),
        ({BUDGET}, 9),
    ]
    quota, veto, budget = (r.measures[0] for r in found)
    assert (quota.stands, quota.would_do) == (4, 3)
    assert (veto.stands, veto.would_do, veto.short_by) == (-5, -6, 1)
    assert (budget.stands, budget.would_do) == (8, 9)


def test_a_cap_says_how_much_would_do():
    problem = council(F(3))
    by_cost = repairs(problem, find_clashes(problem))
    assert [(r.cost, r.measures[0].short_by) for r in by_cost] == [(5, 1), (9, 1)]


def floored(floor):
    """One voter; the amendment that wins it weakens the text by 3, another by 2 for half."""
    return ConcessionProblem(
        Rule(1, count_leaf(1, 1)),
        (Voter(margin=(F(-4),) * 3),),
        amendments=(Amendment(F(1), F(-3), {0: F(4)}), Amendment(F(1), F(-2), {0: F(2)})),
        effect=F(5),
        floor=F(floor),
    )


def test_a_floor_says_what_effect_is_in_reach():
    problem = floored(4)
    found = find_clashes(problem)
    assert set(found.infeasible) == sets({QUOTA, ("floor",)})
    by_label = {next(iter(r.correction)): r.measures[0] for r in repairs(problem, found)}
    assert by_label["floor",].would_do == 2
    assert by_label[QUOTA].would_do == 0


def test_a_limit_says_how_many_would_do():
    problem = ConcessionProblem(
        Rule(1, count_leaf(1, 1)),
        (Voter(margin=(F(-4),) * 3),),
        amendments=tuple(Amendment(F(1), margins={0: F(2)}) for _ in range(3)),
        limits=(AtMost(frozenset(range(3)), 1),),
    )
    measures = [m for r in repairs(problem, find_clashes(problem)) for m in r.measures]
    assert {(m.label, m.stands, m.would_do) for m in measures} == {
        (QUOTA, 1, 0),
        (("limit", 0), 1, 2),
    }


# Prices.


def test_prices_in_the_council():
    found = requirement_prices(council())
    assert found.cost == 9
    prices = {(p.label, p.change): p.saves for p in found.prices}
    assert prices[VETO_B, "dropped"] == 4
    assert prices[VETO_A, "dropped"] == 0
    assert prices[QUOTA, "dropped"] == 5
    assert prices[QUOTA, "lowered"] == 9 - cheapest_package(council(quota=3)).cost
    assert found.complete


@pytest.mark.parametrize("seed", [s for s in range(60) if possible_by_enumeration(coupled(s))][:3])
def test_prices_equal_one_solve_each(seed):
    problem = coupled(seed)
    found = requirement_prices(problem)
    labels = {r.label for r in requirements(problem)}
    dropped = {p.label: p.saves for p in found.prices if p.change == "dropped"}
    assert set(dropped) == labels
    for label in labels:
        cost = cheapest_package(relaxed(problem, labels - {label})).cost
        assert dropped[label] == found.cost - cost
    assert all(0 <= p.saves <= dropped[p.label] for p in found.prices)
    assert [p.saves for p in found.prices] == sorted((p.saves for p in found.prices), reverse=True)


def test_a_lower_floor_is_the_next_effect_of_a_text():
    problem = floored(2)
    prices = {(p.label, p.change): p.saves for p in requirement_prices(problem).prices}
    assert prices[("floor",), "lowered"] == 0
    cheaper = replace(problem, amendments=(*problem.amendments, Amendment(F(0), F(-4), {0: F(9)})))
    prices = {(p.label, p.change): p.saves for p in requirement_prices(cheaper).prices}
    assert prices[("floor",), "lowered"] == 1


def test_prices_need_a_package():
    with pytest.raises(GameError, match="no package"):
        requirement_prices(council(F(3)))
