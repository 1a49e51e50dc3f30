"""How probable it is that an option passes, and whose position is worth finding out first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from coalitions.inform_votes import LEVELS, Finding, mixture_of, value_of_votes
from coalitions.modelling import Assumption
from coalitions.position_lines import Chances, chances_in
from coalitions.power import voters
from coalitions.results import Block, Provenance, Result, Screen, exact_text
from coalitions.scenario import LEVEL_WORDS, WHAT_IF, Option, Scenario, Venue
from coalitions.spelling import did_you_mean
from coalitions.states import find_state
from coalitions.wording import marked
from solvers.errors import EngineError
from solvers.power.correlated import Number, correlated_passage, exact_number
from solvers.rules import Rule
from solvers.votes import ABSTAIN, NO, YES, level_name

__all__ = [
    "Information",
    "VenueInformation",
    "inform",
    "information_checks",
]

SHOWN = 5  # findings on a screen
SURPRISE = Fraction(1, 10)  # a recorded vote of a smaller chance is named as missed


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
    nodes : int
        Of the quadrature, where they are correlated.
    intervals : tuple of (int, int)
        Lowest and highest vote that the positions leave open.
    probability, independent : Fraction
        Of passage, with the common factor and without.
    note : str
        What the common factor approximates.
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
    nodes: int
    intervals: tuple[tuple[int, int], ...]
    probability: Fraction
    independent: Fraction
    note: str
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
            if vote in LEVELS and (chance := _of_level(c)[vote]) < SURPRISE
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
                    "nodes": p.nodes,
                    "intervals": [list(ends) for ends in p.intervals],
                }
                for p in self.parts
            ]
        }

    def answer(self) -> dict[str, Any]:
        """Return the probabilities as plain data; exact numbers as text."""
        return {
            "parts": [
                {
                    "option": p.option.key,
                    "venue": p.venue.key,
                    "probability": exact_text(p.probability),
                    "probability_if_independent": exact_text(p.independent),
                    "correlation": exact_text(p.correlation),
                    "approximation": p.note or None,
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
                "states": " ".join(f.states),
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
        "variance_reduction": str(f.reduction),
        "settles": str(f.settles),
        "given": [
            {
                "votes": [level_name(v) for v in votes],
                "chance": str(chance),
                "passes": str(passes),
            }
            for votes, (chance, passes) in f.given.items()
        ],
    }


def _percent(chance: Fraction) -> str:
    """Write a chance in percent; near 0 and 1 so that it is not taken for certain."""
    value = 100 * float(chance)
    if 0 < chance < 1 and not 0.1 <= value <= 99.9:
        return "under 0.1 %" if value < 50 else "over 99.9 %"
    return f"{value:.1f} %"


def _rows(p: VenueInformation) -> tuple[tuple[str, str], ...]:
    chance = _percent(p.probability)
    if p.correlation:
        chance += (
            f" with leanings correlated {float(p.correlation):g}; "
            f"{_percent(p.independent)} if members voted independently"
        )
    rows = [("passes with", chance)]
    variance = p.probability * (1 - p.probability)
    told = [f for f in p.findings if f.reduction]
    for f in told[:SHOWN]:
        names = ", ".join(marked(s, p.venue.bound) for s in f.states)
        parts = [f"takes {_percent(f.reduction / variance)} of the variance away"]
        if len(f.states) == 1:
            parts += [
                f"{_percent(passes)} if it votes {level_name(votes[0])}"
                for votes, (weight, passes) in reversed(list(f.given.items()))
                if weight
            ]
        if f.settles:
            parts.append(f"settles it with chance {_percent(f.settles)}")
        rows.append((f"ask {names}", "; ".join(parts)))
    if not told:
        rows.append(("ask nobody", "no vote of one of them tells anything of the outcome"))
    if p.record is not None:
        passed = p.rule.evaluate(p.record)
        chance = _percent(p.probability if passed else 1 - p.probability)
        word = "passed" if passed else "failed"
        rows.append(("on record", f"it {word}, to which the estimate gave {chance}"))
        missed = ", ".join(
            f"{marked(name, p.venue.bound)} {level_name(vote)} ({_percent(c)})"
            for name, vote, c in p.missed
        )
        if missed:
            rows.append(("missed", missed))
    if p.note:
        rows.append(("approximated", p.note))
    return tuple(rows)


def inform(
    scenario: Scenario,
    option: str | None = None,
    chances: Mapping[str, tuple[Number, Number]] | None = None,
    correlation: Number | None = None,
    together: int = 1,
    nodes: int = 32,
) -> Information:
    """Say how probable passage is, and whose position is worth finding out first.

    Parameters
    ----------
    scenario : Scenario
        The case. Chances of votes are read from the sources of positions, as `coalitions
        estimate` writes them; a position that leaves one vote open is certain.
    option : str, optional
        One option; all of them when left out.
    chances : mapping of str to (Fraction, int or str), optional
        Chances to vote for and to abstain, by state; they go before those of the scenario.
    correlation : Fraction, int or str, optional
        Of the leanings of any two members, through one common factor; 0 for none. That of the
        sources when left out.
    together : int
        How many states are asked together.
    nodes : int
        Nodes of the quadrature that stands for the common factor.

    Returns
    -------
    Information
        Exact for the chances entered; with a common factor for the finite mixture that
        approximates it.

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
    >>> from coalitions.scenario import load
    >>> found = inform(load("syria-cross-border-2019-2022"), "draft-2020-654")
    >>> found.parts[0].findings[0].states
    ('USA',)
    """
    start = time.perf_counter()
    if together < 1:
        raise EngineError(f"{together} states together; ask at least one")
    own = _own(scenario, option, chances or {})
    common = None if correlation is None else exact_number(correlation, "the correlation")
    options = [scenario.option(option)] if option is not None else scenario.options
    parts = [
        _inform(scenario, text, venue, own, common, together, nodes)
        for text in options
        for venue in text.venues
    ]
    assumed = {
        Assumption(p.place or f"positions.{s}", p.origin, f"chances of the votes of {s}")
        for part in parts
        for s in part.rule.names
        if s not in own and s not in scenario.changes
        for p in [part.option.position(s)]
        if p.origin != "recorded"
    }
    assumed |= {Assumption("chances", "assumed", f"chances of {s} were entered") for s in own}
    assumed |= {Assumption("what-if", "assumed", f"{s} votes {v}")
                for s, v in scenario.changes.items()}  # fmt: skip
    estimated = any(a.origin == "estimated" for a in assumed) or any(p.note for p in parts)
    seconds = time.perf_counter() - start
    return Information(
        scenario,
        "estimated" if estimated else "exact",
        tuple(sorted(assumed)),
        Provenance(scenario.digest, "exact diagram", None, 0.0, seconds),
        tuple(parts),
    )


def _own(
    scenario: Scenario, option: str | None, given: Mapping[str, tuple[Number, Number]]
) -> dict[str, Chances]:
    """Check the chances that are entered."""
    options = [scenario.option(option)] if option is not None else scenario.options
    known = sorted({n for o in options for v in o.venues for n in v.bound.rule.names})
    found: dict[str, Chances] = {}
    for word, (yes, abstain) in given.items():
        state = word if word in known else find_state(word)
        if state is None or state not in known:
            raise EngineError(f"{word!r} votes on nothing here{did_you_mean(word, known)}")
        if state in found:
            raise EngineError(f"{state} is given chances twice")
        for_, idle = (exact_number(n, f"the chance of {state}") for n in (yes, abstain))
        if for_ < 0 or idle < 0 or for_ + idle > 1:
            raise EngineError(
                f"{state} votes for with chance {for_} and abstains with {idle}: each is at least "
                f"0, and their sum at most 1"
            )
        found[state] = Chances(for_, idle, 1 - for_ - idle)
    return found


def _inform(
    scenario: Scenario,
    option: Option,
    venue: Venue,
    own: Mapping[str, Chances],
    correlation: Fraction | None,
    together: int,
    nodes: int,
) -> VenueInformation:
    rule, _ = voters(venue.bound)
    chances, intervals = [], []
    for state in rule.names:
        found, ends = _chances_of(scenario, option, state, own)
        chances.append(found)
        intervals.append(ends)
    if correlation is None:
        said = {c.correlation for c in chances if c.correlation is not None}
        if len(said) > 1:
            words = ", ".join(f"{float(c):g}" for c in sorted(said))
            raise EngineError(f"{option.key}: the sources name correlations {words}; enter one")
        correlation = said.pop() if said else Fraction(0)
    mixture = mixture_of(chances, correlation, nodes)
    findings = value_of_votes(rule, mixture, intervals, together)
    alone = mixture_of(chances, Fraction(0), nodes)
    independent = correlated_passage(rule, alone).probability
    probability = sum((w * q for w, q in findings[0].given.values()), Fraction(0))
    note = mixture.note
    if note and nodes > 1:  # a step in the factor is met no better than the nodes are dense
        coarse = correlated_passage(rule, mixture_of(chances, correlation, nodes // 2)).probability
        note += f"; with half as many nodes it passes with {_percent(coarse)}"
    record = None
    if option.recorded is not None and option.recorded.votes and venue is option.venues[0]:
        cast = option.recorded.votes
        record = None if option.recorded.without_vote else tuple(cast[n] for n in rule.names)
    return VenueInformation(
        option,
        venue,
        rule,
        tuple(chances),
        correlation,
        nodes,
        tuple(intervals),
        probability,
        independent,
        note,
        findings,
        record,
    )


def _chances_of(
    scenario: Scenario, option: Option, state: str, own: Mapping[str, Chances]
) -> tuple[Chances, tuple[int, int]]:
    """Find the chances of a state, and the votes that stay open to it."""
    certain = {level: Chances(*(Fraction(level == v) for v in (YES, ABSTAIN, NO)))
               for level in LEVELS}  # fmt: skip
    changed = scenario.changes.get(state)
    if changed is not None:
        level = WHAT_IF[changed]
        if level not in LEVELS:
            raise EngineError(
                f"{state} is absent by what-if; name it under `absent` of the body instead"
            )
        return certain[level], (level, level)
    position = option.position(state)
    low, _, high = LEVEL_WORDS[position.word]
    if state in option.payoffs:
        low, high = NO, YES
    if state in own:
        return own[state], (low, high)
    named = chances_in(position.source)
    if named is not None:
        return named, (low, high)
    if low == high and not position.conditions and state not in option.payoffs:
        return certain[low], (low, high)
    raise EngineError(
        f"{option.key}: no chances are known of {state}; enter them, or put `coalitions estimate` "
        f"lines under positions"
    )


def _of_level(c: Chances) -> tuple[Fraction, Fraction, Fraction]:
    return c.against, c.abstain, c.yes


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
        for key, common in (("probability", correlation), ("probability_if_independent", 0)):
            mixture = mixture_of(chances, Fraction(common), entry["nodes"])
            found = correlated_passage(rule, mixture).probability
            yield f"{what}: {key.replace('_', ' ')}", str(found) == told[key]
        together = len(told["findings"][0]["states"])
        mixture = mixture_of(chances, correlation, entry["nodes"])
        intervals = [(low, high) for low, high in entry["intervals"]]
        again = value_of_votes(rule, mixture, intervals, together)
        yield f"{what}: the findings", [_finding_data(f) for f in again] == told["findings"]
