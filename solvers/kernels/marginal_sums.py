"""Sums of a weighted table over the coalitions of each player, each worth read once in order."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core.cgutils import ir  # type: ignore[attr-defined] # llvmlite, as numba has it
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["add_groups", "even_all", "finish", "shapley_all", "weighted_all"]

Floats = NDArray[np.float64]
F = TypeVar("F")

# Sums may be reordered, so that they run in vectors. NaN and infinity are kept.
SUMS = {"reassoc", "contract", "nsz", "arcp"}

LANES = 8  # doubles in one vector: the three lowest players
GROUP = 512  # worths of one group: the nine lowest players
RUN = 128  # groups that are added up before they join the column


def summing(func: F) -> F:
    """Compile as every kernel, with sums that may be reordered."""
    try:
        compiled = numba.njit(cache=True, nogil=True, fastmath=SUMS)(cast("Any", func))
    except RuntimeError:  # numba finds no folder that it can write to
        compiled = numba.njit(nogil=True, fastmath=SUMS)(cast("Any", func))
    return cast("F", compiled)


def _streaming(
    _context: Any, table: Any, weights: Any, first: Any, last: Any, low: Any, mid: Any, rows: Any
) -> Any:
    """Add up groups first to last - 1, read in order, with all running sums in registers.

    numba turns loops into vectors, but keeps arrays of sums in memory: each worth would cost a
    load and a store besides its own load. Written as instructions, a group of 512 worths takes
    64 loads and 128 multiplications with addition, and the memory is read as one stream.
    """
    signature = numba.void(table, weights, first, last, low, mid, rows)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = [
            context.make_array(kind)(context, builder, arg).data if hasattr(kind, "ndim") else arg
            for kind, arg in zip(signature.args, args, strict=True)
        ]
        _emit(builder, *data)
        return context.get_dummy_value()

    return signature, generate


def _emit(
    builder: Any, table: Any, weights: Any, first: Any, last: Any, low: Any, mid: Any, rows: Any
) -> None:
    """Write the loop over the groups."""
    double, whole = ir.DoubleType(), ir.IntType(64)
    vector = ir.VectorType(double, LANES)
    fused = ("contract",)

    def at(base: Any, offset: Any) -> Any:
        return builder.bitcast(builder.gep(base, [offset]), vector.as_pointer())

    def load(base: Any, offset: Any) -> Any:
        return builder.load(at(base, offset), align=8)

    def add(*terms: Any) -> Any:
        total = terms[0]
        for term in terms[1:]:
            total = builder.fadd(total, term)
        return total

    across = builder.module.declare_intrinsic(
        "llvm.vector.reduce.fadd.v8f64", (), ir.FunctionType(double, [double, vector])
    )

    def sum_of(lanes: Any) -> Any:
        return builder.call(across, [double(-0.0), lanes], fastmath=("reassoc",))

    before = builder.block
    head, body, done = (builder.append_basic_block(name) for name in ("head", "body", "done"))
    builder.branch(head)
    builder.position_at_end(head)
    group = builder.phi(whole)
    group.add_incoming(first, before)
    running = [builder.phi(vector) for _ in range(LANES + 3)]
    for sums in running:
        sums.add_incoming(vector([0.0] * LANES), before)
    builder.cbranch(builder.icmp_signed("<", group, last), body, done)

    builder.position_at_end(body)
    size = builder.mul(builder.ctpop(group), whole(LANES))
    by_size = [load(weights, builder.add(size, whole(LANES * t))) for t in range(7)]
    start = builder.mul(group, whole(GROUP))
    columns = running[:LANES]
    by_row = []
    for r in range(8):
        products: list[Any] = []
        for m in range(8):
            worths = load(table, builder.add(start, whole(64 * r + LANES * m)))
            weight = by_size[r.bit_count() + m.bit_count()]
            product = builder.fmul(weight, worths, flags=fused)
            columns[m] = builder.fadd(columns[m], product, flags=fused)
            products = [builder.fadd(products[0], product, flags=fused)] if m else [product]
        by_row.append(products[0])
    p0, p1, p2, p3, p4, p5, p6, p7 = by_row
    last_two, upper = add(p6, p7), add(p4, p5)
    middle = [
        add(running[LANES], add(add(p1, p3), add(p5, p7))),
        add(running[LANES + 1], add(add(p2, p3), last_two)),
        add(running[LANES + 2], add(upper, last_two)),
    ]
    all_rows = add(add(add(p0, p1), add(p2, p3)), add(upper, last_two))
    builder.store(sum_of(all_rows), builder.gep(rows, [group]))
    group.add_incoming(builder.add(group, whole(1)), body)
    for sums, now in zip(running, [*columns, *middle], strict=True):
        sums.add_incoming(now, body)
    builder.branch(head)

    builder.position_at_end(done)
    for m in range(LANES):
        here = at(low, whole(LANES * m))
        builder.store(builder.fadd(builder.load(here, align=8), running[m]), here, align=8)
    for b in range(3):
        place = builder.gep(mid, [whole(b)])
        builder.store(builder.fadd(builder.load(place), sum_of(running[LANES + b])), place)


_stream: Any = intrinsic(_streaming)


@summing
def add_groups(
    table: Floats, weights: Floats, first: int, last: int, low: Floats, mid: Floats, rows: Floats
) -> None:
    """Add up groups first to last - 1 of 512 worths each.

    table (2**n,), n >= 9; weights (n - 2, 8) by number of members besides the first three
    players, and by coalition of these. Added to: low (64,), by coalition of the first six, and
    mid (3,), by member among the next three. rows (2**(n - 9),) gets the sum of each group.
    """
    for start in range(first, last, RUN):
        _stream(table, weights, start, min(start + RUN, last), low, mid, rows)


@summing
def fold(sums: Floats, out: Floats) -> float:
    """Sum over the indices with bit b, for every bit; sums (2**b,) is used up, out (b,).

    Returns the sum of all.
    """
    half = sums.size >> 1
    for b in range(out.size - 1, -1, -1):
        low, high = sums[:half], sums[half : 2 * half]
        with_bit = 0.0
        for x in range(half):
            with_bit += high[x]
            low[x] += high[x]
        out[b] = with_bit
        half >>= 1
    return sums[0]  # type: ignore[no-any-return] # a double


@summing
def finish(low: Floats, mid: Floats, rows: Floats, out: Floats) -> float:
    """Join the sums of chunks, low (chunks, 64) and mid (chunks, 3), in their order.

    rows (2**(n - 9),) is used up; out (n,) gets the sum over the coalitions of each player.
    Returns the sum over all.
    """
    for c in range(1, low.shape[0]):
        for x in range(64):
            low[0, x] += low[c, x]
        for b in range(3):
            mid[0, b] += mid[c, b]
    for b in range(3):
        out[6 + b] = mid[0, b]
    fold(rows, out[9:])
    return fold(low[0], out[:6])


@summing
def weighted_all(table: Floats, weights: Floats, out: Floats) -> float:
    """Fill out (n,) with sum of weight times worth over the coalitions of each player.

    table and weights as for add_groups. Returns the sum over all coalitions.
    """
    low = np.zeros((1, 64))
    mid = np.zeros((1, 3))
    rows = np.empty(table.size // GROUP)
    add_groups(table, weights, 0, rows.size, low[0], mid[0], rows)
    return finish(low, mid, rows, out)


@summing
def shapley_all(table: Floats, weights: Floats, out: Floats) -> None:
    """Fill out (n,) with the sums of weighted_all, all lowered alike so that they sum to v(N)."""
    weighted_all(table, weights, out)
    total = 0.0
    for i in range(out.size):
        total += out[i]
    surplus = (total - table[table.size - 1]) / out.size
    for i in range(out.size):
        out[i] -= surplus


@summing
def even_all(table: Floats, ones: Floats, inside: float, everywhere: float, out: Floats) -> None:
    """Fill out (n,) with inside times the sum over own coalitions, plus everywhere times over all.

    ones are weights of weighted_all that are all 1.
    """
    total = weighted_all(table, ones, out)
    for i in range(out.size):
        out[i] = out[i] * inside + total * everywhere
