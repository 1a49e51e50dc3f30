"""Numbers that a user types, read exactly."""

from __future__ import annotations

from fractions import Fraction

from solvers.errors import EngineError

__all__ = ["exact_number", "exact_numbers"]


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
    try:
        number = Fraction(text.strip()) if len(text) <= 60 else None
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None or not text.isascii():
        raise EngineError(f"{name} {text}: must be a number such as 2, 0.5 or 1/3")
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
