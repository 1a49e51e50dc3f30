"""What kind of game a rule is, on the command line and in Python, and its re-check."""

from __future__ import annotations

import copy
import csv
import io
import json
from itertools import combinations

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from oracles import decided
from strategies import rules

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.cli import main
from coalitions.power_indices.game import GameAnswer, game, property_named
from coalitions.power_indices.game_findings import PROPERTIES, Findings
from coalitions.power_indices.power import power
from coalitions.verification.game_verification import property_checks
from solvers.errors import EngineError, LimitError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["game", *arguments])


def answer(*arguments: str) -> dict:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["answer"]


def asked(text: str, *properties: str, **more: str) -> GameAnswer:
    return game(bind_decision(load_body(text)), properties or None, **more)


def value(found: GameAnswer, name: str):
    return next(f.value for f in found.findings if f.name == name)


def test_security_council_on_one_screen() -> None:
    done = run("un-security-council", "--date", "2024-06-01")
    assert done.exit_code == 0, done.output
    flat = " ".join(done.stdout.split())
    assert "848 of 32,768 coalitions" in flat
    assert "strong no; a coalition and its complement lose" in flat
    assert "veto 5 of 15: CHN* FRA* GBR* RUS* USA*" in flat
    assert "quota 39 of 45; no smaller sum of weights will do" in flat
    assert "weight 7: CHN* FRA* GBR* RUS* USA*" in flat
    assert "dimension 1; a weighted game" in flat
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_security_council_as_data() -> None:
    found = answer("un-security-council")["properties"]
    assert set(found) == set(PROPERTIES) - {"least_weights"}
    assert found["winning"]["value"] == "848"
    assert found["weighted"]["weights"]["CHN"] == 7
    assert found["dual"]["value"] == "smaller"
    assert [len(c) for c in found["symmetric"]["groups"]] == [5, 10]


def test_federal_legislation_is_neither_complete_nor_weighted() -> None:
    found = asked("us-federal-legislation", "complete", "weighted", "dimension")
    complete, weighted, dimension = found.findings
    assert (complete.value, weighted.value, dimension.value) == (False, False, 2)
    assert complete.players
    assert len(weighted.coalitions) == 4
    assert "217 house" in " ".join(str(found).split())


def test_what_rests_on_a_solver_says_so() -> None:
    assert asked("[5; 5, 2, 2]", "veto", "proper").guarantee == "exact"
    found = asked("[5; 3, 2, 2, 1]", "weighted")
    assert found.guarantee == "optimal"
    assert "PuLP" in found.provenance.solver


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[3; 2, 1, 1, 1]", "equal"), ("[4; 2, 1, 1, 1]", "smaller"), ("[2; 1, 1, 1, 1]", "larger")],
)
def test_a_game_and_its_dual(text: str, kind: str) -> None:
    found = asked(text, "dual", "decisive", "self-dual")
    assert value(found, "dual") == kind
    assert value(found, "decisive") == (kind == "equal")


def test_who_matters() -> None:
    found = asked("[5; 5, 2, 2]", "dictator", "veto", "null")
    assert [[f.value, f.players] for f in found.findings] == [[True, (0,)], [1, (0,)], [2, (1, 2)]]
    assert value(asked("[1; 1, 1]", "dictator"), "dictator") is False


def test_what_was_asked_for_and_nothing_else() -> None:
    done = run("nato-council", "--property", "proper,veto", "--property", "null-players",
               "--format", "csv")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["property"] for row in rows] == ["proper", "veto", "null"]
    assert [row["value"] for row in rows] == ["yes", "32 of 32", "nobody"]


@pytest.mark.parametrize("form", ["json", "csv", "markdown", "table"])
def test_every_form(form: str) -> None:
    done = run("[5; 3, 2, 2, 1]", "--property", "all", "--format", form)
    assert done.exit_code == 0
    assert "dimension" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--property", "propper"], "did you mean 'proper'"),
        (["--property", "proper", "--concept", "nucleolus"], "not for both"),
        (["--decision", "vote"], "has no decision 'vote'"),
    ],
)
def test_wrong_questions(arguments: list[str], words: str) -> None:
    done = run("[5; 3, 2, 2, 1]", *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_takes_long_is_left_out_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalitions.power_indices.game_findings.SECONDS", -1)
    found = asked("imf-executive-board")
    assert "ask for it with --property winning" in found.left_out["winning"]
    assert value(found, "weighted") is True
    assert "LEFT OUT" in str(found)
    lost = [row for row in found.rows() if row["value"] == "left out"]
    assert [row["property"] for row in lost] == list(found.left_out)


def test_what_was_asked_for_by_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Findings) -> None:
        raise LimitError("too large")

    monkeypatch.setattr(Findings, "_symmetric", refuse)
    assert asked("[2; 1, 1, 1]").left_out == {"symmetric": "too large"}
    with pytest.raises(LimitError, match="too large"):
        asked("[2; 1, 1, 1]", "symmetric")


