"""The commands ``game`` and ``share``: answers, their re-check, and wrong input."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from coalitions.cli import main
from coalitions.games.concepts import CONCEPTS
from coalitions.games.game_concepts import game_concepts
from coalitions.games.rule_concepts import RuleGame
from coalitions.games.share import share
from coalitions.scenarios.scenario import load
from coalitions.verification.verification import verify
from solvers.errors import EngineError, LimitError
from solvers.games.construct import from_rule
from solvers.games.game import TUGame
from solvers.rules.rule import AllOf, Quota, Rule

WORTHS = """coalition,worth
Ada,0
Ben,0
Cleo,0
Ada+Ben,60
Ada+Cleo,60
Ben+Cleo,60
Ada+Ben+Cleo,72
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "game.csv"
    path.write_text(WORTHS)
    return str(path)


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


def test_shares_by_name(file):
    done = run(
        "game", file, "--concept", "nucleolus", "--concept", "core-empty", "--format", "json"
    )
    assert done.exit_code == 0, done.output
    concepts = json.loads(done.output)["answer"]["concepts"]
    assert concepts["nucleolus"]["shares"] == {"Ada": "24", "Ben": "24", "Cleo": "24"}
    assert concepts["core_empty"]["holds"] is True


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_every_form_has_every_concept(file, form):
    point, links = "24,24,24", "Ada-Ben,Ben-Cleo"
    done = run(
        "game", file, "--concept", "all", "--point", point, "--graph", links, "--unions", "Ada,Ben",
        "--structure", "Ada,Ben;Cleo", "--format", form,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = done.output.casefold()
    assert [name for name in CONCEPTS if name not in found] == []


def test_the_list_has_limit_and_source():
    done = run("game", "--list", "--format", "json")
    rows = json.loads(done.output)
    assert {row["name"] for row in rows} == set(CONCEPTS)
    assert all(row["limit"] and row["source"] and row["cost"] for row in rows)


def tampered(data, name, player, amount):
    """Move an amount from one player to the next, in the answer alone."""
    shares = data["answer"]["concepts"][name]["shares"]
    names = list(shares)
    other = names[(names.index(player) + 1) % len(names)]
    shares[player] = str(Fraction(shares[player]) - amount)
    shares[other] = str(Fraction(shares[other]) + amount)
    return data


@pytest.mark.parametrize("name", ["shapley", "nucleolus", "tau", "least_core_point", "myerson"])
def test_a_moved_share_is_found(name):
    game = TUGame([0, 2, 4, 18, 5, 14, 9, 24], ["Ada", "Ben", "Cleo"])
    if name == "least_core_point":  # of the other game the least core is a segment
        game = TUGame([0, 0, 0, 60, 0, 60, 60, 72], ["Ada", "Ben", "Cleo"])
    links = [["Ada", "Ben"], ["Ben", "Cleo"], ["Ada", "Cleo"]]
    result = game_concepts(game, [name], links=links)
    assert verify(result.to_dict()).passed
    moved = tampered(result.to_dict(), name, "Ada", Fraction(72, 10**6))
    assert not verify(moved).passed


PROVED = ["nucleolus", "prenucleolus", "per_capita_nucleolus", "proportional_nucleolus",
          "anti_prenucleolus", "modiclus", "least_core_point", "disruption_nucleolus",
          "least_core_epsilon", "cost_of_stability"]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in PROVED if name in CONCEPTS])
def test_a_proof_in_the_file_is_checked_without_a_solver(name, monkeypatch, tmp_path):
    worths = [0, 0, 0, 30, 0, 36, 42, 72] if name == "disruption_nucleolus" else [
        0, 0, 0, 60, 0, 60, 60, 72]  # fmt: skip
    data = json.loads(game_concepts(TUGame(worths), [name]).to_json())

    def refuse(*_):
        raise AssertionError("a solver was asked")

    monkeypatch.setattr("coalitions.verification.game_checks.finding_of", refuse)
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(data))
    assert run("verify", str(path)).exit_code == 0
    told = data["answer"]["concepts"][name]
    if "value" in told:
        told["value"] = str(Fraction(told["value"]) + Fraction(1, 10**12))
    else:
        tampered(data, name, "1", Fraction(72, 10**6))  # 1e-6 of the largest worth
    path.write_text(json.dumps(data))
    assert run("verify", str(path)).exit_code == 1


def test_a_proof_of_other_shares_is_found():
    data = game_concepts(TUGame([0, 0, 0, 60, 0, 60, 60, 72]), ["nucleolus"]).to_dict()
    data["answer"]["concepts"]["nucleolus"]["shares"].update({"1": "22", "2": "26"})
    data["certificate"]["proofs"]["nucleolus"]["point"] = ["22", "26", "24"]
    assert not verify(data).passed


def test_shares_of_strangers_are_found():
    data = game_concepts(TUGame([0, 0, 0, 60, 0, 60, 60, 72]), ["nucleolus"]).to_dict()
    data["answer"]["concepts"]["nucleolus"]["shares"]["Zoe"] = "0"
    assert not verify(data).passed


