"""Sums over all subsets of every coalition, and their inverse."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba.core.cgutils import ir  # type: ignore[attr-defined] # llvmlite, as numba has it
from numba.extending import intrinsic
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["transform"]

Floats = NDArray[np.float64]

LANES = 8  # doubles in one vector: the three lowest players
TILE = 64  # worths that registers hold: the six lowest players


def _tiling(_context: Any, source: Any, target: Any, first: Any, last: Any, sign: Any) -> Any:
    """Do the six lowest players of the worths from first to last, tile by tile, in registers.

    Within a vector a player is a shuffle; numba has no word for it.
    """
    signature = numba.void(source, target, first, last, sign)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = [
            context.make_array(kind)(context, builder, arg).data if hasattr(kind, "ndim") else arg
            for kind, arg in zip(signature.args, args, strict=True)
        ]
        _emit(builder, *data)
        return context.get_dummy_value()

    return signature, generate


def _emit(builder: Any, source: Any, target: Any, first: Any, last: Any, sign: Any) -> None:
    """Write the loop over the tiles."""
    whole, narrow = ir.IntType(64), ir.IntType(32)
    vector = ir.VectorType(ir.DoubleType(), LANES)
    lanes = ir.VectorType(narrow, LANES)
    nothing = vector([0.0] * LANES)
    signs = builder.insert_element(nothing, sign, narrow(0))
    signs = builder.shuffle_vector(signs, nothing, lanes([0] * LANES))

    def at(base: Any, x: Any, m: int) -> Any:
        place = builder.gep(base, [builder.add(x, whole(LANES * m))])
        return builder.bitcast(place, vector.as_pointer())

    def plus(value: Any, other: Any) -> Any:
        product = builder.fmul(signs, other, flags=("contract",))
        return builder.fadd(value, product, flags=("contract",))

    before = builder.block
    head, body, done = (builder.append_basic_block(name) for name in ("head", "body", "done"))
    builder.branch(head)
    builder.position_at_end(head)
    x = builder.phi(whole)
    x.add_incoming(first, before)
    builder.cbranch(builder.icmp_signed("<", x, last), body, done)

    builder.position_at_end(body)
    rows = [builder.load(at(source, x, m), align=8) for m in range(8)]
    for b in range(3):
        # The worth without the player where the player is in, else nothing.
        shift = [i - (1 << b) if i >> b & 1 else LANES for i in range(LANES)]
        rows = [plus(r, builder.shuffle_vector(r, nothing, lanes(shift))) for r in rows]
    for b in range(3):
        rows = [plus(r, rows[m - (1 << b)]) if m >> b & 1 else r for m, r in enumerate(rows)]
    for m, row in enumerate(rows):
        builder.store(row, at(target, x, m), align=8)
    x.add_incoming(builder.add(x, whole(TILE)), body)
    builder.branch(head)
    builder.position_at_end(done)


_tiles: Any = intrinsic(_tiling)


@kernel
def _eights(table: Floats, bit: int, sign: float) -> None:
    """Do the three players from bit on, eight rows at once."""
    for x in range(0, table.size, 8 * bit):
        r0 = table[x : x + bit]
        r1 = table[x + bit : x + 2 * bit]
        r2 = table[x + 2 * bit : x + 3 * bit]
        r3 = table[x + 3 * bit : x + 4 * bit]
        r4 = table[x + 4 * bit : x + 5 * bit]
        r5 = table[x + 5 * bit : x + 6 * bit]
        r6 = table[x + 6 * bit : x + 7 * bit]
        r7 = table[x + 7 * bit : x + 8 * bit]
        for y in range(bit):
            a0, a2, a4, a6 = r0[y], r2[y], r4[y], r6[y]
            a1 = r1[y] + sign * a0
            a3 = r3[y] + sign * a2
            a5 = r5[y] + sign * a4
            a7 = r7[y] + sign * a6
            a2 += sign * a0
            a3 += sign * a1
            a6 += sign * a4
            a7 += sign * a5
            r1[y] = a1
            r2[y] = a2
            r3[y] = a3
            r4[y] = a4 + sign * a0
            r5[y] = a5 + sign * a1
            r6[y] = a6 + sign * a2
            r7[y] = a7 + sign * a3


@kernel
def _ones(table: Floats, bit: int, sign: float) -> None:
    """Do one player."""
    for start in range(0, table.size, 2 * bit):
        low, high = table[start : start + bit], table[start + bit : start + 2 * bit]
        for y in range(bit):
            high[y] += sign * low[y]


@kernel
def transform(source: Floats, target: Floats, sign: float) -> None:
    """Add sign times the worth without a player to the worth with it, player after player.

    source and target (2**n,), which may be one array. Sign 1 gives the sum over all subsets,
    -1 inverts that.
    """
    size = source.size
    if size < TILE:
        for x in range(size):
            target[x] = source[x]
        bit = 1
        while bit < size:
            _ones(target, bit, sign)
            bit *= 2
        return
    # Besides the tiles three players at a time; those left over come first, in a near cache.
    left = size // TILE
    while left >= 8:
        left //= 8
    # Blocks within blocks: as many players as can be are done while a block is in a cache.
    near = min(size, left << 12)
    sizes = (near, min(size, near << 3), min(size, near << 6), min(size, near << 9), size)
    for x in range(0, size, near):
        end = x + near
        _tiles(source, target, x, end, sign)
        bit = TILE
        while bit < TILE * left:
            _ones(target[x:end], bit, sign)
            bit *= 2
        for block in sizes:
            if end % block:
                break
            part = target[end - block : end]
            while bit < block:
                _eights(part, bit, sign)
                bit *= 8
