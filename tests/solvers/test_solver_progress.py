"""What a back end says while it runs: in whose units, in which thread, before the first answer."""

from __future__ import annotations

import threading
from fractions import Fraction

import pytest
from concession_families import MEMBERS, large

from solvers.concessions import cheapest_package
from solvers.concessions.listing.k_best import best_packages
from solvers.programmes import backends, solving
from solvers.programmes.backends import highs, support
from solvers.programmes.backends.model import Options, Outcome
from solvers.programmes.backends.standard import standard_form
from solvers.programmes.programme import Programme, solve

F = Fraction
HARD = large(55, MEMBERS, 0)  # takes a programme far longer than its first word


def test_it_is_told_in_the_thread_of_the_caller_and_when_it_changes():
    heard, go_on = [], threading.Event()
    states = iter([(None, None), (5.0, 1.0), (5.0, 1.0)])
    last = [(None, None)]

    def reached():
        last[0] = next(states, last[0])
        return last[0]

    def progress(best, bound):
        heard.append((best, bound, threading.current_thread()))
        go_on.set()

    options = Options(progress=progress)
    assert support.watch(lambda: go_on.wait(30), lambda: None, options, reached) is False
    assert heard == [(5.0, 1.0, threading.current_thread())]


def test_nothing_is_told_where_nobody_listens_or_nothing_is_known():
    assert support.watch(lambda: None, lambda: None, Options(), lambda: (1.0, 1.0)) is False
    options = Options(progress=lambda *_: pytest.fail("there was nothing to tell"))
    done = threading.Event()
    threading.Timer(0.3, done.set).start()
    assert support.watch(done.wait, lambda: None, options) is False
    assert support.watch(lambda: None, lambda: None, options, lambda: (None, None)) is False


def test_it_speaks_of_the_programme_not_of_its_standard_form():
    p = Programme("thirds")
    x = [p.variable(f"x{i}", up=1, integer=True) for i in range(3)]
    p.row("two", dict.fromkeys(x, 1), ">=", 2)
    p.minimise({x[0]: F(5, 3), x[1]: F(2, 3), x[2]: F(4, 3)}, constant=10)
    standard = standard_form(p)
    assert standard.scale != 1
    heard = []
    told = solving._in_its_units(p, standard, lambda *pair: heard.append(pair))
    best = sum(c * v for c, v in zip(standard.model.cost, (0, 1, 1), strict=True))
    told(best, None)
    told(None, 0.0)
    assert heard == [(pytest.approx(solve(p).objective), None), (None, 10.0)]


def test_infinities_of_a_back_end_say_nothing():
    assert [highs._finite(x) for x in (1.5, float("inf"), float("-inf"))] == [1.5, None, None]


def test_a_programme_is_heard_of_before_its_first_answer():
    heard = []
    answer = cheapest_package(
        HARD, engine="programme", stop=lambda: bool(heard), progress=lambda *x: heard.append(x)
    )
    assert answer.solution.interrupted
    best, bound = heard[0]
    assert best is not None or bound is not None
    optimum = float(cheapest_package(HARD).cost)
    assert bound is None or bound <= optimum + 1e-6
    assert best is None or best >= optimum - 1e-6


def test_a_list_by_cuts_is_heard_of_before_its_first_package():
    heard = []
    found = best_packages(
        HARD, 2, engine="cuts", stop=lambda: bool(heard), progress=lambda *x: heard.append(x)
    )
    assert found.interrupted
    assert found.packages == ()
    assert heard[0][0] == 0
    assert heard[0][1] <= float(cheapest_package(HARD).cost) + 1e-6


@pytest.mark.parametrize("asked", ["progress", "stop"])
def test_an_error_of_the_listener_ends_the_run_first(asked):
    cancelled, ended = threading.Event(), threading.Event()

    def work():
        cancelled.wait(30)
        ended.set()

    def broken(*_):
        raise BrokenPipeError

    options = Options(**{asked: broken})
    with pytest.raises(BrokenPipeError):
        support.watch(work, cancelled.set, options, lambda: (1.0, 1.0))
    assert cancelled.is_set()
    assert ended.is_set()


def answering(monkeypatch, *outcomes):
    """Let HiGHS answer what the test says; return whether each run was asked to tell."""
    left, asked = list(outcomes), []

    def run(_model, options):
        asked.append(options.progress is not None)
        return left.pop(0)

    monkeypatch.setattr(backends.highs, "run", run)
    return asked


def test_questions_beside_the_programme_are_not_told_of_as_its_cost(monkeypatch):
    """Is there a point, is there a direction: their values are costs of nothing."""
    p = Programme("p")
    x = p.variable("x", up=5, integer=True)
    p.row("r", {x: 1}, ">=", 1)
    p.minimise({x: 3}, constant=7)
    asked = answering(monkeypatch, Outcome("unbounded"), Outcome("infeasible"))
    assert solve(p, progress=lambda *_: None).status == "infeasible"
    assert asked == [True, False]


def test_nor_is_a_point_that_is_polished(monkeypatch):
    p = Programme("p")
    x, y = p.variable("x", up=1, integer=True), p.variable("y")
    p.row("r", {x: 100, y: 1}, ">=", 102)
    p.minimise({x: F(1, 3), y: F(1, 7)}, constant=7)
    rough = Outcome("optimal", (0.999999999, 1.5))  # 1 and 1.5 break the row, 1 and 2 do not
    asked = answering(monkeypatch, rough, Outcome("optimal", (1.0, 2.0)))
    assert solve(p, progress=lambda *_: None).values == (1.0, 2.0)
    assert asked == [True, False]
