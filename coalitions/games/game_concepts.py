"""Solution concepts of a game side by side, each with its guarantee and what proves it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.games.concepts import CONCEPTS, Concept, concept_named
from solvers.errors import EngineError, GameError, LimitError, SolverError

if TYPE_CHECKING:
    from coalitions.games.rule_concepts import RuleGame
    from solvers.games.game import TUGame

    Game: TypeAlias = TUGame | RuleGame

__all__ = ["DEFAULT", "MAX_SAVED", "Finding", "GameConcepts", "finding_of", "game_concepts"]

DEFAULT = ("shapley", "nucleolus", "core_empty", "least_core_epsilon", "cost_of_stability")
MAX_SAVED = 16
"""Most players whose worths stand in the certificate."""
COLUMNS = 3
"""Concepts side by side on a screen."""
MAX_LINES = 12
"""Points, coalitions and partitions that a screen shows of one answer."""

# From the strongest to the weakest: an answer is as sure as its weakest part.
ORDER = ("exact", "certified", "optimal", "bounded", "estimated")


@dataclass(frozen=True)
class Finding:
    """What one concept says of a game.

    Parameters
    ----------
    concept : Concept
        Which.
    answer : dict
        The answer as plain data; exact numbers as text.
    guarantee : str
        What stands behind it.
    certificate : mapping
        What proves it, where something beyond the worths is needed.
    shares : tuple of Fraction, or None
        Of every player, for a concept that gives shares and has an answer.
    found : object
        What the solver returned for such a concept; its ``verify`` tests shares exactly.
    """

    concept: Concept
    answer: dict[str, Any]
    guarantee: str
    certificate: Mapping[str, Any]
    shares: tuple[Fraction, ...] | None = None
    found: Any = None


@dataclass(frozen=True)
class GameConcepts(Result):
    """Concepts of one game; ``extra`` is what was given beside it."""

    game: Game | None = None
    name: str = ""
    findings: tuple[Finding, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    kind = "game-concepts"
    columns = ("concept", "player", "value")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The worths, where they are few enough, and what proves each answer."""
        game = self.game
        if game is None:
            return {}
        from solvers.games.solution import plain

        rule = getattr(game, "rule", None)
        worths = None
        if rule is None and game.n_players <= MAX_SAVED:
            worths = [str(game.worth(mask)) for mask in range(1 << game.n_players)]
        return {
            "players": list(game.players),
            "rule": rule and rule.to_dict(),
            "worths": worths,
            "game_digest": game.digest,
            "extra": dict(self.extra),
            "proofs": {f.concept.name: plain(dict(f.certificate)) for f in self.findings},
        }

    def answer(self) -> dict[str, Any]:
        """Return what each concept says, and what was left out and why."""
        game = self.game
        if game is None:
            return {}
        return {
            "game": self.name,
            "players": list(game.players),
            "concepts": {
                f.concept.name: {"guarantee": f.guarantee, "source": f.concept.source} | f.answer
                for f in self.findings
            },
            "left_out": dict(self.left_out),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for each concept and player, or for each concept that has no players."""
        rows: list[dict[str, Any]] = []
        players = self.game.players if self.game else ()

        def add(f: Finding, player: str, value: Any, exact: str, detail: str = "") -> None:
            row = {"concept": f.concept.name, "guarantee": f.guarantee, "player": player}
            rows.append(row | {"value": value, "exact": exact, "detail": detail})

        for f in self.findings:
            if f.shares is not None:
                for player, share in zip(players, f.shares, strict=True):
                    add(f, player, _double(share), str(share))
            elif f.concept.kind == "number":
                add(f, "", _double(Fraction(f.answer["value"])), f.answer["value"])
            elif f.concept.kind in ("truth", "membership"):
                add(f, "", "yes" if f.answer["holds"] else "no", "", f.answer["reason"])
            else:
                for label, text in _lines(f):
                    add(f, "", "", "", " ".join(filter(None, (label, text))))
        for name, reason in self.left_out.items():
            rows.append(
                {"concept": name, "guarantee": "", "player": "", "value": "left out",
                 "exact": "", "detail": reason}
            )  # fmt: skip
        return rows

    def screen(self) -> Screen:
        """Return shares as a table of players, the other answers below it."""
        game = self.game
        if game is None:
            return Screen("", self.marking, ())
        n = game.n_players
        worth = number_text(game.worth((1 << n) - 1))
        blocks = [Block("GAME", f"{n} players, together worth {worth}")]
        shared = [f for f in self.findings if f.shares is not None]
        for k in range(0, len(shared), COLUMNS):
            blocks.append(_table(game.players, shared[k : k + COLUMNS], k > 0))
        for f in self.findings:
            if f.shares is None:
                lines = _lines(f)
                head = f"{f.concept.title} ({f.guarantee})"
                blocks.append(Block(f.concept.name.upper(), head, tuple(lines[:MAX_LINES])))
                if len(lines) > MAX_LINES:
                    more = f"{len(lines) - MAX_LINES} more: ask for --format json"
                    blocks.append(Block("", more))
        if self.left_out:
            blocks.append(Block("LEFT OUT", "", tuple(self.left_out.items())))
        return Screen(self.name, self.marking, tuple(blocks))


def _double(number: Fraction) -> float | None:
    """Round a number for a column; what no double can hold stands in the exact column alone."""
    try:
        return float(number)
    except OverflowError:
        return None


def _table(players: Sequence[str], shown: Sequence[Finding], continued: bool) -> Block:
    width = max(14, *(len(f.concept.name) + 2 for f in shown))
    rows = [("", "".join(f.concept.name.rjust(width) for f in shown))]
    rows.append(("", "".join(f.guarantee.rjust(width) for f in shown)))
    for i, player in enumerate(players):
        cells = (number_text(f.shares[i]) for f in shown if f.shares is not None)
        rows.append((player, "".join(cell.rjust(width) for cell in cells)))
    return Block("SHARES, CONTINUED" if continued else "SHARES", "of each player", tuple(rows))


def _lines(finding: Finding) -> list[tuple[str, str]]:
    """Write an answer that is no allocation as lines of a label and a text."""
    answer = finding.answer
    match finding.concept.kind:
        case "truth":
            lines = [("", "yes" if answer["holds"] else "no")]
            return lines + ([("because", answer["reason"])] if answer.get("reason") else [])
        case "allocation":
            return [("", answer["why"])]
        case "number":
            return [("", number_text(Fraction(answer["value"])))]
        case "points":
            points = [", ".join(point) for point in answer["points"]]
            return [("", p) for p in points] or [("", "none: the set is empty")]
        case "worths":
            return [(name, number_text(Fraction(v))) for name, v in answer["worths"].items()]
        case "membership":
            return [(", ".join(answer["point"]), "in" if answer["holds"] else answer["reason"])]
        case _:
            found = [" | ".join(", ".join(b) for b in p) for p in answer["structures"] or []]
            return [(answer["value"], ""), *(("", line) for line in found)]


def game_concepts(
    game: Game,
    names: Sequence[str] | None = None,
    *,
    name: str = "a game",
    unions: Sequence[Sequence[str]] | None = None,
    structure: Sequence[Sequence[str]] | None = None,
    links: Sequence[Sequence[str]] | None = None,
    point: Sequence[Any] | None = None,
) -> GameConcepts:
    """Compute solution concepts of a game.

    Parameters
    ----------
    game : TUGame or RuleGame
        The game, with a table of worths or without.
    names : sequence of str, optional
        Names in `CONCEPTS`, or ``["all"]`` for all that need nothing more than what is given;
        without it a choice.
    name : str
        What the game is called.
    unions, structure, links : sequence of sequences of str, optional
        Unions, a partition, pairs of linked players, by name.
    point : sequence of numbers, optional
        A point that is tested, in the order of the players.

    Returns
    -------
    GameConcepts
        Of concepts that were not named one by one, what is not defined or too large is left
        out, with the reason.

    Raises
    ------
    EngineError
        If there is no such concept, it is not defined for the game, or the game is too large.

    Examples
    --------
    >>> from solvers.games.game import TUGame
    >>> found = game_concepts(TUGame([0, 0, 0, 1, 0, 1, 1, 1]), ["shapley", "core_empty"])
    >>> found.answer()["concepts"]["shapley"]["shares"]["1"], found.guarantee
    ('1/3', 'exact')
    """
    start = time.perf_counter()
    extra = {"unions": unions, "structure": structure, "links": links, "point": point}
    everything = names is not None and [n.casefold() for n in names] == ["all"]
    if everything:
        chosen = [c for c in CONCEPTS.values() if not c.needs or extra[c.needs] is not None]
    else:
        chosen = [concept_named(n) for n in dict.fromkeys(names or DEFAULT)]
    findings, left_out = [], dict[str, str]()
    for concept in chosen:
        given = extra.get(concept.needs) if concept.needs else None
        try:
            findings.append(finding_of(concept, game, given))
        except (GameError, LimitError, SolverError) as error:
            if names is not None and not everything:
                raise
            left_out[concept.name] = str(error)
    weakest = max((ORDER.index(f.guarantee) for f in findings), default=0)
    return GameConcepts(
        None,
        ORDER[weakest],
        (),
        Provenance(game.digest, "", None, 0.0, time.perf_counter() - start),
        game=game,
        name=name,
        findings=tuple(findings),
        left_out=left_out,
        extra={
            key: [list(part) for part in value] if key != "point" else [str(x) for x in value]
            for key, value in extra.items()
            if value is not None
        },
    )


def finding_of(concept: Concept, game: Game, given: Any) -> Finding:
    """Compute one concept, and write its answer as plain data.

    Parameters
    ----------
    concept : Concept
        Which.
    game : TUGame or RuleGame
        The game.
    given : object
        What the concept needs beside it.

    Returns
    -------
    Finding

    Raises
    ------
    EngineError
        If the concept is not defined for the game, or the game is too large.
    """
    if concept.needs and given is None:
        option = {"unions": "--unions", "structure": "--structure", "links": "--graph"}
        raise GameError(
            f"{concept.name} needs more than the game: give "
            f"{option.get(concept.needs, '--' + concept.needs)}"
        )
    found = _computed(concept, game, given)
    match concept.kind:
        case "allocation":
            return _allocation(concept, game, found)
        case "truth":
            answer = {"holds": bool(found), "reason": getattr(found, "reason", "")}
        case "number":
            answer = {"value": exact_text(Fraction(found.epsilon))}
        case "points":
            answer = {"points": [[str(Fraction(x)) for x in point] for point in found]}
        case "worths":
            answer = {
                "worths": {
                    ",".join(found.coalition(mask)): str(found.worth(mask))
                    for mask in range(1, 1 << game.n_players)
                }
            }
        case "membership":
            answer = {"holds": bool(found), "reason": getattr(found, "why", "")}
            answer["point"] = [str(x) for x in given]
        case _:
            answer = found.to_dict()
    guarantee = getattr(found, "guarantee", "exact")
    return Finding(concept, answer, guarantee, getattr(found, "certificate", {}))


def _computed(concept: Concept, game: Game, given: Any) -> Any:
    from coalitions.games.rule_concepts import RuleGame

    return game.run(concept.name) if isinstance(game, RuleGame) else concept.run(game, given)


def _allocation(concept: Concept, game: Game, found: Any) -> Finding:
    if not found.is_defined:
        why = "none: the concept has no answer for this game"
        answer: dict[str, Any] = {"shares": None, "why": why}
        return Finding(concept, answer, found.guarantee, found.certificate)
    shares = found.exact
    if shares is None:
        raise EngineError(f"{concept.name} of {game.n_players} players is not found in fractions")
    answer = {"shares": {p: str(s) for p, s in zip(game.players, shares, strict=True)}}
    return Finding(concept, answer, found.guarantee, found.certificate, shares, found)
