"""Tables in and out of spreadsheets: what spreadsheets do to names, numbers and formulas."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from coalitions.cli import main
from coalitions.errors import InputError
from coalitions.files.workbook import plain_number, read_table, write_table
from coalitions.scenarios.scenario import load
from solvers.errors import EngineError

openpyxl = pytest.importorskip("openpyxl")

HARD = ["NA", "NO", "Côte d'Ivoire", '=HYPERLINK("x")', "+1-2", "-a", "@SUM(A1)", "<script>", 'a"b']
SUFFIXES = [".csv", ".xlsx"]
# What survives a cell: blanks run together, and an apostrophe before a sign is the guard's own.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"])).map(
    lambda text: " ".join(text.split()).lstrip("'")
)


def written(tmp_path: Path, suffix: str, rows: list[dict]) -> Path:
    path = tmp_path / f"t{suffix}"
    write_table(path, rows, list(rows[0]))
    return path


def cells(path: Path) -> list[dict[str, str]]:
    return [row.cells for row in read_table(path, ["state"], more=True)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_names_come_back_as_they_went(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, suffix, [{"state": name, "x": "1"} for name in HARD])
    assert [row["state"] for row in cells(path)] == HARD


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(words=st.lists(texts.filter(bool), min_size=1, max_size=4))
def test_any_text_comes_back(tmp_path_factory, suffix: str, words: list[str]) -> None:
    path = written(tmp_path_factory.mktemp("t"), suffix, [{"state": w} for w in words])
    assert [row["state"] for row in cells(path)] == words


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = [{"state": name, "=title": -2.5} for name in HARD]
    sheet = openpyxl.load_workbook(written(tmp_path, ".xlsx", rows)).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n"}
    assert sheet["A5"].quotePrefix
    text = written(tmp_path, ".csv", rows).read_text(encoding="utf-8")
    for row in csv.reader(io.StringIO(text)):
        assert [cell for cell in row if cell[:1] in "=+@" or cell.startswith("-a")] == []
    assert ",-2.5" in text  # a negative number is no formula


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_tables_are_equal_files(tmp_path: Path, suffix: str) -> None:
    rows = [{"state": "NA", "x": 1}]
    first = written(tmp_path, suffix, rows).read_bytes()
    assert written(tmp_path, suffix, rows).read_bytes() == first


def test_semicolons_tabs_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for mark in ";\t":
        lines = f'\ufeffstate{mark}margin\r\nNA{mark}2,5\r\n\r\n"NO"{mark}-0,25\r\n'
        path.write_bytes(lines.encode())
        table = read_table(path, ["state", "margin"])
        assert [tuple(r.cells.values()) for r in table] == [("NA", "2,5"), ("NO", "-0,25")]
        assert [r.line for r in table] == [2, 4]
        assert str(table.problem(table.rows[1], "margin", "bad")) == f"{path}:4:2: margin: bad"


@pytest.mark.parametrize(
    ("text", "number"), [("2,5", "2.5"), (",5", ".5"), ("-1,", "-1."), ("1.234,5", "1.234,5")]
)
def test_decimal_commas(text: str, number: str) -> None:
    assert plain_number(text) == number


def test_a_mark_for_excel_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_table(path, [{"state": "é"}], ["state"], byte_order_mark=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert cells(path) == [{"state": "é"}]
    write_table(path, [{"state": "é"}], ["state"])
    assert path.read_bytes().startswith(b"state")


def test_cells_of_every_kind(tmp_path: Path) -> None:
    import datetime

    book = openpyxl.Workbook()
    book.active.append(["state", "date", "n", "b"])
    book.active.append([None, None, None, None])
    book.active.append(["NO", datetime.datetime(2011, 3, 17), 3.0, False])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", ["state"], more=True)
    assert table.rows[0].line == 3
    assert table.rows[0].cells == {"state": "NO", "date": "2011-03-17", "n": "3", "b": "false"}


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_table(path, ["state"])
    assert str(caught.value).count("\n") == 0
    return str(caught.value)


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    path = tmp_path / "t.xlsx"
    book.save(path)
    assert "the first sheet is empty" in refusal(path)
    book.active["A1"], book.active["A2"] = "state", "=1+1"
    book.save(path)
    assert refusal(path).endswith(
        "t.xlsx:2:1: the cell holds a formula; put its value in its place"
    )
    book.active["A1"], book.active["A2"] = "stat", "FRA"
    book.save(path)
    with pytest.raises(InputError, match=r"t.xlsx:1: unknown column 'stat' \(did you mean 'state'"):
        read_table(path, ["state"])
    path.write_bytes(b"PK\x03\x04 not a workbook")
    assert "is not a readable XLSX file" in refusal(path)
    assert "there is no such file" in refusal(tmp_path / "none.xlsx")
    assert "save the sheet as .xlsx" in refusal(tmp_path / "old.xls")


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in \.xlsx or \.csv"):
        write_table(tmp_path / "t.txt", [], ["state"])
    with pytest.raises(InputError, match="does not exist"):
        write_table(tmp_path / "no" / "t.xlsx", [], ["state"])
    with pytest.raises(EngineError, match="a cell holds 32,767"):
        write_table(tmp_path / "t.xlsx", [{"state": "x" * 40_000}], ["state"])
    assert list(tmp_path.iterdir()) == []


SCENARIO = """\
format: coalitions/1
title: T
date: 2026-01-01
bodies:
  b:
    define:
      title: B
      roster: {members: [NAM, NOR, FRA]}
      decisions:
        d:
          title: D
          effect: binding
          default: r
          readings:
            r: {title: two, rule: {in_favour: 2, title: two}, confidence: A, sources: [x]}
