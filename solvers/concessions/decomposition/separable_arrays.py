"""The numbers of a separable problem as arrays, for the compiled loops.

Margins of a player are counted in units of its own, so small that all of them are whole
numbers where that can be: then a float holds them exactly, and a margin of just 0 is seen as
one. Costs are floats; what is proved with them keeps a distance of 1e-9.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.branches import Branch
from solvers.concessions.decomposition.level_costs import Mode
from solvers.concessions.parts import ZERO
from solvers.rules.votes import ABSTAIN, NO, YES

if TYPE_CHECKING:
    from solvers.concessions.decomposition.separable import Separable

__all__ = ["RuleArrays", "SeparableArrays", "arrays_of", "rule_arrays"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int8]

WHOLE: Final = 2**50  # sums of margins below this are exact as floats


@dataclass(frozen=True)
class RuleArrays:
    """Alternatives of a rule over f free players.

    Parameters
    ----------
    floors : ndarray of int8, shape (b, f)
        Lowest votes.
    first : ndarray of int64, shape (b + 1,)
        Where the rows of each alternative begin.
    counts : ndarray of float64, shape (r, 3, f)
        What votes count, by row and level.
    need : ndarray of float64, shape (r,)
        What they must reach.
    """

    floors: Small
    first: Ints
    counts: Floats
    need: Floats

    @property
    def packed(self) -> tuple[Small, Ints, Floats, Floats]:
        """What the compiled loops take."""
        return self.floors, self.first, self.counts, self.need


@dataclass(frozen=True)
class SeparableArrays:
    """A separable problem of f free players and k amendments that may be adopted.

    Parameters
    ----------
    costs : ndarray of float64, shape (k,)
        Costs of the amendments, in the order of ``Separable.content``.
    base, band, slack : ndarray of float64, shape (f,)
        Margins without amendments and payments, acquiescence bands, and what counts as
        nothing when something is missing; each player in its own unit, free players in the
        order of ``Separable.free``.
    effects : ndarray of float64, shape (k, f)
        What the amendments add.
    together : ndarray of int64, shape (c,)
        Combinations, as bits of amendments.
    together_cost, together_effects : ndarray of float64, shapes (c,), (c, f)
        What they add to cost and margins.
    first : ndarray of int64, shape (f + 1,)
        Where the pieces of each player's cost curve begin.
    start, price, slope : ndarray of float64
        Pieces: beyond a shortfall of ``start`` it costs ``price`` and ``slope`` for each unit
        further, up to and including the start of the next. Infinite where nothing suffices.
        The slack is in them.
    unit : tuple of int, length f
        How many of its units make one of the margin of a player.
    rule : RuleArrays
        The rule.
    """

    costs: Floats
    base: Floats
    band: Floats
    slack: Floats
    effects: Floats
    together: Ints
    together_cost: Floats
    together_effects: Floats
    first: Ints
    start: Floats
    price: Floats
    slope: Floats
    unit: tuple[int, ...]
    rule: RuleArrays

    @property
    def text(self) -> tuple[Floats, Floats, Floats, Floats, Floats, Ints, Floats, Floats]:
        """What the compiled loops take of amendments and margins."""
        margins = (self.base, self.band, self.slack, self.effects)
        return self.costs, *margins, self.together, self.together_cost, self.together_effects

    @property
    def curves(self) -> tuple[Ints, Floats, Floats, Floats]:
        """What they take of the cost curves."""
        return self.first, self.start, self.price, self.slope


def arrays_of(separable: Separable) -> SeparableArrays:
    """Write a separable problem as arrays.

    Parameters
    ----------
    separable : Separable
        The problem.

    Returns
    -------
    SeparableArrays
        A player whose stated vote hangs on amendments stands there as its highest vote.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004,
       chapter 11 (multiple-choice knapsacks).
    """
    problem, free = separable.problem, separable.free
    amendments = [problem.amendments[k] for k in separable.content]
    bits = {k: bit for bit, k in enumerate(separable.content)}
    combinations = [
        c for c in problem.combinations if not c.forbidden and all(k in bits for k in c.amendments)
    ]
    base, band, slack = (np.zeros(len(free)) for _ in range(3))
    effects = np.zeros((len(amendments), len(free)))
    together = np.zeros((len(combinations), len(free)))
    pieces: list[list[tuple[float, float, float]]] = []
    units = []
    for j, i in enumerate(free):
        if i in separable.base:
            own = [a.margins.get(i, ZERO) for a in amendments]
            own += [c.margins.get(i, ZERO) for c in combinations]
            unit, tolerance = _unit(separable, i, own)
            base[j] = separable.base[i] * unit
            band[j] = problem.voters[i].band * unit
            moved = np.array([float(x * unit) if x else 0.0 for x in own])
            effects[:, j] = moved[: len(amendments)]
            together[:, j] = moved[len(amendments) :]
            slack[j] = tolerance
            pieces.append(_curve(separable.modes[i], unit, tolerance))
        else:
            unit = 1
            highest = _highest_stated(separable, i)
            base[j], band[j] = (1, 0) if highest == YES else (-1, 1 if highest == ABSTAIN else 0)
            pieces.append(_curve((), unit, 0.0))
        units.append(unit)
    flat = [piece for own_pieces in pieces for piece in own_pieces]
    start, price, slope = np.array(flat, float).reshape(-1, 3).T.copy()
    return SeparableArrays(
        np.array([float(a.cost) for a in amendments]),
        base,
        band,
        slack,
        effects,
        np.array([sum(1 << bits[k] for k in c.amendments) for c in combinations], np.int64),
        np.array([float(c.cost) for c in combinations]),
        together,
        np.cumsum([0, *map(len, pieces)]).astype(np.int64),
        start,
        price,
        slope,
        tuple(units),
        rule_arrays(separable.branches, free),
    )


def rule_arrays(branches: Sequence[Branch], free: Sequence[int]) -> RuleArrays:
    """Write the alternatives of a rule as arrays over the free players.

    Parameters
    ----------
    branches : sequence of Branch
        The alternatives.
    free : sequence of int
        The players whose vote is open.

    Returns
    -------
    RuleArrays
    """
    floors = [[branch.floors[i] for i in free] for branch in branches]
    rows = [row for branch in branches for row in branch.rows]
    counts = np.array(
        [[[row.counts[v][i] for i in free] for v in (NO, ABSTAIN, YES)] for row in rows], float
    )
    return RuleArrays(
        np.array(floors, np.int8).reshape(len(branches), len(free)),
        np.cumsum([0, *(len(b.rows) for b in branches)]).astype(np.int64),
        counts.reshape(len(rows), 3, len(free)),
        np.array([row.need for row in rows], float),
    )


def _unit(separable: Separable, player: int, effects: Iterable[Fraction]) -> tuple[int, float]:
    """Return the unit of a player, and what counts as nothing in it."""
    numbers = [separable.base[player], Fraction(separable.problem.voters[player].band), *effects]
    for mode in separable.modes[player]:
        numbers.append(Fraction(mode.value))
        numbers += [Fraction(f.cap * f.value) for f in mode.fillings if f.cap is not None]
    unit = lcm(*(x.denominator for x in numbers))
    largest = sum(abs(x) for x in numbers)
    if unit * largest < WHOLE:
        return unit, 0.5
    return 1, 1e-9 * max(1.0, float(largest))


def _highest_stated(separable: Separable, player: int) -> int:
    voter = separable.problem.voters[player]
    stated = NO if voter.stated is None else voter.stated[1]
    return max([stated, *(level for level, _ in voter.conditions)])


def _curve(modes: Sequence[Mode], unit: int, slack: float) -> list[tuple[float, float, float]]:
    """Lower envelope of what the modes cost: pieces (start, price beyond it, slope).

    The price may leap where a mode begins or ends; there the cheaper side goes on for the slack.
    """
    lines = [line for mode in modes for line in _lines(mode, unit)]
    points = sorted({0.0, *(x for line in lines for x in line[:2] if x < math.inf)})
    pieces: list[tuple[float, float, float]] = []
    for begin, end in itertools.pairwise([*points, math.inf]):
        here = [(c + s * (begin - x), s) for x, last, c, s in lines if x <= begin and last >= end]
        if not here:
            pieces.append((begin + slack, math.inf, 0.0))
            continue
        price, slope = min(here)
        pieces.append((begin + slack, price + slope * slack, slope))
        while True:  # a line that rises less may cross the lowest one further on
            flatter = [((c - price) / (slope - s), s, c) for c, s in here if s < slope]
            if not flatter or begin + min(flatter)[0] >= end:
                break
            further, slope, price = min(flatter)
            further = max(further, slack)
            pieces.append((begin + further, price + slope * further, slope))
    return pieces


def _lines(mode: Mode, unit: int) -> list[tuple[float, float, float, float]]:
    """List what one mode costs: (from, to, cost at the beginning, slope), in turn."""
    at, cost = float(mode.value * unit), float(mode.fixed)
    lines = [(0.0, at, cost, 0.0)] if at else []
    for filling in mode.fillings:
        slope = float(filling.cost / filling.value / unit)
        reach = math.inf if filling.cap is None else float(filling.cap * filling.value * unit)
        lines.append((at, at + reach, cost, slope))
        if filling.cap is None:
            break
        at, cost = at + reach, cost + slope * reach
    return lines
