"""The cheapest concession package for one option in one venue, with its deletion test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.answers.wording import listed, marked
from coalitions.concessions.package_case import by_name, case_of, players_by_name
from coalitions.concessions.package_demands import Demand, demanded_deletions, demanded_package
from coalitions.concessions.package_hold_outs import Asked
from coalitions.concessions.package_parts import (
    named_parts,
    number_names,
    part_lines,
    parts_of,
    vote_lines,
)
from coalitions.decisions.modelling import Model
from coalitions.scenarios.scenario import Option, Scenario, Venue
from solvers.concessions.problem import Deletion, Package
from solvers.rules.decisive import decisive_players
from solvers.rules.votes import level_name

if TYPE_CHECKING:
    from solvers.concessions.answer import CheapestPackage
    from solvers.concessions.engines import Progress
    from solvers.concessions.robust.hold_out import HoldOut

__all__ = ["PackageResult", "packages", "with_answer"]


@dataclass(frozen=True)
class PackageResult(Result):
    """A package of least cost, or the statement that there is none within the instruments.

    Parameters
    ----------
    option, venue : Option, Venue
        What it is for.
    status : {"found", "none", "not asked", "not eligible", "stopped"}
        ``not asked`` when nothing to concede was entered.
    package : Package or None
        By number; :meth:`answer` has the names.
    cost : Fraction or None
        Exact, in the scenario's unit.
    bound : float or None
        What the solver proved: no package costs less.
    deletions : tuple of Deletion
        Every part left out or lowered in turn.
    confirmation : str
        What a second engine said of the optimum; empty where none was asked.
    engine, chosen : str
        What found the package, and why it was asked.
    demand : Demand or None
        What the package must stand beyond the vote.
    breaking : str
        What would break a package that stands it, or what the demand does not touch.
    hold_outs : tuple of HoldOut
        What each recipient could claim beyond what it is paid.
    no_hold_outs : str
        Why that was not asked, where there are recipients.
    """

    option: Option | None = None
    venue: Venue | None = None
    status: str = "none"
    reason: str = ""
    model: Model | None = None
    package: Package | None = None
    cost: Fraction | None = None
    bound: float | None = None
    deletions: tuple[Deletion, ...] = ()
    confirmation: str = ""
    engine: str = ""
    chosen: str = ""
    demand: Demand | None = None
    breaking: str = ""
    hold_outs: tuple[HoldOut, ...] = ()
    no_hold_outs: str = ""

    kind = "packages"
    columns = ("part", "name", "to", "amount", "cost")

    @property
    def irreducible(self) -> bool:
        """Whether no part can be left out or lowered."""
        return self.package is not None and not any(d.still_works for d in self.deletions)

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """Votes under the package, recomputed from the margins."""
        if self.model is None or self.package is None:
            return ()
        return self.model.problem.votes(self.package)

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The whole problem and the package, exactly."""
        if self.model is None:
            return {}
        from solvers.concessions.data import package_to_data, problem_to_data

        return {
            "problem": problem_to_data(self.model.problem),
            "package": None if self.package is None else package_to_data(self.package),
            "cost": exact_text(self.cost),
            "resolution": exact_text(self.scenario.resolution) if self.scenario else None,
            "names": number_names(self.model),
            "demand": None if self.demand is None else self.demand.to_data(),
            "optimality": self.confirmation or f"one solver: {self.provenance.solver}",
        }

    def answer(self) -> dict[str, Any]:
        """Return the package as plain data, by name."""
        found: dict[str, Any] = {
            "option": self.option.key if self.option else None,
            "venue": self.venue.key if self.venue else None,
            "status": self.status,
            "reason": self.reason,
            "unit": self.scenario.unit if self.scenario else "",
            "cost": exact_text(self.cost),
            "bound": self.bound,
            "found_by": self.engine,
            "demand": None if self.demand is None else self.demand.to_data(),
        }
        if self.package is None or self.model is None or self.venue is None:
            return found
        return (
            found
            | named_parts(number_names(self.model), self.package)
            | {
                "votes": {
                    n: level_name(v) for n, v in zip(self.model.names, self.votes, strict=True)
                },
                "irreducible": self.irreducible,
                "holds_throughout_intervals": self.holds_throughout,
                "hold_outs": [
                    {"state": self.model.names[h.player], "rent": exact_text(h.rent)}
                    for h in self.hold_outs
                    if h.proved
                ],
                "hold_outs_not_known": [
                    self.model.names[h.player] for h in self.hold_outs if not h.proved
                ],
                "hold_outs_not_asked": self.no_hold_outs,
            }
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per part of the package."""
        if self.package is None or self.model is None:
            return []
        return [part.row() for part in parts_of(self.model, self.package)]

    def headline(self) -> str:
        """Return cost and guarantee in one line."""
        unit = self.scenario.unit if self.scenario else "margin units"
        if self.status == "found" and self.cost is not None:
            word = {"optimal": "proved optimal", "bounded": "bounded"}[self.guarantee]
            floor = ""
            if self.guarantee == "bounded" and self.bound is not None:
                floor = f", no package costs less than {self.bound:.6g}"
            return f"{number_text(self.cost)} {unit} ({word}{floor})"
        return {
            "not asked": "not asked: no concessions entered",
            "none": "none within the instruments entered",
            "not eligible": f"not asked: the option is not eligible ({self.reason})",
            "stopped": "not found before the limit; whether one exists is open",
        }[self.status]

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return the parts of the package as labels and texts."""
        if self.package is None or self.model is None or self.venue is None:
            return ()
        bound, unit = self.venue.bound, self.scenario.unit if self.scenario else ""
        names = self.model.names
        rows = [*part_lines(self.model, self.package, bound), *vote_lines(names, self.votes, bound)]
        if self.hold_outs:
            rows.append(("hold-out", self._rents()))
        elif self.no_hold_outs:
            rows.append(("hold-out", f"not asked: {self.no_hold_outs}"))
        rows.append(("intervals", self._under_intervals(names)))
        test = (
            "passed: no part can be left out or lowered"
            if self.irreducible
            else ("failed: a part can be left out")
        )
        rows.append(("deletion test", f"{test} (step {number_text(self._step)} {unit})"))
        if self.engine:
            rows.append(("found by", f"{self.engine}: {self.chosen}"))
        if self.demand is not None:
            rows.append(("stands", self.demand.words()))
        if self.breaking:
            rows.append(("but", self.breaking))
        if self.confirmation:
            rows.append(("second opinion", self.confirmation))
        return tuple(rows)

    @cached_property
    def holds_throughout(self) -> bool | None:
        """Whether the package works however the entered intervals and leanings turn out."""
        if self.model is None or self.package is None:
            return None
        worst = [low for low, _ in self.model.problem.vote_intervals(self.package)]
        return self.model.problem.rule.evaluate(worst)

    def _under_intervals(self, names: Sequence[str]) -> str:
        if self.model is None or self.package is None:
            return ""
        ends = self.model.problem.vote_intervals(self.package)
        if self.holds_throughout:
            return "passes throughout: it does not rest on the middle of an interval"
        low, high = [e[0] for e in ends], [e[1] for e in ends]
        who = decisive_players(self.model.problem.rule, low, high)
        if who is None:
            who = tuple(i for i, (a, b) in enumerate(ends) if a != b)
        named = listed([names[i] for i in who])
        return f"turns on {named}: the price is for the most likely votes only"

    def _rents(self) -> str:
        """Say what recipients could claim: who is paid its stated gap does well to overstate it."""
        if self.model is None or self.venue is None:
            return ""
        names, bound = self.model.names, self.venue.bound
        proved = [(marked(names[h.player], bound), h.rent) for h in self.hold_outs if h.proved]
        claims = [f"{name} {number_text(rent)}" for name, rent in proved if rent is not None]
        boundless = [name for name, rent in proved if rent is None]
        if boundless:
            who = listed(boundless)
            none = "no package" if self.demand is None else "no package that stands this"
            claims.append(f"{who} without bound: {none} does without paying them")
        unknown = [marked(names[h.player], bound) for h in self.hold_outs if not h.proved]
        if unknown:
            claims.append(f"{listed(unknown)} not known")
        return f"could be claimed beyond the payment: {'; '.join(claims)}"

    @property
    def _step(self) -> Fraction:
        return self.scenario.resolution if self.scenario else Fraction(1)

    def screen(self) -> Screen:
        """Return the package in words."""
        title = f"{self.scenario.title}, {self.scenario.date}" if self.scenario else ""
        where = ""
        if self.option is not None and self.venue is not None:
            bound = self.venue.bound
            where = f"{self.option.title}, in {bound.body.title}: {bound.rule.describe()}"
        blocks = [Block("CHEAPEST PACKAGE", self.headline(), self.lines()), Block("FOR", where)]
        if self.assumptions:
            rows = tuple((a.origin, f"{a.what} [{a.place}]") for a in self.assumptions)
            blocks.append(
                Block("RESTS ON", f"{len(rows)} numbers and positions not on record", rows)
            )
        return Screen(title, self.marking, tuple(blocks))


def packages(
    scenario: Scenario,
    option: str | None = None,
    venue: str | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
    without_amendments: bool = False,
    demand: Demand | None = None,
    engine: str = "auto",
    second: str | None = None,
    progress: Progress | None = None,
    rents: bool = True,
    worth: Fraction | None = None,
) -> PackageResult:
    """Find a package of concessions of least cost under which an option is adopted.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option, venue : str, optional
        Keys; the only option and its first venue when left out.
    solver : str
        Back end of the integer programme.
    time_limit : float, optional
        Seconds.
    gap : float
        Relative gap at which the solver may stop; an answer that is not proved is ``bounded``.
    without_amendments : bool
        Leave the text as it stands.
    demand : Demand, optional
        What the package must stand beyond the vote.
    engine : {"auto", "decomposition", "budgets", "programme"}
        What finds it; ``auto`` chooses and says why.
    second : str, optional
        Another engine, or a back end of the integer programme, that is asked too; the answer
        says whether the two agree.
    progress : callable, optional
        Told the cost of the best package so far and the bound.
    rents : bool
        Whether to find what each recipient could claim beyond its payment: how much more the
        cheapest package costs that stands the same and pays it nothing. Where payments are tied
        together, or a package must stand something, that takes a search for each of them, and
        of more than 20 it is not asked.
    worth : Fraction, optional
        What a unit of effect is worth: then the package of largest net value is found, which
        need not be the cheapest.

    Returns
    -------
    PackageResult

    Raises
    ------
    EngineError
        If there is no such option or venue.

    References
    ----------
    .. [1] B. Steunenberg, D. Schmidtchen and C. Koboldt, "Strategic power in the European
       Union", Journal of Theoretical Politics 11 (1999), pp. 339-366.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> packages(load("council-of-seven"), without_amendments=True).cost
    Fraction(9, 1)
    """
    case = case_of(scenario, option, venue, without_amendments)
    changed: tuple[str, ...] = ()
    if scenario.changes:
        before = packages(
            replace(scenario, changes={}), option, venue, solver, time_limit, gap,
            without_amendments, demand, engine, rents=False, worth=worth,
        )  # fmt: skip
        changed = (f"without the change: {before.headline()}",)
    base = PackageResult(
        case.scenario, "exact", case.model.assumptions, Provenance(scenario.digest),
        case.option, case.venue, case.status, case.reason, case.model, demand=demand,
        changed=changed,
    )  # fmt: skip
    if case.status != "ready":
        return base
    base = replace(base, assumptions=case.assumptions())
    asked = Asked(case.model.problem, demand, worth, solver, gap, engine)
    if demand is not None:
        names = case.model.names
        with players_by_name(names):
            stood = demanded_package(case.model.problem, demand, names, solver, time_limit)
        found = stood.answer
        base = replace(base, breaking=stood.breaking)
    elif worth is not None:
        found = asked.again(case.model.problem, time_limit=time_limit)
    else:
        from solvers.concessions import cheapest_package

        found = cheapest_package(
            case.model.problem, solver, time_limit, gap,
            engine=engine, second=second, progress=progress,
        )  # fmt: skip
    result = with_answer(base, found)
    if not rents:
        return result
    claims, why_not = asked.rents(found, time_limit)
    return replace(result, hold_outs=claims, no_hold_outs=by_name(why_not, case.model.names))


def with_answer(base: PackageResult, found: CheapestPackage) -> PackageResult:
    """Put what an engine answered into a result.

    Parameters
    ----------
    base : PackageResult
        The question.
    found : CheapestPackage
        The answer.

    Returns
    -------
    PackageResult
    """
    solution, model = found.solution, base.model
    digest = base.provenance.digest
    provenance = Provenance(digest, solution.solver, None, 1e-6, solution.seconds)
    result = replace(
        base,
        provenance=provenance,
        bound=solution.bound,
        engine=found.engine,
        chosen=found.reason if model is None else by_name(found.reason, model.names),
        confirmation=found.second.sentence if found.second is not None else "",
    )
    if found.package is None or model is None:
        proved = solution.status == "infeasible"
        return replace(
            result,
            status="none" if proved else "stopped",
            guarantee="optimal" if proved else "bounded",
        )
    step, package = base._step, found.package
    if base.demand is None:
        deletions = model.problem.deletion_test(package, step)
    else:
        demand = base.demand.to_data()
        deletions = demanded_deletions(model.problem, package, step, demand)
    return replace(
        result,
        status="found",
        guarantee="optimal" if solution.status == "optimal" else "bounded",
        package=found.package,
        cost=found.cost,
        deletions=deletions,
    )
