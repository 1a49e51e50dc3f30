"""Count by how many players of each type say yes: binomials on a lattice, plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise, product
from math import prod
from operator import mul
from typing import TypeAlias

from solvers.counting.counts import (
    Counts,
    MinimalCounts,
    Totals,
    all_coalitions,
    binomials,
    from_winning,
)
from solvers.counting.simple_games import Expression, SimpleGame, once

__all__ = [
    "count",
    "count_minimal",
    "count_totals",
    "digits",
    "refusal",
    "seconds",
    "seconds_totals",
]

MAX_ROWS = 300_000


@once
def split(game: SimpleGame) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """Set the largest type apart.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    (list of tuple of int, tuple of int)
        The other types, and the largest; empty without players.
    """
    types = sorted(game.types, key=len)
    return types[:-1], types[-1] if types else ()


@once
def rows(game: SimpleGame) -> int:
    """Count the ways to choose how many of each type but the largest.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    int
    """
    return prod(len(t) + 1 for t in split(game)[0])


def refusal(game: SimpleGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
    """
    size = rows(game)
    if size <= MAX_ROWS:
        return None
    return (
        f"takes {MAX_ROWS:,} ways to choose how many of each type but the largest; "
        f"here are {size:.3g}"
    )


def seconds(game: SimpleGame) -> float:
    """Estimate the time.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return seconds_totals(game) + game.n_players**2 * (len(split(game)[0]) + 2) * 1e-8


def seconds_totals(game: SimpleGame) -> float:
    """Estimate the time for totals over all sizes.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    each = 5e-7 + 4e-7 * len(game.weights) + 4e-7 * (len(split(game)[0]))
    return 1e-5 + rows(game) * each


Levels: TypeAlias = "Callable[[list[int]], int]"


def _levels(root: Expression, never: int) -> Levels:
    """Make of the tree a function of the least number of the largest type for each leaf.

    All parts hold from the greatest of their numbers on, any part from the least.
    """
    if isinstance(root, int):
        leaf = root
        return lambda least: least[leaf]
    word, parts = root
    if not parts:
        fixed = 0 if word == "all" else never
        return lambda least: fixed
    inner = [_levels(part, never) for part in parts]
    if len(inner) == 1:
        return inner[0]
    if word == "all":
        return lambda least: max([level(least) for level in inner])
    return lambda least: min([level(least) for level in inner])


