"""Each back end against the traps in its reports: status, bound, values, limits, Ctrl-C, output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from solvers.errors import SolverError
from solvers.programmes import backends, solving
from solvers.programmes.backends import BACKENDS, Backend, installed
from solvers.programmes.programme import Programme, lexicographic, solve

ROOT = Path(__file__).resolve().parents[2]
HERE = [row.name for row in installed() if row.available]
STOPPABLE = [name for name in HERE if name != "scipy"]


@pytest.fixture(params=HERE)
def solver(request):
    return request.param


def market_split(n=50, m=4):
    """Hard for every branch and bound: a good bound needs far more than a few seconds."""
    p = Programme("market split")
    over = [p.variable(f"over{k}") for k in range(m)]
    under = [p.variable(f"under{k}") for k in range(m)]
    x = [p.variable(f"x{i:03d}", up=1, integer=True) for i in range(n)]
    state = 12345
    for k in range(m):
        numbers = []
        for _ in range(n):
            state = (1103515245 * state + 12345) % 2**31
            numbers.append(state // 65536 % 100)
        row = dict(zip(x, numbers, strict=True)) | {over[k]: 1, under[k]: -1}
        p.row(f"split{k}", row, "==", sum(numbers) // 2)
    p.minimise(dict.fromkeys(over + under, 1), constant=1000)
    return p


def knapsack(n=12):
    p = Programme("knapsack")
    x = [p.variable(f"x{i:03d}", up=1, integer=True) for i in range(n)]
    p.row("quota", {i: 3 + 7 * i % 11 for i in x}, ">=", 40)
    p.minimise({i: 1 + i % 7 for i in x}, constant=5)
    return p


# --- the table ---------------------------------------------------------------------------------


def test_the_default_is_here():
    assert "highs" in HERE
    assert next(iter(BACKENDS)) == "highs"


def test_every_back_end_says_what_it_is():
    for row in installed():
        assert bool(row.version) is row.available
        assert bool(row.reason) is not row.available


def test_versions_name_pulp_and_the_solver():
    answer = solve(knapsack())
    assert answer.solver.startswith("HiGHS 1.")
    assert " through PuLP " in answer.solver


def test_a_missing_back_end_says_why(monkeypatch):
    row = Backend("scip", None, False, "needs the package 'pyscipopt'")
    monkeypatch.setattr(backends.scip, "probe", lambda: row)
    with pytest.raises(SolverError, match="solver 'scip' needs the package 'pyscipopt'; usable"):
        solve(knapsack(), "scip")


def test_a_broken_package_is_one_sentence(monkeypatch):
    monkeypatch.setattr("solvers.programmes.backends.highs.missing", lambda *_: "")
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SolverError, match="the package 'highspy' cannot be loaded"):
        solve(knapsack())


# --- status and values -------------------------------------------------------------------------


def test_optimal_with_a_constant(solver):
    answer = solve(knapsack(), solver)
    cost, weight = [1 + i % 7 for i in range(12)], [3 + 7 * i % 11 for i in range(12)]
    least = min(
        sum(c for i, c in enumerate(cost) if s >> i & 1)
        for s in range(2**12)
        if sum(w for i, w in enumerate(weight) if s >> i & 1) >= 40
    )
    assert (answer.status, answer.objective, answer.bound) == ("optimal", least + 5, least + 5)
    assert answer.gap == 0.0
    assert set(answer.values) <= {0.0, 1.0}
    assert not answer.interrupted


def test_infeasible_has_no_values(solver):
    p = knapsack()
    p.row("impossible", dict.fromkeys(range(12), 1), ">=", 13)
    answer = solve(p, solver)
    assert (answer.status, answer.values, answer.objective) == ("infeasible", None, None)
    assert answer.bound is answer.gap is None


def test_infeasible_for_whole_numbers_only(solver):
    p = Programme("p")
    x, y = (p.variable(n, up=9, integer=True) for n in "xy")
    p.row("a", {x: 5, y: -3}, "==", 1)
    p.row("b", {x: 7, y: 2}, "<=", 17)
    p.minimise({x: 1})
    assert solve(p, solver).status == "infeasible"


@pytest.mark.parametrize("whole", [True, False], ids=["mip", "lp"])
def test_unbounded_is_not_called_infeasible(solver, whole):
    p = Programme("p")
    x, y = p.variable("x", up=5, integer=whole), p.variable("y")
    p.row("r", {x: 1, y: 1}, ">=", 1)
    p.minimise({x: 1, y: -1})
    answer = solve(p, solver)
    assert (answer.status, answer.objective, answer.values) == ("unbounded", None, None)


def test_an_unbounded_relaxation_without_a_whole_point_is_infeasible(solver):
    p = Programme("p")
    x, z, y = p.variable("x", up=5, integer=True), p.variable("z", up=0.25), p.variable("y")
    p.row("half", {x: 2, z: 1}, "==", 4.5)
    p.minimise({y: -1})
    assert solve(p, solver).status == "infeasible"


def test_unbounded_although_one_engine_says_infeasible(solver):
    """CBC 2.10.3 calls this infeasible: x free downwards, y free upwards, one equation."""
    p = Programme("p")
    x = p.variable("x", low=None, up=2.5)
    y = p.variable("y", low=-2)
    z = p.variable("z", up=4)
    w = p.variable("w", up=4, integer=True)
    p.row("r", {w: 0.7, z: -1, x: 1 / 3}, "==", 0)
    p.minimise({x: 0.3, y: -1, z: 2, w: 0.3})
    assert solve(p, solver).status == "unbounded"


def test_an_optimum_that_preprocessing_loses(solver):
    """CBC 2.10.3 finds -3.49 here, and says that its preprocessing may be to blame."""
    p = Programme("p")
    ranges = [(-2, 4), (0, 2), (-2, 2.5), (-2, None), (0, 2.5), (0, 2.5), (0, 1)]
    x = [p.variable(f"x{i}", *r, integer=i in (1, 6)) for i, r in enumerate(ranges)]
    rows = [
        ([1000, 1000, 1000, 1000, 1 / 3, 1, 0.7], ">=", 2.5),
        ([-3, 2, -3, 1, 0, 2, -1], "<=", 7.5),
        ([0, 2, 1 / 3, 1000, 0, -1, 0.7], "==", 0),
        ([2, 12, 0, 12, 12, 6, 6000], ">=", 15),
        ([3000, 1, -9, -9, 1, 6, 1], ">=", 6),
    ]
    for k, (row, sense, rhs) in enumerate(rows):
        p.row(f"r{k}", dict(zip(x, row, strict=True)), sense, rhs)
    p.minimise(dict(zip(x, [0, -1, -1, -1, 0.3, 2, 1], strict=True)))
    answer = solve(p, solver)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(-4.4951667, abs=1e-6)


def test_a_linear_programme(solver):
    p = Programme("p")
    x, y, z = p.variable("x", up=5), p.variable("y"), p.variable("z", low=None)
    p.row("r", {x: 1, y: 1}, ">=", 7)
    p.row("s", {z: 1, x: 1}, ">=", -2)
    p.minimise({x: 1, y: 2, z: 1}, constant=0.25)
    answer = solve(p, solver)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(0.25 + 5 + 2 * 2 - 7, abs=1e-5)
    assert answer.values[0] + answer.values[1] == pytest.approx(7)


def test_whole_numbers_beyond_one(solver):
    p = Programme("p")
    x = p.variable("x", low=-7, up=40, integer=True)
    y = p.variable("y", low=3, up=12, integer=True)
    p.row("r", {x: 3, y: 5}, "==", 74)
    p.minimise({x: -2, y: 1})
    answer = solve(p, solver)
    assert (answer.status, answer.values) == ("optimal", (18.0, 4.0))


def test_variables_keep_their_place_whatever_their_names(solver):
    """PuLP 3 sorts x10 before x2; the values must not move with it."""
    p = Programme("p")
    x = [p.variable(f"x{i}", up=1, integer=True) for i in range(12)]
    wanted = [i % 3 == 0 for i in range(12)]
    p.minimise({i: -1 if wanted[i] else 1 for i in x})
    assert solve(p, solver).values == tuple(map(float, wanted))


def test_any_text_is_a_name(solver):
    p = Programme("Côte d'Ivoire [a] -> b")
    x = [p.variable(n, up=1, integer=True) for n in ("a b", "a-b", "a_b", "x[1]")]
    p.row("sum of: all >= 3", dict.fromkeys(x, 1), ">=", 3)
    p.minimise(dict.fromkeys(x, 1))
    assert solve(p, solver).objective == 3


# --- limits ------------------------------------------------------------------------------------


def test_a_time_limit_is_not_an_optimum(solver):
    answer = solve(market_split(), solver, time_limit=0.5)
    assert answer.status == "bounded"
    assert answer.bound < answer.objective
    assert answer.gap > 0
    assert not answer.interrupted
    assert market_split().violations(answer.values) == ()


def test_a_time_limit_before_any_point(solver):
    """Six equations in 60 binaries: no heuristic finds a point at once."""
    p = market_split(60, 6)
    for k, row in enumerate(list(p.rows)):
        p.row(f"exact{k}", {i: c for i, c in row.terms if i >= 12}, "==", row.rhs)
    answer = solve(p, solver, time_limit=0.2)
    assert answer.status == "stopped"
    assert answer.values is answer.objective is answer.gap is None
    assert answer.bound is None or answer.bound == pytest.approx(1000)


def test_an_allowed_gap_is_bounded_or_really_optimal(solver):
    answer = solve(market_split(24, 2), solver, gap=1e6)
    assert answer.status in ("bounded", "optimal")
    assert (answer.gap == 0.0) is (answer.status == "optimal")
    assert answer.objective >= answer.bound


def test_no_gap_is_left_by_default(solver):
    """Costs near 10,000 that differ by one: the usual gap of 1e-4 would stop too early."""
    p = Programme("p")
    x = [p.variable(f"x{i:02d}", up=1, integer=True) for i in range(30)]
    p.row("five", dict.fromkeys(x, 1), ">=", 5)
    p.row("mixed", {i: 3 + i * 7 % 13 for i in x}, "==", 41)
    p.minimise({i: 10000 + (i * 17) % 29 for i in x})
    values = {solve(p, name).objective for name in HERE}
    assert len(values) == 1
    assert solve(p, solver).status == "optimal"


def test_threads_may_change_in_one_process(solver):
    for threads in (1, 2, 1, 3):
        assert solve(knapsack(), solver, threads=threads).status == "optimal"


def test_two_runs_at_once(solver):
    answers = []
    workers = [
        threading.Thread(target=lambda: answers.append(solve(knapsack(20), solver)))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [a.status for a in answers] == ["optimal"] * 4
    assert len({a.objective for a in answers}) == 1


def test_a_misspelt_option_is_refused(solver):
    with pytest.raises(SolverError, match="takes no option 'no_such_option'"):
        solve(knapsack(), solver, options={"no_such_option": 3})


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("highs", {"mip_heuristic_effort": 0.0}),
        ("scip", {"presolving/maxrounds": 0}),
        ("cbc", {"presolve": "off"}),
        ("scipy", {"presolve": False}),
    ],
)
def test_a_known_option_is_taken(name, options):
    if name not in HERE:
        pytest.skip(f"{name} is not installed")
    assert solve(knapsack(), name, options=options).status == "optimal"


def test_a_value_of_the_wrong_kind_is_refused():
    with pytest.raises(SolverError, match="takes no option 'mip_rel_gap' of that value"):
        solve(knapsack(), options={"mip_rel_gap": "small"})


# --- stopping ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STOPPABLE)
def test_stop_keeps_the_incumbent(name):
    end = time.monotonic() + 0.7
    answer = solve(market_split(), name, time_limit=60, stop=lambda: time.monotonic() > end)
    assert answer.status == "bounded"
    assert answer.interrupted
    assert market_split().violations(answer.values) == ()


def test_stop_leaves_scipy_with_nothing():
    pytest.importorskip("scipy")
    answer = solve(market_split(), "scipy", time_limit=1, stop=lambda: True)
    assert (answer.status, answer.interrupted) == ("stopped", True)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent there")
@pytest.mark.parametrize("call", ["solve", "lexicographic"])
@pytest.mark.parametrize("name", STOPPABLE)
def test_ctrl_c_ends_the_run_and_keeps_the_incumbent(name, call):
    # HiGHS tells when it has a point to keep; the others have one of this programme at once.
    told = ", progress=tell" if name == "highs" and call == "solve" else ""
    ask = {
        "solve": f"solve(p, {name!r}, time_limit=600{told})",
        "lexicographic": f"lexicographic(p, [dict(p.objective)], [8], solver={name!r})",
    }
    code = f"""
        import signal
        # A shell that runs the tests in the background has its children ignore the interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from test_backends import knapsack, lexicographic, market_split, solve
        solve(knapsack(), {name!r})  # everything is loaded when the interrupt comes
        p = market_split()

        def tell(found, bound, said=[]):
            if found is not None and not said:
                said.append(print("ready", flush=True))

        {"pass" if told else 'print("ready", flush=True)'}
        answer = {ask[call]}
        print(answer.status, answer.interrupted, answer.values is not None, flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "ready\n"
        if not told:
            time.sleep(1)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)  # the run itself would take ten minutes
    finally:
        child.kill()
    assert (out, err, child.returncode) == ("bounded True True\n", "", 0)


