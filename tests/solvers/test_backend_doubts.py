"""What a back end says is doubted: its point is checked, its bound, that there is none."""

from __future__ import annotations

import pytest

from solvers.errors import SolverError
from solvers.programmes import backends
from solvers.programmes.backends import BACKENDS, installed
from solvers.programmes.backends.model import Outcome
from solvers.programmes.programme import Programme, solve

HERE = [row.name for row in installed() if row.available]


@pytest.fixture(params=HERE)
def solver(request):
    return request.param


def pretend(monkeypatch, *outcomes):
    """Let the default back end answer what the test says."""
    left = list(outcomes)
    monkeypatch.setattr(backends.highs, "run", lambda model, options: left.pop(0))
    return left


def two_of_three():
    p = Programme("two of three")
    x = [p.variable(f"x{i}", up=1, integer=True) for i in range(3)]
    p.row("two", dict.fromkeys(x, 1), ">=", 2)
    p.minimise({x[0]: 1, x[1]: 1, x[2]: 3})
    return p


def test_almost_whole_values_become_whole(monkeypatch):
    pretend(monkeypatch, Outcome("optimal", (0.9999999, 1.0000001, -1e-9), 1.9999997))
    answer = solve(two_of_three())
    assert (answer.values, answer.objective, answer.bound) == ((1.0, 1.0, 0.0), 2.0, 2.0)
    assert str(answer.values[2]) == "0.0"
    assert answer.status == "optimal"


def test_an_optimum_above_its_own_bound_is_bounded(monkeypatch):
    pretend(monkeypatch, Outcome("optimal", (1.0, 0.0, 1.0), 1.2))
    answer = solve(two_of_three())
    assert (answer.status, answer.objective, answer.bound) == ("bounded", 4.0, 2.0)
    assert answer.gap == 0.5


def test_a_stop_at_a_proved_optimum_is_optimal(monkeypatch):
    pretend(monkeypatch, Outcome("stopped", (1.0, 1.0, 0.0), 1.0001))
    assert solve(two_of_three()).status == "optimal"


def test_a_false_optimum_is_asked_again_and_then_refused(monkeypatch):
    wrong = Outcome("optimal", (1.0, 0.0, 0.0), 1.0)
    left = pretend(monkeypatch, wrong, Outcome("optimal", (1.0, 1.0, 0.0), 2.0))
    assert solve(two_of_three()).objective == 2.0
    assert left == []
    pretend(monkeypatch, wrong, wrong)
    with pytest.raises(SolverError, match="calls a point optimal that breaks 'two' of 'two of"):
        solve(two_of_three())
    half = Outcome("optimal", (0.5, 1.0, 0.5), 2.0)
    pretend(monkeypatch, half, half)
    with pytest.raises(SolverError, match="whose values are not whole"):
        solve(two_of_three())


def test_a_false_incumbent_is_dropped(monkeypatch):
    pretend(monkeypatch, Outcome("stopped", (1.0, 0.0, 0.0), 0.5))
    answer = solve(two_of_three())
    assert (answer.status, answer.values, answer.bound) == ("stopped", None, 1.0)


def test_infeasible_or_unbounded_is_asked_again(monkeypatch):
    pretend(monkeypatch, Outcome("unbounded"), Outcome("infeasible"))
    assert solve(two_of_three()).status == "infeasible"
    still = Outcome("optimal", (1.0, 1.0, 0.0), 0.0)
    pretend(monkeypatch, Outcome("unbounded"), still, Outcome("optimal", (0.0, 0.0, 0.0), 0.0))
    with pytest.raises(SolverError, match="finds neither an optimum of 'two of three' nor a dir"):
        solve(two_of_three())
    p = two_of_three()
    p.minimise({p.variable("y"): -1})
    falling = Outcome("optimal", (0.0, 0.0, 0.0, 1.0), -1.0)
    pretend(monkeypatch, Outcome("unbounded"), still, falling)
    assert solve(p).status == "unbounded"
    pretend(monkeypatch, Outcome("unbounded"), still, Outcome("stopped"))
    assert solve(p).status == "stopped"
    pretend(monkeypatch, Outcome("unbounded"), Outcome("stopped"))
    assert solve(two_of_three()).status == "stopped"


def test_rounding_chooses_the_continuous_variables_anew(solver, monkeypatch):
    """At x = 1e-7 the row with 10**6 allows y = 0.1; at x = 0 it does not."""
    p = Programme("p")
    x, y, z = p.variable("x", up=1, integer=True), p.variable("y", up=1), p.variable("z", up=1)
    p.row("link", {y: 1, x: -(10**6)}, "<=", 0)
    p.row("need", {y: 1, z: 1}, ">=", 0.1)
    p.minimise({x: 1, z: 5.0})
    module, real = BACKENDS[solver], BACKENDS[solver].run
    first = [Outcome("optimal", (1e-7, 0.1, 0.0), 1e-7)]
    monkeypatch.setattr(
        module, "run", lambda model, options: first.pop() if first else real(model, options)
    )
    answer = solve(p, solver)
    assert answer.values == pytest.approx((0.0, 0.0, 0.1))
    assert answer.status == "bounded"  # its bound was proved for the broken point
    assert solve(p, solver).status == "optimal"
