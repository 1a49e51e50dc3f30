"""Forecasts of Council votes from the record before them, year after year, and for one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from coalitions.bodies.recorded_votes import CouncilVote
from coalitions.forecasts.features import WITHOUT_RECORD, Memory
from coalitions.forecasts.forecast_record import (
    PERMANENT,
    Text,
    assembly_positions,
    texts_voted_on,
    topic_names,
)
from solvers.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solvers.forecast import VoteLogit

    Floats: TypeAlias = NDArray[np.float64]

__all__ = [
    "FIRST_YEAR",
    "FORECASTS",
    "MODEL",
    "SAME_DAY_MODEL",
    "FittedYear",
    "Panel",
    "RollingForecasts",
    "fit_year",
    "panel",
    "rolling_forecasts",
    "within_floor",
]

FIRST_YEAR = 1978
"""First year that can be forecast: votes of 1974 to 1977 are learned from, after two years of
record."""

ALONE, MODEL, SAME_DAY_MODEL = "ideal point alone", "model", "model with votes of the day"

FORECASTS = {
    "always yes": "everybody votes for, with probability .998",
    "base rate by type": "shares of permanent and elected members, half-life eight years",
    "base rate since 1972": "the same shares, all years alike",
    "last vote on topic": "what followed on the member's last vote on the topic in the past",
    ALONE: "positions in the General Assembly and nothing else",
    MODEL: "record, topic, positions and seat",
    SAME_DAY_MODEL: "the same, and an earlier vote of the day on the topic",
}
"""The forecasts that are compared, and what each goes by."""

LEARN_FROM, CORRELATE = 1974, 20  # first year of the fits; years of which the correlation is fitted
PENALTY = 10.0
FLOOR = {True: 0.005, False: 0.0025}  # least probability of each level: permanent, elected


@dataclass(frozen=True)
class Panel:
    """Every member's vote on every text, with what was known before it.

    Parameters
    ----------
    texts : tuple of Text
        In order of day.
    states : tuple of str
        Who voted, text after text.
    place, level, year : array of int
        Number of the text, level and year of every vote.
    permanent : array of bool
        Whether the voter is a permanent member.
    features, same_day, positions : array
        As `Memory` gives them.
    simple : dict of str to array, shape (n, 3)
        The forecasts that are not fitted.
    of_texts : dict of str to array
        Running shares of contested, blocked and failed texts, before every text.
    """

    texts: tuple[Text, ...]
    states: tuple[str, ...]
    place: NDArray[np.int64]
    level: NDArray[np.int64]
    year: NDArray[np.int64]
    permanent: NDArray[np.bool_]
    features: Floats
    same_day: Floats
    positions: Floats
    simple: Mapping[str, Floats] = field(repr=False)
    of_texts: Mapping[str, Floats] = field(repr=False)

    def design(self, name: str) -> Floats:
        """Return the features of a fitted forecast."""
        import numpy as np

        if name == SAME_DAY_MODEL:
            return np.hstack([self.features, self.same_day])
        if name == "without record":
            return self.features[:, list(WITHOUT_RECORD)]
        return self.positions if name == ALONE else self.features


@dataclass(frozen=True)
class FittedYear:
    """One forecast fitted on the votes before a year.

    Parameters
    ----------
    name : str
        Which forecast.
    year : int
        The year it is for.
    logit : VoteLogit
        Chances of the levels of one vote.
    correlation : float
        Of the leanings of any two members in one vote; 0 where it is not fitted.
    """

    name: str
    year: int
    logit: VoteLogit
    correlation: float


@dataclass(frozen=True)
class RollingForecasts:
    """Forecasts of every vote of some years, each from what was before it.

    Parameters
    ----------
    panel : Panel
        Record and features; `chosen` are the rows that are forecast.
    coding : str
        Coding of topics.
    chosen : array of int
        Rows of the panel.
    chances : dict of str to array, shape (n, 3)
        By forecast, chances of against, abstain and for of the chosen rows.
    correlations : dict of str to dict
        By forecast and year, the correlation of leanings.
    """

    panel: Panel
    coding: str
    chosen: NDArray[np.int64]
    chances: Mapping[str, Floats]
    correlations: Mapping[str, Mapping[int, float]]

    def table(self) -> list[dict[str, Any]]:
        """Return one row for each forecast and vote."""
        found = []
        for name, chances in self.chances.items():
            for row, (against, idle, yes) in zip(self.chosen, chances, strict=True):
                text = self.panel.texts[self.panel.place[row]]
                found.append(
                    {
                        "forecast": name,
                        "vote_id": text.vote_id,
                        "date": text.date,
                        "symbol": text.symbol,
                        "state": self.panel.states[row],
                        "against": float(against),
                        "abstain": float(idle),
                        "for": float(yes),
                        "vote": int(self.panel.level[row]),
                    }
                )
        return found


def panel(coding: str = "coarse", votes: Sequence[CouncilVote] | None = None) -> Panel:
    """Lay out the record with what was known before every vote.

    Parameters
    ----------
    coding : {"coarse", "fine"}
        Coding of topics.
    votes : sequence of CouncilVote, optional
        The record; all that ships when left out.

    Returns
    -------
    Panel

    Raises
    ------
    EngineError
        If the coding is unknown.
    """
    topic_names(coding)
    return _shipped_panel(coding) if votes is None else _panel(coding, texts_voted_on(votes))


@cache
def _shipped_panel(coding: str) -> Panel:
    return _panel(coding, texts_voted_on())


def _panel(coding: str, texts: tuple[Text, ...]) -> Panel:
    import numpy as np

    memory = Memory(assembly_positions(), coding)
    features, same_day, positions = list[list[float]](), list[list[float]](), list[list[float]]()
    simple: dict[str, list[Sequence[float]]] = {n: [] for n in list(FORECASTS)[:4]}
    of_texts: dict[str, list[float]] = {
        name: [] for name in ("contested", "blocked", "blocked on topic", "failed")
    }
    so_far = {True: [0.1, 0.4, 9.5], False: [0.1, 0.4, 9.5]}
    for day, found in groupby(texts, key=lambda t: t.date):
        of_day, seen = list(found), dict[str, Text]()
        for text in of_day:
            topics, states = text.topics(coding), list(text.votes)
            features += memory.features(states, topics, day)
            same_day += memory.same_day(states, seen.get(topics[-1]))
            positions += memory.position_features(states, day)
            rates = {p: memory.base_rate(p, day) for p in (True, False)}
            for state in states:
                against, idle = rates[state in PERMANENT]
                counts = so_far[state in PERMANENT]
                simple["always yes"].append((0.001, 0.001, 0.998))
                simple["base rate by type"].append((against, idle, 1 - against - idle))
                simple["base rate since 1972"].append([c / sum(counts) for c in counts])
                simple["last vote on topic"].append(memory.after_last(state, topics[-1]))
            for what in ("contested", "blocked", "failed"):
                of_texts[what].append(memory.share_of_texts(what, day))
            of_texts["blocked on topic"].append(memory.share_of_texts("blocked", day, topics))
            seen[topics[-1]] = text
        for text in of_day:
            for state, level in text.votes.items():
                so_far[state in PERMANENT][level] += 1
        memory.learn(of_day)
    voters = [(k, s, v) for k, t in enumerate(texts) for s, v in t.votes.items()]
    return Panel(
        texts,
        tuple(s for _, s, _ in voters),
        np.array([k for k, _, _ in voters], dtype=np.int64),
        np.array([v for _, _, v in voters], dtype=np.int64),
        np.array([texts[k].year for k, _, _ in voters], dtype=np.int64),
        np.array([s in PERMANENT for _, s, _ in voters]),
        np.array(features),
        np.array(same_day),
        np.array(positions),
        {name: np.array(rows) for name, rows in simple.items()},
        {name: np.array(rows) for name, rows in of_texts.items()},
    )


def fit_year(known: Panel, name: str, year: int, errors: bool = False) -> FittedYear:
    """Fit a forecast on all votes before a year.

    Parameters
    ----------
    known : Panel
        Record and features.
    name : str
        A fitted forecast of `FORECASTS`, or ``"without record"``.
    year : int
        From `FIRST_YEAR` on.
    errors : bool
        Whether standard errors allow for votes of one text that hang together.

    Returns
    -------
    FittedYear

    Raises
    ------
    EngineError
        If there is too little record before the year.
    """
    import numpy as np

    from solvers.forecast import fit_correlation, fit_vote_logit

    if year < FIRST_YEAR:
        raise EngineError(
            f"votes of {year} cannot be forecast: the record that forecasts learn from begins in "
            f"1972, and the first year to be forecast is {FIRST_YEAR}"
        )
    # a copy of its own: results must not depend on what lies behind it in memory
    rows = np.flatnonzero((known.year >= LEARN_FROM) & (known.year < year))
    design, level = known.design(name)[rows], known.level[rows]
    groups = known.place[rows] if errors else None
    logit = fit_vote_logit(design, level, PENALTY, groups, errors)
    if name == ALONE:  # a yardstick for single votes; nothing is added up from it
        return FittedYear(name, year, logit, 0.0)
    late = known.year[rows] >= year - CORRELATE
    chances = within_floor(logit.probabilities(design[late]), known.permanent[rows][late])
    place = known.place[rows][late]
    borders = np.flatnonzero(np.diff(place)) + 1
    events = zip(np.split(chances, borders), np.split(level[late], borders), strict=True)
    return FittedYear(name, year, logit, fit_correlation(list(events)))


def within_floor(chances: Floats, permanent: NDArray[np.bool_]) -> Floats:
    """Lift chances to the floor of permanent and of elected members.

    Parameters
    ----------
    chances : array, shape (n, 3)
        Of against, abstain and for.
    permanent : array of bool, length n
        Who has a permanent seat.

    Returns
    -------
    array, shape (n, 3)
    """
    import numpy as np

    from solvers.forecast import floored

    return floored(chances, np.where(permanent, FLOOR[True], FLOOR[False]))


def rolling_forecasts(
    first: int = 1994,
    last: int = 2025,
    coding: str = "coarse",
    votes: Sequence[CouncilVote] | None = None,
    names: Sequence[str] = tuple(FORECASTS),
) -> RollingForecasts:
    """Forecast every vote of some years, fitting anew for each year on what was before it.

    Parameters
    ----------
    first, last : int
        Years, both included.
    coding : {"coarse", "fine"}
        Coding of topics.
    votes : sequence of CouncilVote, optional
        The record; all that ships when left out.
    names : sequence of str
        Which of `FORECASTS`.

    Returns
    -------
    RollingForecasts
        Floats; equal input gives equal output to the last bit.

    Raises
    ------
    EngineError
        If the coding is unknown, or there are no votes in the years or too few before them.

    Notes
    -----
    The features of a vote count the record up to the day before, and sessions of the General
    Assembly that were over; the coefficients rest on the years before. No title is read.

    References
    ----------
    .. [1] L. J. Tashman, "Out-of-sample tests of forecasting accuracy: an analysis and review",
       International Journal of Forecasting 16 (2000), pp. 437-450.
    """
    import numpy as np

    if first > last:
        raise EngineError(f"the years run from {first} to {last}; the first must not be later")
    if first < FIRST_YEAR:
        raise EngineError(
            f"votes of {first} cannot be forecast: the record that forecasts learn from begins in "
            f"1972, and the first year to be forecast is {FIRST_YEAR}"
        )
    known = panel(coding, votes)
    chosen = np.flatnonzero((known.year >= first) & (known.year <= last))
    if not len(chosen) or known.year[-1] < last:
        newest = known.texts[-1].date if known.texts else "nothing"
        raise EngineError(
            f"the record of Council votes ends on {newest}; there is nothing to compare with in "
            f"{last}"
        )
    chances, correlations = dict[str, "Floats"](), dict[str, dict[int, float]]()
    for name in names:
        if name in known.simple:
            chances[name] = known.simple[name][chosen]
            continue
        parts, correlations[name] = [], {}
        for year in range(first, last + 1):
            rows = np.flatnonzero(known.year == year)
            fitted = fit_year(known, name, year)
            found = fitted.logit.probabilities(known.design(name)[rows])
            parts.append(within_floor(found, known.permanent[rows]))
            correlations[name][year] = fitted.correlation
        chances[name] = np.vstack(parts)
    return RollingForecasts(known, coding, chosen, chances, correlations)
