"""The best packages in order of cost, none of them with a part too many."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.answers.wording import apart
from coalitions.concessions.package_case import PackageCase, case_of
from coalitions.concessions.package_parts import named_parts, number_names, part_lines
from coalitions.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from solvers.concessions.listing.package_list import PackageList, RankedPackage

__all__ = ["PackageListResult", "list_packages"]


@dataclass(frozen=True)
class PackageListResult(Result):
    """Packages in order of cost.

    Parameters
    ----------
    case : PackageCase
        What is asked.
    found : PackageList or None
        The packages; None where nothing was searched.
    asked : int
        How many were asked for.
    distance : int
        In how many amendments, links and recipients each differs at least from all before;
        0 when packages of the same kind count too.
    """

    case: PackageCase | None = None
    found: PackageList | None = None
    asked: int = 0
    distance: int = 0

    kind = "package-list"
    columns = ("rank", "cost", "amendments", "paid", "package")

    @property
    def packages(self) -> tuple[RankedPackage, ...]:
        """The packages, the cheapest first."""
        return () if self.found is None else self.found.packages

    @property
    def costs(self) -> tuple[Fraction, ...]:
        """Their exact costs."""
        return tuple(entry.cost for entry in self.packages)

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The whole problem and every package, exactly."""
        if self.case is None:
            return {}
        from solvers.concessions.data import package_to_data, problem_to_data

        return {
            "problem": problem_to_data(self.case.model.problem),
            "names": number_names(self.case.model),
            "packages": [package_to_data(entry.package) for entry in self.packages],
            "distance": self.distance,
            "complete": self.found.complete if self.found else False,
        }

    def answer(self) -> dict[str, Any]:
        """Return the packages as plain data, by name."""
        found: dict[str, Any] = {
            "option": self.case.option.key if self.case else None,
            "venue": self.case.venue.key if self.case else None,
            "status": self.case.status
            if self.case and self.case.status != "ready"
            else ("found" if self.packages else "none" if self._proved_none else "stopped"),
            "asked": self.asked,
            "distance": self.distance,
            "complete": self.found.complete if self.found else False,
            "bound": self.found.bound if self.found else None,
            "unit": self.scenario.unit if self.scenario else "",
            "packages": [],
        }
        if self.case is not None:
            names = number_names(self.case.model)
            found["packages"] = [
                {"cost": exact_text(e.cost)} | named_parts(names, e.package) for e in self.packages
            ]
        return found

    @property
    def _proved_none(self) -> bool:
        return self.found is not None and self.found.status == "infeasible"

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per package."""
        if self.case is None:
            return []
        model, bound = self.case.model, self.case.venue.bound
        return [
            {
                "rank": rank,
                "cost": exact_text(e.cost),
                "amendments": " ".join(
                    model.amendments[k].key for k in sorted(e.package.amendments)
                ),
                "paid": apart(model.names[i] for i, _ in e.levels),
                "package": "; ".join(
                    f"{label} {text}" for label, text in part_lines(model, e.package, bound)
                ),
            }
            for rank, e in enumerate(self.packages, 1)
        ]

    def headline(self) -> str:
        """Say how many there are, and how sure that is."""
        if self.case is None or self.found is None:
            reason = self.case.reason if self.case else ""
            return f"not asked: {reason or 'no concessions entered'}"
        n = len(self.packages)
        if not n:
            none = "none within the instruments entered"
            return none if self._proved_none else "none found before the limit; open"
        kind = f", each different in {self.distance} parts or more" if self.distance else ""
        if self.found.complete:
            return f"{n}{kind}: there are no others"
        if self.found.status == "bounded":
            floor = (
                "" if self.found.bound is None else f" that costs less than {self.found.bound:.6g}"
            )
            return f"{n}{kind}, stopped early: none{floor} is missing"
        return f"the {n} cheapest{kind}, proved"

    def screen(self) -> Screen:
        """Return the packages in words."""
        case, scenario = self.case, self.scenario
        if case is None or scenario is None:
            return Screen("", self.marking, (Block("PACKAGES", self.headline()),))
        blocks = [Block("PACKAGES", self.headline()), Block("FOR", case.heading())]
        for rank, entry in enumerate(self.packages, 1):
            lines = part_lines(case.model, entry.package, case.venue.bound)
            cost = f"{number_text(entry.cost)} {scenario.unit}"
            blocks.append(Block(f"{rank}.", cost, lines or (("", "nothing is conceded"),)))
        if self.packages:
            blocks.append(
                Block(
                    "EACH",
                    "works, and ceases to when any payment in it is lowered or left out: "
                    "checked exactly. They differ in amendments, items or votes paid for",
                )
            )
        if self.assumptions:
            rows = tuple((a.origin, f"{a.what} [{a.place}]") for a in self.assumptions)
            what = f"{len(rows)} numbers and positions not on record"
            blocks.append(Block("RESTS ON", what, rows))
        return Screen(f"{scenario.title}, {scenario.date}", self.marking, tuple(blocks))


def list_packages(
    scenario: Scenario,
    k: int = 10,
    option: str | None = None,
    venue: str | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
    without_amendments: bool = False,
    distance: int = 0,
) -> PackageListResult:
    """List the cheapest packages, each of which ceases to work when any payment is lowered.

    Parameters
    ----------
    scenario : Scenario
        The case.
    k : int
        How many.
    option, venue : str, optional
        Keys; the only option and its first venue when left out.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds.
    without_amendments : bool
        Leave the text as it stands.
    distance : int
        Each package differs from all before it in so many amendments, links and recipients at
        least; 0 lists packages of the same kind too.

    Returns
    -------
    PackageListResult

    Raises
    ------
    EngineError
        If there is no such option or venue.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> found = list_packages(load("council-of-seven"), 10, without_amendments=True)
    >>> [int(cost) for cost in found.costs]
    [9, 11, 11, 12, 12, 12, 13, 14, 15, 15]
    """
    case = case_of(scenario, option, venue, without_amendments)
    base = PackageListResult(
        case.scenario, "exact", case.assumptions(), Provenance(scenario.digest), case, None, k,
        distance,
    )  # fmt: skip
    if case.status != "ready":
        return base
    if distance:
        from solvers.concessions.listing.diverse import diverse_packages

        found = diverse_packages(
            case.model.problem, k, distance, solver=solver, time_limit=time_limit
        )
    else:
        from solvers.concessions.listing.k_best import best_packages

        found = best_packages(case.model.problem, k, solver=solver, time_limit=time_limit)
    proved = found.status in ("optimal", "infeasible")
    provenance = Provenance(scenario.digest, found.engine, None, 1e-6, found.seconds)
    return PackageListResult(
        case.scenario,
        "optimal" if proved else "bounded",
        case.assumptions(),
        provenance,
        case,
        found,
        k,
        distance,
    )
