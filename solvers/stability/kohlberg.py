"""Kohlberg's criterion in exact arithmetic: whether the stages of a proof prove its point."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from math import floor, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.games.worths import Floats
from solvers.stability.integer_rows import Span, indicator
from solvers.stability.problem import COALITION, Problem, Proof, Stage

__all__ = ["proof_faults"]

CHUNK = 15  # players inside a chunk: its arrays stay in the cache
SAFE = 1 << 62
UNITS = (1, 1 << 10)  # denominators that are tried for doubles


def proof_faults(problem: Problem, proof: Proof) -> tuple[str, ...]:
    """Check a proof from the worths alone; nothing of what found it is used.

    Parameters
    ----------
    problem : Problem
        What is claimed to be minimised lexicographically.
    proof : Proof
        The point and its stages. If it is not complete, the point is claimed to be optimal in
        as many stages as there are.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if it is proved.

    Notes
    -----
    In each stage (1) every row holds with equality at the level, (2) a positive combination of
    the rows is a combination of what is settled: the rows are balanced, (3) every coalition with
    a larger excess depends on what is settled. Collections of one level may be spread over
    stages. When the settled rows have rank n the point is proved to be the only one. All 2^n
    excesses are compared as integers; where these exceed 62 bits, as doubles with a bound on
    their error, and one by one as fractions where this leaves it open.

    References
    ----------
    .. [1] E. Kohlberg, "On the nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 20 (1971), pp. 62-66.
    .. [2] M. Benedek, J. Fliege and T.-D. Nguyen, "Finding and verifying the nucleolus of
       cooperative games", Mathematical Programming 190 (2021), pp. 135-170.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> from solvers.stability.families import PLAIN
    >>> third, one = Fraction(1, 3), Fraction(1)
    >>> majority = Problem(TUGame([0, 0, 0, 1, 0, 1, 1, 1]), PLAIN, ((7, one),))
    >>> stage = Stage(third, ((3, 0), (5, 0), (6, 0)), (third, third, third))
    >>> proof_faults(majority, Proof((third, third, third), (stage,), True))
    ()
    >>> proof_faults(majority, Proof((Fraction(1, 2), Fraction(1, 2), 0 * one), (stage,), True))
    ('stage 1: {1, 2} has excess 0, not 1/3',)
    """
    n, point = problem.game.n_players, proof.point
    if len(point) != n:
        return (f"{len(point)} shares for {n} players",)
    span = Span(n)
    for mask, value in problem.equations:
        span.add(indicator(mask, n))
        if _inside(point, mask) != value:
            return (f"{_set(problem, mask)} shares {_inside(point, mask)}, not {value}",)
    for i, least in enumerate(problem.floors or ()):
        if point[i].numerator * least.denominator < least.numerator * point[i].denominator:
            return (f"player {problem.game.players[i]} has {point[i]}, less than {least}",)
    steps: list[tuple[Fraction, Span]] = []
    for number, stage in enumerate(proof.stages, start=1):
        wrong = _stage_fault(problem, point, stage, span)
        if wrong:
            return (f"stage {number}: {wrong}",)
        steps.append((stage.level, span.copy()))
        for mask, _ in stage.rows:
            span.add(indicator(mask, n))
    if proof.complete and span.rank < n:
        return (f"the settled coalitions have rank {span.rank}; another point may do as well",)
    found = _Scan(problem, point, steps).first_above()
    if found is not None:
        number, mask = found
        return (
            f"stage {number + 1}: {_set(problem, mask)} has a larger excess than "
            f"{proof.stages[number].level} and is not settled",
        )
    return ()


def _stage_fault(
    problem: Problem, point: Sequence[Fraction], stage: Stage, span: Span
) -> str | None:
    """Check equalities and balancedness of one stage."""
    n, game = len(point), problem.game
    if not stage.rows or len(stage.rows) != len(stage.weights):
        return "there is not one weight for each row"
    if min(w.numerator for w in stage.weights) <= 0:
        return "a weight is not positive"
    shared = lcm(*(w.denominator for w in stage.weights))
    by = lcm(*(x.denominator for x in point))
    shares = [x.numerator * (by // x.denominator) for x in point]
    level, per = stage.level.numerator, stage.level.denominator
    total = [0] * n
    for (mask, kind), weight in zip(stage.rows, stage.weights, strict=True):
        members = [i for i in range(n) if mask >> i & 1]
        share = sum([shares[i] for i in members])  # over by
        if kind == COALITION:
            divisor, worth = problem.family.divisor(game, mask), game.worth(mask)
            # worth = share / by + level / per * divisor, all multiplied up
            up = by * per * divisor.denominator
            claimed = share * per * divisor.denominator + level * divisor.numerator * by
            if worth.numerator * up != claimed * worth.denominator:
                excess = (worth - Fraction(share, by)) / (divisor or 1)
                return f"{_set(problem, mask)} has excess {excess}, not {stage.level}"
        elif problem.floors is None or mask.bit_count() != 1:
            return f"{_set(problem, mask)} has no lower bound"
        elif Fraction(share, by) != problem.floors[mask.bit_length() - 1]:
            return f"{_set(problem, mask)} is not at its lower bound"
        whole = weight.numerator * (shared // weight.denominator)
        for i in members:
            total[i] += whole
    return None if span.has(total) else "the weighted rows add up to nothing that is settled"


def _inside(point: Sequence[Fraction], mask: int) -> Fraction:
    members = [x for i, x in enumerate(point) if mask >> i & 1]
    by = lcm(*[x.denominator for x in members])
    return Fraction(sum([x.numerator * (by // x.denominator) for x in members]), by)


def _set(problem: Problem, mask: int) -> str:
    return "{" + ", ".join(problem.game.coalition(mask)) + "}"


class _Scan:
    """Goes through all coalitions, a chunk at a time, stage by stage."""

    def __init__(
        self,
        problem: Problem,
        point: Sequence[Fraction],
        steps: Sequence[tuple[Fraction, Span]],
    ) -> None:
        self.problem, self.point = problem, point
        self.game, self.family = problem.game, problem.family
        self.n = len(point)
        self.low = min(self.n, CHUNK)
        self.levels = [level for level, _ in steps]
        self.spans = [span for _, span in steps]
        self.packs: list[list[tuple[Any, list[int]]] | None] = [None] * len(steps)
        self.sizes = np.bitwise_count(np.arange(1 << self.low)).astype(np.int64)
        self.doubles = False
        self.integers = self._scaled()
        self.width = self._float_error()

    def _scaled(self) -> tuple[int, list[int], int] | None:
        """Denominator of the worths, shares and factor of the worths, if all fits 62 bits."""
        if self.family.mode == 2:
            return None
        top = self._largest()
        unit = self._unit()
        if top is None or unit is None:
            return None
        by = lcm(*(x.denominator for x in self.point))
        shares = [x.numerator * (by // x.denominator) * unit for x in self.point]
        reach = top * unit * by + sum(map(abs, shares))
        levels = max((abs(x) for x in self.levels), default=Fraction(0))
        reach += levels * by * unit * self.n
        if reach >= SAFE:
            return None
        # Integers that doubles hold without rounding: nothing need be converted.
        self.doubles = not self.game.is_exact and reach < 1 << 53
        return unit, shares, by

    def _largest(self) -> Fraction | None:
        game = self.game
        if game.is_exact and game.numerators.dtype == object:
            return None
        table: Any = game.numerators if game.is_exact else game.values
        top = max(Fraction(table.max().item()), -Fraction(table.min().item()))
        return top / game.denominator if game.is_exact else top

    def _unit(self) -> int | None:
        """Find a common denominator of the worths; of doubles only a small one."""
        if self.game.is_exact:
            return self.game.denominator
        values = self.game.values
        for unit in UNITS:
            for k in range(0, values.size, 1 << CHUNK):
                part = values[k : k + (1 << CHUNK)]
                part = part if unit == 1 else part * unit
                if not np.array_equal(part, np.rint(part)):
                    break
            else:
                return unit
        return None

    def _worths(self, chunk: slice, unit: int, by: int) -> Any:
        """Numerators of a chunk, times by."""
        if self.game.is_exact:
            return self.game.numerators[chunk] * by
        if self.doubles:
            return self.game.values[chunk] * float(unit * by)
        return (self.game.values[chunk] * unit).astype(np.int64) * by

    def _float_error(self) -> float:
        """Bound the error of an excess minus its bound in doubles: n + 8 roundings, twice."""
        if self.integers is not None:
            return 0.0
        values = self.game.values
        top = max(-float(values.min()), float(values.max()))
        widest = 1.0 if self.family.mode == 0 else float(self.n)
        if self.family.mode == 2:
            widest = 3 * top
        level = max((abs(float(x)) for x in self.levels), default=0.0)
        reach = top + sum(abs(float(x)) for x in self.point) + level * widest
        return (self.n + 8) * 2.0**-52 * reach

    def first_above(self) -> tuple[int, int] | None:
        """Find a stage and a coalition above its level that is not settled."""
        sums = self._low_sums()
        for high in range(1 << (self.n - self.low)):
            found = self._chunk(high, sums)
            if found is not None:
                return found
        return None

    def _low_sums(self) -> Any:
        if self.integers is None:
            return _sums(np.array([float(x) for x in self.point[: self.low]]))
        kind = np.float64 if self.doubles else np.int64
        return _sums(np.array(self.integers[1][: self.low], kind))

    def _chunk(self, high: int, sums: Any) -> tuple[int, int] | None:
        start = high << self.low
        span = slice(start, start + (1 << self.low))
        upper = [i for i in range(self.n - self.low) if high >> i & 1]
        settled: NDArray[np.bool_] | None = None
        gaps: Any
        if self.integers is not None:
            unit, shares, by = self.integers
            gaps = self._worths(span, unit, by)
            gaps -= sums
            rest = sum([shares[self.low + i] for i in upper])
            bounds = [self._bound(level * by * unit, high) + rest for level in self.levels]
            # Few coalitions are above any level: only these are gone through stage by stage.
            far = np.flatnonzero(gaps > functools.reduce(np.minimum, bounds)) if bounds else None
            gaps = gaps if far is None else gaps[far]
            for number, bound in enumerate(bounds):
                above = gaps > (bound[far] if self.family.mode else bound)
                settled, place = self._check(number, above, settled, high, far)
                if place is not None:
                    return number, start + place
            return None
        gaps = self.game.values[span] - sums
        gaps -= float(sum((self.point[self.low + i] for i in upper), Fraction(0)))
        for number, level in enumerate(self.levels):
            rest = gaps - float(level) * self._divisors(high)
            open_ = np.flatnonzero(np.abs(rest) <= self.width)
            above = rest > self.width
            hard = self._hard(high)
            for place in open_.tolist():
                above[place] = self._exactly_above(start + place, level)
            if hard is not None and bool(np.any(above & hard)):
                return number, start + int(np.argmax(above & hard))
            settled, at = self._check(number, above, settled, high)
            if at is not None:
                return number, start + at
        return None

    def _bound(self, level: Fraction, high: int) -> Any:
        """Largest integer that a gap may be at a level, a number or one by coalition."""
        if self.family.mode == 0:
            return floor(level)
        table = np.array([floor(level * k) for k in range(self.n + 1)], np.int64)
        return table[self.sizes + high.bit_count()]

    def _divisors(self, high: int) -> Any:
        if self.family.mode == 0:
            return 1.0
        if self.family.mode == 1:
            return self.sizes + high.bit_count()
        start, stop = high << self.low, (high + 1) << self.low
        values: Floats = self.game.values
        if self.family.name == "worth":
            return values[start:stop]
        return values[-1] - values[start:stop] - values[::-1][start:stop]

    def _hard(self, high: int) -> NDArray[np.bool_] | None:
        """Say where there is no excess but a bound; where doubles leave it open, exactly."""
        if self.family.mode < 2:
            return None
        start = high << self.low
        divisors = np.abs(self._divisors(high))
        near = np.flatnonzero(divisors <= self.width).tolist()
        hard = np.zeros(1 << self.low, bool)
        for place in near:
            hard[place] = self.family.divisor(self.game, start + place) == 0
        return hard

    def _exactly_above(self, mask: int, level: Fraction) -> bool:
        gap = self.game.worth(mask) - _inside(self.point, mask)
        return gap > level * self.family.divisor(self.game, mask)

    def _check(
        self,
        number: int,
        above: NDArray[np.bool_],
        settled: NDArray[np.bool_] | None,
        high: int,
        far: NDArray[np.int64] | None = None,
    ) -> tuple[NDArray[np.bool_] | None, int | None]:
        """Test the coalitions above a level that no earlier stage settled.

        far are their places in the chunk; all in order where it is None.
        """
        new = above if settled is None else above & ~settled
        places = np.flatnonzero(new)
        if places.size == 0:
            return settled, None
        if far is not None:
            places = far[places]
        packs = self.packs[number]
        if packs is None:
            packs = self.packs[number] = [
                (_sums(np.array(v[: self.low], dtype=kind)), v[self.low :])
                for v, kind in _packed(self.spans[number].normals())
            ]
        for table, rest in packs:
            turn = sum(value for i, value in enumerate(rest) if high >> i & 1)
            wrong = np.flatnonzero(table[places] + turn)
            if wrong.size:
                return settled, int(places[wrong[0]])
        return new if settled is None else settled | new, None


def _sums(values: NDArray[Any]) -> NDArray[Any]:
    """Add up every subset, by bitmask."""
    total = np.zeros(1 << values.size, values.dtype)
    for i, value in enumerate(values):
        np.add(total[: 1 << i], value, out=total[1 << i : 2 << i])
    return total


def _packed(vectors: Sequence[Sequence[int]]) -> list[tuple[list[int], Any]]:
    """Pack vectors as digits of one, so that a subset sum is zero iff that of each of them is."""
    packs: list[tuple[list[int], Any]] = []
    sums: list[int] = []
    reach = SAFE
    for vector in vectors:
        most = sum(map(abs, vector))
        if sums and reach * (2 * most + 1) + most < SAFE:
            factor = 2 * most + 1
            sums = [factor * a + b for a, b in zip(sums, vector, strict=True)]
            reach = factor * reach + most
            packs[-1] = (sums, np.int64)
        else:
            sums, reach = list(vector), most
            packs.append((sums, np.int64 if most < SAFE else object))
    return packs
