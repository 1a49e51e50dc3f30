"""Power on a communication graph: only members that are linked can act together.

A coalition wins when some set of its members wins that is connected by links inside it. Of a
proper rule, under which no two disjoint coalitions win, this is Myerson's restricted game.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cached_property
from math import factorial
from typing import TypeAlias

from solvers.counting.counts import Counts, from_winning
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.errors import GameError, LimitError
from solvers.power.game import PowerIndex, Values, shares
from solvers.power.table import members_mask, winning_table
from solvers.rules.rule import Rule

__all__ = [
    "GRAPH_INDICES",
    "MAX_LINKS",
    "MAX_PLAYERS",
    "GraphGame",
    "graph_banzhaf",
    "graph_banzhaf_normalized",
    "myerson",
    "position",
]

MAX_PLAYERS = 27
"""Most players: every coalition is one bit of a table of 16 MiB, and sixty are held at once."""
MAX_LINKS = 16
"""Most links for the position value, which goes through all sets of links."""

CHUNK = 18  # players inside a chunk of the table, so that it stays in the cache

Edges: TypeAlias = "Iterable[tuple[int, int]]"


class GraphGame:
    """A simple game restricted by a graph, with its counts; each is made once.

    Parameters
    ----------
    rule : Rule
        A rule on yes and not-yes.
    edges : iterable of (int, int)
        Pairs of players that are linked, in either order; a pair given twice is one link.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If a link names an unknown player, or a player twice.
    LimitError
        If there are more than `MAX_PLAYERS` players.

    Notes
    -----
    Time O(n**2) operations on tables of 2**n bits: connected sets grow by one neighbour after
    another, winning ones among them are kept, and their supersets win.

    References
    ----------
    .. [1] R. B. Myerson, "Graphs and cooperation in games", Mathematics of Operations Research 2
       (1977), pp. 225-229.

    Examples
    --------
    A majority of three on a line: the ends need the middle, and two ends alone do not meet.

    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0,) * 3, (0,) * 3, 2))
    >>> GraphGame(majority, [(0, 1), (1, 2)]).counts.winning
    (0, 0, 2, 1)
    """

    def __init__(self, rule: Rule, edges: Edges) -> None:
        self.game: SimpleGame = simple_game(rule)
        self.n_players = rule.n_players
        self.edges = _links(self.n_players, edges)
        if self.n_players > MAX_PLAYERS:
            raise LimitError(
                f"power on a graph goes through all coalitions, and takes at most {MAX_PLAYERS} "
                f"players; here are {self.n_players}: join players that always act together "
                f"into one"
            )

    @cached_property
    def _wins(self) -> int:
        """Table of the coalitions that win without the graph."""
        return winning_table(self.game)

    @cached_property
    def table(self) -> int:
        """Bit S says whether coalition S wins by members that are connected inside it."""
        n = self.n_players
        inside = [members_mask(n, i) for i in range(n)]
        table = self._wins & (_connected(inside, self.edges) | self._wins & 1)
        for i in range(n):
            table |= (table & ~inside[i]) << (1 << i)
        return table

    @cached_property
    def counts(self) -> Counts:
        """Winning coalitions and swings by size."""
        return from_winning(*_by_size(self.table, self.n_players), "graph")


def myerson(rule: Rule | GraphGame, edges: Edges = ()) -> PowerIndex:
    """Measure power by the Shapley-Shubik index of the game that a graph restricts.

    Parameters
    ----------
    rule : Rule or GraphGame
        A rule on yes and not-yes, or one with its graph, so that several indices share counts.
    edges : iterable of (int, int)
        Links, as for `GraphGame`; not looked at when that is given.

    Returns
    -------
    PowerIndex
        The Myerson value of the game, if the rule is proper.

    Raises
    ------
    EngineError
        As `GraphGame`.

    References
    ----------
    .. [1] R. B. Myerson, "Graphs and cooperation in games", Mathematics of Operations Research 2
       (1977), pp. 225-229.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0,) * 3, (0,) * 3, 2))
    >>> [str(v) for v in myerson(majority, [(0, 1), (1, 2)]).values]
    ['1/6', '2/3', '1/6']
    """
    game = _graph_game(rule, edges)
    values = _shapley(game.counts.swings, game.n_players)
    return PowerIndex(values, "sums to 1", "myerson", "Myerson 1977")


def graph_banzhaf(rule: Rule | GraphGame, edges: Edges = ()) -> PowerIndex:
    """Measure power by the absolute Banzhaf index of the game that a graph restricts.

    Parameters
    ----------
    rule : Rule or GraphGame
        As for :func:`myerson`.
    edges : iterable of (int, int)
        Links.

    Returns
    -------
    PowerIndex

    Raises
    ------
    EngineError
        As `GraphGame`.

    References
    ----------
    .. [1] G. Owen, "Values of graph-restricted games", SIAM Journal on Algebraic and Discrete
       Methods 7 (1986), pp. 210-220.
    """
    game = _graph_game(rule, edges)
    others = 1 << max(game.n_players - 1, 0)
    values = tuple(Fraction(sum(row), others) for row in game.counts.swings)
    return PowerIndex(values, "of 2^(n-1) coalitions", "graph_banzhaf", "Owen 1986")


def graph_banzhaf_normalized(rule: Rule | GraphGame, edges: Edges = ()) -> PowerIndex:
    """Measure power by the share of the swings in the game that a graph restricts.

    Parameters
    ----------
    rule : Rule or GraphGame
        As for :func:`myerson`.
    edges : iterable of (int, int)
        Links.

    Returns
    -------
    PowerIndex

    Raises
    ------
    EngineError
        As `GraphGame`.
    """
    game = _graph_game(rule, edges)
    values = shares(tuple(sum(row) for row in game.counts.swings))
    return PowerIndex(values, "sums to 1", "graph_banzhaf_normalized", "Owen 1986")


def position(rule: Rule | GraphGame, edges: Edges = ()) -> PowerIndex:
    """Measure power by the links: each shares its Shapley-Shubik index between its two ends.

    Parameters
    ----------
    rule : Rule or GraphGame
        As for :func:`myerson`.
    edges : iterable of (int, int)
        Links.

    Returns
    -------
    PowerIndex
        In the game whose players are the links, and in which a set of them wins that connects
        a winning coalition.

    Raises
    ------
    GameError
        Also if a player wins alone, so that no link is needed.
    LimitError
        If there are more than `MAX_LINKS` links.
    EngineError
        As `GraphGame`.

    References
    ----------
    .. [1] P. Borm, G. Owen and S. Tijs, "On the position value for communication situations",
       SIAM Journal on Discrete Mathematics 5 (1992), pp. 305-320.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0,) * 3, (0,) * 3, 2))
    >>> [str(v) for v in position(majority, [(0, 1), (1, 2)]).values]
    ['1/4', '1/2', '1/4']
    """
    game = _graph_game(rule, edges)
    links = game.edges
    if len(links) > MAX_LINKS:
        raise LimitError(
            f"the position value goes through all sets of links, and takes at most {MAX_LINKS}; "
            f"here are {len(links)}: take the Myerson value"
        )
    wins, n = game._wins, game.n_players
    if any(wins >> (1 << i) & 1 for i in range(n)):
        raise GameError(
            "the position value shares what links bring, and a member of this body wins without "
            "any: take the Myerson value"
        )
    groups: list[tuple[int, ...]] = [tuple(1 << i for i in range(n))]  # by set of links
    table = 0
    for chosen in range(1, 1 << len(links)):
        last = chosen.bit_length() - 1
        a, b = links[last]
        before = groups[chosen ^ 1 << last]
        ends = [g for g in before if g >> a & 1 or g >> b & 1]
        merged = (*(g for g in before if g not in ends), sum(ends))
        groups.append(merged)
        if table >> (chosen ^ 1 << last) & 1 or wins >> merged[-1] & 1:
            table |= 1 << chosen
    counts = from_winning(*_by_size(table, len(links)), "links")
    found = [Fraction(0)] * n
    for link, value in zip(links, _shapley(counts.swings, len(links)), strict=True):
        for i in link:
            found[i] += value / 2
    return PowerIndex(tuple(found), "sums to 1", "position", "Borm, Owen and Tijs 1992")


GRAPH_INDICES: dict[str, Callable[..., PowerIndex]] = {
    f.__name__: f for f in (myerson, graph_banzhaf, graph_banzhaf_normalized, position)
}
"""Indices on a graph, by name."""


def _graph_game(rule: Rule | GraphGame, edges: Edges) -> GraphGame:
    return rule if isinstance(rule, GraphGame) else GraphGame(rule, edges)


def _links(n: int, edges: Edges) -> tuple[tuple[int, int], ...]:
    found: dict[tuple[int, int], None] = {}
    for a, b in edges:
        for i in (a, b):
            if not 0 <= i < n:
                raise GameError(f"player {i} of the link ({a}, {b}) is none of the {n} players")
        if a == b:
            raise GameError(f"the link ({a}, {b}) joins a player with itself; it must join two")
        found[min(a, b), max(a, b)] = None
    return tuple(found)


def _connected(inside: list[int], edges: tuple[tuple[int, int], ...]) -> int:
    """Mark the sets of players that are connected; the empty one is not."""
    table = sum(1 << (1 << i) for i in range(len(inside)))
    growing = [0] * len(inside)  # sets that each player is not in, and a neighbour of it is
    for a, b in edges:
        growing[a] |= inside[b]
        growing[b] |= inside[a]
    for i, own in enumerate(inside):
        growing[i] &= ~own
    while True:
        before = table
        for i, without in enumerate(growing):
            table |= (table & without) << (1 << i)
        if table == before:
            return table


def _by_size(table: int, n: int) -> tuple[list[int], list[list[int]]]:
    """Count the coalitions of a table by size, and those that contain each player."""
    low = min(n, CHUNK)
    sized = [1]  # coalitions of the chunk by size
    for i in range(low):
        sized = [a | b << (1 << i) for a, b in zip([*sized, 0], [0, *sized], strict=True)]
    inside = [members_mask(low, i) for i in range(low)]
    length = max((1 << low) // 8, 1)
    whole = table.to_bytes(length << (n - low), "little")
    total, with_ = [0] * (n + 1), [[0] * (n + 1) for _ in range(n)]
    for high in range(1 << (n - low)):
        chunk = int.from_bytes(whole[high * length : (high + 1) * length], "little")
        above = [low + bit for bit in range(n - low) if high >> bit & 1]
        for size, of_size in enumerate(sized):
            some = chunk & of_size
            if not some:
                continue
            number, place = some.bit_count(), size + len(above)
            total[place] += number
            for i in above:
                with_[i][place] += number
            for i in range(low):
                with_[i][place] += (some & inside[i]).bit_count()
    return total, with_


def _shapley(swings: tuple[tuple[int, ...], ...], n: int) -> Values:
    orders = [factorial(s - 1) * factorial(n - s) if s else 0 for s in range(n + 1)]
    return tuple(
        Fraction(sum(c * w for c, w in zip(row, orders, strict=True)), factorial(n))
        for row in swings
    )
