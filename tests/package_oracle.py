"""Every package in which nothing is superfluous, and prices of votes, by trying everything.

Stands on :mod:`concession_oracle`, which shares no code with the engines.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import concession_oracle as oracle
from oracles import ABSTAIN, YES, subsets

from solvers.rules.rule import AllOf, Quota, Rule

ZERO = Fraction(0)
OUT_OF_REACH = Fraction(10**7)


def all_packages(problem):
    """Costs and (text, gifts, votes of the paid), the cheapest first.

    Payments are lowered as they can be in fact: an item is left out, or the transfers to a
    player cut to what a lower vote takes with the items it keeps.
    """
    found = []
    for text in oracle.texts(problem):
        for gifts in subsets(len(problem.items)):
            case = oracle._Case(problem, text, gifts)
            for levels, lacks, lower in profiles(problem, case):
                plan = cheapest_plan(case, lacks)
                if plan is None or any(case.wins(votes) for votes in lower):
                    continue
                cost, amounts = plan
                fewer = (oracle._Case(problem, text, gifts - {k}) for k in gifts)
                if not any(other.works(amounts, {}) for other in fewer):
                    paid = {problem.transfers[m].recipient for m in amounts}
                    paid |= {problem.items[k].recipient for k in gifts}
                    found.append((cost, (text, gifts, tuple((i, levels[i]) for i in sorted(paid)))))
    return sorted(found, key=lambda pair: pair[0])


def profiles(problem, case):
    """Winning votes, what they lack, and the votes when one transfer is cut."""
    options = []
    for i in case.payable:
        own = [(case._level(i, case.base[i]), None)]
        for level, wanted in ((ABSTAIN, -problem.voters[i].band), (YES, ZERO)):
            lack = wanted - case.base[i]
            if lack > 0 and case._level(i, wanted) == level:
                own.append((level, lack))
        options.append(own)
    for chosen in itertools.product(*options):
        levels = {i: level for i, (level, _) in zip(case.payable, chosen, strict=True)}
        if case.wins(levels):
            lower = [
                {**levels, i: other}
                for i, (level, lack), own in zip(case.payable, chosen, options, strict=True)
                for other, _ in own
                if lack is not None and other < level
            ]
            yield levels, {i: x for i, (_, x) in zip(case.payable, chosen, strict=True)}, lower


def cheapest_plan(case, lacks):
    """Least cost and amounts that give every player just what it lacks."""
    if not case.coupled:
        ways = [case.way(i, lack) for i, lack in lacks.items() if lack is not None]
        if None in ways:
            return None
        amounts = {m: t for way in ways for m, t in way.amounts.items()}
        return sum((way.cost for way in ways), case.fixed), amounts
    plans = [
        (cost, amounts)
        for cost, amounts, given in case._plans(lacks, frozenset(), None)
        if case._within_limits(amounts, given)
    ]
    return min(plans, key=lambda plan: plan[0], default=None)


def without(problem, player):
    """Least cost of a package that pays a player nothing."""
    transfers = tuple(
        replace(t, cap=ZERO) if t.recipient == player else t for t in problem.transfers
    )
    items = tuple(
        replace(g, cost=OUT_OF_REACH) if g.recipient == player else g for g in problem.items
    )
    cost = oracle.cheapest(replace(problem, transfers=transfers, items=items))
    return None if cost is None or cost >= OUT_OF_REACH else cost


def in_favour(problem, player):
    """Least cost of a package under which a player votes for."""
    n = len(problem.voters)
    own = Quota(tuple(int(i == player) for i in range(n)), (0,) * n, (0,) * n, 1)
    return oracle.cheapest(replace(problem, rule=Rule(n, AllOf((problem.rule.root, own)))))
