from __future__ import annotations

import pickle

from coalitions.errors import InputError, Problem
from solvers.errors import EngineError


def test_a_problem_leaves_out_what_is_not_known() -> None:
    assert str(Problem("a.yaml", 8, 5, "x.y", "is wrong")) == "a.yaml:8:5: x.y: is wrong"
    assert str(Problem("a.yaml", 8, None, "", "is wrong")) == "a.yaml:8: is wrong"
    assert str(Problem("a.yaml", None, None, "x", "is wrong")) == "a.yaml: x: is wrong"
    assert str(Problem("a.yaml", None, None, "", "is wrong")) == "a.yaml: is wrong"


def test_problems_are_sorted_by_position_and_given_once() -> None:
    late = Problem("a", 10, 1, "", "late")
    early = Problem("a", 9, 30, "", "early")
    whole = Problem("a", None, None, "", "whole file")
    other = Problem("A", 99, 1, "", "other file")
    error = InputError(iter([late, early, whole, other, late]))
    assert error.problems == (other, whole, early, late)
    assert str(error).splitlines() == [str(problem) for problem in error.problems]


def test_an_input_error_is_an_engine_error_and_survives_a_worker() -> None:
    error = InputError.at("a.csv", "is wrong", 2, 3, "state")
    assert isinstance(error, EngineError)
    assert isinstance(error, ValueError)
    back = pickle.loads(pickle.dumps(error))
    assert back.problems == error.problems == (Problem("a.csv", 2, 3, "state", "is wrong"),)
    assert str(back) == "a.csv:2:3: state: is wrong"
