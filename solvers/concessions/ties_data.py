"""What ties the parts of a concession problem together as plain data, losslessly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from solvers.concessions.ties import AtMost, Channel, Combination, Contribution, Need, ThirdParty

if TYPE_CHECKING:
    from solvers.concessions.problem import ConcessionProblem

__all__ = ["ties_from_data", "ties_to_data"]


def ties_to_data(problem: ConcessionProblem) -> dict[str, Any]:
    """Write the ties of a problem as plain data.

    Parameters
    ----------
    problem : ConcessionProblem
        The problem.

    Returns
    -------
    dict
        Without those that the problem does not use.
    """
    data: dict[str, Any] = {
        "combinations": [
            {
                "amendments": sorted(c.amendments),
                "cost": str(c.cost),
                "effect": str(c.effect),
                "margins": {str(i): str(m) for i, m in sorted(c.margins.items())},
                "forbidden": c.forbidden,
            }
            for c in problem.combinations
        ],
        "limits": [
            {"amendments": sorted(limit.amendments), "most": limit.most} for limit in problem.limits
        ],
        "channels": [
            {"cost": str(c.cost), "transfers": sorted(c.transfers), "items": sorted(c.items)}
            for c in problem.channels
        ],
        "needs": [
            {
                "amount": str(need.amount),
                "amendments": {str(k): str(x) for k, x in sorted(need.amendments.items())},
            }
            for need in problem.needs
        ],
        "contributions": [
            {
                "player": c.player,
                "need": c.need,
                "most": str(c.most),
                "cost": str(c.cost),
                "burden": str(c.burden),
                "supporters_only": c.supporters_only,
            }
            for c in problem.contributions
        ],
        "third_parties": [
            {"margin": str(h.margin), "floor": str(h.floor)} for h in problem.third_parties
        ],
        "bandwagon": [[i, j, str(push)] for (i, j), push in sorted(problem.bandwagon.items())],
        "pessimistic": problem.pessimistic,
    }
    return {key: value for key, value in data.items() if value}


def ties_from_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Read the ties of a problem from what :func:`ties_to_data` wrote.

    Parameters
    ----------
    data : mapping
        Plain data.

    Returns
    -------
    dict
        Keyword arguments of a problem.
    """
    return {
        "combinations": tuple(
            Combination(
                frozenset(c["amendments"]),
                Fraction(c["cost"]),
                Fraction(c["effect"]),
                {int(i): Fraction(m) for i, m in c["margins"].items()},
                bool(c["forbidden"]),
            )
            for c in data.get("combinations", ())
        ),
        "limits": tuple(
            AtMost(frozenset(limit["amendments"]), limit["most"])
            for limit in data.get("limits", ())
        ),
        "channels": tuple(
            Channel(Fraction(c["cost"]), frozenset(c["transfers"]), frozenset(c["items"]))
            for c in data.get("channels", ())
        ),
        "needs": tuple(
            Need(
                Fraction(need["amount"]),
                {int(k): Fraction(x) for k, x in need["amendments"].items()},
            )
            for need in data.get("needs", ())
        ),
        "contributions": tuple(
            Contribution(
                c["player"],
                c["need"],
                Fraction(c["most"]),
                Fraction(c["cost"]),
                Fraction(c["burden"]),
                bool(c["supporters_only"]),
            )
            for c in data.get("contributions", ())
        ),
        "third_parties": tuple(
            ThirdParty(Fraction(h["margin"]), Fraction(h["floor"]))
            for h in data.get("third_parties", ())
        ),
        "bandwagon": {(i, j): Fraction(push) for i, j, push in data.get("bandwagon", ())},
        "pessimistic": bool(data.get("pessimistic", False)),
    }
