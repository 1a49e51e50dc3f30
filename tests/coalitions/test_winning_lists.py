"""Coalitions counted and listed for bodies and scenarios, and on the command line."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from itertools import combinations
from math import comb
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import coalitions as co
from coalitions.bodies.rosters import BoundDecision
from coalitions.cli import main
from coalitions.decisions.winning import winning
from coalitions.decisions.winning_choice import Choice
from coalitions.decisions.winning_counts import count_winning
from coalitions.decisions.winning_lists import list_winning
from coalitions.verification.verification import verify
from solvers.errors import EngineError

WORDS = {"for": 2, "abstain": 1, "against": 0, "absent": 3}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["winning", *arguments])


def council(reading: str = "practised") -> BoundDecision:
    return co.load("council-of-seven").read_as(reading).option().venues[0].bound


def winners(
    bound: BoundDecision, others: str, votes: dict[str, str], inside: set[str], outside: set[str]
) -> list[set[str]]:
    """Coalitions of all members that win and keep what is fixed."""
    names, rest = bound.rule.names, WORDS[others]
    inside = inside | {s for s, v in votes.items() if v == "for"}
    outside = outside | {s for s, v in votes.items() if v != "for"}
    found = []
    for size in range(len(names) + 1):
        for coalition in map(set, combinations(names, size)):
            profile = [
                2 if n in coalition else WORDS[votes[n]] if n in votes else rest for n in names
            ]
            if inside <= coalition and not outside & coalition and bound.rule.evaluate(profile):
                found.append(coalition)
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["practised", "literal", "no-veto", "consensus", "majority-of-voting"]),
    st.sampled_from(["abstain", "against"]),
    st.dictionaries(st.sampled_from("ABcdefg"), st.sampled_from(sorted(WORDS)), max_size=3),
    st.sets(st.sampled_from("ABcdefg"), max_size=1),
    st.sets(st.sampled_from("ABcdefg"), max_size=1),
)
def test_against_every_coalition(
    reading: str, others: str, votes: dict[str, str], inside: set[str], outside: set[str]
) -> None:
    bound = council(reading)
    arguments = (bound, others, sorted(inside), sorted(outside), votes)
    against = {s for s, v in votes.items() if v != "for"} | outside
    if against & ({s for s, v in votes.items() if v == "for"} | inside):
        with pytest.raises(EngineError, match="must be in the coalition and is excluded"):
            Choice(*arguments)
        return
    won = winners(bound, others, votes, inside, outside)
    least = [c for c in won if not any(d < c for d in won)]
    choice = Choice(*arguments)
    found = list_winning(choice)
    assert sorted(found.coalitions) == sorted(
        tuple(n for n in bound.rule.names if n in c) for c in least
    )
    assert found.complete
    count = count_winning(choice)
    fixed = len(choice.inside)
    assert sum(count.winning) == len(won)
    for size, number in enumerate(count.winning):
        assert number == sum(len(c) == size + fixed for c in won)
    assert count.minimal is not None
    assert sum(count.minimal) == len(least)
    smallest = winning(bound, None, others, sorted(inside), sorted(outside), votes=votes)
    expected = min((len(c) for c in won), default=None)
    assert (smallest.coalition and len(smallest.coalition)) == (expected or smallest.coalition)
    assert (smallest.coalition is None) == (expected is None)
    if smallest.coalition is not None:
        assert len(smallest.coalition) == expected
        assert smallest.verify()


@pytest.mark.parametrize(
    "arguments",
    [
        ["un-security-council", "--count"],
        ["un-security-council", "--count", "--must-have", "CHN", "--must-exclude", "RUS"],
        ["council-of-seven", "--list", "--what-if", "A=for", "--what-if", "c=absent"],
        ["[5; 3, 2, 2, 1]", "--list", "--line", "1,4,3,2"],
        ["[5; 3, 2, 2, 1]", "--list", "--bloc", "2,4", "--incompatible", "1,3"],
    ],
)
def test_saved_results_can_be_checked(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    assert run(*arguments, "--format", "json", "-o", str(file)).exit_code == 0
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 0
    data = json.loads(file.read_text(encoding="utf-8"))
    assert verify(data).passed
    if "coalitions" in data["answer"] and isinstance(data["answer"]["coalitions"], list):
        data["answer"]["coalitions"][0] = data["answer"]["coalitions"][0][1:]
    else:
        data["answer"]["minimal"] = "1"
    assert not verify(data).passed


def test_the_answer_names_population_table_and_base() -> None:
    text = run("eu-council", "--list", "--limit", "1", "--table", "EU27_2018").stdout
    assert "EU27_2018" in text
    assert "of 446,472,959" in text


def test_counts_of_the_security_council() -> None:
    for reading, others, numbers in (
        ("literal", "against", (848, 210)),
        ("literal", "abstain", (848, 210)),
        ("practised", "abstain", (9949, 5005)),
        ("practised", "against", (848, 210)),
    ):
        command = ["un-security-council", "--count", "--reading", reading, "--others", others]
        answer = json.loads(run(*command, "--format", "json").stdout)["answer"]
        assert (answer["winning"], answer["minimal"]) == tuple(map(str, numbers))
        assert answer["not_yes"] == {
            "abstain": "who does not vote for abstains",
            "against": "who does not vote for votes against",
        }[others]  # fmt: skip
        assert answer["winning_method"]
        assert answer["minimal_method"]


def test_count_names_method_and_projection() -> None:
    text = run(
        "un-security-council", "--count", "--must-have", "CHN", "--must-exclude", "RUS"
    ).stdout
    assert "who does not vote for abstains; with CHN*, without RUS*" in text
    assert "of 2^13 = 8,192" in text
    assert "; method " in text
    rows = list(csv.DictReader(io.StringIO(run("[2; 1*3]", "--count", "--format", "csv").stdout)))
    assert rows == [
        {"size": "2", "winning": "3", "minimal": "3", "marking": "unclassified"},
        {"size": "3", "winning": "1", "minimal": "0", "marking": "unclassified"},
    ]
    assembly = json.loads(
        run("un-general-assembly", "--count", "--others", "against", "--format", "json").stdout
    )
    assert assembly["answer"]["minimal"] == str(comb(193, 129))


def test_list_streams_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    found = run("[8; 1*15]", "--list", "--format", "csv", "-o", str(file))
    assert (found.stdout, found.stderr) == ("", f"wrote {file}\n")
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == comb(15, 8)  # in several blocks, one heading
    assert [int(r["number"]) for r in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["members"] == "1 2 3 4 5 6 7 8"
    assert len({r["members"] for r in rows}) == len(rows)
    few = run("[8; 1*15]", "--list", "--format", "csv", "--limit", "2").stdout
    assert few.splitlines() == [
        "number,size,cost,members,marking",
        "1,8,,1 2 3 4 5 6 7 8,unclassified",
        "2,8,,1 2 3 4 5 6 7 9,unclassified",
    ]
    council = run("council-of-seven", "--list", "--format", "csv", "--limit", "1").stdout
    assert "fictional" in council.splitlines()[0]
    assert run("council-of-seven", "--list", "--limit", "1", "--format", "json").exit_code == 0


def test_a_list_that_fails_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    found = run("eu-council", "--list", "--line", "DEU", "--format", "csv", "-o", str(file))
    assert found.exit_code == 2
    assert "the line must name each" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_list_on_a_screen() -> None:
    text = run("[5; 3, 2, 2, 1]", "--list").stdout
    assert "MINIMAL COALITIONS  all 3" in text
    assert "depth first by size; who does not vote for abstains; any member" in text
    assert "the first 2, there are more" in run("[5; 3, 2, 2, 1]", "--list", "--limit", "2").stdout
    assert "none: no coalition" in run("[3; 1*3]", "--list", "--must-exclude", "1").stdout
    surplus = run("[5; 4, 2, 2, 1]", "--list", "--order", "surplus", "--format", "csv").stdout
    assert [line.split(",")[3] for line in surplus.splitlines()[1:]] == [
        "1 4",
        "2 3 4",
        "1 2",
        "1 3",
    ]
    line = run("[5; 3, 2, 2, 1]", "--list", "--line", "1,4,3,2", "--format", "csv").stdout
    assert [row.split(",")[3] for row in line.splitlines()[1:]] == ["1 3 4", "2 3 4"]


def test_list_by_cost(tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("state,cost\n1,3\n2,1/2\n3,2\n", encoding="utf-8")
    found = run("[2; 1*4]", "--list", "--cheapest", str(table))
    assert "best first by cost" in found.stdout
    assert "1  2 for, cost 2.5  2 3" in found.stdout
    assert "3  2 for, cost 5    1 3" in found.stdout
    streamed = run("[2; 1*4]", "--list", "--cheapest", str(table), "--format", "csv").stdout
    assert streamed.splitlines()[1:] == [
        "1,2,5/2,2 3,unclassified", "2,2,7/2,1 2,unclassified", "3,2,5,1 3,unclassified",
    ]  # fmt: skip
    choice = Choice(co.bind_decision(co.load_body("[2; 1*4]")), must_have=["4"])
    with pytest.raises(EngineError, match="4 must be in the coalition and has no cost"):
        list_winning(choice, "cost", {"1": Fraction(1)})


def test_a_scenario() -> None:
    blocked = run("libya-2011", "--what-if", "CHN=against", "--list")
    assert "none: no coalition within these conditions wins" in blocked.stdout
    assert "without CHN*" in blocked.stdout
    words = ["libya-2011", "--what-if", "CHN=for", "--what-if", "RUS=absent"]
    smallest = run(*words, "--format", "json")
    answer = json.loads(smallest.stdout)
    assert "CHN" in answer["answer"]["coalition"]
    assert "RUS" not in answer["answer"]["coalition"]
    assert answer["what_if"] == {"CHN": "for", "RUS": "absent"}
    assert co.load("libya-2011").what_if(CHN="for").changes
    count = json.loads(run(*words, "--count", "--format", "json").stdout)
    assert count["answer"]["open"] == 13
    assert count["answer"]["winning"] == str(sum(comb(13, k) for k in range(8, 14)))
    assert run("council-of-seven", "--option", "mandate", "--list").exit_code == 0
    assert "no option 'x'" in run("council-of-seven", "--option", "x", "--list").stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nato-council", "--what-if", "FRA=for"], "--what-if is for a scenario"),
        (["nato-council", "--option", "x"], "--option is for a scenario"),
        (["libya-2011", "--decision", "procedural"], "--decision is for a body"),
        (["libya-2011", "--date", "2020-01-01"], "--date is for a body"),
        (["[2; 1*3]", "--count", "--list"], "ask for one of"),
        (["[2; 1*3]", "--count", "--bloc", "1,2"], "--count takes no --bloc"),
        (["[2; 1*3]", "--limit", "2"], "go with --list"),
        (["[2; 1*3]", "--list", "--must-have", "4"], "'4' is no member of"),
        (["[2; 1*3]", "--list", "--must-have", "1", "--must-exclude", "1"], "1 must be in"),
    ],
)
def test_refusals(arguments: list[str], words: str) -> None:
    found = run(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert words in found.stderr


def test_wrong_words() -> None:
    bound = council()
    with pytest.raises(EngineError, match="others is 'no'"):
        Choice(bound, "no")
    with pytest.raises(EngineError, match="A=yes: a vote is for, abstain, against, absent"):
        Choice(bound, votes={"A": "yes"})
    with pytest.raises(EngineError, match="limit is 0"):
        list_winning(Choice(bound), limit=0)
    real = co.bind_decision(co.load_body("un-security-council"))
    with pytest.raises(EngineError, match="two costs"):
        list_winning(Choice(real), "cost", {"China": Fraction(1), "CHN": Fraction(2)})
