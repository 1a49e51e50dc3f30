"""The route to a lexicographic optimum: integers, or compiled doubles certified afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from solvers.errors import SolverError
from solvers.games.game import TUGame
from solvers.games.solution import Allocation
from solvers.games.worths import Floats
from solvers.stability.compiled import TOLERANCE, Answer, minimise, recover, rounded
from solvers.stability.exact_search import SMALL, minimise_exactly
from solvers.stability.families import Family
from solvers.stability.kohlberg import proof_faults
from solvers.stability.problem import Problem, Proof

__all__ = ["Certified", "Question", "agrees", "proved", "scale_of", "solve"]

ALL = 1 << 40  # stages: as many as it takes

Exact: TypeAlias = "tuple[Fraction, ...]"


def _shares(proof: Proof) -> Exact:
    return proof.point


def _level(proof: Proof) -> Fraction | None:
    return proof.stages[0].level if proof.stages else None


@dataclass(frozen=True)
class Question:
    """What is asked for, and how the answer is read off a proof.

    Parameters
    ----------
    concept : str
        Name of the answer.
    game : TUGame
        Whose players are answered to.
    family : Family
        Divisors of the excesses.
    floors : bool
        Whether players must get what they can alone; this must be possible.
    stages : int, optional
        Stop after so many.
    structure : sequence of int, optional
        Masks of coalitions that share their own worth; everybody if left out.
    shares, number : callable
        Turn a proof into shares, and into the number beside them.
    float_shares, float_number : callable, optional
        The same in doubles, from shares and the first level.
    solved : TUGame, optional
        Game that is solved in the place of ``game``.
    """

    concept: str
    game: TUGame
    family: Family
    floors: bool = False
    stages: int | None = None
    structure: Sequence[int] | None = None
    shares: Callable[[Proof], Exact] = _shares
    number: Callable[[Proof], Fraction | None] = _level
    float_shares: Callable[[Floats, float], Floats] | None = None
    float_number: Callable[[float], float] | None = None
    solved: TUGame | None = None

    def problem(self) -> Problem:
        """Write the question as a problem in fractions.

        Returns
        -------
        Problem
        """
        game = self.solved or self.game
        n = game.n_players
        masks = tuple(self.structure or ((1 << n) - 1,))
        totals = tuple((mask, game.worth(mask)) for mask in masks)
        least = tuple(game.worth(1 << i) for i in range(n)) if self.floors else None
        return Problem(game, self.family, totals, least)


class Certified(Allocation):
    """A point found in doubles whose exact proof is made when it is first asked for.

    Parameters
    ----------
    question : Question
        What was asked for.
    answer : Answer
        What was found.

    References
    ----------
    .. [1] E. Kohlberg, "On the nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 20 (1971), pp. 62-66.
    """

    __slots__ = ("_answer", "_proof", "_question")

    _answer: Answer
    _proof: tuple[Problem, Proof] | None
    _question: Question

    def __init__(self, question: Question, answer: Answer) -> None:
        put = object.__setattr__
        put(self, "_question", question)
        put(self, "_answer", answer)
        put(self, "_proof", None)
        game = question.game
        shares, level = answer.point[: game.n_players], float(answer.levels[0])
        if question.float_shares is not None:
            shares = question.float_shares(shares, level)
        super().__init__(
            question.concept,
            game.players,
            shares,
            self._fractions,
            "certified",
            level if question.float_number is None else question.float_number(level),
            self._plain,
            self._agrees,
            game,
            "active-set dual simplex",
            TOLERANCE,
        )

    def _checked(self) -> tuple[Problem, Proof]:
        found = self._proof
        if found is None:
            problem = self._question.problem()
            found = problem, proved(problem, self._answer, self._question.stages)
            object.__setattr__(self, "_proof", found)
        return found

    def _fractions(self) -> Exact:
        return self._question.shares(self._checked()[1])

    def _plain(self) -> dict[str, Any]:
        problem, proof = self._checked()
        return proof.plain(problem)

    def _agrees(self, claim: Allocation) -> bool:
        return agrees(claim, self._question, *self._checked())

    def verify(self) -> bool:
        """Prove the exact point and compare the doubles with it.

        Returns
        -------
        bool
            Whether every share is within `TOLERANCE` times the largest worth of the point.
        """
        try:
            return self._agrees(self)
        except SolverError:
            return False


def agrees(claim: Allocation, question: Question, problem: Problem, proof: Proof) -> bool:
    """Check a proof anew, and that a claim is about its point.

    Parameters
    ----------
    claim : Allocation
        Shares.
    question : Question
        What was asked for.
    problem, proof
        What they should be proved by.

    Returns
    -------
    bool
    """
    if proof_faults(problem, proof):
        return False
    exact, number = question.shares(proof), question.number(proof)
    if claim.has_exact and claim.exact != exact:
        return False
    shares = claim.allocation
    if shares is None or len(shares) != len(exact):
        return False
    near = Fraction(TOLERANCE * scale_of(problem.game))
    if claim.epsilon is not None and number is not None:
        apart = abs(Fraction(claim.epsilon) - number)
        if apart > (0 if isinstance(claim.epsilon, Fraction) else near):
            return False
    pairs = zip(shares.tolist(), exact, strict=True)
    return all(abs(Fraction(a) - b) <= near for a, b in pairs)


def scale_of(game: TUGame) -> float:
    """Give the largest absolute worth.

    Parameters
    ----------
    game : TUGame
        The game.

    Returns
    -------
    float
    """
    values = game.values
    return max(float(values.max()), -float(values.min()))


def proved(problem: Problem, answer: Answer | None, stages: int | None = None) -> Proof:
    """Prove an answer, or find the exact one where its rows do not prove it.

    Parameters
    ----------
    problem : Problem
        The problem.
    answer : Answer or None
        What was found in doubles.
    stages : int, optional
        How many stages were asked for.

    Returns
    -------
    Proof
        Without faults.

    Raises
    ------
    SolverError
        If no point is left, or more than one.
    """
    rows: list[tuple[int, int]] = []
    if answer is not None:
        for found in (rounded, recover):
            proof = found(problem, answer)
            if proof is not None and not proof_faults(problem, proof):
                return proof
        if len(answer.levels) == 1:
            rows = [(mask, kind) for mask, kind in answer.last.T.tolist() if kind < 2]
    # Ties that doubles cannot tell apart: everything in integers.
    proof = minimise_exactly(problem, stages, rows)
    if proof is None:
        raise SolverError("the excesses leave more than one point")
    faults = proof_faults(problem, proof)
    if faults:
        raise SolverError(f"the exact search failed its check: {faults[0]}")
    return proof


def solve(question: Question) -> Allocation:
    """Find the lexicographic optimum of a game of at least two players.

    Parameters
    ----------
    question : Question
        What is asked for.

    Returns
    -------
    Allocation
        Exact for exact games, through integers or certified; else doubles to be certified.

    Raises
    ------
    SolverError
        If more than one point is left.
    """
    game = question.solved or question.game
    n, structure = game.n_players, question.structure
    answer = None
    if not (game.is_exact and n <= SMALL):
        try:
            answer = minimise(
                game,
                question.family,
                game.values[1 << np.arange(n)] if question.floors else None,
                None if structure is None else np.array(structure, np.int64),
                question.stages or ALL,
            )
        except SolverError:  # rounding errors: integers decide
            answer = None
        if answer is not None and not game.is_exact:
            return Certified(question, answer)
    problem = question.problem()
    proof = proved(problem, answer, question.stages)
    return Allocation(
        question.concept,
        question.game.players,
        exact=question.shares(proof),
        guarantee="exact" if answer is None else "certified",
        epsilon=question.number(proof),
        certificate=lambda: proof.plain(problem),
        verifier=lambda claim: agrees(claim, question, problem, proof),
        game=question.game,
        solver="integers" if answer is None else "active-set dual simplex",
        tolerance=0.0 if answer is None else TOLERANCE,
    )
