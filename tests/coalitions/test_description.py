"""Every shipped body and scenario in words."""

from __future__ import annotations

import datetime
import json

import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.answers.results import screen_text
from coalitions.cli import main
from coalitions.decisions.description import body_data, body_screen
from coalitions.files import datasets
from solvers.errors import EngineError
from solvers.rules.rule import Rule

BODIES = datasets.names("bodies")


@pytest.mark.parametrize("name", BODIES)
def test_every_body_in_words(name: str) -> None:
    body = co.load_body(name)
    words = screen_text(body_screen(body))
    assert words.startswith(body.title)
    assert "MEMBERS" in words
    for decision in body.decisions.values():
        assert decision.name.upper() in words
    for note in body.notes:
        assert note[:20] in " ".join(words.split())


@pytest.mark.parametrize("name", BODIES)
def test_every_body_as_data(name: str) -> None:
    data = body_data(co.load_body(name))
    assert json.loads(json.dumps(data)) == data
    readings = [r for d in data["decisions"].values() for r in d["readings"].values()]
    assert any("rule" in r for r in readings)
    for reading in readings:
        assert reading["confidence"] in "ABC"
        if "rule" in reading:
            assert Rule.from_dict(reading["rule"]).describe() == reading["words"]
        else:
            assert reading["not_bound"]


def test_the_council_of_a_day() -> None:
    words = " ".join(
        screen_text(body_screen(co.load_body("unsc"), datetime.date(2011, 3, 17))).split()
    )
    assert "nine in favour, and no permanent member against" in words
    assert "permanent (5) China (CHN), France (FRA)" in words
    assert "elected (10) Bosnia and Herzegovina (BIH)" in words
    early = body_screen(co.load_body("unsc"), datetime.date(1960, 3, 1), "substantive")
    assert "seven in favour" in screen_text(early)
    assert "11 members on 1960-03-01" in screen_text(early)


def test_a_day_without_data_is_refused() -> None:
    with pytest.raises(EngineError, match=r"no r.* is known for 1900-01-01"):
        body_screen(co.load_body("unsc"), datetime.date(1900, 1, 1))


def test_a_named_weights_table() -> None:
    run = CliRunner().invoke(main, ["show", "eu-council", "--table", "EU27_2018"])
    assert run.exit_code == 0
    assert "EU27_2018 (persons" in " ".join(run.stdout.split())
    run = CliRunner().invoke(main, ["show", "eu-council", "--table", "EU27_2081"])
    assert run.exit_code == 0  # unanimity needs no weights; the others say what is missing
    assert "did you mean 'EU27_2018'" in run.stdout


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize("name", ["nato-council", "rwanda-1994", "[3; 2, 1, 1]"])
def test_every_form(name: str, form: str) -> None:
    run = CliRunner().invoke(main, ["show", name, "--format", form])
    assert run.exit_code == 0
    assert run.stdout.strip()
    if form == "json":
        assert json.loads(run.stdout)["name"] == name


def test_a_scenario_in_words() -> None:
    run = CliRunner().invoke(main, ["show", "council-of-seven"])
    words = " ".join(run.stdout.split())
    assert "FICTIONAL states, positions and numbers are invented" in words
    assert "AMENDMENTS sunset The mandate ends after six months unless renewed (cost 2)" in words
    assert "to A B c d e f g" in words
    assert "effect at least 6; never: amnesty_for_atrocity_crimes" in words
    assert co.load("council-of-seven").digest in words
