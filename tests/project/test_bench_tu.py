"""The suite of transferable utility: what judges its answers, and its cases on few players."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions.cli.bench import benchmark_module
from solvers.games.game import TUGame
from solvers.games.generators import nucleolus_benchmark
from solvers.games.solution import Allocation
from solvers.games.transforms import harsanyi_dividends
from solvers.oracles.nucleolus import nucleolus as nucleolus_by_oracle
from solvers.oracles.rule import RuleOracle
from solvers.rules.rule import Quota, Rule
from solvers.stability.nucleolus import nucleolus
from solvers.values.shapley import shapley_value

harness = benchmark_module("harness")
judges = benchmark_module("suite_tu_judges")
nucleoli = benchmark_module("suite_tu_nucleolus")
oracles = benchmark_module("suite_tu_oracles")
processes = benchmark_module("suite_tu_processes")
registry = benchmark_module("registry")
structures = benchmark_module("structure_cases")
suite = benchmark_module("suite_tu")
values = benchmark_module("suite_tu_values")

Case, Contestant = harness.Case, harness.Contestant
UNIT = Contestant("unit", lambda: None)
TABLES = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.integers(0, 2**53 - 1), min_size=2**n - 1, max_size=2**n - 1)
)


def by_orders(worths):
    """Shapley value by going through all orders."""
    n = len(worths).bit_length() - 1
    shares = [Fraction(0)] * n
    for order in permutations(range(n)):
        mask = 0
        for i in order:
            shares[i] += Fraction(worths[mask | 1 << i] - worths[mask], factorial(n))
            mask |= 1 << i
    return tuple(shares)


@settings(max_examples=40)
@given(TABLES)
def test_judges_agree_with_the_definition(rest):
    worths = [0, *rest]
    n = len(worths).bit_length() - 1
    table = np.array(worths, np.float64) * 2.0**-53
    assert judges.shapley_of_table(table) == tuple(x / 2**53 for x in by_orders(worths))
    gains = [
        Fraction(
            sum(worths[s] - worths[s ^ 1 << i] for s in range(2**n) if s >> i & 1),
            2 ** (53 + n - 1),
        )
        for i in range(n)
    ]
    assert judges.banzhaf_of_table(table) == tuple(gains)


def test_sums_by_size_do_not_depend_on_blocks(monkeypatch):
    table = values.random_table(9)
    whole = judges.sums_by_size(table)
    assert sum(whole[0]) == sum(int(x * 2**53) for x in table.tolist())
    monkeypatch.setattr(judges, "ROWS", 3)
    assert judges.sums_by_size(table) == whole


def test_random_tables_are_multiples_of_the_unit():
    table = values.random_table(6)
    assert table[0] == 0
    assert table[1:].min() > 0
    assert table.max() < 1
    assert all((x * 2**53).is_integer() for x in table.tolist())
    assert (table == values.random_table(6)).all()


@pytest.fixture
def pair():
    """Make a game of two players, its table, and what its shares are judged by."""
    table = np.array([0.0, 0.25, 0.0, 1.0])
    exact = (Fraction(5, 8), Fraction(3, 8))
    complaint = judges.close_shares(exact, Fraction(5, 8), float(table.sum()))
    return TUGame.of(table), complaint


def test_shares_are_judged(pair):
    game, complaint = pair
    right = shapley_value(game)
    assert complaint(right) is None
    assert complaint([0.625, 0.375]) is None
    assert complaint([0.625 + 1e-12, 0.375]) is None  # of another package
    assert "against fractions" in complaint([0.625 + 1e-8, 0.375])
    assert "shape" in complaint([0.625, 0.375, 0.0])
    assert "not finite" in complaint([float("nan"), 0.375])
    assert "against fractions" in complaint(right.replace(np.array([0.625 + 1e-12, 0.375])))
    assert complaint(1.25) is None
    assert "instead of shares" in complaint(1.26)


def test_other_bits_are_found(pair):
    game, complaint = pair
    right = shapley_value(game)
    assert complaint(right) is None
    other = right.replace(np.array([np.nextafter(0.625, 1), 0.375]))
    assert complaint(other) == "the bits are not those of the first answer"


def test_dividends_are_judged():
    table = np.array([0.0, 1.0, 2.0, 5.0])
    complaint = judges.dividends_of(table)
    assert complaint(harsanyi_dividends(TUGame.of(table))) is None
    assert complaint(TUGame.of(np.array([0.0, 1.0, 2.0, 3.0]))) == "1 sums of dividends are wrong"
    assert "not a game" in complaint([0, 1, 2, 2])


def statuses(case, repeats=3):
    rows = harness.measure("tu", case, repeats)
    assert rows[0].status in ("anchor", "missing")
    assert {row.status for row in rows[1:] if row.ours} == {"ok"}, rows
    assert {row.status for row in rows[1:] if not row.ours} <= {"ok", "missing"}, rows
    return rows


def test_cases_of_values_run(monkeypatch):
    monkeypatch.setattr(values, "SHAPIQ", 4)
    monkeypatch.setattr(values, "THREADS", 4)
    monkeypatch.setattr(values, "SMALL", (5,))
    rows = statuses(values._shapley(5, 0.0))
    assert [row.contestant for row in rows][-1] == "numpy.sum"
    assert "largest error" in rows[1].note
    assert rows[0].cpu > 4e-6  # sums, and five microseconds
    assert statuses(values._shapley(4, 0.0))[0].contestant == "numpy.sum"
    statuses(values._banzhaf(5, 0.0))
    statuses(values._dividends(5, 0.0))
    rows = statuses(values._beside_peers(4, 1.0, 0.0))
    assert rows[-1].contestant == "shapiq"


@pytest.fixture
def exact_types(monkeypatch):
    """Make the benchmark games exact, for which no kernel is compiled."""

    def drawn(kind, n, seed):
        return TUGame([int(x) for x in nucleolus_benchmark(kind, n, seed).values])

    monkeypatch.setattr(nucleoli, "nucleolus_benchmark", drawn)
    return drawn


def test_nucleolus_of_another_package_is_compared(exact_types):
    game = exact_types(1, 5, 1)
    point = nucleolus(game)
    shares = point.allocation
    near = nucleoli.certified_point(game, shares + 1e-8)
    assert near(point) is None
    assert near(shares.tolist()) is None
    assert "another package" in nucleoli.certified_point(game, shares + 1e-3)(point)
    moved = point.replace(shares + np.array([1e-3, -1e-3, 0, 0, 0]))
    assert nucleoli.certified_point(game)(moved) == "the exact proof fails"


def test_cases_of_the_nucleolus_run(exact_types):
    statuses(nucleoli._beside_peer(1, 5, 0.0))
    statuses(nucleoli._beside_sum(2, 5, 0.0))
    statuses(nucleoli._proof(3, 5, 0.0))


def test_a_missing_package_is_a_row(monkeypatch, exact_types):
    monkeypatch.setattr(nucleoli, "find_spec", lambda name: None)
    monkeypatch.setitem(nucleoli.peer.__globals__, "find_spec", lambda name: None)
    case = nucleoli._beside_peer(1, 5, 0.0)
    anchor, points = harness.measure("tu", case, 3)
    assert (anchor.status, points.status, points.met) == ("missing", "ok", False)
    summary = nucleoli.median_case(5, [case], 0.25)
    row = harness.measure("tu", summary, 3)[1]
    assert (row.status, row.met) == ("missing", False)
    assert "pip install" in row.note


def busy(loops):
    return lambda: sum(range(loops))


def ratio_case(loops):
    anchor, contestant = Contestant("a", busy(200_000)), Contestant("b", busy(loops), True)
    return Case(f"{loops}", anchor, (contestant,), lambda answer: None)


def test_median_of_types():
    cases = [ratio_case(loops) for loops in (200, 20_000, 200_000)]
    anchor, row = harness.measure("tu", nucleoli.median_case(9, cases, 0.5), 3)
    assert (anchor.status, row.status, row.met) == ("anchor", "ok", True)
    assert len(row.note.rsplit(": ", 1)[1].split(", ")) == 3
    assert harness.measure("tu", nucleoli.median_case(9, cases, 1e-3), 3)[1].met is False


def test_median_needs_every_type():
    broken = Case("broken", UNIT, (Contestant("b", lambda: 1, True),), lambda answer: "is wrong")
    row = harness.measure("tu", nucleoli.median_case(9, [broken], 0.5), 3)[1]
    assert row.status == "failed"
    assert "is wrong" in row.note


@pytest.mark.parametrize("body", ["un-security-council", "un-general-assembly"])
def test_bodies_have_the_shares_of_theory(body):
    statuses(oracles._body(body, "small", UNIT, 0.0))


def test_council_of_the_union_has_its_members():
    assert oracles._rule("eu-council").n_players == 27


def test_answers_for_simple_games_are_judged():
    rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    third = (Fraction(1, 3),) * 3
    point = nucleolus_by_oracle(RuleOracle(Rule(3, Quota((3, 2, 1), (0,) * 3, (0,) * 3, 4))))
    complaint = oracles.exact_answers({})
    assert complaint(point) is None
    other = (point.exact[0] / 2, point.exact[1] + point.exact[0] / 2, point.exact[2])
    assert "fails" in complaint(point.replace(exact=other))
    assert "sum to 2" in complaint(point.replace(exact=(1, 1, 0)))
    wrong = oracles.exact_answers({"nucleolus": third})
    assert wrong(point) == "another nucleolus than theory gives"
    assert wrong(nucleolus_by_oracle(RuleOracle(rule))) is None
    assert "no exact point" in complaint(Allocation("nucleolus", ("a",)))
    guessed = Allocation("nucleolus", ("a",), exact=(Fraction(1),), guarantee="estimated")
    assert complaint(guessed) == "the nucleolus is estimated, not exact"


def test_epsilons_must_fit_the_nucleolus():
    rule = Rule(4, Quota((2, 1, 1, 1), (0,) * 4, (0,) * 4, 3))
    complaint = oracles.exact_answers({})
    point = nucleolus_by_oracle(RuleOracle(rule))
    assert complaint(point) is None
    for name, total in (("least_core", 1), ("cost_of_stability", Fraction(3, 2))):
        share = Fraction(total) / 4
        claim = Allocation(
            name,
            point.players,
            exact=(share,) * 4,
            epsilon=Fraction(1, 2),
            verifier=lambda found: True,
        )
        assert f"epsilon of the {name}" in complaint(claim)


@pytest.mark.parametrize("n", [1, 5, 9])
def test_half_degrees_share_the_graph(n):
    edges = oracles.random_graph(n)
    assert edges == oracles.random_graph(n)
    assert all(0 <= i < j < n and weight > 0 for (i, j), weight in edges.items())
    shares = oracles.half_degrees(n, edges)
    assert sum(shares) == sum(edges.values())
    worth = oracles._function(n, edges)
    assert worth(tuple(range(n))) == sum(edges.values())
    assert worth((0,)) == 0


def test_graph_agrees_with_its_table():
    statuses(oracles._small_graph(UNIT, 0.0, 6))


def test_large_graph_is_judged():
    (case,) = oracles._large_graph(UNIT, 0.0, True)
    assert [c.name for c in case.contestants] == ["core membership", "Dutta-Ray"]
    assert case.complaint(True) is None
    assert "in its core" in case.complaint(False)
    point = case.contestants[1].run()
    assert case.complaint(point) is None
    x = point.exact
    assert "fails" in case.complaint(point.replace(exact=(x[0] - 1, x[1] + 1, *x[2:])))
    assert "do not sum" in case.complaint(point.replace(exact=(x[0] + 1, *x[1:])))


def test_the_written_game_has_the_shares_it_says(tmp_path):
    path = tmp_path / "game.json"
    shares = processes.write_game(path, 4)
    from coalitions.games.game_file import read_game

    assert read_game(str(path)).n_players == 4
    game = read_game(str(path))
    assert by_orders([game.worth(mask) for mask in range(16)]) == shares
    assert len(json.loads(path.read_text())) == 15


def test_command_answers_without_heavy_imports(tmp_path):
    case = next(processes._command(tmp_path / "game.json", 0.0))
    answer = case.contestants[0].run()
    assert case.complaint(answer) is None
    assert case.complaint((("numba",), answer[1])) is not None
    assert case.complaint(((), ("1", *answer[1][1:]))) is not None


@pytest.mark.parametrize(
    ("memory", "error", "met"),
    [(3 * 2**30, 1e-16, [False, True]), (2**31, 8e-14, [True, False])],
)
def test_memory_and_error_are_rows_with_their_figures(monkeypatch, memory, error, met):
    monkeypatch.setattr(processes, "MEMORY", f"print({memory}, {error})")
    rows = [harness.measure("tu", case, 3) for case in processes._memory(4)]
    assert [(limit.status, row.status) for limit, row in rows] == [("anchor", "ok")] * 2
    assert [row.met for _, row in rows] == met
    note = f"{memory / 2**30:.3f} GiB; largest error {error:.2g} of the largest share"
    assert {row.note for _, row in rows} == {note}


def test_a_gross_error_is_a_mistake(monkeypatch):
    monkeypatch.setattr(processes, "MEMORY", "print(2**30, 1e-3)")
    rows = [harness.measure("tu", case, 3)[1] for case in processes._memory(4)]
    assert [(row.status, row.met) for row in rows] == [("wrong", False)] * 2


def test_peak_memory_and_error_of_a_small_table():
    peak, error = processes.peak_of_values(6)
    assert 10 * 2**20 < peak < 2**30
    assert 0 <= error < 1e-14


@pytest.mark.parametrize(
    ("code", "status", "met", "note"),
    [
        ("print(1500, 'right')", "ok", True, "1500 ms"),
        ("print(60001, 'stopped')", "ok", False, "stopped after 60 s"),
        ("print(10, 'wrong')", "wrong", False, "does not pass"),
    ],
)
def test_time_of_a_function_is_a_row(monkeypatch, code, status, met, note):
    monkeypatch.setattr(processes, "FUNCTION", code)
    row = harness.measure("tu", processes._function("least core"), 3)[1]
    assert (row.status, row.met) == (status, met)
    assert note in row.note


def test_questions_about_a_function_are_answered_and_stopped():
    for question in ("core membership", "Dutta-Ray", "least core"):
        assert processes.milliseconds_of_function(question, 6, 60)[1] == "right"
    assert processes.milliseconds_of_function("least core", 40, 1) == (1001, "stopped")


def test_every_theme_is_in_the_suite(monkeypatch):
    themes = (values, nucleoli, oracles, processes)
    for module in themes:
        monkeypatch.setattr(module, "cases", lambda quick, module=module: [(module, quick)])
    monkeypatch.setattr(suite, "structure_cases", lambda quick: [(structures, quick)])
    order = (values, nucleoli, oracles, structures, processes)
    assert list(suite.cases(True)) == [(module, True) for module in order]
    assert registry.find_suite("tu").module == "suite_tu"
