"""The verdict on one option in one venue: how every state votes, in words and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from coalitions.answers.results import exact_text
from coalitions.answers.wording import headline, tally
from coalitions.scenarios.scenario import Chances, Option, Venue
from solvers.rules.diagnosis import Diagnosis
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES, level_name

__all__ = [
    "TOTALS",
    "OtherReading",
    "StateVote",
    "VenueVerdict",
    "count_votes",
    "margin_span",
    "said_totals",
    "verdict_certificate",
    "verdict_data",
    "vote_chances",
    "vote_name",
    "vote_order",
]

TOTALS = ("for", "against", "abstain", "absent", "unknown")


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
        Where only totals are known, no more than a what-if says.
    totals : (int, int, int, int, int)
        For, against, abstaining, absent, unknown.
    turns_on : tuple of str
        States on whose uncertain votes the outcome turns.
    diagnosis : Diagnosis or None
        Of the most likely profile; where votes are uncertain, of the worst one when the outcome
        turns on them and of the best one when it fails all the same.
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
        changed = any(v.origin == "what-if" for v in self.votes)
        return headline(self.verdict, self.basis, self.turns_on, changed)


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


def vote_name(v: VenueVerdict, s: StateVote, end: str = "vote") -> str:
    """Name the vote of a state in a verdict.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.
    s : StateVote
        One of its votes.
    end : {"low", "vote", "high"}
        The lowest, most likely or highest vote.

    Returns
    -------
    str
        The level, ``"unknown"``, or ``"not asked"`` where a text was adopted without a vote.
    """
    if v.basis == "without a vote":
        return "not asked"
    return "unknown" if s.is_open and end == "vote" else level_name(getattr(s, end))


def vote_chances(v: VenueVerdict, s: StateVote) -> Chances | None:
    """Give the chances that the scenario gives a vote, whatever the record says.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.
    s : StateVote
        One of its votes.

    Returns
    -------
    Chances or None
        None where nothing is said, where the vote follows from payoffs, or is a what-if.
    """
    if s.origin == "what-if" or s.state in v.option.payoffs:
        return None
    return v.option.position(s.state).chances


def said_totals(v: VenueVerdict) -> str:
    """Write the totals of a verdict.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.

    Returns
    -------
    str
    """
    return "no vote was taken" if v.basis == "without a vote" else tally(v.totals)


def verdict_certificate(v: VenueVerdict) -> dict[str, Any]:
    """Return rule and votes of a verdict, for re-evaluation.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.

    Returns
    -------
    dict
    """
    return {
        "option": v.option.key,
        "venue": v.venue.key,
        "rule": v.venue.bound.rule.to_dict(),
        "basis": v.basis,
        "profiles": {k: [getattr(s, k) for s in v.votes] for k in ("low", "vote", "high")},
        "totals": list(v.totals),
        "verdict": v.verdict,
    }


def _chances_data(c: Chances | None) -> dict[str, str] | None:
    if c is None:
        return None
    return {"for": str(c.yes), "abstain": str(c.abstain), "against": str(c.against)}


def verdict_data(v: VenueVerdict) -> dict[str, Any]:
    """Return a verdict as plain data.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.

    Returns
    -------
    dict
    """
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
                **{end: vote_name(v, s, end) for end in ("vote", "low", "high")},
                "origin": s.origin,
                "margin": exact_text(s.margin),
                "band": exact_text(s.band),
                "chances": _chances_data(vote_chances(v, s)),
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


def vote_order(votes: Sequence[StateVote]) -> list[StateVote]:
    """Order votes for a strip: for, abstaining, unknown, against, absent; the sure ones outside.

    Parameters
    ----------
    votes : sequence of StateVote
        In roster order, which is kept among equals.

    Returns
    -------
    list of StateVote
    """

    def place(s: StateVote) -> tuple[int, int]:
        if s.is_open:
            return 2, 0
        group = {YES: 0, ABSTAIN: 1, NO: 3, ABSENT: 4}[s.vote]
        return group, (s.low < s.vote) if group == 0 else -(s.high > s.vote)

    return sorted(votes, key=place)


def margin_span(v: VenueVerdict, s: StateVote) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return the lowest, central and highest margin of a state, where payoffs are entered.

    Parameters
    ----------
    v : VenueVerdict
        The verdict.
    s : StateVote
        One of its votes.

    Returns
    -------
    tuple of three Fractions, or None
    """
    payoff = v.option.payoffs.get(s.state)
    return None if payoff is None or s.margin is None else payoff.margin(v.venue.legitimacy)
