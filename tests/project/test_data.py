"""The shipped tables: counts, totals, windows and codes, read with the standard library alone."""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
PERMANENT = {"CHN", "FRA", "GBR", "RUS", "USA"}
ROSTERS = sorted(p.stem for p in (DATA / "rosters").glob("*.csv") if p.stem != "coverage")
WEIGHTS = sorted(p.stem for p in (DATA / "weights").glob("*.csv") if p.stem != "coverage")
OWN_CODES = {"imf-executive-board", "us-electoral-college"}

# Members on every day of every window; the Security Council and the growing bodies apart.
FIXED_SIZE = {
    "african-union": 55,
    "arab-league": 22,
    "au-psc": 15,
    "ibrd": 189,
    "imf-board-of-governors": 190,
    "imf-executive-board": 24,
    "oic": 57,
    "un-general-assembly": 193,
    "us-electoral-college": 51,
}
# (file, table) -> (rows, sums of the columns); the sums are those of the treaties or as published.
TOTALS = {
    ("eu-council-population", "EU27_2025"): (27, [10_001]),
    ("eu-council-population", "EU27_2018"): (27, [446_472_959]),
    ("eu-council-population", "EU28_2016"): (28, [10_001]),
    ("eu-council-population", "EU28_2014"): (28, [505_572_500]),
    ("eu-council-votes", "EU15"): (15, [87]),
    ("eu-council-votes", "EU27_NICE"): (27, [345]),
    ("eu-council-votes", "EU28_NICE"): (28, [352]),
    ("ibrd-votes", "IBRD_2023"): (189, [2_751_730]),
    ("imf-executive-board-votes", "IMF_BOARD_2022"): (24, [5_001_244]),
    ("imf-votes", "IMF_2022"): (190, [5_039_930]),
    ("us-electors", "US_2024_2028"): (51, [538]),
}


def rows(*parts: str) -> list[dict[str, str]]:
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        found = list(reader)
    # DictReader files surplus cells under None, and fills missing ones with None.
    assert all(None not in row and None not in row.values() for row in found)
    return found


def roster(name: str) -> list[dict[str, str]]:
    return rows("rosters", f"{name}.csv")


def members(name: str, day: str) -> list[str]:
    return sorted(r["state"] for r in roster(name) if r["from"] <= day <= r["to"])


def windows(name: str) -> list[tuple[str, str]]:
    return [(r["from"], r["to"]) for r in rows("rosters", "coverage.csv") if r["table"] == name]


def after(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def days_of_change(name: str) -> list[str]:
    """Return the first day of every window and every day in it on which somebody came or left."""
    spells = roster(name)
    moves = {r["from"] for r in spells} | {after(r["to"]) for r in spells}
    return sorted(d for a, z in windows(name) for d in {a, *moves} if a <= d <= z)


def listed(row: dict[str, str], column: str) -> list[str]:
    return row[column].split(";") if row[column] else []


@pytest.fixture(scope="module")
def votes() -> list[dict[str, str]]:
    return rows("votes", "security-council.csv")


# states ----------------------------------------------------------------------------------


def test_states_are_the_193_members_and_the_other_codes() -> None:
    states = rows("states.csv")
    codes = [r["iso3"] for r in states]
    assert codes == sorted(set(codes))
    groups = Counter(r["un_regional_group"] for r in states if r["iso3"] in members_now())
    assert groups == {
        "African": 54,
        "Asia-Pacific": 54,
        "GRULAC": 33,
        "WEOG": 29,
        "Eastern European": 23,
    }
    others = set(codes) - set(members_now())
    assert others >= {"CSK", "DDR", "SCG", "YMD", "YUG", "ESH", "PSE", "VAT", "XKX"}


def members_now() -> list[str]:
    return members("un-general-assembly", "2026-11-22")


def test_no_name_or_code_belongs_to_two_states() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for r in rows("states.csv"):
        assert r["name"]
        for word in (r["iso3"], r["iso2"], r["name"], *r["other_names"].split(";")):
            plain = unicodedata.normalize("NFKD", word.casefold())
            owners["".join(c for c in plain if c.isalnum())].add(r["iso3"])
    owners.pop("", None)
    assert {word: codes for word, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("USSR", "RUS"),
        ("Britain", "GBR"),
        ("Cote d'Ivoire", "CIV"),
        ("Burma", "MMR"),
        ("Turkey", "TUR"),
        ("DR Congo", "COD"),
        ("East Germany", "DDR"),
        ("Palestine", "PSE"),
    ],
)
def test_common_other_names(word: str, code: str) -> None:
    found = {r["iso3"] for r in rows("states.csv") if word in r["other_names"].split(";")}
    assert found == {code}


