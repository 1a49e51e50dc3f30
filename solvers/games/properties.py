"""Properties of games, each with a witness where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from solvers.errors import LimitError
from solvers.games.game import TUGame
from solvers.games.tables import Table, popcounts, subset_sums, table_of

__all__ = [
    "PROPERTIES",
    "Property",
    "is_additive",
    "is_constant_sum",
    "is_convex",
    "is_essential",
    "is_monotone",
    "is_quasi_balanced",
    "is_subadditive",
    "is_superadditive",
    "is_symmetric",
    "is_zero_monotone",
]

TOLERANCE = 1e-9
"""Of the largest worth: by how much doubles may break a condition."""

MAX_PAIRS = 17
"""Most players for whom all pairs of disjoint coalitions are compared: 3^17 are 130 million."""

LOW = 9  # players whose 3^9 pairs of coalitions are one block


@dataclass(frozen=True)
class Property:
    """Whether a game has a property; true or false in itself.

    Parameters
    ----------
    name : str
        The property.
    holds : bool
        Whether the game has it.
    reason : str
        The condition that fails, with its numbers; empty where none does.
    coalitions : tuple of tuple of str
        The coalitions of that condition, by name.
    amounts : dict
        Worth of each of them, and by how much the condition is broken.
    tolerance : float
        How far doubles may break a condition; 0 for exact games.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007, section 2.1.
    """

    name: str
    holds: bool
    reason: str = ""
    coalitions: tuple[tuple[str, ...], ...] = ()
    amounts: dict[str, Any] = field(default_factory=dict)
    tolerance: float = 0.0

    def __bool__(self) -> bool:
        return self.holds


def is_superadditive(game: TUGame) -> Property:
    """Ask whether disjoint coalitions never lose by joining: v(S) + v(T) <= v(S and T).

    Parameters
    ----------
    game : TUGame
        At most `MAX_PAIRS` players.

    Returns
    -------
    Property

    Raises
    ------
    LimitError
        If there are more players.

    Examples
    --------
    >>> bool(is_superadditive(TUGame([0, 1, 2, 3])))
    True
    >>> is_superadditive(TUGame([0, 1, 2, 2])).reason
    'v(1) + v(2) = 3 > v(1,2) = 2'
    """
    return _joining("superadditive", game, 1)


def is_subadditive(game: TUGame) -> Property:
    """Ask whether disjoint coalitions never gain by joining, as with costs.

    Parameters
    ----------
    game : TUGame
        At most `MAX_PAIRS` players.

    Returns
    -------
    Property

    Raises
    ------
    LimitError
        If there are more players.
    """
    return _joining("subadditive", game, -1)


def is_convex(game: TUGame) -> Property:
    """Ask whether a player adds the more, the larger the coalition that it joins.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
        The witness is a coalition S and two players: v(S,i) + v(S,j) > v(S,i,j) + v(S).

    Notes
    -----
    Time O(n**2 2**n).

    References
    ----------
    .. [1] L. S. Shapley, "Cores of convex games", International Journal of Game Theory 1 (1971),
       pp. 11-26.

    Examples
    --------
    >>> is_convex(TUGame([0, 0, 0, 2, 0, 2, 2, 3])).reason
    'v(1,3) + v(2,3) = 4 > v(1,2,3) + v(3) = 3'
    """
    n, table = game.n_players, table_of(game, 4)
    room = _room(game)
    for i in range(n):
        for j in range(i + 1, n):
            cube = table.reshape(-1, 2, 1 << (j - i - 1), 2, 1 << i)
            # Same shape as a table of the other players, whose bits close the two gaps.
            lost = cube[:, 0, :, 1] + cube[:, 1, :, 0] - cube[:, 1, :, 1] - cube[:, 0, :, 0]
            place = _worst(lost, room)
            if place is not None:
                mask = _opened(_opened(place, i), j)
                a, b = 1 << i, 1 << j
                return _fails("convex", game, (mask | a, mask | b), ">", (mask | a | b, mask))
    return Property("convex", True, tolerance=room)


def is_monotone(game: TUGame) -> Property:
    """Ask whether a coalition never loses by a new member: v(S) <= v(S,i).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property

    Examples
    --------
    >>> is_monotone(TUGame([0, 2, 0, 1])).reason
    'v(1) = 2 > v(1,2) = 1'
    """
    table, room = table_of(game, 2), _room(game)
    for i in range(game.n_players):
        pairs = table.reshape(-1, 2, 1 << i)
        place = _worst(pairs[:, 0] - pairs[:, 1], room)
        if place is not None:
            mask = _opened(place, i)
            return _fails("monotone", game, (mask,), ">", (mask | 1 << i,))
    return Property("monotone", True, tolerance=room)


def is_zero_monotone(game: TUGame) -> Property:
    """Ask whether a player is never worth more alone than it adds: v(S,i) >= v(S) + v(i).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
    """
    table, room = table_of(game, 3), _room(game)
    for i in range(game.n_players):
        pairs = table.reshape(-1, 2, 1 << i)
        place = _worst(pairs[:, 0] + table[1 << i] - pairs[:, 1], room)
        if place is not None:
            mask = _opened(place, i)
            return _fails("zero_monotone", game, (mask, 1 << i), ">", (mask | 1 << i,))
    return Property("zero_monotone", True, tolerance=room)


def is_additive(game: TUGame) -> Property:
    """Ask whether a coalition is worth what its members are worth alone.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
    """
    n = game.n_players
    table, room = table_of(game, n + 1), _room(game)
    alone = table[[1 << i for i in range(n)]]
    place = _worst(np.abs(table - subset_sums(alone, table.dtype)), room)
    if place is None:
        return Property("additive", True, tolerance=room)
    return _fails("additive", game, _members(place), "differs from", (place,))


def is_constant_sum(game: TUGame) -> Property:
    """Ask whether a coalition and its complement always share v(N).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
    """
    table, room = table_of(game, 3), _room(game)
    place = _worst(np.abs(table + table[::-1] - table[-1]), room)
    if place is None:
        return Property("constant_sum", True, tolerance=room)
    grand = (1 << game.n_players) - 1
    return _fails("constant_sum", game, (place, grand ^ place), "differs from", (grand,))


def is_symmetric(game: TUGame) -> Property:
    """Ask whether the worth of a coalition depends on its size only.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
    """
    n = game.n_players
    table, room = table_of(game, 2), _room(game)
    first = np.array([(1 << s) - 1 for s in range(n + 1)])[popcounts(n)]
    place = _worst(np.abs(table - table[first]), room)
    if place is None:
        return Property("symmetric", True, tolerance=room)
    return _fails("symmetric", game, (int(first[place]),), "differs from", (place,))


def is_essential(game: TUGame) -> Property:
    """Ask whether there is something to be gained together: v(N) > sum of the v(i).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
    """
    n = game.n_players
    table, room = table_of(game, n + 1), _room(game)
    grand = (1 << n) - 1
    if table[grand] - sum(table[1 << i] for i in range(n)) > room:
        return Property("essential", True, tolerance=room)
    return _fails("essential", game, _members(grand), ">=", (grand,))


def is_quasi_balanced(game: TUGame) -> Property:
    """Ask whether there is a point between minimal rights m and utopia payoffs M.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Property
        Whether m <= M and the sum of m <= v(N) <= the sum of M.

    References
    ----------
    .. [1] S. H. Tijs, "Bounds for the core and the tau-value", Game Theory and Mathematical
       Economics, North-Holland, 1981, pp. 123-132.
    """
    from solvers.values.compromise import minimal_rights, utopia_payoff

    room = _room(game)
    lower, upper = list(minimal_rights(game)), list(utopia_payoff(game))
    total: Any = game.worth((1 << game.n_players) - 1) if game.is_exact else game.grand
    for name, low, high in zip(game.players, lower, upper, strict=True):
        if low - high > room:
            return Property(
                "quasi_balanced",
                False,
                f"minimal right {low} of {name} > utopia payoff {high}",
                ((name,),),
                {"minimal_right": low, "utopia_payoff": high, "by": low - high},
                room,
            )
    checks = (
        ("minimal rights", "sum to more than", sum(lower) - total, sum(lower)),
        ("utopia payoffs", "sum to less than", total - sum(upper), sum(upper)),
    )
    for words, verb, by, number in checks:
        if by > room:
            reason = f"{words} {verb} v(N): {number} against {total}"
            found = {words.replace(" ", "_"): number, "v(N)": total, "by": by}
            return Property("quasi_balanced", False, reason, (game.players,), found, room)
    return Property("quasi_balanced", True, tolerance=room)


PROPERTIES: dict[str, Callable[[TUGame], Property]] = {
    f.__name__: f
    for f in (
        is_superadditive, is_subadditive, is_convex, is_monotone, is_zero_monotone, is_additive,
        is_constant_sum, is_symmetric, is_essential, is_quasi_balanced,
    )
}  # fmt: skip
"""Every property of this module by the name of its function."""


def _room(game: TUGame) -> float:
    """How far a condition may be broken: not at all by integers, by a rounding by doubles."""
    if game.is_exact:
        return 0.0
    values = game.values
    return TOLERANCE * max(float(values.max()), -float(values.min()))


def _worst(broken: Table, room: float) -> int | None:
    """Find where a condition is broken most; None where nowhere."""
    if not broken.size:
        return None
    place = int(broken.argmax())
    return place if broken.reshape(-1)[place] > room else None


def _opened(mask: int, i: int) -> int:
    """Make room for player i in a mask of the others."""
    low = mask & ((1 << i) - 1)
    return (mask ^ low) << 1 | low


def _members(mask: int) -> tuple[int, ...]:
    return tuple(1 << i for i in range(mask.bit_length()) if mask >> i & 1)


def _joining(name: str, game: TUGame, sign: int) -> Property:
    n = game.n_players
    if n > MAX_PAIRS:
        raise LimitError(
            f"{n} players: all {3.0**n:.3g} pairs of disjoint coalitions are compared up to "
            f"{MAX_PAIRS}; is_convex and is_zero_monotone have no such limit"
        )
    table, room = table_of(game, 3), _room(game)
    low = min(n, LOW)
    one, two = _disjoint_pairs(low)
    worst: tuple[Any, int, int] | None = None
    for s, t in zip(*(pairs << low for pairs in _disjoint_pairs(n - low)), strict=True):
        broken = sign * (table[one | s] + table[two | t] - table[one | two | (s | t)])
        place = int(broken.argmax())
        if broken[place] > (room if worst is None else worst[0]):
            worst = broken[place], int(one[place] | s), int(two[place] | t)
    if worst is None:
        return Property(name, True, tolerance=room)
    _, a, b = worst
    a, b = min(a, b), max(a, b)
    return _fails(name, game, (a, b), ">" if sign > 0 else "<", (a | b,))


def _disjoint_pairs(n: int) -> tuple[Any, Any]:
    """All ordered pairs of disjoint coalitions."""
    one, two = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for i in range(n):
        one = np.concatenate([one, one | 1 << i, one])
        two = np.concatenate([two, two, two | 1 << i])
    return one, two


def _fails(
    name: str, game: TUGame, left: tuple[int, ...], sign: str, right: tuple[int, ...]
) -> Property:
    """Write down a condition between sums of worths that is broken."""

    def side(masks: tuple[int, ...]) -> tuple[str, Any]:
        words = " + ".join(f"v({','.join(game.coalition(m))})" for m in masks) or "0"
        total = sum((game.worth(m) for m in masks), Fraction(0))
        return words, total if game.is_exact else float(total)

    (words, total), (other_words, other) = side(left), side(right)
    amounts: dict[str, Any] = {}
    for mask in (*left, *right):
        worth = game.worth(mask)
        amounts[",".join(game.coalition(mask))] = worth if game.is_exact else float(worth)
    amounts["by"] = abs(total - other)
    return Property(
        name,
        False,
        f"{words} = {total} {sign} {other_words} = {other}",
        tuple(game.coalition(m) for m in (*left, *right)),
        amounts,
        _room(game),
    )
