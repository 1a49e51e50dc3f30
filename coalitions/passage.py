"""How probable it is that a decision passes, and whose opinion moves that most."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from coalitions.member_tables import Column, member_blocks, plain
from coalitions.modelling import Assumption
from coalitions.power import voters
from coalitions.power_structure import voter_numbers
from coalitions.results import Block, Provenance, Result, Screen, exact_text
from coalitions.rosters import BoundDecision
from coalitions.wording import listed, marked
from solvers.errors import EngineError
from solvers.power.common_factor import one_factor
from solvers.power.correlated import (
    Bloc,
    CorrelatedPassage,
    Mixture,
    Number,
    correlated_passage,
    exact_number,
)
from solvers.rules import Rule

__all__ = ["PassageAnswer", "passage"]

LONG = 24  # characters of a fraction that is still shown on a screen
INDEPENDENT = "every member votes for itself, independently of the others"


@dataclass(frozen=True)
class PassageAnswer(Result):
    """Probability of passage; ``rule`` is that of the members who vote.

    Of a common factor ``coarse`` is the same with half as many nodes: where the two lie apart, the
    quadrature is off by about as much.
    """

    bound: BoundDecision | None = None
    rule: Rule | None = None
    yes: tuple[Fraction, ...] = ()
    abstain: tuple[Fraction, ...] = ()
    blocs: tuple[tuple[tuple[int, ...], Fraction], ...] = ()
    factor: tuple[Fraction, int] | None = None
    found: CorrelatedPassage | None = None
    independent: Fraction = Fraction(0)
    coarse: Fraction | None = None

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
            "factor": None if self.factor is None else [str(self.factor[0]), self.factor[1]],
        }

    def answer(self) -> dict[str, Any]:
        """Return the probabilities as plain data; exact numbers as text."""
        bound, found, rule = self.bound, self.found, self.rule
        if bound is None or found is None or rule is None:
            return {}
        rows = {"yes": found.yes, "abstain": found.abstain, "gradient": found.gradient,
                "success": found.success}  # fmt: skip
        return {
            "body": bound.body.name,
            "decision": bound.decision.name,
            "reading": bound.reading.name,
            "day": bound.roster.day or None,
            "rule": bound.rule.describe(),
            "probability": exact_text(found.probability),
            "probability_if_independent": exact_text(self.independent),
            "blocs": [
                {"members": [rule.names[i] for i in players], "together": str(chance)}
                for players, chance in self.blocs
            ],
            "approximation": found.note or None,
            "members": {
                name: {word: exact_text(row[i]) for word, row in rows.items()}
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
        if found.note:
            model.append(("common factor", found.note))
        if self.coarse is not None:
            model.append(("half the nodes", f"give {_told(self.coarse)}"))
        rows = [("passes", _told(found.probability))]
        if not apart:
            rows.append(("if independent", _told(self.independent)))
        columns: list[Column] = [
            ("gradient", "by own probability", found.gradient),
            ("yes", "probability", found.yes),
            ("success", "probability", found.success),
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
        return Screen(title, self.marking, tuple(blocks))


def _told(value: Fraction) -> str:
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
    nodes: int = 32,
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
    nodes : int
        Nodes of the quadrature that stands for the factor.

    Returns
    -------
    PassageAnswer
        Exact; with a factor estimated, by a finite mixture that approximates it.

    Raises
    ------
    EngineError
        If somebody is no member, is named twice or is in two blocs, a probability is out of
        range or no exact number, or the rule is too large.

    Examples
    --------
    >>> from coalitions.bodies import load_body
    >>> from coalitions.rosters import bind_decision
    >>> body = bind_decision(load_body("[2; 1, 1, 1]"))
    >>> str(passage(body, blocs=[(["1", "2"], 1)]).found.success)
    '(Fraction(1, 1), Fraction(1, 1), Fraction(1, 2))'
    """
    start = time.perf_counter()
    rule, _ = voters(bound)
    for_ = _of_members(bound, rule, exact_number(yes, "the probability to vote for"), yes_of)
    idle = _of_members(bound, rule, exact_number(abstain, "the probability to abstain"), abstain_of)
    groups = [
        Bloc(tuple(voter_numbers(bound, rule, names)), exact_number(chance, _bloc_words(names)))
        for names, chance in blocs
    ]
    single = Mixture.independent(for_, idle)
    mixture = single if factor is None else one_factor(for_, factor, nodes, idle)
    found = correlated_passage(rule, mixture, groups)
    coarse = None
    if factor is not None and nodes > 1:
        half = one_factor(for_, factor, nodes // 2, idle)
        coarse = correlated_passage(rule, half, groups).probability
    alone = correlated_passage(rule, single) if groups or factor is not None else found
    assumed = [Assumption("probabilities", "assumed", "how each member votes was entered")]
    if not groups and factor is None:
        assumed.append(Assumption("votes", "assumed", INDEPENDENT))
    if groups:
        assumed.append(Assumption("blocs", "assumed", "blocs were named by the user"))
    if factor is not None:
        assumed.append(Assumption("common factor", "assumed", found.note))
    if bound.roster.own:
        assumed.append(Assumption("roster", "assumed", "roster or weights were named by the user"))
    return PassageAnswer(
        None,
        "exact" if factor is None else "estimated",
        tuple(assumed),
        Provenance("", "exact diagram", None, 0.0, time.perf_counter() - start),
        bound,
        rule,
        for_,
        idle,
        tuple((tuple(b.players), Fraction(b.together)) for b in groups),
        None if factor is None else (exact_number(factor, "the correlation"), nodes),
        found,
        alone.probability,
        coarse,
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
