"""Spreadsheets as people really save them: read as meant, or refused in words."""

from __future__ import annotations

import csv
import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from coalitions.errors import InputError
from coalitions.files.workbook import read_table, write_table
from coalitions.scenarios.scenario import Scenario

NEEDED, MORE = ("state", "vote"), ("date", "source")
TEXT = "state,vote\nNA,for\nNO,against\n"
Fix = Callable[[Any, Any], object]


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(row.line, row.cells) for row in read_table(path, NEEDED, MORE)]


def written(tmp_path: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def sheet(tmp_path: Path, rows: list[list[Any]], fix: Fix | None = None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if fix is not None:
        fix(book, book.active)
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def said(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read(path)
    return str(error.value).replace(str(path), "FILE")


BOTH = [{"state": "NA", "vote": "for"}, {"state": "NO", "vote": "against"}]


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace(",", ";"),
        TEXT.replace(",", "\t"),
        "sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n"),
        '\ufeff"sep=,"\n' + TEXT,
        "\n\n" + TEXT.replace("NO", "\n,\n\nNO"),
        TEXT.replace("NA", ' "NA" ').replace(' "', '"').replace('" ', '"'),
    ],
)
def test_one_table_in_many_hands(tmp_path: Path, content: str) -> None:
    assert [cells for _, cells in read(written(tmp_path, content))] == BOTH


def test_a_line_that_names_the_separator_keeps_the_numbers_of_lines(tmp_path: Path) -> None:
    content = "sep=;\nstate;vote\nNA;for\nNO;for;against\n"
    assert said(written(tmp_path, content)) == "FILE:4: row has 3 cells, the header has 2"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "FILE: is empty"),
        (b"\xef\xbb\xbf", "FILE: is empty"),
        ("state,vote\nCôte,for\n".encode("latin-1"), "FILE:2:2: byte 0xf4 on line 2 is not UTF-8"),
        (TEXT.encode("utf-16"), "FILE:1:1: is UTF-16, not UTF-8"),
        (TEXT.encode("utf-32"), "FILE:1:1: is UTF-32, not UTF-8"),
        (TEXT.encode("utf-16-le"), "FILE:1:2: line 1 holds a NUL character"),
        (b"PK\x03\x04rest", "FILE:1:1: is a ZIP archive, such as an .xlsx file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "FILE:1:1: is an old Office file, or one with a password"),
        ("state,vote,vote\nNA,for,for\n", "FILE:1:12: column 'vote' is given twice"),
        ("state;vote;vote\nNA;for;for\n", "FILE:1: column 'vote' is given twice"),
        ("state,vote\nNA,for,x\n", "FILE:2:1: row has 3 cells, the header has 2"),
        ("State,vote\nNA,for\n", "FILE:1:1: column 'state' is missing"),
        ('state,vote\n"NA,for\n', "FILE:2:1: a quote that opens in this row is not closed"),
    ],
)
def test_text_that_is_no_table(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert said(written(tmp_path, content)).startswith(message)


def zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "no sheet")
    return path.read_bytes()


def test_files_that_are_no_workbooks(tmp_path: Path) -> None:
    broken = "FILE: is not a readable XLSX file: save it again as .xlsx"
    for content, message in (
        (b"", "FILE: is empty"),
        (TEXT.encode(), broken),
        (zipped(tmp_path / "a.zip"), broken),
        (sheet(tmp_path, [["state", "vote"]]).read_bytes()[:900], broken),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "FILE: has a password, or is an old .xls file"),
        (b"%PDF-1.7", "FILE: is a PDF file"),
    ):
        assert said(written(tmp_path, content, "x.xlsx")).startswith(message)


@pytest.mark.parametrize(
    ("rows", "fix", "message"),
    [
        ([], None, "FILE: the first sheet is empty"),
        ([], lambda b, s: b.create_sheet("data").append(["state"]), "FILE: the first sheet is"),
        ([["NA", "=1"]], None, "FILE:2:2: the cell holds a formula; put its value in its place"),
        (
            [],
            lambda b, s: s.__setitem__("A1", ArrayFormula("A1", "=1")),
            "FILE:1:1: the cell holds a formula",
        ),
        ([["NA", "#N/A"]], None, "FILE:2:2: the cell holds the error #N/A"),
        (
            [["NA", "for"], ["NO", None]],
            lambda b, s: s.merge_cells("B2:B3"),
            "FILE:2:2: the cells B2:B3 are merged; split them and give every row its own value",
        ),
        (
            [["NA", "for"]],
            lambda b, s: (s.__setitem__("AB7", "x"), s.merge_cells("AB7:AC9")),
            "FILE:7:28: the cells AB7:AC9 are merged",
        ),
        ([["NA", "for", "x"]], None, "FILE:1: a column has no name"),
    ],
)
def test_sheets_that_say_less_than_they_show(
    tmp_path: Path, rows: list[list[Any]], fix: Fix | None, message: str
) -> None:
    head = [["state", "vote"]] if rows else []
    assert said(sheet(tmp_path, head + rows, fix)).startswith(message)


