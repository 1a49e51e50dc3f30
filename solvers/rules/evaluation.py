"""Evaluate a decision rule on many vote profiles at once, in exact integers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from solvers.errors import RuleError
from solvers.rules.packed_rules import PackedRule, pack_rule
from solvers.rules.votes import ABSENT, LEVELS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from solvers.rules.rule import Rule

    Levels = NDArray[np.uint8]
    Decisions = NDArray[np.bool_]

__all__ = ["evaluate_many"]

BLOCK = 1024  # rows; a multiple of 32, so that every block begins on a word
COLD_CELLS = 10_000_000  # votes; who has so many has more to come, and half a second to load numba


def evaluate_many(
    rule: Rule, profiles: ArrayLike, method: Literal["auto", "kernel", "arrays"] = "auto"
) -> NDArray[np.bool_]:
    """Say of every row of an array of profiles whether it takes the decision.

    Parameters
    ----------
    rule : Rule
        The rule, bound to ``n`` members.
    profiles : array of integers, shape (m, n)
        One profile a row, of the levels 0 (against), 1 (abstain), 2 (for) and 3 (absent).
        int8 and uint8 in C order are read in place, others are copied.
    method : {"auto", "kernel", "arrays"}
        How: compiled, with numpy alone (about five times slower, but numba takes half a second
        to load), or compiled for large batches and once the kernel is loaded. Equal answers.

    Returns
    -------
    ndarray of bool, shape (m,)

    Raises
    ------
    RuleError
        If the shape or the type is wrong, or a level is unknown; the message names the row.

    Notes
    -----
    Time O(m n W / 5), where W is the number of 64-bit words that the sums of all leaves need:
    ten leaves that count members of a council of fifteen share one word. No time depends on the
    votes. A rule with a leaf whose sum may span 2**63 or more is evaluated row by row in Python
    integers, about a thousand times slower.

    References
    ----------
    .. [1] L. Lamport, "Multiple byte processing with full-word instructions", Communications
       of the ACM 18 (1975), pp. 471-475.

    Examples
    --------
    >>> from solvers.rules.rule import Quota, Rule
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> evaluate_many(majority, [[2, 2, 0], [2, 1, 3]]).tolist()
    [True, False]
    """
    if method not in ("auto", "kernel", "arrays"):
        raise RuleError(f"no method named {method!r}: take 'auto', 'kernel' or 'arrays'")
    array = np.asarray(profiles)
    levels = _as_bytes(rule, array)
    packed = pack_rule(rule) if rule.n_players else None
    if method == "auto":
        method = "kernel" if _worth_compiling(levels) else "arrays"
    if packed is None:
        decisions = _by_rows(rule, levels)
    elif method == "kernel" and sys.byteorder == "little":  # the kernel reads eight votes a word
        decisions = _by_kernel(packed, levels)
    else:
        decisions = _by_arrays(packed, levels)
    if decisions is None:
        raise _unknown_level(rule, array)
    return decisions


def _worth_compiling(levels: Levels) -> bool:
    """Say whether the kernel is loaded already, or the batch large enough to load it."""
    return "solvers.kernels.profiles" in sys.modules or levels.size >= COLD_CELLS


def _as_bytes(rule: Rule, array: NDArray[Any]) -> Levels:
    """Return the profiles as bytes; whether a byte is a level is left to the evaluation."""
    if array.ndim != 2 or array.shape[1] != rule.n_players:
        raise RuleError(
            f"profiles has shape {array.shape}; a rule of {rule.n_players} members needs "
            f"(m, {rule.n_players}), one profile a row"
        )
    if array.dtype == np.bool_:
        raise RuleError(
            "profiles holds True and False, which do not say whether False is a vote against, "
            "an abstention or an absence; write numpy.where(votes_for, 2, 0) or the like"
        )
    if not np.issubdtype(array.dtype, np.integer):
        raise RuleError(
            f"profiles has the type {array.dtype}; it must hold integers, "
            f"the vote levels 0, 1, 2 and 3"
        )
    if array.dtype.itemsize == 1:
        return array.view(np.uint8)
    if _unknown(array).any():
        raise _unknown_level(rule, array)
    return array.astype(np.uint8)


def _unknown(array: NDArray[Any]) -> NDArray[np.bool_]:
    return (array < 0) | (array > ABSENT)


def _unknown_level(rule: Rule, array: NDArray[Any]) -> RuleError:
    row, member = (int(i) for i in np.argwhere(_unknown(array))[0])
    known = ", ".join(f"{number} ({name})" for number, name in LEVELS.items())
    return RuleError(
        f"row {row} of profiles, counted from 0, gives member {rule.names[member]} "
        f"the level {array[row, member]}; a level is one of {known}"
    )


def _by_rows(rule: Rule, levels: Levels) -> Decisions | None:
    if _unknown(levels).any():
        return None
    rows = (rule.evaluate(row) for row in levels.tolist())
    return np.fromiter(rows, np.bool_, len(levels))


def _by_kernel(packed: PackedRule, levels: Levels) -> Decisions | None:
    from solvers.kernels.profiles import decide

    result = np.empty(len(levels), np.bool_)
    flat = np.ascontiguousarray(levels).reshape(-1)
    if flat.ctypes.data % 8:
        flat = flat.copy()
    flat = flat.view()
    flat.flags.writeable = False  # else numba compiles a second time for read-only profiles
    known = decide(
        flat,
        flat[: flat.size // 8 * 8].view(np.uint64),
        levels.shape[1],
        packed.span,
        packed.tables,
        packed.start,
        packed.term_word,
        packed.term_mask,
        packed.term_end,
        packed.is_any,
        BLOCK,
        result,
    )
    return result if known else None


def _by_arrays(packed: PackedRule, levels: Levels) -> Decisions | None:
    result = np.empty(len(levels), np.bool_)
    for first in range(0, len(levels), 8 * BLOCK):
        block = levels[first : first + 8 * BLOCK]
        if block.max() > ABSENT:
            return None
        result[first : first + len(block)] = _decide_block(packed, block)
    return result


def _decide_block(packed: PackedRule, levels: Levels) -> Decisions:
    words, chunks, _ = packed.tables.shape
    padded = np.zeros((len(levels), chunks * packed.span), np.uint8)
    padded[:, : levels.shape[1]] = levels
    nodes = packed.term_end.size
    scores = np.zeros((words + -(-nodes // 64), len(levels)), np.uint64)
    scores[:words] = packed.start[:, None]
    for c in range(chunks):
        code = np.zeros(len(levels), np.int64)
        for j in range(packed.span):
            code |= padded[:, c * packed.span + j].astype(np.int64) << 2 * j
        for w in range(words):
            scores[w] += packed.tables[w, c].take(code)
    held = np.zeros(len(levels), np.bool_)
    first = 0
    for node in range(nodes):
        held = np.full(len(levels), not packed.is_any[node])
        for k in range(first, int(packed.term_end[node])):
            bits = scores[packed.term_word[k]] & packed.term_mask[k]
            if packed.is_any[node]:
                held |= bits != 0
            else:
                held &= bits == packed.term_mask[k]
        first = int(packed.term_end[node])
        scores[words + node // 64] |= held.astype(np.uint64) << np.uint64(node % 64)
    return held
