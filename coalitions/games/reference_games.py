"""Reference cases on games with transferable utility and on bargaining problems."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from coalitions.files.spelling import shown
from coalitions.games.concepts import CONCEPTS, Concept, extra_of
from coalitions.games.game_file import game_of
from coalitions.games.reference_file import read_number, read_rule
from coalitions.games.rule_concepts import RULE_CONCEPTS, RuleGame
from solvers.errors import GameError

__all__ = ["BARGAINING", "MAX_TABLE", "bargaining_answer", "game_answer"]

MAX_TABLE = 20
"""Most players of a voting game that is written out as a table; larger ones ask an oracle."""
BARGAINING = ("nash_bargaining", "kalai_smorodinsky", "egalitarian_bargaining")

Case: TypeAlias = "Mapping[str, Any]"
Answer: TypeAlias = "tuple[str, Any]"
"""How it is compared (``numbers``, ``number``, ``truth``, ``points``, ...), and what was found."""


def bargaining_answer(name: str, case: Case) -> Answer:
    """Solve a bargaining problem of a reference file.

    Parameters
    ----------
    name : str
        A name in `BARGAINING`.
    case : mapping
        The case.

    Returns
    -------
    (str, list of Fraction)

    Raises
    ------
    GameError
        If the case is malformed, or nothing is gained by an agreement.
    """
    from solvers import bargaining

    game = case["game"]
    if not isinstance(game, Mapping) or game.get("type") != "bargaining":
        raise GameError(f"{name} needs a game of type 'bargaining'")
    rows = game.get("feasible_hull_vertices")
    point = game.get("disagreement")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in [*rows, point]):
        raise GameError("a bargaining problem needs 'feasible_hull_vertices' and 'disagreement'")
    problem = bargaining.BargainingProblem(
        [[read_number(x) for x in row] for row in rows], [read_number(x) for x in point or []]
    )
    found = getattr(bargaining, name)(problem)
    return "numbers", _shares(found)


def game_answer(name: str, case: Case) -> Answer:
    """Compute a concept of a game of a reference file.

    Parameters
    ----------
    name : str
        A name in :data:`coalitions.games.concepts.CONCEPTS`.
    case : mapping
        The case.

    Returns
    -------
    (str, object)
        How it is compared, and what was found.

    Raises
    ------
    EngineError
        If the case is malformed, the concept is not defined for the game, or it is too large.

    Examples
    --------
    >>> game = {"type": "tu", "n": 2, "values": {"1": 0, "2": 0, "1,2": 1}}
    >>> game_answer("shapley", {"game": game})
    ('numbers', [Fraction(1, 2), Fraction(1, 2)])
    """
    concept = CONCEPTS[name]
    weights = case["game"].get("weights") if isinstance(case["game"], Mapping) else None
    game: Any = None
    if isinstance(weights, list) and len(weights) > MAX_TABLE and name in RULE_CONCEPTS:
        game = RuleGame(read_rule(case["game"]))
        found = game.run(name)
    else:
        game = game_of(case["game"])
        if concept.kind == "membership":
            return "memberships", _memberships(concept, game, case)
        found = concept.run(game, extra_of(case.get("extra") or {}, concept.needs))
    match concept.kind:
        case "allocation":
            return "numbers", _shares(found)
        case "truth":
            return "truth", bool(found)
        case "number":
            return "number", Fraction(found.epsilon)
        case "points":
            return "points", [tuple(Fraction(x) for x in point) for point in found]
        case "worths":
            coalitions = range(1, 1 << game.n_players)
            return "worths", {frozenset(_members(m)): found.worth(m) for m in coalitions}
        case _:
            return "structure", found


def _shares(found: Any) -> list[Fraction] | None:
    if not found.is_defined:
        return None
    exact = found.exact
    if exact is not None:
        return list(exact)
    return [Fraction(float(x)) for x in found.allocation]


def _members(mask: int) -> list[int]:
    return [i + 1 for i in range(mask.bit_length()) if mask >> i & 1]


def _memberships(concept: Concept, game: Any, case: Case) -> list[bool]:
    wanted = case["expected"]
    if not isinstance(wanted, list) or not all(isinstance(w, Mapping) for w in wanted):
        raise GameError("'expected' must be a list of mappings with 'point' and 'in'")
    found = []
    for entry in wanted:
        point = entry.get("point")
        if not isinstance(point, list):
            raise GameError(f"{shown(point)} is no point: write a number for every player")
        found.append(bool(concept.run(game, [read_number(x) for x in point])))
    return found
