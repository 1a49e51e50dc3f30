"""Concession problems twice: for the code under test, and as cases for an oracle."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from oracles import Case, Payable, Text

from solvers.concessions import cheapest_package
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Item,
    Transfer,
    Voter,
)
from solvers.programmes.backends import installed
from solvers.rules.roster import Roster
from solvers.rules.rule import Quota, Rule
from solvers.rules.templates import (
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
    """Solve by the programme, and by the engine of its own choice; compare and judge."""
    answer = cheapest_package(problem, solver, engine="programme")
    judge(problem, answer, expected)
    if solver == "highs":
        judge(problem, cheapest_package(problem), expected)
    return answer


def judge(problem, answer, expected):
    """Compare with the expected cost, and judge the package by the data alone."""
    if expected is None:
        assert answer.package is None
        assert answer.cost is None
        assert answer.solution.status == "infeasible"
        return
    assert answer.solution.status == "optimal"
    assert answer.cost == expected
    assert problem.cost(answer.package) == expected
    assert problem.violations(answer.package) == ()
    deletions = problem.deletion_test(answer.package, F(1, 10**6))
    assert not any(d.still_works for d in deletions), deletions


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


def trio(quota, **parts):
    voters = tuple(Voter(margin=tripled(m), band=F(2)) for m in (1, -3, -5))
    return ConcessionProblem(Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, quota)), voters, **parts)


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
