"""Concession problems in which requirements clash."""

from __future__ import annotations

import random
from fractions import Fraction

from solvers.concessions.problem import (
    Amendment,
    AtMost,
    Budget,
    Combination,
    ConcessionProblem,
    Contribution,
    Item,
    Need,
    ThirdParty,
    Transfer,
    Voter,
)
from solvers.rules.rule import AllOf, Quota, Rule

F = Fraction
QUOTA, VETO_A, VETO_B, CAP_B, BUDGET = (
    ("quota", 0),
    ("veto", 1, 0),
    ("veto", 1, 1),
    ("cap", 1),
    ("budget", 0),
)


def count_leaf(n, quota):
    return Quota((1,) * n, (0,) * n, (0,) * n, quota, f"{quota} in favour", "count")


def veto_leaf(n, holders):
    no = tuple(-(i in holders) for i in range(n))
    return Quota((0,) * n, (0,) * n, no, 0, "no holder against", "veto")


def council(cap_b=None, budget=None, quota=4):
    """C7: seven states, two of them permanent; cash to everybody."""
    margins, bands = (6, -9, 1, -2, -3, -5, -6), (3, 5, 2, 4, 4, 4, 0)
    caps = {1: cap_b}
    return ConcessionProblem(
        Rule(7, AllOf((count_leaf(7, quota), veto_leaf(7, {0, 1})))),
        tuple(Voter(margin=(F(m),) * 3, band=F(b)) for m, b in zip(margins, bands, strict=True)),
        transfers=tuple(Transfer(i, F(1), F(1), caps.get(i)) for i in range(7)),
        budgets=() if budget is None else (Budget(F(budget), frozenset(range(7)), frozenset()),),
    )


def sets(*groups):
    return {frozenset(group) for group in groups}


def coupled(seed):
    """Three players with everything that couples them."""
    rng = random.Random(seed)
    push = {(0, 1): F(rng.randint(0, 2))} if rng.random() < 0.5 else {}
    return ConcessionProblem(
        Rule(3, AllOf((count_leaf(3, rng.randint(1, 3)), veto_leaf(3, {0})))),
        tuple(Voter(margin=(F(rng.randint(-4, 1)),) * 3, band=F(rng.randint(0, 2))) for _ in "abc"),
        amendments=(
            Amendment(F(1), F(-1), {0: F(2), 1: F(1)}, harm={0: F(-1)}),
            Amendment(F(1), F(-1), {2: F(2)}),
        ),
        transfers=tuple(
            Transfer(i, F(1), F(1), F(rng.randint(1, 4)), {0: F(-1)} if i else {}) for i in range(3)
        ),
        items=(Item(rng.randint(0, 2), F(2), F(1), {0: F(-1)}),),
        budgets=(Budget(F(rng.randint(0, 5)), frozenset(range(3)), frozenset({0})),),
        effect=F(2),
        floor=F(rng.randint(0, 2)),
        combinations=(Combination(frozenset({0, 1}), forbidden=rng.random() < 0.5),),
        limits=(AtMost(frozenset({0, 1}), rng.randint(0, 2)),),
        needs=(Need(F(rng.randint(0, 3))),),
        contributions=tuple(
            Contribution(i, 0, F(2), burden=F(rng.randint(0, 1)), supporters_only=bool(i))
            for i in range(3)
        ),
        third_parties=(ThirdParty(F(2), F(0)),),
        bandwagon=push,
    )
