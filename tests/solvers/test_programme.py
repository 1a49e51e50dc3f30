"""Programmes as data, the checks of an answer, objectives in stages."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import SolverError
from solvers.programmes.backends import installed
from solvers.programmes.backends.standard import standard_form
from solvers.programmes.programme import Programme, lexicographic, solve

HERE = [row.name for row in installed() if row.available]
FAST = [name for name in HERE if name != "scipy"]  # that one starts a Python for every run


def binaries(p, n):
    return [p.variable(f"x{i:03d}", up=1, integer=True) for i in range(n)]


# --- input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, "a variable is named ''; its name must be a text of some length"),
        ({"name": 7}, "a variable is named 7; its name must be a text of some length"),
        ({"name": "a"}, "there is a variable 'a' already; every variable needs its own name"),
        ({"name": "b", "low": math.nan}, "the lower bound of 'b' is nan; it must be a finite"),
        ({"name": "b", "up": math.inf}, "the upper bound of 'b' is inf; it must be a finite"),
        ({"name": "b", "up": "1"}, "the upper bound of 'b' is '1'; it must be an int, a Fraction"),
        ({"name": "b", "integer": True}, "integer variable 'b' has no upper bound: give one"),
        ({"name": "b", "low": None, "up": 1, "integer": True}, "'b' has no lower bound: give one"),
        ({"name": "b", "low": 2, "up": 1}, "variable 'b' may take no value: its range is 2 to 1"),
        ({"name": "b", "low": 0.2, "up": 0.8, "integer": True}, "its range is 1 to 0"),
    ],
)
def test_a_bad_variable_is_named(arguments, message):
    p = Programme("p")
    p.variable("a")
    with pytest.raises(SolverError) as error:
        p.variable(**arguments)
    assert message in str(error.value)
    assert len(p.variables) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("r", {0: 1}, ">=", 1), "there is a row 'r' already"),
        (("s", {0: 1}, ">", 1), "row 's' has the sense '>'; it must be >=, <= or =="),
        (("s", {0: 1}, "=", 1), "row 's' has the sense '='; it must be >=, <= or =="),
        (("s", {1: 1}, ">=", 1), "row 's' names variable 1; there are 0 to 0"),
        (("s", {-1: 1}, ">=", 1), "row 's' names variable -1; there are 0 to 0"),
        (("s", {"a": 1}, ">=", 1), "row 's' names a variable 'a'; use the index of one"),
        (("s", {0: math.nan}, ">=", 1), "the coefficient of 'a' in row 's' is nan"),
        (("s", {0: -math.inf}, ">=", 1), "the coefficient of 'a' in row 's' is -inf"),
        (("s", {0: Decimal(1)}, ">=", 1), "it must be an int, a Fraction or a float"),
        (("s", {0: 10**16}, ">=", 1), "beyond 1e+15: no back end can tell it from infinity"),
        (("s", {0: 1}, ">=", math.nan), "the right-hand side of row 's' is nan"),
    ],
)
def test_a_bad_row_is_named(arguments, message):
    p = Programme("p")
    p.variable("a")
    p.row("r", {0: 1}, ">=", 0)
    with pytest.raises(SolverError) as error:
        p.row(*arguments)
    assert message in str(error.value)
    assert len(p.rows) == 1


def test_a_bad_objective_is_named():
    p = Programme("p")
    p.variable("a")
    with pytest.raises(SolverError, match="in the objective is nan"):
        p.minimise({0: math.nan})
    with pytest.raises(SolverError, match="the constant of the objective is inf"):
        p.minimise({0: 1}, constant=math.inf)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"solver": "higs"}, "no solver named 'higs': did you mean 'highs'?"),
        ({"solver": "zzz"}, "no solver named 'zzz': there are highs, scip, cbc, scipy"),
        ({"time_limit": 0}, "time_limit is 0; it must be a positive number of seconds"),
        ({"time_limit": math.nan}, "time_limit is nan"),
        ({"gap": -0.1}, "gap is -0.1; it must be a number from 0 up"),
        ({"threads": 0}, "threads is 0; it must be a whole number from 1 up"),
        ({"seed": -1}, "seed is -1; it must be a whole number from 0 up"),
    ],
)
def test_bad_options_are_named(keywords, message):
    with pytest.raises(SolverError) as error:
        solve(Programme("p"), **keywords)
    assert message in str(error.value)


def test_numpy_numbers_are_numbers():
    np = pytest.importorskip("numpy")
    p = Programme("p")
    x = p.variable("x", up=np.int64(4), integer=True)
    p.row("r", {np.int64(x): np.float64(2.0)}, ">=", np.int32(3))
    assert p.rows[0].terms == ((0, 2.0),)
    assert type(p.rows[0].rhs) is int


def test_importing_loads_no_solver_and_no_numpy():
    code = (
        "import sys, solvers.programmes.programme, solvers.programmes.backends\n"
        "solvers.programmes.backends.installed()\n"
        "heavy = {'numpy', 'pulp', 'highspy', 'pyscipopt', 'scipy'} & set(sys.modules)\n"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


# --- the check of a point ----------------------------------------------------------------------


def test_exact_rows_grant_no_tolerance_and_float_rows_do():
    p = Programme("p")
    x = binaries(p, 3)
    p.row("exact", dict.fromkeys(x, Fraction(1, 3)), ">=", 1)
    p.row("float", dict.fromkeys(x, 0.1), ">=", 0.3)
    assert p.violations([1.0, 1.0, 1.0]) == ()
    assert p.violations([1.0, 1.0, 0.0]) == ("exact", "float")
    q = Programme("q")
    y = q.variable("y", up=10**12, integer=True)
    q.row("cap", {y: 3}, "<=", 3 * 10**12 - 1)
    assert q.violations([1e12]) == ("cap",)
    assert q.violations([1e12 - 1]) == ()


def test_a_row_in_tiny_units_is_not_waved_through():
    p = Programme("p")
    x = p.variable("x", up=1)
    p.row("r", {x: 1e-7}, ">=", 1e-7)
    assert p.violations([0.0]) == ("r",)
    answer = solve(p)
    assert answer.values == pytest.approx((1.0,))


def test_bounds_and_wholeness_are_checked():
    p = Programme("p")
    p.variable("a", up=1, integer=True)
    p.variable("b", low=None, up=2)
    assert p.violations([0.5, 0]) == ("a",)
    assert p.violations([2, 3]) == ("a", "b")
    assert p.violations([0, math.nan]) == ("b",)
    with pytest.raises(SolverError, match="a point of 1 values for a programme of 2 variables"):
        p.violations([0])


def test_exact_rows_become_the_smallest_whole_numbers():
    p = Programme("p")
    x = binaries(p, 3)
    p.row("thirds", {x[0]: Fraction(1, 3), x[1]: Fraction(1, 2)}, ">=", Fraction(3, 5))
    p.row("sixes", {x[0]: 6, x[2]: 12}, "<=", 17)
    p.minimise({x[0]: Fraction(1, 2), x[1]: Fraction(3, 2)})
    standard = standard_form(p)
    (first, second) = standard.model.rows
    assert first == ((0, 1), (2.0, 3.0), ">=", 4.0)  # 2x + 3y >= 3.6 for whole x and y
    assert second == ((0, 2), (1.0, 2.0), "<=", 2.0)
    assert (standard.model.cost, standard.scale) == ((1.0, 3.0, 0.0), 2)


def test_parity_is_seen_without_a_solver():
    p = Programme("p")
    x = binaries(p, 3)
    p.row("odd", dict.fromkeys(x, 2), "==", 3)
    assert standard_form(p).broken == "odd"
    assert solve(p).status == "infeasible"


# --- trivial programmes ------------------------------------------------------------------------


def test_a_programme_without_anything():
    answer = solve(Programme("empty"))
    assert (answer.status, answer.objective, answer.values) == ("optimal", 0.0, ())


def test_unused_variables_take_the_value_nearest_to_zero():
    p = Programme("p")
    p.variable("a", low=2, up=5)
    p.variable("b", low=None, up=-1)
    x = p.variable("x", up=3, integer=True)
    p.variable("c", low=-1)
    p.row("r", {x: 1}, ">=", 2)
    p.minimise({x: 1}, constant=Fraction(1, 2))
    answer = solve(p)
    assert answer.values == (2.0, -1.0, 2.0, 0.0)
    assert answer.objective == 2.5


def test_rows_without_variables():
    p = Programme("p")
    x = p.variable("x", up=1)
    p.row("true", {x: 0}, "<=", 3)
    assert solve(p).status == "optimal"
    p.row("false", {}, ">=", 1)
    assert solve(p).status == "infeasible"


def test_a_programme_is_not_changed_by_solving_it():
    p = Programme("p")
    x = binaries(p, 4)
    p.row("two", dict.fromkeys(x, 1), ">=", 2)
    p.minimise({x[0]: 1})
    before = (list(p.variables), list(p.rows), p.objective, p.constant)
    solve(p)
    lexicographic(p, [dict.fromkeys(x, 1), {x[1]: 1}], order=x)
    assert (p.variables, p.rows, p.objective, p.constant) == before


# --- against enumeration -----------------------------------------------------------------------


@st.composite
def small_programmes(draw):
    """A pure integer programme, small enough to try every point."""
    p = Programme("random")
    n = draw(st.integers(1, 5))
    for i in range(n):
        low = draw(st.integers(-2, 1))
        p.variable(f"x{i}", low=low, up=low + draw(st.integers(0, 2)), integer=True)
    number = st.one_of(
        st.integers(-5, 5), st.fractions(-3, 3, max_denominator=6), st.sampled_from([0.5, -1.25])
    )
    for k in range(draw(st.integers(0, 3))):
        coefficients = {i: draw(number) for i in range(n)}
        p.row(f"r{k}", coefficients, draw(st.sampled_from([">=", "<=", "=="])), draw(number))
    p.minimise({i: draw(number) for i in range(n)}, constant=draw(number))
    return p


def points(p):
    """Every feasible point, by the definitions, in Fractions (0.5 and -1.25 are exact)."""
    ranges = [range(int(v.low), int(v.up) + 1) for v in p.variables]
    for point in itertools.product(*ranges):
        sums = [(sum(Fraction(c) * point[i] for i, c in r.terms), r) for r in p.rows]
        if all({">=": s >= r.rhs, "<=": s <= r.rhs, "==": s == r.rhs}[r.sense] for s, r in sums):
            yield point


@pytest.mark.parametrize("solver", FAST)
@settings(max_examples=40)
@given(p=small_programmes())
def test_against_enumeration(solver, p):
    compare_with_enumeration(solver, p)


@settings(max_examples=4)
@given(p=small_programmes())
def test_scipy_against_enumeration(p):
    compare_with_enumeration("scipy", p)


def compare_with_enumeration(solver, p):
    answer = solve(p, solver)
    worths = [
        sum(Fraction(c) * x[i] for i, c in p.objective) + Fraction(p.constant) for x in points(p)
    ]
    if not worths:
        assert (answer.status, answer.values, answer.objective) == ("infeasible", None, None)
        return
    assert answer.status == "optimal"
    assert answer.gap == 0.0
    assert answer.objective == answer.bound == pytest.approx(float(min(worths)), abs=1e-12)
    assert p.violations(answer.values) == ()


@pytest.mark.parametrize("solver", FAST)
@settings(max_examples=20)
@given(p=small_programmes(), data=st.data())
def test_ties_against_enumeration(solver, p, data):
    n = len(p.variables)
    order = data.draw(st.permutations(range(n)))
    prefer = data.draw(st.sampled_from([0, 1]))
    second = {i: data.draw(st.integers(-2, 2)) for i in range(n)}
    answer = lexicographic(p, [dict(p.objective), second], order, prefer=prefer, solver=solver)

    def key(x):
        first = sum(Fraction(c) * x[i] for i, c in p.objective)
        wish = [-x[i] if prefer else x[i] for i in order]
        return (first, sum(c * x[i] for i, c in second.items()), wish)

    best = min(points(p), key=key, default=None)
    if best is None:
        assert answer.status == "infeasible"
        return
    assert answer.status == "optimal"
    assert answer.values == tuple(map(float, best))
    assert answer.objectives == pytest.approx(tuple(map(float, key(best)[:2])), abs=1e-12)


# --- stages ------------------------------------------------------------------------------------


def test_stages_are_not_a_sum():
    """The second objective may not buy itself a worse first one, however cheap."""
    p = Programme("p")
    x, y = p.variable("x", up=10, integer=True), p.variable("y", up=10, integer=True)
    p.row("r", {x: 1, y: 10}, ">=", 10)
    answer = lexicographic(p, [{x: 1, y: 1}, {y: 100}])
    assert answer.values == (0.0, 1.0)
    assert answer.objectives == (1.0, 100.0)
    assert (answer.objective, answer.bound, answer.gap) == (1.0, 1.0, 0.0)


def test_stages_with_continuous_variables():
    p = Programme("p")
    x, y = p.variable("x", up=1), p.variable("y", up=1)
    p.row("r", {x: 0.3, y: 0.7}, ">=", 0.5)
    answer = lexicographic(p, [{x: 1.0, y: 1.0}, {x: 1.0}])
    assert answer.status == "optimal"
    assert answer.values == pytest.approx((0.0, 0.5 / 0.7), abs=1e-6)


def test_a_second_objective_without_bound():
    p = Programme("p")
    x, y = p.variable("x", up=1), p.variable("y")
    answer = lexicographic(p, [{x: 1}, {y: -1}])
    assert (answer.status, answer.values) == ("unbounded", None)


def test_ties_of_more_variables_than_one_run_settles():
    p = Programme("p")
    x = binaries(p, 40)
    p.row("half", dict.fromkeys(x, 1), "==", 20)
    p.row("tail", dict.fromkeys(x[20:], 1), ">=", 3)
    answer = lexicographic(p, [{}], order=x)
    assert [i for i in x if answer.values[i]] == [*range(17), 20, 21, 22]


def test_bad_stages_are_named():
    p = Programme("p")
    x = p.variable("x", up=1)
    with pytest.raises(SolverError, match="there is no objective"):
        lexicographic(p, [])
    with pytest.raises(SolverError, match="prefer is 2"):
        lexicographic(p, [{x: 1}], prefer=2)
    with pytest.raises(SolverError, match="the order names 'x', which is not a whole-number"):
        lexicographic(p, [{x: 1}], order=[x])
    with pytest.raises(SolverError, match="objective 2 names variable 5"):
        lexicographic(p, [{x: 1}, {5: 1}])
