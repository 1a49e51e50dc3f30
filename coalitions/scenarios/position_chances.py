"""Chances and margins of an estimated position: what may be said of them, and what they become."""

from __future__ import annotations

from fractions import Fraction

from coalitions.scenarios.parts import LEVEL_WORDS, Chances, EstimatedMargin

__all__ = ["ORIGINS", "SLACK", "checked_chances", "checked_margin"]

ORIGINS = ("estimated", "assumed")
"""Origins that a position with chances may have: who has said how it votes leaves none."""

SLACK = Fraction(1, 10**6)
"""How far chances may be from summing to 1; they are divided by their sum."""


def checked_chances(
    yes: Fraction, abstain: Fraction, against: Fraction, word: str, origin: str
) -> Chances:
    """Check the chances of a position.

    Parameters
    ----------
    yes, abstain, against : Fraction
        As they were written.
    word : str
        The position, such as ``leans_for``.
    origin : str
        Its origin.

    Returns
    -------
    Chances
        Divided by their sum, so that they sum to 1 exactly.

    Raises
    ------
    ValueError
        If one is negative, they do not sum to 1, the origin leaves no chance, or the word is
        certain of a vote that has none; with the sentence.

    Examples
    --------
    >>> third = Fraction("0.333333")
    >>> checked_chances(third, third, Fraction("0.333334"), "unknown", "estimated").yes
    Fraction(333333, 1000000)
    >>> checked_chances(third, third, third, "unknown", "estimated").yes
    Fraction(1, 3)
    """
    given = (yes, abstain, against)
    total = sum(given, Fraction(0))
    if min(given) < 0 or abs(total - 1) > SLACK:
        parts = zip(("for", "abstain", "against"), given, strict=True)
        said = ", ".join(f"{name} {float(value):g}" for name, value in parts)
        raise ValueError(
            f"chances are at least 0 and sum to 1, within a millionth; here are {said}, which sum "
            f"to {float(total):.7g}"
        )
    if origin not in ORIGINS:
        raise ValueError(
            f"a position with chances is estimated or assumed, not {origin}: who has said how it "
            "votes leaves none"
        )
    found = Chances(*(value / total for value in given))
    low, _, high = LEVEL_WORDS[word]
    if low == high and not found.by_level[low]:
        raise ValueError(f"the position is {word!r}, yet the chance of that vote is 0")
    return found


def checked_margin(
    value: Fraction, low: Fraction | None, high: Fraction | None, band: Fraction | None
) -> EstimatedMargin:
    """Check the margin of an estimated position.

    Parameters
    ----------
    value : Fraction
        The margin.
    low, high : Fraction or None
        Its interval; the value itself when left out.
    band : Fraction or None
        Down to how far below 0 the state abstains.

    Returns
    -------
    EstimatedMargin

    Raises
    ------
    ValueError
        If the interval does not hold the value, or the band is negative; with the sentence.

    Examples
    --------
    >>> checked_margin(Fraction(1), Fraction(0), None, None)
    EstimatedMargin(value=Fraction(1, 1), low=Fraction(0, 1), high=Fraction(1, 1), band=None)
    """
    found = EstimatedMargin(
        value, value if low is None else low, value if high is None else high, band
    )
    if not found.low <= value <= found.high:
        raise ValueError("the interval must hold the margin: low <= value <= high")
    if band is not None and band < 0:
        raise ValueError(f"the band is {float(band):g}; it is at least 0")
    return found
