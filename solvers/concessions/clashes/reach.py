"""How far anything could lift each player, and the clashes that this alone proves.

Bounds from sums: no solver is asked. Whatever is required of text, budgets and third parties is
left aside, so that a bound holds whichever of that is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from solvers.concessions.clashes.requirements import Label, harmless, leaves
from solvers.concessions.parts import ZERO
from solvers.concessions.problem import ConcessionProblem
from solvers.rules.rule_tree import AnyOf, Node, Quota
from solvers.rules.votes import ABSENT, NO, YES

__all__ = ["best_margin", "clashes_in_sight", "highest_vote"]


def best_margin(problem: ConcessionProblem, player: int, capped: bool = True) -> Fraction | None:
    """Return a margin above which nothing lifts a player.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    player : int
        The player, who has a margin.
    capped : bool
        Whether the caps of transfers hold.

    Returns
    -------
    Fraction or None
        None when there is no such margin.

    References
    ----------
    .. [1] J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer, 2008,
       chapter 6.

    Examples
    --------
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(1, Quota((1,), (0,), (0,), 1))
    >>> voter = Voter(margin=(Fraction(-9),) * 3)
    >>> cash = Transfer(0, value=Fraction(2), cost=Fraction(1), cap=Fraction(3))
    >>> best_margin(ConcessionProblem(rule, (voter,), transfers=(cash,)), 0)
    Fraction(-3, 1)
    """
    voter = problem.voters[player]
    total = ZERO if voter.margin is None else voter.margin[1]
    shifts = [a.margins.get(player, ZERO) for a in problem.amendments]
    shifts += [c.margins.get(player, ZERO) for c in problem.combinations]
    total += sum((shift for shift in shifts if shift > 0), ZERO)
    total += sum((g.value for g in problem.items if g.recipient == player), ZERO)
    total += sum((push for (i, _), push in problem.bandwagon.items() if i == player), ZERO)
    if voter.doubts is not None:
        total -= voter.doubts.protection(frozenset())
    for transfer in problem.transfers:
        if transfer.recipient == player:
            if transfer.cap is None or not capped:
                return None
            total += transfer.value * transfer.cap
    return total


def highest_vote(problem: ConcessionProblem, player: int, capped: bool = True) -> int:
    """Return a vote above which nothing lifts a player.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    player : int
        The player.
    capped : bool
        Whether the caps of transfers hold.

    Returns
    -------
    int
    """
    voter = problem.voters[player]
    if voter.margin is not None:
        best = best_margin(problem, player, capped)
        return YES if best is None else voter.level_at(best)
    if voter.stated is None:
        return ABSENT
    return max(voter.stated[1], *(level for level, _ in voter.conditions), NO)


def clashes_in_sight(problem: ConcessionProblem) -> Iterator[frozenset[Label]]:
    """Find the irreducible clashes that bounds on single players prove.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Yields
    ------
    frozenset of label
        A leaf that the highest votes of all do not reach, a veto that its player's highest vote
        does not lift, or such a veto with the caps that keep it so. Only of leaves that the
        rule needs in any case.
    """
    free = [highest_vote(problem, i, capped=False) for i in range(problem.rule.n_players)]
    needed = set(_needed(problem.rule.root))
    for number, leaf in enumerate(leaves(problem.rule)):
        if number not in needed:
            continue
        lowest = harmless(leaf)
        if lowest is None:
            if not leaf.yes or not leaf.holds(free):
                yield frozenset({("quota", number)})
            continue
        for player in lowest:
            if leaf.counts(free[player])[player] < leaf.yes[player]:
                yield frozenset({("veto", number, player)})
            elif leaf.counts(highest_vote(problem, player))[player] < leaf.yes[player]:
                caps = {
                    ("cap", m) for m, t in enumerate(problem.transfers) if t.recipient == player
                }
                yield frozenset({("veto", number, player), *caps})


def _needed(root: Node) -> Iterator[int]:
    """Numbers of the leaves that stand under no OR."""
    count = 0

    def visit(node: Node, under: bool) -> Iterator[int]:
        nonlocal count
        if isinstance(node, Quota) or (isinstance(node, AnyOf) and not node.parts):
            if not under:
                yield count
            count += 1
            return
        for part in node.parts:
            yield from visit(part, under or isinstance(node, AnyOf))

    return visit(root, False)
