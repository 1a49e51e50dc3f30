"""Prices of votes: the council by hand, brute force, two engines, laws, limits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from concession_cases import council as council_case
from concession_families import large
from concession_families import laws as all_laws
from concession_instances import SEPARABLE, random_problem
from hypothesis import given, settings
from hypothesis import strategies as st
from package_oracle import in_favour, without

from solvers.concessions import cheapest_package
from solvers.concessions.decomposition import level_search
from solvers.concessions.listing import forced_bounds, vote_price_search
from solvers.concessions.listing import vote_prices as prices
from solvers.concessions.listing.vote_prices import vote_prices
from solvers.concessions.problem import Budget
from solvers.errors import GameError

F = Fraction
APART = SEPARABLE | {"doubts", "links"}


def council():
    return council_case()[1]


def both(answer):
    return [(p.without, p.in_favour) for p in answer.prices]


def tried(problem):
    return [(without(problem, i), in_favour(problem, i)) for i in range(len(problem.voters))]


def by_bounds(monkeypatch):
    """Bounds and chunks also where there is little to look at."""
    monkeypatch.setattr(vote_price_search, "FEW", -1)
    monkeypatch.setattr(vote_price_search, "SAMPLE", 3)
    monkeypatch.setattr(vote_price_search, "MOST_KEPT", 60)
    monkeypatch.setattr(forced_bounds, "CHUNK", 2)
    monkeypatch.setattr(forced_bounds, "SAMPLES", 1)


@pytest.mark.parametrize("engine", ["decomposition", "resolve"])
def test_prices_of_the_council(engine):
    """9 is the least: B to abstain 4, d 2, e 3. Without d it is f for 5; B's yes costs 5 more."""
    answer = vote_prices(council(), engine=engine)
    assert answer.cost == 9
    assert answer.status == "optimal"
    assert [p.price for p in answer.prices] == [0, 2, 0, 0, 0, 2, 3]
    assert [p.hold_out for p in answer.prices] == [0, None, 0, 3, 2, 0, 0]


@pytest.mark.parametrize("seed", range(25))
def test_prices_equal_brute_force(seed):
    problem = random_problem(seed, APART, 4)
    answer = vote_prices(problem, engine="decomposition")
    assert both(answer) == tried(problem)
    assert answer.status == ("infeasible" if answer.cost is None else "optimal")
    assert all(p.proved for p in answer.prices)


@pytest.mark.parametrize("seed", range(100, 112))
def test_bounds_and_coarse_tables_change_nothing(monkeypatch, seed):
    problem = random_problem(seed, APART, 4)
    by_bounds(monkeypatch)
    if seed % 2:
        monkeypatch.setattr(level_search, "MOST_CELLS", 8)
        monkeypatch.setattr(level_search, "COARSE", 4)
    assert both(vote_prices(problem, engine="decomposition")) == tried(problem)


@pytest.mark.parametrize("seed", range(4))
def test_solving_again_equals_brute_force_where_states_are_tied(seed):
    problem = random_problem(seed, {"amendments", "budgets", "units"}, 3)
    assert both(vote_prices(problem, engine="resolve")) == tried(problem)


def test_a_larger_body_agrees_with_solving_again():
    law = all_laws(8)[0]
    problem = large(11, law, 3, amendments=4, most=2, exclusions=1, links=1)
    one = vote_prices(problem, engine="decomposition")
    assert one.cost == cheapest_package(problem).cost
    assert both(one) == both(vote_prices(problem, engine="resolve"))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("law", range(0, 11, 2))
def test_bounds_agree_with_a_look_at_every_set(monkeypatch, law, whole):
    """Whole margins: shortfalls meet the corners of the cost curves."""
    problem = large(7, all_laws(5)[law], law, amendments=5, most=3, exclusions=1, links=1)
    problem = rounded(problem) if whole else problem
    monkeypatch.setattr(vote_price_search, "FEW", 10**9)
    every = both(vote_prices(problem, engine="decomposition"))
    by_bounds(monkeypatch)
    assert both(vote_prices(problem, engine="decomposition")) == every


def rounded(problem):
    def whole(margins):
        return {i: F(round(x)) for i, x in margins.items()}

    return replace(
        problem,
        voters=tuple(
            replace(v, margin=(F(round(v.margin[0])),) * 3, band=F(1)) for v in problem.voters
        ),
        amendments=tuple(replace(a, margins=whole(a.margins)) for a in problem.amendments),
        transfers=tuple(replace(t, value=F(1), cap=F(round(t.cap))) for t in problem.transfers),
        items=tuple(replace(g, value=F(1 + round(g.value))) for g in problem.items),
    )


def test_many_sets_and_few_players_are_solved_again(monkeypatch):
    assert "tables" in vote_prices(council()).engine
    by_bounds(monkeypatch)
    monkeypatch.setattr(prices, "MANY_SETS", 1)
    problem = random_problem(100, APART, 4)
    assert problem.amendments
    again = vote_prices(problem)
    assert "solved again" in again.engine
    assert both(again) == both(vote_prices(problem, engine="decomposition"))


@given(st.integers(0, 400))
@settings(max_examples=15)
def test_laws_of_prices(seed):
    problem = random_problem(seed, APART, 4)
    answer = vote_prices(problem)
    cheapest = cheapest_package(problem)
    assert answer.cost == cheapest.cost
    if cheapest.package is None:
        assert all(pair == (None, None) for pair in both(answer))
        return
    votes = problem.votes(cheapest.package)
    paid = {problem.transfers[m].recipient for m in cheapest.package.transfers}
    paid |= {problem.items[k].recipient for k in cheapest.package.items}
    for i, price in enumerate(answer.prices):
        assert price.price is None or price.price >= 0
        assert price.hold_out is None or price.hold_out >= 0
        if votes[i] == 2:
            assert price.price == 0
        if i not in paid:
            assert price.hold_out == 0


def test_limits_and_stops_are_admitted():
    answer = vote_prices(council(), engine="decomposition", stop=lambda: True)
    assert answer.interrupted
    assert answer.status in ("stopped", "bounded")
    assert not any(p.proved for p in answer.prices)
    late = vote_prices(council(), engine="resolve", time_limit=1e-9)
    assert late.status in ("stopped", "bounded")
    assert not all(p.proved for p in late.prices)


def test_an_impossible_problem_has_no_prices():
    problem = replace(council(), transfers=())
    for engine in ("decomposition", "resolve"):
        answer = vote_prices(problem, engine=engine)
        assert answer.status == "infeasible"
        assert answer.cost is None
        assert all(p.price is None and p.hold_out is None for p in answer.prices)


def test_what_is_asked_for_is_checked():
    with pytest.raises(GameError, match="engine is 'magic'"):
        vote_prices(council(), engine="magic")
    tied = replace(council(), budgets=(Budget(F(9), frozenset(range(7)), frozenset()),))
    with pytest.raises(GameError, match="one by one"):
        vote_prices(tied, engine="decomposition")


def test_progress_is_told():
    told = []
    vote_prices(council(), progress=lambda number, cost: told.append((number, cost)))
    assert told[-1][1] == 9
