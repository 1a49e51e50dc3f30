"""Saved results that cannot be checked in full: what was checked is said, and what was not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.answers.compare import compare
from coalitions.cli import main
from coalitions.sweeps.sweep import run_sweep
from coalitions.sweeps.sweep_cases import draws, grid
from coalitions.verification.sweep_checks import MAX_AGAIN
from coalitions.verification.verification import verify
from solvers.errors import EngineError
from solvers.programmes.backends import BACKENDS, Backend

Data = dict[str, Any]
KEY = "payoffs.scores.mandate.worth.B"
EFFECT = "options.convoys.effect"
ASKED_AGAIN = ("grid", "solve", "what-if", "draws", "failing")
PLAIN = ("list", "file", "large")


@cache
def saved(kind: str) -> str:
    """Return a result as JSON text."""
    seven = co.load("council-of-seven")
    return {
        "grid": lambda: run_sweep(
            grid("council-of-seven", {KEY: [-9, -5], "what_if.d": ["unchanged", "for"]}),
            "packages",
        ),
        "solve": lambda: run_sweep(grid("council-of-seven", {KEY: [-9]})),
        "what-if": lambda: run_sweep(grid(seven.what_if(d="for"), {KEY: [-9, -1]}), "assess"),
        "draws": lambda: run_sweep(draws("veskar-strait", 4, 11), "assess"),
        "failing": lambda: run_sweep(
            grid("veskar-strait", {f"{EFFECT}.value": [24, 21], f"{EFFECT}.low": [20, 23]}),
            "assess",
        ),
        "list": lambda: run_sweep(["libya-2011", "syria-2012"], "assess"),
        "large": lambda: run_sweep(draws("veskar-strait", MAX_AGAIN + 1, 1), "assess"),
        "comparison": lambda: compare(
            co.assess(co.load("libya-2011")),
            co.assess(co.load("libya-2011").what_if(CHN="against")),
        ),
    }[kind]().to_json()


def of_file(folder: Path, name: str = "mine", worth: str = "B: -9") -> Data:
    """Return a sweep of a file that is, but for a figure, a shipped case."""
    from coalitions.files import datasets

    text = datasets.path_of("scenarios", "council-of-seven").read_text(encoding="utf-8")
    assert "B: -9" in text
    text = text.replace("B: -9", worth)
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    found: Data = json.loads(run_sweep(grid(str(file), {"what_if.d": ["for"]}), "assess").to_json())
    return found


@pytest.mark.parametrize("kind", ASKED_AGAIN)
def test_a_sweep_of_a_shipped_case_is_asked_again(kind: str) -> None:
    found = verify(json.loads(saved(kind)))
    assert found.passed
    assert found.unchecked == ()
    assert "asked again give the same rows" in found.checks[-1].what


@pytest.mark.parametrize("kind", PLAIN)
def test_a_sweep_that_cannot_be_asked_again_says_so(kind: str, tmp_path: Path) -> None:
    found = verify(of_file(tmp_path) if kind == "file" else json.loads(saved(kind)))
    assert found.passed
    assert not any("asked again" in check.what for check in found.checks)
    (gap,) = found.unchecked
    assert gap.startswith("whether the scenarios give these rows: ")
    assert {"list": "one shipped case", "file": "one shipped case", "large": "more than 200"}[
        kind
    ] in gap


def test_a_file_that_has_the_name_of_a_shipped_case(tmp_path: Path) -> None:
    found = verify(of_file(tmp_path, "council-of-seven", "B: -8"))
    assert found.passed
    (gap,) = found.unchecked
    assert "the case shipped under its name is another" in gap
    assert verify(of_file(tmp_path, "council-of-seven")).unchecked == ()


@pytest.mark.parametrize("solver", ["cbc", "none such"])
def test_a_solver_that_is_not_here(monkeypatch: pytest.MonkeyPatch, solver: str) -> None:
    missing = Backend("cbc", None, False, "is not installed")
    monkeypatch.setattr(BACKENDS["cbc"], "probe", lambda: missing)
    data = json.loads(saved("grid"))
    data["provenance"]["solver"] = solver
    found = verify(data)
    assert found.passed
    (gap,) = found.unchecked
    assert repr(solver) in gap


def row(**cells: Any) -> Callable[[Data], None]:
    return lambda data: data["answer"]["rows"][1].update(cells)


def said(**entries: Any) -> Callable[[Data], None]:
    return lambda data: data["answer"].update(entries)


SPOILT: dict[str, tuple[str, Callable[[Data], None], str]] = {
    "a verdict": ("grid", row(verdict="passes"), "what passed follows"),
    "a verdict and what passed": ("grid", row(verdict="passes", passed=True), "asked again"),
    "a price": ("grid", row(price="1", price_approx=1.0), "asked again"),
    "the float of a price": ("grid", row(price_approx=1.0), "prices agree"),
    "a value": ("grid", row(**{KEY: -6}), ""),
    "the number of scenarios": ("grid", said(scenarios=5), "has its rows"),
    "how many failed": ("failing", said(not_answered=0), "could not be answered"),
    "a drawn figure": ("draws", row(n_for=0), "asked again"),
    "the seed": ("draws", lambda d: d["provenance"].update(seed=12), "asked again"),
    "the what-if": ("what-if", lambda d: d.update(what_if={}), "asked again"),
    "the what-if of nobody": ("what-if", lambda d: d.update(what_if={"X": "for"}), "asked again"),
    "a row of a list": ("list", row(passed=None), "what passed follows"),
    "a change": (
        "comparison",
        lambda d: d["answer"]["differences"][1].update(change="2"),
        "changes are the second number less the first",
    ),
    "a difference that is none": (
        "comparison",
        lambda d: d["answer"]["differences"][0].update(second="passes"),
        "stand otherwise",
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_was_tampered_with_is_found(what: str) -> None:
    kind, spoil, check = SPOILT[what]
    data = copy.deepcopy(json.loads(saved(kind)))
    spoil(data)
    found = verify(data)
    failed = [c.what for c in found.checks if not c.holds]
    if what == "a value":  # then it is no whole grid, and that is what is said
        assert found.unchecked or failed
        return
    assert any(check in text for text in failed)
    assert not found.passed


def test_a_comparison_says_that_the_answers_are_not_in_it() -> None:
    found = verify(json.loads(saved("comparison")))
    assert found.passed
    assert found.checks[0].what == "5 facts stand otherwise in the two answers"
    (gap,) = found.unchecked
    assert "neither is in this file" in gap


@pytest.mark.parametrize("kind", ["grid", "comparison"])
def test_damage_is_said(kind: str) -> None:
    whole = json.loads(saved(kind))
    for key in whole["answer"]:
        data = copy.deepcopy(whole)
        del data["answer"][key]
        if key in ("compared",):
            continue
        with pytest.raises(EngineError, match="the certificate is damaged"):
            verify(data)


@pytest.mark.parametrize("price", ["1/0", "1e999", "1E999999999"])
def test_a_price_that_is_none(price: str) -> None:
    data = json.loads(saved("grid"))
    row(price=price)(data)
    with pytest.raises(EngineError, match="the certificate is damaged"):
        verify(data)


@pytest.mark.parametrize("kind", ["backtest", "forecast-backtest", "future", None, 5])
def test_kinds_that_carry_nothing(kind: Any) -> None:
    data = json.loads(saved("comparison")) | {"kind": kind, "certificate": {}}
    with pytest.raises(EngineError, match="nothing is checked: a result of kind"):
        verify(data)


def test_the_command_says_what_is_not_checked(tmp_path: Path) -> None:
    file = tmp_path / "comparison.json"
    file.write_text(saved("comparison"), encoding="utf-8")
    found = CliRunner().invoke(main, ["verify", str(file)])
    lines = found.stdout.splitlines()
    assert found.exit_code == 0
    assert [line.split()[0] for line in lines] == ["ok", "ok", "not", "2"]
    assert lines[2].startswith("not checked  whether Libya")
    told = json.loads(CliRunner().invoke(main, ["verify", str(file), "--format", "json"]).stdout)
    assert told["passed"]
    assert len(told["unchecked"]) == 1
