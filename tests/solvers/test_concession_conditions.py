"""Stated votes that hang on the text and on the votes of others."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from concession_cases import (
    BACK_ENDS,
    KINDS,
    F,
    bound,
    check,
    fraction,
    problem_of,
    rule_pairs,
    tripled,
)
from oracles import Case, Payable, Text, cheapest, subsets, votes_of

from solvers.concessions import cheapest_package
from solvers.concessions.problem import (
    ConcessionProblem,
    Package,
    Transfer,
    Voter,
)
from solvers.rules.rule import Quota, Rule
from solvers.rules.vote_conditions import (
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
