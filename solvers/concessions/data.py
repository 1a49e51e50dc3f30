"""Concession problems and packages as plain data, losslessly: fractions become text."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solvers import vote_conditions as vc
from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Item,
    Package,
    Transfer,
    Voter,
)
from solvers.errors import GameError
from solvers.rules import Rule

__all__ = ["package_from_data", "package_to_data", "problem_from_data", "problem_to_data"]


def problem_to_data(problem: ConcessionProblem) -> dict[str, Any]:
    """Write a problem as plain data.

    Parameters
    ----------
    problem : ConcessionProblem
        The problem.

    Returns
    -------
    dict
    """
    return {
        "rule": problem.rule.to_dict(),
        "voters": [
            {
                "stated": None if v.stated is None else list(v.stated),
                "margin": None if v.margin is None else [str(m) for m in v.margin],
                "band": str(v.band),
                "conditions": [[level, _condition_to_data(c)] for level, c in v.conditions],
            }
            for v in problem.voters
        ],
        "amendments": [
            {
                "cost": str(a.cost),
                "effect": str(a.effect),
                "margins": {str(i): str(m) for i, m in a.margins.items()},
                "requires": sorted(a.requires),
                "excludes": sorted(a.excludes),
                "forbidden": a.forbidden,
            }
            for a in problem.amendments
        ],
        "transfers": [
            {
                "recipient": t.recipient,
                "value": str(t.value),
                "cost": str(t.cost),
                "cap": None if t.cap is None else str(t.cap),
            }
            for t in problem.transfers
        ],
        "items": [
            {"recipient": i.recipient, "value": str(i.value), "cost": str(i.cost)}
            for i in problem.items
        ],
        "budgets": [
            {
                "limit": str(b.limit),
                "transfers": sorted(b.transfers),
                "items": sorted(b.items),
            }
            for b in problem.budgets
        ],
        "effect": str(problem.effect),
        "floor": str(problem.floor),
    }


def problem_from_data(data: Mapping[str, Any]) -> ConcessionProblem:
    """Read a problem from what :func:`problem_to_data` wrote.

    Parameters
    ----------
    data : mapping
        Plain data.

    Returns
    -------
    ConcessionProblem

    Raises
    ------
    GameError
        If the data are not those of a problem.
    """
    try:
        return ConcessionProblem(
            Rule.from_dict(data["rule"]),
            tuple(_voter(v) for v in data["voters"]),
            tuple(_amendment(a) for a in data["amendments"]),
            tuple(
                Transfer(
                    t["recipient"],
                    Fraction(t["value"]),
                    Fraction(t["cost"]),
                    None if t["cap"] is None else Fraction(t["cap"]),
                )
                for t in data["transfers"]
            ),
            tuple(
                Item(i["recipient"], Fraction(i["value"]), Fraction(i["cost"]))
                for i in data["items"]
            ),
            tuple(
                Budget(Fraction(b["limit"]), frozenset(b["transfers"]), frozenset(b["items"]))
                for b in data["budgets"]
            ),
            Fraction(data["effect"]),
            Fraction(data["floor"]),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise GameError(f"not the data of a concession problem: {error!r}") from error


def _voter(data: Mapping[str, Any]) -> Voter:
    margin = data["margin"]
    stated = data["stated"]
    return Voter(
        None if stated is None else (stated[0], stated[1], stated[2]),
        None if margin is None else (Fraction(margin[0]), Fraction(margin[1]), Fraction(margin[2])),
        Fraction(data["band"]),
        tuple((level, _condition_from_data(c)) for level, c in data["conditions"]),
    )


def _amendment(data: Mapping[str, Any]) -> Amendment:
    return Amendment(
        Fraction(data["cost"]),
        Fraction(data["effect"]),
        {int(i): Fraction(m) for i, m in data["margins"].items()},
        frozenset(data["requires"]),
        frozenset(data["excludes"]),
        bool(data["forbidden"]),
    )


def package_to_data(package: Package) -> dict[str, Any]:
    """Write a package as plain data.

    Parameters
    ----------
    package : Package
        The package.

    Returns
    -------
    dict
    """
    return {
        "amendments": sorted(package.amendments),
        "transfers": {str(m): str(t) for m, t in sorted(package.transfers.items())},
        "items": sorted(package.items),
    }


def package_from_data(data: Mapping[str, Any]) -> Package:
    """Read a package from what :func:`package_to_data` wrote.

    Parameters
    ----------
    data : mapping
        Plain data.

    Returns
    -------
    Package
    """
    return Package(
        frozenset(data["amendments"]),
        {int(m): Fraction(t) for m, t in data["transfers"].items()},
        frozenset(data["items"]),
    )


def _condition_to_data(condition: vc.Condition) -> list[Any]:
    if isinstance(condition, vc.Adopted):
        return ["adopted", condition.amendment]
    if isinstance(condition, vc.Fact):
        return ["fact", condition.holds]
    if isinstance(condition, vc.VoteBetween):
        return ["vote", condition.player, condition.low, condition.high]
    if isinstance(condition, vc.Not):
        return ["not", _condition_to_data(condition.part)]
    kind = "every" if isinstance(condition, vc.Every) else "some"
    return [kind, *(_condition_to_data(part) for part in condition.parts)]


def _condition_from_data(data: list[Any]) -> vc.Condition:
    kind, *rest = data
    if kind == "adopted":
        return vc.Adopted(rest[0])
    if kind == "fact":
        return vc.Fact(bool(rest[0]))
    if kind == "vote":
        return vc.VoteBetween(rest[0], rest[1], rest[2])
    if kind == "not":
        return vc.Not(_condition_from_data(rest[0]))
    parts = tuple(_condition_from_data(part) for part in rest)
    return vc.Every(parts) if kind == "every" else vc.Some(parts)
