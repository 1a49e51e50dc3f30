"""The least subsidy to everybody together with which no coalition can gain by leaving."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.worths import Floats
from solvers.stability.families import PER_CAPITA
from solvers.stability.lexicographic import Question, solve
from solvers.stability.problem import Proof

__all__ = ["cost_of_stability", "cost_question"]


def cost_of_stability(game: TUGame) -> Allocation:
    """Find the cost of stability.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        ``epsilon`` is the least x(N) - v(N) over x >= 0 with x(S) >= v(S) for all S, the grand
        coalition among them; the shares are such an x. Exact for exact games.

    Notes
    -----
    Each pays the n-th part of the subsidy back: then x - subsidy / n is efficient, and a
    coalition S lacks at most |S| / n of the subsidy. So the subsidy is n times the largest
    excess by head in the least core by head, of the game in which nobody alone is worth less
    than 0; or nothing, where that is negative.

    References
    ----------
    .. [1] Y. Bachrach, E. Elkind, R. Meir, D. Pasechnik, M. Zuckerman, J. Rothe and J. S.
       Rosenschein, "The cost of stability in coalitional games", Proceedings of SAGT 2009,
       pp. 122-134.

    Examples
    --------
    >>> found = cost_of_stability(TUGame([0, 0, 0, 1, 0, 1, 1, 1]))
    >>> found.epsilon, found.exact
    (Fraction(1, 2), (Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)))
    """
    return _alone(game) if game.n_players < 2 else solve(cost_question(game))


def cost_question(game: TUGame) -> Question:
    """Say how the cost of stability of two players or more is found.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Question
    """
    n = game.n_players

    def subsidy(proof: Proof) -> Fraction:
        return max(Fraction(0), n * proof.stages[0].level)

    def shares(proof: Proof) -> tuple[Fraction, ...]:
        return tuple(x + subsidy(proof) / n for x in proof.point)

    def float_subsidy(level: float) -> float:
        return max(0.0, n * level)

    def float_shares(point: Floats, level: float) -> Floats:
        return point + max(0.0, level)

    return Question(
        "cost_of_stability",
        game,
        PER_CAPITA,
        stages=1,
        shares=shares,
        number=subsidy,
        float_shares=float_shares,
        float_number=float_subsidy,
        solved=_without_losses(game),
    )


def _without_losses(game: TUGame) -> TUGame:
    """Let nobody alone be worth less than 0."""
    singles = 1 << np.arange(game.n_players)
    table = game.numerators if game.is_exact else game.values
    if not (table[singles] < 0).any():
        return game
    table = table.copy()
    table[singles] = np.maximum(table[singles], 0)
    if game.is_exact:
        return TUGame.of_integers(table, game.denominator, game.players)
    return TUGame.of(table, players=game.players)


def _alone(game: TUGame) -> Allocation:
    """Answer for one player, or none: what the worth lacks to 0."""
    worth = game.worth((1 << game.n_players) - 1)
    exact = (max(worth, Fraction(0)),) * game.n_players
    return Allocation(
        "cost_of_stability",
        game.players,
        exact=exact,
        epsilon=max(-worth, Fraction(0)),
        certificate={"worth": str(worth)},
        verifier=lambda claim: (
            claim.exact == exact
            if claim.has_exact
            else claim.allocation is not None and claim.allocation.tolist() == [*map(float, exact)]
        ),
        game=game,
        solver="definition",
    )
