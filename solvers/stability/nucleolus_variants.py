"""Further lexicographic solutions: disruption nucleolus, anti-nucleolus, modiclus."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from solvers.errors import GameError, LimitError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.transforms import negated
from solvers.games.worths import Floats
from solvers.stability.core import core
from solvers.stability.families import DISRUPTION, PLAIN
from solvers.stability.lexicographic import Question, agrees, proved
from solvers.stability.nucleolus import answered, over_imputations
from solvers.stability.problem import Problem, Proof

__all__ = [
    "anti_nucleolus",
    "anti_prenucleolus",
    "anti_question",
    "disruption_nucleolus",
    "disruption_problem",
    "modiclus",
    "modiclus_question",
]

MAX_DISRUPTION = 16
"""Most players of the disruption nucleolus, which is found in integers alone."""

MAX_MODICLUS = 12
"""Most players of the modiclus: the game that is solved has twice as many."""


def _opposite(proof: Proof) -> tuple[Fraction, ...]:
    return tuple(-x for x in proof.point)


def _opposite_floats(point: Floats, level: float) -> Floats:
    return -point


def anti_prenucleolus(game: TUGame) -> Allocation:
    """Find the efficient vector whose gains x(S) - v(S), sorted, are lexicographically smallest.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        As by :func:`~solvers.stability.nucleolus.prenucleolus`; ``epsilon`` is the largest gain.

    Notes
    -----
    It is the prenucleolus of the dual game, and that of -v with the signs turned.

    References
    ----------
    .. [1] Y. Funaki and H. Meinhardt, "A note on the pre-kernel and pre-nucleolus for bankruptcy
       games", The Waseda Journal of Political Science and Economics 363 (2006), pp. 126-136.

    Examples
    --------
    >>> anti_prenucleolus(TUGame([0, 0, 0, 1, 0, 1, 1, 1])).exact
    (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))
    """
    return answered(anti_question("anti_prenucleolus", game))


def anti_nucleolus(game: TUGame) -> Allocation:
    """Find the anti-prenucleolus among the vectors that give nobody more than v(i).

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Allocation
        Undefined where v(N) is more than all players have alone. As costs: the shares of the
        nucleolus of the game of savings -v.

    References
    ----------
    .. [1] J. Derks, H. Peters and P. Sudhölter, "On extensions of the core and the anticore of
       transferable utility games", International Journal of Game Theory 43 (2014), pp. 37-63.

    Examples
    --------
    >>> anti_nucleolus(TUGame([0, 4, 5, 6])).exact
    (Fraction(5, 2), Fraction(7, 2))
    """
    return over_imputations(anti_question("anti_nucleolus", game))


def anti_question(concept: str, game: TUGame) -> Question:
    """Say how the anti-nucleolus or anti-prenucleolus is found: from the game -v.

    Parameters
    ----------
    concept : str
        Which of them.
    game : TUGame
        The game.

    Returns
    -------
    Question
    """
    return Question(
        concept,
        game,
        PLAIN,
        floors=concept == "anti_nucleolus",
        shares=_opposite,
        float_shares=_opposite_floats,
        solved=negated(game),
    )


def disruption_nucleolus(game: TUGame) -> Allocation:
    """Find the core vector whose propensities to disrupt are lexicographically smallest.

    Parameters
    ----------
    game : TUGame
        At most `MAX_DISRUPTION` players, its core not empty; doubles are taken at face value.

    Returns
    -------
    Allocation
        In fractions.

    Raises
    ------
    GameError
        If the core is empty.
    LimitError
        If there are more players.

    Notes
    -----
    The propensity (x(N without S) - v(N without S)) / (x(S) - v(S)) falls as the excess of S,
    divided by v(N) - v(S) - v(N without S), falls. Where this is 0, x(S) = v(S) on the core.

    References
    ----------
    .. [1] S. C. Littlechild and K. G. Vaidya, "The propensity to disrupt and the disruption
       nucleolus of a characteristic function game", International Journal of Game Theory 5
       (1976), pp. 151-161.

    Examples
    --------
    >>> disruption_nucleolus(TUGame([0, 1, 2, 9])).exact
    (Fraction(4, 1), Fraction(5, 1))
    """
    n = game.n_players
    if n > MAX_DISRUPTION:
        raise LimitError(
            f"{n} players: the disruption nucleolus is found in integers up to {MAX_DISRUPTION}; "
            f"nucleolus(game) has no such limit"
        )
    game = game.rational()
    if not core(game).is_defined:
        raise GameError("the core is empty; the disruption nucleolus is a point of the core")
    if n < 2:
        return answered(Question("disruption_nucleolus", game, PLAIN))
    problem = disruption_problem(game)
    proof = proved(problem, None)
    question = Question("disruption_nucleolus", game, DISRUPTION)
    return Allocation(
        "disruption_nucleolus",
        game.players,
        exact=proof.point,
        epsilon=proof.stages[0].level if proof.stages else None,
        certificate=lambda: proof.plain(problem),
        verifier=lambda claim: agrees(claim, question, problem, proof),
        game=game,
        solver="integers",
    )


def disruption_problem(game: TUGame) -> Problem:
    """Write the disruption nucleolus as a lexicographic problem.

    Parameters
    ----------
    game : TUGame
        Exact, of two players or more.

    Returns
    -------
    Problem
        What the core gives to a coalition that cannot disrupt is among the equations.
    """
    grand = (1 << game.n_players) - 1
    spread, _ = DISRUPTION.integers(game)
    fixed = [grand, *(np.flatnonzero(spread[1:-1] == 0) + 1).tolist()]
    return Problem(game, DISRUPTION, tuple((mask, game.worth(mask)) for mask in fixed))


def modiclus(game: TUGame) -> Allocation:
    """Find the modiclus: differences of excesses of all pairs lexicographically smallest.

    Parameters
    ----------
    game : TUGame
        At most `MAX_MODICLUS` players.

    Returns
    -------
    Allocation
        As by :func:`~solvers.stability.nucleolus.prenucleolus`.

    Raises
    ------
    LimitError
        If there are more players.

    Notes
    -----
    It is what each player gets in the prenucleolus of the dual cover, a game of every player
    and its double: S with the doubles of T is worth the larger of v(S) + v*(T), v*(S) + v(T).

    References
    ----------
    .. [1] P. Sudhölter, "The modified nucleolus: properties and axiomatizations", International
       Journal of Game Theory 26 (1997), pp. 147-182.

    Examples
    --------
    >>> modiclus(TUGame([0, 0, 0, 1, 0, 1, 0, 1])).exact
    (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    """
    n = game.n_players
    if n > MAX_MODICLUS:
        raise LimitError(
            f"{n} players: the modiclus solves a game of twice as many, up to {MAX_MODICLUS}; "
            f"prenucleolus(game) goes further"
        )
    if n < 2:
        return answered(Question("modiclus", game, PLAIN))
    return answered(modiclus_question(game))


def modiclus_question(game: TUGame) -> Question:
    """Say how the modiclus of two players or more is found.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    Question
    """
    n = game.n_players

    def first(proof: Proof) -> tuple[Fraction, ...]:
        return proof.point[:n]

    return Question("modiclus", game, PLAIN, shares=first, solved=_dual_cover(game))


def _dual_cover(game: TUGame) -> TUGame:
    """Let every player have a double."""
    table: Any = game.numerators if game.is_exact else game.values
    if game.is_exact and table.dtype != object:
        largest = max(int(table.max()), -int(table.min()))
        table = table.astype(object) if largest >> 60 else table
    dual = table[-1] - table[::-1]
    # Row by doubles, column by players.
    cover = np.maximum(dual[:, None] + table[None, :], table[:, None] + dual[None, :]).ravel()
    names = (*game.players, *(f"{name}*" for name in game.players))
    if len(set(names)) < len(names):
        names = tuple(str(k) for k in range(1, len(names) + 1))
    if game.is_exact:
        return TUGame.of_integers(cover, game.denominator, names)
    return TUGame.of(cover, players=names)
