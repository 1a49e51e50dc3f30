"""Nash's bargaining point: the largest product of gains over a hull of outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from solvers.bargaining.problem import BargainingProblem, Point, read_weights, same_point
from solvers.errors import LimitError
from solvers.games.solution import Allocation

if TYPE_CHECKING:
    from solvers.games.worths import Floats

__all__ = ["MAX_OUTCOMES", "nash_bargaining"]

MAX_OUTCOMES: Final = 1000
"""Most outcomes for three and more players; every step solves a system of that size."""

GOAL: Final = 1e-12  # of the logarithm of the product
STEPS: Final = 80
NO_SLACK: Final = 1e-18  # of the budget; rounding would leave nothing, or less
Pair = tuple[Fraction, Fraction]


def nash_bargaining(problem: BargainingProblem, weights: Sequence[Any] | None = None) -> Allocation:
    """Find the point with the largest product of gains.

    Parameters
    ----------
    problem : BargainingProblem
        Of any number of players.
    weights : sequence of numbers, optional
        Positive powers of the gains, for players of unequal bargaining power.

    Returns
    -------
    Allocation
        Exact for one and two players: on an edge of the hull the best point is a fraction. For
        more it is ``bounded``, in doubles: `epsilon` says by how much the sum of weighted
        logarithms of gains, at most, falls short of the best.

    Raises
    ------
    GameError
        If nothing dominates disagreement, or a weight is not positive.
    LimitError
        If there are three or more players, and more than `MAX_OUTCOMES` outcomes or gains that
        differ by too many orders of magnitude for floats.

    Notes
    -----
    At prices w_i / gain_i no outcome is worth more than the point: that proves it, and the same
    inequality bounds the error of an approximation.

    References
    ----------
    .. [1] J. F. Nash, "The bargaining problem", Econometrica 18 (1950), pp. 155-162.
    .. [2] J. C. Harsanyi and R. Selten, "A generalized Nash solution for two-person bargaining
       games with incomplete information", Management Science 18 (1972), pp. P80-P106.

    Examples
    --------
    >>> problem = BargainingProblem([[0, 0], [2, 0], [0, 1]], [0, 0])
    >>> nash_bargaining(problem).exact
    (Fraction(1, 1), Fraction(1, 2))
    >>> nash_bargaining(problem, weights=[2, 1]).exact
    (Fraction(4, 3), Fraction(1, 3))
    """
    power = read_weights(weights, problem.n_players)
    problem.check_gain()
    if problem.n_players > 2:
        return _bounded(problem, power)
    if problem.n_players == 1:
        point = max(problem.outcomes)
    else:
        best = _on_chain(upper_chain([(g[0], g[1]) for g in problem.gains]), power[0], power[1])
        point = tuple(x + d for x, d in zip(best, problem.disagreement, strict=True))

    def verify(answer: Allocation) -> bool:
        return same_point(answer, point) and _is_best(problem, point, power)

    return Allocation(
        "nash_bargaining",
        problem.players,
        exact=point,
        certificate=lambda: {"prices": [str(y) for y in _prices(problem, point, power)]},
        verifier=verify,
        solver="edges of the hull",
    )


def upper_chain(points: Sequence[Pair]) -> list[Pair]:
    """Corners of the hull from the highest point to the rightmost one, along the upper right.

    Examples
    --------
    >>> upper_chain([(0, 0), (0, 1), (2, 0), (1, 1), (1, 0)])
    [(1, 1), (2, 0)]
    """
    chain: list[Pair] = []
    for point in sorted(set(points)):
        # Left turns, and steps that do not go down, leave the upper right boundary.
        while chain and (
            chain[-1][1] <= point[1] or (len(chain) > 1 and _turn(chain[-2], chain[-1], point) >= 0)
        ):
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Pair, b: Pair, c: Pair) -> Fraction:
    """Positive for a left turn, negative for a right one."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _on_chain(chain: Sequence[Pair], first: Fraction, second: Fraction) -> Pair:
    """Largest a**first * b**second along a falling concave chain of gains (a, b)."""
    for (a, b), (c, d) in pairwise(chain):
        u, v = c - a, d - b
        # Where the derivative of the logarithm vanishes; it lies where both gains are positive.
        step = -(first * u * b + second * v * a) / (u * v * (first + second))
        if step <= 0:
            return a, b
        if step < 1:
            return a + step * u, b + step * v
    return chain[-1]


def _prices(problem: BargainingProblem, point: Point, power: Point) -> Point:
    gains = [x - d for x, d in zip(point, problem.disagreement, strict=True)]
    return tuple(w / g for w, g in zip(power, gains, strict=True))


