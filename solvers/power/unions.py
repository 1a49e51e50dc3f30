"""Indices of simple games with a-priori unions: players that have agreed to act together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial

from solvers.counting.simple_games import SimpleGame
from solvers.errors import GameError
from solvers.power.game import CountedGame, PowerIndex, Values, counted
from solvers.power.lattice import lattice_of
from solvers.rules import Rule

__all__ = ["UNION_INDICES", "banzhaf_owen", "owen", "symmetric_coalitional_banzhaf"]

Unions = Sequence[Sequence[int]]
Weight = Callable[[int, int], Fraction]
"""Weight of one swing by the number of others before it, and of all others."""


def owen(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Measure power by orders in which every union stays together.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        Players of each union; who is in none is a union of one.

    Returns
    -------
    PowerIndex
        Shapley-Shubik among the unions, and again among the members of a union.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If a player is unknown or in two unions.
    LimitError
        If the other unions and the members of one make more than 400,000 combinations of types.

    References
    ----------
    .. [1] G. Owen, "Values of games with a priori unions", Essays in Mathematical Economics and
       Game Theory, Springer, 1977, pp. 76-88.

    Examples
    --------
    >>> from solvers.rules import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0,) * 3, (0,) * 3, 2))
    >>> [str(v) for v in owen(majority, [[0, 1]]).values]
    ['1/2', '1/2', '0']
    """
    values = _measured(counted(rule).game, unions, _by_orders, _by_orders)
    return PowerIndex(values, "sums to 1", "owen", "Owen 1977")


def banzhaf_owen(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Measure power by sets of other unions and sets of other members of the own union.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        As for :func:`owen`.

    Returns
    -------
    PowerIndex
        Probability of a swing; not normalised.

    Raises
    ------
    EngineError
        As :func:`owen`.

    References
    ----------
    .. [1] G. Owen, "Modification of the Banzhaf-Coleman index for games with a priori unions",
       Power, Voting, and Voting Power, Physica, 1982, pp. 232-238.
    """
    values = _measured(counted(rule).game, unions, _by_sets, _by_sets)
    return PowerIndex(values, "chance, not scaled", "banzhaf_owen", "Owen 1982")


def symmetric_coalitional_banzhaf(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Measure power by sets of other unions and orders of the own union.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        As for :func:`owen`.

    Returns
    -------
    PowerIndex
        The members of a union sum to its absolute Banzhaf index in the game of unions.

    Raises
    ------
    EngineError
        As :func:`owen`.

    References
    ----------
    .. [1] J. M. Alonso-Meijide and M. G. Fiestras-Janeiro, "Modification of the Banzhaf value
       for games with a coalition structure", Annals of Operations Research 109 (2002),
       pp. 213-227.
    """
    values = _measured(counted(rule).game, unions, _by_sets, _by_orders)
    return PowerIndex(
        values,
        "a union sums to its absolute Banzhaf index",
        "symmetric_coalitional_banzhaf",
        "Alonso-Meijide and Fiestras-Janeiro 2002",
    )


UNION_INDICES = {f.__name__: f for f in (owen, banzhaf_owen, symmetric_coalitional_banzhaf)}
"""Indices with unions, by name."""


def _by_orders(before: int, others: int) -> Fraction:
    return Fraction(factorial(before) * factorial(others - before), factorial(others + 1))


def _by_sets(before: int, others: int) -> Fraction:
    return Fraction(1, 1 << others)


def _measured(game: SimpleGame, unions: Unions, outside: Weight, inside: Weight) -> Values:
    parts = _partition(game.n_players, unions)
    values = [Fraction(0)] * game.n_players
    for own in parts:
        others = [part for part in parts if part is not own]
        for i, value in zip(own, _of_union(game, own, others, outside, inside), strict=True):
            values[i] = value
    return tuple(values)


def _partition(n: int, unions: Unions) -> list[tuple[int, ...]]:
    parts = [tuple(union) for union in unions if len(union)]
    seen: set[int] = set()
    for part in parts:
        for i in part:
            if not 0 <= i < n:
                raise GameError(f"player {i} of a union is none of the {n} players")
            if i in seen:
                raise GameError(f"player {i} is in two unions, or twice in one")
            seen.add(i)
    return parts + [(i,) for i in range(n) if i not in seen]


def _of_union(
    game: SimpleGame,
    own: tuple[int, ...],
    others: list[tuple[int, ...]],
    outside: Weight,
    inside: Weight,
) -> list[Fraction]:
    """Measure the members of one union in the game in which every other union is one player."""
    players = [*((i,) for i in own), *others]
    weights = tuple(tuple(sum(w[i] for i in p) for p in players) for w in game.weights)
    merged = SimpleGame(len(players), weights, game.thresholds, game.root)
    classes: dict[tuple[bool, tuple[int, ...]], list[int]] = {}
    for p in range(len(players)):
        key = (p < len(own), tuple(w[p] for w in weights))
        classes.setdefault(key, []).append(p)
    lattice = lattice_of(merged, tuple(tuple(c) for c in classes.values()))
    mine = [t for t, (member, _) in enumerate(classes) if member]
    sums = dict.fromkeys(mine, Fraction(0))
    swings: dict[tuple[int, int, int], int] = {}  # by type, other unions, other members
    for place, counts in lattice.cells():
        if not lattice.wins[place]:
            continue
        times, members = 0, sum(counts[t] for t in mine)
        for t in mine:
            if counts[t] and not lattice.wins[place - lattice.strides[t]]:
                times = times or lattice.coalitions(counts)
                key_ = (t, sum(counts) - members, members - 1)
                swings[key_] = swings.get(key_, 0) + times * counts[t] // lattice.sizes[t]
    for (t, unions_, members), number in swings.items():
        sums[t] += number * outside(unions_, len(others)) * inside(members, len(own) - 1)
    where = {p: t for t in mine for p in lattice.classes[t]}
    return [sums[where[p]] for p in range(len(own))]
