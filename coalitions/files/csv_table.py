"""CSV tables with the line and column of every cell."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from coalitions.errors import InputError, Problem
from coalitions.files.spelling import did_you_mean, shown
from coalitions.files.text_files import read_text

__all__ = ["MAX_ROWS", "Row", "Table", "parse", "read"]

MAX_ROWS: Final = 200_000
"""Most rows of one table."""
MAX_LINES: Final = 500_000
"""Most lines of one table; a quoted cell may go over several."""
MAX_COLUMNS: Final = 1_000
"""Most columns of one table."""
MAX_PROBLEMS: Final = 50
"""So many problems are collected before reading stops."""


@dataclass(frozen=True)
class Row:
    """One record of a table.

    Parameters
    ----------
    line : int
        Line of the file on which it begins, from 1.
    cells : dict of str to str
        Text of each column, without blanks around it; nothing is guessed: Namibia stays
        ``"NA"``, an empty cell is ``""``.
    """

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Give the text of a cell; ``""`` for a column that the table does not have."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    r"""A table as it stands in a file.

    Parameters
    ----------
    name : str
        The file as the user named it.
    columns : tuple of str
        Names of the header, in order.
    rows : tuple of Row
        The records below it, blank lines left out.

    Examples
    --------
    >>> table = parse("seats.csv", "state,votes\nNOR,3\nNAM,x\n", required=["state", "votes"])
    >>> print(table.problem(table.rows[1], "votes", "'x' is not a whole number"))
    seats.csv:3:5: votes: 'x' is not a whole number
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    _lines: tuple[str, ...] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def problem(self, row: Row, column: str, message: str) -> Problem:
        """Make a problem at a cell.

        Parameters
        ----------
        row : Row
            A row of this table.
        column : str
            Name of the column; for one that the table lacks, the row as a whole is meant.
        message : str
            What is wrong and what would be right.

        Returns
        -------
        Problem
            To be collected, then raised in an `InputError`.
        """
        index = self.columns.index(column) if column in self.columns else 0
        line, at = _locate(self._lines, row.line, index)
        return Problem(self.name, line, at, column, message)


def read(
    path: str | os.PathLike[str],
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    more: bool = False,
) -> Table:
    """Read a CSV file.

    Parameters
    ----------
    path : str or path
        The file; ``-`` reads standard input.
    required, optional : sequence of str
        Names of the columns that must be there and of those that may be.
    more : bool
        Whether columns of other names are welcome (weights, one column each).

    Returns
    -------
    Table
        Its rows as text.

    Raises
    ------
    InputError
        As `coalitions.files.text_files.read_text` and `parse` do.
    """
    name = "<stdin>" if os.fspath(path) == "-" else str(path)
    return parse(name, read_text(path), required, optional, more=more)


def parse(
    name: str,
    text: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    more: bool = False,
) -> Table:
    """Read a CSV table from a text.

    Parameters
    ----------
    name : str
        What messages call the text.
    text : str
        A header and rows, cells separated by commas, quoted with ``"`` where needed.
    required, optional : sequence of str
        Names of the columns that must be there and of those that may be.
    more : bool
        Whether columns of other names are welcome.

    Returns
    -------
    Table
        Its rows as text.

    Raises
    ------
    InputError
        If a column is missing, unknown or given twice, a row has too few cells or too many
        (blank ones at its end do not count, nor do blank columns without a name there),
        a quote is not closed, or there are more than `MAX_ROWS` rows.
    """
    if text.count("\n") > MAX_LINES:
        raise InputError.at(name, f"has more than {MAX_LINES:,} lines")
    lines = tuple(io.StringIO(text, newline=""))
    records = _records(name, lines)
    first = next(records, None)
    if first is None:
        raise InputError.at(name, "is empty")
    start, header = first
    columns = tuple(cell.strip() for cell in header)
    if columns and not columns[-1]:
        found = list(records)
        columns, records = _named(columns, [cells for _, cells in found]), iter(found)
    problems = _header_problems(name, lines, start, columns, required, optional, more)
    rows: list[Row] = []
    for line, whole in () if problems else records:
        cells = _without_blanks(whole, len(columns))
        if len(cells) != len(columns):
            message = f"row has {_cells(len(cells))}, the header has {len(columns)}"
            problems.append(Problem(name, line, 1, "", message))
            if len(problems) >= MAX_PROBLEMS:
                break
            continue
        if len(rows) == MAX_ROWS:
            raise InputError.at(name, f"has more than {MAX_ROWS:,} rows", line, 1)
        values = (cell.strip() for cell in cells)
        rows.append(Row(line, dict(zip(columns, values, strict=True))))
    if problems:
        raise InputError(problems)
    return Table(name, columns, tuple(rows), lines)


def _named(columns: tuple[str, ...], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Leave out columns at the end that have neither a name nor a value, as Excel writes them."""
    last = max((k for k, column in enumerate(columns, 1) if column), default=0)
    if any(cell.strip() for cells in rows for cell in cells[last:]):
        return columns
    return columns[:last]


def _without_blanks(cells: list[str], width: int) -> list[str]:
    """Leave out blank cells beyond the header."""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    return cells


def _records(name: str, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line and the cells of every record that is not blank."""
    reader = csv.reader(lines, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        said = str(error)
        if "unexpected end of data" in said:
            message = "a quote that opens in this row is not closed"
        elif "expected after" in said:
            message = "a closing quote must be followed by a comma; write '\"\"' for a quote"
        else:
            message = f"not valid CSV: {said}"
        raise InputError.at(name, message, start, 1) from error


def _header_problems(
    name: str,
    lines: Sequence[str],
    start: int,
    columns: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str],
    more: bool,
) -> list[Problem]:
    """Compare the header with the columns that are expected."""
    if len(columns) > MAX_COLUMNS:
        message = f"has {len(columns):,} columns; at most {MAX_COLUMNS:,} are read"
        return [Problem(name, start, 1, "", message)]
    problems: list[Problem] = []

    def note(index: int, message: str) -> None:
        line, at = _locate(lines, start, index)
        problems.append(Problem(name, line, at, "", message))

    known = (*required, *optional)
    missing = [column for column in required if column not in columns]
    for index, column in enumerate(columns):
        if not column:
            note(index, "a column has no name")
        elif column in columns[:index]:
            note(index, f"column {shown(column)} is given twice")
        elif column not in known and not more:
            free = [other for other in known if other not in columns]
            hint = did_you_mean(column, free) or f"; the columns are {', '.join(known)}"
            note(index, f"unknown column {shown(column)}{hint}")
    if missing:
        what = f"column {missing[0]!r} is missing"
        if len(missing) > 1:
            what = f"columns {' and '.join(map(repr, missing))} are missing"
        note(0, what + _separator_hint(columns))
    return problems[:MAX_PROBLEMS]


def _separator_hint(columns: Sequence[str]) -> str:
    """Explain a header that was not cut at all."""
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and mark in columns[0]:
            return f"; cells are separated by commas, not by {word}"
    return ""


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _locate(lines: Sequence[str], line: int, index: int) -> tuple[int, int]:
    """Find where cell ``index`` of the record that begins on ``line`` begins.

    Read again from the text, since the csv module does not keep it; only errors ask.
    """
    seen = 0
    quoted = False
    for number in range(line, len(lines) + 1):
        for column, character in enumerate(lines[number - 1], start=1):
            if seen == index:
                return number, column
            if character == '"':
                quoted = not quoted
            elif character == "," and not quoted:
                seen += 1
    return line, 1
