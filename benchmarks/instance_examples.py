"""The hand-made problems of the instance library: worked examples and real rosters.

Every state and every number of the examples is invented; of the rosters only the members, their
weights and the rule are real.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.concessions.generators import Draws
from solvers.concessions.parts import Amendment, Budget, Item, Transfer, Voter
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.ties import AtMost, Channel, Contribution, Need
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

__all__ = ["Draft", "examples", "rosters"]

F = Fraction


@dataclass(frozen=True)
class Draft:
    """A problem on its way into the library; the cost, where it was worked out by hand."""

    name: str
    title: str
    why: str
    source: str
    problem: ConcessionProblem
    members: tuple[str, ...] = ()
    cost: Fraction | None = None
    generator: dict[str, Any] | None = None


def _count(n: int, amount: int, among: Sequence[int] | None = None) -> Quota:
    inside = range(n) if among is None else among
    return Quota(tuple(int(i in inside) for i in range(n)), (0,) * n, (0,) * n, amount)


def _nobody_against(n: int, holders: Sequence[int]) -> Quota:
    return Quota((0,) * n, (0,) * n, tuple(-int(i in holders) for i in range(n)), 0)


def _voting(n: int, against: int) -> Node:
    """Each no outweighs so many yes; and one says yes."""
    return AllOf((Quota((1,) * n, (0,) * n, (-against,) * n, int(against == 1)), _count(n, 1)))


def _voters(margins: Sequence[Any], bands: Sequence[Any]) -> tuple[Voter, ...]:
    pairs = zip(margins, bands, strict=True)
    return tuple(Voter(margin=(F(m),) * 3, band=F(b)) for m, b in pairs)


def _cash(n: int) -> tuple[Transfer, ...]:
    return tuple(Transfer(i, F(1), F(1)) for i in range(n))


SEVEN = tuple("ABcdefg")
MARGINS, BANDS = (6, -9, 1, -2, -3, -5, -6), (3, 5, 2, 4, 4, 4, 0)
FOUR, VETO = _count(7, 4), _nobody_against(7, (0, 1))
SUNSET = Amendment(F(2), margins={0: F(-2), 1: F(5), 2: F(-2), 3: F(1), 4: F(1)})
LEAD = Amendment(F(1), margins={0: F(-1), 1: F(1), 2: F(1), 3: F(2), 5: F(4), 6: F(2)})
SOURCE = "invented; worked by hand and by brute force"


def _seven(root: Node | None = None, **parts: Any) -> ConcessionProblem:
    everything = {"transfers": _cash(7)} | parts
    rule = Rule(7, AllOf((FOUR, VETO)) if root is None else root, SEVEN)
    return ConcessionProblem(rule, _voters(MARGINS, BANDS), **everything)


def _capped(cap: int | None, budget: int | None) -> ConcessionProblem:
    cash = list(_cash(7))
    if cap is not None:
        cash[1] = replace(cash[1], cap=F(cap))
    everything = frozenset(range(7))
    budgets = () if budget is None else (Budget(F(budget), everything, frozenset()),)
    return _seven(transfers=tuple(cash), budgets=budgets)


def _distrusted(escrow: bool) -> ConcessionProblem:
    """B believes half of a promise; money in the hands of a third party it believes in full."""
    cash = list(_cash(7))
    cash[1] = replace(cash[1], value=F(1, 2))
    if not escrow:
        return _seven(transfers=tuple(cash))
    cash.append(Transfer(1, F(1), F(1)))
    return _seven(transfers=tuple(cash), channels=(Channel(F(3, 2), frozenset({7})),))


def _durable(buffer: int, yes: int) -> ConcessionProblem:
    """Let margins hold even if they fall by the buffer, while so many say yes."""
    margins = [m - buffer for m in MARGINS]
    bands = [b if i < 2 else b + buffer for i, b in enumerate(BANDS)]
    return ConcessionProblem(
        Rule(7, AllOf((_count(7, yes), VETO)), SEVEN),
        _voters(margins, bands),
        (SUNSET, LEAD),
        _cash(7),
    )


def _routes(which: str) -> ConcessionProblem:
    """Put a council of seven inside an assembly of twelve."""
    council = _count(12, 4, range(7))
    roots: dict[str, Node] = {
        "council": AllOf((council, _nobody_against(12, (0, 1)))),
        "assembly": AllOf((council, _voting(12, 2))),
    }
    roots["either"] = AnyOf((roots["council"], roots["assembly"]))
    return ConcessionProblem(
        Rule(12, roots[which], (*SEVEN, *"hijkl")),
        _voters((*MARGINS, 1, 1, -1, -3, -8), (*BANDS, 1, 1, F(1, 2), 3, 2)),
        transfers=_cash(12),
    )


def _unanimous(margins: Sequence[int], other: Sequence[int] | None = None) -> ConcessionProblem:
    link = {} if other is None else {i: F(m) for i, m in enumerate(other)}
    return ConcessionProblem(
        Rule(3, _count(3, 3)),
        _voters(margins, (0, 0, 0)),
        () if other is None else (Amendment(F(0), margins=link),),
        _cash(3),
    )


def _nine(root: Node) -> ConcessionProblem:
    voters = _voters((1, 1, 1, 1, -2, -2, -4, -5, -9), (1, 1, 1, 1, 3, 3, 1, 1, 1))
    return ConcessionProblem(Rule(9, root), voters, transfers=_cash(9))


def _double(clause: bool) -> ConcessionProblem:
    people = (30, 25, 20, 10, 5, 5, 5)
    both = AllOf((_count(7, 4), Quota(people, (0,) * 7, (0,) * 7, 65)))
    root: Node = AnyOf((both, _count(7, 5))) if clause else both
    voters = _voters((-9, -8, 1, 1, 1, 1, -1), (0,) * 7)
    return ConcessionProblem(Rule(7, root), voters, transfers=_cash(7))


def _bandwagon(first: Fraction, pessimistic: bool) -> ConcessionProblem:
    return ConcessionProblem(
        Rule(4, _count(4, 3)),
        _voters((first, -1, -2, -3), (0,) * 4),
        transfers=_cash(4),
        bandwagon={(i, j): F(1) for i in range(4) for j in range(4) if i != j},
        pessimistic=pessimistic,
    )


def _operation() -> ConcessionProblem:
    """Airlift of 4 and infantry of 6 from three who are all for the text."""
    return ConcessionProblem(
        Rule(3, _count(3, 2), ("a", "b", "c")),
        _voters((1, 1, 1), (0, 0, 0)),
        needs=(Need(F(4)), Need(F(6))),
        contributions=(
            Contribution(0, 0, F(3), F(2)),
            Contribution(1, 0, F(2), F(3)),
            Contribution(1, 1, F(2), F(2)),
            Contribution(2, 1, F(5), F(1)),
        ),
    )


def examples() -> Iterator[Draft]:
    """Give the worked examples.

    Yields
    ------
    Draft
        With the cost worked out by hand; None where there is no package.
    """
    literal = AllOf((FOUR, _count(7, 2, (0, 1))))
    both = (SUNSET, LEAD)
    apart = (replace(SUNSET, excludes=frozenset({1})), LEAD)
    six = _nine(_count(9, 6))

    def five(amount: int) -> ConcessionProblem:
        return _seven(AllOf((_count(7, amount), _count(7, 2, (0, 1)))))

    rows: list[tuple[str, str, Callable[[], ConcessionProblem], Fraction | int | None]] = [
        ("x01", "four of seven, two vetoes", _seven, 9),
        ("x02", "the permanent members must say yes", lambda: _seven(literal), 11),
        ("x02-consensus", "nobody against", lambda: _seven(_nobody_against(7, range(7))), 11),
        ("x02-majority", "more for than against", lambda: _seven(_voting(7, 1)), 3),
        ("x02-no-veto", "four of seven, whoever they are", lambda: _seven(FOUR), 5),
        ("x02-two-thirds", "two thirds of those voting", lambda: _seven(_voting(7, 2)), 5),
        ("x03", "two amendments, not exclusive", lambda: _seven(amendments=both), 4),
        ("x03-lead", "one amendment", lambda: _seven(amendments=(LEAD,)), 5),
        ("x03-sunset", "the other amendment", lambda: _seven(amendments=(SUNSET,)), 6),
        ("x04", "two amendments, one of them at most", lambda: _seven(amendments=apart), 5),
        ("x05", "a cap below what a veto costs", lambda: _capped(3, None), None),
        ("x06", "a budget below the least cost", lambda: _capped(None, 8), None),
        ("x07", "that cap and that budget", lambda: _capped(3, 8), None),
        ("x08", "that cap and half that budget", lambda: _capped(3, 4), None),
        ("x10-one", "survives any one downgrade", lambda: five(5), 14),
        ("x10-two", "survives any two downgrades", lambda: five(6), 19),
        ("x11", "promises half believed", lambda: _distrusted(False), 13),
        ("x11-escrow", "or an escrow at a fixed cost", lambda: _distrusted(True), F(21, 2)),
        ("x12-assembly", "a council asks, all decide", lambda: _routes("assembly"), F(13, 2)),
        ("x12-council", "the council alone", lambda: _routes("council"), 9),
        ("x12-either", "either route", lambda: _routes("either"), F(13, 2)),
        ("x13-first", "three must agree", lambda: _unanimous((4, -3, 1)), 3),
        ("x13-linked", "two texts, linked", lambda: _unanimous((4, -3, 1), (-2, 5, 0)), 0),
        ("x13-second", "the other text", lambda: _unanimous((-2, 5, 0)), 2),
        ("x14-majority", "more for than against", lambda: _nine(_voting(9, 1)), 0),
        ("x14-members", "two thirds of the members", lambda: six, 4),
        ("x14-voting", "two thirds of those voting", lambda: _nine(_voting(9, 2)), 3),
        ("x15", "members and people", lambda: _double(False), 8),
        ("x15-clause", "or fewer than three withhold", lambda: _double(True), 1),
        ("x16-follow", "votes that others follow", lambda: _bandwagon(F(0), True), 0),
        ("x16-least", "the least of the equilibria", lambda: _bandwagon(F(-1, 2), True), F(1, 2)),
        ("x16-best", "the best of the equilibria", lambda: _bandwagon(F(-1, 2), False), 0),
    ]
    front = {(0, 4): 4, (0, 7): 13, (1, 5): 9, (2, 6): 18, (3, 4): 13, (3, 7): 30}
    for (buffer, yes), cost in front.items():
        rows.append(
            (
                f"x20-{buffer}-{yes}",
                f"{yes} in favour, each with {buffer} to spare",
                partial(_durable, buffer, yes),
                cost,
            )
        )
    rows.append(("x21", "who brings what to an operation", _operation, 16))
    for name, title, make, worked in rows:
        problem = make()
        names = problem.rule.names
        yield Draft(
            f"example-{name}",
            f"{title}, {len(names)} states",
            "small enough to check by hand",
            SOURCE,
            problem,
            () if names[0] == "1" else names,
            None if worked is None else F(worked),
        )


def rosters() -> Iterator[Draft]:
    """Give problems over the members of real bodies, with invented margins and prices.

    Yields
    ------
    Draft
    """
    rows = (
        ("security-council-2020", "un-security-council", None, None, "2020-07-07"),
        ("european-union-2025", "eu-council", None, None, "2025-06-01"),
        ("african-union-2026", "african-union-assembly", None, "vote", "2026-11-22"),
        ("general-assembly-2026", "un-general-assembly", "important", None, "2026-11-22"),
        ("north-atlantic-council-2026", "nato-council", None, None, "2026-11-22"),
        ("monetary-fund-2022", "imf-board-of-governors", "special-85", None, "2022-10-02"),
    )
    for number, (name, body, decision, reading, day) in enumerate(rows):
        when = datetime.date.fromisoformat(day)
        bound = bind_decision(load_body(body), decision, reading, when)
        yield Draft(
            f"roster-{name}",
            f"{bound.body.title} as of {day}: {bound.rule.describe()}",
            "members and rule as they are; margins, prices and amendments are fictional and say "
            "nothing of what these states want",
            f"data/bodies/{body}.yaml and its roster; all else invented by seed {number}",
            _on_roster(bound.rule, number),
            bound.rule.names,
        )


def _on_roster(rule: Rule, seed: int) -> ConcessionProblem:
    """Five amendments, cash for all with caps that differ, and an item for every third."""
    n = rule.n_players
    draws = Draws(seed, n, 5)
    voters = _voters(
        [draws.number(-6, 4, 10) for _ in range(n)], [draws.number(0, 2, 10) for _ in range(n)]
    )
    amendments = []
    for _ in range(5):
        moves = {i: draws.number(-1, 2, 10) for i in draws.some(n, 60)}
        amendments.append(Amendment(draws.number(0.5, 3, 10), margins=moves))
    amendments[0] = replace(amendments[0], excludes=frozenset({1}))
    cash = tuple(
        Transfer(i, draws.number(0.5, 1.5, 10), F(1), draws.number(4, 12, 10)) for i in range(n)
    )
    third = range(0, n, 3)
    items = tuple(Item(i, draws.number(1, 5, 10), draws.number(0.5, 3, 10)) for i in third)
    limits = (AtMost(frozenset(range(5)), 3),)
    return ConcessionProblem(rule, voters, tuple(amendments), cash, items, limits=limits)
