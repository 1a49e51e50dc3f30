"""Option and coalition together: every option in every venue, ranked by what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.concessions.packages import PackageResult, packages
from coalitions.scenarios.scenario import Scenario

__all__ = ["PackageRanking", "rank_options"]


@dataclass(frozen=True)
class PackageRanking(Result):
    """The options of a scenario with their cheapest packages, the best first.

    Parameters
    ----------
    found : tuple of PackageResult
        One per option and venue, in order of rank; those without a package last.
    """

    found: tuple[PackageResult, ...] = ()

    kind = "package-ranking"
    columns = ("rank", "option", "venue", "status", "cost", "effect", "net value")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The certificates of the packages."""
        return {"parts": [{"kind": p.kind, "certificate": p.certificate} for p in self.found]}

    def effect(self, package: PackageResult) -> Fraction | None:
        """Return the effect of an option's text as the package leaves it.

        Parameters
        ----------
        package : PackageResult
            One of those found.

        Returns
        -------
        Fraction or None
            None where there is no package.
        """
        if package.package is None or package.model is None:
            return None
        problem, adopted = package.model.problem, package.package.amendments
        total = problem.effect + sum((problem.amendments[k].effect for k in adopted), Fraction(0))
        together = (c.effect for c in problem.combinations if c.amendments <= adopted)
        return total + sum(together, Fraction(0))

    def net_value(self, package: PackageResult) -> Fraction | None:
        """Return what the effect is worth minus what the package costs.

        Parameters
        ----------
        package : PackageResult
            One of those found.

        Returns
        -------
        Fraction or None
            None where there is no package, or the scenario does not say what effect is worth.
        """
        effect, worth = self.effect(package), self.scenario.worth if self.scenario else None
        if effect is None or worth is None or package.cost is None:
            return None
        return effect * worth.value - package.cost

    def answer(self) -> dict[str, Any]:
        """Return the ranking, and the packages, as plain data."""
        worth = self.scenario.worth if self.scenario else None
        return {
            "ranking": self.rows(),
            "worth_of_effect": exact_text(worth.value if worth else None),
            "parts": [p.answer() for p in self.found],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per option and venue."""
        return [
            {
                "rank": rank if p.package is not None else None,
                "option": p.option.key if p.option else "",
                "venue": p.venue.key if p.venue else "",
                "status": p.status,
                "cost": exact_text(p.cost),
                "effect": exact_text(self.effect(p)),
                "net value": exact_text(self.net_value(p)),
            }
            for rank, p in enumerate(self.found, 1)
        ]

    def screen(self) -> Screen:
        """Return the ranking in words."""
        scenario = self.scenario
        title = f"{scenario.title}, {scenario.date}" if scenario else ""
        blocks = []
        if scenario is not None:
            by = "cost, then effect: what effect is worth was not entered (floors.worth)"
            if scenario.worth is not None:
                worth = number_text(scenario.worth.value)
                by = f"net value: effect at {worth} {scenario.unit} a unit, minus cost"
            blocks.append(Block("OPTIONS", f"by {by}"))
        for rank, p in enumerate(self.found, 1):
            option = p.option.key if p.option else ""
            venue = p.venue.bound.body.title if p.venue else ""
            unit = p.option.unit if p.option else ""
            aside, effect, net = p.headline(), self.effect(p), self.net_value(p)
            if effect is not None:
                aside += f"; effect {number_text(effect)}{f' {unit}' if unit else ''}"
            if net is not None:
                aside += f"; net value {number_text(net)}"
            head = f"{rank}. {option}" if p.package is not None else option
            blocks.append(Block(f"{head}, {venue}", aside, p.lines()))
        if self.assumptions:
            rows = tuple((a.origin, f"{a.what} [{a.place}]") for a in self.assumptions)
            what = f"{len(rows)} numbers and positions not on record"
            blocks.append(Block("RESTS ON", what, rows))
        return Screen(title, self.marking, tuple(blocks))


def rank_options(scenario: Scenario, **how: Any) -> PackageRanking:
    """Find the cheapest package of every option in every venue, and rank them.

    Parameters
    ----------
    scenario : Scenario
        The case.
    **how
        As for :func:`coalitions.concessions.packages.packages`, which is asked.

    Returns
    -------
    PackageRanking
        By net value where the scenario says what effect is worth (``floors.worth``): of every
        option the package of largest net value. Else by the cost of the cheapest, and then by
        effect; ties in the order of the file. An option below the floor that
        no amendment lifts, without a legal basis, or across a red line is never ranked.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> [p.cost for p in rank_options(load("council-of-seven")).found]
    [Fraction(4, 1)]
    """
    worth = None if scenario.worth is None else scenario.worth.value
    found = [
        packages(scenario, option.key, venue.key, worth=worth, **{"rents": False, **how})
        for option in scenario.options
        for venue in option.venues
    ]
    guarantees = [p.guarantee for p in found if p.status in ("found", "none", "stopped")]
    order = ("bounded", "optimal", "exact")
    guarantee = next((g for g in order if g in guarantees), "exact")
    assumptions = tuple(sorted({a for p in found for a in p.assumptions}))
    if scenario.worth is not None and scenario.worth.origin != "recorded":
        from coalitions.answers.assumptions import Assumption

        what = f"worth of a unit of effect: {number_text(scenario.worth.value)}"
        more = Assumption(scenario.worth.place, scenario.worth.origin, what)
        assumptions = tuple(sorted({*assumptions, more}))
    solvers = sorted({p.provenance.solver for p in found} - {""})
    seconds = sum(p.provenance.seconds for p in found)
    provenance = Provenance(scenario.digest, ", ".join(solvers), None, 1e-6, seconds)
    ranking = PackageRanking(scenario, guarantee, assumptions, provenance, tuple(found))

    def key(package: PackageResult) -> tuple[bool, Fraction, Fraction]:
        effect, net = ranking.effect(package), ranking.net_value(package)
        if package.cost is None or effect is None:
            return True, Fraction(0), Fraction(0)
        return (False, package.cost, -effect) if net is None else (False, -net, package.cost)

    changed = tuple(line for p in found for line in p.changed)
    return PackageRanking(
        scenario,
        guarantee,
        assumptions,
        provenance,
        tuple(sorted(found, key=key)),
        changed=changed,
    )