options: {o: {title: O, needs: b, legal_basis: contested, effect: 1}}
floors: {effect: 1}
never: [nothing of the kind]
tables: {positions: FILE}
"""


def with_table(tmp_path: Path, name: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO.replace("FILE", name), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_written_can_be_named_in_a_scenario(tmp_path: Path, suffix: str) -> None:
    start = tmp_path / "start.csv"
    start.write_text("state;is\nNA;leans_for\nNO;against\nFRA;unknown\n", encoding="utf-8")
    case = with_table(tmp_path, "start.csv")
    before = load(case).options[0].positions
    assert {k: p.word for k, p in before.items()} == {
        "NAM": "leans_for", "NOR": "against", "FRA": "unknown",
    }  # fmt: skip
    done = CliRunner().invoke(main, ["table", str(case), "-o", str(tmp_path / f"t{suffix}")])
    assert done.exit_code == 0, done.output
    after = load(with_table(tmp_path, f"t{suffix}")).options[0].positions
    assert {k: p.word for k, p in after.items()} == {k: p.word for k, p in before.items()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("state,vote\nFRA,yes\n", "t.csv:2:5: vote: 'yes' is no vote"),
        ("state,vote,low,high\nFRA,abstain,against,for\n", "is none of the positions"),
        ("state,vote\nFRA,absent\n", "who is absent is named with the body"),
        ("state,is,vote\nFRA,for,against\n", "'is' says 'for' and the votes 'against'"),
        ("state,is,vote\nFRA,,\n", "a position is missing"),
        ("state,source\nFRA,x\n", "column 'is' is missing, or 'vote' in its place"),
        ("state,vote\nFRA,for\nFrance,for\n", "already has a position"),
        ("state;is\nFRA;pro\n", "t.csv:2:2: is: 'pro' must be one of"),
    ],
)
def test_tables_that_do_not_fit(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(with_table(tmp_path, "t.csv"))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["table", "libya-2011", "-o", str(tmp_path / "t.doc")])
    assert done.exit_code == 2
    assert "must end in .xlsx or .csv" in done.output
    marked = tmp_path / "t.csv"
    done = CliRunner().invoke(
        main,
        ["table", "veskar-strait", "-o", str(marked), "--bom", "--what-if", "Kestia=for", "-q"],
    )
    assert (done.exit_code, done.output) == (0, "")
    row = cells(marked)[10]
    assert (row["state"], row["vote"], row["origin"]) == ("Kestia", "for", "what-if")
    assert row["fictional"] == "states, positions and numbers are invented"
    assert row["what_if"] == "Kestia=for"
