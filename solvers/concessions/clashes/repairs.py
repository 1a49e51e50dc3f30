"""What would mend a clash: the price of every correction, the cheapest first, and how far short.

For each requirement of a correction the least change of its own number that would do, when the
others of the correction are dropped and the rest stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, gcd, lcm

from solvers.concessions import CheapestPackage, cheapest_package
from solvers.concessions.clashes.exact_payments import payments_for
from solvers.concessions.clashes.feasibility import StoppedError, any_package, proved, reweighed
from solvers.concessions.clashes.marco import Clashes
from solvers.concessions.clashes.requirements import (
    Label,
    harmless,
    leaves,
    relaxed,
    requirements,
    with_threshold,
)
from solvers.concessions.parts import ZERO, Package, Transfer
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.programme.model import PackageProgramme
from solvers.programmes.programme import solve
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Measure", "Repair", "effect_of", "effect_step", "repairs"]


@dataclass(frozen=True)
class Measure:
    """How far one requirement of a correction would have to give way.

    Parameters
    ----------
    label : label
        The requirement.
    stands : Fraction or None
        Its number: the threshold of a leaf, the least margin that keeps a veto from being cast,
        the limit of a budget, a cap, the floor of the effect, the most amendments.
    would_do : Fraction or None
        The nearest number with which a package works. Of a veto: its player's margin as it
        could be at best. None where the requirement has no number, or none would do.
    """

    label: Label
    stands: Fraction | None
    would_do: Fraction | None

    @property
    def short_by(self) -> Fraction | None:
        """How far the two lie apart."""
        if self.stands is None or self.would_do is None:
            return None
        return abs(self.stands - self.would_do)


@dataclass(frozen=True)
class Repair:
    """A correction, what a package costs once it is made, and how far short each part falls.

    Parameters
    ----------
    correction : frozenset of label
        Requirements that are dropped.
    cost : Fraction or None
        Cost of the cheapest package then; None where the search for it did not end.
    package : Package or None
        That package.
    measures : tuple of Measure
        In the order of the requirements.
    """

    correction: frozenset[Label]
    cost: Fraction | None
    package: Package | None
    measures: tuple[Measure, ...]


def repairs(
    problem: ConcessionProblem,
    clashes: Clashes,
    solver: str = "highs",
    cheapest: Callable[[ConcessionProblem], CheapestPackage] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Repair, ...]:
    """Price every correction.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    clashes : Clashes
        Its clashes, see :func:`~solvers.concessions.clashes.marco.find_clashes`.
    solver : str
        Back end.
    cheapest : callable, optional
        Engine that finds a cheapest package, in place of the integer programme.
    stop : callable, optional
        Asked now and then; true ends the search, as Ctrl-C does, and what is known is given.

    Returns
    -------
    tuple of Repair
        The cheapest first; among equals the smallest, then in the order of the requirements.

    Raises
    ------
    SolverError
        If the solver fails.

    Notes
    -----
    Thresholds and floors are found by bisection on the sums that can occur, the others as least
    amounts of an integer programme whose payments are then computed over fractions. Of needs,
    contributions and third parties no number is given.

    References
    ----------
    .. [1] J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer, 2008,
       chapter 7 (altering constraints to achieve feasibility).

    Examples
    --------
    Both must agree; the second lacks 5 and may be paid 3:

    >>> from solvers.concessions.clashes.marco import find_clashes
    >>> from solvers.concessions.problem import Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2, "both in favour"))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -5))
    >>> cash = Transfer(1, value=Fraction(1), cost=Fraction(1), cap=Fraction(3))
    >>> problem = ConcessionProblem(rule, voters, transfers=(cash,))
    >>> for repair in repairs(problem, find_clashes(problem)):
    ...     print(sorted(repair.correction), repair.cost, repair.measures[0].short_by)
    [('veto', 0, 1)] 0 2
    [('cap', 0)] 5 2
    """
    place = {r.label: k for k, r in enumerate(requirements(problem))}
    whole = frozenset(place)
    price = cheapest or (lambda asked: cheapest_package(asked, solver, stop=stop))
    found = []
    try:
        for correction in clashes.corrections:
            answer = price(relaxed(problem, whole - correction))
            if answer.solution.interrupted:
                break
            measured = _Measured(problem, whole - correction, solver, price, stop)
            members = sorted(correction, key=place.__getitem__)
            measures = tuple(measured.by(label) for label in members)
            cost = answer.cost if proved(answer.solution) else None
            found.append(Repair(correction, cost, answer.package, measures))
            if stop is not None and stop():
                break
    except (StoppedError, KeyboardInterrupt):
        pass
    return tuple(
        sorted(
            found,
            key=lambda r: (
                r.cost is None,
                r.cost or ZERO,
                len(r.correction),
                sorted(place[label] for label in r.correction),
            ),
        )
    )


class _Measured:
    """Measures of the requirements of one correction."""

    def __init__(
        self,
        problem: ConcessionProblem,
        rest: frozenset[Label],
        solver: str,
        cheapest: Callable[[ConcessionProblem], CheapestPackage],
        stop: Callable[[], bool] | None,
    ) -> None:
        self.problem, self.rest, self.solver, self.stop = problem, rest, solver, stop
        self.cheapest = cheapest

    def by(self, label: Label) -> Measure:
        """Measure one requirement."""
        problem, number = self.problem, label[-1]
        if label == ("floor",):
            return Measure(label, problem.floor, self._effect())
        if type(number) is not int:
            return Measure(label, None, None)
        if label[0] == "quota":
            threshold = leaves(problem.rule)[number].threshold
            return Measure(label, Fraction(threshold), self._sum(label, number))
        if label[0] == "veto":
            return self._margin(label, number)
        if label[0] == "cap":
            return Measure(label, problem.transfers[number].cap, self._amount(number))
        if label[0] == "budget":
            return Measure(label, problem.budgets[number].limit, self._spent(number))
        if label[0] == "limit":
            return Measure(label, Fraction(problem.limits[number].most), self._adopted(number))
        return Measure(label, None, None)

    def _sum(self, label: Label, number: int) -> Fraction | None:
        problem, leaf = self.problem, leaves(self.problem.rule)[number]
        if not leaf.yes:
            return None

        def reached(threshold: int) -> int | None:
            asked = with_threshold(problem, number, threshold)
            package = self._some(relaxed(asked, self.rest | {label}))
            return None if package is None else leaf.score(problem.votes(package))

        package = self._some(relaxed(problem, self.rest))
        if package is None:
            return None
        at_least = min(leaf.score(problem.votes(package)), leaf.threshold - 1)
        return Fraction(_largest(at_least, leaf.threshold - 1, reached))

    def _effect(self) -> Fraction | None:
        problem, step = self.problem, effect_step(self.problem)
        package = self._some(relaxed(problem, self.rest))
        if package is None or not step:
            return None if package is None else problem.effect

        def place(effect: Fraction) -> int:
            return int((effect - problem.effect) / step)

        def reached(k: int) -> int | None:
            asked = replace(problem, floor=problem.effect + k * step)
            package = self._some(relaxed(asked, self.rest | {("floor",)}))
            return None if package is None else place(effect_of(problem, package))

        below = ceil((problem.floor - problem.effect) / step) - 1
        best = _largest(min(place(effect_of(problem, package)), below), below, reached)
        return problem.effect + best * step

    def _margin(self, label: Label, player: int) -> Measure:
        """Ask for the least that would have to be added to the margin from outside."""
        problem, voter = self.problem, self.problem.voters[player]
        leaf = leaves(problem.rule)[int(label[1])]
        lowest = (harmless(leaf) or {}).get(player, NO)
        if voter.margin is None or lowest == NO:
            return Measure(label, None, None)
        stands = ZERO if lowest == YES else -voter.band
        held = relaxed(problem, self.rest | {label})
        extra = len(held.transfers)
        lifted = replace(held, transfers=(*held.transfers, Transfer(player, Fraction(1), ZERO)))
        package = self._least(lifted, {extra: Fraction(1)})
        if package is None:
            return Measure(label, stands, None)
        return Measure(label, stands, stands - package.transfers.get(extra, ZERO))

    def _amount(self, number: int) -> Fraction | None:
        package = self._least(relaxed(self.problem, self.rest), {number: Fraction(1)})
        return None if package is None else package.transfers.get(number, ZERO)

    def _spent(self, number: int) -> Fraction | None:
        problem, budget = self.problem, self.problem.budgets[number]
        transfers = {
            m: Fraction(1) if budget.units else problem.transfers[m].cost for m in budget.transfers
        }
        items = {k: Fraction(1) if budget.units else problem.items[k].cost for k in budget.items}
        package = self._least(relaxed(problem, self.rest), transfers, items)
        if package is None:
            return None
        spent = sum((x * transfers.get(m, ZERO) for m, x in package.transfers.items()), ZERO)
        return spent + sum((items.get(k, ZERO) for k in package.items), ZERO)

    def _adopted(self, number: int) -> Fraction | None:
        counted = self.problem.limits[number].amendments
        texts = dict.fromkeys(counted, Fraction(1))
        package = self._least(relaxed(self.problem, self.rest), {}, {}, texts)
        return None if package is None else Fraction(len(package.amendments & counted))

    def _some(self, problem: ConcessionProblem) -> Package | None:
        return any_package(problem, self.solver, self.stop)

    def _least(
        self,
        problem: ConcessionProblem,
        transfers: Mapping[int, Fraction],
        items: Mapping[int, Fraction] | None = None,
        texts: Mapping[int, Fraction] | None = None,
    ) -> Package | None:
        """Return a package that uses least of some instruments; None where there is none.

        Where no budget hangs on what an instrument costs, it is given the weight for its cost,
        and the cheapest package is asked for.
        """
        weighed = reweighed(problem, transfers, items or {}, texts or {})
        if weighed is not None:
            answer = self.cheapest(weighed)
            if answer.solution.status == "infeasible":
                return None
            if answer.package is None or not proved(answer.solution):
                raise StoppedError
            return answer.package
        model = PackageProgramme(problem)
        terms = {model.t[m]: x * model.most[m] for m, x in transfers.items()}
        terms |= {model.s[k]: x for k, x in (items or {}).items()}
        terms |= {model.z[k]: x for k, x in (texts or {}).items()}
        model.programme.minimise(terms)
        solution = solve(model.programme, self.solver, stop=self.stop)
        if solution.status == "infeasible":
            return None
        if solution.values is None or not proved(solution):
            raise StoppedError
        on = [bool(round(x)) for x in solution.values]
        shape = Package(
            frozenset(k for k, v in enumerate(model.z) if on[v]),
            {},
            frozenset(k for k, v in enumerate(model.s) if on[v]),
        )
        votes = [
            ABSENT if i not in model.y else YES if on[model.y[i]] else ABSTAIN - on[model.n[i]]
            for i in range(len(problem.voters))
        ]
        package = payments_for(problem, shape, votes, transfers)
        return None if package is None or problem.violations(package) else package


def _largest(low: int, high: int, reached: Callable[[int], int | None]) -> int:
    """Return the largest number up to ``high`` that is reached; ``low`` is."""
    while low < high:
        middle = (low + high + 1) // 2
        found = reached(middle)
        if found is None:
            high = middle - 1
        else:
            low = min(high, max(middle, found))
    return low


def effect_of(problem: ConcessionProblem, package: Package) -> Fraction:
    """Return the effect of the text under a package.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    package : Package
        What is conceded.

    Returns
    -------
    Fraction
    """
    adopted = package.amendments
    together = (c.effect for c in problem.combinations if c.amendments <= adopted)
    return problem.effect + sum(
        (problem.amendments[k].effect for k in adopted), sum(together, ZERO)
    )


def effect_step(problem: ConcessionProblem) -> Fraction:
    """Return the largest step in which the effect of a text moves; 0 when it cannot move.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    Fraction
    """
    parts = [a.effect for a in problem.amendments] + [c.effect for c in problem.combinations]
    unit = lcm(*(x.denominator for x in parts))
    return Fraction(gcd(*(int(x * unit) for x in parts)), unit)
