"""Who is needed: the smallest and the cheapest winning coalition of a body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from coalitions.answers.assumptions import Assumption
from coalitions.answers.results import Block, Provenance, Result, Screen, exact_text, number_text
from coalitions.answers.wording import members
from coalitions.bodies.rosters import BoundDecision
from coalitions.bodies.states import find_state, near_state
from coalitions.files.spelling import vote_meant
from coalitions.scenarios.scenario import Scenario
from solvers.errors import EngineError
from solvers.rules.fixed_votes import with_votes
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Winning", "assumed", "numbers", "settle", "winning"]


@dataclass(frozen=True)
class Winning(Result):
    """A winning coalition of least size or cost."""

    bound: BoundDecision | None = None
    coalition: tuple[str, ...] | None = None
    cost: Fraction | None = None
    by_cost: bool = False
    others: str = "abstain"
    absent: tuple[str, ...] = ()
    costs: Mapping[str, Fraction] = field(default_factory=dict)
    conditions: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    kind = "winning"
    columns = ("state",)

    @cached_property
    def certificate(self) -> dict[str, Any]:
        """The rule, and the profile in which the coalition alone votes for."""
        if self.bound is None:
            return {}
        return {
            "rule": self.bound.rule.to_dict(),
            "coalition": list(self.coalition) if self.coalition is not None else None,
            "others": self.others,
            "absent": list(self.absent),
            "costs": {s: str(c) for s, c in self.costs.items()} if self.by_cost else None,
            "conditions": {k: list(v) for k, v in self.conditions.items()},
            "proved": self.guarantee == "optimal",
        }

    def answer(self) -> dict[str, Any]:
        """Return the coalition as plain data."""
        bound = self.bound
        return {
            "body": bound.body.name if bound else None,
            "rule": bound.rule.describe() if bound else None,
            "coalition": list(self.coalition) if self.coalition is not None else None,
            "size": len(self.coalition) if self.coalition is not None else None,
            "cost": exact_text(self.cost) if self.by_cost else None,
            "others": self.others,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per member of the coalition."""
        return [{"state": state} for state in self.coalition or ()]

    def screen(self) -> Screen:
        """Return the coalition in words."""
        if self.bound is None:
            return Screen("", self.marking, ())
        body = self.bound.body
        heading = "CHEAPEST COALITION" if self.by_cost else "SMALLEST COALITION"
        if self.coalition is None:
            text = "none: no coalition within these conditions wins"
        else:
            price = (
                f", cost {number_text(self.cost)}" if self.by_cost and self.cost is not None else ""
            )
            text = f"{len(self.coalition)} for{price}; the others {self.others}"
        rows = (("members", members(self.coalition, self.bound)),) if self.coalition else ()
        rule = Block("RULE", self.bound.rule.describe())
        title = f"{body.title}, {self.bound.roster.day or self.bound.roster.origin}"
        return Screen(title, self.marking, (rule, Block(heading, text, rows)))


def numbers(bound: BoundDecision, names: Iterable[str]) -> list[int]:
    """Find members by any of their names.

    Parameters
    ----------
    bound : BoundDecision
        The decision.
    names : iterable of str
        Codes, names or labels.

    Returns
    -------
    list of int

    Raises
    ------
    EngineError
        If somebody is no member.
    """
    known = bound.rule.names
    found = []
    for name in names:
        state = name if name in known else find_state(name)
        if state not in known:
            raise EngineError(
                f"{name!r} is no member of {bound.body.name}{near_state(name, tuple(known))}"
            )
        found.append(known.index(state))
    return found


def settle(bound: BoundDecision, votes: Mapping[str, str]) -> tuple[BoundDecision, dict[str, str]]:
    """Fix the votes of some members in the rule of a decision.

    Parameters
    ----------
    bound : BoundDecision
        The decision.
    votes : mapping of str to str
        ``for``, ``against``, ``abstain`` or ``absent`` by member.

    Returns
    -------
    bound : BoundDecision
        With a rule that counts the votes of those who do not vote for as they are fixed.
    votes : dict of str to str
        The same votes, by the name of the member in the rule.

    Raises
    ------
    EngineError
        If somebody is no member, or a word is no vote.
    """
    levels = {"for": YES, "abstain": ABSTAIN, "against": NO, "absent": ABSENT}
    for name, word in votes.items():
        if word not in levels:
            hint = vote_meant(word, levels)
            raise EngineError(f"{name}={word}: a vote is {', '.join(levels)}{hint}")
    players = numbers(bound, votes)
    settled = {bound.rule.names[i]: word for i, word in zip(players, votes.values(), strict=True)}
    fixed = {
        i: levels[word] for i, word in zip(players, votes.values(), strict=True) if word != "for"
    }
    return replace(bound, rule=with_votes(bound.rule, fixed)), settled


