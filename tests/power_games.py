"""Weighted games and shares that tests of power have in common."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from solvers.rules.rule import Quota, Rule

F = Fraction


def weighted(quota: int, *weights: int) -> Rule:
    return Rule(len(weights), leaf(quota, *weights))


def leaf(quota: int, *weights: int) -> Quota:
    zero = (0,) * len(weights)
    return Quota(weights, zero, zero, quota)


def scaled(amounts: Sequence[F | int]) -> list[F]:
    total = sum(amounts, F(0))
    return [F(a) / total if total else F(0) for a in amounts]


COUNCIL = weighted(39, *[7] * 5, *[1] * 10)  # the Security Council with a veto for each of five
THREE = weighted(51, 50, 49, 1)
