"""Cheapest packages: brute force on random instances, laws, free and lumpy instruments."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from concession_cases import (
    BACK_ENDS,
    LEAD,
    SUNSET,
    TWO_THIRDS,
    A,
    B,
    F,
    bound,
    check,
    council,
    instance,
    problem_of,
    rule_pairs,
    trio,
    tripled,
)
from oracles import cheapest

from solvers.concessions import cheapest_package
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Item,
    Package,
    Transfer,
    Voter,
)
from solvers.rules.roster import Roster
from solvers.rules.rule import Quota, Rule
from solvers.rules.templates import (
    All,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    QuorumOf,
    bind,
)


@pytest.fixture(scope="session")
def solved():
    """Two hundred instances with their problems and answers by the default back end."""
    found = []
    for seed in range(200):
        try:
            case, rule = instance(seed)
        except ValueError:  # the draw has no such rule: nobody can miss it
            case, rule = instance(seed + 1000)
        problem = problem_of(case, rule)
        found.append((case, problem, cheapest_package(problem)))
    return found


def test_random_instances_equal_brute_force(solved):
    feasible = 0
    for seed, (case, problem, answer) in enumerate(solved):
        expected = cheapest(case)
        assert answer.cost == expected, seed
        if expected is None:
            assert answer.solution.status == "infeasible", seed
            continue
        feasible += 1
        assert problem.violations(answer.package) == (), seed
        assert problem.cost(answer.package) == expected, seed
        deletions = problem.deletion_test(answer.package, F(1, 1000))
        assert not any(d.still_works for d in deletions), seed
    assert 60 < feasible < 190  # the draw holds both kinds


@pytest.mark.parametrize("solver", [s for s in BACK_ENDS if s != "highs"])
def test_back_ends_agree(solved, solver):
    for seed, (_, problem, answer) in enumerate(solved[:: 4 if solver == "cbc" else 2]):
        other = cheapest_package(problem, solver=solver)
        assert other.solution.status == answer.solution.status, seed
        assert other.cost == answer.cost, seed
        if answer.cost is not None:
            assert abs(other.solution.objective - answer.solution.objective) < 1e-6, seed


def cost_of(problem):
    """Least cost; infinity when no package works."""
    cost = cheapest_package(problem).cost
    return float("inf") if cost is None else cost


def test_cost_never_rises_when_something_is_added(solved):
    rng = random.Random(5)
    for case, problem, answer in solved[:60]:
        before = float("inf") if answer.cost is None else answer.cost
        payable = [i for i, s in enumerate(case.states) if s.margin is not None]
        if not payable:
            continue
        more = Transfer(rng.choice(payable), F(1), F(2))
        assert cost_of(replace(problem, transfers=(*problem.transfers, more))) <= before
        text = Amendment(F(1), F(1), {i: F(rng.randint(-2, 4)) for i in payable})
        assert cost_of(replace(problem, amendments=(*problem.amendments, text))) <= before
        free = tuple(replace(t, cap=None) for t in problem.transfers)
        assert cost_of(replace(problem, transfers=free)) <= before
        assert cost_of(replace(problem, budgets=())) <= before
        assert cost_of(replace(problem, floor=problem.floor - 1)) <= before
        assert cost_of(replace(problem, floor=problem.floor + 2)) >= before
        lucky = rng.choice(payable)
        voter = problem.voters[lucky]
        happier = replace(voter, margin=tuple(m + 1 for m in voter.margin))
        voters = (*problem.voters[:lucky], happier, *problem.voters[lucky + 1 :])
        assert cost_of(replace(problem, voters=voters)) <= before


def test_quotas_and_vetoes_are_never_free_to_add():
    for seed in range(40):
        case, _ = instance(seed)
        n = len(case.states)
        costs = []
        for law in (
            InFavour(2),
            InFavour(3),
            All((InFavour(3), NobodyAgainst("permanent"))),
            All((InFavour(3), EverybodyFor("permanent"))),
        ):
            costs.append(cost_of(problem_of(case, bound(law, n, (0, 1), (1,) * n))))
        assert costs == sorted(costs), seed


@pytest.mark.parametrize("factor", [F(7, 3), F(1, 10**6), F(10**6)])
def test_scaling_the_costs_scales_the_answer(factor):
    for rule, cost in (("practised", 9), ("literal", 11), ("two thirds of voting", 5)):
        _, problem = council(rule, (SUNSET, LEAD) if rule == "practised" else ())
        cost = 4 if rule == "practised" else cost
        scaled = replace(
            problem,
            amendments=tuple(replace(a, cost=a.cost * factor) for a in problem.amendments),
            transfers=tuple(replace(t, cost=t.cost * factor) for t in problem.transfers),
        )
        check(scaled, cost * factor)


@pytest.mark.parametrize("factor", [F(1, 1000), F(10**6)])
def test_the_unit_of_the_margins_does_not_matter(factor):
    _, problem = council("practised", (SUNSET, LEAD))
    scaled = replace(
        problem,
        voters=tuple(
            replace(v, margin=tuple(m * factor for m in v.margin), band=v.band * factor)
            for v in problem.voters
        ),
        amendments=tuple(
            replace(a, margins={i: m * factor for i, m in a.margins.items()})
            for a in problem.amendments
        ),
        transfers=tuple(replace(t, value=t.value * factor) for t in problem.transfers),
    )
    check(scaled, F(4))


@pytest.mark.parametrize("factor", [F(10**9), F(1, 10**9)])
def test_random_instances_in_other_units(solved, factor):
    """A solver's tolerance must not meet the units: margins in dollars, caps in billions."""
    for seed, (_, problem, answer) in enumerate(solved[:60]):
        scaled = replace(
            problem,
            voters=tuple(
                replace(v, margin=tuple(m * factor for m in v.margin), band=v.band * factor)
                if v.margin
                else v
                for v in problem.voters
            ),
            amendments=tuple(
                replace(a, margins={i: m * factor for i, m in a.margins.items()})
                for a in problem.amendments
            ),
            transfers=tuple(
                replace(t, cost=t.cost / factor, cap=None if t.cap is None else t.cap * factor)
                for t in problem.transfers
            ),
            items=tuple(replace(g, value=g.value * factor) for g in problem.items),
        )
        assert cheapest_package(scaled).cost == answer.cost, seed