def test_names_of_properties() -> None:
    assert property_named("Self-Dual") == "decisive"
    with pytest.raises(EngineError, match="no property 'x'"):
        property_named("x")


def test_the_other_projection() -> None:
    found = asked("un-security-council", "veto", not_yes="abstain")
    assert value(found, "veto") == 0
    assert "who does not vote for abstains" in str(found)


@pytest.mark.parametrize("body", ["un-security-council", "human-rights-council", "[5; 3, 2, 2, 1]"])
def test_an_answer_is_checked_again(body: str) -> None:
    saved = json.loads(asked(body).to_json())
    checks = list(property_checks(saved["certificate"], saved["answer"]))
    assert len(checks) == len(PROPERTIES)
    assert [c.what for c in checks if not c.holds] == []


def spoil_weights(entry: dict) -> None:
    entry["weighted"]["weights"]["CHN"] = 6


def spoil_witness(entry: dict) -> None:
    entry["strong"]["coalitions"][0].append(entry["strong"]["coalitions"][1].pop())
    entry["strong"]["coalitions"][0] += entry["strong"]["coalitions"][1][:10]


def spoil_veto(entry: dict) -> None:
    entry["veto"]["players"].pop()


def spoil_null(entry: dict) -> None:
    entry["null"]["players"].append("CHN")


def spoil_count(entry: dict) -> None:
    entry["winning"]["value"] = "849"


def spoil_classes(entry: dict) -> None:
    entry["symmetric"]["groups"][0].pop()


def spoil_dimension(entry: dict) -> None:
    entry["dimension"]["games"][0]["quota"] += 1


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (spoil_weights, "weighted"), (spoil_witness, "strong"), (spoil_veto, "veto"),
        (spoil_null, "null"), (spoil_count, "winning"), (spoil_classes, "symmetric"),
        (spoil_dimension, "dimension"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_found(spoil, name: str) -> None:
    saved = json.loads(asked("un-security-council").to_json())
    spoil(saved["certificate"]["properties"])
    saved["answer"]["properties"] = copy.deepcopy(saved["certificate"]["properties"])
    checks = list(property_checks(saved["certificate"], saved["answer"]))
    assert [c.what.split(":")[0] for c in checks if not c.holds] == [name]


def test_an_answer_that_differs_from_its_certificate_is_found() -> None:
    saved = json.loads(asked("[2; 1, 1, 1]").to_json())
    saved["answer"]["properties"]["proper"]["value"] = False
    checks = list(property_checks(saved["certificate"], saved["answer"]))
    assert not checks[0].holds


@settings(max_examples=60)
@given(rules(min_players=1, max_players=5))
def test_findings_against_the_definitions(rule) -> None:
    game_rule = rule.project("against")
    n, root = rule.n_players, game_rule.to_dict()["root"]
    everybody = range(n)
    wins = {
        frozenset(c): decided(root, [2 if i in c else 0 for i in everybody])
        for size in range(n + 1)
        for c in combinations(everybody, size)
    }
    whole = frozenset(everybody)
    found = Findings(game_rule, asked=False)
    assert found.of("winning").value == str(sum(wins.values()))
    proper = not any(won and wins[whole - c] for c, won in wins.items())
    strong = all(won or wins[whole - c] for c, won in wins.items())
    assert found.of("proper").value == proper
    assert found.of("strong").value == strong
    assert found.of("decisive").value == (proper and strong)
    veto = tuple(i for i in everybody if not wins[whole - {i}])
    assert found.of("veto").players == veto
    null = tuple(i for i in everybody if all(wins[c] == wins[c - {i}] for c in wins if i in c))
    assert found.of("null").players == null
    alike = {
        (i, j)
        for i in everybody
        for j in everybody
        if all(wins[c | {i}] == wins[c | {j}] for c in wins if not c & {i, j})
    }
    classes = {tuple(j for j in everybody if (i, j) in alike) for i in everybody}
    symmetric = found.of("symmetric")
    assert symmetric.value == len(classes)
    if symmetric.value > 1:
        assert {group for _, group in symmetric.groups} == classes
    weighted = found.of("weighted")
    if weighted.value:
        data = dict(weighted.data)
        weights = list(data["weights"].values())
        assert all((sum(weights[i] for i in c) >= data["quota"]) == w for c, w in wins.items())
    else:
        half = len(weighted.coalitions) // 2
        told = [wins[frozenset(c)] for c in weighted.coalitions]
        assert told == [True] * half + [False] * half


def test_power_draws_itself() -> None:
    found = power(bind_decision(load_body("[51; 50, 49, 1]")), ["shapley_shubik"])
    assert found.plot().get_label().startswith("Power in [51; 50, 49, 1]")
    assert found.plot("heat").axes
    with pytest.raises(EngineError, match="no picture 'pie'"):
        found.plot("pie")
