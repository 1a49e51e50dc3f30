"""Which coalitions can act, and how many: minimal winning coalitions listed and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

from coalitions.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.rosters import BoundDecision
from coalitions.scenario import Scenario
from coalitions.winning import assumed, numbers, settle
from coalitions.wording import members
from solvers.errors import EngineError
from solvers.fixed_votes import with_votes, without_players
from solvers.rules import Rule
from solvers.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Choice", "WinningCount", "WinningList", "count_winning", "list_winning"]

OTHERS = {
    "abstain": "who does not vote for abstains",
    "against": "who does not vote for votes against",
}
METHODS = {
    "size": "depth first by size",
    "cost": "best first by cost",
    "surplus": "best first by surplus",
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


@dataclass(frozen=True)
class WinningList(Result):
    """Minimal winning coalitions in a stated order."""

    choice: Choice | None = None
    coalitions: tuple[tuple[str, ...], ...] = ()
    complete: bool = True
    order: str = "size"
    costs: Mapping[str, Fraction] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)

    kind = "winning-list"
    columns = ("number", "size", "cost", "members")

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule, so that every coalition can be judged again."""
        return (self.choice.certificate() if self.choice else {}) | {
            "conditions": dict(self.conditions),
        }

    def answer(self) -> dict[str, Any]:
        """Return the coalitions as plain data."""
        choice = self.choice
        return {
            "body": choice.bound.body.name if choice else None,
            "rule": choice.bound.rule.describe() if choice else None,
            "not_yes": OTHERS[choice.others] if choice else None,
            "requirements": choice.requirements() if choice else [],
            "notes": list(choice.bound.roster.notes) if choice else [],
            "order": self.order,
            "method": METHODS[self.order],
            "listed": len(self.coalitions),
            "complete": self.complete,
            "coalitions": [list(c) for c in self.coalitions],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per coalition."""
        return [row(k, c, self.costs) for k, c in enumerate(self.coalitions, start=1)]

    def screen(self) -> Screen:
        """Return the coalitions in words."""
        if self.choice is None:
            return Screen("", self.marking, ())
        choice, number = self.choice, len(self.coalitions)
        lines = []
        for k, coalition in enumerate(self.coalitions, start=1):
            cost = row(k, coalition, self.costs)["cost"]
            price = f", cost {number_text(Fraction(cost))}" if cost is not None else ""
            lines.append((f"{k}  {len(coalition)} for{price}", members(coalition, choice.bound)))
        what = f"all {number}" if self.complete else f"the first {number}, there are more"
        if not number:
            what = "none: no coalition within these conditions wins"
        method = f"{METHODS[self.order]}; {OTHERS[choice.others]}; {choice.conditions()}"
        rule = Block("RULE", choice.bound.rule.describe(), choice.requirement_rows())
        blocks = (rule, Block("METHOD", method), Block("MINIMAL COALITIONS", what, tuple(lines)))
        return Screen(choice.title(), self.marking, blocks)


def row(number: int, coalition: Sequence[str], costs: Mapping[str, Fraction]) -> dict[str, Any]:
    """Write one coalition as a row of a table."""
    cost = sum((costs[s] for s in coalition), Fraction(0)) if costs else None
    return {
        "number": number,
        "size": len(coalition),
        "cost": exact_text(cost),
        "members": " ".join(coalition),
    }


def _priced(choice: Choice, costs: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Give costs by the name of the member in the rule."""
    players = numbers(choice.bound, costs)
    given = {choice.names[i]: c for i, c in zip(players, costs.values(), strict=True)}
    if len(given) < len(costs):
        raise EngineError("a member has two costs, under two of its names")
    return given


def _found(
    choice: Choice,
    order: str,
    costs: Mapping[str, Fraction],
    blocs: Sequence[Iterable[str]],
    incompatible: Sequence[tuple[str, str]],
    line: Sequence[str],
    strict: bool,
) -> Iterator[tuple[str, ...]]:
    from solvers.listing import minimal_winning_coalitions

    bound, names = choice.bound, choice.names
    price = [costs.get(name, Fraction(0)) for name in names] if order == "cost" else None
    unpriced = {i for i, name in enumerate(names) if name not in costs} if price else set[int]()
    lost = unpriced & choice.inside
    if lost:
        raise EngineError(f"{names[min(lost)]} must be in the coalition and has no cost")
    found = minimal_winning_coalitions(
        choice.game,
        order,
        costs=price,
        must_have=choice.inside,
        must_exclude=choice.outside | unpriced,
        blocs=[[i for i in numbers(bound, b) if i not in choice.outside] for b in blocs],
        incompatible=[(a, b) for a, b in (numbers(bound, pair) for pair in incompatible)],
        line=numbers(bound, line) if line else None,
        strict=strict,
    )
    return (tuple(names[i] for i in coalition) for coalition in found)


def list_winning(
    choice: Choice,
    order: str = "size",
    costs: Mapping[str, Fraction] | None = None,
    blocs: Sequence[Iterable[str]] = (),
    incompatible: Sequence[tuple[str, str]] = (),
    line: Sequence[str] = (),
    strict: bool = False,
    limit: int | None = None,
    scenario: Scenario | None = None,
) -> WinningList:
    """List minimal winning coalitions.

    Parameters
    ----------
    choice : Choice
        The decision, and what is fixed.
    order : {"size", "cost", "surplus"}
        Their order.
    costs : mapping of str to Fraction, optional
        Cost of each member, with the order ``"cost"``; a member that is left out cannot be had.
    blocs : sequence of iterables of str
        Members that vote together.
    incompatible : sequence of (str, str)
        Pairs that never stand together.
    line : sequence of str
        All members in the order of their policy: only neighbours on it act together.
    strict : bool
        Whether every member must be needed, also those who must be in it.
    limit : int, optional
        At most so many.
    scenario : Scenario, optional
        The case it belongs to.

    Returns
    -------
    WinningList

    Raises
    ------
    EngineError
        If somebody is no member, or the list cannot be had in this order.

    Examples
    --------
    >>> from coalitions.bodies import load_body
    >>> from coalitions.rosters import bind_decision
    >>> game = bind_decision(load_body("[5; 3, 2, 2, 1]"))
    >>> list_winning(Choice(game)).coalitions
    (('1', '2'), ('1', '3'), ('2', '3', '4'))
    """
    if limit is not None and limit < 1:
        raise EngineError(f"limit is {limit}; it must be at least 1")
    given = _priced(choice, costs or {})
    found = _found(choice, order, given, blocs, incompatible, line, strict)
    listed = tuple(islice(found, limit))
    complete = limit is None or next(found, None) is None
    bound = choice.bound
    return WinningList(
        scenario,
        "exact",
        assumed(choice.others, choice.settled),
        Provenance(scenario.digest if scenario else ""),
        choice,
        listed,
        complete,
        order,
        given,
        {
            "blocs": [[choice.names[i] for i in numbers(bound, b)] for b in blocs],
            "incompatible": [
                [choice.names[i] for i in numbers(bound, pair)] for pair in incompatible
            ],
            "line": [choice.names[i] for i in numbers(bound, line)],
        },
    )


def stream_winning(
    choice: Choice,
    order: str,
    costs: Mapping[str, Fraction],
    blocs: Sequence[Iterable[str]],
    incompatible: Sequence[tuple[str, str]],
    line: Sequence[str],
    strict: bool,
    limit: int | None,
) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of a list a thousand at a time, so that none need be kept."""
    given = _priced(choice, costs)
    found = islice(_found(choice, order, given, blocs, incompatible, line, strict), limit)
    numbered = enumerate(found, start=1)
    while block := [row(k, c, given) for k, c in islice(numbered, 1000)]:
        yield block


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
    >>> from coalitions.bodies import load_body
    >>> from coalitions.rosters import bind_decision
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
