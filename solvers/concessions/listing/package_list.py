"""A list of packages in order of cost, and the test that nothing in a package is superfluous."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.rules.votes import YES

__all__ = [
    "Identity",
    "PackageList",
    "Progress",
    "RankedPackage",
    "Wanted",
    "identity_of",
    "in_order",
    "irreducible",
    "lowered",
    "ranked",
    "reduced",
]

Identity: TypeAlias = tuple[frozenset[int], frozenset[int], tuple[tuple[int, int], ...]]
Progress: TypeAlias = Callable[[int, float | None], None]  # packages found, bound on the next


@dataclass(frozen=True)
class RankedPackage:
    """A package of a list.

    Parameters
    ----------
    package : Package
        The package.
    cost : Fraction
        Its exact cost.
    levels : tuple of (int, int)
        Those who receive something, and how they vote under the package.
    """

    package: Package
    cost: Fraction
    levels: tuple[tuple[int, int], ...]

    @property
    def identity(self) -> Identity:
        """What makes a package another one: its amendments, its items, its paid levels."""
        return self.package.amendments, self.package.items, self.levels


Wanted: TypeAlias = Callable[[RankedPackage, Sequence[RankedPackage]], bool]


@dataclass(frozen=True)
class PackageList:
    """Packages in order of cost, and how far the list can be trusted.

    Parameters
    ----------
    packages : tuple of RankedPackage
        The cheapest first.
    complete : bool
        Whether there are no others than these, whatever they cost.
    status : {"optimal", "infeasible", "bounded", "stopped"}
        ``optimal``: those asked for, or all there are. ``bounded``: a limit ended the search;
        what is listed is in order and nothing cheaper than ``bound`` is missing. ``stopped``:
        ended with nothing found. ``infeasible``: there is no package.
    bound : float or None
        No package that is not listed costs less, as far as was proved; None where nothing was,
        or where no other exists.
    engine : str
        What found the list.
    seconds : float
        Wall time.
    interrupted : bool
        Whether Ctrl-C, or ``stop``, cut the search.
    """

    packages: tuple[RankedPackage, ...]
    complete: bool
    status: Literal["optimal", "infeasible", "bounded", "stopped"]
    bound: float | None
    engine: str
    seconds: float = 0.0
    interrupted: bool = False


def in_order(entry: RankedPackage) -> tuple[object, ...]:
    """Return the key of a list: cost, recipients, amendments, the order of the data.

    Parameters
    ----------
    entry : RankedPackage
        A package of the list.

    Returns
    -------
    tuple
    """
    package = entry.package
    return (
        entry.cost,
        len(entry.levels),
        len(package.amendments),
        sorted(package.amendments),
        sorted(package.items),
        entry.levels,
    )


def ranked(problem: ConcessionProblem, package: Package) -> RankedPackage:
    """Price a package and note who is paid to vote how.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    RankedPackage
    """
    votes = problem.votes(package)
    paid = {problem.transfers[m].recipient for m, t in package.transfers.items() if t}
    paid |= {problem.items[k].recipient for k in package.items}
    levels = tuple((i, votes[i]) for i in sorted(paid))
    return RankedPackage(package, problem.cost(package), levels)


def identity_of(problem: ConcessionProblem, package: Package) -> Identity:
    """Return what makes a package another one: amendments, items, paid levels.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    tuple
    """
    return ranked(problem, package).identity


def lowered(problem: ConcessionProblem, package: Package) -> Iterator[Package]:
    """Give the packages with the same amendments in which one thing is left out or lowered.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Yields
    ------
    Package
        Without one of the items; or with what one recipient is transferred cut, each
        instrument in proportion, to what is just enough for a lower vote, or to nothing.
    """
    for k in sorted(package.items):
        yield replace(package, items=package.items - {k})
    received: dict[int, Fraction] = {}
    for m, amount in sorted(package.transfers.items()):
        transfer = problem.transfers[m]
        given = received.get(transfer.recipient, ZERO)
        received[transfer.recipient] = given + transfer.value * amount
    votes = problem.votes(package) if problem.bandwagon else ()
    for player, worth in received.items():
        margin = problem.margin(player, package)
        if margin is None or not worth:  # nothing moves it, so none of it is needed
            rest = {
                m: t
                for m, t in package.transfers.items()
                if problem.transfers[m].recipient != player
            }
            if len(rest) < len(package.transfers):
                yield replace(package, transfers=rest)
            continue
        for (follower, leader), push in problem.bandwagon.items():
            if follower == player and votes[leader] == YES:
                margin += push
        for enough in (ZERO, -problem.voters[player].band, margin - worth):
            if margin - worth <= enough < margin:
                share = (enough - margin + worth) / worth
                kept = {
                    m: t * (share if problem.transfers[m].recipient == player else 1)
                    for m, t in package.transfers.items()
                }
                yield replace(package, transfers={m: t for m, t in kept.items() if t})


def irreducible(problem: ConcessionProblem, package: Package) -> bool:
    """Say whether a package that works ceases to when any one thing is left out or lowered.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded; its amendments stay as they are.

    Returns
    -------
    bool

    Notes
    -----
    Knows nothing of a solver: every variant is judged by ``problem.violations``.

    References
    ----------
    .. [1] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.
    """
    return all(problem.violations(less) for less in lowered(problem, package))


def reduced(problem: ConcessionProblem, package: Package) -> Package:
    """Leave out and lower, in the order of the data, until nothing more can be spared.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        A package that works.

    Returns
    -------
    Package
    """
    for less in lowered(problem, package):
        if not problem.violations(less):
            return reduced(problem, less)
    return package
