"""Concession packages of the fictional council, against trying every way to vote."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import coalitions as co
from coalitions.files import datasets
from coalitions.files.yaml12 import load_file
from solvers.errors import EngineError

CASE = datasets.path_of("scenarios", "council-of-seven")
READINGS = (
    "practised", "literal", "no-veto", "consensus", "majority-of-voting", "two-thirds-of-voting",
)  # fmt: skip


def adopted(reading: str, votes: dict[str, int]) -> bool:
    """Judge by the rule written out here; votes are 0 against, 1 abstain, 2 for."""
    yes = sum(v == 2 for v in votes.values())
    no = sum(v == 0 for v in votes.values())
    return {
        "practised": yes >= 4 and votes["A"] > 0 and votes["B"] > 0,
        "literal": yes >= 4 and votes["A"] == 2 and votes["B"] == 2,
        "no-veto": yes >= 4,
        "consensus": no == 0,
        "majority-of-voting": yes > no,
        "two-thirds-of-voting": yes > 0 and yes >= 2 * no,
    }[reading]


def least(reading: str, with_amendments: bool) -> int:
    """Try every set of amendments and every vote profile; cash costs what it brings."""
    data = load_file(CASE).data
    worth = data["payoffs"]["scores"]["mandate"]["worth"]
    bands = {s: p["band"] for s, p in data["payoffs"]["states"].items()}
    amendments = list(data["amendments"].values()) if with_amendments else []
    costs = []
    for chosen in product((0, 1), repeat=len(amendments)):
        taken = [a for a, z in zip(amendments, chosen, strict=True) if z]
        if 10 + sum(a["effect"] for a in taken) < 6:
            continue
        margins = {s: w + sum(a["margins"].get(s, 0) for a in taken) for s, w in worth.items()}
        for profile in product((0, 1, 2), repeat=len(margins)):
            votes = dict(zip(margins, profile, strict=True))
            if adopted(reading, votes):
                below = {1: bands, 2: dict.fromkeys(bands, 0)}  # how far below 0 a margin may be
                lifts = [
                    0 if v == 0 else max(0, -below[v][s] - margins[s]) for s, v in votes.items()
                ]
                costs.append(sum(a["cost"] for a in taken) + sum(lifts))
    return min(costs)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("without", [False, True])
def test_cost_against_every_way_to_vote(reading: str, without: bool) -> None:
    found = co.packages(co.load("council-of-seven").read_as(reading), without_amendments=without)
    assert found.cost == least(reading, not without)
    assert found.guarantee == "optimal"
    assert found.irreducible
    assert found.verify()


def test_the_costs_that_the_case_states() -> None:
    case = co.load("council-of-seven")
    found = co.packages(case)
    assert found.cost == 4
    assert found.answer()["amendments"] == ["sunset", "lead"]
    assert found.answer()["transfers"] == [{"concession": "cash", "to": "f", "amount": "1"}]
    without = co.packages(case, without_amendments=True)
    assert without.cost == 9
    assert {t["to"]: t["amount"] for t in without.answer()["transfers"]} == {
        "B": "4", "d": "2", "e": "3",
    }  # fmt: skip
    assert [row["cost"] for row in without.rows()] == ["4", "2", "3"]
    assert "aid that follows votes may reward obstruction" in str(without)


@pytest.mark.parametrize("solver", ["highs", "scip", "cbc", "scipy"])
def test_every_back_end_finds_the_same_package(solver: str) -> None:
    found = co.packages(co.load("council-of-seven"), solver=solver)
    assert found.answer()["transfers"] == [{"concession": "cash", "to": "f", "amount": "1"}]


def test_no_concessions_is_not_asked_and_never_zero() -> None:
    found = co.packages(co.load("libya-2011"))
    assert (found.status, found.cost) == ("not asked", None)
    assert "not asked: no concessions entered" in str(found)
    assert found.rows() == []


def test_an_option_that_is_not_eligible_has_no_price() -> None:
    found = co.packages(co.load("rwanda-1994"), "resolution-912")
    assert found.status == "not eligible"
    assert "below the floor" in found.headline()


def written(tmp_path: Path, old: str, new: str) -> co.Scenario:
    text = CASE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "case.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return co.load(path)


def test_a_budget_that_is_too_small_leaves_none(tmp_path: Path) -> None:
    tail = "    to: all\nbudgets:\n  - limit: 0\n"
    case = written(tmp_path, "    to: all\n", tail)
    found = co.packages(case, without_amendments=True)
    assert (found.status, found.guarantee) == ("none", "optimal")
    assert found.headline() == "none within the instruments entered"
    assert found.verify()  # the statement that there is none rests on the solver


def test_red_lines_are_not_for_sale(tmp_path: Path) -> None:
    case = written(
        tmp_path, "    cost: 1\n", "    cost: 1\n    crosses: [amnesty_for_atrocity_crimes]\n"
    )
    assert "lead" not in co.packages(case).answer()["amendments"]


def test_fractions_stay_exact(tmp_path: Path) -> None:
    case = written(tmp_path, "f: -5, g: -6", "f: -16/3, g: -6")
    assert co.packages(case).cost == Fraction(13, 3)
    assert co.packages(case).answer()["transfers"][0]["amount"] == "4/3"


def test_a_gap_is_bounded_and_says_so() -> None:
    found = co.packages(co.load("council-of-seven"), gap=0.9)
    assert found.guarantee in ("bounded", "optimal")
    assert found.cost is not None
    assert found.cost >= 4
    assert found.bound is not None
    assert found.bound <= found.cost


def test_unknown_option_and_venue() -> None:
    case = co.load("syria-2012")
    with pytest.raises(EngineError, match="name one of the options"):
        co.packages(case)
    with pytest.raises(EngineError, match="it goes to council"):
        co.packages(case, "council-july", "assembly")
