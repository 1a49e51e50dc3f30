"""A decision as a game of yes and not-yes, with the votes that are fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coalitions.answers.wording import members
from coalitions.bodies.rosters import BoundDecision
from coalitions.decisions.winning import numbers, settle
from solvers.errors import EngineError
from solvers.rules.fixed_votes import with_votes, without_players
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["OTHERS", "Choice"]

OTHERS = {
    "abstain": "who does not vote for abstains",
    "against": "who does not vote for votes against",
}


@dataclass(frozen=True)
class Choice:
    """A decision as a game of yes and not-yes, with what is fixed and asked for.

    Parameters
    ----------
    bound : BoundDecision
        The decision.
    others : {"abstain", "against"}
        What those do who do not vote for.
    must_have, must_exclude : iterable of str
        Members that are in, or not in, every coalition.
    votes : mapping of str to str
        Members whose vote is fixed: ``for`` is in every coalition; ``against``, ``abstain`` and
        ``absent`` are in none, and do that.

    Raises
    ------
    EngineError
        If somebody is no member, or a word is not known.
    """

    bound: BoundDecision
    others: str = "abstain"
    must_have: Sequence[str] = ()
    must_exclude: Sequence[str] = ()
    votes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.others not in OTHERS:
            raise EngineError(f"others is {self.others!r}; it must be 'abstain' or 'against'")
        both = self.inside & self.outside
        if both:
            name = self.names[min(both)]
            raise EngineError(f"{name} must be in the coalition and is excluded or absent")

    @property
    def names(self) -> tuple[str, ...]:
        """Members in the order of the rule."""
        return self.bound.rule.names

    @cached_property
    def settled(self) -> dict[str, str]:
        """Fixed votes by the name of the member in the rule."""
        return settle(self.bound, self.votes)[1]

    @cached_property
    def inside(self) -> frozenset[int]:
        """Members that are in every coalition."""
        given = numbers(self.bound, self.must_have)
        voted = [s for s, vote in self.settled.items() if vote == "for"]
        return frozenset((*given, *numbers(self.bound, voted)))

    @cached_property
    def outside(self) -> frozenset[int]:
        """Members that are in no coalition."""
        away = (*self.bound.absent, *self.bound.recused)
        voted = [s for s, vote in self.settled.items() if vote != "for"]
        given = (*self.must_exclude, *away, *voted)
        return frozenset(numbers(self.bound, given))

    @cached_property
    def rule(self) -> Rule:
        """The rule of all members, with fixed votes counted as they are; before projection."""
        rule = settle(self.bound, self.votes)[0].rule
        away = numbers(self.bound, (*self.bound.absent, *self.bound.recused))
        return with_votes(rule, dict.fromkeys(away, ABSENT))

    @cached_property
    def game(self) -> Rule:
        """The simple game of yes and not-yes."""
        return self.rule.project(self.others)

    @cached_property
    def open_game(self) -> Rule:
        """The simple game of the members whose vote is open."""
        rest = ABSTAIN if self.others == "abstain" else NO
        fixed = {i: YES if i in self.inside else rest for i in self.inside | self.outside}
        return without_players(with_votes(self.rule, fixed).project(self.others), fixed)

    def certificate(self) -> dict[str, Any]:
        """Return what is needed to judge a coalition again."""
        return {
            "rule": self.rule.to_dict(),
            "others": self.others,
            "must_have": [self.names[i] for i in sorted(self.inside)],
            "must_exclude": [self.names[i] for i in sorted(self.outside)],
        }

    def requirements(self) -> list[dict[str, Any]]:
        """State what each leaf of the game asks for, of what sum, and where weights come from."""
        return [
            {
                "title": leaf.title,
                "least": str(leaf.threshold),
                "of": str(sum(leaf.yes)),
            }
            for leaf in self.game.leaves()
        ]

    def requirement_rows(self) -> tuple[tuple[str, str], ...]:
        """Put requirements and sources of weights into words."""
        rows = [
            (r["title"] or "a sum", f"at least {int(r['least']):,} of {int(r['of']):,}")
            for r in self.requirements()
        ]
        rows += [("", note) for note in self.bound.roster.notes if note.startswith("weights:")]
        return tuple(rows)

    def title(self) -> str:
        """Name the body and the day."""
        return f"{self.bound.body.title}, {self.bound.roster.day or self.bound.roster.origin}"

    def conditions(self) -> str:
        """Say in words who is fixed."""
        parts = []
        if self.inside:
            names = (self.names[i] for i in sorted(self.inside))
            parts.append(f"with {members(names, self.bound)}")
        if self.outside:
            names = (self.names[i] for i in sorted(self.outside))
            parts.append(f"without {members(names, self.bound)}")
        return ", ".join(parts) or "any member"
