"""What recipients could claim: plain, demanded and of net value, against all votes and by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
import robust_cases as cases
from concession_instances import SEPARABLE, random_problem
from package_oracle import without

import coalitions as co
from coalitions.concessions import package_hold_outs
from coalitions.concessions.package_demands import Demand
from coalitions.concessions.package_hold_outs import Asked
from solvers.concessions import cheapest_package
from solvers.concessions.net_value import best_net_package
from solvers.concessions.problem import Budget
from solvers.concessions.robust.buffer import with_buffer
from solvers.concessions.robust.hold_out import hold_outs, hold_outs_at_once, paid_players
from solvers.concessions.robust.rival import cheapest_against_rival
from solvers.concessions.robust.survival import cheapest_surviving
from solvers.errors import GameError
from solvers.rules.rule import Rule

F = Fraction


def rents(claims):
    return {held.player: held.rent for held in claims}


def drawn(seed):
    draw = random.Random(seed)
    n = draw.randint(3, 4)
    made = list(cases.all_rules(n, [draw.randint(1, 4) for _ in range(n)]).values())
    return draw, cases.random_problem(draw, made[seed % len(made)])


def own_vote(problem, player, text):
    """How a player votes under a text when it is paid nothing."""
    voter = problem.voters[player]
    margin = voter.margin[1] + sum(problem.amendments[k].margins[player] for k in text)
    return 2 if margin >= 0 else 1 if margin >= -voter.band else 0


def by_force(problem, player, works, gain=lambda text: 0):
    """Least cost, less the gain of the text, among all votes that work; with one unpaid."""
    return min(
        (
            cost - gain(text)
            for cost, votes, text in cases.priced_votes(problem)
            if works(votes) and (player is None or votes[player] == own_vote(problem, player, text))
        ),
        default=None,
    )


def expected(problem, paid, works, **how):
    least = by_force(problem, None, works, **how)
    costs = {i: by_force(problem, i, works, **how) for i in paid}
    return {i: None if cost is None else cost - least for i, cost in costs.items()}


@pytest.mark.parametrize("seed", range(20))
def test_all_at_once_as_one_by_one_and_as_brute_force(seed):
    problem = random_problem(seed, SEPARABLE, 4)
    answer = cheapest_package(problem)
    if answer.package is None:
        with pytest.raises(GameError, match="no package"):
            hold_outs_at_once(problem, answer)
        return
    together = hold_outs_at_once(problem, answer)
    assert together == hold_outs(problem, answer, lost=False)
    for held in together:
        cost = without(problem, held.player)
        assert held.rent == (None if cost is None else cost - answer.cost)
        assert held.proved


def test_at_once_only_where_players_are_paid_one_by_one():
    _, problem = drawn(3)
    cash = frozenset(range(len(problem.transfers)))
    tied = replace(
        problem, budgets=(Budget(F(100), cash, frozenset()), Budget(F(3), cash, frozenset()))
    )
    answer = cheapest_package(problem)
    assert hold_outs_at_once(tied, answer) is None
    assert hold_outs_at_once(problem, replace(answer, cost=answer.cost + 1)) is None


@pytest.mark.parametrize("seed", range(15))
def test_packages_that_stand_falls(seed):
    draw, problem = drawn(seed)
    falls = draw.randint(1, 2)
    answer = cheapest_surviving(problem, falls).answer
    claims, why_not = Asked(problem, Demand("survive", F(falls))).rents(answer)
    assert why_not == ""
    if answer.package is None:
        assert claims == ()
        return
    paid = paid_players(problem, answer.package)

    def works(votes):
        return cases.passes(problem, votes) and cases.stands(problem, votes, falls)

    assert rents(claims) == expected(problem, paid, works)
    assert all(held.proved and held.rent_if_lost is None for held in claims)


@pytest.mark.parametrize("seed", range(15))
def test_packages_of_net_value(seed):
    draw, problem = drawn(seed)
    texts = tuple(replace(a, effect=F(draw.randint(-4, 4))) for a in problem.amendments)
    problem = replace(problem, amendments=texts, effect=F(10), floor=F(-99))
    worth = F(draw.randint(1, 4), 2)
    answer = best_net_package(problem, worth).answer
    claims, _ = Asked(problem, worth=worth).rents(answer)

    def gain(text):
        return worth * sum(texts[k].effect for k in text)

    paid = paid_players(problem, answer.package)
    assert rents(claims) == expected(
        problem, paid, lambda votes: cases.passes(problem, votes), gain=gain
    )


@pytest.mark.parametrize("seed", range(15))
def test_packages_with_a_buffer(seed):
    draw, problem = drawn(seed)
    level = F(draw.randint(1, 4), 2)
    answer = cheapest_package(with_buffer(problem, level))
    claims, _ = Asked(problem, Demand("buffer", level)).rents(answer)
    again = hold_outs(with_buffer(problem, level), answer, lost=False)
    assert rents(claims) == rents(again)
    for held in claims:
        cost = without(with_buffer(problem, level), held.player)
        assert held.rent == (None if cost is None else cost - answer.cost)


def test_packages_that_stand_a_rival():
    """Three who do not care, two of them needed, against 6: all get 3; without one, two get 6."""
    problem = cases.problem(Rule(3, cases.count(3, 2)), (0, 0, 0))
    answer = cheapest_against_rival(problem, 6).answer
    assert answer.cost == 9
    claims, _ = Asked(problem, Demand("rival", F(6))).rents(answer)
    assert rents(claims) == {0: 3, 1: 3, 2: 3}


def test_packages_that_pass_with_a_probability():
    found = co.packages(co.load("council-of-seven"), demand=Demand("chance", F(9, 10)))
    (claim,) = found.hold_outs
    assert claim.proved
    assert claim.rent is None or claim.rent >= 0


def test_why_nothing_was_asked(monkeypatch):
    problem = cases.seven()
    answer = cheapest_package(problem)
    assert rents(Asked(problem).rents(answer)[0])
    stopped = replace(answer, solution=replace(answer.solution, status="bounded"))
    assert Asked(problem).rents(stopped) == ((), "it is not proved that this package is the best")
    monkeypatch.setattr(package_hold_outs, "MOST_SEARCHES", 1)
    assert rents(Asked(problem).rents(answer)[0])  # one search serves all
    claims, why_not = Asked(problem, Demand("survive", F(0))).rents(answer)
    assert claims == ()
    assert "3 are paid" in why_not
    nobody = cases.problem(Rule(2, cases.count(2, 2)), (1, 1))
    assert Asked(nobody).rents(cheapest_package(nobody)) == ((), "")


def test_answers_show_them_or_say_why_not(monkeypatch):
    case = co.load("council-of-seven")
    plain = co.packages(case, without_amendments=True)
    assert {h["state"]: h["rent"] for h in plain.answer()["hold_outs"]} == {
        "d": "3",
        "e": "2",
        "B": None,
    }
    shown = co.packages(case, without_amendments=True, demand=Demand("survive", F(1)))
    assert shown.answer()["hold_outs"]
    assert shown.answer()["hold_outs_not_asked"] == ""
    assert "could be claimed" in dict(shown.lines())["hold-out"]
    assert shown.verify()
    monkeypatch.setattr(package_hold_outs, "MOST_SEARCHES", 0)
    silent = co.packages(case, without_amendments=True, demand=Demand("survive", F(1)))
    assert silent.answer()["hold_outs"] == []
    assert dict(silent.lines())["hold-out"].startswith("not asked: ")
    assert silent.answer()["hold_outs_not_asked"] in dict(silent.lines())["hold-out"]
    assert co.packages(case, rents=False).answer()["hold_outs_not_asked"] == ""
