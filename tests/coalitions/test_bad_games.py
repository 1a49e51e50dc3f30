"""Games that are none, every mistake at once with what would be right; fractions made whole."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from coalitions.bodies.weighted_body import MAX_MEMBERS, exact_weight, literal_body, weighted_body
from coalitions.cli import main
from coalitions.errors import InputError

BODY = """format: coalitions-body/1
title: A club
roster:
  members: [Ada, Bea, Cleo]
  weights: {{stake: {weights}}}
decisions:
  vote: {{title: A vote, effect: internal, readings: {{plain: {{rule: {rule}}}}}}}
"""
RULE = "{in_favour: 3, weight: stake}"


def problems(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        literal_body(text)
    return [p.message for p in error.value.problems]


def in_file(tmp_path: Path, weights: str, rule: str = RULE) -> Path:
    path = tmp_path / "club.yaml"
    path.write_text(BODY.format(weights=weights, rule=rule), encoding="utf-8")
    return path


def in_file_problems(tmp_path: Path, weights: str, rule: str = RULE) -> list[str]:
    with pytest.raises(InputError) as error:
        load_body(str(in_file(tmp_path, weights, rule)))
    return [f"{p.line}: {p.path.split('.')[-1]}: {p.message}" for p in error.value.problems]


LEAST = "a weight is a number of at least 0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[4; -1, 3, 3]", [f"weight -1 is negative: {LEAST}"]),
        ("[nan; 1, 1]", ["quota nan is not a finite number: a quota is above 0"]),
        ("[-2; 1, 1]", ["quota -2 is negative: a quota is above 0"]),
        ("[2; inf, 1]", [f"weight inf is not a finite number: {LEAST}"]),
        ("[1; 1/0, 1]", ["weight 1/0 divides by zero"]),
        ("[1; 1e3]", ["weight '1e3' is no number: write 7, 1.5 or 1/3"]),
        (
            "[0.9; 1/2, 1/3]",
            ["quota 9/10 is not above 0 and at most 5/6, the sum of the weights: no coalition, "
             "or every one, would win"],
        ),
        (
            "[2; 1*2.5]",
            ["'1*2.5' repeats a weight '2.5' times: write how many members there are, such as "
             "7*5"],
        ),
        (
            "[2; a, -1, nan, 1*0]",
            [
                "'1*0' repeats a weight '0' times: write how many members there are, such as 7*5",
                "weight 'a' is no number: write 7, 1.5 or 1/3",
                f"weight -1 is negative: {LEAST}",
                f"weight nan is not a finite number: {LEAST}",
            ],
        ),
        ("[1; 1*" + "9" * 5000 + "]", ["a literal game has at most 10,000 members"]),
        (f"[1; {'9' * 19}]", [f"weight '{'9' * 19}' has more than 18 digits, the most that are "
                              "read"]),
    ],
)  # fmt: skip
def test_literal_games(text: str, expected: list[str]) -> None:
    assert sorted(problems(text)) == sorted(expected)


def test_fractions_without_a_common_multiple() -> None:
    primes = [999983, 999979, 999961, 999959]
    (words,) = problems(f"[1; {', '.join(f'1/{p}' for p in primes)}, 1]")
    assert words == "made whole, the weights sum to more than 18 digits: round them"


def test_fractions_are_scaled_and_it_is_said() -> None:
    done = CliRunner().invoke(main, ["power", "[2.5; 3/2, 1, .5]", "--index", "banzhaf_raw"])
    assert done.exit_code == 0
    assert "quota and weights times 2: all are whole" in done.stdout
    assert "5 of 6 weight" in done.stdout


@given(
    st.lists(st.fractions(0, 5, max_denominator=12), min_size=1, max_size=5).filter(any),
    st.fractions(Fraction(1, 50), 1, max_denominator=50),
)
def test_scaling_keeps_the_game(weights: list[Fraction], part: Fraction) -> None:
    quota = part * sum(weights)
    rule = bind_decision(weighted_body(quota, weights)).rule
    for size in range(len(weights) + 1):
        for coalition in combinations(range(len(weights)), size):
            votes = [2 if i in coalition else 0 for i in range(len(weights))]
            assert rule.evaluate(votes) == (sum(weights[i] for i in coalition) >= quota)


def test_numbers_of_python() -> None:
    body = weighted_body(np.int64(3), [np.float64(0.1), 1.5, 2, "1/3"], names=["a", "b", "c", "d"])
    assert body.roster["members"] == ["a", "b", "c", "d"]
    assert body.roster["weights"]["weight"] == [3, 45, 60, 10]
    assert exact_weight(np.inf) == f"weight inf is not a finite number: {LEAST}"
    assert exact_weight(True).startswith("weight true is no number")
    assert exact_weight(None).startswith("weight ")
    assert exact_weight(1e22).endswith("has more than 18 digits, the most that are read")


def test_python_names_every_mistake() -> None:
    with pytest.raises(InputError) as error:
        weighted_body(float("nan"), [-1, float("inf")])
    assert len(error.value.problems) == 3
    with pytest.raises(InputError, match="3 names for 2 weights"):
        weighted_body(1, [1, 1], names=["a", "b", "c"])
    with pytest.raises(InputError, match=f"at most {MAX_MEMBERS:,} members"):
        weighted_body(1, [1] * (MAX_MEMBERS + 1))


@pytest.mark.parametrize(
    ("weights", "rule", "expected"),
    [
        ("[1, -2, 3]", RULE, [f"5: 1: weight -2 is negative: {LEAST}"]),
        (
            "{Ada: .nan, Bea: 1, Cleo: x}",
            RULE,
            [
                f"5: Ada: weight .nan is not a finite number: {LEAST}",
                "5: Cleo: weight 'x' is no number: write 7, 1.5 or 1/3",
            ],
        ),
        (
            "{Ada: 1, Bea: 1, Cloe: 1}",
            RULE,
            [
                "5: stake: no weight for Cleo: each member needs one",
                "5: Cloe: 'Cloe' is no member (did you mean 'Cleo'?)",
            ],
        ),
        (
            "[1, 1]",
            RULE,
            ["5: stake: 2 weights for 3 members: each member needs one, in the order of the "
             "members"],
        ),
        (
            "[1.5, 1, 0.5]",
            "{all: [{in_favour: 5}, {in_favour: 3.5, weight: stake}]}",
            [
                "7: in_favour: quota 5 is above 3, the number of members: nobody could reach it",
                "7: in_favour: quota 7/2 is above 3, the sum of the weights of members: nobody "
                "could reach it",
            ],
        ),
        (
            "[1, 1, 1]",
            "{in_favour: -1, weight: stake}",
            ["7: in_favour: quota -1 is negative: a quota is a number of at least 0"],
        ),
        (
            "[1, 1, 1]",
            "{in_favour: 0, weight: stake}",
            ["7: in_favour: 0 is not a number of at least 1"],
        ),
    ],
)  # fmt: skip
def test_body_files(tmp_path: Path, weights: str, rule: str, expected: list[str]) -> None:
    assert in_file_problems(tmp_path, weights, rule) == expected


def test_who_is_no_member(tmp_path: Path) -> None:
    path = in_file(tmp_path, "[1, 1, 1]")
    text = path.read_text(encoding="utf-8").replace(
        "members: [Ada, Bea, Cleo]", "members: [Ada, Ada, Cleo]\n  groups: {old: [Adda]}"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_body(str(path))
    assert [p.message for p in error.value.problems] == [
        "Ada stands in the roster 2 times",
        "Adda is no member (did you mean 'Ada'?)",
    ]


def test_fractions_of_a_body_file(tmp_path: Path) -> None:
    rule = "{in_favour: 1.55, weight: stake}"
    path = in_file(tmp_path, "{Ada: 1.5, Bea: 1/3, Cleo: 0.1}", rule)
    bound = bind_decision(load_body(str(path)))
    (leaf,) = bound.rule.leaves()
    assert (leaf.yes, leaf.threshold) == ((45, 10, 3), 47)  # 1.55 * 30 = 46.5
    (note,) = bound.roster.notes
    assert note == (
        "weights 'stake', and the amounts of them that the rule asks for, times 30: all are "
        "whole; a quota of 31/20 counts as 47: sums of the weights 'stake' are whole"
    )


def test_a_share_of_fractions_needs_no_scaling(tmp_path: Path) -> None:
    rule = "{in_favour: more than 1/2, of: members, weight: stake}"
    path = in_file(tmp_path, "[0.5, 0.25, 0.25]", rule)
    (leaf,) = bind_decision(load_body(str(path))).rule.leaves()
    assert (leaf.yes, leaf.threshold) == ((2, 1, 1), 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["power", "un-security-council", "--index", "colomer_martinez"], "single weighted"),
        (["power", "[3; 2, 1, 1]", "--index", "power"], "no power index 'power'"),
        (["winning", "[3; 2, 1, 1]", "--list", "--must-have", "9"], "9"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
