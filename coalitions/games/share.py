"""How the gains of acting together can be shared so that nobody walks out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import Block, Provenance, Result, Screen, number_text
from coalitions.answers.wording import marked
from coalitions.games.game_concepts import GameConcepts, game_concepts
from coalitions.games.scenario_game import ScenarioGame, plain_fixed, scenario_game

if TYPE_CHECKING:
    from coalitions.scenarios.scenario import Scenario

__all__ = ["CONCEPTS", "Share", "share"]

CONCEPTS = ("nucleolus", "shapley", "core_empty", "least_core_epsilon", "cost_of_stability")
"""What is computed; the nucleolus is what the transfers are read from."""


@dataclass(frozen=True)
class Share(Result):
    """Stable shares of what the states of a scenario gain together."""

    found: ScenarioGame | None = None
    concepts: GameConcepts | None = None

    kind = "share"
    columns = ("state",)

    @cached_property
    def certificate(self) -> Mapping[str, Any]:
        """The worths, where they are few enough, and what proves each answer."""
        return self.concepts.certificate if self.concepts else {}

    @property
    def gain(self) -> Fraction:
        """What all players gain together."""
        if self.found is None:
            return Fraction(0)
        game = self.found.game
        return game.worth((1 << game.n_players) - 1)

    @property
    def transfers(self) -> dict[str, Fraction] | None:
        """What each state receives, or pays where negative, at the nucleolus.

        None where the effect is shared, or all together choose no text. The transfers sum to
        what the text gives those who carry it beyond their margins.
        """
        found, shares = self.found, self._shares("nucleolus")
        if found is None or shares is None or found.margins is None or found.text is None:
            return None
        return {p: x - m for p, x, m in zip(found.game.players, shares, found.margins, strict=True)}

    def _shares(self, name: str) -> tuple[Fraction, ...] | None:
        findings = self.concepts.findings if self.concepts else ()
        return next((f.shares for f in findings if f.concept.name == name), None)

    def _holds(self, name: str) -> bool | None:
        findings = self.concepts.findings if self.concepts else ()
        return next((bool(f.answer["holds"]) for f in findings if f.concept.name == name), None)

    def _value(self, name: str) -> Fraction | None:
        findings = self.concepts.findings if self.concepts else ()
        texts = [f.answer["value"] for f in findings if f.concept.name == name]
        return Fraction(texts[0]) if texts else None

    def answer(self) -> dict[str, Any]:
        """Return shares, stability and transfers as plain data; exact numbers as text."""
        found = self.found
        if found is None or self.concepts is None:
            return {}
        transfers = self.transfers
        return {
            "option": found.option.key,
            "venue": found.venue.key,
            "gain": found.gain,
            "unit": found.unit,
            "meaning": found.meaning,
            "together": str(self.gain),
            "text": None if found.text is None else list(found.text),
            "margins": found.margins
            and {p: str(m) for p, m in zip(found.game.players, found.margins, strict=True)},
            "others": plain_fixed(found),
            "transfers": transfers and {p: str(t) for p, t in transfers.items()},
            **{key: self.concepts.answer()[key] for key in ("players", "concepts", "left_out")},
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per state: its shares, its margin, what it receives."""
        found = self.found
        if found is None:
            return []
        transfers, rows = self.transfers, []
        for i, player in enumerate(found.game.players):
            row: dict[str, Any] = {"state": player}
            for name in ("nucleolus", "shapley"):
                shares = self._shares(name)
                row[name] = None if shares is None else float(shares[i])
            row["margin"] = None if found.margins is None else float(found.margins[i])
            row["receives"] = None if transfers is None else float(transfers[player])
            rows.append(row)
        return rows

    def screen(self) -> Screen:
        """Return who gains what, whether it holds, and who pays whom."""
        found, concepts = self.found, self.concepts
        if found is None or concepts is None or self.scenario is None:
            return Screen("", self.marking, ())
        unit = found.unit
        title = f"{self.scenario.title}: {found.option.title}"
        aside = f"{number_text(self.gain)} {unit}"
        if found.text is not None:
            aside += f", with {', '.join(found.text)}" if found.text else ", with the text as it is"
        if not found.carried:
            aside += ": even all players together do not carry it against the others"
        elif found.text is None and found.gain == "margins":
            aside += ": no lawful text gains them anything together"
        blocks = [Block("TOGETHER", aside, (("worth", found.meaning),)), self._stability(unit)]
        blocks.append(self._table())
        fixed = plain_fixed(found)
        if fixed:
            votes = ", ".join(f"{s} {v}" for s, v in fixed.items())
            blocks.append(Block("NO PLAYERS", f"vote as they stand: {votes}"))
        if concepts.left_out:
            blocks.append(Block("LEFT OUT", "", tuple(concepts.left_out.items())))
        kinds = {a.origin for a in self.assumptions}
        blocks.append(
            Block(
                "RESTS ON", f"{len(self.assumptions)} numbers and votes: {', '.join(sorted(kinds))}"
            )
        )
        return Screen(title, self.marking, tuple(blocks))

    def _stability(self, unit: str) -> Block:
        empty, epsilon = self._holds("core_empty"), self._value("least_core_epsilon")
        cost = self._value("cost_of_stability")
        if empty is None:
            return Block("HOLDS", "not known: see what was left out")
        rows = []
        if epsilon is not None:
            word = "every coalition keeps at least" if epsilon <= 0 else "some coalition lacks"
            rows.append(("least core", f"{word} {number_text(abs(epsilon))} {unit}"))
        if empty and cost is not None:
            rows.append(("to keep all", f"{number_text(cost)} {unit} from outside would do"))
        verdict = (
            "no: whatever the shares, some coalition does better alone (the core is empty)"
            if empty
            else "yes: some shares no coalition can improve on (core); the nucleolus is one"
        )
        return Block("HOLDS", verdict, tuple(rows))

    def _table(self) -> Block:
        found = self.found
        if found is None:
            return Block("SHARES")
        transfers = self.transfers
        names = [name for name in ("nucleolus", "shapley") if self._shares(name) is not None]
        heads = [
            *names,
            *(["margin"] if found.margins else []),
            *(["receives"] if transfers else []),
        ]
        rows = [("", "".join(head.rjust(14) for head in heads))]
        for i, player in enumerate(found.game.players):
            cells = [shares[i] for name in names if (shares := self._shares(name)) is not None]
            cells += [found.margins[i]] if found.margins else []
            cells += [transfers[player]] if transfers else []
            label = marked(player, found.venue.bound)
            rows.append((label, "".join(number_text(c).rjust(14) for c in cells)))
        return Block("SHARES", found.unit, tuple(rows))