def _is_best(problem: BargainingProblem, point: Point, power: Point) -> bool:
    """Check a point by its prices, and, for two players, that the hull holds it."""
    if any(x <= d for x, d in zip(point, problem.disagreement, strict=True)):
        return False
    prices = _prices(problem, point, power)

    def cost(row: Point) -> Fraction:
        return sum((y * x for y, x in zip(prices, row, strict=True)), Fraction(0))

    most = cost(point)
    touching = [row for row in problem.outcomes if cost(row) == most]
    if any(cost(row) > most for row in problem.outcomes) or not touching:
        return False
    # The line through the point at these prices meets the hull in the span of these outcomes.
    return min(row[0] for row in touching) <= point[0] <= max(row[0] for row in touching)


def _bounded(problem: BargainingProblem, power: Point) -> Allocation:
    import numpy as np

    if len(problem.outcomes) > MAX_OUTCOMES:
        raise LimitError(
            f"{len(problem.outcomes):,} outcomes of {problem.n_players} players; the limit is "
            f"{MAX_OUTCOMES:,}: leave out those that others dominate"
        )
    gains = np.array([[float(x) for x in gain] for gain in problem.gains])
    weights = np.array([float(w) for w in power])
    safest = np.array([float(x) for x in problem.safest[1]])
    mixture, error = _interior(safest, gains, weights)
    base = np.array([float(d) for d in problem.disagreement])
    shares = mixture @ gains + base

    def verify(answer: Allocation) -> bool:
        found = answer.allocation
        if found is None or answer.has_exact or len(found) != problem.n_players:
            return False
        size = max(1.0, float(np.abs(gains).max()), float(np.abs(base).max()))
        inside = bool(np.abs(mixture @ gains + base - found).max() <= 1e-9 * size)
        above = found - base
        if not inside or above.min() <= 0:
            return False
        return _shortfall(gains, weights, above) <= error + 1e-9 * float(weights.sum())

    answer = Allocation(
        "nash_bargaining",
        problem.players,
        shares,
        guarantee="bounded",
        epsilon=error,
        certificate=lambda: {
            "mixture": [
                {"outcome": [str(x) for x in row], "weight": w}
                for row, w in zip(problem.outcomes, mixture.tolist(), strict=True)
                if w > 0
            ],
            "prices": (weights / (mixture @ gains)).tolist(),
        },
        verifier=verify,
        solver="interior point method",
        tolerance=GOAL,
    )
    if not answer.verify():
        raise LimitError(
            "gains differ by so many orders of magnitude that floats cannot hold a mixture of the "
            "outcomes: take units in which they are alike"
        )
    return answer


def _shortfall(gains: Floats, weights: Floats, point: Floats) -> float:
    """Bound on what the sum of weighted logarithms of gains lacks to the best."""
    return float((gains @ (weights / point)).max() - weights.sum())


def _interior(safest: Floats, gains: Floats, weights: Floats) -> tuple[Floats, float]:
    """Weights of the outcomes in the best mixture, and the bound on the shortfall.

    Works on the prices: maximise the sum of w log(price) while no outcome costs more than the
    sum of w. The multipliers of these conditions are the mixture. Primal-dual steps from inside;
    the system has one row for each player. Where gains differ by many orders of magnitude floats
    may not get on: then the best mixture so far, with its bound.
    """
    import numpy as np

    gains = gains / np.abs(gains).max(axis=0)
    budget = float(weights.sum())
    best, least = safest, _shortfall(gains, weights, safest @ gains)
    price = weights / (safest @ gains)
    price *= 0.9 * budget / float((gains @ price).max())
    slack = budget - gains @ price
    mixture = np.full(safest.size, 1.0 / safest.size)
    length = 1.0
    for _ in range(STEPS):
        # A short step has come too near to an edge, and the next one keeps off.
        target = (0.1 if length > 0.3 else 0.8) * float(mixture @ slack) / slack.size
        rate = mixture / slack
        # In units of the prices, whatever their sizes.
        spent = gains * price
        matrix = np.diag(weights) + spent.T @ (rate[:, None] * spent)
        right = weights - spent.T @ (target / slack)
        try:
            step = price * np.linalg.solve(matrix, right)
        except np.linalg.LinAlgError:
            break
        fall = gains @ step
        change = target / slack - mixture + rate * fall
        length = 1.0
        for value, move in ((price, step), (slack, -fall), (mixture, change)):
            down = move < 0
            if down.any():
                length = min(length, 0.99 * float((-value[down] / move[down]).min()))
        price = price + length * step
        slack = np.maximum(slack - length * fall, NO_SLACK * budget)
        mixture = mixture + length * change
        shares = mixture / mixture.sum()
        point = shares @ gains
        if point.min() > 0:
            error = _shortfall(gains, weights, point)
            if error < least:
                best, least = shares, error
        if least <= GOAL * budget or length < 1e-12:
            break
    return best, max(least, 0.0)
