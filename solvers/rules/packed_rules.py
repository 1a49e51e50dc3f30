"""A decision rule packed for batches: many leaf sums side by side in one 64-bit word.

The sum of a leaf minus its least possible value lies between 0 and the leaf's range. It takes a
field of a word just wide enough that, started at a suitable offset, its top bit is set exactly
when the leaf holds. Fields never carry into each other, so one addition advances every leaf of a
word, and one table look-up gives what five neighbouring members add to all of them. The nodes of
the tree are then masks on these top bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from solvers.rules.rule import AllOf, AnyOf, Quota

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from solvers.rules.rule import Node, Rule

__all__ = ["PackedRule", "pack_rule"]

WORD_BITS = 64
MAX_TABLE = 2**20  # words; beyond it, tables of fewer neighbours, which stay in the cache


@dataclass(frozen=True, eq=False)
class PackedRule:
    """What :mod:`solvers.rules.evaluation` runs on a batch of profiles.

    Parameters
    ----------
    span : int
        How many neighbouring members one table look-up covers.
    start : ndarray of uint64, shape (W,)
        Every word before a vote is added.
    tables : ndarray of uint64, shape (W, chunks, 4**span)
        ``tables[w, c, code]`` is what members ``c * span`` to ``c * span + span - 1`` add to word
        ``w`` when their levels are the base-4 digits of ``code``, lowest first.
    term_word, term_mask : ndarray of int64 and of uint64, shape (T,)
        The parts of all nodes, node after node: the bits ``mask`` of word ``word``. Words from
        ``W`` on hold the results of earlier nodes, 64 a word.
    term_end : ndarray of int64, shape (nodes,)
        One past the last term of every node; the last node is the root.
    is_any : ndarray of bool, shape (nodes,)
        Whether one set bit is enough for the node; else all must be set.
    """

    span: int
    start: NDArray[np.uint64]
    tables: NDArray[np.uint64]
    term_word: NDArray[np.int64]
    term_mask: NDArray[np.uint64]
    term_end: NDArray[np.int64]
    is_any: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False  # a packing is remembered and shared


@dataclass(frozen=True)
class _Field:
    """A leaf written as non-negative gains that must reach a need; zeros where it is constant."""

    gains: tuple[tuple[int, int, int, int], ...]
    need: int
    reach: int

    @property
    def width(self) -> int:
        return self.reach.bit_length() + 1


@lru_cache(maxsize=32)
def pack_rule(rule: Rule) -> PackedRule | None:
    """Pack a rule; the packing of the rules used last is remembered.

    Parameters
    ----------
    rule : Rule
        Any tree, of at least one member.

    Returns
    -------
    PackedRule or None
        None when the sum of some leaf could span 2**63 or more, which no word can hold.

    Notes
    -----
    Time and memory O(W n), where the number of words W is at most the number of different leaves.

    References
    ----------
    .. [1] L. Lamport, "Multiple byte processing with full-word instructions", Communications
       of the ACM 18 (1975), pp. 471-475.
    """
    fields = {leaf: _field(leaf) for leaf in rule.leaves()}
    if any(field.width > WORD_BITS for field in fields.values()):
        return None
    places = _place(set(fields.values()))
    n_words = 1 + max((word for word, _ in places.values()), default=0)
    span = 5
    while span > 2 and n_words * 4**span * -(-rule.n_players // span) > MAX_TABLE:
        span -= 1
    chunks = -(-rule.n_players // span)
    start = [0] * n_words
    gains = np.zeros((n_words, chunks * span, 4), np.uint64)
    for field, (word, shift) in places.items():
        start[word] += (1 << field.width - 1) - field.need << shift
        row = [[gain << shift for gain in member] for member in field.gains]
        gains[word, : rule.n_players] += np.array(row, np.uint64)
    nodes = list(_nodes(rule.root))
    tops = {leaf: _top(field, *places[field]) for leaf, field in fields.items()}
    terms = [_terms(parts, tops, n_words) for _, parts in nodes]
    flat = [term for node in terms for term in node.items()]
    return PackedRule(
        span,
        np.array(start, np.uint64),
        _tables(gains.reshape(n_words, chunks, span, 4)),
        np.array([word for word, _ in flat], np.int64),
        np.array([mask for _, mask in flat], np.uint64),
        np.cumsum([len(node) for node in terms], dtype=np.int64),
        np.array([is_any for is_any, _ in nodes], np.bool_),
    )


def _field(leaf: Quota) -> _Field:
    levels = list(zip(leaf.no, leaf.abstain, leaf.yes, (0,) * len(leaf.no), strict=True))
    least = [min(member) for member in levels]
    gains = [tuple(v - low for v in m) for m, low in zip(levels, least, strict=True)]
    unit = gcd(*(v for member in gains for v in member)) or 1
    scaled = tuple((a // unit, b // unit, c // unit, d // unit) for a, b, c, d in gains)
    reach = sum(max(member) for member in scaled)
    need = -((sum(least) - leaf.threshold) // unit)  # rounded up: sums are multiples of the unit
    return _Field(scaled, min(max(need, 0), reach + 1), reach)


def _place(fields: set[_Field]) -> dict[_Field, tuple[int, int]]:
    """Give every field a word and a shift: the widest first, each where it first fits."""
    places: dict[_Field, tuple[int, int]] = {}
    used: list[int] = []
    for field in sorted(fields, key=lambda f: (-f.width, f.need, f.gains)):
        word = next((w for w, bits in enumerate(used) if bits + field.width <= WORD_BITS), None)
        if word is None:
            word = len(used)
            used.append(0)
        places[field] = (word, used[word])
        used[word] += field.width
    return places


def _top(field: _Field, word: int, shift: int) -> tuple[int, int]:
    return word, 1 << shift + field.width - 1


def _nodes(root: Node) -> Iterator[tuple[bool, list[Quota | int]]]:
    """Yield whether a node is an AnyOf, and its parts: leaves, or the numbers of earlier nodes."""
    count = 0

    def visit(node: AllOf | AnyOf) -> Iterator[tuple[bool, list[Quota | int]]]:
        nonlocal count
        parts: list[Quota | int] = []
        waiting = list(node.parts)
        for part in waiting:
            if isinstance(part, Quota):
                parts.append(part)
            elif type(part) is type(node):
                waiting.extend(part.parts)  # an AND inside an AND is the same AND
            else:
                yield from visit(part)
                parts.append(count - 1)
        count += 1
        yield isinstance(node, AnyOf), parts

    yield from visit(AllOf((root,)) if isinstance(root, Quota) else root)


def _terms(
    parts: list[Quota | int], tops: dict[Quota, tuple[int, int]], n_words: int
) -> dict[int, int]:
    terms: dict[int, int] = {}
    for part in parts:
        if isinstance(part, Quota):
            word, mask = tops[part]
        else:
            word, mask = n_words + part // WORD_BITS, 1 << part % WORD_BITS
        terms[word] = terms.get(word, 0) | mask
    return terms


def _tables(gains: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sum the gains (W, chunks, span, 4) of every combination of levels in a chunk."""
    n_words, chunks, span, _ = gains.shape
    table = np.zeros((n_words, chunks, 1), np.uint64)
    for member in range(span):
        table = gains[:, :, member, :, None] + table[:, :, None, :]
        table = table.reshape(n_words, chunks, -1)
    return np.ascontiguousarray(table)
