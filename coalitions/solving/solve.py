"""The main job: which option passes where, who blocks, who is needed, at what price."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.answers.wording import change_words
from coalitions.concessions.packages import packages
from coalitions.decisions.assess import assess
from coalitions.decisions.verdicts import TOTALS, VenueVerdict, verdict_certificate, verdict_data
from coalitions.decisions.winning import winning
from coalitions.scenarios.scenario import Scenario
from coalitions.solving.routes import routes_open
from coalitions.solving.venue_answer import VenueAnswer, venue_blocks
from solvers.rules.vote_changes import ChangePattern
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["Solution", "VenueAnswer", "solve"]


@dataclass(frozen=True)
class Solution(Result):
    """The answer to a scenario."""

    answers: tuple[VenueAnswer, ...] = ()

    kind = "solve"

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The certificates of verdicts, coalitions and packages."""
        parts: list[dict[str, Any]] = [
            {
                "kind": "assess",
                "certificate": {"verdicts": [verdict_certificate(a.verdict) for a in self.answers]},
            }
        ]
        for a in self.answers:
            for found in (a.smallest, a.against_all):
                parts.append({"kind": "winning", "certificate": dict(found.certificate)})
            if a.package.package is not None:
                parts.append({"kind": "packages", "certificate": dict(a.package.certificate)})
        return {"parts": parts}

    def answer(self) -> dict[str, Any]:
        """Return verdicts, coalitions and packages as plain data."""
        parts: list[dict[str, Any]] = [
            {"verdicts": [verdict_data(a.verdict) for a in self.answers]}
        ]
        for a in self.answers:
            parts += [a.smallest.answer(), a.against_all.answer()]
            if a.package.package is not None:
                parts.append(a.package.answer())
        return {
            "options": [
                {
                    "option": a.verdict.option.key,
                    "venue": a.verdict.venue.key,
                    "headline": a.verdict.headline,
                    "verdict": a.verdict.verdict,
                    "passed": a.verdict.passed,
                    "eligibility": a.verdict.status,
                    "totals": dict(zip(TOTALS, a.verdict.totals, strict=True)),
                    "smallest_coalition": a.smallest.answer()["size"],
                    "smallest_coalition_against_all_others": a.against_all.answer()["size"],
                    "price": a.package.answer()["cost"],
                    "price_status": a.package.status,
                    "what_it_took": self._changes(a.verdict),
                    "other_routes": [
                        {"body": r.body, "when": r.when, "decides": r.decides}
                        for r in routes_open(a.verdict, self.scenario)
                    ],
                    "afterwards": dict(a.verdict.option.afterwards)
                    if a.verdict.option.afterwards
                    else None,
                }
                for a in self.answers
            ],
            "changed_by_what_if": list(self.changed),
            "parts": parts,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per option and venue."""
        return [
            {k: v for k, v in entry.items() if not isinstance(v, list | dict)}
            | {f"n_{k}": v for k, v in entry["totals"].items()}
            for entry in self.answer()["options"]
        ]

    def _changes(self, v: VenueVerdict) -> list[str]:
        if v.diagnosis is None:
            return []
        patterns = v.diagnosis.patterns
        return [change_words(p, v.venue.bound, v.profile) for p in patterns]

    def screen(self) -> Screen:
        """Return the whole answer on one screen."""
        blocks: list[Block] = []
        scenario = self.scenario
        routed: set[str] = set()
        for a in self.answers:
            blocks += venue_blocks(a, len(self.answers) == 1, routed)
        if scenario is None:
            return Screen("", self.marking, tuple(blocks))
        blocks.append(_rests_on(self, scenario))
        blocks.append(Block("NEXT", _next(self.answers, scenario)))
        day = f"{scenario.date.day} {scenario.date:%B %Y}"
        title = scenario.title if len(self.answers) > 1 else f"{scenario.title}, {day}"
        return Screen(title, self.marking, tuple(blocks))


def solve(
    scenario: Scenario,
    option: str | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
) -> Solution:
    """Answer a scenario.

    Parameters
    ----------
    scenario : Scenario
        The case, changed by ``what_if`` or not.
    option : str, optional
        One option; all of them when left out.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds for each programme.

    Returns
    -------
    Solution
        Verdict per option and venue, what would turn it, the smallest coalition, the cheapest
        package, and what it all rests on.

    Raises
    ------
    EngineError
        If there is no such option.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> solve(load("libya-2011")).answers[0].verdict.totals
    (10, 0, 5, 0, 0)
    """
    judged = assess(scenario, option)
    answers = []
    for verdict in judged.verdicts:
        bound = verdict.venue.bound
        smallest, against_all = (
            winning(bound, None, others, scenario=scenario, solver=solver, time_limit=time_limit)
            for others in ("abstain", "against")
        )
        package = packages(
            scenario, verdict.option.key, verdict.venue.key, solver=solver, time_limit=time_limit
        )
        answers.append(VenueAnswer(verdict, smallest, against_all, package))
    assumptions = set(judged.assumptions)
    for a in answers:
        if a.package.status == "found":
            assumptions |= set(a.package.assumptions)
    guarantees = [judged.guarantee, *(a.smallest.guarantee for a in answers)]
    guarantees += [a.against_all.guarantee for a in answers]
    guarantees += [a.package.guarantee for a in answers if a.package.status in ("found", "stopped")]
    order = ("bounded", "estimated", "optimal", "exact")
    guarantee = next(g for g in order if g in guarantees)
    names = {a.smallest.provenance.solver for a in answers}
    names |= {a.package.provenance.solver for a in answers} - {""}
    solved = [r for a in answers for r in (a.smallest, a.against_all, a.package)]
    seconds = sum(r.provenance.seconds for r in solved)
    tolerance = max((r.provenance.tolerance for r in solved), default=0.0)
    provenance = Provenance(scenario.digest, ", ".join(sorted(names)), None, tolerance, seconds)
    found = tuple(sorted(assumptions))
    return Solution(scenario, guarantee, found, provenance, tuple(answers), changed=judged.changed)


def _rests_on(solution: Solution, scenario: Scenario) -> Block:
    recorded = sum(
        s.origin == "recorded"
        for a in solution.answers
        if a.verdict.basis == "recorded"
        for s in a.verdict.votes
    )
    unasked = sum(a.verdict.basis == "without a vote" for a in solution.answers)
    totals = sum(a.verdict.basis == "totals" for a in solution.answers)
    parts = [f"{recorded} recorded votes"] if recorded or not solution.assumptions else []
    if totals:
        parts.append(f"{totals} recorded totals")
    if unasked:
        parts.append(f"{unasked} adoption{'s' if unasked > 1 else ''} without a vote")
    origins: dict[str, int] = {}
    for a in solution.assumptions:
        origins[a.origin] = origins.get(a.origin, 0) + 1
    word = {
        "assumed": "assumption",
        "stated": "stated position",
        "estimated": "estimate",
        "unknown": "unknown position",
    }
    parts += [
        f"{n} {word.get(origin, origin)}{'s' if n > 1 else ''}"
        for origin, n in sorted(origins.items())
    ]
    if not origins:
        parts.append("0 assumptions")
    rows = [(a.origin, f"{a.what} [{a.place}]") for a in solution.assumptions[:6]]
    if len(solution.assumptions) > 6:
        rows.append(("", f"and {len(solution.assumptions) - 6} more: --format json lists all"))
    return Block("RESTS ON", ", ".join(parts), tuple(rows))


def _estimated(answers: Sequence[VenueAnswer]) -> bool:
    """Whether positions with chances of their own are among those a verdict turns on."""
    return any(
        s.origin == "estimated"
        for a in answers
        if a.verdict.verdict == "turns on"
        for s in a.verdict.votes
    )


def _next(answers: Sequence[VenueAnswer], scenario: Scenario) -> str:
    """Propose the question that the answer raises, as a command that can be typed."""
    source = shlex.quote(scenario.source or scenario.name)
    if any(a.verdict.verdict == "turns on" for a in answers) and _estimated(answers):
        return f"coalitions inform {source}"
    for a in answers:
        v, d = a.verdict, a.verdict.diagnosis
        if d is None or scenario.changes:
            continue
        one: ChangePattern | None = next((p for p in d.patterns if p.n_members == 1), None)
        changes = d.changes or ()
        if one is None and not changes:
            continue
        mover = one.movers[0] if one else None
        player = changes[0].player if changes else (mover.players[0] if mover else 0)
        after = changes[0].after if changes else (mover.after if mover else NO)
        state = v.venue.bound.rule.names[player]
        word = {YES: "for", ABSTAIN: "abstain", NO: "against"}[after]
        changed = shlex.quote(f"{state}={word}")
        return f"coalitions solve {source} --what-if {changed}"
    return f"coalitions assess {source}"
