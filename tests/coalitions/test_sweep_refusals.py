"""Sweeps that go wrong: what is refused before any work, and scenarios that fail among others."""

from __future__ import annotations

import csv
import io
import itertools
import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.cli import main
from coalitions.sweeps.sweep import run_sweep
from solvers.errors import EngineError, LimitError

SEVEN = "council-of-seven"
WORTH = "payoffs.scores.mandate.worth"
KEY = f"{WORTH}.B"
SWEEP = sys.modules["coalitions.sweeps.sweep"]  # as an attribute of the package it is a function


def circle() -> list[object]:
    """Return a list that holds itself."""
    found: list[object] = []
    found.append(found)
    return found


# Grids


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({KEY: {1, 2}}, "must be a list, not {1, 2}"),
        ({KEY: {1: 2}}, "must be a list"),
        ({KEY: 5}, "must be a list"),
        ([(KEY, [1])], "must be a mapping of keys to lists"),
        (KEY, "must be a mapping of keys to lists"),
        ({KEY: [1, 1.0]}, r"1\.0 stands twice"),
        ({KEY: np.array([0.5, 0.5])}, r"0\.5 stands twice"),
        ({KEY: [np.arange(2)]}, "cannot stand in a scenario file"),
        ({KEY: [circle()]}, "too deep, or holds itself"),
        ({"title": ["\ud800"]}, r"'\\ud800' is no text that can be saved"),
        ({"ti\ud800tle": ["a"]}, "is no text that can be saved"),
        ({"what_if.self": ["for"]}, "what_if needs a state"),
        ({"what_if.B": [1]}, "what_if.B=1: a vote is for, abstain, against, absent or unchanged"),
        ({"what_if.B": [None]}, "what_if.B=null: a vote is"),
        ({"what_if.B": [["for"]]}, "a vote is"),
        ({"what_if.B": ["unchangd"]}, "did you mean 'unchanged'"),
        ({KEY: [float("inf")]}, "must be a number"),
    ],
)
def test_a_wrong_grid_is_refused(vary, message):
    with pytest.raises(EngineError, match=message):
        co.grid(SEVEN, vary)


def test_one_state_by_two_names_is_one_state():
    with pytest.raises(EngineError, match=r"what_if\.China is varied twice"):
        co.grid("libya-2011", {"what_if.CHN": ["for"], "what_if.China": ["against"]})
    rows = run_sweep(co.grid("libya-2011", {"what_if.China": ["against"]}), "assess").rows()
    assert rows[0]["what_if.China"] == "against"
    assert rows[0]["passed"] is False


@pytest.mark.parametrize(
    "make",
    [
        lambda: co.grid(SEVEN, {KEY: itertools.count()}),
        lambda: co.grid(SEVEN, {KEY: range(10**12)}),
        lambda: co.grid(SEVEN, {f"{WORTH}.{s}": range(2000) for s in "ABcdefg"}),
        lambda: co.grid(SEVEN, {KEY: range(2000), "title": map(str, itertools.count())}),
        lambda: co.draws("veskar-strait", 10**30),
        lambda: co.draws("veskar-strait", 10**5000),
        lambda: co.draws(co.grid("veskar-strait", {"title": ["a", "b"]}), 600_000),
        lambda: run_sweep(itertools.repeat("libya-2011"), "assess"),
    ],
)
def test_too_many_are_refused_before_they_are_made(make):
    with pytest.raises(LimitError, match="a sweep has at most 1,000,000: vary fewer"):
        make()


def test_as_many_values_as_there_may_be_are_taken_in():
    assert len(co.grid(SEVEN, {"title": map(str, range(100_000))})) == 100_000


