"""Games for the tests of values: random ones, known ones, and orders counted one by one."""

from __future__ import annotations

from fractions import Fraction as F

from hypothesis import strategies as st

from solvers.games.construct import from_list_by_size
from solvers.games.game import TUGame

GLOVE = from_list_by_size([0, 0, 0, 0, 1, 1, 1])  # 1 and 2 left gloves, 3 a right one
FOUR = from_list_by_size([0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21])
THREE = from_list_by_size([2, 4, 5, 18, 14, 9, 24])
MASCHLER = from_list_by_size([0, 0, 0, 60, 60, 60, 72])
CONVEX = from_list_by_size([0, 0, 0, 1, 2, 1, 4])


@st.composite
def games(draw, min_players=0, max_players=5):
    n = draw(st.integers(min_players, max_players))
    number = st.one_of(st.integers(-20, 20), st.fractions(-4, 4, max_denominator=6))
    return TUGame([0, *draw(st.lists(number, min_size=2**n - 1, max_size=2**n - 1))])


@st.composite
def convex_games(draw, max_players=5):
    """Sums of unanimity games, none of a group with a negative weight."""
    n = draw(st.integers(1, max_players))
    weights = [0] + [
        draw(st.integers(-6 if m.bit_count() == 1 else 0, 6)) for m in range(1, 1 << n)
    ]
    return TUGame([sum(w for t, w in enumerate(weights) if t & m == t) for m in range(1 << n)])


def grand(game):
    return game.worth((1 << game.n_players) - 1)


def by_orders(game, orders):
    total = [F(0)] * game.n_players
    for order in orders:
        mask = 0
        for i in order:
            total[i] += game.worth(mask | 1 << i) - game.worth(mask)
            mask |= 1 << i
    return [x / len(orders) for x in total]


def unions_of(n):
    """Players 1 and 2 together, and 4 and 5, as far as they are there."""
    return [[str(i) for i in pair if i <= n] for pair in ([1, 2], [4, 5])]


def line_of(n):
    return [(str(i), str(i + 1)) for i in range(1, n)]
