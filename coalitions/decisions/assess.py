"""How everybody votes on an option as it stands, and what the rule makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.answers.wording import marked, tally
from coalitions.bodies.rosters import rebind
from coalitions.decisions.chance_lines import chance_words
from coalitions.decisions.modelling import Model, eligibility, model_of
from coalitions.decisions.verdicts import (
    OtherReading,
    StateVote,
    VenueVerdict,
    count_votes,
    said_totals,
    verdict_certificate,
    verdict_data,
    vote_chances,
    vote_name,
)
from coalitions.scenarios.scenario import WHAT_IF, Option, Scenario, Venue
from solvers.concessions.problem import Package
from solvers.errors import EngineError
from solvers.rules.decisive import decisive_players
from solvers.rules.totals import decide_from_totals, totals_after
from solvers.rules.votes import level_name

__all__ = ["Assessment", "assess"]


@dataclass(frozen=True)
class Assessment(Result):
    """Votes and verdict of every option in every venue."""

    verdicts: tuple[VenueVerdict, ...] = ()

    kind = "assess"

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """Rules and profiles, so that every verdict can be evaluated again."""
        return {"verdicts": [verdict_certificate(v) for v in self.verdicts]}

    def answer(self) -> dict[str, Any]:
        """Return the verdicts as plain data."""
        return {"verdicts": [verdict_data(v) for v in self.verdicts]}

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per option, venue and state."""
        return [
            {
                "option": v.option.key,
                "route": v.venue.key,
                "body": v.venue.bound.body.name,
                "state": s.state,
                **{end: vote_name(v, s, end) for end in ("vote", "low", "high")},
                "margin": exact_text(s.margin),
                "band": exact_text(s.band),
                "origin": s.origin,
            }
            for v in self.verdicts
            for s in v.votes
        ]

    def screen(self) -> Screen:
        """Return votes and margins, option by option."""
        blocks: list[Block] = []
        for v in self.verdicts:
            body = v.venue.bound
            blocks.append(
                Block(
                    f"{v.option.key} in {v.venue.key}: {v.headline}",
                    f"{said_totals(v)} · {body.body.title}, {body.rule.describe()}",
                    tuple((marked(s.state, body), _vote_words(v, s)) for s in v.votes),
                )
            )
        title = f"{self.scenario.title}, {self.scenario.date}" if self.scenario else ""
        return Screen(title, self.marking, tuple(blocks))


def _vote_words(v: VenueVerdict, s: StateVote) -> str:
    if v.basis == "without a vote":
        return vote_name(v, s)
    words = "unknown" if s.is_open and s.margin is None else level_name(s.vote)
    if not s.is_open and s.low != s.high:
        words += f" ({level_name(s.low)} to {level_name(s.high)})"
    if s.margin is not None and s.band is not None:
        words += f", margin {number_text(s.margin)}, band {number_text(s.band)}"
    chances = vote_chances(v, s) if v.basis == "positions" else None
    if chances is not None:
        words += f", {chance_words(chances)}"
    return f"{words}, {s.origin}"


def assess(scenario: Scenario, option: str | None = None) -> Assessment:
    """Say how everybody votes, and what the rule makes of it.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option : str, optional
        One option; all of them when left out.

    Returns
    -------
    Assessment
        Exact where votes are recorded. Recorded votes are judged as recorded; where positions
        are entered too, the differences are listed.

    Raises
    ------
    EngineError
        If there is no such option.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> assess(load("libya-2011")).verdicts[0].headline
    'PASSED (recorded)'
    """
    options = [scenario.option(option)] if option is not None else list(scenario.options)
    verdicts: list[VenueVerdict] = []
    assumptions: set[Assumption] = set()
    for text in options:
        for venue in text.venues:
            model = model_of(scenario, text, venue)
            verdict = _judge(scenario, text, venue, model)
            verdicts.append(verdict)
            if verdict.basis == "positions":
                assumptions |= set(model.assumptions)
            assumptions |= {a for a in model.assumptions if a.place == "what-if"}
            if venue.bound.roster.own:
                note = "; ".join(venue.bound.roster.notes)
                assumptions.add(
                    Assumption(f"bodies.{venue.key}.roster", "assumed", f"own roster: {note}")
                )
    estimated = any(a.origin == "estimated" for a in assumptions)
    found = tuple(verdicts)
    return Assessment(
        scenario,
        "estimated" if estimated else "exact",
        tuple(sorted(assumptions)),
        Provenance(scenario.digest),
        found,
        changed=_changed(scenario, option, found),
    )


def _changed(
    scenario: Scenario, option: str | None, verdicts: Sequence[VenueVerdict]
) -> tuple[str, ...]:
    """Say what the changes of ``what_if`` did to each verdict."""
    if not scenario.changes:
        return ()
    lines = []
    before = assess(replace(scenario, changes={}), option).verdicts
    for old, new in zip(before, verdicts, strict=True):
        where = f"{new.option.key} in {new.venue.key}"
        if old.headline == new.headline:
            lines.append(f"{where}: unchanged, {new.headline}")
        else:
            told = f"{old.headline} {tally(old.totals)} -> {new.headline} {tally(new.totals)}"
            lines.append(f"{where}: {told}")
    return tuple(lines)


