"""The command line: help, streams, exit codes, files, interruptions."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from source_tree import ROOT

import coalitions as co
from coalitions.cli import COMMANDS, main
from coalitions.cli.options import Output, emit
from coalitions.files import datasets

CALLS = {  # every command with arguments that answer quickly
    "assess": ["libya-2011"],
    "backtest": ["--rules"],
    "check": ["libya-2011"],
    "list": [],
    "packages": ["council-of-seven"],
    "show": ["un-security-council"],
    "solve": ["libya-2011"],
    "solvers": [],
    "winning": ["nato-council"],
}


def run(*arguments: str, text: str | None = None, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, list(arguments), input=text, prog_name="coalitions")


def process(
    *arguments: str, env: Mapping[str, str] | None = None, text: str = ""
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from coalitions.cli import main; main()", *arguments]
    return subprocess.run(
        command,
        input=text.encode(),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )


# --- help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_has_an_example_and_short_lines(name: str) -> None:
    found = run(name, "--help")
    assert found.exit_code == 0
    assert "Example:" in found.stdout
    assert f"coalitions {name}" in found.stdout.split("Example:")[1]
    assert run(name, "-h").stdout == found.stdout


def test_help_of_the_whole() -> None:
    words = run("--help").stdout
    assert "Example: coalitions solve libya-2011" in words
    assert all(name in words for name in COMMANDS)
    assert run("--version").stdout == f"coalitions, version {co.__version__}\n"


def test_every_example_of_the_help_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("solve", "libya-2011", "--format", "json").stdout
    for name in ("result.json", "before.json", "after.json"):
        (tmp_path / name).write_text(answer)
    case = {
        "id": "a-01-johnston",
        "game": {"type": "weighted", "quota": 51, "weights": [50, 49, 1]},
        "concept": "johnston",
        "expected": ["2/3", "1/6", "1/6"],
    }
    cases = {"format": "coalition-reference-cases/1", "cases": [case]}
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    for name in sorted(set(COMMANDS) - {"bench"}):
        example = run(name, "--help").stdout.split("Example:")[1].split("\n\n")[0].split()
        assert example[0] == "coalitions"
        assert run(*example[1:]).exit_code == 0, example


# --- streams


@pytest.mark.parametrize("name", sorted(CALLS))
def test_json_is_alone_on_standard_output(name: str) -> None:
    found = run(name, *CALLS[name], "--format", "json", "-v")
    assert found.exit_code == 0
    json.loads(found.stdout)


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"check"}))
def test_csv_and_markdown(name: str) -> None:
    rows = list(csv.reader(io.StringIO(run(name, *CALLS[name], "--format", "csv").stdout)))
    assert rows
    assert all(len(row) == len(rows[0]) for row in rows)
    assert "|---|" in run(name, *CALLS[name], "--format", "markdown").stdout


def test_verbose_speaks_on_standard_error_and_quiet_does_not(tmp_path: Path) -> None:
    assert "solver exact search" in run("solve", "libya-2011", "-v").stderr
    assert "solver CBC" in run("solve", "libya-2011", "--solver", "cbc", "-v").stderr
    assert run("solve", "libya-2011").stderr == ""
    file = str(tmp_path / "a.txt")
    assert run("solve", "libya-2011", "-o", file).stderr == f"wrote {file}\n"
    assert run("solve", "libya-2011", "-o", file, "-q").stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "libya-2012"],
        ["solve", "libya-2011", "--what-if", "NOR=for"],
        ["solve", "libya-2011", "--what-if", "CHN"],
        ["solve", "libya-2011", "--what-if", "CHN=for", "--what-if", "CHN=against"],
        ["solve", "libya-2011", "--reading", "litteral"],
        ["solve", "libya-2011", "--option", "x"],
        ["solve", "libya-2011", "--solver", "cplex"],
        ["solve", "libya-2011", "--time-limit", "0"],
        ["solve", "libya-2011", "--format", "xml"],
        ["solve"],
        ["packages", "syria-2012", "--survive", "1"],
        ["packages", "council-of-seven", "--gap", "2"],
        ["show", "un-security-counsil"],
        ["show", "un-security-council", "--date", "2011-13-01"],
        ["show", "[1; x]"],
        ["show", "/nonexistent/file.yaml"],
        ["winning", "[99; 1]"],
        ["winning", "nato-council", "--must-have", "CHN"],
        ["list", "bodys"],
        ["backtest"],
        ["verify", "/nonexistent.json"],
        ["check", "/nonexistent.yaml"],
        ["nonsense"],
        ["--nonsense"],
    ],
)
def test_wrong_input_is_exit_code_2_and_standard_output_stays_empty(arguments: list[str]) -> None:
    found = run(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["sovle"], "did you mean 'solve'"),
        (["solve", "lybia-2011"], "did you mean 'libya-2011'"),
        (["solve", "libya-2011", "--fromat", "json"], "Did you mean '--format'?"),
        (["solve", "libya-2011", "--what-if", "CNH=against"], "did you mean 'CHN'"),
        (["solve", "libya-2011", "--what-if", "CHN=agianst"], "did you mean 'against'"),
        (["solve", "libya-2011", "--reading", "litteral"], "did you mean 'literal'"),
        (["show", "un-security-counsil"], "did you mean 'un-security-council'"),
    ],
)
def test_did_you_mean(arguments: list[str], hint: str) -> None:
    assert hint in run(*arguments).stderr


FIVE_MISTAKES = """\
format: coalitions/1
title: Five mistakes
date: 2011-02-30
bodies:
  council: {use: un-security-council}
