"""Which engine answers a concession problem, why, and what a second one says of the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from solvers.concessions.answer import CheapestPackage, Confirmation
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError

__all__ = [
    "ENGINES",
    "Progress",
    "Search",
    "chosen_engine",
    "compared",
    "confirm",
    "run_engine",
]

ENGINES: Final = ("auto", "decomposition", "budgets", "programme")
SMALL: Final = 9  # up to so many players the programme is as quick as prices on shared budgets
TOLERANCE: Final = 1e-6  # relative; between two answers that are both proved

Progress = Callable[[float | None, float | None], None]
"""Called with the cost of the best package so far and the bound; None where not known yet."""


@dataclass(frozen=True)
class Search:
    """How an engine is to search.

    Parameters
    ----------
    solver : str
        Back end of integer programmes.
    time_limit : float or None
        Seconds.
    gap : float
        Relative gap at which the search may stop.
    stop : callable or None
        Asked now and then; true ends the search.
    progress : callable or None
        Told the incumbent and the bound.
    ties : bool
        Whether to choose among packages of equal cost.
    """

    solver: str = "highs"
    time_limit: float | None = None
    gap: float = 0.0
    stop: Callable[[], bool] | None = None
    progress: Progress | None = None
    ties: bool = True


def chosen_engine(problem: ConcessionProblem, solver: str = "highs") -> tuple[str, str]:
    """Choose the engine for a problem.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    solver : str
        Back end that was asked for; any but the default asks for the programme.

    Returns
    -------
    name, reason : str
        One of `ENGINES`, and a short sentence.

    References
    ----------
    .. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
       Programming Study 2 (1974), pp. 82-114.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from solvers.concessions.problem import Transfer, Voter
    >>> from solvers.rules.rule import Quota, Rule
    >>> voter = Voter(margin=(Fraction(-1),) * 3)
    >>> problem = ConcessionProblem(Rule(1, Quota((1,), (0,), (0,), 1)), (voter,))
    >>> chosen_engine(problem)[0]
    'decomposition'
    >>> chosen_engine(problem, "cbc")
    ('programme', 'the back end cbc was asked for')
    """
    if solver != "highs":
        return "programme", f"the back end {solver} was asked for"
    from solvers.concessions.decomposition.separable import obstacle

    why = obstacle(problem)
    if why is None:
        return "decomposition", "once the text is settled, every state is paid on its own"
    n = len(problem.voters)
    if problem.budgets and obstacle(replace(problem, budgets=())) is None:
        if n > SMALL:
            return "budgets", "only shared budgets tie the states to one another"
        return "programme", f"budgets are shared, among no more than {SMALL} states"
    return "programme", f"the states are tied to one another: {why}"


def run_engine(problem: ConcessionProblem, name: str, search: Search) -> CheapestPackage:
    """Ask one engine.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    name : {"decomposition", "budgets", "programme"}
        Which one.
    search : Search
        How it is to search.

    Returns
    -------
    CheapestPackage

    Raises
    ------
    GameError
        If there is no such engine, or it does not fit the problem.
    """
    if name == "programme":
        from solvers.concessions.programme.programme_engine import cheapest_by_programme

        return cheapest_by_programme(problem, search)
    if name == "decomposition":
        from solvers.concessions.decomposition.search import cheapest_by_decomposition

        return cheapest_by_decomposition(
            problem,
            time_limit=search.time_limit,
            gap=search.gap,
            stop=search.stop,
            progress=search.progress,
        )
    if name == "budgets":
        from solvers.concessions.budgets.shared_budgets import cheapest_under_budgets

        return cheapest_under_budgets(
            problem,
            solver=search.solver,
            time_limit=search.time_limit,
            stop=search.stop,
            progress=search.progress,
        )
    raise GameError(f"there is no engine {name!r}; there are {', '.join(ENGINES)}")


def confirm(
    problem: ConcessionProblem,
    answer: CheapestPackage,
    solver: str = "highs",
    *,
    engine: str = "",
    time_limit: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> Confirmation:
    """Ask another engine, or another back end, for the same problem.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    answer : CheapestPackage
        What is to be confirmed.
    solver : str
        Back end, where the second engine is the programme.
    engine : str
        The second engine; the programme when left out.
    time_limit : float, optional
        Seconds.
    stop : callable, optional
        True ends the search.

    Returns
    -------
    Confirmation
        ``agrees`` is true when both proved the same cost, or both that there is no package;
        false when one of them must be wrong; None when the second was not finished, or the
        first had proved nothing.
    """
    name = engine or "programme"
    other = run_engine(problem, name, Search(solver, time_limit, stop=stop, ties=False))
    return compared(answer, other, name)


def compared(answer: CheapestPackage, other: CheapestPackage, name: str) -> Confirmation:
    """Compare two answers; only what each has proved can contradict the other.

    Parameters
    ----------
    answer, other : CheapestPackage
        The answer, and what the second engine says.
    name : str
        The second engine.

    Returns
    -------
    Confirmation
    """
    first, second = answer.solution, other.solution
    who = f"{name}, {second.solver}"
    slack = TOLERANCE * max(1.0, abs(float(answer.cost or 0)), abs(float(other.cost or 0)))

    def says(agrees: bool | None, sentence: str) -> Confirmation:
        return Confirmation(agrees, who, other.cost, second.bound, f"{who}: {sentence}")

    if _excluded(answer, other.cost, slack) or _excluded(other, answer.cost, slack):
        return says(False, "contradicts it: one of the two has missed a package")
    if first.status not in ("optimal", "infeasible"):
        return says(None, "the answer itself is not proved")
    if second.status == first.status == "infeasible":
        return says(True, "finds no package either")
    if second.status == first.status == "optimal":
        return says(True, "proves the same cost")
    if second.bound is None or answer.cost is None:
        return says(None, "did not come to an end")
    return says(None, f"proved only that no package costs less than {second.bound:.6g}")


def _excluded(claim: CheapestPackage, cost: Fraction | None, slack: float) -> bool:
    """Whether an engine proved that there is no package as cheap as one that was found."""
    if cost is None:
        return False
    if claim.solution.status == "infeasible":
        return True
    bound = claim.solution.bound
    return bound is not None and float(cost) < bound - slack
