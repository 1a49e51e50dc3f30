"""The exact simplex method against floats, and its certificates against the definitions."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import SolverError
from solvers.programmes.rational_lp import RationalSolution, check_certificate, solve_rational_lp

F = Fraction


def test_beales_example_does_not_cycle():
    """E. M. L. Beale (1955): Dantzig's rule returns to its first basis after six steps."""
    c = [F(-3, 4), 20, F(-1, 2), 6]
    rows = [
        {0: F(1, 4), 1: -8, 2: -1, 3: 9},
        {0: F(1, 2), 1: -12, 2: F(-1, 2), 3: 3},
        {2: 1},
    ]
    answer = solve_rational_lp(c, rows, ["<="] * 3, [0, 0, 1])
    assert answer.objective == F(-5, 4)
    assert answer.x == (1, 0, 1, 0)
    assert check_certificate(c, rows, ["<="] * 3, [0, 0, 1], answer) == ()


def test_a_textbook_programme():
    """Dorfman, Samuelson, Solow's kind: max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18."""
    programme = ([-3, -5], [{0: 1}, {1: 2}, {0: 3, 1: 2}], ["<="] * 3, [4, 12, 18])
    answer = solve_rational_lp(*programme)
    assert (answer.x, answer.objective, answer.duals) == ((2, 6), -36, (0, F(-3, 2), -1))
    assert check_certificate(*programme, answer) == ()


def test_thirds_stay_thirds():
    rows = [{0: 3, 1: 3, 2: 3}]
    answer = solve_rational_lp([1, 1, 1], rows, ["=="], [1])
    assert answer.objective == F(1, 3)


def test_infeasible_by_a_hair():
    """No float could tell: x >= 1/3 + 10**-30 and x <= 1/3."""
    programme = ([0], [{0: 1}, {0: 1}], [">=", "<="], [F(1, 3) + F(1, 10**30), F(1, 3)])
    answer = solve_rational_lp(*programme)
    assert answer.status == "infeasible"
    assert check_certificate(*programme, answer) == ()


def test_unbounded_with_a_ray():
    programme = ([-1, 1], [{0: 1, 1: -1}], ["<="], [3])
    assert solve_rational_lp(*programme).status == "optimal"
    programme = ([-2, 1], [{0: 1, 1: -1}], ["<="], [3])
    answer = solve_rational_lp(*programme)
    assert (answer.status, answer.x, answer.ray) == ("unbounded", (3, 0), (1, 1))
    assert check_certificate(*programme, answer) == ()


def test_rows_that_repeat_others():
    programme = ([1, 2], [{0: 1, 1: 1}, {0: 2, 1: 2}, {0: 1, 1: 1}], ["=="] * 3, [2, 4, 2])
    answer = solve_rational_lp(*programme)
    assert (answer.x, answer.objective) == ((2, 0), 2)
    assert check_certificate(*programme, answer) == ()


@pytest.mark.parametrize(
    ("programme", "status"),
    [
        (([], [], [], []), "optimal"),
        (([1], [], [], []), "optimal"),
        (([-1], [], [], []), "unbounded"),
        (([], [{}], [">="], [1]), "infeasible"),
        (([0], [{0: 0}], ["=="], [0]), "optimal"),
        (([1], [{0: -1}], [">="], [-5]), "optimal"),
        (([1], [{0: -1}], ["<="], [-5]), "optimal"),
    ],
)
def test_edges(programme, status):
    answer = solve_rational_lp(*programme)
    assert answer.status == status
    assert check_certificate(*programme, answer) == ()


@st.composite
def programmes(draw):
    n, m = draw(st.integers(1, 5)), draw(st.integers(0, 5))
    small = st.one_of(st.integers(-3, 3), st.fractions(-2, 2, max_denominator=4))
    rows = [{j: draw(small) for j in draw(st.sets(st.integers(0, n - 1)))} for _ in range(m)]
    senses = [draw(st.sampled_from([">=", "<=", "=="])) for _ in range(m)]
    # Right-hand sides are often 0, and equal: degenerate vertices.
    rhs = [draw(st.one_of(st.just(0), st.integers(-4, 4), small)) for _ in range(m)]
    return [draw(small) for _ in range(n)], rows, senses, rhs


