"""Sums of a weighted table over the coalitions of each player, each worth read once in order."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core.cgutils import ir  # type: ignore[attr-defined] # llvmlite, as numba has it
from numba.extending import intrinsic
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = [
    "add_groups",
    "even_all",
    "even_shares",
    "joined",
    "shapley_all",
    "shapley_shares",
    "sums_of",
]

Floats = NDArray[np.float64]
F = TypeVar("F")

# Sums may be reordered, so that they run in vectors. NaN and infinity are kept.
SUMS = {"reassoc", "contract", "nsz", "arcp"}

LANES = 8  # doubles in one vector: the three lowest players
GROUP = 512  # worths of one group: the nine lowest players
AHEAD = 1536  # worths from a group to the one whose first row is fetched meanwhile
RUN = 128  # groups whose sums stay in registers
COLUMNS = 64  # running sums of a run by coalition of the first six players; three more follow
NEAR = 64  # sums that are few enough to be added with their rounding errors


def summing(func: F) -> F:
    """Compile as every kernel, with sums that may be reordered."""
    try:
        compiled = numba.njit(cache=True, nogil=True, fastmath=SUMS)(cast("Any", func))
    except RuntimeError:  # numba finds no folder that it can write to
        compiled = numba.njit(nogil=True, fastmath=SUMS)(cast("Any", func))
    return cast("F", compiled)


def _streaming(
    _context: Any, table: Any, weights: Any, first: Any, last: Any, sums: Any, rows: Any
) -> Any:
    """Add up groups first to last - 1, read in order, with all running sums in registers.

    numba turns loops into vectors, but keeps arrays of sums in memory: each worth would cost a
    load and a store besides its own load. Written as instructions, a group of 512 worths takes
    64 loads, 64 multiplications and 128 additions, and the memory is read as one stream.
    """
    signature = numba.void(table, weights, first, last, sums, rows)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = [
            context.make_array(kind)(context, builder, arg).data if hasattr(kind, "ndim") else arg
            for kind, arg in zip(signature.args, args, strict=True)
        ]
        _emit(builder, *data)
        return context.get_dummy_value()

    return signature, generate


def _emit(
    builder: Any, table: Any, weights: Any, first: Any, last: Any, sums: Any, rows: Any
) -> None:
    """Write the loop over the groups."""
    double, whole = ir.DoubleType(), ir.IntType(64)
    vector = ir.VectorType(double, LANES)
    nothing, byte, narrow = ir.VoidType(), ir.IntType(8).as_pointer(), ir.IntType(32)
    barrier = ir.FunctionType(nothing, [])

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

    fetch = builder.module.declare_intrinsic(
        "llvm.prefetch.p0", (), ir.FunctionType(nothing, [byte, narrow, narrow, narrow])
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
    for sums_ in running:
        sums_.add_incoming(vector([0.0] * LANES), before)
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
            if r == 0:  # the processor does not look beyond the page by itself
                ahead = builder.gep(table, [builder.add(start, whole(AHEAD + LANES * m))])
                builder.call(fetch, [builder.bitcast(ahead, byte), narrow(0), narrow(2), narrow(1)])
            worths = load(table, builder.add(start, whole(64 * r + LANES * m)))
            # Nothing passes this: loads that LLVM puts in another order are not foreseen by the
            # processor, which costs up to three times the time.
            builder.asm(barrier, "", "~{memory}", [], side_effect=True)
            product = builder.fmul(by_size[r.bit_count() + m.bit_count()], worths)
            columns[m] = builder.fadd(columns[m], product)
            products = [builder.fadd(products[0], product)] if m else [product]
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
    for sums_, now in zip(running, [*columns, *middle], strict=True):
        sums_.add_incoming(now, body)
    builder.branch(head)

    builder.position_at_end(done)
    for m in range(LANES):
        builder.store(running[m], at(sums, whole(LANES * m)), align=8)
    for b in range(3):
        builder.store(sum_of(running[LANES + b]), builder.gep(sums, [whole(COLUMNS + b)]))


_stream: Any = intrinsic(_streaming)


@kernel
def add_groups(
    table: Floats, weights: Floats, first: int, last: int, sums: Floats, rows: Floats
) -> None:
    """Add up groups first to last - 1 of 512 worths each.

    table (2**n,), n >= 9; weights (n - 2, 8) by number of members besides the first three
    players, and by coalition of these. Added to: sums (2, 67), by coalition of the first six and
    by member among the next three, with the rounding errors of adding up the runs in the second
    row. rows (2**(n - 9),) gets the sum of each group.
    """
    run = np.empty(sums.shape[1])
    high, low = sums[0], sums[1]
    for start in range(first, last, RUN):
        _stream(table, weights, start, min(start + RUN, last), run, rows)
        for k in range(run.size):
            total = high[k] + run[k]
            part = total - high[k]
            low[k] += (high[k] - (total - part)) + (run[k] - part)
            high[k] = total


@summing
def _plain_sum(terms: Floats) -> float:
    total = 0.0
    for k in range(terms.size):
        total += terms[k]
    return total


@kernel
def _plain_add(sums: Floats, terms: Floats) -> None:
    for k in range(sums.size):
        sums[k] += terms[k]


@kernel
def _fold(high: Floats, low: Floats, out: Floats, first: int, count: int) -> None:
    """Sum over the indices with bit b, for every bit b, into column first + b of out (2, n + 1).

    The first row gets the sums, the second what they lack. high (2**count,) is used up, as is low,
    what its numbers lack once only so few are left: min(2**count, 64).
    Before that, blocks are summed plainly and added with their rounding errors.
    """
    half = high.size >> 1
    for b in range(count - 1, -1, -1):
        total, lack = 0.0, 0.0
        if half >= NEAR:
            for start in range(half, 2 * half, NEAR):
                term = _plain_sum(high[start : start + NEAR])
                grown = total + term
                part = grown - total
                lack += (total - (grown - part)) + (term - part)
                total = grown
            _plain_add(high[:half], high[half : 2 * half])
        else:
            for x in range(half):
                own, term = high[x], high[half + x]
                grown = total + term
                part = grown - total
                lack += (total - (grown - part)) + (term - part) + low[half + x]
                total = grown
                grown = own + term
                part = grown - own
                low[x] += (own - (grown - part)) + (term - part) + low[half + x]
                high[x] = grown
        out[0, first + b] = total
        out[1, first + b] = lack
        half >>= 1


@kernel
def joined(sums: Floats, rows: Floats, out: Floats) -> None:
    """Join the sums of chunks, sums (chunks, 2, 67), in their order; rows is used up.

    out (2, n + 1) gets the sum over the coalitions of each player, then over all, in the first
    row, and what these lack in the second.
    """
    n = out.shape[1] - 1
    for c in range(1, sums.shape[0]):
        for k in range(sums.shape[2]):
            own, term = sums[0, 0, k], sums[c, 0, k]
            grown = own + term
            part = grown - own
            sums[0, 1, k] += (own - (grown - part)) + (term - part) + sums[c, 1, k]
            sums[0, 0, k] = grown
    high, low = sums[0, 0, :COLUMNS], sums[0, 1, :COLUMNS]
    _fold(high, low, out, 0, 6)
    for k in range(2):
        out[k, n] = sums[0, k, 0]
        for b in range(3):
            out[k, 6 + b] = sums[0, k, COLUMNS + b]
    _fold(rows, np.zeros(min(rows.size, NEAR)), out, 9, n - 9)


@kernel
def sums_of(table: Floats, weights: Floats, chunks: int, out: Floats) -> None:
    """Fill out (2, n + 1) as joined does; table and weights as for add_groups."""
    sums = np.zeros((chunks, 2, COLUMNS + 3))
    rows = np.empty(table.size // GROUP)
    length = rows.size // chunks
    for c in range(chunks):
        add_groups(table, weights, c * length, (c + 1) * length, sums[c], rows)
    joined(sums, rows, out)


@kernel
def shapley_shares(sums: Floats, grand: float, out: Floats) -> None:
    """Lower the sums, as joined gives them, all alike, so that out (n,) sums to grand."""
    # Twice: what the sums have in common may be a hundred times a share, and its mean is rounded.
    for i in range(out.size):
        out[i] = sums[0, i]
    for step in range(2):
        total = 0.0
        for i in range(out.size):
            total += out[i]
        surplus = (total - grand) / out.size
        for i in range(out.size):
            out[i] -= surplus
            if step == 0:
                out[i] += sums[1, i]


@kernel
def even_shares(sums: Floats, inside: float, everywhere: float, out: Floats) -> None:
    """Fill out (n,) with inside times the sum over own coalitions, plus everywhere over all."""
    n = out.size
    for i in range(n):
        lack = sums[1, i] * inside + sums[1, n] * everywhere
        out[i] = sums[0, i] * inside + sums[0, n] * everywhere + lack


@kernel
def shapley_all(table: Floats, weights: Floats, chunks: int, out: Floats) -> None:
    """Fill out (n,) with the shares of an efficient value."""
    sums = np.empty((2, out.size + 1))
    sums_of(table, weights, chunks, sums)
    shapley_shares(sums, table[table.size - 1], out)


@kernel
def even_all(
    table: Floats, ones: Floats, inside: float, everywhere: float, chunks: int, out: Floats
) -> None:
    """Fill out (n,) with the shares of a value with one weight for all sizes, ones that are 1."""
    sums = np.empty((2, out.size + 1))
    sums_of(table, ones, chunks, sums)
    even_shares(sums, inside, everywhere, out)
