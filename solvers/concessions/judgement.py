"""Whether a package works, and what it costs: recomputed from the data, in exact arithmetic.

A judgement never rests on the solver that proposed the package: every margin and every vote is
computed anew. Players, instruments and packages are those of
:class:`~solvers.concessions.problem.ConcessionProblem`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from solvers.concessions.parts import ZERO, Deletion, Package, Voter
from solvers.errors import GameError
from solvers.rules.vote_conditions import Interval, truth
from solvers.rules.votes import ABSENT, YES

if TYPE_CHECKING:
    from solvers.concessions.problem import ConcessionProblem

__all__ = ["cost", "deletion_test", "intervals", "shift", "smaller_packages", "violations"]


def shift(problem: ConcessionProblem, player: int, package: Package) -> Fraction:
    """Sum what a package adds to a player's margin, its doubts taken off.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    player : int
        The player.
    package : Package
        What is conceded.

    Returns
    -------
    Fraction
    """
    total = ZERO
    for k in package.amendments:
        total += problem.amendments[k].margins.get(player, ZERO)
    for combination in problem.combinations:
        if combination.amendments <= package.amendments:
            total += combination.margins.get(player, ZERO)
    for m, amount in package.transfers.items():
        if problem.transfers[m].recipient == player:
            total += problem.transfers[m].value * amount
    for k in package.items:
        if problem.items[k].recipient == player:
            total += problem.items[k].value
    for c, amount in package.contributions.items():
        if problem.contributions[c].player == player:
            total -= problem.contributions[c].burden * amount
    doubts = problem.voters[player].doubts
    return total if doubts is None else total - doubts.protection(package.amendments)


def intervals(problem: ConcessionProblem, package: Package, exact: bool) -> list[Interval]:
    """Return the lowest and highest vote of every player; the most likely one twice if exact.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.
    exact : bool
        Whether to take the middle of every interval.

    Returns
    -------
    list of (int, int), length n

    Notes
    -----
    Votes that push one another are iterated from the lowest, or from the highest, that the
    margins alone allow. A push is never negative, so the iteration only climbs, or only falls,
    and ends after at most 2n rounds [1]_.

    References
    ----------
    .. [1] A. Tarski, "A lattice-theoretical fixpoint theorem and its applications", Pacific
       Journal of Mathematics 5 (1955), pp. 285-309.
    """
    shifts = {
        i: shift(problem, i, package) for i, v in enumerate(problem.voters) if v.margin is not None
    }
    if exact:
        low = high = _from_margins(problem, shifts, 1)
    else:
        low, high = (_from_margins(problem, shifts, which) for which in (0, 2))
    found: dict[int, Interval] = {}
    for player in problem.order:
        voter = problem.voters[player]
        if voter.margin is not None:
            found[player] = low[player], high[player]
        elif voter.stated is None:
            found[player] = (ABSENT, ABSENT)
        else:
            least, middle, most = voter.stated
            base = (middle, middle) if exact else (least, most)
            found[player] = _conditional(voter, base, package, found)
    return [found[i] for i in range(len(problem.voters))]


def _from_margins(
    problem: ConcessionProblem, shifts: Mapping[int, Fraction], which: int
) -> dict[int, int]:
    """Votes of the players with margins, all of them at one end of their intervals."""
    base: dict[int, Fraction] = {}
    for i, moved in shifts.items():
        margin = problem.voters[i].margin
        base[i] = (ZERO if margin is None else margin[which]) + moved
    votes = {i: problem.voters[i].level_at(margin) for i, margin in base.items()}
    if not problem.bandwagon:
        return votes
    for i, voter in enumerate(problem.voters):
        if voter.stated is not None:
            votes[i] = voter.stated[which]
    start = {i: v if problem.pessimistic or i not in base else YES for i, v in votes.items()}
    while True:
        pushed = dict(base)
        for (follower, leader), push in problem.bandwagon.items():
            if start.get(leader) == YES:
                pushed[follower] += push
        after = {i: problem.voters[i].level_at(m) for i, m in pushed.items()}
        if all(start[i] == vote for i, vote in after.items()):
            return after
        start |= after


def _conditional(
    voter: Voter, base: Interval, package: Package, found: Mapping[int, Interval]
) -> Interval:
    possible: list[int] = []
    for level, condition in voter.conditions:
        value = truth(condition, package.amendments, found)
        if value is not False:
            possible.append(level)
        if value:
            return min(possible), max(possible)
    return min([*possible, base[0]]), max([*possible, base[1]])


def cost(problem: ConcessionProblem, package: Package) -> Fraction:
    """Return what a package costs those who provide it.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    Fraction
    """
    spent = sum((problem.amendments[k].cost for k in package.amendments), ZERO)
    spent += sum((problem.transfers[m].cost * t for m, t in package.transfers.items()), ZERO)
    spent += sum((problem.items[k].cost for k in package.items), ZERO)
    for combination in problem.combinations:
        if combination.amendments <= package.amendments:
            spent += combination.cost
    used = {m for m, t in package.transfers.items() if t}
    for channel in problem.channels:
        if channel.transfers & used or channel.items & package.items:
            spent += channel.cost
    for c, amount in package.contributions.items():
        spent += problem.contributions[c].cost * amount
    return spent


def violations(problem: ConcessionProblem, package: Package) -> tuple[str, ...]:
    """List what a package breaks; a package works when this is empty.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    tuple of str
        ``floor``, ``red line K``, ``requires K``, ``excludes K``, ``combination K``,
        ``limit K``, ``cap M``, ``budget B``, ``contribution C``, ``need D``, ``harm H``,
        ``route K`` (the rule of a linked item), ``rule``; numbers count from 0.
    """
    votes = tuple(low for low, _ in intervals(problem, package, exact=True))
    broken = [*_text_faults(problem, package), *_payment_faults(problem, package)]
    broken += _operation_faults(problem, package, votes)
    for k in sorted(package.amendments):
        route = problem.amendments[k].route
        if route is not None and not route.evaluate(votes):
            broken.append(f"route {k}")
    if not problem.rule.evaluate(votes):
        broken.append("rule")
    return tuple(broken)


def _text_faults(problem: ConcessionProblem, package: Package) -> Iterator[str]:
    adopted = package.amendments
    effect = problem.effect + sum((problem.amendments[k].effect for k in adopted), ZERO)
    together = [c for c in problem.combinations if c.amendments <= adopted]
    if effect + sum((c.effect for c in together), ZERO) < problem.floor:
        yield "floor"
    for k in sorted(adopted):
        amendment = problem.amendments[k]
        if amendment.forbidden:
            yield f"red line {k}"
        if amendment.requires - adopted:
            yield f"requires {k}"
        if amendment.excludes & adopted:
            yield f"excludes {k}"
    for number, combination in enumerate(problem.combinations):
        if combination.forbidden and combination.amendments <= adopted:
            yield f"combination {number}"
    for number, limit in enumerate(problem.limits):
        if len(limit.amendments & adopted) > limit.most:
            yield f"limit {number}"


def _payment_faults(problem: ConcessionProblem, package: Package) -> Iterator[str]:
    for m, amount in package.transfers.items():
        cap = problem.transfers[m].cap
        if amount < 0 or (cap is not None and amount > cap):
            yield f"cap {m}"
    for b, budget in enumerate(problem.budgets):
        spent = ZERO
        for m, amount in package.transfers.items():
            if m in budget.transfers:
                spent += amount * (1 if budget.units else problem.transfers[m].cost)
        for k in package.items & budget.items:
            spent += 1 if budget.units else problem.items[k].cost
        if spent > budget.limit:
            yield f"budget {b}"


def _operation_faults(
    problem: ConcessionProblem, package: Package, votes: tuple[int, ...]
) -> Iterator[str]:
    given = [ZERO] * len(problem.needs)
    for c, amount in package.contributions.items():
        contribution = problem.contributions[c]
        given[contribution.need] += amount
        barred = contribution.supporters_only and votes[contribution.player] != YES
        if not 0 <= amount <= contribution.most or (barred and amount):
            yield f"contribution {c}"
    for d, need in enumerate(problem.needs):
        more = (x for k, x in need.amendments.items() if k in package.amendments)
        if given[d] < need.amount + sum(more, ZERO):
            yield f"need {d}"
    for h, party in enumerate(problem.third_parties):
        margin = party.margin
        margin += sum((problem.amendments[k].harm.get(h, ZERO) for k in package.amendments), ZERO)
        margin += sum((problem.items[k].harm.get(h, ZERO) for k in package.items), ZERO)
        for m, amount in package.transfers.items():
            margin += problem.transfers[m].harm.get(h, ZERO) * amount
        if margin < party.floor:
            yield f"harm {h}"


def deletion_test(
    problem: ConcessionProblem, package: Package, resolution: Fraction
) -> tuple[Deletion, ...]:
    """Leave out or lower every part of a package in turn.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.
    resolution : Fraction
        The step by which amounts are lowered; positive.

    Returns
    -------
    tuple of Deletion

    Raises
    ------
    GameError
        If the resolution is not positive.
    """
    return tuple(
        Deletion(part, number, less, not violations(problem, rest))
        for part, number, less, rest in smaller_packages(package, resolution)
    )


def smaller_packages(
    package: Package, resolution: Fraction
) -> Iterator[tuple[str, int, Fraction | None, Package]]:
    """Give the packages in which one part is left out or lowered.

    Parameters
    ----------
    package : Package
        What is conceded.
    resolution : Fraction
        The step by which amounts are lowered; positive.

    Yields
    ------
    part : str
        ``transfer``, ``item``, ``amendment`` or ``contribution``.
    number : int
        Its number.
    lowered_by : Fraction or None
        By how much its amount is lowered; None where it is left out.
    smaller : Package
        What is left.

    Raises
    ------
    GameError
        If the resolution is not positive.
    """
    if resolution <= 0:
        raise GameError(f"the resolution is {resolution}; it must be above 0")
    for m, amount in sorted(package.transfers.items()):
        for less in (None, min(resolution, amount)):
            left = {**package.transfers, m: ZERO if less is None else amount - less}
            yield "transfer", m, less, replace(package, transfers=left)
    for k in sorted(package.items):
        yield "item", k, None, replace(package, items=package.items - {k})
    for k in sorted(package.amendments):
        yield "amendment", k, None, replace(package, amendments=package.amendments - {k})
    for c, amount in sorted(package.contributions.items()):
        for less in (None, min(resolution, amount)):
            left = {**package.contributions, c: ZERO if less is None else amount - less}
            yield "contribution", c, less, replace(package, contributions=left)
