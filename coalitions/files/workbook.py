"""Tables in and out of spreadsheets: XLSX, and CSV with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coalitions.errors import InputError, Problem
from coalitions.files.csv_table import MAX_COLUMNS, MAX_ROWS, Row, Table, parse
from coalitions.files.safe_write import write_bytes
from coalitions.files.text_files import MAX_BYTES, read_text
from solvers.errors import EngineError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

__all__ = ["plain_number", "read_table", "table_text", "write_table"]

MAX_UNPACKED: Final = 200_000_000
"""Largest size of an XLSX file once unpacked, in bytes."""
MAX_CELL: Final = 32_767
"""Most characters in a cell of an XLSX file."""
_NUMBER: Final = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+|/\d+)?", re.IGNORECASE | re.ASCII)
_COMMA: Final = re.compile(r"[-+]?(\d+,\d*|,\d+)", re.ASCII)
_NAMED: Final = re.compile(r"\s*\"?sep=([,;\t])\"?[,;\t]*\s*")  # as Excel writes it
_UNFIT: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]")  # what no cell may hold
_SIGNS: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also full width
_MERGED: Final = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"(([A-Z]+)(\d+)(?::[A-Z]+(\d+))?)\""
)
EXACT: Final = 10**15
"""Whole numbers from here on are written as text: a cell holds 15 digits."""


_NO_XLSX: Final = (
    (b"\xd0\xcf\x11\xe0", "has a password, or is an old .xls file; save it as .xlsx without one"),
    (b"%PDF-", "is a PDF file; save the sheet as .xlsx or .csv"),
)


@dataclass(frozen=True)
class SheetTable(Table):
    """A table whose cells are counted, since the file has no characters to count."""

    def problem(self, row: Row, column: str, message: str) -> Problem:
        """Make a problem at a cell: line and column are row and column of the sheet."""
        at = self.columns.index(column) + 1 if column in self.columns else 1
        return Problem(self.name, row.line, at, column, message)


def read_table(
    path: str | os.PathLike[str],
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    more: bool = False,
) -> Table:
    """Read the first sheet of an XLSX file, or a CSV file as spreadsheets write it.

    Parameters
    ----------
    path : str or path
        Ends in ``.xlsx``; any other file is text with cells between commas, semicolons or
        tabs, with or without a byte order mark.
    required, optional : sequence of str
        Names of the columns that must be there and of those that may be.
    more : bool
        Whether columns of other names are welcome.

    Returns
    -------
    Table
        Every cell as text and nothing guessed: Namibia stays ``"NA"``, Norway ``"NO"``. The
        apostrophe that keeps a text from being a formula is taken off.

    Raises
    ------
    InputError
        If the file cannot be read, a cell holds a formula, or the columns are not those asked
        for.
    """
    name = str(path)
    text = table_text(path)
    if Path(path).suffix.lower() == ".xlsx":
        found = _by_cell(name, text, required, optional, more)
    else:
        mark = _separator(text)
        text = _NAMED.sub("\n", text, count=1) if _NAMED.match(text) else text
        if mark == ",":
            found = parse(name, text, required, optional, more=more)
        else:
            found = _by_cell(name, _with_commas(name, text, mark), required, optional, more)
    rows = tuple(Row(r.line, {k: _unquoted(v) for k, v in r.cells.items()}) for r in found.rows)
    return replace(found, rows=rows)


def table_text(path: str | os.PathLike[str]) -> str:
    """Read a table as text: that of the file, or the first sheet of an XLSX file as CSV.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the file cannot be read, or a cell of it holds a formula.
    """
    suffix = Path(path).suffix.lower()
    if suffix in (".xls", ".xlsm", ".xlsb", ".ods"):
        raise InputError.at(str(path), f"is a {suffix} file; save the sheet as .xlsx or .csv")
    return _sheet_text(str(path)) if suffix == ".xlsx" else read_text(path)


def write_table(
    path: str | os.PathLike[str],
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    byte_order_mark: bool = False,
) -> None:
    """Write a table as an XLSX or CSV file, whole or not at all.

    Parameters
    ----------
    path : str or path
        Ends in ``.xlsx`` or ``.csv``.
    rows : iterable of mapping
        Column to cell; None is an empty cell, numbers stay numbers.
    columns : sequence of str
        Which columns, in which order.
    byte_order_mark : bool
        Whether a CSV file begins with the mark by which Excel knows UTF-8.

    Raises
    ------
    InputError
        If the name ends otherwise, or the file cannot be written.
    EngineError
        If openpyxl is not installed, or a text is too long for a cell.

    Notes
    -----
    A text that a spreadsheet would run as a formula is kept a text: by the type of its cell in
    XLSX, by an apostrophe in front in CSV.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        text = _csv_text(rows, columns)
        write_bytes(path, text.encode("utf-8-sig" if byte_order_mark else "utf-8"))
    elif suffix == ".xlsx":
        write_bytes(path, _xlsx_bytes(rows, columns))
    else:
        raise InputError.at(str(path), "must end in .xlsx or .csv, the kinds of table there are")