# --- one point, no noise -----------------------------------------------------------------------


def test_ties_are_settled_alike():
    p = Programme("p")
    x = [p.variable(f"x{i}", up=1, integer=True) for i in range(25)]
    p.row("five", dict.fromkeys(x, 1), "==", 5)
    p.row("weight", {i: 1 + i % 4 for i in x}, ">=", 16)
    answers = [lexicographic(p, [dict.fromkeys(x, 1)], x, solver=name) for name in HERE]
    assert len({a.values for a in answers}) == 1
    assert [i for i in x if answers[0].values[i]] == [0, 2, 3, 7, 11]  # 1 + 3 + 4 + 4 + 4


def test_a_time_limit_covers_all_stages(solver):
    p = market_split()
    answer = lexicographic(
        p, [dict(p.objective)], list(range(8, 58)), time_limit=0.5, solver=solver
    )
    assert answer.status == "bounded"
    assert answer.seconds < 20  # not one limit for each of fifty variables
    assert p.violations(answer.values) == ()


def test_nothing_is_written_to_the_screen(solver, capfd):
    solve(knapsack(), solver)
    solve(market_split(), solver, time_limit=0.3)
    p = Programme("p")
    x, y = p.variable("x", up=5, integer=True), p.variable("y")
    p.row("r", {x: 1, y: 1}, ">=", 1)
    p.minimise({y: -1})
    solve(p, solver)
    with pytest.raises(SolverError):
        solve(knapsack(), solver, options={"no_such_option": 3})
    assert capfd.readouterr() == ("", "")


def test_a_fresh_process_writes_nothing(solver):
    """HiGHS 1.16 greets once per process, before its log can be turned off."""
    code = f"from test_backends import knapsack, solve; solve(knapsack(), {solver!r})"
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_cbc_leaves_no_files(tmp_path, monkeypatch):
    if "cbc" not in HERE:
        pytest.skip("cbc is not installed")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    solve(knapsack(), "cbc")
    assert list(tmp_path.iterdir()) == []


def test_a_back_end_that_breaks_down_in_its_thread_is_heard(monkeypatch):
    def burst(*_):
        raise SolverError("burst")

    monkeypatch.setattr(backends.highs, "_read", burst)
    with pytest.raises(SolverError, match="burst"):
        solving.solve(knapsack())
