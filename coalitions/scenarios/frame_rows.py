"""Rows of positions: one state a row, read from frames, lists and files, and checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from coalitions.bodies.states import find_state
from coalitions.errors import InputError, Problem
from coalitions.files.exact_input import fraction_of
from coalitions.files.json_text import parse_json
from coalitions.files.spelling import did_you_mean, shown, vote_meant
from coalitions.files.workbook import plain_number, read_table
from coalitions.scenarios.parts import LEVEL_WORDS, Chances, EstimatedMargin
from coalitions.scenarios.position_chances import checked_chances, checked_margin
from solvers.rules.votes import ABSENT, LEVELS, level_name

if TYPE_CHECKING:
    import pandas as pd

    Rows = pd.DataFrame | Iterable[Mapping[str, Any]] | str | os.PathLike[str]

__all__ = [
    "CHANCES",
    "COLUMNS",
    "MARGINS",
    "NOTICES",
    "PositionRow",
    "estimate_of",
    "level_word",
    "more_of",
    "number_cell",
    "position_cells",
    "position_rows",
    "records",
    "word_of",
]

MARGINS = ("margin", "margin_low", "margin_high", "band", "band_low", "band_high")
CHANCES = ("chance_for", "chance_abstain", "chance_against")
COLUMNS = (
    *("option", "route", "body", "state", "vote", "low", "high", "origin", "source", "date"),
    *("confidence", *CHANCES, *MARGINS, "more"),
)
"""Columns of a table of positions, in order."""
NOTICES = ("marking", "fictional", "what_if", "attribution")
"""Columns that a written table has beside its own; they are not read."""
ORIGINS = ("recorded", "stated", "estimated", "assumed")
CONFIDENCES = ("", "high", "medium", "low")
_SAID_IN_COLUMNS = ("is", "origin", "source", "date", "confidence", "chances", "margin")
_NO_NAMES = ("n/a", "#n/a", "nan", "none", "null")
"""What programs write for a gap, of which the first would be read as Namibia."""
_LEVELS = {name: level for level, name in LEVELS.items()}


@dataclass(frozen=True)
class PositionRow:
    """One state in one option.

    Parameters
    ----------
    number : int
        Row of the table, counted as the reader of a message counts.
    cells : mapping of str to str
        Text of every column that has one.
    state : str
        ISO code, or the label where it is no known state.
    word : str
        The vote: one of the words of a position, or ``absent``.
    margin : mapping of str to Fraction
        The margin and its band, where they are given and stand for a payoff.
    estimate : (Chances, EstimatedMargin or None) or None
        Chances, where they are given, and the margin beside them.
    more : mapping
        What else a scenario file says of the position.
    """

    number: int
    cells: Mapping[str, str]
    state: str
    word: str
    margin: Mapping[str, Fraction]
    more: Mapping[str, Any]
    estimate: tuple[Chances, EstimatedMargin | None] | None = None

    def __getitem__(self, column: str) -> str:
        """Give the text of a cell; nothing where the table does not have it."""
        return self.cells.get(column, "")


def level_word(low: int, vote: int, high: int) -> str | None:
    """Find the word of a position for its lowest, most likely and highest vote.

    Parameters
    ----------
    low, vote, high : int
        Vote levels.

    Returns
    -------
    str or None
        None where no word says it; a margin with an interval can.

    Examples
    --------
    >>> level_word(1, 2, 2), level_word(0, 1, 2)
    ('leans_for', None)
    """
    if (low, vote, high) == (ABSENT, ABSENT, ABSENT):
        return "absent"
    return next((w for w, ends in LEVEL_WORDS.items() if ends == (low, vote, high)), None)


def word_of(vote: str, low: str, high: str) -> str:
    """Read the word of a position from the three votes of a row.

    Parameters
    ----------
    vote, low, high : str
        ``for``, ``abstain``, ``against``, ``absent`` or ``unknown``; the ends may be empty. The
        vote may be the word itself, such as ``leans_for``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If one of them is no vote, or no word says them together; with the sentence.

    Examples
    --------
    >>> word_of("for", "abstain", "for"), word_of("leans_against", "", "")
    ('leans_for', 'leans_against')
    """
    for cell, known in ((vote, {**LEVEL_WORDS, "absent": ()}), (low, _LEVELS), (high, _LEVELS)):
        if cell and cell not in known:
            hint = vote_meant(cell, known) or f"; a vote is {', '.join(known)}"
            raise ValueError(f"{shown(cell)} is no vote{hint}")
    if not vote:
        raise ValueError("no vote is given; write 'unknown' where nothing is known")
    ends = LEVEL_WORDS.get(vote, (ABSENT,) * 3)
    given = (_LEVELS[low] if low else None, _LEVELS[high] if high else None)
    if given == (None, None) or (given[0] in (None, ends[0]) and given[1] in (None, ends[2])):
        return vote
    found = None
    if vote in _LEVELS:
        middle = _LEVELS[vote]
        first = middle if given[0] is None else given[0]
        last = middle if given[1] is None else given[1]
        found = level_word(first, middle, last)
    if found is None:
        words = f"{vote!r} between {low or 'no end'!r} and {high or 'no end'!r}"
        raise ValueError(
            f"{words} is none of the positions ({', '.join(LEVEL_WORDS)}): give a margin with an "
            "interval instead"
        )
    return found


def records(rows: Rows, name: str, columns: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """Read rows of text, from a data frame, mappings, or an XLSX or CSV file.

    Parameters
    ----------
    rows : DataFrame, iterable of mapping, or path
        What the user gave.
    name : str
        What messages call it; a file has its own name.
    columns : iterable of str
        The columns that there may be.

    Returns
    -------
    list of (int, dict of str to str)
        Number of the row, and its cells that are not empty; numbers and dates as text.

    Raises
    ------
    InputError
        If it is no table, or there is a column of another name, or one twice.
    """
    known = list(columns)
    if isinstance(rows, str | os.PathLike):
        table = read_table(rows, (), known)
        return [(r.line, {k: v for k, v in r.cells.items() if v}) for r in table]
    found = []
    for number, row in enumerate(_rows_of(rows, name), 1):
        for column in row:
            if column not in known:
                hint = did_you_mean(str(column), known) or f"; the columns are {', '.join(known)}"
                raise InputError.at(name, f"unknown column {shown(column)}{hint}")
        for column, value in row.items():
            if hasattr(value, "__len__") and not isinstance(value, str):
                what = f"{column}: {shown(value)} is no text, number or date"
                raise InputError.at(name, what, path=f"row {number}")
        cells = {str(k): _text(v) for k, v in row.items()}
        found.append((number, {k: v for k, v in cells.items() if v}))
    return found


def _rows_of(rows: Any, name: str) -> Iterable[Mapping[Any, Any]]:
    """Yield the rows of a frame, or mappings; refuse what is neither."""
    right = "give a data frame, a list of mappings, one a row, or the name of a file"
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        columns = list(rows.columns)
        twice = next((c for c in columns if columns.count(c) > 1), None)
        if twice is not None:
            raise InputError.at(name, f"column {shown(twice)} is given twice")
        rows = rows.to_dict("records")
    if isinstance(rows, Mapping | bytes) or not isinstance(rows, Iterable):
        raise InputError.at(name, f"{shown(rows)} is no table: {right}")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise InputError.at(name, f"{shown(row)} is no row: {right}", path=f"row {number}")
        yield row


def more_of(cells: Mapping[str, str]) -> dict[str, Any] | None:
    """Read the column ``more``: what else a scenario file says, as JSON.

    Parameters
    ----------
    cells : mapping of str to str
        Text by column.

    Returns
    -------
    dict or None
        None where it is no JSON mapping.

    Examples
    --------
    >>> more_of({"more": '{"note": "by letter"}'}), more_of({}), more_of({"more": "[1]"})
    ({'note': 'by letter'}, {}, None)
    """
    try:
        found = parse_json("more", cells.get("more", "{}"))
    except InputError:
        return None
    return found if isinstance(found, dict) else None


def position_rows(rows: Rows) -> tuple[str, list[PositionRow], list[Problem]]:
    """Read a table of positions and check every row by itself.

    Parameters
    ----------
    rows : DataFrame, iterable of mapping, or path
        With the columns of :data:`COLUMNS`, of which ``state`` and ``vote`` are needed.

    Returns
    -------
    name : str
        What messages call the table.
    rows : list of PositionRow
        Those in which nothing is wrong.
    problems : list of Problem
        What is wrong with the others.

    Raises
    ------
    InputError
        If it is no table, or there is a column of another name, or one twice.
    """
    name = str(rows) if isinstance(rows, str | os.PathLike) else "positions"
    problems: list[Problem] = []
    found = []
    for number, cells in records(rows, name, (*COLUMNS, *NOTICES)):
        if cells.get("vote") == "not asked":
            continue  # adopted without a vote, which the option says
        try:
            found.append(_row(number, cells))
        except ValueError as error:
            problems.append(Problem(name, None, None, f"row {number}", str(error)))
    return name, found, problems


def _row(number: int, cells: dict[str, str]) -> PositionRow:
    label = cells.get("state", "")
    if label.casefold() in ("", *_NO_NAMES):
        raise ValueError(
            "names no state (pandas takes NA, Namibia, for a gap: read the file with "
            "keep_default_na=False)"
        )
    state = find_state(label) or label
    chancy = any(column in cells for column in CHANCES)
    margin: dict[str, Fraction] = {}
    for column in () if chancy else MARGINS:
        if column in cells:
            margin[column] = _number(column, cells[column])
    if margin and not {"margin", "band"} <= margin.keys():
        raise ValueError(f"{label}: a margin needs a band, and a band a margin")
    for column, known in (("origin", (*ORIGINS, "what-if")), ("confidence", CONFIDENCES)):
        if cells.get(column, known[0]) not in known:
            hint = did_you_mean(cells[column], known)
            words = ", ".join(w for w in known if w)
            raise ValueError(f"{label}: {column} {shown(cells[column])} is none of {words}{hint}")
    more = more_of(cells)
    if more is None:
        raise ValueError(f"{label}: 'more' holds what else a file says of the position, as JSON")
    twice = next((key for key in _SAID_IN_COLUMNS if key in more), None)
    if twice is not None:
        raise ValueError(f"{label}: 'more' says {twice!r}, for which there are columns")
    if margin and not cells.get("vote"):
        return PositionRow(number, cells, state, "", margin, more)
    try:
        if margin:  # an interval that the words do not have is told by the margin
            word = word_of(cells["vote"], "", "")
            _agree(cells["vote"], margin)
        else:
            word = word_of(cells.get("vote", ""), cells.get("low", ""), cells.get("high", ""))
        estimate = estimate_of(cells, word) if chancy else None
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from None
    return PositionRow(number, cells, state, word, margin, more, estimate)


def estimate_of(
    cells: Mapping[str, str], word: str
) -> tuple[Chances, EstimatedMargin | None] | None:
    """Read the chances of a row, and the margin beside them.

    Parameters
    ----------
    cells : mapping of str to str
        Text by column.
    word : str
        The position.

    Returns
    -------
    (Chances, EstimatedMargin or None) or None
        None where the row has no chances.

    Raises
    ------
    ValueError
        If they are wrong; with the sentence.

    Examples
    --------
    >>> row = {"origin": "estimated", "chance_for": "0,75", "chance_against": "0,25"}
    >>> estimate_of(row, "unknown")[0].yes
    Fraction(3, 4)
    """
    read = {c: _number(c, cells[c]) for c in (*CHANCES, *MARGINS) if cells.get(c)}
    if not read.keys() & set(CHANCES):
        if read:
            raise ValueError("a margin is read here only beside chances")
        return None
    yes, abstain, against = (read.get(c, Fraction(0)) for c in CHANCES)
    if word == "absent":
        raise ValueError("who is absent has no chances")
    chances = checked_chances(yes, abstain, against, word, cells.get("origin") or "assumed")
    value, low, high, band = (read.get(c) for c in MARGINS[:4])
    lost = sorted(read.keys() & {*MARGINS[4:], *(() if value is not None else MARGINS)})
    if lost:
        what = "has no interval" if value is not None else "goes with a margin"
        raise ValueError(f"{lost[0]}: the band of a margin beside chances {what}")
    return chances, None if value is None else checked_margin(value, low, high, band)


def position_cells(
    chances: Chances | None, margin: EstimatedMargin | None
) -> dict[str, float | str]:
    """Write chances, and the margin beside them, into the columns of a row.

    Parameters
    ----------
    chances : Chances or None
        Of a position.
    margin : EstimatedMargin or None
        Its margin.

    Returns
    -------
    dict of str to (float or str)
        Without the columns that stay empty.
    """
    found: dict[str, float | str] = {}
    if chances is not None:
        parts = (chances.yes, chances.abstain, chances.against)
        found |= {c: number_cell(p) for c, p in zip(CHANCES, parts, strict=True)}
    if margin is not None:
        ends = (margin.value, margin.low, margin.high, margin.band)
        found |= {c: number_cell(x) for c, x in zip(MARGINS, ends, strict=False) if x is not None}
    return found


def number_cell(x: Fraction) -> float | str:
    """Give a number as a float where that is what would be read back, else as a fraction.

    Parameters
    ----------
    x : Fraction
        The number.

    Returns
    -------
    float or str

    Examples
    --------
    >>> number_cell(Fraction(1, 4)), number_cell(Fraction(1, 3))
    (0.25, '1/3')
    """
    value = float(x)
    return value if Fraction(str(value)) == x else str(x)


def _agree(vote: str, margin: Mapping[str, Fraction]) -> None:
    """Refuse a vote that the margin beside it contradicts."""
    if vote == "unknown":
        return
    says = 2 if margin["margin"] >= 0 else 1 if margin["margin"] >= -margin["band"] else 0
    level = LEVEL_WORDS.get(vote, (0, ABSENT, 0))[1]
    if says != level:
        raise ValueError(
            f"the vote is {vote!r}, yet the margin says {level_name(says)!r}: empty one of them"
        )


def _number(column: str, text: str) -> Fraction:
    try:
        return fraction_of(plain_number(text))
    except ValueError:
        raise ValueError(f"{column}: {shown(text)} is not a number") from None


def _text(value: Any) -> str:
    """Write a cell as text; the several ways to leave one empty are all empty."""
    if value is None or value is False or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    try:
        if value != value:  # not a number, which is how frames leave a cell empty
            return ""
    except (TypeError, ValueError):
        pass
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value).strip()
