"""What it takes to bring a text through a rule: the data of the problem, checked to fit together.

Everything is exact: fractions and integers. How a package is judged, on the same data and by no
solver, stands in :mod:`solvers.concessions.judgement`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from solvers.concessions import judgement
from solvers.concessions.parts import (
    ZERO,
    Amendment,
    Budget,
    Deletion,
    Doubts,
    Item,
    Package,
    Transfer,
    Voter,
    check_number,
)
from solvers.concessions.ties import AtMost, Channel, Combination, Contribution, Need, ThirdParty
from solvers.errors import GameError
from solvers.rules.rule import Rule
from solvers.rules.vote_conditions import Interval, adopted_in, order_of_votes, voters_in

__all__ = [
    "Amendment",
    "AtMost",
    "Budget",
    "Channel",
    "Combination",
    "ConcessionProblem",
    "Contribution",
    "Deletion",
    "Doubts",
    "Item",
    "Need",
    "Package",
    "ThirdParty",
    "Transfer",
    "Voter",
]


@dataclass(frozen=True)
class ConcessionProblem:
    """The data of one option before one decision rule.

    Parameters
    ----------
    rule : Rule
        The rule that must be met. Bodies that decide one after another, or one in place of
        another, are parts of one rule over all their members.
    voters : tuple of Voter, length n
        One per player; an absent player has neither a stated vote nor a margin.
    amendments, transfers, items, budgets : tuples
        The instruments.
    effect, floor : Fraction
        Protective effect of the text as it stands, and the least that is acceptable.
    combinations, limits, channels, needs, contributions, third_parties : tuples
        What ties the instruments together.
    bandwagon : mapping of (int, int) to Fraction
        What a yes of the second player adds to the margin of the first; at least 0.
    pessimistic : bool
        Whether votes that hold one another up are counted only where they arise by themselves:
        the least of the votes that are consistent with one another rather than the greatest.

    Raises
    ------
    GameError
        If there is not one voter per player, a part speaks of a player, amendment, instrument,
        need or third party that is not there, or an amendment excludes or requires itself.
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
    combinations: tuple[Combination, ...] = ()
    limits: tuple[AtMost, ...] = ()
    channels: tuple[Channel, ...] = ()
    needs: tuple[Need, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    third_parties: tuple[ThirdParty, ...] = ()
    bandwagon: Mapping[tuple[int, int], Fraction] = field(default_factory=dict)
    pessimistic: bool = False

    def __post_init__(self) -> None:
        check_number("the effect of the text", self.effect)
        check_number("the floor of the effect", self.floor)
        if len(self.voters) != self.rule.n_players:
            raise GameError(
                f"{len(self.voters)} voters for a rule of {self.rule.n_players} members; "
                f"give one each"
            )
        for what, used in _references(self).items():
            kind, number = what, len(getattr(self, _PLACES[what]))
            for index, where in used:
                if not 0 <= index < number:
                    raise GameError(
                        f"{where} speaks of {kind} {index}, counted from 0; there are {number}"
                    )
        for k, amendment in enumerate(self.amendments):
            if k in amendment.excludes:
                raise GameError(f"amendment {k} excludes itself; mark it as forbidden instead")
            if amendment.route is not None and amendment.route.n_players != len(self.voters):
                raise GameError(
                    f"the rule of amendment {k} is not over the {len(self.voters)} voters"
                )
        self._check_channels()
        self._check_bandwagon()
        _ = self.order  # refuses circles

    def _check_channels(self) -> None:
        for c, channel in enumerate(self.channels):
            to = {self.transfers[m].recipient for m in channel.transfers}
            to |= {self.items[k].recipient for k in channel.items}
            if len(to) > 1:
                raise GameError(f"channel {c} leads to {len(to)} players; give each its own")

    def _check_bandwagon(self) -> None:
        for (follower, leader), push in self.bandwagon.items():
            check_number(f"what a yes of player {leader} adds for {follower}", push, least=0)
            if self.voters[follower].margin is None:
                raise GameError(f"player {follower} follows others but has no margin; give one")
            if self.voters[leader].conditions:
                raise GameError(
                    f"player {leader} leads others and has conditions; only one of the two is "
                    f"modelled"
                )

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Players, each after those whose votes its conditions speak of."""
        return order_of_votes(
            [frozenset(p for _, c in v.conditions for p in voters_in(c)) for v in self.voters]
        )

    def margin(self, player: int, package: Package, which: int = 1) -> Fraction | None:
        """Return a player's margin under a package, without what others' votes add.

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
        return base[which] + judgement.shift(self, player, package)

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
        return tuple(low for low, _ in judgement.intervals(self, package, exact=True))

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
        return tuple(judgement.intervals(self, package, exact=False))

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
        return judgement.cost(self, package)

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
        return judgement.violations(self, package)

    def deletion_test(self, package: Package, resolution: Fraction) -> tuple[Deletion, ...]:
        """Leave out or lower every part of a package in turn.

        Parameters
        ----------
        package : Package
            What is conceded.
        resolution : Fraction
            The step by which amounts are lowered; positive.

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
        return judgement.deletion_test(self, package, resolution)


_PLACES = {
    "player": "voters",
    "amendment": "amendments",
    "transfer": "transfers",
    "item": "items",
    "need": "needs",
    "third party": "third_parties",
}


def _references(problem: ConcessionProblem) -> dict[str, list[tuple[int, str]]]:
    """Collect every number by which one part speaks of another, and who speaks."""
    found: dict[str, list[tuple[int, str]]] = {what: [] for what in _PLACES}

    def note(what: str, numbers: Iterable[int], where: str) -> None:
        found[what] += [(index, where) for index in numbers]

    for voter in problem.voters:
        for _, condition in voter.conditions:
            note("player", voters_in(condition), "a condition")
            note("amendment", adopted_in(condition), "a condition")
        if voter.doubts is not None:
            note("amendment", voter.doubts.amendments, "a doubt")
    for k, a in enumerate(problem.amendments):
        note("player", a.margins, "an amendment")
        note("amendment", a.requires | a.excludes, f"amendment {k}")
        note("third party", a.harm, f"amendment {k}")
    for t in problem.transfers:
        note("player", (t.recipient,), "a transfer")
        note("third party", t.harm, "a transfer")
    for g in problem.items:
        note("player", (g.recipient,), "an item")
        note("third party", g.harm, "an item")
    for where, groups in (("a budget", problem.budgets), ("a channel", problem.channels)):
        for group in groups:
            note("transfer", group.transfers, where)
            note("item", group.items, where)
    for combination in problem.combinations:
        note("amendment", combination.amendments, "a combination")
        note("player", combination.margins, "a combination")
    for limit in problem.limits:
        note("amendment", limit.amendments, "a limit")
    for need in problem.needs:
        note("amendment", need.amendments, "a need")
    for c in problem.contributions:
        note("player", (c.player,), "a contribution")
        note("need", (c.need,), "a contribution")
    note("player", (i for pair in problem.bandwagon for i in pair), "a bandwagon term")
    return found
