"""Why no package works, and what would mend it; or what each requirement and each vote costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.answers.wording import apart, listed, marked
from coalitions.concessions.package_case import PackageCase, case_of
from coalitions.concessions.packages import PackageResult, packages
from coalitions.concessions.requirement_words import label_words, measure_words
from coalitions.scenarios.scenario import Scenario
from solvers.errors import EngineError
from solvers.rules.votes import level_name

if TYPE_CHECKING:
    from solvers.concessions.clashes.blocking import Blocker
    from solvers.concessions.clashes.marco import Clashes
    from solvers.concessions.clashes.repairs import Repair
    from solvers.concessions.clashes.requirement_prices import RequirementPrices
    from solvers.concessions.clashes.requirements import Label
    from solvers.concessions.listing.vote_prices import VotePrices

__all__ = ["Explanation", "explain"]

MAX_LISTED = 12
"""So many clashes, repairs and prices stand on the screen; JSON has all of them."""


@dataclass(frozen=True)
class Explanation(Result):
    """Clashes and repairs where nothing works; prices where something does.

    Parameters
    ----------
    case : PackageCase
        What is asked.
    package : PackageResult
        The cheapest package, or the statement that there is none.
    clashes : Clashes or None
        Sets of requirements that clash, and sets whose dropping mends it.
    repairs : tuple of Repair
        The cheapest first.
    prices : RequirementPrices or None
        What each requirement costs.
    votes : VotePrices or None
        What each state's vote costs.
    blocker : Blocker or None
        The cheapest way to break the package, in units of margin.
    blocking : tuple of tuple of int
        The smallest sets of states whose fall by one level stops it, the first of them.
    power : mapping of str to Fraction
        Shapley-Shubik index of every member, who is not for being against.
    """

    case: PackageCase | None = None
    package: PackageResult | None = None
    clashes: Clashes | None = None
    repairs: tuple[Repair, ...] = ()
    prices: RequirementPrices | None = None
    votes: VotePrices | None = None
    blocker: Blocker | None = None
    blocking: tuple[tuple[int, ...], ...] = ()
    power: Mapping[str, Fraction] = field(default_factory=dict)

    kind = "explain"
    columns = ("what", "of", "requirements", "cost", "saves", "note")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The problem, and what an independent check of clashes and repairs needs."""
        if self.case is None:
            return {}
        from solvers.concessions.data import package_to_data, problem_to_data

        found: dict[str, Any] = {"problem": problem_to_data(self.case.model.problem)}
        if self.clashes is not None:
            found |= {
                "infeasible": [self._labels(s) for s in self.clashes.infeasible],
                "corrections": [self._labels(s) for s in self.clashes.corrections],
                "complete": self.clashes.complete,
                "repairs": [
                    {
                        "correction": self._labels(r.correction),
                        "cost": exact_text(r.cost),
                        "package": None if r.package is None else package_to_data(r.package),
                    }
                    for r in self.repairs
                ],
            }
        elif self.package is not None:
            found["package"] = dict(self.package.certificate)
        return found

    @staticmethod
    def _labels(labels: Iterable[Label]) -> list[list[str | int]]:
        return sorted((list(label) for label in labels), key=lambda x: tuple(map(str, x)))

    def answer(self) -> dict[str, Any]:
        """Return clashes, repairs and prices as plain data."""
        case = self.case
        if case is None or self.package is None:
            return {}
        found: dict[str, Any] = {
            "option": case.option.key,
            "venue": case.venue.key,
            "status": self.package.status,
            "reason": self.package.reason,
            "cost": exact_text(self.package.cost),
            "unit": case.scenario.unit,
        }
        if self.clashes is not None:
            found["clashes"] = [self._words(s) for s in self.clashes.infeasible]
            found["corrections"] = [self._words(s) for s in self.clashes.corrections]
            found["all_found"] = self.clashes.complete
            found["repairs"] = [
                {
                    "drop": self._words(r.correction),
                    "cost_then": exact_text(r.cost),
                    "or": measure_words(r.measures, case),
                }
                for r in self.repairs
            ]
        if self.clashes is None:
            found["package"] = self.package.answer()
        if self.prices is not None:
            found["requirement_prices"] = [
                {
                    "requirement": label_words(p.label, case),
                    "change": p.change,
                    "saves": exact_text(p.saves),
                }
                for p in self.prices.prices
            ]
            found["all_priced"] = self.prices.complete
        if self.votes is not None:
            found["vote_prices"] = [
                {
                    "state": case.model.names[v.player],
                    "vote_now": level_name(self.package.votes[v.player]),
                    "cost_if_it_must_vote_for": exact_text(v.in_favour),
                    "price_of_its_vote": exact_text(v.price),
                    "cost_if_paid_nothing": exact_text(v.without),
                    "could_hold_out_for": exact_text(v.hold_out),
                    "power": exact_text(self.power.get(case.model.names[v.player])),
                }
                for v in self.votes.prices
            ]
        if self.blocking:
            found["smallest_blocking_sets"] = [
                [case.model.names[i] for i in s] for s in self.blocking
            ]
        if self.blocker is not None:
            found["cheapest_break"] = {
                "more_than": exact_text(self.blocker.price),
                "turns": {
                    case.model.names[i]: level_name(v)
                    for i, v in sorted(self.blocker.turned.items())
                },
            }
        return found

    def _words(self, labels: Iterable[Label]) -> list[str]:
        if self.case is None:
            return []
        ordered = sorted(labels, key=lambda x: tuple(map(str, x)))
        return [label_words(label, self.case) for label in ordered]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per clash, repair, price."""
        case = self.case
        if case is None:
            return []
        rows: list[dict[str, Any]] = []
        empty = dict.fromkeys(self.columns, "")
        if self.clashes is not None:
            for s in self.clashes.infeasible:
                rows.append(empty | {"what": "clash", "requirements": "; ".join(self._words(s))})
            for r in self.repairs:
                rows.append(
                    empty
                    | {
                        "what": "repair",
                        "requirements": "; ".join(self._words(r.correction)),
                        "cost": exact_text(r.cost),
                        "note": "; ".join(measure_words(r.measures, case)),
                    }
                )
        for p in self.prices.prices if self.prices is not None else ():
            words = label_words(p.label, case)
            rows.append(
                empty | {"what": p.change, "requirements": words, "saves": exact_text(p.saves)}
            )
        for v in self.votes.prices if self.votes is not None else ():
            rows.append(
                empty
                | {
                    "what": "vote",
                    "of": case.model.names[v.player],
                    "cost": exact_text(v.price),
                    "note": f"hold-out {exact_text(v.hold_out) or 'unbounded'}",
                }
            )
        return rows

    def screen(self) -> Screen:
        """Return it in words."""
        case, package = self.case, self.package
        if case is None or package is None:
            return Screen("", self.marking, ())
        scenario = case.scenario
        blocks = [Block("FOR", case.heading())]
        if self.clashes is not None:
            blocks += self._clash_blocks()
        else:
            blocks.append(Block("CHEAPEST PACKAGE", package.headline(), package.lines()))
            blocks += self._price_blocks(case)
        if self.assumptions:
            rows = tuple((a.origin, f"{a.what} [{a.place}]") for a in self.assumptions)
            what = f"{len(rows)} numbers and positions not on record"
            blocks.append(Block("RESTS ON", what, rows))
        return Screen(f"{scenario.title}, {scenario.date}", self.marking, tuple(blocks))

    def _clash_blocks(self) -> list[Block]:
        case, clashes = self.case, self.clashes
        if case is None or clashes is None:
            return []
        sure = "all of them" if clashes.complete else "not all: the search was stopped"
        rows = [
            (f"clash {n}", listed(self._words(s)))
            for n, s in enumerate(clashes.infeasible[:MAX_LISTED], 1)
        ]
        if len(clashes.infeasible) > MAX_LISTED:
            rows.append(("", f"and {len(clashes.infeasible) - MAX_LISTED} more"))
        aside = f"no certificate within the instruments entered ({sure})"
        blocks = [Block("NO PACKAGE WORKS", aside, tuple(rows))]
        rows = []
        for r in self.repairs[:MAX_LISTED]:
            unit = case.scenario.unit
            cost = "open" if r.cost is None else f"{number_text(r.cost)} {unit}"
            rows.append((f"then costs {cost}", f"without {listed(self._words(r.correction))}"))
            rows += [("", f"or: {text}") for text in measure_words(r.measures, case)]
        if len(self.repairs) > MAX_LISTED:
            rows.append(("", f"and {len(self.repairs) - MAX_LISTED} more"))
        aside = "the cheapest first; each mends every clash, and no part of it alone does"
        blocks.append(Block("WHAT WOULD MEND IT", aside, tuple(rows)))
        return blocks

    def _price_blocks(self, case: PackageCase) -> list[Block]:
        blocks = []
        if self.prices is not None:
            dear = [p for p in self.prices.prices if p.saves]
            rows = []
            for p in dear[:MAX_LISTED]:
                how = "without" if p.change == "dropped" else "one step less of"
                text = f"{how} {label_words(p.label, case)}"
                rows.append((f"saves {number_text(p.saves)}", text))
            if len(dear) > MAX_LISTED:
                rows.append(("", f"and {len(dear) - MAX_LISTED} more"))
            free = len({p.label for p in self.prices.prices} - {p.label for p in dear})
            if free:
                which = f"{free} other" if dear else f"any of the {free}"
                rows.append(("saves nothing", f"{which} requirements"))
            sure = "" if self.prices.complete else "not all: the search was stopped"
            blocks.append(Block("WHAT EACH REQUIREMENT COSTS", sure, tuple(rows)))
        if self.votes is not None:
            rows = []
            for v in self.votes.prices:
                name = marked(case.model.names[v.player], case.venue.bound)
                text = "no package wins its yes"
                if v.price is not None:
                    text = "a yes costs nothing more"
                    if v.price:
                        text = f"a yes costs {number_text(v.price)} more"
                if v.hold_out is None:
                    text += "; indispensable: no package does without paying it"
                elif v.hold_out:
                    text += f"; could hold out for {number_text(v.hold_out)}"
                share = self.power.get(case.model.names[v.player])
                if share is not None:
                    text += f"; power {float(share):.4f}"
                rows.append((name, text))
            aside = f"in {case.scenario.unit}, on top of the cheapest package"
            if self.power:
                aside += "; beside its power (Shapley-Shubik, not for being against)"
            blocks.append(Block("THE PRICE OF EACH VOTE", aside, tuple(rows)))
        if self.blocking:
            names, bound = case.model.names, case.venue.bound
            rows = [("", apart(marked(names[i], bound) for i in s)) for s in self.blocking]
            size = len(self.blocking[0])
            aside = f"{size} falling by one level, for instance" if size > 1 else "one falling"
            blocks.append(Block("SMALLEST SETS THAT STOP IT", aside, tuple(rows)))
        if self.blocker is not None:
            turned = [
                f"{marked(case.model.names[i], case.venue.bound)} to {level_name(v)}"
                for i, v in sorted(self.blocker.turned.items())
            ]
            price = number_text(self.blocker.price)
            text = f"anything above {price} margin units: {listed(turned)}"
            blocks.append(Block("CHEAPEST WAY TO STOP IT", text))
        return blocks


def explain(
    scenario: Scenario,
    option: str | None = None,
    venue: str | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
    without_amendments: bool = False,
) -> Explanation:
    """Say why no package works and what would mend it, or what requirements and votes cost.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option, venue : str, optional
        Keys; the only option and its first venue when left out.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds for each question.
    without_amendments : bool
        Leave the text as it stands.

    Returns
    -------
    Explanation

    Raises
    ------
    EngineError
        If there is no such option or venue.

    References
    ----------
    .. [1] M. H. Liffiton and A. Malik, "Enumerating infeasibility: finding multiple MUSes
       quickly", CPAIOR 2013, Lecture Notes in Computer Science 7874, pp. 160-175.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> found = explain(load("council-of-seven"), without_amendments=True)
    >>> [str(p["saves"]) for p in found.answer()["requirement_prices"][:2]]
    ['5', '4']
    """
    case = case_of(scenario, option, venue, without_amendments)
    package = packages(
        scenario, case.option.key, case.venue.key, solver, time_limit,
        without_amendments=without_amendments, rents=False,
    )  # fmt: skip
    seconds = package.provenance.seconds
    provenance = Provenance(scenario.digest, package.provenance.solver, None, 1e-6, seconds)
    base = Explanation(
        case.scenario, package.guarantee, package.assumptions, provenance, case, package,
        changed=package.changed,
    )  # fmt: skip
    stop = _deadline(time_limit)
    if package.status == "none":
        return _why_not(base, case, solver, stop)
    if package.status == "found" and package.guarantee == "optimal":
        return _prices(base, case, package, solver, time_limit)
    return base


def _deadline(time_limit: float | None) -> Callable[[], bool] | None:
    """Say when the time is up."""
    if time_limit is None:
        return None
    end = time.monotonic() + time_limit
    return lambda: time.monotonic() > end


def _why_not(
    base: Explanation, case: PackageCase, solver: str, stop: Callable[[], bool] | None
) -> Explanation:
    from solvers.concessions.clashes.marco import find_clashes
    from solvers.concessions.clashes.repairs import repairs

    problem = case.model.problem
    clashes = find_clashes(problem, solver, stop=stop)
    mended = repairs(problem, clashes, solver, stop=stop)
    guarantee = "optimal" if clashes.complete else "bounded"
    return replace(base, guarantee=guarantee, clashes=clashes, repairs=mended)


def _prices(
    base: Explanation,
    case: PackageCase,
    package: PackageResult,
    solver: str,
    time_limit: float | None,
) -> Explanation:
    from coalitions.power_indices.power import power
    from solvers.concessions.clashes.blocking import blocking_sets, cheapest_blocker
    from solvers.concessions.clashes.requirement_prices import requirement_prices
    from solvers.concessions.listing.vote_prices import vote_prices
    from solvers.concessions.problem import Transfer

    problem = case.model.problem
    prices = requirement_prices(problem, solver, stop=_deadline(time_limit))
    votes = vote_prices(problem, solver=solver, time_limit=time_limit)
    blocker = None
    if package.package is not None and not problem.bandwagon:
        one = Fraction(1)
        movable = [i for i, voter in enumerate(problem.voters) if voter.margin is not None]
        levers = [Transfer(i, one, one) for i in movable]
        with suppress(EngineError):  # votes that hang on one another have no such price
            blocker = cheapest_blocker(problem, package.package, levers, solver=solver)
    firm = [i for i, voter in enumerate(problem.voters) if voter.firm]
    sets = list(islice(blocking_sets(problem.rule, package.votes, firm=firm), MAX_LISTED))
    smallest = tuple(s for s in sets if len(s) == len(sets[0]))
    shares: dict[str, Fraction] = {}
    with suppress(EngineError):  # a body too large, or a route of several, has no index here
        measured = power(case.venue.bound, ["shapley_shubik"]).answer()["indices"]
        values = measured["shapley_shubik"]["values"]
        shares = {name: Fraction(value) for name, value in values.items()}
    whole = prices.complete and votes.status == "optimal"
    guarantee = "optimal" if whole else "bounded"
    return replace(
        base,
        guarantee=guarantee,
        prices=prices,
        votes=votes,
        blocker=blocker,
        blocking=smallest,
        power=shares,
    )