@pytest.mark.parametrize("cells", ["D1:F4", "C2:C3", "A4:B5"])
def test_cells_merged_beside_the_table_or_below_it(tmp_path: Path, cells: str) -> None:
    rows = [["state", "vote"], ["NA", "for"], ["NO", "against"]]
    plain = read(sheet(tmp_path, rows))
    assert len(plain) == 2
    assert read(sheet(tmp_path, rows, lambda b, s: s.merge_cells(cells))) == plain


def test_a_merged_title_is_no_header(tmp_path: Path) -> None:
    rows = [["Votes", None], ["state", "vote"], ["NA", "for"]]
    message = said(sheet(tmp_path, rows, lambda b, s: s.merge_cells("A1:B1")))
    assert "FILE:1: a column has no name" in message.splitlines()
    assert "merged" not in message


def test_cells_that_a_spreadsheet_typed(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["state", "vote", "date"],
        ["NA", "for", datetime.date(2020, 1, 2)],
        [],
        [None, None, None],
        ["NO", True, datetime.datetime(2020, 1, 2)],
        [" X ", 1.0, "2020-01-02"],
        ["1", 0.1, datetime.datetime(2020, 1, 2, 13, 30)],
    ]
    assert read(sheet(tmp_path, rows)) == [
        (2, {"state": "NA", "vote": "for", "date": "2020-01-02"}),
        (5, {"state": "NO", "vote": "true", "date": "2020-01-02"}),
        (6, {"state": "X", "vote": "1", "date": "2020-01-02"}),
        (7, {"state": "1", "vote": "0.1", "date": "2020-01-02T13:30:00"}),
    ]


# --- out


RUNNING = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\x00=1", "\x1c=1",
    '=HYPERLINK("x")', "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "-", "=", "'=1", "''=1",
    "-1+cmd|' /C calc'!A0",
]  # fmt: skip
PLAIN = ["-2,5", "-2.5", "+1", "1e5", "-1/2", "NA", "NO", "a=b", "Côte d'Ivoire", "'s Gravenhage"]


def cells_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [row[0] for row in csv.reader(stream)]


def test_nothing_that_is_written_runs(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_table(path, [{"=a": text} for text in RUNNING + PLAIN], ["=a"])
    found = cells_of(path)
    assert found[0] == "'=a"
    assert all(cell.startswith("'") for cell in found[: len(RUNNING) + 1])
    assert found[len(RUNNING) + 1 :] == PLAIN
    path = tmp_path / "t.xlsx"
    write_table(path, [{"a": text} for text in RUNNING + PLAIN], ["a"])
    types = {cell.data_type for (cell,) in openpyxl.load_workbook(path).active.iter_rows()}
    assert types == {"s"}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_texts_come_back_with_one_blank_for_many(tmp_path: Path, suffix: str) -> None:
    path, texts = tmp_path / f"t{suffix}", [*RUNNING, *PLAIN]
    write_table(path, [{"a": text, "b": "x"} for text in texts], ["a", "b"])
    clean = [" ".join(t.replace("\0", " ").replace("\x1c", " ").split()) for t in texts]
    assert [row["a"] for row in read_table(path, ["a", "b"])] == clean


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=5))
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_whatever_is_written_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("t") / f"t{suffix}"
    write_table(path, [{"a": text, "b": "x"} for text in texts], ["a", "b"])
    table = read_table(path, ["a", "b"])
    assert len(table) == len(texts)
    assert all(row["b"] == "x" for row in table)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_numbers_no_cell_can_hold(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    values = [float("nan"), float("inf"), 10**400, 10**17 + 1, -(10**15), 7, 0.1, True, None]
    write_table(path, [{"a": value, "b": "x"} for value in values], ["a", "b"])
    found = [row["a"] for row in read_table(path, ["a", "b"])]
    assert found[:2] == ["", "inf"]
    assert [int(word) for word in found[2:6]] == values[2:6]
    assert [found[6], found[7].lower(), found[8]] == ["0.1", "true", ""]


@pytest.mark.parametrize("name", ["no-folder/t.csv", "folder.csv", "t.txt", "t", ".csv", "t.xls"])
def test_tables_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError):
        write_table(tmp_path / name, [{"a": 1}], ["a"])
    assert [p.name for p in tmp_path.iterdir()] == ["folder.csv"]


def test_a_table_of_semicolons_and_decimal_commas_is_a_scenario(tmp_path: Path) -> None:
    members = ("CHN", "FRA", "GBR", "RUS", "USA")
    others = ("BIH", "BRA", "COL", "DEU", "GAB", "IND", "LBN", "NGA", "PRT", "ZAF")
    lines = ["sep=;", "state;vote;origin;chance_for;chance_abstain;chance_against"]
    lines += [f"{s};for;estimated;0,75;0,125;0,125" for s in (*members, *others)]
    path = written(tmp_path, "\ufeff" + "\r\n".join(lines))
    case = Scenario.from_frames(path, bodies="un-security-council", date="2011-03-17")
    chances = case.options[0].position("CHN").chances
    assert chances is not None
    assert (float(chances.yes), float(chances.against)) == (0.75, 0.125)
