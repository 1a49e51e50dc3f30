"""Bodies from their files: every shipped rule binds and behaves; the record; file mistakes."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest

from coalitions.bodies.body import literal_game, load_body
from coalitions.bodies.body_file import read_body
from coalitions.bodies.rosters import bind_decision, roster_on
from coalitions.bodies.states import find_state, near_state, state_name, states
from coalitions.errors import InputError
from coalitions.files import datasets
from solvers.errors import RuleError
from solvers.rules.totals import decide_from_totals

NO, ABSTAIN, YES, ABSENT = range(4)
DATA = Path(__file__).parents[2] / "data"
ALL = [
    (body, decision, reading)
    for body in datasets.names("bodies")
    for decision, kind in load_body(body).decisions.items()
    for reading in kind.readings
]


def day(text):
    return datetime.date.fromisoformat(text)


def bound(body, decision=None, reading=None, on=None, **options):
    return bind_decision(load_body(body), decision, reading, on and day(on), **options)


@pytest.mark.parametrize(("body", "decision", "reading"), ALL)
def test_every_shipped_rule_binds_and_can_be_met_and_missed(body, decision, reading):
    rule = bound(body, decision, reading).rule
    n = rule.n_players
    assert rule.describe()
    assert rule.evaluate([YES] * n)
    assert not rule.evaluate([NO] * n)
    no_objection = rule.evaluate([ABSTAIN] * n)
    kind = load_body(body).decision(decision)
    by_consensus = "consensus" in reading or body == "nato-council" or decision == "unanimity"
    assert no_objection == (by_consensus or (reading == "2005-amendment" and "substan" in decision))
    assert kind.reading(reading).confidence in "ABC"
    assert kind.reading(reading).sources
    assert kind.title
    assert kind.reading(reading).title


@pytest.mark.parametrize("name", datasets.names("bodies"))
def test_every_shipped_body_is_named_like_its_file_and_routes_lead_somewhere(name):
    body = load_body(name)
    assert body.name == name
    for route in body.routes:
        assert route.decision in load_body(route.body).decisions
    for alias in body.aliases:
        assert load_body(alias).name == name
    assert not set(body.aliases) & set(datasets.names("bodies"))


def test_no_alias_is_used_twice():
    aliases = [a for name in datasets.names("bodies") for a in load_body(name).aliases]
    assert len(aliases) == len(set(aliases))


def test_every_version_of_every_rule_binds_on_its_last_day_or_says_what_is_missing():
    refusals = []
    for name, decision, reading in ALL:
        for version in load_body(name).decision(decision).reading(reading).versions:
            on = version.until or version.since or None
            try:
                rule = bound(name, decision, reading, on).rule
            except RuleError as error:
                refusals.append(str(error))
            else:
                assert rule.evaluate([YES] * rule.n_players)
    assert all("are not known for" in r or "no roster of" in r for r in refusals)


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


def test_two_rules_of_the_arab_league_disagree_on_the_suspension_of_syria():
    for recused in ((), ("SYR",)):
        amended = bound("arab-league", None, None, "2011-11-12", recused=recused).rule
        pact = bound("arab-league", None, "1945-pact", "2011-11-12", recused=recused).rule
        votes = dict.fromkeys(amended.names, YES)
        votes |= {"SYR": NO, "LBN": NO, "YEM": NO, "IRQ": ABSTAIN}
        profile = [votes[name] for name in amended.names]
        assert [profile.count(v) for v in (YES, NO, ABSTAIN)] == [18, 3, 1]
        assert amended.evaluate(profile)
        assert not pact.evaluate(profile)


def test_uniting_for_peace_shares_its_members():
    session = bound("uniting-for-peace", on="2022-02-27").rule
    council = bound("unsc", on="2022-02-27").rule
    assert session.n_players == 193
    assert set(council.names) < set(session.names)
    seats = [session.names.index(name) for name in council.names]
    call = bound("uniting-for-peace", "call", on="2022-02-27").rule

    def profile(council_yes, others_yes):
        votes = [NO] * 193
        for i in seats[:council_yes]:
            votes[i] = YES
        rest = [i for i in range(193) if i not in seats]
        for i in rest[:others_yes]:
            votes[i] = YES
        return votes

    assert call.evaluate(profile(9, 0))
    assert not call.evaluate(profile(8, 88))
    assert call.evaluate(profile(8, 89))  # ninety-seven of all
    assert not session.evaluate(profile(9, 0))
    assert session.evaluate(profile(9, 120))  # 129 to 64
    assert not session.evaluate(profile(9, 119))
    winning = [i for i, v in enumerate(profile(9, 0)) if v == YES]
    only_nine = [YES if i in winning else ABSTAIN for i in range(193)]
    assert session.evaluate(only_nine)
    only_nine[winning[0]] = ABSTAIN
    assert not session.evaluate(only_nine)


def test_the_double_majority_of_2018_to_the_person():
    own = {"table": "EU27_2018", "note": "populations of 2018"}
    rule = bound("eu-council", "qualified", None, "2025-06-01", own_roster=own)
    assert rule.roster.own
    assert "populations of 2018" in rule.roster.notes
    with (DATA / "weights" / "eu-council-population.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        people = {
            r["state"]: int(r["population"])
            for r in csv.DictReader(file)
            if r["table"] == "EU27_2018"
        }
    names = rule.rule.names
    total = sum(people.values())
    assert (len(people), total) == (27, 446_472_959)
    share = next(leaf for leaf in rule.rule.leaves() if "population" in leaf.title)
    assert 100 * share.threshold >= 65 * total > 100 * (share.threshold - 1)
    assert share.threshold == 290_207_424
    assert [leaf.threshold for leaf in rule.rule.leaves()] == [15, 290_207_424, 24]

    def passes(withholding):
        return rule.rule.evaluate([NO if name in withholding else YES for name in names])

    largest = sorted(people, key=people.get, reverse=True)
    assert passes(largest[:3])  # too few to block, although they hold over 35 %
    assert not passes(largest[:4])
    assert 100 * sum(people[s] for s in largest[:3]) > 35 * total
    smallest = largest[::-1]
    assert passes(smallest[:12])
    assert not passes(smallest[:13])


def test_the_block_of_the_common_foreign_policy_needs_members_and_people():
    rule = bound("eu-council", "cfsp", on="2025-06-01").rule
    weights = roster_on(load_body("eu"), day("2025-06-01"), None, ["population"]).roster
    people = dict(zip(weights.names, weights.weight("population"), strict=True))
    largest = sorted(people, key=people.get, reverse=True)

    def passes(abstaining):
        return rule.evaluate([ABSTAIN if name in abstaining else YES for name in rule.names])

    assert passes(largest[:8])
    assert not passes(largest[:9])
    assert passes(largest[-9:])
    assert not rule.evaluate([NO] + [YES] * 26)


def test_without_a_day_a_rule_of_the_past_is_shown_for_its_last_day():
    nice = bound("eu-council", "qualified-nice")
    assert (nice.roster.day, nice.rule.n_players) == ("2014-10-31", 28)
    fifteen = bound("eu-council", "qualified-eu15")
    assert (fifteen.roster.day, fifteen.rule.n_players) == ("2004-04-30", 15)
    assert fifteen.rule.leaves()[0].threshold == 62
    assert sum(fifteen.rule.leaves()[0].yes) == 87


@pytest.mark.parametrize(
    ("on", "members", "quota"),
    [("1946-01-01", 11, 7), ("1965-12-31", 11, 7), ("1966-01-01", 15, 9), ("2025-12-31", 15, 9)],
)
def test_the_council_before_and_after_its_enlargement(on, members, quota):
    rule = bound("unsc", on=on).rule
    assert (rule.n_players, rule.leaves()[0].threshold) == (members, quota)
    assert rule.leaves()[1].no.count(-1) == 5


def test_elected_members_change_on_the_first_of_january():
    before, after = (bound("unsc", on=on).rule.names for on in ("2011-12-31", "2012-01-01"))
    assert set(before) - set(after) == {"BIH", "BRA", "GAB", "LBN", "NGA"}
    assert set(after) - set(before) == {"AZE", "GTM", "MAR", "PAK", "TGO"}


@pytest.mark.parametrize(
    ("body", "on", "message"),
    [
        (
            "unsc",
            "1945-06-26",
            "no rule is known for 1945-06-26; the data cover 1946-01-01 to 1965-12-31; "
            "1966-01-01 to ...",
        ),
        (
            "au-psc",
            "2008-01-01",
            "no roster of au-peace-and-security-council is known for 2008-01-01: the nearest days "
            "with one are 2006-02-28 and 2010-04-01; give the scenario its own 'roster' for this "
            "body",
        ),
        (
            "unga",
            "2005-01-01",
            "no roster of un-general-assembly is known for 2005-01-01: the nearest days with one "
            "are 2011-07-14; give the scenario its own 'roster' for this body",
        ),
    ],
)
def test_a_day_outside_the_data_gives_the_nearest_days(body, on, message):
    with pytest.raises(RuleError) as error:
        bound(body, on=on)
    assert str(error.value) == message


def test_weights_that_are_not_known_for_the_day():
    with pytest.raises(
        RuleError,
        match=r"weights 'population' of eu-council are not known for "
        r"2020-06-01 \(27 of 27 members missing\): the data have EU27_2025 2025-",
    ):
        bound("eu-council", on="2020-06-01")
    with pytest.raises(
        RuleError,
        match=r"no weights table 'EU27_2019' of eu-council \(did you mean "
        r"'EU27_201[68]'\?\)|did you mean 'EU27_2018'",
    ):
        bound("eu-council", on="2025-06-01", own_roster={"table": "EU27_2019", "note": "x"})


def test_recusal_and_absence_by_any_name_of_a_state():
    rule = bound("unsc", "chapter-vi", on="2011-03-17", recused=["Russia"], absent=["china"])
    assert (rule.recused, rule.absent) == (("RUS",), ("CHN",))
    votes = {name: YES for name in rule.rule.names}
    assert rule.rule.evaluate(list({**votes, "RUS": NO, "CHN": NO}.values()))
    literal = bound("unsc", "chapter-vi", "literal", "2011-03-17", recused=["Russia"]).rule
    assert literal.evaluate(list({**votes, "RUS": NO}.values()))
    psc = bound("au-psc", on="2011-01-01", recused=["Libya"]).rule
    assert psc.evaluate([NO if name == "LBY" else YES for name in psc.names])
    with pytest.raises(RuleError, match="Narnia is no member; members: "):
        bound("unsc", on="2011-03-17", recused=["Narnia"])


def test_a_roster_of_the_scenarios_own():
    own = {"members": ["Ghana", "BEN", "ci"], "groups": {"chairs": ["Ghana"]}, "note": "assumed"}
    found = bound("ecowas-msc", on="2003-01-01", own_roster=own)
    assert found.rule.names == ("GHA", "BEN", "CIV")
    assert (found.roster.own, found.roster.confidence) == (True, "C")
    assert found.roster.notes == ("assumed",)
    assert found.roster.roster.group("chairs") == (0,)
    weighted = {"members": ["a", "b"], "weights": {"population": {"a": 70, "b": 30}}, "note": "x"}
    assert bound("eu", "reinforced", on="2025-01-01", own_roster=weighted).rule.evaluate((2, 2))
    weighted["weights"] = {"population": [70]}
    with pytest.raises(RuleError, match="1 weights for 2 members"):
        bound("eu", "reinforced", on="2025-01-01", own_roster=weighted)
    with pytest.raises(RuleError, match="a roster of one's own with weights must list its members"):
        bound(
            "eu", on="2025-01-01", own_roster={"weights": {"population": {"DEU": 1}}, "note": "x"}
        )


def test_names_that_do_not_exist():
    with pytest.raises(RuleError, match=r"no decision 'procedurl' \(did you mean 'procedural'\?\)"):
        load_body("unsc").decision("procedurl")
    with pytest.raises(
        RuleError, match=r"no reading 'literl' of 'substantive' \(did you mean 'lit"
    ):
        load_body("unsc").decision().reading("literl")
    with pytest.raises(InputError, match=r"no body of this name .*did you mean 'nato-council'"):
        load_body("nato-concil")


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


# States.


def test_names_of_states():
    assert {find_state(w) for w in ("CHN", "cn", "China", " CHINA ")} == {"CHN"}
    assert find_state("Cote d'Ivoire") == find_state("Côte d’Ivoire") == "CIV"
    assert find_state("NO") == "NOR"
    assert find_state("Atlantis") is None
    assert find_state("") is None
    assert state_name("NOR") == "Norway"
    assert state_name("seat 1") == "seat 1"
    assert near_state("Chna") == " (did you mean 'China'?)"
    assert near_state("zzzz", ("CHN",)) == ""


def test_no_spelling_means_two_states():
    with (DATA / "states.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for word in (row["iso3"], row["iso2"], row["name"], *row["other_names"].split(";")):
            if word.strip():
                assert find_state(word) == row["iso3"], word
    assert len(states()) == len(rows)


def test_every_state_of_every_roster_is_known():
    codes = set(states())
    for path in (DATA / "rosters").glob("*.csv"):
        if path.stem in ("coverage", "imf-executive-board", "us-electoral-college"):
            continue
        with path.open(encoding="utf-8", newline="") as file:
            assert {row["state"] for row in csv.DictReader(file)} <= codes, path.name
