"""Minimal choices in order of size where many members count the same: no branch is in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import comb, prod

from solvers.listing.units import Selection, Unit
from solvers.rules.leaf_sums import Sums
from solvers.rules.votes import ABSTAIN, YES

__all__ = ["MAX_CELLS", "cells", "minimal_by_type"]

MAX_CELLS = 250_000
"""Most ways to say how many of each type vote how that are gone through, about two seconds."""

Vector = tuple[tuple[int, int], ...]
"""For each type, how many of its units vote for and how many abstain."""


def _kinds(units: Sequence[Unit]) -> dict[tuple[int, Sums | None, Sums | None], list[int]]:
    kinds: dict[tuple[int, Sums | None, Sums | None], list[int]] = {}
    for number, unit in enumerate(units):
        kinds.setdefault((len(unit.players), unit.yes, unit.abstain), []).append(number)
    return kinds


def cells(selection: Selection) -> int:
    """Count the ways in which so many of each type may vote.

    Parameters
    ----------
    selection : Selection
        The choice.

    Returns
    -------
    int
    """
    return prod(
        comb(len(group) + 2, 2) if yes is not None and abstain is not None else len(group) + 1
        for (_, yes, abstain), group in _kinds(selection.units).items()
    )


def minimal_by_type(selection: Selection) -> Iterator[tuple[tuple[int, int], ...]]:
    """List the minimal choices that win.

    Parameters
    ----------
    selection : Selection
        A choice of at most `MAX_CELLS` cells.

    Yields
    ------
    tuple of (int, int)
        What `minimal_by_size` yields, in the same order.

    Notes
    -----
    First the numbers of each type that are minimal, then the choices with these numbers.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999.
    """
    kinds = list(_kinds(selection.units).items())
    own = [0] * len(selection.units)
    for number, (_, group) in enumerate(kinds):
        for unit in group:
            own[unit] = number
    left = [[0] * len(kinds)]
    for kind in reversed(own):
        left.append([n + (k == kind) for k, n in enumerate(left[-1])])
    left.reverse()
    by_size: dict[tuple[int, int], list[Vector]] = {}
    for vector in _minimal_vectors(selection, [(key, len(group)) for key, group in kinds]):
        yes = sum(y * key[0] for (y, _), (key, _) in zip(vector, kinds, strict=True))
        by_size.setdefault((yes, sum(a for _, a in vector)), []).append(vector)
    for _, vectors in sorted(by_size.items()):
        yield from _choices(selection, own, left, vectors)


def _minimal_vectors(
    selection: Selection,
    kinds: Sequence[tuple[tuple[int, Sums | None, Sums | None], int]],
) -> Iterator[Vector]:
    """Go through how many of each type vote how."""
    none: Sums = (0,) * len(selection.needs)
    options = []
    for (_, yes, abstain), number in kinds:
        fall = yes if abstain is None or yes is None else tuple(
            y - a for y, a in zip(yes, abstain, strict=True)
        )  # fmt: skip
        own = []
        for y in range(number + 1 if yes is not None else 1):
            for a in range(number - y + 1 if abstain is not None else 1):
                sums = tuple(
                    y * p + a * q for p, q in zip(yes or none, abstain or none, strict=True)
                )
                falls = [f for f, k in ((fall, y), (abstain, a)) if k and f is not None]
                own.append(((y, a), sums, falls))
        options.append(own)
    wins = selection.wins
    for choice in product(*options):
        totals = [sum(column) for column in zip(none, *(c[1] for c in choice), strict=True)]
        if wins(totals) and not any(
            wins([s - f for s, f in zip(totals, fall, strict=True)])
            for _, _, falls in choice
            for fall in falls
        ):
            yield tuple(c[0] for c in choice)


def _choices(
    selection: Selection,
    own: Sequence[int],
    left: Sequence[Sequence[int]],
    vectors: Sequence[Vector],
) -> Iterator[tuple[tuple[int, int], ...]]:
    """List the choices with one of these numbers of each type, all of the same size."""
    units, n_kinds = selection.units, len(vectors[0])
    stack: list[tuple[int, Sequence[Vector], Vector, tuple[tuple[int, int], ...]]]
    stack = [(0, vectors, ((0, 0),) * n_kinds, ())]
    while stack:
        pos, able, used, raised = stack.pop()
        if used == able[0]:
            yield raised
            continue
        kind = own[pos]
        yes, abstain = used[kind]
        after = left[pos + 1][kind]
        same = [v for v in able if v[kind][0] - yes + v[kind][1] - abstain <= after]
        if same:
            stack.append((pos + 1, same, used, raised))
        if units[pos].abstain is not None:
            more = [v for v in able if v[kind][1] > abstain]
            if more:
                now = (*used[:kind], (yes, abstain + 1), *used[kind + 1 :])
                stack.append((pos + 1, more, now, (*raised, (pos, ABSTAIN))))
        if units[pos].yes is not None:
            more = [v for v in able if v[kind][0] > yes]
            if more:
                now = (*used[:kind], (yes + 1, abstain), *used[kind + 1 :])
                stack.append((pos + 1, more, now, (*raised, (pos, YES))))
