"""Smallest and cheapest winning coalitions, against trying every coalition."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import coalitions as co
from coalitions.bodies.rosters import BoundDecision
from coalitions.cli import main
from coalitions.decisions.winning import Winning, winning
from solvers.errors import EngineError
from solvers.rules.votes import ABSTAIN, NO, YES

DAY = datetime.date(2024, 6, 1)


def council(reading: str = "practised") -> BoundDecision:
    return co.load("council-of-seven").read_as(reading).option().venues[0].bound


def game(text: str) -> BoundDecision:
    return co.bind_decision(co.load_body(text))


def tried(
    bound: BoundDecision,
    costs: dict[str, Fraction] | None = None,
    others: str = "abstain",
    must_have: Sequence[str] = (),
    must_exclude: Sequence[str] = (),
    blocs: Sequence[Sequence[str]] = (),
    incompatible: Sequence[tuple[str, str]] = (),
) -> tuple[Fraction, int] | None:
    """Least cost and size over all coalitions that win and keep the conditions."""
    names = bound.rule.names
    rest = ABSTAIN if others == "abstain" else NO
    found: tuple[Fraction, int] | None = None
    for size in range(len(names) + 1):
        for members in combinations(names, size):
            inside = set(members)
            kept = inside.issuperset(must_have) and inside.isdisjoint(must_exclude)
            kept &= all(not 0 < len(inside.intersection(b)) < len(set(b)) for b in blocs)
            kept &= not any(inside.issuperset(pair) for pair in incompatible)
            kept &= costs is None or inside <= set(costs)
            profile = [YES if n in inside else rest for n in names]
            if not kept or not bound.rule.evaluate(profile):
                continue
            price = sum((costs[m] if costs else Fraction(1) for m in members), Fraction(0))
            if found is None or (price, size) < found:
                found = (price, size)
    return found


def same(found: Winning, expected: tuple[Fraction, int] | None) -> None:
    if expected is None:
        assert found.coalition is None
        assert "none: no coalition within these conditions wins" in str(found)
        return
    assert found.coalition is not None
    assert (found.cost, len(found.coalition)) == expected
    assert found.guarantee == "optimal"
    assert found.verify()


READINGS = (
    "practised", "literal", "no-veto", "consensus", "majority-of-voting", "two-thirds-of-voting",
)  # fmt: skip
members = st.lists(st.sampled_from("ABcdefg"), max_size=2, unique=True)
pairs = st.lists(st.sampled_from("ABcdefg"), min_size=2, max_size=2, unique=True)


@settings(max_examples=60)
@given(
    st.sampled_from(READINGS),
    st.none() | st.dictionaries(st.sampled_from("ABcdefg"), st.fractions(0, 9, max_denominator=4)),
    st.sampled_from(["abstain", "against"]),
    members,
    members,
    st.lists(pairs, max_size=2),
    st.lists(pairs.map(tuple), max_size=2),
)
def test_against_every_coalition(
    reading: str,
    costs: dict[str, Fraction] | None,
    others: str,
    inside: list[str],
    outside: list[str],
    blocs: list[list[str]],
    apart: list[tuple[str, str]],
) -> None:
    bound, inside = council(reading), [m for m in inside if m not in outside]
    if costs is not None:
        inside = [m for m in inside if m in costs]
    arguments = (bound, costs, others, inside, outside, blocs, apart)
    same(winning(*arguments), tried(*arguments))


@pytest.mark.parametrize("text", ["[39; 7*5, 1*10]", "[5; 3, 2, 2, 1]", "[1; 1]", "[4; 1*4]"])
def test_weighted_games(text: str) -> None:
    bound = game(text)
    same(winning(bound), tried(bound))
    outside = bound.rule.names[:1]
    same(winning(bound, must_exclude=outside), tried(bound, must_exclude=outside))


def test_security_council() -> None:
    bound = co.bind_decision(co.load_body("un-security-council"), day=DAY)
    assert len(winning(bound).coalition or ()) == 9
    without = winning(bound, must_exclude=["China", "RU"])
    assert not {"CHN", "RUS"} & set(without.coalition or ())
    assert winning(bound, others="against", must_exclude=["CHN"]).coalition is None
    literal = co.bind_decision(co.load_body("un-security-council"), None, "literal", DAY)
    assert winning(literal, must_exclude=["CHN"]).coalition is None


def test_a_loose_member_of_a_bloc_is_no_mistake_to_the_check() -> None:
    """A bloc, or members that must be in it, can make a coalition larger than needed."""
    bound = council()
    found = winning(bound, must_have=["A", "B", "c", "d", "e"])
    assert len(found.coalition or ()) == 5
    assert found.verify()
    found = winning(bound, must_have=["A"], blocs=[["A", "B", "c", "d", "e", "f"]])
    assert len(found.coalition or ()) == 6
    assert found.verify()


def test_wrong_names() -> None:
    bound = council()
    with pytest.raises(EngineError, match="'h' is no member of"):
        winning(bound, must_have=["h"])
    with pytest.raises(EngineError, match="must be in the coalition is excluded"):
        winning(bound, must_have=["A"], must_exclude=["A"])
    real = co.bind_decision(co.load_body("un-security-council"), day=DAY)
    with pytest.raises(EngineError, match="two costs"):
        winning(real, {"China": Fraction(1), "CHN": Fraction(2)})


def test_command(tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("state,cost\nA,3\nB,1/2\nc,2\nd,0.5\ne,7\n", encoding="utf-8")
    game_text = "[4; 1*7]"
    wrong = CliRunner().invoke(main, ["winning", game_text, "--cheapest", str(table)])
    assert wrong.exit_code == 2
    table.write_text("state,cost\n1,3\n2,1/2\n3,2\n4,0.5\n5,7\n", encoding="utf-8")
    run = CliRunner().invoke(main, ["winning", game_text, "--cheapest", str(table)])
    assert "4 for, cost 6; the others abstain" in run.stdout
    assert "1 2 3 4" in run.stdout
    for option, value, cost in (
        ("--bloc", "1,5", "cost 11;"),
        ("--incompatible", "1,2", "cost 10;"),
        ("--must-have", "5", "cost 10;"),
        ("--must-exclude", "2", "cost 12.5;"),
    ):
        command = ["winning", game_text, "--cheapest", str(table), option, value]
        assert cost in CliRunner().invoke(main, command).stdout, option
    run = CliRunner().invoke(main, ["winning", game_text, "--incompatible", "1,2,3"])
    assert (run.exit_code, run.stdout) == (2, "")
    assert "takes a pair" in run.stderr
    run = CliRunner().invoke(main, ["winning", game_text, "--smallest", "--cheapest", str(table)])
    assert "not for both" in run.stderr


def test_every_mistake_of_a_cost_table_is_named(tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("state,cost\n1,x\n2,-1\n3,1\n3,2\n", encoding="utf-8")
    run = CliRunner().invoke(main, ["winning", "[2; 1*3]", "--cheapest", str(table)])
    assert (run.exit_code, run.stdout) == (2, "")
    lines = run.stderr.splitlines()
    assert [line.removeprefix(str(table)).split(":")[1] for line in lines] == ["2", "3", "5"]
