"""A scenario to fill in is valid for every body, on any day its data cover."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.bodies.rosters import BoundDecision
from coalitions.cli import main
from coalitions.files import datasets
from coalitions.scenarios.starter import starter_text
from solvers.errors import EngineError

DAYS = (
    "1950-06-27",
    "1975-01-01",
    "2008-05-01",
    "2011-03-17",
    "2022-10-02",
    "2023-02-06",
    "2025-06-01",
)


def bound_on(name: str, decision: str, day: datetime.date) -> BoundDecision | None:
    try:
        return co.bind_decision(co.load_body(name), decision, None, day)
    except EngineError:
        return None  # the data do not cover that day, which the command says


@pytest.mark.parametrize("name", datasets.names("bodies"))
def test_init_then_check_and_solve(name: str, tmp_path: Path) -> None:
    written = 0
    for text in DAYS:
        day = datetime.date.fromisoformat(text)
        for decision in co.load_body(name).decisions:
            bound = bound_on(name, decision, day)
            if bound is None or written > 12:
                continue
            path = tmp_path / f"{decision}-{text}.yaml"
            path.write_text(starter_text(bound, day), encoding="utf-8")
            case = co.load(path)
            (option,) = case.options
            assert option.venues[0].bound.rule == bound.rule
            assert all(p.word == "unknown" for p in option.positions.values())
            written += 1
    assert written


@pytest.mark.parametrize("name", datasets.names("bodies"))
def test_commands(name: str, tmp_path: Path) -> None:
    file = str(tmp_path / "case.yaml")
    first = next(iter(co.load_body(name).decisions))
    day = next(d for d in reversed(DAYS) if bound_on(name, first, datetime.date.fromisoformat(d)))
    run = CliRunner().invoke(main, ["init", file, "--body", name, "--date", day])
    assert (run.exit_code, run.stdout) == (0, "")
    assert f"wrote {file}" in run.stderr
    run = CliRunner().invoke(main, ["check", file])
    assert run.stdout.startswith("case: a valid scenario (options 1, digest ")
    run = CliRunner().invoke(main, ["assess", file])
    assert run.exit_code == 0
    assert "unknown" in run.stdout


@pytest.mark.parametrize("name", datasets.names("scenarios"))
def test_start_from_a_shipped_case(name: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    assert CliRunner().invoke(main, ["init", str(file), "--from", name]).exit_code == 0
    assert co.load(file).digest == co.load(name).digest


def test_init_enters_what_the_record_says(tmp_path: Path) -> None:
    file, body = tmp_path / "aid.yaml", "un-security-council"
    day, topic = ["--date", "2020-07-07"], ["--topic", "middle-east/syria"]
    run = CliRunner().invoke(main, ["init", str(file), "--body", body, *day, *topic])
    assert (run.exit_code, run.stdout) == (0, "")
    assert "note: ideal points" in run.stderr
    printed = CliRunner().invoke(main, ["estimate", body, *day, *topic]).stdout
    assert file.read_text(encoding="utf-8").endswith("by_force\n" + printed)
    (option,) = co.load(file).options
    assert len(option.positions) == 15
    assert all(p.origin == "estimated" and p.chances for p in option.positions.values())
    shipped = co.load("syria-cross-border-2019-2022").option("draft-2020-654")
    assert {s: p.chances for s, p in option.positions.items()} == {
        s: p.chances for s, p in shipped.positions.items()
    }


def test_what_init_refuses(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("mine", encoding="utf-8")
    for arguments, message in (
        ([], "either --body or --from"),
        (["--body", "unsc", "--from", "libya-2011"], "either --body or --from"),
        (["--body", "unsc"], "exists; --force replaces it"),
        (["--body", "unsc", "--date", "1900-01-01", "--force"], "is known for 1900-01-01"),
        (["--body", "unscc", "--force"], "no body of this name"),
        (["--from", "libya-2011", "--topic", "syria", "--force"], "a shipped scenario has its own"),
        (
            ["--body", "unsc", "--date", "2020-07-07", "--topic", "middle-east/syra", "--force"],
            "did you mean 'middle-east/syria'",
        ),
        (["--body", "unsc", "--decision", "substantial", "--force"], "did you mean 'substantive'"),
    ):
        run = CliRunner().invoke(main, ["init", str(file), *arguments])
        assert (run.exit_code, run.stdout) == (2, ""), arguments
        assert message in run.stderr
    assert file.read_text(encoding="utf-8") == "mine"
