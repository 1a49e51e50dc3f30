"""Numbers that a user types, read exactly."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from coalitions.files.spelling import shown
from solvers.errors import EngineError

__all__ = ["exact_number", "exact_numbers", "exact_signed", "fraction_of", "refuse_extreme"]

# No more digits than are of use: an exponent such as e999999999 would fill the memory.
_NUMBER: Final = re.compile(
    r"[-+]?(\d{1,60}/\d{1,60}|(\d{1,60}(\.\d{0,60})?|\.\d{1,60})(e[-+]?\d{1,2})?)",
    re.IGNORECASE | re.ASCII,
)

_ANY_NUMBER: Final = re.compile(r"[-+]?[\d.]+(/\d+)?(e[-+]?\d+)?", re.IGNORECASE | re.ASCII)


def fraction_of(text: str) -> Fraction:
    """Read a number as it is written.

    Parameters
    ----------
    text : str
        Such as ``2``, ``-0.5``, ``1/3`` or ``1e-6``.

    Returns
    -------
    Fraction

    Raises
    ------
    ValueError
        If it is no finite number, has more than 60 digits on a side or an exponent beyond 99.

    Examples
    --------
    >>> fraction_of("0.1"), fraction_of(" -1/3 ")
    (Fraction(1, 10), Fraction(-1, 3))
    """
    word = text.strip()
    if not _NUMBER.fullmatch(word):
        raise ValueError(f"{shown(text)} is not a number")
    try:
        return Fraction(word)
    except ZeroDivisionError:
        raise ValueError(f"{shown(text)} divides by zero") from None


def refuse_extreme(name: str, text: str) -> None:
    """Refuse a number that would fill the memory, for those who read it themselves.

    Parameters
    ----------
    name : str
        What it is for, named in the complaint.
    text : str
        What the user typed; what is no number at all is left to who reads it.

    Raises
    ------
    EngineError
        If it has more than 60 digits on a side or an exponent beyond 99.

    Examples
    --------
    >>> refuse_extreme("--factor", "0.5")
    >>> refuse_extreme("--factor", "1e999999999")
    Traceback (most recent call last):
        ...
    solvers.errors.EngineError: --factor '1e999999999': at most 60 digits and an exponent of 99
    """
    word = text.strip()
    if _ANY_NUMBER.fullmatch(word) and not _NUMBER.fullmatch(word):
        raise EngineError(f"{name} {shown(text)}: at most 60 digits and an exponent of 99")


def exact_signed(name: str, text: str) -> Fraction:
    """Read a number of any sign.

    Parameters
    ----------
    name : str
        What it is for, named in the complaint.
    text : str
        Such as ``2``, ``-0.5`` or ``1/3``.

    Returns
    -------
    Fraction

    Raises
    ------
    EngineError
        If it is no number.

    Examples
    --------
    >>> exact_signed("--effect-value", "-1/2")
    Fraction(-1, 2)
    """
    try:
        return fraction_of(text)
    except ValueError:
        word = text if text.isprintable() and len(text) <= 60 else shown(text)
        raise EngineError(f"{name} {word}: must be a number such as 2, 0.5 or 1/3") from None


def exact_number(name: str, text: str) -> Fraction:
    """Read a number of at least 0.

    Parameters
    ----------
    name : str
        What it is for, named in the complaint.
    text : str
        Such as ``2``, ``0.5`` or ``1/3``.

    Returns
    -------
    Fraction

    Raises
    ------
    EngineError
        If it is no number, or below 0.

    Examples
    --------
    >>> exact_number("--robust", "0.1")
    Fraction(1, 10)
    """
    number = exact_signed(name, text)
    if number < 0:
        raise EngineError(f"{name} {text}: must be at least 0")
    return number


def exact_numbers(name: str, text: str) -> list[Fraction]:
    """Read numbers of at least 0 between commas.

    Parameters
    ----------
    name : str
        What they are for, named in the complaint.
    text : str
        Such as ``0,1,2``.

    Returns
    -------
    list of Fraction

    Raises
    ------
    EngineError
        If one of them is no number, or below 0.

    Examples
    --------
    >>> exact_numbers("--levels", "0, 1/2")
    [Fraction(0, 1), Fraction(1, 2)]
    """
    return [exact_number(name, part) for part in text.split(",")]
