"""Can some of the requirements be met together? Asked many times, answered by memory first.

Fewer requirements are never harder to meet: what is known of one set answers for its subsets or
for its supersets. A package that is found meets more than it was asked for, and all of that is
remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from solvers.concessions import CheapestPackage, cheapest_package, chosen_engine
from solvers.concessions.clashes.requirements import (
    Label,
    relaxed,
    requirements,
    rule_labels_missed,
    rule_met,
)
from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.model import PackageProgramme
from solvers.errors import SolverError
from solvers.programmes.programme import Solution, solve

__all__ = ["Feasibility", "StoppedError", "any_package", "met_by", "proved", "reweighed"]

SMALL = 30  # up to so many players a programme is as quick as anything
EDGE = 2e-6  # a bound at the very tolerance of a back end counts as proved


class StoppedError(Exception):
    """A question was left open because the search was told to stop."""


def proved(solution: Solution) -> bool:
    """Say whether a solver proved its best point to within its tolerance.

    Parameters
    ----------
    solution : Solution
        What the solver said.

    Returns
    -------
    bool
    """
    return solution.status == "optimal" or (solution.gap is not None and solution.gap <= EDGE)


def any_package(
    problem: ConcessionProblem, solver: str = "highs", stop: Callable[[], bool] | None = None
) -> Package | None:
    """Find some package that works, whatever it costs.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    solver : str
        Back end.
    stop : callable, optional
        Asked now and then; true ends the search.

    Returns
    -------
    Package or None
        Judged exactly; None when the solver proved that there is none.

    Raises
    ------
    StoppedError
        If the search was interrupted.
    SolverError
        If the solver fails.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(1, Quota((1,), (0,), (0,), 1))
    >>> voter = Voter(margin=(Fraction(-3),) * 3)
    >>> cash = Transfer(0, value=Fraction(2), cost=Fraction(1), cap=Fraction(1))
    >>> any_package(ConcessionProblem(rule, (voter,), transfers=(cash,))) is None
    True
    """
    if not problem.violations(Package()):
        return Package()
    if stop is not None and stop():
        raise StoppedError
    if solver == "highs" and len(problem.voters) > SMALL:
        spent = _least_spent(problem, stop)
        if spent is not None:
            return spent.package
    model = PackageProgramme(problem)
    model.programme.minimise({})
    solution = solve(model.programme, solver, stop=stop)
    if solution.status == "infeasible":
        return None
    if solution.values is None or solution.interrupted:
        raise StoppedError
    try:
        package = model.exact_package(solution.values)
        if not problem.violations(package):
            return package
    except SolverError:
        pass  # amounts at the very edge of a cap: the whole engine looks again
    answer = cheapest_package(problem, solver, stop=stop)
    if answer.package is None and answer.solution.status != "infeasible":
        raise StoppedError
    return answer.package


def _least_spent(
    problem: ConcessionProblem, stop: Callable[[], bool] | None
) -> CheapestPackage | None:
    """Decide by the least that a single budget could spend; None where that does not decide.

    Without its budget every player is paid on its own, and the decomposition answers.
    """
    limits = [b for b in problem.budgets if b.transfers or b.items]
    if len(limits) > 1:
        return None
    weighed: ConcessionProblem | None = problem
    for budget in limits:
        one = Fraction(1)
        weighed = reweighed(
            replace(problem, budgets=()),
            {m: one if budget.units else problem.transfers[m].cost for m in budget.transfers},
            {k: one if budget.units else problem.items[k].cost for k in budget.items},
            {},
        )
    if weighed is None or chosen_engine(weighed)[0] != "decomposition":
        return None
    answer = cheapest_package(weighed, stop=stop)
    if answer.solution.interrupted:
        raise StoppedError
    if answer.package is None:
        return answer if answer.solution.status == "infeasible" else None
    if not problem.violations(answer.package):
        return answer
    return replace(answer, package=None) if proved(answer.solution) else None


def reweighed(
    problem: ConcessionProblem,
    transfers: Mapping[int, Fraction],
    items: Mapping[int, Fraction],
    texts: Mapping[int, Fraction],
) -> ConcessionProblem | None:
    """Let weights stand for costs.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    transfers, items, texts : mapping of int to Fraction
        Weights by number; 0 for those left out, and for all other costs.

    Returns
    -------
    ConcessionProblem or None
        None where a budget would then limit something else.
    """
    for budget in problem.budgets:
        if not budget.units:
            costs = {m: problem.transfers[m].cost for m in budget.transfers}
            others = {k: problem.items[k].cost for k in budget.items}
            if any(transfers.get(m, ZERO) != cost for m, cost in costs.items()):
                return None
            if any(items.get(k, ZERO) != cost for k, cost in others.items()):
                return None
    return replace(
        problem,
        amendments=tuple(
            replace(a, cost=texts.get(k, ZERO)) for k, a in enumerate(problem.amendments)
        ),
        transfers=tuple(
            replace(t, cost=transfers.get(m, ZERO)) for m, t in enumerate(problem.transfers)
        ),
        items=tuple(replace(g, cost=items.get(k, ZERO)) for k, g in enumerate(problem.items)),
        combinations=tuple(replace(c, cost=ZERO) for c in problem.combinations),
        channels=tuple(replace(c, cost=ZERO) for c in problem.channels),
        contributions=tuple(replace(c, cost=ZERO) for c in problem.contributions),
    )


def met_by(
    problem: ConcessionProblem, package: Package, asked: Iterable[Label] = ()
) -> frozenset[Label]:
    """Return a largest set of requirements that a package meets.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        A package that works where only ``asked`` is required.
    asked : iterable of label
        Requirements that are in the set.

    Returns
    -------
    frozenset of label
        The package works where no others are required. Where a rule can be met in several ways,
        a way that the votes miss stays required as long as another is met.
    """
    labels = [r.label for r in requirements(problem)]
    votes = problem.votes(package)
    missed = rule_labels_missed(problem.rule, votes)
    kept = set(labels) - missed - _broken(problem, package) | set(asked)
    for label in labels:
        if label in missed and rule_met(problem.rule, votes, kept | {label}):
            kept.add(label)
    return frozenset(kept)


def _broken(problem: ConcessionProblem, package: Package) -> set[Label]:
    """Labels of what a package breaks, but for the rule."""
    broken: set[Label] = set()
    adopted = package.amendments
    for words in problem.violations(package):
        what, _, number = words.rpartition(" ")
        if words == "floor":
            broken.add(("floor",))
        elif what == "requires":
            k = int(number)
            broken |= {("requires", k, o) for o in problem.amendments[k].requires - adopted}
        elif what == "excludes":
            k = int(number)
            both = problem.amendments[k].excludes & adopted
            broken |= {("excludes", min(k, o), max(k, o)) for o in both}
        elif words != "rule":
            broken.add((what, int(number)))
    return broken


class Feasibility:
    """Remembers what is known about the requirements of one problem, as sets of bits.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    solver : str
        Back end.
    stop : callable, optional
        Asked now and then; true ends the search.

    Attributes
    ----------
    labels : tuple of label
        The requirements; bit ``k`` stands for the k-th.
    whole : int
        All of them.
    asked : int
        How often the solver was asked.
    """

    def __init__(
        self,
        problem: ConcessionProblem,
        solver: str = "highs",
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.problem, self.solver, self.stop = problem, solver, stop
        self.labels = tuple(r.label for r in requirements(problem))
        self.whole = (1 << len(self.labels)) - 1
        self.asked = 0
        self._bit = {label: 1 << k for k, label in enumerate(self.labels)}
        self._met: list[int] = []
        self._clashing: list[int] = []

    def bits(self, labels: Iterable[Label]) -> int:
        """Write a set of labels as bits."""
        return sum(self._bit[label] for label in labels)

    def named(self, bits: int) -> frozenset[Label]:
        """Read a set of bits as labels."""
        return frozenset(label for label, bit in self._bit.items() if bit & bits)

    def note_clash(self, bits: int) -> None:
        """Remember that some requirements cannot be met together."""
        self._clashing.append(bits)

    def possible(self, bits: int) -> bool:
        """Say whether some requirements can be met together.

        Parameters
        ----------
        bits : int
            The requirements.

        Returns
        -------
        bool

        Raises
        ------
        StoppedError
            If the search was interrupted.
        """
        if any(not bits & ~known for known in self._met):
            return True
        if any(not clash & ~bits for clash in self._clashing):
            return False
        self.asked += 1
        asked = self.named(bits)
        package = any_package(relaxed(self.problem, asked), self.solver, self.stop)
        if package is None:
            self._clashing.append(bits)
            return False
        self._met.append(self.bits(met_by(self.problem, package, asked)))
        return True
