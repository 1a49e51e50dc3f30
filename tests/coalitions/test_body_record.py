"""Rules of bodies against the record: votes as cast, and what was decided."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from body_cases import bound

from solvers.rules.totals import decide_from_totals

NO, ABSTAIN, YES, ABSENT = range(4)
DATA = Path(__file__).parents[2] / "data"


# The record. Permanent members against and abstaining are counted from the member lists.
COUNCIL = [
    ("1994-04-21", "S/RES/912(1994)", "15-0-0", (0, 0), "adopted", True),
    ("1994-06-22", "S/RES/929(1994)", "10-0-5", (0, 1), "adopted", False),
    ("1994-11-08", "S/RES/955(1994)", "13-1-1", (0, 1), "adopted", False),
    ("2011-02-26", "S/RES/1970(2011)", "15-0-0", (0, 0), "adopted", True),
    ("2011-03-17", "S/RES/1973(2011)", "10-0-5", (0, 2), "adopted", False),
    ("2011-10-04", "S/2011/612", "9-2-4", (2, 0), "vetoed", False),
    ("2012-02-04", "S/2012/77", "13-2-0", (2, 0), "vetoed", False),
    ("2012-07-19", "S/2012/538", "11-2-2", (2, 0), "vetoed", False),
    ("2014-05-22", "S/2014/348", "13-2-0", (2, 0), "vetoed", False),
    ("2016-10-08", "S/2016/846", "11-2-2", (1, 1), "vetoed", False),
    ("2016-10-08", "S/2016/847", "4-9-2", (3, 0), "failed", False),
    ("2016-12-05", "S/2016/1026", "11-3-1", (2, 0), "vetoed", False),
    ("2017-02-28", "S/2017/172", "9-3-3", (2, 0), "vetoed", False),
    ("2019-12-20", "S/2019/961", "13-2-0", (2, 0), "vetoed", False),
    ("2019-12-20", "S/2019/962", "5-6-4", (3, 0), "failed", False),
    ("2020-01-10", "S/RES/2504(2020)", "11-0-4", (0, 4), "adopted", False),
    ("2020-07-07", "S/2020/654", "13-2-0", (2, 0), "vetoed", False),
    ("2020-07-08", "S/2020/658", "4-7-4", (3, 0), "failed", False),
    ("2020-07-10", "S/2020/667", "13-2-0", (2, 0), "vetoed", False),
    ("2020-07-10", "S/2020/683", "4-7-4", (3, 0), "failed", False),
    ("2020-07-11", "S/RES/2533(2020)", "12-0-3", (0, 2), "adopted", False),
    ("2022-07-12", "S/RES/2642(2022)", "12-0-3", (0, 3), "adopted", False),
    ("2025-02-24", "S/RES/2774(2025)", "10-0-5", (0, 2), "adopted", False),
    ("2025-05-30", "S/RES/2781(2025)", "9-0-6", (0, 2), "adopted", False),
    ("2022-02-27", "S/RES/2623(2022)", "11-1-3", (1, 1), "procedural", False),
]
PERMANENT = {"CHN", "FRA", "GBR", "RUS", "USA"}


def council_records():
    with (DATA / "votes" / "security-council.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cast(row, names):
    """The votes of a record, in the order of the roster; who is in no list is absent."""
    words = {"for": YES, "against": NO, "abstaining": ABSTAIN}
    votes = {s: v for key, v in words.items() for s in filter(None, row[key].split(";"))}
    assert votes.keys() <= set(names)
    return [votes.get(name, ABSENT) for name in names]


@pytest.mark.parametrize(("on", "symbol", "totals", "permanent", "result", "literal"), COUNCIL)
def test_recorded_council_votes(on, symbol, totals, permanent, result, literal):
    (row,) = (r for r in council_records() if (r["date"], r["symbol"]) == (on, symbol))
    practised = bound("unsc", on=on).rule
    votes = cast(row, practised.names)
    assert "-".join(str(votes.count(v)) for v in (YES, NO, ABSTAIN)) == totals
    p5 = [v for v, name in zip(votes, practised.names, strict=True) if name in PERMANENT]
    assert (p5.count(NO), p5.count(ABSTAIN)) == permanent
    procedural = bound("unsc", "procedural", on=on).rule
    assert practised.evaluate(votes) == (result == "adopted")
    assert procedural.evaluate(votes) == (votes.count(YES) >= 9)
    assert bound("unsc", None, "literal", on).rule.evaluate(votes) == literal
    if result == "procedural":
        assert procedural.evaluate(votes)
        assert not practised.evaluate(votes)
    if result == "failed":  # fails on votes, not only through the veto
        assert not procedural.evaluate(votes)


def test_the_literal_reading_would_reject_eight_of_ten_adopted_resolutions():
    adopted = [case for case in COUNCIL if case[4] == "adopted"]
    assert [case[5] for case in adopted].count(False) == len(adopted) - 2 == 8


def test_the_practised_reading_reproduces_the_whole_record():
    rules, judged = {}, 0
    for row in council_records():
        taken = row["for"] or row["against"] or row["abstaining"]
        if row["unknown"] or not taken:
            continue
        judged += 1
        kind = "procedural" if row["procedural"] == "1" else "substantive"
        key = kind, row["date"]
        if key not in rules:
            rules[key] = bound("unsc", kind, on=row["date"]).rule
        votes = cast(row, rules[key].names)
        assert rules[key].evaluate(votes) == (row["outcome"] == "adopted"), row["vote_id"]
    assert judged > 3000


ASSEMBLY = [
    ("A/RES/66/253A", (137, 12, 17), True, True),
    ("A/RES/66/253B", (133, 12, 31), True, True),
    ("A/RES/67/262", (107, 12, 59), False, False),
    ("A/RES/71/248", (105, 15, 52), False, False),
    ("A/RES/ES-11/1", (141, 5, 35), True, True),
    ("A/RES/ES-11/3", (93, 24, 58), False, False),
]


@pytest.mark.parametrize(("symbol", "totals", "of_members", "of_present"), ASSEMBLY)
def test_recorded_assembly_votes(symbol, totals, of_members, of_present, tmp_path):
    with (DATA / "votes" / "general-assembly.csv").open(encoding="utf-8", newline="") as file:
        (row,) = (r for r in csv.DictReader(file) if r["symbol"] == symbol)
    yes, no, abstain = (int(row[key]) for key in ("yes", "no", "abstain"))
    assert (yes, no, abstain) == totals
    on = row["date"]
    assert decide_from_totals(bound("unga", "important", on=on).rule, *totals) is True
    assert decide_from_totals(bound("unga", "ordinary", on=on).rule, *totals) is True
    path = tmp_path / "readings.yaml"
    path.write_text(
        "format: coalitions-body/1\ntitle: Two thirds of whom\n"
        "roster: {table: un-general-assembly}\n"
        "decisions: {d: {title: t, effect: recommendation, default: members, readings: {\n"
        '  members: {rule: {in_favour: "2/3", of: members}},\n'
        '  present: {rule: {in_favour: "2/3", of: present}}}}}\n'
    )
    for reading, passes in (("members", of_members), ("present", of_present)):
        assert decide_from_totals(bound(str(path), "d", reading, on).rule, *totals) is passes
