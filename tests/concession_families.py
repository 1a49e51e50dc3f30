"""Random concession problems in which only the rule looks at several players: small, and large."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.problem import (
    Amendment,
    AtMost,
    Budget,
    Channel,
    Combination,
    ConcessionProblem,
    Doubts,
    Item,
    ThirdParty,
    Transfer,
    Voter,
)
from solvers.rules.roster import Roster
from solvers.rules.rule import Quota, Rule
from solvers.rules.templates import (
    AbstentionBlock,
    All,
    Any,
    EverybodyFor,
    InFavour,
    NobodyAgainst,
    Share,
    WithholdingBelow,
    bind,
)
from solvers.rules.vote_conditions import Adopted, Not

F = Fraction
HALF, TWO_THIRDS, MOST = Share(1, 2, more_than=True), Share(2, 3), Share(65, 100)


def laws(quota):
    by_power = InFavour(MOST, "members", weight="power")
    practised = All((InFavour(quota), NobodyAgainst("permanent")))
    return [
        practised,
        All((InFavour(quota), EverybodyFor("permanent"))),
        InFavour(quota),
        NobodyAgainst(),
        InFavour(HALF, "voting"),
        InFavour(TWO_THIRDS, "voting"),
        InFavour(TWO_THIRDS, "members"),
        InFavour(TWO_THIRDS, "present"),
        by_power,
        Any((All((InFavour(quota), by_power)), WithholdingBelow(2))),
        All((InFavour(TWO_THIRDS, "voting"), InFavour(HALF, "voting", weight="power"))),
        All((InFavour(quota), by_power, InFavour(HALF, "voting", weight="other"))),
        Any((practised, InFavour(TWO_THIRDS, "voting"))),
        All((NobodyAgainst(), AbstentionBlock(Share(1, 3), Share(1, 3), "power"))),
    ]


def tripled(margin):
    return (F(margin),) * 3


def small(seed, largest=5):
    """Three to five players, every kind of rule and of private instrument."""
    rng = random.Random(seed)
    n = rng.randint(3, largest)
    step = rng.choice([1, 1, 2, 3])

    def number(low, high):
        return F(rng.randint(low * step, high * step), step)

    def some(share, low, high):
        return {i: number(low, high) for i in range(n) if rng.random() < share}

    names = tuple(f"s{i}" for i in range(n))
    weights = {w: tuple(rng.randint(1, 9) for _ in range(n)) for w in ("power", "other")}
    groups = {"permanent": tuple(sorted(rng.sample(range(n), rng.randint(1, 2))))}
    all_laws = laws(rng.randint(1, n))
    absent = [names[0]] if rng.random() < 0.1 else []
    rule = bind(all_laws[seed % len(all_laws)], Roster(names, groups, weights), absent=absent)
    k = rng.randint(0, 3)

    def others(own):
        return frozenset(j for j in range(k) if j != own and rng.random() < 0.1)

    def voter(i):
        kind = rng.random()
        if names[i] in absent:
            return Voter()
        if kind < 0.1:
            return Voter(stated=(rng.randint(0, 2),) * 3)
        if kind < 0.18 and k:
            text = Adopted(rng.randrange(k))
            condition = text if rng.random() < 0.6 else Not(text)
            return Voter(stated=(0, 0, 0), conditions=((rng.randint(1, 2), condition),))
        doubts = None
        if rng.random() < 0.1:
            doubts = Doubts(number(0, 2), (number(0, 2),), {j: number(0, 2) for j in range(k)})
        return Voter(margin=tripled(number(-5, 2)), band=number(0, 3), doubts=doubts)

    amendments = []
    for own in range(k):
        route = None
        if rng.random() < 0.1:
            against = (-rng.randint(0, 1),) * n
            route = Rule(n, Quota((1,) * n, (0,) * n, against, rng.randint(1, n)))
        amendments.append(
            Amendment(
                number(0, 3),
                number(-1, 1),
                some(0.6, -2, 4),
                others(own),
                others(own),
                rng.random() < 0.05,
                route,
                {0: number(-1, 1)} if rng.random() < 0.2 else {},
            )
        )
    combinations = []
    if k > 1 and rng.random() < 0.4:
        pair = frozenset(rng.sample(range(k), 2))
        saved = min(number(0, 1), *(amendments[j].cost for j in pair))
        forbidden = rng.random() < 0.2
        combinations.append(Combination(pair, -saved, number(-1, 1), some(0.6, -2, 2), forbidden))
    transfers, items, channels = [], [], []
    for i in range(n):
        first, first_item = len(transfers), len(items)
        for _ in range(rng.choice([0, 1, 1, 2])):
            cap = None if rng.random() < 0.4 else number(0, 4)
            transfers.append(Transfer(i, number(1, 2), number(0, 3), cap))
        if rng.random() < 0.35:
            items.append(Item(i, number(1, 5), number(0, 4)))
        own = frozenset(range(first, len(transfers))), frozenset(range(first_item, len(items)))
        if rng.random() < 0.4 and any(own):
            channels.append(Channel(number(0, 2), *own))
        if rng.random() < 0.1 and own[0]:
            channels.append(Channel(number(0, 2), frozenset({first})))
    budgets = []
    if transfers and rng.random() < 0.2:
        one = frozenset({rng.randrange(len(transfers))})
        budgets.append(Budget(number(0, 5), one, frozenset(), rng.random() < 0.5))
    if items and rng.random() < 0.2:
        budgets.append(Budget(number(0, 3), frozenset(), frozenset({rng.randrange(len(items))})))
    return ConcessionProblem(
        rule,
        tuple(voter(i) for i in range(n)),
        tuple(amendments),
        tuple(transfers),
        tuple(items),
        tuple(budgets),
        number(-1, 1),
        combinations=tuple(combinations),
        limits=(AtMost(frozenset(range(k)), rng.randint(0, 2)),) if rng.random() < 0.3 else (),
        channels=tuple(channels),
        third_parties=(ThirdParty(F(1), F(0)),),
    )


def large(n, law, seed, amendments=12, most=5, exclusions=4, links=6):
    """Four transfers, two items and a channel for every player; amendments and links."""
    rng = random.Random(seed)

    def number(low, high):
        return F(round(100 * rng.uniform(low, high)), 100)

    names = tuple(f"s{i}" for i in range(n))
    power = tuple(20_000 // (3 + i) + 13 * i for i in range(n))
    rule = bind(law, Roster(names, {"permanent": tuple(range(min(5, n)))}, {"power": power}))
    voters = tuple(Voter(margin=tripled(number(-8, 3)), band=number(0, 4)) for _ in names)
    texts = []
    for k in range(amendments + links):
        share, high = (0.7, 3) if k < amendments else (0.4, 2)
        moved = {i: number(-1.5, high) for i in range(n) if rng.random() < share}
        texts.append(Amendment(number(0.2, 1.5), margins=moved))
    for _ in range(exclusions):
        a, b = rng.sample(range(amendments), 2)
        texts[a] = replace(texts[a], excludes=texts[a].excludes | {b})
    transfers = [
        Transfer(i, number(0.5, 1.5), number(0.5, 2), number(0.5, 3))
        for i in range(n)
        for _ in range(4)
    ]
    items = [Item(i, number(0.5, 4), number(0.5, 4)) for i in range(n) for _ in range(2)]
    channels = [
        Channel(F(3, 10), frozenset(range(4 * i, 4 * i + 4)), frozenset({2 * i, 2 * i + 1}))
        for i in range(n)
    ]
    return ConcessionProblem(
        rule,
        voters,
        tuple(texts),
        tuple(transfers),
        tuple(items),
        limits=(AtMost(frozenset(range(amendments)), most),),
        channels=tuple(channels),
    )


COUNCIL = All((InFavour(9), NobodyAgainst("permanent")))
UNION = Any(
    (
        All((InFavour(Share(55, 100), "members"), InFavour(MOST, "members", weight="power"))),
        WithholdingBelow(4),
    )
)
MEMBERS = InFavour(TWO_THIRDS, "members")
VOTING = InFavour(TWO_THIRDS, "voting")
