"""How probable it is that an option passes, and whose position is worth finding out first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.answers.wording import apart, factor_words, marked, percent
from coalitions.decisions.chance_lines import SURPRISE
from coalitions.decisions.known_chances import (
    assumed_chances,
    chances_of,
    correlation_of,
    entered_chances,
)
from coalitions.forecasts.inform_votes import (
    LEVELS,
    Finding,
    findings_error,
    value_of_votes,
    value_under_factor,
)
from coalitions.power_indices.power import voters
from coalitions.scenarios.scenario import Chances, Option, Scenario, Venue
from solvers.errors import EngineError
from solvers.power.common_factor import FactorVotes, monotone_bounds
from solvers.power.correlated import Mixture, Number
from solvers.power.passage import passage
from solvers.power.passage_floats import PassageTable
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSTAIN, NO, YES, level_name

__all__ = [
    "Information",
    "VenueInformation",
    "inform",
    "information_checks",
]

Value: TypeAlias = Fraction | float
"""Exact where votes are independent; a float under a common factor."""

SHOWN = 5  # findings on a screen
DOES = {YES: "votes for", ABSTAIN: "abstains", NO: "votes against"}


@dataclass(frozen=True)
class VenueInformation:
    """One option in one venue.

    Parameters
    ----------
    option : Option
        The text.
    venue : Venue
        The body and decision.
    rule : Rule
        Of those who vote.
    chances : tuple of Chances
        Of each of them.
    correlation : Fraction
        Of their leanings.
    intervals : tuple of (int, int)
        Lowest and highest vote that the positions leave open.
    probability : Fraction or float
        Of passage; a float where leanings are correlated.
    independent : Fraction
        The same without the common factor.
    error : float
        Proven bound on the error of the probability; 0 where it is exact.
    bounds : (float, float) or None
        Of the probability, from nothing but that passage grows with the factor.
    nodes : int
        Values of the factor that were summed over; 0 where there is none.
    findings : tuple of Finding
        The one that tells most first.
    record : tuple of int or None
        Recorded votes, in the order of the rule.
    """

    option: Option
    venue: Venue
    rule: Rule
    chances: tuple[Chances, ...]
    correlation: Fraction
    intervals: tuple[tuple[int, int], ...]
    probability: Value
    independent: Fraction
    error: float
    bounds: tuple[float, float] | None
    nodes: int
    findings: tuple[Finding, ...]
    record: tuple[int, ...] | None

    @property
    def missed(self) -> tuple[tuple[str, int, Fraction], ...]:
        """Members whose recorded vote had a small chance, with that vote and chance."""
        if self.record is None:
            return ()
        return tuple(
            (name, vote, chance)
            for name, vote, c in zip(self.rule.names, self.record, self.chances, strict=True)
            if vote in LEVELS and (chance := c.by_level[vote]) < SURPRISE
        )


@dataclass(frozen=True)
class Information(Result):
    """Chances of passage, and what is worth finding out."""

    parts: tuple[VenueInformation, ...] = ()

    kind = "inform"
    columns = ("option", "route", "states", "reduction", "settles", "probability")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """Rules, chances and intervals, so that every number can be computed again."""
        return {
            "parts": [
                {
                    "rule": p.rule.to_dict(),
                    "yes": [str(c.yes) for c in p.chances],
                    "abstain": [str(c.abstain) for c in p.chances],
                    "correlation": str(p.correlation),
                    "intervals": [list(ends) for ends in p.intervals],
                }
                for p in self.parts
            ]
        }

    def answer(self) -> dict[str, Any]:
        """Return the probabilities as plain data; exact numbers as text, floats as numbers."""
        return {
            "parts": [
                {
                    "option": p.option.key,
                    "venue": p.venue.key,
                    "probability": _told(p.probability),
                    "error": p.error,
                    "bounds_by_monotony": None if p.bounds is None else list(p.bounds),
                    "probability_if_independent": str(p.independent),
                    "correlation": str(p.correlation),
                    "nodes": p.nodes or None,
                    "members": {
                        name: {
                            "for": str(c.yes),
                            "abstain": str(c.abstain),
                            "against": str(c.against),
                            "recorded": None if p.record is None else level_name(p.record[i]),
                        }
                        for i, (name, c) in enumerate(zip(p.rule.names, p.chances, strict=True))
                    },
                    "findings": [_finding_data(f) for f in p.findings],
                }
                for p in self.parts
            ]
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per option, venue and states asked."""
        return [
            {
                "option": p.option.key,
                "route": p.venue.key,
                "states": apart(f.states),
                "reduction": float(f.reduction),
                "settles": float(f.settles),
                "probability": float(p.probability),
            }
            for p in self.parts
            for f in p.findings
        ]

    def screen(self) -> Screen:
        """Return the chances of passage and whom to ask first."""
        blocks = []
        for p in self.parts:
            blocks.append(Block(f"{p.option.key} in {p.venue.key}", p.option.title, _rows(p)))
        title = self.scenario.title if self.scenario else ""
        return Screen(title, self.marking, tuple(blocks))

    def verify(self) -> bool:
        """Compute every number again from the certificate."""
        data = self.to_dict()
        checks = list(information_checks(data["certificate"], data["answer"]))
        return bool(checks) and all(holds for _, holds in checks)


