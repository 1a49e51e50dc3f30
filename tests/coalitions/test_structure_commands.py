"""`power` with unions, links and samples, and `passage`: figures, forms, checks, refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import coalitions as co
from coalitions.answers.results import Result as Answer
from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.cli import main
from coalitions.power_indices.passage import passage
from coalitions.power_indices.power_sampled import power_sampled
from coalitions.power_indices.power_structure import (
    FORMULAS,
    power_on_graph,
    power_with_unions,
    structured_catalogue,
)
from coalitions.verification.verification import verify
from solvers.errors import EngineError
from solvers.power import power_index

F = Fraction
COUNCIL = ["un-security-council", "--date", "2024-06-01"]


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=text)


def answer(*arguments: str) -> dict:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["answer"]


def bound(text: str, **more: object) -> co.rosters.BoundDecision:
    return bind_decision(load_body(text), **more)


def values(found: dict, index: str) -> list[str]:
    return list(found["indices"][index]["values"].values())


# Unions.


def test_unions_of_a_game_against_values_by_hand() -> None:
    """[51; 35, 20, 15, 15, 15] with the last two together: {1, 2}, {1, 45} and {2, 3, 45} win."""
    found = answer("power", "[51; 35, 20, 15, 15, 15]", "--unions", "4,5")
    assert values(found, "solidarity_public_good") == ["2/7", "2/7", "1/7", "1/7", "1/7"]
    assert values(found, "union_public_good") == ["2/9", "2/9", "1/9", "2/9", "2/9"]
    assert values(found, "owen") == ["5/12", "1/4", "1/12", "1/8", "1/8"]
    assert set(found["indices"]) == {"shapley_shubik", *FORMULAS} - {
        "myerson", "graph_banzhaf", "graph_banzhaf_normalized", "position"
    }  # fmt: skip
    assert found["unions"] == [["4", "5"]]
    assert found["left_out"] == {}


def test_unions_are_named_by_states_and_in_one_option_or_several() -> None:
    wanted = [*COUNCIL, "--index", "owen"]
    once = answer("power", *wanted, "--unions", "FRA, United Kingdom; CHN,RUS")
    twice = answer("power", *wanted, "--bloc", "FRA,GBR", "--bloc", "China,ru")
    assert once == twice
    assert once["unions"] == [["FRA", "GBR"], ["CHN", "RUS"]]
    assert once["indices"]["owen"]["sum"] == "1"


def test_a_plain_index_leaves_the_unions_aside() -> None:
    body = bound("[51; 35, 20, 15, 15, 15]")
    found = power_with_unions(body, [["1", "2"]], ["banzhaf-raw"])
    assert found.indices == (power_index(body.rule.project("against"), "banzhaf_raw"),)


def test_a_body_of_too_many_types_for_a_lattice_with_a_bloc() -> None:
    """Twenty different weights: the other unions are counted by size."""
    game = f"[110; {', '.join(map(str, range(20, 0, -1)))}]"
    found = answer("power", game, "--bloc", "1,3", "--index", "owen,symmetric_coalitional_banzhaf")
    row = [F(v) for v in values(found, "owen")]
    assert sum(row) == 1
    assert row[0] > row[2] > row[1] > row[19] > 0
    merged = bound(f"[110; 38, 19, {', '.join(map(str, range(17, 0, -1)))}]").rule
    for name, plain in (
        ("owen", "shapley_shubik"), ("symmetric_coalitional_banzhaf", "banzhaf_absolute")
    ):  # fmt: skip
        own = [F(v) for v in values(found, name)]
        assert (own[0] + own[2], own[1], *own[3:]) == power_index(merged, plain).values


# Graphs.


def test_links_on_the_command_line_and_in_a_table(tmp_path: Path) -> None:
    table = tmp_path / "links.csv"
    table.write_text("from,to\n1,2\n2,3\n", encoding="utf-8")
    for text in ("1-2,2-3", "1-2; 3-2", str(table)):
        found = answer("power", "[2; 1, 1, 1]", "--graph", text)
        assert values(found, "shapley_shubik") == ["1/3"] * 3
        assert values(found, "myerson") == ["1/6", "2/3", "1/6"]
        assert values(found, "position") == ["1/4", "1/2", "1/4"]
        assert found["winning"] == "3"
    given = run("power", "[2; 1, 1, 1]", "--graph", "-", text="from,to\n1,2\n2,3\n")
    assert "3 of 8 of the coalitions" in " ".join(given.stdout.split())


def test_links_of_states_whose_names_have_a_hyphen() -> None:
    found = run("power", "un-general-assembly", "--graph", "Guinea-Bissau-Timor-Leste")
    assert "at most 27 players; here are 193" in found.stderr


def test_nobody_wins_where_nobody_talks() -> None:
    done = run("power", *COUNCIL, "--graph", "FRA-GBR,CHN-RUS")
    assert done.exit_code == 0
    flat = " ".join(done.stdout.split())
    assert "win together none of the coalitions" in flat
    assert "CHN* with RUS*" in flat
    assert max(map(len, done.stdout.splitlines())) <= 100


# Samples.


def test_samples_say_how_many_they_are_and_how_far_off() -> None:
    found = answer("power", *COUNCIL, "--sample", "0.002", "--seed", "5")
    exact = {"shapley_shubik": F(421, 2145), "banzhaf_absolute": F(848, 2**14)}
    for name, true in exact.items():
        index = found["indices"][name]
        error = index["standard_errors"]["CHN"]
        assert 0 < error <= 0.002
        assert abs(index["values"]["CHN"] - float(true)) < 5 * error
        assert (index["seed"], index["standard_error_reached"]) == (5, True)
    again = ["power", *COUNCIL, "--sample", "0.002", "--seed", "5"]
    assert answer(*again, "--workers", "2") == found
    assert answer(*again[:-1], "6") != found


def test_a_sample_that_ends_too_early_says_so() -> None:
    done = run("power", *COUNCIL, "--sample", "0.0001", "--max-samples", "500")
    assert done.exit_code == 0
    flat = " ".join(done.stdout.split())
    assert "500 samples, seed 0" in flat
    assert "above the 0.0001 asked for: the samples ended before" in flat
    assert power_sampled(bound("[2; 1, 1, 1]"), 0.01).guarantee == "estimated"


# Passage.


def test_passage_of_a_majority_of_three() -> None:
    found = answer("passage", "[2; 1, 1, 1]", "--yes", "2/5")
    assert found["probability"] == "44/125"
    assert found["members"]["1"]["gradient"] == "12/25"
    joined = answer("passage", "[2; 1, 1, 1]", "--yes", "0.4", "--bloc", "1,2")
    assert joined["probability"] == "2/5"
    assert joined["probability_if_independent"] == "44/125"
    assert joined["members"]["3"]["gradient"] == "0"
    assert joined["blocs"] == [{"members": ["1", "2"], "together": "1"}]


def test_passage_of_the_security_council_by_hand() -> None:
    """All five at 1/2, ten for certain: no permanent member against, and nine come anyway."""
    five = "CHN,FRA,GBR,RUS,USA"
    found = answer("passage", *COUNCIL, "--yes", "1", "--yes", f"{five}=1/2")
    assert found["probability"] == "1/32"
    idle = answer("passage", *COUNCIL, "--yes", "1", "--yes", f"{five}=1/2",
                  "--abstain", f"{five}=1/4")  # fmt: skip
    assert F(idle["probability"]) == F(3, 4) ** 5
    one = answer("passage", *COUNCIL, "--yes", "1", "--yes", f"{five}=1/2", "--bloc", f"{five}=0.5")
    assert F(one["probability"]) == (F(1, 2) + F(1, 32)) / 2


def test_a_common_factor_is_summed_over_and_says_how_far_it_may_be_off() -> None:
    done = run("passage", "[2; 1, 1]", "--factor", "1/2", "--format", "json")
    assert done.exit_code == 0  # bounded, and yet complete
    data = json.loads(done.stdout)
    told = data["answer"]
    assert data["guarantee"] == "bounded"
    assert abs(told["probability"] - 1 / 3) <= told["error"] < 1e-10
    low, high = told["bounds_by_monotony"]
    assert low < 1 / 3 < high
    assert any("leanings are correlated 0.5" in a["what"] for a in data["assumptions"])
    screen = run("passage", "[2; 1, 1]", "--factor", "1/2").stdout
    assert "by monotony alone" in " ".join(screen.split())


def test_passage_of_a_scenario_takes_its_own_chances() -> None:
    case = co.load("syria-cross-border-2019-2022")
    found = answer("passage", "syria-cross-border-2019-2022", "--option", "draft-2020-654")
    (part,) = co.inform(case, "draft-2020-654").parts
    assert found["option"] == "draft-2020-654"
    assert found["probability"] == part.probability
    assert F(found["probability_if_independent"]) == part.independent
    assert found["correlation"] == "13/20"
    alone = co.scenario_passage(case, "draft-2020-654", factor=0)
    assert (alone.found.probability, alone.guarantee) == (part.independent, "estimated")
    sure = co.scenario_passage(
        case.what_if(RUS="against"), "draft-2020-654", chances={"USA": (1, 0)}
    )
    assert sure.found.probability == pytest.approx(0, abs=1e-9)
    assert {a.place for a in sure.assumptions} >= {"what-if", "chances"}
    by_yes = answer("passage", "syria-cross-border-2019-2022", "--option", "draft-2020-654",
                    "--yes", "USA=1", "--what-if", "RUS=against", "--factor", "0")  # fmt: skip
    assert by_yes["probability"] == "0"


def test_the_absent_do_not_vote() -> None:
    away = bound("[2; 1, 1, 1]", absent=["3"])
    assert passage(away).found.probability == F(1, 4)
    for asked in (
        lambda: passage(away, yes_of={"3": 1}),
        lambda: power_with_unions(away, [["1", "3"]]),
        lambda: power_on_graph(away, [("1", "3")]),
    ):
        with pytest.raises(EngineError, match="3 is absent or takes no part"):
            asked()


# All of them.

ANSWERS: list[Callable[[], Answer]] = [
    lambda: power_with_unions(bound("[51; 35, 20, 15, 15, 15]"), [["4", "5"]]),
    lambda: power_on_graph(bound("[3; 2, 1, 1, 1]"), [("1", "2"), ("2", "3"), ("3", "4")]),
    lambda: power_sampled(bound("[3; 2, 1, 1]"), 0.01, 3),
    lambda: co.passage(bound("[3; 2, 1, 1]"), "2/5", yes_of={"1": "3/5"}),
    lambda: passage(bound("[2; 1, 1, 1]"), "2/5", "1/5", blocs=[(["1", "3"], "1/3")]),
    lambda: passage(bound("[2; 1, 1, 1]"), "2/5", factor="0.2"),
    lambda: passage(bound("[2; 1, 1, 1]"), "2/5", "1/5", blocs=[(["1", "3"], 1)], factor="0.7"),
]


@pytest.mark.parametrize("make", ANSWERS)
def test_saved_answers_are_computed_again_and_changed_ones_are_found(
    make: Callable[[], Answer],
) -> None:
    made = make()
    assert made.verify()
    data = json.loads(made.to_json())

    def spoilt(node: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        inner = node.items() if isinstance(node, dict) else []
        return [path] if not inner else [p for k, v in inner for p in spoilt(v, (*path, k))]

    told = data["answer"].get("indices") or {"members": data["answer"]["members"]}
    start = ("indices",) if "indices" in data["answer"] else ()
    paths = [
        (*start, *p) for p in spoilt(told)
        if p[-1] not in {"formula", "source", "standard_error_wanted", "standard_error_reached"}
    ]  # fmt: skip
    if data["kind"] == "passage":
        paths += [("probability",), ("probability_if_independent",)]
    if data["kind"] == "power-sample":
        paths = [p for p in paths if p[-1] != "normalisation"]
    assert len(paths) >= 6
    for path in paths:
        copy = json.loads(json.dumps(data))
        place = copy["answer"]
        for key in path[:-1]:
            place = place[key]
        old = place[path[-1]]
        place[path[-1]] = old + 1 if isinstance(old, int | float) else "1/11"
        assert not verify(copy).passed, path


@pytest.mark.parametrize("make", ANSWERS)
def test_rows_frames_and_screens(make: Callable[[], Answer]) -> None:
    made = make()
    frame = made.to_frame()
    assert list(frame.columns) == list(made.rows()[0])
    assert frame["state"].tolist() == [str(i + 1) for i in range(len(frame))]
    assert "<table" in made._repr_html_()
    assert max(map(len, str(made).splitlines())) <= 100
    assert made.assumptions


@pytest.mark.parametrize(
    "arguments",
    [
        ["power", "[2; 1, 1, 1]", "--unions", "1,2"],
        ["power", "[2; 1, 1, 1]", "--graph", "1-2"],
        ["power", "[2; 1, 1, 1]", "--sample", "0.05"],
        ["passage", "[2; 1, 1, 1]"],
    ],
)
def test_forms(arguments: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").stdout)))
    assert [row["state"] for row in rows] == ["1", "2", "3"]
    assert "|---|" in run(*arguments, "--format", "markdown").stdout


def test_the_catalogue_lists_them() -> None:
    flat = " ".join(run("power", "--list").stdout.split())
    rows = structured_catalogue()
    assert {row["name"] for row in rows} == set(FORMULAS)
    for row in rows:
        assert row["name"] in flat
        assert row["source"] in flat


# Refusals: one sentence, nothing on standard output.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["power", *COUNCIL, "--unions", "CHN,RUS;CHN,FRA"], "CHN is in two unions"),
        (["power", *COUNCIL, "--bloc", "CHN,Frannce"], "did you mean 'France'"),
        (["power", *COUNCIL, "--bloc", "CHN,NOR"], "'NOR' is no member of un-security-council"),
        (["power", *COUNCIL, "--unions", ";"], "no union has a member"),
        (["power", *COUNCIL, "--unions", "FRA,GBR", "--index", "myerson"], "takes no unions"),
        (["power", *COUNCIL, "--graph", "FRA-GBR", "--index", "owen"], "owen takes no links"),
        (["power", *COUNCIL, "--unions", "FRA,GBR", "--index", "owne"], "did you mean 'owen'"),
        (["power", *COUNCIL, "--unions", "FRA,GBR", "--graph", "FRA-GBR"], "not for both"),
        (["power", *COUNCIL, "--graph", "FRA"], "the link 'FRA' is no pair such as CHN-RUS"),
        (["power", *COUNCIL, "--graph", "FRA-XYZ"], "the link 'FRA-XYZ': 'XYZ' is no member"),
        (["power", *COUNCIL, "--graph", "FRA-fr"], "FRA is linked with itself"),
        (["power", *COUNCIL, "--graph", "nothing.csv"], "nothing.csv: there is no such file"),
        (["power", *COUNCIL, "--sample", "0"], "the standard error is 0.0; it is above 0"),
        (["power", *COUNCIL, "--sample", "nan"], "the standard error is nan"),
        (["power", *COUNCIL, "--sample", "0.1", "--index", "johnston"], "is not sampled"),
        (["power", *COUNCIL, "--sample", "0.1", "--seed", "-1"], "the seed is -1"),
        (["power", "[2; 1, 1, 1]", "--unions", "1,2", "--index", "tijs,owen,shap"], "no power"),
        (["passage", *COUNCIL, "--yes", "1.2"], "votes for with probability 6/5"),
        (["passage", *COUNCIL, "--yes", "nan"], "the probability to vote for is 'nan'"),
        (["passage", *COUNCIL, "--yes", "CHN=nan"], "the probability of CHN is 'nan'"),
        (["passage", *COUNCIL, "--abstain", "0.7"], "their sum at most 1"),
        (["passage", *COUNCIL, "--yes", "CHN=0.1", "--yes", "China=0.2"], "CHN is named twice"),
        (["passage", *COUNCIL, "--yes", "CHN=0.1", "--yes", "CHN=0.2"], "names CHN twice"),
        (["passage", *COUNCIL, "--yes", "0.1", "--yes", "0.2"], "given twice for all members"),
        (["passage", *COUNCIL, "--yes", "NOR=0.1"], "'NOR' is no member"),
        (["passage", *COUNCIL, "--bloc", "CHN,RUS=1.5"], "with probability 3/2; it is from 0 to 1"),
        (["passage", *COUNCIL, "--bloc", "CHN,RUS=x"], "that CHN, RUS vote as one is 'x'"),
        (["passage", *COUNCIL, "--bloc", "CHN,RUS", "--bloc", "RUS,FRA"], "RUS is in two blocs"),
        (["passage", *COUNCIL, "--bloc", "CHN"], "it takes at least two players"),
        (["passage", *COUNCIL, "--factor", "1"], "at least 0 and below 1"),
        (["passage", *COUNCIL, "--factor", "0.9999999"], "take a smaller correlation"),
        (
            ["passage", *COUNCIL, "--option", "x"],
            "--option is for a scenario; here a body is",
        ),
        (["passage", "kosovo-1999"], "name one of the options"),
        (["passage", "libya-2011"], "no chances are known of BIH"),
        (["passage", "libya-2011", "--table", "x"], "--table is for a body; here a scenario is"),
        (["passage", "libya-2011", "--yes", "0.4"], "a scenario has chances of its own"),
        (["passage", "libya-2011", "--abstain", "CHN=0.4"], "--yes does not; give both"),
        (["passage", "libya-2011", "--route", "counsil"], "did you mean 'council'"),
    ],
)
def test_bad_input_is_one_sentence(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_every_mistake_of_a_table_of_links_is_a_line(tmp_path: Path) -> None:
    table = tmp_path / "links.csv"
    table.write_text("from,to\nFRA,XYZ\nABC,GBR\nUSA,us\nFRA,GBR\n", encoding="utf-8")
    done = run("power", *COUNCIL, "--graph", str(table))
    assert done.exit_code == 2
    lines = done.stderr.strip().splitlines()
    assert [line.removeprefix(f"{table}:").split(":")[0] for line in lines] == ["2", "3", "4"]
    assert "USA is linked with itself" in lines[2]
