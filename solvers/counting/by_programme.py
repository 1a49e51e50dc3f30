"""Count by a dynamic programme over size and sum of weights, with Python integers or compiled."""

from __future__ import annotations

from itertools import accumulate
from math import comb

from solvers.counting.counts import MAX_BYTES, Counts, all_coalitions, compiled, from_winning
from solvers.counting.residues import combined_tables, moduli_for
from solvers.counting.simple_games import SimpleGame, once
from solvers.counting.size_and_weight import SizeAndWeight, size_and_weight
from solvers.errors import LimitError

__all__ = [
    "TWO_KINDS",
    "answer",
    "count_compiled",
    "count_plain",
    "refusal_compiled",
    "refusal_plain",
    "seconds_compiled",
    "seconds_plain",
]

# Bits that plain Python may move in one addition; beyond, compiled loops are quicker anyway.
MAX_BITS = 10**9
TWO_KINDS = "takes one kind of weights beside one vote each; here are more"


def _bits(form: SizeAndWeight) -> int:
    n = len(form.weights)
    return form.cells * min(form.layers, n + 1) * (n + 1)


@once
def refusal_plain(game: SimpleGame) -> str | None:
    """Say why a game is not for Python integers.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
    """
    form = size_and_weight(game)
    if form is None:
        return TWO_KINDS
    if _bits(form) > MAX_BITS:
        return f"takes tables of {MAX_BITS:,} bits; here are {_bits(form):.3g}"
    return None


@once
def seconds_plain(game: SimpleGame) -> float:
    """Estimate the time with Python integers.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    form = size_and_weight(game)
    if form is None:
        return float("inf")
    n = game.n_players
    kinds = len(set(form.weights))
    lookups = sum(min(form.cells // max(w, 1), form.layers) for w in set(form.weights))
    size = (n + 1) ** 2
    look_up = lookups * len(set(form.below)) * (2e-7 + size * 2e-11)
    return (
        3e-5
        + n * _bits(form) * 1.5e-11
        + form.cells * (2e-7 + size * 2e-11)
        + look_up
        + (kinds * n * 3e-7)
    )


def count_plain(game: SimpleGame) -> Counts:
    """Count winning coalitions with Python integers.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Counts

    Notes
    -----
    The whole table is one Python integer with a digit for each sum and size, so that adding a
    player is a shift and an addition. From the prefix sums P over sums, coalitions with a player
    of weight w below b number P(b - w) - P(b - 2 w) + P(b - 3 w) ..., each a size smaller than
    the one before, for the others are the whole divided by 1 + x^w z.

    References
    ----------
    .. [1] J. M. Bilbao, J. R. Fernandez, A. Jimenez Losada and J. J. Lopez, "Generating
       functions for computing power indices efficiently", Top 8 (2000), pp. 191-213.
    """
    form = size_and_weight(game)
    if form is None:
        raise LimitError(f"this method {TWO_KINDS}")
    n, cells = game.n_players, form.cells
    digit = n + 2
    width = -(-digit * (n + 1) // 8) * 8  # whole bytes, so that a sum is a slice
    prefix = [0] * (cells + 1)  # prefix[y]: coalitions with a sum below y
    if cells:
        mask = (1 << (cells * width)) - 1
        table = 1
        for w in sorted(form.weights):
            if w < cells:
                table += (table << (w * width + digit)) & mask
        data = table.to_bytes(cells * width // 8, "little")
        step = width // 8
        sums = (int.from_bytes(data[i : i + step], "little") for i in range(0, len(data), step))
        prefix = list(accumulate(sums, initial=0))
    total = sum(form.weights)
    partial = sorted({b for b in form.below if 0 < b <= total})
    low = (1 << digit) - 1
    below = _by_size(form, total, {b: prefix[b] for b in partial}, digit, low, False)
    rows = {}
    for w in set(form.weights):
        packed = {}
        for b in partial:
            value, y, j = 0, b - w, 1
            while y > 0 and j <= n:
                term = prefix[y] << (j * digit)
                value += term if j % 2 else -term
                y, j = y - w, j + 1
            packed[b] = value
        rows[w] = _by_size(form, total, packed, digit, low, True)
    return answer(form, below, [rows[w] for w in form.weights], "programme")


def _by_size(
    form: SizeAndWeight, total: int, packed: dict[int, int], digit: int, low: int, with_: bool
) -> list[int]:
    """Read for each size the digit of its own bound; trivial bounds need no table."""
    every = all_coalitions(len(form.weights))[with_]
    return [
        0 if b <= 0 else every[s] if b > total else packed[b] >> (s * digit) & low
        for s, b in enumerate(form.below)
    ]


def answer(form: SizeAndWeight, below: list[int], own: list[list[int]], name: str) -> Counts:
    """Turn counted coalitions into winning ones.

    Parameters
    ----------
    form : SizeAndWeight
        What was counted.
    below : list of int, length n + 1
        Counted coalitions by size.
    own : list of list of int, n by n + 1
        Those that contain each player.
    name : str
        Method.

    Returns
    -------
    Counts
    """
    every, with_one = all_coalitions(len(form.weights))
    kinds = {id(row): row for row in own}  # players of one weight share a row
    if not form.complements:
        winning = [a - b for a, b in zip(every, below, strict=True)]
        rows = {
            key: [a - b for a, b in zip(with_one, row, strict=True)] for key, row in kinds.items()
        }
    else:
        winning = below[::-1]
        rows = {
            key: [a - b for a, b in zip(below, row, strict=True)][::-1]
            for key, row in kinds.items()
        }
    return from_winning(winning, [rows[id(row)] for row in own], name)


# Compiled loops


def _bytes(form: SizeAndWeight) -> int:
    return 8 * form.area


@once
def refusal_compiled(game: SimpleGame) -> str | None:
    """Say why a game is not for compiled loops.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
    """
    form = size_and_weight(game)
    if form is None:
        return TWO_KINDS
    if _bytes(form) > MAX_BYTES:
        return (
            f"needs {_bytes(form) / 2**30:.2f} GiB for {form.layers} sizes by {form.cells:,} sums "
            f"and takes {MAX_BYTES / 2**30:.2f} GiB; totals over all sizes (count_totals) need less"
        )
    return None


def seconds_compiled(game: SimpleGame) -> float:
    """Estimate the time of compiled loops.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    form = size_and_weight(game)
    if form is None:
        return float("inf")
    return compiled(_loops(game), "size_sums")


