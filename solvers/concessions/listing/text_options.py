"""What each player can be given under one text, and how it then votes.

Amendments are given; states are paid one by one. An *option* gives one player some of its items,
and transfers that are just enough for a vote, or none where the items alone are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor, inf, lcm

from solvers.concessions.decomposition.level_costs import Mode, Payment, cheapest_payment
from solvers.concessions.decomposition.separable import Separable
from solvers.concessions.parts import ZERO, Package, Voter
from solvers.errors import SolverError
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["Option", "Text", "TextOptions"]

# What is paid once; the most that transfers add; how much each adds, and costs per unit added.
Fill = tuple[float, float, tuple[tuple[float, float], ...]]


@dataclass(frozen=True)
class Option:
    """One way to pay one player.

    Parameters
    ----------
    player : int
        Who is paid.
    level : int
        How it votes then.
    below : int
        The highest vote it falls to when one item is left out or the transfers are lowered.
    items : tuple of int
        What it is given besides transfers.
    shortfall : int
        What transfers add to its margin, in units of 1 / ``TextOptions.scale``; 0 for none.
    cost : float
        What it costs, to rounding.
    """

    player: int
    level: int
    below: int
    items: tuple[int, ...]
    shortfall: int
    cost: float


@dataclass(frozen=True)
class Text:
    """A set of amendments, what it costs, the votes under it alone, and who can be paid how.

    Parameters
    ----------
    adopted : frozenset of int
        Amendments.
    cost : Fraction
        What they cost.
    votes : tuple of int, length n
        Votes when nobody is paid.
    options : tuple of Option
        By player, then by cost.
    """

    adopted: frozenset[int]
    cost: Fraction
    votes: tuple[int, ...]
    options: tuple[Option, ...]


class TextOptions:
    """Prices the options of a problem whose players are paid one by one.

    Parameters
    ----------
    separable : Separable
        The problem.

    Attributes
    ----------
    scale : int
        Margins are whole numbers of 1 / ``scale``.

    References
    ----------
    .. [1] G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957),
       pp. 266-277.
    """

    def __init__(self, separable: Separable) -> None:
        self.separable, self.problem = separable, separable.problem
        self.open = list(separable.base)
        self.scale = lcm(*(x.denominator for x in self._numbers()))
        self.base = {i: self._whole(margin) for i, margin in separable.base.items()}
        self.band = {i: self._whole(self.problem.voters[i].band) for i in self.open}
        self.worth = [self._whole(g.value) for g in self.problem.items]
        self._effects = {
            k: [(i, self._whole(x)) for i, x in a.margins.items() if i in self.base and x]
            for k, a in enumerate(self.problem.amendments)
        }
        self._modes: dict[int, dict[tuple[int, ...], list[Mode]]] = {}
        self._fills: dict[int, list[tuple[tuple[int, ...], int, list[Fill]]]] = {}
        for i in self.open:
            groups: dict[tuple[int, ...], list[Mode]] = defaultdict(list)
            for mode in separable.modes[i]:
                groups[mode.items].append(mode)
            self._modes[i] = groups
            self._fills[i] = [
                (items, sum(self.worth[k] for k in items), [self._fill(m) for m in some])
                for items, some in groups.items()
            ]
        self._paid: dict[tuple[int, tuple[int, ...], int], Payment] = {}
        self._watchers = [i for i in self.open if _watches(self.problem.voters[i])]

    def _numbers(self) -> list[Fraction]:
        problem = self.problem
        found = [Fraction(1), *self.separable.base.values()]
        for i in self.open:
            voter = problem.voters[i]
            found.append(Fraction(voter.band))
            if voter.doubts is not None:
                fine = Fraction(1, Fraction(voter.doubts.gamma).denominator)
                parts = [*voter.doubts.base, *voter.doubts.amendments.values()]
                found += [fine / Fraction(x).denominator for x in parts]
        effects = [a.margins for a in problem.amendments]
        effects += [c.margins for c in problem.combinations]
        for effect in effects:
            found += [Fraction(x) for i, x in effect.items() if i in self.separable.base]
        return found + [Fraction(g.value) for g in problem.items]

    def _whole(self, number: Fraction) -> int:
        return int(number * self.scale)

    def _fill(self, mode: Mode) -> Fill:
        """Prepare a mode: prices per unit of margin, and how far it reaches, rounded down."""
        steps = []
        for f in mode.fillings:
            worth = inf if f.cap is None else float(f.cap * f.value * self.scale)
            steps.append((worth, float(f.cost / f.value / self.scale)))
        caps = [f.cap * f.value for f in mode.fillings if f.cap is not None]
        endless = len(caps) < len(mode.fillings)
        reach = inf if endless else floor(sum(caps, ZERO) * self.scale)
        return float(mode.fixed), reach, tuple(steps)

    def margins(self, adopted: frozenset[int]) -> dict[int, int]:
        """Return every margin under a text, in units of 1 / ``scale``.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments.

        Returns
        -------
        dict of int to int
        """
        problem, margins = self.problem, dict(self.base)
        for k in adopted:
            for i, shift in self._effects[k]:
                margins[i] += shift
        for combination in problem.combinations:
            if combination.amendments <= adopted:
                for i, x in combination.margins.items():
                    if i in margins:
                        margins[i] += self._whole(x)
        for i in self._watchers:
            doubts = problem.voters[i].doubts
            if doubts is not None:
                more = doubts.protection(adopted) - doubts.protection(frozenset())
                margins[i] -= self._whole(more)
        return margins

    def votes(self, adopted: frozenset[int]) -> list[int]:
        """Return all votes when nobody is paid.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments.

        Returns
        -------
        list of int, length n
        """
        votes = [NO if vote is None else vote for vote in self.separable.stated]
        for i, margin in self.margins(adopted).items():
            votes[i] = self._level(i, margin)
        if self.separable.conditional:
            judged = self.problem.votes(Package(amendments=adopted))
            for i in self.separable.conditional:
                votes[i] = judged[i]
        return votes

    def text(self, adopted: frozenset[int]) -> Text:
        """Price all options under a text.

        Parameters
        ----------
        adopted : frozenset of int
            Amendments.

        Returns
        -------
        Text
        """
        votes, margins = self.votes(adopted), self.margins(adopted)
        options: list[Option] = []
        for i, margin in margins.items():
            if votes[i] != YES and self._fills[i]:
                options += self._options(i, margin, votes[i])
        cost = self.separable.text_cost(adopted)
        return Text(adopted, cost, tuple(votes), tuple(options))

    def _level(self, player: int, margin: int) -> int:
        if margin >= 0:
            return YES
        return ABSTAIN if margin + self.band[player] >= 0 else NO

    def _options(self, player: int, margin: int, unpaid: int) -> list[Option]:
        band, found = self.band[player], []
        for items, worth, fills in self._fills[player]:
            reached = self._level(player, margin + worth)
            if items and reached > unpaid:
                below = max(self._level(player, margin + worth - self.worth[k]) for k in items)
                if below < reached:
                    fixed = min(fill[0] for fill in fills)
                    found.append(Option(player, reached, below, items, 0, fixed))
            for level, bar in ((ABSTAIN, -band), (YES, 0)):
                if level > reached and (level == YES or band):
                    shortfall = bar - margin - worth
                    cost = min(_filled(fill, shortfall) for fill in fills)
                    if cost < inf:
                        below = ABSTAIN if level == YES and band else NO
                        found.append(Option(player, level, below, items, shortfall, cost))
        return sorted(found, key=lambda option: option.cost)

    def exact(self, text: Text, chosen: Sequence[Option]) -> tuple[Package, Fraction]:
        """Find the exact amounts and cost of chosen options.

        Parameters
        ----------
        text : Text
            The amendments.
        chosen : sequence of Option
            At most one per player.

        Returns
        -------
        Package, Fraction
        """
        transfers: dict[int, Fraction] = {}
        items: set[int] = set()
        cost = text.cost
        for option in chosen:
            items.update(option.items)
            modes = self._modes[option.player][option.items]
            if not option.shortfall:
                cost += min(mode.fixed for mode in modes)
                continue
            key = option.player, option.items, option.shortfall
            if key not in self._paid:
                rest = [replace(mode, value=ZERO) for mode in modes]
                payment = cheapest_payment(rest, Fraction(option.shortfall, self.scale))
                if payment is None:
                    raise SolverError(f"player {option.player} cannot be paid as far as was seen")
                self._paid[key] = payment
            transfers |= dict(self._paid[key].transfers)
            cost += self._paid[key].cost
        return Package(text.adopted, transfers, frozenset(items)), cost


def _filled(fill: Fill, shortfall: int) -> float:
    cost, reach, steps = fill
    if reach < shortfall:
        return inf
    left = float(shortfall)
    for worth, price in steps:
        if worth >= left:
            return cost + left * price
        left -= worth
        cost += worth * price
    return cost  # what is left is rounding


def _watches(voter: Voter) -> bool:
    return voter.doubts is not None and any(voter.doubts.amendments.values())
