"""Journals of sweeps: nothing finished is lost, nothing else is taken for it."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

import pytest

import coalitions as co
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
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


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
        (lambda f: change(f / "sweep.json", format="x"), "is damaged"),
        (lambda f: (f / "sweep.json").write_text("{"), "is damaged"),
        (lambda f: change(f / "chunk-0000000.json", digest="ab"), "is of another sweep"),
        (lambda f: change(f / "chunk-0000000.json", version="0.0.1"), "another sweep or version"),
        (lambda f: change(f / "chunk-0000000.json", chunk=1), "another sweep or version"),
        (lambda f: change(f / "chunk-0000000.json", size=1), "another sweep or version"),
        (lambda f: change(f / "sweep.json", chunk=0), "is damaged"),
        (lambda f: (f / ".mine.part").write_text("mine"), "holds other files"),
        (lambda f: (f / "thesis.txt").write_text("mine"), "holds other files"),
    ],
)
def test_a_journal_of_something_else_is_refused_and_left_alone(tmp_path, what, message):
    folder = begun(tmp_path / "j")
    what(folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(EngineError, match=message) as caught:
        run_sweep(cases(4), "assess", journal=folder)
    assert "\n" not in str(caught.value)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


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


def test_names_of_chunks_are_ours():
    assert sweep_journal._OURS.fullmatch("chunk-0000012.json")
    assert not sweep_journal._OURS.fullmatch("chunk-12.json.bak")
