"""How many coalitions can act, and how many of them are minimal, by size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from coalitions.answers.results import Block, Provenance, Result, Screen
from coalitions.decisions.winning import assumed
from coalitions.decisions.winning_choice import OTHERS, Choice
from coalitions.scenarios.scenario import Scenario

__all__ = ["WinningCount", "count_winning"]


@dataclass(frozen=True)
class WinningCount(Result):
    """How many coalitions win, and how many of them are minimal."""

    choice: Choice | None = None
    winning: tuple[int, ...] = ()
    minimal: tuple[int, ...] | None = ()
    methods: tuple[str, str] = ("", "")

    kind = "winning-count"
    columns = ("size", "winning", "minimal")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule, so that it can be counted again."""
        return self.choice.certificate() if self.choice else {}

    def answer(self) -> dict[str, Any]:
        """Return the counts as plain data; counts as text, since they may be long."""
        choice = self.choice
        if choice is None:
            return {}
        return {
            "body": choice.bound.body.name,
            "rule": choice.bound.rule.describe(),
            "not_yes": OTHERS[choice.others],
            "requirements": choice.requirements(),
            "notes": list(choice.bound.roster.notes),
            "members": len(choice.names),
            "open": choice.open_game.n_players,
            "coalitions": str(2**choice.open_game.n_players),
            "winning": str(sum(self.winning)),
            "winning_by_size": [str(c) for c in self.winning],
            "winning_method": self.methods[0],
            "minimal": None if self.minimal is None else str(sum(self.minimal)),
            "minimal_by_size": None if self.minimal is None else [str(c) for c in self.minimal],
            "minimal_method": self.methods[1],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per size that occurs."""
        minimal = self.minimal or ("",) * len(self.winning)
        fixed = len(self.choice.inside) if self.choice else 0
        return [
            {"size": size + fixed, "winning": won, "minimal": least}
            for size, (won, least) in enumerate(zip(self.winning, minimal, strict=True))
            if won
        ]

    def screen(self) -> Screen:
        """Return the counts in words."""
        choice = self.choice
        if choice is None:
            return Screen("", self.marking, ())
        total, open_ = sum(self.winning), choice.open_game.n_players
        share = f"of 2^{open_} = {2**open_:,}" if open_ <= 40 else f"of 2^{open_}"
        part = Fraction(total, 2**open_)
        percent = "nearly all" if 0.9999 < part < 1 else f"{float(100 * part):.4g} %"
        rows = [
            ("winning", f"{total:,} {share}, {percent}; method {self.methods[0]}"),
            (
                "minimal",
                f"not counted: {self.methods[1]}"
                if self.minimal is None
                else f"{sum(self.minimal):,}; method {self.methods[1]}",
            ),
        ]
        sizes = [
            (
                str(r["size"]),
                f"{r['winning']:,} winning"
                + (f", {r['minimal']:,} minimal" if r["minimal"] else ""),
            )
            for r in self.rows()
        ]
        if len(sizes) > 40:
            sizes = [*sizes[:40], ("...", f"and {len(sizes) - 40} more sizes")]
        blocks = (
            Block("RULE", choice.bound.rule.describe(), choice.requirement_rows()),
            Block("COALITIONS", f"{OTHERS[choice.others]}; {choice.conditions()}", tuple(rows)),
            Block("BY SIZE", "", tuple(sizes)),
        )
        return Screen(choice.title(), self.marking, blocks)


def count_winning(choice: Choice, scenario: Scenario | None = None) -> WinningCount:
    """Count winning and minimal winning coalitions by size.

    Parameters
    ----------
    choice : Choice
        The decision, and what is fixed: counted are the coalitions of the other members.
    scenario : Scenario, optional
        The case it belongs to.

    Returns
    -------
    WinningCount
        Exact. Minimal are coalitions in which each of the other members is needed; None where
        no method counts them.

    Raises
    ------
    EngineError
        If somebody is no member, or no method can count.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> found = count_winning(Choice(bind_decision(load_body("[5; 3, 2, 2, 1]"))))
    >>> found.winning, found.minimal
    ((0, 0, 2, 4, 1), (0, 0, 2, 1, 0))
    """
    from solvers.counting import count, count_minimal
    from solvers.errors import LimitError

    counts = count(choice.open_game)
    minimal: tuple[int, ...] | None
    try:
        least = count_minimal(choice.open_game)
        minimal, method = least.minimal, least.method
    except LimitError as error:
        minimal, method = None, str(error)
    return WinningCount(
        scenario,
        "exact",
        assumed(choice.others, choice.settled),
        Provenance(scenario.digest if scenario else ""),
        choice,
        counts.winning,
        minimal,
        (counts.method, method),
    )
