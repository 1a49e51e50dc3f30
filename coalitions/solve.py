"""The main job: which option passes where, who blocks, who is needed, at what price."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from coalitions.assess import Assessment, assess
from coalitions.bodies import Route, load_body
from coalitions.packages import PackageResult, packages
from coalitions.results import Block, Provenance, Result, Screen
from coalitions.rosters import BoundDecision, possible_members
from coalitions.scenario import Scenario
from coalitions.verdicts import TOTALS, VenueVerdict, verdict_certificate, verdict_data
from coalitions.winning import Winning, winning
from coalitions.wording import change_words, listed, marked, members, tally
from solvers.diagnosis import Finding
from solvers.vote_changes import ChangePattern
from solvers.votes import ABSENT, ABSTAIN, NO, YES, level_name

__all__ = ["Solution", "VenueAnswer", "solve"]

MAX_LISTED = 8  # so many ways to turn an outcome are shown on the screen


@dataclass(frozen=True)
class VenueAnswer:
    """Everything about one option in one venue."""

    verdict: VenueVerdict
    smallest: Winning
    against_all: Winning
    package: PackageResult


@dataclass(frozen=True)
class Solution(Result):
    """The answer to a scenario."""

    answers: tuple[VenueAnswer, ...] = ()
    before: Assessment | None = None

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
            "changed_by_what_if": self._what_changed(),
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

    def _what_changed(self) -> list[str]:
        if self.before is None:
            return []
        found = []
        for old, new in zip(self.before.verdicts, (a.verdict for a in self.answers), strict=True):
            if old.headline != new.headline:
                found.append(
                    f"{new.option.key} in {new.venue.key}: {old.headline} {tally(old.totals)}"
                    f" -> {new.headline} {tally(new.totals)}"
                )
            else:
                found.append(f"{new.option.key} in {new.venue.key}: unchanged, {new.headline}")
        return found

    def screen(self) -> Screen:
        """Return the whole answer on one screen."""
        blocks: list[Block] = []
        scenario = self.scenario
        if scenario is not None and scenario.fictional:
            blocks.append(Block("FICTIONAL", "states, positions and numbers are invented"))
        routed: set[str] = set()
        for a in self.answers:
            blocks += _venue_blocks(a, len(self.answers) == 1, routed)
        if scenario is None:
            return Screen("", self.marking, tuple(blocks))
        if scenario.changes:
            rows = tuple(("", line) for line in self._what_changed())
            what = ", ".join(f"{s}={v}" for s, v in scenario.changes.items())
            blocks.append(Block("WHAT IF", what, rows))
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
    >>> from coalitions.scenario import load
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
    before = assess(replace(scenario, changes={}), option) if scenario.changes else None
    guarantees = [judged.guarantee, *(a.smallest.guarantee for a in answers)]
    guarantees += [a.against_all.guarantee for a in answers]
    guarantees += [a.package.guarantee for a in answers if a.package.status in ("found", "stopped")]
    order = ("bounded", "estimated", "optimal", "exact")
    guarantee = next(g for g in order if g in guarantees)
    names = {a.smallest.provenance.solver for a in answers}
    names |= {a.package.provenance.solver for a in answers} - {""}
    seconds = sum(a.smallest.provenance.seconds + a.package.provenance.seconds for a in answers)
    provenance = Provenance(scenario.digest, ", ".join(sorted(names)), None, 1e-6, seconds)
    return Solution(
        scenario, guarantee, tuple(sorted(assumptions)), provenance, tuple(answers), before
    )


def _venue_blocks(a: VenueAnswer, alone: bool, routed: set[str]) -> list[Block]:
    v = a.verdict
    bound = v.venue.bound
    blocks = []
    if not alone:
        blocks.append(Block("—", f"{v.option.title}, {v.option.date}, {bound.body.title}"))
    elif v.option.title:
        blocks.append(Block("TEXT", f"{v.option.title} · {bound.body.title}"))
    if v.status != "eligible":
        blocks.append(Block(v.status.upper(), v.why))
    if v.option.afterwards:
        outcome = str(v.option.afterwards["outcome"]).replace("_", " ")
        rows = tuple((k, str(v.option.afterwards[k])) for k in ("vote", "deployment", "protection"))
        blocks.append(Block(outcome.upper(), "a vote is not action", rows))
    blocks.append(Block(v.headline, f"{tally(v.totals)} · {bound.rule.describe()}", _votes(v)))
    if v.basis == "without a vote":
        return [*blocks, _record_note(v)]
    blocks += _turning(v, a)
    blocks.append(Block("SMALLEST COALITION", _size_words(a)))
    package = a.package
    rows = package.lines() if package.status == "found" else ()
    blocks.append(Block("PRICE", package.headline(), rows))
    if v.verdict == "fails":
        if bound.body.name not in routed:
            blocks += _routes(v, a.smallest.scenario)
        elif bound.body.routes:
            blocks.append(Block("OTHER ROUTES", "as above"))
        routed.add(bound.body.name)
    if v.option.afterwards is None:
        blocks.append(Block("AFTERWARDS", "forces, compliance, outcome: not modelled"))
    return blocks


def _size_words(a: VenueAnswer) -> str:
    size, against = (w.answer()["size"] for w in (a.smallest, a.against_all))
    if size is None:
        return "none can win"
    text = f"{size} for, the others abstain"
    if against is not None and against != size:
        text += f"; {against} for if the others vote against"
    return f"{text} ({a.smallest.guarantee})"


def _record_note(v: VenueVerdict) -> Block:
    words = "nobody was asked to vote, so nobody is known to be for it"
    note = v.option.recorded.note if v.option.recorded else ""
    return Block("RECORD", f"{words}; {note}" if note else words)


def _votes(v: VenueVerdict) -> tuple[tuple[str, str], ...]:
    bound, rows = v.venue.bound, []
    for level in (YES, ABSTAIN, NO, ABSENT):
        who = [s.state for s in v.votes if s.vote == level and not s.is_open]
        if who:
            rows.append((level_name(level), members(who, bound)))
    unknown = [s.state for s in v.votes if s.is_open]
    if unknown:
        rows.append(("unknown", members(unknown, bound)))
    if rows and "permanent" in bound.roster.roster.groups:
        rows[0] = (rows[0][0], f"{rows[0][1]}    (* permanent member)")
    unsure = [s for s in v.votes if s.low != s.high and not s.is_open]
    if unsure:
        rows.append(("leaning", members((s.state for s in unsure), bound)))
    if v.diagnosis is not None:
        rows += _requirements(v)
    for other in v.other_readings:
        verdict = "passes" if other.passed else "FAILS"
        through = f" through {' '.join(other.through)}" if other.through else ""
        rows.append((f"read {other.name}", f"{verdict}{through}: {other.title}"))
    rows += [("model differs", d) for d in v.differences]
    return tuple(rows)


def _requirements(v: VenueVerdict) -> list[tuple[str, str]]:
    if v.diagnosis is None:
        return []
    bound, rows = v.venue.bound, []
    names = bound.rule.names
    if v.verdict == "turns on":
        return [("at worst", f"{_shortfall(f)}") for f in v.diagnosis.failed]
    unsure = any(s.low != s.high for s in v.votes)
    for f in v.diagnosis.findings:
        if not f.holds and f.kind in ("veto", "concurring"):
            who = " ".join(marked(names[i], bound) for i in f.through)
            rows.append(("blocked", f"{f.title}: fails through {who}"))
        elif not f.holds:
            rows.append(("at best" if unsure else "falls short", _shortfall(f)))
        elif f.kind == "count" and v.passed:
            rows.append(("to spare", f"{-f.short_by:,} ({f.title})"))
        elif f.kind == "count":
            word = "met at best" if unsure else "met"
            rows.append((word, f"{f.title}: {-f.short_by:,} to spare"))
    return rows


def _shortfall(finding: Finding) -> str:
    if finding.kind in ("count", "support", "quorum"):
        return f"{finding.title}: {finding.short_by:,} short of {finding.threshold:,}"
    return f"{finding.title}: not met"


def _turning(v: VenueVerdict, a: VenueAnswer) -> list[Block]:
    if v.diagnosis is None:
        return []
    bound, d = v.venue.bound, v.diagnosis
    rows = []
    for pattern in d.patterns[:MAX_LISTED]:
        label = "one member" if pattern.n_members == 1 else f"{pattern.n_members} members"
        rows.append((label, change_words(pattern, bound, v.profile)))
    if len(d.patterns) > MAX_LISTED:
        rows.append(("", f"and {len(d.patterns) - MAX_LISTED} more ways by two members"))
    if not d.patterns and d.changes:
        rows.append((f"{len(d.changes)} members", _witness(v, bound)))
    recorded = v.basis == "recorded"
    if v.passed:
        heading = "WOULD HAVE STOPPED IT" if recorded else "WOULD STOP IT"
        if d.changes is None:
            rows.append(("", "nothing: it passes whatever the members do"))
        return [Block(heading, "exact", tuple(rows))]
    unsure = any(s.low != s.high for s in v.votes)
    note = "exact, from the best case" if unsure else "exact"
    if v.verdict == "turns on":
        note = "exact, from the worst case"
    heading = "WOULD HAVE BEEN NEEDED" if recorded else "IS NEEDED"
    if v.verdict == "turns on":
        heading = "TO BE SURE OF IT"
    if d.changes is None:
        rows.append(("", "nothing helps: it fails whatever the members vote"))
    blocks = [Block(heading, note, tuple(rows))]
    futile = _more_yes_is_futile(v)
    if futile:
        blocks.append(Block("MORE VOTES FOR", futile))
    return blocks


def _witness(v: VenueVerdict, bound: BoundDecision) -> str:
    if v.diagnosis is None or v.diagnosis.changes is None:
        return ""
    changes, names = v.diagnosis.changes, bound.rule.names
    steps = sum(abs(c.after - c.before) for c in changes)
    who = [f"{marked(names[c.player], bound)} to {level_name(c.after)}" for c in changes[:12]]
    more = f" and {len(changes) - 12} more" if len(changes) > 12 else ""
    return f"at the least {steps} one-level changes, for instance {listed(who)}{more}"


def _more_yes_is_futile(v: VenueVerdict) -> str:
    """Say when the votes of all members but the blockers would change nothing."""
    if v.diagnosis is None or v.verdict != "fails":
        return ""
    vetoes = [f for f in v.diagnosis.failed if f.kind in ("veto", "concurring")]
    if not vetoes:
        return ""
    bound = v.venue.bound
    blockers = sorted({i for f in vetoes for i in f.through})
    best = [vote if i in blockers or vote == ABSENT else YES for i, vote in enumerate(v.profile)]
    if bound.rule.evaluate(best):
        return ""
    who = listed([marked(bound.rule.names[i], bound) for i in blockers])
    verb = "blocks" if len(blockers) == 1 else "block"
    return f"change nothing here: {who} alone {verb} it, even with every other member in favour"


def routes_open(v: VenueVerdict, scenario: Scenario | None) -> list[Route]:
    """List the other venues of the day; a regional one only when a state concerned may sit there.

    Parameters
    ----------
    v : VenueVerdict
        The verdict in the first venue.
    scenario : Scenario or None
        ``context.concerns`` names the states concerned; without it every venue is listed.

    Returns
    -------
    list of Route
    """
    concerned = set(scenario.context.get("concerns", ())) if scenario else set()
    found = []
    for route in v.venue.bound.body.routes:
        if v.option.date.isoformat() < route.since:
            continue
        if route.regional and concerned:
            seats = possible_members(load_body(route.body), v.option.date)
            if seats is not None and not concerned & seats:
                continue
        found.append(route)
    return found


def _routes(v: VenueVerdict, scenario: Scenario | None) -> list[Block]:
    rows = tuple((r.body, f"{r.decides} (when {r.when})") for r in routes_open(v, scenario))
    return [Block("OTHER ROUTES", "", rows)] if rows else []


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
    notes = [
        a.verdict.venue.bound.roster for a in solution.answers if a.verdict.venue.bound.roster.own
    ]
    parts += sorted({f"own roster ({'; '.join(r.notes)})" for r in notes})
    rows = [(a.origin, f"{a.what} [{a.place}]") for a in solution.assumptions[:6]]
    if len(solution.assumptions) > 6:
        rows.append(("", f"and {len(solution.assumptions) - 6} more: --format json lists all"))
    sources = {
        a.verdict.option.recorded.source
        for a in solution.answers
        if a.verdict.option.recorded and a.verdict.option.recorded.source
    }
    rows += [("source", s) for s in sorted(sources | set(scenario.attribution))]
    return Block("RESTS ON", ", ".join(parts), tuple(rows))


def _next(answers: Sequence[VenueAnswer], scenario: Scenario) -> str:
    """Propose the question that the answer raises, as a command that can be typed."""
    source = shlex.quote(scenario.source or scenario.name)
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