def share(
    scenario: Scenario,
    option: str | None = None,
    gain: str | None = None,
    effect_value: Fraction | int = 0,
) -> Share:
    """Share what the states of a scenario gain by acting together.

    Parameters
    ----------
    scenario : Scenario
        The case; changes of ``what_if`` count.
    option : str, optional
        Key of the option; its only one when left out.
    gain : {"margins", "effect"}, optional
        What is shared; see :func:`coalitions.games.scenario_game.scenario_game`.
    effect_value : Fraction or int
        What one unit of effect is worth to those who carry the text.

    Returns
    -------
    Share
        Exact, with what proves it.

    Raises
    ------
    EngineError
        If there is nothing lawful to share, or too many players.

    Examples
    --------
    >>> from coalitions.scenarios.scenario import load
    >>> found = share(load("council-of-seven"), effect_value=2)
    >>> found.gain, sum(found.transfers.values())
    (Fraction(8, 1), Fraction(17, 1))
    """
    start = time.perf_counter()
    made = scenario_game(scenario, option, gain, effect_value)
    concepts = game_concepts(made.game, CONCEPTS, name=f"{scenario.name}, {made.option.key}")
    return Share(
        scenario,
        concepts.guarantee,
        made.assumptions,
        Provenance(
            scenario.digest, concepts.provenance.solver, None, 0.0, time.perf_counter() - start
        ),
        found=made,
        concepts=concepts,
    )
