"""The programme of a concession problem with room to pay more than a vote takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.model import PackageProgramme
from solvers.errors import GameError

__all__ = ["SurplusProgramme"]


class SurplusProgramme(PackageProgramme):
    """A programme in which payments may lift margins beyond what the votes take.

    Parameters
    ----------
    problem : ConcessionProblem
        The data, without votes that move the margins of others.
    room : mapping of int to Fraction
        How far above a yes payments may lift the margin of each player.

    Raises
    ------
    GameError
        If votes move the margins of others.

    References
    ----------
    .. [1] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.
    """

    def __init__(self, problem: ConcessionProblem, room: Mapping[int, Fraction]) -> None:
        if problem.bandwagon:
            raise GameError(
                "margins are compared here that votes do not move; leave out the bandwagon terms"
            )
        self.room = room
        super().__init__(problem)

    def _needed(self, m: int) -> Fraction:
        transfer = self.problem.transfers[m]
        return super()._needed(m) + self.room.get(transfer.recipient, ZERO) / transfer.value

    def sure_margin(self, player: int) -> tuple[dict[int, Fraction], Fraction, Fraction]:
        """Return a player's margin, its doubts taken off, as a linear form.

        Parameters
        ----------
        player : int
            A player with a margin.

        Returns
        -------
        dict of int to Fraction, Fraction, Fraction
            Terms by variable, the constant, and what the margin never falls below.
        """
        margin = self.margin(player)
        doubt, sure = self.doubts.at_most(player, self.problem.voters[player].doubts)
        terms = margin.terms | {v: -x for v, x in doubt.items()}
        return terms, margin.base - sure, margin.low

    def package_at(self, point: Sequence[Fraction]) -> Package:
        """Read a package off an exact point.

        Parameters
        ----------
        point : sequence of Fraction
            One value per variable.

        Returns
        -------
        Package
        """
        amounts = {m: point[v] * self.most[m] for m, v in enumerate(self.t)}
        givers = self.problem.contributions
        given = {c: point[v] * givers[c].most for c, v in enumerate(self.given)}
        return Package(
            frozenset(k for k, v in enumerate(self.z) if point[v]),
            {m: amount for m, amount in amounts.items() if amount},
            frozenset(k for k, v in enumerate(self.s) if point[v]),
            {c: amount for c, amount in given.items() if amount},
        )
