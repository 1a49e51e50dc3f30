"""Compromise values: an efficient point between what players may hope for and must get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.tables import Table, amounts, subset_sums, table_of
from solvers.values.checks import agrees, float_bound, value_of

__all__ = [
    "chi_value",
    "gately_point",
    "marginal_worths",
    "minimal_rights",
    "tau_value",
    "utopia_payoff",
]

Vector = tuple[Any, ...]


def marginal_worths(game: TUGame) -> Vector:
    """Give what every player adds to all others, v(N) - v(N without i), as plain numbers.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    tuple of Fraction, or of float
    """
    table, grand = table_of(game, 2), (1 << game.n_players) - 1
    return amounts(game, (table[grand] - table[grand ^ 1 << i] for i in range(game.n_players)))


def utopia_payoff(game: TUGame) -> Allocation:
    """Give every player what it adds to all others, M_i = v(N) - v(N without i).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        Nobody gets more in the core. In general not efficient.

    References
    ----------
    .. [1] S. H. Tijs, "Bounds for the core and the tau-value", Game Theory and Mathematical
       Economics, North-Holland, 1981, pp. 123-132.

    Examples
    --------
    >>> [str(x) for x in utopia_payoff(TUGame([0, 0, 0, 2, 0, 3, 4, 5]))]
    ['1', '2', '3']
    """
    return _wrapped("utopia_payoff", game, marginal_worths(game), marginal_worths, 1)


def minimal_rights(game: TUGame) -> Allocation:
    """Give every player the most that is left to it where the others have what they may hope for.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        m_i: over the coalitions S of the player, the largest v(S) less the utopia payoffs of
        the others in S. Nobody gets less in the core. In general not efficient.

    Notes
    -----
    Time O(2**n).

    References
    ----------
    .. [1] S. H. Tijs, "Bounds for the core and the tau-value", Game Theory and Mathematical
       Economics, North-Holland, 1981, pp. 123-132.

    Examples
    --------
    >>> [str(x) for x in minimal_rights(TUGame([0, 0, 0, 2, 0, 3, 4, 5]))]
    ['0', '1', '2']
    """
    return _wrapped("minimal_rights", game, _rights(game), _rights, game.n_players + 1)


def tau_value(game: TUGame) -> Allocation:
    """Go from the minimal rights towards the utopia payoffs as far as v(N) allows.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        Undefined where the game is not quasi-balanced: minimal rights above utopia payoffs, or
        v(N) not between their sums. ``epsilon`` is the share of the way that was gone.

    Notes
    -----
    Whether a game of doubles is quasi-balanced is decided by comparing rounded numbers;
    ``game.rational()`` decides it exactly.

    References
    ----------
    .. [1] S. H. Tijs, "Bounds for the core and the tau-value", Game Theory and Mathematical
       Economics, North-Holland, 1981, pp. 123-132.

    Examples
    --------
    >>> [str(x) for x in tau_value(TUGame([0, 0, 0, 2, 0, 3, 4, 5]))]
    ['2/3', '5/3', '8/3']
    """
    lower, upper = _rights(game), marginal_worths(game)
    return _between("tau", game, lower, upper, lambda g: (_rights(g), marginal_worths(g)))


def chi_value(game: TUGame) -> Allocation:
    """Go from what players have alone towards their largest marginal contributions.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        Undefined where v(N) is less than the sum of the v(i). ``epsilon`` is the share of the
        way that was gone.

    References
    ----------
    .. [1] G. Bergantiños and J. Massó, "Notes on a new compromise value: the χ-value",
       Optimization 38 (1996), pp. 277-286.

    Examples
    --------
    >>> [str(x) for x in chi_value(TUGame([0, 0, 0, 4, 0, 3, 2, 5]))]
    ['20/11', '20/11', '15/11']
    """
    lower, upper = _singles(game), _largest_marginals(game)
    return _between("chi", game, lower, upper, lambda g: (_singles(g), _largest_marginals(g)))


def gately_point(game: TUGame) -> Allocation:
    """Make every player's propensity to disrupt the same.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        The efficient point at which what the others would lose by a player's leaving, over what
        it would lose itself, is equal for all. ``epsilon`` is the share of the way from the
        v(i) to the utopia payoffs.

    Raises
    ------
    GameError
        If utopia payoffs and the v(i) have the same sum, so that no point or every point is.

    References
    ----------
    .. [1] D. Gately, "Sharing the gains from regional cooperation: a game theoretic application
       to planning investment in electric power", International Economic Review 15 (1974),
       pp. 195-208.
    .. [2] J. Staudacher and J. Anwander, "Conditions for the uniqueness of the Gately point for
       cooperative games", arXiv:1901.01485 (2019).

    Examples
    --------
    >>> [str(x) for x in gately_point(TUGame([0, 1, 2, 9]))]
    ['4', '5']
    """
    lower, upper = _singles(game), marginal_worths(game)
    if sum(upper) == sum(lower):
        raise GameError(
            "the Gately point is not determined: the utopia payoffs sum to what the players have "
            "alone"
        )
    return _between(
        "gately", game, lower, upper, lambda g: (_singles(g), marginal_worths(g)), always=True
    )


def _singles(game: TUGame) -> Vector:
    table = table_of(game, 1)
    return amounts(game, (table[1 << i] for i in range(game.n_players)))


def _rights(game: TUGame) -> Vector:
    n = game.n_players
    table, grand = table_of(game, 2 * n + 2), (1 << n) - 1
    hopes = [table[grand] - table[grand ^ 1 << i] for i in range(n)]
    left = table - subset_sums(np.array(hopes, table.dtype))
    return amounts(game, (x + h for x, h in zip(_largest_of_members(left, n), hopes, strict=True)))


def _largest_of_members(table: Table, n: int) -> list[Any]:
    """Largest number over the coalitions of each player, by folding the table."""
    found: list[Any] = [0] * n
    for i in range(n - 1, -1, -1):
        low, high = table[: 1 << i], table[1 << i :]
        found[i] = high.max()
        table = np.maximum(low, high)
    return found


def _largest_marginals(game: TUGame) -> Vector:
    table = table_of(game, 2)
    return amounts(
        game,
        ((p[:, 1] - p[:, 0]).max() for p in
         (table.reshape(-1, 2, 1 << i) for i in range(game.n_players))),
    )  # fmt: skip


def _between(
    concept: str,
    game: TUGame,
    lower: Vector,
    upper: Vector,
    bounds: Callable[[TUGame], tuple[Vector, Vector]],
    always: bool = False,
) -> Allocation:
    """Find the efficient point on the line through two vectors."""
    found = _on_the_line(game, lower, upper, always)
    certificate = partial(_line, game, lower, upper, found is not None)
    verifier = partial(_verified, game, bounds, always)
    if found is None:
        return Allocation(
            concept, game.players, certificate=certificate, verifier=verifier, game=game,
            guarantee="exact" if game.is_exact else "bounded",
        )  # fmt: skip
    shares, way = found
    return value_of(
        concept,
        game,
        shares,
        lambda g: _exact_point(g, bounds, always),
        certificate,
        verifier,
        way,
    )


def _on_the_line(
    game: TUGame, lower: Vector, upper: Vector, always: bool
) -> tuple[Vector, Any] | None:
    total: Any = game.worth((1 << game.n_players) - 1) if game.is_exact else game.grand
    low, high = sum(lower), sum(upper)
    if not always and (
        any(a > b for a, b in zip(lower, upper, strict=True)) or not low <= total <= high
    ):
        return None
    if low == high:
        return lower, Fraction(0) if game.is_exact else 0.0
    way = (total - low) / (high - low)
    return tuple(a + way * (b - a) for a, b in zip(lower, upper, strict=True)), way


def _exact_point(
    game: TUGame, bounds: Callable[[TUGame], tuple[Vector, Vector]], always: bool
) -> Vector:
    found = _on_the_line(game, *bounds(game), always)
    if found is None:
        raise GameError("in fractions the point does not exist: rounding decided otherwise")
    return found[0]


def _line(game: TUGame, lower: Vector, upper: Vector, defined: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"lower": list(lower), "upper": list(upper)}
    if not game.is_exact and defined:
        # Each bound is a difference of worths; the point moves by no more than n + 2 times that.
        width = abs(sum(upper) - sum(lower))
        spread = max((abs(b - a) for a, b in zip(lower, upper, strict=True)), default=0.0)
        n = game.n_players
        steep = (n + 2) * max(1.0, spread * n / width if width else 1.0)
        found["error_bound"] = float_bound(game, 4 * n + 8, (2.0 * n + 4) * steep)
    return found


def _verified(
    game: TUGame,
    bounds: Callable[[TUGame], tuple[Vector, Vector]],
    always: bool,
    point: Allocation,
) -> bool:
    exact = game.rational()
    found = _on_the_line(exact, *bounds(exact), always)
    if found is None or not point.is_defined:
        return found is None and not point.is_defined
    return agrees(game, point, lambda _: found[0]) and _is_on_line(point, *bounds(exact))


def _is_on_line(point: Allocation, lower: Vector, upper: Vector) -> bool:
    """Say of fractions whether the steps from the lower to the upper vector are in proportion."""
    if not point.has_exact or point.exact is None:
        return True
    steps = [(x - a, b - a) for x, a, b in zip(point.exact, lower, upper, strict=True)]
    gone, whole = sum(s for s, _ in steps), sum(w for _, w in steps)
    return all(s * whole == gone * w for s, w in steps)


def _wrapped(
    concept: str,
    game: TUGame,
    shares: Sequence[Any],
    find: Callable[[TUGame], Vector],
    reach: int,
) -> Allocation:
    def certificate() -> dict[str, Any]:
        return {} if game.is_exact else {"error_bound": float_bound(game, reach, 2.0 * reach)}

    def slow(exact: TUGame) -> Vector:
        return _by_definition(concept, exact)

    return value_of(
        concept, game, shares, find, certificate, lambda point: agrees(game, point, slow)
    )


def _by_definition(concept: str, game: TUGame) -> Vector:
    """Utopia payoffs and minimal rights, coalition by coalition."""
    n = game.n_players
    grand = (1 << n) - 1
    hopes = [game.worth(grand) - game.worth(grand ^ 1 << i) for i in range(n)]
    if concept == "utopia_payoff":
        return tuple(hopes)
    best: list[Fraction | None] = [None] * n
    for mask in range(1, 1 << n):
        members = [i for i in range(n) if mask >> i & 1]
        left = game.worth(mask) - sum(hopes[i] for i in members)
        for i in members:
            right = left + hopes[i]
            known = best[i]
            best[i] = right if known is None or right > known else known
    return tuple(best)