# rosters ---------------------------------------------------------------------------------


def test_every_roster_is_covered_and_every_coverage_has_a_roster() -> None:
    assert {r["table"] for r in rows("rosters", "coverage.csv")} == set(ROSTERS)
    for r in rows("rosters", "coverage.csv"):
        assert r["from"] <= r["to"]
        assert r["source"]
        assert r["confidence"] in {"A", "B", "C"}


@pytest.mark.parametrize("name", ROSTERS)
def test_spells_are_dated_known_and_do_not_overlap(name: str) -> None:
    known = {r["iso3"] for r in rows("states.csv")}
    spells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for r in roster(name):
        for day in (r["from"], r["to"]):
            assert datetime.date.fromisoformat(day).isoformat() == day
        assert r["from"] <= r["to"]
        assert name in OWN_CODES or r["state"] in known
        spells[r["state"]].append((r["from"], r["to"]))
    for dates in spells.values():
        dates.sort()
        assert all(a[1] < b[0] for a, b in pairwise(dates))


@pytest.mark.parametrize("name", ROSTERS)
def test_windows_do_not_overlap_and_spells_reach_them(name: str) -> None:
    spans = sorted(windows(name))
    assert all(a[1] < b[0] for a, b in pairwise(spans))
    for start, end in spans:
        assert members(name, start)
        assert members(name, end)


@pytest.mark.parametrize(("name", "size"), FIXED_SIZE.items())
def test_fixed_bodies_are_complete_throughout(name: str, size: int) -> None:
    assert {day: len(members(name, day)) for day in days_of_change(name)} == dict.fromkeys(
        days_of_change(name), size
    )


def test_security_council_has_eleven_then_fifteen_with_the_five() -> None:
    for day in days_of_change("un-security-council"):
        present = [r for r in roster("un-security-council") if r["from"] <= day <= r["to"]]
        assert len(present) == (11 if day < "1966" else 15), day
        assert {r["state"] for r in present if r["group"] == "permanent"} == PERMANENT
        assert {r["group"] for r in present} == {"permanent", "elected"}
    changes = {day[5:] for day in days_of_change("un-security-council")}
    assert changes == {"01-01"}
    assert windows("un-security-council")[-1][1] == "2026-12-31"


def test_sizes_of_the_growing_bodies() -> None:
    eu = {"1958-01-01": 6, "1973-01-01": 9, "1981-01-01": 10, "1986-01-01": 12, "1995-01-01": 15}
    eu |= {"2004-05-01": 25, "2007-01-01": 27, "2013-07-01": 28, "2020-02-01": 27}
    assert {d: len(members("eu-council", d)) for d in days_of_change("eu-council")} == eu
    nato = {"1949-08-24": 12, "1952-02-18": 14, "1955-05-06": 15, "1982-05-30": 16}
    nato |= {"1999-03-12": 19, "2004-03-29": 26, "2009-04-01": 28, "2017-06-05": 29}
    nato |= {"2020-03-27": 30, "2023-04-04": 31, "2024-03-07": 32}
    assert {d: len(members("nato", d)) for d in days_of_change("nato")} == nato
    ecowas = {"2001-01-01": 15, "2025-01-29": 12}
    assert {d: len(members("ecowas", d)) for d in days_of_change("ecowas")} == ecowas


def test_peace_and_security_council_seats_each_african_region() -> None:
    quota = {"Southern": 3, "East": 3, "Central": 3, "West": 4, "North": 2}
    for day in days_of_change("au-psc"):
        present = [r for r in roster("au-psc") if r["from"] <= day <= r["to"]]
        assert Counter(r["note"].split(" region")[0] for r in present) == quota, day
        if day >= windows("african-union")[0][0]:
            assert {r["state"] for r in present} <= set(members("african-union", "2026-11-22"))


