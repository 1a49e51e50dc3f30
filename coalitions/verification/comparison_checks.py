"""Re-checking a saved comparison, which holds the differences and not the two answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

__all__ = ["comparison_checks", "comparison_gaps"]


def comparison_checks(answer: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Check the differences between two answers.

    Parameters
    ----------
    answer : mapping
        Of the saved result.

    Yields
    ------
    what : str
        A statement of the answer.
    holds : bool
        Whether it is so.
    """
    found = answer["differences"]
    same = all(d["first"] != d["second"] for d in found)
    yield f"{len(found)} facts stand otherwise in the two answers", same
    changes = [d for d in found if d["change"] is not None]
    same = all(
        Fraction(d["second"]) - Fraction(d["first"]) == Fraction(d["change"]) for d in changes
    )
    yield f"{len(changes)} changes are the second number less the first", same


def comparison_gaps(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what of a comparison is not checked.

    Parameters
    ----------
    answer : mapping
        Of the saved result.

    Returns
    -------
    tuple of str
    """
    return (
        f"whether {answer['first']} and {answer['second']} differ so, and in nothing else: "
        "neither is in this file; verify both, and compare them again",
    )
