"""The package of largest net value: what the effect of the text is worth, minus the cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.clashes.repairs import effect_of, effect_step
from solvers.concessions.parts import ZERO, check_number
from solvers.concessions.problem import ConcessionProblem

__all__ = ["NetPackage", "best_net_package"]


@dataclass(frozen=True)
class NetPackage:
    """A package of largest net value.

    Parameters
    ----------
    answer : CheapestPackage
        A cheapest package among those with its effect.
    effect, net_value : Fraction or None
        Effect of its text, and what that is worth minus the cost; None where there is none.
    tried : int
        How many floors of the effect were tried.
    """

    answer: CheapestPackage
    effect: Fraction | None
    net_value: Fraction | None
    tried: int


def best_net_package(
    problem: ConcessionProblem,
    worth: Fraction,
    *,
    engine: Callable[..., CheapestPackage] | None = None,
    time_limit: float | None = None,
) -> NetPackage:
    """Find a package of largest net value.

    Parameters
    ----------
    problem : ConcessionProblem
        The data; its floor holds.
    worth : Fraction
        What a unit of effect is worth, in the unit of costs; at least 0.
    engine : callable, optional
        Finds the packages; ``cheapest_package`` when left out.
    time_limit : float, optional
        Seconds in all.

    Returns
    -------
    NetPackage
        ``bounded`` where a limit ended the search before it was proved.

    Raises
    ------
    GameError
        If the worth is negative or not exact.

    Notes
    -----
    The cheapest package under a floor is at least as good as every other with no more effect
    than it has. So the floor rises to just above that, until not even the largest effect of
    all could be worth what the cost has risen to [1]_.

    References
    ----------
    .. [1] Y. Y. Haimes, L. S. Lasdon and D. A. Wismer, "On a bicriterion formulation of the
       problems of integrated system identification and system optimization", IEEE Transactions
       on Systems, Man, and Cybernetics 1 (1971), pp. 296-297.

    Examples
    --------
    A text of effect 10, which both must accept; a cut of 4 wins the second for nothing, as
    cash of 3 does:

    >>> from solvers.concessions.problem import Amendment, Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 2))
    >>> voters = tuple(Voter(margin=(Fraction(m),) * 3) for m in (1, -3))
    >>> cut = Amendment(Fraction(0), Fraction(-4), {1: Fraction(3)})
    >>> cash = Transfer(1, Fraction(1), Fraction(1))
    >>> text = ConcessionProblem(rule, voters, (cut,), (cash,), effect=Fraction(10))
    >>> [str(best_net_package(text, Fraction(w)).net_value) for w in (0, 1)]
    ['0', '7']
    """
    check_number("the worth of effect", worth, least=0)
    run = engine
    if run is None:
        from solvers.concessions import cheapest_package

        run = cheapest_package
    start, tried = time.perf_counter(), 0
    parts = [a.effect for a in problem.amendments] + [c.effect for c in problem.combinations]
    most = problem.effect + sum((max(e, ZERO) for e in parts), ZERO)
    step, asked = effect_step(problem), problem
    best: NetPackage | None = None
    while True:
        left = None
        if time_limit is not None:
            left = max(0.01, time_limit - (time.perf_counter() - start))
        answer = run(asked, time_limit=left)
        tried += 1
        proved = answer.solution.status in ("optimal", "infeasible")
        if answer.package is None or answer.cost is None:
            break
        effect = effect_of(problem, answer.package)
        value = worth * effect - answer.cost
        if best is None or best.net_value is None or value > best.net_value:
            best = NetPackage(answer, effect, value, tried)
        if not proved or not step or worth * most - answer.cost <= (best.net_value or ZERO):
            break
        asked = replace(problem, floor=effect + step)
    if best is None:
        return NetPackage(answer, None, None, tried)
    if not proved and best.answer.solution.status == "optimal":
        solution = replace(best.answer.solution, status="bounded", bound=None, gap=None)
        best = replace(best, answer=replace(best.answer, solution=solution))
    return replace(best, tried=tried)
