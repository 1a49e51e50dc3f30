"""Weighted voting games: the Electoral College, and the population of the Union."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.counting import count, count_totals
from solvers.power import power_index
from solvers.rules.rule import Quota, Rule

from .harness import Answer, Case, Contestant
from .peers import (
    BANZHAF,
    bdd_power,
    peer,
    powerindex_power,
    powerindices_power,
    tucoopy_power,
    weighted_leaf,
)
from .suite_voting_judges import (
    by_enumeration,
    by_polynomials,
    proportional,
    shapley_of,
    swings_of,
)

__all__ = ["cases", "electors", "union_thousands", "weighted"]

SHAPLEY = "shapley_shubik"
SLOW = ("powerindex", "tucoopy")  # in plain Python


def weighted(quota: int, weights: Sequence[int]) -> Quota:
    """Make a quota of weights in which an abstention counts as a vote against.

    Parameters
    ----------
    quota : int
        Sum that wins.
    weights : sequence of int
        Of every player.

    Returns
    -------
    Quota
    """
    none = (0,) * len(weights)
    return Quota(tuple(weights), none, none, quota)


def electors() -> tuple[int, ...]:
    """Return the electors of each state from the shipped table."""
    bound = bind_decision(load_body("us-electoral-college"))
    return tuple(bound.roster.roster.weights["electors"])


def union_thousands() -> tuple[int, ...]:
    """Return the population of the members of the Union in 2018, in thousands.

    Returns
    -------
    tuple of int
    """
    from datetime import date

    own = {"table": "EU27_2018", "note": "official figures"}
    bound = bind_decision(load_body("eu-council"), day=date(2021, 1, 1), own_roster=own)
    return tuple((people + 500) // 1000 for people in bound.roster.roster.weights["population"])


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to leave out what takes another package seconds a call; half a minute for the
        Shapley-Shubik index of the Union.

    Yields
    ------
    Case
    """
    seconds = 1.5 if quick else 10.0
    college, people = electors(), union_thousands()
    swings, orders = by_polynomials(270, college)
    name = "Electoral College, n=51"
    yield _banzhaf(name, 270, college, swings, seconds, SLOW)
    yield _shapley(name, 270, college, orders, seconds, SLOW)
    quota = -(-65 * sum(people) // 100)
    winning = by_enumeration(people, lambda sizes, sums: sums >= quota)
    name = "population of the Union, thousands, n=27"
    also = () if quick else SLOW[:1]
    yield _banzhaf(name, quota, people, swings_of(*winning), seconds, also)
    if not quick:
        yield _shapley(name, quota, people, shapley_of(*winning), seconds)


def _banzhaf(
    name: str,
    quota: int,
    weights: Sequence[int],
    swings: Sequence[int],
    seconds: float,
    also: Sequence[str] = (),
) -> Case:
    rule = Rule(len(weights), weighted(quota, weights))
    contestants = [
        Contestant("named method", lambda: count_totals(rule, "programme-totals").swings, True),
        Contestant("exact integers", lambda: count_totals(rule).swings, True, 1 / 150),
        *_peers(BANZHAF, quota, weights, also),
    ]
    anchor = peer(
        "powerindices", "powerindices", partial(powerindices_power, BANZHAF, quota, weights)
    )
    return Case(f"raw Banzhaf, {name}", anchor, tuple(contestants), proportional(swings), seconds)


def _shapley(
    name: str,
    quota: int,
    weights: Sequence[int],
    values: Sequence[Any],
    seconds: float,
    also: Sequence[str] = (),
) -> Case:
    rule = Rule(len(weights), weighted(quota, weights))
    method = "programme-compiled" if len(weights) > 40 else "halves"

    def named() -> Answer:
        count(rule, method)
        return power_index(rule, SHAPLEY).values

    contestants = [
        Contestant(f"named method ({method}) first", named, True),
        Contestant("exact fractions", lambda: power_index(rule, SHAPLEY).values, True, 1 / 200),
        *_peers(SHAPLEY, quota, weights, also),
    ]
    anchor = peer(
        "powerindices", "powerindices", partial(powerindices_power, SHAPLEY, quota, weights)
    )
    return Case(
        f"Shapley-Shubik, {name}", anchor, tuple(contestants), proportional(values), seconds
    )


def _peers(index: str, quota: int, weights: Sequence[int], also: Sequence[str]) -> list[Contestant]:
    """List the other packages; those in plain Python only where they answer within seconds."""
    run = {"powerindex": powerindex_power, "tucoopy": tucoopy_power}
    return [
        peer("power_bdd", "power_bdd", lambda: bdd_power(weighted_leaf(quota, weights), index)[0]),
        *(peer(name, name, partial(run[name], index, quota, weights)) for name in also),
    ]
