"""Who can stop a decision, and what an opponent pays for it: against brute force."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from clash_cases import F, council, count_leaf, veto_leaf
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import rules_and_profiles

from solvers.concessions import cheapest_package
from solvers.concessions.clashes.blocking import (
    Blocker,
    blocker_faults,
    blocking_sets,
    cheapest_blocker,
)
from solvers.concessions.lowered_votes import cheapest_lower_votes
from solvers.concessions.problem import (
    Amendment,
    ConcessionProblem,
    Package,
    Transfer,
    Voter,
)
from solvers.errors import GameError
from solvers.rules.rule import AllOf, Quota, Rule
from solvers.rules.vote_conditions import VoteBetween

# Sets of players.


def stopping_sets(rule, votes, full, firm):
    """All smallest sets, by going through all of them."""
    movable = [i for i, v in enumerate(votes) if v in (1, 2) and i not in firm]
    found = []
    for size in range(len(movable) + 1):
        for group in itertools.combinations(movable, size):
            after = [(0 if full else v - 1) if i in group else v for i, v in enumerate(votes)]
            if not rule.evaluate(after) and not any(set(f) <= set(group) for f in found):
                found.append(group)
    return found


@given(rules_and_profiles(), st.booleans(), st.sets(st.integers(0, 4), max_size=2))
def test_blocking_sets_equal_brute_force(drawn, full, firm):
    rule, votes = drawn
    assume(rule.evaluate(votes))
    assert list(blocking_sets(rule, votes, full, firm)) == stopping_sets(rule, votes, full, firm)


def test_ten_votes_and_two_permanent_abstentions():
    """Nine needed of fifteen, ten for, and five abstaining, two of them permanent."""
    rule = Rule(15, AllOf((count_leaf(15, 9), veto_leaf(15, set(range(5))))))
    votes = [2, 2, 2, 1, 1, *[2] * 7, *[1] * 3]
    one_level = list(blocking_sets(rule, votes))
    assert one_level[:2] == [(3,), (4,)]
    assert len(one_level) == 2 + 45  # and any two of the ten supporters
    against = list(blocking_sets(rule, votes, full=True))
    assert against[:5] == [(i,) for i in range(5)]
    assert len(against) == 5 + 21


def test_nothing_to_stop():
    with pytest.raises(GameError, match="not taken"):
        blocking_sets(Rule(1, count_leaf(1, 1)), (1,))


# The cheapest lower votes.


@given(rules_and_profiles(), st.data())
def test_cheapest_lower_votes_equal_brute_force(drawn, data):
    rule, votes = drawn
    half = st.integers(0, 5).map(lambda x: F(x, 2))
    pairs = st.tuples(st.none() | half, st.none() | half).map(
        lambda p: p if None in p else (max(p), min(p))
    )
    prices = data.draw(st.dictionaries(st.integers(0, len(votes) - 1), pairs))
    choices = []
    for i, vote in enumerate(votes):
        choices.append({vote: F(0)})
        if vote in (1, 2) and i in prices:
            offered = {v: p for v, p in enumerate(prices[i]) if v < vote and p is not None}
            choices[-1].update(offered)
    best = min(
        (
            (sum(c[v] for c, v in zip(choices, after, strict=True)), sum(votes) - sum(after))
            for after in itertools.product(*choices)
            if not rule.evaluate(after)
        ),
        default=None,
    )
    found = cheapest_lower_votes(rule, votes, prices)
    if best is None:
        assert found is None
        return
    assert not rule.evaluate(found)
    cost = sum(c[v] for c, v in zip(choices, found, strict=True))
    assert (cost, sum(votes) - sum(found)) == best
    loose = cheapest_lower_votes(rule, votes, prices, settled=False)
    assert sum(c[v] for c, v in zip(choices, loose, strict=True)) == best[0]


# The cheapest blocker.


def price_of(levers, lack):
    """Least cost of lowering by a lack, and a little more; None where caps end before."""
    best = None
    for order in itertools.permutations(levers):
        left, cost = lack, F(0)
        for value, unit_cost, cap in order:
            if cap is None or cap * value > left:
                cost += left / value * unit_cost
                best = cost if best is None else min(best, cost)
                break
            left -= cap * value
            cost += cap * unit_cost
    return best


def by_force(problem, package, opponent):
    """Cheapest lower votes by which the decision fails, over all profiles."""
    before = problem.votes(package)
    choices = []
    for i, vote in enumerate(before):
        mine = [(t.value, t.cost, t.cap) for t in opponent if t.recipient == i]
        margin, voter = problem.margin(i, package), problem.voters[i]
        options = [(vote, F(0))]
        if margin is not None and not voter.firm:
            for level in range(vote):
                if level == 1 and not voter.band:
                    continue
                price = price_of(mine, margin + (voter.band if level == 0 else 0))
                if price is not None:
                    options.append((level, price))
        choices.append(options)
    routes = [problem.amendments[k].route for k in package.amendments]
    rules = [problem.rule, *(r for r in routes if r is not None)]
    prices = [
        sum((price for _, price in combo), F(0))
        for combo in itertools.product(*choices)
        if not all(rule.evaluate([level for level, _ in combo]) for rule in rules)
    ]
    return min(prices, default=None)


def random_problem(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 5)

    def number():
        return F(rng.randint(-4, 6), rng.choice([1, 2, 3]))

    kinds = [
        count_leaf(n, rng.randint(1, n)),
        veto_leaf(n, set(rng.sample(range(n), rng.randint(1, 2)))),
        Quota((1,) * n, (0,) * n, (-2,) * n, 0, "two thirds of those voting", "share"),
    ]
    leaves = rng.sample(kinds, rng.randint(1, 2))
    route = Rule(n, count_leaf(n, rng.randint(1, n))) if rng.random() < 0.3 else None
    problem = ConcessionProblem(
        Rule(n, AllOf(tuple(leaves))),
        tuple(
            Voter(stated=(rng.randint(0, 2),) * 3)
            if rng.random() < 0.2
            else Voter(
                margin=(number(),) * 3,
                band=F(rng.randint(0, 3)),
                firm=rng.random() < 0.2,
            )
            for _ in range(n)
        ),
        amendments=(Amendment(F(0), margins={0: F(5)}, route=route),),
        transfers=tuple(Transfer(i, F(1), F(1)) for i in range(n)),
    )
    levers = [
        Transfer(
            rng.randrange(n),
            F(rng.randint(1, 3)),
            F(rng.randint(0, 5)),
            rng.choice([None, F(rng.randint(0, 4))]),
        )
        for _ in range(rng.randint(1, 6))
    ]
    return problem, levers


def winning_package(seed):
    problem, levers = random_problem(seed)
    rng = random.Random(seed)
    for shape in (Package(), Package(frozenset({0})), None):
        paid = {i: F(rng.randint(0, 6)) for i in range(len(problem.voters))}
        package = shape or Package(frozenset(), paid)
        if not problem.violations(package):
            return problem, package, levers
    return None


CASES = [case for seed in range(150) if (case := winning_package(seed))][:90]


@pytest.mark.parametrize("number", range(0, len(CASES), 10))
def test_random_blockers_equal_brute_force(number):
    for problem, package, levers in CASES[number : number + 10]:
        found = cheapest_blocker(problem, package, levers)
        price = by_force(problem, package, levers)
        assert (None if found is None else found.price) == price
        if found is not None:
            assert blocker_faults(problem, package, levers, found) == ()
            assert cheapest_blocker(problem, package, levers, budget=price) is None
            more = cheapest_blocker(problem, package, levers, budget=price + F(1, 100))
            assert more == found


def test_random_cases_are_of_every_kind():
    answers = [cheapest_blocker(*case) for case in CASES[:40]]
    assert None in answers
    assert any(a is not None and len(a.turned) > 1 for a in answers)
    assert any(a is not None and 1 in a.turned.values() for a in answers)
    assert any(a is not None and 0 in a.turned.values() for a in answers)


def test_everybody_courted_by_a_fifth_of_the_rivals_money():
    """Nine indifferent members, five needed: surpluses of W/5 each are broken for exactly W."""
    rule = Rule(9, count_leaf(9, 5))
    problem = ConcessionProblem(
        rule,
        (Voter(margin=(F(0),) * 3, band=F(1)),) * 9,
        transfers=tuple(Transfer(i, F(1), F(1)) for i in range(9)),
    )
    package = Package(transfers=dict.fromkeys(range(9), F(2)))
    levers = [Transfer(i, F(1), F(1)) for i in range(9)]
    found = cheapest_blocker(problem, package, levers)
    assert (found.price, len(found.turned)) == (10, 5)
    assert cheapest_blocker(problem, package, levers, budget=F(10)) is None


def test_the_package_of_the_council_falls_for_nothing():
    """In X1 those who are paid stand on their thresholds."""
    problem = council()
    package = cheapest_package(problem).package
    levers = [Transfer(i, F(1), F(1)) for i in range(7)]
    found = cheapest_blocker(problem, package, levers)
    assert found.price == 0
    assert len(found.turned) == 1
    dear = [Transfer(i, F(1), F(1)) for i in (0, 2)]
    assert cheapest_blocker(problem, package, dear).turned == {2: 1}
    assert cheapest_blocker(problem, package, dear).price == 1


def test_a_linked_item_that_fails_breaks_the_package():
    route = Rule(2, count_leaf(2, 2))
    problem = ConcessionProblem(
        Rule(2, count_leaf(2, 1)),
        tuple(Voter(margin=(F(m),) * 3, band=F(1)) for m in (3, 1)),
        amendments=(Amendment(F(0), route=route),),
    )
    levers = [Transfer(i, F(1), F(1)) for i in range(2)]
    assert cheapest_blocker(problem, Package(frozenset({0})), levers).price == 1
    assert cheapest_blocker(problem, Package(), levers).price == 4


# Refusals and tampering.


def test_bad_questions():
    problem, levers = council(), [Transfer(0, F(1), F(1))]
    package = cheapest_package(problem).package
    with pytest.raises(GameError, match="breaks rule"):
        cheapest_blocker(problem, Package(), levers)
    with pytest.raises(GameError, match="goes to player 9"):
        cheapest_blocker(problem, package, [Transfer(9, F(1), F(1))])
    with pytest.raises(GameError, match="budget of the opponent"):
        cheapest_blocker(problem, package, levers, budget=F(-1))
    following = replace(problem, bandwagon={(0, 2): F(1)})
    with pytest.raises(GameError, match="hang on one another"):
        cheapest_blocker(following, package, levers)
    voters = (*problem.voters[:6], Voter(stated=(2, 2, 2), conditions=((0, VoteBetween(0, 0, 0)),)))
    with pytest.raises(GameError, match="hang on one another"):
        cheapest_blocker(replace(problem, voters=voters), package, levers)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda b: replace(b, price=b.price + 1), "its amounts cost"),
        (lambda b: replace(b, amounts={0: F(99)}), "beyond its cap"),
        (lambda b: replace(b, votes=(2,) * 3), "its votes are not"),
        (lambda b: replace(b, turned={}), "still taken"),
        (lambda b: replace(b, amounts={}, price=F(0)), "does not turn"),
        (lambda b: replace(b, turned={**b.turned, 2: 1}), "turns in vain"),
    ],
)
def test_tampering_is_found(spoil, words):
    problem = ConcessionProblem(
        Rule(3, count_leaf(3, 2)),
        tuple(Voter(margin=(Fraction(m),) * 3, band=F(1)) for m in (2, 3, -1)),
    )
    levers = [Transfer(i, F(1), F(1), F(10)) for i in range(2)]
    found = cheapest_blocker(problem, Package(), levers)
    assert found == Blocker(F(2), {0: F(2)}, (1, 2, 1), {0: 1})
    assert blocker_faults(problem, Package(), levers, found) == ()
    assert any(words in f for f in blocker_faults(problem, Package(), levers, spoil(found)))
