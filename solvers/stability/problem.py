"""What is to be minimised lexicographically, and what proves that it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from solvers.games.game import TUGame
from solvers.stability.families import Family

__all__ = ["COALITION", "FLOOR", "Problem", "Proof", "Row", "Stage"]

COALITION, FLOOR = 0, 1

Row = tuple[int, int]
"""Mask and kind of a row: the excess of a coalition, or the lower bound of a player."""


@dataclass(frozen=True)
class Problem:
    """Minimise the excesses of all coalitions lexicographically, the largest first.

    Parameters
    ----------
    game : TUGame
        The game.
    family : Family
        Divisors of the excesses.
    equations : tuple of (mask, Fraction)
        x(B) = w, for disjoint coalitions that together are everybody.
    floors : tuple of Fraction or None
        Lower bounds of the players.

    References
    ----------
    .. [1] D. Schmeidler, "The nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 17 (1969), pp. 1163-1170.
    """

    game: TUGame
    family: Family
    equations: tuple[tuple[int, Fraction], ...]
    floors: tuple[Fraction, ...] | None = None


@dataclass(frozen=True)
class Stage:
    """Rows that hold with equality in every optimum of a stage.

    Parameters
    ----------
    level : Fraction
        Excess of the coalitions among the rows: the largest that was left.
    rows : tuple of Row
        What is settled here, with
    weights : tuple of Fraction
        positive multipliers. The rows times the weights add up to a sum of what was settled
        before, so that none can be improved unless another one gets worse.
    """

    level: Fraction
    rows: tuple[Row, ...]
    weights: tuple[Fraction, ...]


@dataclass(frozen=True)
class Proof:
    """A point with the stages that prove it.

    Parameters
    ----------
    point : tuple of Fraction
        Shares of the players.
    stages : tuple of Stage
        In their order, the levels falling.
    complete : bool
        Whether the settled rows leave no other point.
    """

    point: tuple[Fraction, ...]
    stages: tuple[Stage, ...]
    complete: bool

    def plain(self, problem: Problem) -> dict[str, Any]:
        """Return the stages as plain data, by names of players.

        Parameters
        ----------
        problem : Problem
            What it proves.

        Returns
        -------
        dict
            ``point``, ``excess_divided_by``, ``equations``, ``stages``, ``complete``.
        """
        name = problem.game.coalition
        stages = [
            {
                "excess": str(stage.level),
                "rows": [
                    {
                        "coalition" if kind == COALITION else "at_lower_bound": list(name(mask)),
                        "weight": str(weight),
                    }
                    for (mask, kind), weight in zip(stage.rows, stage.weights, strict=True)
                ],
            }
            for stage in self.stages
        ]
        return {
            "point": [str(x) for x in self.point],
            "excess_divided_by": problem.family.name,
            "equations": [
                {"coalition": list(name(mask)), "shares": str(total)}
                for mask, total in problem.equations
            ],
            "stages": stages,
            "complete": self.complete,
        }

    @classmethod
    def from_plain(cls, problem: Problem, data: Mapping[str, Any]) -> Proof:
        """Read what :meth:`plain` wrote.

        Parameters
        ----------
        problem : Problem
            What it should prove.
        data : mapping
            Point, stages and whether they are complete; nothing else is read.

        Returns
        -------
        Proof
        """
        mask = problem.game.mask
        stages = []
        for stage in data["stages"]:
            rows = [
                (mask(row["coalition"]), COALITION)
                if "coalition" in row
                else (mask(row["at_lower_bound"]), FLOOR)
                for row in stage["rows"]
            ]
            weights = tuple(Fraction(row["weight"]) for row in stage["rows"])
            stages.append(Stage(Fraction(stage["excess"]), tuple(rows), weights))
        point = tuple(Fraction(x) for x in data["point"])
        return cls(point, tuple(stages), bool(data["complete"]))
