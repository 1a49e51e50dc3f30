"""Indices with a-priori unions that follow from minimal winning coalitions of the unions.

References
----------
.. [1] M. J. Holler and E. Nohn, "The public good index with threats in a priori unions", Homo
   Oeconomicus 26 (2009), pp. 393-401.
.. [2] J. M. Alonso-Meijide, B. Casas-Méndez, M. G. Fiestras-Janeiro and M. J. Holler, "Two
   variations of the public good index for games with a priori unions", Control and Cybernetics
   39 (2010), pp. 839-855.
.. [3] J. M. Alonso-Meijide, B. Casas-Méndez, M. G. Fiestras-Janeiro and M. J. Holler, "The
   Deegan-Packel index for simple games with a priori unions", Quality and Quantity 45 (2011),
   pp. 425-439.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

from solvers.counting.simple_games import SimpleGame
from solvers.errors import LimitError
from solvers.power.game import CountedGame, PowerIndex, Values, counted, shares
from solvers.power.lattice import MAX_CELLS, Lattice, lattice_cells, lattice_of
from solvers.power.unions import Unions, merged_game, partition_of, rule_of
from solvers.rules.rule import Rule

__all__ = [
    "UNION_MINIMAL_INDICES",
    "coalitional_deegan_packel",
    "owen_extended_public_good",
    "solidarity_public_good",
    "threat_public_good",
    "union_public_good",
]

MAX_STEPS = 3_000_000
"""Most combinations of types that are gone through inside the unions, all taken together."""

Parts: TypeAlias = "list[tuple[int, ...]]"
Inside: TypeAlias = "tuple[Values, Values]"
"""Of the members of a union: shares of the essential sets, and equal shares of each of them."""


def solidarity_public_good(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Share the public good index of every union equally among its members.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        Players of each union; who is in none is a union of one.

    Returns
    -------
    PowerIndex

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If a player is unknown or in two unions.
    LimitError
        If the game of the unions is too large for the exact methods.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(5, Quota((1,) * 5, (0,) * 5, (0,) * 5, 3))
    >>> [str(v) for v in solidarity_public_good(majority, [[0, 1], [2, 3]]).values]
    ['1/6', '1/6', '1/6', '1/6', '1/3']
    """
    game, parts = _read(rule, unions)
    found = [Fraction(0)] * game.n_players
    for part, value in zip(parts, _of_unions(game, parts), strict=True):
        for i in part:
            found[i] = value / len(part)
    return _index(found, "solidarity_public_good")


