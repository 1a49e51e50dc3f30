"""Rows that cut packages off that pass too seldom, and none that pass often enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from solvers.concessions.parts import ZERO
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.buffer import absent_players, veto_players
from solvers.concessions.robust.chance import Spread
from solvers.concessions.robust.surplus import SurplusProgramme
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["ChanceRows", "Corner"]

FIRST_STEPS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
"""Where the first tangents touch, in ninths of the width of a spread."""
GRAINS = 2**20
"""Into so many steps the width of a spread is divided; corners are rounded down to them."""
SLACK = 1e-11
"""By how much tangents lie below the loss, which is in shares of what all may lose."""


@dataclass(frozen=True)
class Corner:
    """Margins, and votes of those whose margins are certain, that do not suffice together.

    Parameters
    ----------
    margins : mapping of int to Fraction
        Of those with a spread.
    votes : tuple of int, length n
        Of everybody.
    linked : frozenset of int
        Amendments whose own rules must hold too.
    """

    margins: Mapping[int, Fraction]
    votes: tuple[int, ...]
    linked: frozenset[int] = frozenset()


class ChanceRows:
    """The programme of cheapest packages, and what a probability of passage takes at least.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    spreads : mapping of int to Spread
        How margins are distributed.
    probability : Fraction
        The least probability of passage, above 0 and below 1.

    Attributes
    ----------
    model : SurplusProgramme
        The package.
    vetoes : dict of int to Fraction
        Those without whose consent nothing passes, with the margin at which they give it.

    Notes
    -----
    Nothing passes more often than its veto holders consent, each independently. The logarithm
    of such a probability is concave in the margin, for a normal distribution and for a uniform
    one, so tangents bound it from above [1]_. What the other votes take is no convex set; as it
    only grows with every margin, a corner that is not in it cuts off all that lies below [2]_.

    References
    ----------
    .. [1] A. Prékopa, Stochastic Programming, Kluwer, 1995, chapter 4 (logarithmic concavity).
    .. [2] H. Tuy, "Monotonic optimization: problems and solution approaches", SIAM Journal on
       Optimization 11 (2000), pp. 464-494.
    """

    def __init__(
        self, problem: ConcessionProblem, spreads: Mapping[int, Spread], probability: Fraction
    ) -> None:
        self.problem, self.spreads = problem, dict(spreads)
        self.model = SurplusProgramme(problem, {i: s.reach for i, s in spreads.items()})
        self.programme = self.model.programme
        self.programme.minimise(self.model.cost)
        self._count = 0
        self.away = absent_players(problem)
        self.margins = {i: self.model.sure_margin(i) for i in sorted(spreads)}
        self.vetoes = self._consents()
        self.loss: dict[int, int] = {}
        self._consent_rows(probability)

    def _consents(self) -> dict[int, Fraction]:
        """Find the veto holders with a spread, and whether to abstain is to consent."""
        rule, voters = self.problem.rule, self.problem.voters
        found: dict[int, Fraction] = {}
        for i in sorted(veto_players(rule, self.away) & self.spreads.keys()):
            votes = [ABSENT if j in self.away else YES for j in range(len(voters))]
            votes[i] = ABSTAIN
            found[i] = -Fraction(voters[i].band) if rule.evaluate(votes) else ZERO
        return found

    def _consent_rows(self, probability: Fraction) -> None:
        """Ask that the losses of all veto holders, as logarithms, stay within the whole."""
        self.whole = -math.log(probability)
        hidden = 0.0
        for i in veto_players(self.problem.rule, self.away):
            chance = float(1 - self.problem.voters[i].hidden)
            hidden += -math.log(chance) if chance > 0 else math.inf
        self.hopeless = hidden > self.whole
        if self.hopeless:
            return
        for i in self.vetoes:
            self.loss[i] = self.programme.variable(f"loss{i:04d}", 0, 1)
            for step in FIRST_STEPS:
                self.touch(i, self.vetoes[i] + self.spreads[i].width * Fraction(step) / 9)
        if self.loss:
            left = 1 - hidden / self.whole + SLACK
            self.programme.row("losses", dict.fromkeys(self.loss.values(), 1), "<=", left)

    def loss_at(self, player: int, margin: Fraction) -> float:
        """Return minus the logarithm of a veto holder's consent, in shares of the whole.

        Parameters
        ----------
        player : int
            A veto holder with a spread.
        margin : Fraction
            Its central margin.

        Returns
        -------
        float
        """
        chance = self.spreads[player].least(margin - self.vetoes[player])
        return -math.log(chance) / self.whole if chance > 0 else math.inf

    def touch(self, player: int, margin: Fraction) -> bool:
        """Add the tangent to the loss of a veto holder at a margin.

        Parameters
        ----------
        player : int
            A veto holder with a spread.
        margin : Fraction
            Where it touches.

        Returns
        -------
        bool
            Whether there is one of use.
        """
        value, distance = self.loss_at(player, margin), margin - self.vetoes[player]
        chance = float(self.spreads[player].least(distance))
        if not 0 < value < 4 or chance <= 0:
            return False
        width = self.spreads[player].width
        steep = self.spreads[player].slope(distance) / chance / self.whole * float(width)
        if not 0 < steep < 1e6:
            return False
        # loss >= value - steep (M - margin) / width; slack keeps rounding on the safe side.
        form, constant, _ = self.margins[player]
        start = value + steep * float((margin - constant) / width) - SLACK
        terms = {v: steep * float(c / width) for v, c in form.items()}
        self._count += 1
        name = f"tangent{self._count:05d}"
        self.programme.row(name, terms | {self.loss[player]: 1.0}, ">=", start)
        return True

    def top(self, player: int) -> Fraction:
        """Return the margin beyond which more makes no difference, or cannot be had.

        Parameters
        ----------
        player : int
            Someone with a spread.

        Returns
        -------
        Fraction
        """
        return min(self.spreads[player].reach, self.model.margin(player).high)

    def cut(self, corner: Corner) -> bool:
        """Ask that something exceed a corner below which no package suffices.

        Parameters
        ----------
        corner : Corner
            Margins and votes that do not suffice together.

        Returns
        -------
        bool
            False where nothing can exceed it: then no package suffices.
        """
        p = self.programme
        self._count += 1
        name = f"corner{self._count:05d}"
        terms: dict[int, int] = {}
        constant = 0
        for i in (j for j in range(len(self.problem.voters)) if j not in self.away):
            if i in self.spreads:
                form, base, low = self.margins[i]
                if corner.margins[i] < self.top(i):
                    beyond = p.variable(f"{name}-{i:04d}", 0, 1, integer=True)
                    grain = self.spreads[i].width / GRAINS
                    rise = max(ZERO, (corner.margins[i] - low) // grain * grain)
                    # M >= low + rise beyond
                    p.row(f"{name}-{i:04d}", form | {beyond: -rise}, ">=", low - base)
                    terms[beyond] = 1
            elif corner.votes[i] == ABSTAIN:
                terms[self.model.y[i]] = 1
            elif corner.votes[i] == NO:
                terms[self.model.n[i]] = -1
                constant += 1
        for k in corner.linked:  # without one of them the chance may be better
            terms[self.model.z[k]] = -1
            constant += 1
        p.row(name, terms, ">=", 1 - constant)
        return bool(terms)
