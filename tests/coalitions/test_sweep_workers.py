"""Sweeps on several processes and clusters: equal answers, workers that die, runs that go on."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from source_tree import ROOT

import coalitions as co
from coalitions.cli import main
from coalitions.sweeps.sweep import run_sweep
from coalitions.sweeps.sweep_journal import Journal
from coalitions.sweeps.sweep_workers import in_processes
from solvers.errors import EngineError

SEVEN = "council-of-seven"
SWEEP = sys.modules["coalitions.sweeps.sweep"]  # as an attribute of the package it is a function
KEY = "payoffs.scores.mandate.worth.B"

needs_signals = pytest.mark.skipif(os.name != "posix", reason="signal 9 is for POSIX systems")


def cases(n: int = 12):
    """Return scenarios that differ."""
    return co.grid(SEVEN, {KEY: range(-9, -9 + n)})


def tell(fact: int) -> int:
    return fact * fact


def wait_for(what, seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


# Equal answers


def test_two_processes_give_the_rows_of_one():
    keys = {KEY: [-9, "-13/3", 0], "what_if.d": ["unchanged", "against"]}
    one = co.sweep(co.grid(SEVEN, keys), "packages")
    two = co.sweep(co.grid(SEVEN, keys), "packages", workers=2, chunk=2)
    assert one.to_json() == two.to_json()
    assert one.equals(two)
    assert one["price"].nunique() > 1


def test_listed_scenarios_are_cut_rightly():
    names = ["libya-2011", "syria-2012", SEVEN, "rwanda-1994", "veskar-strait"]
    rows = [run_sweep(names, "assess", chunk=k).rows() for k in (1, 2, 5)]
    assert rows[0] == rows[1] == rows[2]
    assert run_sweep(names, "assess", chunk=2, workers=2).rows() == rows[0]


def test_workers_of_another_version_are_refused(monkeypatch):
    monkeypatch.setattr(SWEEP, "answer_chunk", lambda *a: {"version": "0.0", "rows": []})
    with pytest.raises(EngineError, match=r"the workers have version 0\.0"):
        run_sweep(cases(2), "assess")


@pytest.mark.parametrize("n_draws", [0, 3])
@pytest.mark.parametrize("first", [["for"], ["for", "against", "abstain"]])
def test_a_part_of_a_grid_has_the_scenarios_of_the_whole(first, n_draws):
    whole = co.grid("veskar-strait", {"what_if.Brenia": first, "title": ["a", "b"]})
    whole = co.draws(whole, n_draws, seed=3) if n_draws else whole
    n = len(whole)
    for start, stop in itertools.combinations(range(n + 1), 2):
        part = whole.cut(start, stop)
        for number in {start, (start + stop) // 2, stop - 1} - {stop}:
            assert part.scenario(number) == whole.scenario(number)
            assert part.labels(number) == whole.labels(number)


def test_a_part_of_a_large_grid_is_small():
    large = co.grid(SEVEN, {"title": map(str, range(10_000))})
    assert len(pickle.dumps(large.cut(5000, 5050))) < len(pickle.dumps(large)) / 2


# Workers that die


@needs_signals
def test_a_killed_worker_changes_nothing():
    killed = []

    def progress(done: int, total: int) -> None:
        if done and not killed:
            (child, *_) = multiprocessing.active_children()
            child.kill()
            killed.append(child.pid)

    one = run_sweep(cases(), "assess").rows()
    assert run_sweep(cases(), "assess", workers=2, chunk=1, progress=progress).rows() == one
    assert killed


def test_a_chunk_that_kills_every_worker_is_reported():
    with pytest.raises(EngineError, match=r"died 3 times in a row .* chunks were 0") as caught:
        list(in_processes(os._exit, {0: (1,)}, 1))
    assert "__main__" in str(caught.value)


def test_a_pool_that_is_left_early_leaves_nobody_behind():
    before = set(multiprocessing.active_children())
    answers = in_processes(tell, {k: (k,) for k in range(20)}, 2)
    number, answer = next(answers)
    assert answer == number * number
    answers.close()
    wait_for(lambda: set(multiprocessing.active_children()) <= before)


SCRIPT = """
import sys, time
import coalitions as co
from coalitions.sweeps.sweep import run_sweep
from coalitions.sweeps.sweep_journal import Journal