def plain_number(text: str) -> str:
    """Write a number with a decimal comma as one with a point; anything else as it is.

    Parameters
    ----------
    text : str
        A cell.

    Returns
    -------
    str

    Examples
    --------
    >>> plain_number("-2,5"), plain_number("2.5"), plain_number("1.234,5")
    ('-2.5', '2.5', '1.234,5')
    """
    return text.replace(",", ".") if _COMMA.fullmatch(text) else text


def _by_cell(
    name: str, text: str, required: Sequence[str], optional: Sequence[str], more: bool
) -> Table:
    try:
        found = parse(name, text, required, optional, more=more)
    except InputError as error:  # the characters counted are not those of the file
        raise InputError(replace(p, column=None) for p in error.problems) from None
    return SheetTable(found.name, found.columns, found.rows, ())


def _separator(text: str) -> str:
    """Tell what stands between the cells, by the first line that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    named = _NAMED.match(first)
    if named:
        return named[1]
    outside = re.sub(r'"[^"]*"', "", first)
    return max((",", ";", "\t"), key=outside.count)


def _with_commas(name: str, text: str, mark: str) -> str:
    """Write a text with other marks between its cells with commas, line for line."""
    written, line = io.StringIO(), 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    writer = csv.writer(written, lineterminator="\n")
    try:
        for cells in reader:
            writer.writerow([" ".join(cell.split()) for cell in cells])
            written.write("\n" * (reader.line_num - line))  # a cell that went over several lines
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError.at(name, f"not valid CSV: {error}", reader.line_num) from error
    return written.getvalue()


def _unquoted(cell: str) -> str:
    """Take off the apostrophe that keeps a text from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(_SIGNS) else cell


def _sheet_text(name: str) -> str:
    """Read the first sheet as CSV; rows keep their numbers."""
    load_workbook = _openpyxl().load_workbook
    raw = _raw(name)
    for begins, what in _NO_XLSX:
        if raw.startswith(begins):
            raise InputError.at(name, what)
    if not raw:
        raise InputError.at(name, "is empty")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise InputError.at(name, f"unpacks to more than {MAX_UNPACKED:,} bytes")
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
        if not book.worksheets:
            raise InputError.at(name, "has no sheet with cells")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size need not be true
        lines: list[list[str]] = []
        for number, cells in enumerate(sheet.iter_rows(), 1):
            if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise InputError.at(
                    name, f"has more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns"
                )
            lines.append([_cell_text(name, number, k, cell) for k, cell in enumerate(cells, 1)])
        _refuse_merged(name, raw, sheet, lines)
    except InputError:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers raise
        raise InputError.at(name, "is not a readable XLSX file: save it again as .xlsx") from error
    if not any(any(line) for line in lines):
        raise InputError.at(name, "the first sheet is empty")
    width = max(len(line) for line in lines)
    while not any(line[width - 1] for line in lines if len(line) >= width):
        width -= 1  # columns that were only formatted
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for line in lines:
        if any(line):
            writer.writerow((line + [""] * width)[:width])
        else:
            written.write("\n")
    return written.getvalue()