@once
def _loops(game: SimpleGame) -> float:
    form = size_and_weight(game)
    if form is None:
        return float("inf")
    n, moduli = game.n_players, len(_moduli_by_size(game.n_players))
    kinds = len(set(form.weights))
    filled = n * form.area * moduli * 3e-10
    return filled + kinds * n * ((moduli - 1) * 1e-6 + 4e-7) + 1e-4


def count_compiled(game: SimpleGame) -> Counts:
    """Count winning coalitions in compiled loops, by remainders.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Counts

    Notes
    -----
    The table of sizes by sums is filled once for each modulus (2**64 and odd numbers below 2**63),
    light players first, so that a player touches only sums that are reached. Time
    O(n sizes sums moduli), memory 8 bytes a cell.

    References
    ----------
    .. [1] N. Uno, "Efficient computation of power indices for weighted majority games", in
       Algorithms and Computation, Springer, 2012, pp. 679-689.
    """
    import numpy as np

    from solvers.kernels.size_sums import count_below

    form = size_and_weight(game)
    if form is None:
        raise LimitError(f"this method {TWO_KINDS}")
    n, total = game.n_players, sum(form.weights)
    moduli = _moduli_by_size(n)
    kinds = sorted(set(form.weights))
    bound = np.array([b if 0 < b <= total else 0 for b in form.below], np.int64)
    found = np.zeros((len(moduli), len(kinds) + 1, n + 1), np.uint64)
    order = np.array(sorted(form.weights), np.int64)
    table = np.empty(form.area, np.uint64)
    if form.area:
        words = np.array([modulus % 2**64 for modulus in moduli], np.uint64)
        count_below(order, np.array(kinds, np.int64), bound, words, table, found)
    every, with_one = all_coalitions(n)
    numbers = combined_tables(found.tolist(), moduli)
    rows = []
    for r in range(len(kinds) + 1):
        full = with_one if r else every
        rows.append(
            [
                full[s] if b > total else number
                for s, (b, number) in enumerate(zip(form.below, numbers[r], strict=True))
            ]
        )
    place = {w: k + 1 for k, w in enumerate(kinds)}
    own = [rows[place[w]] for w in form.weights]
    return answer(form, rows[0], own, "programme-compiled")


def _moduli_by_size(n: int) -> tuple[int, ...]:
    """Choose moduli for coalitions of one size."""
    return moduli_for(comb(n, n // 2).bit_length())
