"""Count over all sizes by a dynamic programme over sums of weights, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING

from solvers.counting.by_programme import TWO_KINDS
from solvers.counting.counts import MAX_BYTES, Totals, compiled
from solvers.counting.residues import combined_tables, moduli_for
from solvers.counting.simple_games import SimpleGame, once
from solvers.counting.size_and_weight import SizeAndWeight, size_and_weight
from solvers.errors import LimitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["count", "refusal", "seconds"]

# By the number of moduli: of how many players all counts are less than each modulus, and less
# than the product of the first two. None are counted apart where it would not save anything.
SHARED = ((0, 0), (62, 62), (62, 126))
KEPT = 2**23  # words of a table that is kept for the next game, 64 MiB


@once
def refusal(game: SimpleGame) -> str | None:
    """Say why a game is not for this method.

    Parameters
    ----------
    game : SimpleGame
        The game.

    Returns
    -------
    str or None
    """
    form = size_and_weight(game)
    if form is None:
        return TWO_KINDS
    if not form.is_plain:
        return "takes one quota of weights; here the size of a coalition matters as well"
    if 8 * form.cells > MAX_BYTES:
        return f"takes {MAX_BYTES // 8:,} sums; here are {form.cells:,}"
    return None


def seconds(game: SimpleGame) -> float:
    """Estimate the time.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    float
    """
    return compiled(_loops(game), "size_sums")


@once
def _loops(game: SimpleGame) -> float:
    form = size_and_weight(game)
    if form is None:
        return float("inf")
    n = game.n_players
    return n * (form.cells + 200) * len(_moduli(form)) * 1.5e-10 + n * 2e-7


@dataclass(frozen=True)
class _Plan:
    """What the loops need of a game, and which entry of their answer is whose."""

    order: NDArray[np.int64]
    kinds: NDArray[np.int64]
    words: NDArray[np.uint64]
    moduli: tuple[int, ...]
    shared: NDArray[np.int64]
    cells: int
    room: int
    kind_of: tuple[int, ...]


@once
def _plan(game: SimpleGame) -> _Plan:
    import numpy as np

    form = _form(game)
    moduli = _moduli(form)
    kinds = sorted(set(form.weights))
    place = {w: k for k, w in enumerate(kinds)}
    order = sorted(form.weights)
    one, two = SHARED[min(len(moduli), len(SHARED)) - 1]
    reach, wide = (min(form.cells, 1 + sum(order[:shared])) for shared in (one, two))
    room = form.cells + reach + 2 * wide * (two > one)
    if 8 * room > MAX_BYTES:
        one = two = 0
        room = form.cells + 1
    return _Plan(
        np.array(order, np.int64),
        np.array(kinds, np.int64),
        np.array([modulus % 2**64 for modulus in moduli], np.uint64),
        moduli,
        np.array([one, two], np.int64),
        form.cells,
        room,
        tuple(place[w] for w in form.weights),
    )


class _Workspace(local):
    """A table that each thread keeps: fresh memory costs as much as a few members."""

    table: NDArray[np.uint64] | None = None

    def words(self, size: int) -> NDArray[np.uint64]:
        """Return so many words with any content; larger ones than `KEPT` are not kept."""
        import numpy as np

        table = self.table
        if table is None or table.size < size:
            table = np.empty(size, np.uint64)
            if size <= KEPT:
                self.table = table
        return table[:size]


_workspace = _Workspace()


def _form(game: SimpleGame) -> SizeAndWeight:
    form = size_and_weight(game)
    if form is None or not form.is_plain:
        raise LimitError("totals need one quota of weights")
    return form


def _moduli(form: SizeAndWeight) -> tuple[int, ...]:
    """Choose moduli for coalitions below one bound, or for one player's part of them."""
    n = len(form.weights)
    # Up to half of all weight, of a coalition and its complement one at most is below.
    half = 2 * form.cells <= sum(form.weights) + 1
    return moduli_for(n - half)


def count(game: SimpleGame) -> Totals:
    """Count winning coalitions and swings over all sizes, for one quota.

    Parameters
    ----------
    game : SimpleGame
        A game that is not refused.

    Returns
    -------
    Totals

    Notes
    -----
    One table of sums up to the smaller of the quota and its mirror image, for each modulus; then
    O(sums / w) look-ups for each different weight w. While few players are in the table, its
    numbers are smaller than one modulus, or than the product of two: the tables for the others
    begin where these end.

    References
    ----------
    .. [1] S. Kurz, "Computing the power distribution in the IMF", arXiv:1603.01443 (2016).
    .. [2] N. Uno, "Efficient computation of power indices for weighted majority games", in
       Algorithms and Computation, Springer, 2012, pp. 679-689.
    """
    import numpy as np

    from solvers.kernels.size_sums import count_swings

    form = _form(game)
    n, name = game.n_players, "programme-totals"
    if not form.cells:  # everything is counted, or nothing
        wins = (form.below[0] > 0) == form.complements
        return Totals(n, 2**n * wins, (2 ** (n - 1) * wins,) * n, (0,) * n, name)
    plan = _plan(game)
    found = np.empty((plan.words.size, 1, plan.kinds.size + 1), np.uint64)
    room = _workspace.words(plan.room)
    count_swings(plan.order, plan.kinds, plan.words, plan.shared, plan.cells, room, found)
    below, *swings = combined_tables(found.tolist(), plan.moduli)[0]
    winning = below if form.complements else 2**n - below
    # Half the sum: winning = with + without, swings = with - without.
    with_ = [winning + x >> 1 for x in swings]
    each, every = map(swings.__getitem__, plan.kind_of), map(with_.__getitem__, plan.kind_of)
    return Totals(n, winning, tuple(every), tuple(each), name)
