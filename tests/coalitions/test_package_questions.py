"""What a negotiator asks after the cheapest package: others, fronts, what it stands, why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import coalitions as co
from coalitions.answers.results import Result
from coalitions.cli import main
from coalitions.files import datasets
from coalitions.verification.verification import verify
from solvers.errors import EngineError

SEVEN = (datasets.data_root() / "scenarios" / "council-of-seven.yaml").read_text(encoding="utf-8")
WORDS = """\
format: coalitions/1
title: Positions in words alone
date: 2020-07-09
bodies: {council: {use: un-security-council}}
options: {text: {title: A text, needs: council, legal_basis: non_enforcement, effect: 2}}
floors: {effect: 1}
never: [amnesty_for_atrocity_crimes]
amendments: {shorter: {title: Half the time, cost: 1, effect: -1}}
positions: {default: {is: for}, RUS: &no {is: against, abstains_if: shorter}, CHN: *no}
"""
TIGHT = SEVEN.replace("    to: all", "    to: all\n    cap: {B: 3, default: 100}")


def case(tmp_path: Path, text: str) -> co.Scenario:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return co.load(file)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words, prog_name="coalitions")
    return result.exit_code, result.output


def test_all_packages_of_the_plain_text() -> None:
    found = co.list_packages(co.load("council-of-seven"), 50, without_amendments=True)
    assert [int(c) for c in found.costs] == [9, 11, 11, 12, 12, 12, 13, 14, 15, 15]
    assert "there are no others" in found.headline()
    assert found.verify()


def test_thirty_eight_with_amendments() -> None:
    found = co.list_packages(co.load("council-of-seven"), 100)
    assert len(found.costs) == 38
    assert [int(c) for c in found.costs[:8]] == [4, 5, 5, 6, 6, 7, 7, 8]
    assert found.to_frame().shape == (38, 5)


def test_packages_different_in_kind() -> None:
    found = co.list_packages(co.load("council-of-seven"), 5, distance=3)
    kinds = [set(row["amendments"].split()) | set(row["paid"].split()) for row in found.rows()]
    assert all(len(a ^ b) >= 3 for i, a in enumerate(kinds) for b in kinds[:i])
    assert found.costs[0] == 4
    assert found.verify()


def test_the_grid_of_buffers() -> None:
    front = co.package_front(co.load("council-of-seven"), "buffer", [0, 1, 2, 3])
    grid = [[int(p.cost) for p in front.points if p.durability == d] for d in range(4)]
    assert grid == [[4, 6, 9, 13], [6, 9, 13, 18], [9, 13, 18, 24], [13, 18, 23, 30]]
    assert front.verify()
    assert front.guarantee == "optimal"


@pytest.mark.parametrize(
    ("kind", "level", "cost"),
    [("survive", 0, 9), ("survive", 1, 14), ("survive", 2, 19), ("buffer", 1, 12)],
)
def test_what_a_package_stands(kind: str, level: int, cost: int) -> None:
    demand = co.Demand(kind, Fraction(level))
    found = co.packages(co.load("council-of-seven"), without_amendments=True, demand=demand)
    assert found.cost == cost
    assert found.irreducible
    assert found.verify()


def test_a_buffer_says_whose_votes_it_does_not_touch(tmp_path: Path) -> None:
    demand = co.Demand("buffer", Fraction(1))
    assert co.packages(co.load("council-of-seven"), demand=demand).breaking == ""
    stated = SEVEN.replace("    c: {weights: {worth: 1}, band: 2}\n", "")
    stated = stated.replace("amendments:\n", "positions: {c: {is: for}}\namendments:\n", 1)
    found = co.packages(case(tmp_path, stated), demand=demand)
    assert found.breaking == "stated votes have no margin and stay as they are: c"
    words = tmp_path / "words.yaml"
    words.write_text(WORDS, encoding="utf-8")
    found = co.packages(co.load(words), demand=demand)
    assert (found.cost, found.verify()) == (1, True)
    assert "no state here has a margin: every vote is stated" in str(found)


def test_requirements_that_save_nothing_are_counted(tmp_path: Path) -> None:
    words = tmp_path / "words.yaml"
    words.write_text(WORDS, encoding="utf-8")
    assert "saves nothing  any of the " in str(co.explain(co.load(words)))
    assert "other requirements" in str(co.explain(co.load("council-of-seven")))


def test_a_demand_that_is_not_met_is_found_out() -> None:
    found = co.packages(
        co.load("council-of-seven"),
        without_amendments=True,
        demand=co.Demand("survive", Fraction(1)),
    )
    data = found.to_dict()
    data["certificate"]["demand"]["level"] = data["answer"]["demand"]["level"] = "2"
    assert not verify(data).passed


def test_a_package_that_passes_often_enough(tmp_path: Path) -> None:
    text = SEVEN.replace("band: 5}", "band: 5, hidden_objection: 0.05}")
    text = text.replace("d: -2, e: -3", "d: {value: -2, low: -3, high: -1}, e: -3")
    demand = co.Demand("chance", Fraction(9, 10))
    found = co.packages(case(tmp_path, text), without_amendments=True, demand=demand)
    # B objects with .05 whatever it gets; d, who lies anywhere in an interval of 2, may fall
    # short with .05/.95 at most: 2 + (1 - 2 * .05/.95) of cash.
    assert found.cost is not None
    assert 0 <= found.cost - (9 + 1 - Fraction(2, 19)) < Fraction(1, 10**6)
    assert found.verify()


def test_why_nothing_works(tmp_path: Path) -> None:
    found = co.explain(
        case(tmp_path, TIGHT + "budgets:\n  - {limit: 8}\n"), without_amendments=True
    )
    answer = found.answer()
    assert answer["clashes"] == [
        ["cap of 3 on cash to B*", "veto of B* (no permanent member against)"],
        [
            "budget of 8 cash units",
            "four in favour",
            "veto of B* (no permanent member against)",
        ],
    ]
    drops = [(r["cost_then"], r["drop"]) for r in answer["repairs"]]
    assert drops == [
        ("4", ["cap of 3 on cash to B*", "four in favour"]),
        ("5", ["veto of B* (no permanent member against)"]),
        ("9", ["budget of 8 cash units", "cap of 3 on cash to B*"]),
    ]
    assert "4 would do" in answer["repairs"][0]["or"][1]
    assert found.verify()
    data = found.to_dict()
    data["certificate"]["infeasible"][0].append(["quota", 0])
    assert not verify(data).passed


def test_what_requirements_and_votes_cost() -> None:
    found = co.explain(co.load("council-of-seven"), without_amendments=True)
    answer = found.answer()
    prices = {(p["requirement"], p["change"]): p["saves"] for p in answer["requirement_prices"]}
    assert prices["four in favour", "dropped"] == "5"
    assert prices["veto of B* (no permanent member against)", "dropped"] == "4"
    assert prices["four in favour", "lowered"] == "3"
    votes = {v["state"]: v for v in answer["vote_prices"]}
    assert votes["B"]["price_of_its_vote"] == "2"
    assert votes["B"]["cost_if_paid_nothing"] is None
    assert votes["f"]["price_of_its_vote"] == "2"
    assert votes["d"]["could_hold_out_for"] == "3"
    assert sum(Fraction(v["power"]) for v in answer["vote_prices"]) == 1
    assert answer["smallest_blocking_sets"] == [["A"], ["B"], ["c"], ["d"], ["e"]]
    assert found.verify()


def test_options_are_ranked_by_what_is_left(tmp_path: Path) -> None:
    text = SEVEN.replace(
        "floors:\n",
        "  weaker:\n    title: Less\n    needs: council\n    legal_basis: host_consent\n"
        "    effect: 7\nfloors:\n",
    ).replace(
        "    mandate:\n      worth",
        "    weaker: {worth: {default: 0, B: -5}}\n    mandate:\n      worth",
    )
    two = case(tmp_path, text)
    found = co.rank_options(two)
    assert [(p.option.key, p.cost) for p in found.found if p.option] == [
        ("weaker", 0),
        ("mandate", 4),
    ]
    worth = case(tmp_path, text.replace("floors:\n", "floors:\n  worth: 10\n"))
    found = co.rank_options(worth)
    first = found.found[0]
    assert first.option is not None
    assert (first.option.key, found.net_value(first)) == ("mandate", 91)
    assert found.verify()


QUESTIONS: dict[str, Callable[[], Result]] = {
    "list": lambda: co.list_packages(co.load("council-of-seven"), 3),
    "front": lambda: co.package_front(co.load("council-of-seven"), "survival", [0, 1]),
    "ranking": lambda: co.rank_options(co.load("council-of-seven")),
    "explain": lambda: co.explain(co.load("council-of-seven")),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_saved_answer_verifies_until_a_cost_is_touched(question: str) -> None:
    data = json.loads(QUESTIONS[question]().to_json())
    assert verify(data).passed

    def touch(part: Any) -> bool:
        if isinstance(part, dict):
            if isinstance(part.get("cost"), str):
                part["cost"] = str(Fraction(part["cost"]) + Fraction(1, 7))
                return True
            return any(
                touch(p) for key, p in part.items() if key != "parts" or question == "ranking"
            )
        return isinstance(part, list) and any(touch(p) for p in part)

    inner = data["answer"].get("package", data["answer"].get("parts", data["answer"]))
    assert touch(inner)
    assert not verify(data).passed


def test_the_command_line_answers_each_question(tmp_path: Path) -> None:
    plain = ("packages", "council-of-seven", "--without-amendments")
    for words, part in (
        ((*plain, "--k", "3"), "the 3 cheapest, proved"),
        ((*plain, "--survive", "1"), "14 cash units"),
        ((*plain, "--against-rival", "1"), "12 cash units"),
        ((*plain, "--robust", "1"), "12 cash units"),
        ((*plain, "--second", "cbc"), "second opinion"),
        ((*plain, "--rank"), "1. mandate"),
        (("packages", "council-of-seven", "--pareto", "--levels", "0,1"), "none beaten"),
        (("explain", "council-of-seven", "--without-amendments"), "THE PRICE OF EACH VOTE"),
    ):
        code, output = run(*words)
        assert (code, part in output) == (0, True), output
    picture = tmp_path / "front.png"
    code, _ = run("packages", "council-of-seven", "--pareto", "--plot", str(picture))
    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--k", "2", "--pareto"), "ask one thing at a time: k and pareto are different questions"),
        (("--diverse", "2"), "--diverse goes with --k, the number of packages to list"),
        (("--plot", "x.png"), "--plot draws a front: it goes with --pareto"),
        (("--robust", "much"), "--robust much: must be a number such as 2, 0.5 or 1/3"),
        (("--against-rival=-1",), "--against-rival -1: must be at least 0"),
        (("--probability", "2"), "it passes with probability 2 at least: a probability between"),
        (("--pareto", "--levels", "0,x"), "--levels x: must be a number such as 2, 0.5 or 1/3"),
        (("--second", "nobody"), "nobody"),
    ],
)
def test_wrong_words_are_one_sentence(words: tuple[str, ...], message: str) -> None:
    code, output = run("packages", "council-of-seven", *words)
    assert code == 2
    assert message in output
    assert len(output.strip().splitlines()) == 1


def test_errors_name_states() -> None:
    with pytest.raises(EngineError, match="the vote of Dravik hangs on the votes of others"):
        co.packages(co.load("veskar-strait"), demand=co.Demand("chance", Fraction(1, 2)))


def test_a_picture_needs_points(tmp_path: Path) -> None:
    front = co.package_front(case(tmp_path, TIGHT), "buffer", [0], without_amendments=True)
    assert front.points == ()
    with pytest.raises(EngineError, match="there is no front to draw"):
        co.plot(front)