def _finding_data(f: Finding) -> dict[str, Any]:
    return {
        "states": list(f.states),
        "variance_reduction": _told(f.reduction),
        "settles": _told(f.settles),
        "given": [
            {
                "votes": [level_name(v) for v in votes],
                "chance": _told(chance),
                "passes": _told(passes),
            }
            for votes, (chance, passes) in f.given.items()
        ],
    }


def _told(value: Value) -> str | float:
    return value if isinstance(value, float) else str(value)


def _rows(p: VenueInformation) -> tuple[tuple[str, str], ...]:
    chance = percent(p.probability)
    if p.correlation:
        chance += (
            f" with leanings correlated {float(p.correlation):g}; "
            f"{percent(p.independent)} if members voted independently"
        )
    rows = [("passes with", chance)]
    variance = p.probability * (1 - p.probability)
    told = [f for f in p.findings if f.reduction]
    for f in told[:SHOWN]:
        names = ", ".join(marked(s, p.venue.bound) for s in f.states)
        parts = [f"takes {percent(f.reduction / variance)} of the variance away"]
        if len(f.states) == 1:
            parts += [
                f"{percent(passes)} if it {DOES[votes[0]]}"
                for votes, (weight, passes) in reversed(list(f.given.items()))
                if weight
            ]
        if f.settles:
            parts.append(f"settles it with chance {percent(f.settles)}")
        rows.append((f"ask {names}", "; ".join(parts)))
    if not told:
        rows.append(("ask nobody", "no vote of one of them tells anything of the outcome"))
    if p.record is not None:
        passed = p.rule.evaluate(p.record)
        chance = percent(p.probability if passed else 1 - p.probability)
        word = "passed" if passed else "failed"
        rows.append(("on record", f"it {word}, to which the estimate gave {chance}"))
        missed = ", ".join(
            f"{marked(name, p.venue.bound)} {level_name(vote)} ({percent(c)})"
            for name, vote, c in p.missed
        )
        if missed:
            rows.append(("missed", missed))
    if p.bounds is not None:
        rows.append(("common factor", factor_words(p.nodes, p.error, p.bounds)))
    return tuple(rows)


def inform(
    scenario: Scenario,
    option: str | None = None,
    chances: Mapping[str, tuple[Number, Number]] | None = None,
    correlation: Number | None = None,
    together: int = 1,
) -> Information:
    """Say how probable passage is, and whose position is worth finding out first.

    Parameters
    ----------
    scenario : Scenario
        The case. Chances of votes are those of its positions, which `coalitions estimate`
        writes; a position that leaves one vote open is certain.
    option : str, optional
        One option; all of them when left out.
    chances : mapping of str to (Fraction, int or str), optional
        Chances to vote for and to abstain, by state; they go before those of the scenario.
    correlation : Fraction, int or str, optional
        Of the leanings of any two members, through one common factor; 0 for none. That of the
        scenario when left out.
    together : int
        How many states are asked together.

    Returns
    -------
    Information
        Exact for the chances entered; with a common factor floats with a proven bound on their
        error.

    Raises
    ------
    EngineError
        If a chance is missing or wrong, or a state does not vote.
    LimitError
        If there are too many sets of states to try.

    Notes
    -----
    With p(v) the probability of passage once the votes v are known, knowing them is expected to
    lower the variance of the outcome by Σ P(v) (p(v) - p)². Every set of so many states is tried.

    References
    ----------
    .. [1] R. A. Howard, "Information value theory", IEEE Transactions on Systems Science and
       Cybernetics 2 (1966), pp. 22-26.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> found = inform(load("syria-cross-border-2019-2022"), "draft-2020-654")
    >>> found.parts[0].findings[0].states
    ('USA',)
    """
    start = time.perf_counter()
    if together < 1:
        raise EngineError(f"{together} states together; ask at least one")
    own = entered_chances(scenario, option, chances or {})
    options = [scenario.option(option)] if option is not None else scenario.options
    parts = [
        _inform(scenario, text, venue, own, correlation_of(text, correlation), together)
        for text in options
        for venue in text.venues
    ]
    assumed = {
        a
        for p in parts
        for a in assumed_chances(scenario, p.option, p.rule.names, own, correlation)
    }
    estimated = any(a.origin == "estimated" for a in assumed) or any(p.bounds for p in parts)
    seconds = time.perf_counter() - start
    return Information(
        scenario,
        "estimated" if estimated else "exact",
        tuple(sorted(assumed)),
        Provenance(scenario.digest, "exact diagram", None, 0.0, seconds),
        tuple(parts),
    )


