"""Minimal winning coalitions and profiles, one after another in a stated order.

A coalition is minimal when it wins and keeps the conditions asked for (members that must be in it,
blocs, connectedness), and nothing can be left out. Nothing is listed before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from math import lcm

from solvers.counting.simple_games import simple_game
from solvers.errors import GameError, RuleError
from solvers.listing.cost_order import by_cost
from solvers.listing.masks import MAX_MASK_PLAYERS, minimal_winning_masks
from solvers.listing.size_order import connected_by_size, minimal_by_size
from solvers.listing.units import MAX_UNITS, Selection, coalition_units, profile_units
from solvers.rules.rule import Rule
from solvers.rules.votes import NO, YES

__all__ = [
    "MAX_MASK_PLAYERS",
    "MAX_UNITS",
    "ORDERS",
    "cheapest_winning_coalitions",
    "is_minimal",
    "minimal_winning_coalitions",
    "minimal_winning_masks",
    "minimal_winning_profiles",
    "surplus_weights",
]

Coalition = tuple[int, ...]

ORDERS = ("size", "cost", "surplus")
"""Orders of a list; among equals the smaller coalition comes first, then the players decide."""


def minimal_winning_coalitions(
    rule: Rule,
    order: str = "size",
    *,
    costs: Sequence[Fraction | int] | None = None,
    must_have: Iterable[int] = (),
    must_exclude: Iterable[int] = (),
    blocs: Iterable[Iterable[int]] = (),
    incompatible: Iterable[tuple[int, int]] = (),
    graph: Iterable[tuple[int, int]] | None = None,
    line: Sequence[int] | None = None,
    strict: bool = False,
) -> Iterator[Coalition]:
    """List the minimal winning coalitions of a simple game.

    Parameters
    ----------
    rule : Rule
        Any tree, none of whose leaves tells an abstention from a vote against.
    order : {"size", "cost", "surplus"}
        By number of players, by cost, or by the weight above the threshold. Equal ones by
        number of players; then by the first player in which two of them differ, the one that
        has it first (a bloc stands where its first player stands).
    costs : sequence of Fraction or int, optional
        Cost of each player, at least 0; with the order ``"cost"``.
    must_have, must_exclude : iterable of int
        Players that are in, or not in, every coalition.
    blocs : iterable of iterables of int
        Players that are in together or out together.
    incompatible : iterable of (int, int)
        Pairs of players that never stand together.
    graph : iterable of (int, int), optional
        Only coalitions that are connected by these links; a bloc is connected in itself.
    line : sequence of int, optional
        All players in the order of their policy: only coalitions of neighbours on this line.
    strict : bool
        Whether to list only coalitions in which every single player is needed. Otherwise a
        coalition is minimal when no smaller one wins and keeps the conditions: a player that
        must be in it, a loose member of a bloc or a link of the graph need not be needed.

    Returns
    -------
    iterator of tuple of int
        Players in rising order; found as they are asked for.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against, or a number is no player.
    GameError
        If the order is unknown, or cannot be had with the other arguments.
    LimitError
        If there are more than `MAX_UNITS` members to choose from, too many branches open in an
        order by cost, or too many in vain in an order by size.

    Notes
    -----
    By size: depth first, memory O(n**2) whatever the number of coalitions. By cost: best first,
    memory grows with the number of coalitions that cost nearly the same. A rule has a surplus
    when all its leaves that do not merely count members sum the same weights.

    References
    ----------
    .. [1] W. H. Riker, The Theory of Political Coalitions, Yale University Press, 1962 (size).
    .. [2] J. Deegan and E. W. Packel, "A new index of power for simple n-person games",
       International Journal of Game Theory 7 (1978), pp. 113-123 (minimal winning coalitions).
    .. [3] R. Axelrod, Conflict of Interest, Markham, 1970 (connectedness).

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(4, Quota((3, 2, 2, 1), (0,) * 4, (0,) * 4, 5))
    >>> list(minimal_winning_coalitions(rule))
    [(0, 1), (0, 2), (1, 2, 3)]
    >>> list(minimal_winning_coalitions(rule, line=[1, 3, 0, 2]))
    [(0, 2), (0, 1, 3)]
    """
    if order not in ORDERS:
        raise GameError(f"no order {order!r}; there are {', '.join(ORDERS)}")
    if (costs is not None) != (order == "cost"):
        raise GameError("costs go with the order 'cost', and that order needs them")
    pairs = [(a, b) for a, b in incompatible]
    if any(not 0 <= i < rule.n_players for pair in pairs for i in pair):
        raise RuleError(f"players are numbered 0 to {rule.n_players - 1}")
    choice = coalition_units(rule, must_have, must_exclude, blocs)
    links = _links(rule.n_players, graph, line)
    if order == "surplus":
        costs = surplus_weights(rule)
    if choice is None:
        return iter(())
    found: Iterator[Coalition]
    if costs is None:
        found = _listed(choice, links)
    elif links is not None:
        raise GameError("connected coalitions are listed by size only")
    else:
        found = (players for _, players in _priced(rule, choice, costs, True))
    return (c for c in found if _passes(rule, c, pairs, strict))


def cheapest_winning_coalitions(
    rule: Rule,
    costs: Sequence[Fraction | int],
    most: int,
    *,
    minimal: bool = True,
    must_have: Iterable[int] = (),
    must_exclude: Iterable[int] = (),
    blocs: Iterable[Iterable[int]] = (),
    most_open: int | None = None,
    most_in_vain: int | None = None,
) -> list[tuple[Fraction, Coalition]]:
    """Find the cheapest winning coalitions without listing the others.

    Parameters
    ----------
    rule : Rule
        Any tree, none of whose leaves tells an abstention from a vote against.
    costs : sequence of Fraction or int, length n
        Cost of each player, at least 0.
    most : int
        How many are wanted.
    minimal : bool
        Whether only coalitions count from which nothing can be left out; otherwise the second
        cheapest may be the cheapest with somebody added who costs little.
    must_have, must_exclude, blocs
        As in `minimal_winning_coalitions`.
    most_open : int, optional
        Give up when so many branches are open; when left out, at about 1 GiB.
    most_in_vain : int, optional
        Give up when so many branches in turn held nothing; when left out, after about
        20 seconds.

    Returns
    -------
    list of (Fraction, tuple of int)
        Cost and players of at most that many coalitions, the cheapest first; equally dear ones
        as in `minimal_winning_coalitions`.

    Raises
    ------
    RuleError, LimitError
        As `minimal_winning_coalitions`.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(4, Quota((3, 2, 2, 1), (0,) * 4, (0,) * 4, 5))
    >>> cheapest_winning_coalitions(rule, [5, 1, 2, 2], 2)
    [(Fraction(5, 1), (1, 2, 3)), (Fraction(6, 1), (0, 1))]
    """
    choice = coalition_units(rule, must_have, must_exclude, blocs)
    if choice is None:
        return []
    return list(islice(_priced(rule, choice, costs, minimal, most_open, most_in_vain), most))


def minimal_winning_profiles(
    rule: Rule, low: Sequence[int] | None = None, high: Sequence[int] | None = None
) -> Iterator[tuple[int, ...]]:
    """List the minimal winning vote profiles of a rule with abstention.

    Parameters
    ----------
    rule : Rule
        Any tree.
    low, high : sequence of int, length n, optional
        Least and greatest vote of each player, against and for when left out; both ``ABSENT``
        for who is not there.

    Returns
    -------
    iterator of tuple of int, length n
        Votes of all players, such that the decision is taken, and is not when any vote above
        its least one is lowered by one level. By number of votes for, then of abstentions; then
        by the first player who votes differently, for before abstaining before against. Votes
        that `low` fixes do not count in this order.

    Raises
    ------
    RuleError
        If a level is unknown, or a least vote is above the greatest.
    LimitError
        If there are more than `MAX_UNITS` members to choose from; while listing, if too many
        branches in turn hold nothing.

    Notes
    -----
    Depth first, memory O(n**2).

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.

    Examples
    --------
    More for than against, out of two:

    >>> from solvers.rules.rule import Quota
    >>> list(minimal_winning_profiles(Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1))))
    [(2, 1), (1, 2)]
    """
    n = rule.n_players
    low = [NO] * n if low is None else low
    high = [YES] * n if high is None else high
    choice = profile_units(rule, low, high)

    def profiles() -> Iterator[tuple[int, ...]]:
        for raised in minimal_by_size(choice):
            votes = list(choice.base)
            for unit, level in raised:
                votes[choice.units[unit].players[0]] = level
            yield tuple(votes)

    return profiles()


def surplus_weights(rule: Rule) -> tuple[int, ...]:
    """Return the weights in which the surplus of a coalition is measured.

    Parameters
    ----------
    rule : Rule
        A rule none of whose leaves tells an abstention from a vote against.

    Returns
    -------
    tuple of int, length n
        One each when all leaves count members.

    Raises
    ------
    GameError
        If leaves sum different weights.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> surplus_weights(Rule(3, Quota((4, 2, 2), (0,) * 3, (0,) * 3, 6)))
    (2, 1, 1)
    """
    weighted = {w for w in simple_game(rule).weights if len(set(w) - {0}) > 1}
    if len(weighted) > 1:
        raise GameError(
            f"the rule sums {len(weighted)} different weights, so it has no one surplus; "
            f"take the order 'cost' and give the weights of one of them as costs"
        )
    return weighted.pop() if weighted else (1,) * rule.n_players


def is_minimal(rule: Rule, players: Iterable[int]) -> bool:
    """Say whether a coalition wins, and loses whoever leaves.

    Parameters
    ----------
    rule : Rule
        A rule; who is not in the coalition votes against.
    players : iterable of int
        The coalition.

    Returns
    -------
    bool
    """
    profile = [NO] * rule.n_players
    members = list(players)
    for i in members:
        profile[i] = YES
    if not rule.evaluate(profile):
        return False
    for i in members:
        profile[i] = NO
        if rule.evaluate(profile):
            return False
        profile[i] = YES
    return True


def _passes(
    rule: Rule, coalition: Coalition, apart: Sequence[tuple[int, int]], strict: bool
) -> bool:
    if any(a in coalition and b in coalition for a, b in apart):
        return False
    return not strict or is_minimal(rule, coalition)


def _fixed(choice: Selection) -> list[int]:
    return [i for i, vote in enumerate(choice.base) if vote == YES]


def _coalition(choice: Selection, units: Iterable[int]) -> Coalition:
    players = (i for u in units for i in choice.units[u].players)
    return tuple(sorted([*_fixed(choice), *players]))


def _listed(choice: Selection, links: Sequence[int] | None) -> Iterator[Coalition]:
    """List by size; links are masks of neighbours by player."""
    if links is None:
        found = minimal_by_size(choice)
    else:
        groups = [*(u.players for u in choice.units), *choice.fixed]
        vertex = {i: v for v, group in enumerate(groups) for i in group}
        joined = [0] * len(groups)
        for i, v in vertex.items():
            joined[v] |= sum({1 << w for j, w in vertex.items() if links[i] >> j & 1 and w != v})
        fixed = range(len(choice.units), len(groups))
        found = connected_by_size(choice, fixed, joined)
    for raised in found:
        yield _coalition(choice, (u for u, _ in raised))


def _priced(
    rule: Rule,
    choice: Selection,
    costs: Sequence[Fraction | int],
    minimal: bool,
    most_open: int | None = None,
    most_in_vain: int | None = None,
) -> Iterator[tuple[Fraction, Coalition]]:
    """List by cost; costs are made whole, so that no comparison is rounded."""
    prices = [Fraction(c) for c in costs]
    if len(prices) != rule.n_players or min(prices, default=Fraction(0)) < 0:
        n = rule.n_players
        raise RuleError(f"a rule of {n} members needs {n} costs of at least 0")
    scale = lcm(*(p.denominator for p in prices))
    whole = [sum(int(prices[i] * scale) for i in u.players) for u in choice.units]
    paid = sum((prices[i] for i in _fixed(choice)), Fraction(0))
    found = by_cost(choice, whole, minimal, most_open, most_in_vain)
    return ((paid + Fraction(c, scale), _coalition(choice, units)) for c, units in found)


def _links(
    n: int, graph: Iterable[tuple[int, int]] | None, line: Sequence[int] | None
) -> list[int] | None:
    """Return the neighbours of every player as masks; None where any coalition will do."""
    if graph is not None and line is not None:
        raise GameError("give a graph or a line, not both")
    if line is not None:
        if sorted(line) != list(range(n)):
            raise GameError(f"the line must name each of the players 0 to {n - 1} once")
        graph = pairwise(line)
    if graph is None:
        return None
    links = [0] * n
    for a, b in graph:
        if not (0 <= a < n and 0 <= b < n and a != b):
            raise GameError(f"({a}, {b}) links no two of the players 0 to {n - 1}")
        links[a] |= 1 << b
        links[b] |= 1 << a
    return links
