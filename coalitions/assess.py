"""How everybody votes on an option as it stands, and what the rule makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from coalitions.modelling import Assumption, Model, eligibility, model_of
from coalitions.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.rosters import rebind
from coalitions.scenario import WHAT_IF, Option, Scenario, Venue
from coalitions.wording import marked, tally
from solvers.concession_problem import Package
from solvers.diagnosis import Diagnosis
from solvers.errors import EngineError
from solvers.totals import decide_from_totals
from solvers.votes import ABSENT, ABSTAIN, NO, YES, level_name

__all__ = ["Assessment", "OtherReading", "StateVote", "VenueVerdict", "assess"]

TOTALS = ("for", "against", "abstain", "absent", "unknown")
MAX_UNCERTAIN = 12  # above it, every uncertain state is named without testing whether it matters


@dataclass(frozen=True)
class StateVote:
    """How one state votes.

    Parameters
    ----------
    state : str
        ISO code or label.
    low, vote, high : int
        Lowest, most likely and highest vote level.
    origin : str
        ``recorded``, ``stated``, ``estimated``, ``assumed`` or ``what-if``.
    margin, band : Fraction or None
        Payoff above the reservation point and acquiescence band, where payoffs are given.
    """

    state: str
    low: int
    vote: int
    high: int
    origin: str
    margin: Fraction | None = None
    band: Fraction | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is known of this vote."""
        return self.low == NO and self.high == YES


@dataclass(frozen=True)
class OtherReading:
    """What another reading of the same rule would say of the same votes."""

    name: str
    title: str
    passed: bool
    through: tuple[str, ...]


@dataclass(frozen=True)
class VenueVerdict:
    """One option in one venue.

    Parameters
    ----------
    option : Option
        The text.
    venue : Venue
        The body and decision, bound to its members.
    status, why : str
        Eligibility and its reason.
    verdict : {"passes", "fails", "turns on", "undetermined"}
        Of the votes as they stand.
    basis : {"recorded", "without a vote", "totals", "positions"}
        What the votes are.
    votes : tuple of StateVote
        Empty where only totals are known.
    totals : (int, int, int, int, int)
        For, against, abstaining, absent, unknown.
    turns_on : tuple of str
        States on whose uncertain votes the outcome turns.
    diagnosis : Diagnosis or None
        Of the most likely profile; of the worst one where the outcome turns on somebody.
    other_readings : tuple of OtherReading
        Same votes, other reading.
    differences : tuple of str
        States whose record and model differ, where both are given.
    """

    option: Option
    venue: Venue
    status: str
    why: str
    verdict: str
    basis: str
    votes: tuple[StateVote, ...]
    totals: tuple[int, int, int, int, int]
    turns_on: tuple[str, ...]
    diagnosis: Diagnosis | None
    other_readings: tuple[OtherReading, ...]
    differences: tuple[str, ...]

    @property
    def profile(self) -> tuple[int, ...]:
        """Most likely vote of every member, in roster order."""
        return tuple(v.vote for v in self.votes)

    @property
    def passed(self) -> bool | None:
        """Whether the decision is taken; None when it turns on what is not known."""
        return {"passes": True, "fails": False}.get(self.verdict)

    @property
    def headline(self) -> str:
        """The verdict in words: never a bare "adopted" on estimates."""
        if self.basis == "without a vote":
            return "ADOPTED WITHOUT A VOTE (recorded)"
        if self.basis in ("recorded", "totals"):
            word = {"passes": "PASSED", "fails": "FAILED"}.get(self.verdict, "UNDETERMINED")
            return f"{word} (recorded)" if not self._changed else f"WOULD HAVE {word}"
        if self.verdict == "turns on":
            named = len(self.turns_on) <= MAX_UNCERTAIN
            return (
                f"TURNS ON {' '.join(self.turns_on) if named else f'{len(self.turns_on)} members'}"
            )
        return f"{self.verdict.upper()} THROUGHOUT under these inputs"

    @property
    def _changed(self) -> bool:
        return any(v.origin == "what-if" for v in self.votes)


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
                "vote": "unknown" if s.is_open else level_name(s.vote),
                "low": level_name(s.low),
                "high": level_name(s.high),
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
                    f"{tally(v.totals)} · {body.body.title}, {body.rule.describe()}",
                    tuple((marked(s.state, body), _vote_words(s)) for s in v.votes),
                )
            )
        title = f"{self.scenario.title}, {self.scenario.date}" if self.scenario else ""
        return Screen(title, self.marking, tuple(blocks))


def _vote_words(s: StateVote) -> str:
    words = "unknown" if s.is_open and s.margin is None else level_name(s.vote)
    if not s.is_open and s.low != s.high:
        words += f" ({level_name(s.low)} to {level_name(s.high)})"
    if s.margin is not None and s.band is not None:
        words += f", margin {number_text(s.margin)}, band {number_text(s.band)}"
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
    >>> from coalitions.scenario import load
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
    return Assessment(
        scenario,
        "estimated" if estimated else "exact",
        tuple(sorted(assumptions)),
        Provenance(scenario.digest),
        tuple(verdicts),
    )


