"""Exact amounts of transfers and contributions, once texts, items and votes are settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.programme.amounts_lp import least_point

if TYPE_CHECKING:
    from solvers.concessions.problem import ConcessionProblem

__all__ = ["Amounts", "Bounds", "least_amounts"]

Amounts: TypeAlias = dict[int, Fraction]
Bounds: TypeAlias = tuple[Fraction | None, Fraction | None]
"""Least and most that a margin may be; None where nothing is asked."""

Column: TypeAlias = tuple[str, int]  # ("t", number of a transfer) or ("c", of a contribution)


def least_amounts(
    problem: ConcessionProblem,
    shape: Package,
    bounds: Mapping[int, Bounds],
    supporters: frozenset[int],
    opened: Iterable[int],
) -> tuple[Amounts, Amounts] | None:
    """Find amounts of least cost that bring margins where they are to be.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    shape : Package
        Amendments and items; its amounts do not count.
    bounds : mapping of int to Bounds
        By player, what the margin must be, without what others' votes add.
    supporters : frozenset of int
        Who votes for the text, and may be asked for contributions on that condition.
    opened : iterable of int
        The channels that may be used.

    Returns
    -------
    pair of dicts, or None
        Amounts above 0 of transfers and of contributions; None if there are none that fit.

    Notes
    -----
    Whoever shares no limit with others is paid by value for money, which is exact for
    divisible instruments [1]_. Limits that this breaks are put, with all whom they touch, into a
    linear programme over fractions, until none is broken: every step relaxes the whole problem,
    so the last one solves it. Of equal costs the amounts are taken of which none can be lowered.

    References
    ----------
    .. [1] G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957),
       pp. 266-277.

    Examples
    --------
    Three units, the cheaper instrument first, as far as its cap goes:

    >>> from solvers.concessions.problem import ConcessionProblem, Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> one = Fraction(1)
    >>> problem = ConcessionProblem(
    ...     Rule(1, Quota((1,), (0,), (0,), 1)),
    ...     (Voter(margin=(Fraction(-3),) * 3),),
    ...     transfers=(Transfer(0, one, Fraction(2)), Transfer(0, one, one, Fraction(2))),
    ... )
    >>> paid, _ = least_amounts(problem, Package(), {0: (Fraction(0), None)}, frozenset({0}), ())
    >>> {m: int(amount) for m, amount in paid.items()}
    {1: 2, 0: 1}
    """
    bare = replace(shape, transfers={}, contributions={})
    task = _Task(problem, bare, dict(bounds), supporters, frozenset(opened))
    force: set[int] = set()
    while True:
        amounts = task.solve(force)
        if amounts is None:
            return None
        broken = {r for r, row in enumerate(task.rows) if row.broken(amounts)}
        if not broken:
            return (
                {m: x for (kind, m), x in amounts.items() if kind == "t" and x},
                {c: x for (kind, c), x in amounts.items() if kind == "c" and x},
            )
        force |= broken


@dataclass(frozen=True)
class _Row:
    """A limit over amounts: terms sense rhs."""

    terms: dict[Column, Fraction]
    sense: str
    rhs: Fraction

    def broken(self, amounts: Mapping[Column, Fraction]) -> bool:
        total = sum((x * amounts.get(key, ZERO) for key, x in self.terms.items()), ZERO)
        return total > self.rhs if self.sense == "<=" else total < self.rhs


@dataclass
class _Task:
    problem: ConcessionProblem
    shape: Package
    bounds: dict[int, Bounds]
    supporters: frozenset[int]
    opened: frozenset[int]
    rows: list[_Row] = field(init=False)
    lacks: dict[int, Fraction] = field(init=False)  # to the least margin; below 0: to spare
    room: dict[int, Fraction] = field(init=False)  # to the most
    paid: dict[int, list[int]] = field(init=False)  # transfers that can be used, by recipient

    def __post_init__(self) -> None:
        closed = {
            m
            for c, channel in enumerate(self.problem.channels)
            if c not in self.opened
            for m in channel.transfers
        }
        self.paid = {}
        for m, transfer in enumerate(self.problem.transfers):
            if m not in closed:
                self.paid.setdefault(transfer.recipient, []).append(m)
        self.lacks, self.room = {}, {}
        for player, (least, most) in self.bounds.items():
            margin = self.problem.margin(player, self.shape)
            if margin is not None and least is not None:
                self.lacks[player] = least - margin
            if margin is not None and most is not None:
                self.room[player] = most - margin
        self.rows = list(self._limits())

    def _limits(self) -> Iterator[_Row]:
        """List what ties players to one another: budgets, needs, third parties."""
        problem, shape = self.problem, self.shape
        for budget in problem.budgets:
            given = shape.items & budget.items
            if budget.units:
                spent = Fraction(len(given))
                terms = {("t", m): Fraction(1) for m in sorted(budget.transfers)}
            else:
                spent = sum((problem.items[k].cost for k in given), ZERO)
                terms = {("t", m): problem.transfers[m].cost for m in sorted(budget.transfers)}
            yield _Row(terms, "<=", budget.limit - spent)
        for d, need in enumerate(problem.needs):
            more = (x for k, x in need.amendments.items() if k in shape.amendments)
            givers = enumerate(problem.contributions)
            terms = {("c", c): Fraction(1) for c, giver in givers if giver.need == d}
            yield _Row(terms, ">=", need.amount + sum(more, ZERO))
        for h, party in enumerate(problem.third_parties):
            margin = party.margin
            margin += sum((problem.amendments[k].harm.get(h, ZERO) for k in shape.amendments), ZERO)
            margin += sum((problem.items[k].harm.get(h, ZERO) for k in shape.items), ZERO)
            transfers = enumerate(problem.transfers)
            terms = {("t", m): t.harm[h] for m, t in transfers if t.harm.get(h)}
            yield _Row(terms, ">=", party.floor - margin)

    def solve(self, force: set[int]) -> dict[Column, Fraction] | None:
        """Find the best amounts when only some limits are in force."""
        touched = {self._player(key) for r in force for key in self.rows[r].terms}
        amounts: dict[Column, Fraction] = {}
        for player, lack in self.lacks.items():
            if player not in touched and lack > 0:
                filled = self._filled(player, lack)
                if filled is None:
                    return None
                amounts |= filled
        if not force:
            return amounts
        tied = _Tied(self, touched, [self.rows[r] for r in sorted(force)]).solve()
        return None if tied is None else amounts | tied

    def _player(self, key: Column) -> int:
        kind, number = key
        if kind == "t":
            return self.problem.transfers[number].recipient
        return self.problem.contributions[number].player

    def _filled(self, player: int, lack: Fraction) -> dict[Column, Fraction] | None:
        """Pay one player by value for money; None if the caps do not allow it."""
        transfers, amounts = self.problem.transfers, {}
        by_price = sorted(
            self.paid.get(player, ()), key=lambda m: (transfers[m].cost / transfers[m].value, m)
        )
        for m in by_price:
            value, cap = transfers[m].value, transfers[m].cap
            take = lack / value if cap is None else min(lack / value, cap)
            if take > 0:
                amounts["t", m] = take
                lack -= take * value
            if lack == 0:
                return amounts
        return None


class _Tied:
    """The linear programme of some players under some limits."""

    def __init__(self, task: _Task, players: set[int], limits: list[_Row]) -> None:
        self.task, self.problem = task, task.problem
        tied = {key for row in limits for key in row.terms}
        self.loose = {  # those who may end above what they need, for the sake of something else
            task._player((kind, k))
            for kind, k in tied
            if kind == "c" or any(x > 0 for x in self.problem.transfers[k].harm.values())
        }
        self.columns: list[Column] = [
            ("t", m)
            for player in sorted(players)
            if player in self.loose or task.lacks.get(player, ZERO) > 0
            for m in task.paid.get(player, ())
        ]
        for c, giver in enumerate(self.problem.contributions):
            if ("c", c) in tied and (not giver.supporters_only or giver.player in task.supporters):
                self.columns.append(("c", c))
        self.place = {key: j for j, key in enumerate(self.columns)}
        self.rows: list[dict[int, Fraction]] = []
        self.senses: list[str] = []
        self.rhs: list[Fraction] = []
        for player in sorted(players):
            self._margin_rows(player)
        self.caps = self._caps()
        for row in limits:
            terms = {self.place[key]: x for key, x in row.terms.items() if key in self.place}
            self._add(terms, row.sense, row.rhs)

    def _add(self, terms: dict[int, Fraction], sense: str, rhs: Fraction) -> None:
        self.rows.append(terms)
        self.senses.append(sense)
        self.rhs.append(rhs)

    def _margin_rows(self, player: int) -> None:
        task, transfers = self.task, self.problem.transfers
        terms = {
            self.place["t", m]: transfers[m].value
            for m in task.paid.get(player, ())
            if ("t", m) in self.place
        }
        if player not in self.loose:
            if task.lacks.get(player, ZERO) > 0:
                self._add(terms, "==", task.lacks[player])
            return
        for c, giver in enumerate(self.problem.contributions):
            if giver.player == player and ("c", c) in self.place:
                terms[self.place["c", c]] = -giver.burden
        if player in task.lacks:
            self._add(terms, ">=", task.lacks[player])
        if player in task.room:
            self._add(terms, "<=", task.room[player])

    def _caps(self) -> dict[int, Fraction]:
        """List the caps that can bind: who is paid just what it lacks may need no cap."""
        task, caps = self.task, {}
        for j, (kind, k) in enumerate(self.columns):
            if kind == "c":
                caps[j] = self.problem.contributions[k].most
                continue
            transfer = self.problem.transfers[k]
            needed = task.lacks.get(transfer.recipient, ZERO) / transfer.value
            loose = transfer.recipient in self.loose
            if transfer.cap is not None and (loose or transfer.cap < needed):
                caps[j] = transfer.cap
        return caps

    def solve(self) -> dict[Column, Fraction] | None:
        costs = [
            self.problem.transfers[k].cost if kind == "t" else self.problem.contributions[k].cost
            for kind, k in self.columns
        ]
        found = least_point(costs, self.rows, self.senses, self.rhs, self.caps)
        if found is None:
            return None
        loose = [kind == "c" or self._recipient(m) in self.loose for kind, m in self.columns]
        if any(free and not cost for free, cost in zip(loose, costs, strict=True)):
            self._add({j: cost for j, cost in enumerate(costs) if cost}, "<=", found[1])
            sizes = [Fraction(int(free)) for free in loose]
            found = least_point(sizes, self.rows, self.senses, self.rhs, self.caps) or found
        return dict(zip(self.columns, found[0], strict=True))

    def _recipient(self, m: int) -> int:
        return self.problem.transfers[m].recipient
