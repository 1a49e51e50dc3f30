"""What the answers of the packages suite are judged by: costs that are known, and exact checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from solvers.concessions.listing.vote_prices import VotePrices
from solvers.concessions.parts import Package

if TYPE_CHECKING:
    from coalitions.concessions.instances import BestKnown, Instance
    from solvers.concessions import CheapestPackage
    from solvers.concessions.problem import ConcessionProblem

__all__ = [
    "Found",
    "all_of",
    "cheapest",
    "found",
    "listed",
    "priced",
    "remark",
    "unpaid",
]

SLACK = Fraction(1, 10**6)  # relative; what a programme in floats may be off
OPTIMAL, INFEASIBLE, BOUNDED, STOPPED = "optimal", "infeasible", "bounded", "stopped"

Complaint = Callable[[object], "str | None"]


@dataclass(frozen=True)
class Found:
    """An answer of an engine, without its package.

    Parameters
    ----------
    status : str
        As the engine reports it.
    cost : Fraction or None
        Of its package.
    bound, gap : float or None
        What it proved.
    exact : bool
        Whether its cost is to be the least one exactly, not to the tolerance of a float.
    """

    status: str
    cost: Fraction | None
    bound: float | None
    gap: float | None
    exact: bool = True


def found(answer: CheapestPackage, exact: bool) -> Found:
    """Take from an answer what is compared.

    Parameters
    ----------
    answer : CheapestPackage
        Of an engine.
    exact : bool
        As of :class:`Found`.

    Returns
    -------
    Found
    """
    solution = answer.solution
    bound = None if solution.bound is None else float(solution.bound)
    gap = None if solution.gap is None else float(solution.gap)
    return Found(solution.status, answer.cost, bound, gap, exact)


def cheapest(best: BestKnown, may_stop: bool = True) -> Complaint:
    """Compare with the least cost that is known.

    Parameters
    ----------
    best : BestKnown
        Of the library.
    may_stop : bool
        Whether an answer that is not proved will do, as long as it is true.

    Returns
    -------
    callable
        Says what is wrong with a :class:`Found`.
    """

    def complaint(answer: object) -> str | None:
        if not isinstance(answer, Found):
            return f"answers {type(answer).__name__}"
        slack = Fraction(0) if answer.exact else SLACK * (1 + abs(best.cost or Fraction(0)))
        if best.cost is None:
            if best.proved and answer.cost is not None:
                return f"finds a package of cost {answer.cost} where there is none"
            stopped = answer.status in (STOPPED, BOUNDED) and may_stop
            return None if answer.status == INFEASIBLE or stopped else f"says {answer.status}"
        if answer.status == INFEASIBLE:
            return f"finds no package; there is one of cost {best.cost}"
        if best.proved and answer.cost is not None and answer.cost < best.cost - slack:
            return f"claims a cost of {answer.cost}; it is at least {best.cost}"
        if answer.status == OPTIMAL:
            much = answer.cost is None or answer.cost > best.cost + slack
            return f"proves a cost of {answer.cost}; it is {best.cost}" if much else None
        if not may_stop:
            return f"is {answer.status}: not proved"
        high = answer.bound is not None and answer.bound > best.cost + SLACK * (1 + abs(best.cost))
        return f"bounds the cost by {answer.bound}; it is {best.cost}" if high else None

    return complaint


def all_of(instances: Sequence[Instance]) -> Complaint:
    """Compare a list of answers with the library, one after another.

    Parameters
    ----------
    instances : sequence of Instance
        The problems that were solved.

    Returns
    -------
    callable
        None in place of an answer stands for a problem that the engine does not take.
    """

    def complaint(answer: object) -> str | None:
        if not isinstance(answer, tuple) or len(answer) != len(instances):
            return f"answers {answer!r} to {len(instances)} problems"
        for instance, one in zip(instances, answer, strict=True):
            fault = None if one is None else cheapest(instance.best)(one)
            if fault is not None:
                return f"{instance.name}: {fault}"
        return None

    return complaint


def remark(answer: object) -> str:
    """Say of right answers how far they came.

    Parameters
    ----------
    answer : object
        A :class:`Found`, or a tuple of them and of None.

    Returns
    -------
    str
    """
    if isinstance(answer, tuple):
        done = [one for one in answer if one is not None]
        proved = sum(one.status in (OPTIMAL, INFEASIBLE) for one in done)
        left = len(answer) - len(done)
        return f"{proved} of {len(done)} proved" + (f", {left} of another kind" if left else "")
    if not isinstance(answer, Found):
        return ""
    if answer.cost is None:
        return {INFEASIBLE: "no package"}.get(answer.status, f"{answer.status}: no package in time")
    gap = "" if answer.gap is None or answer.status == OPTIMAL else f", gap {answer.gap:.1%}"
    return f"{answer.status}: {float(answer.cost):.6g}{gap}"


def listed(problem: ConcessionProblem, count: int, first: Fraction) -> Complaint:
    """Judge a list of packages.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    count : int
        How many were asked for.
    first : Fraction
        The least cost.

    Returns
    -------
    callable
        Says what is wrong with a tuple of ranked packages: order, costs, packages that do not
        work, two that are one, items or payments that can be left out.
    """

    def complaint(answer: object) -> str | None:
        if not isinstance(answer, tuple) or len(answer) != count:
            return f"lists {len(answer) if isinstance(answer, tuple) else answer!r}, not {count}"
        if answer[0].cost != first:
            return f"begins with a cost of {answer[0].cost}, not {first}"
        if any(a.cost > b.cost for a, b in pairwise(answer)):
            return "is not in order of cost"
        if len({entry.identity for entry in answer}) != count:
            return "lists a package twice"
        for place, entry in enumerate(answer):
            if problem.violations(entry.package) or problem.cost(entry.package) != entry.cost:
                return f"package {place + 1} does not work, or costs something else"
            if _superfluous(problem, entry.package):
                return f"package {place + 1} works without something that is in it"
        return None

    return complaint


def _superfluous(problem: ConcessionProblem, package: Package) -> bool:
    """Whether a recipient can be left out with all that it is given."""
    to = {problem.transfers[m].recipient for m, t in package.transfers.items() if t}
    to |= {problem.items[k].recipient for k in package.items}
    for i in to:
        rest = replace(
            package,
            transfers={
                m: t for m, t in package.transfers.items() if problem.transfers[m].recipient != i
            },
            items=frozenset(k for k in package.items if problem.items[k].recipient != i),
        )
        if not problem.violations(rest):
            return True
    return False


def unpaid(problem: ConcessionProblem, player: int) -> ConcessionProblem:
    """Take from a player all that could be given to it.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    player : int
        The player.

    Returns
    -------
    ConcessionProblem
        Channels are those of the others.
    """
    transfers = [m for m, t in enumerate(problem.transfers) if t.recipient != player]
    items = [k for k, g in enumerate(problem.items) if g.recipient != player]
    new_t, new_g = ({old: new for new, old in enumerate(kept)} for kept in (transfers, items))
    channels = []
    for channel in problem.channels:
        sent = frozenset(new_t[m] for m in channel.transfers if m in new_t)
        given = frozenset(new_g[k] for k in channel.items if k in new_g)
        if sent or given:
            channels.append(replace(channel, transfers=sent, items=given))
    return replace(
        problem,
        transfers=tuple(problem.transfers[m] for m in transfers),
        items=tuple(problem.items[k] for k in items),
        channels=tuple(channels),
    )


def priced(best: Fraction, without: Mapping[int, Fraction | None]) -> Complaint:
    """Judge the prices of all votes.

    Parameters
    ----------
    best : Fraction
        The least cost.
    without : mapping of int to Fraction or None
        Least costs without paying some players, found by another engine.

    Returns
    -------
    callable
        Says what is wrong with ``VotePrices``.
    """

    def complaint(answer: object) -> str | None:
        prices = answer
        if not isinstance(prices, VotePrices):
            return f"answers {type(answer).__name__}"
        if prices.status != OPTIMAL or not all(p.proved for p in prices.prices):
            return f"is {prices.status}: not proved"
        if prices.cost != best:
            return f"finds a least cost of {prices.cost}, not {best}"
        for price in prices.prices:
            if any(c is not None and c < best for c in (price.without, price.in_favour)):
                return f"prices player {price.player} below the least cost"
        for player, cost in without.items():
            if prices.prices[player].without != cost:
                return (
                    f"does without player {player} for {prices.prices[player].without}, "
                    f"another engine for {cost}"
                )
        return None

    return complaint
