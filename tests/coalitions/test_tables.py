"""Tables as text, Markdown and CSV."""

from __future__ import annotations

import csv
import io

import pytest

from coalitions.reports.tables import as_csv, as_markdown, as_text


@pytest.mark.parametrize("label", ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(1)", "-", "="])
def test_csv_does_not_start_formulas(label: str) -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([{"state": label}], ["state"])))
    assert row["state"] == f"'{label}"


@pytest.mark.parametrize("number", ["-9", "-1/3", "+2", "-0.25", "1e-6", "-1e-06", "-1,000", -4])
def test_csv_leaves_numbers_alone(number: object) -> None:
    (row,) = csv.DictReader(io.StringIO(as_csv([{"n": number}], ["n"])))
    assert row["n"] == str(number)


def test_csv_keeps_headings_inert_and_lines_whole() -> None:
    assert as_csv([{"=a": "two\nlines\tand, more"}], ["=a"]) == '\'=a\n"two lines and, more"\n'


def test_text_leaves_out_empty_columns_and_trailing_blanks() -> None:
    text = as_text([{"a": "x", "b": None}, {"a": "longer", "b": ""}], ["a", "b"])
    assert text == "a\nx\nlonger\n"


def test_markdown_escapes_bars() -> None:
    assert as_markdown([{"a": "x|y"}], ["a"]).splitlines()[2] == "| x\\|y |"
