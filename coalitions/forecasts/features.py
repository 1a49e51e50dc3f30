"""What is known of a member and a topic before a vote, as numbers for a model."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import exp2, log

from coalitions.forecasts.forecast_record import PERMANENT, POWERS, AssemblyPositions, Text
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = ["FEATURES", "POSITION_FEATURES", "SAME_DAY", "WITHOUT_RECORD", "Memory"]

FEATURES = (
    *("own abstentions", "own votes against", "own abstentions on topic"),
    *("own votes against on topic", "contested lately", "contested this year"),
    *("topic contested", "topic blocked", "last on topic divided"),
    *("own last abstained", "own last against"),
    *("away from USA", "away from RUS", "topic dissent of USA, by distance"),
    *("topic dissent of RUS, by distance", "topic dissent of CHN, by distance"),
    *("permanent", "is USA", "is RUS", "is CHN", "year"),
)
"""What the model goes by, in order."""

SAME_DAY = (
    *("earlier vote that day", "earlier vote divided"),
    *("own earlier abstention", "own earlier vote against"),
)
"""What an earlier vote of the same day on the topic adds."""

WITHOUT_RECORD = tuple(
    k for k, name in enumerate(FEATURES) if not name.startswith(("own", "is ", "permanent"))
)
"""Places of the features that need no record of the member's own in the Council."""

POSITION_FEATURES = ("ideal point", "away from USA", "away from RUS")
"""What the model of positions in the Assembly alone goes by."""

SLOW, QUICK, BRISK = 8.0, 4.0, 1.0  # half-lives in years
OWN, TOPIC, TEXTS = 10.0, 5.0, 3.0  # votes, votes and texts that a prior share is worth
START = (0.01, 0.04)  # shares of votes against and of abstentions before there is any record
CONTESTED, BLOCKED = 0.2, 0.05


class _Fading:
    """Counts that lose half their weight in every half-life."""

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life
        self.sums: defaultdict[object, float] = defaultdict(float)

    def add(self, key: object, moment: float) -> None:
        self.sums[key] += exp2(moment / self.half_life)

    def get(self, key: object, moment: float) -> float:
        found = self.sums.get(key)
        return found * exp2(-moment / self.half_life) if found else 0.0


