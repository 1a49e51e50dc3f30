"""Journals of sweeps: nothing finished is lost, nothing else is taken for it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from source_tree import ROOT

import coalitions as co
from coalitions.cli import main
from coalitions.files import safe_write
from coalitions.sweeps import sweep_journal
from coalitions.sweeps.sweep import run_sweep
from coalitions.sweeps.sweep_journal import Journal
from solvers.errors import EngineError

SEVEN = "council-of-seven"
KEY = "payoffs.scores.mandate.worth.B"
SWEEP = sys.modules["coalitions.sweeps.sweep"]  # as an attribute of the package it is a function


def cases(n: int):
    """Return scenarios that differ."""
    return co.grid(SEVEN, {KEY: range(-9, -9 + n)})


def fail(*arguments: object) -> None:
    raise AssertionError("worked on again")


def begun(folder: Path) -> Path:
    run_sweep(cases(4), "assess", journal=folder, chunk=2)
    return folder


def change(path: Path, **entries: object) -> None:
    """Change a file of a journal as one who knows how it is sealed."""
    data = json.loads(path.read_text()) | entries
    data.pop("checksum")
    seal = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(data | {"checksum": seal}))


def everything(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_finished_sweep_is_read_from_its_journal(tmp_path, monkeypatch):
    folder = begun(tmp_path / "j")
    monkeypatch.setattr(SWEEP, "answer_chunk", fail)
    found = run_sweep(cases(4), "assess", journal=folder)
    assert found.resumed == 2
    monkeypatch.undo()
    assert found.rows() == run_sweep(cases(4), "assess").rows()


def test_the_default_chunk_of_a_begun_journal_is_its_own(tmp_path):
    folder = begun(tmp_path / "j")
    (folder / "chunk-0000001.json").unlink()
    assert run_sweep(cases(4), "assess", journal=folder).resumed == 1


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (lambda f: change(f / "sweep.json", version="0.0.1"), r"begun by version 0\.0\.1, this is"),
        (lambda f: change(f / "sweep.json", digest="ab"), "is of another sweep"),
        (lambda f: change(f / "sweep.json", format="x"), "is of something else"),
        (lambda f: (f / "sweep.json").write_text('{"program": "x.py"}'), "is of something else"),
        (
            lambda f: (f / "sweep.json").write_text(
                '{"format": "coalitions-sweep/1", "version": "0.0.1"}'
            ),
            r"begun by version 0\.0\.1, whose journals are of the form coalitions-sweep/1",
        ),
        (lambda f: change(f / "chunk-0000000.json", digest="ab"), "is of another sweep"),
        (lambda f: change(f / "chunk-0000000.json", version="0.0.1"), "another sweep or version"),
        (lambda f: change(f / "chunk-0000000.json", chunk=1), "another sweep or version"),
        (lambda f: change(f / "chunk-0000000.json", size=1), "another sweep or version"),
        (lambda f: change(f / "sweep.json", scenarios=5), "it has 5 scenarios, this one 4"),
        (lambda f: (f / ".mine.part").write_text("mine"), "holds other files"),
        (lambda f: (f / "thesis.txt").write_text("mine"), "holds other files"),
    ],
)
def test_a_journal_of_something_else_is_refused_and_left_alone(tmp_path, what, message):
    folder = begun(tmp_path / "j")
    what(folder)
    before = everything(folder)
    with pytest.raises(EngineError, match=message) as caught:
        run_sweep(cases(4), "assess", journal=folder)
    assert "\n" not in str(caught.value)
    assert everything(folder) == before


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda j: run_sweep(cases(5), "assess", journal=j), "it has 4 scenarios, this one 5"),
        (lambda j: run_sweep(cases(4), "solve", journal=j), "it asks assess, this one solve"),
        (lambda j: run_sweep(cases(4), "assess", journal=j, chunk=3), "has chunks of 2, not of 3"),
        (
            lambda j: run_sweep(co.grid(SEVEN, {"unit": ["a", "b", "c", "d"]}),
                                "assess", journal=j),
            "the scenarios, what is varied, the draws or the solver differ",
        ),
    ],
)  # fmt: skip
def test_a_journal_of_another_question_is_refused(tmp_path, call, message):
    folder = begun(tmp_path / "j")
    with pytest.raises(EngineError, match=message):
        call(folder)


@pytest.mark.parametrize("spoil", [b"", b"{", b'{"rows": 3}', None])
def test_a_damaged_chunk_is_worked_on_again_and_named(tmp_path, spoil):
    folder = begun(tmp_path / "j")
    path = folder / "chunk-0000001.json"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"fails"', b'"passes"') if spoil is None else spoil)
    found = run_sweep(cases(4), "assess", journal=folder)
    assert found.mended == (1,)
    assert path.read_bytes() == whole
    assert "worked on again: chunks 1" in str(found)


def test_whatever_byte_is_damaged_no_result_changes_and_no_other_chunk_is_lost(tmp_path):
    folder = begun(tmp_path / "j")
    whole = everything(folder)
    rows = run_sweep(cases(4), "assess").rows()
    for name in ("sweep.json", "chunk-0000000.json"):
        content = whole[name]
        for at in range(0, len(content), 41):
            torn = content[:at]
            flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            noise = content[:at] + b"\xff\x00{" + content[at + 3 :]
            for damaged in (torn, flipped, noise):
                (folder / name).write_bytes(damaged)
                found = run_sweep(cases(4), "assess", journal=folder)
                assert found.rows() == rows
                assert found.resumed == (2 if name == "sweep.json" else 1)
                assert everything(folder) == whole


@pytest.mark.parametrize(
    "spoil",
    [
        lambda head: head.unlink(),
        lambda head: head.write_bytes(b""),
        lambda head: head.write_bytes(head.read_bytes()[:40]),
        lambda head: change(head, chunk=0),
    ],
)
def test_a_head_that_is_damaged_or_missing_is_written_anew_from_the_chunks(
    tmp_path, monkeypatch, spoil
):
    folder = begun(tmp_path / "j")
    whole = everything(folder)
    spoil(folder / "sweep.json")
    monkeypatch.setattr(SWEEP, "answer_chunk", fail)
    assert run_sweep(cases(4), "assess", journal=folder).resumed == 2
    assert everything(folder) == whole


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda head: head.unlink(), "is missing"),
        (lambda head: head.write_text("{"), "is damaged"),
    ],
)
def test_a_head_that_no_chunk_vouches_for_is_not_written_anew(tmp_path, spoil, message):
    folder = begun(tmp_path / "j")
    spoil(folder / "sweep.json")
    before = everything(folder)
    for asked in (cases(3), co.grid(SEVEN, {"unit": ["a", "b", "c", "d"]})):
        with pytest.raises(EngineError, match=f"sweep.json: {message}; name a new folder"):
            run_sweep(asked, "assess", journal=folder)
    assert everything(folder) == before


def test_an_empty_folder_is_a_new_journal(tmp_path):
    assert run_sweep(cases(4), "assess", journal=tmp_path).resumed == 0
    assert run_sweep(cases(4), "assess", journal=tmp_path).resumed == 1


def test_chunks_beyond_the_last_are_no_chunks(tmp_path):
    folder = begun(tmp_path / "j")
    (folder / "chunk-0000007.json").write_bytes((folder / "chunk-0000000.json").read_bytes())
    (folder / "chunk-0000008.json").write_text("{")
    found = run_sweep(cases(4), "assess", journal=folder)
    assert (found.resumed, found.mended) == (2, ())


def test_a_journal_that_another_run_began_meanwhile_is_looked_at_again(tmp_path, monkeypatch):
    folder = tmp_path / "j"
    take = Journal._take

    def late(self: Journal) -> None:
        monkeypatch.undo()
        begun(folder)  # begins and ends between a look at the folder and the lock
        take(self)

    monkeypatch.setattr(Journal, "_take", late)
    with pytest.raises(EngineError, match="it has 4 scenarios, this one 5"):
        run_sweep(cases(5), "assess", journal=folder)
    assert run_sweep(cases(4), "assess", journal=folder).resumed == 2


@pytest.mark.parametrize("name", ["", " ", "a\0b", 5, b"runs"])
def test_what_names_no_folder_is_refused(name):
    with pytest.raises(EngineError, match="is no name of a folder") as caught:
        run_sweep(cases(2), "assess", journal=name)
    assert "\n" not in str(caught.value)


SCRIPT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
from coalitions.cli import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_a_file_that_cannot_grow_ends_a_run_that_can_go_on(tmp_path):
    folder = tmp_path / "j"
    arguments = ["sweep", SEVEN, "--vary", f"{KEY}=-9,-8,-7", "--question", "assess"]
    arguments += ["--chunk", "2", "--journal", str(folder)]
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (2, "")
    assert len(run.stderr.strip().splitlines()) == 1
    assert "chunk-0000000.json: cannot be written: File too large" in run.stderr
    assert sorted(everything(folder)) == ["lock", "sweep.json"]
    assert run_sweep(cases(3), "assess", journal=folder).resumed == 0
    assert run_sweep(cases(3), "assess", journal=folder).resumed == 2


def test_a_full_disk_is_one_sentence_and_nothing_half_written(tmp_path, monkeypatch):
    folder = begun(tmp_path / "j")
    (folder / "chunk-0000001.json").unlink()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(safe_write.os, "fsync", full)
    with pytest.raises(EngineError, match="cannot be written: No space left") as caught:
        run_sweep(cases(4), "assess", journal=folder)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    names = sorted(p.name for p in folder.iterdir())
    assert names == ["chunk-0000000.json", "lock", "sweep.json"]
    assert run_sweep(cases(4), "assess", journal=folder).resumed == 1


def test_a_file_is_no_journal(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(EngineError, match="is a file; a journal is a folder"):
        run_sweep(cases(2), "assess", journal=path)


def test_a_folder_that_cannot_be_made():
    with pytest.raises(EngineError, match="/proc/none/here: cannot be used"):
        run_sweep(cases(2), "assess", journal="/proc/none/here")


def test_two_runs_do_not_share_a_journal(tmp_path):
    pytest.importorskip("fcntl")
    first = Journal(tmp_path / "j", "ab", "assess", 4, None, 2)
    with pytest.raises(EngineError, match="another run is writing"):
        Journal(tmp_path / "j", "ab", "assess", 4, None, 2)
    first.close()
    Journal(tmp_path / "j", "ab", "assess", 4, None, 2).close()


def test_the_command_says_that_another_run_is_writing(tmp_path):
    pytest.importorskip("fcntl")
    folder = begun(tmp_path / "j")
    digest = json.loads((folder / "sweep.json").read_text())["digest"]
    first = Journal(folder, digest, "assess", 4, None, 2)
    before = everything(folder)
    command = ["sweep", SEVEN, "--vary", f"{KEY}=-9,-8,-7,-6", "--question", "assess"]
    said = CliRunner().invoke(main, [*command, "--journal", str(folder)])
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == f"{folder}: another run is writing to this journal\n"
    assert everything(folder) == before
    first.close()
    assert CliRunner().invoke(main, [*command, "--journal", str(folder)]).exit_code == 0


def test_names_of_chunks_are_ours():
    assert sweep_journal._OURS.fullmatch("chunk-0000012.json")
    assert not sweep_journal._OURS.fullmatch("chunk-12.json.bak")
