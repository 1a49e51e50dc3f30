"""The benchmark harness on contestants whose answers and failures are known."""

from __future__ import annotations

import csv
import importlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from coalitions.cli.bench import bench, benchmark_module
from coalitions.reports import tables as rendering
from solvers.errors import EngineError
from solvers.rules.evaluation import evaluate_many

harness = benchmark_module("harness")
registry = benchmark_module("registry")
results = benchmark_module("results")
suite_rules = benchmark_module("suite_rules")

Case, Contestant = harness.Case, harness.Contestant


class Calls:
    """A contestant that notes its calls in a common diary and fails from call `until` on."""

    def __init__(self, name, diary, answer=42, until=None):
        self.name, self.diary, self.answer, self.until = name, diary, answer, until

    def __call__(self):
        self.diary.append(self.name)
        if self.until is not None and self.diary.count(self.name) >= self.until:
            raise ZeroDivisionError(f"no more from {self.name}")
        time.sleep(0.003)  # so that a sample is one call
        return self.answer


def toy(diary, *contestants, **options):
    anchor = Contestant("anchor", Calls("anchor", diary))
    return Case("toy", anchor, contestants, harness.equal_to(42), **options)


def measured(*contestants, repeats=3, **options):
    diary = []
    for contestant in contestants:
        if isinstance(contestant.run, Calls):
            contestant.run.diary = diary
    rows = harness.measure("s", toy(diary, *contestants, **options), repeats)
    assert [row.contestant for row in rows] == ["anchor", *(c.name for c in contestants)]
    return {row.contestant: row for row in rows}, diary


def test_right_answers_are_timed_in_turns():
    rows, diary = measured(
        Contestant("a", Calls("a", []), ours=True, bar=1e9),
        Contestant("b", Calls("b", []), bar=1e-9),
        Contestant("c", Calls("c", [])),
        repeats=4,
        clock="wall",
    )
    assert diary[:8] == ["anchor", "anchor", "a", "a", "b", "b", "c", "c"]
    assert diary[8:] == ["anchor", "a", "b", "c"] * 4
    assert {row.status for row in rows.values()} == {"anchor", "ok"}
    assert rows["anchor"].wall_ratio == rows["anchor"].cpu_ratio == 1
    assert all(row.repeats == 4 for row in rows.values())
    assert all(row.wall >= 0.003 for row in rows.values())
    assert all(row.first >= 0.003 for row in rows.values())
    assert [row.met for row in rows.values()] == [None, True, False, None]


def test_a_wrong_answer_is_never_timed_and_stays_in_the_table():
    rows, diary = measured(
        Contestant("liar", Calls("liar", [], answer=41), ours=True, bar=1e9),
        Contestant("honest", Calls("honest", [])),
    )
    liar = rows["liar"]
    assert (liar.status, liar.note) == ("wrong", "answers 41 instead of 42")
    assert (liar.wall, liar.cpu_ratio, liar.met) == (None, None, False)
    assert diary.count("liar") == 1
    assert rows["honest"].status == "ok"


@pytest.mark.parametrize("until", [1, 2, 4])
def test_a_failure_stays_in_the_table_whenever_it_comes(until):
    rows, diary = measured(
        Contestant("weak", Calls("weak", [], until=until), bar=1e9),
        Contestant("honest", Calls("honest", [])),
    )
    weak = rows["weak"]
    assert weak.status == "failed"
    assert weak.note == "ZeroDivisionError: no more from weak"
    assert (weak.wall, weak.met) == (None, False)
    assert diary.count("weak") == until
    assert rows["honest"].repeats == 3


def test_a_missing_contestant_is_not_called():
    rows, diary = measured(
        Contestant("peer", Calls("peer", []), missing="needs the package 'peer'")
    )
    assert (rows["peer"].status, rows["peer"].note) == ("missing", "needs the package 'peer'")
    assert rows["peer"].met is None
    assert "peer" not in diary


def test_without_an_anchor_there_is_no_ratio():
    case = toy([], Contestant("a", Calls("a", []), bar=2.0))
    broken = replace(case, anchor=Contestant("anchor", Calls("anchor", [], until=1)))
    anchor, a = harness.measure("s", broken, 3)
    assert anchor.status == "failed"
    assert (a.status, a.cpu_ratio, a.met, a.note) == ("ok", None, False, "the anchor has no time")
    assert a.wall > 0


def test_time_runs_out_after_three_repeats():
    rows, _ = measured(Contestant("a", Calls("a", [])), repeats=50, seconds=0.0)
    assert rows["a"].repeats == rows["anchor"].repeats == 3


