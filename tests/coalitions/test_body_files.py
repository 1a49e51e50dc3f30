"""Bodies of one's own: literal games, files, and every mistake in them."""

from __future__ import annotations

import pytest
from body_cases import bound

from coalitions.bodies.body import literal_game, load_body
from coalitions.bodies.body_file import read_body
from coalitions.errors import InputError
from solvers.errors import RuleError

NO, ABSTAIN, YES, ABSENT = range(4)


# Literal games.


def test_a_literal_game():
    game = bound("[39; 7*5, 1*10]").rule
    assert game.n_players == 15
    assert game.evaluate([YES] * 9 + [NO] * 6)
    assert not game.evaluate([NO] + [YES] * 14)
    assert not game.evaluate([YES] * 8 + [NO] * 7)
    assert bound(" [ 2 ; 1 , 1*2 ] ").rule.n_players == 3
    assert literal_game("un-security-council") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[16; 7*5*2]", "'7*5*2' is not a weight such as 7 or 7*5"),
        ("[1; 1,,1]", "'' is not a weight such as 7 or 7*5"),
        (
            "[0; 1*3]",
            "quota 0 is not between 1 and 3, the sum of the weights: no coalition, or "
            "every one, would win",
        ),
        (
            "[4; 1*3]",
            "quota 4 is not between 1 and 3, the sum of the weights: no coalition, or "
            "every one, would win",
        ),
        ("[1; 7*500000000]", "a literal game has at most 10,000 members"),
    ],
)
def test_literal_games_that_are_none(text, message):
    with pytest.raises(InputError) as error:
        load_body(text)
    assert str(error.value) == f"{text}: {message}"


@pytest.mark.parametrize("text", ["[2 1, 1]", "[; 1]", "[2; 1", "[2;]", "[1; 2; 3]"])
def test_what_begins_like_a_game_is_no_name_of_a_body(text):
    with pytest.raises(InputError, match=r"is no weighted game such as \[39; 7\*5, 1\*10\]"):
        load_body(text)


# Files.

GOOD = """format: coalitions-body/1
name: club
title: A club
roster:
  members: [France, b, c]
  groups: {permanent: [FRA]}
  weights: {power: [3, 2, 1]}
decisions:
  d:
    title: A decision
    effect: binding
    readings:
      r:
        rule: {in_favour: "more than 1/2", of: members, weight: power}
"""


