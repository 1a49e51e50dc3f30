"""What more legitimacy or more durability costs: the packages that no other beats in all three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.concessions.package_case import PackageCase, case_of
from coalitions.concessions.package_parts import named_parts, number_names, part_lines
from coalitions.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from solvers.concessions.robust.pareto import Legitimacy, ParetoFront, ParetoPoint

__all__ = ["PackageFront", "package_front"]


@dataclass(frozen=True)
class PackageFront(Result):
    """A front of cost, legitimacy and durability.

    Parameters
    ----------
    case : PackageCase
        What is asked.
    front : ParetoFront or None
        The points; None where nothing was searched.
    legitimacy : Legitimacy or None
        What adds to legitimacy.
    durability : {"buffer", "survival"}
        What durability is.
    """

    case: PackageCase | None = None
    front: ParetoFront | None = None
    legitimacy: Legitimacy | None = None
    durability: str = "survival"

    kind = "package-front"
    columns = ("durability", "legitimacy", "cost", "package")

    @property
    def points(self) -> tuple[ParetoPoint, ...]:
        """The points, by durability, then legitimacy."""
        return () if self.front is None else self.front.points

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The whole problem, and every point with its package, exactly."""
        if self.case is None or self.legitimacy is None:
            return {}
        from solvers.concessions.data import package_to_data, problem_to_data

        return {
            "problem": problem_to_data(self.case.model.problem),
            "names": number_names(self.case.model),
            "durability": self.durability,
            "legitimacy": {
                "votes": [str(w) for w in self.legitimacy.votes],
                "amendments": {str(k): str(w) for k, w in self.legitimacy.amendments.items()},
                "base": str(self.legitimacy.base),
            },
            "packages": [package_to_data(p.package) for p in self.points],
            "complete": self.front.complete if self.front else False,
        }

    def answer(self) -> dict[str, Any]:
        """Return the points as plain data."""
        found: dict[str, Any] = {
            "option": self.case.option.key if self.case else None,
            "venue": self.case.venue.key if self.case else None,
            "durability": self.durability,
            "complete": self.front.complete if self.front else False,
            "unit": self.scenario.unit if self.scenario else "",
            "points": [],
        }
        if self.case is not None:
            names = number_names(self.case.model)
            found["points"] = [
                {
                    "cost": exact_text(p.cost),
                    "legitimacy": exact_text(p.legitimacy),
                    "durability": exact_text(p.durability),
                    "proved": p.proved,
                }
                | named_parts(names, p.package)
                for p in self.points
            ]
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per point."""
        if self.case is None:
            return []
        model, bound = self.case.model, self.case.venue.bound
        return [
            {
                "durability": exact_text(p.durability),
                "legitimacy": exact_text(p.legitimacy),
                "cost": exact_text(p.cost),
                "package": "; ".join(
                    f"{label} {text}" for label, text in part_lines(model, p.package, bound)
                ),
            }
            for p in self.points
        ]

    @property
    def durability_words(self) -> str:
        """What durability counts."""
        unit = self.scenario.unit if self.scenario else "margin units"
        return {
            "survival": "votes that may fall by one level, whichever they are",
            "buffer": f"{unit} by which every margin may fall",
        }[self.durability]

    def headline(self) -> str:
        """Say how many points there are and how sure that is."""
        if self.front is None:
            reason = self.case.reason if self.case else ""
            return f"not asked: {reason or 'no concessions entered'}"
        n = len(self.points)
        if not n:
            return "none within the instruments entered" if self.front.complete else "none yet"
        word = "all of them, proved" if self.front.complete else "stopped early: there may be more"
        return f"{n} points, none beaten by another ({word})"

    def screen(self) -> Screen:
        """Return the front in words."""
        case, scenario = self.case, self.scenario
        if case is None or scenario is None:
            return Screen("", self.marking, (Block("FRONT", self.headline()),))
        blocks = [Block("FRONT", self.headline()), Block("FOR", case.heading())]
        rows = (
            ("cost", scenario.unit),
            ("legitimacy", "votes for, the legitimacy of the route, endorsements"),
            ("durability", self.durability_words),
        )
        blocks.append(Block("MEASURED IN", "", rows))
        for p in self.points:
            lines = part_lines(case.model, p.package, case.venue.bound)
            head = f"durability {number_text(p.durability)}, legitimacy {number_text(p.legitimacy)}"
            cost = f"costs {number_text(p.cost)}"
            blocks.append(Block(head, cost, lines or (("", "nothing is conceded"),)))
        if self.assumptions:
            rested = tuple((a.origin, f"{a.what} [{a.place}]") for a in self.assumptions)
            what = f"{len(rested)} numbers and positions not on record"
            blocks.append(Block("RESTS ON", what, rested))
        return Screen(f"{scenario.title}, {scenario.date}", self.marking, tuple(blocks))


def package_front(
    scenario: Scenario,
    durability: Literal["buffer", "survival"] = "survival",
    levels: Sequence[Fraction | int] = (0, 1, 2),
    option: str | None = None,
    venue: str | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
    without_amendments: bool = False,
    floors: Sequence[Fraction | int] | None = None,
) -> PackageFront:
    """Find the packages that no other beats in cost, legitimacy and durability at once.

    Parameters
    ----------
    scenario : Scenario
        The case.
    durability : {"survival", "buffer"}
        Whether durability is a number of votes that may fall, or a buffer on every margin.
    levels : sequence of Fraction or int
        Levels of durability that are asked for.
    option, venue : str, optional
        Keys; the only option and its first venue when left out.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds in all.
    without_amendments : bool
        Leave the text as it stands.
    floors : sequence of Fraction or int, optional
        Levels of legitimacy that are asked for; all that a package can have when left out.

    Returns
    -------
    PackageFront

    Raises
    ------
    EngineError
        If there is no such option or venue.

    Notes
    -----
    Legitimacy is the number of votes for, plus the legitimacy of the route and of endorsements
    as the scenario states them.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> front = package_front(load("council-of-seven"), "buffer", [0, 1])
    >>> [(int(p.durability), int(p.legitimacy), int(p.cost)) for p in front.points]
    [(0, 4, 4), (0, 5, 6), (0, 6, 9), (0, 7, 13), (1, 4, 6), (1, 5, 9), (1, 6, 13), (1, 7, 18)]
    """
    from solvers.concessions.robust.pareto import Legitimacy, pareto_front

    case = case_of(scenario, option, venue, without_amendments)
    given = sum(
        (e.legitimacy.value for e in scenario.ties.endorsements if e.given), case.venue.legitimacy
    )
    gains = {e.key: e.legitimacy.value for e in scenario.ties.endorsements if not e.given}
    extra = {
        k: gains[a.key.removeprefix("endorsement ")]
        for k, a in enumerate(case.model.amendments)
        if a.kind == "endorsement"
    }
    legitimacy = Legitimacy(tuple(Fraction(1) for _ in case.model.names), extra, given)
    base = PackageFront(
        case.scenario, "exact", case.assumptions(), Provenance(scenario.digest), case, None,
        legitimacy, durability,
    )  # fmt: skip
    if case.status != "ready":
        return base
    front = pareto_front(
        case.model.problem,
        legitimacy,
        durability,
        levels,
        floors=floors,
        solver=solver,
        time_limit=time_limit,
    )
    return PackageFront(
        case.scenario,
        "optimal" if front.complete else "bounded",
        case.assumptions(),
        Provenance(scenario.digest, solver, None, 1e-6),
        case,
        front,
        legitimacy,
        durability,
    )
