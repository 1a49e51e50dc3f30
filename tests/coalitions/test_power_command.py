"""The command ``power``: published figures of shipped bodies, its forms and its refusals."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from fractions import Fraction
from math import comb

import pytest
from click.testing import CliRunner, Result
from source_tree import ROOT

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.cli import main
from coalitions.power_indices.power import Power, catalogue, power
from coalitions.verification.power_verification import power_checks
from solvers.errors import EngineError, GameError, LimitError
from solvers.power import CountedGame, power_index

F = Fraction


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["power", *arguments])


def answer(*arguments: str) -> dict:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["answer"]


def value(found: dict, index: str, member: str) -> Fraction:
    return Fraction(found["indices"][index]["values"][member])


def measured(text: str, *indices: str, **more: str) -> Power:
    return power(bind_decision(load_body(text)), indices or None, **more)


def test_security_council_against_published_figures() -> None:
    found = answer("un-security-council", "--date", "2024-06-01")
    assert value(found, "shapley_shubik", "CHN") == F(421, 2145)
    assert value(found, "shapley_shubik", "JPN") == F(4, 2145)
    assert value(found, "banzhaf_absolute", "FRA") == F(848, 2**14)
    assert value(found, "banzhaf_normalized", "JPN") == F(84, 5080)
    assert (found["winning"], found["coalitions"]) == ("848", "32768")
    assert found["not_yes"] == "against"
    # abstention as a vote of its own: the ratio falls from 10 to 2
    assert value(found, "banzhaf_ternary", "CHN") == F(108_336, 3**14)
    assert value(found, "banzhaf_ternary", "JPN") == F(53_154, 3**14)


def test_an_abstention_that_does_no_harm_leaves_only_the_count() -> None:
    found = answer("un-security-council", "--not-yes", "abstain", "--index", "banzhaf-raw")
    assert found["winning"] == "9949"
    assert len(set(found["indices"]["banzhaf_raw"]["values"].values())) == 1


@pytest.mark.parametrize(
    ("arguments", "member", "expected"),
    [
        (["us-electoral-college"], "AK", (0.00540228, 0.00545731, 0.02269248)),
        (["us-electoral-college"], "AL", (0.01638071, 0.01640457, 0.06821313)),
        (["imf-executive-board", "--decision", "ordinary"], "USA",
         (0.19002503, 0.20538030, 0.62751544)),
        (["imf-executive-board", "--decision", "ordinary"], "JPN",
         (0.06141674, 0.05920596, 0.18089688)),
        (["un-security-council", "--date", "1960-06-01"], "USA",
         (0.19740260, 0.18095238, 0.05566406)),
    ],
)  # fmt: skip
def test_rounded_figures_of_other_bodies(
    arguments: list[str], member: str, expected: tuple[float, ...]
) -> None:
    names = ("shapley_shubik", "banzhaf_normalized", "banzhaf_absolute")
    found = answer(*arguments, *(part for name in names for part in ("--index", name)))
    member = next(m for m in found["indices"]["shapley_shubik"]["values"] if m.endswith(member))
    values = [float(value(found, name, member)) for name in names]
    assert values == pytest.approx(expected, abs=6e-9)


def test_the_european_union_says_which_population_and_which_base() -> None:
    done = run("eu-council", "--date", "2025-06-01")
    assert done.exit_code == 0
    assert "6,501 of 10,001 population" in done.stdout
    assert "15 of 27 members" in done.stdout
    assert "EU27_2025 (hundredths of a percent of the population of the Union" in done.stdout
    assert "share of weight" in done.stdout
    other = run("eu-council", "--table", "EU27_2018", "--date", "2025-06-01")
    assert other.exit_code == 0
    assert "17,715,329 of 134,217,728 coalitions win" in other.stdout
    assert "weights table EU27_2018 named on the command line" in other.stdout


def test_the_screen_names_model_and_normalisation() -> None:
    done = run("un-security-council", "--date", "2024-06-01")
    flat = " ".join(done.stdout.split())
    assert "who does not vote for votes against; a priori" in flat
    assert "each with probability 1/3, independently" in flat
    assert "nine in favour 9 of 15 members" in flat
    assert "sums to 1 sums to 1 of 2^(n-1) coalitions" in flat
    assert "CHN* FRA* GBR* RUS* USA* 0.196270 0.166929 0.051758" in flat
    assert "(10) 0.001865 0.016535 0.005127" in flat
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_every_index_at_once_leaves_out_what_does_not_fit() -> None:
    whole = measured("un-security-council", "all")
    assert {i.name for i in whole.indices} == {row["name"] for row in catalogue()} - {
        "colomer_martinez"
    }
    assert "single weighted requirement" in whole.left_out["colomer_martinez"]
    assert "LEFT OUT" in str(whole)
    plain = measured("[3; 2, 1, 1]", "all")
    assert not plain.left_out
    assert "banzhaf_ternary" not in {i.name for i in plain.indices}


def test_a_named_index_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(GameError, match="single weighted requirement"):
        measured("un-security-council", "colomer_martinez")


def test_rows_and_frame() -> None:
    found = measured("[51; 50, 49, 1]", "shapley_shubik", "banzhaf_raw")
    assert found.rows()[0] == {
        "state": "1",
        "weight (share)": 0.5,
        "shapley_shubik (sums to 1)": pytest.approx(2 / 3),
        "banzhaf_raw (number of swings)": 3,
    }
    frame = found.to_frame()
    assert list(frame.columns) == list(found.rows()[0])
    assert found.guarantee == "exact"
    assert "<table" in found._repr_html_()
    done = run("[51; 50, 49, 1]", "--index", "rae", "--format", "csv")
    (first, *_) = csv.DictReader(io.StringIO(done.stdout))
    assert first["rae (chance at 1/2 each)"] == "0.875"
    done = run("[51; 50, 49, 1]", "--format", "markdown", "--index", "shapley_shubik,johnston")
    assert "johnston (sums to 1)" in done.stdout


def test_members_that_take_no_part_are_no_players() -> None:
    whole = bind_decision(load_body("un-security-council"), recused=["CHN"])
    found = power(whole, ["banzhaf_raw"])
    assert len(found.members) == 14
    # nine of fourteen with all four: one permanent member fewer, the threshold stays
    assert found.winning == sum(comb(10, k) for k in range(5, 11))
    away = bind_decision(load_body("[2; 1, 1, 1]"), absent=["3"])
    assert power(away, ["shapley_shubik"]).indices[0].values == (F(1, 2), F(1, 2))
    nobody = bind_decision(load_body("[1; 1]"), absent=["1"])
    with pytest.raises(EngineError, match="nobody is left to vote"):
        power(nobody)


def test_large_numbers_are_shown_short() -> None:
    done = run("[700; 1*1400]", "--index", "banzhaf_raw")
    assert done.exit_code == 0, done.output
    assert "e+" in done.stdout


# Verification.


def changed(data: dict, *path: str, to: object) -> dict:
    copy = json.loads(json.dumps(data))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return copy


def test_a_saved_result_is_counted_again() -> None:
    data = measured("un-security-council", "shapley_shubik", "banzhaf_ternary").to_dict()

    def failed(saved: dict) -> list[str]:
        return [c.what for c in power_checks(saved["certificate"], saved["answer"]) if not c.holds]

    checks = list(power_checks(data["certificate"], data["answer"]))
    assert len(checks) == 6
    assert failed(data) == []
    assert "winning" in failed(changed(data, "answer", "winning", to="849"))[0]
    swings = ["1"] * 15
    assert "swings" in failed(changed(data, "certificate", "swings", to=swings))[0]
    for name in ("shapley_shubik", "banzhaf_ternary"):
        path = ("answer", "indices", name, "values", "CHN")
        assert failed(changed(data, *path, to="1/7")) == [f"{name}, computed anew from the rule"]
    assert failed(changed(data, "answer", "not_yes", to="abstain"))


# The list, and refusals.


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_the_list_gives_formula_and_source(form: str) -> None:
    done = run("--list", "--format", form)
    assert done.exit_code == 0
    flat = " ".join(done.stdout.split())
    for row in catalogue():
        assert row["name"] in flat
    assert "(|S|-1)! (n-|S|)! / n!" in flat.replace("\\|", "|")
    assert "Shapley and Shubik 1954" in flat


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a BODY, or ask for the indices with --list"),
        (["un-security-counci"], "did you mean 'un-security-council'"),
        (["[3; 2, 1, 1]", "--index", "shapely_shubik"], "did you mean 'shapley_shubik'"),
        (["[3; 2, 1, 1]", "--index", "mwc_count"], "one number of the body"),
        (["[9; 2, 1, 1]"], "quota 9 is not between 1 and 4"),
        (["[3; 2, -1]"], "weight -1 is negative"),
        (["[4; 2, 1.5]"], "quota 4 is not above 0 and at most 7/2"),
        (["[3; 2, nan]"], "weight nan is not a finite number"),
        (["un-security-council", "--not-yes", "silent"], "'silent' is not one of"),
        (["un-security-council", "--date", "1900-01-01"], "1900-01-01"),
    ],
)
def test_bad_input_is_refused_in_words(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["power", "un-security-council"],
        ["power", "un-security-council", "--index", "all"],
        ["power", "nato-council", "--index", "all"],
        ["power", "un-general-assembly", "--index", "all"],
        ["power", "us-electoral-college"],
        ["power", "--list"],
    ],
)
def test_small_bodies_need_neither_numpy_nor_a_compiler(arguments: list[str]) -> None:
    heavy = ["numpy", "numba", "scipy", "pulp", "pydantic", "pandas", "matplotlib", "rich"]
    program = (
        "import sys\n"
        "from coalitions.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: code = end.code\n"
        f"print('LOADED', code, *[m for m in {heavy!r} if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1].split() == ["LOADED", "0"], done.stderr


def test_the_bank_is_measured_in_floats_that_say_so() -> None:
    done = run("ibrd", "--index", "shapley_shubik,banzhaf_normalized", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    whole = json.loads(done.stdout)
    floats, exact = (
        whole["answer"]["indices"][n] for n in ("shapley_shubik", "banzhaf_normalized")
    )
    assert whole["guarantee"] == floats["guarantee"] == "bounded"
    assert 0 <= floats["error"] == whole["provenance"]["tolerance"] < 1e-12
    assert abs(sum(map(F, floats["values"].values())) - 1) < F(1, 10**12)
    assert all(isinstance(v, float) for v in floats["values"].values())
    assert re.fullmatch(
        rf"sums to 1 within \S+ \(float, quadrature of {floats['nodes']} nodes\)", floats["unit"]
    )
    assert exact["guarantee"] == "exact"
    assert sum(map(F, exact["values"].values())) == 1


def test_floats_are_checked_with_other_nodes() -> None:
    found = measured("[60; 30*3, 7*5, 2*6]", "shapley_shubik", exact=False)
    whole = json.loads(found.to_json())
    certificate, told = whole["certificate"], whole["answer"]
    assert all(check.holds for check in power_checks(certificate, told))
    values = told["indices"]["shapley_shubik"]["values"]
    moved = values["1"] * 1e-9
    values["1"] += moved
    values["2"] -= moved  # the sum stays
    broken = [check.what for check in power_checks(certificate, told) if not check.holds]
    assert broken == [
        "shapley_shubik, floats, by a quadrature of other nodes within 1e-11 of each value"
    ]


def test_floats_are_named_in_heads_and_on_the_screen() -> None:
    found = measured("[60; 30*3, 7*5, 2*6]", "shapley_shubik", exact=False)
    head = next(name for name in found.rows()[0] if name.startswith("shapley_shubik"))
    assert "within" in head
    assert "float, quadrature of" in head
    said = str(found)
    assert "sums to 1, float" in said
    assert "not exact: sums to 1 within" in said
    assert not found.stopped_early


def test_exact_gives_fractions_or_refuses() -> None:
    found = measured("[51; 50, 49, 1]", "shapley_shubik", exact=True)
    assert found.guarantee == "exact"
    done = run("imf-board-of-governors", "--exact", "--index", "shapley_shubik")
    assert done.exit_code == 2
    assert "totals over all sizes" in done.output


def test_what_is_out_of_reach_names_its_limit() -> None:
    game = CountedGame(bind_decision(load_body("imf-board-of-governors")).rule.project("against"))
    for name, limit in [
        ("deegan_packel", "nodes here, the limit"),
        ("shift", "takes 20 players, and the game has 190"),
        ("johnston", "takes 27 players"),
        ("public_help_xi", "nodes here, the limit"),
    ]:
        with pytest.raises(LimitError, match=limit) as error:
            power_index(game, name)
        assert len(str(error.value)) < 400
