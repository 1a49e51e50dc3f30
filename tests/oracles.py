"""Slow answers straight from the definitions; nothing here imports the code under test.

Votes are 0 (against), 1 (abstain), 2 (for), 3 (absent). Rules are read from their plain data
(``Rule.to_dict()["root"]``) or are predicates over votes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

NO, ABSTAIN, YES, ABSENT = range(4)
Votes = Sequence[int]


def decided(node: Mapping, votes: Votes) -> bool:
    """Whether a tree of plain data holds."""
    if "all" in node:
        return all([decided(part, votes) for part in node["all"]])
    if "any" in node:
        return any([decided(part, votes) for part in node["any"]])
    columns = {NO: "no", ABSTAIN: "abstain", YES: "yes"}
    there = [(i, v) for i, v in enumerate(votes) if v != ABSENT]
    return sum(node[columns[v]][i] for i, v in there) >= node["threshold"]


def all_profiles(n: int, levels: Sequence[int] = (NO, ABSTAIN, YES)) -> Iterator[tuple[int, ...]]:
    return itertools.product(levels, repeat=n)


def turned(root: Mapping, votes: Votes) -> list[tuple[int, ...]]:
    """All profiles that turn the outcome by moves in one direction, the absent unmoved."""
    before = decided(root, votes)
    choices = [[v] if v == ABSENT else range(v + 1) if before else range(v, YES + 1) for v in votes]
    return [p for p in itertools.product(*choices) if decided(root, p) != before]


def fewest_changes(root: Mapping, votes: Votes) -> tuple[int, ...] | None:
    """The profile with fewest one-level moves; the first member moves furthest among equals."""
    sign = -1 if decided(root, votes) else 1

    def rank(p: tuple[int, ...]) -> tuple[int, list[int]]:
        return sum(abs(a - b) for a, b in zip(p, votes, strict=True)), [-sign * x for x in p]

    return min(turned(root, votes), key=rank, default=None)


def minimal_moves(root: Mapping, votes: Votes, most: int) -> set[frozenset[tuple[int, int]]]:
    """Sets of (member, new vote) that turn the outcome and of which none is milder."""
    found = {}
    for p in turned(root, votes):
        moves = frozenset((i, b) for i, (a, b) in enumerate(zip(votes, p, strict=True)) if a != b)
        if 0 < len(moves) <= most:
            found[moves] = p
    return {
        moves
        for moves, p in found.items()
        if not any(q != p and _between(votes, q, p) for q in found.values())
    }


def _between(start: Votes, q: Votes, p: Votes) -> bool:
    return all(min(s, e) <= m <= max(s, e) for s, m, e in zip(start, q, p, strict=True))


def outcomes_of_totals(root: Mapping, n: int, yes: int, no: int, abstain: int) -> set[bool]:
    """Outcomes over all ways to give the votes to the members."""
    wanted = (no, abstain, yes, n - yes - no - abstain)
    return {
        decided(root, p)
        for p in itertools.product(range(4), repeat=n)
        if tuple(p.count(v) for v in range(4)) == wanted
    }


def interchangeable(root: Mapping, n: int, i: int, j: int) -> bool:
    """Whether swapping the votes of two players never matters."""
    for p in itertools.product(range(4), repeat=n):
        q = list(p)
        q[i], q[j] = q[j], q[i]
        if decided(root, p) != decided(root, q):
            return False
    return True


# The law, in fractions: what a template says of votes, without any integer rows.


def share(text: str) -> tuple[Fraction, bool]:
    more = text.startswith("more than ")
    number = text.removeprefix("more than ").strip()
    if number.endswith("%"):
        return Fraction(number.removesuffix("%").strip()) / 100, more
    return Fraction(number), more


def reached(part: int, whole: int, text: str) -> bool:
    fraction, more = share(text)
    return part > fraction * whole if more else part >= fraction * whole


def lawful(rule: Mapping, votes: Votes, groups: Mapping, weights: Mapping, recused=()) -> bool:
    """Whether votes meet a rule in the words of the law."""
    bound = [i for i in range(len(votes)) if i not in recused]

    def members(group: str) -> list[int]:
        return [i for i in bound if group == "members" or i in groups[group]]

    def count(who: Sequence[int], levels: Sequence[int], weight: str | None = None) -> int:
        return sum(1 if weight is None else weights[weight][i] for i in who if votes[i] in levels)

    if "all" in rule:
        return all([lawful(part, votes, groups, weights, recused) for part in rule["all"]])
    if "any" in rule:
        return any([lawful(part, votes, groups, weights, recused) for part in rule["any"]])
    if "nobody_against" in rule:
        return count(members(rule["nobody_against"]), [NO]) == 0
    if "everybody_for" in rule:
        return all([votes[i] == YES for i in members(rule["everybody_for"])])
    if "withholding_below" in rule:
        limit = rule["withholding_below"]
        if isinstance(limit, dict):
            held = weights[limit["weight"]]
            total = sum(held[i] for i in bound)
            sets = (
                c
                for size in range(len(bound) + 1)
                for c in itertools.combinations(bound, size)
                if reached(sum(held[i] for i in c), total, limit["fewest_holding"])
            )
            limit = len(next(sets)) + limit["plus"]
        return len(bound) - count(bound, [YES]) < limit
    if "quorum" in rule:
        there = count(bound, [NO, ABSTAIN, YES])
        wanted = rule["quorum"]
        return there >= wanted if isinstance(wanted, int) else reached(there, len(bound), wanted)
    if "abstention_block" in rule:
        shares = dict(rule["abstention_block"])
        heads = shares.pop("members")
        ((weight, held),) = shares.items()
        idle = count(bound, [NO, ABSTAIN]), count(bound, [NO, ABSTAIN], weight)
        total = len(bound), sum(weights[weight][i] for i in bound)
        return not (reached(idle[0], total[0], heads) and reached(idle[1], total[1], held))
    who = members(rule.get("among", "members"))
    weight = rule.get("weight")
    yes, no, idle = (count(who, [v], weight) for v in (YES, NO, ABSTAIN))
    if isinstance(rule["in_favour"], int):
        return yes >= rule["in_favour"]
    everybody = len(who) if weight is None else sum(weights[weight][i] for i in who)
    base = {"members": everybody, "present": yes + no + idle, "voting": yes + no}[rule["of"]]
    return yes > 0 and reached(yes, base, rule["in_favour"])


# The cheapest package, by trying every text, every gift and every level.


@dataclass(frozen=True)
class Payable:
    """A state: base margin and band, or a stated vote with (level, test of text and votes)."""

    margin: Fraction | None = None
    band: Fraction = Fraction(0)
    stated: int | None = None
    conditions: tuple[tuple[int, Callable], ...] = ()


@dataclass(frozen=True)
class Text:
    cost: Fraction
    shifts: Mapping[int, Fraction] = field(default_factory=dict)
    effect: Fraction = Fraction(0)
    requires: frozenset[int] = frozenset()
    excludes: frozenset[int] = frozenset()
    forbidden: bool = False


@dataclass(frozen=True)
class Case:
    """One option; transfers are (state, value, cost, cap), items (state, value, cost)."""

    passes: Callable[[Votes], bool]
    states: tuple[Payable, ...]
    texts: tuple[Text, ...] = ()
    transfers: tuple[tuple[int, Fraction, Fraction, Fraction | None], ...] = ()
    items: tuple[tuple[int, Fraction, Fraction], ...] = ()
    budgets: tuple[tuple[Fraction, frozenset[int], frozenset[int]], ...] = ()
    effect: Fraction = Fraction(0)
    floor: Fraction = Fraction(0)
    order: tuple[int, ...] = ()  # states, each after those its conditions look at


def subsets(size: int) -> Iterator[frozenset[int]]:
    for bits in itertools.product((False, True), repeat=size):
        yield frozenset(k for k, bit in enumerate(bits) if bit)


def cheapest(case: Case) -> Fraction | None:
    """Least cost of a working package; None when there is none."""
    best = None
    for texts in subsets(len(case.texts)):
        if not _readable(case, texts):
            continue
        for gifts in subsets(len(case.items)):
            for cost in _working_costs(case, texts, gifts):
                best = cost if best is None else min(best, cost)
    return best


def _readable(case: Case, texts: frozenset[int]) -> bool:
    if case.effect + sum(case.texts[k].effect for k in texts) < case.floor:
        return False
    return not any(
        case.texts[k].forbidden or case.texts[k].requires - texts or case.texts[k].excludes & texts
        for k in texts
    )


def _working_costs(case: Case, texts: frozenset[int], gifts: frozenset[int]) -> Iterator[Fraction]:
    base = {}
    for i, state in enumerate(case.states):
        if state.margin is not None:
            base[i] = (
                state.margin
                + sum(case.texts[k].shifts.get(i, Fraction(0)) for k in texts)
                + sum(case.items[k][1] for k in gifts if case.items[k][0] == i)
            )
    fixed = sum(case.texts[k].cost for k in texts) + sum(case.items[k][2] for k in gifts)
    choices = []
    for i, margin in base.items():
        wanted = (-margin, -case.states[i].band - margin)  # to vote for, to abstain
        lacks = {Fraction(0), *(max(Fraction(0), lack) for lack in wanted)}
        choices.append([(i, lack, plan) for lack in lacks for plan in _payments(case, i, lack)])
    for combo in itertools.product(*choices):
        amounts = {m: t for _, _, plan in combo for m, t in plan.items()}
        spent = {m: case.transfers[m][2] * t for m, t in amounts.items()}
        if any(
            sum(c for m, c in spent.items() if m in paid)
            + sum(case.items[k][2] for k in gifts & given)
            > limit
            for limit, paid, given in case.budgets
        ):
            continue
        margins = {i: base[i] + lack for i, lack, _ in combo}
        if case.passes(votes_of(case, texts, margins)):
            yield fixed + sum(spent.values())


def _payments(case: Case, i: int, lack: Fraction) -> list[dict[int, Fraction]]:
    """Cheapest ways to give a state what it lacks: dearest instrument last."""
    mine = [m for m, t in enumerate(case.transfers) if t[0] == i]
    if lack == 0:
        return [{}]
    plans = []
    for order in itertools.permutations(mine):
        left, plan = lack, {}
        for m in order:
            _, value, _, cap = case.transfers[m]
            take = left / value if cap is None else min(left / value, cap)
            if take:
                plan[m] = take
            left -= take * value
        if left == 0 and plan not in plans:
            plans.append(plan)
    return plans


def votes_of(case: Case, texts: frozenset[int], margins: Mapping[int, Fraction]) -> list[int]:
    votes = [ABSENT] * len(case.states)
    for i in case.order or range(len(case.states)):
        state = case.states[i]
        if state.margin is not None:
            votes[i] = YES if margins[i] >= 0 else ABSTAIN if margins[i] >= -state.band else NO
        elif state.stated is not None:
            fired = (level for level, holds in state.conditions if holds(texts, votes))
            votes[i] = next(fired, state.stated)
    return votes