def _refuse_merged(name: str, raw: bytes, sheet: Any, lines: Sequence[Sequence[str]]) -> None:
    """Refuse rows of the table that were joined: all but the first would be read as empty."""
    filled = [number for number, line in enumerate(lines, 1) if any(line)]
    if not filled:
        return
    width = max(k for line in lines for k, cell in enumerate(line, 1) if cell)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        text = packed.read(sheet._worksheet_path.lstrip("/"))
    for found in _MERGED.finditer(text):
        first, last, column = int(found[3]), int(found[4] or found[3]), 0
        for letter in found[2].decode():
            column = column * 26 + ord(letter) - ord("A") + 1
        # Beside the table, below it, or in its head, nothing is lost.
        if column <= width and first <= filled[-1] and last > filled[0]:
            cells = found[1].decode()
            message = f"the cells {cells} are merged; split them and give every row its own value"
            raise InputError.at(name, message, first, column)


def _raw(name: str) -> bytes:
    path = Path(name)
    if not path.is_file():
        read_text(path)  # says what is wrong with the path
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError.at(name, f"cannot be read: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise InputError.at(name, f"is larger than {MAX_BYTES:,} bytes, the most that is read")
    return raw


def _cell_text(name: str, row: int, column: int, cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        message = "the cell holds a formula; put its value in its place"
        raise InputError.at(name, message, row, column)
    if cell.data_type == "e":
        raise InputError.at(name, f"the cell holds the error {value}", row, column)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return " ".join(str(value).split())


def _csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_inert(_flat(c)) for c in columns])
    for row in rows:
        writer.writerow([_inert(_flat(row.get(c))) for c in columns])
    return text.getvalue()


def _flat(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return ""
    return " ".join(_UNFIT.sub(" ", str(cell)).split())


def _inert(cell: str) -> str:
    runs = cell.lstrip("'").startswith(_SIGNS)  # one more apostrophe, of which one is taken off
    return f"'{cell}" if runs and not _NUMBER.fullmatch(cell) else cell


def _xlsx_bytes(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    book = _openpyxl().Workbook()
    sheet = book.active
    sheet.title = "table"
    book.properties.creator = "coalitions"
    for k, column in enumerate(columns, 1):
        _put(sheet.cell(1, k), column)
    for number, row in enumerate(rows, 2):
        for k, column in enumerate(columns, 1):
            _put(sheet.cell(number, k), row.get(column))
    sheet.freeze_panes = "A2"
    for k, column in enumerate(columns):
        letter = sheet.cell(1, k + 1).column_letter
        sheet.column_dimensions[letter].width = max(10, min(40, len(column) + 4))
    content = io.BytesIO()
    book.save(content)
    return _undated(content.getvalue())


def _put(cell: Cell, value: Any) -> None:
    """Fill a cell; a text is a text whatever it begins with."""
    if value is None or value == "" or value != value:  # the last is how frames leave a gap
        return
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < EXACT
    if whole or (isinstance(value, float) and isfinite(value)):
        cell.value = value
        return
    text = _UNFIT.sub(" ", str(value))
    text = _inert(text) if text.startswith("'") else text
    if len(text) > MAX_CELL:
        raise EngineError(f"a text of {len(text):,} characters; a cell holds {MAX_CELL:,} at most")
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_SIGNS):  # stays a text also after somebody edits the cell
        cell.quotePrefix = True


def _undated(raw: bytes) -> bytes:
    """Take the hour of writing out of an XLSX file, so that equal tables are equal files."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = old.read(part.filename)
            if part.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(part.filename, (2000, 1, 1, 0, 0, 0)), data)
    return content.getvalue()


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise EngineError(
            'XLSX files need openpyxl: pip install "coalition-engine[excel]"; CSV files do not'
        ) from None
    return openpyxl
