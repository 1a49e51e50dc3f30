"""Reference cases on games with transferable utility: passed when right, failed when wrong."""

from __future__ import annotations

import pytest

from coalitions.games.concepts import CONCEPTS, KINDS, NEEDS, concept_named
from coalitions.games.reference import run_cases
from solvers.errors import EngineError

GLOVE = {"type": "tu", "n": 3, "values": dict(zip(["1", "2", "3", "1,2", "1,3", "2,3", "1,2,3"],
                                                  [0, 0, 0, 0, 1, 1, 1], strict=True))}  # fmt: skip
MASCHLER = {"type": "tu", "n": 3, "bitmask_values": [0, 0, 0, 60, 0, 60, 60, 72]}
TRIANGLE = {"type": "bargaining", "feasible_hull_vertices": [[0, 0], [2, 0], [0, 1]],
            "disagreement": [0, 0]}  # fmt: skip
BIG = {"type": "weighted", "quota": 22, "weights": [20] + [1] * 21}

# Each with what is right and something that is not.
CASES = [
    (GLOVE, "shapley", ["1/6", "1/6", "2/3"], ["1/3", "1/3", "1/3"], {}),
    (GLOVE, "nucleolus", [0, 0, 1], None, {}),
    (GLOVE, "core_vertices", [[0, 0, 1]], [[0, 0, 1], [0, 1, 0]], {}),
    (GLOVE, "core_vertices", [[0, 0, 1]], [], {}),
    (GLOVE, "core_empty", False, True, {}),
    (GLOVE, "core_membership", [{"point": [0, 0, 1], "in": True}],
     [{"point": [0, 0, 1], "in": False}], {}),
    (MASCHLER, "core_empty", True, False, {}),
    (MASCHLER, "least_core_epsilon", 12, 11, {}),
    (MASCHLER, "least_core_point", [24, 24, 24], [24, 24, 25], {}),
    (MASCHLER, "cost_of_stability", 18, 17, {}),
    (MASCHLER, "kernel", [{"point": [24, 24, 24], "in": True}],
     [{"point": [24, 24, 24], "in": False}], {}),
    (MASCHLER, "kernel", [{"point": [30, 30, 12], "in": False}],
     [{"point": [30, 30, 12], "in": True}], {}),
    (MASCHLER, "harsanyi_dividends",
     {"1": 0, "2": 0, "3": 0, "1,2": 60, "1,3": 60, "2,3": 60, "1,2,3": -108},
     {"1": 0, "2": 0, "3": 0, "1,2": 60, "1,3": 60, "2,3": 60, "1,2,3": 0}, {}),
    (MASCHLER, "is_convex", False, True, {}),
    (MASCHLER, "optimal_structure",
     {"value": 72, "structures": [[[1, 2, 3]]], "number_of_optimal_structures": 1},
     {"value": 72, "structures": [[[1, 2], [3]]], "number_of_optimal_structures": 1}, {}),
    (MASCHLER, "owen", [33, 33, 6], [24, 24, 24], {"unions": [[1, 2]]}),
    (MASCHLER, "aumann_dreze", [30, 30, 0], [24, 24, 24], {"coalition_structure": [[1, 2], [3]]}),
    (MASCHLER, "myerson", [14, 44, 14], [24, 24, 24], {"graph_edges": [[1, 2], [2, 3]]}),
    (TRIANGLE, "nash_bargaining", [1, "1/2"], [1, 1], {}),
    (TRIANGLE, "egalitarian_bargaining", ["2/3", "2/3"], [1, "1/2"], {}),
    (BIG, "nucleolus", ["1", *[0] * 21], ["1/22"] * 22, {}),
    (BIG, "core_empty", False, True, {}),
]  # fmt: skip


def outcome(game, concept, expected, extra):
    case = {"id": "a", "game": game, "concept": concept, "expected": expected, "tolerance": "1E-9"}
    (found,) = run_cases([case | ({"extra": extra} if extra else {})])
    return found


@pytest.mark.parametrize(("game", "concept", "right", "wrong", "extra"), CASES)
def test_right_passes_and_wrong_fails(game, concept, right, wrong, extra):
    good = outcome(game, concept, right, extra)
    assert good.status == "passed", good.detail
    bad = outcome(game, concept, wrong, extra)
    assert bad.status == "failed"
    assert bad.detail


def test_an_undefined_value_is_null():
    empty = {"type": "tu", "n": 2, "values": {"1": 2, "2": 2, "1,2": 3}}
    assert outcome(empty, "nucleolus", None, {}).status == "passed"
    assert outcome(empty, "prenucleolus", ["3/2", "3/2"], {}).status == "passed"


@pytest.mark.parametrize(
    ("concept", "extra", "message"),
    [
        ("owen", {}, "must give the 'unions'"),
        ("myerson", {"graph_edges": [[1, 9]]}, ""),
        ("aumann_dreze", {"coalition_structure": [["a"]]}, "no number of a player"),
    ],
)
def test_what_a_case_lacks_is_said(concept, extra, message):
    found = outcome(MASCHLER, concept, [0, 0, 0], extra)
    assert found.status == "failed"
    assert message in found.detail


def test_every_concept_is_described():
    for concept in CONCEPTS.values():
        assert concept.kind in KINDS
        assert concept.needs in NEEDS
        assert concept.source
        assert concept.limit
        module, function = concept.where.split(":")
        assert hasattr(__import__(module, fromlist=[function]), function), concept.where


def test_a_misspelt_concept_is_met_with_its_neighbour():
    assert concept_named("Core-Empty").name == "core_empty"
    with pytest.raises(EngineError, match="did you mean 'nucleolus'"):
        concept_named("nucleolos")
