"""The cheapest way in which a rival with money of its own breaks a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from solvers.concessions.lowered_votes import cheapest_lower_votes, votes_hang_together, whole_rule
from solvers.concessions.parts import ZERO, Package, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError
from solvers.rules.votes import NO

__all__ = ["Break", "cheapest_break", "least_break", "refuse_linked_votes", "withstands"]


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
        If the package does not work, or votes move those of others.
    SolverError
        If the solver fails.

    Notes
    -----
    Whom to turn is chosen by
    :func:`~solvers.concessions.lowered_votes.cheapest_lower_votes`; the prices of the votes are
    exact, and so is the answer. The rules of linked items that are adopted are broken alike.

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
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, 2, 4))
    >>> cheapest_break(ConcessionProblem(rule, voters), Package())
    Break(votes={0: 0, 1: 0}, price=Fraction(3, 1))
    """
    broken = problem.violations(package)
    if broken:
        raise GameError(f"the package breaks {', '.join(broken)} before a rival pays anybody")
    refuse_linked_votes(problem)
    margins = {
        i: margin
        for i in range(len(problem.voters))
        if (margin := problem.margin(i, package)) is not None
    }
    votes = problem.votes(package)
    return least_break(problem, margins, votes, package.amendments, solver, settled=True)


def least_break(
    problem: ConcessionProblem,
    margins: Mapping[int, Fraction],
    votes: Sequence[int],
    adopted: frozenset[int],
    solver: str = "highs",
    *,
    settled: bool = False,
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
    settled : bool
        Whether ties go to the fewest levels in all, or to whichever the solver finds.

    Returns
    -------
    Break or None
        None where no purchase breaks them.

    Raises
    ------
    SolverError
        If the solver fails.
    """
    offers: dict[int, tuple[Fraction, Fraction | None]] = {}
    for i, margin in margins.items():
        voter = problem.voters[i]
        if not voter.firm:  # without a band nobody abstains
            idle = max(ZERO, margin) if voter.band else None
            offers[i] = max(ZERO, margin + voter.band), idle
    rule = whole_rule(problem, adopted)
    after = cheapest_lower_votes(rule, votes, offers, solver, settled=settled)
    if after is None:
        return None
    turned = {i: v for i, v in enumerate(after) if v != votes[i]}
    paid = [offers[i][0] if v == NO else offers[i][1] for i, v in turned.items()]
    return Break(turned, sum((price for price in paid if price is not None), ZERO))


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
        If the budget is negative or not exact, or votes move those of others.
    """
    check_number("the budget of a rival", budget, least=0)
    if problem.violations(package):
        return False
    found = cheapest_break(problem, package, solver)
    return found is None or found.price >= budget


def refuse_linked_votes(problem: ConcessionProblem) -> None:
    """Refuse a problem in which votes move those of others.

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
    if votes_hang_together(problem):
        raise GameError(
            "what a rival pays one player would move the vote of another that hangs on it; leave "
            "out the conditions that look at votes"
        )
