"""Buffers, falls, rivals, hold-outs: worked cases, every vote tried, laws, refusals."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
import robust_cases as cases
from hypothesis import given
from hypothesis import strategies as st
from oracles import decided
from strategies import rules, rules_and_profiles

from solvers.concessions import cheapest_package
from solvers.concessions.problem import (
    Amendment,
    Budget,
    Channel,
    ConcessionProblem,
    Item,
    Package,
    Voter,
)
from solvers.concessions.robust.buffer import largest_buffer, veto_players, with_buffer
from solvers.concessions.robust.defections import breaking_set, lowered_rule, surviving_rule
from solvers.concessions.robust.hold_out import hold_outs, paid_players, without_payment
from solvers.concessions.robust.survival import cheapest_surviving, most_falls, survives
from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

F = Fraction
SEEDS = range(12)


# Buffers


def test_grid_of_buffers_and_supporters():
    expected = [[4, 6, 9, 13], [6, 9, 13, 18], [9, 13, 18, 24], [13, 18, 23, 30]]
    both = cases.seven((cases.SUNSET, cases.LEAD))
    for delta, row in enumerate(expected):
        for yes, cost in zip((4, 5, 6, 7), row, strict=True):
            rule = Rule(7, AllOf((both.rule.root, cases.count(7, yes))))
            buffered = with_buffer(replace(both, rule=rule), F(delta), {0, 1})
            answer = cheapest_package(buffered)
            assert answer.cost == cost
            assert answer.package.amendments == {0, 1}
            assert largest_buffer(replace(both, rule=rule), answer.package, {0, 1}) >= delta


@pytest.mark.parametrize("seed", SEEDS)
def test_buffered_cost_is_the_least_of_all_votes(seed):
    draw = random.Random(seed)
    n = draw.randint(3, 4)
    made = list(cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)]).values())
    problem = cases.random_problem(draw, made[seed % len(made)])
    delta, vetoes = F(draw.randint(0, 4), 2), veto_players(problem.rule)
    expected = min(
        c for c, v, _ in cases.priced_votes(problem, delta, vetoes) if cases.passes(problem, v)
    )
    answer = cheapest_package(with_buffer(problem, delta))
    assert answer.cost == expected
    assert largest_buffer(problem, answer.package) is None or (
        largest_buffer(problem, answer.package) >= delta
    )


def test_largest_buffer_is_where_votes_are_lost():
    two = cases.problem(Rule(2, cases.count(2, 2)), (1, -1))
    paid = Package(transfers={1: F(5, 2)})
    assert largest_buffer(two, paid) == 1
    assert with_buffer(two, 1).violations(paid) == ()
    assert with_buffer(two, F(101, 100)).violations(paid) == ("rule",)


def test_largest_buffer_of_acquiescence_counts_the_band():
    veto = Rule(2, AllOf((cases.count(2, 1), cases.veto(2, 1))))
    problem = cases.problem(veto, (7, -1), (0, 3))
    assert largest_buffer(problem, Package()) == 2


def test_largest_buffer_without_end():
    stated = ConcessionProblem(Rule(1, cases.count(1, 1)), (Voter(stated=(2, 2, 2)),))
    assert largest_buffer(stated, Package()) is None


def test_largest_buffer_sees_votes_that_hold_one_another_up():
    rule = Rule(2, cases.count(2, 2))
    problem = replace(cases.problem(rule, (2, -1)), bandwagon={(1, 0): F(3)})
    assert largest_buffer(problem, Package()) == 2


@given(rules(max_players=4))
def test_veto_players_defeat_alone(rule):
    n, root = rule.n_players, rule.to_dict()["root"]
    everyone = (2,) * n
    alone = {
        i
        for i in range(n)
        if decided(root, everyone) and not decided(root, (*everyone[:i], 0, *everyone[i + 1 :]))
    }
    assert veto_players(rule) == alone


# Falls


@given(rules_and_profiles(max_players=4), st.integers(0, 3), st.sets(st.integers(0, 3)))
def test_breaking_set_is_smallest(pair, most, firm):
    rule, votes = pair
    root = rule.to_dict()["root"]
    fewest = cases.fewest_falls(root, votes, firm)
    found = breaking_set(rule, votes, most, firm)
    if fewest is None or fewest > most:
        assert found is None
    else:
        assert len(found) == fewest
        assert not found & firm
        assert not decided(root, cases.fallen(votes, found))


@given(rules_and_profiles(max_players=4), st.integers(0, 3), st.sets(st.integers(0, 3)))
def test_surviving_rule_lies_between(pair, falls, firm):
    rule, votes = pair
    fewest = cases.fewest_falls(rule.to_dict()["root"], votes, firm)
    truth = fewest is None or fewest > falls
    strong = surviving_rule(rule, falls, firm).evaluate(votes)
    weak = surviving_rule(rule, falls, firm, alternatives="none").evaluate(votes)
    assert strong <= truth <= weak
    if not _has_alternatives(rule.root):
        assert strong == weak == truth


def _has_alternatives(node):
    if isinstance(node, Quota):
        return False
    branches = isinstance(node, AnyOf) and len(node.parts) != 1
    return branches or any(map(_has_alternatives, node.parts))


@given(rules_and_profiles(max_players=4), st.sets(st.integers(0, 3)))
def test_lowered_rule(pair, players):
    rule, votes = pair
    able = {i for i in players if i < len(votes) and votes[i] in (1, 2)}
    after = cases.fallen(votes, able)
    assert lowered_rule(rule, able).evaluate(votes) == decided(rule.to_dict()["root"], after)


def test_council_that_survives():
    for falls, cost in enumerate((9, 14, 19)):
        found = cheapest_surviving(cases.seven(), falls)
        assert found.answer.cost == cost
        assert found.answer.solution.status == "optimal"
        assert found.breaking is not None
        assert len(found.breaking) > falls
    one = cheapest_surviving(cases.seven(), 1)
    assert one.answer.package.transfers == {1: 9, 3: 2, 4: 3}


@pytest.mark.parametrize("falls", [0, 1, 2])
@pytest.mark.parametrize("kind", list(cases.all_rules(3, (1, 1, 1))))
def test_surviving_cost_is_the_least_of_all_votes(kind, falls):
    for seed in range(3):
        draw = random.Random(f"{kind} {falls} {seed}")
        n = draw.randint(3, 5 - falls // 2)
        rule = cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)])[kind]
        problem = cases.random_problem(draw, rule, amendments=1)
        costs = [c for c, v, _ in cases.priced_votes(problem) if cases.stands(problem, v, falls)]
        found = cheapest_surviving(problem, falls)
        assert found.answer.cost == min(costs, default=None)
        if costs:
            assert found.answer.solution.status == "optimal"
            assert survives(problem, found.answer.package, falls)[0]
            fewest = most_falls(problem, found.answer.package)
            assert fewest is None or fewest >= falls
        else:
            assert found.answer.solution.status == "infeasible"


def test_falls_cost_more_the_more_there_are():
    for seed in SEEDS:
        draw = random.Random(seed)
        problem = cases.random_problem(draw, cases.two_thirds(4), amendments=1)
        costs = [cheapest_surviving(problem, falls).answer.cost for falls in range(4)]
        known = [c for c in costs if c is not None]
        assert known == sorted(known)
        assert costs[: len(known)] == known  # once impossible, always impossible


def test_the_firm_do_not_fall():
    rule = cases.council(3, 2, (0,))
    loose = cases.problem(rule, (0, 0, -4), (3, 0, 0))
    assert cheapest_surviving(loose, 1).answer.cost == 4
    firm = cases.problem(rule, (0, 0, -4), (3, 0, 0), firm=(0, 1))
    assert cheapest_surviving(firm, 1).answer.cost == 0


def test_a_linked_item_must_stand_too():
    link = Amendment(F(0), margins={1: F(5)}, route=Rule(3, cases.count(3, 2)))
    problem = cases.problem(Rule(3, cases.count(3, 1)), (0, -5, -9), amendments=(link,))
    assert cheapest_surviving(problem, 0).answer.cost == 0
    assert cheapest_surviving(problem, 1).answer.cost == 5  # by cash: the link takes a third vote


def test_a_limit_leaves_a_package_that_survives():
    rule = cases.double_majority((3, 1, 1, 1), 3, 4, 2)
    problem = cases.problem(rule, (0, -1, -2, -3))
    exact = cheapest_surviving(problem, 1)
    cut = cheapest_surviving(problem, 1, max_rounds=0)
    assert survives(problem, cut.answer.package, 1)[0]
    assert cut.answer.cost >= exact.answer.cost >= cut.answer.solution.bound
    assert cut.answer.solution.status == ("optimal" if cut.answer.solution.gap == 0 else "bounded")


def test_falls_of_a_package_that_fails():
    assert survives(cases.seven(), Package(), 1) == (False, frozenset())
    with pytest.raises(GameError, match="even if no vote falls"):
        most_falls(cases.seven(), Package())
    with pytest.raises(GameError, match="whole number from 0 up"):
        cheapest_surviving(cases.seven(), -1)


def test_ways_to_fail_are_limited():
    leaf = AllOf(tuple(cases.veto(2, i % 2) for i in range(11)))
    rule = Rule(2, AnyOf((leaf,) * 4))
    with pytest.raises(LimitError, match="more than 10,000 ways"):
        breaking_set(rule, (2, 2), 1)


# Hold-outs


@pytest.mark.parametrize("seed", SEEDS)
def test_rents_are_differences_of_all_votes(seed):
    draw = random.Random(seed)
    n = draw.randint(3, 4)
    made = list(cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)]).values())
    problem = cases.random_problem(draw, made[seed % len(made)])
    answer = cheapest_package(problem)
    priced = [(c, v, t) for c, v, t in cases.priced_votes(problem) if cases.passes(problem, v)]
    found = hold_outs(problem, answer)
    assert [h.player for h in found] == list(paid_players(problem, answer.package))
    for held in found:
        i, rents = held.player, []
        for lost in (False, True):
            costs = []
            for cost, votes, text in priced:
                margin = problem.voters[i].margin[1]
                margin += sum(problem.amendments[k].margins[i] for k in text)
                own = 0 if lost else problem.voters[i].level_at(margin)
                if votes[i] == own or (lost and _passes_without(problem, votes, i)):
                    costs.append(cost - _price(problem, votes, i, margin) * lost)
            rents.append(min(costs, default=None))
        rents = [None if c is None else c - answer.cost for c in rents]
        assert [held.rent, held.rent_if_lost] == rents
        assert held.proved
        assert None in rents or rents[0] <= rents[1]


def _passes_without(problem, votes, player):
    return cases.passes(problem, (*votes[:player], 0, *votes[player + 1 :]))


def _price(problem, votes, player, margin):
    """What a vote costs that is paid for in a profile but not needed there."""
    if votes[player] == 0:
        return F(0)
    target = F(0) if votes[player] == 2 else -problem.voters[player].band
    return max(F(0), target - margin) * problem.transfers[player].cost


def test_who_is_indispensable_has_no_bound():
    rule = cases.council(2, 1, (0, 1), literal=True)
    problem = cases.problem(rule, (1, -3))
    (held,) = hold_outs(problem, cheapest_package(problem))
    assert (held.player, held.rent, held.rent_if_lost, held.proved) == (1, None, None, True)


def test_leaving_out_payments_renumbers_what_is_left():
    problem = replace(
        cases.problem(Rule(2, cases.count(2, 1)), (-3, -4)),
        items=(Item(0, F(3), F(1)), Item(1, F(4), F(1))),
        budgets=(Budget(F(9), frozenset({0, 1}), frozenset({1})),),
        channels=(Channel(F(1), frozenset({1}), frozenset({1})),),
    )
    smaller, transfers, items = without_payment(problem, 0)
    assert (transfers, items) == ((1,), (1,))
    assert [t.recipient for t in (*smaller.transfers, *smaller.items)] == [1, 1]
    assert smaller.budgets[0] == Budget(F(9), frozenset({0}), frozenset({0}))
    assert smaller.channels[0] == Channel(F(1), frozenset({0}), frozenset({0}))
    with pytest.raises(GameError, match="no player 2"):
        without_payment(problem, 2)
    with pytest.raises(GameError, match="no package"):
        hold_outs(problem, replace(cheapest_package(problem), package=None))