@settings(max_examples=300)
@given(programme=programmes())
def test_certificates_hold(programme):
    answer = solve_rational_lp(*programme)
    assert check_certificate(*programme, answer) == ()


@settings(max_examples=150)
@given(programme=programmes())
def test_against_scipy(programme):
    optimize = pytest.importorskip("scipy.optimize")
    c, rows, senses, rhs = programme
    answer = solve_rational_lp(*programme)
    signs = {">=": -1.0, "<=": 1.0}
    dense = [[float(row.get(j, 0)) for j in range(len(c))] for row in rows]
    upper = [k for k, s in enumerate(senses) if s != "=="]
    equal = [k for k, s in enumerate(senses) if s == "=="]
    costs = [float(v) for v in c]

    def ask(costs):
        return optimize.linprog(
            costs,
            A_ub=[[signs[senses[k]] * v for v in dense[k]] for k in upper] or None,
            b_ub=[signs[senses[k]] * float(rhs[k]) for k in upper] or None,
            A_eq=[dense[k] for k in equal] or None,
            b_eq=[float(rhs[k]) for k in equal] or None,
        )

    theirs = ask(costs)
    if theirs.status == 4:  # infeasible or unbounded: ask which
        feasible = ask([0.0] * len(c)).status == 0
        assert answer.status == ("unbounded" if feasible else "infeasible")
        return
    assert answer.status == {0: "optimal", 2: "infeasible", 3: "unbounded"}[theirs.status]
    if theirs.status == 0:
        assert float(answer.objective) == pytest.approx(theirs.fun, abs=1e-7)


@settings(max_examples=100)
@given(programme=programmes(), data=st.data())
def test_a_spoilt_certificate_is_seen(programme, data):
    """Raise the claimed value, or turn the answer into another kind of answer."""
    answer = solve_rational_lp(*programme)
    if answer.status == "optimal":
        better = replace(answer, objective=answer.objective - 1)
        assert check_certificate(*programme, better)
        assert check_certificate(*programme, replace(answer, status="infeasible"))
        assert check_certificate(*programme, replace(answer, status="unbounded"))
        if answer.x:
            j = data.draw(st.integers(0, len(answer.x) - 1))
            moved = tuple(v - (i == j) * (v + 1) for i, v in enumerate(answer.x))
            assert check_certificate(*programme, replace(answer, x=moved))
    else:
        assert check_certificate(*programme, replace(answer, status="optimal"))


def test_faults_are_said_in_words():
    programme = ([1, 1], [{0: 1, 1: 2}, {0: 1}], [">=", "<="], [4, 3])
    answer = solve_rational_lp(*programme)
    assert answer.objective == 2
    assert check_certificate(*programme, replace(answer, x=(F(-1), F(1)))) == (
        "the point has a negative value for variable 0",
        "the point breaks row 0: 1 >= 4 is false",
        "the point gives 0, the multipliers prove 2",
    )
    assert check_certificate(*programme, replace(answer, duals=(F(1), F(1)))) == (
        "the multiplier of row 1 has the wrong sign",
        "the multipliers give variable 0 2, more than 1",
        "the multipliers give variable 1 2, more than 1",
        "the point gives 2, the multipliers prove 7",
    )
    assert check_certificate(*programme, RationalSolution("unbounded", x=answer.x)) == (
        "the ray has not one value per variable",
    )
    assert check_certificate(*programme, RationalSolution("infeasible")) == (
        "there is not one multiplier per row",
    )


@pytest.mark.parametrize(
    ("programme", "message"),
    [
        (([1.5], [], [], []), "1.5 is not exact; give ints and Fractions"),
        (([1], [{0: 0.1}], [">="], [1]), "0.1 is not exact"),
        (([1], [{1: 1}], [">="], [1]), "row 0 names variable 1; there are 0 to 0"),
        (([1], [{0: 1}], [">"], [1]), "row 0 has the sense '>'; it must be >=, <= or =="),
        (([1], [{0: 1}], [">="], []), "there are 1 rows, 1 senses and 0 right-hand sides"),
    ],
)
def test_bad_input_is_named(programme, message):
    with pytest.raises(SolverError) as error:
        solve_rational_lp(*programme)
    assert message in str(error.value)


def test_it_needs_no_numpy():
    code = "import sys, solvers.programmes.rational_lp; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
