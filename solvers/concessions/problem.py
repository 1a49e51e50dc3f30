"""What it takes to bring a text through a rule, and whether a given package does.

Everything here is exact: fractions and integers. A package is judged by recomputing every margin
and vote from the data, so a judgement never rests on the solver that proposed the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from solvers.concessions.parts import (
    ZERO,
    Amendment,
    Budget,
    Deletion,
    Item,
    Package,
    Transfer,
    Voter,
    check_number,
)
from solvers.errors import GameError
from solvers.rules import Rule
from solvers.vote_conditions import Interval, adopted_in, order_of_votes, truth, voters_in
from solvers.votes import ABSENT

__all__ = [
    "Amendment",
    "Budget",
    "ConcessionProblem",
    "Deletion",
    "Item",
    "Package",
    "Transfer",
    "Voter",
]


@dataclass(frozen=True)
class ConcessionProblem:
    """The data of one option before one decision rule.

    Parameters
    ----------
    rule : Rule
        The rule that must be met.
    voters : tuple of Voter, length n
        One per player; an absent player has neither a stated vote nor a margin.
    amendments, transfers, items, budgets : tuples
        The instruments.
    effect, floor : Fraction
        Protective effect of the text as it stands, and the least that is acceptable.

    Raises
    ------
    GameError
        If there is not one voter per player, a part speaks of a player, amendment or
        instrument that is not there, or an amendment excludes itself.
    CircularConditionError
        If conditions of votes wait for one another.

    References
    ----------
    .. [1] B. Steunenberg, D. Schmidtchen and C. Koboldt, "Strategic power in the European
       Union", Journal of Theoretical Politics 11 (1999), pp. 339-366.
    .. [2] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.
    """

    rule: Rule
    voters: tuple[Voter, ...]
    amendments: tuple[Amendment, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    items: tuple[Item, ...] = ()
    budgets: tuple[Budget, ...] = ()
    effect: Fraction = ZERO
    floor: Fraction = ZERO

    def __post_init__(self) -> None:
        check_number("the effect of the text", self.effect)
        check_number("the floor of the effect", self.floor)
        n = self.rule.n_players
        if len(self.voters) != n:
            raise GameError(f"{len(self.voters)} voters for a rule of {n} members; give one each")
        conditions = [c for voter in self.voters for _, c in voter.conditions]
        players = [(t.recipient, "a transfer") for t in self.transfers]
        players += [(g.recipient, "an item") for g in self.items]
        players += [(i, "an amendment") for a in self.amendments for i in a.margins]
        players += [(i, "a condition") for c in conditions for i in voters_in(c)]
        _refuse_unknown(players, "player", n)
        others = [(k, "a condition") for c in conditions for k in adopted_in(c)]
        for k, amendment in enumerate(self.amendments):
            others += [(j, f"amendment {k}") for j in amendment.requires | amendment.excludes]
            if k in amendment.excludes:
                raise GameError(f"amendment {k} excludes itself; mark it as forbidden instead")
        _refuse_unknown(others, "amendment", len(self.amendments))
        for what in ("transfers", "items"):
            paid = [(m, "a budget") for b in self.budgets for m in getattr(b, what)]
            _refuse_unknown(paid, what[:-1], len(getattr(self, what)))
        _ = self._order  # refuses circles

    @cached_property
    def _order(self) -> tuple[int, ...]:
        """Players, each after those whose votes its conditions speak of."""
        return order_of_votes(
            [frozenset(p for _, c in v.conditions for p in voters_in(c)) for v in self.voters]
        )

    def margin(self, player: int, package: Package, which: int = 1) -> Fraction | None:
        """Return a player's margin under a package.

        Parameters
        ----------
        player : int
            The player.
        package : Package
            What is conceded.
        which : {0, 1, 2}
            Lowest, central or highest estimate.

        Returns
        -------
        Fraction or None
            None where the position is stated rather than computed.
        """
        base = self.voters[player].margin
        if base is None:
            return None
        return base[which] + self._shift(player, package)

    def _shift(self, player: int, package: Package) -> Fraction:
        """Sum what a package adds to a player's margin."""
        amendments = (self.amendments[k] for k in package.amendments)
        total = sum((a.margins.get(player, ZERO) for a in amendments), ZERO)
        for m, amount in package.transfers.items():
            if self.transfers[m].recipient == player:
                total += self.transfers[m].value * amount
        gifts = (self.items[k] for k in package.items)
        return total + sum((g.value for g in gifts if g.recipient == player), ZERO)

    def votes(self, package: Package) -> tuple[int, ...]:
        """Return every player's most likely vote under a package.

        Parameters
        ----------
        package : Package
            What is conceded.

        Returns
        -------
        tuple of int, length n
        """
        return tuple(low for low, _ in self._intervals(package, exact=True))

    def vote_intervals(self, package: Package) -> tuple[Interval, ...]:
        """Return the lowest and highest vote of every player under a package.

        Parameters
        ----------
        package : Package
            What is conceded.

        Returns
        -------
        tuple of (int, int), length n
            Sound: the true vote lies within whenever the data do.
        """
        return tuple(self._intervals(package, exact=False))

    def _intervals(self, package: Package, exact: bool) -> list[Interval]:
        found: dict[int, Interval] = {}
        for player in self._order:
            voter = self.voters[player]
            if voter.margin is not None:
                shift = self._shift(player, package)
                low, high = (voter.margin[k] + shift for k in ((1, 1) if exact else (0, 2)))
                found[player] = voter.level_at(low), voter.level_at(high)
            elif voter.stated is None:
                found[player] = (ABSENT, ABSENT)
            else:
                low_, mid_, high_ = voter.stated
                base = (mid_, mid_) if exact else (low_, high_)
                found[player] = self._conditional(voter, base, package, found)
        return [found[i] for i in range(len(self.voters))]

    @staticmethod
    def _conditional(
        voter: Voter, base: Interval, package: Package, found: Mapping[int, Interval]
    ) -> Interval:
        possible: list[int] = []
        for level, condition in voter.conditions:
            value = truth(condition, package.amendments, found)
            if value is not False:
                possible.append(level)
            if value:
                return min(possible), max(possible)
        return min([*possible, base[0]]), max([*possible, base[1]])

    def cost(self, package: Package) -> Fraction:
        """Return what a package costs those who provide it.

        Parameters
        ----------
        package : Package
            What is conceded.

        Returns
        -------
        Fraction
        """
        spent = sum((self.amendments[k].cost for k in package.amendments), ZERO)
        spent += sum((self.transfers[m].cost * t for m, t in package.transfers.items()), ZERO)
        return spent + sum((self.items[k].cost for k in package.items), ZERO)

    def violations(self, package: Package) -> tuple[str, ...]:
        """List what a package breaks; a package works when this is empty.

        Parameters
        ----------
        package : Package
            What is conceded.

        Returns
        -------
        tuple of str
            Names of requirements: ``"rule"``, ``"floor"``, ``"cap 3"``, ...
        """
        broken = []
        effect = self.effect + sum((self.amendments[k].effect for k in package.amendments), ZERO)
        if effect < self.floor:
            broken.append("floor")
        for k in sorted(package.amendments):
            amendment = self.amendments[k]
            if amendment.forbidden:
                broken.append(f"red line {k}")
            if amendment.requires - package.amendments:
                broken.append(f"requires {k}")
            if amendment.excludes & package.amendments:
                broken.append(f"excludes {k}")
        for m, amount in package.transfers.items():
            cap = self.transfers[m].cap
            if amount < 0 or (cap is not None and amount > cap):
                broken.append(f"cap {m}")
        for b, budget in enumerate(self.budgets):
            part = Package(
                transfers={m: t for m, t in package.transfers.items() if m in budget.transfers},
                items=package.items & budget.items,
            )
            if self.cost(part) > budget.limit:
                broken.append(f"budget {b}")
        if not self.rule.evaluate(self.votes(package)):
            broken.append("rule")
        return tuple(broken)

    def deletion_test(self, package: Package, resolution: Fraction) -> tuple[Deletion, ...]:
        """Leave out or lower every part of a package in turn.

        Parameters
        ----------
        package : Package
            What is conceded.
        resolution : Fraction
            The step by which a transfer is lowered; positive.

        Returns
        -------
        tuple of Deletion
            The package is irreducible when none of them still works. Free amendments are
            tested like the others.

        Raises
        ------
        GameError
            If the resolution is not positive.

        Notes
        -----
        Knows nothing of the solver: every variant is judged by :meth:`violations`.
        """
        if resolution <= 0:
            raise GameError(f"the resolution is {resolution}; it must be above 0")
        found = []
        for m, amount in sorted(package.transfers.items()):
            for less in (None, min(resolution, amount)):
                left = {**package.transfers, m: ZERO if less is None else amount - less}
                found.append(self._deletion("transfer", m, less, replace(package, transfers=left)))
        for k in sorted(package.items):
            fewer = replace(package, items=package.items - {k})
            found.append(self._deletion("item", k, None, fewer))
        for k in sorted(package.amendments):
            less_text = replace(package, amendments=package.amendments - {k})
            found.append(self._deletion("amendment", k, None, less_text))
        return tuple(found)

    def _deletion(self, part: str, number: int, less: Fraction | None, rest: Package) -> Deletion:
        return Deletion(part, number, less, not self.violations(rest))


def _refuse_unknown(used: list[tuple[int, str]], what: str, number: int) -> None:
    for index, where in used:
        if not 0 <= index < number:
            raise GameError(f"{where} speaks of {what} {index}, counted from 0; there are {number}")