def test_permuting_the_states_changes_nothing():
    case, problem = council("practised", (SUNSET, LEAD))
    rng = random.Random(2)
    for _ in range(5):
        order = list(range(7))
        rng.shuffle(order)  # the state that was old[i] is now i
        where = {old: new for new, old in enumerate(order)}
        permanent = (where[A], where[B])
        texts = [replace(t, shifts={where[i]: m for i, m in t.shifts.items()}) for t in case.texts]
        moved = replace(
            case,
            states=tuple(case.states[old] for old in order),
            texts=tuple(texts),
            transfers=tuple((i, F(1), F(1), None) for i in range(7)),
        )
        law, _ = rule_pairs(7, permanent, 4, (1,) * 7)["practised"]
        check(problem_of(moved, bound(law, 7, permanent, (1,) * 7)), 4)
    assert problem.rule.n_players == 7


def test_equal_packages_are_settled_in_the_order_of_the_data():
    rule = Rule(4, Quota((1,) * 4, (0,) * 4, (0,) * 4, 2))
    voters = tuple(Voter(margin=tripled(-2)) for _ in range(4))
    cash = tuple(Transfer(i, F(1), F(1)) for i in range(4))
    for solver in BACK_ENDS:
        answer = cheapest_package(ConcessionProblem(rule, voters, transfers=cash), solver=solver)
        assert answer.package == Package(frozenset(), {0: 2, 1: 2}, frozenset())


# Free instruments, lumpy items, floors.


def test_free_instruments_are_given_to_nobody_who_need_not_have_them():
    cash = tuple(Transfer(i, F(1), F(0)) for i in range(3))
    extras = (Amendment(F(0), F(1)), Amendment(F(0), F(0), {1: F(1)}))
    problem = trio(2, transfers=cash, amendments=extras, items=(Item(2, F(9), F(0)),))
    answer = check(problem, 0)
    assert len(answer.package.transfers) + len(answer.package.items) == 1


def test_nobody_is_paid_for_a_yes_where_an_abstention_will_do():
    zero = (0,) * 3
    law = Rule(3, Quota(zero, zero, (-1,) * 3, 0))
    voters = tuple(Voter(margin=tripled(m), band=F(2)) for m in (1, -3, -5))
    cash = tuple(Transfer(i, F(1), F(0)) for i in range(3))
    answer = check(ConcessionProblem(law, voters, transfers=cash), 0)
    assert dict(answer.package.transfers) == {1: 1, 2: 3}


def test_a_lumpy_item_and_the_change_to_it():
    items = (Item(1, F(2), F(1)), Item(2, F(9), F(5)))
    answer = check(trio(2, items=items, transfers=(Transfer(1, F(1), F(2)),)), 3)
    assert answer.package == Package(frozenset(), {0: 1}, frozenset({0}))


def test_two_instruments_for_one_state_with_a_budget_across_states():
    cash = (Transfer(1, F(1), F(1), F(2)), Transfer(1, F(1), F(3)), Transfer(2, F(1), F(1)))
    problem = trio(3, transfers=cash)
    check(problem, 2 + 3 + 5)
    tight = replace(problem, budgets=(Budget(F(6), frozenset({0, 2}), frozenset()),))
    check(tight, 1 + 6 + 5)
    check(replace(problem, budgets=(Budget(F(4), frozenset({0, 2}), frozenset()),)), None)


@pytest.mark.parametrize("floor", [F(1), F(1, 10**9)])
def test_a_floor_that_no_amendment_reaches_is_a_clean_no(floor):
    for solver in BACK_ENDS:
        check(trio(1, floor=floor), None, solver)
        check(trio(1, floor=floor, amendments=(Amendment(F(1), F(-1)),)), None, solver)
        forbidden = (Amendment(F(1), floor, forbidden=True),)
        check(trio(1, floor=floor, amendments=forbidden), None, solver)
        check(trio(1, floor=floor, amendments=(Amendment(F(1), floor),)), 1, solver)


def test_a_budget_over_nothing_and_a_cap_of_nothing():
    idle = (Budget(F(0), frozenset(), frozenset()),)
    cash = tuple(Transfer(i, F(1), F(1)) for i in range(3))
    check(trio(2, transfers=cash, budgets=idle), 3)
    check(trio(2, transfers=(Transfer(1, F(1), F(1), F(0)), Transfer(2, F(1), F(1)))), 5)


def test_nothing_is_paid_for_what_passes_anyway():
    cash = tuple(Transfer(i, F(1), F(1)) for i in range(3))
    assert check(trio(1, transfers=cash), 0).package == Package()


def test_a_rule_that_looks_at_absence():
    """Two thirds of those present, three there; the absent one is not to be bought."""
    roster = Roster.of("abcd")
    law = bind(All((QuorumOf(3), InFavour(TWO_THIRDS, "present"))), roster)
    voters = (Voter((2, 2, 2)), Voter((0, 0, 0)), Voter(margin=tripled(-4), band=F(1)), Voter())
    problem = ConcessionProblem(law, voters, transfers=(Transfer(2, F(1), F(1)),))
    answer = check(problem, 4)
    assert problem.votes(answer.package) == (2, 0, 2, 3)
