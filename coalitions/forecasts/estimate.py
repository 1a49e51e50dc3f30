"""Positions of states on a topic, estimated from votes and Assembly sessions before a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from coalitions.bodies.states import find_state, near_state
from coalitions.files.spelling import did_you_mean, shown
from coalitions.forecasts.features import WITHOUT_RECORD, Memory
from coalitions.forecasts.forecast import (
    FIRST_YEAR,
    MODEL,
    SAME_DAY_MODEL,
    FittedYear,
    fit_year,
    panel,
    within_floor,
)
from coalitions.forecasts.forecast_record import (
    PERMANENT,
    Text,
    assembly_positions,
    texts_voted_on,
    topic_names,
)
from solvers.errors import EngineError
from solvers.rules.votes import LEVELS, level_name

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COUNCIL", "EstimatedPosition", "PositionEstimates", "estimate_positions"]

COUNCIL = "un-security-council"
"""The body whose record the model knows."""

STALE = 3  # years after the record ends up to which it is used
KNOWN = 3.0  # faded votes on the topic from which a member's record counts as known
WIDER = 2.0  # how much wider the interval is where nothing but Assembly positions speaks
SMOOTHED = (
    "ideal points as published are smoothed over neighbouring years, later ones included; the "
    "estimates go by shares of equal votes instead, which are not"
)


@dataclass(frozen=True)
class EstimatedPosition:
    """Where a state is likely to stand.

    Parameters
    ----------
    state : str
        ISO code.
    against, abstain, yes : float
        Chances of its vote.
    margin, low, high : float
        What its vote hangs on, in standard deviations of what the model does not see: at 0 or
        above it votes for; with the interval in which a single vote falls.
    band : float
        Down to how far below 0 it abstains.
    standard_error : float
        Of the margin, from the coefficients alone.
    confidence : {"medium", "low"}
        Low without a record of the state's own on the topic, and outside the Council.
    last_vote : str
        Its last vote on the topic in the Council; empty where there is none.
    session : int or None
        Session of the General Assembly that its distances are from.
    session_closed : str
        Day from which that session is over; empty where there is none.
    """

    state: str
    against: float
    abstain: float
    yes: float
    margin: float
    low: float
    high: float
    band: float
    standard_error: float
    confidence: str
    last_vote: str
    session: int | None
    session_closed: str

    origin = "estimated"


@dataclass(frozen=True)
class PositionEstimates:
    """Estimated positions of the members of a body on one day.

    Parameters
    ----------
    date, topic, body : str
        What was asked.
    level : float
        Share of votes that the intervals are to hold.
    positions : tuple of EstimatedPosition
        In the order of the members.
    correlation : float
        Of the leanings of any two members.
    newest_vote, newest_on_topic : str
        Days of the newest Council votes that were used; empty where there is none on the topic.
    notes : tuple of str
        What has to be said with the numbers.
    """

    date: str
    topic: str
    body: str
    level: float
    positions: tuple[EstimatedPosition, ...]
    correlation: float
    newest_vote: str
    newest_on_topic: str
    notes: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per state."""
        return [
            {
                "state": p.state,
                "against": p.against,
                "abstain": p.abstain,
                "for": p.yes,
                "margin": p.margin,
                "low": p.low,
                "high": p.high,
                "band": p.band,
                "standard_error": p.standard_error,
                "origin": p.origin,
                "confidence": p.confidence,
                "last_vote": p.last_vote,
                "session": p.session,
                "session_closed": p.session_closed,
                "date": self.date,
            }
            for p in self.positions
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return a row per state, as ``Scenario.from_frames`` takes it.

        Returns
        -------
        DataFrame
            Numbers are rounded as in the lines of a scenario file; ``attrs`` has the correlation
            of the leanings and what has to be said with the numbers.
        """
        import pandas as pd

        from coalitions.forecasts.position_lines import estimated_rows

        frame = pd.DataFrame(estimated_rows(self))
        frame.attrs |= {"correlation": self.correlation, "notes": list(self.notes)}
        return frame


def estimate_positions(
    members: Sequence[str],
    date: str | datetime.date,
    topic: str,
    body: str = COUNCIL,
    earlier: Mapping[str, int] | None = None,
    level: float = 0.8,
) -> PositionEstimates:
    """Estimate how states will vote, from what was known before a day.

    Parameters
    ----------
    members : sequence of str
        Codes or names of states, each once.
    date : str or date
        ISO date of the vote; votes and sessions before it are used.
    topic : str
        A coarse topic such as ``"middle-east"``, or a fine one such as ``"middle-east/syria"``.
    body : str
        Where the vote is. In any other body than the Council the own record there says nothing:
        positions in the General Assembly and the topic speak alone, with low confidence.
    earlier : mapping of str to int, optional
        Levels of a vote on the topic earlier that day.
    level : float
        Share of votes that the intervals of margins are to hold, between 0 and 1.

    Returns
    -------
    PositionEstimates
        Floats, with their errors.

    Raises
    ------
    EngineError
        If a state, topic or date is unknown, or there is no record for the date.

    Notes
    -----
    The margin is the normal quantile of the chance to vote for. Its interval holds what the model
    does not see (one standard deviation) and the error of the coefficients; outside the Council
    it is twice as wide. The chances are those of the first day of the year's coefficients, as in
    the back-test.

    References
    ----------
    .. [1] M. A. Bailey, A. Strezhnev and E. Voeten, "Estimating dynamic state preferences from
       United Nations voting data", Journal of Conflict Resolution 61 (2017), pp. 430-456.

    Examples
    --------
    >>> found = estimate_positions(["Russia", "Germany"], "2020-07-07", "middle-east/syria")
    >>> [(p.state, p.yes < 0.6, p.confidence) for p in found.positions]
    [('RUS', True, 'medium'), ('DEU', False, 'medium')]
    """
    from math import sqrt

    from scipy.special import ndtri

    day, states = _day(date), _states(members)
    coding = _coding(topic)
    if not 0 < level < 1:
        raise EngineError(f"the level of the intervals is {level}; it must be between 0 and 1")
    known = [t for t in texts_voted_on() if t.date < day]
    year = int(day[:4])
    newest = known[-1].date if known else ""
    if year < FIRST_YEAR:
        raise EngineError(
            f"there is no estimate for {day}: the record of votes that it would rest on begins in "
            f"1972, and the first year with enough of it is {FIRST_YEAR}"
        )
    if year - int(newest[:4]) > STALE:
        raise EngineError(
            f"there is no estimate for {day}: the record of Council votes ends on {newest}, more "
            f"than {STALE} years before"
        )
    memory = Memory(assembly_positions(), coding)
    memory.learn(known)
    topics = (topic,) if coding == "coarse" else (topic.partition("/")[0], topic)
    rows = memory.features(states, topics, day)
    council = body == COUNCIL
    name = (SAME_DAY_MODEL if earlier else MODEL) if council else "without record"
    if not council:
        rows = [[row[k] for k in WITHOUT_RECORD] for row in rows]
    elif earlier:
        text = _earlier(earlier, day, topics)
        rows = [[*a, *b] for a, b in zip(rows, memory.same_day(states, text), strict=True)]
    fitted = _fitted(coding, name, year)
    import numpy as np

    permanent = np.array([s in PERMANENT for s in states])
    chances = within_floor(fitted.logit.probabilities(rows), permanent)
    errors = fitted.logit.error_of_yes(rows)
    width, found = -float(ndtri((1 - level) / 2)), []
    for state, (against, idle, yes), error in zip(states, chances, errors, strict=True):
        margin = float(ndtri(yes))
        # the density of the normal law at the margin turns an error of the chance into its own
        own = float(error) * sqrt(2 * np.pi) * float(np.exp(margin * margin / 2))
        spread = width * sqrt(1 + own * own) * (1 if council else WIDER)
        position = memory.positions.at(state, day)
        last = memory.last.get((state, topics[-1]))
        sure = council and memory.votes_on(state, topics, day) >= KNOWN
        found.append(
            EstimatedPosition(
                state,
                float(against),
                float(idle),
                float(yes),
                margin,
                margin - spread,
                margin + spread,
                -margin - float(ndtri(against)),
                own,
                "medium" if sure else "low",
                "" if last is None else level_name(last),
                position.session if position else None,
                position.closed if position else "",
            )
        )
    on_topic = memory.newest.get(topics[-1])
    notes = [SMOOTHED]
    if not council:
        notes.insert(0, f"low confidence: no votes of {body} are in the record, only positions in "
                        "the General Assembly and Council votes on the topic speak")  # fmt: skip
    missing = [p.state for p in found if p.session is None]
    if missing:
        notes.append(f"no position in the General Assembly is known of {', '.join(missing)}")
    return PositionEstimates(
        day,
        topic,
        body,
        level,
        tuple(found),
        fitted.correlation,
        newest,
        on_topic.date if on_topic else "",
        tuple(notes),
    )


@cache
def _fitted(coding: str, name: str, year: int) -> FittedYear:
    return fit_year(panel(coding), name, year, errors=True)


def _day(date: str | datetime.date) -> str:
    try:
        return datetime.date.fromisoformat(str(date)).isoformat()
    except ValueError:
        raise EngineError(f"{shown(date)} is no date; write it as 2020-07-07") from None


def _states(members: Sequence[str]) -> list[str]:
    found: list[str] = []
    for word in [members] if isinstance(members, str) else members:
        state = find_state(word)
        if state is None:
            raise EngineError(f"{shown(word)} is no known state{near_state(word)}")
        if state in found:
            raise EngineError(f"{state} is named twice among the members")
        found.append(state)
    if not found:
        raise EngineError("there are no members to estimate; name at least one state")
    return found


def _coding(topic: str) -> str:
    for coding in ("coarse", "fine"):
        if topic in topic_names(coding):
            return coding
    known = [*topic_names("coarse"), *topic_names("fine")]
    same = [t for t in known if t.endswith(f"/{topic}")]
    hint = f" (did you mean {same[0]!r}?)" if same else did_you_mean(topic, known)
    raise EngineError(f"no topic {shown(topic)} in the coding of Council texts{hint}")


def _earlier(votes: Mapping[str, int], day: str, topics: Sequence[str]) -> Text:
    cast = {}
    for word, vote in votes.items():
        (state,) = _states([word])
        if vote not in LEVELS or level_name(vote) == "absent":
            raise EngineError(f"{shown(vote)} of {state} is no vote; 0 against, 1 abstain, 2 for")
        cast[state] = vote
    return Text("", "", day, topics[0], topics[-1].rpartition("/")[2], cast, False)