def _judge(scenario: Scenario, option: Option, venue: Venue, model: Model) -> VenueVerdict:
    status, why = eligibility(scenario, option)
    record = option.recorded if venue is option.venues[0] else None
    rule = venue.bound.rule
    positioned = _positioned(scenario, option, venue, model)
    changed = [WHAT_IF[w] for s, w in scenario.changes.items() if s in rule.names]
    if record is not None and not record.votes:
        from_totals = _from_totals(scenario, option, venue, (status, why), record.totals, changed)
        if from_totals is not None:
            return from_totals
    if record is None or not record.votes or (record.without_vote and changed):
        # A change cannot be counted where it is not known how the others voted.
        votes, basis, record = positioned, "positions", None
    else:
        votes = tuple(
            StateVote(s, WHAT_IF[w], WHAT_IF[w], WHAT_IF[w], "what-if")
            if (w := scenario.changes.get(s)) is not None
            else StateVote(s, record.votes[s], record.votes[s], record.votes[s], "recorded")
            for s in rule.names
        )
        basis = "without a vote" if record.without_vote else "recorded"
    low, mid, high = ([getattr(v, k) for v in votes] for k in ("low", "vote", "high"))
    turns_on: tuple[str, ...] = ()
    if basis == "without a vote" or rule.evaluate(low):
        verdict = "passes"
    elif not rule.evaluate(high):
        verdict = "fails"
    else:
        decisive = decisive_players(rule, low, high)
        if decisive is None:  # too many to try: every uncertain vote may matter
            decisive = tuple(i for i in range(len(votes)) if low[i] != high[i])
        verdict, turns_on = "turns on", tuple(votes[i].state for i in decisive)
    judged = {"turns on": low, "fails": high}.get(verdict, mid)  # fails even at best
    diagnosis = None if basis == "without a vote" else rule.diagnose(judged)
    has_model = bool(option.payoffs) or any(k != "default" for k in option.positions)
    differences: tuple[str, ...] = ()
    if record is not None and has_model:
        differences = tuple(
            f"{m.state}: recorded {level_name(r.vote)}, modelled {level_name(m.vote)}"
            for r, m in zip(votes, positioned, strict=True)
            if r.origin == "recorded" and not m.low <= r.vote <= m.high
        )
    return VenueVerdict(
        option,
        venue,
        status,
        why,
        verdict,
        basis,
        votes,
        (0, 0, 0, 0, 0) if basis == "without a vote" else count_votes(votes),
        turns_on,
        diagnosis,
        _other_readings(venue, judged, basis),
        differences,
    )


def _positioned(
    scenario: Scenario, option: Option, venue: Venue, model: Model
) -> tuple[StateVote, ...]:
    nothing = Package()
    central = model.problem.votes(nothing)
    found = []
    for i, (low, high) in enumerate(model.problem.vote_intervals(nothing)):
        state = venue.bound.rule.names[i]
        payoff = option.payoffs.get(state)
        if state in scenario.changes:
            origin = "what-if"
        elif payoff is not None:
            origins = {f.origin for f in payoff.figures()}
            origin = next(o for o in ("assumed", "estimated", "stated", "recorded") if o in origins)
        else:
            origin = option.position(state).origin
        voter = model.problem.voters[i]
        margin = model.problem.margin(i, nothing)
        found.append(
            StateVote(
                state,
                low,
                central[i],
                high,
                origin,
                margin,
                voter.band if margin is not None else None,
            )
        )
    return tuple(found)


def _from_totals(
    scenario: Scenario,
    option: Option,
    venue: Venue,
    eligible: tuple[str, str],
    totals: tuple[int, int, int] | None,
    changed: Sequence[int],
) -> VenueVerdict | None:
    """Judge totals; None when a change of vote could turn them, how else they came about."""
    rule = venue.bound.rule
    if totals is None:
        found: dict[tuple[int, int, int], bool | None] = {(0, 0, 0): None}
    else:
        possible = totals_after(totals, rule.n_players, changed)
        found = {t: decide_from_totals(rule, *t) for t in possible}
    if len(set(found.values())) > 1 or (changed and None in found.values()):
        return None
    ((yes, no, abstain), passed) = next(iter(found.items()))  # the least favourable
    verdict = "undetermined" if passed is None else "passes" if passed else "fails"
    counts = (yes, no, abstain, rule.n_players - yes - no - abstain, 0)
    votes = tuple(
        StateVote(s, WHAT_IF[w], WHAT_IF[w], WHAT_IF[w], "what-if")
        for s, w in scenario.changes.items()
        if s in rule.names
    )
    return VenueVerdict(
        option, venue, *eligible, verdict, "totals", votes, counts, (), None, (), ()
    )  # fmt: skip


def _other_readings(venue: Venue, profile: Sequence[int], basis: str) -> tuple[OtherReading, ...]:
    if basis == "without a vote":
        return ()
    bound, found = venue.bound, []
    for name, reading in bound.decision.readings.items():
        if name == bound.reading.name:
            continue
        try:
            other = rebind(bound, name)
        except EngineError:
            continue  # a reading whose weights the data do not have on that day
        judged = other.rule.diagnose(profile)
        through = sorted({i for f in judged.failed for i in f.through if f.kind != "count"})
        names = tuple(marked(other.rule.names[i], bound) for i in through)
        found.append(OtherReading(name, reading.title, judged.passed, names))
    return tuple(found)
