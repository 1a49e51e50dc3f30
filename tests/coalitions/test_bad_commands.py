"""Every command given what it cannot use: one clear line, exit code 2, nothing half-written.

The commands are found by walking the command line, so that a new one is tried by itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from source_tree import ROOT

from coalitions.cli import main

Words = tuple[str, ...]


def leaves(group: click.Group, path: Words = ()) -> Iterator[tuple[Words, click.Command]]:
    """Yield every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(leaves(main))
RIGHT = {"body": "nato-council", "game": "[3; 2, 1, 1]", "what": "all"}  # else a scenario
WRITTEN = ("init",)  # their FILE is what they write
TEXT_NUMBERS = [
    ("passage", "nato-council", "--yes"),
    ("passage", "nato-council", "--abstain"),
    ("passage", "nato-council", "--factor"),
    ("inform", "gaza-2023-2025", "--correlation"),
    ("share", "council-of-seven", "--effect-value"),
    ("packages", "council-of-seven", "--robust"),
    ("packages", "council-of-seven", "--against-rival"),
    ("packages", "council-of-seven", "--probability"),
    ("solve", "libya-2011", "--time-limit"),
    ("power", "nato-council", "--sample"),
]


def run(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=text, prog_name="coalitions")


def refused(found: Result) -> str:
    """Return what was said, which must be words."""
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.strip()
    for word in ("Traceback", "Error(", "Errno", "\0", "\x1b"):
        assert word not in found.stderr
    return found.stderr


def arguments(command: click.Command) -> list[click.Argument]:
    return [p for p in command.params if isinstance(p, click.Argument) and p.nargs == 1]


def options(command: click.Command) -> list[click.Option]:
    return [p for p in command.params if isinstance(p, click.Option) and not p.is_flag]


def needed(command: click.Command, folder: Path) -> list[str]:
    """Write the options that a command cannot do without."""
    words: list[str] = []
    for option in options(command):
        if option.required:
            dated = isinstance(option.type, click.DateTime)
            words += [option.opts[-1], "2020-07-07" if dated else str(folder / "out.csv")]
    return words


def usual(command: click.Command) -> list[str]:
    return [RIGHT.get(str(a.name), "council-of-seven") for a in arguments(command)]


def bad_file(kind: str, folder: Path) -> str:
    """Make a file that nothing can be read from, or name one that is not there."""
    path = folder / f"{kind}.json"
    if kind == "folder":
        path.mkdir()
    elif kind in ("binary", "empty", "blank", "latin-1", "text"):
        content = {
            "binary": bytes(range(256)), "empty": b"", "blank": b" \n\n", "latin-1": b"{\xe9}",
            "text": b"hello world",
        }[kind]  # fmt: skip
        path.write_bytes(content)
    elif kind == "device":
        return "/dev/null"
    elif kind == "long":
        return "x" * 5_000
    elif kind == "terminal":
        return "\x1b[31mred"
    return str(path)


KINDS = (
    "missing", "folder", "binary", "empty", "blank", "latin-1", "text", "device", "long",
    "terminal",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "path", [p for p, c in COMMANDS.items() if arguments(c) and p[-1] not in WRITTEN], ids=" ".join
)
def test_a_file_that_cannot_be_read(path: Words, kind: str, tmp_path: Path) -> None:
    command, name = COMMANDS[path], bad_file(kind, tmp_path)
    before = sorted(tmp_path.iterdir())
    named = [name for _ in arguments(command)]
    said = refused(run(*path, *named, *needed(command, tmp_path)))
    chosen = any(isinstance(a.type, click.Choice) for a in arguments(command))
    assert len(said) < 2_000 or chosen
    if kind not in ("long", "terminal"):
        assert name in said
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
@pytest.mark.parametrize(
    "path", [p for p, c in COMMANDS.items() if arguments(c) and p[-1] not in WRITTEN], ids=" ".join
)
def test_a_file_without_permission(path: Words, tmp_path: Path) -> None:
    command, file = COMMANDS[path], tmp_path / "secret.json"
    file.write_text("{}")
    file.chmod(0)
    named = [str(file) for _ in arguments(command)]
    assert str(file) in refused(run(*path, *named, *needed(command, tmp_path)))


