"""The recorded vote of an option, checked against the members of the day."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from coalitions.bodies.recorded_votes import ATTRIBUTION, find_vote
from coalitions.scenarios import scenario_file as sf
from coalitions.scenarios.scenario import RecordedCase, Venue
from coalitions.scenarios.types import NO_DAY
from solvers.errors import EngineError
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

if TYPE_CHECKING:
    from coalitions.scenarios.build import Builder, Key

__all__ = ["build_record"]

_LEVELS = {"for": YES, "against": NO, "abstain": ABSTAIN, "absent": ABSENT}


def build_record(
    builder: Builder,
    model: sf.RecordedModel,
    path: Key,
    venues: Sequence[Venue],
    day: datetime.date,
) -> RecordedCase | None:
    """Resolve a recorded vote.

    Parameters
    ----------
    builder : Builder
        Collects mistakes.
    model : RecordedModel
        The vote as the file names it.
    path : tuple
        Where it stands.
    venues : sequence of Venue
        Where the option went; the record is that of the first.
    day : date
        Day of the vote.

    Returns
    -------
    RecordedCase or None
        None after a mistake.
    """
    given = [model.symbol is not None, model.votes is not None, model.totals is not None]
    if sum(given) != 1:
        builder.wrong(path, "needs exactly one of 'symbol', 'votes' and 'totals'")
        return None
    members = venues[0].bound.rule.names if venues else ()
    if model.symbol is not None:
        return _by_symbol(builder, model, path, members, day)
    if model.totals is not None:
        given_totals = model.totals
        totals = (
            given_totals.get("for", 0),
            given_totals.get("against", 0),
            given_totals.get("abstain", 0),
        )
        if min(totals) < 0 or (members and sum(totals) > len(members)):
            builder.wrong((*path, "totals"), f"{sum(totals)} votes for {len(members)} members")
            return None
        label = model.source or "totals"
        return RecordedCase(label, {}, totals, None, model.without_vote, model.source)
    votes: dict[str, int] = {}
    for word, states in (model.votes or {}).items():
        for i, name in enumerate(states):
            here = (*path, "votes", word, i)
            state = builder.state(name, here, key=False)
            if state is None:
                continue
            if members and state not in members:
                builder.wrong(here, f"{name!r} is no member of {venues[0].key!r}")
            if state in votes:
                builder.wrong(here, f"{name!r} votes twice")
            votes[state] = _LEVELS[word]
    if model.without_vote:  # nobody was asked, and nobody need be named
        if set(votes.values()) - {ABSENT}:
            builder.wrong((*path, "votes"), "adopted without a vote, yet it says how states voted")
        votes = dict.fromkeys(members, ABSENT)
    missing = [m for m in members if m not in votes]
    if missing and _is_whole(builder, (*path, "votes"), model.votes or {}):
        listed = ", ".join(missing)
        builder.wrong((*path, "votes"), f"no vote is given for {listed}; put them under 'absent'")
    return RecordedCase(
        model.source or "votes", votes, None, None, model.without_vote, model.source
    )


def _is_whole(builder: Builder, path: Key, read: Collection[str]) -> bool:
    """Whether all of it was read: a wrong part is left out, and said elsewhere."""
    written: Any = builder.document.data
    for part in path:
        written = written[part]
    return bool(set(written) == set(read))


def _by_symbol(
    builder: Builder,
    model: sf.RecordedModel,
    path: Key,
    members: Sequence[str],
    day: datetime.date,
) -> RecordedCase | None:
    try:
        vote = find_vote(str(model.symbol), model.vote_id)
    except EngineError as error:
        builder.wrong((*path, "symbol"), str(error))
        return None
    if day != NO_DAY and vote.date != day.isoformat():
        message = f"{vote.symbol} was voted on {vote.date}, not on {day}: give the option that date"
        builder.wrong((*path, "symbol"), message)
        return None
    if members and vote.votes and set(vote.votes) != set(members):
        builder.wrong((*path, "symbol"), "the voters on record are not the members of the body")
        return None
    totals = vote.totals[:3] if vote.totals and not vote.votes else None
    return RecordedCase(
        vote.symbol,
        vote.votes,
        totals,
        vote.adopted,
        not vote.was_taken,
        ATTRIBUTION,
        vote.note,
    )
