"""Games in which only a coalition's size and one sum of weights matter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice, takewhile

from solvers.counting.simple_games import SimpleGame, once

__all__ = ["SizeAndWeight", "losing_side", "size_and_weight"]


@dataclass(frozen=True)
class SizeAndWeight:
    """Coalitions of size s that stay below a sum of weights.

    Parameters
    ----------
    weights : tuple of int, length n
        At least 0.
    below : tuple of int, length n + 1
        For each size s the counted coalitions are those whose weights sum to less than
        ``below[s]``: 0 for none, the sum of all weights + 1 for all.
    complements : bool
        Whether the counted coalitions are the complements of the winning ones; otherwise they
        are the losing ones.
    """

    weights: tuple[int, ...]
    below: tuple[int, ...]
    complements: bool

    @cached_property
    def cells(self) -> int:
        """Sums that must be told apart: 0 to this, exclusive."""
        total = sum(self.weights)
        return max((b for b in self.below if b <= total), default=0)

    @cached_property
    def layers(self) -> int:
        """Sizes that must be told apart: 0 to this, exclusive."""
        return len(self._lightest)

    @cached_property
    def area(self) -> int:
        """Pairs of a size and a sum that must be told apart and that may occur."""
        return sum(self.cells - least for least in self._lightest)

    @cached_property
    def _lightest(self) -> list[int]:
        """Sums of the lightest players, for every size at which they stay below `cells`."""
        total = sum(self.weights)
        most = max((s + 1 for s, b in enumerate(self.below) if 0 < b <= total), default=0)
        sums = accumulate(sorted(self.weights), initial=0)
        return list(takewhile(lambda least: least < self.cells, islice(sums, most)))

    @cached_property
    def is_plain(self) -> bool:
        """Whether the size does not matter."""
        return len(set(self.below)) == 1


@once  # every method of a table asks
def size_and_weight(game: SimpleGame) -> SizeAndWeight | None:
    """Reduce a game to sizes and one sum, on the side with fewer sums to tell apart.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    SizeAndWeight or None
        None when leaves have two kinds of weights beside one for each player.

    Notes
    -----
    A coalition wins with at least q of W exactly when its complement has less than W - q + 1:
    for a high quota the complements are counted.

    References
    ----------
    .. [1] S. Kurz, "Computing the power distribution in the IMF", arXiv:1603.01443 (2016).

    Examples
    --------
    >>> from solvers.rules.rule import Quota, Rule
    >>> from solvers.counting.simple_games import simple_game
    >>> form = size_and_weight(simple_game(Rule(3, Quota((3, 2, 2), (0,) * 3, (0,) * 3, 6))))
    >>> form.below, form.complements
    ((2, 2, 2, 2), True)
    """
    losing = losing_side(game)
    if losing is None:
        return None
    total = sum(losing.weights)
    mirrored = tuple(total + 1 - least for least in reversed(losing.below))
    winning = SizeAndWeight(losing.weights, mirrored, True)
    return min((losing, winning), key=lambda form: (form.cells, form.layers))


def losing_side(game: SimpleGame) -> SizeAndWeight | None:
    """Reduce a game to sizes and the sum from which on a coalition of each size wins.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    SizeAndWeight or None
        None when leaves have two kinds of weights beside one for each player.
    """
    n = game.n_players
    ones = (1,) * n
    others = {w for w in game.weights if w != ones}
    if len(others) > 1:
        return None
    weights = others.pop() if others else ones
    total = sum(weights)
    pairs = list(zip(game.weights, game.thresholds, strict=True))
    levels = sorted({0, *(t for w, t in pairs if w == weights)})
    least = []
    for size in range(n + 1):
        for sum_ in levels:
            if weights == ones and sum_ > size:
                continue
            if game.wins([size if w == ones and w != weights else sum_ for w, _ in pairs]):
                least.append(sum_)
                break
        else:
            least.append(total + 1)
    return SizeAndWeight(weights, tuple(least), False)
