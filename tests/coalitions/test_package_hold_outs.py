"""What recipients could claim: plain, demanded and of net value, against all votes and by hand."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
import robust_cases as cases
from concession_instances import SEPARABLE, random_problem
from oracles import decided
from package_oracle import without

import coalitions as co
import solvers.concessions
from coalitions.concessions import package_hold_outs
from coalitions.concessions.package_demands import Demand, demanded_package
from coalitions.concessions.package_hold_outs import Asked
from solvers.concessions import cheapest_package
from solvers.concessions.listing import vote_price_search
from solvers.concessions.net_value import best_net_package
from solvers.concessions.problem import Amendment, Budget, ConcessionProblem, Transfer, Voter
from solvers.concessions.robust.buffer import with_buffer
from solvers.concessions.robust.hold_out import hold_outs, hold_outs_at_once, paid_players
from solvers.concessions.robust.rival import cheapest_against_rival
from solvers.concessions.robust.survival import cheapest_surviving
from solvers.errors import GameError, SolverError
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


def least_against(problem, budget, unpaid=None):
    """Least cost against a rival: a linear programme per text and votes, a row per way to lose."""
    linprog = pytest.importorskip("scipy.optimize").linprog
    root, n = problem.rule.to_dict()["root"], len(problem.voters)
    profiles = cases.all_votes(n)
    best = None
    for size in range(len(problem.amendments) + 1):
        for text in itertools.combinations(problem.amendments, size):
            margins = [
                v.margin[1] + sum(a.margins.get(i, 0) for a in text)
                for i, v in enumerate(problem.voters)
            ]
            for votes in profiles:
                needed = zip(votes, margins, problem.voters, strict=True)
                least = [[0, -v.band - m, -m][vote] if vote else 0 for vote, m, v in needed]
                if not decided(root, votes) or (unpaid is not None and least[unpaid] > 0):
                    continue
                rows, rests = [], []
                for target in profiles:
                    down = [i for i in range(n) if target[i] < votes[i]]
                    if decided(root, target) or any(problem.voters[i].firm for i in down):
                        continue
                    bands = sum(problem.voters[i].band for i in down if target[i] == 0)
                    rows.append([-int(i in down) for i in range(n)])
                    rests.append(float(sum(margins[i] for i in down) + bands - budget))
                found = linprog(
                    [float(t.cost) for t in problem.transfers],
                    A_ub=rows or None,
                    b_ub=rests or None,
                    bounds=[(max(0.0, float(x)), 0 if i == unpaid else None)
                            for i, x in enumerate(least)],
                )  # fmt: skip
                cost = float(sum(a.cost for a in text)) + (found.fun or 0.0)
                if found.status == 0 and (best is None or cost < best):
                    best = cost
    return best


@pytest.mark.parametrize("seed", range(12))
def test_packages_that_stand_a_rival_against_all_votes(seed):
    draw = random.Random(seed)
    made = list(cases.all_rules(3, [draw.randint(1, 4) for _ in range(3)]).values())
    problem = cases.random_problem(draw, made[seed % len(made)], amendments=1)
    budget = F(draw.randint(1, 6), 2)
    answer = cheapest_against_rival(problem, budget).answer
    claims, why_not = Asked(problem, Demand("rival", budget)).rents(answer)
    assert why_not == ""
    assert [h.player for h in claims] == list(paid_players(problem, answer.package))
    for held in claims:
        cost = least_against(problem, budget, held.player)
        assert held.proved
        assert (held.rent is None) == (cost is None)
        if cost is not None:
            assert float(held.rent) == pytest.approx(cost - float(answer.cost), abs=1e-5)


def test_packages_that_pass_with_a_probability():
    """Margin -5, give or take 2, band 1: cash of 5 does three times in four, a text for 9."""
    voter = Voter(margin=(F(-7), F(-5), F(-3)), band=F(1))
    cash = (Transfer(0, F(1), F(1)),)
    text = Amendment(F(9), margins={0: F(6)})
    demand = Demand("chance", F(3, 4))
    for texts, rent in (((text,), 4), ((), None)):
        problem = ConcessionProblem(cases.council(1, 0, (0,)), (voter,), texts, cash)
        answer = demanded_package(problem, demand, ["a"]).answer
        assert float(answer.cost) == pytest.approx(5, rel=1e-6)
        (claim,) = Asked(problem, demand).rents(answer)[0]
        assert claim.proved
        assert claim.rent == (None if rent is None else pytest.approx(rent, rel=1e-6))
    found = co.packages(co.load("council-of-seven"), demand=Demand("chance", F(9, 10)))
    assert found.hold_outs


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


# Limits, Ctrl-C, rounding, failures.


def two_alike():
    return cases.problem(Rule(3, cases.count(3, 1)), (-3, -3, -9))


def test_rounding_makes_no_rent_negative():
    """Another is had for as much; an answer may be dearer by what a solver cannot tell apart."""
    problem = two_alike()
    answer = cheapest_package(problem)
    rounded = replace(answer, cost=answer.cost + F(1, 10**7))
    (held,) = hold_outs(problem, rounded, lost=False)
    assert held.rent == 0


@pytest.mark.parametrize("how", ["raised", "told"])
def test_after_ctrl_c_the_others_are_not_proved(how):
    problem = cases.seven()
    answer = cheapest_package(problem)
    runs = []

    def engine(asked, *, time_limit=None):
        runs.append(asked)
        found = cheapest_package(asked)
        if len(runs) < 2:
            return found
        if how == "raised":
            raise KeyboardInterrupt
        return replace(found, solution=replace(found.solution, interrupted=True))

    claims = hold_outs(problem, answer, engine=engine, lost=False)
    assert [h.player for h in claims] == list(paid_players(problem, answer.package))
    assert [h.proved for h in claims] == [True, False, False]
    assert [h.rent for h in claims[1:]] == [None, None]
    assert len(runs) == 2


def test_a_search_for_all_that_is_cut_is_not_begun_again_one_by_one(monkeypatch):
    problem = cases.problem(cases.council(), (6, -9, 1, -2, -3, -5, -6), amendments=[cases.LEAD])
    answer = cheapest_package(problem)
    paid = list(paid_players(problem, answer.package))
    monkeypatch.setattr(
        solvers.concessions, "cheapest_package", lambda *_, **__: pytest.fail("it began again")
    )
    late = Asked(problem).rents(answer, time_limit=1e-9)[0]
    assert [(h.player, h.proved) for h in late] == [(i, False) for i in paid]

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(vote_price_search._Search, "_open", interrupted)
    cut = Asked(problem).rents(answer)[0]
    assert [(h.player, h.rent, h.proved) for h in cut] == [(i, None, False) for i in paid]


def test_ctrl_c_in_a_later_run_of_net_value_is_told(monkeypatch):
    texts = (Amendment(F(1), F(4), {0: F(1)}), Amendment(F(1), F(-2), {1: F(2)}))
    problem = replace(cases.problem(cases.council(2, 2, ()), (-3, -4), amendments=texts))
    whole = solvers.concessions.cheapest_package
    runs = []

    def second_is_cut(*args, **how):
        runs.append(args)
        found = whole(*args, **how)
        if len(runs) == 1:
            return found
        cut = replace(found.solution, status="stopped", interrupted=True)
        return replace(found, package=None, cost=None, solution=cut)

    monkeypatch.setattr(solvers.concessions, "cheapest_package", second_is_cut)
    found = Asked(problem, worth=F(2)).again(problem)
    assert len(runs) == 2
    assert found.package is not None
    assert (found.solution.status, found.solution.interrupted) == ("bounded", True)


def test_a_failure_beside_the_package_leaves_the_package(monkeypatch):
    def fails(*_, **__):
        raise SolverError("player 1 is too much for it")

    case, demand = co.load("council-of-seven"), Demand("survive", F(1))
    monkeypatch.setattr(package_hold_outs, "demanded_package", fails)
    found = co.packages(case, without_amendments=True, demand=demand)
    assert found.status == "found"
    assert found.no_hold_outs == f"{found.model.names[1]} is too much for it"
    assert found.verify()


def test_nobody_is_called_indispensable_to_every_package_where_a_demand_is_the_reason():
    case = co.load("council-of-seven")
    plain = co.packages(case, without_amendments=True)
    stood = co.packages(case, without_amendments=True, demand=Demand("survive", F(1)))
    assert any(h.rent is None for h in stood.hold_outs)
    assert "no package does without" in dict(plain.lines())["hold-out"]
    assert "no package that stands this does without" in dict(stood.lines())["hold-out"]
