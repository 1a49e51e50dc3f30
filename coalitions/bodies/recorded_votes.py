"""Recorded votes: of the Security Council member by member, of the General Assembly in totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from coalitions.files import datasets
from coalitions.files.spelling import did_you_mean
from solvers.errors import EngineError
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES, level_name

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ATTRIBUTION", "CouncilVote", "council_votes", "find_vote", "votes"]

ATTRIBUTION = (
    "Security Council votes: UNSC votes since 1946 Database, Benoît Martin, 2026, Sciences Po, "
    "doi:10.21410/7E4/Z0KECE, CC BY 4.0, modified; see data/SOURCES.md"
)
_COLUMNS = (("for", YES), ("against", NO), ("abstaining", ABSTAIN), ("not_taking_part", ABSENT))


@dataclass(frozen=True)
class CouncilVote:
    """One recorded vote of the Security Council.

    Parameters
    ----------
    vote_id, symbol, date, title : str
        Number in the source, document symbol, ISO date, subject.
    adopted, procedural : bool
        The recorded outcome, and whether the vote was procedural.
    totals : (int, int, int, int) or None
        For, against, abstaining, not taking part; None where unknown.
    votes : mapping of str to int
        Vote level by ISO code; empty where it is not known who voted how.
    note : str
        What was corrected or is uncertain.
    """

    vote_id: str
    symbol: str
    date: str
    title: str
    adopted: bool
    procedural: bool
    totals: tuple[int, int, int, int] | None
    votes: Mapping[str, int]
    note: str

    @property
    def was_taken(self) -> bool:
        """Whether a vote was recorded at all; False for adoption without a vote."""
        return not self.votes or any(v != ABSENT for v in self.votes.values())


@cache
def council_votes() -> tuple[CouncilVote, ...]:
    """Return every recorded vote of the Security Council, 1946 to 2025.

    Returns
    -------
    tuple of CouncilVote
        In the order of the source.

    References
    ----------
    .. [1] B. Martin, UNSC votes since 1946 Database, data.sciencespo, 2026,
       doi:10.21410/7E4/Z0KECE (CC BY 4.0).

    Examples
    --------
    >>> len(council_votes())
    3204
    """
    return tuple(map(_read, _rows()))


def _rows() -> tuple[dict[str, str], ...]:
    return datasets.table("votes", "security-council.csv")


@cache
def _rows_by_symbol() -> dict[str, list[dict[str, str]]]:
    """Gather the rows by symbol without spaces: one vote is found without reading them all."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in _rows():
        found.setdefault(row["symbol"].replace(" ", ""), []).append(row)
    return found


def _read(row: Mapping[str, str]) -> CouncilVote:
    votes = {
        state: level for column, level in _COLUMNS for state in filter(None, row[column].split(";"))
    }
    totals = None
    if row["yes"]:
        yes, no, abstain, away = (int(row[c]) for c in ("yes", "no", "abstain", "not_voting"))
        totals = (yes, no, abstain, away)
    return CouncilVote(
        row["vote_id"],
        row["symbol"],
        row["date"],
        row["title"],
        row["outcome"] == "adopted",
        row["procedural"] == "1",
        totals,
        votes,
        row["note"],
    )


def find_vote(symbol: str, vote_id: str | None = None) -> CouncilVote:
    """Find a recorded vote by its document symbol.

    Parameters
    ----------
    symbol : str
        Such as ``"S/RES/1973(2011)"`` or ``"S/2012/77"``; spaces do not matter.
    vote_id : str, optional
        Number in the source, where a symbol has several votes.

    Returns
    -------
    CouncilVote

    Raises
    ------
    EngineError
        If there is none, or the symbol alone does not tell which.
    """
    plain = symbol.replace(" ", "")
    found = [_read(row) for row in _rows_by_symbol().get(plain, ())]
    if vote_id is not None:
        found = [v for v in found if v.vote_id == vote_id]
    if not found:
        hint = did_you_mean(plain, {row["symbol"] for row in _rows()})
        raise EngineError(f"no recorded Security Council vote on {symbol!r}{hint}")
    if len(found) > 1:
        ids = ", ".join(f"{v.vote_id} ({v.date}: {v.title[:40]})" for v in found)
        raise EngineError(f"{symbol!r} has {len(found)} votes; name one with vote_id: {ids}")
    return found[0]


def votes() -> pd.DataFrame:
    """Return every recorded vote of the Security Council as a tidy data frame; needs pandas.

    Returns
    -------
    DataFrame
        One row per vote and member: ``vote_id``, ``date``, ``symbol``, ``adopted``,
        ``procedural``, ``state``, ``vote`` (for, abstain, against, absent). Votes whose
        breakdown is not known have no rows.

    References
    ----------
    .. [1] B. Martin, UNSC votes since 1946 Database, data.sciencespo, 2026,
       doi:10.21410/7E4/Z0KECE (CC BY 4.0).
    """
    import pandas as pd

    return pd.DataFrame(
        {
            "vote_id": v.vote_id,
            "date": v.date,
            "symbol": v.symbol,
            "adopted": v.adopted,
            "procedural": v.procedural,
            "state": state,
            "vote": level_name(level),
        }
        for v in council_votes()
        for state, level in v.votes.items()
    )