# Questions


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"workers": None}, "workers must be a whole number"),
        ({"workers": -1}, "at least 1"),
        ({"workers": 10**6}, "at most 61"),
        ({"chunk": 0}, "at least 1"),
        ({"chunk": "2"}, "chunk must be a whole number"),
        ({"question": ["assess"]}, "a sweep does not ask"),
        ({"time_limit": "x"}, "positive number of seconds"),
        ({"time_limit": np.int64(3)}, "positive number of seconds"),
        ({"time_limit": float("nan")}, "positive number of seconds"),
        ({"time_limit": 0}, "positive number of seconds"),
        ({"time_limit": True}, "positive number of seconds"),
        ({"solver": "highss"}, "did you mean 'highs'"),
        ({"solver": None}, "no solver named 'None'"),
        ({"cases": 5}, "5 is no scenario"),
        ({"cases": None}, "null is no scenario"),
        ({"cases": b"libya-2011"}, "is no scenario"),
    ],
)
def test_a_wrong_question_is_refused_before_any_work(monkeypatch, asked, message):
    monkeypatch.setattr(SWEEP, "answer_chunk", None)
    with pytest.raises(EngineError, match=message) as caught:
        run_sweep(**{"cases": SEVEN, "question": "packages"} | asked)
    assert "\n" not in str(caught.value)


# Scenarios that fail among others

MANY = [*range(64), "much", 64, "more"]  # values beyond the 64th are not tried beforehand


def test_a_scenario_that_fails_keeps_its_place_and_its_reason():
    found = run_sweep(co.grid(SEVEN, {KEY: MANY}), "assess")
    rows = found.rows()
    assert [r["scenario"] for r in rows] == list(range(67))
    assert [r[KEY] for r in rows] == MANY
    wrong = {r["scenario"]: r["problem"] for r in rows if r["problem"] is not None}
    assert list(wrong) == [64, 66]
    assert "'much' must be a number" in wrong[64]
    assert "\n" not in wrong[64]
    assert {k: v for k, v in rows[64].items() if v is not None} == {
        "scenario": 64, KEY: "much", "case": SEVEN, "problem": wrong[64],
    }  # fmt: skip
    right = run_sweep(co.grid(SEVEN, {KEY: [*range(65)]}), "assess").rows()
    assert [r for r in rows if not r["problem"]] == [
        r | {"scenario": 65} if r["scenario"] == 64 else r for r in right
    ]
    assert found.to_dict()["answer"]["not_answered"] == 2
    told = " ".join(str(found).split())
    assert "NOT ANSWERED 2 of 67 scenarios scenario 64" in told
    assert "of 65" in told  # shares are of what was answered
    assert json.loads(found.to_json())["answer"]["rows"] == rows


@pytest.mark.parametrize("workers", [1, 2])
def test_failures_are_the_same_on_any_number_of_workers(workers):
    cases = co.grid(SEVEN, {KEY: MANY})
    rows = run_sweep(cases, "assess").rows()
    assert run_sweep(cases, "assess", workers=workers, chunk=7).rows() == rows


def test_draws_that_fail_are_no_draws_of_the_interval(monkeypatch):
    whole = SWEEP.facts_of
    seen = itertools.count()

    def some(question, scenario, how):
        if next(seen) % 4 == 3:
            raise EngineError("not this one")
        return whole(question, scenario, how)

    monkeypatch.setattr(SWEEP, "facts_of", some)
    found = run_sweep(co.draws("veskar-strait", 40, seed=1), "assess")
    assert len(found.failed) == 10
    assert "scenario 3 and 9 more" in str(found)
    from coalitions.sweeps.sweep_answer import wilson_interval

    _, high = wilson_interval(0.0, 30)
    assert f"0.0% of them (95 % interval 0.0% to {high:.1%})" in str(found)


def test_a_reason_that_is_gone_later_is_asked_again_and_nothing_else(tmp_path, monkeypatch):
    cases = co.grid(SEVEN, {KEY: range(6)})
    rows = run_sweep(cases, "assess").rows()
    whole = SWEEP.facts_of
    asked: list[str] = []

    def without_table(question, scenario, how):
        asked.append(scenario.digest)
        if scenario.digest == rows[4]["digest"]:
            raise EngineError("there is no such table")
        return whole(question, scenario, how)

    monkeypatch.setattr(SWEEP, "facts_of", without_table)
    first = run_sweep(cases, "assess", journal=tmp_path / "j", chunk=3)
    assert [r["scenario"] for r in first.failed] == [4]
    asked.clear()
    again = run_sweep(cases, "assess", journal=tmp_path / "j")
    assert (again.rows(), again.resumed, asked) == (first.rows(), 2, [rows[4]["digest"]])
    monkeypatch.undo()
    seen = []
    last = run_sweep(cases, "assess", journal=tmp_path / "j", progress=lambda *at: seen.append(at))
    assert last.rows() == rows
    assert seen == [(5, 6), (6, 6)]
    monkeypatch.setattr(SWEEP, "answer_chunk", None)
    assert run_sweep(cases, "assess", journal=tmp_path / "j").rows() == rows


