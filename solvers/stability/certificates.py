"""Answers read back from plain data, checked by their certificates against the game alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from solvers.errors import GameError
from solvers.games.game import TUGame
from solvers.stability.compiled import TOLERANCE
from solvers.stability.core import balancedness_faults
from solvers.stability.cost_of_stability import cost_question
from solvers.stability.families import PER_CAPITA, PLAIN, PROPORTIONAL
from solvers.stability.kohlberg import proof_faults
from solvers.stability.lexicographic import Question, scale_of
from solvers.stability.nucleolus import structure_masks
from solvers.stability.nucleolus_variants import (
    anti_question,
    disruption_problem,
    modiclus_question,
)
from solvers.stability.problem import Problem, Proof

__all__ = ["CERTIFIED", "answer_faults"]

_QUESTIONS: dict[str, Callable[[TUGame], Question]] = {
    "nucleolus": lambda game: Question("nucleolus", game, PLAIN, True),
    "prenucleolus": lambda game: Question("prenucleolus", game, PLAIN),
    "per_capita_nucleolus": lambda game: Question("per_capita_nucleolus", game, PER_CAPITA, True),
    "proportional_nucleolus": lambda game: Question(
        "proportional_nucleolus", game, PROPORTIONAL, True
    ),
    "anti_nucleolus": lambda game: anti_question("anti_nucleolus", game),
    "anti_prenucleolus": lambda game: anti_question("anti_prenucleolus", game),
    "modiclus": modiclus_question,
    "least_core": lambda game: Question("least_core", game, PLAIN, stages=1),
    "least_core_point": lambda game: Question("least_core_point", game, PLAIN),
    "core": lambda game: Question("core", game, PLAIN, stages=1),
    "cost_of_stability": cost_question,
    "disruption_nucleolus": lambda game: Question("disruption_nucleolus", game.rational(), PLAIN),
}

CERTIFIED = tuple(_QUESTIONS)
"""Concepts whose answers can be checked from plain data."""


def answer_faults(game: TUGame, answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Check the plain data of an answer against the game; no solver is run.

    Parameters
    ----------
    game : TUGame
        The game that was asked about.
    answer : mapping
        As ``Allocation.to_dict`` gives it: concept, allocation, exact, epsilon, certificate.
        Without an allocation the number epsilon alone is claimed.

    Returns
    -------
    tuple of str
        What is wrong, in words; empty if the answer is proved.

    Raises
    ------
    GameError
        If the concept is none of `CERTIFIED`, or the data are malformed.

    References
    ----------
    .. [1] E. Kohlberg, "On the nucleolus of a characteristic function game", SIAM Journal on
       Applied Mathematics 20 (1971), pp. 62-66.

    Examples
    --------
    >>> from solvers.stability.nucleolus import nucleolus
    >>> majority = TUGame([0, 0, 0, 1, 0, 1, 1, 1])
    >>> answer = nucleolus(majority).to_dict()
    >>> answer_faults(majority, answer)
    ()
    >>> answer["exact"] = {"1": "1/2", "2": "1/2", "3": "0"}
    >>> answer_faults(majority, answer)
    ('the shares are not those of the certificate',)
    """
    concept = answer.get("concept")
    if concept not in _QUESTIONS:
        raise GameError(f"no proof of {concept!r} can be read; there are {', '.join(CERTIFIED)}")
    try:
        return _faults(game, str(concept), answer, answer["certificate"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise GameError(f"the answer cannot be read: {type(error).__name__}: {error}") from error


def _faults(
    game: TUGame, concept: str, answer: Mapping[str, Any], proof: Mapping[str, Any]
) -> tuple[str, ...]:
    n = game.n_players
    grand = (1 << n) - 1
    alone = tuple(game.worth(1 << i) for i in range(n))
    if answer.get("allocation", answer) is None:
        return _undefined_faults(game, concept, proof)
    if "stages" not in proof:
        # One point is possible: few players, or nothing above what they have alone.
        level = None
        if concept == "cost_of_stability" and n < 2:
            worth = game.worth(grand)
            shares, level = (max(worth, Fraction(0)),) * n, max(-worth, Fraction(0))
        elif sum(alone, Fraction(0)) == game.worth(grand) or n < 2:
            shares = alone
        else:
            return ("the certificate proves nothing",)
        return _share_faults(game, answer, shares, level)
    question = _QUESTIONS[concept](game)
    problem = _problem(question, proof)
    read = Proof.from_plain(problem, proof)
    if question.stages is None and not read.complete:
        return ("the stages are not complete",)
    if question.stages is not None and len(read.stages) < question.stages:
        return ("a stage is missing",)
    faults = proof_faults(problem, read)
    if faults:
        return faults
    if concept == "core" and question.number(read) > Fraction(_near(game)):  # type: ignore[operator] # there is a stage
        return ("a coalition has more alone",)
    if concept == "least_core_point":
        first = tuple(s for s in read.stages if s.level == read.stages[0].level)
        faults = proof_faults(problem, replace(read, stages=first))
        if faults:
            return ("the least core has more than one point",)
    return _share_faults(game, answer, question.shares(read), question.number(read))


def _problem(question: Question, proof: Mapping[str, Any]) -> Problem:
    """Write down what is to be proved; of the proof only a coalition structure is believed."""
    if question.concept == "disruption_nucleolus":
        return disruption_problem(question.game)
    parts = [part["coalition"] for part in proof["equations"]]
    if question.concept in ("nucleolus", "prenucleolus") and len(parts) > 1:
        question = replace(question, structure=structure_masks(question.game, parts))
    return question.problem()


def _undefined_faults(game: TUGame, concept: str, proof: Mapping[str, Any]) -> tuple[str, ...]:
    """Check that there is no answer."""
    if concept == "core":
        return balancedness_faults(game, dict(proof))
    if "no_imputation" in proof:
        sign = -1 if concept == "anti_nucleolus" else 1
        mask = game.mask(proof["no_imputation"])
        alone = (game.worth(1 << i) for i in range(game.n_players) if mask >> i & 1)
        if sign * sum(alone, Fraction(0)) > sign * game.worth(mask):
            return ()
        return ("there are imputations",)
    if concept == "least_core_point" and "stages" in proof:
        problem = _QUESTIONS[concept](game).problem()
        read = Proof.from_plain(problem, proof)
        first = tuple(s for s in read.stages if s.level == read.stages[0].level)
        unique = not proof_faults(problem, replace(read, stages=first))
        return proof_faults(problem, read) or (("the least core is one point",) if unique else ())
    return ("the certificate proves nothing",)


def _near(game: TUGame) -> float:
    return 0.0 if game.is_exact else TOLERANCE * scale_of(game)


def _share_faults(
    game: TUGame, answer: Mapping[str, Any], shares: tuple[Fraction, ...], level: Fraction | None
) -> tuple[str, ...]:
    """Compare what is claimed with what is proved: fractions exactly, doubles nearly."""
    names = game.players
    exact = answer.get("exact")
    if exact is not None and tuple(Fraction(exact[name]) for name in names) != shares:
        return ("the shares are not those of the certificate",)
    near = Fraction(TOLERANCE * scale_of(game))
    claimed, number = answer.get("allocation"), answer.get("epsilon")
    if claimed is None and (number is None or level is None):
        return ("nothing is claimed that the certificate proves",)
    if claimed is not None and any(
        abs(Fraction(claimed[k]) - x) > near for k, x in zip(names, shares, strict=True)
    ):
        return ("the shares are not those of the certificate",)
    if isinstance(number, str | Fraction):
        near = Fraction(0)
    if number is not None and level is not None and abs(Fraction(number) - level) > near:
        return (f"epsilon is {number}, not {level}",)
    return ()
