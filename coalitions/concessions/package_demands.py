"""What a package must stand beyond the vote: votes that fall away, a rival who pays, a buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import number_text
from coalitions.answers.wording import listed
from solvers.errors import EngineError
from solvers.rules.votes import level_name

if TYPE_CHECKING:
    from solvers.concessions.answer import CheapestPackage
    from solvers.concessions.problem import ConcessionProblem, Deletion, Package

__all__ = ["Demand", "Stood", "demand_holds", "demanded_deletions", "demanded_package"]


@dataclass(frozen=True)
class Demand:
    """What a package must stand.

    Parameters
    ----------
    kind : {"survive", "rival", "buffer", "chance"}
        So many votes that fall by one level, whichever they are; a rival who pays afterwards;
        a buffer on every margin; a probability of passage.
    level : Fraction
        How many votes; what the rival has, in units of margin; how large the buffer is; the
        probability, where margins lie anywhere in their intervals and hidden objections come
        as the scenario says, all independent.

    Raises
    ------
    EngineError
        If the level is negative, votes are no whole number, or a probability is not between 0
        and 1.
    """

    kind: str
    level: Fraction

    def __post_init__(self) -> None:
        if self.level < 0:
            raise EngineError(f"{self.words()}: it must be at least 0")
        if self.kind == "survive" and self.level.denominator != 1:
            raise EngineError(f"{self.words()}: votes are whole")
        if self.kind == "chance" and not 0 < self.level < 1:
            raise EngineError(f"{self.words()}: a probability between 0 and 1, such as 0.9")

    def words(self) -> str:
        """Say what is demanded."""
        number = number_text(self.level)
        return {
            "survive": f"it still works after any {number} one-level falls of votes",
            "rival": f"a rival with {number} margin units cannot break it",
            "buffer": f"it still works if every margin is lower by {number}",
            "chance": f"it passes with probability {number} at least",
        }[self.kind]

    def to_data(self) -> dict[str, str]:
        """Return plain data."""
        return {"kind": self.kind, "level": str(self.level)}


@dataclass(frozen=True)
class Stood:
    """A package that stands a demand, and what would break it or is not asked of it."""

    answer: CheapestPackage
    breaking: str


def demanded_package(
    problem: ConcessionProblem,
    demand: Demand,
    names: Sequence[str],
    solver: str = "highs",
    time_limit: float | None = None,
) -> Stood:
    """Find a cheapest package that stands a demand.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    demand : Demand
        What it must stand.
    names : sequence of str
        The players.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Stood
    """
    from solvers.concessions import cheapest_package

    if demand.kind == "survive":
        from solvers.concessions.robust.survival import cheapest_surviving

        def engine(
            problem: ConcessionProblem, *, time_limit: float | None = None
        ) -> CheapestPackage:
            return cheapest_package(problem, solver, time_limit)

        found = cheapest_surviving(problem, int(demand.level), engine=engine, time_limit=time_limit)
        breaking = ""
        if found.breaking is not None:
            who = listed([names[i] for i in sorted(found.breaking)])
            breaking = f"the fall of {len(found.breaking)} would break it, for instance {who}"
        return Stood(found.answer, breaking)
    if demand.kind == "rival":
        from solvers.concessions.robust.rival import cheapest_against_rival

        proof = cheapest_against_rival(problem, demand.level, solver, time_limit)
        breaking = ""
        if proof.breaking is not None:
            votes: Mapping[int, int] = proof.breaking.votes
            turned = [f"{names[i]} to {level_name(v)}" for i, v in sorted(votes.items())]
            price = number_text(proof.breaking.price)
            breaking = f"more than {price} would break it: {listed(turned)}"
        return Stood(proof.answer, breaking)
    if demand.kind == "chance":
        from solvers.concessions.robust.chance import interval_spreads
        from solvers.concessions.robust.chance_search import cheapest_with_chance

        spreads = interval_spreads(problem)
        likely = cheapest_with_chance(problem, spreads, demand.level, solver, time_limit)
        if likely.chance is None:
            return Stood(likely.answer, "")
        word = f"{float(likely.chance.probability):.6g}"
        return Stood(likely.answer, f"it fails otherwise: the exact probability is {word}")
    from solvers.concessions.robust.buffer import with_buffer

    answer = cheapest_package(with_buffer(problem, demand.level), solver, time_limit)
    return Stood(answer, _untouched(problem, names))


def _untouched(problem: ConcessionProblem, names: Sequence[str]) -> str:
    """Say whose votes a buffer on margins does not touch."""
    stated = [n for n, v in zip(names, problem.voters, strict=True) if v.stated is not None]
    if not stated:
        return ""
    if len(stated) == len(names):
        return "no state here has a margin: every vote is stated, and nothing was lowered"
    return f"stated votes have no margin and stay as they are: {' '.join(stated)}"


def demand_holds(problem: ConcessionProblem, package: Package, demand: Mapping[str, Any]) -> bool:
    """Re-check that a package stands what was demanded.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.
    demand : mapping
        As :meth:`Demand.to_data` wrote it.

    Returns
    -------
    bool
    """
    level = Fraction(demand["level"])
    if problem.violations(package):
        return False
    if demand["kind"] == "survive":
        from solvers.concessions.robust.survival import survives

        return survives(problem, package, int(level))[0]
    if demand["kind"] == "rival":
        from solvers.concessions.robust.rival import withstands

        return withstands(problem, package, level)
    if demand["kind"] == "chance":
        from solvers.concessions.robust.chance import interval_spreads, passage_chance

        found = passage_chance(problem, package, interval_spreads(problem))
        return found.probability - found.error >= level
    from solvers.concessions.robust.buffer import with_buffer

    return not with_buffer(problem, level).violations(package)


def demanded_deletions(
    problem: ConcessionProblem, package: Package, resolution: Fraction, demand: Mapping[str, Any]
) -> tuple[Deletion, ...]:
    """Leave out or lower every part in turn, and ask whether what is left stands the demand.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.
    resolution : Fraction
        The step by which amounts are lowered; positive.
    demand : mapping
        As :meth:`Demand.to_data` wrote it.

    Returns
    -------
    tuple of Deletion
    """
    from solvers.concessions.judgement import smaller_packages
    from solvers.concessions.problem import Deletion

    return tuple(
        Deletion(part, number, less, demand_holds(problem, rest, demand))
        for part, number, less, rest in smaller_packages(package, resolution)
    )
