"""Small private cases and what they cost, by trying every text and every vote.

Every state has cash of its own, so that a vote has a price once the text is fixed. Nothing here
imports the code under test but the data that both sides read.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from oracles import all_profiles, decided, subsets

from solvers.concessions.problem import Amendment, ConcessionProblem, Transfer, Voter
from solvers.rules.rule import AllOf, AnyOf, Quota, Rule

F = Fraction
NO, ABSTAIN, YES = range(3)


def count(n, quota):
    return Quota((1,) * n, (0,) * n, (0,) * n, quota)


def veto(n, player, literal=False):
    against = tuple(-int(i == player) for i in range(n))
    return Quota((0,) * n, against if literal else (0,) * n, against, 0)


def council(n=7, quota=4, permanent=(0, 1), literal=False):
    return Rule(n, AllOf((count(n, quota), *(veto(n, i, literal) for i in permanent))))


def two_thirds(n):
    return Rule(n, AllOf((Quota((1,) * n, (0,) * n, (-2,) * n, 0), count(n, 1))))


def double_majority(weights, members, weight, withhold):
    n = len(weights)
    blocked = Quota((0,) * n, (-1,) * n, (-1,) * n, 1 - withhold)
    people = Quota(tuple(weights), (0,) * n, (0,) * n, weight)
    return Rule(n, AnyOf((AllOf((count(n, members), people)), blocked)))


def all_rules(n, weights):
    """One rule of every kind over n states."""
    return {
        "practised": council(n, (n + 1) // 2, (0,)),
        "literal": council(n, (n + 1) // 2, (0,), literal=True),
        "two thirds": two_thirds(n),
        "weights": Rule(n, Quota(tuple(weights), (0,) * n, (0,) * n, (sum(weights) + 1) // 2)),
        "consensus": Rule(n, Quota((0,) * n, (0,) * n, (-1,) * n, 0)),
        "double": double_majority(weights, (n + 1) // 2, sum(weights) * 2 // 3, 2),
    }


SUNSET = Amendment(F(2), margins={0: F(-2), 1: F(5), 2: F(-2), 3: F(1), 4: F(1)})
LEAD = Amendment(F(1), margins={0: F(-1), 1: F(1), 2: F(1), 3: F(2), 5: F(4), 6: F(2)})


def problem(rule, margins, bands=None, amendments=(), costs=None, **more):
    n = len(margins)
    bands, costs = bands or (0,) * n, costs or (1,) * n
    voters = tuple(
        Voter(margin=(F(m),) * 3, band=F(b), firm=i in more.get("firm", ()))
        for i, (m, b) in enumerate(zip(margins, bands, strict=True))
    )
    cash = tuple(Transfer(i, F(1), F(c)) for i, c in enumerate(costs))
    return ConcessionProblem(rule, voters, tuple(amendments), cash)


def seven(amendments=(), rule=None):
    """The council of seven, four of whom must agree, two with a veto."""
    margins, bands = (6, -9, 1, -2, -3, -5, -6), (3, 5, 2, 4, 4, 4, 0)
    return problem(rule or council(), margins, bands, amendments)


def random_problem(draw, rule, amendments=2):
    """Random margins, bands, prices and amendments for a rule."""
    n = rule.n_players
    texts = [
        Amendment(F(draw.randint(0, 3)), margins={i: F(draw.randint(-3, 3)) for i in range(n)})
        for _ in range(amendments)
    ]
    return problem(
        rule,
        [draw.randint(-6, 3) for _ in range(n)],
        [draw.randint(0, 3) for _ in range(n)],
        texts,
        [draw.randint(1, 3) for _ in range(n)],
        firm={i for i in range(n) if draw.random() < 0.2},
    )


def priced_votes(problem, delta=0, vetoes=()):
    """Yield (cost, votes, text) of every text and every profile that payments can make."""
    for text in subsets(len(problem.amendments)):
        fixed = sum((problem.amendments[k].cost for k in text), F(0))
        prices = []
        for i, voter in enumerate(problem.voters):
            margin = voter.margin[1] - delta
            margin += sum((problem.amendments[k].margins.get(i, F(0)) for k in text), F(0))
            band = voter.band + (delta if i not in vetoes else 0)
            unpaid = YES if margin >= 0 else ABSTAIN if margin >= -band else NO
            lacks = {NO: F(0), ABSTAIN: max(F(0), -band - margin), YES: max(F(0), -margin)}
            prices.append([(v, problem.transfers[i].cost * lacks[v]) for v in range(unpaid, 3)])
        for chosen in itertools.product(*prices):
            yield fixed + sum((c for _, c in chosen), F(0)), tuple(v for v, _ in chosen), text


def all_votes(n):
    return list(all_profiles(n))


def passes(problem, votes):
    return decided(problem.rule.to_dict()["root"], votes)


def fallen(votes, players):
    """The votes after some players have fallen by one level; None if one of them cannot."""
    if any(votes[i] not in (ABSTAIN, YES) for i in players):
        return None
    return tuple(v - (i in players) for i, v in enumerate(votes))


def fewest_falls(root, votes, firm=()):
    """Least number of falls that defeat a tree; None if none do."""
    loose = [i for i in range(len(votes)) if i not in firm]
    for size in range(len(votes) + 1):
        for players in itertools.combinations(loose, size):
            after = fallen(votes, players)
            if after is not None and not decided(root, after):
                return size
    return None


def stands(problem, votes, falls):
    firm = {i for i, v in enumerate(problem.voters) if v.firm}
    fewest = fewest_falls(problem.rule.to_dict()["root"], votes, firm)
    return fewest is None or fewest > falls
