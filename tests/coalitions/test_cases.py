"""The real cases with estimates: nothing assumed, dated evidence, the numbers of the model."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from statistics import NormalDist

import pytest
from click.testing import CliRunner

from coalitions.bodies.recorded_votes import ATTRIBUTION, find_vote
from coalitions.cli import main
from coalitions.concessions.packages import packages
from coalitions.decisions.assess import assess
from coalitions.decisions.verdicts import VenueVerdict
from coalitions.files import datasets
from coalitions.files.yaml12 import load as load_text
from coalitions.files.yaml12 import load_file
from coalitions.forecasts.estimate import EstimatedPosition, PositionEstimates, estimate_positions
from coalitions.forecasts.position_lines import (
    chance_texts,
    correlation_line,
    covering_word,
    position_lines,
)
from coalitions.scenarios.scenario import Option, Position, Scenario
from coalitions.scenarios.scenario import load as load_scenario
from coalitions.scenarios.scenario_file import PositionModel
from coalitions.solving.solve import solve


@cache
def load(name: str) -> Scenario:
    return load_scenario(name)


@cache
def judged(name: str) -> dict[str, VenueVerdict]:
    """The verdict on each option in its first venue."""
    found = {v.option.key: v for v in reversed(assess(load(name)).verdicts)}
    return {o.key: found[o.key] for o in load(name).options}


REAL = tuple(n for n in datasets.names("scenarios") if not load(n).fictional)
RECORDED = (
    "darfur-2004-2006",
    "gaza-2023-2025",
    "kosovo-1999",
    "syria-cross-border-2019-2022",
)
ESTIMATED = ("eu-sanctions-qmv", "unga-important-question")
TOPIC = re.compile(r"record on ([a-z/-]+)")


def own_positions(option: Option) -> dict[str, Position]:
    return {s: p for s, p in option.positions.items() if s != "default"}


def topic_of(option: Option) -> str:
    found = {TOPIC.fullmatch(p.source).group(1) for p in own_positions(option).values()}
    (topic,) = found
    return topic


def estimated_options(name: str) -> list[Option]:
    return [o for o in load(name).options if own_positions(o)]


def words(data: object) -> list[dict]:
    """Everything in a file that has an origin, or could have one; a margin has its position's."""
    if isinstance(data, dict):
        inner = [part for key, part in data.items() if not (key == "margin" and "is" in data)]
        return [data, *(w for part in inner for w in words(part))]
    if isinstance(data, list):
        return [w for part in data for w in words(part)]
    return []


def test_the_cases_are_shipped() -> None:
    assert set(REAL) >= {*RECORDED, *ESTIMATED, "libya-2011", "rwanda-1994", "syria-2012"}


@pytest.mark.parametrize("name", REAL)
def test_no_real_case_contains_an_assumed_number(name: str) -> None:
    data = load_file(datasets.path_of("scenarios", name)).data
    for part in words(data):
        assert part.get("origin") != "assumed"
        if "value" in part or "is" in part:
            assert part["origin"] in ("recorded", "stated", "estimated")
            assert part["source"]
        if part.get("origin") == "estimated":
            assert part["date"]
            assert part["confidence"] in ("medium", "low")
    assert not {"amendments", "concessions", "budgets", "payoffs", "unit"} & set(data)
    scenario = load(name)
    assert scenario.floor.origin != "assumed"
    assert all(o.effect.origin != "assumed" for o in scenario.options)
    found = assess(scenario)
    assert not [a for a in found.assumptions if a.origin == "assumed"]
    assert scenario.attribution == (ATTRIBUTION,)


@pytest.mark.parametrize("name", [*RECORDED, *ESTIMATED])
def test_every_member_is_estimated_from_what_was_known_before(name: str) -> None:
    for option in load(name).options:
        own = own_positions(option)
        for venue in option.venues:
            assert set(own) == set(venue.bound.rule.names)
        assert topic_of(option)
        for position in own.values():
            assert position.origin == "estimated"
            assert not position.conditions
            assert position.date < option.date.isoformat()
            assert min(position.chances.by_level) > 0
            assert sum(position.chances.by_level) == 1
            margin = position.margin
            assert margin.low < margin.value < margin.high
            # The chances and the margin say the same, each rounded.
            normal = NormalDist()
            assert abs(position.chances.yes - normal.cdf(float(margin.value))) < 5e-4
            against = normal.cdf(float(-margin.value - margin.band))
            assert abs(position.chances.against - against) < 5e-4
        assert option.correlation.origin == "estimated"
        assert option.correlation.date < option.date.isoformat()


