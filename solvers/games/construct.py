"""Ways to enter a game, and to write it down again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame, check_size
from solvers.rules.rule import Rule

__all__ = [
    "MAX_CALLS",
    "MAX_RULE",
    "by_size",
    "from_dict",
    "from_function",
    "from_list_by_size",
    "from_rule",
    "masks_by_size",
    "to_dict",
]

MAX_CALLS = 22
"""Most players of a game whose worths a function computes one by one."""

MAX_RULE = 24
"""Most players of a rule that is written out as a table."""


def masks_by_size(n: int) -> list[int]:
    """List the coalitions that are not empty by size, then in lexicographic order.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    list of int
        Masks.

    Examples
    --------
    >>> masks_by_size(3)
    [1, 2, 4, 3, 5, 6, 7]
    """
    bits = [1 << i for i in range(n)]
    return [sum(c) for size in range(1, n + 1) for c in combinations(bits, size)]


def from_list_by_size(values: Sequence[Any], players: Sequence[str] | None = None) -> TUGame:
    """Make a game of a list in the literature's order: 1, 2, 3, 12, 13, 23, 123.

    Parameters
    ----------
    values : sequence, length 2**n - 1
        Worths by size of the coalition, then lexicographically, without the empty one.
    players : sequence of str, optional
        Names.

    Returns
    -------
    TUGame

    Raises
    ------
    GameError
        If the length is not 2**n - 1, or a worth is no number.
    LimitError
        If there are too many players.

    References
    ----------
    .. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
       Springer, 2007.

    Examples
    --------
    >>> from_list_by_size([0, 0, 0, 1, 2, 3, 6]).worth(["1", "3"])
    Fraction(2, 1)
    """
    size = len(values)
    if (size + 1).bit_count() != 1:
        raise GameError(
            f"{size} worths: n players need 2**n - 1, by size and then in lexicographic order, "
            f"without the empty coalition"
        )
    n = check_size(size.bit_length())
    source = values.tolist() if isinstance(values, np.ndarray) else values
    table: list[Any] = [0] * (size + 1)
    for mask, value in zip(masks_by_size(n), source, strict=True):
        table[mask] = value
    return TUGame(table, players)


def by_size(game: TUGame) -> list[Fraction] | list[float]:
    """Write a game in the order that :func:`from_list_by_size` reads.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    list of Fraction, or of float
        Fractions where the game is exact.
    """
    masks = masks_by_size(game.n_players)
    if game.is_exact:
        return [game.worth(mask) for mask in masks]
    table: list[float] = game.values.tolist()
    return [table[mask] for mask in masks]


def from_dict(
    values: Mapping[Any, Any], players: Sequence[str] | None = None, default: Any = None
) -> TUGame:
    """Make a game of worths by coalition.

    Parameters
    ----------
    values : mapping
        A coalition is a tuple or a set of names, or a text with commas between them; a number
        stands for the name in its digits. ``()`` and ``""`` are the empty coalition.
    players : sequence of str, optional
        Names, in their order; otherwise those that occur, numbers in their order, others in
        that of first mention.
    default : number, optional
        Worth of the coalitions that are left out; without it every one must be there.

    Returns
    -------
    TUGame

    Raises
    ------
    GameError
        If a coalition is missing, is given twice, or has an unknown member.
    LimitError
        If there are too many players.

    Examples
    --------
    >>> from_dict({("a", "b"): 3, "a": 1}, default=0).worth("a,b")
    Fraction(3, 1)
    >>> from_dict({"1": 1, "2": 2, "1,2": 4}).players
    ('1', '2')
    """
    parts = [(_members(key), value) for key, value in values.items()]
    if players is None:
        seen = dict.fromkeys(name for members, _ in parts for name in members)
        numbers = all(name.isdecimal() for name in seen)
        players = sorted(seen, key=int) if numbers else list(seen)
    index = {name: i for i, name in enumerate(players)}
    n = check_size(len(players))
    table: list[Any] = [default] * (1 << n)
    table[0] = 0
    given = set()
    for members, value in parts:
        mask = 0
        for name in members:
            if name not in index:
                raise GameError(f"{name!r} is no player; there are {', '.join(players)}")
            mask |= 1 << index[name]
        if mask in given:
            raise GameError(f"coalition {{{', '.join(members)}}} is given twice")
        given.add(mask)
        table[mask] = value
    if default is None and len(given - {0}) < (1 << n) - 1:
        missing = next(m for m in masks_by_size(n) if m not in given)
        names = [name for i, name in enumerate(players) if missing >> i & 1]
        raise GameError(
            f"no worth of {{{', '.join(names)}}}, and {(1 << n) - 1 - len(given - {0})} in all are "
            f"missing; a default can stand for them"
        )
    return TUGame(table, tuple(players))


def _members(key: object) -> tuple[str, ...]:
    if isinstance(key, str):
        return tuple(part.strip() for part in key.split(",") if part.strip())
    if isinstance(key, Iterable):
        return tuple(str(part) for part in key)
    return (str(key),)


def to_dict(game: TUGame) -> dict[str, Any]:
    """Write a game as worths by coalition, names with commas between them.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    dict
        In the literature's order, without the empty coalition: Fractions where the game is
        exact, else floats.

    Raises
    ------
    GameError
        If a name has a comma.

    Examples
    --------
    >>> to_dict(from_list_by_size([1, 2, "7/2"]))
    {'1': Fraction(1, 1), '2': Fraction(2, 1), '1,2': Fraction(7, 2)}
    """
    for name in game.players:
        if "," in name:
            raise GameError(f"the name {name!r} has a comma, which separates names")
    names = (",".join(game.coalition(mask)) for mask in masks_by_size(game.n_players))
    return dict(zip(names, by_size(game), strict=True))


def from_function(
    n: int, worth: Callable[[tuple[Any, ...]], Any], players: Sequence[str] | None = None
) -> TUGame:
    """Make a game of a function that says what a coalition is worth.

    Parameters
    ----------
    n : int
        Number of players, at most `MAX_CALLS`.
    worth : callable
        Takes the members as a tuple of their names, or of their numbers from 0 where no names
        are given. It is called once for every coalition but the empty one.
    players : sequence of str, optional
        Names.

    Returns
    -------
    TUGame

    Raises
    ------
    GameError
        If the function raises, or returns what is no finite number.
    LimitError
        If there are more players.

    Examples
    --------
    >>> from_function(3, lambda coalition: len(coalition) ** 2).worth([0, 1])
    Fraction(4, 1)
    """
    if n < 0:
        raise GameError(f"{n} players; there are at least 0")
    check_size(n, MAX_CALLS)
    members: Sequence[Any] = range(n) if players is None else tuple(players)
    if len(members) != n:
        raise GameError(f"{len(members)} names for {n} players")
    table: list[Any] = [0] * (1 << n)
    for mask in range(1, 1 << n):
        coalition = tuple(p for i, p in enumerate(members) if mask >> i & 1)
        try:
            table[mask] = worth(coalition)
        except Exception as error:
            raise GameError(
                f"the worth of {coalition} cannot be computed: {type(error).__name__}: {error}"
            ) from error
    return TUGame(table, players)


def from_rule(rule: Rule) -> TUGame:
    """Make the simple game of a decision rule: worth 1 for who wins, else 0.

    Parameters
    ----------
    rule : Rule
        A rule on yes and not-yes, of at most `MAX_RULE` members.

    Returns
    -------
    TUGame
        Exact, with the names of the rule.

    Raises
    ------
    RuleError
        If the rule tells an abstention from a vote against.
    GameError
        If nobody has to vote for: the empty coalition wins.
    LimitError
        If there are more members.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> game = from_rule(Rule(3, Quota((1, 1, 1), (0,) * 3, (0,) * 3, 2)))
    >>> game.numerators.tolist()
    [0, 0, 0, 1, 0, 1, 1, 1]
    """
    from solvers.counting.simple_games import simple_game
    from solvers.power.table import winning_table

    n = rule.n_players
    check_size(n, MAX_RULE)
    table = winning_table(simple_game(rule))
    if table & 1:
        raise GameError("the empty coalition wins under this rule; its worth must be 0")
    packed = table.to_bytes(max(1, (1 << n) // 8), "little")
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little", count=1 << n)
    return TUGame.of_integers(bits.astype(np.int64), 1, rule.names)
