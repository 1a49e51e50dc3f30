"""Every recorded vote of the Security Council, replayed."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from coalitions.bodies.recorded_votes import council_votes
from coalitions.cli import main
from coalitions.forecasts.backtest import backtest_rules
from solvers.errors import EngineError

COUNTS = {
    "votes": 3204,
    "reproduced": 3164,
    "without_recorded_vote": 38,
    "undetermined": 2,
    "exceptions": [],
}


def test_exact_json() -> None:
    run = CliRunner().invoke(main, ["backtest", "--rules", "--format", "json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout) == COUNTS
    assert run.stdout.count("\n") == 1


def test_the_practice_agrees_with_a_rule_written_out_here() -> None:
    """Count and veto by hand, from the lists of the record."""
    permanent = {"CHN", "FRA", "GBR", "RUS", "USA"}
    disagree = []
    for replay in backtest_rules().replays:
        vote = replay.vote
        if not vote.votes or not vote.was_taken:
            continue
        needed = 7 if vote.date < "1966" else 9
        yes = sum(level == 2 for level in vote.votes.values())
        vetoed = any(level == 0 and s in permanent for s, level in vote.votes.items())
        if (yes >= needed and (vote.procedural or not vetoed)) != replay.predicted:
            disagree.append(vote.symbol)
    assert disagree == []


def test_the_words_of_the_charter_are_not_the_practice() -> None:
    run = CliRunner().invoke(main, ["backtest", "--rules", "--reading", "literal"])
    assert run.exit_code == 1
    found = backtest_rules("literal")
    assert "S/RES/1973(2011)" in found.exceptions
    # an abstention or absence of a permanent member, on an adopted text of substance, is what
    # the two readings disagree about
    permanent = {"CHN", "FRA", "GBR", "RUS", "USA"}
    expected = [
        v.symbol
        for v in council_votes()
        if v.votes
        and v.was_taken
        and v.adopted
        and not v.procedural
        and any(v.votes[s] != 2 for s in permanent)
    ]
    assert found.exceptions == expected


def test_rows_and_screen() -> None:
    run = CliRunner().invoke(main, ["backtest", "--rules", "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert len(rows) == 3204
    assert sum(r["status"] == "reproduced" for r in rows) == 3164
    words = str(backtest_rules())
    assert "38 adopted, no vote taken" in words
    assert "CC BY 4.0" in words


def test_unknown_reading() -> None:
    with pytest.raises(EngineError, match="did you mean 'practised'"):
        backtest_rules("practiced")


def test_there_is_nothing_to_verify_in_counts() -> None:
    with pytest.raises(EngineError, match="nothing that can be re-checked"):
        backtest_rules().verify()