@pytest.mark.parametrize("name", RECORDED)
def test_votes_are_those_of_the_record(name: str) -> None:
    scenario = load(name)
    data = load_file(datasets.path_of("scenarios", name)).data["options"]
    verdicts = judged(name)
    for option in scenario.options:
        vote = find_vote(data[option.key]["recorded"]["symbol"])
        found = verdicts[option.key]
        assert found.basis == "recorded"
        assert found.passed == vote.adopted
        assert found.totals[:3] == vote.totals[:3]
        assert {s.state: s.vote for s in found.votes} == dict(vote.votes)
        assert str(vote.symbol) in datasets.path_of("scenarios", name).read_text(encoding="utf-8")


# Symbols and totals as in published accounts of the votes.
@pytest.mark.parametrize(
    ("name", "option", "totals", "passed"),
    [
        ("syria-cross-border-2019-2022", "draft-2019-961", (13, 2, 0), False),
        ("syria-cross-border-2019-2022", "draft-2019-962", (5, 6, 4), False),
        ("syria-cross-border-2019-2022", "resolution-2504", (11, 0, 4), True),
        ("syria-cross-border-2019-2022", "draft-2020-654", (13, 2, 0), False),
        ("syria-cross-border-2019-2022", "draft-2020-658", (4, 7, 4), False),
        ("syria-cross-border-2019-2022", "draft-2020-667", (13, 2, 0), False),
        ("syria-cross-border-2019-2022", "draft-2020-683", (4, 7, 4), False),
        ("syria-cross-border-2019-2022", "resolution-2533", (12, 0, 3), True),
        ("syria-cross-border-2019-2022", "resolution-2642", (12, 0, 3), True),
        ("kosovo-1999", "draft-328", (3, 12, 0), False),
        ("kosovo-1999", "resolution-1244", (14, 0, 1), True),
        ("darfur-2004-2006", "resolution-1593", (11, 0, 4), True),
        ("gaza-2023-2025", "resolution-2728", (14, 0, 1), True),
        ("gaza-2023-2025", "draft-2025-583", (14, 1, 0), False),
    ],
)
def test_outcomes(name: str, option: str, totals: tuple, passed: bool) -> None:
    found = judged(name)[option]
    assert (found.totals[:3], found.passed) == (totals, passed)


def test_record_and_estimate_stand_side_by_side() -> None:
    found = judged("kosovo-1999")["draft-328"]
    assert "USA: recorded against, modelled for" in found.differences
    told = str(solve(load("syria-cross-border-2019-2022"), "draft-2020-654"))
    assert "RESTS ON" in told
    for verdict in judged("gaza-2023-2025").values():
        assert verdict.status == "eligible"


def test_what_the_summaries_count() -> None:
    gaza = list(judged("gaza-2023-2025").values())
    failed = [v for v in gaza if not v.passed]
    permanent = {"CHN", "FRA", "GBR", "RUS", "USA"}
    against = [{s.state for s in v.votes if s.vote == 0} & permanent for v in failed]
    enough = [v.totals[0] >= 9 for v in failed]
    assert (len(gaza), len(failed)) == (15, 10)
    assert sum(e and a == {"USA"} for e, a in zip(enough, against, strict=True)) == 6
    assert sum(e and a == {"CHN", "RUS"} for e, a in zip(enough, against, strict=True)) == 2
    assert sum(not e and bool(a) for e, a in zip(enough, against, strict=True)) == 2
    for v in gaza:
        if v.passed:
            assert any(s.vote != 2 for s in v.votes if s.state in permanent)
    for v in judged("darfur-2004-2006").values():
        assert v.passed
        assert v.totals[1] == 0
        assert 2 <= v.totals[2] <= 4
        assert [o.passed for o in v.other_readings] == [False]
    kosovo = [v for v in judged("kosovo-1999").values() if v.passed]
    assert len(kosovo) == 5
    for v in kosovo:
        assert v.totals[1] == 0
        assert next(s.vote for s in v.votes if s.state == "CHN") == 1


@pytest.mark.parametrize("name", ESTIMATED)
def test_cases_without_a_record_turn_on_states(name: str) -> None:
    scenario = load(name)
    for verdict in assess(scenario).verdicts:
        assert verdict.basis == "positions"
        assert verdict.headline.startswith("TURNS ON")
        assert verdict.option.recorded is None
    for option in scenario.options:
        assert packages(scenario, option.key, option.venues[0].key).status == "not asked"


def check_numbers(option: Option, body: str) -> None:
    """Compare the chances and words of a file with those of the model."""
    own = own_positions(option)
    found = estimate_positions(list(own), option.date, topic_of(option), body)
    for p in found.positions:
        told = own[p.state]
        chances = told.chances
        for number, chance in (
            (chances.yes, p.yes), (chances.abstain, p.abstain), (chances.against, p.against),
        ):  # fmt: skip
            assert abs(float(number) - chance) < 2e-4, (option.key, p.state)
        assert float(option.correlation.value) == found.correlation
        span = told.margin
        for number, end in ((span.value, p.margin), (span.low, p.low), (span.high, p.high),
                            (span.band, p.band)):  # fmt: skip
            assert abs(float(number) - end) < 2e-3, (option.key, p.state)
        assert (told.date, told.confidence) == (found.newest_vote, p.confidence)
        ends = (p.low, p.high, p.low + p.band, p.high + p.band)
        if min(map(abs, ends)) > 1e-3:  # an end on a threshold may fall to either side
            assert told.word == covering_word(p)


