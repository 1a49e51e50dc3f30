"""Lists of packages: worked lists, brute force, two engines, limits, differences in kind."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from concession_cases import council as council_case
from concession_instances import SEPARABLE, random_problem
from package_oracle import all_packages

from solvers.concessions.decomposition import level_search
from solvers.concessions.listing import text_bounds
from solvers.concessions.listing.diverse import difference, diverse_packages
from solvers.concessions.listing.k_best import best_packages
from solvers.concessions.listing.k_best_cuts import best_by_cuts, rises_with_payments
from solvers.concessions.listing.package_list import identity_of, irreducible
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Item,
    Package,
    Transfer,
    Voter,
)
from solvers.errors import GameError
from solvers.rules.rule import AllOf, Quota, Rule

F = Fraction
APART = SEPARABLE | {"doubts", "links"}
ENGINES = ["decomposition", "cuts"]

SUNSET = Amendment(F(2), margins={0: F(-2), 1: F(5), 2: F(-2), 3: F(1), 4: F(1)})
LEAD = Amendment(F(1), margins={0: F(-1), 1: F(1), 2: F(1), 3: F(2), 5: F(4), 6: F(2)})


def council():
    return council_case()[1]


def costs(answer):
    return [entry.cost for entry in answer.packages]


@pytest.mark.parametrize("engine", ENGINES)
def test_ten_packages_of_the_council(engine):
    answer = best_packages(council(), 50, engine=engine)
    assert costs(answer) == [9, 11, 11, 12, 12, 12, 13, 14, 15, 15]
    assert answer.complete
    assert answer.status == "optimal"
    assert answer.bound is None
    first = answer.packages[0]
    assert dict(first.package.transfers) == {1: 4, 3: 2, 4: 3}
    assert first.levels == ((1, 1), (3, 2), (4, 2))


@pytest.mark.parametrize("engine", ENGINES)
def test_thirty_eight_packages_with_two_amendments(engine):
    problem = replace(council(), amendments=(SUNSET, LEAD))
    answer = best_packages(problem, 100, engine=engine)
    assert len(answer.packages) == 38
    assert answer.complete
    assert costs(answer)[:8] == [4, 5, 5, 6, 6, 7, 7, 8]
    few = best_packages(problem, 5, engine=engine)
    assert costs(few) == [4, 5, 5, 6, 6]
    assert not few.complete
    assert few.status == "optimal"


@pytest.mark.parametrize("seed", range(40))
def test_lists_equal_brute_force(seed):
    problem = random_problem(seed, APART, 4)
    expected = all_packages(problem)
    answer = best_packages(problem, 25)
    assert costs(answer) == [cost for cost, _ in expected[:25]]
    assert answer.complete == (len(expected) < 25)
    assert answer.status == ("optimal" if expected else "infeasible")
    known = set(expected)
    for entry in answer.packages:
        text, gifts, levels = entry.identity
        assert (entry.cost, (text, gifts, levels)) in known
        assert problem.violations(entry.package) == ()
        assert irreducible(problem, entry.package)
        assert problem.cost(entry.package) == entry.cost
        assert identity_of(problem, entry.package) == entry.identity
    assert len({entry.identity for entry in answer.packages}) == len(answer.packages)


@pytest.mark.parametrize("seed", range(100, 115))
def test_bounds_and_coarse_tables_change_nothing(monkeypatch, seed):
    problem = random_problem(seed, APART, 5)
    plain = best_packages(problem, 15, engine="decomposition")
    monkeypatch.setattr(text_bounds, "FEW", -1)
    monkeypatch.setattr(level_search, "MOST_CELLS", 8)
    monkeypatch.setattr(level_search, "COARSE", 4)
    assert costs(best_packages(problem, 15, engine="decomposition")) == costs(plain)


@pytest.mark.parametrize("seed", range(12))
def test_cuts_equal_brute_force_where_states_are_tied(seed):
    parts = {"amendments", "items", "channels", "budgets", "units", "conditions"}
    problem = random_problem(seed, parts, 3)
    expected = all_packages(problem)
    answer = best_packages(problem, 12, engine="cuts")
    assert costs(answer) == [cost for cost, _ in expected[:12]]
    for entry in answer.packages:
        assert problem.violations(entry.package) == ()
        assert irreducible(problem, entry.package)


@pytest.mark.parametrize("seed", range(200, 212))
def test_two_engines_agree(seed):
    problem = random_problem(seed, SEPARABLE, 5)
    one = best_packages(problem, 8, engine="decomposition")
    assert costs(one) == costs(best_packages(problem, 8, engine="cuts"))


def not_against(margin, band, **parts):
    rule = Rule(1, Quota((0,), (0,), (-1,), 0))
    return ConcessionProblem(rule, (Voter(margin=(F(margin),) * 3, band=F(band)),), **parts)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_item_that_does_too_much_is_listed_all_the_same(engine):
    """It brings the player past abstaining, which would do; it cannot be given in part."""
    problem = not_against(-3, 1, transfers=(Transfer(0, F(1), F(2)),), items=(Item(0, F(3), F(1)),))
    answer = best_packages(problem, 9, engine=engine)
    assert costs(answer) == [1, 4]
    assert answer.complete
    assert [entry.levels for entry in answer.packages] == [((0, 2),), ((0, 1),)]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_band_nobody_is_paid_to_abstain(engine):
    answer = best_packages(
        not_against(-3, 0, transfers=(Transfer(0, F(1), F(2)),)), 9, engine=engine
    )
    assert costs(answer) == [6]
    assert answer.packages[0].levels == ((0, 2),)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_item_does_beside_makes_another_payment_superfluous(engine):
    """Two yes of three, the first not against: its item makes it vote for, so one yes is had."""
    rule = Rule(
        3, AllOf((Quota((1,) * 3, (0,) * 3, (0,) * 3, 2), Quota((0,) * 3, (0,) * 3, (-1, 0, 0), 0)))
    )
    voters = tuple(Voter(margin=(F(m),) * 3, band=F(1)) for m in (-3, -5, 1))
    problem = ConcessionProblem(
        rule, voters, transfers=(Transfer(1, F(1), F(1)),), items=(Item(0, F(3), F(1)),)
    )
    assert costs(best_packages(problem, 9, engine=engine)) == [1]


def test_reducible_packages_are_recognised():
    problem = council()
    amounts = {1: F(4), 3: F(2), 4: F(3)}
    assert irreducible(problem, Package(transfers=amounts))
    assert not irreducible(problem, Package(transfers={**amounts, 5: F(5)}))
    assert not irreducible(problem, Package(transfers={**amounts, 3: F(3)}))
    assert not irreducible(problem, Package(transfers={**amounts, 0: F(1)}))
    gift = replace(problem, items=(Item(6, F(1), F(1)),))
    assert not irreducible(gift, Package(transfers=amounts, items=frozenset({0})))


def test_what_rises_with_payments():
    problem = council()
    assert rises_with_payments(problem)
    assert not rises_with_payments(replace(problem, bandwagon={(0, 1): F(1)}))


def test_an_impossible_problem_has_an_empty_list():
    problem = replace(council(), transfers=())
    for engine in ENGINES:
        answer = best_packages(problem, 3, engine=engine)
        assert answer.packages == ()
        assert answer.status == "infeasible"
        assert answer.complete


@pytest.mark.parametrize("engine", ENGINES)
def test_a_search_that_is_stopped_says_so(engine):
    answer = best_packages(council(), 10, engine=engine, stop=lambda: True)
    assert answer.status in ("stopped", "bounded")
    assert answer.interrupted
    assert len(answer.packages) < 10
    assert not answer.complete
    assert all(entry.cost >= 9 for entry in answer.packages)


def test_a_list_that_runs_out_of_time_is_a_beginning_of_the_list():
    answer = best_by_cuts(council(), 10, time_limit=0.08)
    whole = [9, 11, 11, 12, 12, 12, 13, 14, 15, 15]
    assert costs(answer) == whole[: len(answer.packages)]
    assert answer.status in ("stopped", "bounded", "optimal")
    assert (answer.status == "optimal") == (len(answer.packages) == 10)


def test_progress_is_told():
    for engine in ENGINES:
        told = []
        best_packages(council(), 4, engine=engine, progress=lambda n, b, to=told: to.append((n, b)))
        assert [n for n, _ in told][-1] == 4
        bounds = [bound for _, bound in told if bound is not None]
        assert bounds == sorted(bounds)


def test_lists_are_the_same_each_time():
    problem = random_problem(7, APART, 5)
    assert best_packages(problem, 20).packages == best_packages(problem, 20).packages


def test_what_is_asked_for_is_checked():
    with pytest.raises(GameError, match="0 packages"):
        best_packages(council(), 0)
    with pytest.raises(GameError, match="engine is 'magic'"):
        best_packages(council(), 1, engine="magic")
    tied = replace(council(), budgets=(Budget(F(9), frozenset(range(7)), frozenset()),))
    with pytest.raises(GameError, match="one by one"):
        best_packages(tied, 1, engine="decomposition")
    with pytest.raises(GameError, match="0 differences"):
        diverse_packages(council(), 2, 0)
    with pytest.raises(GameError, match="0 packages"):
        best_by_cuts(council(), 0)


def by_hand(problem, k, distance):
    """Cheapest packages that are far enough from all before, from the whole list."""
    taken = []
    for cost, (text, _, levels) in all_packages(problem):
        paid = {i for i, _ in levels}
        if all(len(text ^ t) + len(paid ^ p) >= distance for _, t, p in taken):
            taken.append((cost, text, paid))
    return [cost for cost, _, _ in taken[:k]]


@pytest.mark.parametrize("engine", ENGINES)
def test_packages_that_differ_in_kind(engine):
    problem = replace(council(), amendments=(SUNSET, LEAD))
    answer = diverse_packages(problem, 3, 3, engine=engine)
    assert len(answer.packages) == 3
    assert answer.packages[0].cost == 4
    for k, entry in enumerate(answer.packages):
        assert all(difference(entry, other) >= 3 for other in answer.packages[:k])
        assert problem.violations(entry.package) == ()


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_the_second_package_in_kind_is_the_cheapest_such(distance):
    for seed in range(6):
        problem = random_problem(seed, {"amendments"}, 4)
        answer = diverse_packages(problem, 2, distance)
        expected = by_hand(problem, 2, distance)
        first = expected[:1]
        assert costs(answer)[:1] == first
        if len(answer.packages) == 2 and len(expected) == 2:
            assert difference(*answer.packages) >= distance
