"""Covers of the losing coalitions of a simple game, each part kept out by one weighted game."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from math import lcm, prod

from solvers.counting.simple_games import SimpleGame
from solvers.errors import LimitError
from solvers.listing import minimal_winning_coalitions
from solvers.programmes.rational_lp import solve_rational_lp
from solvers.rules.rule import Rule
from solvers.simple_games.separation import dual_game

__all__ = ["MAX_CELLS", "MAX_LISTED", "Cover", "Weighted", "by_player", "by_type"]

MAX_LISTED = 150
"""Most maximal losing coalitions that are gathered; of the winning ones ten times as many."""
MAX_CELLS = 50_000
"""Most vectors of players of each type, the largest type left out, that are looked at."""
MAX_NODES = 2_000  # of the search for the least cover

Coalition = tuple[int, ...]
Vector = tuple[int, ...]
Weighted = tuple[tuple[int, ...], int]
"""Weights of the players, and a quota."""


@dataclass(frozen=True)
class Cover:
    """Minimal winning and maximal losing coalitions, and weighted games between them.

    Parameters
    ----------
    classes : tuple of tuple of int
        Players who get equal weights.
    winning, losing : list of tuple of int
        Coalitions as numbers of players of each class.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999, section 1.7.
    """

    classes: tuple[Coalition, ...]
    winning: list[Vector]
    losing: list[Vector]

    @cached_property
    def _known(self) -> dict[frozenset[int], Weighted | None]:
        return {}

    def together(self, group: Sequence[int] | range) -> Weighted | None:
        """Find weights by class and a quota that keep a group out.

        Parameters
        ----------
        group : sequence of int
            Losing coalitions, by their place.

        Returns
        -------
        (tuple of int, int) or None
            All winning coalitions reach the quota, those of the group do not; None when there
            are no such weights.
        """
        key = frozenset(group)
        if key not in self._known:
            self._known[key] = self._weights([self.losing[k] for k in sorted(key)])
        return self._known[key]

    def _weights(self, lost: list[Vector]) -> Weighted | None:
        # Both sides by and by: few coalitions bind.
        size = len(self.classes)
        below, above = [lost[0]], list[Vector]()
        while True:
            rows = [dict(enumerate((*v, -1))) for v in (*below, *above)]
            senses = ["<="] * len(below) + [">="] * len(above)
            rhs = [-1] * len(below) + [0] * len(above)
            answer = solve_rational_lp([1] * (size + 1), rows, senses, rhs)
            if answer.x is None:
                return None
            scale = lcm(*(x.denominator for x in answer.x))
            weights, quota = [int(x * scale) for x in answer.x[:size]], int(answer.x[size] * scale)
            most, heaviest = max((_dot(weights, v), v) for v in lost)
            least, lightest = min((_dot(weights, v), v) for v in self.winning)
            if least > most:  # all coalitions are judged, not only those of the programme
                return tuple(weights), least
            if least < quota:
                above.append(lightest)
            if most > quota - scale:
                below.append(heaviest)

    def greedy(self, n_players: int, below: int | None) -> tuple[Weighted, ...]:
        """Put each losing coalition into the first group that takes it.

        Parameters
        ----------
        n_players : int
            Number of players.
        below : int or None
            More groups than that are of no interest.

        Returns
        -------
        tuple of (tuple of int, int)
            Weights of all players and a quota for each group; empty where players of a class
            would need different weights, or there would be more groups.
        """
        groups: list[list[int]] = []
        for k, lost in enumerate(self.losing):
            for group in groups:
                known = self.together(group)
                if known is not None and _dot(known[0], lost) < known[1]:
                    self._known[frozenset((*group, k))] = known  # they keep it out already
                if self.together([*group, k]) is not None:
                    group.append(k)
                    break
            else:
                if self.together([k]) is None:  # players of a class need different weights
                    return ()
                groups.append([k])
                if below is not None and len(groups) > below:
                    return ()
        found = [self.together(group) for group in groups]
        return tuple(self._spread(w, n_players) for w in found if w is not None)

    def fewest(
        self, n_players: int, lower: int, upper: int
    ) -> tuple[int, tuple[Weighted, ...]] | None:
        """Try all groups that are fewer than a number that is enough.

        Parameters
        ----------
        n_players : int
            Number of players; each is a class.
        lower, upper : int
            So many groups are needed, so many are enough.

        Returns
        -------
        (int, tuple of (tuple of int, int)) or None
            The least number, and the weighted games where it is below `upper`; None when the
            search is given up.
        """
        for size in range(lower, upper):
            steps = [MAX_NODES]
            groups = self._assigned(0, [], size, steps)
            if groups is not None:
                found = [self.together(group) for group in groups]
                return size, tuple(self._spread(w, n_players) for w in found if w is not None)
            if steps[0] <= 0:
                return None
        return upper, ()

    def _assigned(
        self, k: int, groups: list[list[int]], size: int, steps: list[int]
    ) -> list[list[int]] | None:
        if k == len(self.losing):
            return groups
        steps[0] -= 1
        if steps[0] <= 0:
            return None
        for g, group in enumerate(groups):
            if self.together([*group, k]) is not None:
                tried = [[*group, k] if h == g else other for h, other in enumerate(groups)]
                found = self._assigned(k + 1, tried, size, steps)
                if found is not None:
                    return found
        if len(groups) < size:
            return self._assigned(k + 1, [*groups, [k]], size, steps)
        return None

    def _spread(self, found: Weighted, n_players: int) -> Weighted:
        weights = [0] * n_players
        for players, weight in zip(self.classes, found[0], strict=True):
            for i in players:
                weights[i] = weight
        return tuple(weights), found[1]


def by_type(game: SimpleGame) -> Cover | None:
    """Describe coalitions by numbers of players of each type.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    Cover or None
        None where the vectors or the losing ones among them are too many.
    """
    sizes = [len(t) + 1 for t in game.types]
    if prod(sizes) // max(sizes) > MAX_CELLS:
        return None
    winning, losing = _vectors(game)
    return Cover(game.types, winning, losing) if len(losing) <= MAX_LISTED else None


def by_player(rule: Rule) -> Cover | None:
    """Describe coalitions player by player.

    Parameters
    ----------
    rule : Rule
        The game.

    Returns
    -------
    Cover or None
        None where there are too many coalitions.
    """
    winning = _listed(rule, 10 * MAX_LISTED)
    blocking = _listed(dual_game(rule), MAX_LISTED) if winning is not None else None
    if winning is None or blocking is None:
        return None
    everybody = range(rule.n_players)
    won = [tuple(int(i in set(c)) for i in everybody) for c in winning]
    lost = [tuple(int(i not in set(b)) for i in everybody) for b in blocking]
    return Cover(tuple((i,) for i in everybody), won, lost)


def _listed(rule: Rule, most: int) -> list[Coalition] | None:
    """List all minimal winning coalitions; None when they are too many."""
    try:
        found = list(islice(minimal_winning_coalitions(rule), most + 1))
    except LimitError:
        return None
    return found if len(found) <= most else None


def _vectors(game: SimpleGame) -> tuple[list[Vector], list[Vector]]:
    """List minimal winning and maximal losing coalitions as numbers of players of each type."""
    sizes = [len(t) for t in game.types]
    last = sizes.index(max(sizes))
    columns = [[w[t[0]] for t in game.types] for w in game.weights]
    ranges = [range(1 if t == last else size + 1) for t, size in enumerate(sizes)]
    needed: dict[Vector, int] = {}  # players of the largest type that the others need to win
    for vector in product(*ranges):
        sums = [_dot(c, vector) for c in columns]
        low, high = 0, sizes[last] + 1
        while low < high:
            middle = (low + high) // 2
            if game.wins([s + middle * c[last] for s, c in zip(sums, columns, strict=True)]):
                high = middle
            else:
                low = middle + 1
        needed[vector] = low

    def beside(vector: Vector, by: int) -> Iterator[int]:
        for t, size in enumerate(sizes):
            if t != last and 0 <= vector[t] + by <= size:
                yield needed[(*vector[:t], vector[t] + by, *vector[t + 1 :])]

    def whole(vector: Vector, number: int) -> Vector:
        return (*vector[:last], number, *vector[last + 1 :])

    winning = [
        whole(v, k)
        for v, k in needed.items()
        if k <= sizes[last] and all(other > k for other in beside(v, -1))
    ]
    losing = [
        whole(v, k - 1)
        for v, k in needed.items()
        if k > 0 and all(other < k for other in beside(v, 1))
    ]
    return winning, losing


def _cells(game: SimpleGame) -> int:
    sizes = [len(t) + 1 for t in game.types]
    return prod(sizes) // max(sizes)


def _dot(weights: Sequence[int], vector: Vector) -> int:
    return sum(w * x for w, x in zip(weights, vector, strict=True))
