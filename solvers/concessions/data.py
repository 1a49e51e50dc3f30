"""Concession problems and packages as plain data, losslessly: fractions become text."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solvers.concessions.problem import (
    Amendment,
    Budget,
    ConcessionProblem,
    Doubts,
    Item,
    Package,
    Transfer,
    Voter,
)
from solvers.concessions.ties_data import ties_from_data, ties_to_data
from solvers.errors import GameError
from solvers.rules import vote_conditions as vc
from solvers.rules.rule import Rule

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
        What a problem does not use is left out.
    """
    data: dict[str, Any] = {
        "rule": problem.rule.to_dict(),
        "voters": [_voter_to_data(v) for v in problem.voters],
        "amendments": [_amendment_to_data(a) for a in problem.amendments],
        "transfers": [
            {
                "recipient": t.recipient,
                "value": str(t.value),
                "cost": str(t.cost),
                "cap": None if t.cap is None else str(t.cap),
            }
            | _numbers("harm", t.harm)
            for t in problem.transfers
        ],
        "items": [
            {"recipient": i.recipient, "value": str(i.value), "cost": str(i.cost)}
            | _numbers("harm", i.harm)
            for i in problem.items
        ],
        "budgets": [
            {
                "limit": str(b.limit),
                "transfers": sorted(b.transfers),
                "items": sorted(b.items),
            }
            | ({"units": True} if b.units else {})
            for b in problem.budgets
        ],
        "effect": str(problem.effect),
        "floor": str(problem.floor),
    }
    return data | ties_to_data(problem)


def _voter_to_data(voter: Voter) -> dict[str, Any]:
    data: dict[str, Any] = {
        "stated": None if voter.stated is None else list(voter.stated),
        "margin": None if voter.margin is None else [str(m) for m in voter.margin],
        "band": str(voter.band),
        "conditions": [[level, _condition_to_data(c)] for level, c in voter.conditions],
    }
    if voter.doubts is not None:
        data["doubts"] = {
            "gamma": str(voter.doubts.gamma),
            "base": [str(d) for d in voter.doubts.base],
            "amendments": {str(k): str(d) for k, d in sorted(voter.doubts.amendments.items())},
        }
    if voter.hidden:
        data["hidden"] = str(voter.hidden)
    if voter.firm:
        data["firm"] = True
    return data


def _amendment_to_data(amendment: Amendment) -> dict[str, Any]:
    data: dict[str, Any] = {
        "cost": str(amendment.cost),
        "effect": str(amendment.effect),
        "margins": {str(i): str(m) for i, m in amendment.margins.items()},
        "requires": sorted(amendment.requires),
        "excludes": sorted(amendment.excludes),
        "forbidden": amendment.forbidden,
    }
    if amendment.route is not None:
        data["route"] = amendment.route.to_dict()
    return data | _numbers("harm", amendment.harm)


def _numbers(key: str, table: Mapping[int, Fraction]) -> dict[str, Any]:
    return {key: {str(i): str(x) for i, x in sorted(table.items())}} if table else {}


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
                    _table(t.get("harm")),
                )
                for t in data["transfers"]
            ),
            tuple(
                Item(
                    i["recipient"], Fraction(i["value"]), Fraction(i["cost"]), _table(i.get("harm"))
                )
                for i in data["items"]
            ),
            tuple(
                Budget(
                    Fraction(b["limit"]),
                    frozenset(b["transfers"]),
                    frozenset(b["items"]),
                    bool(b.get("units", False)),
                )
                for b in data["budgets"]
            ),
            Fraction(data["effect"]),
            Fraction(data["floor"]),
            **ties_from_data(data),
        )
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise GameError(f"not the data of a concession problem: {error!r}") from error


def _table(data: Mapping[str, str] | None) -> dict[int, Fraction]:
    return {int(i): Fraction(x) for i, x in (data or {}).items()}


def _voter(data: Mapping[str, Any]) -> Voter:
    margin = data["margin"]
    stated = data["stated"]
    doubts = data.get("doubts")
    return Voter(
        None if stated is None else (stated[0], stated[1], stated[2]),
        None if margin is None else (Fraction(margin[0]), Fraction(margin[1]), Fraction(margin[2])),
        Fraction(data["band"]),
        tuple((level, _condition_from_data(c)) for level, c in data["conditions"]),
        None
        if doubts is None
        else Doubts(
            Fraction(doubts["gamma"]),
            tuple(Fraction(d) for d in doubts["base"]),
            _table(doubts["amendments"]),
        ),
        Fraction(data.get("hidden", 0)),
        bool(data.get("firm", False)),
    )


def _amendment(data: Mapping[str, Any]) -> Amendment:
    return Amendment(
        Fraction(data["cost"]),
        Fraction(data["effect"]),
        _table(data["margins"]),
        frozenset(data["requires"]),
        frozenset(data["excludes"]),
        bool(data["forbidden"]),
        Rule.from_dict(data["route"]) if data.get("route") is not None else None,
        _table(data.get("harm")),
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
    } | _numbers("contributions", package.contributions)


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
        _table(data.get("contributions")),
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