@dataclass
class Memory:
    """The record up to a day, in fading counts.

    Parameters
    ----------
    positions : AssemblyPositions
        Positions in the General Assembly.
    coding : {"coarse", "fine"}
        Which coding of topics.
    """

    positions: AssemblyPositions
    coding: str = "coarse"
    slow: _Fading = field(default_factory=lambda: _Fading(SLOW), repr=False)
    quick: _Fading = field(default_factory=lambda: _Fading(QUICK), repr=False)
    brisk: _Fading = field(default_factory=lambda: _Fading(BRISK), repr=False)
    last: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)
    newest: dict[str, Text] = field(default_factory=dict, repr=False)
    changes: defaultdict[tuple[bool, int | None], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0, 0]), repr=False
    )

    def learn(self, texts: Iterable[Text]) -> None:
        """Take in texts that were voted on, in order."""
        for text in texts:
            moment = _moment(text.date)
            topics = text.topics(self.coding)
            for counts in (self.quick, self.brisk):
                for what, true in (
                    ("text", True),
                    ("contested", text.contested),
                    ("blocked", text.blocked),
                ):
                    if true:
                        for topic in ("", *topics):
                            counts.add((what, topic), moment)
            for state, level in text.votes.items():
                permanent = state in PERMANENT
                self.changes[permanent, self.last.get((state, topics[-1]))][level] += 1
                for key in (permanent, state, *((state, t) for t in topics)):
                    self.slow.add(key, moment)
                    if level != YES:
                        self.slow.add((key, level), moment)
                self.last[state, topics[-1]] = level
            self.newest[topics[-1]] = text

    def base_rate(self, permanent: bool, day: str) -> tuple[float, float]:
        """Share of votes against and abstentions among permanent or elected members so far."""
        return self._shares(permanent, START, OWN, _moment(day))

    def after_last(self, state: str, topic: str) -> list[float]:
        """Chances of the levels after the member's last vote on the topic, by past frequency."""
        permanent = state in PERMANENT
        whole = [
            sum(c[k] for (p, _), c in self.changes.items() if p == permanent) for k in range(3)
        ]
        total = sum(whole)
        prior = [
            (w + p) / (total + 1) for w, p in zip(whole, (*START, 1 - sum(START)), strict=True)
        ]
        seen = self.changes.get((permanent, self.last.get((state, topic))), [0, 0, 0])
        return [(s + OWN * p) / (sum(seen) + OWN) for s, p in zip(seen, prior, strict=True)]

    def share_of_texts(self, what: str, day: str, topics: Sequence[str] = ()) -> float:
        """Share of the texts, lately and on a topic, that were contested, blocked or failed."""
        prior = CONTESTED if what == "contested" else BLOCKED
        return self._part(what, ("", *topics), prior, _moment(day), self.quick)

    def votes_on(self, state: str, topics: Sequence[str], day: str) -> float:
        """Votes of a member on a topic, each fading with the years."""
        return self.slow.get((state, topics[-1]), _moment(day))

    def features(self, states: Sequence[str], topics: Sequence[str], day: str) -> list[list[float]]:
        """Return a row of `FEATURES` for every state.

        Parameters
        ----------
        states : sequence of str
            ISO codes.
        topics : sequence of str
            As :meth:`~coalitions.forecasts.forecast_record.Text.topics` gives them.
        day : str
            ISO date of the vote.

        Returns
        -------
        list of list of float
        """
        moment, topic = _moment(day), topics[-1]
        lately = self._part("contested", ("",), CONTESTED, moment, self.quick)
        this_year = self._part("contested", ("",), lately, moment, self.brisk)
        divided = self._part("contested", ("", *topics), CONTESTED, moment, self.quick)
        blocked = self._part("blocked", ("", *topics), BLOCKED, moment, self.quick)
        before = self.newest.get(topic)
        of_text = [_logit(lately), _logit(this_year), _logit(divided), _logit(blocked)]
        of_text.append(_dissent(before) if before else divided / 3)
        away = self.distances(states, day)
        power = [sum(self._own(p, topics, moment)) for p in POWERS]
        rows = []
        for state, far in zip(states, away, strict=True):
            permanent = state in PERMANENT
            prior = self._shares(permanent, START, OWN, moment)
            own = self._shares(state, prior, OWN, moment)
            against, idle = self._chain(state, topics, own, moment)
            last = self.last.get((state, topic))
            rows.append(
                [
                    *(_logit(own[1]), _logit(own[0]), _logit(idle), _logit(against)),
                    *of_text,
                    *(float(last == ABSTAIN), float(last == NO)),
                    *far[:2],
                    *(f * w for f, w in zip(far, power, strict=True)),
                    *(float(permanent), *(float(state == p) for p in POWERS)),
                    (moment - 28) / 10,
                ]
            )
        return rows

    def same_day(self, states: Sequence[str], earlier: Text | None) -> list[list[float]]:
        """Return a row of `SAME_DAY` for every state, from the newest earlier vote of the day."""
        if earlier is None:
            return [[0.0] * len(SAME_DAY) for _ in states]
        divided = _dissent(earlier)
        return [
            [1.0, divided, *(float(earlier.votes.get(s) == level) for level in (ABSTAIN, NO))]
            for s in states
        ]

    def position_features(self, states: Sequence[str], day: str) -> list[list[float]]:
        """Return a row of `POSITION_FEATURES` for every state."""
        known = [self.positions.at(s, day) for s in states]
        points = [p.point for p in known if p]
        middle = sum(points) / len(points) if points else 0.0
        away = self.distances(states, day)
        return [[p.point if p else middle, *far[:2]] for p, far in zip(known, away, strict=True)]

    def distances(self, states: Sequence[str], day: str) -> list[list[float]]:
        """Share of unequal votes with each of `POWERS` in the newest session that is over.

        Unlike ideal points these shares are not smoothed over the years, so that no later vote is
        in them. Where a share is not known, that of the others stands for it.
        """
        columns = []
        for power in POWERS:
            shares = [self._unequal(state, power, day) for state in states]
            known = [x for x in shares if x is not None]
            mean = sum(known) / len(known) if known else 0.5
            columns.append([mean if x is None else x for x in shares])
        return [list(row) for row in zip(*columns, strict=True)]

    def _unequal(self, state: str, power: str, day: str) -> float | None:
        if state == power:
            return 0.0
        known = self.positions.at(state, day)
        return 1 - known.agreement[power] if known and power in known.agreement else None

    def _own(self, state: str, topics: Sequence[str], moment: float) -> tuple[float, float]:
        prior = self._shares(state in PERMANENT, START, OWN, moment)
        return self._chain(state, topics, self._shares(state, prior, OWN, moment), moment)

    def _chain(
        self, state: str, topics: Sequence[str], own: tuple[float, float], moment: float
    ) -> tuple[float, float]:
        for topic in topics:
            own = self._shares((state, topic), own, TOPIC, moment)
        return own

    def _shares(
        self, key: object, prior: tuple[float, float], weight: float, moment: float
    ) -> tuple[float, float]:
        """Shares of votes against and abstentions, drawn towards a prior."""
        total = self.slow.get(key, moment) + weight
        against, idle = (
            (self.slow.get((key, level), moment) + weight * p) / total
            for level, p in zip((NO, ABSTAIN), prior, strict=True)
        )
        return against, idle

    def _part(
        self, what: str, topics: Sequence[str], prior: float, moment: float, counts: _Fading
    ) -> float:
        for topic in topics:
            total = counts.get(("text", topic), moment) + TEXTS
            prior = (counts.get((what, topic), moment) + TEXTS * prior) / total
        return prior


def _moment(day: str) -> float:
    """Years since 1972."""
    return (datetime.date.fromisoformat(day) - datetime.date(1972, 1, 1)).days / 365.25


def _dissent(text: Text) -> float:
    return sum(v != YES for v in text.votes.values()) / len(text.votes)


def _logit(share: float) -> float:
    return log(share / (1 - share))
