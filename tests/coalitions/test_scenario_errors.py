"""Mistakes in scenario files: several at once, numbers, tables, files that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from spoilt_scenarios import AID, THREE, Change, changed, problems, spoiler

from coalitions.decisions.assess import assess
from coalitions.errors import InputError
from coalitions.scenarios.scenario import load


@pytest.fixture
def wrong(tmp_path: Path) -> Callable[..., list[str]]:
    return spoiler(tmp_path)


@pytest.mark.parametrize("text", [AID, THREE])
def test_the_files_to_spoil_are_right(text: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    assert assess(load(file)).verify()


def test_five_mistakes_are_five_problems(wrong: Callable[..., list[str]]) -> None:
    found = wrong(
        THREE,
        ("title: A text, needs", "titel: A text, title: A text, needs"),
        ("in_favour: 2", "in_favour: 4"),
        ("    X: {weights: {worth: 1}", "    X: {weights: {worth: 0.9}"),
        (
            "concessions:",
            "positions:\n  Germny: {is: for}\n  default: {is: agianst}\nconcessions:",
        ),
    )
    assert found == [
        "5:3: bodies.trio: nobody can meet 'two for': all members together reach 3 of 4",
        "15:10: options.text.titel: unknown key 'titel' (did you mean 'title'?)",
        "22:18: payoffs.states.X.weights: the weights of a state are at least 0 and sum to 1, "
        "not to 0.9",
        "26:3: positions.Germny: unknown state 'Germny' (did you mean 'Germany'?)",
        "27:17: positions.default.is: 'agianst' must be 'for', 'leans_for', 'abstain', "
        "'leans_against', 'against' or 'unknown' (did you mean 'against'?)",
    ]


def test_mistakes_of_form_do_not_hide_mistakes_of_content(wrong: Callable[..., list[str]]) -> None:
    found = wrong(
        AID,
        ("un-security-council", "un-security-concil"),
        ("non_enforcement", "chapter_7"),
        ("floors: {effect: 12}\n", ""),
        ("  DEU: {is: for}", "  Germny: {is: for}\n  CHN: {is: abstian, supports_if: {for: RUS}}"),
        ("abstains_if: one_crossing", "abstains_if: {for: CHN}"),
    )
    assert [line.split(": ")[1] for line in found] == [
        "floors",
        "bodies.council.use",
        "options.renewal.legal_basis",
        "positions.Germny",
        "positions.CHN",
        "positions.CHN.is",
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("date: 2011-03-17", "date: 2011-02-30"),
        ("date: 2011-03-17", "date: 0001-01-01"),
        ("date: 2011-03-17\n", ""),
        ("{use: un-security-council}", "un-security-council"),
        ("{use: un-security-council}", "{usee: un-security-council}"),
        ("  council: {use: un-security-council}\n", ""),
        ("    effect: 24\n", ""),
        ("    needs: council\n", ""),
        ("    title: Renewal\n", ""),
    ],
)
def test_one_wrong_part_leaves_the_rest_to_be_checked(
    change: Change, wrong: Callable[..., list[str]]
) -> None:
    found = wrong(AID, change, ("abstains_if: one_crossing", "abstains_if: {for: RUS}"))
    assert len(found) == 2
    assert found[1].endswith("positions.RUS: the condition refers to itself: RUS -> RUS")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (".nan", "nan must be a number"),
        (".inf", "inf must be a number"),
        ("-.inf", "-inf must be a number"),
        ("true", "true must be a number"),
        ("null", "null must be a number"),
        ("many", "'many' must be a number"),
        ("1_000", "'1_000' must be a number"),
        ("1/0", "'1/0' must be a number"),
        ("[1]", "[1] must be a number"),
        ("1e300", "1e+300 is too large a number"),
        ("'1e300'", "'1e300' is too large a number"),
        ("'1e999999999999'", "'1e999999999999' must be a number"),
        ("'1e-300'", "'1e-300' has too many digits after the point"),
        ("9" * 300, f"{'9' * 57}... is too large a number"),
        ("'" + "9" * 5000 + "'", f"'{'9' * 57}'... must be a number"),
    ],
)
def test_what_is_no_number(number: str, message: str, wrong: Callable[..., list[str]]) -> None:
    found = wrong(AID, ("effect: 24", f"effect: {number}"))
    assert found == [f"11:13: options.renewal.effect: {message}"]


@pytest.mark.parametrize("number", ["1/3", "0x10", "+.5", "1e-7", "'0.1'", "-0"])
def test_what_is_a_number(number: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("{effect: 12}", f"{{effect: {number}}}")), encoding="utf-8")
    load(file)


@pytest.mark.parametrize(
    "value", ["{value: 2}", "{value: 2, low: 1, high: 3}", "2", "{Y: 2, Z: 2}"]
)
def test_a_number_for_all_or_one_for_each_state(value: str, tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(changed(THREE, ("cost: 1}", f"value: {value}}}")), encoding="utf-8")
    assert {c.value.value for c in load(file).concessions} == {2}


def test_mistakes_do_not_cause_further_ones(wrong: Callable[..., list[str]]) -> None:
    # Nobody can say who votes in a body that cannot be bound, or what a score means there.
    found = wrong(THREE, ("in_favour: 2", "in_favour: 4"))
    assert len(found) == 1
    found = wrong(THREE, ("members: [X, Y, Z]", "seats: {permanent: 0}"))
    assert [f.split(":")[0] for f in found] == ["8"]
    found = wrong(AID, ("un-security-council", "un-security-concil"), ("DEU", "Germny"))
    assert [f.split(":")[0] for f in found] == ["5", "16"]
    found = wrong(AID, ("2011-03-17", "17 March"), ("DEU", "NOR"))
    assert [f.split(":")[0] for f in found] == ["3"]
    found = wrong(THREE, ("Z: {weights: {worth: 1}, band: 1}", "Z: {weights: {worth: 1}}"))
    assert found == ["24:8: payoffs.states.Z.band: is missing"]


def test_an_ambiguous_symbol(wrong: Callable[..., list[str]], tmp_path: Path) -> None:
    changes = [
        ("2011-03-17", "1963-09-03"),
        ("  DEU: {is: for}\n", ""),
    ]
    (found,) = wrong(AID, *changes, ("never:", "recorded: {symbol: S/5407}\nnever:"))
    assert found == (
        "13:20: recorded.symbol: 'S/5407' has 2 votes; name one with vote_id: 371 (1963-09-03: The "
        "Palestine question), 373 (1963-10-03: The Palestine question)"
    )
    file = tmp_path / "named.yaml"
    record = "recorded: {symbol: S/5407, vote_id: '371'}\nnever:"
    file.write_text(changed(AID, *changes, ("never:", record)), encoding="utf-8")
    recorded = load(file).options[0].recorded
    assert recorded is not None
    assert recorded.adopted is False


def test_a_vote_of_a_member_of_another_body(wrong: Callable[..., list[str]]) -> None:
    second = "  duo:\n    define:\n      title: Duo\n      roster: {members: [V, W]}\n"
    second += "      decisions: {vote: {title: V, effect: internal, readings: "
    second += "{plain: {title: one, rule: {in_favour: 1}}}}}\n"
    found = wrong(
        THREE,
        ("options:\n", f"{second}options:\n"),
        ("needs: trio", "needs: [trio, duo]"),
        ("never:", "recorded: {votes: {for: [X, Y, Z, V]}}\nnever:"),
    )
    assert found == ["22:35: recorded.votes.for.3: 'V' is no member of 'trio'"]


def test_the_same_day_with_a_roster_of_ones_own(tmp_path: Path) -> None:
    states = "DEU, RUS, CHN, FRA, GBR, USA, BRA, IND, ZAF"
    roster = f"roster: {{members: [{states}], groups: {{permanent: [RUS, CHN]}}, note: a guess}}"
    file = tmp_path / "case.yaml"
    changes = [("2011-03-17", "2030-01-01"), ("council}", f"council, {roster}}}")]
    file.write_text(changed(AID, *changes), encoding="utf-8")
    found = assess(load(file))
    assert found.verdicts[0].venue.bound.roster.own
    assert ("bodies.council.roster", "own roster: a guess") in {
        (a.place, a.what) for a in found.assumptions
    }


def test_norway_and_namibia_in_yaml_and_csv(tmp_path: Path) -> None:
    states = "[NO, NA, DE, FR, CN, RU, GB, US, BR]"
    roster = f"roster: {{members: {states}, groups: {{permanent: [CN]}}, note: invented}}"
    base = changed(AID, ("council}", f"council, {roster}}}"), ("  DEU: {is: for}\n", ""))
    file, table = tmp_path / "case.yaml", tmp_path / "positions.csv"
    file.write_text(changed(base, ("  RUS", "  NO: {is: for}\n  NA: {is: abstain}\n  RUS")))
    in_yaml = load(file).options[0]
    assert [in_yaml.position(s).word for s in ("NOR", "NAM")] == ["for", "abstain"]
    assert in_yaml.venues[0].bound.rule.names[:2] == ("NOR", "NAM")
    table.write_text("state,is,origin,source\nNO,for,stated,press\nNA,abstain,,\n")
    file.write_text(changed(base, ("never:", "tables: {positions: positions.csv}\nnever:")))
    in_csv = load(file).options[0]
    assert [in_csv.position(s).word for s in ("NOR", "NAM")] == ["for", "abstain"]
    assert in_csv.position("NOR").origin == "stated"


@pytest.mark.parametrize(
    ("table", "messages"),
    [
        (
            "state,is\nFRA,fro\nNorway,for\nDEU,for\nGBR,for\nUK,against\n",
            [
                "positions.csv:2:5: is: 'fro' must be one of for, leans_for, abstain, "
                "leans_against, against, unknown (did you mean 'for'?)",
                "positions.csv:3:1: state: 'Norway' votes in no body here",
                "positions.csv:4:1: state: 'DEU' already has a position",
                "positions.csv:6:1: state: 'UK' already has a position",
            ],
        ),
        (
            "state,is,origin\nFRA,for,guessed\n",
            [
                "positions.csv:2:9: origin: 'guessed' must be recorded, stated, estimated or "
                "assumed"
            ],
        ),
        ("", ["case.yaml:13:21: tables.positions: positions.csv: is empty"]),
    ],
)  # fmt: skip
def test_tables_of_positions(table: str, messages: list[str], tmp_path: Path) -> None:
    (tmp_path / "positions.csv").write_text(table)
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("never:", "tables: {positions: positions.csv}\nnever:")))
    with pytest.raises(InputError) as caught:
        load(file)
    said = str(caught.value).replace(f"{tmp_path}{os.sep}", "").splitlines()
    assert said == messages


def test_tables_that_are_not_there(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("never:", "tables: {positions: positions.csv}\nnever:")))
    (found,) = problems(file)
    assert found == (
        f"13:21: tables.positions: {tmp_path / 'positions.csv'}: there is no such file"
    )
    (tmp_path / "positions.csv").symlink_to(tmp_path / "moved.csv")
    (found,) = problems(file)
    assert found == (
        f"13:21: tables.positions: {tmp_path / 'positions.csv'}: is a symbolic link to "
        f"'{tmp_path / 'moved.csv'}', which does not exist"
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(b"")
    assert problems(file) == ["is empty"]
    file.write_bytes(b"# only a remark\n")
    assert problems(file) == ["holds nothing but comments"]
    file.write_bytes(AID.encode().replace(b"Cross-border", b"Aide transfronti\xe8re"))
    assert problems(file) == ["2:24: byte 0xe8 on line 2 is not UTF-8; save the file as UTF-8"]
    file.write_bytes(AID.encode("utf-16"))
    assert problems(file) == ["1:1: is UTF-16, not UTF-8; save it as UTF-8"]
    file.write_bytes(AID.encode() + b"# " + b"x" * 10_000_000)
    assert problems(file) == ["is larger than 10,000,000 bytes, the most that is read"]
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    assert problems(folder) == ["is a folder; name a file in it"]
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "gone.yaml")
    assert problems(link) == [
        f"is a symbolic link to '{tmp_path / 'gone.yaml'}', which does not exist"
    ]
    assert problems(tmp_path / "caes.yaml") == ["there is no such file (did you mean 'case.yaml'?)"]


def test_what_is_too_deep_or_too_much(wrong: Callable[..., list[str]]) -> None:
    lines = ["&a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"&a{i + 1} [{', '.join([f'*a{i}'] * 9)}]" for i in range(9)]
    bomb = "\n".join(f"b{i}: {line}" for i, line in enumerate(lines))
    (found,) = wrong(AID, ("never:", f"{bomb}\nnever:"))
    assert found.endswith("holds more than 200,000 values once its aliases are written out")
    deep = f"opposes_if: {'{not: ' * 70}one_crossing{'}' * 70}"
    (found,) = wrong(AID, ("{is: for}", f"{{is: for, {deep}}}"))
    assert found.startswith("16:396: positions.DEU.opposes_if.not.not.")
    assert found.endswith("lists and mappings are nested more than 64 deep")
    assert len(found) < 400


def test_conditions_as_deep_as_files_may_be(tmp_path: Path) -> None:
    deep = f"abstains_if: {'{not: ' * 60}one_crossing{'}' * 60}"
    file = tmp_path / "case.yaml"
    file.write_text(changed(AID, ("abstains_if: one_crossing", deep)))
    assert assess(load(file)).verify()


def test_mistakes_in_a_body_file_are_said_where_it_is_named(tmp_path: Path) -> None:
    body, file = tmp_path / "body.yaml", tmp_path / "case.yaml"
    body.write_text("format: coalitions-body/1\ntitle: T\nroster: {members: [DEU, RUS]}\n")
    file.write_text(changed(AID, ("un-security-council", "body.yaml")))
    assert problems(file) == [f"5:18: bodies.council.use: {body}:1:1: 'decisions' is missing"]
