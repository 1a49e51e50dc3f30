"""Cheapest winning coalitions by an integer programme, for rules of any shape and size."""

from __future__ import annotations

from solvers.errors import SolverError
from solvers.oracles.span import mask_of
from solvers.oracles.winning_search import Search
from solvers.programmes.programme import Programme, solve
from solvers.rules.rule import Rule
from solvers.rules.rule_rows import rule_rows

__all__ = ["ProgrammeFinder"]


class ProgrammeFinder:
    """Asks a back end, once on each side of the hyperplane.

    That nothing is cheaper rests on the back end; everything else is checked.

    Parameters
    ----------
    rule : Rule
        On yes and not-yes.
    solver : str
        Back end.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(4, Quota((3, 2, 2, 1), (0,) * 4, (0,) * 4, 5))
    >>> ProgrammeFinder(rule).cheapest(Search((9, 4, 4, 0), (1, 1, 1, 1), 4))
    14
    """

    name = "programme"

    def __init__(self, rule: Rule, solver: str = "highs") -> None:
        self.rule = rule
        self.solver = solver
        self._rows = rule_rows(rule)

    def cheapest(self, search: Search) -> int | None:
        """Find a cheapest winning coalition.

        Parameters
        ----------
        search : Search
            The question.

        Returns
        -------
        int or None

        Raises
        ------
        SolverError
            If the back end finds neither an optimum nor that there is none.
        """
        found = (self._side(search, sign) for sign in (1, -1))
        return min(
            (pair for pair in found if pair is not None), default=(0, None), key=lambda p: p[0]
        )[1]

    def _side(self, search: Search, sign: int) -> tuple[int, int] | None:
        programme = Programme("cheapest winning coalition")
        n = self.rule.n_players
        y = [
            programme.variable(
                f"y{i:04d}", search.inside >> i & 1, 1 - (search.outside >> i & 1), integer=True
            )
            for i in range(n)
        ]
        branch = [
            programme.variable(f"branch{k:03d}", 0, 1, integer=True)
            for k in range(self._rows.n_branches)
        ]
        for k, row in enumerate(self._rows.rows):
            terms = {y[i]: c for i, c in row.y.items()}
            terms |= {branch[b]: c for b, c in row.branch.items()}
            programme.row(f"rule{k:03d}", terms, ">=", row.rhs)
        side = {y[i]: sign * v for i, v in enumerate(search.values) if v}
        programme.row("side", side, ">=", sign * search.target + 1)
        programme.minimise({y[i]: p for i, p in enumerate(search.prices)})
        answer = solve(programme, self.solver)
        if answer.status == "infeasible":
            return None
        if answer.status != "optimal" or answer.values is None:
            raise SolverError(
                f"{answer.solver} does not prove which winning coalition is cheapest at prices of "
                f"up to {max(map(abs, search.prices))}; such a game needs fewer types of players"
            )
        mask = mask_of(i for i in range(n) if round(answer.values[y[i]]))
        return sum(search.prices[i] for i in range(n) if mask >> i & 1), mask
