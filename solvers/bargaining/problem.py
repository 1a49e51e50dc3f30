"""A bargaining problem: outcomes whose mixtures can be agreed on, and what happens otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from solvers.errors import GameError, SolverError
from solvers.games.solution import Allocation
from solvers.games.worths import exact_number
from solvers.programmes.rational_lp import solve_rational_lp

__all__ = ["BargainingProblem", "Point", "read_point", "read_weights", "same_point"]

Point: TypeAlias = "tuple[Fraction, ...]"


class BargainingProblem:
    """Payoffs that can be agreed on, and the payoffs without an agreement.

    Parameters
    ----------
    outcomes : sequence of sequences of numbers, m by n
        Payoffs of each outcome; the feasible set is their convex hull.
    disagreement : sequence of numbers, length n
        Payoffs without an agreement.
    players : sequence of str, optional
        Names; ``"1"`` to ``"n"`` when left out.

    Raises
    ------
    GameError
        If lengths differ, a payoff is no finite number, or there are no outcomes or no players.

    Notes
    -----
    Doubles are taken at face value, so that every answer that is a fraction can be had as one.

    References
    ----------
    .. [1] J. F. Nash, "The bargaining problem", Econometrica 18 (1950), pp. 155-162.

    Examples
    --------
    >>> problem = BargainingProblem([[0, 0], [2, 0], [0, 1]], [0, 0])
    >>> problem.n_players, problem.gains[1]
    (2, (Fraction(2, 1), Fraction(0, 1)))
    """

    def __init__(
        self,
        outcomes: Sequence[Sequence[Any]],
        disagreement: Sequence[Any],
        players: Sequence[str] | None = None,
    ) -> None:
        self.disagreement = read_point(disagreement, "the disagreement point")
        n = len(self.disagreement)
        if n == 0:
            raise GameError("the disagreement point is empty; there must be at least one player")
        rows = [read_point(row, f"outcome {k}") for k, row in enumerate(outcomes)]
        for k, row in enumerate(rows):
            if len(row) != n:
                raise GameError(
                    f"outcome {k} has {len(row)} payoffs, the disagreement point {n}; they must "
                    f"be as many"
                )
        if not rows:
            raise GameError("there are no outcomes; give at least one")
        self.outcomes = tuple(dict.fromkeys(rows))
        self.players = tuple(players) if players else tuple(str(i + 1) for i in range(n))
        if len(self.players) != n or len(set(self.players)) != n:
            raise GameError(f"{n} players need as many different names; got {list(self.players)}")

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.disagreement)

    @cached_property
    def gains(self) -> tuple[Point, ...]:
        """Payoffs of the outcomes above those of disagreement."""
        return tuple(
            tuple(x - d for x, d in zip(row, self.disagreement, strict=True))
            for row in self.outcomes
        )

    @cached_property
    def safest(self) -> tuple[Fraction, Point]:
        """The largest gain that all players can have at once, and the mixture that gives it."""
        n, m = self.n_players, len(self.gains)
        rows: list[dict[int, int | Fraction]] = [
            {**{k: gain[i] for k, gain in enumerate(self.gains)}, m: -1, m + 1: 1} for i in range(n)
        ]
        rows.append({k: 1 for k in range(m)})
        found = solve_rational_lp([*[0] * m, -1, 1], rows, [*[">="] * n, "=="], [*[0] * n, 1])
        if found.x is None:
            raise SolverError("the largest gain of all players was not found")
        return found.x[m] - found.x[m + 1], found.x[:m]

    def check_gain(self) -> None:
        """Refuse a problem in which there is nothing to agree on.

        Raises
        ------
        GameError
            If no mixture of outcomes is better than disagreement for everybody.
        """
        if self.safest[0] <= 0:
            raise GameError(
                "no mixture of the outcomes is better than disagreement for every player: there "
                "is nothing to bargain for"
            )

    def mixture(self, weights: Sequence[Fraction]) -> Point:
        """Payoffs of a mixture of the outcomes.

        Parameters
        ----------
        weights : sequence of Fraction
            One for each of `outcomes`.

        Returns
        -------
        tuple of Fraction
        """
        return tuple(
            sum((w * row[i] for w, row in zip(weights, self.outcomes, strict=True)), Fraction(0))
            for i in range(self.n_players)
        )

    def __repr__(self) -> str:
        return f"BargainingProblem({self.n_players} players, {len(self.outcomes)} outcomes)"


def read_point(values: Sequence[Any], what: str) -> Point:
    """Read payoffs, doubles at face value.

    Parameters
    ----------
    values : sequence of numbers
        As they were entered.
    what : str
        For the message.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    GameError
        If one is no finite number.

    Examples
    --------
    >>> read_point([1, "1/3", 0.5], "the point")
    (Fraction(1, 1), Fraction(1, 3), Fraction(1, 2))
    """
    if isinstance(values, str):
        raise GameError(f"{what} is {values!r}; it must be a list of numbers")
    point = []
    for value in values:
        try:
            exact = exact_number(value)
            point.append(Fraction(float(value)) if exact is None else exact)
        except (ValueError, OverflowError):
            raise GameError(f"{what} holds {value!r}; it must hold finite numbers") from None
    return tuple(point)


def read_weights(weights: Sequence[Any] | None, n: int) -> Point:
    """Read the weights of the players; equal when left out.

    Parameters
    ----------
    weights : sequence of numbers or None
        Positive.
    n : int
        Number of players.

    Returns
    -------
    tuple of Fraction

    Raises
    ------
    GameError
        If there is not one for every player, or one is not positive.
    """
    if weights is None:
        return (Fraction(1),) * n
    read = read_point(weights, "the list of weights")
    if len(read) != n:
        raise GameError(f"{len(read)} weights for {n} players; give one for each")
    if any(w <= 0 for w in read):
        raise GameError("a weight is not positive; leave such a player out of the bargaining")
    return read


def same_point(answer: Allocation, point: Point) -> bool:
    """Whether an answer holds a point: fractions exactly, doubles to 1e-9 of their size.

    Parameters
    ----------
    answer : Allocation
        The answer.
    point : tuple of Fraction
        The point.

    Returns
    -------
    bool
    """
    if answer.has_exact:
        return answer.exact == point
    shares = answer.allocation
    if shares is None or len(shares) != len(point):
        return False
    size = max([1.0, *(abs(float(x)) for x in point)])
    return all(abs(float(a) - float(b)) <= 1e-9 * size for a, b in zip(shares, point, strict=True))
