"""Indices of simple games with a-priori unions: players that have agreed to act together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import comb, factorial, prod

from solvers.counting.simple_games import Expression, SimpleGame
from solvers.errors import GameError, LimitError
from solvers.power.game import CountedGame, PowerIndex, Values, counted
from solvers.power.lattice import MAX_CELLS, lattice_of
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

__all__ = [
    "UNION_INDICES",
    "Unions",
    "banzhaf_owen",
    "merged_game",
    "owen",
    "partition_of",
    "rule_of",
    "symmetric_coalitional_banzhaf",
]

MAX_COUNTS = 4096
"""Most combinations of types inside one union, where the others are counted for each of them."""

Unions = Sequence[Sequence[int]]
"""Players of each union; who is in none is a union of one."""
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
        If the members of a union make more than `MAX_COUNTS` combinations of types and with the
        other unions more than 400,000, or the other unions cannot be counted by size.

    References
    ----------
    .. [1] G. Owen, "Values of games with a priori unions", Essays in Mathematical Economics and
       Game Theory, Springer, 1977, pp. 76-88.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
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
    parts = partition_of(game.n_players, unions)
    values = [Fraction(0)] * game.n_players
    few = prod(len(c) + 1 for c in merged_game(game, parts).types) <= MAX_CELLS
    if not few:  # who stands alone is measured in the game of unions, which is counted once
        found = _alone(game, parts, outside)
    for k, own in enumerate(parts):
        if len(own) == 1 and not few:
            values[own[0]] = found[k]
            continue
        others = [part for part in parts if part is not own]
        for i, value in zip(own, _of_union(game, own, others, outside, inside), strict=True):
            values[i] = value
    return tuple(values)


def _alone(game: SimpleGame, parts: list[tuple[int, ...]], outside: Weight) -> list[Fraction]:
    """Measure every union as a player of the game of unions, counted by size."""
    from solvers.counting import count

    swings = count(rule_of(merged_game(game, parts))).swings
    weights = [outside(s - 1, len(parts) - 1) if s else Fraction(0) for s in range(len(parts) + 1)]
    return [
        sum((w * number for w, number in zip(weights, row, strict=True)), Fraction(0))
        for row in swings
    ]


def merged_game(game: SimpleGame, parts: Sequence[tuple[int, ...]]) -> SimpleGame:
    """Make every union one player.

    Parameters
    ----------
    game : SimpleGame
        The game.
    parts : sequence of tuple of int
        Players of each union.

    Returns
    -------
    SimpleGame
    """
    weights = tuple(tuple(sum(w[i] for i in part) for part in parts) for w in game.weights)
    return SimpleGame(len(parts), weights, game.thresholds, game.root)


def partition_of(n: int, unions: Unions) -> list[tuple[int, ...]]:
    """Complete unions to a partition of the players.

    Parameters
    ----------
    n : int
        Number of players.
    unions : sequence of sequences of int
        As for :func:`owen`.

    Returns
    -------
    list of tuple of int
        The unions, then the players that are in none, each alone.

    Raises
    ------
    GameError
        If a player is unknown or in two unions.
    """
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
    merged = merged_game(game, players)
    weights = merged.weights
    classes: dict[tuple[bool, tuple[int, ...]], list[int]] = {}
    for p in range(len(players)):
        key = (p < len(own), tuple(w[p] for w in weights))
        classes.setdefault(key, []).append(p)
    if prod(len(c) + 1 for c in classes.values()) > MAX_CELLS:
        return _by_counting(game, own, others, outside, inside)
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


def _by_counting(
    game: SimpleGame,
    own: tuple[int, ...],
    others: list[tuple[int, ...]],
    outside: Weight,
    inside: Weight,
) -> list[Fraction]:
    """Measure the members of one union; the others are counted by size for every set of them.

    What wins without a member wins with it, so that its swings are a difference of counts.
    """
    from solvers.counting import count

    classes: dict[tuple[int, ...], list[int]] = {}
    for i in own:
        classes.setdefault(tuple(w[i] for w in game.weights), []).append(i)
    keys, sizes = list(classes), [len(c) for c in classes.values()]
    if prod(n + 1 for n in sizes) > MAX_COUNTS:
        raise LimitError(
            f"a union of {len(own)} members of {len(keys)} types makes "
            f"{prod(n + 1 for n in sizes):,} combinations; the limit is {MAX_COUNTS:,}: join "
            f"fewer members in it"
        )
    weights = tuple(tuple(sum(w[i] for i in part) for part in others) for w in game.weights)
    wins: dict[tuple[int, ...], tuple[int, ...]] = {}  # sets of other unions by size
    for counts in product(*(range(n + 1) for n in sizes)):
        needs = tuple(
            q - sum(c * key[leaf] for c, key in zip(counts, keys, strict=True))
            for leaf, q in enumerate(game.thresholds)
        )
        wins[counts] = count(rule_of(SimpleGame(len(others), weights, needs, game.root))).winning
    sums = {key: Fraction(0) for key in keys}
    for t, key in enumerate(keys):
        for before, without in wins.items():
            if before[t] == sizes[t]:
                continue
            after = wins[(*before[:t], before[t] + 1, *before[t + 1 :])]
            rest = (n - (s == t) for s, n in enumerate(sizes))
            times = prod(comb(n, c) for n, c in zip(rest, before, strict=True))
            share = times * inside(sum(before), len(own) - 1)
            for size, (b, a) in enumerate(zip(without, after, strict=True)):
                if a != b:
                    sums[key] += share * (a - b) * outside(size, len(others))
    return [sums[tuple(w[i] for w in game.weights)] for i in own]


def rule_of(game: SimpleGame) -> Rule:
    """Write a game as a rule.

    Parameters
    ----------
    game : SimpleGame
        Thresholds may be below 1.

    Returns
    -------
    Rule
    """
    zero = (0,) * game.n_players

    def node(root: Expression) -> Node:
        if isinstance(root, int):
            return Quota(game.weights[root], zero, zero, game.thresholds[root])
        word, parts = root
        return (AllOf if word == "all" else AnyOf)(tuple(node(part) for part in parts))

    return Rule(game.n_players, node(game.root))
