"""Games too large for a table: bodies by their rules, and 64 players on a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision
from solvers.games.families.subgraph import InducedSubgraphGame
from solvers.games.solution import Allocation
from solvers.oracles.convex import ConvexOracle
from solvers.oracles.egalitarian import dutta_ray
from solvers.oracles.graph import SubgraphOracle
from solvers.oracles.least_core import core_membership, cost_of_stability, least_core
from solvers.oracles.nucleolus import nucleolus
from solvers.oracles.rule import RuleOracle
from solvers.rules.rule import Rule
from solvers.stability.least_core import least_core as least_core_of_table
from solvers.values.egalitarian import dutta_ray as dutta_ray_of_table

from .harness import Answer, Case, Contestant
from .suite_voting_judges import Complaint

__all__ = ["SEED", "cases", "exact_answers", "half_degrees", "random_graph"]

SEED = 64
DENSITY = 0.3
HEAVIEST = 599
UNIT = 1 << 20
"""Numbers that the anchor sums: a unit of time, no comparable work."""

Edges = dict[tuple[int, int], int]
BODIES = (
    ("un-security-council", "Security Council, n=15"),
    ("eu-council", "Council of the Union, n=27"),
    ("us-electoral-college", "Electoral College, n=51"),
    ("imf-executive-board", "chairs of the Fund, n=24"),
    ("un-general-assembly", "General Assembly, n=193"),
)
SOLVERS: tuple[tuple[str, Callable[[RuleOracle], Allocation]], ...] = (
    ("nucleolus", nucleolus),
    ("least core", least_core),
    ("cost of stability", cost_of_stability),
)


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to leave out the least core of 64 players.

    Yields
    ------
    Case
    """
    seconds = 1.0 if quick else 10.0
    unit = Contestant(f"numpy.sum of {UNIT} doubles", _unit())
    for body, name in BODIES:
        yield _body(body, name, unit, seconds)
    yield _small_graph(unit, seconds)
    yield from _large_graph(unit, seconds, quick)


def _unit() -> Callable[[], Answer]:
    table = np.ones(UNIT)
    return lambda: np.sum(table)


def _rule(body: str) -> Rule:
    options: dict[str, Any] = {}
    if body == "eu-council":
        own = {"table": "EU27_2018", "note": "official figures"}
        options = {"day": date(2021, 1, 1), "own_roster": own}
    return bind_decision(load_body(body), **options).rule.project("against")


