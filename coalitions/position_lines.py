"""Estimated positions as lines of a scenario, and the chances that such a line names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from coalitions.forecast_estimate import EstimatedPosition, PositionEstimates
from solvers.votes import ABSTAIN, NO, YES

__all__ = ["Chances", "chances_in", "covering_word", "position_lines", "source_line"]

PLACES = 4  # to which chances are written
_WORDS: Final = {
    (YES, YES): "for",
    (ABSTAIN, YES): "leans_for",
    (ABSTAIN, ABSTAIN): "abstain",
    (NO, ABSTAIN): "leans_against",
    (NO, NO): "against",
    (NO, YES): "unknown",
}
_NUMBER = r"(\d{1,3}(?:\.\d{1,12})?|\.\d{1,12})"
_CHANCES: Final = re.compile(
    rf"\bfor {_NUMBER}, abstain {_NUMBER}, against {_NUMBER}(?:, correlation {_NUMBER})?", re.ASCII
)


@dataclass(frozen=True)
class Chances:
    """Chances of the votes of a state.

    Parameters
    ----------
    yes, abstain, against : Fraction
        They sum to 1.
    correlation : Fraction or None
        Of its leaning with that of any other member; None where nothing is said.
    """

    yes: Fraction
    abstain: Fraction
    against: Fraction
    correlation: Fraction | None = None


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


def source_line(found: PositionEstimates, position: EstimatedPosition) -> str:
    """Write what an estimate says and what it rests on, as the source of a position.

    Parameters
    ----------
    found : PositionEstimates
        The estimates of the day.
    position : EstimatedPosition
        One of them.

    Returns
    -------
    str
        Read back by :func:`chances_in`. The rounded chances sum to 1.
    """
    against, abstain = (Fraction(f"{c:.{PLACES}f}") for c in (position.against, position.abstain))
    yes = 1 - against - abstain
    said = ", ".join(
        f"{word} {float(chance):.{PLACES}f}"
        for word, chance in (("for", yes), ("abstain", abstain), ("against", against))
    )
    return f"record on {found.topic}: {said}, correlation {found.correlation:g}"


def chances_in(source: str) -> Chances | None:
    """Read the chances that the source of a position names.

    Parameters
    ----------
    source : str
        Such as ``"panel of experts: for 0.5, abstain 0.3, against 0.2"``; a correlation of the
        leanings may follow.

    Returns
    -------
    Chances or None
        None where it names none, or they do not sum to 1.

    Examples
    --------
    >>> chances_in("record on asia/myanmar: for 0.5, abstain 0.3, against 0.2").against
    Fraction(1, 5)
    """
    match = _CHANCES.search(source)
    if match is None:
        return None
    yes, abstain, against = (Fraction(word) for word in match.groups()[:3])
    if yes + abstain + against != 1:
        return None
    common = match.group(4)
    return Chances(yes, abstain, against, None if common is None else Fraction(common))


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
    return "".join(
        f"{' ' * indent}{p.state}: {{is: {covering_word(p)}, origin: estimated, "
        f"date: {found.newest_vote}, confidence: {p.confidence}, "
        f'source: "{source_line(found, p)}"}}\n'
        for p in found.positions
    )
