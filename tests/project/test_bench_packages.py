"""The packages suite: its judges, the second engine, and its cases on few states."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import concession_oracle
import pytest

from coalitions.cli.bench import benchmark_module
from coalitions.concessions.instances import BestKnown, load_instance
from solvers.concessions.generators_small import small_random
from solvers.concessions.listing.k_best import best_packages
from solvers.concessions.listing.vote_prices import vote_prices
from solvers.concessions.parts import Budget

harness = benchmark_module("harness")
registry = benchmark_module("registry")
results = benchmark_module("results")
build = benchmark_module("instance_build")
judges = benchmark_module("suite_packages_judges")
cheapest_suite = benchmark_module("suite_packages_cheapest")
lists = benchmark_module("suite_packages_lists")
parts = benchmark_module("second_engine_parts")
second = benchmark_module("second_engine")
with_budgets = benchmark_module("second_engine_budgets")

F = Fraction
Found = judges.Found
NINE = BestKnown(F(9), F(9), True, ("by hand",))
NONE = BestKnown(None, None, True, ("by hand",))
OPEN = BestKnown(F(9), F(7), False, ("somebody",))


# the clock in seconds ---------------------------------------------------------------------


def test_bars_in_seconds():
    case = harness.Case(
        "toy",
        harness.Contestant("anchor", lambda: 0),
        (
            harness.Contestant("quick", lambda: 1, True, 5.0),
            harness.Contestant("late", lambda: 1, True, 1e-12),
        ),
        harness.equal_to(1),
        clock="seconds",
    )
    rows = harness.measure("s", case, 3)
    assert [row.met for row in rows] == [None, True, False]
    lines = results.remarks(rows)
    assert lines[0] == "1 of 2 bars met"
    assert "late" in lines[1]
    assert lines[1].endswith("the bar is 1e-06 µs")
    table = results.rendered(results.document(rows, results.environment(), True), "table")
    assert "5 s" in table


def test_what_is_called_once_is_timed_by_that_call():
    calls = []
    case = harness.Case(
        "toy",
        harness.Contestant("anchor", lambda: 0),
        (harness.Contestant("long", lambda: calls.append(1), once=True),),
        lambda _: None,
        clock="seconds",
    )
    row = harness.measure("s", case, 5)[1]
    assert len(calls) == 1
    assert (row.repeats, row.status) == (1, "ok")
    assert row.wall == row.first


# judges -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("best", "answer", "fault"),
    [
        (NINE, Found("optimal", F(9), 9.0, 0.0), None),
        (NINE, Found("optimal", F(9) + F(1, 10**9), 9.0, 0.0), "proves a cost"),
        (NINE, Found("optimal", F(9) + F(1, 10**9), 9.0, 0.0, exact=False), None),
        (NINE, Found("optimal", F(8), 8.0, 0.0, exact=False), "claims a cost"),
        (NINE, Found("optimal", F(10), 10.0, 0.0, exact=False), "proves a cost"),
        (NINE, Found("infeasible", None, None, None), "finds no package"),
        (NINE, Found("bounded", F(12), 5.0, 0.5), None),
        (NINE, Found("bounded", F(12), 10.0, 0.2), "bounds the cost"),
        (NINE, Found("bounded", F(8), 5.0, 0.2), "claims a cost"),
        (NINE, Found("stopped", None, 3.0, None), None),
        (NONE, Found("infeasible", None, None, None), None),
        (NONE, Found("optimal", F(3), 3.0, 0.0), "where there is none"),
        (NONE, Found("stopped", None, None, None), None),
        (OPEN, Found("bounded", F(8), 7.5, 0.1), None),
    ],
)
def test_costs_are_compared(best, answer, fault):
    said = judges.cheapest(best)(answer)
    assert said is None if fault is None else fault in said


def test_what_must_be_proved_may_not_stop():
    stopped = Found("bounded", F(9), 5.0, 0.5)
    assert "not proved" in judges.cheapest(NINE, may_stop=False)(stopped)


def test_remarks_name_the_gap():
    assert judges.remark(Found("bounded", F(9), 4.5, 0.5)) == "bounded: 9, gap 50.0%"
    assert judges.remark(Found("optimal", F(9), 9.0, 0.0)) == "optimal: 9"
    assert judges.remark(Found("stopped", None, None, None)) == "stopped: no package in time"
    both = (Found("optimal", F(9), 9.0, 0.0), None)
    assert judges.remark(both) == "1 of 1 proved, 1 of another kind"


def test_lists_are_judged():
    problem = load_instance("example-x01").problem
    packages = best_packages(problem, 10).packages
    complaint = judges.listed(problem, 10, F(9))
    assert complaint(packages) is None
    assert "not 10" in complaint(packages[:9])
    assert "order" in complaint((packages[0], *packages[:0:-1]))
    assert "twice" in complaint((packages[0], *packages[:9]))
    dearer = replace(packages[9], cost=packages[9].cost + 1)
    assert "package 10" in complaint((*packages[:9], dearer))
    more = replace(packages[0].package, transfers={**packages[0].package.transfers, 6: F(6)})
    levels = (*packages[0].levels, (6, 2))
    fat = replace(packages[0], package=more, cost=problem.cost(more), levels=levels)
    assert "works without something" in complaint((*packages[:9], fat))
    assert "begins" in judges.listed(problem, 10, F(8))(packages)


def test_prices_are_judged_by_another_engine():
    problem = load_instance("example-x01").problem
    prices = vote_prices(problem)
    paid = [1, 3, 4]
    without = {i: second.least_cost(judges.unpaid(problem, i)).cost for i in paid}
    assert without == {1: None, 3: F(12), 4: F(11)}
    assert judges.priced(F(9), without)(prices) is None
    assert "does without" in judges.priced(F(9), {3: F(11)})(prices)
    assert "least cost" in judges.priced(F(8), {})(prices)
    assert "not proved" in judges.priced(F(9), {})(replace(prices, status="bounded"))


# the second engine ------------------------------------------------------------------------


def private(seed):
    """Without what the second engine does not do."""
    problem = small_random(seed, most=6)
    voters = tuple(replace(v, conditions=()) for v in problem.voters)
    amendments = tuple(replace(a, route=None) for a in problem.amendments)
    return replace(problem, voters=voters, amendments=amendments, budgets=())


@pytest.mark.parametrize("seed", range(120))
def test_second_engine_by_brute_force(seed):
    problem = private(seed)
    assert second.least_cost(problem).cost == concession_oracle.cheapest(problem)


@pytest.mark.parametrize("seed", range(40))
def test_second_engine_under_budgets_by_brute_force(seed):
    problem = replace(private(seed), budgets=small_random(seed, most=6).budgets)
    if not problem.budgets:
        both = frozenset(range(len(problem.transfers))), frozenset(range(len(problem.items)))
        problem = replace(problem, budgets=(Budget(F(4), *both),))
    found = with_budgets.least_cost_under_budgets(problem).cost
    right = concession_oracle.cheapest(problem)
    assert found is None if right is None else found == pytest.approx(float(right), abs=1e-6)


def test_second_engine_refuses_what_it_does_not_do():
    for name in ("example-x06", "example-x11-escrow", "example-x16-best"):
        with pytest.raises(ValueError, match="does not do"):
            second.least_cost(load_instance(name).problem)


def test_second_engine_looks_at_the_whole_family():
    instance = load_instance("private-council-0")
    found = second.least_cost(instance.problem)
    assert found.cost == instance.best.cost
    assert found.texts > 50_000
    assert found.settled < 10  # the bounds do the work


def test_texts_are_those_of_the_definition():
    for seed in range(40):
        problem = private(seed)
        chosen = parts.Texts.of(problem).chosen
        listed = {frozenset(k for k, x in enumerate(row) if x) for row in chosen.tolist()}
        assert listed == set(concession_oracle.texts(problem))
        assert len(listed) == len(chosen)


# cases ------------------------------------------------------------------------------------


def test_the_suite_is_registered():
    assert registry.find_suite("packages").module == "suite_packages"


def test_bars_are_where_they_belong():
    wanted = {
        "private instruments, 15 members (council), seed 0": 0.05,
        "private instruments, 27 members (union), seed 0": 0.6,
        "private instruments, 55 members (members), seed 0": 0.2,
        "private instruments, 193 members (voting), seed 0": 0.8,
        "four tight budgets, 193 members (voting), seed 0": 4.0,
    }
    names = ("private-council-0", "private-union-0", "private-members-0", "private-voting-0")
    cases = [cheapest_suite._one(n, 1.0) for n in (*names, "tight-voting-0")]
    found = {case.name: [c.bar for c in case.contestants if c.bar is not None] for case in cases}
    assert found == {name: [bar] for name, bar in wanted.items()}
    assert all(case.clock == "seconds" for case in cases)
    second_at_193 = [c.name for c in cases[3].contestants if not c.ours]
    assert second_at_193 == ["second engine, numpy"]


def test_every_back_end_takes_part():
    case = cheapest_suite._one("private-council-0", 1.0, cheapest_suite.back_ends())
    names = " ".join(c.name for c in case.contestants)
    assert all(f"programme, {solver}" in names for solver, _ in cheapest_suite.back_ends())
    assert "branching" in names


def test_a_case_is_measured_and_all_are_right():
    case = cheapest_suite._one("private-council-1", 10.0)
    rows = harness.measure("packages", replace(case, seconds=0.0), 3)
    wrong = [
        (row.contestant, row.note) for row in rows if row.status not in ("anchor", "ok", "missing")
    ]
    assert wrong == []
    assert {row.note for row in rows if row.status == "ok"} == {"optimal: 0.8"}


def test_a_programme_of_another_back_end_is_right():
    case = cheapest_suite._one("private-council-1", 20.0, cheapest_suite.back_ends())
    cbc = next(c for c in case.contestants if "cbc" in c.name)
    if cbc.missing is not None:
        pytest.skip(cbc.missing)
    assert case.complaint(cbc.run()) is None


def test_lists_and_prices_of_fifteen_members():
    instance = load_instance("private-council-0")
    case = lists._list(instance)
    assert [c.bar for c in case.contestants] == [0.3, None]
    assert [case.complaint(c.run()) for c in case.contestants] == [None, None]
    names = {c.name: c.bar for c in lists._prices(instance).contestants}
    assert names == {"all at once": 0.6, "a programme for each, highs": None}


def test_the_command_is_judged_by_its_json(monkeypatch):
    case = lists._command("council-of-seven")
    said = {"answer": {"status": "found"}, "guarantee": "optimal"}
    monkeypatch.setattr(lists, "fresh", lambda *_: json.dumps(said))
    assert case.complaint(case.contestants[0].run()) is None
    said["guarantee"] = "bounded"
    assert case.complaint(case.contestants[0].run()) is not None
    assert case.contestants[0].bar == 3.0


def test_a_family_is_solved_one_after_another():
    case = cheapest_suite._many("example", 5.0)
    auto = case.contestants[0]
    assert case.complaint(auto.run()) is None
    assert "39" in case.name
    wrong = tuple(Found("infeasible", None, None, None) for _ in range(39))
    assert "example-x01" in case.complaint(wrong)


# the library is written -------------------------------------------------------------------


def test_a_record_is_what_the_reader_reads(tmp_path):
    draft = next(d for d in build.drafts() if d.name == "example-x04")
    build.written(draft, tmp_path)
    instance = load_instance(str(tmp_path / "example-x04.json"))
    assert instance.problem == draft.problem
    assert instance.best.cost == 5
    assert len(instance.best.by) >= 3


def test_engines_that_disagree_are_not_written():
    draft = next(d for d in build.drafts() if d.name == "example-x04")
    with pytest.raises(ValueError, match="example-x04"):
        build.record(replace(draft, cost=F(4)))


def test_stopped_engines_raise_where_a_bar_wants_a_proof():
    solution = SimpleNamespace(status="bounded", bound=1.0, gap=0.5)
    answer = SimpleNamespace(solution=solution, cost=F(2))
    contestant = cheapest_suite._ours("toy", lambda: answer, bar=1.0)
    with pytest.raises(RuntimeError, match="not proved"):
        contestant.run()