def test_one_disturbed_call_does_not_make_samples_of_single_calls():
    calls = []

    def run():
        calls.append(1)
        if len(calls) == 3:  # the first is judged; of the three after it the second is slow
            time.sleep(0.01)

    case = Case(
        "short", Contestant("anchor", lambda: None), (Contestant("a", run),), lambda _: None
    )
    harness.measure("s", case, 3)
    assert len(calls) > 3 * 10


def test_short_calls_are_sampled_many_at_a_time():
    calls = []
    case = Case(
        "short",
        Contestant("anchor", lambda: None),
        (Contestant("a", lambda: calls.append(1)),),
        lambda answer: None,
    )
    rows = harness.measure("s", case, 3)
    assert len(calls) > 3 * 10
    assert rows[1].repeats == 3


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (np.array([1, 2, 3]), None),
        ([1, 2, 3], None),
        (np.array([1, 2]), "answers with shape (2,) instead of (3,)"),
        (np.array([1, 5, 6]), "2 of 3 answers are wrong, the first at 1: 5 instead of 2"),
        (None, "answers with shape () instead of (3,)"),
    ],
)
def test_arrays_are_compared_by_shape_and_elements(answer, complaint):
    assert harness.equal_to(np.array([1, 2, 3]))(answer) == complaint


def some_rows():
    row = harness.Row
    return [
        row("s", "c", "anchor", False, "anchor", 0.1, 2.0, 2.0, 1.0, 1.0, 9),
        row("s", "c", "fast", True, "ok", 0.5, 1e-3, 1e-3, 5e-4, 5e-4, 9, bar=1.0, met=True),
        row("s", "c", "slow", True, "ok", 0.5, 8.0, 8.0, 4.0, 4.0, 9, bar=2.0, met=False),
        row("s", "c", "liar", False, "wrong", 0.5, note="answers 41 instead of 42"),
    ]


def test_document_is_json_and_reads_back(tmp_path):
    content = results.document(some_rows(), results.environment(), quick=True)
    path = tmp_path / "run.json"
    path.write_text(results.rendered(content, "json"), encoding="utf-8")
    assert results.read_document(path) == content
    assert [row["status"] for row in content["rows"]] == ["anchor", "ok", "ok", "wrong"]
    where = content["environment"]
    assert where["packages"]["numpy"] == np.__version__
    assert where["cores"] >= 1
    assert {"version", "date", "python", "processor", "load_average"} <= where.keys()


def test_comparison_shows_the_change_and_what_is_gone_or_new():
    old_rows = [replace(row, suite="s") for row in some_rows()]
    old_rows[1] = replace(old_rows[1], cpu_ratio=1e-3)
    old_rows.append(replace(old_rows[2], contestant="dropped"))
    old = results.document(old_rows, results.environment(), quick=False)
    new = [*some_rows(), replace(some_rows()[1], contestant="new")]
    content = results.document(new, results.environment(), False, old)
    found = {row["contestant"]: (row["before"], row["change"]) for row in content["rows"]}
    assert found["fast"] == (1e-3, pytest.approx(-0.5))
    assert found["slow"] == (4.0, 0.0)
    assert found["liar"] == (None, None)
    assert found["new"] == (None, None)
    assert found["dropped"] == (4.0, None)
    assert content["rows"][-1]["status"] == "gone"
    again = results.document(new, results.environment(), False, content)
    assert "dropped" not in [row["contestant"] for row in again["rows"]]
    text = results.rendered(content, "table")
    assert "-50 %" in text
    assert "missed" in text
    assert "answers 41 instead of 42" in text
    json.loads(results.rendered(content, "json"))


def test_formats():
    content = results.document(some_rows(), results.environment(), quick=False)
    lines = list(csv.DictReader(results.rendered(content, "csv").splitlines()))
    assert [line["contestant"] for line in lines] == ["anchor", "fast", "slow", "liar"]
    assert float(lines[1]["cpu"]) == 1e-3
    markdown = results.rendered(content, "markdown").splitlines()
    assert markdown[3].count("|") == markdown[2].count("|") == len(results.COLUMNS)
    assert "| fast | ok | 500 ms | 1 ms | 1 ms | 0.0005 | 0.0005 | 1 | met |" in markdown[5]
    assert rendering.as_text([], ["a"]) == "\n"


