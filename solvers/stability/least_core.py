"""The least core: efficient vectors whose largest excess is as small as can be."""

from __future__ import annotations

from fractions import Fraction

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.stability.families import PLAIN
from solvers.stability.integer_rows import Span, indicator
from solvers.stability.lexicographic import Question, solve
from solvers.stability.nucleolus import prenucleolus

__all__ = ["least_core", "least_core_epsilon", "least_core_point"]


def least_core(game: TUGame) -> Allocation:
    """Find a point of the least core.

    Parameters
    ----------
    game : TUGame
        Of at least two players.

    Returns
    -------
    Allocation
        A corner of the least core: efficient, the largest excess v(S) - x(S) of a proper
        coalition as small as it can be; nobody need get v(i). ``epsilon`` is that excess, exact
        for exact games. The certificate holds a balanced collection that proves it.

    Raises
    ------
    GameError
        If there are fewer than two players, so that no coalition is proper.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.

    Examples
    --------
    >>> found = least_core(TUGame([0, 0, 0, 1, 0, 1, 1, 1]))
    >>> found.epsilon, found.exact, found.verify()
    (Fraction(1, 3), (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)), True)
    """
    _check_players(game)
    return solve(Question("least_core", game, PLAIN, stages=1))


def least_core_epsilon(game: TUGame) -> Fraction | float:
    """Find the largest excess in the least core.

    Parameters
    ----------
    game : TUGame
        Of at least two players.

    Returns
    -------
    Fraction or float
        A Fraction for exact games; negative where every proper coalition can be given more
        than it is worth.

    Raises
    ------
    GameError
        If there are fewer than two players.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.

    Examples
    --------
    >>> least_core_epsilon(TUGame([0, 1, 2, 9]))
    Fraction(-3, 1)
    """
    found = least_core(game).epsilon
    if found is None:  # a least core always has its epsilon
        raise GameError("there is no least core")
    return found


def least_core_point(game: TUGame) -> Allocation:
    """Give the least core where it is a single point.

    Parameters
    ----------
    game : TUGame
        Of at least two players.

    Returns
    -------
    Allocation
        Undefined where the least core has more than one point; its certificate then shows a
        smaller second level, so that there is room.

    Raises
    ------
    GameError
        If there are fewer than two players.

    References
    ----------
    .. [1] M. Maschler, B. Peleg and L. S. Shapley, "Geometric properties of the kernel,
       nucleolus, and related solution concepts", Mathematics of Operations Research 4 (1979),
       pp. 303-338.

    Notes
    -----
    The prenucleolus lies in the least core; this is a point if and only if the coalitions that
    are settled at the first level determine it.

    Examples
    --------
    >>> least_core_point(TUGame([0, 0, 0, 1, 0, 1, 1, 1])).exact
    (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))
    >>> least_core_point(TUGame([0, 0, 0, 0, 0, 0, 4, 6])).is_defined
    False
    """
    _check_players(game)
    found = prenucleolus(game)
    certificate = found.certificate
    stages = certificate["stages"]
    span = Span(game.n_players)
    span.add([1] * game.n_players)
    for stage in stages:
        if stage["excess"] == stages[0]["excess"]:
            for row in stage["rows"]:
                span.add(indicator(game.mask(row["coalition"]), game.n_players))
    unique = span.rank == game.n_players

    def holds(claim: Allocation) -> bool:
        if not unique or not claim.is_defined:
            return claim.is_defined == unique and found.verify()
        exact = claim.exact if claim.has_exact else None
        return found.replace(allocation=claim.allocation, exact=exact).verify()

    return Allocation(
        "least_core_point",
        game.players,
        exact=found.exact if unique else None,
        guarantee=found.guarantee,
        epsilon=found.epsilon,
        certificate=certificate,
        verifier=holds,
        game=game,
        solver="as the prenucleolus",
        tolerance=found.tolerance,
    )


def _check_players(game: TUGame) -> None:
    if game.n_players < 2:
        raise GameError(
            f"{game.n_players} players: no coalition is proper, so that there is no least core; "
            f"it takes two players"
        )
