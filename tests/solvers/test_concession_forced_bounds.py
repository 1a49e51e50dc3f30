"""Bounds on packages without a player, or with its yes: against prices of every set, one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from concession_families import UNION, VOTING, large, small
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.concessions.decomposition.choices import choices_of
from solvers.concessions.decomposition.inner import cheapest_profile
from solvers.concessions.decomposition.level_costs import LevelPrices
from solvers.concessions.decomposition.separable import separate
from solvers.concessions.listing import forced_bounds
from solvers.concessions.listing.forced_bounds import ForcedBounds, supporting_lines
from solvers.rules.votes import YES

seeds = st.integers(0, 10_000)


def never():
    return False


def costs(separable, choices, mask):
    """Exact least costs under one set: without each free player, with its yes, and of all."""
    adopted = choices.adopted(mask)
    prices, branches = separable.level_prices(adopted), separable.branches_for(adopted)

    def least(changed, extra=0):
        profile = cheapest_profile({**prices, **changed}, branches)
        return math.inf if profile is None else float(choices.cost(mask) + extra + profile.key[0])

    without, in_favour = [], []
    for i in separable.free:
        offered = prices[i]
        without.append(least({i: LevelPrices(offered.unpaid)}))
        paid = offered.cost(YES)
        in_favour.append(math.inf if paid is None else least({i: LevelPrices(YES)}, paid))
    return [without, in_favour, [least({})] + [-math.inf] * (len(separable.free) - 1)]


@settings(max_examples=30)
@given(seeds)
def test_bounds_are_below_exact_costs_and_miss_no_set(seed):
    separable = separate(small(seed))
    choices = choices_of(separable)
    masks = choices.masks(100)
    if not separable.free or not masks.size:
        return
    bounds = ForcedBounds(separable.arrays, never)
    exact = {mask: np.array(costs(separable, choices, mask)) for mask in masks.tolist()}
    nothing = np.full((3, len(separable.free)), math.inf)
    nothing[2, 1:] = -math.inf
    for mask in masks.tolist():
        one = bounds.promising(np.array([mask]), nothing)
        assert (one.low[:2] <= exact[mask][:2] + 1e-9).all()
        assert one.low[2, 0] <= exact[mask][2, 0] + 1e-9
    # What the first sets cost is known: those that lower something must be found.
    known = np.minimum.reduce([exact[mask] for mask in masks.tolist()[: 1 + len(masks) // 2]])
    found = set(bounds.promising(masks, known).masks.tolist())
    for mask in masks.tolist():
        if (exact[mask] < known - 1e-9).any():
            assert mask in found


@pytest.mark.parametrize("law", [UNION, VOTING])
def test_a_glance_drops_dear_sets_only(monkeypatch, law):
    monkeypatch.setattr(forced_bounds, "SAMPLES", 16)
    monkeypatch.setattr(forced_bounds, "CHUNK", 32)
    separable = separate(large(12, law, 1, amendments=6, most=4, exclusions=1, links=1))
    choices = choices_of(separable)
    masks = choices.masks(1000)
    bounds = ForcedBounds(separable.arrays, never)
    exact = {mask: costs(separable, choices, mask)[2][0] for mask in masks.tolist()}
    dropped = 0
    for enough in (
        0.5 * min(exact.values()),
        1.01 * min(exact.values()),
        1.5 * min(exact.values()),
    ):
        kept = set(bounds.screen(masks, enough).tolist())
        assert all(exact[mask] >= enough - 1e-9 for mask in exact if mask not in kept)
        dropped += len(masks) - len(kept)
    assert dropped > len(masks)
    assert bounds.screen(masks, math.inf).tolist() == masks.tolist()


def test_the_cheapest_package_is_asked_for_by_itself():
    """All answers about players are below what the sets lead to; the least cost is not."""
    separable = separate(large(6, VOTING, 2, amendments=3, most=2, exclusions=1, links=0))
    choices = choices_of(separable)
    masks = choices.masks(100)
    bounds = ForcedBounds(separable.arrays, never)
    known = np.full((3, len(separable.free)), -math.inf)
    assert bounds.promising(masks, known).masks.size == 0
    exact = [costs(separable, choices, mask)[2][0] for mask in masks.tolist()]
    known[2, 0] = min(exact) + 1e-6
    found = bounds.promising(masks, known)
    best = int(masks[int(np.argmin(exact))])
    assert best in found.masks.tolist()
    assert [questions for questions in found.first.values()] == [[(2, 0)]]


def test_threads_and_chunks_change_nothing(monkeypatch):
    separable = separate(large(9, UNION, 3, amendments=6, most=4, exclusions=1, links=2))
    masks = choices_of(separable).masks(1000)
    known = np.full((3, len(separable.free)), 30.0)
    known[2, 1:] = -math.inf
    answers = []
    for cores in (1, 4):
        monkeypatch.setattr(forced_bounds, "CHUNK", 16)
        monkeypatch.setattr(forced_bounds.os, "cpu_count", lambda cores=cores: cores)
        found = ForcedBounds(separable.arrays, never).promising(masks, known)
        answers.append((found.masks.tolist(), found.first, found.low.tolist()))
    assert answers[0] == answers[1]
    assert ForcedBounds(separable.arrays, lambda: True).promising(masks, known) is None
    assert ForcedBounds(separable.arrays, lambda: True).screen(masks, 3.0) is None


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6), st.integers(0, 4)), min_size=1),
    st.integers(0, 2),
)
def test_lines_stay_below_the_curve(steps, end):
    """Pieces of given length, leap and slope; they go on, stop, or become impossible."""
    curve, x, y = [], 0, 0
    for length, leap, slope in steps:
        y += leap
        curve.append((float(x), float(y), float(slope)))
        x, y = x + length, y + slope * length
    last = x + 10 if end == 0 else x
    if end == 1:
        curve.append((float(x), math.inf, 0.0))
    lines = supporting_lines(curve)
    assert len(lines) == forced_bounds.LINES
    for k in range(1, 4 * last + 1):
        d = k / 4
        start, price, slope = [piece for piece in curve if piece[0] < d][-1]
        if price < math.inf:
            assert max(a + b * d for a, b in lines) <= price + slope * (d - start) + 1e-9
