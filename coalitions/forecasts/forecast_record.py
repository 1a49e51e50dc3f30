"""What forecasts of Council votes may know: who voted how, on what, and Assembly positions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from coalitions.bodies.recorded_votes import CouncilVote, council_votes
from coalitions.files import datasets
from solvers.errors import EngineError
from solvers.rules.votes import ABSENT, NO, YES

__all__ = [
    "BEGIN",
    "PERMANENT",
    "POWERS",
    "AssemblyPositions",
    "Position",
    "Text",
    "assembly_positions",
    "texts_voted_on",
    "topic_names",
]

BEGIN = "1972-01-01"
"""First day of the record that forecasts learn from: the People's Republic holds China's seat."""

PERMANENT = ("CHN", "FRA", "GBR", "RUS", "USA")
"""Permanent members."""

POWERS = ("USA", "RUS", "CHN")
"""Powers from which distances in the Assembly are measured."""

CODINGS = ("coarse", "fine")
TWICE = {"3099"}  # the source lists one ballot of 22 December 2023 twice


@dataclass(frozen=True)
class Text:
    """A text put to the vote in the Council.

    Parameters
    ----------
    vote_id, symbol, date : str
        As in the record.
    coarse, fine : str
        Its topic in both codings.
    votes : mapping of str to int
        Level of everybody who voted or abstained; who did not take part is left out.
    adopted : bool
        The recorded outcome.
    """

    vote_id: str
    symbol: str
    date: str
    coarse: str
    fine: str
    votes: Mapping[str, int]
    adopted: bool

    @cached_property
    def contested(self) -> bool:
        """Whether anybody abstained or voted against."""
        return any(v != YES for v in self.votes.values())

    @cached_property
    def blocked(self) -> bool:
        """Whether a permanent member voted against."""
        return any(self.votes.get(s) == NO for s in PERMANENT)

    @property
    def year(self) -> int:
        """Year of the vote."""
        return int(self.date[:4])

    def topics(self, coding: str) -> tuple[str, ...]:
        """Return its topic, and with the fine coding first the coarse one that holds it."""
        return (self.coarse,) if coding == "coarse" else (self.coarse, f"{self.coarse}/{self.fine}")


def texts_voted_on(votes: Sequence[CouncilVote] | None = None) -> tuple[Text, ...]:
    """Give the texts on which members voted since `BEGIN`, in order of day and source.

    Parameters
    ----------
    votes : sequence of CouncilVote, optional
        The record; all that ships when left out.

    Returns
    -------
    tuple of Text
        Adoptions without a vote are not among them. Titles are not read: topics come from a
        table that was coded without sight of the outcome.

    Examples
    --------
    >>> len(texts_voted_on())
    2653
    """
    topic = {r["vote_id"]: (r["coarse"], r["fine"]) for r in datasets.table("votes", "topics.csv")}
    found = []
    for vote in council_votes() if votes is None else votes:
        cast = {s: level for s, level in vote.votes.items() if level != ABSENT}
        if vote.date >= BEGIN and cast and vote.vote_id not in TWICE:
            coarse, fine = topic[vote.vote_id]
            found.append(
                Text(vote.vote_id, vote.symbol, vote.date, coarse, fine, cast, vote.adopted)
            )
    return tuple(sorted(found, key=lambda t: t.date))


@cache
def topic_names(coding: str) -> tuple[str, ...]:
    """List the topics of a coding.

    Parameters
    ----------
    coding : {"coarse", "fine"}
        Agenda items in groups, or subjects within them.

    Returns
    -------
    tuple of str
        Sorted; a fine topic is written as coarse/fine.

    Raises
    ------
    EngineError
        If the coding is unknown.
    """
    if coding not in CODINGS:
        raise EngineError(f"no coding of topics {coding!r}; there are 'coarse' and 'fine'")
    rows = datasets.table("votes", "topics.csv")
    return tuple(
        sorted({r["coarse"] if coding == "coarse" else f"{r['coarse']}/{r['fine']}" for r in rows})
    )


@dataclass(frozen=True)
class Position:
    """Where a state stood in one session of the General Assembly.

    Parameters
    ----------
    session : int
        Number of the session; it opens in September of 1945 + session.
    point, low, high : float
        Ideal point and its 90 % interval; higher is nearer the position led by the United States.
    agreement : mapping of str to float
        Share of equal votes with each of `POWERS`, where it is known.
    """

    session: int
    point: float
    low: float
    high: float
    agreement: Mapping[str, float]

    @property
    def closed(self) -> str:
        """Day from which the session is over: the next one has opened by then."""
        return f"{1946 + self.session}-09-20"


@dataclass(frozen=True)
class AssemblyPositions:
    """Positions of every state by session."""

    by_state: Mapping[str, tuple[Position, ...]]

    def at(self, state: str, day: str) -> Position | None:
        """Return the newest position whose session was over on a day; None where there is none."""
        known = self.by_state.get(state, ())
        place = bisect_right(known, day, key=lambda p: p.closed)
        return known[place - 1] if place else None


@cache
def assembly_positions() -> AssemblyPositions:
    """Return the positions in the General Assembly, sessions 25 to 78.

    Returns
    -------
    AssemblyPositions

    References
    ----------
    .. [1] M. A. Bailey, A. Strezhnev and E. Voeten, "Estimating dynamic state preferences from
       United Nations voting data", Journal of Conflict Resolution 61 (2017), pp. 430-456.

    Examples
    --------
    >>> newest = assembly_positions().at("DEU", "2020-07-07")
    >>> newest.session, newest.closed
    (73, '2019-09-20')
    """
    return _positions(datasets.table("positions", "general-assembly.csv"))


def _positions(rows: Iterable[Mapping[str, str]]) -> AssemblyPositions:
    found: dict[str, list[Position]] = {}
    for row in rows:
        agreement = {p: float(row[f"with_{p.lower()}"]) for p in POWERS if row[f"with_{p.lower()}"]}
        found.setdefault(row["state"], []).append(
            Position(
                int(row["session"]),
                float(row["point"]),
                float(row["low"]),
                float(row["high"]),
                agreement,
            )
        )
    return AssemblyPositions(
        {s: tuple(sorted(known, key=lambda p: p.session)) for s, known in found.items()}
    )