def written(folder, text, name="club.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def problems(folder, text):
    with pytest.raises(InputError) as error:
        read_body(written(folder, text))
    return [(p.line, p.column, p.path, p.message) for p in error.value.problems]


def test_a_body_of_ones_own(tmp_path):
    path = written(tmp_path, GOOD)
    rule = bound(path).rule
    assert rule.names == ("FRA", "b", "c")
    assert rule.leaves()[0].threshold == 4
    assert not rule.evaluate((YES, NO, NO))
    written(tmp_path, GOOD.replace("[3, 2, 1]", "[5, 2, 1]"))
    assert bound(path).rule.evaluate((YES, NO, NO))  # a changed file is read again


def test_several_mistakes_at_once_by_line_and_column(tmp_path):
    text = (
        GOOD.replace("title: A club", "titel: A club")
        .replace("binding", "bindning")
        .replace('"more than 1/2"', '"4/3"')
        .replace("decisions:\n", "decisions:\n  e: 3\n")
    )
    assert problems(tmp_path, text) == [
        (1, 1, "", "'title' is missing"),
        (3, 1, "titel", "unknown key 'titel' (did you mean 'title'?)"),
        (9, 6, "decisions.e", "must be a mapping with title, effect, readings"),
        (
            12,
            13,
            "decisions.d.effect",
            "must be one of binding, authorisation, recommendation, "
            "procedural, internal (did you mean 'binding'?)",
        ),
        (15, 27, "decisions.d.readings.r.rule.in_favour", "the share 4/3 is not between 0 and 1"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "coalitions-body/1",
            "coalitions-body/2",
            "must be coalitions-body/1, not 'coalitions-body/2'",
        ),
        (
            "  members: [France, b, c]",
            "  note: none",
            "needs exactly one of 'table', 'seats' and 'members'",
        ),
        ("[France, b, c]", "France", "must be a list of members"),
        ("[France, b, c]", "[]", "must be a list of members"),
        ("[France, b, c]", "[France, [b], c]", "must be a list of members"),
        ("{permanent: [FRA]}", "[FRA]", "must be a mapping from names"),
        ("{permanent: [FRA]}", "{permanent: FRA}", "must be a list of members"),
        (
            "{power: [3, 2, 1]}",
            "{power: 3}",
            "must be a list of numbers, or a number for each member",
        ),
        (
            "  members: [France, b, c]",
            "  seats: {elected: 0}",
            "must give each group a number of seats from 1 to 10,000",
        ),
        (
            "  members: [France, b, c]",
            "  seats: {elected: 100000000}",
            "must give each group a number of seats from 1 to 10,000",
        ),
        (
            '        rule: {in_favour: "more than 1/2", of: members, weight: power}',
            "        title: x",
            "needs either 'rule' or 'versions'",
        ),
        ("    effect: binding", "    effect: binding\n    default: q", "no reading 'q'"),
        ("    effect: binding", "    effect: 3", "must be text, not 3"),
        (
            'rule: {in_favour: "more than 1/2", of: members, weight: power}',
            "versions: []",
            "must be a list of dated rules",
        ),
        (
            'rule: {in_favour: "more than 1/2", of: members, weight: power}',
            "versions: [{from: 2020-02-31, rule: {in_favour: 2}}]",
            "must be a date such as 1966-01-01, not '2020-02-31'",
        ),
        (
            'rule: {in_favour: "more than 1/2", of: members, weight: power}',
            "versions: [{from: 2021-01-01, to: 2020-01-01, rule: {in_favour: 2}}]",
            "2020-01-01 is before 2021-01-01, the first day of the rule",
        ),
        (
            'rule: {in_favour: "more than 1/2", of: members, weight: power}',
            "versions: [{from: 2021-01-01, rule: {in_favour: 2}}, "
            "{from: 2000-01-01, to: 2020-12-31, rule: {in_favour: 2}}]",
            "dated rules stand in order of time, each ending before the next begins",
        ),
        (
            '\n      r:\n        rule: {in_favour: "more than 1/2", of: members, weight: power}',
            " {}",
            "must name at least one reading",
        ),
        ("format", "routes: {}\nformat", "must be a list"),
        ("format", "aliases: club\nformat", "must be a list of texts"),
        ("format", "weights: {tables: x}\nformat", "must be a list of texts"),
        ("format", "routes: [{body: x}]\nformat", "'when' is missing"),
    ],
)
def test_mistakes_of_a_body_file(tmp_path, old, new, message):
    assert GOOD.count(old) == 1
    assert message in [m for *_, m in problems(tmp_path, GOOD.replace(old, new))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "decisions: 3",
        "decisions: []",
        "a: &a [*a]",
        "format: coalitions-body/1\ndecisions: {}",
    ],
)
def test_files_that_are_no_body(tmp_path, text):
    assert problems(tmp_path, text)


def test_tables_and_groups_that_do_not_exist(tmp_path):
    text = (
        GOOD.replace("  members: [France, b, c]", "  table: nato-alliance")
        .replace("  groups: {permanent: [FRA]}\n  weights: {power: [3, 2, 1]}\n", "")
        .replace(", weight: power", "")
    )
    with pytest.raises(
        RuleError, match=r"no roster table 'nato-alliance'.*; the data have african"
    ):
        bound(written(tmp_path, text))
    text = text.replace("nato-alliance", "nato\n  groups: {core: g7}")
    with pytest.raises(RuleError, match="no roster table 'g7'"):
        bound(written(tmp_path, text))


def test_a_group_from_another_table_must_know_the_day(tmp_path):
    text = GOOD.replace(
        "  members: [France, b, c]\n  groups: {permanent: [FRA]}\n  weights: {power: [3, 2, 1]}",
        "  table: african-union\n  groups: {council: au-psc}",
    ).replace(", weight: power", "")
    path = written(tmp_path, text)
    with pytest.raises(
        RuleError, match="is known for 2020-01-01: the nearest days with one are 2012"
    ):
        bound(path, on="2020-01-01")
    assert len(bound(path, on="2025-06-01").roster.roster.group("council")) == 15


def test_members_that_are_numbers(tmp_path):
    text = GOOD.replace("[France, b, c]", "[1, 2, 3]").replace("[FRA]", "[1]")
    assert bound(written(tmp_path, text)).roster.roster.group("permanent") == (0,)
