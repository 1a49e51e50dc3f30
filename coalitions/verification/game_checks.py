"""Re-checking saved answers on games: the game is rebuilt, and every answer tried on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from coalitions.games.concepts import concept_named
from coalitions.games.game_concepts import finding_of
from coalitions.games.rule_concepts import RuleGame
from solvers.errors import GameError
from solvers.rules.rule import Rule

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = ["concept_checks"]

NUMBERS = {"least_core_epsilon": "least_core", "cost_of_stability": "cost_of_stability"}
"""Concepts that are a number, and what proves it."""


def concept_checks(
    certificate: Mapping[str, Any], answer: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Check what a saved answer says of each concept.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result of kind ``game-concepts`` or ``share``.

    Yields
    ------
    (str, bool)
        What was checked, and whether it holds.

    Raises
    ------
    GameError
        If the worths are not in the file.

    Notes
    -----
    Where the file holds a proof (of the nucleoli, the least core and the cost of stability of a
    game with a table), it is checked against the worths, and no solver runs. Other shares are put
    to the exact test of their concept, all other answers are computed anew and compared.
    """
    game = _game(certificate)
    yield "the game is the certified one", game.digest == certificate["game_digest"]
    yield "the players are those of the game", list(game.players) == answer["players"]
    given = certificate["extra"]
    for name, told in answer["concepts"].items():
        concept = concept_named(name)
        proof = certificate.get("proofs", {}).get(name)
        faults = None if isinstance(game, RuleGame) else _proof_faults(game, name, told, proof)
        if faults is not None:
            same = told["guarantee"] in ("exact", "certified") and not faults
            yield f"{name}: {faults[0] if faults else 'proved by what is in the file'}", same
            continue
        extra = given.get(concept.needs) if concept.needs else None
        if concept.needs == "point" and extra is not None:
            extra = [Fraction(x) for x in extra]
        fresh = finding_of(concept, game, extra)
        same = told["guarantee"] == fresh.guarantee
        shares = told.get("shares")
        if fresh.shares is not None and fresh.found is not None and isinstance(shares, Mapping):
            claim = tuple(Fraction(shares[p]) for p in game.players)
            same &= set(shares) == set(game.players)
            same &= fresh.found.replace(exact=claim).verify()
            yield f"{name}: the shares pass the exact test", same
        else:
            same &= all(told.get(key) == value for key, value in fresh.answer.items())
            yield f"{name}, computed anew", same


def _proof_faults(
    game: TUGame, name: str, told: Mapping[str, Any], proof: Mapping[str, Any] | None
) -> tuple[str, ...] | None:
    """Check an answer by the proof beside it; None where there is no proof to be read."""
    from solvers.stability.certificates import CERTIFIED, answer_faults

    concept = NUMBERS.get(name, name)
    if concept not in CERTIFIED or not proof:
        return None
    claim: dict[str, Any] = {"concept": concept, "certificate": proof}
    if "shares" in told:
        claim |= {"allocation": told["shares"], "exact": told["shares"]}
        if told["shares"] is not None and set(told["shares"]) != set(game.players):
            return ("the shares are not those of the players",)
    elif "value" in told:
        claim["epsilon"] = told["value"]
    else:
        return None
    return answer_faults(game, claim)


def _game(certificate: Mapping[str, Any]) -> TUGame | RuleGame:
    if certificate.get("rule") is not None:
        return RuleGame(Rule.from_dict(certificate["rule"]))
    worths = certificate.get("worths")
    if worths is None:
        raise GameError(
            "the worths of a game of so many players are not in the file; verify() in Python "
            "checks the answer where it was made"
        )
    from solvers.games.game import TUGame

    return TUGame(list(worths), tuple(certificate["players"]))
