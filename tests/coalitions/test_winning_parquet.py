"""Lists of minimal winning coalitions as Parquet files: whole, in groups, or not at all."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import coalitions.decisions.winning_parquet
from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.cli import main
from coalitions.decisions.winning_choice import Choice
from coalitions.decisions.winning_lists import list_winning
from coalitions.decisions.winning_parquet import write_parquet
from coalitions.errors import InputError
from solvers.errors import EngineError

pq = pytest.importorskip("pyarrow.parquet")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["winning", *arguments])


def test_all_coalitions_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coalitions.decisions.winning_parquet, "ROWS", 1000)
    path = tmp_path / "council.parquet"
    done = run("un-security-council", "--list", "-o", str(path))
    assert done.exit_code == 0, done.output
    assert "5,005 coalitions" in done.stderr
    table = pq.read_table(path)
    assert table.column_names == ["number", "size", "cost", "members", "marking"]
    listed = list_winning(Choice(bind_decision(load_body("un-security-council"))))
    assert [tuple(c) for c in table["members"].to_pylist()] == list(listed.coalitions)
    assert table["number"].to_pylist() == list(range(1, 5006))
    assert set(table["size"].to_pylist()) == {9}
    assert set(table["marking"].to_pylist()) == {"unclassified"}
    assert set(table["cost"].to_pylist()) == {None}
    assert pq.ParquetFile(path).num_row_groups == 6


def test_costs_are_exact_text(tmp_path: Path) -> None:
    path = tmp_path / "game.parquet"
    costs = {"1": Fraction(1, 3), "2": Fraction(1, 2)}
    assert write_parquet(path, [("1", "2"), ("2",)], costs, {"marking": "secret"}) == 2
    table = pq.read_table(path)
    assert table["cost"].to_pylist() == ["5/6", "1/2"]
    assert table.schema.metadata[b"marking"] == b"secret"


def test_a_list_of_nothing_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    done = run("[2; 1, 1]", "--list", "--must-exclude", "1", "-o", str(path))
    assert done.exit_code == 0
    assert pq.read_table(path).num_rows == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_stays_of_a_file_that_was_not_finished(tmp_path: Path, error: type) -> None:
    def found():
        yield from [("a",)] * 5
        raise error

    path = tmp_path / "half.parquet"
    path.write_text("before", encoding="utf-8")
    with pytest.raises((KeyboardInterrupt, ValueError)):
        write_parquet(path, found(), {}, {"marking": "unclassified"})
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--count"], "ask for --list"),
        (["--list", "--format", "csv"], "leave --format out"),
        (["--list", "--must-have", "XXX"], "XXX"),
    ],
)
def test_wrong_questions(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = run("nato-council", *arguments, "-o", str(tmp_path / "x.parquet"))
    assert done.exit_code == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        write_parquet(tmp_path / "no" / "x.parquet", [("a",)], {}, {})


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(EngineError, match="with the extra 'parquet'"):
        write_parquet(tmp_path / "x.parquet", [("a",)], {}, {})
