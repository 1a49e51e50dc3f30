"""Why not: clashes and corrections against worked cases, brute force and tampering."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from clash_cases import (
    BUDGET,
    CAP_B,
    QUOTA,
    VETO_A,
    VETO_B,
    F,
    council,
    count_leaf,
    coupled,
    sets,
    veto_leaf,
)

from solvers.concessions.clashes.clash_check import clash_faults, possible_by_enumeration
from solvers.concessions.clashes.feasibility import any_package
from solvers.concessions.clashes.marco import Clashes, find_clashes
from solvers.concessions.clashes.repairs import repairs
from solvers.concessions.clashes.requirements import relaxed, requirements
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Item,
    Transfer,
    Voter,
)
from solvers.errors import GameError
from solvers.rules.rule import AllOf, AnyOf, Rule

WORKED = {
    "X5": (
        council(F(3)),
        sets({VETO_B, CAP_B}),
        sets({VETO_B}, {CAP_B}),
    ),
    "X6": (
        council(budget=8),
        sets({QUOTA, VETO_B, BUDGET}),
        sets({QUOTA}, {VETO_B}, {BUDGET}),
    ),
    "X7": (
        council(F(3), 8),
        sets({VETO_B, CAP_B}, {QUOTA, VETO_B, BUDGET}),
        sets({VETO_B}, {QUOTA, CAP_B}, {CAP_B, BUDGET}),
    ),
    "X8": (
        council(F(3), 4),
        sets({QUOTA, BUDGET}, {VETO_B, CAP_B}),
        sets({QUOTA, VETO_B}, {QUOTA, CAP_B}, {VETO_B, BUDGET}, {CAP_B, BUDGET}),
    ),
}


@pytest.mark.parametrize("case", WORKED)
def test_worked_cases(case):
    problem, infeasible, corrections = WORKED[case]
    found = find_clashes(problem)
    assert set(found.infeasible) == infeasible
    assert set(found.corrections) == corrections
    assert found.complete
    assert clash_faults(problem, found) == ()


def stated(yes, no, abstain, permanent_against):
    """A recorded vote of fifteen; the first five are permanent."""
    votes = [2] * 15
    against = [*permanent_against, *range(14, 14 - (no - len(permanent_against)), -1)]
    for i in against:
        votes[i] = 0
    for i in [i for i in range(5, 15) if votes[i] == 2][:abstain]:
        votes[i] = 1
    assert [votes.count(v) for v in (2, 0, 1)] == [yes, no, abstain]
    rule = Rule(15, AllOf((count_leaf(15, 9), veto_leaf(15, set(range(5))))))
    return ConcessionProblem(rule, tuple(Voter(stated=(v, v, v)) for v in votes))


def test_thirteen_votes_and_two_vetoes():
    problem = stated(13, 2, 0, (0, 3))
    found = find_clashes(problem)
    vetoes = [("veto", 1, 0), ("veto", 1, 3)]
    assert found.infeasible == tuple(frozenset({veto}) for veto in vetoes)
    assert found.corrections == (frozenset(vetoes),)
    assert found.complete
    assert clash_faults(problem, found) == ()


def test_four_votes_and_three_vetoes():
    problem = stated(4, 9, 2, (1, 2, 4))
    found = find_clashes(problem)
    single = [QUOTA, *(("veto", 1, i) for i in (1, 2, 4))]
    assert set(found.infeasible) == sets(*({label} for label in single))
    assert found.corrections == (frozenset(single),)
    assert clash_faults(problem, found) == ()
    (repair,) = repairs(problem, found)
    assert repair.cost == 0
    assert next((m.label, m.would_do) for m in repair.measures) == (QUOTA, 4)


def test_nothing_clashes_where_a_package_exists():
    assert find_clashes(council()) == Clashes((), (), True)
    assert clash_faults(council(), Clashes((), (), True)) == ()


# Brute force: integer data, all subsets of the labels, all amendments, all whole payments.


def random_case(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 3)
    case = {
        "n": n,
        "quota": rng.randint(1, n),
        "holders": sorted(rng.sample(range(n), rng.randint(0, 2))),
        "margins": [rng.randint(-4, 1) for _ in range(n)],
        "bands": [rng.randint(0, 2) for _ in range(n)],
        "caps": [rng.choice([None, 0, 1, 2, 3]) for _ in range(n)],
        "limit": rng.choice([None, rng.randint(0, 4)]),
        "shifts": [[rng.randint(-2, 3) for _ in range(n)] for _ in range(2)],
        "effects": [rng.randint(-3, 1) for _ in range(2)],
        "floor": rng.choice([0, -1, -2]),
        "forbidden": rng.random() < 0.3,
        "apart": rng.random() < 0.3,
        "needs": rng.random() < 0.3,
    }
    return case


def problem_of(case):
    n = case["n"]
    leaves = [count_leaf(n, case["quota"])]
    if case["holders"]:
        leaves.append(veto_leaf(n, set(case["holders"])))
    texts = [
        Amendment(
            F(0),
            F(case["effects"][k]),
            {i: F(x) for i, x in enumerate(case["shifts"][k])},
            forbidden=case["forbidden"] and k == 0,
            excludes=frozenset({1}) if case["apart"] and k == 0 else frozenset(),
            requires=frozenset({0}) if case["needs"] and k == 1 else frozenset(),
        )
        for k in range(2)
    ]
    everybody = frozenset(range(n))
    return ConcessionProblem(
        Rule(n, AllOf(tuple(leaves))),
        tuple(
            Voter(margin=(F(m),) * 3, band=F(b))
            for m, b in zip(case["margins"], case["bands"], strict=True)
        ),
        amendments=tuple(texts),
        transfers=tuple(
            Transfer(i, F(1), F(1), None if cap is None else F(cap))
            for i, cap in enumerate(case["caps"])
        ),
        budgets=()
        if case["limit"] is None
        else (Budget(F(case["limit"]), everybody, frozenset()),),
        floor=F(case["floor"]),
    )


def labels_of(case):
    labels = [("quota", 0), *(("veto", 1, i) for i in case["holders"])]
    labels += [("cap", i) for i, cap in enumerate(case["caps"]) if cap is not None]
    labels += [("budget", 0)] * (case["limit"] is not None)
    labels += [("floor",)] * (case["floor"] > sum(min(0, e) for e in case["effects"]))
    labels += [("red line", 0)] * case["forbidden"]
    labels += [("excludes", 0, 1)] * case["apart"] + [("requires", 1, 0)] * case["needs"]
    return labels


def broken_sets(case):
    """For every text and payment in whole numbers, the labels that it breaks."""
    found = set()
    for texts in itertools.product((0, 1), repeat=2):
        base = set()
        if sum(e * z for e, z in zip(case["effects"], texts, strict=True)) < case["floor"]:
            base.add(("floor",))
        base |= {("red line", 0)} if case["forbidden"] and texts[0] else set()
        base |= {("excludes", 0, 1)} if case["apart"] and texts == (1, 1) else set()
        base |= {("requires", 1, 0)} if case["needs"] and texts == (0, 1) else set()
        margins = [
            m + sum(case["shifts"][k][i] * texts[k] for k in range(2))
            for i, m in enumerate(case["margins"])
        ]
        pairs = list(zip(margins, case["bands"], strict=True))
        choices = [{0, max(0, -m), max(0, -m - b)} for m, b in pairs]
        for paid in itertools.product(*choices):
            broken = set(base)
            votes = []
            for (m, b), t in zip(pairs, paid, strict=True):
                votes.append(2 if m + t >= 0 else 1 if m + t >= -b else 0)
            broken |= {("quota", 0)} if votes.count(2) < case["quota"] else set()
            broken |= {("veto", 1, i) for i in case["holders"] if votes[i] == 0}
            broken |= {
                ("cap", i)
                for i, cap in enumerate(case["caps"])
                if cap is not None and paid[i] > cap
            }
            if case["limit"] is not None and sum(paid) > case["limit"]:
                broken.add(("budget", 0))
            found.add(frozenset(broken))
    return found


def by_force(case):
    """All irreducible clashes and all minimal corrections, from the table of all subsets."""
    labels, broken = labels_of(case), broken_sets(case)
    possible = {}
    for bits in itertools.product((False, True), repeat=len(labels)):
        kept = frozenset(x for x, bit in zip(labels, bits, strict=True) if bit)
        possible[kept] = any(not kept & b for b in broken)
    whole = frozenset(labels)
    infeasible = {s for s, ok in possible.items() if not ok and all(possible[s - {x}] for x in s)}
    largest = {
        s for s, ok in possible.items() if ok and not any(possible[s | {x}] for x in whole - s)
    }
    corrections = {whole - s for s in largest}
    return infeasible, corrections


INFEASIBLE = [s for s in range(200) if by_force(random_case(s))[0]][:40]


@pytest.mark.parametrize("seed", INFEASIBLE)
def test_random_clashes_equal_brute_force(seed):
    case = random_case(seed)
    problem = problem_of(case)
    assert {r.label for r in requirements(problem)} == set(labels_of(case))
    infeasible, corrections = by_force(case)
    found = find_clashes(problem)
    assert found.complete
    assert set(found.infeasible) == infeasible
    assert set(found.corrections) == corrections
    assert clash_faults(problem, found) == ()


def test_enough_random_cases_clash():
    kinds = {
        label[0] for s in INFEASIBLE for clash in by_force(random_case(s))[0] for label in clash
    }
    assert len(INFEASIBLE) == 40
    assert kinds >= {"quota", "veto", "cap", "budget", "floor", "red line", "excludes", "requires"}


@pytest.mark.parametrize("seed", range(25))
def test_enumeration_agrees_with_the_programme(seed):
    problem = coupled(seed)
    assert possible_by_enumeration(problem) == (any_package(problem) is not None)


@pytest.mark.parametrize(
    "seed", [s for s in range(60) if not possible_by_enumeration(coupled(s))][:8]
)
def test_clashes_of_everything_pass_the_check(seed):
    problem = coupled(seed)
    found = find_clashes(problem)
    assert found.complete
    assert found.infeasible
    assert clash_faults(problem, found) == ()
    for repair in repairs(problem, found):
        works = relaxed(problem, {r.label for r in requirements(problem)} - repair.correction)
        assert works.violations(repair.package) == ()
        assert works.cost(repair.package) == repair.cost


def test_a_way_to_decide_that_nobody_can_take_is_a_requirement():
    nobody = ConcessionProblem(Rule(1, AnyOf(())), (Voter(stated=(2, 2, 2)),))
    found = find_clashes(nobody)
    assert found.infeasible == (frozenset({QUOTA}),) == found.corrections
    assert clash_faults(nobody, found) == ()


def test_alternatives_clash_together():
    either = Rule(2, AnyOf((count_leaf(2, 2), veto_leaf(2, {0}))))
    problem = ConcessionProblem(either, (Voter(stated=(0, 0, 0)), Voter(stated=(2, 2, 2))))
    found = find_clashes(problem)
    assert set(found.infeasible) == sets({QUOTA, VETO_A})
    assert set(found.corrections) == sets({QUOTA}, {VETO_A})


# Stopping, limits, tampering.


def test_a_stopped_search_keeps_what_it_has():
    problem = council(F(3), 4)
    whole = find_clashes(problem)
    for limit in range(1, 6):
        part = find_clashes(problem, limit=limit)
        assert not part.complete
        assert len(part.infeasible) + len(part.corrections) == limit
        assert set(part.infeasible) <= set(whole.infeasible)
        assert set(part.corrections) <= set(whole.corrections)
        assert clash_faults(problem, part) == ()
    calls = itertools.count()
    stopped = find_clashes(problem, stop=lambda: next(calls) > 4)
    assert not stopped.complete
    assert stopped.infeasible
    assert clash_faults(problem, stopped) == ()


def test_bad_questions():
    with pytest.raises(GameError, match="limit is 0"):
        find_clashes(council(), limit=0)
    with pytest.raises(GameError, match="no requirement"):
        relaxed(council(), [("cap", 99)])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda c: replace(c, infeasible=c.infeasible[1:]), "missing"),
        (lambda c: replace(c, corrections=c.corrections[1:]), "missing"),
        (lambda c: replace(c, infeasible=(c.infeasible[0] | {VETO_A},)), "even without"),
        (lambda c: replace(c, infeasible=(c.infeasible[0] - {VETO_B},)), "can be met"),
        (lambda c: replace(c, corrections=(frozenset({VETO_A}),)), "still clashes"),
        (lambda c: replace(c, corrections=(c.corrections[0] | {VETO_A},)), "need not"),
        (lambda c: replace(c, corrections=(frozenset({CAP_B}),)), "does not touch"),
        (lambda c: replace(c, infeasible=c.infeasible * 2), "twice"),
        (lambda c: replace(c, infeasible=(frozenset({("cap", 9)}),)), "no requirements"),
        (lambda c: Clashes((), (), True), "no clash is named"),
    ],
)
def test_tampering_is_found(spoil, words):
    problem = council(F(3), 8)
    spoiled = spoil(find_clashes(problem))
    assert any(words in fault for fault in clash_faults(problem, spoiled))


def test_clashes_where_there_are_none_are_found_out():
    quota = frozenset({QUOTA})
    assert clash_faults(council(), Clashes((), (quota,), True))


def large(seed):
    """Thirty-three members, two thirds of whom are needed, one budget."""
    rng, n = random.Random(seed), 33
    return ConcessionProblem(
        Rule(n, count_leaf(n, 22)),
        tuple(Voter(margin=(F(rng.randint(-9, 3)),) * 3, band=F(1)) for _ in range(n)),
        amendments=tuple(
            Amendment(F(1), F(-1), {i: F(rng.randint(-2, 2)) for i in range(n)}) for _ in range(2)
        ),
        transfers=tuple(Transfer(i, F(1), F(rng.randint(1, 3))) for i in range(n)),
        items=tuple(Item(i, F(3), F(2)) for i in range(3)),
        budgets=(
            Budget(F(rng.randint(30, 90)), frozenset(range(n)), frozenset({0, 1}), seed % 2 == 0),
        ),
        floor=F(-1),
    )


def test_large_bodies_are_decided_alike_without_the_programme():
    outcomes = set()
    for seed in (0, 1, 5):
        problem = large(seed)
        package = any_package(problem)
        assert (package is None) == (any_package(problem, "scipy") is None)
        assert package is None or problem.violations(package) == ()
        outcomes.add(package is None)
    assert outcomes == {True, False}
