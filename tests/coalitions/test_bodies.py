"""Shipped bodies: every rule binds and behaves, on its day, with its roster and its weights."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from body_cases import bound, day

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import roster_on
from coalitions.errors import InputError
from coalitions.files import datasets
from solvers.errors import RuleError

NO, ABSTAIN, YES, ABSENT = range(4)
DATA = Path(__file__).parents[2] / "data"
ALL = [
    (body, decision, reading)
    for body in datasets.names("bodies")
    for decision, kind in load_body(body).decisions.items()
    for reading in kind.readings
]


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
