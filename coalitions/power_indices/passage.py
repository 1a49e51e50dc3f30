"""How probable it is that a decision passes, and whose opinion moves that most."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from coalitions.answers.assumptions import Assumption
from coalitions.answers.member_tables import Column, member_blocks, plain
from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.answers.wording import factor_words, listed, marked
from coalitions.bodies.rosters import BoundDecision
from coalitions.decisions.known_chances import (
    assumed_chances,
    chances_of,
    correlation_of,
    entered_chances,
)
from coalitions.files.spelling import did_you_mean
from coalitions.power_indices.power import voters
from coalitions.power_indices.power_structure import voter_numbers
from coalitions.scenarios.scenario import Scenario
from solvers.errors import EngineError
from solvers.power.common_factor import FactorPassage, factor_passage
from solvers.power.correlated import (
    Bloc,
    CorrelatedPassage,
    Mixture,
    Number,
    correlated_passage,
    exact_number,
)
from solvers.power.passage import passage as independent_passage
from solvers.rules.rule import Rule

__all__ = ["PassageAnswer", "passage", "scenario_passage"]

Found: TypeAlias = CorrelatedPassage | FactorPassage

DIGITS = 9  # to which floats are shown, so that equal members share a line
LONG = 24  # characters of a fraction that is still shown on a screen
INDEPENDENT = "every member votes for itself, independently of the others"


@dataclass(frozen=True)
class PassageAnswer(Result):
    """Probability of passage; ``rule`` is that of the members who vote.

    Exact numbers where they vote independently but for blocs; with a common factor floats, of
    which ``found.error`` bounds the error.
    """

    bound: BoundDecision | None = None
    rule: Rule | None = None
    yes: tuple[Fraction, ...] = ()
    abstain: tuple[Fraction, ...] = ()
    blocs: tuple[tuple[tuple[int, ...], Fraction], ...] = ()
    factor: Fraction | None = None
    found: Found | None = None
    independent: Fraction = Fraction(0)
    option: str = ""

    kind = "passage"
    columns = ("state", "yes", "abstain", "gradient", "success")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule of those who vote, and what was entered of their votes."""
        if self.rule is None:
            return {}
        return {
            "rule": self.rule.to_dict(),
            "yes": [str(v) for v in self.yes],
            "abstain": [str(v) for v in self.abstain],
            "blocs": [[list(p), str(t)] for p, t in self.blocs],
            "factor": None if self.factor is None else str(self.factor),
        }

    @property
    def stopped_early(self) -> bool:
        """Never: a probability in floats is bounded, and yet complete."""
        return False

    def answer(self) -> dict[str, Any]:
        """Return the probabilities as plain data; exact numbers as text, floats as numbers."""
        bound, found, rule = self.bound, self.found, self.rule
        if bound is None or found is None or rule is None:
            return {}
        rows = {"yes": found.yes, "abstain": found.abstain, "gradient": found.gradient,
                "success": found.success}  # fmt: skip
        known = found if isinstance(found, FactorPassage) else None
        return {
            "option": self.option or None,
            "body": bound.body.name,
            "decision": bound.decision.name,
            "reading": bound.reading.name,
            "day": bound.roster.day or None,
            "rule": bound.rule.describe(),
            "probability": _data(found.probability),
            "error": 0.0 if known is None else known.error,
            "bounds_by_monotony": None if known is None else [known.low, known.high],
            "probability_if_independent": str(self.independent),
            "correlation": None if self.factor is None else str(self.factor),
            "nodes": None if known is None else known.nodes,
            "blocs": [
                {"members": [rule.names[i] for i in players], "together": str(chance)}
                for players, chance in self.blocs
            ],
            "members": {
                name: {word: _data(row[i]) for word, row in rows.items()}
                for i, name in enumerate(rule.names)
            },
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per member."""
        found, rule = self.found, self.rule
        if found is None or rule is None:
            return []
        return [
            {
                "state": name,
                "yes": plain(found.yes[i]),
                "abstain": plain(found.abstain[i]),
                "gradient": plain(found.gradient[i]),
                "success": plain(found.success[i]),
            }
            for i, name in enumerate(rule.names)
        ]

    def screen(self) -> Screen:
        """Return the probability, what it rests on, and a table of members."""
        bound, found, rule = self.bound, self.found, self.rule
        if bound is None or found is None or rule is None:
            return Screen("", self.marking, ())
        apart = not self.blocs and self.factor is None
        model = [("votes", INDEPENDENT if apart else "hang together as follows")]
        for players, chance in self.blocs:
            who = listed([marked(rule.names[i], bound) for i in players])
            how = f"with probability {float(chance):.4g}, else each for itself"
            model.append(("bloc", f"{who} vote as one {'always' if chance == 1 else how}"))
        if isinstance(found, FactorPassage):
            bounds = (found.low, found.high)
            model.append(("common factor", f"leanings are correlated {float(self.factor or 0):g}"))
            model.append(("integral", factor_words(found.nodes, found.error, bounds)))
        rows = [("passes", _told(found.probability))]
        if not apart:
            rows.append(("if independent", _told(self.independent)))
        columns: list[Column] = [
            ("gradient", "by own probability", [_rounded(v) for v in found.gradient]),
            ("yes", "probability", found.yes),
            ("success", "probability", [_rounded(v) for v in found.success]),
        ]
        if any(found.abstain):
            columns.insert(2, ("abstain", "probability", found.abstain))
        blocks = [
            Block("DECISION", f"{bound.decision.title} ({bound.reading.name})"),
            Block("RULE", bound.rule.describe()),
            Block("MODEL", "", tuple(model)),
            Block("PROBABILITY", self.guarantee, tuple(rows)),
            *member_blocks("MEMBERS", rule.names, columns, bound),
        ]
        if bound.roster.notes:
            notes = tuple(("", note) for note in bound.roster.notes)
            blocks.append(Block("ROSTER AND WEIGHTS", bound.roster.origin, notes))
        title = f"Passage in {bound.body.title}, {bound.roster.day or bound.roster.origin}"
        if self.option:
            title = f"{self.option}: {title}"
        return Screen(title, self.marking, tuple(blocks))


def _data(value: Fraction | float) -> str | float:
    return value if isinstance(value, float) else str(value)


def _rounded(value: Fraction | float) -> Fraction | float:
    return round(value, DIGITS) if isinstance(value, float) else value


def _told(value: Fraction | float) -> str:
    if isinstance(value, float):
        return f"{value:.8g}"
    text = str(value)
    return f"{float(value):.6g}" + (f" = {text}" if "/" in text and len(text) <= LONG else "")


def passage(
    bound: BoundDecision,
    yes: Number = "1/2",
    abstain: Number = 0,
    *,
    yes_of: Mapping[str, Number] | None = None,
    abstain_of: Mapping[str, Number] | None = None,
    blocs: Sequence[tuple[Sequence[str], Number]] = (),
    factor: Number | None = None,
) -> PassageAnswer:
    """Compute how probable it is that a decision passes.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day. Members that are absent or take no part do not vote.
    yes, abstain : Fraction, int or str
        Probability that a member votes for, and that it abstains; the rest votes against.
    yes_of, abstain_of : mapping of str to the same, optional
        Members of whom something else holds, by any of their names.
    blocs : sequence of (members, probability)
        Members that vote as one with this probability, else each for itself. The common vote is
        drawn with the mean of their probabilities.
    factor : Fraction, int or str, optional
        Correlation of the leanings of any two members through one common factor.

    Returns
    -------
    PassageAnswer
        Exact; with a factor bounded: floats with a proven bound on their error.

    Raises
    ------
    EngineError
        If somebody is no member, is named twice or is in two blocs, a probability is out of
        range or no exact number, or the rule is too large.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> body = bind_decision(load_body("[2; 1, 1, 1]"))
    >>> str(passage(body, blocs=[(["1", "2"], 1)]).found.success)
    '(Fraction(1, 1), Fraction(1, 1), Fraction(1, 2))'
    """
    start = time.perf_counter()
    rule, _ = voters(bound)
    for_ = _of_members(bound, rule, exact_number(yes, "the probability to vote for"), yes_of)
    idle = _of_members(bound, rule, exact_number(abstain, "the probability to abstain"), abstain_of)
    common = None if factor is None else exact_number(factor, "the correlation")
    assumed = [Assumption("probabilities", "assumed", "how each member votes was entered")]
    if common is not None:
        what = f"leanings are correlated {float(common):g}"
        assumed.append(Assumption("common factor", "assumed", what))
    return _answered(None, bound, rule, for_, idle, blocs, common, assumed, start)


def scenario_passage(
    scenario: Scenario,
    option: str | None = None,
    route: str | None = None,
    *,
    chances: Mapping[str, tuple[Number, Number]] | None = None,
    blocs: Sequence[tuple[Sequence[str], Number]] = (),
    factor: Number | None = None,
) -> PassageAnswer:
    """Compute how probable it is that an option of a scenario passes, by its own chances.

    Parameters
    ----------
    scenario : Scenario
        The case; a position that leaves one vote open is certain.
    option : str, optional
        The option; the only one when left out.
    route : str, optional
        The body or route in the words of the scenario; the first of the option when left out.
    chances : mapping of str to (Fraction, int or str), optional
        Chances to vote for and to abstain, by state; they go before those of the scenario.
    blocs : sequence of (members, probability)
        As in :func:`passage`.
    factor : Fraction, int or str, optional
        As in :func:`passage`; the correlation of the scenario when left out, 0 for none.

    Returns
    -------
    PassageAnswer

    Raises
    ------
    EngineError
        If a chance is missing or wrong, or there is no such option or route.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> case = load("syria-cross-border-2019-2022")
    >>> found = scenario_passage(case, "draft-2020-654")
    >>> f"{found.found.probability:.4f} {float(found.independent):.4f}"
    '0.2393 0.0558'
    """
    start = time.perf_counter()
    text = scenario.option(option)
    keys = [v.key for v in text.venues]
    if route is not None and route not in keys:
        hint = did_you_mean(route, keys)
        raise EngineError(f"{text.key}: no route {route!r}{hint}; there is {', '.join(keys)}")
    venue = text.venues[0 if route is None else keys.index(route)]
    rule, _ = voters(venue.bound)
    own = entered_chances(scenario, text.key, chances or {})
    known = [chances_of(scenario, text, state, own)[0] for state in rule.names]
    for_, idle = tuple(c.yes for c in known), tuple(c.abstain for c in known)
    common = correlation_of(text, factor) or None
    assumed = sorted(assumed_chances(scenario, text, rule.names, own, factor))
    found = _answered(scenario, venue.bound, rule, for_, idle, blocs, common, assumed, start)
    return replace(found, option=text.key)


def _answered(
    scenario: Scenario | None,
    bound: BoundDecision,
    rule: Rule,
    yes: tuple[Fraction, ...],
    abstain: tuple[Fraction, ...],
    blocs: Sequence[tuple[Sequence[str], Number]],
    factor: Fraction | None,
    assumed: Sequence[Assumption],
    start: float,
) -> PassageAnswer:
    groups = [
        Bloc(tuple(voter_numbers(bound, rule, names)), exact_number(chance, _bloc_words(names)))
        for names, chance in blocs
    ]
    alone = independent_passage(rule, yes, abstain).probability
    found: Found
    if factor is None:
        found = correlated_passage(rule, Mixture.independent(yes, abstain), groups)
    else:
        found = factor_passage(rule, yes, factor, abstain, groups)
    said = list(assumed)
    if not groups and factor is None:
        said.append(Assumption("votes", "assumed", INDEPENDENT))
    if groups:
        said.append(Assumption("blocs", "assumed", "blocs were named by the user"))
    if bound.roster.own:
        said.append(Assumption("roster", "assumed", "roster or weights were named by the user"))
    guarantee = "exact" if factor is None else "bounded"
    if any(a.origin == "estimated" for a in said):
        guarantee = "estimated"
    digest = "" if scenario is None else scenario.digest
    return PassageAnswer(
        scenario,
        guarantee,
        tuple(said),
        Provenance(digest, "exact diagram", None, 0.0, time.perf_counter() - start),
        bound,
        rule,
        yes,
        abstain,
        tuple((tuple(b.players), Fraction(b.together)) for b in groups),
        factor,
        found,
        alone,
    )


def _bloc_words(names: Sequence[str]) -> str:
    return f"the probability that {', '.join(names)} vote as one"


def _of_members(
    bound: BoundDecision, rule: Rule, base: Fraction, own: Mapping[str, Number] | None
) -> tuple[Fraction, ...]:
    """Give every member its own probability, or the common one."""
    found: dict[int, Fraction] = {}
    for name, chance in (own or {}).items():
        (i,) = voter_numbers(bound, rule, [name])
        value = exact_number(chance, f"the probability of {name}")
        if found.setdefault(i, value) != value:
            raise EngineError(f"{rule.names[i]} is named twice with different probabilities")
    return tuple(found.get(i, base) for i in range(rule.n_players))
