"""The front of the engines: which one answers, what a second one says, limits told truly."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from concession_cases import BACK_ENDS, LEAD, SUNSET, B, council, trio
from concession_families import MEMBERS, large

from solvers.concessions import cheapest_package, chosen_engine, confirm
from solvers.concessions.engines import ENGINES, compared
from solvers.concessions.parts import Budget, Item, Package, Transfer
from solvers.concessions.programme.refine import overpaid, without_superfluous
from solvers.errors import GameError, LimitError
from solvers.programmes import backends
from solvers.programmes.backends.model import Outcome

F = Fraction
CASH = tuple(Transfer(i, F(1), F(1)) for i in range(3))


def shared(problem, limit):
    everything = frozenset(range(len(problem.transfers)))
    return replace(problem, budgets=(Budget(limit, everything, frozenset()),))


# Which engine.


def test_the_choice_says_why():
    alone = trio(2, transfers=CASH)
    assert chosen_engine(alone)[0] == "decomposition"
    name, reason = chosen_engine(shared(alone, F(4)))
    assert name == "programme"
    assert reason == "budgets are shared, among no more than 9 states"
    assert chosen_engine(shared(large(55, MEMBERS, 0), F(4)))[0] == "budgets"
    pushed = replace(alone, bandwagon={(1, 0): F(1)})
    name, reason = chosen_engine(pushed)
    assert name == "programme"
    assert reason.startswith("the states are tied to one another: ")
    assert chosen_engine(alone, "cbc") == ("programme", "the back end cbc was asked for")


def test_the_answer_says_who_gave_it():
    answer = cheapest_package(trio(2, transfers=CASH))
    assert answer.engine == "decomposition"
    assert answer.reason == "once the text is settled, every state is paid on its own"
    asked = cheapest_package(trio(2, transfers=CASH), engine="programme")
    assert (asked.engine, asked.reason) == ("programme", "it was asked for")
    assert "HiGHS" in asked.solution.solver


def test_an_unknown_engine_is_refused():
    with pytest.raises(GameError, match="there is no engine 'oracle'; there are auto, decomp"):
        cheapest_package(trio(2, transfers=CASH), engine="oracle")


def test_an_engine_that_does_not_fit_is_not_replaced_silently():
    tied = replace(trio(2, transfers=CASH), bandwagon={(1, 0): F(1)})
    with pytest.raises(GameError):
        cheapest_package(tied, engine="decomposition")


def test_what_is_too_large_for_one_engine_goes_to_the_programme(monkeypatch):
    import solvers.concessions.decomposition.search as decomposition

    def refuse(*_, **__):
        raise LimitError("more sets of amendments than 2^28")

    monkeypatch.setattr(decomposition, "cheapest_by_decomposition", refuse)
    answer = cheapest_package(trio(2, transfers=CASH))
    assert (answer.engine, answer.cost) == ("programme", 3)
    assert answer.reason == "too large for the decomposition: more sets of amendments than 2^28"
    with pytest.raises(LimitError):
        cheapest_package(trio(2, transfers=CASH), engine="decomposition")


def test_every_engine_gives_the_same_cost_under_a_budget_that_does_not_bind():
    problem = council("practised", (SUNSET, LEAD))[1]
    costs = {cheapest_package(problem, engine=e).cost for e in ENGINES}
    assert costs == {4}


# A second opinion.


@pytest.mark.parametrize("solver", BACK_ENDS)
def test_a_second_engine_confirms(solver):
    problem = council()[1]
    answer = cheapest_package(problem, second=solver)
    assert answer.second.agrees is True
    assert answer.second.cost == 9
    assert answer.second.sentence.endswith("proves the same cost")
    nothing = cheapest_package(council(caps={B: F(3)})[1], second=solver)
    assert nothing.solution.status == "infeasible"
    assert nothing.second.agrees is True


def test_a_wrong_answer_is_contradicted():
    problem = council()[1]
    answer = cheapest_package(problem)
    dear = Package(transfers={B: F(9), 3: F(2)})
    assert problem.violations(dear) == ()
    claim = replace(
        answer,
        package=dear,
        cost=F(11),
        solution=replace(answer.solution, objective=11.0, bound=11.0),
    )
    assert confirm(problem, claim).agrees is False
    none = replace(
        answer,
        package=None,
        cost=None,
        solution=replace(answer.solution, status="infeasible", objective=None, bound=None),
    )
    assert confirm(problem, none).agrees is False
    too_good = replace(claim, cost=F(5), solution=replace(claim.solution, bound=5.0))
    assert confirm(problem, too_good).agrees is False


def test_what_is_not_finished_neither_confirms_nor_contradicts():
    problem = council()[1]
    answer = cheapest_package(problem)

    def stands(**changes):
        return replace(answer, solution=replace(answer.solution, **changes))

    at_the_limit = stands(status="bounded", bound=5.0)
    second = compared(answer, at_the_limit, "programme")
    assert second.agrees is None
    assert second.sentence.endswith("proved only that no package costs less than 5")
    empty = replace(stands(status="stopped", bound=None), package=None, cost=None)
    assert compared(answer, empty, "programme").agrees is None
    assert compared(answer, empty, "programme").sentence.endswith("did not come to an end")
    assert compared(at_the_limit, answer, "programme").agrees is None
    assert compared(stands(status="bounded", bound=10.0), answer, "programme").agrees is False


# Limits.


def test_a_search_that_the_clock_ends_is_bounded_and_says_by_what():
    problem = large(55, MEMBERS, 1)
    least = 3.49  # what the decomposition proves
    answer = cheapest_package(problem, engine="programme", time_limit=2)
    assert answer.solution.status in ("bounded", "stopped")
    assert answer.solution.bound is None or answer.solution.bound <= least
    if answer.solution.status == "stopped":
        assert answer.package is None
        return
    assert problem.violations(answer.package) == ()
    assert answer.solution.objective == float(answer.cost) == float(problem.cost(answer.package))
    assert answer.cost >= F(349, 100)
    assert answer.solution.gap > 0


def test_a_search_that_is_stopped_at_once_claims_nothing():
    problem = large(55, MEMBERS, 1)
    answer = cheapest_package(problem, engine="programme", stop=lambda: True)
    assert answer.solution.status in ("stopped", "bounded")
    assert answer.solution.interrupted
    assert (answer.package is None) == (answer.solution.status == "stopped")


@pytest.mark.parametrize("again", ["infeasible", "stopped"])
def test_a_claim_that_nothing_works_stands_only_when_it_is_confirmed(monkeypatch, again):
    left = [Outcome("infeasible"), Outcome(again)]
    monkeypatch.setattr(backends.highs, "run", lambda model, options: left.pop(0))
    answer = cheapest_package(trio(2, transfers=CASH), engine="programme")
    assert (answer.package, answer.solution.status, left) == (None, again, [])


def test_a_gap_is_told():
    problem = large(15, MEMBERS, 0)
    exact = cheapest_package(problem, engine="programme")
    loose = cheapest_package(problem, engine="programme", gap=0.9)
    assert exact.solution.status == "optimal"
    assert loose.cost >= exact.cost
    assert loose.solution.status == ("optimal" if loose.solution.gap == 0 else "bounded")
    assert loose.solution.bound <= float(exact.cost) + 1e-6


@pytest.mark.parametrize("engine", ["decomposition", "programme"])
def test_progress_is_told(engine):
    told = []
    cheapest_package(council()[1], engine=engine, progress=lambda *x: told.append(x))
    assert told[-1] == (9.0, 9.0)


def test_the_front_is_light():
    code = (
        "import sys, solvers.concessions; print(sorted({'numpy', 'numba', 'scipy', 'pulp', "
        "'highspy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# What makes a package the one that is given.


def test_a_fitting_item_is_preferred_to_a_larger_one_of_the_same_cost():
    items = (Item(1, F(7), F(2)), Item(1, F(3), F(2)), Item(1, F(4), F(2)))
    problem = trio(2, items=items)
    for engine in ("decomposition", "programme"):
        answer = cheapest_package(problem, engine=engine)
        assert answer.package == Package(items=frozenset({1}))
    assert overpaid(problem, Package(items=frozenset({0}))) == 4
    assert overpaid(problem, Package(items=frozenset({2}))) == 1


def test_what_a_push_makes_superfluous_counts_as_overpaid():
    problem = replace(trio(2, transfers=CASH), bandwagon={(1, 0): F(1)})
    assert overpaid(problem, Package(transfers={1: F(3)})) == 1
    assert cheapest_package(problem).package == Package(transfers={1: F(2)})


def test_only_what_is_free_is_dropped_when_asked():
    free = Transfer(2, F(1), F(0))
    problem = trio(2, transfers=(*CASH, free))
    package = Package(transfers={1: F(4), 3: F(6)})
    assert without_superfluous(problem, package, free_only=True) == Package(transfers={1: F(4)})
    assert without_superfluous(problem, package) == Package(transfers={3: F(5)})