def _known(body: str, rule: Rule) -> dict[str, tuple[Fraction, ...]]:
    """List shares that theory gives: vetoers share alike, and so do members who are all alike."""
    n = rule.n_players
    if body == "un-general-assembly":
        quota = -(-2 * n // 3)
        return {
            "nucleolus": (Fraction(1, n),) * n,
            "least_core": (Fraction(1, n),) * n,
            "cost_of_stability": (Fraction(1, quota),) * n,
        }
    if body == "un-security-council":
        permanent = next(leaf.yes for leaf in rule.leaves() if sum(leaf.yes) == 5)
        shares = tuple(Fraction(one, 5) for one in permanent)
        return {"nucleolus": shares, "least_core": shares, "cost_of_stability": shares}
    return {}


def _body(body: str, name: str, unit: Contestant, seconds: float) -> Case:
    rule = _rule(body)
    contestants = []
    for title, solve in SOLVERS:

        def run(solve: Callable[[RuleOracle], Allocation] = solve) -> Answer:
            return solve(RuleOracle(rule))

        contestants.append(Contestant(title, run, True, remark=_told))
    return Case(
        f"by its rule, {name}", unit, tuple(contestants), exact_answers(_known(body, rule)), seconds
    )


def _told(answer: Answer) -> str:
    if not isinstance(answer, Allocation) or answer.exact is None:
        return ""
    shares = sorted(set(answer.exact), reverse=True)
    text = f"{answer.guarantee}, {len(shares)} different shares, the largest {shares[0]}"
    return text if answer.epsilon is None else f"{text}; epsilon {answer.epsilon}"


def exact_answers(known: Mapping[str, tuple[Fraction, ...]]) -> Complaint:
    """Accept exact answers for a simple game that their proofs confirm and that fit each other.

    Parameters
    ----------
    known : mapping of str to tuple of Fraction
        The right shares of a concept, where theory gives them.

    Returns
    -------
    callable
        The nucleolus lies in the least core; the shares of the least core, scaled until every
        winning coalition gets 1, are what stability costs: epsilon / (1 - epsilon).
    """
    least: list[Fraction] = []

    def complaint(answer: object) -> str | None:
        if not isinstance(answer, Allocation) or answer.exact is None:
            return f"answers {answer!r}, no exact point"
        name, shares = answer.concept, answer.exact
        if answer.guarantee != "exact":
            return f"the {name} is {answer.guarantee}, not exact"
        if name in known and shares != known[name]:
            return f"another {name} than theory gives"
        subsidy = Fraction(answer.epsilon or 0) if name == "cost_of_stability" else Fraction(0)
        if sum(shares) != 1 + subsidy:
            return f"the shares of the {name} sum to {sum(shares)}"
        if not answer.verify():
            return f"the proof of the {name} fails"
        if name == "nucleolus":
            if answer.replace(exact=_moved(shares)).verify():
                return "the proof of the nucleolus holds of another point"
            # No level where all players are alike.
            least[:] = [Fraction(level["excess"]) for level in answer.certificate["levels"][:1]]
        elif least:
            right = least[0] if name == "least_core" else least[0] / (1 - least[0])
            if answer.epsilon != right:
                return f"epsilon of the {name} is {answer.epsilon}; the nucleolus has {right}"
        return None

    return complaint


def _moved(shares: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    step = Fraction(1, 10**6)
    return (shares[0] - step, *shares[1:-1], shares[-1] + step)


def random_graph(n: int) -> Edges:
    """Draw whole weights for some of the edges, larger among the first players.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    dict
        Edges with their weights, from 1 to 600.
    """
    rng = np.random.default_rng(SEED)
    pairs = ((i, j) for i in range(n) for j in range(i + 1, n))
    return {
        (i, j): int(rng.integers(1, 2 + HEAVIEST // (i + j)))
        for i, j in pairs
        if rng.random() < DENSITY
    }


def half_degrees(n: int, edges: Edges) -> tuple[Fraction, ...]:
    """Give each player half of its edges: the Shapley value, which is in the core.

    Parameters
    ----------
    n : int
        Number of players.
    edges : dict
        Weights.

    Returns
    -------
    tuple of Fraction
    """
    return tuple(Fraction(sum(w for edge, w in edges.items() if i in edge), 2) for i in range(n))


def _small_graph(unit: Contestant, seconds: float, n: int = 10) -> Case:
    edges = random_graph(n)
    table = InducedSubgraphGame(n, edges).table()
    epsilon = least_core_of_table(table).epsilon
    shares = dutta_ray_of_table(table).exact
    inside = half_degrees(n, edges)
    outside = (inside[0] + inside[1] + 1, Fraction(-1), *inside[2:])
    graph, function = SubgraphOracle(n, edges), ConvexOracle(n, _function(n, edges))

    def answers(oracle: Any) -> Callable[[], Answer]:
        return lambda: (
            bool(core_membership(oracle, inside)),
            bool(core_membership(oracle, outside)),
            least_core(oracle).epsilon,
            dutta_ray(oracle).exact,
        )

    def complaint(answer: object) -> str | None:
        right = (True, False, epsilon, shares)
        return None if answer == right else "another answer than from the table"

    return Case(
        f"membership, least core and Dutta-Ray on a graph, as from the table, n={n}",
        unit,
        (
            Contestant("minimum cuts", answers(graph), True),
            Contestant("function", answers(function), True),
        ),
        complaint,
        seconds,
    )


def _function(n: int, edges: Edges) -> Callable[[tuple[int, ...]], int]:
    """Make the worths a function of the members, who are in rising order."""
    rows = [[edges.get((i, j), 0) for i in range(j)] for j in range(n)]
    return lambda members: sum(rows[j][i] for j in members for i in members if i < j)


def _large_graph(unit: Contestant, seconds: float, quick: bool) -> Iterator[Case]:
    n = 64
    edges = random_graph(n)
    inside = half_degrees(n, edges)
    oracle = SubgraphOracle(n, edges)

    def member() -> Answer:
        return bool(core_membership(oracle, inside))

    def complaint(answer: object) -> str | None:
        if isinstance(answer, bool):
            return None if answer else "the Shapley value of a convex game is in its core"
        if not isinstance(answer, Allocation) or answer.exact is None:
            return f"answers {answer!r}"
        if sum(answer.exact) != sum(edges.values()):
            return f"the shares of the {answer.concept} do not sum to the worth of all"
        return None if answer.verify() else f"the proof of the {answer.concept} fails"

    contestants = [
        Contestant("core membership", member, True),
        Contestant("Dutta-Ray", lambda: dutta_ray(oracle), True, remark=_told),
    ]
    if not quick:
        contestants.append(Contestant("least core", lambda: least_core(oracle), True, remark=_told))
    yield Case(f"graph by minimum cuts, n={n}", unit, tuple(contestants), complaint, seconds)