if __name__ == "__main__":
    cases = co.grid("council-of-seven", {"payoffs.scores.mandate.worth.B": range(-9, 3)})
    pause = lambda done, total: time.sleep(0.3)
    run_sweep(cases, "assess", workers=2, chunk=1, journal=sys.argv[1], progress=pause)
"""


def children(pid: int) -> list[int]:
    """List the processes that a process started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def runs(pid: int) -> bool:
    """Tell whether a process is there and not just waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks into /proc")
def test_a_run_killed_with_signal_9_goes_on_where_it_was(tmp_path):
    script, folder = tmp_path / "run.py", tmp_path / "journal"
    script.write_text(SCRIPT)
    run = subprocess.Popen([sys.executable, str(script), str(folder)], cwd=ROOT, env=environment())
    try:
        wait_for(lambda: len(list(folder.glob("chunk-*.json"))) >= 3)
        workers = children(run.pid)
    finally:
        run.kill()
        run.wait()
    assert len(workers) >= 2
    wait_for(lambda: not any(map(runs, workers)))  # nobody works on for a run that is gone
    (folder / ".chunk-0000011.json.0123456789ab.part").write_text(
        "half"
    )  # as if it had been writing
    kept = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.glob("chunk-*.json")}
    assert 3 <= len(kept) < 12
    found = run_sweep(cases(), "assess", journal=folder)
    assert found.resumed == len(kept)
    assert found.rows() == run_sweep(cases(), "assess").rows()
    after = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.glob("chunk-*.json")}
    assert len(after) == 12
    assert kept.items() <= after.items()
    assert not list(folder.glob(".*.part"))


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@needs_signals
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path):
    folder = tmp_path / "journal"
    values = ",".join(map(str, range(-400, 400)))
    command = [sys.executable, "-c", "from coalitions.cli import main; main()", "sweep", SEVEN]
    command += ["--vary", f"{KEY}={values}", "--question", "assess", "--workers", "2"]
    command += ["--chunk", "2", "--journal", str(folder)]
    run = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    wait_for(lambda: len(list(folder.glob("chunk-*.json"))) >= 2)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, told = run.communicate(timeout=60)
    assert run.returncode == 3, told
    (line,) = told.strip().splitlines()
    n_kept = 2 * len(list(folder.glob("chunk-*.json")))
    assert line.startswith(f"interrupted: {n_kept} of 800 scenarios are kept in {folder}")
    assert "the same command goes on" in line


def test_ctrl_c_without_a_journal(monkeypatch):
    def stop(*arguments: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(SWEEP, "answer_chunk", stop)
    said = CliRunner().invoke(main, ["sweep", SEVEN, "--vary", "what_if.B=for"])
    assert said.exit_code == 3
    assert "0 of 1 scenarios were done and nothing is kept; --journal FOLDER" in said.stderr


@pytest.mark.parametrize("broke_off", [False, True])
def test_what_ctrl_c_cut_short_is_no_answer(tmp_path, monkeypatch, broke_off):
    whole = SWEEP.facts_of

    def search(question, scenario, how):
        """As a search does that returns what it has when it is interrupted, or says so."""
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if broke_off:
                raise EngineError("stopped before anything was found") from None
        return whole(question, scenario, how)

    monkeypatch.setattr(SWEEP, "facts_of", search)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(cases(2), "assess", journal=tmp_path / "j")
    assert signal.getsignal(signal.SIGINT) is before
    assert sorted(p.name for p in (tmp_path / "j").iterdir()) == ["lock", "sweep.json"]


def test_a_run_in_a_thread_leaves_signals_alone():
    found = []
    rows = run_sweep(cases(2), "assess").rows()
    thread = threading.Thread(target=lambda: found.extend(run_sweep(cases(2), "assess").rows()))
    thread.start()
    thread.join()
    assert found == rows


def test_a_journal_that_cannot_be_written_ends_the_workers(tmp_path, monkeypatch):
    def full(self, number: int, rows: object) -> None:
        raise EngineError("no space")

    monkeypatch.setattr(Journal, "add", full)
    before = set(multiprocessing.active_children())
    with pytest.raises(EngineError, match="no space") as caught:
        run_sweep(cases(), "assess", workers=2, chunk=1, journal=tmp_path / "j")
    assert set(multiprocessing.active_children()) <= before, caught  # which holds the frames
