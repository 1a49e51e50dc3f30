"""The answer for one option in one venue: verdict, coalitions, package, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from coalitions.answers.results import Block
from coalitions.answers.wording import apart, change_words, listed, marked, members, tally
from coalitions.bodies.rosters import BoundDecision
from coalitions.concessions.packages import PackageResult
from coalitions.decisions.chance_lines import chance_block
from coalitions.decisions.verdicts import VenueVerdict
from coalitions.decisions.winning import Winning
from coalitions.scenarios.scenario import Scenario
from coalitions.solving.routes import routes_open
from solvers.rules.diagnosis import Finding
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES, level_name

__all__ = ["VenueAnswer", "venue_blocks"]

MAX_LISTED = 8  # so many ways to turn an outcome are shown on the screen


@dataclass(frozen=True)
class VenueAnswer:
    """Everything about one option in one venue."""

    verdict: VenueVerdict
    smallest: Winning
    against_all: Winning
    package: PackageResult


def venue_blocks(a: VenueAnswer, alone: bool, routed: set[str]) -> list[Block]:
    """Lay out what is known about one option in one venue.

    Parameters
    ----------
    a : VenueAnswer
        The answer.
    alone : bool
        Whether it is the only one on the screen.
    routed : set of str
        Bodies whose other routes were shown before; added to.

    Returns
    -------
    list of Block
    """
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
    if v.option.note:
        blocks.append(Block("NOTE", v.option.note))
    if v.basis == "without a vote":
        return [*blocks, Block(v.headline, bound.rule.describe()), _record_note(v)]
    blocks.append(Block(v.headline, f"{tally(v.totals)} · {bound.rule.describe()}", _votes(v)))
    chances = chance_block(v)
    blocks += [chances] if chances is not None else []
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
        text = f"{size} for if all others abstain, {against} if all others vote against"
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
        through = f" through {apart(other.through)}" if other.through else ""
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
            who = apart(marked(names[i], bound) for i in f.through)
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
        rows.append(_witness(v, bound))
    recorded = v.basis == "recorded"
    if v.passed:
        heading = "WOULD HAVE STOPPED IT" if recorded else "WOULD STOP IT"
        if d.changes is None:
            rows.append(("", "nothing: it passes whatever the members do"))
        return [Block(heading, "exact", tuple(rows))]
    unsure = any(s.low != s.high for s in v.votes)
    note = "exact, from every uncertain vote at its highest" if unsure else "exact"
    if v.verdict == "turns on":
        note = "exact, from every uncertain vote at its lowest"
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


def _witness(v: VenueVerdict, bound: BoundDecision) -> tuple[str, str]:
    """Name the fewest steps that turn the outcome, and one way to take them."""
    if v.diagnosis is None or v.diagnosis.changes is None:
        return "", ""
    changes, names = v.diagnosis.changes, bound.rule.names
    steps = sum(abs(c.after - c.before) for c in changes)
    stairs = "for to abstain or from abstain to against"
    if not v.diagnosis.passed:
        stairs = "against to abstain or from abstain to for"
    groups = []
    for level in (YES, ABSTAIN, NO):
        who = [names[c.player] for c in changes if c.after == level]
        if who:
            groups.append(f"{len(who)} to {level_name(level)} ({members(who, bound, 12)})")
    return (
        f"{steps} step{'s' if steps > 1 else ''}",
        f"at the least, each from {stairs}; for instance {listed(groups)}",
    )


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


def _routes(v: VenueVerdict, scenario: Scenario | None) -> list[Block]:
    rows = tuple((r.body, f"{r.decides} (when {r.when})") for r in routes_open(v, scenario))
    return [Block("OTHER ROUTES", "", rows)] if rows else []
