from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalitions.errors import InputError
from coalitions.files import csv_table
from coalitions.files.csv_table import parse, read


def refusal(text: str, required: list[str], optional: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse("t.csv", text, required, optional)
    return str(caught.value).splitlines()


def test_cells_are_text_and_nothing_is_guessed() -> None:
    text = 'state,group,note\nNA,permanent;a2, NO \nNO,,\n\nCIV,010,"a,""b""\nc"\n'
    table = parse("t.csv", text, ["state"], ["group", "note"])
    assert table.columns == ("state", "group", "note")
    assert [tuple(row.cells.values()) for row in table] == [
        ("NA", "permanent;a2", "NO"),
        ("NO", "", ""),
        ("CIV", "010", 'a,"b"\nc'),
    ]
    assert [row.line for row in table] == [2, 3, 5]
    assert len(table) == 3
    assert table.rows[0]["group"] == "permanent;a2"
    assert table.rows[0]["not there"] == ""


def test_a_file_with_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("\ufeffstate,votes\r\nCôte d'Ivoire,1\r\n".encode())
    table = read(path, ["state", "votes"])
    assert table.rows[0].cells == {"state": "Côte d'Ivoire", "votes": "1"}
    assert str(table.problem(table.rows[0], "votes", "bad")) == f"{path}:2:15: votes: bad"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read(tmp_path / "t.csv", ["state"])


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert len(parse("t.csv", "state\n", ["state"])) == 0


def test_columns_that_are_missing_misspelt_repeated_or_nameless() -> None:
    assert refusal("state,wieght,state,,colour\n", ["state", "weight"], ("note",)) == [
        "t.csv:1:1: column 'weight' is missing",
        "t.csv:1:7: unknown column 'wieght' (did you mean 'weight'?)",
        "t.csv:1:14: column 'state' is given twice",
        "t.csv:1:20: a column has no name",
        "t.csv:1:21: unknown column 'colour'; the columns are state, weight, note",
    ]


def test_further_columns_may_be_welcome() -> None:
    table = parse("t.csv", "table,state,quota,gdp\na,b,1,2\n", ["table", "state"], more=True)
    assert table.columns == ("table", "state", "quota", "gdp")


def test_other_separators_are_recognised() -> None:
    assert refusal("state;votes\nNOR;1\n", ["state", "votes"])[0] == (
        "t.csv:1:1: columns 'state' and 'votes' are missing; "
        "cells are separated by commas, not by semicolons"
    )
    assert "not by tabs" in refusal("state\tvotes\n", ["state", "votes"])[0]


def test_ragged_rows_are_all_named() -> None:
    text = 'state,votes\nNOR\nNAM,1\n"a\nb",1,2\nX,1,,2\n'
    assert refusal(text, ["state", "votes"]) == [
        "t.csv:2:1: row has 1 cell, the header has 2",
        "t.csv:4:1: row has 3 cells, the header has 2",
        "t.csv:6:1: row has 4 cells, the header has 2",
    ]


def test_blank_cells_at_the_end_are_not_counted() -> None:
    plain = parse("t.csv", "state,votes\nNOR,3\nNAM,1\n", ["state", "votes"])
    for text in ("state,votes,,\nNOR,3,,\nNAM,1,, \n", "state,votes\nNOR,3,\nNAM,1,,\n",
                 "state,votes,\nNOR,3\nNAM,1,\n"):  # fmt: skip
        found = parse("t.csv", text, ["state", "votes"])
        assert (found.columns, found.rows) == (plain.columns, plain.rows)
    assert refusal("state,votes,,\nNOR,3,,\nNAM,1,,x\n", ["state", "votes"])[0] == (
        "t.csv:1:13: a column has no name"
    )
    assert refusal(",,\n", ["state"]) == ["t.csv: is empty"]


def test_many_ragged_rows_are_not_all_named() -> None:
    assert len(refusal("a,b\n" + "x\n" * 100_000, ["a", "b"])) == csv_table.MAX_PROBLEMS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a,b\n1,2\n1,"2\n', "t.csv:3:1: a quote that opens in this row is not closed"),
        ('a,b\n1,"2"3\n', "t.csv:2:1: a closing quote must be followed by a comma"),
        ("a,b\n1," + "x" * 200_000, "t.csv:2:1: not valid CSV: field larger than"),
        ("\n \n", "t.csv: is empty"),
    ],
)
def test_what_is_not_csv(text: str, said: str) -> None:
    assert refusal(text, ["a", "b"])[0].startswith(said)


def test_tables_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROWS", 2)
    assert len(parse("t.csv", "a\n1\n2\n", ["a"])) == 2
    assert refusal("a\n1\n2\n3\n", ["a"]) == ["t.csv:4:1: has more than 2 rows"]
    assert refusal("a\n" * 5_000_000, ["a"]) == ["t.csv: has more than 500,000 lines"]
    assert "columns; at most 1,000" in refusal("a" + ",x" * 1000 + "\n", ["a"])[0]


def test_a_problem_of_a_row_or_of_a_quoted_cell() -> None:
    table = parse("t.csv", 'a,b,c\n"x,\ny","q ""z"" ,",3\n', ["a", "b", "c"])
    row = table.rows[0]
    assert str(table.problem(row, "a", "bad")) == "t.csv:2:1: a: bad"
    assert str(table.problem(row, "b", "bad")) == "t.csv:3:4: b: bad"
    assert str(table.problem(row, "c", "bad")) == "t.csv:3:16: c: bad"
    assert str(table.problem(row, "other", "bad")) == "t.csv:2:1: other: bad"


cells = st.text(alphabet=' ab,";\n\ré', max_size=6)


@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=6))
def test_every_cell_is_found_where_it_was_written(rows: list[tuple[str, ...]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    text = stream.getvalue()
    table = parse("t.csv", text, ["a", "b", "c"])
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [tuple(row.cells.values()) for row in table] == [
        tuple(cell.strip() for cell in row) for row in kept
    ]
    lines = list(io.StringIO(text, newline=""))
    for row, raw in zip(table, kept, strict=True):
        for column, cell in zip("abc", raw, strict=True):
            problem = table.problem(row, column, "x")
            assert problem.line is not None
            assert problem.column is not None
            rest = lines[problem.line - 1][problem.column - 1 :] + "".join(lines[problem.line :])
            assert rest.startswith('"' + cell.replace('"', '""') + '"')