options:
  text: {title: A text, needs: council, legal_basis: chapter_vii, effect: 1}
floors: {effect: plenty}
never: []
positions:
  CHN: {is: agianst}
sumary: a typing mistake
"""


def test_five_mistakes_are_five_lines(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(FIVE_MISTAKES, encoding="utf-8")
    for command in ("check", "solve", "assess", "packages", "show"):
        found = run(command, str(file))
        assert (found.exit_code, found.stdout) == (2, "")
        lines = found.stderr.splitlines()
        places = [line.removeprefix(f"{file}:").split(":")[0] for line in lines]
        assert places == ["3", "8", "9", "11", "12"]


# --- exit codes of answers


def test_an_answer_that_it_cannot_pass_is_an_answer() -> None:
    assert run("solve", "libya-2011", "--what-if", "CHN=against").exit_code == 0
    assert (
        run(
            "winning", "un-security-council", "--must-exclude", "CHN", "--others", "against"
        ).exit_code
        == 0
    )


def test_a_bounded_answer_is_printed_with_exit_code_3() -> None:
    found = run("packages", "council-of-seven", "--time-limit", "0.000001", "--format", "json")
    assert found.exit_code == 3
    data = json.loads(found.stdout)
    assert data["guarantee"] == "bounded"
    assert "stopped early: the answer is bounded, not proved" in found.stderr
    assert run("verify", "-", text=found.stdout).exit_code == 0


def test_emit_of_a_bounded_result() -> None:
    result = replace(co.packages(co.load("council-of-seven")), guarantee="bounded", bound=3.5)

    @click.command()
    def command() -> None:
        emit(result, Output())

    found = CliRunner().invoke(command)
    assert found.exit_code == 3
    assert "4 cash units (bounded, no package costs less than 3.5)" in found.stdout
    assert "stopped early" in found.stderr


def test_an_interrupt_with_nothing_to_show_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coalitions.scenarios.scenario.load", interrupted)
    found = run("solve", "libya-2011")
    assert (found.exit_code, found.stdout) == (130, "")
    assert found.stderr == "interrupted with nothing to show\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a child are for POSIX")
def test_ctrl_c_in_a_solve_keeps_the_incumbent(tmp_path: Path) -> None:
    import random

    chance = random.Random(3)
    weights = [chance.randint(10**6, 2 * 10**6) for _ in range(60)]
    costs = "".join(f"{i + 1},{w + 100_000}\n" for i, w in enumerate(weights))
    (tmp_path / "costs.csv").write_text("state,cost\n" + costs, encoding="utf-8")
    game = f"[{sum(weights) // 2 + 1}; {', '.join(map(str, weights))}]"
    program = "from coalitions.cli import main; main()"
    arguments = ["winning", game, "--cheapest", str(tmp_path / "costs.csv"), "--time-limit", "20"]
    child = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert child.returncode in (0, 3, 130), err  # 0: a quick machine had the proof already
    assert "Traceback" not in err
    if child.returncode == 130:
        assert out == ""
    else:
        assert "CHEAPEST COALITION" in out


# --- the world outside


def test_standard_input() -> None:
    text = datasets.path_of("scenarios", "libya-2011").read_text(encoding="utf-8")
    for command in ("solve", "assess", "check", "show"):
        found = run(command, "-", text=text)
        assert found.exit_code == 0, found.stderr
        assert found.stdout
    assert "coalitions solve - --what-if CHN=against" in run("solve", "-", text=text).stdout
    found = run("check", "-", text=FIVE_MISTAKES)
    assert found.exit_code == 2
    assert len(found.stderr.splitlines()) == 5


def test_output_file_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "result.json"
    file.write_text("old", encoding="utf-8")
    found = run("solve", "libya-2011", "--format", "json", "-o", str(file))
    assert (found.exit_code, found.stdout) == (0, "")
    whole = file.read_text(encoding="utf-8")
    assert json.loads(whole)["kind"] == "solve"
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]

    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refused)
    monkeypatch.setattr(Path, "replace", refused)
    found = run("solve", "syria-2012", "--format", "json", "-o", str(file))
    assert found.exit_code == 2
    assert "No space left on device" in found.stderr
    assert file.read_text(encoding="utf-8") == whole
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]


def test_output_to_a_folder_that_is_not_there(tmp_path: Path) -> None:
    found = run("solve", "libya-2011", "-o", str(tmp_path / "no" / "result.txt"))
    assert (found.exit_code, found.stdout) == (2, "")
    assert "does not exist" in found.stderr
    found = run("solve", "libya-2011", "-o", "-")
    assert found.stdout.startswith("Libya")


def test_schema(tmp_path: Path) -> None:
    schema = json.loads(run("schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"bodies", "options", "floors", "never"} <= set(schema["required"])
    file = tmp_path / "schema.json"
    assert run("schema", "-o", str(file)).exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8")) == schema


def test_list() -> None:
    rows = json.loads(run("list", "--format", "json").stdout)
    assert {r["name"] for r in rows if r["kind"] == "body"} == set(datasets.names("bodies"))
    fiction = {r["name"] for r in rows if r["kind"] == "fictional case"}
    assert fiction == {n for n in datasets.names("scenarios") if co.load(n).fictional}
    assert "un-security-council" not in run("list", "scenarios").stdout


def test_no_colour_codes_anywhere() -> None:
    for env in ({"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}, {}):
        found = process("solve", "libya-2011", env=env)
        assert found.returncode == 0
        assert b"\x1b[" not in found.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal(encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    found = process("solve", "syria-2012", "--option", "council-july", env=env)
    assert found.returncode == 0, found.stderr
    words = found.stdout.decode(encoding)
    assert "FAILED (recorded)" in words
    assert ("Benoit Martin" if encoding == "ascii" else "Benoît Martin") in words
    assert found.stderr == b""
    found = process("solve", "libya-2011", "--format", "json", env=env)
    data = json.loads(found.stdout.decode(encoding))
    assert data == co.solve(co.load("libya-2011")).to_dict() | {"provenance": data["provenance"]}


def test_the_plainest_locale() -> None:
    found = process("list", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert found.returncode == 0, found.stderr


def test_a_closed_pipe_gives_no_traceback() -> None:
    program = f"{sys.executable} -c 'from coalitions.cli import main; main()'"
    found = subprocess.run(
        f"{program} backtest --rules --format csv | head -1",
        shell=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert found.stdout == "vote_id,date,symbol,adopted,predicted,status,marking\n"
    assert found.stderr == ""


def test_environment_variables_set_options() -> None:
    found = run("solve", "libya-2011", COALITIONS_SOLVE_FORMAT="json")
    assert json.loads(found.stdout)["kind"] == "solve"


def test_labels_cannot_start_formulas_in_csv(tmp_path: Path) -> None:
    text = datasets.path_of("scenarios", "council-of-seven").read_text(encoding="utf-8")
    text = text.replace("  mandate:\n    title", '  "=1+1":\n    title')
    text = text.replace("    mandate:\n      worth", '    "=1+1":\n      worth')
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    found = run("assess", str(file), "--format", "csv")
    assert found.exit_code == 0, found.stderr
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert {row["option"] for row in rows} == {"'=1+1"}
    assert rows[1]["margin"] == "-9"


def test_a_mistake_of_a_whole_file_stands_at_its_beginning(tmp_path: Path) -> None:
    empty, link = tmp_path / "empty.yaml", tmp_path / "link.yaml"
    empty.write_text("", encoding="utf-8")
    link.symlink_to(tmp_path / "gone.yaml")
    for path, words in (
        (empty, "is empty"),
        (link, "is a symbolic link"),
        (tmp_path, "is a folder"),
    ):
        found = run("check", str(path))
        assert (found.exit_code, found.stdout) == (2, "")
        assert found.stderr.startswith(f"{path}:1:1: {words}")
        assert found.stderr.count("\n") == 1