def test_remarks_and_mistakes():
    rows = some_rows()
    assert results.remarks(rows) == [
        "1 of 2 bars met",
        "s: c: slow: 4 times the anchor, the bar is 2",
        "s: c: liar: wrong: answers 41 instead of 42",
    ]
    assert results.mistakes(rows) == []
    ours = replace(rows[3], ours=True)
    assert results.mistakes([*rows, ours]) == [ours]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{,", r":1:2: not JSON"),
        ("[]", "not a benchmark result of the format coalitions-benchmark/1"),
        ('{"format": "coalitions-benchmark/1"}', "not a benchmark result"),
        (
            '{"format": "coalitions-benchmark/1", "environment": {}, "rows": [{"suite": 1}]}',
            "not a benchmark result",
        ),
    ],
)
def test_files_that_are_no_results(tmp_path, content, message):
    path = tmp_path / "old.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EngineError, match=message):
        results.read_document(path)


@pytest.fixture
def toy_suite(monkeypatch):
    """Make the suite of rules, then the only one, a toy whose contestants a test chooses."""
    monkeypatch.setattr(registry, "SUITES", (registry.find_suite("rules"),))

    def use(*contestants):
        monkeypatch.setattr(suite_rules, "cases", lambda quick: [toy([], *contestants)])

    return use


def test_command(toy_suite, tmp_path):
    toy_suite(Contestant("a", lambda: 42, ours=True, bar=1e9), Contestant("liar", lambda: 41))
    path = tmp_path / "old.json"
    arguments = ["rules", "--repeats", "3", "--format", "json", "-o", str(path)]
    done = CliRunner().invoke(bench, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "liar: wrong: answers 41 instead of 42" in done.stderr
    assert "1 of 1 bars met" in done.stderr
    assert [row["status"] for row in json.loads(path.read_text())["rows"]] == [
        "anchor",
        "ok",
        "wrong",
    ]
    arguments = ["--quick", "--compare", str(path), "--repeats", "3", "--quiet"]
    done = CliRunner().invoke(bench, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert "change" in done.stdout
    assert "before: coalition-engine" in done.stdout


def test_command_fails_when_we_are_wrong(toy_suite):
    toy_suite(Contestant("a", lambda: 41, ours=True))
    done = CliRunner().invoke(bench, ["rules", "--repeats", "3"], catch_exceptions=False)
    assert done.exit_code == 1
    assert "answers 41 instead of 42" in done.stdout


def test_command_refuses_wrong_input(tmp_path):
    done = CliRunner().invoke(bench, ["rulez"])
    known = ", ".join(suite.name for suite in registry.SUITES)
    assert known.startswith("rules, voting")
    assert str(done.exception) == f"there is no benchmark suite 'rulez': take one of {known}"
    done = CliRunner().invoke(bench, ["rules", "--compare", str(tmp_path / "none.json")])
    assert isinstance(done.exception, EngineError)
    assert CliRunner().invoke(bench, ["--repeats", "2"]).exit_code == 2
    assert "Example:" in CliRunner().invoke(bench, ["--help"]).output


def test_every_suite_can_be_loaded():
    for suite in registry.SUITES:
        assert registry.find_suite(suite.name) is suite
        assert callable(benchmark_module(suite.module).cases)


def test_cases_of_the_suite_of_rules(monkeypatch):
    monkeypatch.setattr(suite_rules, "_case", lambda name, rule, rows: (name, rule, rows))
    found = list(suite_rules.cases(quick=True))
    assert [len(rule.leaves()) for _, rule, _ in found] == [1, 2, 3, 5, 10, 10, 3, 3]
    assert [rule.n_players for _, rule, _ in found] == [15] * 6 + [27, 193]
    for _, rule, _ in found:
        few = np.random.default_rng(1).integers(0, 4, (500, rule.n_players)).astype(np.int8)
        few[:100, : rule.n_players // 2 + 4] = 2
        assert (suite_rules.leaf_by_leaf(rule.root, few) == evaluate_many(rule, few)).all()


def test_a_case_of_the_suite_runs():
    rule = next(rule for _, rule in suite_rules._council_rules())
    rows = harness.measure("rules", suite_rules._case("1 leaf", rule, 1000), 3)
    assert [row.status for row in rows] == ["anchor", "ok", "ok", "ok"]
    assert rows[0].case == "1 leaf, 1 thousand profiles"


def test_the_same_modules_work_under_their_name_in_a_checkout():
    if not (Path(__file__).parents[2] / "benchmarks").is_dir():
        pytest.skip("not a checkout")
    assert importlib.import_module("benchmarks.harness").measure is not None


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from coalitions.cli.bench import bench\n"
        "assert CliRunner().invoke(bench, ['--help']).exit_code == 0\n"
        "assert not {'numpy', 'numba', 'scipy', 'pulp'} & sys.modules.keys()\n"
    )
    subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"],
        check=True,
        timeout=120,
    )
