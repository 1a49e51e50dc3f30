"""The decomposition engine: worked cases, brute force, the programme, itself; stops and laws."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import concession_oracle
import pytest
from concession_families import COUNCIL, MEMBERS, UNION, VOTING, F, large, small, tripled
from hypothesis import given
from hypothesis import strategies as st
from source_tree import ROOT

from solvers.concessions.decomposition import search as decomposition
from solvers.concessions.decomposition.level_costs import exact_level_cost
from solvers.concessions.decomposition.search import METHODS, cheapest_by_decomposition, obstacle
from solvers.concessions.problem import (
    Amendment,
    AtMost,
    Budget,
    Channel,
    ConcessionProblem,
    Contribution,
    Item,
    Need,
    ThirdParty,
    Transfer,
    Voter,
)
from solvers.concessions.programme.model import PackageProgramme
from solvers.errors import GameError, LimitError, SolverError
from solvers.programmes.programme import solve
from solvers.rules.roster import Roster
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.rules.templates import (
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    Share,
    WithholdingBelow,
    bind,
)
from solvers.rules.vote_conditions import VoteBetween

HALF, TWO_THIRDS = Share(1, 2, more_than=True), Share(2, 3)
COMPILED = ("enumeration", "branching")


# Worked cases: the council of seven, and others.

SEVEN = Roster(tuple("ABcdefg"), {"permanent": (0, 1)}, {})
MARGINS, BANDS = (6, -9, 1, -2, -3, -5, -6), (3, 5, 2, 4, 4, 4, 0)
SUNSET = Amendment(F(2), margins=dict(enumerate(map(F, (-2, 5, -2, 1, 1, 0, 0)))))
LEAD = Amendment(F(1), margins=dict(enumerate(map(F, (-1, 1, 1, 2, 0, 4, 2)))))
PRACTISED = All((InFavour(4), NobodyAgainst("permanent")))


def cash(n):
    return tuple(Transfer(i, F(1), F(1)) for i in range(n))


def voters(margins, bands):
    pairs = zip(margins, bands, strict=True)
    return tuple(Voter(margin=tripled(m), band=F(b)) for m, b in pairs)


def seven(law, **parts):
    return ConcessionProblem(bind(law, SEVEN), voters(MARGINS, BANDS), transfers=cash(7), **parts)


def nine(law):
    margins = (1, 1, 1, 1, -2, -2, -4, -5, -9)
    names = tuple("abcdefghi")
    bands = (1, 1, 1, 1, 3, 3, 1, 1, 1)
    return ConcessionProblem(bind(law, Roster.of(names)), voters(margins, bands), (), cash(9))


def double(law):
    roster = Roster(tuple("abcdefg"), {}, {"people": (30, 25, 20, 10, 5, 5, 5)})
    margins = (-9, -8, 1, 1, 1, 1, -1)
    return ConcessionProblem(bind(law, roster), voters(margins, (0,) * 7), (), cash(7))


BOTH = All((InFavour(4), InFavour(Share(65, 100), "members", weight="people")))
X, Y = dict(enumerate(map(F, (4, -3, 1)))), dict(enumerate(map(F, (-2, 5, 0))))
EVERYBODY = bind(InFavour(3), Roster.of(tuple("abc")))


def linked(base, *others):
    return ConcessionProblem(
        EVERYBODY,
        tuple(Voter(margin=tripled(base[i])) for i in range(3)),
        tuple(Amendment(F(0), margins=other) for other in others),
        cash(3),
    )


CASES = {
    "X1": (seven(PRACTISED), 9),
    "X2": (seven(All((InFavour(4), EverybodyFor("permanent")))), 11),
    "X2' no veto": (seven(InFavour(4)), 5),
    "X2' consensus": (seven(NobodyAgainst()), 11),
    "X2' majority": (seven(InFavour(HALF, "voting")), 3),
    "X2' two thirds": (seven(InFavour(TWO_THIRDS, "voting")), 5),
    "X3": (seven(PRACTISED, amendments=(SUNSET, LEAD)), 4),
    "X4": (seven(PRACTISED, amendments=(replace(SUNSET, excludes=frozenset({1})), LEAD)), 5),
    "X13 one": (linked(X), 3),
    "X13 other": (linked(Y), 2),
    "X13 linked": (linked(X, Y), 0),
    "X14 voting": (nine(InFavour(TWO_THIRDS, "voting")), 3),
    "X14 members": (nine(InFavour(TWO_THIRDS, "members")), 4),
    "X14 majority": (nine(InFavour(HALF, "voting")), 0),
    "X15 clause": (double(Any((BOTH, WithholdingBelow(3)))), 1),
    "X15": (double(BOTH), 8),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CASES)
def test_worked_cases(name, method):
    problem, cost = CASES[name]
    answer = cheapest_by_decomposition(problem, method=method)
    assert answer.cost == cost
    assert answer.solution.status == "optimal"
    assert answer.solution.bound == answer.solution.objective == cost
    assert problem.violations(answer.package) == ()


def test_the_package_of_the_first_case():
    package = cheapest_by_decomposition(CASES["X1"][0]).package
    assert dict(package.transfers) == {1: 4, 3: 2, 4: 3}


def test_small_questions_load_no_heavy_package():
    code = (
        "import sys\n"
        "from fractions import Fraction as F\n"
        "from solvers.concessions.problem import ConcessionProblem, Transfer, Voter\n"
        "from solvers.concessions.decomposition.search import cheapest_by_decomposition\n"
        "from solvers.rules.rule import Quota, Rule\n"
        "rule = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 2))\n"
        "voters = tuple(Voter(margin=(F(m),) * 3) for m in (1, -3, -5))\n"
        "cash = tuple(Transfer(i, F(1), F(1)) for i in range(3))\n"
        "problem = ConcessionProblem(rule, voters, transfers=cash)\n"
        "assert cheapest_by_decomposition(problem).cost == 3\n"
        "print(*{'numpy', 'numba', 'scipy', 'pulp', 'highspy'} & set(sys.modules))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == []


# Brute force, and the three ways against one another.


@pytest.mark.parametrize("start", range(0, 300, 30))
def test_equals_brute_force(start):
    for seed in range(start, start + 30):
        problem = small(seed)
        assert obstacle(problem) is None
        cost = concession_oracle.cheapest(problem)
        status = "infeasible" if cost is None else "optimal"
        for method in METHODS:
            answer = cheapest_by_decomposition(problem, method=method)
            assert (answer.cost, answer.solution.status) == (cost, status), (seed, method)
            if answer.package is not None:
                assert problem.violations(answer.package) == (), seed
                assert problem.cost(answer.package) == cost, seed


def test_all_ways_choose_the_same_package():
    for seed in range(400, 460):
        problem = small(seed, largest=7)
        packages = [cheapest_by_decomposition(problem, method=m).package for m in METHODS]
        assert packages[1:] == packages[:-1], seed


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("n", "law"), [(9, COUNCIL), (10, UNION), (10, VOTING)])
def test_equals_the_programme(n, law, seed):
    problem = large(n, law, seed, amendments=4, most=2, exclusions=1, links=2)
    model = PackageProgramme(problem)
    model.programme.minimise(model.cost)
    optimum = solve(model.programme).objective
    for method in COMPILED:
        assert float(cheapest_by_decomposition(problem, method=method).cost) == pytest.approx(
            optimum, abs=1e-6
        )


@pytest.mark.parametrize(
    ("n", "law", "seed"),
    [(15, COUNCIL, 0), (15, COUNCIL, 1), (27, UNION, 0), (27, UNION, 1), (40, MEMBERS, 0)],
)
def test_branching_equals_enumeration(n, law, seed):
    problem = large(n, law, seed, amendments=9, links=4)
    branching, enumeration = (
        cheapest_by_decomposition(problem, method=method) for method in COMPILED
    )
    assert branching.package == enumeration.package
    assert branching.solution.status == enumeration.solution.status == "optimal"


def test_the_number_of_threads_changes_nothing():
    problem = large(60, VOTING, 3, amendments=9, links=4)
    one, *others = (
        cheapest_by_decomposition(problem, method="enumeration", threads=threads)
        for threads in (1, 2, 5)
    )
    assert all(other.package == one.package for other in others)


def test_two_thirds_of_voting_needs_a_vote_in_favour():
    rule = bind(VOTING, Roster.of(tuple("abcd")))
    problem = ConcessionProblem(rule, voters((-1,) * 4, (2,) * 4), transfers=cash(4))
    for method in METHODS:
        answer = cheapest_by_decomposition(problem, method=method)
        assert dict(answer.package.transfers) == {0: 1}


def test_a_margin_of_just_nothing_is_a_vote_in_favour():
    moves = (Amendment(F(0), margins={0: F(1, 10)}), Amendment(F(0), margins={0: F(1, 5)}))
    rule = bind(InFavour(1), Roster.of(tuple("a")))
    voter = (Voter(margin=tripled(F(-3, 10))),)
    pay = (Transfer(0, F(1), F(1)),)
    channel = (Channel(F(5), frozenset({0})),)
    problem = ConcessionProblem(rule, voter, moves, pay, channels=channel)
    for method in METHODS:
        answer = cheapest_by_decomposition(problem, method=method)
        assert (answer.cost, answer.package.amendments) == (0, frozenset({0, 1}))


def test_a_link_must_win_its_own_vote():
    rule = bind(InFavour(1), Roster.of(tuple("ab")))
    everybody = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    link = Amendment(F(0), margins={0: F(5), 1: F(1)}, route=everybody)
    people = voters((-5, -2), (0, 0))
    gifts = (Transfer(0, F(1), F(1)), Transfer(1, F(1), F(2)))
    problem = ConcessionProblem(rule, people, (link,), gifts)
    for method in METHODS:
        answer = cheapest_by_decomposition(problem, method=method)
        assert (answer.cost, answer.package.amendments) == (2, frozenset({0}))


def test_ties_are_settled_by_overpayment_then_recipients_then_amendments():
    rule = bind(InFavour(2), Roster.of(tuple("abc")))
    people = voters((-2, -2, -4), (0, 0, 0))
    gifts = (Transfer(0, F(1), F(1)), Transfer(1, F(1), F(1)))
    useless = Amendment(F(0), margins={2: F(1)})
    free = (Amendment(F(4), margins={0: F(2), 1: F(2)}), useless)
    items = (Item(0, F(3), F(2)),)
    problem = ConcessionProblem(rule, people, free, gifts, items)
    for method in METHODS:
        answer = cheapest_by_decomposition(problem, method=method)
        assert answer.package.amendments == frozenset({0}), "nobody is paid"
        dearer = replace(problem, amendments=(replace(free[0], cost=F(5)), useless))
        answer = cheapest_by_decomposition(dearer, method=method)
        assert dict(answer.package.transfers) == {0: 2, 1: 2}, "the item would give 3"
        assert answer.package.amendments == frozenset()


def test_level_costs_are_cheapest_over_items_and_channels():
    rule = bind(InFavour(1), Roster.of(tuple("a")))
    gifts = (Transfer(0, F(1), F(2), F(3)), Transfer(0, F(2), F(3)))
    problem = ConcessionProblem(
        rule,
        voters((-6,), (2,)),
        (Amendment(F(0), margins={0: F(1)}),),
        gifts,
        (Item(0, F(3), F(4)),),
        channels=(Channel(F(1), frozenset({1})),),
    )
    none = frozenset()
    # To abstain 4 are missing: item 4 + 1 unit for 2; or channel 1 and 2 units for 6.
    assert exact_level_cost(problem, 0, none, 1).cost == 6
    # To vote for 6: item 4 and 3 units for 6; or channel 1 and 3 units for 9.
    assert exact_level_cost(problem, 0, none, 2).cost == F(19, 2)
    assert exact_level_cost(problem, 0, none, 2).items == (0,)
    assert exact_level_cost(problem, 0, frozenset({0}), 1).cost == 4
    assert exact_level_cost(problem, 0, none, 0).cost == 0


# Laws.

seeds = st.integers(0, 10_000)


def cost_of(problem, method="plain"):
    return cheapest_by_decomposition(problem, method=method).cost


def at_most(cost, other):
    return other is None or (cost is not None and cost <= other)


@given(seeds, st.data())
def test_a_higher_margin_never_costs_more(seed, data):
    problem = small(seed)
    some = [i for i, v in enumerate(problem.voters) if v.margin is not None]
    if not some:
        return
    i = data.draw(st.sampled_from(some))
    voter = problem.voters[i]
    raised = replace(voter, margin=tuple(m + 1 for m in voter.margin))
    better = replace(problem, voters=(*problem.voters[:i], raised, *problem.voters[i + 1 :]))
    assert at_most(cost_of(better), cost_of(problem))


@given(seeds)
def test_more_instruments_and_fewer_limits_never_cost_more(seed):
    problem = small(seed)
    base = cost_of(problem)
    players = [i for i, v in enumerate(problem.voters) if v.margin is not None]
    more = (*problem.items, *(Item(i, F(2), F(3)) for i in players))
    assert at_most(cost_of(replace(problem, items=more)), base)
    uncapped = tuple(replace(t, cap=None) for t in problem.transfers)
    assert at_most(cost_of(replace(problem, transfers=uncapped, budgets=())), base)
    assert at_most(cost_of(replace(problem, limits=())), base)


@given(seeds, st.fractions(min_value=F(1, 5), max_value=7, max_denominator=7))
def test_costs_scale(seed, factor):
    problem = small(seed)
    dearer = replace(
        problem,
        amendments=tuple(replace(a, cost=factor * a.cost) for a in problem.amendments),
        transfers=tuple(replace(t, cost=factor * t.cost) for t in problem.transfers),
        items=tuple(replace(g, cost=factor * g.cost) for g in problem.items),
        channels=tuple(replace(c, cost=factor * c.cost) for c in problem.channels),
        combinations=tuple(replace(c, cost=factor * c.cost) for c in problem.combinations),
        budgets=tuple(
            replace(b, limit=b.limit * (1 if b.units else factor)) for b in problem.budgets
        ),
    )
    cost = cost_of(problem)
    assert cost_of(dearer, "enumeration") == (None if cost is None else factor * cost)


@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_players_changes_nothing(seed, rng):
    problem = large(6, VOTING, seed, amendments=3, most=2, exclusions=1, links=1)
    order = list(range(6))
    rng.shuffle(order)
    moved = {old: new for new, old in enumerate(order)}
    shuffled = replace(
        problem,
        voters=tuple(problem.voters[old] for old in order),
        amendments=tuple(
            replace(a, margins={moved[i]: x for i, x in a.margins.items()})
            for a in problem.amendments
        ),
        transfers=tuple(replace(t, recipient=moved[t.recipient]) for t in problem.transfers),
        items=tuple(replace(g, recipient=moved[g.recipient]) for g in problem.items),
    )
    assert cost_of(shuffled, "branching") == cost_of(problem, "enumeration")


# What does not separate, and what ends early.


def pair(**parts):
    rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    base = ConcessionProblem(rule, voters((-3, -3), (1, 1)), transfers=cash(2))
    return replace(base, **parts)


TIED = {
    "a shared budget": (pair(budgets=(Budget(F(5), frozenset({0, 1}), frozenset()),)), "budget 0"),
    "a need": (
        pair(needs=(Need(F(1)),), contributions=(Contribution(0, 0, F(1)),)),
        "contributions",
    ),
    "a bandwagon": (pair(bandwagon={(0, 1): F(1)}), "push"),
    "a condition": (
        pair(
            voters=(
                Voter(stated=(0, 0, 0), conditions=((2, VoteBetween(1, 2, 2)),)),
                voters((-1,), (0,))[0],
            )
        ),
        "player 0",
    ),
    "harm": (
        pair(
            transfers=(Transfer(0, F(1), F(1), harm={0: F(-1)}),),
            third_parties=(ThirdParty(F(0), F(0)),),
        ),
        "third party",
    ),
    "many items": (pair(items=tuple(Item(0, F(1), F(1)) for _ in range(13))), "13 items"),
    "many alternatives": (
        pair(
            rule=Rule(
                2,
                AllOf(
                    tuple(
                        AnyOf((Quota((1, 0), (0, 0), (0, 0), 1), Quota((0, k), (0, 0), (0, 0), 1)))
                        for k in range(1, 8)
                    )
                ),
            )
        ),
        "64 alternatives",
    ),
    "many amendments": (pair(amendments=(Amendment(F(1)),) * 63), "63 amendments"),
}


@pytest.mark.parametrize("name", TIED)
def test_what_ties_players_together_is_named(name):
    problem, words = TIED[name]
    assert words in obstacle(problem)
    with pytest.raises((GameError, LimitError), match="use the integer programme"):
        cheapest_by_decomposition(problem)


def test_a_budget_that_cannot_run_out_ties_nobody():
    budget = Budget(F(6), frozenset({0, 1}), frozenset())
    assert cost_of(pair(budgets=(budget,))) == 6


def test_a_need_that_amendments_cover_ties_nobody():
    saves = Amendment(F(2))
    need = Need(F(1), {0: F(-1)})
    assert cost_of(pair(amendments=(saves,), needs=(need,))) == 8


@pytest.mark.parametrize("method", METHODS)
def test_stopped_at_once(method):
    problem = large(12, COUNCIL, 1, amendments=4, links=2)
    answer = cheapest_by_decomposition(problem, method=method, stop=lambda: True)
    assert (answer.package, answer.solution.status) == (None, "stopped")
    assert answer.solution.interrupted
    late = cheapest_by_decomposition(problem, method=method, time_limit=1e-9)
    assert (late.solution.status, late.solution.interrupted) == ("stopped", False)


@pytest.mark.parametrize("method", COMPILED)
@pytest.mark.parametrize("asked", [2, 12, 40, 150])
def test_stopped_on_the_way_the_bound_is_true(method, asked):
    problem = large(14, UNION, 4, amendments=8, links=4)
    optimum = cost_of(problem, method)
    calls = iter(range(10**9))
    answer = cheapest_by_decomposition(
        problem, method=method, threads=1, stop=lambda: next(calls) >= asked
    )
    found = answer.solution
    assert found.interrupted or found.status == "optimal"
    if found.bound is not None:
        assert found.bound <= float(optimum) + 1e-9
    if answer.package is not None:
        assert answer.cost >= optimum
        assert problem.violations(answer.package) == ()
    if found.status == "bounded":
        assert found.gap > 0


def test_a_gap_ends_the_search_honestly():
    problem = large(27, UNION, 1, amendments=9, links=4)
    optimum = cost_of(problem, "enumeration")
    answer = cheapest_by_decomposition(problem, method="enumeration", gap=0.5)
    assert answer.cost >= optimum
    assert answer.solution.bound <= float(optimum)
    assert answer.solution.gap <= 0.5
    assert answer.solution.status == ("optimal" if answer.solution.gap == 0 else "bounded")


def test_progress_is_told_seldom_and_truly():
    heard = []
    problem = large(60, VOTING, 2, amendments=10, links=5)
    answer = cheapest_by_decomposition(
        problem, method="enumeration", threads=1, progress=lambda *pair: heard.append(pair)
    )
    assert len(heard) <= 5 * answer.solution.seconds + 1
    for incumbent, bound in heard:
        assert incumbent is None or incumbent >= float(answer.cost) - 1e-9
        assert bound is None or bound <= float(answer.cost) + 1e-6


def test_bad_requests(monkeypatch):
    with pytest.raises(SolverError, match="no method"):
        cheapest_by_decomposition(pair(), method="magic")
    with pytest.raises(SolverError, match="time_limit"):
        cheapest_by_decomposition(pair(), time_limit=-1)
    monkeypatch.setattr(decomposition, "MOST_LISTED", 1000)
    wide = replace(pair(), amendments=(Amendment(F(0)),) * 10)
    with pytest.raises(LimitError, match="branch and bound"):
        cheapest_by_decomposition(wide, method="enumeration")


def test_many_free_amendments_end():
    limits = (AtMost(frozenset(range(30)), 30),)
    wide = replace(pair(), amendments=(Amendment(F(0)),) * 30, limits=limits)
    assert cheapest_by_decomposition(wide, time_limit=60).cost == Fraction(6)
