"""Values of games in which players act together only where a graph connects them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame, check_size
from solvers.games.solution import Allocation
from solvers.games.tables import lowest_bits, table_of
from solvers.games.transforms import rebuilt
from solvers.values.checks import agrees, float_bound, linear_in_dividends, value_of
from solvers.values.shapley import shapley_value

__all__ = ["MAX_GRAPH", "MAX_LINKS", "graph_game", "link_game", "myerson_value", "position_value"]

MAX_GRAPH = 20
"""Most players of a game on a graph."""

MAX_LINKS = 18
"""Most links of a graph for the position value."""

Links = Sequence[Iterable[int | str]]


def myerson_value(game: TUGame, links: Links) -> Allocation:
    """Give every player its Shapley value in the game restricted by a graph.

    Parameters
    ----------
    game : TUGame
        At most `MAX_GRAPH` players.
    links : sequence of pairs of players
        The edges; a pair may be given in either direction, and twice.

    Returns
    -------
    Allocation
        The shares of a component sum to its worth, and a link is worth the same to both ends.

    Raises
    ------
    GameError
        If a link does not join two players of the game.
    LimitError
        If there are more players.

    References
    ----------
    .. [1] R. B. Myerson, "Graphs and cooperation in games", Mathematics of Operations Research 2
       (1977), pp. 225-229.

    Examples
    --------
    >>> game = TUGame([0, 0, 0, 6, 0, 6, 6, 6])
    >>> [str(x) for x in myerson_value(game, [("1", "2"), ("2", "3")])]
    ['1', '4', '1']
    """
    pairs = _pairs(game, links)
    restricted = graph_game(game, links)

    def find(g: TUGame) -> tuple[Any, ...]:
        return tuple(shapley_value(restricted if g is game else _restricted(g, pairs)))

    def second(exact: TUGame) -> tuple[Fraction, ...]:
        slow = TUGame([_by_components(exact, pairs, m) for m in range(1 << exact.n_players)])
        return linear_in_dividends(slow, lambda _, mask: Fraction(1, mask.bit_count()))

    return _wrapped("myerson", game, find, second, pairs)


def position_value(game: TUGame, links: Links) -> Allocation:
    """Give every player what it has alone, and half of the Shapley value of each of its links.

    Parameters
    ----------
    game : TUGame
        At most `MAX_GRAPH` players.
    links : sequence of pairs of players
        At most `MAX_LINKS` different ones.

    Returns
    -------
    Allocation
        The shares of a component sum to its worth. The players of the game of links are the
        links; a set of them is worth what its components gain over their members alone.

    Raises
    ------
    GameError
        If a link does not join two players of the game.
    LimitError
        If there are more players or links.

    References
    ----------
    .. [1] P. Borm, G. Owen and S. Tijs, "On the position value for communication situations",
       SIAM Journal on Discrete Mathematics 5 (1992), pp. 305-320.

    Examples
    --------
    >>> game = TUGame([0, 0, 0, 6, 0, 6, 6, 6])
    >>> [str(x) for x in position_value(game, [("1", "2"), ("2", "3")])]
    ['3/2', '3', '3/2']
    """
    pairs = _pairs(game, links)
    shares_of_links = link_game(game, links)

    def find(g: TUGame) -> tuple[Any, ...]:
        of_links = shares_of_links if g is game else _of_links(g, pairs)
        return _from_links(g, pairs, list(shapley_value(of_links)))

    def second(exact: TUGame) -> tuple[Fraction, ...]:
        slow = TUGame([_worth_of_links(exact, pairs, a) for a in range(1 << len(pairs))])
        each = linear_in_dividends(slow, lambda _, mask: Fraction(1, mask.bit_count()))
        return _from_links(exact, pairs, list(each))

    return _wrapped("position", game, find, second, pairs)


def graph_game(game: TUGame, links: Links) -> TUGame:
    """Let a coalition have what its connected parts are worth.

    Parameters
    ----------
    game : TUGame
        At most `MAX_GRAPH` players.
    links : sequence of pairs of players
        The edges.

    Returns
    -------
    TUGame

    Raises
    ------
    EngineError
        As :func:`myerson_value`.

    Examples
    --------
    >>> graph_game(TUGame([0, 0, 0, 6, 0, 6, 6, 6]), [("1", "2")]).worth("1,3")
    Fraction(0, 1)
    """
    return _restricted(game, _pairs(game, links))


def link_game(game: TUGame, links: Links) -> TUGame:
    """Make the links the players: a set of them has what its components gain.

    Parameters
    ----------
    game : TUGame
        At most `MAX_GRAPH` players.
    links : sequence of pairs of players
        At most `MAX_LINKS` different ones.

    Returns
    -------
    TUGame
        Its players are called after the ends of the links, ``"1-2"``.

    Raises
    ------
    EngineError
        As :func:`position_value`.
    """
    return _of_links(game, _pairs(game, links))


def _pairs(game: TUGame, links: Links) -> tuple[tuple[int, int], ...]:
    check_size(game.n_players, MAX_GRAPH)
    found = []
    for link in links:
        ends = [part.strip() for part in link.split(",")] if isinstance(link, str) else list(link)
        if len(ends) != 2:
            raise GameError(f"a link has two ends; {ends} has {len(ends)}")
        a, b = sorted(game.player(end) for end in ends)
        if a == b:
            raise GameError(f"a link joins two players; this one joins {ends[0]} with itself")
        found.append((a, b))
    return tuple(dict.fromkeys(found))


def _restricted(game: TUGame, pairs: Sequence[tuple[int, int]]) -> TUGame:
    n = game.n_players
    near = [0] * n
    for a, b in pairs:
        near[a] |= 1 << b
        near[b] |= 1 << a
    masks, part = np.arange(1 << n), lowest_bits(n)
    while True:  # the component of the first member grows by its neighbours
        grown = part.copy()
        for i in range(n):
            grown |= np.where(part >> i & 1, near[i], 0)
        grown &= masks
        if np.array_equal(grown, part):
            break
        part = grown
    table = table_of(game, n + 1)
    total, rest = np.zeros(1 << n, table.dtype), masks
    while rest.any():
        total = total + table[part[rest]]
        rest = rest & ~part[rest]
    return rebuilt(game, total)


def _of_links(game: TUGame, pairs: Sequence[tuple[int, int]]) -> TUGame:
    n, m = game.n_players, len(pairs)
    if m > MAX_LINKS:
        raise LimitError(f"{m} links: the limit of the position value is {MAX_LINKS}")
    # part[i, A]: component of player i when the links of A are there.
    part = np.repeat(1 << np.arange(n)[:, None], 1 << m, axis=1)
    for k, (a, b) in enumerate(pairs):
        block = part[:, : 1 << k]
        joined = block[a] | block[b]
        part[:, 1 << k : 2 << k] = np.where(block & joined, joined, block)
    table = table_of(game, 2 * n + 2)
    gains = np.zeros(1 << m, table.dtype)
    for i in range(n):
        first = (part[i] & -part[i]) == 1 << i
        gains = gains + np.where(first, table[part[i]], 0) - table[1 << i]
    names = [f"{game.players[a]}-{game.players[b]}" for a, b in pairs]
    if len(set(names)) < m:
        names = [str(k + 1) for k in range(m)]
    if not game.is_exact:
        gains[0] = 0.0  # nothing is joined; the sums above may leave a rounding
    return rebuilt(game, gains, players=names)


def _from_links(game: TUGame, pairs: Sequence[tuple[int, int]], each: list[Any]) -> tuple[Any, ...]:
    alone = [game.worth(1 << i) for i in range(game.n_players)]
    shares: list[Any] = alone if game.is_exact else [float(x) for x in alone]
    for (a, b), share in zip(pairs, each, strict=True):
        shares[a] += share / 2
        shares[b] += share / 2
    return tuple(shares)


def _wrapped(
    concept: str,
    game: TUGame,
    find: Callable[[TUGame], tuple[Any, ...]],
    second: Callable[[TUGame], tuple[Fraction, ...]],
    pairs: Sequence[tuple[int, int]],
) -> Allocation:
    names = game.players

    def certificate() -> dict[str, Any]:
        found: dict[str, Any] = {"links": [[names[a], names[b]] for a, b in pairs]}
        if not game.is_exact:
            terms = (1 << max(game.n_players, len(pairs))) * (game.n_players + 1)
            reach = 8.0 * (game.n_players + 1) * (len(pairs) + 1)
            found["error_bound"] = float_bound(game, terms, reach)
        return found

    return value_of(
        concept, game, find(game), find, certificate, lambda point: agrees(game, point, second),
        solver="Shapley value of the restricted game",
    )  # fmt: skip


def _components(mask: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    parts = [1 << i for i in range(mask.bit_length()) if mask >> i & 1]
    for a, b in pairs:
        if mask >> a & 1 and mask >> b & 1:
            one = next(p for p in parts if p >> a & 1)
            two = next(p for p in parts if p >> b & 1)
            if one != two:
                parts = [p for p in parts if p not in (one, two)] + [one | two]
    return parts


def _by_components(game: TUGame, pairs: Sequence[tuple[int, int]], mask: int) -> Fraction:
    return sum((game.worth(part) for part in _components(mask, pairs)), Fraction(0))


def _worth_of_links(game: TUGame, pairs: Sequence[tuple[int, int]], links: int) -> Fraction:
    there = [pair for k, pair in enumerate(pairs) if links >> k & 1]
    grand = (1 << game.n_players) - 1
    alone = sum((game.worth(1 << i) for i in range(game.n_players)), Fraction(0))
    return _by_components(game, there, grand) - alone
