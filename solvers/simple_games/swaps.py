"""Who can stand for whom, quickly where all sums of the other players' weights can be kept.

Two players are compared by a coalition of the others that wins with the one and loses with the
other. Where one leaf sums large weights and the others small ones, all sums that coalitions of
the others reach are kept: for every choice of small sums the large ones as bits of an integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.simple_games.game_properties import GameProperties
from solvers.simple_games.separation import MAX_CELLS, Separation

__all__ = ["MAX_BITS", "QuickProperties"]

MAX_BITS = 2**29
"""Most bits that the sums may take, over all steps."""

Key = tuple[int, ...]
Layer = dict[Key, int]


@dataclass(frozen=True)
class QuickProperties(GameProperties):
    """The properties of a simple game, with quick comparisons of players.

    Parameters
    ----------
    rule : Rule
        A rule none of whose leaves tells an abstention from a vote against.

    References
    ----------
    .. [1] J. R. Isbell, "A class of simple games", Duke Mathematical Journal 25 (1958),
       pp. 423-439 (desirability).

    Examples
    --------
    >>> from solvers.rules.rule import Quota, Rule
    >>> found = QuickProperties(Rule(3, Quota((3, 2, 1), (0,) * 3, (0,) * 3, 4)))
    >>> found.symmetric, found.compare(0, 1), found.exceeds(0, 1).coalition
    (((0,), (1, 2)), 'more', (2,))
    """

    @cached_property
    def _game(self) -> SimpleGame:
        return simple_game(self.rule)

    @cached_property
    def _wide(self) -> int:
        """Leaf of the largest weights, of which sums are kept as bits."""
        totals = [sum(w) for w in self._game.weights]
        return totals.index(max(totals))

    @cached_property
    def quick(self) -> bool:
        """Whether the sums of all coalitions fit."""
        game = self._game
        if not game.weights:
            return False
        keys = 1
        for leaf, quota in self._small:
            keys *= quota + 1 if quota <= sum(game.weights[leaf]) else 1
        most = self._cap + max(game.weights[self._wide])
        return keys * most * game.n_players <= MAX_BITS

    @cached_property
    def _cap(self) -> int:
        """Sum of the large weights beyond which nothing changes."""
        same = self._game.weights[self._wide]
        ends = zip(self._game.weights, self._game.thresholds, strict=True)
        return max(t for w, t in ends if w == same)

    @cached_property
    def _small(self) -> list[tuple[int, int]]:
        """Leaves of other weights, each with the sum beyond which nothing changes."""
        game, most = self._game, dict[tuple[int, ...], tuple[int, int]]()
        for k, (weights, quota) in enumerate(zip(game.weights, game.thresholds, strict=True)):
            if weights != game.weights[self._wide]:
                first, so_far = most.get(weights, (k, 0))
                most[weights] = (first, max(quota, so_far))
        return list(most.values())

    def exceeds(self, player: int, other: int) -> Separation:
        """Find players whom one can make win where another in its place cannot.

        Parameters
        ----------
        player, other : int
            Two players.

        Returns
        -------
        Separation
            Its coalition wins with `player` and loses with `other`; it holds neither. The
            method is ``sums of all`` where all sums were kept.
        """
        key = player, other
        few = 1
        for players in self._game.types:
            few *= len(players) + 1
        if key in self._known or few <= MAX_CELLS or not self.quick:
            return super().exceeds(player, other)
        mine, yours = self._columns[player], self._columns[other]
        if all(a <= b for a, b in zip(mine, yours, strict=True)):
            return super().exceeds(player, other)
        self._known[key] = Separation(self._found(player, other), "sums of all")
        return self._known[key]

    def _found(self, player: int, other: int) -> tuple[int, ...] | None:
        others = [i for i in self._everybody if i not in (player, other)]
        wide = self._game.weights[self._wide]
        layers: list[Layer] = [{(0,) * len(self._small): 1}]
        for i in others:
            layer = dict(layers[-1])
            for key, bits in layers[-1].items():
                raised = self._raised(key, i)
                layer[raised] = layer.get(raised, 0) | self._capped(bits << wide[i])
            layers.append(layer)
        for key, bits in layers[-1].items():
            low = max(0, self._needed(self._raised(key, player)) - wide[player])
            high = self._needed(self._raised(key, other)) - wide[other]
            window = (bits & ((1 << max(high, 0)) - 1)) >> low
            if window:
                sum_ = low + (window & -window).bit_length() - 1
                return self._traced(layers, others, key, sum_)
        return None

    def _capped(self, bits: int) -> int:
        """Count sums beyond what still matters as the least such sum."""
        kept = bits & ((1 << self._cap) - 1)
        return kept | 1 << self._cap if bits >> self._cap else kept

    def _raised(self, key: Key, player: int) -> Key:
        """Add a player to the small sums, none beyond what still matters."""
        weights = self._game.weights
        return tuple(
            min(s + weights[leaf][player], quota)
            for s, (leaf, quota) in zip(key, self._small, strict=True)
        )

    @cached_property
    def _needs(self) -> dict[Key, int]:
        return {}

    def _needed(self, key: Key) -> int:
        """Return the least large sum that wins with given small ones; too much if none does."""
        if key not in self._needs:
            game = self._game
            same = game.weights[self._wide]
            by_weights = {
                game.weights[leaf]: s for s, (leaf, _) in zip(key, self._small, strict=True)
            }
            ends = [t for w, t in zip(game.weights, game.thresholds, strict=True) if w == same]
            found = self._cap + max(same) + 1
            for large in sorted({0, *ends}, reverse=True):
                if game.wins([by_weights.get(w, large) for w in game.weights]):
                    found = large
            self._needs[key] = found
        return self._needs[key]

    def _traced(
        self, layers: list[Layer], others: list[int], key: Key, sum_: int
    ) -> tuple[int, ...]:
        """Find players who reach given sums, the last one first."""
        wide, chosen = self._game.weights[self._wide], list[int]()
        for step in reversed(range(len(others))):
            layer, i = layers[step], others[step]
            if layer.get(key, 0) >> sum_ & 1:
                continue
            chosen.append(i)
            low = max(0, sum_ - wide[i])
            for before, bits in layer.items():
                fits = bits >> low if sum_ == self._cap else bits >> low & (sum_ >= wide[i])
                if fits and self._raised(before, i) == key:
                    key, sum_ = before, low + (fits & -fits).bit_length() - 1
                    break
        return tuple(sorted(chosen))