def union_public_good(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Count for every player the minimal winning coalitions of unions that its union is in.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        As for :func:`solidarity_public_good`.

    Returns
    -------
    PowerIndex
        A union sums to its number of members times its number of coalitions, scaled.

    Raises
    ------
    EngineError
        As :func:`solidarity_public_good`.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(5, Quota((1,) * 5, (0,) * 5, (0,) * 5, 3))
    >>> [str(v) for v in union_public_good(majority, [[0, 1], [2, 3]]).values]
    ['1/5', '1/5', '1/5', '1/5', '1/5']
    """
    game, parts = _read(rule, unions)
    found = [Fraction(0)] * game.n_players
    for part, value in zip(parts, _of_unions(game, parts), strict=True):
        for i in part:
            found[i] = value
    return _index(list(shares(tuple(found))), "union_public_good")


def threat_public_good(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Share the public good index of every union by that of its members without unions.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        As for :func:`solidarity_public_good`.

    Returns
    -------
    PowerIndex

    Raises
    ------
    LimitError
        Also if the game of the players is too large for the exact methods.
    EngineError
        As :func:`solidarity_public_good`.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> council = Rule(4, Quota((3, 2, 1, 1), (0,) * 4, (0,) * 4, 4))
    >>> [str(v) for v in threat_public_good(council, [[0, 1]]).values]
    ['3/5', '2/5', '0', '0']
    """
    game, parts = _read(rule, unions)
    alone = [sum(row) for row in game.minimal.minimal_with]
    found = [Fraction(0)] * game.n_players
    for part, value in zip(parts, _of_unions(game, parts), strict=True):
        for i, share in zip(part, shares(tuple(alone[i] for i in part)), strict=True):
            found[i] = value * share
    return _index(found, "threat_public_good")


def owen_extended_public_good(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Share the public good index of every union by the sets of members that are essential.

    In a minimal winning coalition of unions, a set of members of one of them is essential when
    it wins with the other unions and none of its members can be left out.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        As for :func:`solidarity_public_good`.

    Returns
    -------
    PowerIndex
        A union sums to its public good index in the game of unions.

    Raises
    ------
    LimitError
        If the unions, or the members of one, make more than 400,000 combinations of types, or
        all that are gone through more than `MAX_STEPS`.
    EngineError
        As :func:`solidarity_public_good`.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> council = Rule(4, Quota((3, 2, 1, 1), (0,) * 4, (0,) * 4, 5))
    >>> [str(v) for v in owen_extended_public_good(council, [[1, 2, 3]]).values]
    ['1/2', '1/6', '1/6', '1/6']
    """
    game, parts = _read(rule, unions)
    found, number = [Fraction(0)] * game.n_players, Fraction(0)
    for _, times, chosen in _coalitions(game.game, parts):
        for k, ways, inside in chosen:
            number += times * ways
            for i, share in zip(parts[k], inside[0], strict=True):
                found[i] += times * ways * share
    return _index([f / (number or 1) for f in found], "owen_extended_public_good")


def coalitional_deegan_packel(rule: Rule | CountedGame, unions: Unions) -> PowerIndex:
    """Share every minimal winning coalition of unions equally, and again inside every union.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes.
    unions : sequence of sequences of int
        As for :func:`solidarity_public_good`.

    Returns
    -------
    PowerIndex
        A union sums to its Deegan-Packel index in the game of unions. Its essential sets of
        members count alike, and each is shared equally.

    Raises
    ------
    EngineError
        As :func:`owen_extended_public_good`.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> council = Rule(4, Quota((3, 2, 1, 1), (0,) * 4, (0,) * 4, 4))
    >>> [str(v) for v in coalitional_deegan_packel(council, [[0, 1]]).values]
    ['1/2', '1/2', '0', '0']
    """
    game, parts = _read(rule, unions)
    found, number = [Fraction(0)] * game.n_players, Fraction(0)
    for size, times, chosen in _coalitions(game.game, parts):
        for k, ways, inside in chosen:
            number += Fraction(times * ways, size)
            for i, share in zip(parts[k], inside[1], strict=True):
                found[i] += times * ways * share / size
    return _index([f / (number or 1) for f in found], "coalitional_deegan_packel")


SOURCES = {
    "solidarity_public_good": "Alonso-Meijide et al. 2010",
    "union_public_good": "Holler and Nohn 2009",
    "threat_public_good": "Holler and Nohn 2009",
    "owen_extended_public_good": "Alonso-Meijide et al. 2010",
    "coalitional_deegan_packel": "Alonso-Meijide et al. 2011",
}

UNION_MINIMAL_INDICES: dict[str, Callable[[Rule | CountedGame, Unions], PowerIndex]] = {
    f.__name__: f
    for f in (
        solidarity_public_good,
        union_public_good,
        threat_public_good,
        owen_extended_public_good,
        coalitional_deegan_packel,
    )
}
"""Indices with unions from minimal winning coalitions, by name."""


def _read(rule: Rule | CountedGame, unions: Unions) -> tuple[CountedGame, Parts]:
    game = counted(rule)
    return game, partition_of(game.n_players, unions)


def _index(values: list[Fraction], name: str) -> PowerIndex:
    return PowerIndex(tuple(values), "sums to 1", name, SOURCES[name])


def _of_unions(game: CountedGame, parts: Parts) -> Values:
    """Measure the unions by the public good index, by whichever method counts their game."""
    from solvers.counting import count_minimal

    found = count_minimal(rule_of(merged_game(game.game, parts)))
    return shares(tuple(sum(row) for row in found.minimal_with))


def _minimal_cells(lattice: Lattice) -> Iterator[tuple[int, ...]]:
    """List the numbers of members of each type that win, and lose whoever leaves."""
    wins, steps = lattice.wins, tuple(enumerate(lattice.strides))
    for place, counts in lattice.cells():
        if wins[place] and not any(wins[place - d] for t, d in steps if counts[t]):
            yield counts


def _coalitions(
    game: SimpleGame, parts: Parts
) -> Iterator[tuple[int, int, list[tuple[int, Fraction, Inside]]]]:
    """List the minimal winning coalitions of unions, those of equal unions together.

    Each is a number of unions, a number of coalitions, and for every union that is in some of
    them its number, its part of these coalitions, and what they give to its members.
    """
    merged = merged_game(game, parts)
    if (cells := lattice_cells(merged)) > MAX_CELLS:
        raise LimitError(
            f"{len(merged.types)} types of unions make {cells:,} combinations; the limit is "
            f"{MAX_CELLS:,}: take the solidarity, union or threat form of the public good index, "
            f"for which the unions are counted"
        )
    lattice = lattice_of(merged)
    known: dict[tuple[int, tuple[int, ...]], Inside] = {}
    steps = 0
    for counts in _minimal_cells(lattice):
        if not any(counts):
            continue
        sums = [
            sum(c * w[t[0]] for c, t in zip(counts, lattice.classes, strict=True))
            for w in merged.weights
        ]
        chosen = []
        for own, number in zip(lattice.classes, counts, strict=True):
            for k in own if number else ():
                needs = tuple(
                    min(max(q - s + w[k], 0), w[k] + 1)
                    for q, s, w in zip(game.thresholds, sums, merged.weights, strict=True)
                )
                if (k, needs) not in known:
                    known[k, needs], cells = _essential(game, parts[k], needs)
                    steps += cells
                    if steps > MAX_STEPS:
                        raise LimitError(
                            f"the essential sets of members take more than {MAX_STEPS:,} steps "
                            f"here: the limit; join fewer members in each union, or take the "
                            f"solidarity or union form, which need the unions alone"
                        )
                chosen.append((k, Fraction(number, len(own)), known[k, needs]))
        yield sum(counts), lattice.coalitions(counts), chosen


def _essential(
    game: SimpleGame, part: tuple[int, ...], needs: tuple[int, ...]
) -> tuple[Inside, int]:
    """Share what the essential sets of a union give to its members; and the steps that took."""
    if len(part) == 1:
        return ((Fraction(1),), (Fraction(1),)), 1
    weights = tuple(tuple(w[i] for i in part) for w in game.weights)
    lattice = lattice_of(SimpleGame(len(part), weights, needs, game.root))
    sets, members, equal = 0, [0] * len(lattice.classes), [Fraction(0)] * len(lattice.classes)
    for counts in _minimal_cells(lattice):
        times, size = lattice.coalitions(counts), sum(counts)
        sets += times
        for t, c in enumerate(counts):
            members[t] += times * c // lattice.sizes[t]
            equal[t] += Fraction(times * c, lattice.sizes[t] * size)
    where = {p: t for t, own in enumerate(lattice.classes) for p in own}
    own = [where[p] for p in range(len(part))]
    good = shares(tuple(members[t] for t in own))
    return (good, tuple(equal[t] / sets for t in own)), len(lattice.wins)
