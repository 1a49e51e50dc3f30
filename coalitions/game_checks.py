"""Re-checking saved answers on games: the game is rebuilt, and every answer tried on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from coalitions.concepts import concept_named
from coalitions.game_concepts import finding_of
from coalitions.rule_concepts import RuleGame
from solvers.errors import GameError
from solvers.rules import Rule

if TYPE_CHECKING:
    from solvers.games.game import TUGame

__all__ = ["concept_checks"]


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
    Shares are put to the exact test of their concept (Kohlberg's criterion, a balanced
    collection, the definition); all other answers are computed anew and compared.
    """
    game = _game(certificate)
    yield "the game is the certified one", game.digest == certificate["game_digest"]
    yield "the players are those of the game", list(game.players) == answer["players"]
    given = certificate["extra"]
    for name, told in answer["concepts"].items():
        concept = concept_named(name)
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
