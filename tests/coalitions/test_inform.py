"""Chances of passage and the worth of knowing a vote, against trying every profile."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from oracles import decided
from strategies import rules

from coalitions.cli import main
from coalitions.forecasts.inform import Information, inform, information_checks
from coalitions.forecasts.inform_votes import findings_error, value_of_votes, value_under_factor
from coalitions.scenarios.scenario import Scenario, load
from solvers.errors import EngineError, LimitError
from solvers.power import passage_floats
from solvers.power.common_factor import FactorVotes, factor_passage
from solvers.power.correlated import Mixture, World
from solvers.power.passage_floats import PassageTable
from solvers.rules.rule import Quota, Rule

MAJORITY = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))


@st.composite
def chances(draw, n):
    rows = []
    for _ in range(n):
        parts = draw(st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any))
        rows.append([Fraction(p, sum(parts)) for p in parts])
    return rows  # against, abstain, for


@st.composite
def worlds(draw, n):
    weights = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    return [(Fraction(w, sum(weights)), draw(chances(n))) for w in weights]


def by_hand(root, n, of_world, asked):
    """Tables of chance and passage by the votes of those asked, from every profile."""
    table = {votes: [Fraction(0), Fraction(0)] for votes in product(range(3), repeat=len(asked))}
    for weight, rows in of_world:
        for profile in product(range(3), repeat=n):
            chance = weight
            for i, vote in enumerate(profile):
                chance *= rows[i][vote]
            entry = table[tuple(profile[i] for i in asked)]
            entry[0] += chance
            entry[1] += chance * decided(root, profile)
    return table


@given(st.data())
def test_findings_equal_trying_every_profile(data) -> None:
    rule = data.draw(rules(max_players=4))
    n = rule.n_players
    of_world = data.draw(worlds(n))
    together = data.draw(st.integers(1, min(2, n)))
    ends = data.draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=n, max_size=n)
    )
    intervals = [(min(e), max(e)) for e in ends]
    mixture = Mixture(
        tuple(World(w, [r[2] for r in rows], [r[1] for r in rows]) for w, rows in of_world)
    )
    found = value_of_votes(rule, mixture, intervals, together)
    root = rule.to_dict()["root"]
    assert len(found) == len(list(combinations(range(n), together)))
    for f in found:
        asked = [rule.names.index(s) for s in f.states]
        table = by_hand(root, n, of_world, asked)
        total = sum(p for _, p in table.values())
        variance = sum((c * (p / c - total) ** 2 for c, p in table.values() if c), Fraction(0))
        assert f.reduction == variance
        assert 0 <= f.reduction <= total * (1 - total)
        settles = Fraction(0)
        for votes, (chance, passed) in table.items():
            told = f.given.get(votes, (Fraction(0), Fraction(0)))
            assert (told[0], told[0] * told[1]) == (chance, passed)
            open_to = [range(low, high + 1) for low, high in intervals]
            for i, vote in zip(asked, votes, strict=True):
                open_to[i] = range(vote, vote + 1)
            if len({decided(root, p) for p in product(*open_to)}) == 1:
                settles += chance
        assert f.settles == settles
    order = [(-f.reduction, -f.settles, f.states) for f in found]
    assert order == sorted(order)


def test_asking_more_tells_no_less() -> None:
    mixture = Mixture(
        (
            World("1/4", ["0.2", "0.1", "0.3"], ["0.1", "0.4", "0.1"]),
            World("3/4", ["0.8", "0.6", "0.7"], ["0.1", "0.2", "0.2"]),
        )
    )
    single = {f.states[0]: f for f in value_of_votes(MAJORITY, mixture, [(0, 2)] * 3)}
    for pair in value_of_votes(MAJORITY, mixture, [(0, 2)] * 3, 2):
        assert pair.reduction >= max(single[s].reduction for s in pair.states)
    (everybody,) = value_of_votes(MAJORITY, mixture, [(0, 2)] * 3, 3)
    passed = sum(c * q for c, q in everybody.given.values())
    assert everybody.reduction == passed * (1 - passed)  # then nothing is left open
    assert everybody.settles == 1


def test_a_veto_that_is_used_settles_the_outcome() -> None:
    found = inform(load("syria-cross-border-2019-2022"), "draft-2020-654").parts[0]
    by_state = {f.states[0]: f for f in found.findings}
    for state in ("CHN", "FRA", "GBR", "RUS", "USA"):
        chance = found.chances[found.rule.names.index(state)]
        finding = by_state[state]
        assert finding.given[0,][1] == 0
        assert abs(finding.settles - chance.against) < findings_error(found.error, 1) < 1e-8
    assert by_state["DEU"].settles == 0
    assert found.probability > found.independent  # objections come together


def case(tmp_path: Path, positions: str, rule: str = "{in_favour: 2}") -> Scenario:
    (tmp_path / "body.yaml").write_text(
        "format: coalitions-body/1\ntitle: Three\nroster: {members: [X, Y, Z]}\n"
        "decisions:\n  d:\n    title: d\n    effect: internal\n"
        f"    readings: {{r: {{title: two, rule: {rule}}}}}\n",
        encoding="utf-8",
    )
    file = tmp_path / "case.yaml"
    file.write_text(
        "format: coalitions/1\ntitle: t\ndate: 2026-01-01\nbodies: {b: {use: body.yaml}}\n"
        "options: {o: {title: t, needs: b, legal_basis: host_consent, effect: 1}}\n"
        f"floors: {{effect: 0}}\nnever: [x]\npositions:\n{positions}",
        encoding="utf-8",
    )
    return load(file)


PANEL = (
    "  X: {is: unknown, origin: estimated, source: panel, chances: {for: 0.5, abstain: 0.25, "
    "against: 0.25}}\n"
)


def test_chances_from_sources_words_and_the_user(tmp_path: Path) -> None:
    scenario = case(tmp_path, PANEL + "  Y: {is: for, origin: stated}\n  Z: {is: unknown}\n")
    with pytest.raises(EngineError, match="o: no chances are known of Z"):
        inform(scenario)
    found = inform(scenario, chances={"Z": ("0.2", "0.1")})
    (part,) = found.parts
    assert part.probability == part.independent == 1 - Fraction(1, 2) * Fraction(4, 5)
    assert [(c.yes, c.abstain, c.against) for c in part.chances] == [
        (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),
        (1, 0, 0),
        (Fraction(1, 5), Fraction(1, 10), Fraction(7, 10)),
    ]
    assert part.findings[0].states == ("X",)
    assert found.guarantee == "estimated"
    assert {(a.place, a.origin) for a in found.assumptions} == {
        ("chances", "assumed"),
        ("positions.X", "estimated"),
        ("positions.Y", "stated"),
    }
    changed = inform(scenario.what_if(X="for"), chances={"Z": ("0.2", "0.1")})
    assert changed.parts[0].probability == 1
    assert "ask nobody" in str(changed)
    assert changed.guarantee == "exact"


def test_the_common_factor_is_read_and_can_be_put_aside(tmp_path: Path) -> None:
    scenario = case(
        tmp_path,
        "  default: {is: unknown, origin: estimated, source: panel, "
        "chances: {for: 0.5, abstain: 0.25, against: 0.25}}\n"
        "correlation: {value: 0.5, origin: estimated, source: panel}\n",
    )
    found = inform(scenario)
    (joint,) = found.parts
    assert joint.probability == pytest.approx(1 / 2, abs=joint.error)  # two of three, all alike
    assert joint.bounds[0] < 1 / 2 < joint.bounds[1]
    by_factor = factor_passage(joint.rule, ["1/2"] * 3, "1/2", ["1/4"] * 3)
    assert (joint.probability, joint.error) == (by_factor.probability, by_factor.error)
    assert "off by at most" in str(found)
    assert ("correlation", "estimated") in {(a.place, a.origin) for a in found.assumptions}
    alone = inform(scenario, correlation=0).parts[0]
    assert alone.probability == alone.independent == Fraction(1, 2)
    assert (alone.error, alone.bounds, alone.nodes) == (0, None, 0)


@given(st.data())
def test_findings_under_a_factor_equal_those_of_its_values_one_by_one(data) -> None:
    """Every value of the factor is a state of the world, of which all profiles are tried."""
    rule = data.draw(rules(max_players=3))
    n = rule.n_players
    rows = data.draw(chances(n))
    together = data.draw(st.integers(1, min(2, n)))
    votes = FactorVotes.of(
        tuple(r[2] for r in rows), tuple(r[1] for r in rows), Fraction(3, 5)
    )  # fmt: skip
    found = value_under_factor(PassageTable(rule), votes, [(0, 2)] * n, together)
    assert len(found) == len(list(combinations(range(n), together)))
    chance = [1 - votes.yes - votes.abstain, votes.abstain, votes.yes]
    root = rule.to_dict()["root"]
    for f in found:
        asked = [rule.names.index(s) for s in f.states]
        table = {known: [0.0, 0.0] for known in product(range(3), repeat=together)}
        for profile in product(range(3), repeat=n):
            law = votes.nodes.masses
            for i, vote in enumerate(profile):
                law = law * chance[vote][i]
            entry = table[tuple(profile[i] for i in asked)]
            entry[0] += law.sum()
            entry[1] += law.sum() * decided(root, profile)
        total = sum(p for _, p in table.values())
        variance = sum(c * (p / c - total) ** 2 for c, p in table.values() if c > 1e-15)
        assert f.reduction == pytest.approx(variance, abs=1e-11)
        assert f.reduction <= total * (1 - total) + 1e-11
        settles = 0.0
        for known, (c, passed) in table.items():
            told = f.given.get(known, (0.0, 0.0))
            assert (told[0], told[0] * told[1]) == pytest.approx((c, passed), abs=1e-12)
            open_to = [range(3)] * n
            for i, vote in zip(asked, known, strict=True):
                open_to[i] = range(vote, vote + 1)
            settles += c * (len({decided(root, p) for p in product(*open_to)}) == 1)
        assert f.settles == pytest.approx(settles, abs=1e-11)


def test_one_vote_of_many_alike_tells_of_the_factor() -> None:
    """At even odds and correlation 1/2 the others' votes are as many as one likes, evenly."""
    n, needed = 101, 51
    even, none = (Fraction(1, 2),) * n, (Fraction(0),) * n
    votes = FactorVotes.of(even, none, Fraction(1, 2))
    rule = Rule(n, Quota((1,) * n, (0,) * n, (0,) * n, needed))
    found = value_under_factor(PassageTable(rule), votes, [(0, 2)] * n)
    # Given one vote for, k votes for among all have the chance 2 k / (n (n + 1)).
    passes = sum(2 * k for k in range(needed, n + 1)) / (n * (n + 1))
    assert [f.states for f in found] == sorted(f.states for f in found)
    for f in found:
        assert f.given[2,] == pytest.approx((0.5, passes), abs=1e-9)
        assert f.reduction == pytest.approx((passes - 0.5) ** 2, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"chances": {"ISL": ("1", "0")}}, "'ISL' votes on nothing here"),
        ({"chances": {"RUS": ("0.8", "0.3")}}, "their sum at most 1"),
        ({"chances": {"RUS": (0.8, "0")}}, "is the float 0.8"),
        ({"chances": {"RUS": ("1", "0"), "Russia": ("1", "0")}}, "RUS is given chances twice"),
        ({"correlation": "1"}, "the correlation is 1"),
        ({"together": 0}, "ask at least one"),
        ({"together": 16}, "there are 15"),
        ({"option": "draft"}, "no option 'draft'"),
    ],
)
def test_wrong_questions(call: dict, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        inform(load("syria-cross-border-2019-2022"), **{"option": "draft-2020-654", **call})


def test_too_many_sets_are_refused_before_anything_is_computed(monkeypatch) -> None:
    rule = Rule(40, Quota((1,) * 40, (0,) * 40, (0,) * 40, 20))
    even = ["1/2"] * 40
    with pytest.raises(LimitError, match=r"takes 7,020 runs; the limit is 5,000"):
        value_of_votes(rule, Mixture.independent(even), [(0, 2)] * 40, 3)
    monkeypatch.setattr(passage_floats, "MAX_STEPS", 10_000)
    votes = FactorVotes.of((Fraction(1, 2),) * 40, (Fraction(0),) * 40, Fraction(1, 2))
    with pytest.raises(LimitError, match="the limit is 10,000 steps: ask fewer states together"):
        value_under_factor(PassageTable(rule), votes, [(0, 2)] * 40, 2)


def test_a_saved_answer_is_checked_again() -> None:
    found = inform(load("kosovo-1999"), "draft-328")
    assert isinstance(found, Information)
    assert found.verify()
    data = json.loads(found.to_json())
    wrong_ones = {
        "probability": 0.5,
        "probability_if_independent": "1/2",
        "error": 1e-3,
        "bounds_by_monotony": [0.0, 0.05],
    }
    for change, to in wrong_ones.items():
        wrong = json.loads(found.to_json())["answer"]
        wrong["parts"][0][change] = to
        assert not all(h for _, h in information_checks(data["certificate"], wrong)), change
    for key in ("settles", "variance_reduction"):
        wrong = json.loads(found.to_json())["answer"]
        wrong["parts"][0]["findings"][0][key] += 1e-4
        assert not all(h for _, h in information_checks(data["certificate"], wrong)), key
    wrong = json.loads(found.to_json())["answer"]
    wrong["parts"][0]["findings"][0]["given"][0]["chance"] += 1e-6
    assert not all(h for _, h in information_checks(data["certificate"], wrong))


def test_a_saved_answer_without_a_factor_is_checked_exactly() -> None:
    found = inform(load("kosovo-1999"), "draft-328", correlation=0)
    assert found.verify()
    data = json.loads(found.to_json())
    for change in ("probability", "probability_if_independent"):
        wrong = json.loads(found.to_json())["answer"]
        wrong["parts"][0][change] = "1/2"
        assert not all(h for _, h in information_checks(data["certificate"], wrong))


def test_record_and_estimate_side_by_side() -> None:
    (part,) = inform(load("kosovo-1999"), "draft-328").parts
    missed = {name for name, _, _ in part.missed}
    assert {"USA", "GBR", "FRA"} <= missed
    assert all(part.record[part.rule.names.index(name)] == vote for name, vote, _ in part.missed)
    assert all(chance < Fraction(1, 10) for _, _, chance in part.missed)


def test_the_command() -> None:
    run = CliRunner().invoke
    call = ["inform", "syria-cross-border-2019-2022", "--option", "draft-2020-654"]
    said = run(main, call)
    assert said.exit_code == 0, said.output
    assert "ask USA*" in said.output
    assert "on record" in said.output
    rows = run(main, [*call, "--chance", "USA,GBR=1", "--format", "csv"]).output.splitlines()
    assert rows[0].startswith("option,route,states,reduction,settles,probability,")
    assert len(rows) == 16
    wrong = run(main, [*call, "--chance", "USA"])
    assert (wrong.exit_code, wrong.output) == (
        2, "--chance USA: write STATE=FOR/ABSTAIN, such as CHN=0.5/0.3\n",
    )  # fmt: skip
