"""What each requirement costs: by how much the cheapest package would be cheaper without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Literal

from solvers.concessions import CheapestPackage, cheapest_package
from solvers.concessions.clashes.feasibility import StoppedError, proved
from solvers.concessions.clashes.repairs import effect_of, effect_step
from solvers.concessions.clashes.requirements import (
    Label,
    leaves,
    relaxed,
    requirements,
    rule_labels_missed,
    with_threshold,
)
from solvers.concessions.parts import ZERO, Package
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError

__all__ = ["RequirementPrice", "RequirementPrices", "requirement_prices"]


@dataclass(frozen=True)
class RequirementPrice:
    """What is saved without one requirement, or with a little less of it.

    Parameters
    ----------
    label : label
        The requirement.
    change : {"dropped", "lowered"}
        Whether it is left out, or lowered by one step: a threshold by 1, the floor of the
        effect to the next value below that a text can have.
    saves : Fraction
        Difference of the costs of the cheapest packages, at least 0.
    """

    label: Label
    change: Literal["dropped", "lowered"]
    saves: Fraction


@dataclass(frozen=True)
class RequirementPrices:
    """Prices of the requirements of a problem that has a package.

    Parameters
    ----------
    cost : Fraction
        Cost of its cheapest package.
    prices : tuple of RequirementPrice
        The dearest first, then in the order of the requirements.
    complete : bool
        Whether every requirement has its price.
    solved : int
        How many problems were solved.
    """

    cost: Fraction
    prices: tuple[RequirementPrice, ...]
    complete: bool
    solved: int = field(default=0, compare=False)


def requirement_prices(
    problem: ConcessionProblem,
    solver: str = "highs",
    cheapest: Callable[[ConcessionProblem], CheapestPackage] | None = None,
    stop: Callable[[], bool] | None = None,
) -> RequirementPrices:
    """Price every requirement as the difference of two optima.

    Parameters
    ----------
    problem : ConcessionProblem
        A problem that has a package.
    solver : str
        Back end.
    cheapest : callable, optional
        Engine that finds a cheapest package, in place of the integer programme.
    stop : callable, optional
        Asked before every solve; true ends the search, as Ctrl-C does, and what is known is
        given.

    Returns
    -------
    RequirementPrices

    Raises
    ------
    GameError
        If the problem has no package.
    StoppedError
        If the search ended before the cheapest package was found.

    Notes
    -----
    Requirements are dropped in groups first: if a whole group saves nothing, nor does any of
    its members, and a group that saves something is halved. A requirement that saves nothing
    when dropped saves nothing when lowered.

    References
    ----------
    .. [1] J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer, 2008.
    .. [2] R. Dorfman, "The detection of defective members of large populations", Annals of
       Mathematical Statistics 14 (1943), pp. 436-440 (testing in groups).

    Examples
    --------
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import AllOf, Quota, Rule
    >>> rule = Rule(3, AllOf((
    ...     Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2, "two in favour", "count"),
    ...     Quota((0, 0, 0), (0, 0, 0), (-1, 0, 0), 0, "the first not against", "veto"))))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (-7, -1, -2))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(3))
    >>> found = requirement_prices(ConcessionProblem(rule, voters, transfers=cash))
    >>> for price in found.prices:
    ...     print(price.label, price.change, price.saves)
    ('veto', 1, 0) dropped 5
    ('quota', 0) dropped 1
    ('quota', 0) lowered 1
    """
    search = _Prices(
        problem, cheapest or (lambda asked: cheapest_package(asked, solver, stop=stop)), stop
    )
    complete = True
    try:
        search.all()
    except (StoppedError, KeyboardInterrupt):
        complete = False
    return search.result(complete)


class _Prices:
    """Costs found so far."""

    def __init__(
        self,
        problem: ConcessionProblem,
        cheapest: Callable[[ConcessionProblem], CheapestPackage],
        stop: Callable[[], bool] | None,
    ) -> None:
        self.problem, self.cheapest, self.stop = problem, cheapest, stop
        self.labels = [r.label for r in requirements(problem)]
        self.solved = 0
        self.found: dict[tuple[Label, Literal["dropped", "lowered"]], Fraction] = {}
        answer = self._solve(problem)
        if answer.cost is None or answer.package is None:
            raise GameError("there is no package to price; ask for the clashes instead")
        self.cost, self.package = answer.cost, answer.package

    def result(self, complete: bool) -> RequirementPrices:
        place = {label: k for k, label in enumerate(self.labels)}
        prices = [RequirementPrice(*key, saves) for key, saves in self.found.items()]
        prices.sort(key=lambda p: (-p.saves, place[p.label], p.change))
        return RequirementPrices(self.cost, tuple(prices), complete, self.solved)

    def all(self) -> None:
        loose = set(self._loose())
        self._dropped([label for label in self.labels if label in loose])
        for label in self.labels:
            if label not in loose:
                self._dropped([label])
        for label in self.labels:
            if label[0] in ("quota", "floor"):
                self._lowered(label)

    def _solve(self, problem: ConcessionProblem) -> CheapestPackage:
        if self.stop is not None and self.stop():
            raise StoppedError
        answer = self.cheapest(problem)
        self.solved += 1
        if answer.solution.status != "infeasible" and not proved(answer.solution):
            raise StoppedError
        return answer

    def _saved(self, problem: ConcessionProblem) -> Fraction:
        """Solve an easier problem; a cost above the known one is a tolerance of the solver."""
        cost = self._solve(problem).cost
        return ZERO if cost is None else max(ZERO, self.cost - cost)

    def _dropped(self, labels: list[Label]) -> None:
        if not labels:
            return
        saves = ZERO
        if self.cost:
            saves = self._saved(relaxed(self.problem, set(self.labels) - set(labels)))
        if len(labels) == 1 or not saves:
            self.found |= {(label, "dropped"): saves for label in labels}
            return
        half = len(labels) // 2
        self._dropped(labels[:half])
        self._dropped(labels[half:])

    def _lowered(self, label: Label) -> None:
        problem, saves = self.problem, ZERO
        easier = _lower(problem, label)
        if easier is None:
            return
        if self.found[label, "dropped"]:
            saves = self._saved(easier)
        self.found[label, "lowered"] = saves

    def _loose(self) -> Iterator[Label]:
        """List requirements that the cheapest package meets with something to spare."""
        problem, package = self.problem, self.package
        missed = rule_labels_missed(problem.rule, problem.votes(Package()))
        for label in self.labels:
            kind, number = label[0], label[-1]
            if kind == "cap" and type(number) is int:
                if package.transfers.get(number, ZERO) != problem.transfers[number].cap:
                    yield label
            elif kind == "veto":
                if label not in missed:
                    yield label
            elif kind == "floor":
                if effect_of(problem, package) > problem.floor:
                    yield label
            elif kind not in ("quota", "budget"):
                yield label


def _lower(problem: ConcessionProblem, label: Label) -> ConcessionProblem | None:
    """Lower a leaf or the floor by one step; None where it is no such requirement."""
    if label[0] == "floor":
        step = effect_step(problem)
        if not step:
            return None
        lattice = ceil((problem.floor - problem.effect) / step) - 1
        return replace(problem, floor=problem.effect + lattice * step)
    number = label[-1]
    if type(number) is not int:
        return None
    leaf = leaves(problem.rule)[number]
    return with_threshold(problem, number, leaf.threshold - 1) if leaf.yes else None
