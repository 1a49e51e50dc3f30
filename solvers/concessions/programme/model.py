"""The integer programme of a concession problem, and the exact package behind its points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Final

from solvers.concessions.parts import ZERO, Item, Package, Transfer
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.amounts import Bounds, least_amounts
from solvers.concessions.programme.programme_rows import CascadeRows, DoubtRows, Terms, route_rows
from solvers.errors import GameError, SolverError
from solvers.programmes.programme import Programme
from solvers.rules.condition_rows import ConditionRows
from solvers.rules.rule_rows import vote_variables
from solvers.rules.vote_conditions import voters_in
from solvers.rules.votes import ABSENT, NO

__all__ = ["TIGHT", "Margin", "PackageProgramme"]

TIGHT: Final[dict[str, dict[str, object]]] = {
    "highs": {
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
        "presolve_rule_off": 1 << 16,  # its enumeration of binaries: 1.16 loses feasible points
    },
    "scip": {"numerics/feastol": 1e-7},
    "cbc": {"integerTolerance": 1e-9, "primalTolerance": 1e-9},
}
"""Options by back end: a share of 1 may stand for a large amount, and 1e-6 of it for money."""


@dataclass(frozen=True)
class Margin:
    """A player's margin as a linear form, others' votes and doubts left out.

    Parameters
    ----------
    base : Fraction
        Margin under the text as it stands.
    terms : dict of int to Fraction
        Coefficients by variable.
    low, high : Fraction
        No choice of the variables gives less or more.
    """

    base: Fraction
    terms: Terms
    low: Fraction
    high: Fraction


class PackageProgramme:
    """The programme of one problem and the meaning of its variables.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    tied : iterable of int
        Players whose votes are tied to their margins from both sides; those on whom the
        conditions of others rest always are.

    Attributes
    ----------
    programme : Programme
        The rows; no objective is set.
    z, s, t : list of int
        Variables of amendments (binary), items (binary) and transfers (share of ``most``).
    together, opened, given : list of int
        Variables of combinations (binary), channels (binary) and contributions (share of what
        the player gives at most).
    y, n, paid : dict of int to int
        Variables by player: votes for, votes against, receives something.
    most : list of Fraction
        Amount that a transfer variable of 1 stands for.
    cost, recipients : dict of int to number
        Terms of the cost of the package and of the number of those who receive something.

    Notes
    -----
    A vote is bounded by the margin from one side: every rule is monotone, so a solver gains
    nothing by declaring a lower vote than the margin allows, and it may not declare a higher
    one. Where a margin must stay *below* a threshold, it does so by at least half a step of the
    data.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.
    """

    def __init__(self, problem: ConcessionProblem, tied: Iterable[int] = ()) -> None:
        self.problem = problem
        self.programme = p = Programme("cheapest package")
        self._ranges: dict[int, tuple[Fraction, Fraction]] = {}
        self._transfers = _by_recipient(problem.transfers)
        self._items = _by_recipient(problem.items)
        self.z = [
            p.variable(f"z{k:03d}", 0, 0 if a.forbidden else 1, integer=True)
            for k, a in enumerate(problem.amendments)
        ]
        self.s = [p.variable(f"s{k:04d}", 0, 1, integer=True) for k in range(len(problem.items))]
        self.together = [self._product(c) for c in range(len(problem.combinations))]
        self.most = [self._most(m) for m in range(len(problem.transfers))]
        # Counted in shares of the most: 10/3, rounded, would cut off 10/3, and amounts of 10**9
        # beside binaries would drown in the tolerance of the solver.
        self.t = [p.variable(f"t{m:04d}", 0, 1 if most else 0) for m, most in enumerate(self.most)]
        self.given = [
            p.variable(f"c{c:04d}", 0, 1 if giver.most else 0)
            for c, giver in enumerate(problem.contributions)
        ]
        absent = [ABSENT if v.margin is None and v.stated is None else NO for v in problem.voters]
        self.y, self.n = vote_variables(p, problem.rule, absent)
        self.pushes, self.doubts = CascadeRows(p, problem, self.y), DoubtRows(p, self.z)
        self.watched = self._upstream(tied)
        conditions = ConditionRows(p, self.z, self.y, self.n)
        for player, voter in enumerate(problem.voters):
            if voter.margin is not None:
                self._vote_rows(player)
            elif voter.stated is not None:
                conditions.vote(player, voter.conditions, voter.stated[1])
        self._text_rows()
        self._payment_rows()
        self._operation_rows()
        for k, amendment in enumerate(problem.amendments):
            if amendment.route is not None:
                votes = self.y, self.n
                route_rows(p, f"route{k:03d}", amendment.route, self.z[k], absent, votes)
        self.cost = self._cost()
        self.recipients = dict.fromkeys(self.paid.values(), 1)

    def _product(self, number: int) -> int:
        """Add a binary that is 1 exactly when all amendments of a combination are adopted."""
        p, combination = self.programme, self.problem.combinations[number]
        parts = [self.z[k] for k in sorted(combination.amendments)]
        most = 0 if combination.forbidden else 1
        together = p.variable(f"together{number:03d}", 0, most, integer=True)
        for k, part in enumerate(parts):
            p.row(f"part{number:03d}-{k:03d}", {together: 1, part: -1}, "<=", 0)
        whole = {together: 1} | dict.fromkeys(parts, -1)
        p.row(f"whole{number:03d}", whole, ">=", 1 - len(parts))
        return together

    # How much, and whose votes.

    def _most(self, m: int) -> Fraction:
        """No transfer larger than its cap, its budgets, and what anybody gains by it."""
        problem, transfer = self.problem, self.problem.transfers[m]
        limits = [] if transfer.cap is None else [transfer.cap]
        for budget in problem.budgets:
            price = Fraction(1) if budget.units else transfer.cost
            if m in budget.transfers and price:
                limits.append(budget.limit / price)
        useful = self._needed(m)
        for h, harm in transfer.harm.items():
            if harm > 0:
                if transfer.cap is None and any(x < 0 for x in transfer.harm.values()):
                    raise GameError(
                        f"transfer {m} helps third party {h} and harms another; give it a cap"
                    )
                useful = max(useful, self._deficit(h) / harm)
        return min([useful, *limits])

    def _needed(self, m: int) -> Fraction:
        """Return what lifts the recipient to a yes from its worst margin."""
        transfer = self.problem.transfers[m]
        return max(ZERO, -self._range(transfer.recipient)[0]) / transfer.value

    def _deficit(self, party: int) -> Fraction:
        """Return what a third party may lack at worst, before anything helps it."""
        problem, h = self.problem, party
        harms = [a.harm.get(h, ZERO) for a in problem.amendments]
        harms += [g.harm.get(h, ZERO) for g in problem.items]
        for m, transfer in enumerate(problem.transfers):
            harm = transfer.harm.get(h, ZERO)
            if harm < 0:
                needed = self._needed(m)
                harms.append(harm * (needed if transfer.cap is None else transfer.cap))
        worst = problem.third_parties[h].margin + sum((min(x, ZERO) for x in harms), ZERO)
        return max(ZERO, problem.third_parties[h].floor - worst)

    def _range(self, player: int) -> tuple[Fraction, Fraction]:
        """Lowest and highest margin that texts, doubts and contributions alone can give."""
        if player not in self._ranges:
            self._ranges[player] = self._range_anew(player)
        return self._ranges[player]

    def _range_anew(self, player: int) -> tuple[Fraction, Fraction]:
        problem, voter = self.problem, self.problem.voters[player]
        if voter.margin is None:
            return ZERO, ZERO
        shifts = [a.margins.get(player, ZERO) for a in problem.amendments]
        shifts += [c.margins.get(player, ZERO) for c in problem.combinations]
        shifts += [-g.burden * g.most for g in problem.contributions if g.player == player]
        least, most = DoubtRows.range(voter.doubts)
        low = sum((min(s, ZERO) for s in shifts), voter.margin[1]) - most
        return low, sum((max(s, ZERO) for s in shifts), voter.margin[1]) - least

    def margin(self, player: int) -> Margin:
        """Return a player's margin as a linear form.

        Parameters
        ----------
        player : int
            Someone whose payoffs are known.

        Returns
        -------
        Margin
        """
        problem, terms = self.problem, Terms()
        low, high = self._range(player)
        shifts = [*zip(self.z, (a.margins for a in problem.amendments), strict=True)]
        shifts += zip(self.together, (c.margins for c in problem.combinations), strict=True)
        for variable, margins in shifts:
            if margins.get(player):
                terms[variable] = margins[player]
        for m in self._transfers.get(player, ()):
            worth = problem.transfers[m].value * self.most[m]
            terms[self.t[m]] = worth
            high += worth
        for k in self._items.get(player, ()):
            terms[self.s[k]] = problem.items[k].value
            high += problem.items[k].value
        for c, giver in enumerate(problem.contributions):
            if giver.player == player and giver.burden:
                terms[self.given[c]] = -giver.burden * giver.most
        base = problem.voters[player].margin
        return Margin(ZERO if base is None else base[1], terms, low, high)

    def _upstream(self, tied: Iterable[int]) -> frozenset[int]:
        """Those on whose votes a condition rests, and those who push them, and so on."""
        voters = self.problem.voters
        found = {i for v in voters for _, c in v.conditions for i in voters_in(c)} | set(tied)
        stack = list(found)
        while stack:
            new = set(self.pushes.leaders(stack.pop())) - found
            found |= new
            stack += new
        return frozenset(found)

    def _vote_rows(self, player: int) -> None:
        p, voter, margin = self.programme, self.problem.voters[player], self.margin(player)
        y, n, band = self.y[player], self.n[player], voter.band
        doubt, sure = self.doubts.at_most(player, voter.doubts)
        terms, base = margin.terms | _negative(doubt), margin.base - sure
        below = min(margin.low, ZERO)  # M >= below (1 - y):  yes only when willing
        joined = terms | self.pushes.joining(player)
        p.row(f"yes{player:04d}", joined | {y: below}, ">=", below - base)
        far = min(margin.low + band, ZERO)  # M + band >= far n:  not against only when acquiescent
        final = terms | self.pushes.final(player)
        p.row(f"not{player:04d}", final | {n: -far}, ">=", -band - base)
        if player in self.watched:
            self._converse_rows(player, margin)

    def _converse_rows(self, player: int, margin: Margin) -> None:
        """Let nobody abstain who is willing, nor be against who is acquiescent."""
        p, voter, step = self.programme, self.problem.voters[player], self.step(player)
        y, n, band = self.y[player], self.n[player], voter.band
        doubt, sure = self.doubts.at_least(player, voter.doubts)
        terms, base = margin.terms | _negative(doubt), margin.base - sure
        high = margin.high + self.pushes.most(player)
        stays, constant = self.pushes.staying(player)
        row = terms | stays | {y: -(high + step)}
        p.row(f"yes{player:04d}up", row, "<=", -step - base - constant)
        top = high + band + step
        row = terms | self.pushes.final(player) | {n: top}
        p.row(f"not{player:04d}up", row, "<=", top - step - band - base)

    def step(self, player: int) -> Fraction:
        """Return half the step in which a margin moves before amounts are chosen.

        Parameters
        ----------
        player : int
            Someone whose payoffs are known.

        Returns
        -------
        Fraction
        """
        problem, voter = self.problem, self.problem.voters[player]
        numbers = [voter.band, *(voter.margin or ())]
        numbers += [a.margins.get(player, ZERO) for a in problem.amendments]
        numbers += [c.margins.get(player, ZERO) for c in problem.combinations]
        numbers += [problem.items[k].value for k in self._items.get(player, ())]
        numbers += [push for (i, _), push in problem.bandwagon.items() if i == player]
        if voter.doubts is not None:
            parts = (*voter.doubts.base, *voter.doubts.amendments.values())
            numbers += [x for d in parts for x in (d, d * voter.doubts.gamma)]
        return Fraction(1, 2 * lcm(*(x.denominator for x in numbers)))

    # The other rows.

    def _text_rows(self) -> None:
        problem, p = self.problem, self.programme
        effects = {v: a.effect for v, a in zip(self.z, problem.amendments, strict=True)}
        effects |= {v: c.effect for v, c in zip(self.together, problem.combinations, strict=True)}
        p.row("floor", effects, ">=", problem.floor - problem.effect)
        for k, amendment in enumerate(problem.amendments):
            for other in sorted(amendment.requires):
                p.row(f"req{k:03d}-{other:03d}", {self.z[k]: 1, self.z[other]: -1}, "<=", 0)
            for other in sorted(amendment.excludes):
                p.row(f"exc{k:03d}-{other:03d}", {self.z[k]: 1, self.z[other]: 1}, "<=", 1)
        for number, limit in enumerate(problem.limits):
            some = {self.z[k]: 1 for k in sorted(limit.amendments)}
            p.row(f"limit{number:03d}", some, "<=", limit.most)

    def _payment_rows(self) -> None:
        problem, p = self.problem, self.programme
        gifts = {g.recipient for g in problem.items}
        recipients = sorted(gifts | {t.recipient for t in problem.transfers})
        self.paid = {i: p.variable(f"paid{i:04d}", 0, 1, integer=True) for i in recipients}
        for m, transfer in enumerate(problem.transfers):
            p.row(f"open{m:04d}", {self.t[m]: 1, self.paid[transfer.recipient]: -1}, "<=", 0)
        for k, item in enumerate(problem.items):
            p.row(f"give{k:04d}", {self.s[k]: 1, self.paid[item.recipient]: -1}, "<=", 0)
        self.opened = [
            p.variable(f"x{c:04d}", 0, 1, integer=True) for c in range(len(problem.channels))
        ]
        for c, channel in enumerate(problem.channels):
            for through in self._instruments(channel.transfers, channel.items):
                p.row(f"x{c:04d}-{through:05d}", {through: 1, self.opened[c]: -1}, "<=", 0)
        for b, budget in enumerate(problem.budgets):
            spent = Terms()
            for m in sorted(budget.transfers):
                price = Fraction(1) if budget.units else problem.transfers[m].cost
                spent[self.t[m]] = price * self.most[m]
            for k in sorted(budget.items):
                spent[self.s[k]] = Fraction(1) if budget.units else problem.items[k].cost
            p.row(f"budget{b:03d}", spent, "<=", budget.limit)  # over nothing: always holds

    def _instruments(self, transfers: frozenset[int], items: frozenset[int]) -> list[int]:
        return [self.t[m] for m in sorted(transfers)] + [self.s[k] for k in sorted(items)]

    def _operation_rows(self) -> None:
        problem, p = self.problem, self.programme
        for c, giver in enumerate(problem.contributions):
            if giver.supporters_only:
                supports = {self.y[giver.player]: -1} if giver.player in self.y else {}
                p.row(f"supports{c:04d}", {self.given[c]: 1} | supports, "<=", 0)
        for d, need in enumerate(problem.needs):
            terms = {self.z[k]: -more for k, more in need.amendments.items()}
            for c, giver in enumerate(problem.contributions):
                if giver.need == d:
                    terms[self.given[c]] = giver.most
            p.row(f"need{d:03d}", terms, ">=", need.amount)
        for h, party in enumerate(problem.third_parties):
            harms = [*zip(self.z, (a.harm for a in problem.amendments), strict=True)]
            harms += zip(self.s, (g.harm for g in problem.items), strict=True)
            terms = {v: harm.get(h, ZERO) for v, harm in harms}
            for m, transfer in enumerate(problem.transfers):
                terms[self.t[m]] = transfer.harm.get(h, ZERO) * self.most[m]
            p.row(f"harm{h:03d}", terms, ">=", party.floor - party.margin)

    def _cost(self) -> Terms:
        problem = self.problem
        terms = {v: a.cost for v, a in zip(self.z, problem.amendments, strict=True)}
        terms |= {self.t[m]: t.cost * self.most[m] for m, t in enumerate(problem.transfers)}
        terms |= {v: i.cost for v, i in zip(self.s, problem.items, strict=True)}
        terms |= {v: c.cost for v, c in zip(self.together, problem.combinations, strict=True)}
        terms |= {v: c.cost for v, c in zip(self.opened, problem.channels, strict=True)}
        givers = zip(self.given, problem.contributions, strict=True)
        return terms | {v: g.cost * g.most for v, g in givers}

    @cached_property
    def overpayment(self) -> Terms:
        """Terms of what the paid have above what their votes need; adds rows on first use.

        In units of the margins. The pushes of others and the doubts of a player are counted as
        they are, not as far as they are needed.
        """
        terms = Terms()
        for player in self.paid:
            voter, margin = self.problem.voters[player], self.margin(player)
            if voter.margin is None:
                continue
            top = margin.high + self.pushes.most(player) + voter.band
            if top <= 0:
                continue
            over = self.programme.variable(f"over{player:04d}", 0, 1)
            doubt, sure = self.doubts.at_least(player, voter.doubts)
            row = margin.terms | _negative(doubt) | self.pushes.final(player)
            row |= {over: -top, self.paid[player]: top, self.n[player]: -top}
            row[self.y[player]] = row.get(self.y[player], ZERO) - voter.band
            limit = top - voter.band - margin.base + sure
            self.programme.row(f"over{player:04d}", row, "<=", limit)
            terms[over] = top
        return terms

    # From a point to a package.

    def exact_package(self, values: tuple[float, ...]) -> Package:
        """Keep a point's text, items and votes; find the amounts anew over fractions.

        Parameters
        ----------
        values : tuple of float
            A feasible point.

        Returns
        -------
        Package

        Raises
        ------
        SolverError
            If no exact amounts fit.
        """
        problem = self.problem

        def chosen(variables: Iterable[int]) -> frozenset[int]:
            return frozenset(k for k, v in enumerate(variables) if round(values[v]))

        shape = Package(chosen(self.z), {}, chosen(self.s))
        bounds = {
            player: self._bounds(player, values)
            for player, voter in enumerate(problem.voters)
            if voter.margin is not None
        }
        supporters = frozenset(i for i, v in self.y.items() if round(values[v]))
        found = least_amounts(problem, shape, bounds, supporters, chosen(self.opened))
        if found is None:
            raise SolverError("the solver's package misses a cap or a budget when computed exactly")
        return replace(shape, transfers=found[0], contributions=found[1])

    def _bounds(self, player: int, values: tuple[float, ...]) -> Bounds:
        """Between what a margin must lie, before pushes, for the votes at a point."""
        band = self.problem.voters[player].band
        least = most = None

        def total(terms: Terms) -> Fraction:
            return sum((x for v, x in terms.items() if round(values[v])), ZERO)

        final = total(self.pushes.final(player))
        if round(values[self.y[player]]):
            least = -total(self.pushes.joining(player))
        elif not round(values[self.n[player]]):
            least = -band - final
        if player in self.watched and not round(values[self.y[player]]):
            terms, constant = self.pushes.staying(player)
            most = -self.step(player) - total(terms) - constant
            if round(values[self.n[player]]):
                most = min(most, -self.step(player) - band - final)
        return least, most


def _by_recipient(instruments: Sequence[Transfer | Item]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for k, instrument in enumerate(instruments):
        found.setdefault(instrument.recipient, []).append(k)
    return found


def _negative(terms: Terms) -> Terms:
    return {v: -x for v, x in terms.items()}
