"""What kind of game a decision rule is: each property with what shows it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.answers.wording import apart, marked
from coalitions.bodies.rosters import BoundDecision
from coalitions.files.spelling import did_you_mean
from coalitions.power_indices.game_findings import PROPERTIES, Finding, Findings
from coalitions.power_indices.power import voters
from solvers.errors import EngineError, LimitError, SolverError
from solvers.rules.rule import Rule

__all__ = ["GameAnswer", "game", "property_named"]

NOT_YES = {"against": "votes against", "abstain": "abstains"}
MOST = 14  # members of one coalition that a screen names
MAX_CLASSES = 8  # classes of members that a screen shows
ALIASES = {
    "self_dual": "decisive",
    "vetoers": "veto",
    "null_players": "null",
    "desirability": "complete",
    "weights": "least_weights",
}


@dataclass(frozen=True)
class GameAnswer(Result):
    """Properties of the game of a decision; ``rule`` is ``whole`` reduced to yes and not-yes."""

    bound: BoundDecision | None = None
    whole: Rule | None = None
    rule: Rule | None = None
    not_yes: str = "against"
    findings: tuple[Finding, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    kind = "game-properties"
    columns = ("property", "value", "why", "coalitions", "players", "method")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule of those who vote, and what shows each property."""
        if self.rule is None:
            return {}
        return {
            "rule": self.whole.to_dict() if self.whole else None,
            "not_yes": self.not_yes,
            "properties": {f.name: f.to_dict(self.rule.names) for f in self.findings},
        }

    def answer(self) -> dict[str, Any]:
        """Return the properties as plain data; members by name."""
        bound, rule = self.bound, self.rule
        if bound is None or rule is None:
            return {}
        return {
            "body": bound.body.name,
            "decision": bound.decision.name,
            "reading": bound.reading.name,
            "day": bound.roster.day or None,
            "rule": bound.rule.describe(),
            "not_yes": self.not_yes,
            "notes": list(bound.roster.notes),
            "properties": {f.name: f.to_dict(rule.names) for f in self.findings},
            "left_out": dict(self.left_out),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per property; a coalition is a list of names in parentheses."""
        rows = []
        for finding in self.findings:
            data = finding.to_dict(self.rule.names if self.rule else ())
            told = finding.text
            shown = [f"({apart(c)})" for c in data["coalitions"]]
            rows.append(
                {
                    "property": finding.name,
                    "value": told,
                    "why": finding.why,
                    "coalitions": " ".join(shown),
                    "players": apart(data["players"]),
                    "method": finding.method,
                }
            )
        for name, reason in self.left_out.items():
            rows.append(
                {"property": name, "value": "left out", "why": reason, "coalitions": "",
                 "players": "", "method": ""}
            )  # fmt: skip
        return rows

    def screen(self) -> Screen:
        """Return the properties in words."""
        bound, rule = self.bound, self.rule
        if bound is None or rule is None:
            return Screen("", self.marking, ())
        title = f"The game of {bound.body.title}, {bound.roster.day or bound.roster.origin}"
        blocks = [
            Block("DECISION", f"{bound.decision.title} ({bound.reading.name})"),
            Block("RULE", bound.rule.describe()),
            Block("MODEL", f"who does not vote for {NOT_YES[self.not_yes]}"),
        ]
        rows = list[tuple[str, str]]()
        for finding in self.findings:
            rows.append((finding.name.replace("_", " "), self._told(finding)))
            rows += [("", line) for line in self._shown(finding)]
        blocks.append(Block("PROPERTIES", "", tuple(rows)))
        if self.left_out:
            lost = tuple((n.replace("_", " "), why) for n, why in self.left_out.items())
            blocks.append(Block("LEFT OUT", "", lost))
        if bound.roster.notes:
            notes = tuple(("", note) for note in bound.roster.notes)
            blocks.append(Block("ROSTER AND WEIGHTS", bound.roster.origin, notes))
        return Screen(title, self.marking, tuple(blocks))

    def _told(self, finding: Finding) -> str:
        names = self.rule.names if self.rule else ()
        players = "" if finding.coalitions or not finding.players else self._names(finding.players)
        if finding.name == "winning" and self.rule is not None:
            won = int(finding.value)
            return f"{_digits(won)} of {_digits(1 << len(names))} coalitions"
        told = f"{finding.text}: {players}" if players else finding.text
        return f"{told}; {finding.why}" if finding.why else told

    def _shown(self, finding: Finding) -> Iterable[str]:
        """Write the coalitions that show a property, and groups of members."""
        if finding.coalitions and finding.players:
            yield f"between {self._names(finding.players)}"
        for coalition, word in zip(finding.coalitions, finding.words, strict=True):
            yield f"{word}: {self._names(coalition)}"
        if finding.groups and all(not label and len(g) == 1 for label, g in finding.groups):
            yield self._names(
                [i for _, group in finding.groups for i in group], len(finding.groups)
            )
            return
        for label, group in finding.groups[:MAX_CLASSES]:
            yield f"{label}{self._names(group)}"
        if len(finding.groups) > MAX_CLASSES:
            yield f"and {len(finding.groups) - MAX_CLASSES} more, in JSON all"

    def _names(self, players: Sequence[int], most: int = MOST) -> str:
        """Name members; of many all but the few who are not among them, or the first ones."""
        if self.rule is None or self.bound is None:
            return ""
        names = [marked(name, self.bound) for name in self.rule.names]
        if not players:
            return "nobody"
        inside = set(players)
        rest = [name for i, name in enumerate(names) if i not in inside]
        if not rest and most == MOST:
            return f"all {len(names)}" if len(names) > 1 else names[0]
        if len(inside) <= most:
            return apart(names[i] for i in players)
        if len(rest) <= most:
            return f"{len(inside)}, all but {apart(rest)}"
        seats = Counter(_seat(names[i]) for i in players)
        if len(seats) <= most // 2:  # anonymous seats are as good as their number
            return ", ".join(f"{k} {seat}" if k > 1 else seat for seat, k in seats.items())
        first = apart(names[i] for i in list(players)[:most])
        return f"{len(inside)}: {first} and {len(inside) - most} more"


def _seat(name: str) -> str:
    """Leave out the number of an anonymous seat."""
    group, _, number = name.rpartition(" ")
    return group if group and number.isdecimal() else name


def property_named(name: str) -> str:
    """Check the name of a property.

    Parameters
    ----------
    name : str
        What a user wrote; a dash stands for an underscore.

    Returns
    -------
    str
        A name in ``PROPERTIES``.

    Raises
    ------
    EngineError
        If there is no such property.

    Examples
    --------
    >>> property_named("self-dual")
    'decisive'
    """
    found = name.strip().replace("-", "_").casefold()
    found = ALIASES.get(found, found)
    if found not in PROPERTIES:
        hint = did_you_mean(found, [*PROPERTIES, *ALIASES])
        raise EngineError(f"no property {name!r}{hint}; there are {', '.join(PROPERTIES)}")
    return found


def game(
    bound: BoundDecision, properties: Sequence[str] | None = None, not_yes: str = "against"
) -> GameAnswer:
    """Say what kind of game a decision is.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day. Members that are absent or take no part are no players.
    properties : sequence of str, optional
        Names in ``PROPERTIES``; all when left out. Of those that were not named one by one,
        what takes long or is too large is left out with the reason.
    not_yes : {"against", "abstain"}
        What a member does that does not vote for.

    Returns
    -------
    GameAnswer
        Exact; where something rests on a solver, its method says so and the guarantee is
        ``optimal``.

    Raises
    ------
    EngineError
        If there is no such property, or what was asked for by name is too large.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> found = game(bind_decision(load_body("[5; 3, 2, 2, 1]")), ["proper", "weighted"])
    >>> [(f.name, f.text) for f in found.findings]
    [('proper', 'yes'), ('weighted', 'yes')]
    """
    start = time.perf_counter()
    names = None if properties is None else list(dict.fromkeys(map(property_named, properties)))
    whole, _ = voters(bound)
    rule = whole.project(not_yes)
    findings = Findings(rule, asked=names is not None)
    found, left_out = list[Finding](), dict[str, str]()
    for name in names or [n for n in PROPERTIES if n != "least_weights"]:
        try:
            found.append(findings.of(name))
        except (LimitError, SolverError) as error:
            if names is not None:
                raise
            left_out[name] = str(error)
    methods = {f.method for f in found if "programme" in f.method or "PuLP" in f.method}
    return GameAnswer(
        None,
        "optimal" if methods else "exact",
        _assumptions(bound, not_yes),
        Provenance("", "; ".join(sorted(methods)), None, 0.0, time.perf_counter() - start),
        bound,
        whole,
        rule,
        not_yes,
        tuple(found),
        left_out,
    )


def _assumptions(bound: BoundDecision, not_yes: str) -> tuple[Assumption, ...]:
    assumed = [Assumption("votes", "assumed", f"who does not vote for {NOT_YES[not_yes]}")]
    if bound.roster.own:
        assumed.append(Assumption("roster", "assumed", "roster or weights were named by the user"))
    return tuple(assumed)


def _digits(number: int) -> str:
    return f"{number:,}" if number < 10**15 else f"{Decimal(number):.4e}"