def writing() -> list[tuple[Words, str]]:
    """Find the options that name a file for the answer."""
    return [(p, "-o") for p, c in COMMANDS.items() for o in options(c) if "-o" in o.opts]


@pytest.mark.parametrize("where", ["no-folder/answer.csv", ".", "file/answer.csv"])
@pytest.mark.parametrize(("path", "option"), writing(), ids=lambda x: x if x == "-o" else x[-1])
def test_an_answer_that_cannot_be_written(
    path: Words, option: str, where: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("kept")
    command, target = COMMANDS[path], str(tmp_path / where)
    said = refused(run(*path, *usual(command), *needed(command, tmp_path), option, target))
    assert str(tmp_path) in said
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_scenario_that_cannot_be_written(tmp_path: Path) -> None:
    words = ("--body", "nato-council", "--date", "2026-01-01", "--force")
    for where in ("no-folder/new.yaml", "."):
        said = refused(run("init", str(tmp_path / where), *words))
        assert str(tmp_path) in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_misspelt_option_has_a_suggestion(path: Words) -> None:
    command = COMMANDS[path]
    right = max((o for p in command.params for o in p.opts if o.startswith("--")), key=len)
    wrong = right[:-2] + right[-1] + right[-2]
    if wrong == right:
        wrong = right + "x"
    said = refused(run(*path, *usual(command), f"{wrong}=1"))
    assert wrong in said
    assert right in said
    assert "--qqqq" in refused(run(*path, *usual(command), "--qqqq"))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_an_empty_word_is_nothing(path: Words) -> None:
    for word in ("", " ", ",", " , "):
        assert "empty word" in refused(run(*path, word))


def test_a_graph_without_links_is_a_graph() -> None:
    body = ("power", "un-security-council", "--date", "2011-03-17")
    assert run(*body, "--graph", "").exit_code == 0
    assert "after --date: an empty word" in refused(run(*body[:2], "--date", ""))


NUMBERS = (click.types.IntParamType, click.types.FloatParamType)


def typed() -> list[tuple[Words, str, str]]:
    found = []
    for path, command in COMMANDS.items():
        for option in options(command):
            if isinstance(option.type, NUMBERS):
                words = ["NaN", "x", "1e999999999", "2011-02-30", "", "1,5"]
                words += ["-1"] if isinstance(option.type, click.IntRange) else []
                found += [(path, option.opts[-1], word) for word in words]
            elif isinstance(option.type, click.DateTime):
                words = ["2011-02-30", "tomorrow", "17.3.2011", "NaN", "99999-01-01"]
                found += [(path, option.opts[-1], word) for word in words]
            elif isinstance(option.type, click.Choice):
                found.append((path, option.opts[-1], "qqqq"))
    return found


@pytest.mark.parametrize(("path", "option", "word"), typed())
def test_a_value_of_the_wrong_type(path: Words, option: str, word: str, tmp_path: Path) -> None:
    command = COMMANDS[path]
    refused(run(*path, *usual(command), *needed(command, tmp_path), f"{option}={word}"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["NaN", "inf", "-1e999", "1e999999999", "1e-9999999", "1/0", "x"])
@pytest.mark.parametrize(("command", "name", "option"), TEXT_NUMBERS)
def test_a_number_that_is_none(command: str, name: str, option: str, word: str) -> None:
    refused(run(command, name, f"{option}={word}"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["packages", "council-of-seven", "--levels", "0,x"], "goes with --pareto"),
        (["packages", "council-of-seven", "--durability", "buffer"], "goes with --pareto"),
        (["power", "nato-council", "--seed", "1"], "--seed goes with --sample"),
        (["power", "nato-council", "--max-samples", "9"], "--max-samples goes with --sample"),
        (["show", "libya-2011", "--decision", "substantive"], "--decision is for a body"),
        (["show", "nato-council", "--table", "x"], "nato-council has no tables of weights"),
        (["winning", "nato-council", "--table", "x"], "nato-council has no tables of weights"),
        (["power", "nato-council", "--table", "x"], "nato-council has no tables of weights"),
        (["passage", "nato-council", "--table", "x"], "nato-council has no tables of weights"),
        (["game", "[3; 2, 1]", "--table", "x"], "has no tables of weights"),
        (["game", "[3; 2, 1]", "--concept", "shapley", "--unions", "A"], "owen"),
        (["game", "[3; 2, 1]", "--concept", "shapley", "--graph", "1-2"], "myerson"),
        (["passage", "nato-council", "--yes", "=1"], "write P, or members and P"),
        (["solve", "nato-council"], "nato-council is a body"),
        (["power", "libya-2011"], "libya-2011 is a scenario"),
        (["winning", "libya-2012"], "did you mean the scenario 'libya-2011'"),
    ],
)
def test_what_would_be_passed_over_is_refused(arguments: list[str], said: str) -> None:
    assert said in refused(run(*arguments))


def test_json_that_is_none_is_said_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{\n "format": "coalitions/1",\n}\n')
    for command in ("check", "solve", "verify", "game", "show", "winning"):
        said = refused(run(command, str(file)))
        assert said.splitlines()[-1].startswith(f"{file}:2:26: not JSON: a comma before")
    other = tmp_path / "b.json"
    other.write_text('{"a": 1, "b": 1, "a": 2, "a,b": 3}')
    for arguments_ in (["verify", str(other)], ["compare", str(other), str(other)]):
        assert f"{other}:1:18: key 'a' is given twice" in refused(run(*arguments_))
    assert f"{other}:1:18: key 'a' is given twice" in refused(run("game", str(other)))
    other.write_text('{"a": ' + "9" * 5_000 + "}")
    for arguments_ in (["verify", str(other)], ["compare", str(other), str(other)]):
        assert f"{other}:1:7: a number of 5,000 digits" in refused(run(*arguments_))


def test_a_result_of_no_use_is_named(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text(json.dumps({"format": "coalitions-result/1", "kind": "future", "answer": {}}))
    assert refused(run("verify", str(file))).startswith(f"{file}:1:1: nothing is checked")


# --- the ends of standard output


def shell(line: str) -> subprocess.CompletedProcess[str]:
    python = f"'{sys.executable}' -c 'from coalitions.cli import main; main()'"
    line = line.replace("coalitions", python, 1)
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("words", ["solve libya-2011", "--help", "list --format json"])
def test_a_full_disk_at_standard_output(words: str) -> None:
    found = shell(f"coalitions {words} > /dev/full")
    assert found.returncode == 2
    assert found.stderr.startswith("standard output cannot be written: No space left on device")
    assert len(found.stderr.splitlines()) == 1


def test_standard_output_is_closed(tmp_path: Path) -> None:
    found = shell("coalitions solve libya-2011 >&-")
    assert found.returncode == 2
    assert found.stderr.startswith("standard output is closed")
    assert len(found.stderr.splitlines()) == 1
    file = tmp_path / "answer.txt"
    assert shell(f"coalitions solve libya-2011 -q -o '{file}' >&-").returncode == 0
    assert "Resolution 1973" in file.read_text() or "resolution 1973" in file.read_text()


def test_nobody_reads_to_the_end() -> None:
    found = shell("coalitions winning un-security-council --list --format csv | head -n 1")
    assert found.stdout.count("\n") == 1
    assert found.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_behind_an_output_file(tmp_path: Path) -> None:
    link = tmp_path / "answer.json"
    link.symlink_to("/dev/full")
    said = refused(run("solve", "libya-2011", "--format", "json", "-o", str(link)))
    assert said == f"{link}:1:1: cannot be written: No space left on device\n"
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]
