"""Compound rules: Security Council, double majority of the Union, federal legislation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from math import comb
from typing import TYPE_CHECKING

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.counting import count, count_totals
from solvers.power import power_indices
from solvers.rules.rule import Rule

from .harness import Answer, Case, Contestant
from .peers import (
    BANZHAF,
    Leaf,
    all_of,
    any_of,
    bdd_power,
    coopgame_power,
    peer,
    powerindex_power,
    powerindices_power,
    tucoopy_power,
    weighted_leaf,
)
from .suite_voting_judges import by_enumeration, proportional, shapley_of, swings_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["cases", "federal_diagram", "federal_swings"]

BAR = 1 / 300
PERMANENT = 5
BOTH = (BANZHAF, "shapley_shubik")


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to leave out federal legislation, which takes another package half a minute.

    Yields
    ------
    Case
    """
    seconds = 1.5 if quick else 10.0
    yield _council(seconds)
    yield _union(seconds)
    if not quick:
        yield _federal()


def _both(rule: Rule) -> tuple[Sequence[object], Sequence[object]]:
    found = power_indices(rule, ("banzhaf_raw", "shapley_shubik"))
    return found[0].values, found[1].values


def _council(seconds: float) -> Case:
    """Nine of fifteen with all five permanent members, as weights for those who know no more."""
    rule = bind_decision(load_body("un-security-council")).rule.project("against")
    permanent = next(leaf.yes for leaf in rule.leaves() if sum(leaf.yes) == PERMANENT)
    weights = [7 if one else 1 for one in permanent]
    judged = by_enumeration(weights, lambda sizes, sums: sums >= 39)

    def both(power: Callable[[str, int, list[int]], list[float]]) -> Callable[[], Answer]:
        return lambda: tuple(power(index, 39, weights) for index in BOTH)

    return Case(
        "both indices, Security Council, n=15",
        peer("powerindices", "powerindices", both(powerindices_power)),
        (
            Contestant("exact", lambda: _both(rule), True),
            peer("powerindex", "powerindex", both(powerindex_power)),
            peer("power_bdd", "power_bdd", lambda: bdd_power(weighted_leaf(39, weights), *BOTH)),
            peer("coopgame-py", "coopgame", both(coopgame_power)),
            peer("tucoopy", "tucoopy", both(tucoopy_power)),
        ),
        proportional(swings_of(*judged), shapley_of(*judged)),
        seconds,
    )


def _union(seconds: float) -> Case:
    """55 % of the members with 65 % of the population, or fewer than four withholding."""
    own = {"table": "EU27_2018", "note": "official figures"}
    bound = bind_decision(load_body("eu-council"), day=date(2021, 1, 1), own_roster=own)
    rule, people = bound.rule, bound.roster.roster.weights["population"]
    rule = rule.project("against")
    quota = -(-65 * sum(people) // 100)

    def wins(sizes: Ints, sums: Ints) -> NDArray[np.bool_]:
        return (sizes >= 15) & (sums >= quota) | (sizes >= 24)

    judged = by_enumeration(people, wins)
    ones = [1] * len(people)

    def diagram() -> Leaf:
        double = all_of(weighted_leaf(15, ones), weighted_leaf(quota, people))
        return any_of(double, weighted_leaf(24, ones))

    def halves() -> Answer:
        count(rule, "halves")
        return _both(rule)

    return Case(
        "both indices, Council of the Union with blocking clause, persons, n=27",
        peer("power_bdd", "power_bdd", lambda: bdd_power(diagram(), *BOTH)),
        (
            Contestant("named method (halves) first", halves, True),
            Contestant("exact", lambda: _both(rule), True, BAR),
        ),
        proportional(swings_of(*judged), shapley_of(*judged)),
        seconds,
    )


def federal_diagram(senate: int, house: int) -> Leaf:
    """Make the diagram of federal legislation for power_bdd.

    Parameters
    ----------
    senate, house : int
        Seats.

    Returns
    -------
    BDD
        Of the Vice-President, the President, the Senate and the House.
    """

    def leaf(quota: int, *marks: int) -> Leaf:
        sizes = (1, 1, senate, house)
        row = [mark for mark, size in zip(marks, sizes, strict=True) for _ in range(size)]
        return weighted_leaf(quota, row)

    represented = leaf(house // 2 + 1, 0, 0, 0, 1)
    signs = leaf(1, 0, 1, 0, 0)
    majority = all_of(represented, leaf(senate // 2 + 1, 0, 0, 1, 0), signs)
    tied = all_of(represented, leaf(senate // 2, 0, 0, 1, 0), leaf(1, 1, 0, 0, 0), signs)
    over = all_of(leaf(-(-2 * house // 3), 0, 0, 0, 1), leaf(-(-2 * senate // 3), 0, 0, 1, 0))
    return any_of(majority, tied, over)


def federal_swings(senate: int, house: int) -> dict[str, int]:
    """Count swings by adding up binomials over the numbers of senators and representatives.

    Parameters
    ----------
    senate, house : int
        Seats; the number of senators is even.

    Returns
    -------
    dict
        Of one member of each kind: ``"vice-president"``, ``"president"``, ``"senate"``,
        ``"house"``.
    """
    sizes = {"vice-president": 1, "president": 1, "senate": senate, "house": house}

    def wins(votes: dict[str, int]) -> bool:
        passed = votes["house"] > house // 2 and (
            votes["senate"] > senate // 2
            or (votes["senate"] == senate // 2 and votes["vice-president"] == 1)
        )
        over = votes["house"] >= -(-2 * house // 3) and votes["senate"] >= -(-2 * senate // 3)
        return (passed and votes["president"] == 1) or over

    found = {}
    for kind in sizes:
        left = {other: size - (other == kind) for other, size in sizes.items()}
        total = 0
        for v in range(left["vice-president"] + 1):
            for p in range(left["president"] + 1):
                for s in range(left["senate"] + 1):
                    for h in range(left["house"] + 1):
                        votes = {"vice-president": v, "president": p, "senate": s, "house": h}
                        more = votes | {kind: votes[kind] + 1}
                        if wins(more) and not wins(votes):
                            total += comb(left["senate"], s) * comb(left["house"], h)
        found[kind] = total
    return found


def _federal() -> Case:
    bound = bind_decision(load_body("us-federal-legislation"))
    rule = bound.rule.project("against")
    kinds = [name.rstrip("0123456789 ") for name in rule.names]
    one = federal_swings(kinds.count("senate"), kinds.count("house"))
    # The diagram has the Vice-President, the President, the Senate, the House.
    order = sorted(range(len(kinds)), key=lambda i: list(one).index(kinds[i]))
    expected = [one[kinds[i]] for i in order]

    def exact() -> Answer:
        swings = count_totals(rule).swings
        return tuple([swings[i] for i in order])

    def indices() -> Answer:
        raw = _both(rule)[0]
        return tuple([raw[i] for i in order])

    return Case(
        "Banzhaf, federal legislation of the United States, n=537",
        peer("power_bdd", "power_bdd", lambda: bdd_power(federal_diagram(100, 435), BANZHAF)[0]),
        (
            Contestant("exact integers", exact, True, BAR),
            Contestant("exact, with Shapley-Shubik", indices, True, BAR),
        ),
        proportional(expected),
    )
