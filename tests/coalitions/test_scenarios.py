"""The shipped scenarios: what they say agrees with history, or with a calculation by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from coalitions.bodies.recorded_votes import ATTRIBUTION
from coalitions.concessions.packages import packages
from coalitions.decisions.assess import assess
from coalitions.decisions.modelling import model_of
from coalitions.decisions.verdicts import VenueVerdict
from coalitions.files import datasets
from coalitions.scenarios.scenario import Scenario, load
from solvers.concessions import cheapest_package
from solvers.concessions.problem import ConcessionProblem, Package
from solvers.errors import EngineError
from solvers.rules.votes import level_name

SHIPPED = datasets.names("scenarios")
REAL = tuple(name for name in SHIPPED if not load(name).fictional)


def verdict(scenario: Scenario, option: str | None = None) -> VenueVerdict:
    (found,) = assess(scenario, option or scenario.options[0].key).verdicts
    return found


def blockers(found: VenueVerdict) -> list[str]:
    """Members through whom a veto requirement fails."""
    names = found.venue.bound.rule.names
    assert found.diagnosis is not None
    failed = [f for f in found.diagnosis.failed if f.kind == "veto"]
    return [names[i] for finding in failed for i in finding.through]


def variant(tmp_path: Path, name: str, *changes: tuple[str, str]) -> Scenario:
    """Load a shipped scenario with parts of its text replaced."""
    text = datasets.path_of("scenarios", name).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = tmp_path / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_the_shipped_cases() -> None:
    assert set(SHIPPED) >= {
        "council-of-seven",
        "libya-2011",
        "myanmar-2007-2022",
        "rwanda-1994",
        "syria-2012",
        "veskar-strait",
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_every_case_loads_and_answers_as_json(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.never
    assert scenario.summary
    found = assess(scenario)
    assert json.loads(found.to_json()) == found.to_dict()
    assert found.verify()
    for option in scenario.options:
        package = packages(scenario, option.key)
        assert json.loads(package.to_json()) == package.to_dict()


@pytest.mark.parametrize("name", SHIPPED)
def test_digests_follow_the_content_not_the_layout(name: str, tmp_path: Path) -> None:
    digest = load(name).digest
    assert load(name).digest == digest
    path = datasets.path_of("scenarios", name)
    text = path.read_text(encoding="utf-8")
    same, other = tmp_path / "same.yaml", tmp_path / "other.yaml"
    same.write_text(f"# a remark\n{text}\n\n", encoding="utf-8")
    other.write_text(f"marking: exercise\n{text}", encoding="utf-8")
    assert load(same).digest == digest
    assert load(other).digest != digest


def test_a_digest_covers_the_tables_and_bodies_that_a_file_names(tmp_path: Path) -> None:
    case, table, body = (tmp_path / n for n in ("case.yaml", "positions.csv", "body.yaml"))
    body.write_text(
        "format: coalitions-body/1\ntitle: Three\nroster: {members: [X, Y, Z]}\n"
        "decisions:\n  d:\n    title: d\n    effect: internal\n"
        "    readings: {r: {title: two, rule: {in_favour: 2}}}\n",
        encoding="utf-8",
    )
    table.write_text("state,is\nX,for\n", encoding="utf-8")
    case.write_text(
        "format: coalitions/1\ntitle: t\ndate: 2026-01-01\nbodies: {b: {use: body.yaml}}\n"
        "options: {o: {title: t, needs: b, legal_basis: host_consent, effect: 1}}\n"
        "floors: {effect: 0}\nnever: [x]\ntables: {positions: positions.csv}\n",
        encoding="utf-8",
    )
    digests = [load(case).digest]
    table.write_text("state,is\nX,against\n", encoding="utf-8")
    digests.append(load(case).digest)
    body.write_text(body.read_text(encoding="utf-8").replace("in_favour: 2", "in_favour: 3"))
    digests.append(load(case).digest)
    assert len(set(digests)) == 3


@pytest.mark.parametrize("name", REAL)
def test_real_cases_hold_records_and_no_assumptions(name: str) -> None:
    scenario = load(name)
    found = assess(scenario)
    assert not [a for a in found.assumptions if a.origin == "assumed"]
    assert found.guarantee in ("exact", "estimated")
    assert not scenario.amendments
    assert not scenario.concessions
    assert scenario.attribution == (ATTRIBUTION,)
    assert scenario.floor.origin == "stated"
    assert scenario.floor.source
    for option in scenario.options:
        assert option.recorded is None or option.recorded.source
        assert option.recorded is not None or option.positions
        assert {p.origin for p in option.positions.values()} <= {"estimated"}
        assert not option.payoffs
        assert option.effect.origin in ("recorded", "stated")
        assert option.effect.source
        assert packages(scenario, option.key).status in ("not asked", "not eligible")


@pytest.mark.parametrize("name", sorted(set(SHIPPED) - set(REAL)))
def test_fictional_cases_credit_nobody(name: str) -> None:
    assert load(name).attribution == ()


def test_libya() -> None:
    scenario = load("libya-2011")
    found = verdict(scenario)
    assert found.headline == "PASSED (recorded)"
    assert found.totals == (10, 0, 5, 0, 0)
    assert found.status == "eligible"
    (literal,) = found.other_readings
    assert (literal.name, literal.passed) == ("literal", False)
    assert literal.through == ("CHN*", "RUS*")
    changed = verdict(scenario.what_if(CHN="against"))
    assert changed.headline == "WOULD HAVE FAILED"
    assert blockers(changed) == ["CHN"]
    assert verdict(scenario.what_if(DEU="against", IND="against")).passed
    assert verdict(scenario.what_if(PRT="abstain")).passed
    assert verdict(scenario.what_if(PRT="abstain", GAB="absent")).passed is False
    assert verdict(scenario).headline == "PASSED (recorded)"  # the first was not changed


def test_syria() -> None:
    scenario = load("syria-2012")
    assert [(v.option.key, v.passed, v.totals) for v in assess(scenario).verdicts] == [
        ("council-february", False, (13, 2, 0, 0, 0)),
        ("assembly-february", True, (137, 12, 17, 27, 0)),
        ("council-july", False, (11, 2, 2, 0, 0)),
        ("assembly-august", True, (133, 12, 31, 17, 0)),
    ]
    for option in ("council-february", "council-july"):
        found = verdict(scenario, option)
        assert blockers(found) == ["CHN", "RUS"]
        assert found.venue.bound.decision.effect == "binding"
        everybody = {s.state: "for" for s in found.votes if s.state not in ("CHN", "RUS")}
        assert verdict(scenario.what_if(**everybody), option).passed is False
        assert verdict(scenario.what_if(CHN="abstain"), option).passed is False
        assert verdict(scenario.what_if(RUS="abstain"), option).passed is False
        assert verdict(scenario.what_if(CHN="abstain", RUS="abstain"), option).passed is True
    for option in ("assembly-february", "assembly-august"):
        found = verdict(scenario, option)
        assert found.basis == "totals"
        assert found.venue.bound.decision.effect == "recommendation"
        assert found.votes == ()


def test_a_change_of_vote_where_only_totals_are_known() -> None:
    scenario = load("syria-2012").what_if(CHN="against", DEU="absent")
    found = verdict(scenario, "assembly-february")
    assert found.headline == "WOULD HAVE PASSED"
    assert found.totals == (135, 13, 17, 28, 0)  # both may have been in favour
    assert [(s.state, level_name(s.vote)) for s in found.votes] == [
        ("CHN", "against"),
        ("DEU", "absent"),
    ]


def test_rwanda() -> None:
    scenario = load("rwanda-1994")
    verdicts = {v.option.key: v for v in assess(scenario).verdicts}
    assert {k: (v.passed, v.totals[:3], v.status) for k, v in verdicts.items()} == {
        "resolution-912": (True, (15, 0, 0), "not eligible"),
        "resolution-918": (True, (0, 0, 0), "eligible"),
        "resolution-925": (True, (15, 0, 0), "eligible"),
        "resolution-929": (True, (10, 0, 5), "not eligible"),
        "resolution-955": (True, (13, 1, 1), "not eligible"),
    }
    cut = verdicts["resolution-912"]
    assert cut.why == "effect 270 is below the floor of 5500 troops authorised"
    assert packages(scenario, "resolution-912").status == "not eligible"
    late = verdicts["resolution-918"]
    assert late.headline == "ADOPTED WITHOUT A VOTE (recorded)"
    assert late.diagnosis is None
    assert late.option.recorded is not None
    assert "to be verified" in late.option.recorded.note
    for key in ("resolution-918", "resolution-925"):
        afterwards = verdicts[key].option.afterwards
        assert afterwards is not None
        assert afterwards["outcome"] == "adopted_late_and_not_fielded"
        assert all(afterwards[k] for k in ("vote", "deployment", "protection", "sources"))
    court = verdicts["resolution-955"]
    assert [s.state for s in court.votes if s.vote == 0] == ["RWA"]
    assert "success" not in scenario.summary.replace("Not a success", "")


def test_a_change_of_vote_where_nobody_was_asked() -> None:
    scenario = load("rwanda-1994")
    elected = verdict(scenario.what_if(RWA="against"), "resolution-918")
    assert elected.verdict == "turns on"  # not "would have failed": the others are not known
    assert len(elected.turns_on) == 14
    permanent = verdict(scenario.what_if(CHN="against"), "resolution-918")
    assert permanent.headline == "FAILS THROUGHOUT under these inputs"
    assert blockers(permanent) == ["CHN"]
    elsewhere = verdict(scenario.what_if(CHN="abstain"), "resolution-925")
    assert elsewhere.headline == "WOULD HAVE PASSED"


def test_myanmar() -> None:
    scenario = load("myanmar-2007-2022")
    before, after = assess(scenario).verdicts
    assert (before.passed, before.totals) == (False, (9, 3, 3, 0, 0))
    assert blockers(before) == ["CHN", "RUS"]
    assert [s.state for s in before.votes if s.vote == 0] == ["CHN", "RUS", "ZAF"]
    assert (after.passed, after.totals) == (True, (12, 0, 3, 0, 0))
    assert after.option.date.isoformat() == "2022-12-21"
    assert [o.through for o in after.other_readings] == [("CHN*", "RUS*")]
    assert verdict(scenario.what_if(CHN="abstain", RUS="abstain"), "draft-2007").passed


def seven(scenario: Scenario) -> ConcessionProblem:
    (option,) = scenario.options
    return model_of(scenario, option, option.venues[0]).problem


def test_council_of_seven_through_the_solver() -> None:
    scenario = load("council-of-seven")
    assert cheapest_package(seven(scenario)).cost == 4
    assert packages(scenario).cost == 4
    assert packages(scenario, without_amendments=True).cost == 9


@pytest.mark.parametrize(
    ("reading", "cost"),
    [
        ("practised", 9),
        ("literal", 11),
        ("no-veto", 5),
        ("consensus", 11),
        ("majority-of-voting", 3),
        ("two-thirds-of-voting", 5),
    ],
)
def test_council_of_seven_under_other_readings(reading: str, cost: int) -> None:
    scenario = load("council-of-seven").read_as(reading)
    found = packages(scenario, without_amendments=True)
    assert found.cost == cost == cheapest_by_hand(seven(scenario), frozenset())


def cheapest_by_hand(problem: ConcessionProblem, adopted: frozenset[int]) -> Fraction | None:
    """Try every way to lift every state to acquiescence or support, at unit cost."""
    lifts = []
    for player, voter in enumerate(problem.voters):
        margin = problem.margin(player, Package(amendments=adopted))
        assert margin is not None
        lifts.append([(max(Fraction(0), t - margin), t) for t in (margin, -voter.band, 0)])
    costs = []
    for choice in product(*lifts):
        paid = {
            next(m for m, t in enumerate(problem.transfers) if t.recipient == i): amount
            for i, (amount, _) in enumerate(choice)
            if amount
        }
        package = Package(adopted, paid)
        if "rule" not in problem.violations(package):
            costs.append(problem.cost(package))
    return min(costs, default=None)


def test_council_of_seven_by_amendments() -> None:
    scenario = load("council-of-seven")
    problem = seven(scenario)
    sets = {(): 9, ("sunset",): 6, ("lead",): 5, ("sunset", "lead"): 4}
    keys = [a.key for a in scenario.amendments]
    for names, cost in sets.items():
        adopted = frozenset(keys.index(n) for n in names)
        assert cheapest_by_hand(problem, adopted) == cost


def test_council_of_seven_with_exclusive_amendments(tmp_path: Path) -> None:
    lead = "title: A regional organisation leads\n"
    scenario = variant(tmp_path, "council-of-seven", (lead, f"{lead}    excludes: [sunset]\n"))
    found = packages(scenario)
    assert found.cost == 5
    assert [(p["part"], p["name"], p["to"], p["amount"]) for p in found.rows()] == [
        ("amendment", "lead", "", "1"),
        ("transfer", "cash", "B", "3"),
        ("transfer", "cash", "f", "1"),
    ]


@pytest.mark.parametrize(
    ("extra", "cost"),
    [("    cap: {B: 3, default: 100}\n", None), ("budgets: [{limit: 8}]\n", None),
     ("    cap: {B: 4, d: 2, default: 3}\n", 9), ("    trust: {B: 0.5, default: 1}\n", 13)],
)  # fmt: skip
def test_council_of_seven_with_caps_and_trust(tmp_path: Path, extra: str, cost: int | None) -> None:
    scenario = variant(tmp_path, "council-of-seven", ("    to: all\n", f"    to: all\n{extra}"))
    found = packages(scenario, without_amendments=True)
    assert found.cost == cost
    assert found.status == ("none" if cost is None else "found")


def test_the_strait() -> None:
    scenario = load("veskar-strait")
    now = verdict(scenario)
    assert now.headline == "FAILS THROUGHOUT under these inputs"
    assert set(blockers(now)) == {"Corvane", "Dravik"}
    found = packages(scenario)
    assert (found.status, found.guarantee, found.cost) == ("found", "optimal", Fraction(32, 5))
    assert found.irreducible
    assert found.verify()
    assert [(p["part"], p["name"], p["to"], p["amount"]) for p in found.rows()] == [
        ("amendment", "host-notice", "", "1"),
        ("amendment", "regional-lead", "", "1"),
        ("amendment", "joint-panel", "", "1"),
        ("transfer", "port-works", "Gorland", "2/5"),
        ("item", "hull-insurance", "Corvane", "1"),
        ("item", "port-visit", "Havria", "1"),
    ]
    votes = found.answer()["votes"]
    assert [s for s, v in votes.items() if v == "abstain"] == ["Corvane", "Dravik", "Ostrau"]
    assert sum(v == "for" for v in votes.values()) == 9
    assert packages(scenario, without_amendments=True).status == "none"
    # without the floor the escort would be the first thing to go; the red line never moves
    lines = [a.key for a in scenario.amendments if a.crosses]
    assert lines == ["line-recognised"]


def test_the_strait_without_a_floor(tmp_path: Path) -> None:
    old = "floors:\n  effect: {value: 12, "
    scenario = variant(tmp_path, "veskar-strait", (old, old.replace("12", "0")))
    found = packages(scenario)
    assert found.cost is not None
    assert found.cost < Fraction(32, 5)
    chosen = [p["name"] for p in found.rows() if p["part"] == "amendment"]
    assert "line-recognised" not in chosen


def test_asking_for_what_is_not_there() -> None:
    with pytest.raises(EngineError, match=r"did you mean 'libya-2011'\?"):
        load("libya-2012")
    with pytest.raises(EngineError, match="'ISL' takes part in no vote of libya-2011"):
        load("libya-2011").what_if(ISL="for")
    with pytest.raises(EngineError, match=r"CHN=agains: .*\(did you mean 'against'\?\)"):
        load("libya-2011").what_if(CHN="agains")
    with pytest.raises(EngineError, match="name one of the options; it has council-february"):
        load("syria-2012").option()


def test_the_json_schema_accepts_the_shipped_cases() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from coalitions.files.yaml12 import load_file
    from coalitions.scenarios.scenario_file import json_schema

    schema = json_schema()
    shipped = datasets.data_root() / "scenario.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == schema
    newest = getattr(jsonschema, "Draft202012Validator", jsonschema.Draft7Validator)
    check = newest(schema)
    for name in SHIPPED:
        check.validate(load_file(datasets.path_of("scenarios", name)).data)
