"""Indices that follow from minimal winning coalitions.

References
----------
.. [1] J. Deegan and E. W. Packel, "A new index of power for simple n-person games",
   International Journal of Game Theory 7 (1978), pp. 113-123.
.. [2] M. J. Holler, "Forming coalitions and measuring voting power", Political Studies 30
   (1982), pp. 262-271.
.. [3] J. M. Colomer and F. Martínez, "The paradox of coalition trading", Journal of Theoretical
   Politics 7 (1995), pp. 41-63.
.. [4] D. S. Felsenthal, "A well-behaved index of a priori P-power for simple n-person games",
   Homo Oeconomicus 33 (2016), pp. 367-381.
.. [5] J. M. Alonso-Meijide, J. Freixas and X. Molinero, "Computation of several power indices
   by generating functions", Applied Mathematics and Computation 219 (2012), pp. 3395-3402.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from solvers.errors import GameError, LimitError
from solvers.power.game import CountedGame, Index, Measure, Values, shares

__all__ = ["MINIMAL_INDICES", "MINIMAL_MEASURES"]

MAX_STEPS = 20_000_000  # steps of the programme over weights


def _equal_shares(total: Sequence[int], with_: Sequence[Sequence[int]]) -> Values:
    """Share every coalition equally among its members, and average over the coalitions."""
    number = sum(total)
    if not number:
        return (Fraction(0),) * len(with_)
    sums = {
        tuple(row): sum((Fraction(c, s) for s, c in enumerate(row) if s), Fraction(0)) / number
        for row in with_
    }
    return tuple(sums[tuple(row)] for row in with_)


def _deegan_packel(game: CountedGame) -> Values:
    return _equal_shares(game.minimal.minimal, game.minimal.minimal_with)


def _public_good(game: CountedGame) -> Values:
    return shares(game.minimal_totals.minimal_with)


def _felsenthal(game: CountedGame) -> Values:
    found = game.minimal
    least = next((s for s, c in enumerate(found.minimal) if c), None)
    if not least:
        return (Fraction(0),) * game.n_players
    total = least * found.minimal[least]
    return tuple(Fraction(row[least], total) for row in found.minimal_with)


def _shift(game: CountedGame) -> Values:
    return shares(tuple(sum(row) for row in game.shift.shift_with))


def _shift_deegan_packel(game: CountedGame) -> Values:
    return _equal_shares(game.shift.shift, game.shift.shift_with)


def _colomer_martinez(game: CountedGame) -> Values:
    """Share every minimal winning coalition by weight, and average over the coalitions.

    With the weights in falling order, a coalition is minimal when its last member makes it win.
    """
    root = game.game.root
    if not isinstance(root, int):
        if game.winning in (0, 1 << game.n_players):
            return (Fraction(0),) * game.n_players
        raise GameError(
            "the index of Colomer and Martínez shares by weight: it needs a rule with a single "
            "weighted requirement"
        )
    quota, weights, n = game.game.thresholds[0], game.game.weights[0], game.n_players
    if n * n * quota > MAX_STEPS:
        raise LimitError(
            f"the index of Colomer and Martínez needs players² times quota = {n * n * quota:,} "
            f"steps here; the limit is {MAX_STEPS:,}"
        )
    order = sorted(range(n), key=lambda i: -weights[i])
    ways = [1] + [0] * (quota - 1)  # sets of the players before the last one, by sum
    number, parts = 0, [dict[int, int]() for _ in range(n)]  # by weight of the coalition
    for place, last in enumerate(order):
        w = weights[last]
        if not w:
            break
        low = max(quota - w, 0)
        number += sum(ways[low:])
        _add(parts[last], ways, low, w)
        for i in order[:place]:
            inside = _with(ways, weights[i])
            _add(parts[i], inside, low, w)
        for s in range(quota - 1, w - 1, -1):
            ways[s] += ways[s - w]
    return tuple(
        sum((Fraction(c * weights[i], total * number) for total, c in part.items()), Fraction(0))
        for i, part in enumerate(parts)
    )


def _with(ways: list[int], weight: int) -> list[int]:
    """Count the sets that contain a player among all sets, by sum."""
    without = list(ways)
    for s in range(weight, len(ways)):
        without[s] -= without[s - weight]
    return [a - b for a, b in zip(ways, without, strict=True)]


def _add(part: dict[int, int], ways: list[int], low: int, weight: int) -> None:
    for s in range(low, len(ways)):
        if ways[s]:
            part[s + weight] = part.get(s + weight, 0) + ways[s]


MINIMAL_INDICES = (
    Index(
        "deegan_packel", "Deegan-Packel", "sums to 1",
        "mean over minimal winning S of 1/|S| for the members of S",
        "Deegan and Packel 1978", _deegan_packel,
    ),
    Index(
        "holler_public_good", "Holler public good", "sums to 1",
        "M_i / sum of all M_j, M_i minimal winning coalitions with i", "Holler 1982",
        _public_good,
    ),
    Index(
        "felsenthal", "Felsenthal", "sums to 1",
        "mean over the smallest winning coalitions S of 1/|S| for the members of S",
        "Felsenthal 2016", _felsenthal,
    ),
    Index(
        "colomer_martinez", "Colomer-Martínez", "sums to 1",
        "mean over minimal winning S of w_i / w(S) for the members of S; weighted games only",
        "Colomer and Martínez 1995", _colomer_martinez,
    ),
    Index(
        "shift", "Shift", "sums to 1",
        "M_i / sum of all M_j, M_i shift minimal winning coalitions with i",
        "Alonso-Meijide and Freixas 2010", _shift,
    ),
    Index(
        "shift_deegan_packel", "Shift Deegan-Packel", "sums to 1",
        "mean over shift minimal winning S of 1/|S| for the members of S",
        "Alonso-Meijide, Freixas and Molinero 2012", _shift_deegan_packel,
    ),
)  # fmt: skip

MINIMAL_MEASURES = (
    Measure(
        "mwc_count", "Minimal winning coalitions", "M", "counted",
        lambda game: Fraction(game.minimal_totals.minimal),
    ),
)  # fmt: skip
