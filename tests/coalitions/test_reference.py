"""Reference cases: what passes, what fails and says why, and what a bad file is told."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.cli import main
from coalitions.games.reference import CONCEPTS, Outcome, chosen_concepts, closing_line, run_cases
from coalitions.games.reference_file import FORMAT, read_number, read_rule
from solvers.errors import EngineError, GameError, LimitError

THREE = {"type": "weighted", "quota": 51, "weights": [50, 49, 1]}
BICAMERAL = {
    "type": "compound",
    "any": [
        {
            "all": [
                {"quota": 1, "weights": [1, 0, 0, 0, 0, 0, 0]},
                {"quota": 2, "weights": [0, 1, 1, 1, 0, 0, 0]},
                {"quota": 2, "weights": [0, 0, 0, 0, 1, 1, 1]},
            ]
        },
        {
            "all": [
                {"quota": 3, "weights": [0, 1, 1, 1, 0, 0, 0]},
                {"quota": 3, "weights": [0, 0, 0, 0, 1, 1, 1]},
            ]
        },
    ],
}
NOBODY = {"type": "weighted", "quota": 9, "weights": [1, 1, 1]}
APEX = {"type": "tu", "n": 3, "values": dict(zip(
    ["1", "2", "3", "1,2", "1,3", "2,3", "1,2,3"], [0, 0, 0, 1, 1, 0, 1], strict=True
))}  # fmt: skip


def case(concept: str, expected: Any, game: Any = THREE, **more: Any) -> dict[str, Any]:
    return {"id": f"{concept}-1", "game": game, "concept": concept, "expected": expected, **more}


def run(*cases: Any) -> list[Outcome]:
    return list(run_cases(cases))


GOOD = [
    case("shapley_shubik", ["2/3", "1/6", "1/6"]),
    case("banzhaf_raw", [3, 1, 1], tolerance=0),
    case("banzhaf_absolute", ["0.75", "2.5E-1", Fraction(1, 4)]),
    case("banzhaf_normalized", ["0.6", "0.2", "0.2000001"], tolerance=Fraction(1, 10**6)),
    case("coleman_prevent", [1, "1/3", "1/3"]),
    case("coleman_initiate", ["3/5", "1/5", "1/5"]),
    case("coleman_collectivity", "3/8"),
    case("deegan_packel", ["1/2", "1/4", "1/4"]),
    case("holler_public_good", ["1/2", "1/4", "1/4"]),
    case("johnston", ["2/3", "1/6", "1/6"]),
    case("winning_count", 3),
    case("mwc_count", 2),
    case("minimal_winning", [[3, 1], [1, 2]]),
    case("minimal_winning", [], NOBODY),
    case("owen", ["3/4", "1/4", 0], extra={"unions": [[1, 2], [3]]}),
    case("banzhaf_owen", ["3/4", "1/4", 0], extra={"unions": [[2, 1]]}),
    case("johnston", ["19/80"] + ["61/480"] * 6, BICAMERAL),
    case("winning_count", 17, BICAMERAL),
    case("shapley_shubik", ["2/3", "1/6", "1/6", 0],
         {"type": "weighted", "quota": "3/2", "weights": [1, "1/2", "0.5", "1/3"]}),
    case("shapley_shubik", [0, "1/2", "1/2"],
         {"type": "vector_weighted", "all": [{"quota": 2, "weights": [1, 1, 1]},
                                             {"quota": 2, "weights": [0, 1, 1]}]}),
    case("shapley_shubik", ["2/3", "1/6", "1/6"], APEX),
    case("nevison", ["3/4", "1/2", "1/2"],
         {"type": "tu", "n": 3, "bitmask_values": [0, 0, 0, 1, 0, 1, 0, 1]}),
    case("banzhaf_normalized", [0, 0, 0], NOBODY, or_error=True),
    case("winning_count", 8, {"type": "weighted", "quota": 0, "weights": [1, 1, 1]}),
    case("shapley_shubik", [0, 0], {"type": "weighted", "quota": 1, "weights": [2, -1]},
         or_error=True),
]  # fmt: skip


@pytest.mark.parametrize("one", GOOD, ids=lambda c: c["concept"])
def test_cases_that_pass(one: dict[str, Any]) -> None:
    assert [o.status for o in run(one)] == ["passed"]


BAD = [
    (case("shapley_shubik", ["2/3", "1/5", "1/6"]), "player 2: expected 1/5, got 1/6"),
    (case("shapley_shubik", ["2/3", 0, 0]), "player 2: expected 0, got 1/6 and 1 more"),
    (case("shapley_shubik", ["2/3", "1/3"]), "expected 2 numbers, got 3"),
    (case("shapley_shubik", "2/3"), "expected '2/3', got a list of numbers"),
    (case("shapley_shubik", ["2/3", True, 0]), "true is no number"),
    (case("shapley_shubik", ["2/3", "1/0", 0]), "'1/0' is no number"),
    (case("shapley_shubik", ["2/3", "1e9999", 0]), "'1e9999' is no number"),
    (case("winning_count", 4), "expected 4, got 3"),
    (case("winning_count", 3, tolerance=-1), "'tolerance' is -1; it is at least 0"),
    (case("minimal_winning", [[1, 2]]), "not expected: [1, 3]"),
    (case("minimal_winning", [[1, 2], [1, 3], [2, 3]]), "missing: [2, 3]"),
    (case("minimal_winning", 2), "must be a list of lists"),
    (case("shapley-shubik", []), "unknown concept (did you mean 'shapley_shubik'?)"),
    (case("worth_of_all", []), "unknown concept"),
    (case("rae", [], {"type": "wieghted"}), "unknown type of game 'wieghted' (did you mean"),
    (case("rae", [], None), "unknown type of game null"),
    (case("rae", [], {"type": "bargaining"}), "a game of type 'bargaining' is no voting game"),
    (case("rae", [], {"type": "weighted", "quota": 1}), "needs a 'quota' and a list 'weights'"),
    (case("rae", [], {"type": "weighted", "quota": 1, "weights": []}), "at least one weight"),
    (case("rae", [], {"type": "weighted", "weights": [1]}), "null is no number"),
    (
        case("rae", [], {"type": "weighted", "quota": 1, "weights": [2, -1]}),
        "the weight of player 2 is -1; it must be at least 0",
    ),
    (case("rae", [], {"type": "vector_weighted", "all": []}), "at least one weighted rule"),
    (
        case("rae", [], {"type": "vector_weighted", "all": [THREE, NOBODY | {"weights": [1]}]}),
        "rules with 1 and 3 weights in one game",
    ),
    (case("rae", [], {"type": "compound", "any": 3}), "at least one entry with 'all'"),
    (case("rae", [], {"type": "tu", "n": 0}), "'n' is 0"),
    (case("rae", [], {"type": "tu", "n": 13}), "the limit is 12"),
    (case("rae", [], {"type": "tu", "n": 1, "values": {"1": 2}}), "a coalition is worth 2"),
    (case("rae", [], {"type": "tu", "n": 1, "values": {"2": 1}}), "'2' is no coalition"),
    (case("rae", [], {"type": "tu", "n": 1, "bitmask_values": [0]}), "must list 2 numbers"),
    (
        case("rae", [], {"type": "tu", "n": 2, "values": {"1": 1, "2": 0, "1,2": 0}}),
        "a winning coalition loses when somebody joins",
    ),
    (case("owen", [0, 0, 0]), "must give the 'unions'"),
    (case("owen", [0, 0, 0], extra={"unions": [[4]]}), "player 3 of a union is none"),
    ({"id": "x", "concept": "rae"}, "the case lacks game, expected"),
    ("text", "is no mapping"),
]


@pytest.mark.parametrize(("one", "why"), BAD, ids=[why for _, why in BAD])
def test_cases_that_fail_say_why(one: Any, why: str) -> None:
    (outcome,) = run(one)
    assert outcome.status == "failed"
    assert why in outcome.detail


def test_a_limit_of_the_engine_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(game: object) -> None:
        raise LimitError("too large")

    monkeypatch.setattr("coalitions.games.reference.read_rule", refuse)
    (outcome,) = run(case("rae", [0, 0, 0], or_error=True))
    assert (outcome.status, outcome.detail) == ("failed", "too large")


def test_billions_of_coalitions_that_are_not_expected_are_not_listed() -> None:
    game = {"type": "weighted", "quota": 30, "weights": [1] * 60}
    (outcome,) = run(case("minimal_winning", [list(range(1, 31))], game))
    assert outcome.detail.startswith("not expected: ")


def test_only_what_is_left_out_is_skipped() -> None:
    cases = [GOOD[0], case("nucleolus", []), GOOD[9]]
    statuses = [o.status for o in run_cases(cases, {"johnston", "nucleolus"})]
    assert statuses == ["skipped", "failed", "passed"]
    assert closing_line(run_cases(cases)) == "2 passed, 1 failed, 0 skipped"


def test_the_names_given_to_only_are_checked() -> None:
    assert chosen_concepts(["rae, johnston", "gately"], [case("gately", 1)]) == {
        "rae", "johnston", "gately",
    }  # fmt: skip
    with pytest.raises(EngineError, match=r"'jonston'.*did you mean 'johnston'"):
        chosen_concepts(["jonston"], [case("rae", [])])


def test_outcomes_come_one_by_one() -> None:
    seen = []

    def cases() -> Any:
        for one in GOOD[:3]:
            seen.append(one["concept"])
            yield one

    outcomes = run_cases(cases())
    assert next(outcomes).status == "passed"
    assert seen == ["shapley_shubik"]


def test_a_case_cannot_drive_the_terminal() -> None:
    (outcome,) = run(case("rae", []) | {"id": "a\x1b[31m\n" + "b" * 500})
    assert outcome.id.isprintable()
    assert len(outcome.id) <= 120


@settings(deadline=None)
@given(value=st.fractions())
def test_numbers_are_read_exactly(value: Fraction) -> None:
    assert read_number(str(value)) == value
    assert read_number(f"{value.numerator}e-3") == Fraction(value.numerator, 1000)


@pytest.mark.parametrize(
    "value", [None, True, 0.5, "", "1/2/3", "nan", "0x1", "\u0661", [], "9" * 2000]
)
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(GameError, match="is no number such as"):
        read_number(value)


def test_a_rule_of_fractions_is_scaled() -> None:
    rule = read_rule({"type": "weighted", "quota": "5/6", "weights": ["1/2", "1/3"]})
    assert rule.leaves()[0].yes == (3, 2)
    assert rule.leaves()[0].threshold == 5


# The command.


def reference(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["reference", str(path), *arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cases.json"
    cases = [
        {"id": one["concept"], **{k: v for k, v in one.items() if k != "id"}}
        for one in GOOD
        if one["concept"] not in ("banzhaf_absolute", "banzhaf_normalized")
    ]
    path.write_text(json.dumps({"format": FORMAT, "cases": cases}), encoding="utf-8")
    return path


def test_a_row_per_case_and_a_closing_line(file: Path) -> None:
    done = reference(file)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "passed   shapley_shubik  shapley_shubik"
    assert lines[-1] == f"{len(lines) - 1} passed, 0 failed, 0 skipped"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--only", "johnston", "--only", "mwc_count"],
        ["--only", "johnston", "mwc_count"],
        ["--only", "johnston,mwc_count"],
    ],
)
def test_only_takes_several_names(file: Path, arguments: list[str]) -> None:
    done = reference(file, *arguments)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].startswith("3 passed, 0 failed, ")


def test_a_failure_ends_with_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    cases = [GOOD[0], case("shapleys", [])]
    path.write_text(json.dumps({"format": FORMAT, "cases": cases}), encoding="utf-8")
    done = reference(path)
    assert done.exit_code == 1
    assert "failed   shapleys-1  shapleys  unknown concept" in done.output
    assert done.output.endswith("1 passed, 1 failed, 0 skipped\n")


@pytest.mark.parametrize("form", ["json", "csv", "markdown"])
def test_other_forms(file: Path, form: str) -> None:
    done = reference(file, "--only", "johnston", "--format", form)
    assert done.exit_code == 0
    if form == "json":
        data = json.loads(done.stdout)
        assert data["summary"].startswith("2 passed, 0 failed, ")
        assert {row["status"] for row in data["cases"]} == {"passed", "skipped"}
    else:
        assert "passed" in done.stdout
        assert "2 passed, 0 failed" in done.stderr


def test_output_goes_to_a_file(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "rows.txt"
    assert reference(file, "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8").endswith(" failed, 0 skipped\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cases.json:1:2: not JSON"),
        ("[]", "cases.json:1:1: is no file of reference cases: 'format' must be"),
        ('{"format": "other"}', "'format' must be"),
        (f'{{"format": "{FORMAT}"}}', "'cases' must be a list of at least one case"),
        (f'{{"format": "{FORMAT}", "cases": []}}', "'cases' must be a list of at least one case"),
        (f'{{"format": "{FORMAT}", "cases": [NaN]}}', "NaN is no number"),
        (f'{{"format": "{FORMAT}", "cases": [1e999999999]}}', "'1e999999999' is out of range"),
        (f'{{"format": "{FORMAT}", "cases": [{"9" * 5000}]}}', "a number that cannot be used"),
        ("[" * 100_000, "nested too deeply"),
        ("", "is empty"),
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    done = reference(path)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.output


def test_bad_arguments(file: Path) -> None:
    assert "there is no such file" in reference(file.with_name("x.json")).stderr
    done = reference(file, "other.json")
    assert done.exit_code == 2
    assert "one file at a time" in done.stderr
    assert "did you mean 'johnston'" in reference(file, "--only", "jonston").stderr


def test_interrupted_with_rows_on_the_screen(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(cases: Any, only: Any) -> Any:
        yield Outcome("a", "rae", "passed")
        raise KeyboardInterrupt

    monkeypatch.setattr("coalitions.games.reference.run_cases", interrupted)
    done = reference(file)
    assert done.exit_code == 3
    assert "1 passed, 0 failed, 0 skipped, interrupted with" in done.output


def test_every_index_of_the_engine_can_be_asked_for() -> None:
    from solvers.power import INDICES, MEASURES

    assert CONCEPTS.keys() >= {*INDICES, *MEASURES, "minimal_winning", "owen", "banzhaf_owen"}
