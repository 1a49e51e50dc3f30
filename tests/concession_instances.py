"""Random concession problems over every kind of rule and every kind of part."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from solvers.concessions.parts import (
    Amendment,
    Budget,
    Doubts,
    Item,
    Transfer,
    Voter,
)
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.ties import (
    AtMost,
    Channel,
    Combination,
    Contribution,
    Need,
    ThirdParty,
)
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
from solvers.rules.vote_conditions import Adopted, Every, Fact, Not, Some, VoteBetween

F = Fraction
HALF, TWO_THIRDS = Share(1, 2, more_than=True), Share(2, 3)

PARTS = (
    *("amendments", "items", "channels", "budgets", "units", "combinations", "links", "needs"),
    *("harm", "doubts", "bandwagon", "pessimistic", "conditions"),
)
SEPARABLE = {"amendments", "items", "channels", "combinations"}


def laws(quota: int) -> list:
    """Every kind of rule, over the group ``permanent`` and the weight ``power``."""
    return [
        All((InFavour(quota), NobodyAgainst("permanent"))),
        All((InFavour(quota), EverybodyFor("permanent"))),
        InFavour(quota),
        NobodyAgainst(),
        InFavour(HALF, "voting"),
        InFavour(TWO_THIRDS, "voting"),
        InFavour(TWO_THIRDS, "members"),
        All((InFavour(TWO_THIRDS, "present"), QuorumOf(1))),
        Any(
            (
                All((InFavour(quota), InFavour(Share(65, 100), "members", weight="power"))),
                WithholdingBelow(2),
            )
        ),
        InFavour(Share(3, 5), "members", weight="power"),
        Any((All((InFavour(quota), EverybodyFor("permanent"))), InFavour(TWO_THIRDS, "voting"))),
    ]


def random_problem(seed: int, parts: set[str] | None = None, most: int = 7) -> ConcessionProblem:
    """A problem of three to seven states; parts are drawn where they are not given."""
    return _Draw(seed, parts, most).problem()


class _Draw:
    def __init__(self, seed: int, parts: set[str] | None, most: int) -> None:
        self.rng = rng = random.Random(seed)
        self.seed = seed
        if parts is None:
            parts = {p for p in PARTS if rng.random() < 0.3}
        self.parts = parts | ({"bandwagon"} if "pessimistic" in parts else set())
        largest = min(most, 4 if {"pessimistic", "needs", "harm"} & self.parts else 5)
        self.n = (
            rng.randint(6, most) if most > 5 and rng.random() < 0.1 else rng.randint(3, largest)
        )
        if {"bandwagon", "budgets", "units", "needs", "harm"} & self.parts:
            self.n = min(self.n, 5)
        self.permanent = tuple(rng.sample(range(self.n), rng.randint(1, 2)))
        self.weights = tuple(rng.randint(1, 9) for _ in range(self.n))

    def has(self, part: str) -> bool:
        return part in self.parts

    def number(self, low: int, high: int, den=(1, 2, 3, 10)) -> Fraction:
        return F(self.rng.randint(low, high), self.rng.choice(den))

    def some(self, size: int, share: float = 0.7) -> frozenset[int]:
        return frozenset(k for k in range(size) if self.rng.random() < share)

    def rule(self, kind: int | None = None) -> Rule:
        names = tuple(f"s{i}" for i in range(self.n))
        roster = Roster(names, {"permanent": self.permanent}, {"power": self.weights})
        laws_ = laws(self.rng.randint(1, self.n - 1) if kind else self.rng.randint(2, self.n - 1))
        while True:
            try:
                law = laws_[self.seed % len(laws_)] if kind is None else self.rng.choice(laws_)
                return bind(law, roster)
            except ValueError:  # the draw has no such rule: nobody can miss it
                kind = 0

    def problem(self) -> ConcessionProblem:
        rng = self.rng
        rule = self.rule()
        kinds = [rng.random() for _ in range(self.n)]
        margins = [k < 0.8 for k in kinds]
        if not any(margins):
            margins[0] = True
        payable = [i for i in range(self.n) if margins[i]]
        amendments = self.amendments()
        transfers = self.transfers(payable)
        items = self.items(payable) if self.has("items") else ()
        contributions = self.contributions() if self.has("needs") else ()
        bandwagon = {}
        if self.has("bandwagon"):
            for i in payable:
                for j in range(self.n):
                    if i != j and rng.random() < 0.4:
                        bandwagon[i, j] = self.number(1, 3, (1, 2))
        leaders = {j for _, j in bandwagon}
        voters = []
        for i in range(self.n):
            if margins[i]:
                voters.append(self.voter(len(amendments)))
            elif kinds[i] > 0.97:
                voters.append(Voter())
            else:
                voters.append(self.stated(i, len(amendments), i in leaders, margins, contributions))
        n_transfers, n_items = len(transfers), len(items)
        return ConcessionProblem(
            rule,
            tuple(voters),
            amendments,
            transfers,
            items,
            self.budgets(n_transfers, n_items),
            floor=F(rng.randint(-3, 1)),
            combinations=self.combinations(len(amendments)) if self.has("combinations") else (),
            limits=(AtMost(self.some(len(amendments)), rng.randint(1, 2)),)
            if amendments and rng.random() < 0.2
            else (),
            channels=self.channels(transfers, items) if self.has("channels") else (),
            needs=(
                Need(
                    self.number(0, 6),
                    {k: F(rng.randint(-2, 2)) for k in self.some(len(amendments), 0.4)},
                ),
            )
            if contributions
            else (),
            contributions=contributions,
            third_parties=(ThirdParty(self.number(-1, 4), F(0)),) if self.has("harm") else (),
            bandwagon=bandwagon,
            pessimistic=self.has("pessimistic"),
        )

    def voter(self, n_texts: int) -> Voter:
        doubts = None
        if self.has("doubts") and self.rng.random() < 0.7:
            doubts = Doubts(
                self.number(0, 5, (1, 2)),
                tuple(self.number(0, 3) for _ in range(self.rng.randint(0, 2))),
                {k: self.number(0, 3) for k in self.some(n_texts)},
            )
        margin = self.number(-9, 3)
        return Voter(None, (margin,) * 3, max(F(0), self.number(-2, 6)), doubts=doubts)

    def stated(self, i: int, n_texts: int, leads: bool, margins, contributions) -> Voter:
        vote = self.rng.randrange(3)
        conditions = []
        if self.has("conditions") and not leads and n_texts:
            seen = [j for j in range(self.n) if j < i or margins[j]]
            if contributions or self.has("harm"):
                seen = [j for j in seen if not margins[j]]
            for _ in range(self.rng.randint(1, 2)):
                conditions.append((self.rng.randrange(3), self.condition(seen, n_texts, 2)))
        return Voter((vote,) * 3, conditions=tuple(conditions))

    def condition(self, seen: list[int], n_texts: int, depth: int):
        rng = self.rng
        draw = rng.random()
        if depth and draw < 0.4:
            kind = rng.choice((Not, Every, Some))
            if kind is Not:
                return Not(self.condition(seen, n_texts, depth - 1))
            inner = (self.condition(seen, n_texts, depth - 1) for _ in range(rng.randint(0, 2)))
            return kind(tuple(inner))
        if seen and draw < 0.8:
            return VoteBetween(rng.choice(seen), *sorted((rng.randint(0, 2), rng.randint(0, 3))))
        return Adopted(rng.randrange(n_texts)) if draw < 0.95 else Fact(rng.random() < 0.5)

    def amendments(self) -> tuple[Amendment, ...]:
        rng = self.rng
        if not {"amendments", "combinations", "links", "conditions", "doubts"} & self.parts:
            return ()
        size = rng.randint(2, 3) if self.has("combinations") else rng.randint(1, 3)
        found = []
        for k in range(size):
            others = [m for m in range(size) if m != k]
            link = rng.random() if others else 1
            found.append(
                Amendment(
                    F(rng.randint(0, 4)),
                    F(rng.randint(-3, 3)),
                    {i: self.number(-3, 5) for i in self.some(self.n)},
                    frozenset({rng.choice(others)}) if link < 0.2 else frozenset(),
                    frozenset({rng.choice(others)}) if 0.2 <= link < 0.4 else frozenset(),
                    rng.random() < 0.08,
                    self.rule(1) if self.has("links") and rng.random() < 0.6 else None,
                    {0: F(rng.randint(-2, 2))} if self.has("harm") else {},
                )
            )
        return tuple(found)

    def transfers(self, payable: list[int]) -> tuple[Transfer, ...]:
        rng, found = self.rng, []
        helps = 1 if self.has("harm") and not self.has("conditions") else 0
        shared = {"budgets", "units", "needs", "harm"} & self.parts
        for i in payable:
            for _ in range(rng.choice((0, 1, 1, 1) if shared else (0, 1, 1, 2))):
                cap = self.number(0, 8) if rng.random() < 0.4 else None
                harm = {}
                if self.has("harm") and rng.random() < 0.6:
                    harm = {0: F(rng.randint(-2, helps), 2)}
                cost = F(rng.randint(0 if rng.random() < 0.2 else 1, 9), rng.choice((1, 3)))
                found.append(Transfer(i, F(rng.randint(1, 4), 2), cost, cap, harm))
        return tuple(found)

    def items(self, payable: list[int]) -> tuple[Item, ...]:
        rng = self.rng
        return tuple(
            Item(
                rng.choice(payable),
                F(rng.randint(1, 9), 2),
                F(rng.randint(0, 6)),
                {0: F(rng.randint(-1, 1))} if self.has("harm") else {},
            )
            for _ in range(rng.randint(1, 2))
        )

    def contributions(self) -> tuple[Contribution, ...]:
        rng = self.rng
        return tuple(
            Contribution(
                i,
                0,
                self.number(0, 6),
                F(rng.randint(0, 3)),
                F(rng.randint(0, 2), 2),
                rng.random() < 0.7,
            )
            for i in range(self.n)
            if rng.random() < 0.7
        )

    def combinations(self, size: int) -> tuple[Combination, ...]:
        rng = self.rng
        return tuple(
            Combination(
                frozenset(rng.sample(range(size), rng.randint(2, size))),
                F(rng.randint(0, 3)),
                F(rng.randint(-1, 1)),
                {i: self.number(-3, 4) for i in self.some(self.n, 0.5)},
                rng.random() < 0.15,
            )
            for _ in range(rng.randint(1, 2))
        )

    def channels(self, transfers, items) -> tuple[Channel, ...]:
        found = []
        for i in sorted({t.recipient for t in transfers} | {g.recipient for g in items}):
            if self.rng.random() < 0.7:
                found.append(
                    Channel(
                        F(self.rng.randint(0, 4), 2),
                        frozenset(
                            m
                            for m, t in enumerate(transfers)
                            if t.recipient == i and self.rng.random() < 0.8
                        ),
                        frozenset(
                            k
                            for k, g in enumerate(items)
                            if g.recipient == i and self.rng.random() < 0.8
                        ),
                    )
                )
        return tuple(found)

    def budgets(self, n_transfers: int, n_items: int) -> tuple[Budget, ...]:
        rng, found = self.rng, []
        if self.has("budgets"):
            limit = F(rng.randint(0, 12))
            found.append(Budget(limit, self.some(n_transfers, 0.8), self.some(n_items, 0.8)))
        if self.has("units"):
            limit = self.number(0, 12)
            found.append(Budget(limit, self.some(n_transfers, 0.8), self.some(n_items), units=True))
        return tuple(found)


def permuted(problem: ConcessionProblem, order: list[int]) -> ConcessionProblem:
    """The same problem with the state that was ``order[i]`` as state ``i``."""
    where = {old: new for new, old in enumerate(order)}

    def table(numbers):
        return {where[i]: x for i, x in numbers.items()}

    def node(tree):
        if isinstance(tree, Quota):
            columns = ([c[old] for old in order] for c in (tree.yes, tree.abstain, tree.no))
            return Quota(*map(tuple, columns), tree.threshold)
        return type(tree)(tuple(node(part) for part in tree.parts))

    def condition(c):
        if isinstance(c, VoteBetween):
            return replace(c, player=where[c.player])
        if isinstance(c, Not):
            return Not(condition(c.part))
        return type(c)(tuple(map(condition, c.parts))) if isinstance(c, Every | Some) else c

    def rule(old: Rule | None) -> Rule | None:
        return None if old is None else Rule(len(order), node(old.root))

    return replace(
        problem,
        rule=rule(problem.rule),
        voters=tuple(
            replace(v, conditions=tuple((level, condition(c)) for level, c in v.conditions))
            for v in (problem.voters[old] for old in order)
        ),
        amendments=tuple(
            replace(a, margins=table(a.margins), route=rule(a.route)) for a in problem.amendments
        ),
        transfers=tuple(replace(t, recipient=where[t.recipient]) for t in problem.transfers),
        items=tuple(replace(g, recipient=where[g.recipient]) for g in problem.items),
        combinations=tuple(replace(c, margins=table(c.margins)) for c in problem.combinations),
        contributions=tuple(replace(c, player=where[c.player]) for c in problem.contributions),
        bandwagon={(where[i], where[j]): x for (i, j), x in problem.bandwagon.items()},
    )
