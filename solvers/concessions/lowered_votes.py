"""The cheapest way to lower votes until a decision is taken no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from solvers.concessions.parts import ZERO
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import SolverError
from solvers.programmes.programme import Number, Programme, lexicographic
from solvers.rules.rule import AllOf, Rule
from solvers.rules.rule_rows import vote_variables
from solvers.rules.vote_conditions import voters_in
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Prices", "cheapest_lower_votes", "votes_hang_together", "whole_rule"]

Prices: TypeAlias = Mapping[int, tuple[Fraction | None, Fraction | None]]


def cheapest_lower_votes(
    rule: Rule,
    votes: Sequence[int],
    prices: Prices,
    solver: str = "highs",
    *,
    settled: bool = True,
) -> tuple[int, ...] | None:
    """Find the cheapest lower votes by which a rule does not hold.

    Parameters
    ----------
    rule : Rule
        A rule.
    votes : sequence of int, length n
        Votes that nobody has lowered yet.
    prices : mapping of int to (Fraction or None, Fraction or None)
        By player, what a vote against and an abstention cost, at least 0 and the first not less
        than the second; None where they cannot be had. Players that are not in it do not move.
    solver : str
        Back end of the integer programme.
    settled : bool
        Whether ties go to the fewest levels in all, then to the last players; else to whichever
        the solver finds.

    Returns
    -------
    tuple of int, length n; or None
        The votes then; None when the rule holds whatever is bought.

    Raises
    ------
    SolverError
        If the solver fails, stops, or proposes votes by which the rule holds.

    Notes
    -----
    A rule fails when its mirror image holds of the mirrored votes: the programme is over the
    rows of that. All its numbers are exact and its variables whole.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games, Princeton University Press, 1999
       (dual games and blocking coalitions).
    .. [2] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.

    Examples
    --------
    Two of three must say yes, and all do; what stops that costs 1 and 2:

    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> offers = {i: (Fraction(2 * c), Fraction(c)) for i, c in enumerate((1, 2, 4))}
    >>> cheapest_lower_votes(rule, (2, 2, 2), offers)
    (1, 1, 2)
    """
    programme = Programme("lower votes")
    mirrored = [v if v == ABSENT else YES - v for v in votes]
    # Mirrored: a yes here is a vote against there, and an abstention stays one.
    against, for_ = vote_variables(programme, rule.dual(), mirrored)
    cost: dict[int, Number] = {}
    levels: dict[int, Number] = {}
    for i in against:
        lowest, middle = prices.get(i, (None, None))
        if votes[i] != YES:
            programme.fix(for_[i], 0)  # votes are lowered, none is raised
            middle = ZERO
        elif middle is None:
            programme.row(f"either{i:04d}", {for_[i]: 1, against[i]: 1}, "==", 1)
        else:  # what it costs to leave the side of those in favour, less a constant
            cost[for_[i]], levels[for_[i]] = -middle, -1
        if votes[i] == NO:
            programme.fix(against[i], 1)
        elif lowest is None:
            programme.fix(against[i], 0)
        elif middle is None:
            cost[against[i]], levels[against[i]] = lowest, 2
        else:
            cost[against[i]], levels[against[i]] = lowest - middle, 1
    order = [v for i in against for v in (for_[i], against[i])] if settled else []
    objectives = [cost, levels] if settled else [cost]
    solution = lexicographic(programme, objectives, order=order, solver=solver)
    if solution.status == "infeasible":
        return None
    if solution.values is None or solution.status != "optimal":
        raise SolverError(f"{solution.solver} ended without an answer; try another solver")
    on = [bool(round(x)) for x in solution.values]
    after = tuple(
        v if i not in against else NO if on[against[i]] else YES if on[for_[i]] else ABSTAIN
        for i, v in enumerate(votes)
    )
    if rule.evaluate(after):
        raise SolverError(f"{solution.solver} proposed votes that do not stop it; try another")
    return after


def whole_rule(problem: ConcessionProblem, adopted: Collection[int]) -> Rule:
    """Join the rule of a text with those of the linked items that it adopts.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    adopted : collection of int
        Amendments that are adopted.

    Returns
    -------
    Rule
        Where one of them fails, the package does.
    """
    routes = [problem.amendments[k].route for k in sorted(adopted)]
    roots = [route.root for route in routes if route is not None]
    rule = problem.rule
    return Rule(rule.n_players, AllOf((rule.root, *roots)), rule.names) if roots else rule


def votes_hang_together(problem: ConcessionProblem) -> bool:
    """Say whether lowering one player's vote may move that of another.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    bool
    """
    watched = any(voters_in(c) for voter in problem.voters for _, c in voter.conditions)
    return watched or any(problem.bandwagon.values())
