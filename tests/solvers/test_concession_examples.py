"""The worked examples: each by the programme, by the engine of its choice, and by brute force."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import concession_oracle as oracle
import pytest
from concession_cases import (
    BACK_ENDS,
    EF,
    LEAD,
    MARGINS,
    SUNSET,
    B,
    D,
    E,
    F,
    bound,
    check,
    council,
    excluding,
    problem_of,
    rule_pairs,
    tripled,
)
from oracles import Case, Payable, cheapest

from solvers.concessions import cheapest_package
from solvers.concessions.parts import Amendment, Doubts, Package, Transfer, Voter
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.ties import Channel, Contribution, Need
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule
from solvers.rules.templates import All, Any, InFavour, Share, WithholdingBelow


def agree(problem, cost, solver="highs"):
    assert oracle.cheapest(problem) == cost
    return check(problem, cost, solver)


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


# The same council, further on.


def test_the_irreducible_packages_of_the_council():
    found = oracle.irreducible(council()[1])
    assert [cost for cost, _ in found] == [9, 11, 11, 12, 12, 12, 13, 14, 15, 15]
    found = oracle.irreducible(council("practised", (SUNSET, LEAD))[1])
    assert len(found) == 38
    assert [cost for cost, _ in found[:8]] == [4, 5, 5, 6, 6, 7, 7, 8]


def test_trust_in_promises_and_escrow():
    _, problem = council()
    half = tuple(replace(t, value=F(1, 2)) if t.recipient == B else t for t in problem.transfers)
    doubted = replace(problem, transfers=half)
    agree(doubted, 13)
    escrow = Transfer(B, F(1), F(1))
    secured = replace(
        doubted,
        transfers=(*half, escrow),
        channels=(Channel(F(3, 2), frozenset({len(half)})),),
    )
    answer = agree(secured, F(21, 2))
    assert dict(answer.package.transfers) == {D: 2, E: 3, len(half): 4}


# A council and an assembly over the same members.

ASSEMBLY_MARGINS = (*MARGINS, F(1), F(1), F(-1), F(-3), F(-8))
ASSEMBLY_BANDS = (3, 5, 2, 4, 4, 4, 0, 1, 1, F(1, 2), 3, 2)


def two_bodies(root):
    voters = tuple(
        Voter(margin=tripled(m), band=F(b))
        for m, b in zip(ASSEMBLY_MARGINS, ASSEMBLY_BANDS, strict=True)
    )
    cash = tuple(Transfer(i, F(1), F(1)) for i in range(12))
    return ConcessionProblem(Rule(12, root), voters, transfers=cash)


COUNCIL_YES = Quota((1,) * 7 + (0,) * 5, (0,) * 12, (0,) * 12, 4)
NO_VETO = Quota((0,) * 12, (0,) * 12, (-1, -1) + (0,) * 10, 0)
TWO_THIRDS_OF_VOTING = Quota((1,) * 12, (0,) * 12, (-2,) * 12, 0)
SOMEBODY = Quota((1,) * 12, (0,) * 12, (0,) * 12, 1)
COUNCIL = AllOf((COUNCIL_YES, NO_VETO))
BY_ASSEMBLY = AllOf((COUNCIL_YES, TWO_THIRDS_OF_VOTING, SOMEBODY))


@pytest.mark.parametrize(
    ("root", "cost"),
    [
        (COUNCIL, F(9)),
        (BY_ASSEMBLY, F(13, 2)),
        (AnyOf((COUNCIL, BY_ASSEMBLY)), F(13, 2)),
        (AllOf((COUNCIL, BY_ASSEMBLY)), F(19, 2)),  # j must abstain beside the nine
    ],
)
def test_two_routes_over_the_same_members(root, cost):
    problem = two_bodies(root)
    assert oracle.irreducible(problem)[0][0] == cost  # every vote that can be brought about
    answer = check(problem, cost)
    if cost < 9:
        assert dict(answer.package.transfers) == {D: 2, E: 3, EF: 1, 9: F(1, 2)}
        votes = problem.votes(answer.package)
        assert (votes.count(2), votes.count(0)) == (6, 3)


# Log-rolling.


def unanimous(margins, amendments=()):
    n = len(margins)
    rule = Rule(n, Quota((1,) * n, (0,) * n, (0,) * n, n))
    voters = tuple(Voter(margin=tripled(m)) for m in margins)
    cash = tuple(Transfer(i, F(1), F(1)) for i in range(n))
    return ConcessionProblem(rule, voters, amendments, cash)


def test_two_items_that_pass_together_for_nothing():
    first, second = (4, -3, 1), (-2, 5, 0)
    agree(unanimous(first), 3)
    agree(unanimous(second), 2)
    rule = unanimous(first).rule
    link = Amendment(F(0), margins=dict(enumerate(map(Fraction, second))), route=rule)
    answer = agree(unanimous(first, (link,)), 0)
    assert answer.package == Package(frozenset({0}))
    never = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 4))
    agree(unanimous(first, (replace(link, route=never),)), 3)


# Votes that hold one another up.


def followers(margins, pessimistic):
    n = len(margins)
    rule = Rule(n, Quota((1,) * n, (0,) * n, (0,) * n, 3))
    return ConcessionProblem(
        rule,
        tuple(Voter(margin=tripled(m)) for m in margins),
        transfers=tuple(Transfer(i, F(1), F(1)) for i in range(n)),
        bandwagon={(i, j): F(1) for i in range(n) for j in range(n) if i != j},
        pessimistic=pessimistic,
    )


@pytest.mark.parametrize("solver", BACK_ENDS)
def test_a_bandwagon(solver):
    for pessimistic in (False, True):
        agree(followers((0, -1, -2, -3), pessimistic), 0, solver)
    shy = (F(-1, 2), -1, -2, -3)
    agree(followers(shy, False), 0, solver)
    answer = agree(followers(shy, True), F(1, 2), solver)
    assert dict(answer.package.transfers) == {0: F(1, 2)}
    problem = followers(shy, True)
    assert problem.votes(Package()) == (0, 0, 0, 0)
    assert replace(problem, pessimistic=False).votes(Package()) == (2, 2, 2, 2)


# Doubts about margins, capabilities.


@pytest.mark.parametrize(
    ("gamma", "protection"),
    [(F(0), 0), (F(1), 2), (F(3, 2), F(11, 4)), (F(2), F(7, 2)), (F(3), F(9, 2))],
)
def test_protection_against_so_many_shortfalls(gamma, protection):
    sizes = (F(2), F(3, 2), F(1))
    rule = Rule(1, Quota((1,), (0,), (0,), 1))
    cash = (Transfer(0, F(1), F(1)),)
    given = Voter(margin=tripled(0), doubts=Doubts(gamma, sizes))
    agree(ConcessionProblem(rule, (given,), transfers=cash), protection)
    of_the_text = Voter(margin=tripled(0), doubts=Doubts(gamma, (), dict(enumerate(sizes))))
    needed = tuple(Amendment(F(0), F(1)) for _ in sizes)
    needs_all = ConcessionProblem(rule, (of_the_text,), needed, cash, floor=F(3))
    agree(needs_all, protection)
    agree(ConcessionProblem(rule, (of_the_text,), needed, cash, floor=F(0)), 0)


def test_capabilities_that_contributors_cover():
    a, b, c = range(3)
    airlift, infantry = 0, 1
    rule = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 3))
    problem = ConcessionProblem(
        rule,
        tuple(Voter(margin=tripled(0)) for _ in range(3)),
        needs=(Need(F(4)), Need(F(6))),
        contributions=(
            Contribution(a, airlift, F(3), F(2)),
            Contribution(b, airlift, F(2), F(3)),
            Contribution(b, infantry, F(2), F(2)),
            Contribution(c, infantry, F(5), F(1)),
        ),
    )
    answer = agree(problem, 16)
    assert dict(answer.package.contributions) == {0: 3, 1: 1, 2: 1, 3: 5}
    unwilling = (*problem.voters[:2], Voter((1, 1, 1)))
    majority = Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 2))
    agree(replace(problem, voters=unwilling, rule=majority), None)
    anyone = tuple(replace(x, supporters_only=False) for x in problem.contributions)
    agree(replace(problem, voters=unwilling, rule=majority, contributions=anyone), 16)