def test_a_sweep_of_which_nothing_can_be_answered_says_the_first_reason(monkeypatch):
    def none(question, scenario, how):
        raise EngineError("the solver is on strike")

    monkeypatch.setattr(SWEEP, "facts_of", none)
    wanted = "none of the 3 scenarios can be answered; scenario 0: the solver is on strike"
    with pytest.raises(EngineError, match=wanted):
        run_sweep(co.grid(SEVEN, {KEY: [1, 2, 3]}), "assess")


# The command


def run(*arguments: str):
    return CliRunner().invoke(main, ["sweep", SEVEN, *arguments])


def test_the_command_tells_of_failures_and_gives_all_rows():
    values = ",".join(map(str, MANY))
    said = run("--vary", f"{KEY}={values}", "--question", "assess", "--format", "csv")
    assert said.exit_code == 0, said.stderr
    assert said.stderr == ("2 of 67 scenarios could not be answered; the column problem says why\n")
    rows = list(csv.DictReader(io.StringIO(said.stdout)))
    assert [k for k, row in enumerate(rows) if row["problem"]] == [64, 66]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "/nonexistent/x.json"], "the folder '/nonexistent' does not exist"),
        (["-o", "{folder}"], "is a folder"),
        (["--plot", "/nonexistent/x.png"], "the folder '/nonexistent' does not exist"),
        (["--vary", f"{WORTH}.d={','.join(map(str, range(61)))}", "--plot", "x.png"],
         "has 61 values; a picture has 60 at most"),
        (["--vary", "what_if.B=1"], "a vote is"),
        (["--vary", "what_if.B={a: 1}"], "a vote is"),
        (["--scheduler", "tcp://[bad"], "is no address of a scheduler"),
        (["--solver", "nix"], "no solver named 'nix'"),
    ],
)  # fmt: skip
def test_the_command_refuses_before_any_work(tmp_path, monkeypatch, arguments, message):
    monkeypatch.setattr(SWEEP, "answer_chunk", None)
    given = [word.format(folder=tmp_path) if word == "{folder}" else word for word in arguments]
    said = run("--vary", f"{KEY}=1,2", *given)
    assert (said.exit_code, said.stdout) == (2, ""), said.output
    assert message in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_several_options_are_no_picture(monkeypatch):
    monkeypatch.setattr(SWEEP, "answer_chunk", None)
    keys = ["--vary", "what_if.RUS=for,against", "--vary", "what_if.CHN=for,against"]
    said = CliRunner().invoke(main, ["sweep", "syria-2012", *keys, "--plot", "x.svg"])
    assert said.exit_code == 2
    assert "several options or bodies: draw one of them in Python" in said.stderr


def test_an_answer_is_not_lost_with_its_picture(tmp_path, monkeypatch):
    from coalitions.pictures import picture_sheet

    def full(figure, file):
        raise EngineError(f"{file}: cannot be written: No space left on device")

    monkeypatch.setattr(picture_sheet, "write_figure", full)
    answer = tmp_path / "a.json"
    keys = ["--vary", f"{KEY}=1,2", "--vary", "what_if.d=for,against", "--question", "assess"]
    said = run(*keys, "--plot", str(tmp_path / "x.png"), "--format", "json", "-o", str(answer))
    assert said.exit_code == 2
    assert "No space left" in said.stderr
    assert json.loads(answer.read_text())["answer"]["scenarios"] == 4


def test_a_picture_is_of_what_was_answered(tmp_path):
    pytest.importorskip("matplotlib")
    keys = ["--vary", f"{KEY}=1,2", "--vary", f"{WORTH}.d=1,2", "--question", "assess"]
    picture = tmp_path / "x.svg"

    def some(question, scenario, how):
        if next(seen) == 3:
            raise EngineError("not this one")
        return whole(question, scenario, how)

    seen, whole = itertools.count(), SWEEP.facts_of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SWEEP, "facts_of", some)
        said = run(*keys, "--plot", str(picture), "--plot-value", "verdict")
    assert said.exit_code == 0, said.stderr
    assert picture.exists()