def test_chairs_of_the_executive_board_share_out_the_fund() -> None:
    chairs = roster("imf-executive-board")
    constituencies = [r["note"].split("votes of ")[1].split() for r in chairs]
    votes = {r["state"]: int(r["votes"]) for r in rows("weights", "imf-votes.csv")}
    board = {r["state"]: int(r["votes"]) for r in rows("weights", "imf-executive-board-votes.csv")}
    for row, states in zip(chairs, constituencies, strict=True):
        assert board[row["state"]] == sum(votes[s] for s in states)
    seated = [s for states in constituencies for s in states]
    assert sorted([*seated, "VEN"]) == sorted(votes)


# weights ---------------------------------------------------------------------------------


def test_every_weight_table_is_checked_here() -> None:
    coverage = {(r["file"], r["table"]) for r in rows("weights", "coverage.csv")}
    found = {(f, r["table"]) for f in WEIGHTS for r in rows("weights", f"{f}.csv")}
    assert coverage == found == set(TOTALS)


@pytest.mark.parametrize(("file", "table"), TOTALS)
def test_weights_add_up(file: str, table: str) -> None:
    chosen = [r for r in rows("weights", f"{file}.csv") if r["table"] == table]
    columns = [c for c in chosen[0] if c not in {"table", "state"}]
    assert len({r["state"] for r in chosen}) == len(chosen) == TOTALS[file, table][0]
    assert all(re.fullmatch(r"[1-9]\d*", r[c]) for r in chosen for c in columns)
    assert [sum(int(r[c]) for r in chosen) for c in columns] == TOTALS[file, table][1]


@pytest.mark.parametrize(("file", "table"), TOTALS)
def test_weights_name_the_members_of_their_days(file: str, table: str) -> None:
    bodies = {"ibrd-votes": "ibrd", "imf-votes": "imf-board-of-governors"}
    bodies |= {"imf-executive-board-votes": "imf-executive-board"}
    bodies |= {"us-electors": "us-electoral-college"}
    body = bodies.get(file, "eu-council")
    weighed = sorted(r["state"] for r in rows("weights", f"{file}.csv") if r["table"] == table)
    [cover] = [
        r for r in rows("weights", "coverage.csv") if (r["file"], r["table"]) == (file, table)
    ]
    if table == "EU27_2018":  # illustrative: the present members in a year of 28
        assert "illustrative" in cover["note"]
        weighed = sorted([*weighed, "GBR"])
    inside = [d for d in days_of_change(body) if cover["from"] <= d <= cover["to"]]
    for day in {cover["from"], cover["to"], *inside}:
        assert weighed == members(body, day), day


def test_windows_of_one_weight_file_do_not_overlap() -> None:
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for r in rows("weights", "coverage.csv"):
        assert r["unit"]
        assert r["source"]
        assert r["confidence"] in {"A", "B", "C"}
        spans[r["file"]].append((r["from"], r["to"]))
    for dates in spans.values():
        dates.sort()
        assert all(a[0] <= a[1] < b[0] for a, b in pairwise(dates))


