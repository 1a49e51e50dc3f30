"""Exact amounts: budgets, contributions, third parties, channels, and their linear programme."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from concession_cases import trio

from solvers.concessions import cheapest_package
from solvers.concessions.parts import Budget, Package, Transfer, Voter
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.amounts import least_amounts
from solvers.concessions.programme.amounts_lp import least_point
from solvers.concessions.ties import Channel, Contribution, Need, ThirdParty
from solvers.errors import GameError
from solvers.programmes.rational_lp import check_certificate, solve_rational_lp
from solvers.rules.rule import Quota, Rule

F = Fraction


def test_a_budget_sends_part_of_a_payment_another_way():
    """Caps and a budget meet in thirds, which floats would miss."""
    cash = (
        Transfer(1, F(1), F(1), F(7, 3)),
        Transfer(1, F(1), F(2)),
        Transfer(2, F(3), F(1)),
        Transfer(2, F(1), F(5)),
    )
    problem = trio(3, transfers=cash)
    problem = replace(problem, budgets=(Budget(F(3), frozenset({0, 2}), frozenset()),))
    asked = {1: (F(0), None), 2: (F(0), None)}
    found, given = least_amounts(problem, Package(), asked, frozenset({1, 2}), ())
    assert found == {0: F(4, 3), 1: F(5, 3), 2: F(5, 3)}
    assert given == {}
    none = replace(problem, transfers=(cash[0], cash[2]), budgets=())
    assert least_amounts(none, Package(), asked, frozenset({1, 2}), ()) is None


def test_who_contributes_may_have_to_be_paid_for_it():
    """One unit costs the first nothing but burdens it; the second would be dearer."""
    rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    problem = ConcessionProblem(
        rule,
        (Voter(margin=(F(1, 2),) * 3), Voter(margin=(F(0),) * 3)),
        transfers=(Transfer(0, F(1), F(3)),),
        needs=(Need(F(1)),),
        contributions=(
            Contribution(0, 0, F(5), burden=F(1)),
            Contribution(1, 0, F(5), F(2)),
        ),
    )
    answer = cheapest_package(problem)
    assert answer.cost == 1  # half a unit from each; to pay the first for more would cost 3
    assert dict(answer.package.contributions) == {0: F(1, 2), 1: F(1, 2)}
    dear = replace(problem, contributions=(problem.contributions[0],))
    answer = cheapest_package(dear)
    assert answer.cost == F(3, 2)
    assert dict(answer.package.transfers) == {0: F(1, 2)}


def test_a_transfer_that_helps_somebody_outside_may_exceed_what_its_recipient_asks():
    helps = Transfer(1, F(1), F(2), harm={0: F(1, 2)})
    problem = trio(1, transfers=(helps,), third_parties=(ThirdParty(F(-3), F(0)),))
    answer = cheapest_package(problem)
    assert dict(answer.package.transfers) == {0: 6}
    mixed = Transfer(1, F(1), F(2), harm={0: F(1), 1: F(-1)})
    both = replace(problem, transfers=(mixed,), third_parties=(ThirdParty(F(0), F(0)),) * 2)
    with pytest.raises(GameError, match="helps third party 0 and harms another; give it a cap"):
        cheapest_package(both, engine="programme")


def test_a_channel_is_opened_only_where_it_is_worth_its_toll():
    cash = (Transfer(1, F(1), F(1)), Transfer(1, F(1), F(2)))
    for toll, used in ((F(2), 0), (F(4), 1)):
        problem = trio(2, transfers=cash, channels=(Channel(toll, frozenset({0})),))
        answer = cheapest_package(problem, engine="programme")
        assert set(answer.package.transfers) == {used}
        assert answer.cost == min(3 + toll, 6)


# The linear programme behind them.


def payments(rng):
    """So many states to pay by two instruments each, with caps, and two budgets over all."""
    n = rng.randint(1, 6)
    costs = [F(rng.randint(0, 9), rng.randint(1, 3)) for _ in range(2 * n)]
    rows = [{2 * i: F(rng.randint(1, 4), 3), 2 * i + 1: F(1)} for i in range(n)]
    senses = [rng.choice(("==", ">=")) for _ in rows]
    rhs = [F(rng.randint(0, 9), rng.randint(1, 7)) for _ in rows]
    for first in (0, 1):
        rows.append({j: F(rng.randint(1, 3)) for j in range(first, 2 * n, 2)})
        senses.append("<=")
        rhs.append(F(rng.randint(0, 8 * n), 3))
    caps = {j: F(rng.randint(0, 9), 2) for j in range(2 * n) if rng.random() < 0.5}
    return costs, rows, senses, rhs, caps


def test_a_guess_leads_to_the_exact_optimum():
    rng, outcomes = random.Random(3), []
    for _ in range(60):
        costs, rows, senses, rhs, caps = payments(rng)
        with_caps = (
            [*rows, *({j: F(1)} for j in caps)],
            [*senses, *["<="] * len(caps)],
            [*rhs, *caps.values()],
        )
        proved = solve_rational_lp(costs, *with_caps)
        assert check_certificate(costs, *with_caps, proved) == ()
        found = least_point(costs, rows, senses, rhs, caps, direct=0)
        outcomes.append(found is None)
        assert (found is None) == (proved.status == "infeasible")
        if found is not None:
            point, value = found
            assert value == proved.objective == sum(map(F.__mul__, costs, point))
            assert check_certificate(costs, *with_caps, replace(proved, x=point)) == ()
    assert set(outcomes) == {True, False}


def test_a_wrong_guess_does_no_harm(monkeypatch):
    import solvers.concessions.programme.amounts_lp as amounts_lp

    rng = random.Random(4)
    for _ in range(30):
        costs, rows, senses, rhs, caps = payments(rng)
        right = least_point(costs, rows, senses, rhs, caps)
        for guess in (None, (0.0,) * len(costs), (1.0,) * len(costs)):
            monkeypatch.setattr(amounts_lp, "_guess", lambda *_, guess=guess: guess)
            found = least_point(costs, rows, senses, rhs, caps, direct=0)
            assert (found and found[1]) == (right and right[1])
