"""What `solve` says of the shipped cases, and what it never says."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

import coalitions as co
from coalitions.files import datasets
from coalitions.scenarios.starter import starter_text
from solvers.errors import EngineError


def screen(name: str, **changes: str) -> str:
    """Screen text with runs of blanks as one, so that layout does not matter."""
    return " ".join(str(co.solve(co.load(name).what_if(**changes))).split())


def test_libya_passed_with_one_to_spare() -> None:
    words = screen("libya-2011")
    assert "PASSED (recorded) 10 for, 0 against, 5 abstain" in words
    assert "nine in favour, and no permanent member against" in words
    assert "for BIH COL FRA* GAB GBR* LBN NGA PRT USA* ZAF (* permanent member)" in words
    assert "abstain BRA CHN* DEU IND RUS*" in words
    assert "to spare 1" in words
    assert "read literal FAILS through CHN* RUS*" in words
    assert "one member any permanent member voting against (one step away: CHN* RUS*)" in words
    assert "2 members any two supporters abstaining" in words
    assert "SMALLEST COALITION 9 for" in words
    assert "PRICE not asked: no concessions entered" in words
    assert "AFTERWARDS forces, compliance, outcome: not modelled" in words
    assert "RESTS ON 15 recorded votes, 0 assumptions" in words
    assert "CC BY 4.0" in words
    assert "NEXT coalitions solve libya-2011 --what-if CHN=against" in words


def test_libya_as_data() -> None:
    answer = co.solve(co.load("libya-2011")).answer()
    (entry,) = answer["options"]
    assert entry["passed"] is True
    assert entry["totals"] == {"for": 10, "against": 0, "abstain": 5, "absent": 0, "unknown": 0}
    assert (entry["smallest_coalition"], entry["price"]) == (9, None)
    assert entry["price_status"] == "not asked"
    (verdict,) = answer["parts"][0]["verdicts"]
    (literal,) = verdict["other_readings"]
    assert (literal["passed"], literal["through"]) == (False, ["CHN*", "RUS*"])
    supporters = {s for s, v in verdict["votes"].items() if v["vote"] == "for"}
    one, two = verdict["change_patterns"]
    assert [(m["any"], set(m["of"]), m["to"]) for m in one] == [
        (1, {"CHN", "FRA", "GBR", "RUS", "USA"}, "against")
    ]
    assert [(m["any"], set(m["of"]), m["to"]) for m in two] == [(2, supporters, "abstain")]


def test_what_if_china_votes_against() -> None:
    words = screen("libya-2011", CHN="against")
    assert "WOULD HAVE FAILED 10 for, 1 against, 4 abstain" in words
    assert "blocked no permanent member against: fails through CHN*" in words
    assert "WOULD HAVE BEEN NEEDED exact one member CHN* abstaining" in words
    assert "WHAT IF CHN=against" in words
    assert (
        "PASSED (recorded) 10 for, 0 against, 5 abstain -> WOULD HAVE FAILED "
        "10 for, 1 against, 4 abstain"
    ) in words
    assert "RESTS ON 14 recorded votes, 1 assumption assumed CHN votes against" in words


def test_what_if_makes_a_new_scenario() -> None:
    case = co.load("libya-2011")
    before = case.digest, dict(case.changes), co.solve(case).to_dict()["answer"]
    changed = case.what_if(China="against")
    assert changed is not case
    assert (case.digest, dict(case.changes), co.solve(case).to_dict()["answer"]) == before
    assert changed.changes == {"CHN": "against"}
    assert changed.what_if(RUS="absent").changes == {"CHN": "against", "RUS": "absent"}
    assert changed.changes == {"CHN": "against"}
    assert co.solve(changed.what_if(CHN="abstain")).answers[0].verdict.passed is True


def test_wrong_what_if() -> None:
    case = co.load("libya-2011")
    with pytest.raises(EngineError, match="takes part in no vote of libya-2011"):
        case.what_if(NOR="for")
    with pytest.raises(EngineError, match="did you mean 'against'"):
        case.what_if(CHN="againts")


def test_syria_two_vetoes_and_the_routes_that_remain() -> None:
    found = co.solve(co.load("syria-2012"))
    words = " ".join(str(found).split())
    assert words.count("FAILED (recorded)") == 2
    assert words.count("PASSED (recorded)") == 2
    assert "13 for, 2 against, 0 abstain" in words
    assert "blocked no permanent member against: fails through CHN* RUS*" in words
    assert "nine in favour: 4 to spare" in words
    assert "CHN* and RUS* abstaining" in words
    assert "change nothing here: CHN* and RUS* alone block it" in words
    assert "uniting-for-peace recommends collective measures to the Members; binds nobody" in words
    assert "arab-league suspends participation" in words
    assert "ecowas" not in words  # its members are known, and Syria is none of them
    by_key = {e["option"]: e for e in found.answer()["options"]}
    assert by_key["council-february"]["passed"] is False
    routes = {r["body"]: r for r in by_key["council-february"]["other_routes"]}
    assert {"uniting-for-peace", "un-general-assembly", "human-rights-council"} <= set(routes)
    assert all(r["when"] and r["decides"] for r in routes.values())
    assert by_key["assembly-february"]["totals"]["for"] == 137


def test_further_votes_in_favour_change_nothing_against_a_veto() -> None:
    case = co.load("syria-2012").what_if(PAK="for", ZAF="for", RUS="abstain")
    july = co.solve(case, "council-july").answers[0].verdict
    assert july.passed is False
    assert july.totals[:3] == (13, 1, 1)


@pytest.mark.parametrize("text", ["screen", "json"])
def test_rwanda_adoption_is_never_called_success(text: str) -> None:
    found = co.solve(co.load("rwanda-1994"))
    words = str(found) if text == "screen" else found.to_json()
    assert not re.search("success|succeed", words, re.IGNORECASE)


def test_rwanda_what_a_vote_is_not() -> None:
    found = co.solve(co.load("rwanda-1994"))
    words = " ".join(str(found).split())
    assert words.count("ADOPTED LATE AND NOT FIELDED a vote is not action") == 2
    assert "NOT ELIGIBLE effect 270 is below the floor of 5500 troops authorised" in words
    assert "ADOPTED WITHOUT A VOTE (recorded) nine in favour" in words
    assert "15 absent" not in words
    assert "nobody was asked to vote, so nobody is known to be for it" in words
    assert "RWA" in words
    options = {e["option"]: e for e in found.answer()["options"]}
    first = next(e for key, e in options.items() if "912" in key)
    assert (first["eligibility"], first["price_status"]) == ("not eligible", "not eligible")
    assert first["afterwards"]["outcome"] == "force_reduced_during_the_genocide"


def test_fiction_is_named_and_its_price_is_certified() -> None:
    found = co.solve(co.load("council-of-seven"))
    words = " ".join(str(found).split())
    assert "FICTIONAL states, positions and numbers are invented" in words
    assert "FAILS THROUGHOUT under these inputs 2 for, 3 against, 2 abstain" in words
    assert "PRICE 4 cash units (proved optimal)" in words
    assert "deletion test passed" in words
    assert len(found.assumptions) == 39
    assert found.verify()


def test_nothing_is_known_of_a_starter(tmp_path: Path) -> None:
    path = tmp_path / "a case.yaml"
    day = datetime.date(2025, 6, 1)
    bound = co.bind_decision(co.load_body("un-security-council"), day=day)
    path.write_text(starter_text(bound, day), encoding="utf-8")
    words = " ".join(str(co.solve(co.load(path))).split())
    assert "TURNS ON 15 members 0 for, 0 against, 0 abstain, 15 unknown" in words
    assert "CONTESTED the legal basis is contested" in words
    assert "PASS" not in words
    assert f"coalitions solve '{path}' --what-if" in words  # a command that can be typed


def test_one_option() -> None:
    case = co.load("syria-2012")
    found = co.solve(case, "council-july")
    assert [a.verdict.option.key for a in found.answers] == ["council-july"]
    with pytest.raises(EngineError, match="did you mean 'council-july'"):
        co.solve(case, "council-jully")


def test_another_reading_of_the_rule() -> None:
    case = co.load("libya-2011").read_as("literal")
    assert "FAILED (recorded)" in str(co.solve(case))
    with pytest.raises(EngineError, match="no reading 'litteral'"):
        co.load("libya-2011").read_as("litteral")


@pytest.mark.parametrize("name", datasets.names("scenarios"))
def test_every_shipped_case_is_answered_verified_and_plain_data(name: str) -> None:
    found = co.solve(co.load(name))
    assert found.verify()
    assert json.loads(found.to_json()) == found.to_dict()
    assert len(found.to_frame()) == len(found.answers) == len(found.rows())
    for line in str(found).splitlines():
        assert line == line.rstrip()
        assert len(line) <= 100 or " " not in line.strip()
    assert all(word not in found.to_json() for word in ("NaN", "Infinity"))


def test_a_venue_is_not_named_before_its_time() -> None:
    found = co.solve(co.load("rwanda-1994").what_if(CHN="against"), "resolution-912").answer()
    named = {route["body"] for route in found["options"][0]["other_routes"]}
    assert "uniting-for-peace" in named
    assert not named & {"human-rights-council", "african-union-assembly"}


def test_what_rests_on_unknown_votes_says_so() -> None:
    shown = str(co.solve(co.load("rwanda-1994").what_if(CHN="against"), "resolution-918"))
    assert "met at best" in shown
    assert "IS NEEDED  exact, from every uncertain vote at its highest" in shown


def test_an_adoption_without_a_vote_is_no_recorded_vote() -> None:
    shown = str(co.solve(co.load("rwanda-1994")))
    assert "60 recorded votes, 1 adoption without a vote, 0 assumptions" in shown
