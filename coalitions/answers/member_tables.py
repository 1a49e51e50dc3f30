"""Numbers of the members of a body as a table on the screen; equal members share a line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from coalitions.answers.results import Block
from coalitions.answers.wording import apart, marked
from coalitions.bodies.rosters import BoundDecision

__all__ = ["Column", "digits", "member_blocks", "plain", "shown_number"]

WIDTH, LABEL, COLUMNS = 22, 26, 3

Column: TypeAlias = "tuple[str, str, Sequence[Fraction | float]]"
"""Name, unit, and one number for each member."""


def member_blocks(
    heading: str,
    members: Sequence[str],
    columns: Sequence[Column],
    bound: BoundDecision,
    leading: int = 0,
) -> list[Block]:
    """Lay out columns, as many side by side as a screen takes.

    Parameters
    ----------
    heading : str
        Of the first block.
    members : sequence of str
        Names in the order of the numbers.
    columns : sequence of Column
        What stands in the columns.
    bound : BoundDecision
        Knows who is a permanent member.
    leading : int
        Column by which lines are sorted first, falling; then the columns behind it, then those
        before it.

    Returns
    -------
    list of Block
    """
    groups: dict[tuple[Fraction | float, ...], list[str]] = {}
    for i, member in enumerate(members):
        groups.setdefault(tuple(values[i] for *_, values in columns), []).append(member)
    order = sorted(groups, key=lambda row: row[leading:] + row[:leading], reverse=True)
    blocks = []
    for k in range(0, len(columns), COLUMNS):
        part = columns[k : k + COLUMNS]
        rows = [
            ("", "".join(name.rjust(WIDTH) for name, _, _ in part)),
            ("", "".join(unit.rjust(WIDTH) for _, unit, _ in part)),
        ]
        for key in order:
            cells = "".join(shown_number(v).rjust(WIDTH) for v in key[k : k + COLUMNS])
            rows.append((_label(groups[key], bound), cells))
        title = heading if k == 0 else f"{heading}, CONTINUED"
        blocks.append(Block(title, "of each member", tuple(rows)))
    return blocks


def _label(states: Sequence[str], bound: BoundDecision) -> str:
    """Name members in one line: all of them, or the first ones and their number."""
    names = [marked(s, bound) for s in states]
    whole = apart(names)
    if len(whole) <= LABEL or len(names) == 1:
        return whole
    tail = f" ... ({len(names)})"
    most = len(names) - 1
    while most and len(apart(names[:most])) + len(tail) > LABEL:
        most -= 1
    return apart(names[:most]) + tail


def plain(value: Fraction | float) -> int | float:
    """Write a number for a table of data.

    Parameters
    ----------
    value : Fraction or float
        The number.

    Returns
    -------
    int or float
    """
    if isinstance(value, float):
        return value
    return value.numerator if value.denominator == 1 else float(value)


def shown_number(value: Fraction | float) -> str:
    """Write a number for people.

    Parameters
    ----------
    value : Fraction or float
        The number.

    Returns
    -------
    str

    Examples
    --------
    >>> shown_number(Fraction(1, 3)), shown_number(Fraction(1, 30000)), shown_number(Fraction(1200))
    ('0.333333', '3.333e-05', '1,200')
    """
    if not isinstance(value, float) and value.denominator == 1:
        return digits(value.numerator)
    return f"{float(value):.6f}" if abs(float(value)) >= 0.001 else f"{float(value):.4g}"


def digits(number: int) -> str:
    """Write a whole number, a very long one by its first digits.

    Parameters
    ----------
    number : int
        The number.

    Returns
    -------
    str
    """
    return f"{number:,}" if number < 10**15 else f"{Decimal(number):.4e}"
