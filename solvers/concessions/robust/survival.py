"""Packages that still work after votes have fallen away, whichever they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.parts import Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.defections import breaking_set, lowered_rule, surviving_rule
from solvers.errors import GameError
from solvers.programmes.solving import Status
from solvers.rules.rule import AllOf, Rule

__all__ = ["Engine", "SurvivingPackage", "cheapest_surviving", "most_falls", "survives"]

MAX_ROUNDS = 200
"""Most sets of falls that are added one by one where a rule has alternatives."""


class Engine(Protocol):
    """Anything that finds a cheapest package, such as ``cheapest_package``."""

    def __call__(
        self, problem: ConcessionProblem, *, time_limit: float | None = None
    ) -> CheapestPackage:
        """Find a package of least cost.

        Parameters
        ----------
        problem : ConcessionProblem
            The data.
        time_limit : float, optional
            Seconds.

        Returns
        -------
        CheapestPackage
        """
        ...


@dataclass(frozen=True)
class SurvivingPackage:
    """A cheapest package that stands falls, and why.

    Parameters
    ----------
    answer : CheapestPackage
        The package, its exact cost, and what the engine said.
    falls : int
        How many votes may fall at once.
    breaking : frozenset of int or None
        A smallest set of players, larger than that, whose fall breaks the package; None where
        there is none or no package.
    scenarios : tuple of frozenset of int
        Sets of players whose fall had to be ruled out one by one.
    """

    answer: CheapestPackage
    falls: int
    breaking: frozenset[int] | None
    scenarios: tuple[frozenset[int], ...] = ()


def survives(
    problem: ConcessionProblem, package: Package, falls: int
) -> tuple[bool, frozenset[int] | None]:
    """Say whether a package still works after any falls of that number.

    Parameters
    ----------
    problem : ConcessionProblem
        The data. Firm voters do not fall.
    package : Package
        What is conceded.
    falls : int
        How many players fall by one level each.

    Returns
    -------
    bool
        Whether it survives.
    frozenset of int or None
        A smallest set whose fall breaks it; empty when it does not work to begin with.

    Raises
    ------
    GameError
        If the number is negative.
    LimitError
        If the rule has too many ways to fail, see :mod:`solvers.concessions.robust.defections`.

    Notes
    -----
    Exact and independent of every engine. The rules of linked items that are adopted must
    stand too. Votes that hang on the votes of others stay as they were.
    """
    if problem.violations(package):
        return False, frozenset()
    found = breaking_set(_together(problem, package), problem.votes(package), falls, _firm(problem))
    return found is None, found


def most_falls(problem: ConcessionProblem, package: Package) -> int | None:
    """Count how many falls, whichever they are, a package stands.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded; it must work.

    Returns
    -------
    int or None
        None when no falls break it.

    Raises
    ------
    GameError
        If the package does not work.
    """
    _, found = survives(problem, package, len(problem.voters))
    if found is None:
        return None
    if not found:
        raise GameError("the package does not work even if no vote falls; give one that works")
    return len(found) - 1


def _together(problem: ConcessionProblem, package: Package) -> Rule:
    """Return the rule and those of the linked items that are adopted, as one."""
    routes = [problem.amendments[k].route for k in sorted(package.amendments)]
    parts = [problem.rule.root, *(r.root for r in routes if r is not None)]
    return Rule(problem.rule.n_players, AllOf(tuple(parts)), problem.rule.names)


def _firm(problem: ConcessionProblem) -> frozenset[int]:
    return frozenset(i for i, v in enumerate(problem.voters) if v.firm)


def _with_rules(problem: ConcessionProblem, change: Callable[[Rule], Rule]) -> ConcessionProblem:
    """Change the rule and the routes of linked items alike."""
    amendments = tuple(
        a if a.route is None else replace(a, route=change(a.route)) for a in problem.amendments
    )
    return replace(problem, rule=change(problem.rule), amendments=amendments)


def cheapest_surviving(
    problem: ConcessionProblem,
    falls: int,
    *,
    engine: Engine | None = None,
    time_limit: float | None = None,
    max_rounds: int = MAX_ROUNDS,
) -> SurvivingPackage:
    """Find a cheapest package that still works after any falls of that number.

    Parameters
    ----------
    problem : ConcessionProblem
        The data. Firm voters do not fall.
    falls : int
        How many players fall by one level each, at least 0.
    engine : callable, optional
        Finds the packages; ``cheapest_package`` when left out.
    time_limit : float, optional
        Seconds in all.
    max_rounds : int
        Most sets of falls that are ruled out one by one.

    Returns
    -------
    SurvivingPackage
        ``bounded`` where a limit stopped the search; its package survives all the same.

    Raises
    ------
    GameError
        If the number is negative.
    LimitError
        If the rule has too many ways to fail.

    Notes
    -----
    Without alternatives in the rule the requirement is a rule again
    (:func:`~solvers.concessions.robust.defections.surviving_rule`) and one run settles it. Where
    one of
    several parts will do, votes that fall may turn the decision from one to another. There a
    requirement that is too weak is strengthened by the sets of falls that break its answers; one
    that is too strong gives a package meanwhile.

    References
    ----------
    .. [1] J. F. Benders, "Partitioning procedures for solving mixed-variables programming
       problems", Numerische Mathematik 4 (1962), pp. 238-252.
    .. [2] T. Groseclose and J. M. Snyder, "Buying supermajorities", American Political Science
       Review 90 (1996), pp. 303-315.

    Examples
    --------
    Two of three are needed; the second lacks 3, the third 5:

    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3, -5))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> problem = ConcessionProblem(rule, voters, transfers=cash)
    >>> [str(cheapest_surviving(problem, falls).answer.cost) for falls in (0, 1, 2)]
    ['3', '8', 'None']
    """
    search = _Search(problem, falls, engine or _default(), time_limit)
    answer = search.run(max_rounds)
    breaking = None
    if answer.package is not None:
        _, breaking = survives(problem, answer.package, len(problem.voters))
    return SurvivingPackage(answer, falls, breaking, tuple(search.scenarios))


def _default() -> Engine:
    from solvers.concessions import cheapest_package

    return cheapest_package


class _Search:
    """Weak requirement, made stronger set by set; strong requirement for a package meanwhile."""

    def __init__(
        self, problem: ConcessionProblem, falls: int, engine: Engine, time_limit: float | None
    ) -> None:
        self.problem, self.falls, self.engine = problem, falls, engine
        self.firm = _firm(problem)
        self.start = time.perf_counter()
        self.limit = time_limit
        self.scenarios: list[frozenset[int]] = []

    def run(self, max_rounds: int) -> CheapestPackage:
        weak = self._solve(self._requirement("none"))
        if self._done(weak):
            return weak
        if weak.solution.interrupted:
            return self._timed(CheapestPackage(None, None, weak.solution), "stopped", weak)
        strong = self._solve(self._requirement("each"))
        while weak.solution.status == "optimal" and len(self.scenarios) < max_rounds:
            if strong.cost is not None and strong.cost == weak.cost:
                return self._timed(strong, "optimal", weak)
            if self._out_of_time() or strong.solution.interrupted:
                break
            self._rule_out(weak)
            weak = self._solve(self._requirement("none"))
            if self._done(weak):
                return weak
        if weak.cost is not None and weak.cost == strong.cost:
            return self._timed(strong, weak.solution.status, weak)
        return self._timed(strong, "bounded" if strong.package is not None else "stopped", weak)

    def _done(self, weak: CheapestPackage) -> bool:
        """Whether nothing is left to ask: no package at all, or one that survives."""
        if weak.package is None:
            return weak.solution.status == "infeasible"
        return survives(self.problem, weak.package, self.falls)[0]

    def _rule_out(self, weak: CheapestPackage) -> None:
        if weak.package is not None:
            broken = survives(self.problem, weak.package, self.falls)[1]
            if broken is not None:
                self.scenarios.append(broken)

    def _requirement(self, alternatives: str) -> ConcessionProblem:
        def change(rule: Rule) -> Rule:
            stood = surviving_rule(rule, self.falls, self.firm, alternatives=alternatives)
            if alternatives == "each" or not self.scenarios:
                return stood
            lowered = [lowered_rule(rule, players).root for players in self.scenarios]
            return Rule(rule.n_players, AllOf((stood.root, *lowered)), rule.names)

        return _with_rules(self.problem, change)

    def _out_of_time(self) -> bool:
        return self.limit is not None and time.perf_counter() - self.start >= self.limit

    def _solve(self, problem: ConcessionProblem) -> CheapestPackage:
        left = None
        if self.limit is not None:
            left = max(0.01, self.limit - (time.perf_counter() - self.start))
        answer = self.engine(problem, time_limit=left)
        solution = replace(answer.solution, seconds=time.perf_counter() - self.start)
        return replace(answer, solution=solution)

    def _timed(
        self, strong: CheapestPackage, status: Status, weak: CheapestPackage
    ) -> CheapestPackage:
        """Give the package of the strong requirement with the bound of the weak one."""
        bound = weak.solution.bound
        gap = None
        if strong.cost is not None and bound is not None:
            distance = max(0.0, float(strong.cost) - bound)
            gap = distance / max(float(strong.cost), abs(bound)) if distance else 0.0
        return replace(
            strong,
            solution=replace(
                strong.solution,
                status=status,
                bound=bound,
                gap=gap,
                seconds=time.perf_counter() - self.start,
                interrupted=strong.solution.interrupted or weak.solution.interrupted,
            ),
        )
