"""The positions of a scenario as a tidy frame: one row an option, a route and a state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from coalitions.decisions.assess import assess
from coalitions.decisions.verdicts import StateVote, VenueVerdict, vote_chances, vote_name
from coalitions.scenarios.frame_rows import COLUMNS, MARGINS, number_cell, position_cells

if TYPE_CHECKING:
    import pandas as pd

    from coalitions.scenarios.scenario import Scenario

__all__ = ["position_records", "positions"]


def positions(scenario: Scenario, option: str | None = None) -> pd.DataFrame:
    """Return how every state votes, and what that rests on, as a data frame.

    Parameters
    ----------
    scenario : Scenario
        The case, changed by ``what_if`` or not.
    option : str, optional
        One option; all of them when left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``option``, ``route`` (name of the body or route in the scenario), ``body``
        (shipped name), ``state`` (ISO code or label), ``vote`` (most likely: for, abstain,
        against, absent, unknown), ``low`` and ``high`` (the lowest and highest it may be),
        ``origin`` (recorded, stated, estimated, assumed, what-if), ``source``, ``date``,
        ``confidence``; ``chance_for``, ``chance_abstain``, ``chance_against`` of a vote that is
        estimated; where payoffs are entered, or beside chances, ``margin``, ``margin_low``,
        ``margin_high``, ``band``; of payoffs also ``band_low``, ``band_high``. Text cells that say
        nothing are empty.

    Raises
    ------
    EngineError
        If there is no such option.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> frame = positions(load("libya-2011"))
    >>> frame.groupby("vote").size().to_dict()
    {'abstain': 5, 'for': 10}
    >>> list(frame.columns[:10])
    ['option', 'route', 'body', 'state', 'vote', 'low', 'high', 'origin', 'source', 'date']
    """
    import pandas as pd

    columns = [c for c in COLUMNS if c != "more"]
    return pd.DataFrame(position_records(scenario, option), columns=columns)


def position_records(scenario: Scenario, option: str | None = None) -> list[dict[str, Any]]:
    """Return the rows of :func:`positions` as plain mappings, without pandas.

    Parameters
    ----------
    scenario : Scenario
        The case.
    option : str, optional
        One option; all of them when left out.

    Returns
    -------
    list of dict

    Raises
    ------
    EngineError
        If there is no such option.
    """
    verdicts = assess(scenario, option).verdicts
    return [row for v in verdicts for row in _rows(v)]


def _rows(v: VenueVerdict) -> Iterator[dict[str, Any]]:
    for s in v.votes:
        source, day, sure = _evidence(v, s)
        row: dict[str, Any] = {
            "option": v.option.key,
            "route": v.venue.key,
            "body": v.venue.bound.body.name,
            "state": s.state,
            **{end: vote_name(v, s, end) for end in ("vote", "low", "high")},
            "origin": s.origin,
            "source": source,
            "date": day,
            "confidence": sure,
        }
        yield row | _margins(v, s) | _estimate(v, s)


def _evidence(v: VenueVerdict, s: StateVote) -> tuple[str, str, str]:
    """Return source, date and confidence of a vote."""
    record, payoff = v.option.recorded, v.option.payoffs.get(s.state)
    if s.origin == "what-if":
        return "", "", ""
    if v.basis in ("recorded", "without a vote") and record is not None:
        return record.source, v.option.date.isoformat(), ""
    if payoff is not None:
        figures = payoff.figures()
        sources = dict.fromkeys(f.source for f in figures if f.source)
        days = [f.date for f in figures if f.date]
        sure = {f.confidence for f in figures}
        weakest = next((c for c in ("low", "medium", "high") if c in sure), "")
        return "; ".join(sources), max(days, default=""), weakest
    position = v.option.position(s.state)
    return position.source, position.date, position.confidence


def _margins(v: VenueVerdict, s: StateVote) -> dict[str, Any]:
    payoff = v.option.payoffs.get(s.state)
    if payoff is None or s.margin is None:
        return {}
    low, middle, high = payoff.margin(v.venue.legitimacy)
    band = payoff.band
    numbers = (middle, low, high, band.value, band.low, band.high)
    return {key: number_cell(x) for key, x in zip(MARGINS, numbers, strict=True)}


def _estimate(v: VenueVerdict, s: StateVote) -> dict[str, Any]:
    """Chances of a vote that was not cast, and the margin that they rest on."""
    if v.basis != "positions" or vote_chances(v, s) is None:
        return {}
    position = v.option.position(s.state)
    return position_cells(position.chances, position.margin)
