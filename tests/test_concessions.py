"""Cheapest packages: worked cases, brute force on random instances, laws, refusals."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from oracles import Case, Payable, Text, cheapest, subsets, votes_of

from solvers.backends import installed
from solvers.concessions import cheapest_package
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Deletion,
    Item,
    Package,
    Transfer,
    Voter,
)
from solvers.errors import GameError
from solvers.roster import Roster
from solvers.rules import Quota, Rule
from solvers.templates import (
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    QuorumOf,
    Share,
    WithholdingBelow,
    bind,
)
from solvers.vote_conditions import (
    Adopted,
    CircularConditionError,
    Every,
    Fact,
    Not,
    Some,
    VoteBetween,
    adopted_in,
    order_of_votes,
    truth,
    voters_in,
)

F = Fraction
HALF, TWO_THIRDS = Share(1, 2, more_than=True), Share(2, 3)
BACK_ENDS = [b.name for b in installed() if b.available and b.name in ("highs", "scip", "cbc")]


def tripled(margin):
    return (F(margin),) * 3


# The same rules twice: in the words of the law, and as predicates over votes.


def rule_pairs(n, permanent, quota, weights):
    members = range(n)

    def total(votes):
        return sum(weights[i] for i in members if votes[i] == 2)

    def no_veto(votes):
        return all(votes[i] != 0 for i in permanent)

    return {
        "practised": (
            All((InFavour(quota), NobodyAgainst("permanent"))),
            lambda v: v.count(2) >= quota and no_veto(v),
        ),
        "literal": (
            All((InFavour(quota), EverybodyFor("permanent"))),
            lambda v: v.count(2) >= quota and all(v[i] == 2 for i in permanent),
        ),
        "count": (InFavour(quota), lambda v: v.count(2) >= quota),
        "consensus": (NobodyAgainst(), lambda v: 0 not in v),
        "majority of voting": (InFavour(HALF, "voting"), lambda v: v.count(2) > v.count(0)),
        "two thirds of voting": (
            InFavour(TWO_THIRDS, "voting"),
            lambda v: v.count(2) >= 2 * v.count(0) and 2 in v,
        ),
        "two thirds of members": (
            InFavour(TWO_THIRDS, "members"),
            lambda v: 3 * v.count(2) >= 2 * n,
        ),
        "two thirds of present": (
            All((InFavour(TWO_THIRDS, "present"), QuorumOf(1))),
            lambda v: 3 * v.count(2) >= 2 * (n - v.count(3)) and 2 in v,
        ),
        "double majority": (
            Any(
                (
                    All((InFavour(quota), InFavour(Share(65, 100), "members", weight="power"))),
                    WithholdingBelow(2),
                )
            ),
            lambda v: (
                (v.count(2) >= quota and 100 * total(v) >= 65 * sum(weights)) or n - v.count(2) < 2
            ),
        ),
    }


def bound(template, n, permanent, weights):
    names = [f"s{i}" for i in range(n)]
    roster = Roster(tuple(names), {"permanent": tuple(permanent)}, {"power": tuple(weights)})
    return bind(template, roster)


def problem_of(case, rule):
    """The same instance for the code under test; conditions come with the case."""
    return ConcessionProblem(
        rule,
        tuple(
            Voter(None, tripled(s.margin), s.band)
            if s.margin is not None
            else Voter()
            if s.stated is None
            else Voter((s.stated,) * 3)
            for s in case.states
        ),
        tuple(
            Amendment(t.cost, t.effect, t.shifts, t.requires, t.excludes, t.forbidden)
            for t in case.texts
        ),
        tuple(Transfer(*t) for t in case.transfers),
        tuple(Item(*g) for g in case.items),
        tuple(Budget(*b) for b in case.budgets),
        case.effect,
        case.floor,
    )


def check(problem, expected, solver="highs"):
    """Solve, compare with the expected cost, and judge the package by the data alone."""
    answer = cheapest_package(problem, solver=solver)
    if expected is None:
        assert answer.package is None
        assert answer.cost is None
        assert answer.solution.status == "infeasible"
        return answer
    assert answer.solution.status == "optimal"
    assert answer.cost == expected
    assert problem.cost(answer.package) == expected
    assert problem.violations(answer.package) == ()
    deletions = problem.deletion_test(answer.package, F(1, 10**6))
    assert not any(d.still_works for d in deletions), deletions
    return answer


# Council of seven: A and B permanent, four votes needed, cash at unit cost.
MARGINS, BANDS = (6, -9, 1, -2, -3, -5, -6), (3, 5, 2, 4, 4, 4, 0)
SUNSET = Text(F(2), {0: F(-2), 1: F(5), 2: F(-2), 3: F(1), 4: F(1)})
LEAD = Text(F(1), {0: F(-1), 1: F(1), 2: F(1), 3: F(2), 5: F(4), 6: F(2)})
A, B, C, D, E, EF, G = range(7)


def council(rule="practised", texts=(), caps=None, budget=None):
    template, passes = rule_pairs(7, (A, B), 4, (1,) * 7)[rule]
    case = Case(
        passes,
        tuple(Payable(F(m), F(b)) for m, b in zip(MARGINS, BANDS, strict=True)),
        tuple(texts),
        tuple((i, F(1), F(1), (caps or {}).get(i)) for i in range(7)),
        budgets=() if budget is None else ((F(budget), frozenset(range(7)), frozenset()),),
    )
    return case, problem_of(case, bound(template, 7, (A, B), (1,) * 7))


def excluding(texts):
    first, second = texts
    return replace(first, excludes=frozenset({1})), replace(second, excludes=frozenset({0}))


@pytest.mark.parametrize("solver", BACK_ENDS)
@pytest.mark.parametrize(
    ("rule", "texts", "cost"),
    [
        ("practised", (), 9),
        ("literal", (), 11),
        ("count", (), 5),
        ("consensus", (), 11),
        ("majority of voting", (), 3),
        ("two thirds of voting", (), 5),
        ("practised", (SUNSET,), 6),
        ("practised", (LEAD,), 5),
        ("practised", (SUNSET, LEAD), 4),
        ("practised", excluding((SUNSET, LEAD)), 5),
    ],
)
def test_the_council_of_seven(solver, rule, texts, cost):
    case, problem = council(rule, texts)
    assert cheapest(case) == cost
    check(problem, cost, solver)


def test_the_packages_of_the_council_of_seven():
    package = cheapest_package(council()[1]).package
    assert package == Package(frozenset(), {B: 4, D: 2, E: 3}, frozenset())
    package = cheapest_package(council("practised", (SUNSET, LEAD))[1]).package
    assert package == Package(frozenset({0, 1}), {EF: 1}, frozenset())
    votes = council("practised", (SUNSET, LEAD))[1].votes(package)
    assert votes.count(2) == 4
    assert votes[B] == 1


@pytest.mark.parametrize(
    ("caps", "budget"), [({B: F(3)}, None), (None, 8), ({B: F(3)}, 8), ({B: F(3)}, 4)]
)
def test_a_cap_or_a_budget_that_leaves_no_package(caps, budget):
    case, problem = council(caps=caps, budget=budget)
    assert cheapest(case) is None
    for solver in BACK_ENDS:
        check(problem, None, solver)


def test_a_cap_and_a_budget_that_just_suffice():
    assert check(council(caps={B: F(4)})[1], 9)
    assert check(council(budget=9)[1], 9)


def nine(template, passes):
    margins = (1, 1, 1, 1, -2, -2, -4, -5, -9)
    bands = (1, 1, 1, 1, 3, 3, 1, 1, 1)
    case = Case(
        passes,
        tuple(Payable(F(m), F(b)) for m, b in zip(margins, bands, strict=True)),
        (),
        tuple((i, F(1), F(1), None) for i in range(9)),
    )
    return case, problem_of(case, bound(template, 9, (), (1,) * 9))


@pytest.mark.parametrize(
    ("rule", "cost"),
    [("two thirds of voting", 3), ("two thirds of members", 4), ("majority of voting", 0)],
)
def test_nine_members_and_two_thirds_of_whom(rule, cost):
    case, problem = nine(*rule_pairs(9, (), 5, (1,) * 9)[rule])
    assert cheapest(case) == cost
    check(problem, cost)


@pytest.mark.parametrize(("clause", "cost"), [(True, 1), (False, 8)])
def test_seven_members_with_populations(clause, cost):
    populations = (30, 25, 20, 10, 5, 5, 5)
    margins = (-9, -8, 1, 1, 1, 1, -1)
    double = All((InFavour(4), InFavour(Share(65, 100), "members", weight="power")))
    template = Any((double, WithholdingBelow(3))) if clause else double

    def passes(votes):
        held = sum(p for p, v in zip(populations, votes, strict=True) if v == 2)
        return (votes.count(2) >= 4 and held >= 65) or (clause and votes.count(2) > 4)

    case = Case(
        passes,
        tuple(Payable(F(m)) for m in margins),
        (),
        tuple((i, F(1), F(1), None) for i in range(7)),
    )
    assert cheapest(case) == cost
    check(problem_of(case, bound(template, 7, (), populations)), cost)


# Random instances.

KINDS = list(rule_pairs(4, (0,), 3, (1,) * 4))


def fraction(rng, low, high, den=(1, 2, 3, 10)):
    return F(rng.randint(low, high), rng.choice(den))


def instance(seed):
    """A random case, its rule, and what it was made from."""
    rng = random.Random(seed)
    n = rng.randint(4, 6)
    permanent = tuple(rng.sample(range(n), rng.randint(1, 2)))
    weights = tuple(rng.randint(1, 9) for _ in range(n))
    kind = KINDS[seed % len(KINDS)]
    quota = rng.randint(2, n - 1)
    template, passes = rule_pairs(n, permanent, quota, weights)[kind]
    states = []
    for _ in range(n):
        draw = rng.random()
        if draw < 0.75:
            states.append(Payable(fraction(rng, -9, 3), max(F(0), fraction(rng, -2, 6))))
        elif draw < 0.95:
            states.append(Payable(stated=rng.randrange(3)))
        else:
            states.append(Payable())
    payable = [i for i, s in enumerate(states) if s.margin is not None]
    texts = []
    for k in range(rng.randint(0, 2)):
        other = frozenset({1 - k})
        link = rng.random() if k == 1 else 1
        texts.append(
            Text(
                F(rng.randint(0, 4)),
                {i: fraction(rng, -3, 5) for i in rng.sample(range(n), rng.randint(0, n))},
                F(rng.randint(-3, 3)),
                other if link < 0.2 else frozenset(),
                other if 0.2 <= link < 0.5 else frozenset(),
                rng.random() < 0.1,
            )
        )
    with_budget = rng.random() < 0.4
    transfers = []
    for i in payable:
        for _ in range(rng.choice((0, 1, 1) if with_budget else (0, 1, 1, 2))):
            cap = fraction(rng, 0, 8) if rng.random() < 0.4 else None
            value, cost = F(rng.randint(1, 4), 2), F(rng.randint(1, 9), rng.choice((1, 3)))
            transfers.append((i, value, cost, cap))
    items = tuple(
        (rng.choice(payable), F(rng.randint(1, 9), 2), F(rng.randint(0, 6)))
        for _ in range(rng.randint(0, 2) if payable else 0)
    )
    budgets = ()
    if with_budget:
        some = frozenset(m for m in range(len(transfers)) if rng.random() < 0.8)
        given = frozenset(k for k in range(len(items)) if rng.random() < 0.8)
        budgets = ((F(rng.randint(0, 12)), some, given),)
    floor = F(rng.randint(-3, 1))
    case = Case(passes, tuple(states), tuple(texts), tuple(transfers), items, budgets, F(0), floor)
    return case, bound(template, n, permanent, weights)


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
    for seed, (_, problem, answer) in enumerate(solved[:: 2 if solver == "cbc" else 1]):
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


def trio(quota, **parts):
    voters = tuple(Voter(margin=tripled(m), band=F(2)) for m in (1, -3, -5))
    return ConcessionProblem(Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, quota)), voters, **parts)


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


# Conditions of stated votes.


def compiled(tree):
    """A condition for the code under test, and the same as a predicate."""
    kind, *parts = tree
    if kind == "adopted":
        return Adopted(parts[0]), lambda texts, votes: parts[0] in texts
    if kind == "fact":
        return Fact(parts[0]), lambda texts, votes: parts[0]
    if kind == "vote":
        i, low, high = parts
        return VoteBetween(i, low, high), lambda texts, votes: low <= votes[i] <= high
    inner = [compiled(part) for part in parts]
    conditions, tests = tuple(c for c, _ in inner), [t for _, t in inner]
    if kind == "not":
        return Not(conditions[0]), lambda texts, votes: not tests[0](texts, votes)
    if kind == "all":
        return Every(conditions), lambda texts, votes: all([t(texts, votes) for t in tests])
    return Some(conditions), lambda texts, votes: any([t(texts, votes) for t in tests])


def random_condition(rng, earlier, n_texts, depth):
    draw = rng.random()
    if depth and draw < 0.45:
        kind = rng.choice(("not", "all", "any"))
        size = 1 if kind == "not" else rng.randint(0, 3)
        return (kind, *(random_condition(rng, earlier, n_texts, depth - 1) for _ in range(size)))
    if earlier and draw < 0.8:
        return ("vote", rng.choice(earlier), *sorted((rng.randint(0, 2), rng.randint(0, 3))))
    return ("adopted", rng.randrange(n_texts)) if draw < 0.95 else ("fact", rng.random() < 0.5)


def conditional_instance(seed):
    rng = random.Random(seed)
    n, n_texts = rng.randint(3, 5), rng.randint(1, 2)
    order = list(range(n))
    rng.shuffle(order)
    states, voters = {}, {}
    for place, i in enumerate(order):
        if rng.random() < 0.45:
            margin, band = fraction(rng, -5, 2), max(F(0), fraction(rng, -1, 3))
            states[i], voters[i] = Payable(margin, band), Voter(None, tripled(margin), band)
        elif rng.random() < 0.1:
            states[i], voters[i] = Payable(), Voter()
        else:
            stated = rng.randrange(3)
            pairs = []
            for _ in range(rng.randint(0, 3)):
                tree = random_condition(rng, order[:place], n_texts, 2)
                pairs.append((rng.randrange(3), *compiled(tree)))
            states[i] = Payable(stated=stated, conditions=tuple((v, t) for v, _, t in pairs))
            voters[i] = Voter((stated,) * 3, conditions=tuple((v, c) for v, c, _ in pairs))
    texts = tuple(
        Text(F(rng.randint(0, 3)), {i: fraction(rng, -3, 4) for i in range(n)})
        for _ in range(n_texts)
    )
    payable = [i for i in range(n) if states[i].margin is not None]
    transfers = tuple((i, F(1), F(rng.randint(1, 3)), None) for i in payable if rng.random() < 0.8)
    items = tuple((i, F(2), F(1)) for i in payable[:1] if rng.random() < 0.5)
    kind = KINDS[seed % len(KINDS)]
    weights = tuple(rng.randint(1, 9) for _ in range(n))
    template, passes = rule_pairs(n, (0,), 2, weights)[kind]
    case = Case(
        passes, tuple(states[i] for i in range(n)), texts, transfers, items, order=tuple(order)
    )
    rule = bound(template, n, (0,), weights)
    problem = replace(problem_of(case, rule), voters=tuple(voters[i] for i in range(n)))
    return case, problem


def test_conditions_against_enumeration():
    outcomes = set()
    for seed in range(150):
        case, problem = conditional_instance(seed)
        expected = cheapest(case)
        answer = cheapest_package(problem)
        assert answer.cost == expected, seed
        outcomes.add(expected is None)
        for texts in subsets(len(case.texts)):  # votes, text by text, without a solver
            package = Package(texts)
            margins = {i: problem.margin(i, package) for i in range(len(case.states))}
            assert list(problem.votes(package)) == votes_of(case, texts, margins), seed
    assert outcomes == {True, False}


def test_conditional_instances_on_every_back_end():
    for seed in range(0, 150, 5):
        _, problem = conditional_instance(seed)
        assert len({cheapest_package(problem, solver=s).cost for s in BACK_ENDS}) == 1, seed


def test_a_vote_that_hangs_on_a_bought_vote():
    """The second state follows the first, whom cash moves; the third does the contrary."""
    rule = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 2))
    first = Voter(margin=tripled(-4), band=F(1))
    follows = Voter((0, 0, 0), conditions=((2, VoteBetween(0, 2, 2)),))
    opposes = Voter((2, 2, 2), conditions=((0, VoteBetween(0, 1, 2)),))
    cash = (Transfer(0, F(1), F(1)),)
    answer = check(ConcessionProblem(rule, (first, follows, opposes), transfers=cash), 4)
    assert dict(answer.package.transfers) == {0: 4}
    needs_two = Voter((0, 0, 0), conditions=((2, Not(VoteBetween(1, 0, 1))),))  # a chain
    check(ConcessionProblem(rule, (first, follows, needs_two), transfers=cash), 4)


def test_a_watched_voter_is_paid_no_more_than_the_condition_allows():
    """The second supports only while the first abstains; giving the first more is free."""
    rule = Rule(2, Quota((1, 1), (0, 0), (-9, -9), 1))
    first = Voter(margin=tripled(-4), band=F(1))
    second = Voter((0, 0, 0), conditions=((2, VoteBetween(0, 1, 1)),))
    for cost in (F(0), F(1)):
        problem = ConcessionProblem(rule, (first, second), transfers=(Transfer(0, F(1), cost),))
        for solver in BACK_ENDS:
            answer = check(problem, 3 * cost, solver)
            assert dict(answer.package.transfers) == {0: 3}
            assert problem.votes(answer.package) == (1, 2)


def _blurred(voter, rng):
    if voter.margin:
        low, high = voter.margin[1] - rng.randint(0, 2), voter.margin[1] + rng.randint(0, 2)
        return replace(voter, margin=(low, voter.margin[1], high))
    if voter.stated:
        vote = voter.stated[1]
        return replace(voter, stated=(rng.randint(0, vote), vote, rng.randint(vote, 2)))
    return voter


def _all_within(voter):
    """Exact voters that differ in their votes and lie in the intervals of this one."""
    if voter.margin:
        low, _, high = voter.margin
        margins = {m for m in (*voter.margin, -voter.band, F(0)) if low <= m <= high}
        return [Voter(None, tripled(m), voter.band) for m in margins]
    if voter.stated:
        return [
            replace(voter, stated=(k,) * 3) for k in range(voter.stated[0], voter.stated[2] + 1)
        ]
    return [voter]


def test_vote_intervals_contain_every_vote_the_estimates_allow():
    rng = random.Random(9)
    for seed in range(150):
        case, problem = conditional_instance(seed)
        wide = tuple(_blurred(v, rng) for v in problem.voters)
        blurred = replace(problem, voters=wide)
        package = Package(frozenset({0}))
        intervals = blurred.vote_intervals(package)
        ranges = [_all_within(v) for v in wide]
        for voters in itertools.product(*ranges):
            exact = replace(problem, voters=voters).votes(package)
            assert all(low <= v <= high for v, (low, high) in zip(exact, intervals, strict=True))
        central = replace(problem, voters=wide).votes(package)
        assert central == problem.votes(package)
        assert len(case.states) == len(intervals)


def test_three_valued_truth():
    maybe, yes, no = VoteBetween(0, 2, 2), Fact(True), Fact(False)
    votes = {0: (1, 2)}
    table = [
        (maybe, None),
        (Not(maybe), None),
        (Every((maybe, no)), False),
        (Every((maybe, yes)), None),
        (Some((maybe, yes)), True),
        (Some((maybe, no)), None),
        (Every(()), True),
        (Some(()), False),
        (VoteBetween(0, 1, 2), True),
        (VoteBetween(0, 0, 0), False),
        (Adopted(3), True),
        (Not(Adopted(4)), True),
    ]
    for condition, value in table:
        assert truth(condition, frozenset({3}), votes) is value
    deep = Every((Not(Some((maybe, Adopted(2)))), VoteBetween(7, 0, 1), yes))
    assert voters_in(deep) == {0, 7}
    assert adopted_in(deep) == {2}


def test_players_are_ordered_by_what_they_wait_for():
    needs = [frozenset({2}), frozenset(), frozenset({1, 3}), frozenset({1})]
    order = order_of_votes(needs)
    assert sorted(order) == [0, 1, 2, 3]
    assert all(order.index(q) < order.index(p) for p, waits in enumerate(needs) for q in waits)
    circle = [frozenset({1}), frozenset({2}), frozenset({0}), frozenset({0})]
    with pytest.raises(CircularConditionError, match="0 -> 1 -> 2 -> 0 form a circle") as error:
        order_of_votes(circle)
    assert error.value.cycle == (0, 1, 2, 0)


# The deletion test.


def test_the_deletion_test_finds_what_is_not_needed():
    cash = tuple(Transfer(i, F(1), F(1)) for i in range(3))
    problem = trio(2, transfers=cash, items=(Item(2, F(1), F(1)),), amendments=(Amendment(F(1)),))
    package = Package(frozenset({0}), {1: F(7, 2), 2: F(1)}, frozenset({0}))
    assert problem.violations(package) == ()
    assert problem.deletion_test(package, F(1, 2)) == (
        Deletion("transfer", 1, None, False),
        Deletion("transfer", 1, F(1, 2), True),  # half a unit too much
        Deletion("transfer", 2, None, True),
        Deletion("transfer", 2, F(1, 2), True),
        Deletion("item", 0, None, True),
        Deletion("amendment", 0, None, True),
    )
    with pytest.raises(GameError, match="the resolution is 0; it must be above 0"):
        problem.deletion_test(package, F(0))


def test_every_requirement_that_is_broken_is_named():
    problem = trio(
        3,
        amendments=(
            Amendment(F(1), F(-1), requires=frozenset({1})),
            Amendment(F(1), excludes=frozenset({2})),
            Amendment(F(1), forbidden=True),
        ),
        transfers=(Transfer(1, F(1), F(1), F(2)), Transfer(2, F(1), F(1))),
        items=(Item(1, F(1), F(5)),),
        budgets=(Budget(F(6), frozenset({0}), frozenset({0})),),
        effect=F(1),
        floor=F(1),
    )
    package = Package(frozenset({0}), {0: F(3), 1: F(-1)}, frozenset({0}))
    assert problem.violations(package) == (
        "floor",
        "requires 0",
        "cap 0",
        "cap 1",
        "budget 0",
        "rule",
    )
    package = Package(frozenset({1, 2}))
    assert problem.violations(package) == ("excludes 1", "red line 2", "rule")


# Refusals.

RULE2 = Rule(2, Quota((1, 1), (0, 0), (0, 0), 1))
PAIR = (Voter((2, 2, 2)), Voter(margin=(F(-1),) * 3))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: Transfer(0, F(0), F(1)),
            "the value of a transfer is 0; it must be above 0, or nobody would ask for it",
        ),
        (
            lambda: Transfer(0, F(-1, 2), F(1)),
            "the value of a transfer is -1/2; it must be above 0, or nobody would ask for it",
        ),
        (
            lambda: Transfer(0, 0.5, F(1)),
            "the value of a transfer is 0.5; it must be an int or a Fraction, which are exact",
        ),
        (lambda: Transfer(0, F(1), F(-1)), "the cost of a transfer is -1; it must be at least 0"),
        (
            lambda: Transfer(0, F(1), F(1), F(-1)),
            "the cap of a transfer is -1; it must be at least 0",
        ),
        (
            lambda: Item(0, F(-3), F(1)),
            "the value of an item is -3; it must be above 0, or nobody would ask for it",
        ),
        (lambda: Item(0, F(3), F(-1)), "the cost of an item is -1; it must be at least 0"),
        (
            lambda: Budget(F(-1), frozenset(), frozenset()),
            "the limit of a budget is -1; it must be at least 0",
        ),
        (lambda: Amendment(F(-1)), "the cost of an amendment is -1; it must be at least 0"),
        (
            lambda: Amendment(F(1), margins={3: 0.1}),
            "the effect of an amendment on the margin of player 3 is 0.1; it must be an int or a "
            "Fraction, which are exact",
        ),
        (
            lambda: Voter(margin=tripled(1), band=F(-1)),
            "an acquiescence band is -1; it must be at least 0",
        ),
        (
            lambda: Voter(margin=(F(1), F(0), F(2))),
            "a margin is (1, 0, 2); it must be (lowest, central, highest) in that order",
        ),
        (
            lambda: Voter((1, 0, 2)),
            "a stated vote is (1, 0, 2); it must be (lowest, central, highest) in that order",
        ),
        (
            lambda: Voter((1, 1, 3)),
            "a stated vote is 3; it is 0 (against), 1 (abstain) or 2 (for), and who is absent "
            "states none",
        ),
        (
            lambda: Voter((1, 1, 1), conditions=((3, Fact(True)),)),
            "a stated vote is 3; it is 0 (against), 1 (abstain) or 2 (for), and who is absent "
            "states none",
        ),
        (
            lambda: Voter((1, 1, 1), tripled(0)),
            "a voter has a stated vote and a margin; give one of them",
        ),
        (
            lambda: Voter(None, tripled(0), conditions=((2, Fact(True)),)),
            "a voter has conditions but no stated vote, which holds when none does",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR[:1]),
            "1 voters for a rule of 2 members; give one each",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR, transfers=(Transfer(2, F(1), F(1)),)),
            "a transfer speaks of player 2, counted from 0; there are 2",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR, items=(Item(-1, F(1), F(1)),)),
            "an item speaks of player -1, counted from 0; there are 2",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR, (Amendment(F(1), margins={2: F(1)}),)),
            "an amendment speaks of player 2, counted from 0; there are 2",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR, (Amendment(F(1), requires=frozenset({1})),)),
            "amendment 0 speaks of amendment 1, counted from 0; there are 1",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR, (Amendment(F(1), excludes=frozenset({0})),)),
            "amendment 0 excludes itself; mark it as forbidden instead",
        ),
        (
            lambda: ConcessionProblem(
                RULE2, PAIR, budgets=(Budget(F(1), frozenset({0}), frozenset()),)
            ),
            "a budget speaks of transfer 0, counted from 0; there are 0",
        ),
        (
            lambda: ConcessionProblem(
                RULE2, (Voter((2, 2, 2), conditions=((0, Adopted(0)),)), PAIR[1])
            ),
            "a condition speaks of amendment 0, counted from 0; there are 0",
        ),
        (
            lambda: ConcessionProblem(
                RULE2, (Voter((2, 2, 2), conditions=((0, VoteBetween(5, 0, 1)),)), PAIR[1])
            ),
            "a condition speaks of player 5, counted from 0; there are 2",
        ),
        (
            lambda: ConcessionProblem(
                RULE2, (Voter((2, 2, 2), conditions=((0, VoteBetween(0, 0, 1)),)), PAIR[1])
            ),
            "conditions of players 0 -> 0 form a circle",
        ),
        (
            lambda: ConcessionProblem(RULE2, PAIR, floor=0.5),
            "the floor of the effect is 0.5; it must be an int or a Fraction, which are exact",
        ),
    ],
)
def test_malformed_parts_are_refused(build, message):
    with pytest.raises(GameError) as error:
        build()
    assert str(error.value) == message
