"""The cheapest package of every problem of the instance library, by every engine and back end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from coalitions.concessions.instances import Instance, instance_names, load_instance
from solvers.concessions import CheapestPackage, cheapest_package
from solvers.concessions.decomposition.search import cheapest_by_decomposition, obstacle
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import LimitError
from solvers.programmes.backends import installed

from .harness import Answer, Case, Contestant
from .second_engine import least_cost
from .second_engine_budgets import least_cost_under_budgets
from .second_engine_parts import Texts
from .suite_packages_judges import Found, all_of, cheapest, found, remark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    BackEnds = tuple[tuple[str, str | None], ...]

__all__ = ["anchor", "back_ends", "cases"]

BARS = {"council": 0.05, "union": 0.6, "members": 0.2, "voting": 0.8}
TIGHT_BARS = {"voting": 4.0}
CLOSED = ("council", "union")  # families whose programmes come to an end in time
QUICK = ("private-council", "private-union", "private-members", "tight-council", "tight-members")
LIMIT, QUICK_LIMIT = 5.0, 2.0  # seconds for a programme, its ties included
SECONDS = 4.0  # for all repeats of one contestant


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        One problem of each family and none of 193 members; less time for programmes, and two
        back ends in place of all.

    Yields
    ------
    Case
    """
    limit, most = (QUICK_LIMIT, 2) if quick else (LIMIT, None)
    for kind in ("private", "tight"):
        for name in instance_names(kind):
            _, family, _ = name.split("-")
            first = name == _first(kind, family)
            if not quick or (first and f"{kind}-{family}" in QUICK):
                some = back_ends()[:most] if first or family in CLOSED else ()
                yield _one(name, limit, some)
    for family in ("example", "small", "roster"):
        if not quick or family != "roster":
            yield _many(family, limit, back_ends()[:most])


def _first(kind: str, family: str) -> str:
    return next(name for name in instance_names(kind) if name.split("-")[1] == family)


@cache
def back_ends() -> BackEnds:
    """List the back ends of integer programmes.

    Returns
    -------
    tuple of (str, str or None)
        Names, and why one cannot take part; two that share no code come first.
    """
    rows = {b.name: None if b.available else b.reason for b in installed()}
    order = sorted(rows, key=lambda name: (name not in ("highs", "cbc"), name))
    return tuple((name, rows[name]) for name in order)


def anchor(problem: ConcessionProblem) -> Contestant:
    """Make the anchor: the margins of all members under every set of amendments, in numpy.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    Contestant
        One product of matrices, of the size of the question.
    """
    n = len(problem.voters)
    chosen = Texts.of(problem).chosen.astype(np.float64)
    moves: NDArray[np.float64] = np.zeros((len(problem.amendments), n))
    for k, amendment in enumerate(problem.amendments):
        for i, shift in amendment.margins.items():
            moves[k, i] = float(shift)
    return Contestant("numpy: margins under every text", lambda: chosen @ moves)


def _one(name: str, limit: float, some: BackEnds = ()) -> Case:
    instance = load_instance(name)
    problem = instance.problem
    kind, family, seed = name.split("-")
    bar = (BARS if kind == "private" else TIGHT_BARS).get(family)
    contestants = [_ours("engine auto", partial(cheapest_package, problem), bar)]
    if obstacle(problem) is None:
        for method in ("enumeration", "branching"):
            run = partial(cheapest_by_decomposition, problem, method=method, time_limit=limit)
            contestants.append(_ours(f"decomposition, {method}", run))
        contestants.append(_second(problem))
    else:
        run = partial(cheapest_package, problem, engine="budgets")
        contestants.append(_ours("prices of budgets", run))
        contestants.append(_second_under_budgets(problem))
    for solver, missing in some:
        run = partial(cheapest_package, problem, solver, limit, engine="programme")
        title = f"plain programme, {solver}, {limit:g} s"
        contestants.append(_ours(title, run, missing=missing, programme=True))
    title = "private instruments" if kind == "private" else "four tight budgets"
    return Case(
        f"{title}, {len(problem.voters)} members ({family}), seed {seed}",
        anchor(problem),
        tuple(contestants),
        cheapest(instance.best),
        SECONDS,
        "seconds",
    )


def _ours(
    title: str,
    run: Callable[[], CheapestPackage],
    bar: float | None = None,
    missing: str | None = None,
    programme: bool = False,
) -> Contestant:
    def answer() -> Answer:
        got = found(run(), not programme)
        if bar is not None and got.status not in ("optimal", "infeasible"):
            raise RuntimeError(f"not proved: {got.status}")
        return got

    return Contestant(title, answer, True, bar, missing, remark, programme)


def _second(problem: ConcessionProblem) -> Contestant:
    def answer() -> Answer:
        cost = least_cost(problem).cost
        return Found("infeasible" if cost is None else "optimal", cost, None, None)

    return Contestant("second engine, numpy", answer, remark=remark, once=True)


def _second_under_budgets(problem: ConcessionProblem) -> Contestant:
    def answer() -> Answer:
        cost = least_cost_under_budgets(problem).cost
        if cost is None:
            return Found("infeasible", None, None, None)
        return Found("optimal", Fraction(cost), None, None, exact=False)

    return Contestant("second engine, numpy and scipy", answer, remark=remark, once=True)


def _many(family: str, limit: float, some: BackEnds = ()) -> Case:
    """All problems of a family one after another; who does not take one passes it on."""
    instances = [load_instance(name) for name in instance_names(family)]

    def auto(instance: Instance) -> Found:
        return found(cheapest_package(instance.problem), False)

    def decomposition(instance: Instance) -> Found | None:
        if obstacle(instance.problem) is not None:
            return None
        return found(cheapest_by_decomposition(instance.problem), True)

    def programme(instance: Instance, solver: str) -> Found | None:
        try:
            answer = cheapest_package(instance.problem, solver, limit, engine="programme")
        except LimitError:
            return None
        return found(answer, False)

    def every(one: Callable[[Instance], Found | None]) -> Callable[[], Answer]:
        return lambda: tuple(one(instance) for instance in instances)

    contestants = [
        Contestant("engine auto", every(auto), True, remark=remark),
        Contestant("decomposition", every(decomposition), True, remark=remark),
    ]
    for solver, missing in some:
        run = every(partial(programme, solver=solver))
        title = f"plain programme, {solver}, {limit:g} s each"
        one = Contestant(title, run, True, missing=missing, remark=remark, once=True)
        contestants.append(one)
    return Case(
        f"instance library, {len(instances)} problems of the family {family!r}",
        Contestant(
            "their data read again", lambda: [load_instance(i.name).digest for i in instances]
        ),
        tuple(contestants),
        all_of(instances),
        SECONDS,
        "seconds",
    )
