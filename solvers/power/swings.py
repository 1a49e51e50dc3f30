"""Indices that follow from winning coalitions and swings by size.

References
----------
.. [1] L. S. Shapley and M. Shubik, "A method for evaluating the distribution of power in a
   committee system", American Political Science Review 48 (1954), pp. 787-792.
.. [2] J. F. Banzhaf, "Weighted voting doesn't work", Rutgers Law Review 19 (1965), pp. 317-343.
.. [3] J. S. Coleman, "Control of collectivities and the power of a collectivity to act", Social
   Choice, Gordon and Breach, 1971, pp. 269-300.
.. [4] A. Casajus and F. Huettner, "The Coleman-Shapley index: being decisive within the
   coalition of the interested", Public Choice 181 (2019), pp. 275-289.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, factorial, lcm
from typing import TYPE_CHECKING

from solvers.counting.counts import binomials
from solvers.power.game import CountedGame, Index, Measure, Values, shares

if TYPE_CHECKING:
    from solvers.power.quadrature import FloatPower

__all__ = ["SWING_INDICES", "SWING_MEASURES"]


def _shapley_shubik(game: CountedGame) -> Values:
    n = game.n_players
    # (s-1)! (n-s)! / n! is one over s times n choose s, which divides the lcm of 1 to n.
    whole = lcm(*range(1, n + 1))
    orders = [whole // (s * c) if s else 0 for s, c in enumerate(binomials(n))]
    return _weighed(game.counts.swings, orders, whole)


def _shapley_shubik_floats(weights: tuple[int, ...], quota: int, nodes: int | None) -> FloatPower:
    from solvers.power.quadrature import shapley_shubik_floats

    return shapley_shubik_floats(weights, quota, nodes)


def _coleman_shapley(game: CountedGame) -> Values:
    """Weigh a swing of size s by the integral of y^(s-1) (1-y)^(n-s) over y from 0 to 1/2."""
    n = game.n_players
    if not n:
        return ()
    # n! over (s-1)! (n-s)! times that integral is the share of the 2^n coalitions of n coins
    # that show at least s heads: a binomial tail, so that one common denominator serves all.
    tails = [0] * (n + 2)
    for s in range(n, 0, -1):
        tails[s] = tails[s + 1] + comb(n, s)
    weights = [factorial(s - 1) * factorial(n - s) * tails[s] if s else 0 for s in range(n + 1)]
    return _weighed(game.counts.swings, weights, factorial(n) << n)


def _weighed(rows: tuple[tuple[int, ...], ...], weights: list[int], denominator: int) -> Values:
    """Sum counts by size with weights by size; players with equal counts are summed once."""
    sums = {
        row: Fraction(sum(c * w for c, w in zip(row, weights, strict=True)), denominator)
        for row in set(rows)
    }
    return tuple(sums[row] for row in rows)


def _over(
    numbers: Callable[[CountedGame], tuple[int, ...]], total: Callable[[CountedGame], int]
) -> Callable[[CountedGame], Values]:
    """Divide by a number of the body; zeros where that is 0."""

    def run(game: CountedGame) -> Values:
        below = total(game)
        return tuple(Fraction(a, below) if below else Fraction(0) for a in numbers(game))

    return run


def _swings(game: CountedGame) -> tuple[int, ...]:
    return game.swings


def _winning_with(game: CountedGame) -> tuple[int, ...]:
    return game.winning_with


def _others(game: CountedGame) -> int:
    return 1 << max(game.n_players - 1, 0)


def _rae(game: CountedGame) -> Values:
    return tuple(Fraction(1, 2) + Fraction(s, 1 << game.n_players) for s in game.swings)


def _tijs(game: CountedGame) -> Values:
    return shares(tuple(int(0 < game.winning == w) for w in game.winning_with))


def _help_xi(game: CountedGame) -> Values:
    n = game.n_players
    unit = factorial(n) ** 2
    squares = [unit // s**2 if s else 0 for s in range(n + 1)]
    total = sum(Fraction(c, s) for s, c in enumerate(game.counts.winning) if s)
    values = _weighed(game.counts.winning_with, squares, unit)
    return tuple(v / total if total else Fraction(0) for v in values)


SWING_INDICES = (
    Index(
        "shapley_shubik", "Shapley-Shubik", "sums to 1",
        "sum over swings S of i: (|S|-1)! (n-|S|)! / n!",
        "Shapley and Shubik 1954", _shapley_shubik, _shapley_shubik_floats,
    ),
    Index(
        "banzhaf_raw", "Banzhaf, raw", "number of swings",
        "swings_i: winning coalitions that lose when i leaves", "Banzhaf 1965",
        lambda game: tuple(map(Fraction, game.swings)),
    ),
    Index(
        "banzhaf_absolute", "Banzhaf, absolute", "of 2^(n-1) coalitions",
        "swings_i / 2^(n-1)", "Penrose 1946; Dubey and Shapley 1979", _over(_swings, _others),
    ),
    Index(
        "banzhaf_normalized", "Banzhaf, normalised", "sums to 1",
        "swings_i / sum of all swings", "Banzhaf 1965; Coleman 1971",
        lambda game: shares(game.swings),
    ),
    Index(
        "coleman_prevent", "Coleman, preventive", "of winning coalitions",
        "swings_i / W, W winning coalitions", "Coleman 1971",
        _over(_swings, lambda game: game.winning),
    ),
    Index(
        "coleman_initiate", "Coleman, initiative", "of losing coalitions",
        "swings_i / (2^n - W), W winning coalitions", "Coleman 1971",
        _over(_swings, lambda game: (1 << game.n_players) - game.winning),
    ),
    Index(
        "rae", "Rae", "chance at 1/2 each",
        "1/2 + swings_i / 2^n: the outcome is as i voted", "Rae 1969; Dubey and Shapley 1979",
        _rae,
    ),
    Index(
        "coleman_shapley", "Coleman-Shapley", "sums to W / 2^n",
        "sum over coalitions T with i: 2^-n Shapley-Shubik of i in the game restricted to T",
        "Casajus and Huettner 2019", _coleman_shapley,
    ),
    Index(
        "koenig_braeuninger", "König-Bräuninger inclusiveness", "of winning coalitions",
        "W_i / W, W_i winning coalitions with i", "König and Bräuninger 1998",
        _over(_winning_with, lambda game: game.winning),
    ),
    Index(
        "nevison", "Nevison", "of 2^(n-1) coalitions",
        "W_i / 2^(n-1), W_i winning coalitions with i", "Nevison 1979",
        _over(_winning_with, _others),
    ),
    Index(
        "public_help_theta", "Public help theta", "sums to 1",
        "W_i / sum of all W_j, W_i winning coalitions with i",
        "Bertini, Gambarelli and Stach 2008", lambda game: shares(game.winning_with),
    ),
    Index(
        "public_help_xi", "Public help xi", "sums to 1",
        "sum of 1/|S|^2 over winning S with i, divided by the sum of 1/|S| over winning S",
        "Bertini and Stach 2015", _help_xi,
    ),
    Index(
        "tijs", "Tijs", "sums to 1, or no veto",
        "1 / number of veto players for a veto player, else 0",
        "Tijs 1981 (tau value of a simple game with veto players)", _tijs,
    ),
)  # fmt: skip

SWING_MEASURES = (
    Measure(
        "coleman_collectivity", "Coleman, power of the collectivity to act", "W / 2^n",
        "Coleman 1971", lambda game: Fraction(game.winning, 1 << game.n_players),
    ),
    Measure(
        "winning_count", "Winning coalitions", "W", "counted",
        lambda game: Fraction(game.winning),
    ),
)  # fmt: skip
