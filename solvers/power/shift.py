"""Shift minimal winning coalitions: none of their members can be replaced by a weaker player."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from solvers.counting.counts import Method, choose, rounded
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.power.lattice import MAX_CELLS, Lattice, lattice_cells, lattice_of
from solvers.power.table import members_mask, winning_table
from solvers.rules.rule import Rule

__all__ = ["METHODS", "ShiftCounts", "count_shift_minimal"]

MAX_LISTED = 20  # players for whom all coalitions are looked at


@dataclass(frozen=True)
class ShiftCounts:
    """Shift minimal winning coalitions by size.

    Parameters
    ----------
    n_players : int
        Number of players.
    shift : tuple of int, length n + 1
        Their number by size.
    shift_with : tuple of tuple of int, n by n + 1
        Those that contain each player.
    method : str
        Method that counted.
    """

    n_players: int
    shift: tuple[int, ...]
    shift_with: tuple[tuple[int, ...], ...]
    method: str


def _stronger_types(lattice: Lattice) -> list[tuple[int, int]]:
    """List the pairs of types of which the first is strictly more desirable."""
    at_least = set()
    pairs = list(permutations(range(len(lattice.sizes)), 2))
    for t, u in pairs:
        if all(
            lattice.wins[place + lattice.strides[t]]
            for place, counts in lattice.cells()
            if counts[t] < lattice.sizes[t]
            and counts[u] < lattice.sizes[u]
            and lattice.wins[place + lattice.strides[u]]
        ):
            at_least.add((t, u))
    return [(t, u) for t, u in pairs if (t, u) in at_least and (u, t) not in at_least]


def _by_types(game: SimpleGame) -> ShiftCounts:
    lattice = lattice_of(game)
    wins, strides, sizes = lattice.wins, lattice.strides, lattice.sizes
    stronger = _stronger_types(lattice)
    n = game.n_players
    shift = [0] * (n + 1)
    with_ = [[0] * (n + 1) for _ in sizes]
    for place, counts in lattice.cells():
        if not wins[place] or any(
            k and wins[place - stride] for k, stride in zip(counts, strides, strict=True)
        ):
            continue
        if any(
            counts[t] and counts[u] < sizes[u] and wins[place - strides[t] + strides[u]]
            for t, u in stronger
        ):
            continue
        size, times = sum(counts), lattice.coalitions(counts)
        shift[size] += times
        for t, k in enumerate(counts):
            with_[t][size] += times * k // sizes[t]
    rows = {i: tuple(with_[t]) for t, members in enumerate(game.types) for i in members}
    return ShiftCounts(n, tuple(shift), tuple(rows[i] for i in range(n)), "types")


def _by_table(game: SimpleGame) -> ShiftCounts:
    n = game.n_players
    wins = winning_table(game)
    inside = [members_mask(n, i) for i in range(n)]
    chosen = wins
    for i in range(n):
        chosen &= ~((wins & ~inside[i]) << (1 << i))
    gained = [(wins & inside[i]) >> (1 << i) for i in range(n)]  # S without i that i makes win
    at_least = {
        (i, j)
        for i, j in permutations(range(n), 2)
        if not gained[j] & ~gained[i] & ~inside[i] & ~inside[j]
    }
    for i, j in permutations(range(n), 2):
        if (i, j) in at_least and (j, i) not in at_least:
            # S with i and without j, such that S without i is made to win by j
            replaced = gained[j] & ~inside[i] & ~inside[j]
            chosen &= ~(replaced << (1 << i))
    sizes = _sizes(n)
    shift = tuple((chosen & by_size).bit_count() for by_size in sizes)
    with_ = tuple(
        tuple((chosen & by_size & inside[i]).bit_count() for by_size in sizes) for i in range(n)
    )
    return ShiftCounts(n, shift, with_, "table")


def _sizes(n: int) -> list[int]:
    """Mark the coalitions of each size."""
    masks = [1]
    for i in range(n):
        half = 1 << i
        more = [0, *(m << half for m in masks)]
        masks = [a | b for a, b in zip([*masks, 0], more, strict=True)]
    return masks


def _few_types(game: SimpleGame) -> str | None:
    work = lattice_cells(game) * max(len(game.types), 2) ** 2
    if work > 20 * MAX_CELLS:
        return f"takes {20 * MAX_CELLS:,} comparisons of types, and the game needs {rounded(work)}"
    if lattice_cells(game) > MAX_CELLS:
        return f"takes {MAX_CELLS:,} combinations of types"
    return None


def _few_players(game: SimpleGame) -> str | None:
    if game.n_players <= MAX_LISTED:
        return None
    return f"takes {MAX_LISTED} players, and the game has {game.n_players}"


METHODS: tuple[Method[SimpleGame, ShiftCounts], ...] = (
    Method(
        "types",
        _by_types,
        _few_types,
        lambda game: 4e-7 * lattice_cells(game) * len(game.types) ** 2,
    ),
    Method(
        "table",
        _by_table,
        _few_players,
        lambda game: 1e-5 * game.n_players**2 + 1e-10 * game.n_players**2 * 2.0**game.n_players,
    ),
)
"""Ways to count; any two that accept a game agree."""


def count_shift_minimal(rule: Rule, method: str = "auto") -> ShiftCounts:
    """Count the shift minimal winning coalitions.

    Parameters
    ----------
    rule : Rule
        No leaf may tell an abstention from a vote against.
    method : str
        Name of a row of `METHODS`, or ``"auto"``.

    Returns
    -------
    ShiftCounts
        Minimal winning coalitions that lose whenever a member is replaced by an outsider who
        is strictly less desirable.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If there is no such method.
    LimitError
        If no method can take the game; with each reason.

    Notes
    -----
    Player i is at least as desirable as j when i makes every coalition without the two win
    that j makes win; strictly, when the converse fails.

    References
    ----------
    .. [1] J. M. Alonso-Meijide and J. Freixas, "A new power index based on minimal winning
       coalitions without any surplus", Decision Support Systems 49 (2010), pp. 70-76.

    Examples
    --------
    In [5; 4, 3, 1, 1, 1] the second player can be replaced in the coalition of the first two:

    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(5, Quota((4, 3, 1, 1, 1), (0,) * 5, (0,) * 5, 5))
    >>> found = count_shift_minimal(rule)
    >>> found.shift, [sum(row) for row in found.shift_with]
    ((0, 0, 3, 3, 0, 0), [3, 3, 3, 3, 3])
    """
    return choose(METHODS, simple_game(rule), method).run(simple_game(rule))
