"""Frames that are none or say what cannot be are refused by row; every shipped case comes back."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import coalitions as co
from coalitions.errors import InputError
from coalitions.files import datasets
from coalitions.scenarios.scenario import Option, Scenario

COUNCIL = (
    "BIH", "BRA", "CHN", "COL", "DEU", "FRA", "GAB", "GBR", "IND", "LBN", "NGA", "PRT", "RUS",
    "USA", "ZAF",
)  # fmt: skip
DAY = "2011-03-17"


def rows(**first: Any) -> list[dict[str, Any]]:
    """Return a whip count in which the first state has other cells."""
    found: list[dict[str, Any]] = [{"state": s, "vote": "for"} for s in COUNCIL]
    found[0] |= first
    return found


def made(table: Any, **more: Any) -> Scenario:
    return Scenario.from_frames(table, **{"bodies": "un-security-council", "date": DAY, **more})


def said(table: Any, **more: Any) -> str:
    with pytest.raises(InputError) as error:
        made(table, **more)
    return str(error.value)


def test_the_table_without_a_mistake() -> None:
    for table in (
        rows(), iter(rows()), tuple(rows()), pd.DataFrame(rows()),
        pd.DataFrame(rows()).astype("category"), pd.DataFrame(rows()).convert_dtypes(),
        pd.DataFrame(rows(), index=[7] * 15), rows(vote=np.str_("for")), rows(date=pd.NaT),
        rows(date=pd.Timestamp("2011-03-01 09:30")), rows(source=None, confidence=np.nan),
    ):  # fmt: skip
        assert co.assess(made(table)).verdicts[0].verdict == "passes"


@pytest.mark.parametrize(
    "table",
    [
        None, 5, True, b"x.csv", object(), rows, {"state": ["CHN"]}, {"CHN": "for"}, [1, 2],
        ["CHN"], [None], [("CHN", "for")], np.array([[1, 2]]), pd.Series({"CHN": "for"}),
    ],
    ids=lambda t: type(t).__name__,
)  # fmt: skip
def test_what_is_no_table(table: Any) -> None:
    text = said(table)
    assert "is no table" in text or "is no row" in text
    assert "give a data frame, a list of mappings" in text
    assert len(text.splitlines()) == 1
    for section in ("bodies", "options"):
        if not isinstance(table, dict | type(None)):
            text = said(rows(), **{section: table})
            assert text.startswith(f"{section}: ")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame(), "has no row"),
        (pd.DataFrame(columns=["state", "vote"]), "has no row"),
        (rows()[1:], "no row for Bosnia and Herzegovina"),
        ([*rows(), rows()[4]], "row 16: DEU has a row for text already (row 5)"),
        ([*rows(), {"state": "China", "vote": "for"}], "row 16: CHN has a row for text already"),
        ([*rows(), {"state": "NO", "vote": "for"}], "'NOR' votes in no body of this scenario"),
        ([*rows(), {"state": "NA", "vote": "for"}], "'NAM' votes in no body of this scenario"),
        (rows(state="CNH"), "unknown state 'CNH' (did you mean 'CHN'?)"),
        (rows(colour=1), "unknown column 'colour'"),
        (pd.DataFrame(rows()).rename(columns={"vote": "Vote"}), "(did you mean 'vote'?)"),
        (pd.DataFrame(rows()).rename(columns={"vote": "state"}), "column 'state' is given twice"),
        (pd.DataFrame(rows()).set_index("state"), "row 1: names no state"),
        ("no-such-file.csv", "no-such-file.csv: there is no such file"),
        ("", "'': is not the name of a file"),
    ],
)
def test_tables_with_a_mistake(table: Any, message: str) -> None:
    assert message in said(table)


GAPS = [None, float("nan"), np.nan, pd.NA, pd.NaT, "", "  ", False]


@pytest.mark.parametrize("vote", [*GAPS, "yes", "FOR", 1, True, 2.5, float("inf"), np.int64(1)])
def test_votes_that_are_none(vote: Any) -> None:
    text = said(rows(vote=vote))
    assert text.startswith("positions: row 1: BIH: ")
    assert "no vote" in text


@pytest.mark.parametrize("state", [*GAPS, "N/A", "#N/A", "n/a", "nan", "None", "null"])
def test_states_that_are_gaps(state: Any) -> None:
    assert said(rows(state=state)).startswith("positions: row 1: names no state (pandas takes NA")


@pytest.mark.parametrize("cell", [["for"], ("for",), {"for"}, {"a": 1}, b"for", np.array([1, 2])])
def test_cells_that_hold_several_things(cell: Any) -> None:
    for column in ("state", "vote", "more"):
        assert said(rows(**{column: cell})).startswith(f"positions: row 1: {column}: ")


@pytest.mark.parametrize("day", ["2011-02-30", "tomorrow", 20110317, 40_000.5, "17.3.2011"])
def test_days_that_are_none(day: Any) -> None:
    assert "must be a date such as 2011-03-17" in said(rows(date=day))
    assert "date" in said(rows(), date=day)


@pytest.mark.parametrize("day", [None, float("nan"), pd.NaT, 5, [], "1800-01-01", "2500-01-01"])
def test_days_without_data(day: Any) -> None:
    said(rows(), date=day)


NO_NUMBERS = ["nan", "inf", float("inf"), "1e400", "1e999999999", "1e-999999999", "1.5.5", "1/0"]


@pytest.mark.parametrize("number", [*NO_NUMBERS, "9" * 100, "x", "\u0661"])
def test_numbers_that_are_none(number: Any) -> None:
    for cells in (
        {"margin": number, "band": 1},
        {"margin": 1, "band": number},
        {"chance_for": number, "origin": "estimated"},
    ):
        text = said(rows(**cells))
        assert text.startswith("positions: row 1: ")
        assert text.endswith(" is not a number")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"margin": 1}, "a margin needs a band"),
        ({"margin": -1, "band": 1}, "yet the margin says"),
        ({"margin": 1, "band": -1}, "the acquiescence band is at least 0"),
        ({"chance_for": 2}, "chances are at least 0 and sum to 1"),
        ({"low": "against"}, "none of the positions"),
        ({"origin": "guess"}, "origin 'guess' is none of"),
        ({"confidence": "hgih"}, "(did you mean 'high'?)"),
        ({"more": "{"}, "'more' holds what else a file says"),
        ({"more": "[1]"}, "'more' holds what else a file says"),
        ({"more": '{"a": 1, "a": 2}'}, "'more' holds what else a file says"),
        ({"more": '{"a": NaN}'}, "'more' holds what else a file says"),
        ({"more": "[" * 100_000}, "'more' holds what else a file says"),
        ({"more": '{"a": ' + "9" * 5_000 + "}"}, "'more' holds what else a file says"),
        ({"more": '{"is": "against"}'}, "'more' says 'is', for which there are columns"),
        ({"more": '{"origin": "stated"}'}, "'more' says 'origin', for which there are columns"),
        ({"more": '{"x": 1}'}, "unknown key 'x'"),
    ],
)
def test_cells_with_a_mistake(cells: dict[str, Any], message: str) -> None:
    text = said(rows(**cells))
    assert message in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"bodies": None}, "say which body decides"),
        ({"bodies": "un-securty-council"}, "did you mean 'un-security-council'"),
        ({"bodies": {"c": 5}}, "bodies: c: 5 is no entry"),
        ({"bodies": {"c": None}}, "bodies: c: null is no entry"),
        ({"bodies": {}}, "must not be empty"),
        ({"options": {}}, "options: names no option"),
        ({"options": {"a": 5}}, "options: a: 5 is no entry"),
        ({"options": [{"option": "text", "more": "{"}]}, "options: row 1: 'more' holds"),
        ({"options": [{"option": "text", "effect": "x"}]}, "must be a number"),
        ({"folder": 5}, "folder: 5 is not the name of a folder"),
        ({"nonsense": 1}, "unknown key 'nonsense'"),
        ({"floors": {"effect": float("nan")}}, "must be a number"),
        ({"title": "\ud800"}, "character U+D800 is not allowed"),
        ({"never": []}, "name at least one red line"),
    ],
)
def test_sections_with_a_mistake(more: dict[str, Any], message: str) -> None:
    assert message in said(rows(), **more)


# --- there and back


def meaning(option: Option) -> dict[str, Any]:
    """Return an option without the places where its positions were written."""
    voters = dict.fromkeys(n for v in option.venues for n in v.bound.rule.names)
    held = {s: replace(option.position(s), place="") for s in voters}
    return {**vars(option), "positions": held if option.recorded is None else None}


@pytest.mark.parametrize("name", datasets.names("scenarios"))
def test_every_shipped_case_comes_back_equal(name: str) -> None:
    before = co.load(name)
    after = Scenario.from_frames(**before.to_frames())
    assert [meaning(o) for o in after.options] == [meaning(o) for o in before.options]
    apart = ("name", "options", "digest", "source", "written")  # of the file, not of the case
    for field in vars(before).keys() - set(apart):
        assert getattr(after, field) == getattr(before, field), field
    assert co.assess(after).answer() == co.assess(before).answer()


def test_the_record_comes_back_with_its_symbol_outcome_and_note() -> None:
    before = co.load("libya-2011").options[0].recorded
    after = Scenario.from_frames(**co.load("libya-2011").to_frames()).options[0].recorded
    assert before is not None
    assert after == before
    assert (before.label, before.adopted) == ("S/RES/1973(2011)", True)
    assert "corrected" in before.note


def test_rows_that_contradict_the_record_are_refused() -> None:
    frames = co.load("libya-2011").to_frames()
    frame = frames["positions"]
    frame.loc[frame.state == "CHN", ["vote", "low", "high"]] = "against"
    with pytest.raises(InputError, match=r"row 3: CHN: 'against', and the record of S/RES/1973"):
        Scenario.from_frames(**frames)
    frames["options"]["more"] = ""
    after = Scenario.from_frames(**frames)
    assert co.assess(after).verdicts[0].verdict == "fails"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_frames_come_back_through_files(tmp_path: Path, suffix: str) -> None:
    from coalitions.files.workbook import write_table

    before = co.load("libya-2011")
    frames = before.to_frames()
    for key in ("positions", "options"):
        frame = frames[key]
        write_table(tmp_path / f"{key}{suffix}", frame.to_dict("records"), list(frame.columns))
        frames[key] = str(tmp_path / f"{key}{suffix}")
    frames["date"] = datetime.date.fromisoformat(frames["date"])
    after = Scenario.from_frames(**frames)
    assert co.assess(after).answer() == co.assess(before).answer()
    assert after.options[0].recorded == before.options[0].recorded
