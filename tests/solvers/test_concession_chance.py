"""The chance of passage: every outcome summed, worked cases, a fine grid, laws, refusals."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist

import pytest
import robust_cases as cases
from oracles import decided

from solvers.concessions import cheapest_package
from solvers.concessions.problem import Amendment, ConcessionProblem, Package, Voter
from solvers.concessions.robust.chance import Normal, Uniform, interval_spreads, passage_chance
from solvers.concessions.robust.chance_climb import climb
from solvers.concessions.robust.chance_search import cheapest_with_chance
from solvers.errors import GameError
from solvers.rules.rule import Rule
from solvers.rules.vote_conditions import Adopted, VoteBetween

F = Fraction
UNIT = NormalDist()


def chances_of_votes(voter, margin, spread):
    """Probabilities of a vote against, an abstention and a vote for."""
    if spread is None:
        sure = [0.0, 0.0, 0.0]
        sure[2 if margin >= 0 else 1 if margin >= -voter.band else 0] = 1.0
    else:
        if isinstance(spread, Normal):
            distribution = NormalDist(float(margin), float(spread.deviation)).cdf
        else:
            low, high = float(margin - spread.below), float(margin + spread.above)

            def distribution(x):
                return min(1.0, max(0.0, (x - low) / (high - low)))

        below, middle = distribution(float(-voter.band)), distribution(0.0)
        sure = [below, middle - below, 1 - middle]
    hidden = float(voter.hidden)
    return [hidden + (1 - hidden) * sure[0], *((1 - hidden) * p for p in sure[1:])]


def chance_of_all_votes(problem, package, spreads, roots=()):
    table = [
        chances_of_votes(v, problem.margin(i, package), spreads.get(i))
        for i, v in enumerate(problem.voters)
    ]
    total = 0.0
    for votes in cases.all_votes(len(table)):
        if all(decided(root, votes) for root in (problem.rule.to_dict()["root"], *roots)):
            share = 1.0
            for row, vote in zip(table, votes, strict=True):
                share *= row[vote]
            total += share
    return total


def random_spreads(draw, n):
    kinds = [
        None,
        Normal(F(draw.randint(1, 4), 2)),
        Uniform(F(draw.randint(1, 4)), F(draw.randint(0, 3))),
    ]
    chosen = {i: draw.choice(kinds) for i in range(n)}
    return {i: s for i, s in chosen.items() if s is not None}


def with_hidden(draw, problem):
    voters = tuple(replace(v, hidden=F(draw.randint(0, 4), 20)) for v in problem.voters)
    return replace(problem, voters=voters)


def two(deviations, margins=(-5, -5), rule=None):
    problem = cases.problem(rule or cases.council(2, 0, (0, 1)), margins)
    return problem, {i: Normal(F(d)) for i, d in enumerate(deviations)}


# The probability of a package


@pytest.mark.parametrize("seed", range(24))
def test_chance_is_the_sum_over_all_votes(seed):
    draw = random.Random(seed)
    n = draw.randint(2, 4)
    made = list(cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)]).values())
    problem = with_hidden(draw, cases.random_problem(draw, made[seed % len(made)], 1))
    spreads = random_spreads(draw, n)
    amounts = {i: F(draw.randint(0, 6)) for i in range(n)}
    package = Package(frozenset({0} if seed % 2 else ()), amounts)
    found = passage_chance(problem, package, spreads)
    expected = chance_of_all_votes(problem, package, spreads)
    assert float(found.probability) == pytest.approx(expected, abs=1e-12)
    normal = any(isinstance(s, Normal) for s in spreads.values())
    assert (found.error > 0) == normal


def test_intervals_and_hidden_objections_are_exact():
    rule = Rule(2, cases.count(2, 2))
    voters = (Voter(margin=(F(-1), F(0), F(2))), Voter(margin=(F(1),) * 3, hidden=F(1, 7)))
    problem = ConcessionProblem(rule, voters)
    spreads = interval_spreads(problem)
    assert spreads == {0: Uniform(F(1), F(2))}
    found = passage_chance(problem, Package(), spreads)
    assert (found.probability, found.error) == (F(2, 3) * F(6, 7), 0)


def test_linked_items_must_pass_too():
    link = Amendment(F(0), route=Rule(2, cases.count(2, 2)))
    problem, spreads = two((1, 2), (1, 1), Rule(2, cases.count(2, 1)))
    problem = replace(problem, amendments=(link,))
    package = Package(frozenset({0}))
    found = passage_chance(problem, package, spreads)
    expected = chance_of_all_votes(problem, package, spreads, [link.route.to_dict()["root"]])
    assert float(found.probability) == pytest.approx(expected, abs=1e-12)
    assert found.probability < passage_chance(problem, Package(), spreads).probability


def test_stated_votes_may_hang_on_the_text_and_the_absent_do_not_vote():
    rule = Rule(3, cases.count(3, 1))
    voters = (
        Voter(stated=(0, 0, 0), conditions=((2, Adopted(0)),)),
        Voter(),
        Voter(stated=(0,) * 3),
    )
    problem = ConcessionProblem(rule, voters, (Amendment(F(1)),))
    assert passage_chance(problem, Package(), {}).probability == 0
    assert passage_chance(problem, Package(frozenset({0})), {}).probability == 1


# The cheapest package


def test_two_independent_veto_holders():
    problem, spreads = two((1, 1))
    found = cheapest_with_chance(problem, spreads, F(9, 10))
    assert float(found.answer.cost) == pytest.approx(2 * (5 + UNIT.inv_cdf(0.9**0.5)), rel=1e-6)
    assert found.answer.solution.status == "optimal"
    assert found.chance.probability - found.chance.error >= F(9, 10)
    assert found.chance == passage_chance(problem, found.answer.package, spreads)


def test_the_more_doubtful_is_paid_more():
    problem, spreads = two((1, 2))
    found = cheapest_with_chance(problem, spreads, F(9, 10))
    assert float(found.answer.cost) == pytest.approx(14.80, abs=0.005)
    given = [round(float(found.answer.package.transfers[i]), 2) for i in range(2)]
    assert given == [6.86, 7.94]


def test_hidden_objections_use_up_the_risk():
    problem, spreads = two((1, 1))
    shy = replace(problem, voters=tuple(replace(v, hidden=F(1, 50)) for v in problem.voters))
    found = cheapest_with_chance(shy, spreads, F(9, 10))
    share = (0.9 / 0.98**2) ** 0.5
    assert float(found.answer.cost) == pytest.approx(2 * (5 + UNIT.inv_cdf(share)), rel=1e-6)
    assert cheapest_with_chance(shy, spreads, F(97, 100)).answer.solution.status == "infeasible"


def test_an_interval_is_paid_to_its_end_at_most():
    problem = cases.problem(cases.council(1, 0, (0,)), (-5,), (1,))
    spreads = {0: Uniform(F(2), F(2))}
    for chance, cost in ((F(1, 2), 4), (F(3, 4), 5), (F(99, 100), 4 + F(98, 50))):
        found = cheapest_with_chance(problem, spreads, chance)
        assert float(found.answer.cost) == pytest.approx(float(cost), rel=1e-6)
        assert found.answer.solution.status == "optimal"


@pytest.mark.parametrize("quota", [1, 2])
def test_near_the_best_of_a_fine_grid(quota):
    margins, deviations = (-1, -2), (1, F(1, 2))
    problem, spreads = two(deviations, margins, Rule(2, cases.count(2, quota)))
    found = cheapest_with_chance(problem, spreads, F(4, 5))
    grid, best = [k / 50 for k in range(250)], None
    for pay in itertools.product(grid, repeat=2):
        p = [UNIT.cdf((m + x) / float(d)) for m, x, d in zip(margins, pay, deviations, strict=True)]
        passes = p[0] * p[1] if quota == 2 else 1 - (1 - p[0]) * (1 - p[1])
        supporters = sum(m + x >= 0 for m, x in zip(margins, pay, strict=True))
        if passes >= 0.8 and supporters >= quota and (best is None or sum(pay) < best):
            best = sum(pay)
    cost = float(found.answer.cost)
    assert found.answer.solution.bound <= best + 1e-9
    assert cost <= best * 1.011  # the gap that is allowed
    assert found.chance.probability >= F(4, 5)
    assert found.answer.solution.bound <= cost


def test_an_estimate_that_can_only_be_too_low():
    """It is certain once it is met; before, each half of the way counts as much."""
    for quota, chance, cost in ((1, F(7, 8), 0), (2, F(7, 8), 2)):
        problem = cases.problem(Rule(2, cases.count(2, quota)), (0, -2))
        spreads = {1: Uniform(F(0), F(4)), 0: Uniform(F(0), F(1))}
        found = cheapest_with_chance(problem, spreads, chance)
        assert found.answer.cost == cost
        assert found.answer.solution.status == "optimal"
    doubtful = cases.problem(Rule(3, cases.count(3, 1)), (0, -2, -9))
    found = cheapest_with_chance(doubtful, {1: Uniform(F(0), F(4)), 0: Normal(F(1))}, F(7, 8))
    assert float(found.answer.cost) == pytest.approx(UNIT.inv_cdf(0.75), rel=0.02)


def test_a_package_for_the_chance_costs_more_the_higher_it_is():
    problem, spreads = two((1, 2), (-1, 0), cases.council(2, 1, (0, 1)))
    costs = [cheapest_with_chance(problem, spreads, F(p, 20)).answer.cost for p in (8, 12, 16, 19)]
    assert costs == sorted(costs)
    assert costs[0] >= cheapest_package(problem).cost


def test_certain_votes_may_be_what_is_missing():
    """The third is certain once it is paid; to make the doubtful ones sure costs more."""
    problem = cases.problem(Rule(3, cases.count(3, 2)), (0, 0, -1), costs=(9, 9, 1))
    spreads = {0: Normal(F(1)), 1: Normal(F(1))}
    found = cheapest_with_chance(problem, spreads, F(7, 10))
    assert found.answer.cost == 1
    assert found.answer.solution.status == "optimal"
    assert found.chance.probability == F(3, 4)


def test_a_limit_leaves_a_package_and_a_bound():
    problem = cases.problem(Rule(3, cases.count(3, 2)), (1, -2, -3))
    spreads = {i: Normal(F(1)) for i in range(3)}
    found = cheapest_with_chance(problem, spreads, F(9, 10), max_rounds=5)
    solution = found.answer.solution
    assert solution.status == "bounded"
    assert solution.gap > 0
    assert solution.bound <= float(found.answer.cost)
    assert found.chance.probability >= F(9, 10)
    assert problem.violations(found.answer.package) == ()


def test_what_cannot_be_paid_cannot_be_made_likely():
    problem, spreads = two((1, 1))
    capped = replace(problem, transfers=tuple(replace(t, cap=F(5)) for t in problem.transfers))
    found = cheapest_with_chance(capped, spreads, F(9, 10))
    assert (found.answer.package, found.chance) == (None, None)
    assert found.answer.solution.status == "infeasible"


def test_climbing_stops_where_nothing_can_rise():
    one = {0: F(0)}
    assert climb(lambda margins: F(0), one, one, {0: F(1)}, F(1, 2)) is None


def test_refusals():
    problem, spreads = two((1, 1))
    for wrong in (F(0), F(1), F(3, 2)):
        with pytest.raises(GameError, match="above 0 and below 1"):
            cheapest_with_chance(problem, spreads, wrong)
    with pytest.raises(GameError, match="which are exact"):
        cheapest_with_chance(problem, spreads, 0.9)
    with pytest.raises(GameError, match="player 2, who has no margin"):
        passage_chance(problem, Package(), {2: Normal(F(1))})
    with pytest.raises(GameError, match="leave out the bandwagon"):
        passage_chance(replace(problem, bandwagon={(0, 1): F(1)}), Package(), {})
    waits = Voter(stated=(0,) * 3, conditions=((2, VoteBetween(0, 2, 2)),))
    with pytest.raises(GameError, match="player 1 hangs on the votes of others"):
        passage_chance(replace(problem, voters=(problem.voters[0], waits)), Package(), {})
    with pytest.raises(GameError, match="deviation is 0"):
        Normal(F(0))
    with pytest.raises(GameError, match="no length"):
        Uniform(F(0), F(0))
