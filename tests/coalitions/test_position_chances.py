"""Chances and margins of estimated positions: read, refused, shown, and carried through tables."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coalitions as co
from coalitions.errors import InputError
from coalitions.files.yaml12 import load_file
from coalitions.scenarios.position_chances import checked_chances, checked_margin
from coalitions.scenarios.scenario import Chances, EstimatedMargin, Scenario
from coalitions.sweeps.sweep_document import figures_with_interval

F = Fraction
BODY = {"b": "[2; 1, 1, 1]"}
HEAD = """\
format: coalitions/1
title: t
date: 2026-03-01
bodies: {b: {use: "[2; 1, 1, 1]"}}
options:
  o: {title: t, needs: b, legal_basis: host_consent, effect: 1}
floors: {effect: 0}
never: [x]
"""
ESTIMATE = (
    "is: unknown, origin: estimated, source: record, date: 2026-02-01, confidence: low, "
    "chances: {for: 0.5, abstain: 0.3, against: 0.2}, "
    "margin: {value: 0.25, low: -1.5, high: 2, band: 1}"
)


def write(folder: Path, text: str) -> Path:
    file = folder / "case.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def case(folder: Path, more: str = "") -> Scenario:
    lines = f'positions:\n  "1": {{{ESTIMATE}}}\n  "2": {{is: for, origin: stated, source: s}}\n'
    lines += "  '3': {is: unknown, chances: {for: 1/3, against: 2/3}}\n"
    return co.load(write(folder, f"{lines}correlation: 0.4\n{more}"))


def test_they_are_read_exactly(tmp_path: Path) -> None:
    option = case(tmp_path).option()
    one, two, three = (option.position(s) for s in ("1", "2", "3"))
    assert one.chances == Chances(F(1, 2), F(3, 10), F(1, 5))
    assert one.margin == EstimatedMargin(F(1, 4), F(-3, 2), F(2), F(1))
    assert (two.chances, two.margin) == (None, None)
    assert three.chances == Chances(F(1, 3), F(0), F(2, 3))
    assert (option.correlation.value, option.correlation.origin) == (F(2, 5), "assumed")


def test_the_correlation_of_an_option_goes_before_that_of_the_case(tmp_path: Path) -> None:
    text = HEAD.replace("effect: 1}\n", "effect: 1, correlation: 0.9}\n", 1)
    file = tmp_path / "own.yaml"
    file.write_text(f"{text}positions: {{default: {{is: unknown}}}}\ncorrelation: 0.1\n")
    assert co.load(file).option().correlation.value == F(9, 10)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).filter(any))
def test_what_sums_to_nearly_one_is_scaled(parts: list[int]) -> None:
    total = sum(parts)
    rounded = [F(round(F(p, total) * 10**7), 10**7) for p in parts]  # off by a few 1e-7
    found = checked_chances(*rounded, "unknown", "estimated")
    assert sum(found.by_level) == 1
    for chance, part in zip((found.yes, found.abstain, found.against), parts, strict=True):
        assert abs(chance - F(part, total)) < F(1, 10**6)


SUM = "chances are at least 0 and sum to 1, within a millionth; here are for"
WRONG = [
    ("chances: {for: 0.5, abstain: 0.3}", "9:60: positions.1.chances: " + SUM),
    ("chances: {for: 1.2, against: -0.2}", "positions.1.chances: " + SUM),
    ("chances: {for: 0.3333, abstain: 0.3333, against: 0.3333}", "which sum to 0.9999"),
    ("chances: {yes: 1}", "positions.1.chances.yes: unknown key 'yes'"),
    ("chances: {for: half}", "positions.1.chances.for: 'half' must be a number"),
    ("chances: 0.5", "positions.1.chances: 0.5 must be a mapping"),
    ("margin: {value: 1}", "positions.1.margin: a margin of an estimate stands beside its chances"),
    ("chances: {for: 1}, margin: {low: 1}", "positions.1.margin.value: is missing"),
    ("chances: {for: 1}, margin: {value: 1, low: 2}", "the interval must hold the margin"),
    ("chances: {for: 1}, margin: {value: 1, band: -1}", "the band is -1; it is at least 0"),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=[w[:28] for w, _ in WRONG])
def test_mistakes_are_named_where_they_stand(tmp_path: Path, words: str, message: str) -> None:
    line = f"positions: {{'1': {{is: unknown, origin: estimated, {words}}}}}\n"
    with pytest.raises(InputError) as caught:
        co.load(write(tmp_path, line))
    (problem,) = str(caught.value).splitlines()
    assert message in problem


@pytest.mark.parametrize("origin", ["recorded", "stated"])
def test_who_has_spoken_has_no_chances(tmp_path: Path, origin: str) -> None:
    line = f"positions: {{'1': {{is: for, origin: {origin}, chances: {{for: 1}}}}}}\n"
    with pytest.raises(InputError, match=f"is estimated or assumed, not {origin}"):
        co.load(write(tmp_path, line))


def test_a_certain_word_has_a_chance() -> None:
    with pytest.raises(ValueError, match="the position is 'for', yet the chance of that vote is 0"):
        checked_chances(F(0), F(1, 2), F(1, 2), "for", "estimated")
    assert checked_chances(F(1, 9), F(0), F(8, 9), "for", "estimated").yes == F(1, 9)
    assert checked_margin(F(1), None, None, F(0)).high == 1


@pytest.mark.parametrize("correlation", ["1", "-0.1", "{value: 0.9, high: 1}"])
def test_a_wrong_correlation_is_one_mistake(tmp_path: Path, correlation: str) -> None:
    file = write(tmp_path, f"correlation: {correlation}\n")
    with pytest.raises(InputError) as caught:
        co.load(file)
    (problem,) = str(caught.value).splitlines()
    assert "correlation: a correlation is at least 0 and below 1" in problem


# Shown.


def test_they_are_shown_by_every_answer(tmp_path: Path) -> None:
    scenario = case(tmp_path)
    told = co.assess(scenario).to_dict()["answer"]["verdicts"][0]["votes"]
    assert told["1"]["chances"] == {"for": "1/2", "abstain": "3/10", "against": "1/5"}
    assert told["2"]["chances"] is None
    assert "unknown, for 50.0 %, abstain 30.0 %, against 20.0 %, estimated" in str(
        co.assess(scenario)
    )
    screen = " ".join(str(co.solve(scenario)).split())
    assert "CHANCES estimated and assumed, the least certain first 1 for 50.0 %" in screen
    assert "leanings correlated 0.4" in screen
    page = co.report(scenario).html
    assert "for 33.3 %, abstain 0.0 %, against 66.7 %" in page
    assert "Chances" in page
    assert co.verify(json.loads(co.solve(scenario).to_json())).passed
    what_if = co.assess(scenario.what_if(**{"1": "for"})).to_dict()["answer"]["verdicts"][0]
    assert what_if["votes"]["1"]["chances"] is None


def test_a_record_is_held_against_what_was_expected() -> None:
    screen = " ".join(str(co.solve(co.load("kosovo-1999"), "draft-328")).split())
    assert "of 15 votes had less than one chance in ten" in screen
    assert "against, given" in screen
    assert "ESTIMATED BEFORE" not in str(co.solve(co.load("libya-2011")))


def test_they_decide_who_is_asked_and_how_probable_passage_is(tmp_path: Path) -> None:
    scenario = case(tmp_path)
    (part,) = co.inform(scenario, correlation=0).parts
    assert part.probability == 1 - F(1, 2) * F(2, 3)
    answer = co.scenario_passage(scenario)
    assert answer.factor == F(2, 5)
    assert answer.independent == part.probability
    assert answer.yes == (F(1, 2), 1, F(1, 3))


def test_margins_of_estimates_are_no_figures_to_draw(tmp_path: Path) -> None:
    more = "amendments: {a: {title: a, cost: {value: 2, low: 1, high: 3}}}\n"
    case(tmp_path, more)
    found = figures_with_interval(load_file(tmp_path / "case.yaml"))
    assert [i.places for i in found] == [(("amendments", "a", "cost"),)]


# Through tables.

pd = pytest.importorskip("pandas")

CHANCES = ["chance_for", "chance_abstain", "chance_against"]
MARGIN = ["margin", "margin_low", "margin_high", "band"]


def estimates(scenario: Scenario) -> list[tuple]:
    option = scenario.options[0]
    found = []
    for state in option.venues[0].bound.rule.names:
        p = option.position(state)
        found.append((state, p.word, p.origin, p.source, p.date, p.confidence, p.chances, p.margin))
    return found


def test_the_frame_has_them_and_makes_them_again(tmp_path: Path) -> None:
    scenario = case(tmp_path)
    frame = co.positions(scenario).set_index("state")
    assert tuple(frame.loc["1", CHANCES]) == (0.5, 0.3, 0.2)
    assert tuple(frame.loc["1", MARGIN]) == (0.25, -1.5, 2.0, 1.0)
    assert frame.loc["2", CHANCES].isna().all()
    assert tuple(frame.loc["3", CHANCES]) == ("1/3", 0.0, "2/3")
    again = Scenario.from_frames(co.positions(scenario), BODY, date="2026-03-01", correlation="0.4")
    assert estimates(again) == estimates(scenario)
    assert not again.options[0].payoffs
    whole = Scenario.from_frames(**scenario.to_frames())
    assert estimates(whole) == estimates(scenario)
    assert whole.options[0].correlation.value == F(2, 5)
    assert "chances" not in "".join(scenario.to_frames()["positions"]["more"])


@pytest.mark.parametrize("name", ["eu-sanctions-qmv", "unga-important-question"])
def test_shipped_estimates_come_back(name: str) -> None:
    before = co.load(name)
    after = Scenario.from_frames(**before.to_frames())
    assert estimates(after) == estimates(before)
    assert all(e[6] is not None and e[7] is not None for e in estimates(after))
    assert after.options[0].correlation.value == before.options[0].correlation.value


def test_a_scenario_from_an_estimate_of_the_day() -> None:
    shipped = co.load("syria-cross-border-2019-2022").option("draft-2020-654")
    found = co.estimate_positions(list(shipped.positions), "2020-07-07", "middle-east/syria")
    frame = found.to_frame()
    made = Scenario.from_frames(
        frame, "un-security-council", date="2020-07-07", correlation=frame.attrs["correlation"]
    ).option()
    assert made.correlation.value == shipped.correlation.value
    for state, position in shipped.positions.items():
        again = made.position(state)
        assert (again.word, again.chances, again.margin) == (
            position.word, position.chances, position.margin
        ), state  # fmt: skip
        assert (again.source, again.date, again.confidence) == (
            position.source, position.date, position.confidence
        ), state  # fmt: skip
    assert frame.attrs["notes"] == list(found.notes)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_files_have_them_too(tmp_path: Path, suffix: str) -> None:
    if suffix == ".xlsx":
        pytest.importorskip("openpyxl")
    from coalitions.decisions.frames import position_records
    from coalitions.files.workbook import write_table
    from coalitions.scenarios.frame_rows import COLUMNS

    scenario = case(tmp_path)
    table = tmp_path / f"whip{suffix}"
    write_table(table, position_records(scenario), list(COLUMNS[:-1]))
    again = Scenario.from_frames(table, BODY, date="2026-03-01")
    assert estimates(again) == estimates(scenario)
    # The same table beside a scenario file.
    rows = position_records(scenario)
    used = [c for c in COLUMNS if any(row.get(c) not in (None, "") for row in rows)]
    write_table(table, rows, used)
    beside = co.load(write(tmp_path, f"tables: {{positions: {table.name}}}\n"))
    assert estimates(beside) == estimates(scenario)


def test_decimal_commas_and_what_is_left_out(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    head = "state;vote;origin;chance_for;chance_against;margin;margin_low"
    table.write_text(f"{head}\n1;unknown;estimated;0,75;0,25;0,7;-1,5\n2;for;;;;;\n3;for;;;;;\n")
    p = Scenario.from_frames(table, BODY, date="2026-03-01").option().position("1")
    assert p.chances == Chances(F(3, 4), F(0), F(1, 4))
    assert p.margin == EstimatedMargin(F(7, 10), F(-3, 2), F(7, 10), None)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any), st.integers(-9, 9))
def test_any_chances_through_a_frame(parts: list[int], tenths: int) -> None:
    chances = dict(zip(CHANCES, (str(F(p, sum(parts))) for p in parts), strict=True))
    row = {"state": "1", "vote": "unknown", "origin": "estimated", "margin": tenths / 10, **chances}
    rows = [row, {"state": "2", "vote": "for"}, {"state": "3", "vote": "for"}]
    first = Scenario.from_frames(rows, BODY, date="2026-03-01")
    given_ = Chances(*(F(p, sum(parts)) for p in parts))
    assert first.option().position("1").chances == given_
    assert first.option().position("1").margin.value == F(tenths, 10)
    assert estimates(Scenario.from_frames(**first.to_frames())) == estimates(first)


BAD = [
    ({"chance_for": 0.7}, "1: " + SUM),
    ({"chance_for": "much"}, "chance_for: 'much' is not a number"),
    ({"chance_for": 1, "origin": "stated"}, "is estimated or assumed, not stated"),
    ({"chance_for": 1, "band": 1}, "band: the band of a margin beside chances goes with a margin"),
    ({"chance_for": 1, "margin": 1, "band": 1, "band_low": 0}, "band_low: the band of a margin"),
    ({"chance_for": 1, "margin": 1, "margin_low": 2}, "the interval must hold the margin"),
    ({"chance_against": 1, "vote": "for"}, "the chance of that vote is 0"),
    ({"chance_for": 1, "vote": "absent"}, "who is absent has no chances"),
]


@pytest.mark.parametrize(("cells", "message"), BAD, ids=[m[:30] for _, m in BAD])
def test_bad_rows_are_one_sentence_each(tmp_path: Path, cells: dict, message: str) -> None:
    row = {"state": "1", "vote": "unknown", "origin": "estimated", **cells}
    rows = [row, {"state": "2", "vote": "for"}, {"state": "3", "vote": "for"}]
    with pytest.raises(InputError) as caught:
        Scenario.from_frames(rows, BODY, date="2026-03-01")
    (line,) = str(caught.value).splitlines()
    assert message in line
    assert "row 1" in line


def test_a_table_beside_a_file_says_what_is_wrong(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("state,is,origin,chance_for,margin\n1,unknown,estimated,0.4,\n2,for,,,0.5\n")
    with pytest.raises(InputError) as caught:
        co.load(write(tmp_path, "tables: {positions: t.csv}\n"))
    first, second = str(caught.value).splitlines()
    assert "t.csv:2" in first
    assert SUM in first
    assert "a margin is read here only beside chances" in second
