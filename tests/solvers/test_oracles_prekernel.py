"""Prekernel through an oracle, against the table."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.games.game import TUGame
from solvers.oracles import DenseOracle, RuleOracle, in_prekernel, prekernel_point, surplus
from solvers.stability import kernel

TABLES = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.integers(-9, 9), min_size=2**n - 1, max_size=2**n - 1)
)


@given(TABLES, st.data())
def test_claims_are_those_of_the_table(worths: list[int], data: st.DataObject) -> None:
    table = [0, *worths]
    n = len(table).bit_length() - 1
    shares = data.draw(st.lists(st.integers(-9, 9), min_size=n, max_size=n))
    oracle, found = DenseOracle(table), kernel.surpluses(TUGame(table), shares)
    for i, j in permutations(range(n), 2):
        most, coalition = surplus(oracle, shares, i, j)
        assert most == found[i][j]
        assert coalition >> i & 1
        assert not coalition >> j & 1
        assert table[coalition] - sum(x for k, x in enumerate(shares) if coalition >> k & 1) == most


@given(TABLES, st.data())
def test_membership_is_that_of_the_table(worths: list[int], data: st.DataObject) -> None:
    table = [0, *worths]
    n = len(table).bit_length() - 1
    shares = data.draw(st.lists(st.integers(-3, 3), min_size=n - 1, max_size=n - 1))
    shares.append(table[-1] - sum(shares))
    found = in_prekernel(DenseOracle(table), shares)
    assert bool(found) == bool(kernel.in_prekernel(TUGame(table), shares))
    if not found:
        assert found.claims is not None
        assert found.claims[0] > found.claims[1]


@given(TABLES)
def test_the_point_is_in_the_prekernel_of_the_table(worths: list[int]) -> None:
    table = [0, *worths]
    point = prekernel_point(DenseOracle(table))
    assert point.verify()
    assert point.exact is not None
    assert kernel.in_prekernel(TUGame(table), point.exact)


@pytest.mark.parametrize("body", ["un-security-council", "un-general-assembly"])
def test_bodies_too_large_for_a_table(body: str) -> None:
    oracle = RuleOracle(bind_decision(load_body(body)).rule.project("against"))
    point = prekernel_point(oracle)
    assert point.exact is not None
    assert in_prekernel(oracle, point.exact)
    first, *rest = point.exact
    moved = [first + Fraction(1, 1000), rest[0] - Fraction(1, 1000), *rest[1:]]
    assert not in_prekernel(oracle, moved)


def test_shares_that_leave_something_are_not_in_it() -> None:
    found = in_prekernel(DenseOracle([0, 0, 0, 4]), [1, 1])
    assert not found
    assert found.missing == 2
