"""Which coalitions can act: the minimal winning ones, listed in a stated order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any

from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.answers.wording import apart, members
from coalitions.decisions.winning import assumed, numbers
from coalitions.decisions.winning_choice import OTHERS, Choice
from coalitions.scenarios.scenario import Scenario
from solvers.errors import EngineError

__all__ = ["WinningList", "found_winning", "list_winning", "stream_winning"]

METHODS = {
    "size": "depth first by size",
    "cost": "best first by cost",
    "surplus": "best first by surplus",
}


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
        "members": apart(coalition),
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
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
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


def found_winning(
    choice: Choice,
    order: str,
    costs: Mapping[str, Fraction],
    blocs: Sequence[Iterable[str]],
    incompatible: Sequence[tuple[str, str]],
    line: Sequence[str],
    strict: bool,
    limit: int | None,
) -> tuple[Iterator[tuple[str, ...]], dict[str, Fraction]]:
    """Give the coalitions of a list one after another, so that none need be kept.

    Parameters
    ----------
    choice, order, costs, blocs, incompatible, line, strict, limit
        As in :func:`list_winning`.

    Returns
    -------
    iterator of tuple of str
        Members of each coalition.
    dict of str to Fraction
        Costs by the name of the member in the rule.

    Raises
    ------
    EngineError
        As :func:`list_winning`.
    """
    given = _priced(choice, costs)
    found = _found(choice, order, given, blocs, incompatible, line, strict)
    return islice(found, limit), given


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
    """Give the rows of a list a thousand at a time, so that none need be kept.

    Parameters
    ----------
    choice, order, costs, blocs, incompatible, line, strict, limit
        As in :func:`list_winning`.

    Yields
    ------
    list of dict
        What ``rows`` of the list would hold.

    Raises
    ------
    EngineError
        As :func:`list_winning`.
    """
    wanted = (choice, order, costs, blocs, incompatible, line, strict, limit)
    found, given = found_winning(*wanted)
    numbered = enumerate(found, start=1)
    while block := [row(k, c, given) for k, c in islice(numbered, 1000)]:
        yield block