def _judge(scenario: Scenario, option: Option, venue: Venue, model: Model) -> VenueVerdict:
    status, why = eligibility(scenario, option)
    record = option.recorded if venue is option.venues[0] else None
    rule = venue.bound.rule
    positioned = _positioned(scenario, option, venue, model)
    if record is None:
        votes, basis = positioned, "positions"
    elif not record.votes:
        return _from_totals(option, venue, status, why, record.totals)
    else:
        votes = tuple(
            StateVote(s, WHAT_IF[w], WHAT_IF[w], WHAT_IF[w], "what-if")
            if (w := scenario.changes.get(s)) is not None
            else StateVote(s, record.votes[s], record.votes[s], record.votes[s], "recorded")
            for s in rule.names
        )
        basis = "without a vote" if record.without_vote and not scenario.changes else "recorded"
    low, mid, high = ([getattr(v, k) for v in votes] for k in ("low", "vote", "high"))
    turns_on: tuple[str, ...] = ()
    if basis == "without a vote" or rule.evaluate(low):
        verdict = "passes"
    elif not rule.evaluate(high):
        verdict = "fails"
    else:
        verdict, turns_on = "turns on", _decisive(votes, venue)
    judged = low if turns_on else mid
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
        count_votes(votes),
        turns_on,
        diagnosis,
        _other_readings(venue, judged, basis),
        differences,
    )


def count_votes(votes: Sequence[StateVote]) -> tuple[int, int, int, int, int]:
    """Count votes for, against, abstaining, absent, and those of which nothing is known.

    Parameters
    ----------
    votes : sequence of StateVote
        The votes.

    Returns
    -------
    tuple of five ints
    """
    known = [v.vote for v in votes if not v.is_open]
    yes, no, abstain, absent = (known.count(level) for level in (YES, NO, ABSTAIN, ABSENT))
    return yes, no, abstain, absent, len(votes) - len(known)


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


def _decisive(votes: Sequence[StateVote], venue: Venue) -> tuple[str, ...]:
    """Name the states whose uncertain vote can turn the outcome, the others' votes permitting."""
    rule = venue.bound.rule
    open_ = [i for i, v in enumerate(votes) if v.low != v.high]
    if len(open_) > MAX_UNCERTAIN:
        return tuple(votes[i].state for i in open_)
    decisive = set()
    for ends in product((0, 1), repeat=len(open_)):
        profile = [v.low for v in votes]
        for i, end in zip(open_, ends, strict=True):
            profile[i] = votes[i].high if end else votes[i].low
        if rule.evaluate(profile):
            for i, end in zip(open_, ends, strict=True):
                if end and not rule.evaluate([*profile[:i], votes[i].low, *profile[i + 1 :]]):
                    decisive.add(i)
    return tuple(votes[i].state for i in sorted(decisive))


def _from_totals(
    option: Option, venue: Venue, status: str, why: str, totals: tuple[int, int, int] | None
) -> VenueVerdict:
    yes, no, abstain = totals or (0, 0, 0)
    passed = None if totals is None else decide_from_totals(venue.bound.rule, yes, no, abstain)
    verdict = "undetermined" if passed is None else "passes" if passed else "fails"
    absent = venue.bound.rule.n_players - yes - no - abstain
    counts = (yes, no, abstain, absent, 0)
    return VenueVerdict(option, venue, status, why, verdict, "totals", (), counts, (), None, (), ())


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


def verdict_certificate(v: VenueVerdict) -> dict[str, Any]:
    """Return rule and votes of a verdict, for re-evaluation."""
    return {
        "option": v.option.key,
        "venue": v.venue.key,
        "rule": v.venue.bound.rule.to_dict(),
        "basis": v.basis,
        "profiles": {k: [getattr(s, k) for s in v.votes] for k in ("low", "vote", "high")},
        "totals": list(v.totals),
        "verdict": v.verdict,
    }


def verdict_data(v: VenueVerdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    bound, d = v.venue.bound, v.diagnosis
    names = bound.rule.names
    return {
        "option": v.option.key,
        "title": v.option.title,
        "date": v.option.date.isoformat(),
        "venue": v.venue.key,
        "body": bound.body.name,
        "decision": bound.decision.name,
        "reading": bound.reading.name,
        "rule": bound.rule.describe(),
        "legal_effect": bound.decision.effect,
        "roster": {
            "day": bound.roster.day,
            "origin": bound.roster.origin,
            "own": bound.roster.own,
            "confidence": bound.roster.confidence,
            "notes": list(bound.roster.notes),
        },
        "eligibility": v.status,
        "eligibility_reason": v.why,
        "headline": v.headline,
        "verdict": v.verdict,
        "basis": v.basis,
        "totals": dict(zip(TOTALS, v.totals, strict=True)),
        "votes": {
            s.state: {
                "vote": "unknown" if s.is_open else level_name(s.vote),
                "low": level_name(s.low),
                "high": level_name(s.high),
                "origin": s.origin,
                "margin": exact_text(s.margin),
                "band": exact_text(s.band),
            }
            for s in v.votes
        },
        "turns_on": list(v.turns_on),
        "requirements": [
            {
                "title": f.title,
                "kind": f.kind,
                "holds": f.holds,
                "score": f.score,
                "threshold": f.threshold,
                "through": [names[i] for i in f.through],
            }
            for f in (d.findings if d else ())
        ],
        "smallest_change": [
            {"state": names[c.player], "from": level_name(c.before), "to": level_name(c.after)}
            for c in ((d.changes or ()) if d else ())
        ],
        "change_patterns": [
            [
                {
                    "any": m.number,
                    "of": [names[i] for i in m.players],
                    "to": level_name(m.after),
                }
                for m in p.movers
            ]
            for p in (d.patterns if d else ())
        ],
        "other_readings": [
            {"name": o.name, "title": o.title, "passed": o.passed, "through": list(o.through)}
            for o in v.other_readings
        ],
        "record_and_model_differ": list(v.differences),
        "afterwards": dict(v.option.afterwards) if v.option.afterwards else None,
    }