def test_worths_beyond_the_largest_double_are_answered_exactly(tmp_path):
    path = tmp_path / "huge.json"
    path.write_text('[0, "1/3", "1e400"]')
    share = str((10**400 - Fraction(1, 3)) / 2)
    for form in ("table", "csv", "json", "markdown"):
        done = run("game", str(path), "--concept", "shapley", "--format", form)
        assert done.exit_code == 0, done.output
        assert form == "table" or share in done.output
    done = run("game", str(path), "--concept", "core_empty")
    assert done.exit_code == 2
    assert "larger than the largest double" in done.output


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [("core_empty", "holds", False), ("cost_of_stability", "value", "17"),
     ("core_vertices", "points", [["1", "2", "3"]]), ("is_convex", "holds", True)],
)  # fmt: skip
def test_another_answer_is_found(name, key, value):
    result = game_concepts(TUGame([0, 0, 0, 60, 0, 60, 60, 72]), [name])
    data = json.loads(result.to_json())
    assert verify(data).passed
    data["answer"]["concepts"][name][key] = value
    assert not verify(data).passed


def test_a_game_changed_after_the_answer_is_found():
    data = game_concepts(TUGame([0, 0, 0, 60, 0, 60, 60, 72]), ["nucleolus"]).to_dict()
    data["certificate"]["worths"][3] = "61"
    assert not verify(data).passed


def test_a_rule_without_a_table_answers_as_with_one():
    zero = (0,) * 7
    rule = Rule(
        7, AllOf((Quota((5, 4, 3, 2, 2, 1, 1), zero, zero, 11), Quota((1,) * 7, zero, zero, 4)))
    )
    names = ["shapley", "banzhaf_value", "nucleolus", "prenucleolus", "core_empty", "is_balanced",
             "least_core_epsilon", "cost_of_stability"]  # fmt: skip
    large, small = game_concepts(RuleGame(rule), names), game_concepts(from_rule(rule), names)
    for a, b in zip(large.findings, small.findings, strict=True):
        assert a.shares == b.shares, a.concept.name
        for key in ("holds", "value"):
            assert a.answer.get(key) == b.answer.get(key), a.concept.name
    assert verify(large.to_dict()).passed


def test_a_concept_that_needs_the_table_says_so():
    with pytest.raises(LimitError, match="needs a table"):
        game_concepts(RuleGame(Rule(3, Quota((1,) * 3, (0,) * 3, (0,) * 3, 2))), ["tau"])


def test_security_council_shares_one_fifth():
    done = run("game", "un-security-council", "--concept", "nucleolus", "--format", "json")
    shares = json.loads(done.output)["answer"]["concepts"]["nucleolus"]["shares"]
    assert {s for s, x in shares.items() if x == "1/5"} == {"CHN", "FRA", "GBR", "RUS", "USA"}
    assert {x for x in shares.values()} == {"0", "1/5"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--concept", "nucleolos"], "did you mean 'nucleolus'"),
        (["--concept", "kernel"], "give --point"),
        (["--concept", "kernel", "--point", "1,2"], "2 payoffs; the game has 3 players"),
        (["--concept", "kernel", "--point", "1,x,2"], "'x' is no number"),
        (["--concept", "myerson", "--graph", "Ada-Zoe"], "Zoe"),
        (["--concept", "myerson", "--graph", "Ada"], "no link such as A-B"),
        (["--concept", "aumann_dreze", "--structure", "Ada,Ben"], "Cleo"),
        (["--concept", "owen", "--unions", "Ada,Ben;Ben"], "Ben"),
        (["--reading", "literal"], "for a body"),
    ],
)
def test_wrong_questions_are_met_with_one_sentence(file, arguments, message):
    done = run("game", file, *arguments)
    assert done.exit_code == 2
    assert message in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_without_a_game():
    assert run("game").exit_code == 2


def test_share_of_seven():
    result = share(load("council-of-seven"), effect_value=2)
    transfers = result.transfers
    assert result.gain == 8
    assert sum(transfers.values()) == 2 * 9 - 1  # effect with the amendment, less its cost
    shares = result.answer()["concepts"]["nucleolus"]["shares"]
    assert sum(map(Fraction, shares.values())) == 8
    assert verify(json.loads(result.to_json())).passed


def test_share_that_nobody_can_carry():
    done = run("share", "veskar-strait", "--gain", "margins")
    assert done.exit_code == 0
    assert "even all players together do not carry it" in " ".join(done.output.split())
    assert "receives" not in done.output


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_share_in_every_form(form):
    done = run("share", "libya-2011", "--format", form)
    assert done.exit_code == 0, done.output
    assert "RUS" in done.output
    assert "CC BY 4.0" in done.output


def test_what_if_changes_the_players():
    free = share(load("libya-2011"), gain="effect")
    without = share(load("libya-2011").what_if(RUS="absent"), gain="effect")
    assert "RUS" in free.answer()["players"]
    assert "RUS" not in without.answer()["players"]


def test_wrong_value_of_effect():
    done = run("share", "council-of-seven", "--effect-value", "much")
    assert done.exit_code == 2
    assert "write a number" in done.output
    with pytest.raises(EngineError, match="at least 0"):
        share(load("council-of-seven"), effect_value=-1)
