"""Minimum cut of a dense network by shortest augmenting paths in levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["source_side"]

Ints = NDArray[np.int64]


@kernel
def source_side(rest: Ints, source: int, sink: int, level: Ints, arc: Ints, path: Ints) -> None:
    """Push a maximum flow; level is at least 0 on the smallest source side of a minimum cut.

    rest: (n, n) capacities, changed to what is left; level, arc, path: (n,) room to work in.
    """
    n = rest.shape[0]
    while True:
        level[:] = -1
        level[source] = 0
        path[0] = source
        filled = 1
        head = 0
        while head < filled:
            i = path[head]
            head += 1
            for j in range(n):
                if level[j] < 0 and rest[i, j] > 0:
                    level[j] = level[i] + 1
                    path[filled] = j
                    filled += 1
        if level[sink] < 0:
            return
        arc[:] = 0
        path[0] = source
        depth = 0
        while True:
            i = path[depth]
            if i == sink:
                flow = rest[path[0], path[1]]
                for k in range(1, depth):
                    flow = min(flow, rest[path[k], path[k + 1]])
                first = depth
                for k in range(depth - 1, -1, -1):
                    a = path[k]
                    b = path[k + 1]
                    rest[a, b] -= flow
                    rest[b, a] += flow
                    if rest[a, b] == 0:
                        first = k
                depth = first
                continue
            while arc[i] < n:
                j = arc[i]
                if rest[i, j] > 0 and level[j] == level[i] + 1:
                    break
                arc[i] += 1
            if arc[i] < n:
                depth += 1
                path[depth] = arc[i]
            elif i == source:
                break
            else:
                depth -= 1
                arc[path[depth]] += 1
