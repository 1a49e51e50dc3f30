"""The cheapest way in which a rival with money of its own breaks a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from solvers.concessions.parts import ZERO, Package, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.buffer import absent_players
from solvers.errors import GameError, SolverError
from solvers.programme import Programme, solve
from solvers.rule_rows import vote_variables
from solvers.rules import AllOf, Rule
from solvers.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Break", "cheapest_break", "least_break", "refuse_bandwagon", "withstands"]


@dataclass(frozen=True)
class Break:
    """The cheapest way in which a rival breaks a package.

    Parameters
    ----------
    votes : mapping of int to int
        The lower vote of every player that the rival turns.
    price : Fraction
        What it takes off their margins in all. With exactly that much each of them still
        votes as before; with any more the package fails.
    """

    votes: Mapping[int, int]
    price: Fraction


def cheapest_break(
    problem: ConcessionProblem, package: Package, solver: str = "highs"
) -> Break | None:
    """Find the cheapest way in which a rival breaks a package.

    Parameters
    ----------
    problem : ConcessionProblem
        The data. Firm voters and those without a margin are not for sale.
    package : Package
        What is conceded; it must work.
    solver : str
        Back end of the integer programme.

    Returns
    -------
    Break or None
        None where no purchase breaks it.

    Raises
    ------
    GameError
        If the package does not work, or votes move the margins of others.
    SolverError
        If the solver fails.

    Notes
    -----
    The rule fails when its mirror image holds of the mirrored votes; a programme over the rows
    of that chooses whom to turn. All its numbers are exact and its variables whole, so that its
    optimum is exact too. The rules of linked items that are adopted are broken alike.

    References
    ----------
    .. [1] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.
    .. [2] A. D. Taylor and W. S. Zwicker, Simple Games, Princeton University Press, 1999
       (dual games and blocking coalitions).

    Examples
    --------
    Two of three are needed; all agree, with 1, 2 and 4 to spare:

    >>> from solvers.concessions.problem import Voter
    >>> from solvers.rules import Quota
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, 2, 4))
    >>> cheapest_break(ConcessionProblem(rule, voters), Package())
    Break(votes={0: 1, 1: 1}, price=Fraction(3, 1))
    """
    broken = problem.violations(package)
    if broken:
        raise GameError(f"the package breaks {', '.join(broken)} before a rival pays anybody")
    refuse_bandwagon(problem)
    margins = {
        i: margin
        for i in range(len(problem.voters))
        if (margin := problem.margin(i, package)) is not None
    }
    return least_break(problem, margins, problem.votes(package), package.amendments, solver)


def least_break(
    problem: ConcessionProblem,
    margins: Mapping[int, Fraction],
    votes: Sequence[int],
    adopted: frozenset[int],
    solver: str = "highs",
) -> Break | None:
    """Find the cheapest way to break votes that are given with the margins behind them.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    margins : mapping of int to Fraction
        Of those who have one.
    votes : sequence of int, length n
        The votes before a rival pays anybody.
    adopted : frozenset of int
        Amendments that are adopted.
    solver : str
        Back end of the integer programme.

    Returns
    -------
    Break or None
        None where no purchase breaks them.

    Raises
    ------
    SolverError
        If the solver fails.
    """
    routes = [problem.amendments[k].route for k in sorted(adopted)]
    parts = (problem.rule.root, *(r.root for r in routes if r is not None))
    rule = Rule(problem.rule.n_players, AllOf(parts), problem.rule.names)
    away = absent_players(problem)
    programme = Programme("cheapest break")
    profile = [ABSENT if i in away else YES for i in range(len(votes))]
    # Mirrored: a yes here is a vote against there, and an abstention stays one.
    against, for_ = vote_variables(programme, rule.dual(), profile)
    costs: dict[int, Fraction] = {}
    prices: dict[int, tuple[Fraction, Fraction]] = {}
    constant = ZERO
    for i in against:
        if i not in margins or problem.voters[i].firm:
            programme.fix(against[i], int(votes[i] == NO))
            programme.fix(for_[i], int(votes[i] == YES))
            continue
        idle = max(ZERO, margins[i])
        hostile = max(ZERO, margins[i] + problem.voters[i].band)
        prices[i] = hostile, idle
        costs[against[i]], costs[for_[i]] = hostile - idle, -idle
        constant += idle  # who neither votes for nor against abstains
        if votes[i] != YES:
            programme.fix(for_[i], 0)  # a rival lowers votes and raises none
        if votes[i] == NO:
            programme.fix(against[i], 1)
    programme.minimise(costs, constant)
    found = solve(programme, solver)
    if found.status == "infeasible":
        return None
    if found.status != "optimal" or found.values is None:
        raise SolverError(f"{found.solver} stopped before it found the cheapest break")
    turned: dict[int, int] = {}
    price = ZERO
    for i in against:
        point = found.values
        level = NO if point[against[i]] else YES if point[for_[i]] else ABSTAIN
        if level < votes[i]:
            turned[i] = level
            price += prices[i][level]
    return Break(turned, price)


def withstands(
    problem: ConcessionProblem, package: Package, budget: Fraction | int, solver: str = "highs"
) -> bool:
    """Say whether a rival with a budget cannot break a package.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.
    budget : Fraction or int
        What the rival has, in units of margin, at least 0.
    solver : str
        Back end of the integer programme.

    Returns
    -------
    bool
        Whether the package works and every way to break it costs at least the budget.

    Raises
    ------
    GameError
        If the budget is negative or not exact, or votes move the margins of others.
    """
    check_number("the budget of a rival", budget, least=0)
    if problem.violations(package):
        return False
    found = cheapest_break(problem, package, solver)
    return found is None or found.price >= budget


def refuse_bandwagon(problem: ConcessionProblem) -> None:
    """Refuse a problem in which votes move the margins of others.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Raises
    ------
    GameError
        If they do.
    """
    if problem.bandwagon:
        raise GameError(
            "what a rival pays is compared with margins that votes do not move; leave out the "
            "bandwagon terms"
        )
