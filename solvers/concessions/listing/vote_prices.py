"""The price of every player's vote: what its yes adds to the cost, and what doing without it adds.

Where states can be paid one by one, two tables under a set of amendments answer for all players
at once, and prices on the rows of the rule tell which sets need not be looked at; elsewhere the
problem is solved again for each player.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from solvers.concessions.parts import ZERO, Budget
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, Quota, Rule
from solvers.rules.votes import YES

__all__ = ["VotePrice", "VotePrices", "vote_prices"]

MANY_SETS: Final = 1 << 20  # of amendments, from which on few players are priced one by one
Progress: TypeAlias = Callable[[int, float | None], None]  # solved so far, least cost
Status: TypeAlias = Literal["optimal", "infeasible", "bounded", "stopped"]


@dataclass(frozen=True)
class VotePrice:
    """What one player's vote is worth to those who pay.

    Parameters
    ----------
    player : int
        The player.
    cost : Fraction or None
        Least cost of a package, whoever votes how.
    without : Fraction or None
        Least cost of a package that pays the player nothing; None where there is none.
    in_favour : Fraction or None
        Least cost of a package under which the player votes for, paid or not; None where there
        is none.
    proved : bool
        Whether the last two are proved. If not, they are costs of packages, or None.
    """

    player: int
    cost: Fraction | None
    without: Fraction | None
    in_favour: Fraction | None
    proved: bool = True

    @property
    def price(self) -> Fraction | None:
        """What must be added to the least cost to have the player's yes."""
        if self.in_favour is None or self.cost is None:
            return None
        return self.in_favour - self.cost

    @property
    def hold_out(self) -> Fraction | None:
        """What it costs to do without paying the player; the most that its payment can rise."""
        if self.without is None or self.cost is None:
            return None
        return self.without - self.cost


@dataclass(frozen=True)
class VotePrices:
    """The prices of all votes.

    Parameters
    ----------
    prices : tuple of VotePrice, length n
        By player.
    cost : Fraction or None
        Least cost of a package; None when there is none.
    status : {"optimal", "infeasible", "bounded", "stopped"}
        ``bounded``: a limit ended the search before all was proved.
    engine : str
        What found them.
    seconds : float
        Wall time.
    interrupted : bool
        Whether Ctrl-C, or ``stop``, cut the search.
    """

    prices: tuple[VotePrice, ...]
    cost: Fraction | None
    status: Status
    engine: str
    seconds: float = 0.0
    interrupted: bool = False


def vote_prices(
    problem: ConcessionProblem,
    *,
    engine: Literal["auto", "decomposition", "resolve"] = "auto",
    solver: str = "highs",
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
    progress: Progress | None = None,
) -> VotePrices:
    """Price the vote of every player.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    engine : {"auto", "decomposition", "resolve"}
        ``decomposition`` needs states that can be paid one by one; ``resolve`` solves the
        problem up to twice for each player; ``auto`` takes the first where it can, save where up
        to thirty players face more than a million sets of amendments.
    solver : str
        Back end, where integer programmes are solved.
    time_limit : float, optional
        Seconds for all.
    stop : callable, optional
        True ends the search with what there is.
    progress : callable, optional
        Told how much was looked at, and the least cost.

    Returns
    -------
    VotePrices
        Costs are those of exact packages; that none is cheaper is proved to 1e-9
        (``decomposition``) or to the back end's 1e-6.

    Raises
    ------
    GameError
        If the engine is unknown, or states cannot be paid one by one where the decomposition is
        asked for.
    SolverError
        If a solver fails.

    Notes
    -----
    A player that receives nothing in a cheapest package can be done without at no cost; one
    that votes for under it has a vote of price 0.

    References
    ----------
    .. [1] H. P. Young, "The measurement of power by numbers of votes and bribes", American
       Political Science Review 72 (1978), pp. 1208-1211.
    .. [2] J. M. Snyder, M. M. Ting and S. Ansolabehere, "Legislative bargaining under weighted
       voting", American Economic Review 95 (2005), pp. 981-1004.

    Examples
    --------
    Two of three must say yes. The first is for, the second asks 3, the third 5: the third can be
    had for 2 more than the second, and the second done without for as much.

    >>> from solvers.concessions.problem import Transfer, Voter
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> answer = vote_prices(ConcessionProblem(rule, voters, transfers=cash))
    >>> [int(p.price) for p in answer.prices], [int(p.hold_out) for p in answer.prices]
    ([0, 0, 2], [0, 2, 0])
    """
    if engine not in ("auto", "decomposition", "resolve"):
        raise GameError(f"engine is {engine!r}; it must be 'auto', 'decomposition' or 'resolve'")
    if engine != "resolve":
        from solvers.concessions.decomposition.search import FEW_PLAYERS
        from solvers.concessions.decomposition.separable import separate
        from solvers.concessions.listing.text_bounds import MOST_SETS
        from solvers.concessions.listing.vote_price_search import prices_by_tables

        try:
            separable = separate(problem)
        except (GameError, LimitError) as why:
            if engine == "decomposition":
                raise GameError(
                    f"states cannot be paid one by one: {why}; use the engine 'resolve'"
                ) from why
        else:
            try:
                most = MOST_SETS
                if engine == "auto" and len(separable.free) <= FEW_PLAYERS:
                    most = MANY_SETS
                return prices_by_tables(separable, time_limit, stop, progress, most)
            except LimitError:
                if engine == "decomposition":
                    raise
    return _Resolving(problem, solver, time_limit, stop, progress).run()


