"""Decide a batch of vote profiles under a rule whose leaf sums are packed into 64-bit words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.kernels._compile import kernel

__all__ = ["decide"]

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@kernel
def squeeze(eight: np.uint64) -> np.uint64:
    """Eight bytes of two bits each, lowest first, become sixteen bits."""
    two = (eight | eight >> np.uint64(6)) & np.uint64(0x000F000F000F000F)
    four = (two | two >> np.uint64(12)) & np.uint64(0x000000FF000000FF)
    return (four | four >> np.uint64(24)) & np.uint64(0xFFFF)


@kernel
def pack_levels(levels: Bytes, words: Words, first: int, count: int, packed: Words) -> bool:
    """Write levels[first : first + count] at two bits each into packed; False if one is above 3.

    levels (m,) is seen a second time, eight bytes a word, as words (m // 8,). first is a
    multiple of 32. packed has room for two words beyond the last level; they are made zero.
    """
    seen = np.uint64(0)
    quads = count // 32
    part = words[first // 8 : first // 8 + 4 * quads]
    for k in range(quads):
        a, b, c, d = part[4 * k], part[4 * k + 1], part[4 * k + 2], part[4 * k + 3]
        seen |= a | b | c | d
        packed[k] = (
            squeeze(a)
            | squeeze(b) << np.uint64(16)
            | squeeze(c) << np.uint64(32)
            | squeeze(d) << np.uint64(48)
        )
    packed[quads] = 0
    packed[quads + 1] = 0
    for k in range(32 * quads, count):
        level = np.uint64(levels[first + k])
        seen |= level
        packed[quads] |= level << np.uint64(2 * (k % 32))
    return bool(seen & np.uint64(0xFCFCFCFCFCFCFCFC) == 0)


@kernel
def add_scores(
    packed: Words, rows: int, n: int, span: int, tables: Words, window: Words, scores: Words
) -> None:
    """scores[w, r] += the packed leaf sums of row r.

    packed holds rows * n levels of two bits; tables (W, chunks, 4**span) the sums of every
    combination of span neighbouring levels; window (rows or more,) is room to work in; scores
    is (W or more, rows or more). A window is 64 bits, so 32 // span look-ups, of one row; rows
    run innermost, so that one small table stays in the cache, and look-ups go by three, which
    saves two in three updates of a score.
    """
    chunks = tables.shape[1]
    per_window = 32 // span
    code = np.uint64(4**span - 1)
    for first in range(0, chunks, per_window):
        for r in range(rows):
            bit = 2 * (r * n + first * span)
            shift = np.uint64(bit & 63)
            at = bit >> 6
            high = packed[at + 1] << np.uint64(1) << (np.uint64(63) - shift)
            window[r] = packed[at] >> shift | high
        last = min(first + per_window, chunks)
        for w in range(tables.shape[0]):
            row = scores[w]
            c = first
            while c < last - 2:
                s0 = np.uint64(2 * span * (c - first))
                s1 = s0 + np.uint64(2 * span)
                s2 = s1 + np.uint64(2 * span)
                t0, t1, t2 = tables[w, c], tables[w, c + 1], tables[w, c + 2]
                for r in range(rows):
                    x = window[r]
                    row[r] += t0[x >> s0 & code] + t1[x >> s1 & code] + t2[x >> s2 & code]
                c += 3
            while c < last:
                s0 = np.uint64(2 * span * (c - first))
                t0 = tables[w, c]
                for r in range(rows):
                    row[r] += t0[window[r] >> s0 & code]
                c += 1


@kernel
def decide(
    levels: Bytes,
    words: Words,
    n: int,
    span: int,
    tables: Words,
    start: Words,
    term_word: Ints,
    term_mask: Words,
    term_end: Ints,
    is_any: Flags,
    block: int,
    result: Flags,
) -> bool:
    """Fill result (m,) with the decision of every row; False if some level is above 3.

    levels (m * n,) holds the profiles, row after row, and words the same bytes, eight a word
    (little endian, the last m * n % 8 left out). span to is_any are the fields of PackedRule;
    block, a multiple of 32, is how many rows are worked on at a time.
    """
    n_words = tables.shape[0]
    nodes = term_end.size
    one = np.uint64(1)
    packed = np.empty(block * n // 32 + 2, np.uint64)
    window = np.empty(block, np.uint64)
    scores = np.empty((n_words + (nodes + 63) // 64, block), np.uint64)
    test = np.empty(block, np.uint64)
    for first in range(0, result.size, block):
        rows = min(block, result.size - first)
        if not pack_levels(levels, words, first * n, rows * n, packed):
            return False
        for w in range(n_words):
            scores[w, :rows] = start[w]
        scores[n_words:, :rows] = 0
        add_scores(packed, rows, n, span, tables, window, scores)
        k = 0
        for node in range(nodes):
            # An OR looks for a bit that is set, an AND for one that is not: flip, then look.
            want = is_any[node]
            flip = np.uint64(0) if want else ~np.uint64(0)
            test[:rows] = 0
            while k < term_end[node]:
                mask = term_mask[k]
                score = scores[term_word[k]]
                for r in range(rows):
                    test[r] |= (score[r] ^ flip) & mask
                k += 1
            bit = np.uint64(node % 64)
            into = scores[n_words + node // 64]
            for r in range(rows):
                into[r] |= np.uint64((test[r] != 0) == want) << bit
        root = scores[n_words + (nodes - 1) // 64]
        bit = np.uint64((nodes - 1) % 64)
        out = result[first : first + rows]
        for r in range(rows):
            out[r] = (root[r] >> bit & one) != 0
    return True
