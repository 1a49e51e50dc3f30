"""Tables of cells as aligned text, Markdown or CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["RENDERERS", "as_csv", "as_markdown", "as_text"]

Cells = Sequence[Mapping[str, Any]]
_NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+|/\d+)?", re.IGNORECASE | re.ASCII)


def as_text(rows: Cells, columns: Sequence[str]) -> str:
    """Align the cells under their headings; a column without any cell is left out.

    Parameters
    ----------
    rows : sequence of mapping
        Column to cell; None is an empty cell.
    columns : sequence of str
        Which columns, in which order.

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_text([{"a": 1, "b": "x"}, {"a": 20, "b": None}], ["a", "b", "c"]), end="")
    a   b
    1   x
    20
    """
    used = [c for c in columns if any(_text(row[c]) if c in row else "" for row in rows)]
    lines = [[c.replace("_", " ") for c in used], *([_text(row[c]) for c in used] for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(used))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def as_markdown(rows: Cells, columns: Sequence[str]) -> str:
    r"""Write the cells as a Markdown table.

    Parameters
    ----------
    rows : sequence of mapping
        Column to cell; None is an empty cell.
    columns : sequence of str
        Which columns, in which order.

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_markdown([{"a": "x|y"}], ["a"]), end="")
    | a |
    |---|
    | x\|y |
    """
    lines = [[c.replace("_", " ") for c in columns]]
    lines += [[_text(row[c]).replace("|", "\\|") for c in columns] for row in rows]
    head, *body = ("| " + " | ".join(line) + " |\n" for line in lines)
    return head + "|" + "---|" * len(columns) + "\n" + "".join(body)


def as_csv(rows: Cells, columns: Sequence[str]) -> str:
    """Write the cells as CSV.

    Parameters
    ----------
    rows : sequence of mapping
        Column to cell; None is an empty cell.
    columns : sequence of str
        Which columns, in which order.

    Returns
    -------
    str
        A text that a spreadsheet would read as a formula gets an apostrophe in front; numbers
        stay as they are.

    Examples
    --------
    >>> print(as_csv([{"a": "=1+1", "b": -1}], ["a", "b"]), end="")
    a,b
    '=1+1,-1
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_inert(c) for c in columns])
    writer.writerows([_inert(_text(row[c])) for c in columns] for row in rows)
    return text.getvalue()


RENDERERS: dict[str, Callable[[Cells, Sequence[str]], str]] = {
    "table": as_text,
    "markdown": as_markdown,
    "csv": as_csv,
}


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _inert(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{cell}" if cell[:1] in tuple("=+-@") and not _NUMBER.fullmatch(cell) else cell
