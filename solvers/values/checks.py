"""Second ways to find a value, by which an answer checks itself, and bounds on rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.tables import integers_for, popcounts, transformed

__all__ = ["agrees", "float_bound", "from_dividends", "linear_in_dividends", "value_of"]

MAX_DIVIDENDS = 14
"""Most players for whom an answer is checked in fractions when it was given in doubles."""

CLOSE = 1e-9  # of the largest worth: what doubles may differ by, when checked in doubles


def float_bound(game: TUGame, terms: int, reach: float) -> float:
    """Bound the rounding error of a sum of weighted worths.

    Parameters
    ----------
    game : TUGame
        Of doubles.
    terms : int
        Most additions that one worth goes through.
    reach : float
        Sum of the absolute weights.

    Returns
    -------
    float

    References
    ----------
    .. [1] N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM, 2002,
       section 4.2.
    """
    values = game.values
    largest = max(float(values.max()), -float(values.min()))
    unit = 2.0**-53
    steps = (terms + 64) * unit
    return steps / (1 - steps) * reach * largest


def from_dividends(
    game: TUGame, shares: Callable[[int], tuple[Fraction, Fraction]]
) -> tuple[Fraction, ...]:
    """Find a symmetric linear value from the dividends.

    Parameters
    ----------
    game : TUGame
        Exact.
    shares : callable
        Takes the size of a coalition, gives what a member and another player have in its
        unanimity game.

    Returns
    -------
    tuple of Fraction
    """
    n = game.n_players
    dividends = transformed(integers_for(game.numerators, 4**n), -1)
    masks, sizes = np.arange(1 << n), popcounts(n)
    found = [Fraction(0)] * n
    for size in range(1, n + 1):
        of_size = dividends[sizes == size]
        members = masks[sizes == size]
        inside, outside = shares(size)
        total = int(of_size.sum())
        for i in range(n):
            own = int(of_size[(members >> i & 1) == 1].sum())
            found[i] += inside * own + outside * (total - own)
    return tuple(x / game.denominator for x in found)


def linear_in_dividends(
    game: TUGame, share: Callable[[int, int], Fraction], only: Sequence[int] | None = None
) -> tuple[Fraction, ...]:
    """Find a linear value from the dividends, coalition by coalition.

    Parameters
    ----------
    game : TUGame
        Exact, of few players.
    share : callable
        Takes a player and the mask of a coalition it is in, gives its share of the dividend.
    only : sequence of int, optional
        Masks that count; all when left out.

    Returns
    -------
    tuple of Fraction
    """
    n = game.n_players
    dividends = transformed(integers_for(game.numerators, 4**n), -1).tolist()
    found = [Fraction(0)] * n
    for mask in range(1, 1 << n) if only is None else only:
        if dividends[mask]:
            for i in range(n):
                if mask >> i & 1:
                    found[i] += dividends[mask] * share(i, mask)
    return tuple(x / game.denominator for x in found)


def agrees(
    game: TUGame,
    point: Allocation,
    exact: Callable[[TUGame], Sequence[Fraction]],
    doubles: Callable[[], Any] | None = None,
) -> bool:
    """Compare shares with those found in a second way.

    Parameters
    ----------
    game : TUGame
        The game.
    point : Allocation
        Shares under test.
    exact : callable
        Takes an exact game, gives the shares as fractions.
    doubles : callable, optional
        Gives the shares as doubles, for games of doubles with more than 14 players.

    Returns
    -------
    bool
        Fractions must be equal. Doubles must be within the error bound of the certificate and
        one rounding of the fractions, or within 1e-9 of the largest worth of other doubles.
    """
    if not point.is_defined:
        return False
    if point.has_exact:
        return point.exact == tuple(exact(game.rational()))
    shares = point.allocation
    if shares is None or shares.shape != (game.n_players,) or not np.isfinite(shares).all():
        return False
    if not game.n_players:
        return True
    largest = max(float(game.values.max()), -float(game.values.min()))
    if game.is_exact or doubles is None or game.n_players <= MAX_DIVIDENDS:
        wanted = exact(game.rational())
        room = Fraction(float(point.certificate.get("error_bound", 0.0))) + Fraction(
            np.spacing(max(largest, float(np.abs(shares).max())))
        )
        return all(abs(Fraction(x) - y) <= room for x, y in zip(shares.tolist(), wanted,
                                                                strict=True))  # fmt: skip
    return bool(np.abs(shares - doubles()).max() <= CLOSE * max(largest, 1e-300))


def value_of(
    concept: str,
    game: TUGame,
    shares: Sequence[Any],
    exact: Callable[[TUGame], Sequence[Fraction]],
    certificate: Callable[[], dict[str, Any]],
    verifier: Callable[[Allocation], bool],
    epsilon: Any = None,
    solver: str = "",
) -> Allocation:
    """Wrap shares that one code found for integers and for doubles.

    Parameters
    ----------
    concept : str
        Name.
    game : TUGame
        The game.
    shares : sequence of Fraction, or of float
        One for each player.
    exact : callable
        Takes an exact game, gives the shares as fractions.
    certificate, verifier : callable
        As for an Allocation; of doubles the certificate has an ``error_bound``.
    epsilon : number, optional
        As for an Allocation.
    solver : str
        Method.

    Returns
    -------
    Allocation
    """
    if game.is_exact:
        return Allocation(
            concept, game.players, exact=tuple(shares), epsilon=epsilon, certificate=certificate,
            verifier=verifier, game=game, solver=solver,
        )  # fmt: skip
    return Allocation(
        concept,
        game.players,
        np.array(shares, np.float64),
        lambda: tuple(exact(game.rational())),
        "bounded",
        epsilon,
        certificate,
        verifier,
        game,
        solver,
    )
