"""How many members of a winning coalition are critical in it: what the Johnston index shares."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from solvers.counting.counts import Method, choose, rounded
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.power.game import CountedGame, Index, Values, shares
from solvers.power.lattice import MAX_CELLS, lattice_cells, lattice_of
from solvers.power.table import MAX_PLAYERS, members_mask, winning_table
from solvers.rules.rule import Rule

__all__ = ["CRITICAL_INDICES", "METHODS", "CriticalCounts", "count_critical"]

MAX_STEPS = 30_000_000  # steps of the programme over weights, about a tenth of a microsecond each
CHUNK = 20  # players inside a chunk of the table, so that it stays in the cache


@dataclass(frozen=True)
class CriticalCounts:
    """Winning coalitions by how many of their members are critical.

    Parameters
    ----------
    n_players : int
        Number of players.
    critical : tuple of tuple of int, n by n + 1
        ``critical[i][c]``: coalitions in which player i is one of exactly c critical members.
    method : str
        Method that counted.
    """

    n_players: int
    critical: tuple[tuple[int, ...], ...]
    method: str


def _by_types(game: SimpleGame) -> CriticalCounts:
    """Go through the numbers of supporters of each type."""
    lattice = lattice_of(game)
    wins, sizes = lattice.wins, lattice.sizes
    steps = tuple(enumerate(lattice.strides))
    found = [[0] * (game.n_players + 1) for _ in sizes]
    for place, counts in lattice.cells():
        if not wins[place]:
            continue
        types = [t for t, stride in steps if counts[t] and not wins[place - stride]]
        if types:
            critical = sum(counts[t] for t in types)
            times = lattice.coalitions(counts)
            for t in types:
                found[t][critical] += times * counts[t] // sizes[t]
    return _spread(game, {t: tuple(row) for t, row in enumerate(found)}, "types")


def _spread(game: SimpleGame, rows: dict[int, tuple[int, ...]], method: str) -> CriticalCounts:
    """Give every player the row of its type."""
    place = {i: t for t, members in enumerate(game.types) for i in members}
    return CriticalCounts(
        game.n_players, tuple(rows[place[i]] for i in range(game.n_players)), method
    )


def _by_weights(game: SimpleGame) -> CriticalCounts:
    """Split the winning coalitions of a weighted game by surplus.

    In a coalition with surplus x the members heavier than x are the critical ones. Between two
    neighbouring weights these are the same players, and how many of them are in is counted with
    their sum; the lighter players are counted by sum alone.
    """
    weights, quota = game.weights[0], game.thresholds[0]
    n = game.n_players
    found = {t: [0] * (n + 1) for t in range(len(game.types))}
    for lower, upper in pairwise(sorted({0, *weights})):
        heavy = [(t, c) for t, c in enumerate(game.types) if weights[c[0]] >= upper]
        light = [w for w in weights if w <= lower]
        # below[s]: sets of light players with sum less than s
        top = quota + upper
        exact = [1] + [0] * (top - 1)
        for w in light:
            for s in range(top - 1, w - 1, -1):
                exact[s] += exact[s - w]
        below = [0]
        for ways in exact:
            below.append(below[-1] + ways)
        rest = [below[max(quota + upper - s, 0)] - below[max(quota + lower - s, 0)]
                for s in range(top)]  # fmt: skip
        members = [weights[i] for _, c in heavy for i in c]
        rows = [[1] + [0] * (top - 1)]  # by how many heavy players, by sum
        for w in members:
            rows.append([0] * top)
            for k in range(len(rows) - 1, 0, -1):
                row, fewer = rows[k], rows[k - 1]
                for s in range(w, top):
                    row[s] += fewer[s - w]
        for t, c in heavy:
            w = weights[c[0]]
            without = rows[0]
            for k in range(1, len(members) + 1):
                # with the player and k - 1 others; then without it and with k others
                inside = ([0] * w + without)[:top]
                found[t][k] += sum(a * b for a, b in zip(inside, rest, strict=True))
                without = [a - b for a, b in zip(rows[k], inside, strict=True)]
    return _spread(game, {t: tuple(row) for t, row in found.items()}, "weights")


def _by_table(game: SimpleGame) -> CriticalCounts:
    """Go through all coalitions, a chunk of 2^20 at a time, 64 and more in one operation."""
    n = game.n_players
    low = min(n, CHUNK)
    length = max((1 << low) // 8, 1)
    whole = winning_table(game).to_bytes(length << (n - low), "little")
    chunks = [whole[k * length : (k + 1) * length] for k in range(1 << (n - low))]
    inside = [members_mask(low, i) for i in range(low)]
    first = [c[0] for c in game.types]
    found = {t: [0] * (n + 1) for t in range(len(first))}
    for high, chunk in enumerate(chunks):
        wins = int.from_bytes(chunk, "little")
        if not wins:
            continue
        critical = [wins & inside[i] & ~((wins & ~inside[i]) << (1 << i)) for i in range(low)]
        for bit in range(n - low):
            if high >> bit & 1:
                before = int.from_bytes(chunks[high ^ 1 << bit], "little")
                critical.append(wins & ~before)
            else:
                critical.append(0)
        planes: list[int] = []  # binary digits of the number of critical members
        for carry in critical:
            for k, plane in enumerate(planes):
                planes[k], carry = plane ^ carry, plane & carry
            if carry:
                planes.append(carry)
        for number in range(1, n + 1):
            if number >> len(planes):
                break
            exactly = (1 << (1 << low)) - 1
            for k, plane in enumerate(planes):
                exactly &= plane if number >> k & 1 else ~plane
            if exactly:
                for t, i in enumerate(first):
                    found[t][number] += (critical[i] & exactly).bit_count()
    return _spread(game, {t: tuple(row) for t, row in found.items()}, "table")


def _steps(game: SimpleGame) -> int:
    """Estimate the steps of the programme over weights."""
    distinct = len({*game.weights[0]} - {0})
    top = game.thresholds[0] + max(game.weights[0])
    return distinct * game.n_players * (game.n_players + 2 * distinct) * top // 4


def _few_types(game: SimpleGame) -> str | None:
    cells = lattice_cells(game)
    if cells > MAX_CELLS:
        return f"takes {MAX_CELLS:,} combinations of types, and the game has {rounded(cells)}"
    return None


def _one_weight(game: SimpleGame) -> str | None:
    if not isinstance(game.root, int):
        return "takes a single weighted requirement"
    if _steps(game) > MAX_STEPS:
        return f"takes {MAX_STEPS:,} steps, and the game needs {rounded(_steps(game))}"
    return None


def _few_players(game: SimpleGame) -> str | None:
    return f"takes {MAX_PLAYERS} players" if game.n_players > MAX_PLAYERS else None


def _table_seconds(game: SimpleGame) -> float:
    pairs = game.n_players * (len(game.types) + game.n_players)
    return 1e-5 * pairs + 4e-11 * pairs * 2.0**game.n_players


METHODS: tuple[Method[SimpleGame, CriticalCounts], ...] = (
    Method("types", _by_types, _few_types, lambda game: 2e-6 * lattice_cells(game)),
    Method("weights", _by_weights, _one_weight, lambda game: 1e-7 * _steps(game)),
    Method("table", _by_table, _few_players, _table_seconds),
)
"""Ways to count; any two that accept a game agree."""


def count_critical(rule: Rule, method: str = "auto") -> CriticalCounts:
    """Count the winning coalitions by the number of their critical members.

    Parameters
    ----------
    rule : Rule
        No leaf may tell an abstention from a vote against.
    method : str
        Name of a row of `METHODS`, or ``"auto"`` for the one with the least estimated time.

    Returns
    -------
    CriticalCounts

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If there is no such method.
    LimitError
        If no method can take the game; with each reason.

    References
    ----------
    .. [1] R. J. Johnston, "On the measurement of power: some reactions to Laver", Environment
       and Planning A 10 (1978), pp. 907-914.

    Examples
    --------
    In [3; 2, 1, 1] the first player is critical alone in the coalition of all three:

    >>> from solvers.rules.rule import Quota
    >>> count_critical(Rule(3, Quota((2, 1, 1), (0,) * 3, (0,) * 3, 3))).critical
    ((0, 1, 2, 0), (0, 0, 1, 0), (0, 0, 1, 0))
    """
    game = simple_game(rule)
    return choose(METHODS, game, method).run(game)


def _johnston(game: CountedGame) -> Values:
    rows = game.critical.critical
    sums = {row: sum((Fraction(k, c) for c, k in enumerate(row) if c), Fraction(0)) for row in rows}
    return shares(tuple(sums[row] for row in rows))


CRITICAL_INDICES = (
    Index(
        "johnston", "Johnston", "sums to 1",
        "sum over swings S of i of 1 / (number of critical members of S), scaled to sum to 1",
        "Johnston 1978", _johnston,
    ),
)  # fmt: skip
