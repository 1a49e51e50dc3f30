"""Ways to pay players under one text when budgets are shared, and what they draw on.

A way is one set of items and channels that brings one player to one vote; how its transfers are
mixed is left open, since budgets may run out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solvers.concessions.decomposition.level_costs import Mode
from solvers.concessions.parts import ZERO, Budget
from solvers.concessions.problem import ConcessionProblem
from solvers.rules.votes import ABSTAIN, YES

if TYPE_CHECKING:
    from solvers.concessions.listing.text_options import TextOptions

__all__ = ["Way", "draws", "ways_under"]


@dataclass(frozen=True)
class Way:
    """One way to bring one player to a vote.

    Parameters
    ----------
    player, level : int
        Who, and to which vote at least.
    mode : Mode
        Items given, channels opened, transfers used.
    need : Fraction
        What the transfers must add to the margin; 0 where the items suffice.
    """

    player: int
    level: int
    mode: Mode
    need: Fraction


def draws(problem: ConcessionProblem, budget: Budget, transfer: int) -> Fraction:
    """Return what a unit of a transfer draws from a budget.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    budget : Budget
        The budget.
    transfer : int
        The transfer.

    Returns
    -------
    Fraction
    """
    if transfer not in budget.transfers:
        return ZERO
    return Fraction(1) if budget.units else problem.transfers[transfer].cost


def ways_under(priced: TextOptions, adopted: frozenset[int]) -> tuple[list[int], list[Way]]:
    """List all ways to pay under a text, budgets left aside.

    Parameters
    ----------
    priced : TextOptions
        The problem.
    adopted : frozenset of int
        Amendments.

    Returns
    -------
    list of int, list of Way
        Votes when nobody is paid; ways by player.

    References
    ----------
    .. [1] G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5 (1957),
       pp. 266-277.
    """
    votes = priced.votes(adopted)
    found: list[Way] = []
    for i, margin in priced.margins(adopted).items():
        band = priced.band[i]
        for level, bar in ((ABSTAIN, -band), (YES, 0)):
            if level <= votes[i] or (level == ABSTAIN and not band):
                continue
            for mode in priced.separable.modes[i]:
                need = max(Fraction(bar - margin, priced.scale) - mode.value, ZERO)
                caps = [f.cap for f in mode.fillings]
                worths = (cap * f.value for cap, f in zip(caps, mode.fillings, strict=True) if cap)
                if None in caps or sum(worths, ZERO) >= need:
                    found.append(Way(i, level, mode, need))
    return votes, found
