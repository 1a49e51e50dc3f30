"""Lexicographic minimisation in doubles by compiled code, and the exact point recovered from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.errors import SolverError
from solvers.games.game import TUGame
from solvers.games.worths import Floats
from solvers.stability.families import Family
from solvers.stability.integer_rows import Span, dependency, indicator
from solvers.stability.problem import COALITION, FLOOR, Problem, Proof, Row, Stage

__all__ = ["TOLERANCE", "Answer", "minimise", "recover", "rounded"]

TOLERANCE = 1e-9
"""Excesses closer than this times max |v| count as equal."""

LARGEST = 10**6  # common denominator of shares that are looked for near doubles

SEARCHED_INSIDE = 10  # most players whose table is gone through in the kernel, entry by entry

NONE: Any = np.empty(0)
_ALL: dict[int, NDArray[np.int64]] = {}


@dataclass(slots=True)
class Answer:
    """What the compiled method found.

    Attributes
    ----------
    status : int
        0 one point is left, 1 stopped after the stages asked for.
    point : ndarray of float64, shape (n + 1,)
        Shares, and the last level.
    levels : ndarray of float64
        Of the stages.
    trace : ndarray of int64, shape (2, rows)
        Rows that the stages settled: mask, 2 * stage + kind.
    last : ndarray of int64, shape (2, n + 1)
        Rows of the last basis: mask, kind.
    """

    status: int
    point: Floats
    levels: Floats
    trace: NDArray[np.int64]
    last: NDArray[np.int64]


def minimise(
    game: TUGame,
    family: Family,
    floors: Floats | None = None,
    blocks: NDArray[np.int64] | None = None,
    stages: int = 1 << 40,
) -> Answer:
    """Minimise the excesses lexicographically, in doubles.

    Parameters
    ----------
    game : TUGame
        Of at least two players.
    family : Family
        Divisors of the excesses.
    floors : ndarray of float64, shape (n,), optional
        Lower bounds of the players.
    blocks : ndarray of int64, optional
        Disjoint coalitions that share their worth; everybody if left out.
    stages : int
        Stop after so many.

    Returns
    -------
    Answer

    Raises
    ------
    SolverError
        If rounding errors stopped the method, or nothing bounds the excesses that are left.

    Notes
    -----
    The dual simplex method keeps n + 1 rows and their inverse. It works on a pool of some dozens
    of coalitions; a pass over the whole table adds those that are violated most. Rows with a
    multiplier become equations, and the next stage starts from the basis that is left.

    References
    ----------
    .. [1] A. Kopelowitz, "Computation of the kernels of simple games and the nucleolus of
       n-person games", Hebrew University, RM 31, 1967.
    .. [2] J. Derks and J. Kuipers, "Implementing the simplex method for computing the
       prenucleolus of transferable utility games", Maastricht University, 1997.
    .. [3] M. Benedek, J. Fliege and T.-D. Nguyen, "Finding and verifying the nucleolus of
       cooperative games", Mathematical Programming 190 (2021), pp. 135-170.
    """
    from solvers.kernels.active_set import lexicographic
    from solvers.kernels.excess_scan import violated

    n = game.n_players
    values = game.values
    divisors = family.floats(game)
    if blocks is None:
        blocks = _ALL.get(n)
        if blocks is None:
            blocks = _ALL[n] = np.array([(1 << n) - 1], np.int64)
    seed = 0
    if family.mode == 2 and not divisors[1 << np.arange(n)].any():
        seed = int(np.argmax(divisors[1:-1])) + 1
        if divisors[seed] <= 0:
            raise SolverError("the excesses leave more than one point")
    scale = max(float(values.max()), -float(values.min()))
    tol = TOLERANCE * scale if scale else TOLERANCE
    m, room = n + 1, 64 + 24 * n
    point, normal = np.zeros(m), np.empty(n)
    state = (
        np.empty((m + 3, room)),
        np.empty((3, room), np.int64),
        np.empty((m, m + 1)),
        np.empty((2, m), np.int64),
        np.empty((m, m)),
        point,
    )
    counts, found = np.zeros(5, np.int64), np.empty(2 * m, np.int64)
    levels, trace = np.empty(n), np.empty((2, 2 * m), np.int64)
    last, frame = np.empty((2, m), np.int64), np.empty((n, n))
    arguments = (
        (values, divisors, family.mode),
        (NONE if floors is None else floors, blocks, seed),
        (stages, SEARCHED_INSIDE, tol),
        state,
        (frame, normal),
        counts,
        (found, levels, trace, last),
    )
    while True:
        status = lexicographic(*arguments)
        if status != 3:
            break
        masked = int(blocks.size > 1 or counts[3] > 0)
        counts[4] = violated(values, divisors, family.mode, point, normal, masked, tol, found)
    done, rows = int(counts[3]), int(counts[2])
    if status == 2:
        raise SolverError("the excesses leave more than one point")
    if status < 0:
        raise SolverError(f"rounding errors stopped the search in stage {done + 1} ({status})")
    return Answer(status, point, levels[:done], trace[:, :rows], last)


def rounded(problem: Problem, answer: Answer) -> Proof | None:
    """Guess the exact point: the fractions with a small common denominator nearby.

    Parameters
    ----------
    problem : Problem
        The problem that was solved.
    answer : Answer
        What was found in doubles.

    Returns
    -------
    Proof or None
        Not yet checked; None if nothing is near, or the rows of a stage are not balanced.
    """
    game, n = problem.game, problem.game.n_players
    near = _over_one_denominator(answer.point[:n].tolist(), TOLERANCE)
    if near is None:
        return None
    shares, by = near
    plain = Span(n)
    for mask, _ in problem.equations:
        plain.add(indicator(mask, n))
    found: list[Stage] = []
    for rows in _rows_by_stage(answer):
        lines = [indicator(mask, n) for mask, _ in rows]
        weights = dependency(plain, lines)
        if weights is None or min(weights) <= 0:
            return None
        divisors = [
            problem.family.divisor(game, mask) if kind == COALITION else Fraction(0)
            for mask, kind in rows
        ]
        if problem.family.mode == 0 and not any(kind for _, kind in rows):
            total = Fraction(sum(weights))
        else:
            total = sum([w * d for w, d in zip(weights, divisors, strict=True)], Fraction(0))
        tight = next((k for k, divisor in enumerate(divisors) if divisor > 0), None)
        if tight is None or total <= 0:
            return None
        share = sum([x for x, bit in zip(shares, lines[tight], strict=True) if bit])
        level = (game.worth(rows[tight][0]) - Fraction(share, by)) / divisors[tight]
        up, down = total.denominator, total.numerator
        found.append(Stage(level, tuple(rows), tuple([Fraction(w * up, down) for w in weights])))
        for line in lines:
            plain.add(line)
    point = tuple([Fraction(x, by) for x in shares])
    return Proof(point, tuple(found), plain.rank == n)


def _rows_by_stage(answer: Answer) -> list[list[Row]]:
    stages: list[list[Row]] = [[] for _ in answer.levels]
    for mask, code in answer.trace.T.tolist():
        stages[code >> 1].append((mask, code & 1))
    return stages


def _over_one_denominator(values: Sequence[float], error: float) -> tuple[list[int], int] | None:
    """Read doubles as integers over a denominator of at most `LARGEST`."""
    by = 1
    for value in values:
        times = value * by
        if abs(times - round(times)) > error * by:
            by *= Fraction(times).limit_denominator(LARGEST // by).denominator
            times = value * by
            if abs(times - round(times)) > error * by:
                return None
    return [round(value * by) for value in values], by


def recover(problem: Problem, answer: Answer) -> Proof | None:
    """Find the exact point that a set of tight rows determines.

    Parameters
    ----------
    problem : Problem
        The problem that was solved.
    answer : Answer
        What was found in doubles; of it only the rows are used.

    Returns
    -------
    Proof or None
        Not yet checked; None if the rows determine no point.
    """
    game, n = problem.game, problem.game.n_players
    stages = _rows_by_stage(answer)
    last = [(mask, kind) for mask, kind in answer.last.T.tolist() if kind < 2]
    least = {row: _least(problem, row) for row in {*last, *(r for rows in stages for r in rows)}}
    divisor = {
        row: problem.family.divisor(game, row[0]) if row[1] == COALITION else Fraction(0)
        for row in least
    }
    fixed = lcm(
        *(x.denominator for x in least.values()),
        *(total.denominator for _, total in problem.equations),
    )
    system, plain = Span(n), Span(n)
    for mask, total in problem.equations:
        system.add([*indicator(mask, n), int(total * fixed)])
        plain.add(indicator(mask, n))
    found: list[Stage] = []

    def settle(rows: Sequence[Row], level: Fraction) -> None:
        for row in rows:
            value = (least[row] - level * divisor[row]) * fixed
            up = value.denominator
            system.add([up * bit for bit in indicator(row[0], n)] + [value.numerator])

    level = Fraction(0)
    for rows in stages:
        weights = dependency(plain, [indicator(mask, n) for mask, _ in rows])
        if weights is None or min(weights) <= 0:
            return None
        total = sum((w * divisor[r] for w, r in zip(weights, rows, strict=True)), Fraction(0))
        if total <= 0:
            return None
        # The weighted rows add up to settled ones, whose worth the system tells.
        combined = [sum(w * (r[0] >> i & 1) for w, r in zip(weights, rows, strict=True))
                    for i in range(n)]  # fmt: skip
        known = _value(system, combined, fixed)
        worth = sum((w * least[r] for w, r in zip(weights, rows, strict=True)), Fraction(0))
        level = (worth - known) / total
        found.append(Stage(level, tuple(rows), tuple(w / total for w in weights)))
        settle(rows, level)
        for mask, _ in rows:
            plain.add(indicator(mask, n))
    if system.rank < n:
        settle(last, level)
    if system.rank < n:
        return None
    shares = [Fraction(0)] * n
    for line, p in zip(system.rows, system.pivots, strict=True):
        shares[p] = Fraction(line[n], line[p] * fixed)
    return Proof(tuple(shares), tuple(found), plain.rank == n)


def _least(problem: Problem, row: Row) -> Fraction:
    if row[1] == FLOOR and problem.floors is not None:
        return problem.floors[row[0].bit_length() - 1]
    return problem.game.worth(row[0])


def _value(system: Span, combined: list[int], fixed: int) -> Fraction:
    """Evaluate a combination of settled coalitions."""
    worth = Fraction(0)
    for line, p in zip(system.rows, system.pivots, strict=True):
        if combined[p]:
            worth += Fraction(combined[p] * line[-1], line[p] * fixed)
    return worth
