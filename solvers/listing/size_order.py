"""Minimal choices in order of size, found depth first with nothing kept but the current branch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from solvers.errors import LimitError
from solvers.listing.type_order import MAX_CELLS, cells, minimal_by_type
from solvers.listing.units import Selection, Unit
from solvers.rules.leaf_sums import Sums
from solvers.rules.votes import ABSTAIN, YES

__all__ = ["MAX_IN_VAIN", "connected_by_size", "minimal_by_size"]

MAX_IN_VAIN = 500_000
"""Most branches that are entered without finding anything, five to ten seconds."""

Raised = tuple[tuple[int, int], ...]
"""Which units are raised, and to which level."""


class _Search:
    """Branches entered since something was found; beyond `MAX_IN_VAIN` the search gives up."""

    def __init__(self) -> None:
        self.in_vain = 0

    def enter(self) -> None:
        self.in_vain += 1
        if self.in_vain > MAX_IN_VAIN:
            raise LimitError(
                f"{MAX_IN_VAIN:,} branches in turn hold no minimal choice, the limit of a list by "
                f"size: list by cost or surplus, fix members or votes, or count instead"
            )

    def found(self) -> None:
        self.in_vain = 0


class _Bounds:
    """What the units from a position on can add, at most and at least, and how they can fall."""

    def __init__(self, selection: Selection, pick: Callable[[Unit], tuple[Sums | None, Sums]]):
        units, n_leaves = selection.units, len(selection.needs)
        chosen = [pick(u) for u in units]
        sizes = [len(u.players) for u in units]
        able = [s if c[0] is not None else 0 for s, c in zip(sizes, chosen, strict=True)]
        self.room = _from_behind(able)
        self.widest = max(sizes, default=1)
        self.most: list[list[list[int]]] = []
        self.least: list[list[list[int]]] = []
        self.fall: list[Sums] = []
        for pos in range(len(units) + 1):
            there = [(g, f) for g, f in chosen[pos:] if g is not None]
            columns = [sorted(g[k] for g, _ in there) for k in range(n_leaves)]
            self.least.append([list(accumulate(c, initial=0)) for c in columns])
            self.most.append([list(accumulate(reversed(c), initial=0)) for c in columns])
            falls = (max((f[k] for _, f in there), default=0) for k in range(n_leaves))
            self.fall.append(tuple(falls))

    def highest(self, pos: int, members: int) -> list[int]:
        return [c[min(members, len(c) - 1)] for c in self.most[pos]]

    def lowest(self, pos: int, members: int) -> list[int]:
        fewest = -(-members // self.widest)
        return [c[min(fewest, len(c) - 1)] for c in self.least[pos]]


def minimal_by_size(selection: Selection) -> Iterator[Raised]:
    """List the minimal choices that win.

    Parameters
    ----------
    selection : Selection
        The choice.

    Yields
    ------
    tuple of (int, int)
        The units that are raised and the level of each, such that the decision is taken and is
        not when any of them is lowered by one level. In order of the players voting for, then
        of those abstaining, then by the first unit in which two of them differ: for comes
        first, then abstaining.

    Raises
    ------
    LimitError
        If `MAX_IN_VAIN` branches in turn hold nothing.

    Notes
    -----
    Where the members are of few types, `minimal_by_type`, in which no branch is in vain.
    Otherwise a branch is left when even the largest members that are left cannot make it win,
    or the smallest cannot keep somebody in it needed. Both tests look at each leaf by itself,
    so that conflicting leaves can lead into branches with nothing in them. A member that votes
    for is taken as one that is raised to abstaining, and once more.

    References
    ----------
    .. [1] T. Matsui and Y. Matsui, "A survey of algorithms for calculating power indices of
       weighted majority games", Journal of the Operations Research Society of Japan 43 (2000),
       pp. 71-86.
    """
    if cells(selection) <= MAX_CELLS:
        yield from minimal_by_type(selection)
        return
    none: Sums = (0,) * len(selection.needs)
    bounds = (
        _Bounds(selection, lambda u: (u.yes, u.fall or none)),
        _Bounds(selection, lambda u: (u.abstain, u.abstain or none)),
        _Bounds(selection, lambda u: (u.abstain or none, none)),
        _Bounds(selection, lambda u: (u.fall, none)),
    )
    search = _Search()
    for yes in range(bounds[0].room[0] + 1):
        for abstain in range(bounds[1].room[0] + 1):
            yield from _of_size(selection, bounds, yes, abstain, search)


def _of_size(
    selection: Selection,
    bounds: tuple[_Bounds, _Bounds, _Bounds, _Bounds],
    yes: int,
    abstain: int,
    search: _Search,
) -> Iterator[Raised]:
    upper, middle, raised_once, raised_again = bounds
    units, needs, decides = selection.units, selection.needs, selection.decides
    stack: list[tuple[int, int, int, Sums, tuple[Sums, ...], Raised]]
    stack = [(0, yes, abstain, (0,) * len(needs), (), ())]
    while stack:
        pos, yes, abstain, sums, falls, raised = stack.pop()
        search.enter()
        if not yes and not abstain:
            if decides([s >= t for s, t in zip(sums, needs, strict=True)]) and not any(
                decides([s - f >= t for s, f, t in zip(sums, fall, needs, strict=True)])
                for fall in falls
            ):
                search.found()
                yield raised
            continue
        if yes > upper.room[pos] or abstain > middle.room[pos]:
            continue
        high = upper.highest(pos, yes)
        low = upper.lowest(pos, yes)
        if abstain:
            once, again = raised_once.highest(pos, yes + abstain), raised_again.highest(pos, yes)
            apart = zip(high, middle.highest(pos, abstain), once, again, strict=True)
            high = [min(a + b, c + d) for a, b, c, d in apart]
            once, again = raised_once.lowest(pos, yes + abstain), raised_again.lowest(pos, yes)
            apart = zip(low, middle.lowest(pos, abstain), once, again, strict=True)
            low = [max(a + b, c + d) for a, b, c, d in apart]
        if not decides([s + h >= t for s, h, t in zip(sums, high, needs, strict=True)]):
            continue
        low = [s + x for s, x in zip(sums, low, strict=True)]
        ahead = falls
        if yes:
            ahead = (*ahead, upper.fall[pos])
        if abstain:
            ahead = (*ahead, middle.fall[pos])
        if any(
            decides([s - f >= t for s, f, t in zip(low, fall, needs, strict=True)])
            for fall in ahead
        ):
            continue
        unit = units[pos]
        size = len(unit.players)
        stack.append((pos + 1, yes, abstain, sums, falls, raised))
        if unit.abstain is not None and abstain:
            stack.append(
                (
                    pos + 1,
                    yes,
                    abstain - 1,
                    tuple(s + g for s, g in zip(sums, unit.abstain, strict=True)),
                    _lowest_falls(falls, unit.abstain),
                    (*raised, (pos, ABSTAIN)),
                )
            )
        if unit.yes is not None and unit.fall is not None and yes >= size:
            stack.append(
                (
                    pos + 1,
                    yes - size,
                    abstain,
                    tuple(s + g for s, g in zip(sums, unit.yes, strict=True)),
                    _lowest_falls(falls, unit.fall),
                    (*raised, (pos, YES)),
                )
            )


def _lowest_falls(falls: tuple[Sums, ...], fall: Sums) -> tuple[Sums, ...]:
    """Add a fall; keep those that no other is below: who falls least is hardest to need."""
    if any(all(a <= b for a, b in zip(old, fall, strict=True)) for old in falls):
        return falls
    kept = [f for f in falls if any(a < b for a, b in zip(f, fall, strict=True))]
    return (*kept, fall)


def _from_behind(numbers: Sequence[int]) -> list[int]:
    """Add up the numbers from each position on."""
    return [*reversed(list(accumulate(reversed(numbers), initial=0)))]


def connected_by_size(
    selection: Selection, fixed: Sequence[int], links: Sequence[int]
) -> Iterator[Raised]:
    """List the minimal connected choices that win.

    Parameters
    ----------
    selection : Selection
        A choice of coalitions.
    fixed : sequence of int
        Vertices that are in from the start.
    links : sequence of int
        For every vertex the mask of its neighbours. The first vertices are the units.

    Yields
    ------
    tuple of (int, int)
        Units such that they and the fixed vertices hang together and win, and no smaller choice
        does. In order of size, then by the first unit in which two of them differ.

    Notes
    -----
    If a smaller connected choice wins, so does one from which a single unit has gone: a unit
    outside the smaller one at the end of a spanning tree. One test for each unit is enough.
    As in `minimal_by_size`, the search gives up after `MAX_IN_VAIN` branches in vain.

    References
    ----------
    .. [1] R. Axelrod, Conflict of Interest, Markham, 1970, chapter 8.
    """
    none: Sums = (0,) * len(selection.needs)
    upper = _Bounds(selection, lambda u: (u.yes, none))
    start = sum(1 << v for v in fixed)
    search = _Search()
    for size in range(upper.room[0] + 1):
        yield from _connected_of_size(selection, upper, start, links, size, search)


def _connected_of_size(
    selection: Selection,
    upper: _Bounds,
    start: int,
    links: Sequence[int],
    size: int,
    search: _Search,
) -> Iterator[Raised]:
    units, needs = selection.units, selection.needs
    gains = [u.yes or () for u in units]
    everybody = (1 << len(units)) - 1
    stack: list[tuple[int, int, int, Sums]] = [(0, size, start, (0,) * len(needs))]
    while stack:
        pos, left, chosen, sums = stack.pop()
        search.enter()
        if not left:
            if selection.wins(sums) and _hangs_together(chosen, links):
                inside = [u for u in range(len(units)) if chosen >> u & 1]
                for u in inside:
                    less = tuple(s - g for s, g in zip(sums, gains[u], strict=True))
                    if selection.wins(less) and _hangs_together(chosen & ~(1 << u), links):
                        break
                else:
                    search.found()
                    yield tuple((u, YES) for u in inside)
            continue
        if left > upper.room[pos]:
            continue
        high = upper.highest(pos, left)
        if not selection.wins([s + h for s, h in zip(sums, high, strict=True)]):
            continue
        ahead = everybody >> pos << pos
        if chosen:
            if chosen & ~_reached(chosen & -chosen, chosen | ahead, links):
                continue
            if selection.wins(sums) and _hangs_together(chosen, links):
                continue
        players = len(units[pos].players)
        stack.append((pos + 1, left, chosen, sums))
        if players <= left:
            more = tuple(s + g for s, g in zip(sums, gains[pos], strict=True))
            stack.append((pos + 1, left - players, chosen | 1 << pos, more))


def _reached(start: int, within: int, links: Sequence[int]) -> int:
    """Vertices that can be reached from some without leaving a set."""
    found, fresh = start, start
    while fresh:
        near = 0
        while fresh:
            lowest = fresh & -fresh
            near |= links[lowest.bit_length() - 1]
            fresh ^= lowest
        fresh = near & within & ~found
        found |= fresh
    return found


def _hangs_together(chosen: int, links: Sequence[int]) -> bool:
    """Whether a set of vertices is connected; the empty set is."""
    return not chosen & ~_reached(chosen & -chosen, chosen, links)