def _inform(
    scenario: Scenario,
    option: Option,
    venue: Venue,
    own: Mapping[str, Chances],
    correlation: Fraction,
    together: int,
) -> VenueInformation:
    rule, _ = voters(venue.bound)
    known = [chances_of(scenario, option, state, own) for state in rule.names]
    chances, intervals = tuple(c for c, _ in known), tuple(ends for _, ends in known)
    record = None
    if option.recorded is not None and option.recorded.votes and venue is option.venues[0]:
        cast = option.recorded.votes
        record = None if option.recorded.without_vote else tuple(cast[n] for n in rule.names)
    return VenueInformation(
        option, venue, rule, chances, correlation, intervals,
        *_numbers(rule, chances, correlation, intervals, together), record,
    )  # fmt: skip


_Numbers: TypeAlias = tuple[
    Value, Fraction, float, tuple[float, float] | None, int, tuple[Finding, ...]
]


def _numbers(
    rule: Rule,
    chances: Sequence[Chances],
    correlation: Fraction,
    intervals: Sequence[tuple[int, int]],
    together: int,
    shifted: bool = False,
) -> _Numbers:
    """Give probability, that without a factor, error, bounds, number of nodes, and findings."""
    yes, abstain = tuple(c.yes for c in chances), tuple(c.abstain for c in chances)
    independent = passage(rule, yes, abstain).probability
    if not correlation:
        findings = value_of_votes(rule, Mixture.independent(yes, abstain), intervals, together)
        return independent, independent, 0.0, None, 0, findings
    votes = FactorVotes.of(yes, abstain, correlation, shifted)
    table, nodes = PassageTable(rule), votes.nodes
    findings = value_under_factor(table, votes, intervals, together)
    at_nodes = table.passage(votes.yes, votes.abstain)
    bounds = monotone_bounds(at_nodes, nodes)
    probability = float(at_nodes @ nodes.masses)
    return probability, independent, nodes.error, bounds, len(nodes.places), findings


def information_checks(
    certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Compute the probabilities of a saved answer again.

    Parameters
    ----------
    certificate, answer : mapping
        Of a saved result.

    Yields
    ------
    (str, bool)
        What was checked, and whether it holds.
    """
    for entry, told in zip(certificate["parts"], answer["parts"], strict=True):
        what = f"{told['option']} in {told['venue']}"
        rule = Rule.from_dict(entry["rule"])
        chances = [
            Chances(Fraction(y), Fraction(a), 1 - Fraction(y) - Fraction(a))
            for y, a in zip(entry["yes"], entry["abstain"], strict=True)
        ]
        said = [[str(c.yes), str(c.abstain), str(c.against)] for c in chances]
        stated = [[m[k] for k in ("for", "abstain", "against")] for m in told["members"].values()]
        names = list(told["members"])
        yield f"{what}: chances are those certified", stated == said and names == [*rule.names]
        correlation = Fraction(entry["correlation"])
        together = len(told["findings"][0]["states"])
        intervals = [(low, high) for low, high in entry["intervals"]]
        # Under a factor the values lie half a step aside: what agrees rests on other numbers.
        again = _numbers(rule, chances, correlation, intervals, together, shifted=True)
        passes, independent, error, bounds, _, findings = again
        near = 2 * error
        yield (
            f"{what}: probability if independent",
            str(independent) == told["probability_if_independent"],
        )
        same = _near(told["probability"], _told(passes), near)
        yield f"{what}: probability", same and told["error"] <= 1.1 * error
        if bounds is not None:
            low, high = told["bounds_by_monotony"]
            inside = low <= told["probability"] <= high and max(low, bounds[0]) <= min(
                high, bounds[1]
            )
            yield f"{what}: the probability lies between the bounds", inside
        said_again = {f.states: _finding_data(f) for f in findings}
        same = len(said_again) == len(told["findings"])
        for f in told["findings"]:
            same = same and _near_finding(f, said_again.get(tuple(f["states"])), error, together)
        yield f"{what}: the findings", same


def _near(told: Any, again: Any, distance: float) -> bool:
    """Whether two numbers are the same: exact ones as text, floats within a distance."""
    if isinstance(told, float) and isinstance(again, float):
        return abs(told - again) <= distance
    return bool(told == again)


def _near_finding(
    told: Mapping[str, Any], again: Mapping[str, Any] | None, error: float, together: int
) -> bool:
    if again is None or len(told["given"]) != len(again["given"]):
        return False
    far = 2 * findings_error(error, together)
    same = all(_near(told[key], again[key], far) for key in ("variance_reduction", "settles"))
    for one, other in zip(told["given"], again["given"], strict=True):
        same = same and one["votes"] == other["votes"]
        same = same and _near(one["chance"], other["chance"], 2 * error)
        # A share of a small chance is less sure than the chance.
        most = 4 * error / max(float(Fraction(one["chance"])), 1e-300)
        same = same and _near(one["passes"], other["passes"], most)
    return same