@pytest.mark.parametrize("name", [*RECORDED, *ESTIMATED])
def test_numbers_in_the_files_are_those_of_the_model(name: str) -> None:
    options = estimated_options(name)
    for option in {o.key: o for o in (options[0], options[-1])}.values():  # a second for each
        check_numbers(option, option.venues[0].bound.body.name)


def estimate(low: float, high: float, band: float) -> EstimatedPosition:
    return EstimatedPosition(
        "XXX", 0.12344, 0.25, 0.62656, 0.3, low, high, band, 0.1, "low", "", 60, "2006-09-01"
    )


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.1, 2, "for"),
        (-0.4, 2, "leans_for"),
        (-0.4, -0.1, "abstain"),
        (-1, -0.1, "leans_against"),
        (-2, -0.6, "against"),
        (-1, 0, "unknown"),
    ],
)
def test_words_cover_the_interval(low: float, high: float, word: str) -> None:
    assert covering_word(estimate(low, high, 0.5)) == word


def test_a_line_is_read_back() -> None:
    p = estimate(-0.4, 2, 0.5)
    found = PositionEstimates(
        "2007-01-12", "asia/myanmar", "un-security-council", 0.8, (p,), 0.65, "2007-01-10", "", ()
    )
    assert chance_texts(p) == ("0.6266", "0.2500", "0.1234")
    line = position_lines(found)
    assert line == (
        "  XXX: {is: leans_for, origin: estimated, date: 2007-01-10, confidence: low, "
        "source: record on asia/myanmar, chances: {for: 0.6266, abstain: 0.2500, against: 0.1234}, "
        "margin: {value: 0.300, low: -0.400, high: 2.000, band: 0.500}}\n"
    )
    read = load_text("x", line).data["XXX"]
    assert set(PositionModel.model_fields) >= set(read) - {"is"}
    assert sum(Fraction(str(x)) for x in read["chances"].values()) == 1
    common = load_text("x", correlation_line(found)).data["correlation"]
    assert (common["value"], common["origin"], common["confidence"]) == (
        0.65, "estimated", "medium",
    )  # fmt: skip


def test_the_command_writes_the_lines_of_the_case() -> None:
    call = ["estimate", "un-security-council", "--date", "2020-07-07"]
    said = CliRunner().invoke(main, [*call, "--topic", "middle-east/syria"])
    assert said.exit_code == 0, said.output
    option = load("syria-cross-border-2019-2022").option("draft-2020-654")
    lines = [x for x in said.output.splitlines() if "{is: " in x]
    assert lines[0].startswith("  BEL: {is: unknown, origin: estimated, date: 2020-07-01,")
    assert [line.split(":")[0].strip() for line in lines] == list(own_positions(option))
    written = load_text("x", said.stdout).data
    assert written["correlation"]["value"] == float(option.correlation.value)
    for state, position in own_positions(option).items():
        chance = Fraction(str(written["positions"][state]["chances"]["for"]))
        assert abs(chance - position.chances.yes) < Fraction(1, 5000)
    wrong = CliRunner().invoke(main, [*call, "--topic", "middle-east/siria"])
    assert wrong.exit_code == 2
    assert "did you mean 'middle-east/syria'?" in wrong.output


def test_a_case_of_your_own_from_those_lines(tmp_path) -> None:
    shipped = load("syria-cross-border-2019-2022")
    option = shipped.option("draft-2020-654")
    found = estimate_positions(
        list(own_positions(option)), "2020-07-07", topic_of(option), "un-security-council"
    )
    lines = position_lines(found) + correlation_line(found)
    file = tmp_path / "case.yaml"
    file.write_text(
        "format: coalitions/1\ntitle: t\ndate: 2020-07-07\n"
        "bodies: {council: {use: un-security-council}}\n"
        "options: {o: {title: t, needs: council, legal_basis: host_consent, effect: 1}}\n"
        f"floors: {{effect: 0}}\nnever: [x]\npositions:\n{lines}",
        encoding="utf-8",
    )
    from coalitions.forecasts.inform import inform

    own = load_scenario(file)
    one, other = (inform(s, o).parts[0] for s, o in ((own, "o"), (shipped, "draft-2020-654")))
    assert abs(one.probability - other.probability) < 1e-3
    assert json.loads(inform(own).to_json())["guarantee"] == "estimated"
