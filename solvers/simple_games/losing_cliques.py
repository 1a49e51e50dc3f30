"""Losing coalitions of a simple game of which no weighted game keeps out two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, islice, zip_longest
from random import Random

from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.errors import LimitError
from solvers.listing import cheapest_winning_coalitions, minimal_winning_coalitions
from solvers.rules.fixed_votes import with_votes, without_players
from solvers.rules.rule import Quota, Rule
from solvers.rules.votes import NO, YES
from solvers.simple_games.covers import Cover
from solvers.simple_games.separation import dual_game, separate, wins

__all__ = ["Trade", "incompatible"]

MAX_CANDIDATES = 300  # losing coalitions among which a clique is sought
MAX_TRIES = 10_000_000  # exchanges between losing coalitions, a few seconds
MAX_DIFFERENCE = 16  # players in which two losing coalitions may differ, to try every exchange
SMALL_DIFFERENCE = 10  # players up to which every exchange is tried at once
SAMPLES = 100  # exchanges tried first beyond that
COSTLY = 1_000_000  # so many exchanges one by one take as long as one search for a trade
MAX_OPEN = 2_000  # branches of the search for the lightest blocking coalition
MAX_STEPS = 20_000  # of the search for a clique

Coalition = tuple[int, ...]


@dataclass(frozen=True)
class Trade:
    """Two losing coalitions that can exchange players so that both win.

    Parameters
    ----------
    losing : tuple of (tuple of int, tuple of int)
        The losing coalitions.
    winning : tuple of (tuple of int, tuple of int)
        The winning ones; they hold every player as often as the losing ones do. A weighted game
        in which both of these win makes one of those win.
    """

    losing: tuple[Coalition, Coalition]
    winning: tuple[Coalition, Coalition]


def incompatible(
    rule: Rule, covers: Sequence[Cover] = (), enough: int | None = None
) -> tuple[tuple[Coalition, ...], tuple[Trade, ...]]:
    """Find losing coalitions of which any two can be traded into winning ones.

    Parameters
    ----------
    rule : Rule
        A simple game.
    covers : sequence of Cover
        Maximal losing coalitions that are known already.
    enough : int, optional
        More are not of interest.

    Returns
    -------
    tuple of tuple of int
        The losing coalitions; as many as were found, not always as many as there are.
    tuple of Trade
        One for every two of them.

    References
    ----------
    .. [1] S. Kurz and S. Napel, "Dimension of the Lisbon voting rules in the EU Council: a
       challenge and new world record", Optimization Letters 10 (2016), pp. 1245-1256.
    """
    game = simple_game(rule)
    best, trades = _among(game, rule, list(dict.fromkeys(_lightest(game, rule))))
    if enough is None or len(best) < enough:
        candidates = list(dict.fromkeys(_candidates(game, rule, covers)))
        more, found = _among(game, rule, candidates)
        if len(more) > len(best):
            return more, found
    return best, trades


def _among(
    game: SimpleGame, rule: Rule, candidates: Sequence[Coalition]
) -> tuple[tuple[Coalition, ...], tuple[Trade, ...]]:
    trades: dict[tuple[int, int], Trade] = {}
    neighbours = [0] * len(candidates)
    left = MAX_TRIES
    members = [frozenset(c) for c in candidates]

    def apart(pair: tuple[int, int]) -> int:
        return min(len(members[pair[0]] ^ members[pair[1]]), MAX_DIFFERENCE + 1)

    for a, b in sorted(combinations(range(len(candidates)), 2), key=apart):  # the quick ones first
        trade, used = _exchange(game, rule, candidates[a], candidates[b], left)
        left -= used
        if trade is not None:
            trades[a, b] = trade
            neighbours[a] |= 1 << b
            neighbours[b] |= 1 << a
        if left <= 0:
            break
    best = _largest(neighbours)
    pairs = combinations(best, 2)
    return tuple(candidates[k] for k in best), tuple(trades[pair] for pair in pairs)


def _candidates(game: SimpleGame, rule: Rule, covers: Sequence[Cover]) -> Iterator[Coalition]:
    """Give maximal losing coalitions of many kinds: some through each leaf, then the largest."""
    everybody = range(rule.n_players)
    out = _vetoers(rule)
    leaves = [_first(leaf, out, MAX_CANDIDATES // 12) for leaf, _ in _leaves(game)]
    for block in chain(*zip_longest(*leaves, fillvalue=())):
        yield from _enlarged(rule, block)
    for cover in covers:
        for vector in cover.losing[: MAX_CANDIDATES // 12]:
            for back in (False, True):  # each vector in the first and in the last players
                chosen = [
                    players[len(players) - n :] if back else players[:n]
                    for players, n in zip(cover.classes, vector, strict=True)
                ]
                yield tuple(sorted(chain(*chosen)))
    for block in _first(rule, out, MAX_CANDIDATES):
        inside = set(block)
        yield tuple(i for i in everybody if i not in inside)


def _leaves(game: SimpleGame) -> Iterator[tuple[Rule, tuple[int, ...]]]:
    """Give each leaf as a game of its own, and its weights."""
    zeros = (0,) * game.n_players
    for weights, quota in zip(game.weights, game.thresholds, strict=True):
        yield Rule(game.n_players, Quota(weights, zeros, zeros, quota)), weights


def _vetoers(rule: Rule) -> list[int]:
    """Name players without whom nothing wins: who lacks one of them cannot win by a trade."""
    everybody = range(rule.n_players)
    return [i for i in everybody if not wins(rule, tuple(k for k in everybody if k != i))]


def _lightest(game: SimpleGame, rule: Rule) -> Iterator[Coalition]:
    """Give a losing coalition for each leaf: without those whom the other leaves miss least."""
    out = _vetoers(rule)
    for leaf, weights in _leaves(game):
        others = [(w, sum(w)) for w in game.weights if w != weights]
        costs = [sum(Fraction(w[i], of) for w, of in others) for i in range(rule.n_players)]
        try:
            found = cheapest_winning_coalitions(
                dual_game(leaf), costs, 1, must_exclude=out, most_open=MAX_OPEN
            )
        except LimitError:
            continue
        for _, block in found:
            yield from _enlarged(rule, block)


def _enlarged(rule: Rule, block: Coalition) -> Iterator[Coalition]:
    """Give everybody else, and as many of the block as there can be while nothing wins."""
    inside = set(block)
    lost = [i for i in range(rule.n_players) if i not in inside]
    if block and not wins(rule, tuple(lost)):
        for i in block:
            lost += [] if wins(rule, (*lost, i)) else [i]
        yield tuple(sorted(lost))


def _first(rule: Rule, out: Sequence[int], most: int) -> list[Coalition]:
    """List the smallest coalitions without whose members nothing wins; fewer beyond a limit."""
    found = list[Coalition]()
    try:
        for block in islice(minimal_winning_coalitions(dual_game(rule), must_exclude=out), most):
            found.append(block)
    except LimitError:
        pass
    return found


def _exchange(
    game: SimpleGame, rule: Rule, one: Coalition, two: Coalition, left: int
) -> tuple[Trade | None, int]:
    """Find two winning coalitions made of two losing ones; also how many were tried."""
    common = sorted(set(one) & set(two))
    apart = sorted(set(one) ^ set(two))
    size = len(apart)
    columns = [[w[i] for i in apart] for w in game.weights]
    base = [sum(w[i] for i in common) for w in game.weights]
    chosen, used = None, 1
    if size > SMALL_DIFFERENCE:
        chosen, used = _by_chance(game, columns, base), SAMPLES * size
    if chosen is None and size <= MAX_DIFFERENCE:
        used = 1 << max(size - 1, 0)
        chosen = _by_all(game, columns, base) if used <= left else None
    elif chosen is None and left >= COSTLY:
        used = COSTLY
        inside = set(apart)
        fixed = {i: YES if i in common else NO for i in range(rule.n_players) if i not in inside}
        part = without_players(with_votes(rule, fixed), fixed)
        chosen = separate(part, dual_game(part)).coalition
    if chosen is None:
        return None, used
    taken = {apart[k] for k in chosen}
    winning = (
        tuple(sorted((*common, *taken))),
        tuple(sorted((*common, *(i for i in apart if i not in taken)))),
    )
    return Trade((one, two), winning), used


def _by_all(game: SimpleGame, columns: list[list[int]], base: list[int]) -> Sequence[int] | None:
    """Try every part of the players in question; both it and the rest must win."""
    size = len(columns[0])
    sums = [[start] for start in base]
    for k in range(size):
        for row, column in zip(sums, columns, strict=True):
            row += [s + column[k] for s in row]
    full = (1 << size) - 1
    for mask in range(1 << max(size - 1, 0)):
        if game.wins([row[mask] for row in sums]) and game.wins([row[full ^ mask] for row in sums]):
            return [k for k in range(size) if mask >> k & 1]
    return None


def _by_chance(game: SimpleGame, columns: list[list[int]], base: list[int]) -> Sequence[int] | None:
    """Try some parts, always the same."""
    size, chance = len(columns[0]), Random(0)
    wholes = [sum(column) for column in columns]
    for _ in range(SAMPLES):
        part = [k for k in range(size) if chance.random() < 0.5]
        sums = [sum([column[k] for k in part]) for column in columns]
        there = game.wins([b + s for b, s in zip(base, sums, strict=True)])
        if there and game.wins([b + w - s for b, w, s in zip(base, wholes, sums, strict=True)]):
            return part
    return None


def _largest(neighbours: Sequence[int]) -> tuple[int, ...]:
    """Find a largest clique; the largest known when the steps are used up.

    Branch and bound: so many colours are needed for the neighbours that are left.
    """
    best: tuple[int, ...] = ()
    stack: list[tuple[tuple[int, ...], int]] = [((), (1 << len(neighbours)) - 1)]
    for _ in range(MAX_STEPS):
        if not stack:
            break
        clique, open_ = stack.pop()
        if len(clique) > len(best):
            best = clique
        below = []
        for k, colour in _coloured(neighbours, open_):
            open_ &= ~(1 << k)  # from the last colour on, each with what comes before it
            if len(clique) + colour > len(best):
                below.append(((*clique, k), open_ & neighbours[k]))
        stack += reversed(below)
    return tuple(sorted(best))


def _coloured(neighbours: Sequence[int], open_: int) -> list[tuple[int, int]]:
    """Give vertices with colours that differ between neighbours, the last colour first."""
    found, colour = list[tuple[int, int]](), 0
    while open_:
        colour, free = colour + 1, open_
        while free:
            k = (free & -free).bit_length() - 1
            found.append((k, colour))
            open_ &= ~(1 << k)
            free &= ~(1 << k) & ~neighbours[k]
    return found[::-1]
