"""Bargaining points on a ray: equal or proportional gains, and gains in proportion to ideals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solvers.bargaining.problem import BargainingProblem, Point, read_weights, same_point
from solvers.errors import GameError
from solvers.games.solution import Allocation
from solvers.programmes.rational_lp import RationalSolution, check_certificate, solve_rational_lp

__all__ = ["egalitarian_bargaining", "ideal_point", "kalai_smorodinsky"]

Exact = int | Fraction
Programme = tuple[list[Exact], list[dict[int, Exact]], list[str], list[Exact]]


def egalitarian_bargaining(
    problem: BargainingProblem,
    weights: Sequence[Any] | None = None,
    free_disposal: bool = False,
) -> Allocation:
    """Find the point of largest equal gains.

    Parameters
    ----------
    problem : BargainingProblem
        Of any number of players.
    weights : sequence of numbers, optional
        Positive; then gains are in proportion to them (the proportional solution).
    free_disposal : bool
        Whether payoffs may be thrown away: then the point need not lie in the hull, but below
        some point of it.

    Returns
    -------
    Allocation
        Exact. Its certificate holds the mixture of outcomes that gives the point, and prices at
        which no outcome is worth more than it.

    Raises
    ------
    GameError
        If nothing dominates disagreement, or no point of the hull gains everybody the same.

    References
    ----------
    .. [1] E. Kalai, "Proportional solutions to bargaining situations: interpersonal utility
       comparisons", Econometrica 45 (1977), pp. 1623-1630.

    Examples
    --------
    >>> problem = BargainingProblem([[0, 0], [2, 0], [0, 1]], [0, 0])
    >>> egalitarian_bargaining(problem).exact
    (Fraction(2, 3), Fraction(2, 3))
    """
    problem.check_gain()
    direction = read_weights(weights, problem.n_players)
    return _on_ray(problem, direction, free_disposal, "egalitarian_bargaining", None)


def kalai_smorodinsky(problem: BargainingProblem, free_disposal: bool = False) -> Allocation:
    """Find the point of the largest gains in proportion to the ideal ones.

    Parameters
    ----------
    problem : BargainingProblem
        Of any number of players.
    free_disposal : bool
        Whether payoffs may be thrown away. For three and more players the line to the ideal
        point can leave the hull below its upper boundary, or miss it.

    Returns
    -------
    Allocation
        Exact. The certificate is that of `egalitarian_bargaining` and the ideal point.

    Raises
    ------
    GameError
        If nothing dominates disagreement, or the line gains nothing within the hull.

    References
    ----------
    .. [1] E. Kalai and M. Smorodinsky, "Other solutions to Nash's bargaining problem",
       Econometrica 43 (1975), pp. 513-518.

    Examples
    --------
    >>> problem = BargainingProblem([[0, 0], [2, 0], [0, 1]], [0, 0])
    >>> kalai_smorodinsky(problem).exact
    (Fraction(1, 1), Fraction(1, 2))
    """
    problem.check_gain()
    ideal = _Ideal(problem)
    direction = tuple(a - d for a, d in zip(ideal.point, problem.disagreement, strict=True))
    return _on_ray(problem, direction, free_disposal, "kalai_smorodinsky", ideal)


def ideal_point(problem: BargainingProblem) -> Point:
    """Find the most that each player can get while nobody gets less than by disagreement.

    Parameters
    ----------
    problem : BargainingProblem
        Of any number of players.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    GameError
        If nothing dominates disagreement.

    References
    ----------
    .. [1] E. Kalai and M. Smorodinsky, "Other solutions to Nash's bargaining problem",
       Econometrica 43 (1975), pp. 513-518.

    Examples
    --------
    The second could get 1 only if the first lost:

    >>> [str(x) for x in ideal_point(BargainingProblem([[0, 0], [2, 0], [-1, 1]], [0, 0]))]
    ['2', '2/3']
    """
    problem.check_gain()
    return _Ideal(problem).point


class _Ideal:
    """The ideal point over the outcomes that nobody would refuse, each coordinate proved."""

    def __init__(self, problem: BargainingProblem) -> None:
        n, m = problem.n_players, len(problem.gains)
        self.programmes: list[tuple[Programme, RationalSolution]] = []
        rows: list[dict[int, Exact]] = [
            {k: gain[i] for k, gain in enumerate(problem.gains)} for i in range(n)
        ]
        rows.append({k: 1 for k in range(m)})
        point = []
        for i in range(n):
            programme: Programme = (
                [-gain[i] for gain in problem.gains], rows, [*[">="] * n, "=="], [*[0] * n, 1],
            )  # fmt: skip
            found = solve_rational_lp(*programme)
            if found.objective is None:
                raise GameError("no mixture of the outcomes is as good as disagreement for all")
            self.programmes.append((programme, found))
            point.append(problem.disagreement[i] - found.objective)
        self.point: Point = tuple(point)

    def verify(self) -> bool:
        return all(check_certificate(*p, found) == () for p, found in self.programmes)


@dataclass(frozen=True)
class _Farthest:
    """The farthest point of a ray, the mixture that reaches it, prices that prove it."""

    distance: Fraction
    mixture: Point
    prices: Point


def _farthest(problem: BargainingProblem, direction: Point, disposal: bool) -> _Farthest | None:
    """Go from disagreement along a direction as far as the hull, or what is below it, allows."""
    n, m = problem.n_players, len(problem.gains)
    rows: list[dict[int, Exact]] = [
        {**{k: gain[i] for k, gain in enumerate(problem.gains)}, m: -direction[i]} for i in range(n)
    ]
    rows.append({k: 1 for k in range(m)})
    sense = ">=" if disposal else "=="
    found = solve_rational_lp([*[0] * m, -1], rows, [*[sense] * n, "=="], [*[0] * n, 1])
    if found.x is None or found.duals is None or found.x[m] == 0:
        return None
    # Minus the multipliers: no gain is worth more than the distance, and the direction costs 1.
    prices = tuple(y for y in found.duals[:n])
    return _Farthest(found.x[m], found.x[:m], prices)


def _on_ray(
    problem: BargainingProblem,
    direction: Point,
    disposal: bool,
    concept: str,
    ideal: _Ideal | None,
) -> Allocation:
    found = _farthest(problem, direction, disposal)
    if found is None:
        what = "gains in these proportions are" if concept[0] == "e" else "the line to the ideal is"
        raise GameError(
            f"{what} not within the hull of the outcomes; with free_disposal=True payoffs may be "
            f"thrown away"
        )
    reached = found
    point = tuple(
        d + reached.distance * w for d, w in zip(problem.disagreement, direction, strict=True)
    )

    def verify(answer: Allocation) -> bool:
        mixed = problem.mixture(reached.mixture)
        within = all(a >= b if disposal else a == b for a, b in zip(mixed, point, strict=True))
        fair = sum(reached.mixture) == 1 and all(w >= 0 for w in reached.mixture)
        price = sum((y * w for y, w in zip(reached.prices, direction, strict=True)), Fraction(0))
        dear = max(
            sum((y * x for y, x in zip(reached.prices, gain, strict=True)), Fraction(0))
            for gain in problem.gains
        )
        proved = price >= 1 and dear <= reached.distance
        if disposal:
            proved = proved and all(y >= 0 for y in reached.prices)
        known = ideal is None or ideal.verify()
        return within and fair and proved and known and same_point(answer, point)

    def certificate() -> dict[str, Any]:
        held = {
            "mixture": [
                {"outcome": [str(x) for x in row], "weight": str(w)}
                for row, w in zip(problem.outcomes, reached.mixture, strict=True)
                if w
            ],
            "prices": [str(y) for y in reached.prices],
            "free_disposal": disposal,
        }
        if ideal is not None:
            held["ideal"] = [str(x) for x in ideal.point]
        return held

    return Allocation(
        concept,
        problem.players,
        exact=point,
        epsilon=reached.distance,
        certificate=certificate,
        verifier=verify,
        solver="exact simplex method",
    )