class _Resolving:
    """The problem solved again for each player."""

    def __init__(
        self,
        problem: ConcessionProblem,
        solver: str,
        time_limit: float | None,
        stop: Callable[[], bool] | None,
        progress: Progress | None,
    ) -> None:
        self.problem, self.solver, self.time_limit = problem, solver, time_limit
        self.stop, self.progress = stop, progress
        self.start = time.perf_counter()
        self.interrupted = False
        self.engine = ""

    def run(self) -> VotePrices:
        problem = self.problem
        cost, proved = self._least(problem)
        if cost is None:
            nothing = tuple(
                VotePrice(i, None, None, None, proved) for i in range(len(problem.voters))
            )
            return self._answer(nothing, None, "infeasible" if proved else "stopped")
        prices = []
        for i in range(len(problem.voters)):
            without: tuple[Fraction | None, bool] = (cost, proved)
            in_favour = without
            if i in self.paid:
                without = self._least(_unpaid(problem, i))
            if self.votes[i] != YES:
                in_favour = self._least(_won(problem, i))
            prices.append(VotePrice(i, cost, without[0], in_favour[0], without[1] and in_favour[1]))
            if self.progress is not None:
                self.progress(i + 1, float(cost))
        done = all(p.proved for p in prices)
        return self._answer(tuple(prices), cost, "optimal" if done else "bounded")

    def _least(self, problem: ConcessionProblem) -> tuple[Fraction | None, bool]:
        """Return the least cost, and whether it is proved."""
        from solvers.concessions import cheapest_package

        limit = None
        if self.time_limit is not None:
            limit = self.time_limit - (time.perf_counter() - self.start)
        if self.interrupted or (limit is not None and limit <= 0):
            return None, False
        answer = cheapest_package(problem, self.solver, limit, stop=self.stop)
        self.interrupted = answer.solution.interrupted
        if problem is self.problem:
            self.engine = f"solved again, {answer.solution.solver}"
            self.paid: set[int] = set()
            self.votes: tuple[int, ...] = ()
            if answer.package is not None:
                package = answer.package
                self.paid = {
                    problem.transfers[m].recipient for m, t in package.transfers.items() if t
                }
                self.paid |= {problem.items[k].recipient for k in package.items}
                self.votes = problem.votes(package)
        return answer.cost, answer.solution.status in ("optimal", "infeasible")

    def _answer(
        self, prices: tuple[VotePrice, ...], cost: Fraction | None, status: Status
    ) -> VotePrices:
        seconds = time.perf_counter() - self.start
        return VotePrices(prices, cost, status, self.engine, seconds, self.interrupted)


def _unpaid(problem: ConcessionProblem, player: int) -> ConcessionProblem:
    """Forbid all payments to a player."""
    transfers = {m for m, t in enumerate(problem.transfers) if t.recipient == player}
    items = {k for k, g in enumerate(problem.items) if g.recipient == player}
    nothing = Budget(ZERO, frozenset(transfers), frozenset(items), units=True)
    return replace(problem, budgets=(*problem.budgets, nothing))


def _won(problem: ConcessionProblem, player: int) -> ConcessionProblem:
    """Ask for the yes of a player besides what the rule asks."""
    n = problem.rule.n_players
    yes = tuple(int(i == player) for i in range(n))
    own = Quota(yes, (0,) * n, (0,) * n, 1, "the vote that is priced")
    rule = Rule(n, AllOf((problem.rule.root, own)), problem.rule.names)
    return replace(problem, rule=rule)
