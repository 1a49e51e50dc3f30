"""Minimal winning coalitions by the million, beside a copy of as many numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from solvers.counting import count_minimal
from solvers.listing.masks import minimal_winning_masks
from solvers.rules.rule import AllOf, AnyOf, Rule

from .harness import Answer, Case, Contestant
from .suite_voting_judges import Complaint
from .suite_voting_weighted import weighted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["cases", "listed_wrongly"]

SEED = 5
BAR = 2.5  # times numpy.copyto of the output
CHECKED = 200_000  # masks of a list that are looked at one by one


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to leave out the list of fifty million.

    Yields
    ------
    Case
    """
    seconds = 1.5 if quick else 10.0
    rng = np.random.default_rng(SEED)
    for n in (30, 32):
        weights = [int(w) for w in rng.integers(1, 1000, n)]
        quota = sum(weights) // 2 + 1
        if n == 30 or not quick:
            rule = Rule(n, weighted(quota, weights))
            yield _case(f"one quota, n={n}", rule, _one_quota(weights, quota), seconds)
    n = 29
    weights = [int(w) for w in rng.integers(1, 100_000, n)]
    quota, members, nearly_all = sum(weights) * 55 // 100, 15, 24
    ones = (1,) * n
    double = AllOf((weighted(members, ones), weighted(quota, weights)))
    rule = Rule(n, AnyOf((double, weighted(nearly_all, ones))))

    def wins(sizes: Ints, sums: Ints) -> NDArray[np.bool_]:
        return (sizes >= members) & (sums >= quota) | (sizes >= nearly_all)

    yield _case(
        f"double majority, n={n}", rule, lambda m: listed_wrongly(m, weights, wins), seconds
    )


def _one_quota(weights: list[int], quota: int) -> Callable[[Ints], str | None]:
    return lambda masks: listed_wrongly(masks, weights, lambda sizes, sums: sums >= quota)


def listed_wrongly(
    masks: Ints, weights: list[int], wins: Callable[[Ints, Ints], NDArray[np.bool_]]
) -> str | None:
    """Look at masks one by one: they win, lose without any one member, and differ.

    Parameters
    ----------
    masks : ndarray of int64
        Coalitions, player i is bit i.
    weights : list of int
        Of every player.
    wins : callable
        Takes sizes and sums of coalitions, says which win.

    Returns
    -------
    str or None
        What is wrong.
    """
    there = masks[:, None] >> np.arange(len(weights)) & 1
    sizes, sums = there.sum(axis=1), there @ np.array(weights, np.int64)
    if not wins(sizes, sums).all():
        return "lists a coalition that loses"
    for i, w in enumerate(weights):
        member = there[:, i] == 1
        if wins(sizes[member] - 1, sums[member] - w).any():
            return f"lists a coalition that wins without player {i}"
    if np.unique(masks).size < masks.size:
        return "lists a coalition twice"
    return None


def _case(name: str, rule: Rule, judged: Callable[[Ints], str | None], seconds: float) -> Case:
    total = sum(count_minimal(rule).minimal)
    source, target = np.ones(total, np.int64), np.ones(total, np.int64)

    def streamed() -> Answer:
        return sum(array.size for array in minimal_winning_masks(rule))

    def copied() -> Answer:
        target[:] = 0
        done = 0
        for array in minimal_winning_masks(rule):
            target[done : done + array.size] = array
            done += array.size
        return done

    def complaint() -> Complaint:
        looked = _look(rule, judged)

        def wrong(answer: object) -> str | None:
            return looked or (None if answer == total else f"lists {answer} instead of {total}")

        return wrong

    return Case(
        f"minimal winning coalitions, {name}, {total / 1e6:.1f} million",
        Contestant("numpy.copyto", lambda: np.copyto(target, source)),
        (
            Contestant("arrays of masks", streamed, True, BAR),
            Contestant("put into one array", copied, True),
        ),
        complaint(),
        seconds,
    )


def _look(rule: Rule, judged: Callable[[Ints], str | None]) -> str | None:
    """Judge the beginning of the list."""
    parts: list[Ints] = []
    found = 0
    for array in minimal_winning_masks(rule):
        parts.append(array)
        found += array.size
        if found >= CHECKED:
            break
    return judged(np.concatenate(parts))
