"""What a package is judged by: the deletion test, names of what is broken, refusals."""

from __future__ import annotations

import pytest
from concession_cases import F, trio, tripled

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
from solvers.rules.rule import Quota, Rule
from solvers.rules.vote_conditions import (
    Adopted,
    Fact,
    VoteBetween,
)


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
