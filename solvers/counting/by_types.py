"""Count by how many players of each type say yes: binomials on a lattice, plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import comb, prod
from operator import mul

from solvers.counting.counts import Counts, MinimalCounts, from_winning
from solvers.counting.simple_games import SimpleGame

__all__ = ["count", "count_minimal", "digits", "refusal", "seconds"]

MAX_ROWS = 300_000


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
    others, largest = split(game)
    tests = len(largest).bit_length() + 1
    each = 5e-7 + tests * (3e-7 + 2e-7 * len(game.weights)) + 4e-7 * len(others)
    return 1e-5 + rows(game) * each + game.n_players**2 * (len(others) + 2) * 1e-8


def _least(game: SimpleGame) -> Iterator[tuple[tuple[int, ...], int]]:
    """Give for every row of the lattice the least number of the largest type that wins.

    One more than there are stands for none.
    """
    others, largest = split(game)
    decides = game.decides
    leaves = [
        ([w[t[0]] for t in others], w[largest[0]] if largest else 0, least)
        for w, least in zip(game.weights, game.thresholds, strict=True)
    ]
    for point in product(*(range(len(t) + 1) for t in others)):
        needs = [(least - sum(map(mul, point, own)), w) for own, w, least in leaves]
        low, high = 0, len(largest) + 1
        while low < high:
            k = (low + high) // 2
            if decides([k * w >= need for need, w in needs]):
                high = k
            else:
                low = k + 1
        yield point, low


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
    For each choice of how many of the other types, a bisection finds from which number of the
    largest type on the coalition wins. Sizes are digits of one Python integer: choices with the
    same least number are added first, and one product joins them with the largest type.

    References
    ----------
    .. [1] W. F. Lucas, "Measuring power in weighted voting systems", in Political and Related
       Models, Springer, 1983, pp. 183-238.
    """
    n = game.n_players
    others, largest = split(game)
    m = len(largest)
    width = (n + n.bit_length()) // 8 + 1
    shift = 8 * width
    # For each least number: the choices of other types by size; then those with a member of t.
    chosen: dict[int, list[int]] = {}
    ways = [[comb(len(t), k) for k in range(len(t) + 1)] for t in others]
    for point, least in _least(game):
        if least > m:
            continue
        if least not in chosen:
            chosen[least] = [0] * (len(others) + 1)
        number = prod(map(list.__getitem__, ways, point)) << (sum(point) * shift)
        group = chosen[least]
        group[0] += number
        for t, k in enumerate(point, start=1):
            if k:
                group[t] += k * number
    totals = [0] * (len(others) + 2)
    for least, group in chosen.items():
        tail = sum(comb(m, k) << (k * shift) for k in range(least, m + 1))
        own = sum(comb(m - 1, k - 1) << (k * shift) for k in range(max(least, 1), m + 1))
        for t, part in enumerate(group):
            totals[t] += part * tail
        totals[-1] += group[0] * own
    rows_of: list[tuple[int, ...]] = [()] * n
    for members, packed in zip((*others, largest), totals[1:], strict=True):
        row = digits(packed, n + 1, width)
        if members != largest:
            row = tuple(x // len(members) for x in row)
        for i in members:
            rows_of[i] = row
    return from_winning(digits(totals[0], n + 1, width), rows_of, "types")


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
    minimal = [0] * (n + 1)
    part = [[0] * (n + 1) for _ in range(len(others) + 1)]
    for index, (point, least) in enumerate(_least(game)):
        needed.append(least)
        if least > m or any(
            k and needed[index - step] <= least for k, step in zip(point, steps, strict=True)
        ):
            continue
        size = sum(point) + least
        number = comb(m, least) * prod(comb(len(t), k) for t, k in zip(others, point, strict=True))
        minimal[size] += number
        for t, k in enumerate((*point, least)):
            part[t][size] += number * k
    own: list[tuple[int, ...]] = [()] * n
    for members, numbers in zip((*others, largest), part, strict=True):
        for i in members:
            own[i] = tuple(number // len(members) for number in numbers)
    return MinimalCounts(n, tuple(minimal), tuple(own), "types")
