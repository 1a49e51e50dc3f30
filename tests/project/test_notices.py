"""What every form of every output has to say of a case."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from coalitions.cli import main

CASE = """\
format: coalitions/1
title: A day outside the data
date: 1930-01-01
marking: for internal use
fictional: true
attribution: [Whip count by the desk]
bodies:
  council:
    use: nato-council
    roster: {members: [BEL, CAN, DNK], note: three members of a league that never was}
options:
  text: {title: A text, needs: council, legal_basis: host_consent, effect: 1}
floors: {effect: 1}
never: [amnesty_for_atrocity_crimes]
positions:
  BEL: {is: for}
  CAN: {is: abstain}
  DNK: {is: for}
"""


@pytest.fixture
def case(tmp_path: Path) -> str:
    path = tmp_path / "league.yaml"
    path.write_text(CASE, encoding="utf-8")
    return str(path)


def output(*words: str) -> str:
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0, found.output
    return " ".join(found.stdout.split())


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize("command", ["solve", "assess"])
def test_every_output_says_what_it_must(command: str, form: str, case: str) -> None:
    said = output(command, case, "--format", form, "--what-if", "DNK=against")
    assert "for internal use" in said
    assert "states, positions and numbers are invented" in said
    assert "three members of a league that never was" in said
    assert "Whip count by the desk" in said
    assert "DNK=against" in said or '"DNK": "against"' in said


@pytest.mark.parametrize("command", ["solve", "assess"])
def test_what_if_says_what_changed(command: str, case: str) -> None:
    said = output(command, case, "--what-if", "DNK=against")
    assert "PASSES THROUGHOUT under these inputs" in said
    assert "-> FAILS THROUGHOUT under these inputs" in said


def test_what_if_on_a_package_says_what_it_cost_without() -> None:
    said = output("packages", "council-of-seven", "--what-if", "B=abstain")
    assert "FICTIONAL" in said
    assert "without the change: 4 cash units (proved optimal)" in said


def test_patience_is_asked_for_once_and_only_when_it_takes_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import time

    from coalitions.cli.options import Output, patience

    with patience(Output(), seconds=60):
        pass
    assert capsys.readouterr().err == ""
    with patience(Output(), seconds=0.01):
        time.sleep(0.3)
    assert capsys.readouterr().err.count("still at work") == 1
    with patience(Output(quiet=True), seconds=0.01):
        time.sleep(0.1)
    assert capsys.readouterr().err == ""
