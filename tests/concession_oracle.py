"""Cheapest and irreducible packages by trying every text, every gift and every vote.

Reads the data of a ``ConcessionProblem`` and nothing else: votes, costs, protections, cascades
and amounts are computed here anew, from the definitions. Up to about seven states.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from concession_lp import least
from oracles import ABSENT, ABSTAIN, NO, YES, decided, subsets

Amounts = dict[int, Fraction]
Lacks = dict[int, Fraction | None]
Identity = tuple[frozenset[int], frozenset[int], frozenset[tuple[int, int]]]
ZERO, ONE = Fraction(0), Fraction(1)


def cheapest(problem) -> Fraction | None:
    """Least cost of a working package; None when there is none."""
    best = None
    for text in texts(problem):
        for gifts in subsets(len(problem.items)):
            case = _Case(problem, text, gifts)
            for cost in case.costs_below(best):
                best = cost if best is None else min(best, cost)
    return best


def irreducible(problem) -> list[tuple[Fraction, Identity]]:
    """Costs and identities of all irreducible packages, the cheapest first.

    A package is named by its text, its gifts and the votes of those who are paid. None of them
    can be moved to a lower vote, down to its vote under the text alone, and no gift left out.
    For problems in which every state is paid on its own.
    """
    found = []
    for text in texts(problem):
        unpaid = _Case(problem, text, frozenset()).levels({})
        for gifts in subsets(len(problem.items)):
            case = _Case(problem, text, gifts)
            if case.coupled:
                raise ValueError("states are tied to one another; this oracle takes them apart")
            options = [case.ways_to(i) for i in case.payable]
            for ways in itertools.product(*options):
                levels = {i: way.level for i, way in zip(case.payable, ways, strict=True)}
                if any(levels[i] < unpaid[i] for i in levels) or not case.wins(levels):
                    continue
                paid = {(i, v) for i, v in levels.items() if v > unpaid[i]}
                lower = ({**levels, i: v} for i, top in paid for v in range(unpaid[i], top))
                if any(case.wins(votes) for votes in lower):
                    continue
                amounts = {m: t for way in ways for m, t in way.amounts.items()}
                fewer = (_Case(problem, text, gifts - {k}) for k in gifts)
                if not any(other.works(amounts, {}) for other in fewer):
                    cost = case.fixed + sum((way.cost for way in ways), ZERO)
                    found.append((cost, (text, gifts, frozenset(paid))))
    return sorted(found, key=lambda pair: (pair[0], *map(sorted, pair[1])))


def texts(problem) -> Iterator[frozenset[int]]:
    """Sets of amendments that may stand together and keep the effect above its floor."""
    for text in subsets(len(problem.amendments)):
        together = [c for c in problem.combinations if c.amendments <= text]
        effect = problem.effect + sum(problem.amendments[k].effect for k in text)
        amendments = [problem.amendments[k] for k in text]
        if (
            effect + sum(c.effect for c in together) >= problem.floor
            and not any(c.forbidden for c in together)
            and not any(a.forbidden or a.requires - text or a.excludes & text for a in amendments)
            and all(len(a.amendments & text) <= a.most for a in problem.limits)
        ):
            yield text


@dataclass(frozen=True)
class _Way:
    """How one state comes to a vote: what it is sent, and what that costs."""

    level: int
    amounts: Amounts
    cost: Fraction


class _Case:
    """A text and gifts; what is left open is the amounts."""

    def __init__(self, problem, text: frozenset[int], gifts: frozenset[int]) -> None:
        self.problem, self.text, self.gifts = problem, text, gifts
        self.combinations = [c for c in problem.combinations if c.amendments <= text]
        self.payable = [i for i, v in enumerate(problem.voters) if v.margin is not None]
        self.base = {i: self._base(i) for i in self.payable}
        self.gifted_channels = {
            c for c, channel in enumerate(problem.channels) if channel.items & gifts
        }
        self.fixed = (
            sum((problem.amendments[k].cost for k in text), ZERO)
            + sum((c.cost for c in self.combinations), ZERO)
            + sum((problem.items[k].cost for k in gifts), ZERO)
            + sum((problem.channels[c].cost for c in self.gifted_channels), ZERO)
        )
        shared = any(
            len(
                {problem.transfers[m].recipient for m in b.transfers}
                | {problem.items[k].recipient for k in b.items}
            )
            for b in problem.budgets
        )
        self.coupled = bool(
            shared
            or problem.contributions
            or problem.needs
            or problem.third_parties
            or problem.bandwagon
        )
        self._ways: dict[tuple[int, Fraction], _Way | None] = {}

    def _base(self, i: int) -> Fraction:
        """Margin of a state before transfers, contributions and what others' votes add."""
        problem, voter = self.problem, self.problem.voters[i]
        margin = voter.margin[1]
        margin += sum(problem.amendments[k].margins.get(i, ZERO) for k in self.text)
        margin += sum(c.margins.get(i, ZERO) for c in self.combinations)
        margin += sum(g.value for k, g in self._gifts() if g.recipient == i)
        if voter.doubts is not None:
            parts = list(voter.doubts.base)
            parts += [d for k, d in voter.doubts.amendments.items() if k in self.text]
            margin -= worst_shortfall(parts, voter.doubts.gamma)
        return margin

    def _gifts(self):
        return [(k, self.problem.items[k]) for k in self.gifts]

    # What a package does.

    def levels(self, added: Mapping[int, Fraction]) -> dict[int, int]:
        """Votes of all states when some margins are moved."""
        margins = {i: m + added.get(i, ZERO) for i, m in self.base.items()}
        return self._all_votes(self._cascade(margins))

    def _cascade(self, margins: Mapping[int, Fraction]) -> dict[int, int]:
        """Votes of the states with margins: the last round of a hundred without a change."""
        problem = self.problem
        stated = {i: v.stated[1] for i, v in enumerate(problem.voters) if v.stated is not None}
        votes = dict.fromkeys(margins, NO if problem.pessimistic else YES)
        for _ in range(3 * len(problem.voters) + 3):
            now = {**stated, **votes}
            pushed = {
                i: m
                + sum(
                    push
                    for (who, leader), push in problem.bandwagon.items()
                    if who == i and now.get(leader) == YES
                )
                for i, m in margins.items()
            }
            votes = {i: self._level(i, m) for i, m in pushed.items()}
        return votes

    def _level(self, i: int, margin: Fraction) -> int:
        if margin >= 0:
            return YES
        return ABSTAIN if margin + self.problem.voters[i].band >= 0 else NO

    def _all_votes(self, known: Mapping[int, int]) -> dict[int, int]:
        """Add the stated votes; each waits for those it looks at."""
        votes = dict(known)
        waiting = {i for i in range(len(self.problem.voters)) if i not in votes}
        while waiting:
            for i in sorted(waiting):
                voter = self.problem.voters[i]
                if voter.stated is None:
                    votes[i] = ABSENT
                    waiting.discard(i)
                elif all(_seen(c) <= votes.keys() for _, c in voter.conditions):
                    fired = (v for v, c in voter.conditions if _true(c, self.text, votes))
                    votes[i] = next(fired, voter.stated[1])
                    waiting.discard(i)
        return votes

    def wins(self, known: Mapping[int, int]) -> bool:
        """Whether votes of the states with margins carry the text and its linked items."""
        by_state = self._all_votes(known)
        votes = [by_state[i] for i in range(len(self.problem.voters))]
        rules = [self.problem.rule]
        rules += [a.route for k in self.text if (a := self.problem.amendments[k]).route is not None]
        return all([decided(rule.to_dict()["root"], votes) for rule in rules])

    def works(self, transfers: Amounts, contributions: Amounts) -> bool:
        """Whether amounts keep to every limit and carry the text."""
        problem = self.problem
        added = dict.fromkeys(self.payable, ZERO)
        for m, t in transfers.items():
            added[problem.transfers[m].recipient] += problem.transfers[m].value * t
        for c, x in contributions.items():
            if problem.contributions[c].player in added:
                added[problem.contributions[c].player] -= problem.contributions[c].burden * x
        votes = self.levels(added)
        margin_votes = {i: votes[i] for i in self.payable}
        for c, x in contributions.items():
            giver = problem.contributions[c]
            if x and giver.supporters_only and votes[giver.player] != YES:
                return False
        return self.wins(margin_votes) and self._within_limits(transfers, contributions)

    def _within_limits(self, transfers: Amounts, contributions: Amounts) -> bool:
        problem = self.problem
        for row, sense, limit in self._limits():
            total = sum(
                (
                    w * (transfers if kind == "t" else contributions).get(k, ZERO)
                    for (kind, k), w in row.items()
                ),
                ZERO,
            )
            if total > limit if sense == "<=" else total < limit:
                return False
        return all(t >= 0 for t in (*transfers.values(), *contributions.values())) and all(
            problem.transfers[m].cap is None or t <= problem.transfers[m].cap
            for m, t in transfers.items()
        )

    def _limits(self):
        """Rows over amounts: budgets, needs, contributions, third parties."""
        problem = self.problem
        for budget in problem.budgets:
            units = budget.units
            row = {("t", m): ONE if units else problem.transfers[m].cost for m in budget.transfers}
            given = [ONE if units else g.cost for k, g in self._gifts() if k in budget.items]
            yield row, "<=", budget.limit - sum(given, ZERO)
        for c, giver in enumerate(problem.contributions):
            yield {("c", c): ONE}, "<=", giver.most
        for d, need in enumerate(problem.needs):
            row = {("c", c): ONE for c, g in enumerate(problem.contributions) if g.need == d}
            yield row, ">=", need.amount + sum(need.amendments.get(k, ZERO) for k in self.text)
        for h, party in enumerate(problem.third_parties):
            margin = party.margin
            margin += sum(problem.amendments[k].harm.get(h, ZERO) for k in self.text)
            margin += sum(g.harm.get(h, ZERO) for _, g in self._gifts())
            row = {
                ("t", m): t.harm[h] for m, t in enumerate(problem.transfers) if t.harm.get(h, ZERO)
            }
            yield row, ">=", party.floor - margin

    # Which amounts to try.

    def costs_below(self, best: Fraction | None) -> Iterator[Fraction]:
        """Costs of working packages with this text and these gifts, falling ever lower."""
        if best is not None and self.fixed >= best and not self._rebates():
            return
        for lacks, supporters in self._targets():
            if self.coupled:
                plans = self._plans(lacks, supporters, best)
            else:
                ways = [self.way(i, lack) for i, lack in lacks.items() if lack is not None]
                if None in ways:
                    continue
                amounts = {m: t for way in ways for m, t in way.amounts.items()}
                plans = [(sum((way.cost for way in ways), self.fixed), amounts, {})]
            for cost, transfers, contributions in plans:
                if (best is None or cost < best) and self.works(transfers, contributions):
                    best = cost
                    yield cost

    def _rebates(self) -> bool:
        return any(c.cost < 0 for c in self.problem.combinations)

    def _targets(self) -> Iterator[tuple[Lacks, frozenset[int]]]:
        """What every state lacks for a vote, and who is taken to vote for the text.

        None where nothing is asked of a state. A lack below 0 is what a state can do without.
        """
        seen = set()
        for claim in itertools.product((NO, ABSTAIN, YES), repeat=len(self.payable)):
            votes = dict(zip(self.payable, claim, strict=True))
            supporters = frozenset(i for i, v in votes.items() if v == YES)
            for pushes in self._pushes(supporters):
                lacks: Lacks = {}
                for i, vote in votes.items():
                    wanted = {YES: ZERO, ABSTAIN: -self.problem.voters[i].band}
                    lacks[i] = None if vote == NO else wanted[vote] - self.base[i] - pushes[i]
                    if vote != NO and lacks[i] <= 0 and not self._open(i):
                        lacks[i] = None
                key = (tuple(lacks.items()), supporters if self.problem.contributions else None)
                if key not in seen:
                    seen.add(key)
                    yield lacks, supporters

    def _pushes(self, supporters: frozenset[int]) -> Iterator[dict[int, Fraction]]:
        """What others' votes add to every margin: in some order of joining if pessimistic."""
        problem = self.problem
        stated = {i for i, v in enumerate(problem.voters) if v.stated and v.stated[1] == YES}

        def push(i: int, leaders) -> Fraction:
            return sum((problem.bandwagon.get((i, j), ZERO) for j in leaders), ZERO)

        if not problem.bandwagon:
            yield dict.fromkeys(self.payable, ZERO)
        elif not problem.pessimistic:
            yield {i: push(i, stated | supporters) for i in self.payable}
        else:
            for order in itertools.permutations(sorted(supporters)):
                before = {i: stated | set(order[: order.index(i)]) for i in order}
                yield {i: push(i, before.get(i, stated | supporters)) for i in self.payable}

    def _open(self, i: int) -> bool:
        """Whether a state may end above the margin it needs, for the sake of something else."""
        problem = self.problem
        return any(c.player == i for c in problem.contributions) or any(
            t.recipient == i and any(x > 0 for x in t.harm.values()) for t in problem.transfers
        )

    def ways_to(self, i: int) -> list[_Way]:
        """Every vote a state can be brought to with the gifts it has, at its least cost."""
        ways = [_Way(self._level(i, self.base[i]), {}, ZERO)]
        for level, wanted in ((ABSTAIN, -self.problem.voters[i].band), (YES, ZERO)):
            lack = wanted - self.base[i]
            if lack > 0 and self._level(i, wanted) == level:
                way = self.way(i, lack)
                ways += [] if way is None else [_Way(level, way.amounts, way.cost)]
        return ways

    def way(self, i: int, lack: Fraction) -> _Way | None:
        """Cheapest transfers worth so much to a state: open some channels, best value first."""
        if (i, lack) not in self._ways:
            self._ways[i, lack] = min(
                self._fillings(i, lack), key=lambda way: way.cost, default=None
            )
        return self._ways[i, lack]

    def _fillings(self, i: int, lack: Fraction) -> Iterator[_Way]:
        problem = self.problem
        mine = [m for m, t in enumerate(problem.transfers) if t.recipient == i]
        mine.sort(key=lambda m: problem.transfers[m].cost / problem.transfers[m].value)
        for opened in self._openings(set(mine)):
            left, amounts = lack, {}
            for m in mine:
                value, cap = problem.transfers[m].value, problem.transfers[m].cap
                take = left / value if cap is None else min(left / value, cap)
                if take > 0 and self._passable(m, opened):
                    amounts[m] = take
                    left -= take * value
            if left == 0:
                cost = sum((problem.transfers[m].cost * t for m, t in amounts.items()), ZERO)
                yield _Way(YES, amounts, cost + self._tolls(opened))

    def _openings(self, transfers: set[int]) -> Iterator[set[int]]:
        """Sets of channels that may be opened beside those that the gifts go through."""
        some = [
            c
            for c, channel in enumerate(self.problem.channels)
            if channel.transfers & transfers and c not in self.gifted_channels
        ]
        for chosen in subsets(len(some)):
            yield {some[k] for k in chosen}

    def _passable(self, m: int, opened: set[int]) -> bool:
        return all(
            c in opened or c in self.gifted_channels
            for c, channel in enumerate(self.problem.channels)
            if m in channel.transfers
        )

    def _tolls(self, opened: set[int]) -> Fraction:
        return sum((self.problem.channels[c].cost for c in opened), ZERO)

    def _plans(
        self, lacks: Lacks, supporters: frozenset[int], best: Fraction | None
    ) -> Iterator[tuple[Fraction, Amounts, Amounts]]:
        """Least amounts that fill what is lacking and keep to every row, channels by channels."""
        problem = self.problem
        alone = self.fixed
        for i, lack in lacks.items():
            if lack is not None and lack > 0:  # what it would cost if nothing were shared
                way = self.way(i, lack)
                if way is None:
                    return
                alone += way.cost
        if best is not None and alone >= best:
            return
        stated = sorted(
            {
                giver.player
                for giver in problem.contributions
                if giver.supporters_only and problem.voters[giver.player].stated is not None
            }
        )
        for some in subsets(len(stated)):
            givers = supporters | {stated[k] for k in some}
            columns = self._columns(lacks, givers)
            for opened in self._openings({k for kind, k in columns if kind == "t"}):
                plan = self._plan(lacks, columns, opened)
                if plan is not None:
                    yield plan

    def _columns(self, lacks: Lacks, givers: frozenset[int]) -> list[tuple[str, int]]:
        problem = self.problem
        columns = [
            ("t", m)
            for m, t in enumerate(problem.transfers)
            if lacks.get(t.recipient) is not None or self._open(t.recipient)
        ]
        return columns + [
            ("c", c)
            for c, giver in enumerate(problem.contributions)
            if not giver.supporters_only or giver.player in givers
        ]

    def _plan(
        self, lacks: Lacks, columns: list[tuple[str, int]], opened: set[int]
    ) -> tuple[Fraction, Amounts, Amounts] | None:
        problem = self.problem
        place = {key: j for j, key in enumerate(columns)}
        rows: list[tuple[list[Fraction], Fraction]] = []

        def add(row, sense: str, limit: Fraction) -> None:
            dense = [ZERO] * len(columns)
            for key, weight in row.items():
                if key in place:
                    dense[place[key]] = weight
            if sense in ("<=", "=="):
                rows.append((dense, limit))
            if sense in (">=", "=="):
                rows.append(([-x for x in dense], -limit))

        for i, lack in lacks.items():
            row = {("t", m): t.value for m, t in enumerate(problem.transfers) if t.recipient == i}
            row |= {
                ("c", c): -g.burden for c, g in enumerate(problem.contributions) if g.player == i
            }
            if lack is not None:
                add(row, ">=" if self._open(i) else "==", lack)
        for row, sense, limit in self._limits():
            add(row, sense, limit)
        price = []
        for kind, k in columns:
            if kind == "c":
                price.append(problem.contributions[k].cost)
                continue
            price.append(problem.transfers[k].cost)
            if not self._passable(k, opened):
                add({(kind, k): ONE}, "<=", ZERO)
            elif problem.transfers[k].cap is not None:
                add({(kind, k): ONE}, "<=", problem.transfers[k].cap)
        point = least(price, rows)
        if point is None:
            return None
        cost = sum((c * x for c, x in zip(price, point, strict=True)), self.fixed)
        amounts = {key: x for key, x in zip(columns, point, strict=True) if x}
        return (
            cost + self._tolls(opened),
            {k: x for (kind, k), x in amounts.items() if kind == "t"},
            {k: x for (kind, k), x in amounts.items() if kind == "c"},
        )


def worst_shortfall(parts: Sequence[Fraction], gamma: Fraction) -> Fraction:
    """Largest total when so many parts fall short at once, one of them perhaps in part."""
    whole = int(gamma)
    if whole >= len(parts):
        return sum(parts, ZERO)
    chosen = itertools.permutations(range(len(parts)), whole + 1)
    return max(
        sum((parts[k] for k in c[:-1]), ZERO) + (gamma - whole) * parts[c[-1]] for c in chosen
    )


def _seen(condition) -> set[int]:
    """States whose votes a condition looks at."""
    kind = type(condition).__name__
    if kind == "VoteBetween":
        return {condition.player}
    parts = (condition.part,) if kind == "Not" else getattr(condition, "parts", ())
    return {i for part in parts for i in _seen(part)}


def _true(condition, text: frozenset[int], votes: Mapping[int, int]) -> bool:
    kind = type(condition).__name__
    if kind == "Adopted":
        return condition.amendment in text
    if kind == "Fact":
        return condition.holds
    if kind == "VoteBetween":
        return condition.low <= votes[condition.player] <= condition.high
    if kind == "Not":
        return not _true(condition.part, text, votes)
    values = [_true(part, text, votes) for part in condition.parts]
    return all(values) if kind == "Every" else any(values)