def _least(game: SimpleGame) -> Iterator[tuple[tuple[int, ...], int]]:
    """Give for every row of the lattice the least number of the largest type that wins.

    One more than there are stands for none.
    """
    others, largest = split(game)
    never = len(largest) + 1
    level = _levels(game.root, never)
    leaves = [
        ([w[t[0]] for t in others], w[largest[0]] if largest else 0, least)
        for w, least in zip(game.weights, game.thresholds, strict=True)
    ]
    for point in product(*(range(len(t) + 1) for t in others)):
        first = []
        for own, w, least in leaves:
            need = least - sum(map(mul, point, own))
            first.append(0 if need <= 0 else min(-(-need // w), never) if w else never)
        yield point, level(first)


def digits(packed: int, count: int, width: int) -> tuple[int, ...]:
    """Read the digits of a number, lowest first.

    Parameters
    ----------
    packed : int
        At least 0.
    count, width : int
        How many digits, and how many bytes each has.

    Returns
    -------
    tuple of int, length count
    """
    data = packed.to_bytes(count * width, "little")
    return tuple(int.from_bytes(data[i : i + width], "little") for i in range(0, len(data), width))


def _packed(numbers: list[int], width: int) -> int:
    """Write numbers as digits of one, lowest first."""
    return int.from_bytes(b"".join([x.to_bytes(width, "little") for x in numbers]), "little")


def count(game: SimpleGame) -> Counts:
    """Count winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Counts

    Notes
    -----
    For each choice of how many of the other types, each leaf says from which number of the
    largest type on it holds, and the tree from which on the coalition wins. Sizes are digits of
    one Python integer: choices are added up from the least number on, and one product joins them
    with each band of numbers of the largest type.

    References
    ----------
    .. [1] W. F. Lucas, "Measuring power in weighted voting systems", in Political and Related
       Models, Springer, 1983, pp. 183-238.
    """
    n = game.n_players
    others, largest = split(game)
    m = len(largest)
    width = (n + n.bit_length()) // 8 + 1
    # For each least number: the choices of other types by size; then those with a member of t.
    chosen: dict[int, list[list[int]]] = {}
    ways = [binomials(len(t)) for t in others]
    for point, least in _least(game):
        if least > m:
            continue
        if least not in chosen:
            chosen[least] = [[0] * (n - m + 1) for _ in range(len(others) + 1)]
        number = prod(map(list.__getitem__, ways, point))
        size = sum(point)
        group = chosen[least]
        group[0][size] += number
        for t, k in enumerate(point, start=1):
            group[t][size] += k * number
    totals = [0] * (len(others) + 2)
    # Between one least number and the next the same choices win, with every number of the largest.
    every, with_one = all_coalitions(m)
    winning = [0] * (len(others) + 1)
    for least, end in pairwise([*sorted(chosen), m + 1]):
        winning = [a + _packed(b, width) for a, b in zip(winning, chosen[least], strict=True)]
        band, own = (_packed(row[least:end], width) for row in (every, with_one))
        shift = 8 * width * least
        for t, part in enumerate(winning):
            totals[t] += part * band << shift
        totals[-1] += winning[0] * own << shift
    rows_of: list[tuple[int, ...]] = [()] * n
    for members, packed in zip((*others, largest), totals[1:], strict=True):
        row = digits(packed, n + 1, width)
        if members != largest:
            row = tuple(x // len(members) for x in row)
        for i in members:
            rows_of[i] = row
    return from_winning(digits(totals[0], n + 1, width), rows_of, "types")


def count_totals(game: SimpleGame) -> Totals:
    """Count winning coalitions and swings over all sizes.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Totals

    Notes
    -----
    As `count`, with plain numbers in place of digits.
    """
    n = game.n_players
    others, largest = split(game)
    m = len(largest)
    tail, own = (list(accumulate(row[::-1], initial=0))[::-1] for row in all_coalitions(m))
    chosen: dict[int, list[int]] = {}
    ways = [binomials(len(t)) for t in others]
    for point, least in _least(game):
        if least <= m:
            group = chosen.setdefault(least, [0] * (len(others) + 1))
            number = prod(map(list.__getitem__, ways, point))
            group[0] += number
            for t, k in enumerate(point, start=1):
                group[t] += k * number
    winning = sum(group[0] * tail[least] for least, group in chosen.items())
    with_ = [0] * n
    for t, members in enumerate(others, start=1):
        found = sum(group[t] * tail[least] for least, group in chosen.items()) // len(members)
        for i in members:
            with_[i] = found
    if largest:
        found = sum(group[0] * own[least] for least, group in chosen.items())
        for i in largest:
            with_[i] = found
    # winning = with + without, swings = with - without.
    return Totals(n, winning, tuple(with_), tuple([2 * x - winning for x in with_]), "types")


def count_minimal(game: SimpleGame) -> MinimalCounts:
    """Count minimal winning coalitions.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    MinimalCounts

    Notes
    -----
    On each row only the least number of the largest type that wins can be minimal, and is when
    one fewer of any other type needs more of the largest.
    """
    n = game.n_players
    others, largest = split(game)
    steps = [prod(len(t) + 1 for t in others[j + 1 :]) for j in range(len(others))]
    m = len(largest)
    needed: list[int] = []
    ways = [binomials(len(t)) for t in (*others, largest)]
    minimal = [0] * (n + 1)
    part = [[0] * (n + 1) for _ in range(len(others) + 1)]
    for index, (point, least) in enumerate(_least(game)):
        needed.append(least)
        if least > m or any(
            k and needed[index - step] <= least for k, step in zip(point, steps, strict=True)
        ):
            continue
        size = sum(point) + least
        number = prod(map(list.__getitem__, ways, (*point, least)))
        minimal[size] += number
        for t, k in enumerate((*point, least)):
            part[t][size] += number * k
    own: list[tuple[int, ...]] = [()] * n
    for members, numbers in zip((*others, largest), part, strict=True):
        for i in members:
            own[i] = tuple(number // len(members) for number in numbers)
    return MinimalCounts(n, tuple(minimal), tuple(own), "types")