def test_shares_of_the_fund_written_as_votes_follow_its_total() -> None:
    text = (DATA / "bodies" / "imf-executive-board.yaml").read_text(encoding="utf-8")
    total = sum(int(r["votes"]) for r in rows("weights", "imf-votes.csv"))
    assert {int(n) for n in re.findall(r"in_favour: (\d{7})", text)} == {
        -(-total * 70 // 100),
        -(-total * 85 // 100),
    }


# recorded votes --------------------------------------------------------------------------

LISTS = {
    "for": "yes",
    "against": "no",
    "abstaining": "abstain",
    "not_taking_part": "not_voting",
}


def test_votes_of_the_security_council_in_total(votes: list[dict[str, str]]) -> None:
    assert len({r["vote_id"] for r in votes}) == len(votes) == 3_204
    assert [sum(len(listed(r, c)) for r in votes) for c in [*LISTS, "unknown"]] == [
        42_803,
        906,
        2_017,
        638,
        44,
    ]
    assert Counter(r["outcome"] for r in votes) == {"adopted": 2_811, "rejected": 393}
    assert Counter(r["basis"] for r in votes) == {
        "unanimous": 2_222,
        "majority": 589,
        "veto": 271,
        "insufficient_yes": 122,
    }
    assert sum(r["procedural"] == "1" for r in votes) == 10
    dates = [r["date"] for r in votes]
    assert (min(dates), max(dates)) == ("1946-01-25", "2025-12-29")


def test_counts_equal_the_lists_and_voters_are_the_members(votes: list[dict[str, str]]) -> None:
    council: dict[str, list[str]] = {}
    for r in votes:
        for column, count in LISTS.items():
            if not r["unknown"]:
                assert int(r[count]) == len(listed(r, column)), r["vote_id"]
            assert listed(r, column) == sorted(listed(r, column))
        everybody = [s for c in [*LISTS, "unknown"] for s in listed(r, c)]
        year = r["date"][:4]  # seats change on 1 January only
        if year not in council:
            council[year] = members("un-security-council", r["date"])
        present = council[year]
        assert sorted(everybody) == present, r["vote_id"]
        assert int(r["council_size"]) == len(present)


def test_practice_explains_every_recorded_outcome(votes: list[dict[str, str]]) -> None:
    judged = 0
    for r in votes:
        if r["unknown"] or r["not_voting"] == r["council_size"]:
            continue  # no breakdown, or adopted without a vote
        judged += 1
        enough = int(r["yes"]) >= (7 if r["council_size"] == "11" else 9)
        vetoed = bool(PERMANENT & set(listed(r, "against"))) and r["procedural"] == "0"
        assert (r["outcome"] == "adopted") == (enough and not vetoed), r["vote_id"]
        assert (r["basis"] == "veto") == (enough and vetoed), r["vote_id"]
        assert (r["basis"] == "insufficient_yes") == (not enough), r["vote_id"]
    assert judged == 3_162


def test_votes_known_by_heart(votes: list[dict[str, str]]) -> None:
    expected = {
        "S/RES/1973(2011)": (10, 0, 5, "adopted"),
        "S/RES/929(1994)": (10, 0, 5, "adopted"),
        "S/RES/955(1994)": (13, 1, 1, "adopted"),
        "S/RES/2623(2022)": (11, 1, 3, "adopted"),
        "S/RES/2781(2025)": (9, 0, 6, "adopted"),
        "S/2012/538": (11, 2, 2, "rejected"),
        "S/2020/654": (13, 2, 0, "rejected"),
    }
    found = {
        r["symbol"]: (int(r["yes"]), int(r["no"]), int(r["abstain"]), r["outcome"])
        for r in votes
        if r["symbol"] in expected
    }
    assert found == expected
    [libya] = [r for r in votes if r["symbol"] == "S/RES/1973(2011)"]
    assert listed(libya, "abstaining") == ["BRA", "CHN", "DEU", "IND", "RUS"]


def test_votes_of_the_general_assembly() -> None:
    found = {
        r["symbol"]: (int(r["yes"]), int(r["no"]), int(r["abstain"]))
        for r in rows("votes", "general-assembly.csv")
    }
    assert found == {
        "A/RES/66/253A": (137, 12, 17),
        "A/RES/66/253B": (133, 12, 31),
        "A/RES/67/262": (107, 12, 59),
        "A/RES/71/248": (105, 15, 52),
        "A/RES/ES-11/1": (141, 5, 35),
        "A/RES/ES-11/3": (93, 24, 58),
    }


# body files and the folder ---------------------------------------------------------------


def test_body_files_point_at_tables_that_exist() -> None:
    for path in (DATA / "bodies").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert f"\nname: {path.stem}\n" in text
        for table in re.findall(r"^roster: \{table: ([\w-]+)", text, re.MULTILINE):
            assert table in ROSTERS
        for tables in re.findall(
            r"^weights: \{tables?: \[?([\w, -]+)\]?, columns", text, re.MULTILINE
        ):
            assert set(tables.split(", ")) <= set(WEIGHTS)


def test_attribution_travels_with_the_votes() -> None:
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    for needed in ("CC BY 4.0", "Benoît Martin", "doi:10.21410/7E4/Z0KECE", "The World Bank"):
        assert needed in text


def test_folder_holds_no_code() -> None:
    assert not list(DATA.rglob("*.py"))
