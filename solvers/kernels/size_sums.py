"""Subset counts by size and sum of weights, modulo one word at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["count_below", "count_swings"]

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]


@kernel
def add_into(target: Words, source: Words, modulus: np.uint64) -> None:
    """Add source to target, modulo modulus; 0 stands for 2**64. They do not overlap."""
    if modulus == np.uint64(0):
        for x in range(target.size):
            target[x] += source[x]
    else:
        for x in range(target.size):
            a = target[x] + source[x]
            target[x] = min(a, a - modulus)


@kernel
def plus(a: np.uint64, b: np.uint64, modulus: np.uint64) -> np.uint64:
    """Give the sum of two remainders."""
    c = a + b
    if modulus != np.uint64(0) and c >= modulus:
        c -= modulus
    return c


@kernel
def minus(a: np.uint64, b: np.uint64, modulus: np.uint64) -> np.uint64:
    """Give the difference of two remainders."""
    if modulus != np.uint64(0) and a < b:
        return a + modulus - b
    return a - b


@kernel
def row_starts(heads: Ints, bound: Ints) -> Ints:
    """Place in the table where the sum 0 of every size would stand, for sizes that are asked for.

    The row of size s begins with the sum of the s lightest.
    """
    cells = bound.max()
    layers = 0
    for s in range(bound.size):
        if bound[s] > 0 and heads[s] < cells:
            layers = s + 1
    starts = np.empty(layers, np.int64)
    place = 0
    for s in range(layers):
        starts[s] = place - heads[s]
        place += cells - heads[s]
    return starts


@kernel
def fill(
    weights: Ints, heads: Ints, starts: Ints, cells: int, modulus: np.uint64, table: Words
) -> None:
    """Count subsets of size s with sum x in the cell starts[s] + x of table.

    weights rise; heads are their running sums, from 0. A player comes after all that are
    lighter, so few sums are reached early.
    """
    table[:] = 0
    table[0] = 1
    for j in range(weights.size):
        w = weights[j]
        if w >= cells:
            break
        for s in range(min(starts.size - 1, j + 1), 0, -1):
            low = heads[s - 1] + w
            high = min(cells, heads[j + 1] - heads[j + 1 - s] + 1)
            if low < high:
                source = table[starts[s - 1] + low - w : starts[s - 1] + high - w]
                add_into(table[starts[s] + low : starts[s] + high], source, modulus)


@kernel
def prefix_sums(heads: Ints, starts: Ints, cells: int, modulus: np.uint64, table: Words) -> None:
    """Replace every row by its running sums."""
    for s in range(starts.size):
        row = table[starts[s] + heads[s] : starts[s] + cells]
        total = np.uint64(0)
        for x in range(row.size):
            total = plus(total, row[x], modulus)
            row[x] = total


@kernel
def alternating(
    kinds: Ints,
    bound: Ints,
    heads: Ints,
    starts: Ints,
    modulus: np.uint64,
    table: Words,
    found: Words,
) -> None:
    """found[k, s]: subsets of size s with one given player of weight kinds[k], sum < bound[s].

    table holds running sums; a bound of 0 leaves found as it is.
    """
    for k in range(kinds.size):
        w = kinds[k]
        for s in range(1, bound.size):
            y = bound[s] - w
            value = np.uint64(0)
            for j in range(1, s + 1):
                if y <= 0:
                    break
                if s - j < starts.size and y > heads[s - j]:
                    term = table[starts[s - j] + y - 1]
                    value = plus(value, term, modulus) if j & 1 else minus(value, term, modulus)
                y -= w
            if bound[s] > 0:
                found[k, s] = value


@kernel
def count_below(
    weights: Ints, kinds: Ints, bound: Ints, moduli: Words, table: Words, found: Words
) -> None:
    """found[m, 0, s]: subsets of size s with a sum < bound[s], modulo moduli[m].

    found[m, k + 1, s]: those with one given player of weight kinds[k]. weights rise; table
    holds, for every size that is asked for and those below it, the sums from that of the
    lightest players to the largest bound, and is overwritten; where a bound is 0, found stays
    as it is.
    """
    heads = np.zeros(weights.size + 1, np.int64)
    for j in range(weights.size):
        heads[j + 1] = heads[j] + weights[j]
    cells = bound.max()
    starts = row_starts(heads, bound)
    for m in range(moduli.size):
        modulus = moduli[m]
        fill(weights, heads, starts, cells, modulus, table)
        prefix_sums(heads, starts, cells, modulus, table)
        for s in range(starts.size):
            if bound[s] > heads[s]:
                found[m, 0, s] = table[starts[s] + bound[s] - 1]
        alternating(kinds, bound, heads, starts, modulus, table, found[m, 1:])


@kernel
def add_three(target: Words, one: Words, two: Words, both: Words, modulus: np.uint64) -> None:
    """Add three sources to target, modulo modulus. None overlaps it."""
    if modulus == np.uint64(0):
        for x in range(target.size):
            target[x] += one[x] + two[x] + both[x]
    else:
        for x in range(target.size):
            a = target[x] + one[x]
            b = two[x] + both[x]
            a = min(a, a - modulus)
            b = min(b, b - modulus)
            a += b
            target[x] = min(a, a - modulus)


@kernel
def add_player(table: Words, w: int, reach: int, modulus: np.uint64, spare: Words) -> None:
    """table[x] += table[x - w] for x below reach."""
    # From the top, in blocks that do not overlap what they add; a copy where they would be short.
    high = reach
    if w < 256:
        while high > w:
            low = max(w, high - spare.size)
            copy = spare[: high - low]
            source = table[low - w : high - w]
            for x in range(copy.size):
                copy[x] = source[x]
            add_into(table[low:high], copy, modulus)
            high = low
    while high > w:
        low = max(w, high - w)
        add_into(table[low:high], table[low - w : high - w], modulus)
        high = low


@kernel
def add_pair(table: Words, w: int, v: int, reach: int, modulus: np.uint64) -> None:
    """table[x] += table[x - w] + table[x - v] + table[x - w - v] for x below reach; w <= v."""
    high = reach
    while high > w:
        low = max(w, high - w)
        for edge in (v, w + v):
            if low < edge < high:
                low = edge
        if low >= w + v:
            add_three(
                table[low:high],
                table[low - w : high - w],
                table[low - v : high - v],
                table[low - w - v : high - w - v],
                modulus,
            )
        else:
            if low >= v:
                add_into(table[low:high], table[low - v : high - v], modulus)
            add_into(table[low:high], table[low - w : high - w], modulus)
        high = low


@kernel
def add_players(table: Words, weights: Ints, reach: int, modulus: np.uint64, spare: Words) -> None:
    """table[x]: subsets with sum x, of those so far and players whose weights rise.

    reach is the end of what is not zero. Players go by two where they can: the table is read
    and written half as often.
    """
    cells = table.size
    j = 0
    n = weights.size
    while j < n and weights[j] < cells:
        w = weights[j]
        if j + 1 < n and w >= 256 and weights[j + 1] < cells:
            v = weights[j + 1]
            reach = min(cells, reach + w + v)
            add_pair(table, w, v, reach, modulus)
            j += 2
        else:
            reach = min(cells, reach + w)
            add_player(table, w, reach, modulus, spare)
            j += 1


@kernel
def running_sums(table: Words, modulus: np.uint64) -> None:
    """Replace the table by its running sums."""
    total = np.uint64(0)
    for x in range(table.size):
        total = plus(total, table[x], modulus)
        table[x] = total


@kernel
def swing_remainders(kinds: Ints, modulus: np.uint64, table: Words, found: Words) -> None:
    """found[0]: subsets with a sum below table.size; found[k + 1]: swings of weight kinds[k].

    table holds running sums. A swing is a subset without the player whose sum lies within the
    player's weight below table.size.
    """
    top = table.size
    found[0] = table[top - 1]
    for k in range(kinds.size):
        w = kinds[k]
        value = np.uint64(0)
        if w > 0:
            y = top
            even = True
            while y > 0:
                high = table[y - 1]
                low = table[y - w - 1] if y > w else np.uint64(0)
                step = minus(high, low, modulus)
                value = plus(value, step, modulus) if even else minus(value, step, modulus)
                even = not even
                y -= w
        found[k + 1] = value


@kernel
def carry_over(low: Words, high: Words, modulus: np.uint64, target: Words) -> None:
    """target: numbers below 2**126 modulo 2**63 - c, from those modulo 2**64 and 2**63 - 1.

    A number is low + 2**64 t. Modulo 2**63 - 1 that is low + 2 t, which gives t; modulo
    2**63 - c it is low + 2 c t.
    """
    first, half = np.uint64(2**63 - 1), np.uint64(2**62)
    times = 2 * int(np.uint64(2**63) - modulus)
    carried = np.empty(1024, np.uint64)
    for begin in range(0, target.size, carried.size):
        block = target[begin : begin + carried.size]
        part, other, t = low[begin:], high[begin:], carried[: block.size]
        for x in range(block.size):
            a = part[x]  # up to 2**64 - 1, so that it may take two steps
            b = min(a, a - first)
            b = min(b, b - first)
            c = other[x] - b
            c = min(c, c + first)
            c = (c >> np.uint64(1)) + (c & np.uint64(1)) * half
            t[x] = min(c, c - modulus)
            a = min(a, a - modulus)
            block[x] = min(a, a - modulus)
        for _ in range(times):
            add_into(block, t, modulus)


@kernel
def count_swings(
    weights: Ints, kinds: Ints, moduli: Words, shared: Ints, cells: int, room: Words, found: Words
) -> None:
    """found[m, 0, 0]: subsets with a sum < cells, modulo moduli[m].

    found[m, 0, k + 1]: swings of weight kinds[k]. weights rise. moduli are 0 for 2**64, then
    2**63 - 1 and others below it. shared says how many players are counted once for all moduli,
    at most 62, since their counts are less than any modulus; and how many at most twice, at most
    126, since theirs are less than the product of the first two. room (cells + what the shared
    players reach, + twice that for the second number, if it is larger) is overwritten.
    """
    one, two = shared
    spare = np.empty(min(cells, 2048), np.uint64)
    reach = min(cells, 1 + weights[:one].sum())
    wide = min(cells, 1 + weights[:two].sum())
    table, start = room[:cells], room[cells : cells + reach]
    low, high = room[cells + reach : cells + reach + wide], room[cells + reach + wide :]
    start[:] = 0
    start[0] = 1
    add_players(start, weights[:one], 1, np.uint64(0), spare)
    for m in range(moduli.size):
        modulus = moduli[m]
        if m > 1 and two > one:
            table[wide:] = 0
            carry_over(low, high, modulus, table[:wide])
        else:
            table[:reach] = start
            table[reach:] = 0
            add_players(table, weights[one:two], reach, modulus, spare)
            if two > one and m == 0:
                low[:] = table[:wide]
            elif two > one:
                high[:] = table[:wide]
        add_players(table, weights[two:], wide, modulus, spare)
        running_sums(table, modulus)
        swing_remainders(kinds, modulus, table, found[m, 0])
