"""Totally balanced games and exact games, each with a witness where they fail."""

from __future__ import annotations

from fractions import Fraction

from solvers.errors import LimitError
from solvers.games.game import TUGame
from solvers.games.properties import Property
from solvers.games.transforms import subgame
from solvers.stability.core import is_balanced
from solvers.stability.exact_search import minimise_exactly
from solvers.stability.families import PLAIN
from solvers.stability.problem import Problem

__all__ = ["is_exact_game", "is_totally_balanced"]

MAX_TOTAL = 12
"""Most players whose 2^n subgames are all tested."""

MAX_EXACT_GAME = 9
"""Most players of a game that is tested for exactness, by 2^n programmes."""


def is_totally_balanced(game: TUGame) -> Property:
    """Ask whether every subgame has a core.

    Parameters
    ----------
    game : TUGame
        At most `MAX_TOTAL` players.

    Returns
    -------
    Property
        Where it fails, a balanced collection of a smallest subgame without a core.

    Raises
    ------
    LimitError
        If there are more players.

    References
    ----------
    .. [1] L. S. Shapley and M. Shubik, "On market games", Journal of Economic Theory 1 (1969),
       pp. 9-25.

    Examples
    --------
    >>> found = is_totally_balanced(TUGame([0, 0, 0, 1, 0, 1, 1, 1] + [0] * 7 + [2]))
    >>> found.holds, found.coalitions[0]
    (False, ('1', '2', '3'))
    """
    n = game.n_players
    if n > MAX_TOTAL:
        raise LimitError(
            f"{n} players: all subgames are tested up to {MAX_TOTAL}; is_balanced(game) tests the "
            f"whole game"
        )
    tolerance = 0.0
    for mask in sorted(range(1, 1 << n), key=lambda m: (m.bit_count(), m)):
        if mask.bit_count() < 2:
            continue
        found = is_balanced(subgame(game, mask))
        tolerance = max(tolerance, found.tolerance)
        if not found:
            names = game.coalition(mask)
            return Property(
                "is_totally_balanced",
                False,
                f"the subgame of {', '.join(names)}: {found.reason}",
                (names, *found.coalitions),
                found.amounts,
                tolerance,
            )
    return Property("is_totally_balanced", True, tolerance=tolerance)


def is_exact_game(game: TUGame) -> Property:
    """Ask whether every coalition gets just its worth somewhere in the core.

    Parameters
    ----------
    game : TUGame
        At most `MAX_EXACT_GAME` players; doubles are taken at face value.

    Returns
    -------
    Property
        Where it fails, a coalition that gets more than its worth throughout the core, or the
        balanced collection of an empty core.

    Raises
    ------
    LimitError
        If there are more players.

    References
    ----------
    .. [1] D. Schmeidler, "Cores of exact games", Journal of Mathematical Analysis and
       Applications 40 (1972), pp. 214-225.

    Examples
    --------
    >>> found = is_exact_game(TUGame([0, 0, 0, 1, 0, 0, 0, 2]))
    >>> found.holds
    True
    """
    n = game.n_players
    if n > MAX_EXACT_GAME:
        raise LimitError(
            f"{n} players: exactness takes a programme for each coalition, up to {MAX_EXACT_GAME}; "
            f"is_convex(game) is sufficient and has no such limit"
        )
    game = game.rational()
    balanced = is_balanced(game)
    if not balanced:
        return Property("is_exact_game", False, f"the core is empty: {balanced.reason}",
                        balanced.coalitions, balanced.amounts)  # fmt: skip
    grand = (1 << n) - 1
    for mask in range(1, grand):
        least = _least_in_core(game, mask)
        if least > game.worth(mask):
            names = game.coalition(mask)
            return Property(
                "is_exact_game",
                False,
                f"{{{', '.join(names)}}} is worth {game.worth(mask)} and gets more throughout "
                f"the core",
                (names,),
                {"worth": game.worth(mask)},
            )
    return Property("is_exact_game", True)


def _least_in_core(game: TUGame, mask: int) -> Fraction:
    """Give v(S) where the core lets S have no more; else something larger."""
    grand = (1 << game.n_players) - 1
    worth, rest = game.worth(mask), game.worth(grand) - game.worth(mask)
    if game.worth(grand ^ mask) > rest:
        return worth + 1
    problem = Problem(game, PLAIN, ((mask, worth), (grand ^ mask, rest)))
    proof = minimise_exactly(problem, 1)
    if proof is None:
        return worth + 1
    excess = max(
        game.worth(s) - sum((x for i, x in enumerate(proof.point) if s >> i & 1), Fraction(0))
        for s in range(1, grand)
    )
    return worth if excess <= 0 else worth + 1
