"""Scenarios from frames and back: the same votes, the same frames, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coalitions as co
from coalitions.errors import InputError
from coalitions.files import datasets
from coalitions.scenarios.frame_rows import level_word, word_of
from coalitions.scenarios.scenario import Scenario
from solvers.errors import EngineError

pd = pytest.importorskip("pandas")

COUNCIL = ["BHR", "CHN", "COL", "COD", "DNK", "FRA", "GRC", "LVA", "LBR", "PAK"]
COUNCIL += ["PAN", "RUS", "SOM", "GBR", "USA"]  # of 2026
DAY = "2026-03-01"
LARGE = "unga-important-question"
CASES = [name for name in datasets.names("scenarios") if name != LARGE]
FIRST = ["option", "route", "body", "state", "vote", "low", "high", "origin", "source", "date"]


def votes_of(scenario: Scenario) -> list[tuple]:
    return [
        (v.option.key, v.venue.key, v.headline, s.state, s.low, s.vote, s.high, s.origin, s.margin)
        for v in co.assess(scenario).verdicts
        for s in v.votes
    ]


def same(a: object, b: object) -> bool:
    return a.equals(b) if isinstance(a, pd.DataFrame) else a == b


def council(**votes: str) -> list[dict]:
    return [{"state": s, "vote": votes.get(s, "for")} for s in COUNCIL]


def made(rows: object, **more: object) -> Scenario:
    return Scenario.from_frames(rows, **{"bodies": "un-security-council", "date": DAY, **more})


@pytest.mark.parametrize("name", CASES)
def test_frames_make_the_scenario_again(name: str) -> None:
    before = co.load(name)
    frames = before.to_frames()
    after = Scenario.from_frames(**frames)
    assert votes_of(after) == votes_of(before)
    assert after.attribution == before.attribution
    assert (after.marking, after.fictional, after.never) == (
        before.marking, before.fictional, before.never,
    )  # fmt: skip
    again = after.to_frames()
    assert [k for k in frames if k != "folder" and not same(frames[k], again[k])] == []


@pytest.mark.parametrize("name", CASES)
def test_positions_are_the_votes_and_make_them_again(name: str) -> None:
    scenario = co.load(name)
    frame = co.positions(scenario)
    assert list(frame.columns[:10]) == FIRST
    verdicts = co.assess(scenario).verdicts
    assert len(frame) == sum(len(v.votes) for v in verdicts)
    frames = scenario.to_frames()
    after = made(frame, bodies=frames["bodies"], options=frames["options"], date=scenario.date)
    assert [v[:7] for v in votes_of(after)] == [v[:7] for v in votes_of(scenario)]


def test_the_members_of_an_assembly_come_back() -> None:
    """Its verdict takes seconds, and the parts that it follows from do not."""
    before = co.load(LARGE)
    after = Scenario.from_frames(**before.to_frames())
    for a, b in zip(before.options, after.options, strict=True):
        words = [{n: o.position(n).word for n in o.venues[0].bound.rule.names} for o in (a, b)]
        assert words[0] == words[1]
        assert len(words[0]) > 100
        assert a.payoffs.keys() == b.payoffs.keys()
        assert all(a.payoffs[k].margin(0) == b.payoffs[k].margin(0) for k in a.payoffs)
        assert (a.recorded.votes if a.recorded else None) == (
            b.recorded.votes if b.recorded else None
        )


def test_the_record_is_that_of_the_table_of_votes() -> None:
    """Read straight from the file of recorded votes."""
    frame = co.positions(co.load("libya-2011"))
    row = next(
        r
        for r in datasets.table("votes", "security-council.csv")
        if r["symbol"] == "S/RES/1973(2011)"
    )
    cast = {s: "for" for s in row["for"].split(";") if s}
    cast |= {s: "abstain" for s in row["abstaining"].split(";") if s}
    assert dict(zip(frame["state"], frame["vote"], strict=True)) == cast
    assert set(frame["origin"]) == {"recorded"}
    assert set(frame["date"]) == {"2011-03-17"}


def test_what_packages_cost_survives_the_way_through_frames() -> None:
    before = co.load("council-of-seven")
    after = Scenario.from_frames(**before.to_frames())
    assert co.packages(after).cost == co.packages(before).cost == 4


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["for", "abstain", "against", "unknown", "leans_for"]),
                min_size=15, max_size=15))  # fmt: skip
def test_any_whip_count(words: list[str]) -> None:
    rows = [{"state": s, "vote": w} for s, w in zip(COUNCIL, words, strict=True)]
    scenario = made(rows)
    (verdict,) = co.assess(scenario).verdicts
    got = {s.state: (s.low, s.vote, s.high) for s in verdict.votes}
    ends = {"for": (2, 2, 2), "abstain": (1, 1, 1), "against": (0, 0, 0), "unknown": (0, 0, 2)}
    ends["leans_for"] = (1, 2, 2)
    assert got == {s: ends[w] for s, w in zip(COUNCIL, words, strict=True)}
    permanent = {"CHN", "FRA", "GBR", "RUS", "USA"}

    def passes(end: int) -> bool:
        yes = sum(ends[w][end] == 2 for w in words)
        vetoes = [s for s, w in zip(COUNCIL, words, strict=True) if ends[w][end] == 0]
        return yes >= 9 and not permanent & set(vetoes)

    expected = "passes" if passes(0) else "turns on" if passes(2) else "fails"
    assert verdict.verdict == expected
    again = Scenario.from_frames(**scenario.to_frames())
    assert votes_of(again) == votes_of(scenario)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_file_is_as_good_as_a_frame(tmp_path: Path, suffix: str) -> None:
    if suffix == ".xlsx":
        pytest.importorskip("openpyxl")
    from coalitions.files.workbook import write_table

    rows = council(RUS="against", CHN="abstain")
    write_table(tmp_path / f"t{suffix}", rows, ["state", "vote"])
    assert votes_of(made(tmp_path / f"t{suffix}")) == votes_of(made(rows))
    assert votes_of(made(pd.DataFrame(rows))) == votes_of(made(rows))


def test_margins_with_intervals_and_decimal_commas(tmp_path: Path) -> None:
    lines = ["state;vote;margin;margin_low;margin_high;band;origin"]
    lines += [f"{s};for;;;;;stated" for s in COUNCIL if s not in ("RUS", "CHN")]
    lines += ["RUS;;-2,5;-4;1,25;1;estimated", "China;abstain;-0,5;;;1;estimated"]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    scenario = made(path)
    found = {s.state: s for v in co.assess(scenario).verdicts for s in v.votes}
    assert (found["RUS"].low, found["RUS"].vote, found["RUS"].high) == (0, 0, 2)
    assert (found["RUS"].margin, found["CHN"].margin) == (Fraction(-5, 2), Fraction(-1, 2))
    assert found["CHN"].vote == 1
    assert found["RUS"].origin == "estimated"
    frame = co.positions(scenario).set_index("state")
    assert tuple(frame.loc["RUS", ["margin", "margin_low", "margin_high", "band"]]) == (
        -2.5, -4.0, 1.25, 1.0,
    )  # fmt: skip
    # The interval that no word says is told by its margin on the way back.
    again = made(co.positions(scenario), bodies=None)
    assert [v[3:] for v in votes_of(again)] == [v[3:] for v in votes_of(scenario)]


def test_namibia_and_norway_by_their_short_codes() -> None:
    define = json.loads(
        '{"title": "B", "roster": {"members": ["NAM", "NOR", "FRA"]}, "decisions": {"d": {"title":'
        '"D", "effect": "binding", "default": "r", "readings": {"r": {"title": "two", "rule":'
        '{"in_favour": 2, "title": "two"}, "confidence": "A", "sources": ["x"]}}}}}'
    )
    rows = [{"state": s, "vote": "for"} for s in ("NA", "NO", "France")]
    scenario = made(pd.DataFrame(rows), bodies={"b": {"define": define}})
    assert [v[3] for v in votes_of(scenario)] == ["NAM", "NOR", "FRA"]
    rows[0]["state"] = float("nan")
    with pytest.raises(InputError, match="keep_default_na=False"):
        made(pd.DataFrame(rows), bodies={"b": {"define": define}})


@pytest.mark.parametrize("vote", ["for", "abstain", "against", "unknown", "leans_for"])
def test_words_and_ends_agree(vote: str) -> None:
    assert word_of(vote, "", "") == vote
    assert level_word(0, 1, 2) is None


BAD = [
    (council()[:-2], {}, "no row for United Kingdom of Great Britain and Northern Ireland, United"),
    ([*council(), {"state": "France", "vote": "for"}], {}, "row 16: FRA has a row for text"),
    ([*council()[:-1], {"state": "USX", "vote": "for"}], {}, "unknown state 'USX' (did you mean"),
    ([*council(), {"state": "NOR", "vote": "for"}], {}, "votes in no body of this scenario"),
    (council(RUS="maybe"), {}, "row 12: RUS: 'maybe' is no vote; a vote is for, leans_for"),
    (council(RUS="No"), {}, "row 12: RUS: 'No' is no vote (did you mean 'against'?)"),
    (council(RUS="againt"), {}, "'againt' is no vote (did you mean 'against'?)"),
    (council(RUS=""), {}, "RUS: no vote is given; write 'unknown'"),
    (council(RUS="absent"), {}, "only a record says 'absent'"),
    ([{"stat": "FRA", "vote": "for"}], {}, "unknown column 'stat' (did you mean 'state'?)"),
    ([], {}, "has no row; give each member one"),
    (council(), {"date": None}, "no day is named"),
    (council(), {"date": "2026-02-30"}, "date: '2026-02-30' must be a date"),
    (council(), {"bodies": None}, "say which body decides"),
    (council(), {"bodies": "un-security-concil"}, "did you mean 'un-security-council'"),
    (council(), {"options": pd.DataFrame([{"title": "x"}])}, "options: row 1: names no option"),
    ([{**r, "origin": "guessed"} for r in council()], {}, "origin 'guessed' is none of recorded"),
    ([{**r, "margin": 1.0} for r in council()], {}, "a margin needs a band"),
    ([{**r, "margin": "much", "band": 1} for r in council()], {}, "margin: 'much' is not a number"),
    ([{**r, "margin": -3, "band": 1} for r in council()], {}, "the vote is 'for', yet the margin"),
    ([{**r, "low": "against", "high": "for"} for r in council(FRA="abstain")], {},
     "FRA: 'abstain' between 'against' and 'for' is none of the positions"),
    ([{**r, "option": "a"} for r in council()], {"options": {"ab": {}}}, "FRA: no option 'a'"),
    ([{**r, "more": "{"} for r in council()], {}, "'more' holds what else"),
    (
        [{**r, "route": x} for x, v in (("a", "for"), ("b", "against")) for r in council(FRA=v)],
        {"bodies": {"a": "un-security-council", "b": "un-security-council"}},
        "FRA stands otherwise in another route of text (row 6)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "more", "message"), BAD, ids=[m[:30] for _, _, m in BAD])
def test_bad_frames_are_refused_in_one_sentence_each(rows, more, message) -> None:
    given = {"bodies": "un-security-council", "date": DAY, **more}
    if given["date"] is None:
        del given["date"]
    with pytest.raises(InputError) as caught:
        Scenario.from_frames(rows, **given)
    lines = str(caught.value).splitlines()
    assert any(message in line for line in lines), lines
    assert all(len(line) < 400 for line in lines)
    assert len(lines) == len(caught.value.problems)


def test_all_that_is_wrong_with_rows_is_said_at_once() -> None:
    rows = council(RUS="no", CHN="perhaps")
    rows += [{"state": "FRA", "vote": "for"}, {"state": "XXX", "vote": "for"}]
    with pytest.raises(InputError) as caught:
        Scenario.from_frames(rows, "un-security-council", date=DAY)
    told = str(caught.value)
    for part in ("'no' is no vote", "'perhaps' is no vote", "FRA has a row", "unknown state 'XXX'"):
        assert part in told
    assert len(caught.value.problems) == 4


def test_a_scenario_without_tables_says_so() -> None:
    scenario = co.load("libya-2011")
    with pytest.raises(EngineError, match="a what-if has no tables"):
        scenario.what_if(CHN="against").to_frames()
    from dataclasses import replace

    with pytest.raises(EngineError, match="only a scenario that was loaded"):
        replace(scenario, written={}).to_frames()


def test_a_reading_stays_read_as_it_was() -> None:
    literal = co.load("libya-2011").read_as("literal")
    assert votes_of(Scenario.from_frames(**literal.to_frames())) == votes_of(literal)
    assert "FAILED" in votes_of(literal)[0][2]


def test_a_what_if_is_told_in_the_frame() -> None:
    frame = co.positions(co.load("libya-2011").what_if(CHN="against")).set_index("state")
    assert tuple(frame.loc["CHN", ["vote", "origin", "source"]]) == ("against", "what-if", "")
