"""A concession problem whose players are paid one by one, and what stands against that.

Once the amendments are chosen, each player of such a problem has its own prices for its votes,
whatever the others get; only the rule looks at them together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from solvers.concessions.decomposition.branches import Branch, branches_of
from solvers.concessions.decomposition.level_costs import (
    LevelPrices,
    Mode,
    instruments_of,
    level_prices,
    modes_of,
)
from solvers.concessions.parts import ZERO, Budget, Item, Package, Transfer
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, Rule
from solvers.rules.vote_conditions import adopted_in, voters_in
from solvers.rules.votes import ABSENT

if TYPE_CHECKING:
    from solvers.concessions.decomposition.separable_arrays import SeparableArrays

__all__ = ["Separable", "obstacle", "separate"]

MOST_CONTENT: Final = 62  # sets of amendments are bits of a signed word


@dataclass(frozen=True)
class Separable:
    """A problem in which only the rule looks at several players together.

    Parameters
    ----------
    problem : ConcessionProblem
        The data it was made from.
    content : tuple of int
        Numbers of the amendments that may be adopted: no red lines, nor what requires one.
    stated : tuple of int or None, length n
        Votes that are given whatever is adopted and paid, ``ABSENT`` among them; None for the
        others, which are *free*.
    free : tuple of int
        Players whose vote is open: those with a margin, and those whose stated vote hangs on
        amendments.
    modes : tuple of tuple of Mode, length n
        Ways to pay each player; empty for those without a margin.
    branches : tuple of Branch
        The rule, as alternatives.
    """

    problem: ConcessionProblem
    content: tuple[int, ...]
    stated: tuple[int | None, ...]
    free: tuple[int, ...]
    modes: tuple[tuple[Mode, ...], ...]
    branches: tuple[Branch, ...]

    @cached_property
    def base(self) -> dict[int, Fraction]:
        """Margins of the free players that have one, without amendments and payments.

        What doubts take off is taken off, as far as it does not hang on amendments.
        """
        found = {}
        for i in self.free:
            margin = self.problem.margin(i, Package())
            if margin is not None:
                found[i] = margin
        return found

    @cached_property
    def conditional(self) -> tuple[int, ...]:
        """Free players whose vote is stated, and hangs on amendments."""
        return tuple(i for i in self.free if i not in self.base)

    @cached_property
    def watches(self) -> bool:
        """Whether something that an amendment does is not a sum over amendments.

        Then the arrays, which are sums, are on the favourable side: costs that are computed
        from them are bounds.
        """
        voters = self.problem.voters
        doubtful = any(
            (doubts := voters[i].doubts) is not None and any(doubts.amendments.values())
            for i in self.base
        )
        routed = any(self.problem.amendments[k].route is not None for k in self.content)
        return doubtful or routed or bool(self.conditional)

    @cached_property
    def arrays(self) -> SeparableArrays:
        """The numbers as arrays, for the compiled loops."""
        from solvers.concessions.decomposition.separable_arrays import arrays_of

        return arrays_of(self)

    def text_cost(self, adopted: frozenset[int]) -> Fraction:
        """Return what a set of amendments costs, without payments.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments.

        Returns
        -------
        Fraction
        """
        return self.problem.cost(Package(amendments=adopted))

    def level_prices(self, adopted: frozenset[int]) -> dict[int, LevelPrices]:
        """Price the votes of every free player under given amendments, exactly.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments.

        Returns
        -------
        dict of int to LevelPrices
        """
        problem, package = self.problem, Package(amendments=adopted)
        shifts = dict.fromkeys(self.base, ZERO)
        effects = [problem.amendments[k].margins for k in sorted(adopted)]
        effects += [c.margins for c in problem.combinations if c.amendments <= adopted]
        for effect in effects:
            for i, shift in effect.items():
                if i in shifts:
                    shifts[i] += shift
        found = {}
        for i, margin in self.base.items():
            voter = problem.voters[i]
            margin += shifts[i]
            if voter.doubts is not None and voter.doubts.amendments:
                margin += voter.doubts.protection(frozenset())
                margin -= voter.doubts.protection(adopted)
            found[i] = level_prices(self.modes[i], margin, voter.band)
        if self.conditional:
            votes = problem.votes(package)
            found |= {i: LevelPrices(votes[i]) for i in self.conditional}
        return {i: found[i] for i in self.free}

    def branches_for(self, adopted: frozenset[int]) -> tuple[Branch, ...]:
        """Return the rule, together with the rules of linked items that are adopted.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments.

        Returns
        -------
        tuple of Branch

        Raises
        ------
        LimitError
            If there are more than 64 alternatives.
        """
        routes = frozenset(k for k in adopted if self.problem.amendments[k].route is not None)
        if not routes:
            return self.branches
        if routes not in self._routed:
            rule = self.problem.rule
            parts = [rule.root]
            for k in sorted(routes):
                route = self.problem.amendments[k].route
                if route is not None and route.root not in parts:
                    parts.append(route.root)
            joint = Rule(rule.n_players, AllOf(tuple(parts)), rule.names)
            self._routed[routes] = branches_of(joint, self.stated)
        return self._routed[routes]

    @cached_property
    def _routed(self) -> dict[frozenset[int], tuple[Branch, ...]]:
        return {}


def obstacle(problem: ConcessionProblem) -> str | None:
    """Say what ties the payments of several players together.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    str or None
        One phrase; None when only the rule does, so that
        :func:`~solvers.concessions.decomposition.separable.separate` will do.

    Examples
    --------
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    >>> voters = (Voter(margin=(Fraction(-1),) * 3),) * 2
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(2))
    >>> budget = Budget(Fraction(1), frozenset({0, 1}), frozenset())
    >>> obstacle(ConcessionProblem(rule, voters, transfers=cash))
    >>> obstacle(ConcessionProblem(rule, voters, transfers=cash, budgets=(budget,)))
    'budget 0 pays for several instruments and may run out'
    """
    try:
        separate(problem)
    except (GameError, LimitError) as error:
        return str(error)
    return None


def separate(problem: ConcessionProblem, *, ignoring_budgets: bool = False) -> Separable:
    """Take a problem apart into players, each with its own ways of being paid.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    ignoring_budgets : bool
        Whether to leave budgets out that several instruments share; costs are then bounds.

    Returns
    -------
    Separable

    Raises
    ------
    GameError
        If something ties the payments of several players together.
    LimitError
        If a player has too many items and channels, the rule too many alternatives, or more
        than 62 amendments may be adopted.

    References
    ----------
    .. [1] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.
    """
    stated = _stated(problem)
    free = tuple(i for i, vote in enumerate(stated) if vote is None)
    paid = frozenset(i for i in free if problem.voters[i].margin is not None)
    for obstructs in (_tied_votes(problem, paid), _tied_payments(problem, paid)):
        if obstructs is not None:
            raise GameError(obstructs)
    caps, barred = _private_budgets(problem, paid, ignoring_budgets)
    instruments = instruments_of(problem)
    modes = tuple(
        modes_of(problem, instruments[i], caps, barred) if i in paid and i in instruments else ()
        for i in range(len(problem.voters))
    )
    content = _content(problem)
    if len(content) > MOST_CONTENT:
        raise LimitError(
            f"{len(content)} amendments may be adopted, at most {MOST_CONTENT} are taken apart "
            f"from payments; use the integer programme"
        )
    return Separable(problem, content, stated, free, modes, branches_of(problem.rule, stated))


def _stated(problem: ConcessionProblem) -> tuple[int | None, ...]:
    """Votes that hang on nothing; a condition that speaks of no amendment may be one of them."""
    votes: list[int | None] = []
    plain = problem.votes(Package())
    open_to_change: set[int] = set()
    for i in problem.order:
        voter = problem.voters[i]
        seen = {p for _, c in voter.conditions for p in voters_in(c)}
        texts = any(adopted_in(c) for _, c in voter.conditions)
        if voter.margin is not None or texts or seen & open_to_change:
            open_to_change.add(i)
    for i, voter in enumerate(problem.voters):
        if voter.margin is None and voter.stated is None:
            votes.append(ABSENT)
        else:
            votes.append(None if i in open_to_change else plain[i])
    return tuple(votes)


def _content(problem: ConcessionProblem) -> tuple[int, ...]:
    """Amendments that some admissible set may hold: no red line, nor what requires one."""
    amendments = problem.amendments
    content = {k for k, a in enumerate(amendments) if not a.forbidden}
    while True:
        kept = {k for k in content if amendments[k].requires <= content}
        if kept == content:
            return tuple(sorted(kept))
        content = kept


def _tied_votes(problem: ConcessionProblem, paid: frozenset[int]) -> str | None:
    if any(problem.bandwagon.values()):
        return "votes push one another: a yes adds to the margins of others"
    reached = set(paid)
    for i in problem.order:
        seen = {p for _, c in problem.voters[i].conditions for p in voters_in(c)}
        if seen & reached:
            return f"the vote of player {i} hangs on votes that payments can change"
    return None


def _tied_payments(problem: ConcessionProblem, paid: frozenset[int]) -> str | None:
    if problem.contributions and problem.needs:
        return "contributions of several players cover a need together"
    gifts: list[Transfer | Item] = [*problem.transfers, *problem.items]
    if any(g.recipient in paid and any(g.harm.values()) for g in gifts):
        return "what is paid to a player moves the margin of a third party"
    return None


def _private_budgets(
    problem: ConcessionProblem, paid: frozenset[int], ignoring: bool
) -> tuple[dict[int, Fraction], set[int]]:
    """Write budgets of one instrument as caps; leave out those that cannot run out."""
    caps: dict[int, Fraction] = {}
    barred: set[int] = set()
    worst: Mapping[int, Fraction] | None = None
    for b, budget in enumerate(problem.budgets):
        rates = {m: _rate(problem, budget, m) for m in budget.transfers}
        transfers = [m for m, r in rates.items() if r and problem.transfers[m].recipient in paid]
        prices = {k: Fraction(1) if budget.units else problem.items[k].cost for k in budget.items}
        items = [k for k, price in prices.items() if price and problem.items[k].recipient in paid]
        if len(transfers) == 1 and not items:
            [m] = transfers
            limit, cap = Fraction(budget.limit) / rates[m], problem.transfers[m].cap
            caps[m] = min(x for x in (limit, cap, caps.get(m)) if x is not None)
        elif not transfers and len(items) == 1:
            if prices[items[0]] > budget.limit:
                barred.add(items[0])
        elif transfers or items:
            if worst is None:
                worst = _worst_margins(problem, paid)
            spent = sum((prices[k] for k in items), ZERO)
            spent += sum((rates[m] * _most(problem, m, worst) for m in transfers), ZERO)
            if spent > budget.limit and not ignoring:
                raise GameError(f"budget {b} pays for several instruments and may run out")
    return caps, barred


def _rate(problem: ConcessionProblem, budget: Budget, transfer: int) -> Fraction:
    return Fraction(1) if budget.units else problem.transfers[transfer].cost


def _most(problem: ConcessionProblem, transfer: int, worst: Mapping[int, Fraction]) -> Fraction:
    """More than this of a transfer is never given: it alone lifts its recipient to a yes."""
    data = problem.transfers[transfer]
    need = max(ZERO, -worst[data.recipient]) / data.value
    return need if data.cap is None else min(need, data.cap)


def _worst_margins(problem: ConcessionProblem, paid: Collection[int]) -> dict[int, Fraction]:
    worst = {}
    effects: Sequence[Mapping[int, Fraction]] = [a.margins for a in problem.amendments]
    effects = [*effects, *(c.margins for c in problem.combinations)]
    everything = frozenset(range(len(problem.amendments)))
    for i in paid:
        doubts, margin = problem.voters[i].doubts, problem.voters[i].margin
        if margin is not None:
            worst[i] = margin[1] + _sum(min(e.get(i, ZERO), ZERO) for e in effects)
            worst[i] -= ZERO if doubts is None else doubts.protection(everything)
    return worst


def _sum(numbers: Iterable[Fraction]) -> Fraction:
    return sum(numbers, ZERO)