def assumed(others: str, votes: Mapping[str, str]) -> tuple[Assumption, ...]:
    """State what is assumed of members outside a coalition.

    Parameters
    ----------
    others : {"abstain", "against"}
        What they do.
    votes : mapping of str to str
        Votes that are fixed.

    Returns
    -------
    tuple of Assumption
    """
    rest = Assumption("others", "assumed", f"members outside the coalition {others}")
    return (rest, *(Assumption("what-if", "assumed", f"{s} votes {v}") for s, v in votes.items()))


def winning(
    bound: BoundDecision,
    costs: Mapping[str, Fraction] | None = None,
    others: str = "abstain",
    must_have: Iterable[str] = (),
    must_exclude: Iterable[str] = (),
    blocs: Sequence[Iterable[str]] = (),
    incompatible: Sequence[tuple[str, str]] = (),
    votes: Mapping[str, str] | None = None,
    scenario: Scenario | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
) -> Winning:
    """Find the smallest winning coalition, or the cheapest one when costs are given.

    Parameters
    ----------
    bound : BoundDecision
        The decision of a body on a day.
    costs : mapping of str to Fraction, optional
        Cost of each member's yes; a member that is left out cannot be had.
    others : {"abstain", "against"}
        What everybody else does.
    must_have, must_exclude : iterable of str
        Members that are in, or not in, the coalition.
    blocs : sequence of iterables of str
        Members that vote together.
    incompatible : sequence of (str, str)
        Pairs that never stand together.
    votes : mapping of str to str, optional
        Members whose vote is fixed: who votes ``for`` is in the coalition; who is ``against``,
        ``abstain`` or ``absent`` is not, and does that whatever the others do.
    scenario : Scenario, optional
        The case it belongs to.
    solver : str
        Back end.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Winning

    Raises
    ------
    EngineError
        If somebody is no member.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> winning(bind_decision(load_body("nato-council"))).coalition
    ()
    """
    from solvers.listing.winning import SEARCH, cheapest_winning_coalition

    bound, settled = settle(bound, votes or {})
    names = bound.rule.names
    inside, excluded = (set(numbers(bound, group)) for group in (must_have, must_exclude))
    inside |= {names.index(s) for s, vote in settled.items() if vote == "for"}
    excluded |= {names.index(s) for s, vote in settled.items() if vote != "for"}
    joined = [numbers(bound, bloc) for bloc in blocs]
    price, given = None, dict[str, Fraction]()
    if costs is not None:
        given = {names[i]: c for i, c in zip(numbers(bound, costs), costs.values(), strict=True)}
        if len(given) < len(costs):
            raise EngineError("a member has two costs, under two of its names")
        excluded |= {i for i, name in enumerate(names) if name not in given}
        price = [given.get(name, Fraction(0)) for name in names]
    away = (*bound.absent, *bound.recused)
    pairs = [(a, b) for a, b in (numbers(bound, pair) for pair in incompatible)]
    found = cheapest_winning_coalition(
        bound.rule,
        price,
        others,
        inside,
        excluded,
        joined,
        pairs,
        numbers(bound, away),
        solver,
        time_limit,
    )
    if found.status not in ("optimal", "infeasible", "bounded"):
        raise EngineError(f"{found.solver} stopped before it found a coalition")
    proved = found.status in ("optimal", "infeasible")
    return Winning(
        scenario,
        "optimal" if proved else "bounded",
        assumed(others, settled),
        Provenance(
            scenario.digest if scenario else "",
            found.solver,
            None,
            0.0 if found.solver == SEARCH else 1e-6,
            found.seconds,
        ),
        bound,
        None if found.players is None else tuple(names[i] for i in found.players),
        found.cost,
        costs is not None,
        others,
        tuple(away),
        given,
        {
            "must_have": [names[i] for i in sorted(inside)],
            "must_exclude": [names[i] for i in sorted(excluded)],
            "blocs": [[names[i] for i in bloc if names[i] not in away] for bloc in joined],
            "incompatible": [[names[i] for i in pair] for pair in pairs],
        },
    )
