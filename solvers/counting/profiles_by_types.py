"""Count vote profiles by how many of each type say yes and abstain, in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, product
from math import comb, prod

from solvers.counting.ternary_counts import MinimalProfiles, TernaryCounts, from_votes
from solvers.counting.ternary_games import TernaryGame

__all__ = ["count", "count_minimal", "refusal", "seconds"]

MAX_POINTS = 2_000_000
# Points up to which the table by numbers of votes is filled as well.
MAX_TABLE = 50_000

Split = tuple[list[tuple[int, ...]], tuple[int, ...]]
Point = tuple[tuple[int, int], ...]


def split(game: TernaryGame) -> Split:
    """Set the largest type apart.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    (list of tuple of int, tuple of int)
        The other types, and the largest; empty without players.
    """
    types = sorted(game.types, key=len)
    return types[:-1], types[-1] if types else ()


def points(game: TernaryGame) -> int:
    """Count the choices of all votes but the abstentions of the largest type.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    int
    """
    others, largest = split(game)
    return prod(comb(len(t) + 2, 2) for t in others) * (len(largest) + 1)


def refusal(game: TernaryGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : TernaryGame
        The game.

    Returns
    -------
    str or None
    """
    size = points(game)
    if size <= MAX_POINTS:
        return None
    return f"takes {MAX_POINTS:,} ways to choose how many of each type vote how; here {size:.3g}"


def seconds(game: TernaryGame) -> float:
    """Estimate the time.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    float
    """
    _, largest = split(game)
    return 2e-5 + points(game) * (2e-6 + 5e-7 * len(game.yes)) + len(largest) ** 2 * 5e-7


def _least(game: TernaryGame) -> Iterator[tuple[Point, list[int]]]:
    """Give for every choice of the other types' votes, and number of yes in the largest type.

    Yields
    ------
    (point, least)
        Numbers of yes and of abstentions for each other type; ``least[y]`` is the fewest
        abstentions that win beside y yes votes of the largest type, one more than are left
        when none do.
    """
    others, largest = split(game)
    m = len(largest)
    decides = game.decides
    leaves = range(len(game.yes))
    weights = [
        [(game.yes[leaf][t[0]], game.abstain[leaf][t[0]]) for t in others] for leaf in leaves
    ]
    own_yes = [game.yes[leaf][largest[0]] if m else 0 for leaf in leaves]
    own_abstain = [game.abstain[leaf][largest[0]] if m else 0 for leaf in leaves]
    cells = [[(y, a) for y in range(len(t) + 1) for a in range(len(t) - y + 1)] for t in others]
    for point in product(*cells):
        needs = [
            (
                least - sum(y * p + a * q for (y, a), (p, q) in zip(point, own, strict=True)),
                by_yes,
                by_abstain,
            )
            for least, own, by_yes, by_abstain in zip(
                game.thresholds, weights, own_yes, own_abstain, strict=True
            )
        ]
        found = []
        # A yes does at least what an abstention does: the fewest only fall as y rises.
        a = m + 1
        for y in range(m + 1):
            a = min(a, m - y + 1)
            while a and decides([y * p + (a - 1) * q >= need for need, p, q in needs]):
                a -= 1
            found.append(a)
        yield point, found


def _ways(size: int, vote: tuple[int, int]) -> int:
    """Count the ways to choose who of a type votes yes and who abstains."""
    yes, abstain = vote
    return comb(size, yes) * comb(size - yes, abstain)


def count(game: TernaryGame) -> TernaryCounts:
    """Count winning profiles.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    TernaryCounts

    Notes
    -----
    For each choice of the other types' votes two pointers run along the boundary of the
    winning votes of the largest type; sums of binomials beyond it come from a table.

    References
    ----------
    .. [1] J. Freixas, "Banzhaf measures for games with several levels of approval in the input
       and output", Annals of Operations Research 137 (2005), pp. 45-66.
    """
    n = game.n_players
    others, largest = split(game)
    m = len(largest)
    # tail[r][a]: ways in which at least a of r abstain.
    tail = [
        list(accumulate((comb(r, a) for a in range(r, -1, -1)), initial=0))[::-1]
        for r in range(m + 1)
    ]
    binomial = [comb(m, y) for y in range(m + 1)]
    cheap = points(game) * (m + 1) <= MAX_TABLE
    table = [[0] * (n + 1) for _ in range(n + 1)]
    winning = 0
    own = [0, 0, 0]
    part = [[0, 0] for _ in others]
    for point, least in _least(game):
        number = prod(_ways(len(t), vote) for t, vote in zip(others, point, strict=True))
        all_, yes, abstain = 0, 0, 0
        for y, a in enumerate(least):
            r = m - y
            if a > r:
                continue
            here = binomial[y] * tail[r][a]
            all_ += here
            yes += y * here
            if r:
                abstain += binomial[y] * r * tail[r - 1][max(a - 1, 0)]
        winning += number * all_
        own[2] += number * yes
        own[1] += number * abstain
        for t, (y, a) in enumerate(point):
            part[t][0] += a * number * all_
            part[t][1] += y * number * all_
        if cheap:
            base_y, base_a = (sum(column) for column in zip(*point, (0, 0), strict=True))
            for y, least_a in enumerate(least):
                for a in range(least_a, m - y + 1):
                    table[base_y + y][base_a + a] += number * binomial[y] * comb(m - y, a)
    votes: list[tuple[int, int, int]] = [(0, 0, 0)] * n
    for members, (abstain, yes) in zip((*others, largest), (*part, own[1:]), strict=True):
        abstain, yes = abstain // max(len(members), 1), yes // max(len(members), 1)
        for i in members:
            votes[i] = (winning - abstain - yes, abstain, yes)
    by = tuple(map(tuple, table)) if cheap else None
    return from_votes(votes, winning, "types", by)


def count_minimal(game: TernaryGame) -> MinimalProfiles:
    """Count minimal winning profiles.

    Parameters
    ----------
    game : TernaryGame
        A game that is not refused.

    Returns
    -------
    MinimalProfiles
    """
    n = game.n_players
    others, largest = split(game)
    m = len(largest)
    known: dict[Point, list[int]] = {}
    minimal = 0
    part = [[0, 0] for _ in range(len(others) + 1)]
    for point, least in _least(game):
        known[point] = least
        lower = []
        for t, (y, a) in enumerate(point):
            if y:
                lower.append(known[(*point[:t], (y - 1, a + 1), *point[t + 1 :])])
            if a:
                lower.append(known[(*point[:t], (y, a - 1), *point[t + 1 :])])
        number = prod(_ways(len(t), vote) for t, vote in zip(others, point, strict=True))
        for y, a in enumerate(least):
            if a > m - y or (y and least[y - 1] <= a + 1):
                continue
            if any(row[y] <= a for row in lower):
                continue
            here = number * _ways(m, (y, a))
            minimal += here
            for t, (yes, abstain) in enumerate((*point, (y, a))):
                part[t][0] += abstain * here
                part[t][1] += yes * here
    votes: list[tuple[int, int, int]] = [(0, 0, 0)] * n
    for members, (abstain, yes) in zip((*others, largest), part, strict=True):
        abstain, yes = abstain // max(len(members), 1), yes // max(len(members), 1)
        for i in members:
            votes[i] = (minimal - abstain - yes, abstain, yes)
    return MinimalProfiles(n, minimal, tuple(votes), "types")
