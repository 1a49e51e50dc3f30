"""Decision rules on batches of vote profiles, beside ``numpy.sum`` over the same array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from solvers.rules.evaluation import evaluate_many
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule

from .harness import Case, Contestant, equal_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["cases", "leaf_by_leaf"]

BAR = 4.0  # times numpy.sum, one thread, compiled
SEED = 20200707
PERMANENT = 5


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases of the suite.

    Parameters
    ----------
    quick : bool
        Fewer rows for the larger bodies; the Council's million stays.

    Yields
    ------
    Case
    """
    for name, rule in _council_rules():
        yield _case(f"{name}, n=15", rule, 1_000_000)
    yield _case(
        "weighted and double majority, n=27", _union_rule(), 200_000 if quick else 1_000_000
    )
    yield _case("two thirds of those voting, n=193", _assembly_rule(), 50_000 if quick else 200_000)


def _case(name: str, rule: Rule, rows: int) -> Case:
    # Levels as they occur: few are absent, most vote for.
    levels = np.array([0, 1, 2, 2, 2, 2, 2, 3], np.int8)
    draws = np.random.default_rng(SEED).integers(0, levels.size, (rows, rule.n_players))
    profiles = levels[draws]
    return Case(
        f"{name}, {rows:,} profiles".replace(",000,000 ", " million ").replace(
            ",000 ", " thousand "
        ),
        Contestant("numpy.sum", lambda: profiles.sum()),
        (
            Contestant("compiled", lambda: evaluate_many(rule, profiles, "kernel"), True, BAR),
            Contestant("numpy, packed", lambda: evaluate_many(rule, profiles, "arrays"), True),
            Contestant("numpy, leaf by leaf", lambda: leaf_by_leaf(rule.root, profiles)),
        ),
        equal_to(leaf_by_leaf(rule.root, profiles)),
    )


def leaf_by_leaf(node: Node, profiles: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Evaluate a rule as one would write it in numpy: the judge of the other contestants.

    Parameters
    ----------
    node : Quota, AllOf or AnyOf
        A rule or a part of it, with weights whose sums fit in 64 bits.
    profiles : ndarray of int8, shape (m, n)
        Vote levels.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    if isinstance(node, Quota):
        total = np.zeros(len(profiles), np.int64)
        for level, weights in ((2, node.yes), (1, node.abstain), (0, node.no)):
            if any(weights):
                total += (profiles == level) @ np.array(weights, np.int64)
        return total >= node.threshold
    parts = [leaf_by_leaf(part, profiles) for part in node.parts]
    decision = np.full(len(profiles), isinstance(node, AllOf))
    for part in parts:
        decision = decision & part if isinstance(node, AllOf) else decision | part
    return decision


def _quota(
    threshold: int,
    yes: Sequence[int],
    abstain: Sequence[int] | None = None,
    no: Sequence[int] | None = None,
) -> Quota:
    none = (0,) * len(yes)
    return Quota(tuple(yes), tuple(abstain or none), tuple(no or none), threshold)


def _council_rules() -> Iterator[tuple[str, Rule]]:
    n = 15
    one, zero = (1,) * n, (0,) * n
    permanent = (1,) * PERMANENT + (0,) * (n - PERMANENT)
    others = tuple(1 - p for p in permanent)
    nine = _quota(9, one)
    no_veto = _quota(0, zero, zero, [-p for p in permanent])
    present = _quota(8, one, one, one)
    seven = _quota(7, one)
    few_abstain = _quota(-4, zero, [-1] * n, [-1] * n)
    yield "1 leaf", Rule(n, nine)
    yield "2 leaves (Security Council)", Rule(n, AllOf((nine, no_veto)))
    yield "3 leaves", Rule(n, AllOf((nine, no_veto, present)))
    yield "5 leaves", Rule(n, AnyOf((AllOf((nine, no_veto, present)), AllOf((seven, few_abstain)))))
    dues = [22, 15, 4, 4, 2, 8, 6, 3, 2, 2, 1, 1, 1, 1, 1]  # invented shares
    ten = (
        AllOf((nine, no_veto, present)),
        AllOf((seven, few_abstain, _quota(40, dues))),
        AllOf((_quota(0, one, zero, [-2] * n), _quota(1, one), _quota(4, others))),
        _quota(3, permanent),
    )
    yield "10 leaves", Rule(n, AnyOf((AllOf(ten[:2]), AllOf(ten[2:]))))
    rng = np.random.default_rng(SEED)
    heavy: list[Quota] = []
    for _ in range(10):  # so large that no two leaves share a word: the worst case
        weights = [int(w) for w in rng.integers(0, 2**58, n)]
        heavy.append(_quota(sum(weights) * 3 // 5, weights))
    either = AnyOf((AllOf(tuple(heavy[:5])), AllOf(tuple(heavy[5:]))))
    yield "10 leaves of 60-bit sums", Rule(n, either)


def _union_rule() -> Rule:
    """55 % of members with 65 % of (invented) millions of people, or fewer than four withhold."""
    n = 27
    people = [int(p) for p in np.random.default_rng(SEED).integers(500_000, 84_000_000, n)]
    most = _quota(-(-65 * sum(people) // 100), people)
    fewer = _quota(24, (1,) * n)
    return Rule(n, AnyOf((AllOf((_quota(15, (1,) * n), most)), fewer)))


def _assembly_rule() -> Rule:
    n = 193
    one = (1,) * n
    two_thirds = _quota(0, one, None, [-2] * n)
    return Rule(n, AllOf((two_thirds, _quota(1, one), _quota(97, one, one, one))))
