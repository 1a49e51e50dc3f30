"""Depth-first listing of coalitions of a weighted game as masks, the last players by table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["fill", "fill_sized", "tail_lists"]

Ints = NDArray[np.int64]


@kernel
def tail_lists(first: Ints, last: Ints, masks: Ints, place: Ints, lists: Ints) -> None:
    """Write each mask into the lists of the levels first[t] to last[t], the last one excluded.

    place (L,) says where the list of each level begins in lists; it is moved to where it ends.
    """
    for t in range(masks.size):
        mask = masks[t]
        for k in range(first[t], last[t]):
            lists[place[k]] = mask
            place[k] += 1


@kernel
def fill(
    weights: Ints,
    bits: Ints,
    rest: Ints,
    head: int,
    levels: Ints,
    jump: Ints,
    shift: int,
    starts: Ints,
    lists: Ints,
    state: Ints,
    out: Ints,
) -> int:
    """Write the next masks to out; return how many. Fewer than out.size: that was the last.

    weights (n,) fall; bits (n,) are the masks of single players; rest (n + 1,) the sums of the
    weights from a position on. Players from head on are completed from the table of tail_lists;
    jump[k] is the first level that is k << shift or more.
    state (3 + 2 + 2 * head,): depth, next position, need; begin and end of a list being copied;
    then the positions chosen so far and the masks before each of them.
    """
    count = 0
    depth, pos, need = state[0], state[1], state[2]
    begin, end = state[3], state[4]
    chosen = state[5 : 5 + head]
    prefix = state[5 + head : 5 + 2 * head + 1]
    room = out.size
    while True:
        if begin < end:
            take = min(end - begin, room - count)
            mask = prefix[depth]
            target = out[count : count + take]
            source = lists[begin : begin + take]
            for k in range(take):
                target[k] = source[k] | mask
            count += take
            begin += take
            if begin < end:
                break
        # A position below the head that still can win, or a completed list: go on from here.
        if pos < head and rest[pos] >= need:
            if weights[pos] >= need:
                if count == room:
                    break
                out[count] = prefix[depth] | bits[pos]
                count += 1
                pos += 1
            else:
                chosen[depth] = pos
                prefix[depth + 1] = prefix[depth] | bits[pos]
                need -= weights[pos]
                depth += 1
                pos += 1
            continue
        if pos == head and rest[pos] >= need and need > 0:
            level = jump[need >> shift]  # the first that is not below the need; there is one
            while levels[level] < need:
                level += 1
            begin, end = starts[level], starts[level + 1]
            pos = head + 1
            continue
        if depth == 0:
            depth = -1
            break
        depth -= 1
        pos = chosen[depth]
        need += weights[pos]
        pos += 1
    state[0], state[1], state[2], state[3], state[4] = depth, pos, need, begin, end
    return count


@kernel
def fill_sized(
    weights: Ints,
    bits: Ints,
    rest: Ints,
    head: int,
    size: int,
    least: int,
    below: int,
    mode: int,
    sums: Ints,
    low: Ints,
    masks: Ints,
    blocks: Ints,
    levels: Ints,
    level_start: Ints,
    starts: Ints,
    lists: Ints,
    state: Ints,
    out: Ints,
) -> int:
    """Write the next masks of size players to out; return how many, fewer than out.size at the end.

    Wanted are the coalitions whose weights sum to least or more, and to less than below when the
    last player goes. weights, bits, rest, head and state are as in fill, state[2] being the sum
    so far. The tail masks of c players stand at blocks[c] to blocks[c + 1] in masks, and so do
    sums and low, the sum without the last player. mode says which part of a block is wanted:
    0 a beginning with sums falling; 1 a beginning with low rising; 2 the list of a level of need
    (levels from level_start[c] on, starts and lists as in tail_lists); 3 what passes both tests.
    """
    n = weights.size
    count = 0
    depth, pos, total = state[0], state[1], state[2]
    begin, end = state[3], state[4]
    chosen = state[5 : 5 + head]
    prefix = state[5 + head : 5 + 2 * head + 1]
    room = out.size
    source = lists if mode == 2 else masks
    while True:
        if begin < end:
            mask = prefix[depth]
            if mode == 3:
                while begin < end and count < room:
                    if total + sums[begin] >= least and total + low[begin] < below:
                        out[count] = masks[begin] | mask
                        count += 1
                    begin += 1
            else:
                take = min(end - begin, room - count)
                target = out[count : count + take]
                part = source[begin : begin + take]
                for k in range(take):
                    target[k] = part[k] | mask
                count += take
                begin += take
            if begin < end:
                break
        left = size - depth
        if left == 0:
            if pos <= head:
                good = total >= least and (depth == 0 or total - weights[chosen[depth - 1]] < below)
                if good:
                    if count == room:
                        break
                    out[count] = prefix[depth]
                    count += 1
                pos = head + 1
        elif pos <= head and pos + left <= n:
            highest = total + rest[pos] - rest[pos + left]
            lowest = total + rest[n - left] - weights[n - 1]
            if highest >= least and lowest < below:
                if pos < head:
                    chosen[depth] = pos
                    prefix[depth + 1] = prefix[depth] | bits[pos]
                    total += weights[pos]
                    depth += 1
                    pos += 1
                    continue
                begin, end = blocks[left], blocks[left + 1]
                if mode == 0:
                    first, last = begin, end
                    while first < last:
                        mid = (first + last) >> 1
                        if total + sums[mid] >= least:
                            first = mid + 1
                        else:
                            last = mid
                    end = first
                elif mode == 1:
                    first, last = begin, end
                    while first < last:
                        mid = (first + last) >> 1
                        if total + low[mid] < below:
                            first = mid + 1
                        else:
                            last = mid
                    end = first
                elif mode == 2:
                    first, last = level_start[left], level_start[left + 1]
                    stop = last
                    while first < last:
                        mid = (first + last) >> 1
                        if total + levels[mid] < least:
                            first = mid + 1
                        else:
                            last = mid
                    begin, end = 0, 0
                    if first < stop and total < least:
                        begin, end = starts[first], starts[first + 1]
                pos = head + 1
                continue
        if depth == 0:
            depth = -1
            break
        depth -= 1
        pos = chosen[depth]
        total -= weights[pos]
        pos += 1
    state[0], state[1], state[2], state[3], state[4] = depth, pos, total, begin, end
    return count
