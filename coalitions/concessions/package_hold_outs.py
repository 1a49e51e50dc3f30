"""What recipients of a package could claim beyond their payment, whatever it must stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from coalitions.concessions.package_demands import Demand, demanded_package
from solvers.errors import EngineError

if TYPE_CHECKING:
    from solvers.concessions.answer import CheapestPackage
    from solvers.concessions.problem import ConcessionProblem
    from solvers.concessions.robust.hold_out import HoldOut

__all__ = ["MOST_SEARCHES", "Asked"]

MOST_SEARCHES: Final = 20  # recipients, each of whom takes a search of its own


@dataclass(frozen=True)
class Asked:
    """The question that a package answers, to be asked again without a recipient.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    demand : Demand or None
        What the package must stand.
    worth : Fraction or None
        What a unit of effect is worth, where the package is of largest net value.
    solver : str
        Back end of the integer programmes.
    gap : float
        Relative gap at which the solver may stop.
    engine : str
        What finds a package that must stand nothing.
    """

    problem: ConcessionProblem
    demand: Demand | None = None
    worth: Fraction | None = None
    solver: str = "highs"
    gap: float = 0.0
    engine: str = "auto"

    def again(
        self, problem: ConcessionProblem, *, time_limit: float | None = None
    ) -> CheapestPackage:
        """Answer the question for other data.

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
        from solvers.concessions import cheapest_package

        if self.demand is not None:
            names = [str(i) for i in range(len(problem.voters))]
            return demanded_package(problem, self.demand, names, self.solver, time_limit).answer

        interrupted = False

        def cheapest(
            some: ConcessionProblem, *, time_limit: float | None = None
        ) -> CheapestPackage:
            nonlocal interrupted
            found = cheapest_package(some, self.solver, time_limit, self.gap, engine=self.engine)
            interrupted = interrupted or found.solution.interrupted
            return found

        if self.worth is None:
            return cheapest(problem, time_limit=time_limit)
        from solvers.concessions.net_value import best_net_package

        net = best_net_package(problem, self.worth, engine=cheapest, time_limit=time_limit)
        # Of several runs the one that Ctrl-C ended need not be that of the package.
        solution = replace(net.answer.solution, interrupted=interrupted)
        return replace(net.answer, solution=solution)

    def rents(
        self, found: CheapestPackage, time_limit: float | None = None
    ) -> tuple[tuple[HoldOut, ...], str]:
        """Find what each recipient could claim beyond its payment.

        Parameters
        ----------
        found : CheapestPackage
            The answer.
        time_limit : float, optional
            Seconds.

        Returns
        -------
        tuple of HoldOut, str
            By how much the package that pays a recipient nothing, and stands the same, is worse:
            dearer, or of less net value. And why it was not asked, or not answered; empty where
            it was, or nobody is paid.
        """
        try:
            return self._claims(found, time_limit)
        except EngineError as why:  # the package stands all the same
            return (), str(why)

    def _claims(
        self, found: CheapestPackage, time_limit: float | None
    ) -> tuple[tuple[HoldOut, ...], str]:
        from solvers.concessions.robust.buffer import with_buffer
        from solvers.concessions.robust.hold_out import hold_outs, hold_outs_at_once, paid_players

        package = found.package
        paid = () if package is None else paid_players(self.problem, package)
        if not paid:
            return (), ""
        if found.solution.status != "optimal":
            return (), "it is not proved that this package is the best"
        plain = self.demand is None or self.demand.kind == "buffer"
        if self.worth is None and plain:
            problem = self.problem
            if self.demand is not None:
                problem = with_buffer(problem, self.demand.level)
            together = hold_outs_at_once(problem, found, time_limit=time_limit)
            if together is not None:
                return together, ""
        if len(paid) > MOST_SEARCHES:
            return (), (
                f"{len(paid)} are paid, and each would take a search of its own; that is done for "
                f"{MOST_SEARCHES} at most"
            )
        claims = hold_outs(
            self.problem,
            found,
            engine=self.again,
            charge=None if self.worth is None else self._net_cost,
            lost=False,
            time_limit=time_limit,
        )
        return claims, ""

    def _net_cost(self, answer: CheapestPackage) -> Fraction | None:
        """Cost less what the effect is worth."""
        from solvers.concessions.clashes.repairs import effect_of

        if answer.package is None or answer.cost is None or self.worth is None:
            return None
        return answer.cost - self.worth * effect_of(self.problem, answer.package)
