"""Estimated positions as lines of a scenario."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Final

from coalitions.bodies.rosters import BoundDecision
from coalitions.forecasts.estimate import (
    COUNCIL,
    EstimatedPosition,
    PositionEstimates,
    estimate_positions,
)
from solvers.rules.votes import ABSTAIN, NO, YES

__all__ = [
    "chance_texts",
    "correlation_line",
    "covering_word",
    "estimated_rows",
    "estimated_section",
    "position_lines",
]

PLACES, DIGITS = 4, 3  # to which chances and margins are written
SOURCE = "record on "
FITTED = "fitted to Council votes of the years before"
_WORDS: Final = {
    (YES, YES): "for",
    (ABSTAIN, YES): "leans_for",
    (ABSTAIN, ABSTAIN): "abstain",
    (NO, ABSTAIN): "leans_against",
    (NO, NO): "against",
    (NO, YES): "unknown",
}


def covering_word(position: EstimatedPosition) -> str:
    """Name the stated position that covers the interval of an estimate.

    Parameters
    ----------
    position : EstimatedPosition
        The estimate.

    Returns
    -------
    str
        The narrowest word whose votes include those of both ends of the interval.

    Examples
    --------
    >>> covering_word(EstimatedPosition("NOR", 0.02, 0.3, 0.68, 0.47, -0.8, 1.7, 1.6, 0.1, "low",
    ...                                 "", None, ""))
    'leans_for'
    """
    ends = (
        YES if margin >= 0 else ABSTAIN if margin >= -position.band else NO
        for margin in (position.low, position.high)
    )
    low, high = ends
    return _WORDS[low, high]


def chance_texts(position: EstimatedPosition) -> tuple[str, str, str]:
    """Write the chances of an estimate so that what is written sums to 1.

    Parameters
    ----------
    position : EstimatedPosition
        The estimate.

    Returns
    -------
    yes, abstain, against : str
        Decimals; that of a vote for is the rest.

    Examples
    --------
    >>> chance_texts(EstimatedPosition("NOR", 0.02044, 0.3, 0.67956, 0.47, -0.8, 1.7, 1.6, 0.1,
    ...                                "low", "", None, ""))
    ('0.6796', '0.3000', '0.0204')
    """
    against, abstain = (Fraction(f"{c:.{PLACES}f}") for c in (position.against, position.abstain))
    parts = (1 - against - abstain, abstain, against)
    yes, idle, no = (f"{float(part):.{PLACES}f}" for part in parts)
    return yes, idle, no


def position_lines(found: PositionEstimates, indent: int = 2) -> str:
    """Write estimated positions as they stand under ``positions`` of a scenario.

    Parameters
    ----------
    found : PositionEstimates
        The estimates of one day.
    indent : int
        Spaces before each line.

    Returns
    -------
    str
        YAML, a line for each state; the date of each is that of the newest vote used.
    """
    lines = []
    for p in found.positions:
        yes, abstain, against = chance_texts(p)
        margin = ", ".join(f"{key}: {text}" for key, text in _margin_texts(p).items())
        lines.append(
            f"{' ' * indent}{p.state}: {{is: {covering_word(p)}, origin: estimated, "
            f"date: {found.newest_vote}, confidence: {p.confidence}, "
            f"source: {SOURCE}{found.topic}, "
            f"chances: {{for: {yes}, abstain: {abstain}, against: {against}}}, "
            f"margin: {{{margin}}}}}\n"
        )
    return "".join(lines)


def estimated_rows(found: PositionEstimates) -> list[dict[str, str | float]]:
    """Write estimated positions as rows of a table of positions.

    Parameters
    ----------
    found : PositionEstimates
        The estimates of one day.

    Returns
    -------
    list of dict
        What :func:`position_lines` writes, in the columns of a frame of positions.
    """
    rows: list[dict[str, str | float]] = []
    for p in found.positions:
        cells: dict[str, str | float] = {
            "state": p.state,
            "vote": covering_word(p),
            "origin": "estimated",
            "source": f"{SOURCE}{found.topic}",
            "date": found.newest_vote,
            "confidence": p.confidence,
        }
        chances = zip(("for", "abstain", "against"), chance_texts(p), strict=True)
        cells |= {f"chance_{vote}": float(text) for vote, text in chances}
        names = {"value": "margin", "low": "margin_low", "high": "margin_high", "band": "band"}
        cells |= {names[key]: float(text) for key, text in _margin_texts(p).items()}
        rows.append(cells)
    return rows


def _margin_texts(p: EstimatedPosition) -> dict[str, str]:
    parts = {"value": p.margin, "low": p.low, "high": p.high, "band": p.band}
    return {key: f"{x:.{DIGITS}f}" for key, x in parts.items()}


def correlation_line(found: PositionEstimates, indent: int = 0) -> str:
    """Write how far leanings run together, as it stands beside ``positions``.

    Parameters
    ----------
    found : PositionEstimates
        The estimates of one day.
    indent : int
        Spaces before the line.

    Returns
    -------
    str
        YAML, one line.
    """
    sure = "medium" if found.body == COUNCIL else "low"
    return (
        f"{' ' * indent}correlation: {{value: {found.correlation:g}, origin: estimated, "
        f"date: {found.newest_vote}, confidence: {sure}, source: {FITTED}}}\n"
    )


def estimated_section(
    bound: BoundDecision, day: datetime.date, topic: str
) -> tuple[str, tuple[str, ...]]:
    """Estimate where the members stand, as a section of a scenario.

    Parameters
    ----------
    bound : BoundDecision
        The decision; its members are estimated.
    day : date
        Day of the vote; only what was known before it is used.
    topic : str
        Such as ``middle-east``, or finer ``middle-east/syria``.

    Returns
    -------
    text : str
        YAML: the correlation, and ``positions`` with a line for each member.
    notes : tuple of str
        What has to be said with the numbers.

    Raises
    ------
    EngineError
        If the topic is not known, or nothing is on record before the day.
    """
    found = estimate_positions(bound.rule.names, day, topic, bound.body.name)
    return f"{correlation_line(found)}positions:\n{position_lines(found)}", found.notes
