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


def _data(context: Any, builder: Any, signature: Any, args: Any) -> list[Any]:
    """Take numbers as they are, and of arrays the address."""
    return [
        context.make_array(kind)(context, builder, arg).data if hasattr(kind, "ndim") else arg
        for kind, arg in zip(signature.args, args, strict=True)
    ]


def _plus(builder: Any, sign: Any) -> Any:
    """Make a sum of vectors, of which the second is taken times the sign."""
    nothing = ir.VectorType(ir.DoubleType(), LANES)([0.0] * LANES)
    signs = builder.insert_element(nothing, sign, ir.IntType(32)(0))
    lanes = ir.VectorType(ir.IntType(32), LANES)([0] * LANES)
    signs = builder.shuffle_vector(signs, nothing, lanes)

    def plus(value: Any, other: Any) -> Any:
        product = builder.fmul(signs, other, flags=("contract",))
        return builder.fadd(value, product, flags=("contract",))

    return plus


def _loop(builder: Any, last: Any, step: int, write: Any) -> None:
    """Write a loop from 0 to below last; write puts down its body, for a given index."""
    whole = ir.IntType(64)
    before = builder.block
    head, body, done = (builder.append_basic_block(name) for name in ("head", "body", "done"))
    builder.branch(head)
    builder.position_at_end(head)
    x = builder.phi(whole)
    x.add_incoming(whole(0), before)
    builder.cbranch(builder.icmp_signed("<", x, last), body, done)
    builder.position_at_end(body)
    write(x)
    x.add_incoming(builder.add(x, whole(step)), body)
    builder.branch(head)
    builder.position_at_end(done)


def _tiling(
    _context: Any, source: Any, first: Any, target: Any, start: Any, count: Any, sign: Any
) -> Any:
    """Do the six lowest players of count worths, tile by tile, in registers.

    They begin at source[first], and go to target[start]. Within a vector a player is a shuffle;
    numba has no word for it.
    """
    signature = numba.void(source, first, target, start, count, sign)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_tiles(builder, *_data(context, builder, signature, args))
        return context.get_dummy_value()

    return signature, generate


def _emit_tiles(
    builder: Any, source: Any, first: Any, target: Any, start: Any, count: Any, sign: Any
) -> None:
    """Write the loop over the tiles."""
    whole = ir.IntType(64)
    vector = ir.VectorType(ir.DoubleType(), LANES)
    lanes = ir.VectorType(ir.IntType(32), LANES)
    nothing = vector([0.0] * LANES)
    plus = _plus(builder, sign)
    source, target = builder.gep(source, [first]), builder.gep(target, [start])

    def at(base: Any, x: Any, m: int) -> Any:
        place = builder.gep(base, [builder.add(x, whole(LANES * m))])
        return builder.bitcast(place, vector.as_pointer())

    def tile(x: Any) -> None:
        rows = [builder.load(at(source, x, m), align=8) for m in range(8)]
        for b in range(3):
            # The worth without the player where the player is in, else nothing.
            shift = [i - (1 << b) if i >> b & 1 else LANES for i in range(LANES)]
            rows = [plus(r, builder.shuffle_vector(r, nothing, lanes(shift))) for r in rows]
        for b in range(3):
            rows = [plus(r, rows[m - (1 << b)]) if m >> b & 1 else r for m, r in enumerate(rows)]
        for m, row in enumerate(rows):
            builder.store(row, at(target, x, m), align=8)

    _loop(builder, count, TILE, tile)


_tiles: Any = intrinsic(_tiling)


def _cubing(
    _context: Any,
    source: Any,
    first: Any,
    step: Any,
    target: Any,
    start: Any,
    stride: Any,
    count: Any,
    sign: Any,
) -> Any:
    """Do three players at once: eight rows, a step apart, go to rows a stride apart.

    A row has count worths; the first begins at source[first], and goes to target[start].
    """
    signature = numba.void(source, first, step, target, start, stride, count, sign)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_cubes(builder, *_data(context, builder, signature, args))
        return context.get_dummy_value()

    return signature, generate


def _emit_cubes(
    builder: Any,
    source: Any,
    first: Any,
    step: Any,
    target: Any,
    start: Any,
    stride: Any,
    count: Any,
    sign: Any,
) -> None:
    """Write the loop over the vectors of a row."""
    vector = ir.VectorType(ir.DoubleType(), LANES)
    plus = _plus(builder, sign)

    def rows_of(base: Any, offset: Any, distance: Any) -> list[Any]:
        places = [builder.gep(base, [offset])]
        for _ in range(7):
            places.append(builder.gep(places[-1], [distance]))
        return places

    inputs, outputs = rows_of(source, first, step), rows_of(target, start, stride)

    def at(base: Any, y: Any) -> Any:
        return builder.bitcast(builder.gep(base, [y]), vector.as_pointer())

    def cube(y: Any) -> None:
        rows = [builder.load(at(base, y), align=8) for base in inputs]
        for b in range(3):
            rows = [plus(r, rows[m - (1 << b)]) if m >> b & 1 else r for m, r in enumerate(rows)]
        for base, row in zip(outputs, rows, strict=True):
            builder.store(row, at(base, y), align=8)

    _loop(builder, count, LANES, cube)


_cubes: Any = intrinsic(_cubing)


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
    near = min(size, 8 * TILE * left)
    for x in range(0, size, near):
        _tiles(source, x, target, x, near, sign)
        bit = TILE
        while bit < TILE * left:
            _ones(target[x : x + near], bit, sign)
            bit *= 2
        end = x + near
        while 8 * bit <= size and end % (8 * bit) == 0:
            first = end - 8 * bit
            _cubes(target, first, bit, target, first, bit, bit, sign)
            bit *= 8
