"""Assignment games: pairs of one player from each side produce something."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solvers.errors import GameError, SolverError
from solvers.games.families.family import Family, Shares, members, names, numbers
from solvers.games.solution import Allocation
from solvers.programmes.rational_lp import RationalSolution, solve_rational_lp

__all__ = ["AssignmentGame"]


class AssignmentGame(Family):
    """A coalition is worth its best matching of rows with columns.

    Parameters
    ----------
    values : sequence of sequences of numbers
        What row i and column j produce together; at least 0.
    players : sequence of str, optional
        Names, rows first.

    References
    ----------
    .. [1] L. S. Shapley and M. Shubik, "The assignment game I: the core", International Journal
       of Game Theory 1 (1971), pp. 111-130.
    .. [2] H. B. Leonard, "Elicitation of honest preferences for the assignment of individuals to
       positions", Journal of Political Economy 91 (1983), pp. 461-479.

    Examples
    --------
    The example of Shapley and Shubik: three sellers of houses, three buyers.

    >>> game = AssignmentGame([[5, 8, 2], [7, 9, 6], [2, 3, 0]])
    >>> game.worth(63)
    Fraction(16, 1)
    >>> [str(x) for x in game.best_for_rows().exact]
    ['5', '6', '1', '1', '3', '0']
    """

    def __init__(
        self, values: Sequence[Sequence[Any]], players: Sequence[str] | None = None
    ) -> None:
        rows = [numbers(row, f"the value of row {i} and column", 0) for i, row in enumerate(values)]
        if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
            raise GameError("the values must be a table with at least one row and one column")
        self.values = tuple(rows)
        self.players = names(players, len(rows) + len(rows[0]))

    def _solve(self, mask: int) -> RationalSolution:
        m = len(self.values)
        own = members(mask)
        pairs = [(i, j) for i in own if i < m for j in own if j >= m]
        place = {k: c for c, k in enumerate(own)}
        rows: list[dict[int, int]] = [{} for _ in own]
        for k, (i, j) in enumerate(pairs):
            rows[place[i]][k] = rows[place[j]][k] = 1
        costs = [-self.values[i][j - m] for i, j in pairs]
        found = solve_rational_lp(costs, rows, ["<="] * len(own), [1] * len(own))
        if found.objective is None or found.duals is None:
            raise SolverError("the best matching was not found")
        return found

    def _worth(self, mask: int) -> Fraction:
        # The vertices of the programme are whole, so that it needs no branching.
        objective = self._solve(mask).objective
        return Fraction(0) if objective is None else -objective

    def _worths(self) -> list[Fraction]:
        m, n = len(self.values), self.n_players
        # The last column of a coalition stays alone, or goes with one of the rows.
        worths = [Fraction(0)] * (1 << n)
        for mask in range(1 << m, 1 << n):
            j = mask.bit_length() - 1
            rest = mask ^ (1 << j)
            best = worths[rest]
            for i in members(mask & ((1 << m) - 1)):
                best = max(best, self.values[i][j - m] + worths[rest ^ (1 << i)])
            worths[mask] = best
        return worths

    def core_point(self) -> Allocation:
        """Find a point of the core: shadow prices of the players in the best matching.

        Returns
        -------
        Allocation
        """
        duals = self._solve((1 << self.n_players) - 1).duals or ()
        return self._known("core", tuple(-y for y in duals), "shadow prices")

    def best_for_rows(self) -> Allocation:
        """Find the point of the core that is best for every row.

        Returns
        -------
        Allocation
            Each row gets what it adds to all others.
        """
        return self._known("core", self._extreme(range(len(self.values))), "added worths")

    def best_for_columns(self) -> Allocation:
        """Find the point of the core that is best for every column.

        Returns
        -------
        Allocation
            Each column gets what it adds to all others.
        """
        side = range(len(self.values), self.n_players)
        return self._known("core", self._extreme(side), "added worths")

    def _extreme(self, side: range) -> Shares:
        everybody = (1 << self.n_players) - 1
        m, width = len(self.values), len(self.values[0])
        found = self._solve(everybody)
        if found.objective is None or found.x is None:
            raise SolverError("the best matching was not found")
        shares = [Fraction(0)] * self.n_players
        for k in side:
            shares[k] = -found.objective - self._worth(everybody ^ (1 << k))
        # A partner gets the rest of what the pair produces; who has none gets nothing.
        for k, chosen in enumerate(found.x):
            if chosen:
                i, j = divmod(k, width)
                value = self.values[i][j]
                if side.start == 0:
                    shares[m + j] = value - shares[i]
                else:
                    shares[i] = value - shares[m + j]
        return tuple(shares)
