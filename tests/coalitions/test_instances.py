"""The instance library: every problem loads, its digest holds, and small ones are solved anew."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import concession_oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.cli.bench import benchmark_module
from coalitions.concessions.instances import (
    digest_of,
    instance_names,
    instance_rows,
    load_instance,
    made,
)
from coalitions.errors import InputError
from solvers.concessions import cheapest_package
from solvers.concessions.data import problem_from_data, problem_to_data
from solvers.concessions.generators import (
    FAMILIES,
    Draws,
    family_rule,
    private_instruments,
    tight_budgets,
)
from solvers.concessions.generators_small import small_random
from solvers.errors import GameError

least_cost = benchmark_module("second_engine").least_cost

F = Fraction
FOLDER = Path(__file__).resolve().parents[2] / "data" / "instances"
NAMES = instance_names()
README = (FOLDER / "README.md").read_text(encoding="utf-8")

# What was worked out by hand; None where there is no package.
EXAMPLES = {
    "x01": 9,
    "x02": 11,
    "x02-consensus": 11,
    "x02-majority": 3,
    "x02-no-veto": 5,
    "x02-two-thirds": 5,
    "x03": 4,
    "x03-lead": 5,
    "x03-sunset": 6,
    "x04": 5,
    "x05": None,
    "x06": None,
    "x07": None,
    "x08": None,
    "x10-one": 14,
    "x10-two": 19,
    "x11": 13,
    "x11-escrow": F(21, 2),
    "x12-assembly": F(13, 2),
    "x12-council": 9,
    "x12-either": F(13, 2),
    "x13-first": 3,
    "x13-linked": 0,
    "x13-second": 2,
    "x14-majority": 0,
    "x14-members": 4,
    "x14-voting": 3,
    "x15": 8,
    "x15-clause": 1,
    "x16-best": 0,
    "x16-follow": 0,
    "x16-least": F(1, 2),
    "x20-0-4": 4,
    "x20-0-7": 13,
    "x20-1-5": 9,
    "x20-2-6": 18,
    "x20-3-4": 13,
    "x20-3-7": 30,
    "x21": 16,
}


def few(most, *families):
    """Problems of some families with at most so many states."""
    rows = [row for row in instance_rows() if row["family"] in families]
    return [row["name"] for row in rows if row["players"] <= most]


def content(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_the_library_is_what_its_page_says():
    counts = Counter(name.partition("-")[0] for name in NAMES)
    table = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", README, re.MULTILINE))
    assert {family: int(number) for family, number in table.items()} == counts
    assert sum(counts.values()) >= 60
    assert all(instance_names(family) for family in counts)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 4_000_000


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_loads_with_its_digest(name):
    instance = load_instance(name)
    raw = content(name)
    assert raw["name"] == instance.name == name
    assert set(raw) - {"problem", "generator", "members"} == {
        *("format", "name", "title", "why", "source", "players", "best", "digest")
    }
    assert digest_of(instance.problem) == raw["digest"]
    assert len(instance.problem.voters) == raw["players"]
    assert all(f"`{key}`" in README for key in (*raw, *raw["best"]))
    best = instance.best
    assert best.by
    if best.proved:
        assert best.bound == best.cost
        assert len(best.by) >= 2  # two engines agree
    else:
        assert best.bound is None or best.cost is None or best.bound <= best.cost
    if instance.members:
        assert len(instance.members) == len(instance.problem.voters)


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("private", "tight", "small"))])
def test_a_drawn_problem_is_drawn_again(name):
    raw = content(name)
    if "problem" in raw:
        assert made(raw["generator"]) == problem_from_data(raw["problem"])
    else:
        assert raw["players"] > 100


def test_examples_cost_what_was_worked_out():
    found = {
        n.removeprefix("example-"): load_instance(n).best.cost for n in instance_names("example")
    }
    assert found == {name: cost if cost is None else F(cost) for name, cost in EXAMPLES.items()}


@pytest.mark.parametrize("name", few(7, "example", "small"))
def test_small_ones_by_brute_force(name):
    instance = load_instance(name)
    assert concession_oracle.cheapest(instance.problem) == instance.best.cost


@pytest.mark.parametrize(
    "name",
    [n for n in NAMES if n.startswith(("private-council", "private-union", "roster"))],
)
def test_larger_ones_by_the_second_engine(name):
    instance = load_instance(name)
    assert least_cost(instance.problem).cost == instance.best.cost


@pytest.mark.parametrize("name", few(55, "tight"))
def test_budgets_bind(name):
    """Without its budgets the same problem costs less."""
    instance = load_instance(name)
    free = least_cost(replace(instance.problem, budgets=()))
    assert free.cost < instance.best.cost


def test_the_listing_agrees_with_the_files():
    rows = instance_rows()
    assert [row["name"] for row in rows] == list(NAMES)
    for row in rows[:: len(rows) // 8]:
        instance = load_instance(row["name"])
        assert row["players"] == len(instance.problem.voters)
        assert row["cost"] == (None if instance.best.cost is None else str(instance.best.cost))


def test_rosters_call_themselves_fictional():
    for name in instance_names("roster"):
        assert "fictional" in load_instance(name).why


# reading ----------------------------------------------------------------------------------


def written(tmp_path, **changes):
    data = content("example-x01") | changes
    path = tmp_path / "own.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_a_file_of_ones_own(tmp_path):
    instance = load_instance(written(tmp_path))
    assert instance.problem == load_instance("example-x01").problem
    assert instance.name == "own"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"digest": "0" * 64}, "the data have the digest"),
        ({"format": "coalitions-instance/9"}, "it must be 'coalitions-instance/1'"),
        ({"best": None}, "not an instance of the format"),
        ({"problem": {"rule": 3}}, "not the data of a concession problem"),
        ({"best": {"cost": "much", "bound": None, "proved": True, "by": []}}, "not an instance"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path, changes, fault):
    with pytest.raises(InputError, match=re.escape(fault)) as caught:
        load_instance(written(tmp_path, **changes))
    assert "own.json" in str(caught.value)


def test_no_json_and_no_file(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text('{"format": ', encoding="utf-8")
    with pytest.raises(InputError, match="not JSON"):
        load_instance(str(path))
    with pytest.raises(InputError, match=r"example-x01"):
        load_instance("exampel-x01")


@pytest.mark.parametrize(
    ("generator", "fault"),
    [
        ({"call": "anything"}, "there is no generator 'anything'"),
        ({"call": "small_random"}, "does not take these arguments"),
        ({"call": "small_random", "seed": -1}, "a seed is"),
        ({"call": "private_instruments", "seed": 1}, "does not take these arguments"),
        (
            {"call": "tight_budgets", "rule": {"family": "senate"}, "seed": 1, "shares": [0, 1]},
            "there is no family 'senate'",
        ),
    ],
)
def test_bad_generators(generator, fault):
    with pytest.raises(GameError, match=re.escape(fault)):
        made(generator)


# generators -------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_a_small_problem_depends_on_its_seed_alone(seed):
    problem = small_random(seed)
    assert 3 <= len(problem.voters) <= 7
    assert problem == small_random(seed)
    assert problem_from_data(problem_to_data(problem)) == problem


def test_small_problems_have_every_part():
    problems = [small_random(seed) for seed in range(60)]
    for part in (
        "amendments",
        "transfers",
        "items",
        "budgets",
        "combinations",
        "limits",
        "channels",
    ):
        assert sum(bool(getattr(p, part)) for p in problems) > 5, part
    assert any(a.route is not None for p in problems for a in p.amendments)
    assert any(v.conditions for p in problems for v in p.voters)
    assert len({p.rule.describe() for p in problems}) > 12


@pytest.mark.parametrize("seed", range(20, 60))
def test_small_problems_engine_and_brute_force_agree(seed):
    problem = small_random(seed, most=5)
    assert cheapest_package(problem).cost == concession_oracle.cheapest(problem)


@pytest.mark.parametrize("family", FAMILIES)
def test_families(family):
    rule = family_rule(family)
    n = FAMILIES[family]
    assert rule.n_players == n
    problem = private_instruments(n, rule, 5)
    assert problem == private_instruments(n, rule, 5) != private_instruments(n, rule, 6)
    assert (len(problem.transfers), len(problem.items), len(problem.channels)) == (4 * n, 2 * n, n)
    assert 1 <= sum(bool(a.excludes) for a in problem.amendments) <= 4
    tight = tight_budgets(n, rule, 5, (0.01, 0.15), lift=2.4)
    assert replace(tight, budgets=()) == problem
    paid = sorted(m for b in tight.budgets for m in b.transfers)
    assert paid == list(range(4 * n))
    assert all(F(n, 100) <= b.limit <= F(15 * n, 100) and b.units for b in tight.budgets)


def test_rules_of_families():
    everybody = (2,) * 15
    assert family_rule("council").evaluate(everybody)
    assert not family_rule("council").evaluate((0, *everybody[1:]))
    assert family_rule("council").evaluate((1, *everybody[1:]))
    union = family_rule("union", 5, (60, 10, 10, 10, 10))
    assert union.evaluate((2, 2, 2, 0, 0))  # 3 of 5 and 80 %
    assert union.evaluate((0, 0, 2, 2, 2))  # fewer than four withhold
    assert not union.evaluate((2, 0, 0, 0, 0))
    with pytest.raises(GameError, match="one for each"):
        family_rule("union", 5, (1, 2))


@given(st.integers(0, 2**40), st.integers(1, 50), st.integers(1, 50))
def test_draws_keep_to_their_ranges(seed, count, size):
    draws = Draws(seed)
    assert 0 <= draws.below(count) < count
    number = draws.number(-1.5, 2.4)
    assert F(-3, 2) <= number <= F(12, 5)
    assert 100 % number.denominator == 0
    sample = draws.sample(count, min(size, count))
    assert len(set(sample)) == len(sample) == min(size, count)
    assert all(0 <= i < count for i in sample)


def test_draws_are_spread_evenly():
    draws = Draws(1)
    counts = Counter(draws.below(6) for _ in range(6000))
    assert sorted(counts) == list(range(6))
    assert all(850 < number < 1150 for number in counts.values())  # five standard deviations


@pytest.mark.parametrize("seed", [(), (-1,), (1.5,), (True,)])
def test_seeds_are_whole_numbers(seed):
    with pytest.raises(GameError, match="a seed is"):
        Draws(*seed)
