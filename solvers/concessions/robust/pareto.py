"""The front of cost, legitimacy and durability: what one of them costs in terms of the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Literal

from solvers.concessions.answer import CheapestPackage
from solvers.concessions.parts import ZERO, Package, check_number
from solvers.concessions.problem import ConcessionProblem
from solvers.concessions.robust.buffer import with_buffer
from solvers.concessions.robust.defections import surviving_rule
from solvers.concessions.robust.survival import Engine, cheapest_surviving, survives
from solvers.concessions.ties import Contribution, Need
from solvers.errors import GameError, SolverError
from solvers.rules.rule import AllOf, Quota, Rule
from solvers.rules.votes import YES

__all__ = ["Durability", "Legitimacy", "ParetoFront", "ParetoPoint", "pareto_front"]

Durability = Literal["buffer", "survival"]


@dataclass(frozen=True)
class Legitimacy:
    """What votes for a text and parts of it, such as endorsements, add to its legitimacy.

    Parameters
    ----------
    votes : tuple of Fraction, length n
        What a vote for adds, player by player; at least 0.
    amendments : mapping of int to Fraction
        What an amendment adds; negative where it takes some away.
    base : Fraction
        The legitimacy of the route as such.

    Raises
    ------
    GameError
        If a number is not exact, or a vote for takes legitimacy away.
    """

    votes: tuple[Fraction, ...]
    amendments: Mapping[int, Fraction] = field(default_factory=dict)
    base: Fraction = ZERO

    def __post_init__(self) -> None:
        for weight in self.votes:
            check_number("what a vote for adds to legitimacy", weight, least=0)
        for k, weight in self.amendments.items():
            check_number(f"what amendment {k} adds to legitimacy", weight)
        check_number("the legitimacy of a route", self.base)

    @property
    def step(self) -> Fraction:
        """The least by which two values differ, as far as their denominators tell."""
        numbers = [self.base, *self.votes, *self.amendments.values()]
        return Fraction(1, lcm(*(Fraction(x).denominator for x in numbers)))

    def value(self, votes: Sequence[int], adopted: Iterable[int]) -> Fraction:
        """Return the legitimacy of votes and amendments.

        Parameters
        ----------
        votes : sequence of int, length n
            Vote levels.
        adopted : iterable of int
            Amendments that are adopted.

        Returns
        -------
        Fraction
        """
        given = sum((w for w, v in zip(self.votes, votes, strict=True) if v == YES), ZERO)
        return self.base + given + sum((self.amendments.get(k, ZERO) for k in adopted), ZERO)

    def demanded(self, problem: ConcessionProblem, floor: Fraction) -> ConcessionProblem:
        """Require that much legitimacy of every package.

        Parameters
        ----------
        problem : ConcessionProblem
            The data.
        floor : Fraction
            The least legitimacy.

        Returns
        -------
        ConcessionProblem
            With one more leaf in its rule; where amendments count, with a need that votes for
            cover free of cost instead, so that its packages carry contributions of their own.
        """
        missing = floor - self.base
        adding = {k: w for k, w in self.amendments.items() if w}
        if not adding:
            scale = lcm(missing.denominator, *(Fraction(w).denominator for w in self.votes))
            zero = (0,) * len(self.votes)
            weights = tuple(int(w * scale) for w in self.votes)
            title = f"legitimacy of at least {floor}"
            leaf = Quota(weights, zero, zero, int(missing * scale), title)
            rule = problem.rule
            both = AllOf((rule.root, leaf), rule.root.title)
            return replace(problem, rule=Rule(rule.n_players, both, rule.names))
        need = len(problem.needs)
        spare = max(ZERO, -missing)  # a need is never negative: both sides grow by as much
        given = [Contribution(i, need, Fraction(w)) for i, w in enumerate(self.votes) if w]
        if spare:
            given.append(Contribution(0, need, spare, supporters_only=False))
        return replace(
            problem,
            needs=(*problem.needs, Need(missing + spare, {k: -w for k, w in adding.items()})),
            contributions=(*problem.contributions, *given),
        )


@dataclass(frozen=True)
class ParetoPoint:
    """One point of a front.

    Parameters
    ----------
    cost, legitimacy, durability : Fraction
        What the package costs; the legitimacy it has when the buffer is used up; the buffer,
        or the number of falls that it stands.
    package : Package
        A package that has them.
    proved : bool
        Whether no package with as much of both is proved to cost less.
    """

    cost: Fraction
    legitimacy: Fraction
    durability: Fraction
    package: Package
    proved: bool


@dataclass(frozen=True)
class ParetoFront:
    """Points none of which another one beats, in order of durability, then legitimacy.

    Parameters
    ----------
    points : tuple of ParetoPoint
        The points.
    complete : bool
        Whether the front was searched to its end and every point is proved.
    runs : int
        How many programmes were solved.
    """

    points: tuple[ParetoPoint, ...]
    complete: bool
    runs: int


def pareto_front(
    problem: ConcessionProblem,
    legitimacy: Legitimacy,
    durability: Durability = "buffer",
    grid: Sequence[Fraction | int] = (0,),
    *,
    floors: Sequence[Fraction | int] | None = None,
    vetoes: Iterable[int] | None = None,
    engine: Engine | None = None,
    augmented: bool = True,
    solver: str = "highs",
    time_limit: float | None = None,
    progress: Callable[[ParetoPoint], None] | None = None,
) -> ParetoFront:
    """Find the packages that no other beats in cost, legitimacy and durability at once.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.
    legitimacy : Legitimacy
        What adds to legitimacy.
    durability : {"buffer", "survival"}
        Whether durability is a buffer on every margin or a number of votes that may fall.
    grid : sequence of Fraction or int
        Levels of durability that are asked for.
    floors : sequence of Fraction or int, optional
        Levels of legitimacy that are asked for; when left out, every level that a package can
        have, which is exact.
    vetoes : iterable of int, optional
        As in :func:`~solvers.concessions.robust.buffer.with_buffer`.
    engine : callable, optional
        Finds the packages; ``cheapest_package`` when left out.
    augmented : bool
        Whether, at each cost found, the most legitimacy for that money is sought by the
        integer programme before the next step. Without it dominated points cost a run each
        and are dropped at the end; the front is the same.
    solver : str
        Back end for that.
    time_limit : float, optional
        Seconds in all.
    progress : callable, optional
        Told of every point when it is found; some may be dropped later.

    Returns
    -------
    ParetoFront
        After Ctrl-C or at the limit with the points so far, marked as incomplete.

    Raises
    ------
    GameError
        If there is not one weight per player, an unknown amendment is said to add legitimacy,
        the durability is unknown, or a level is negative or not exact.

    Notes
    -----
    For each level of durability the cost is minimised under a floor on legitimacy that rises
    to just above the last value found. Legitimacy moves in steps, so no point is passed over,
    also those that no weighted sum of the three finds. Dominance is decided in fractions.

    References
    ----------
    .. [1] G. Mavrotas, "Effective implementation of the epsilon-constraint method in
       multi-objective mathematical programming problems", Applied Mathematics and Computation
       213 (2009), pp. 455-465.
    .. [2] M. Laumanns, L. Thiele and E. Zitzler, "An efficient, adaptive parameter variation
       scheme for metaheuristics based on the epsilon-constraint method", European Journal of
       Operational Research 169 (2006), pp. 932-942.

    Examples
    --------
    One of two must agree; the second agrees for 3:

    >>> from solvers.concessions.problem import Transfer, Voter
    >>> rule = Rule(2, Quota((1, 1), (0, 0), (0, 0), 1))
    >>> voters = (Voter(margin=(Fraction(1),) * 3), Voter(margin=(Fraction(-3),) * 3))
    >>> cash = tuple(Transfer(i, Fraction(1), Fraction(1)) for i in range(2))
    >>> two = ConcessionProblem(rule, voters, transfers=cash)
    >>> front = pareto_front(two, Legitimacy((Fraction(1),) * 2), grid=(0, 2))
    >>> [(int(p.durability), int(p.legitimacy), int(p.cost)) for p in front.points]
    [(0, 1, 0), (0, 2, 3), (2, 1, 1), (2, 2, 6)]
    """
    _check(problem, legitimacy, durability, grid, floors)
    levels = sorted({Fraction(level) for level in grid})
    asked = None if floors is None else sorted({Fraction(floor) for floor in floors})
    search = _Search(problem, legitimacy, durability, vetoes, engine, solver, time_limit, progress)
    for level in levels:
        if asked is None:
            search.sweep(level, augmented)
        else:
            search.visit(level, asked)
        if search.stopped:
            break
    return ParetoFront(_undominated(search.points), search.complete, search.runs)


def _check(
    problem: ConcessionProblem,
    legitimacy: Legitimacy,
    durability: str,
    grid: Sequence[Fraction | int],
    floors: Sequence[Fraction | int] | None,
) -> None:
    if len(legitimacy.votes) != len(problem.voters):
        raise GameError(
            f"{len(legitimacy.votes)} weights of votes for for {len(problem.voters)} players; "
            f"give one each"
        )
    for k in legitimacy.amendments:
        if not 0 <= k < len(problem.amendments):
            raise GameError(
                f"amendment {k}, counted from 0, is said to add legitimacy; there are "
                f"{len(problem.amendments)}"
            )
    if durability not in ("buffer", "survival"):
        raise GameError(f"durability is {durability!r}; it must be 'buffer' or 'survival'")
    for level in grid:
        check_number("a level of durability", level, least=0)
        if durability == "survival" and Fraction(level).denominator != 1:
            raise GameError(f"{level} votes fall at once; give a whole number from 0 up")
    for floor in floors or ():
        check_number("a level of legitimacy", floor)


def _undominated(points: Sequence[ParetoPoint]) -> tuple[ParetoPoint, ...]:
    """Drop what another point beats; of equal ones the first stays."""
    kept: list[ParetoPoint] = []
    for p in sorted(points, key=lambda p: (p.cost, -p.legitimacy, -p.durability)):
        beaten = any(
            q.legitimacy >= p.legitimacy and q.durability >= p.durability for q in kept
        )  # none of them costs more, in this order
        if not beaten:
            kept.append(p)
    return tuple(sorted(kept, key=lambda p: (p.durability, p.legitimacy, p.cost)))


class _Search:
    def __init__(
        self,
        problem: ConcessionProblem,
        legitimacy: Legitimacy,
        durability: Durability,
        vetoes: Iterable[int] | None,
        engine: Engine | None,
        solver: str,
        time_limit: float | None,
        progress: Callable[[ParetoPoint], None] | None,
    ) -> None:
        self.problem, self.legitimacy, self.durability = problem, legitimacy, durability
        self.vetoes = None if vetoes is None else frozenset(vetoes)
        self.engine = engine or _default()
        self.solver, self.limit, self.progress = solver, time_limit, progress
        self.start = time.perf_counter()
        self.points: list[ParetoPoint] = []
        self.complete, self.stopped, self.runs = True, False, 0

    def visit(self, level: Fraction, floors: Sequence[Fraction]) -> None:
        """Find the point of every floor that is asked for."""
        for floor in floors:
            if self._point(level, floor) is None or self.stopped:
                return  # a higher floor has no package either

    def sweep(self, level: Fraction, augmented: bool) -> None:
        """Raise the floor from point to point until nothing is left."""
        floor: Fraction | None = None
        while True:
            point = self._point(level, floor)
            if point is None or self.stopped:
                return
            if augmented and point.proved:
                point = self._raised(level, point)
            floor = point.legitimacy + self.legitimacy.step

    def _point(self, level: Fraction, floor: Fraction | None) -> ParetoPoint | None:
        answer = self._solve(level, floor)
        status = answer.solution.status
        if status not in ("optimal", "infeasible"):
            self.complete = False
        if answer.solution.interrupted or self._left() == 0.0:
            self.stopped, self.complete = True, False
        if answer.package is None:
            return None
        return self._noted(level, answer.package, status == "optimal")

    def _noted(self, level: Fraction, package: Package, proved: bool) -> ParetoPoint:
        own = {
            c: t for c, t in package.contributions.items() if c < len(self.problem.contributions)
        }
        package = replace(package, contributions=own)
        votes = self._worn(level).votes(package)
        value = self.legitimacy.value(votes, package.amendments)
        point = ParetoPoint(self.problem.cost(package), value, level, package, proved)
        self.points.append(point)
        if self.progress is not None:
            self.progress(point)
        return point

    def _worn(self, level: Fraction) -> ConcessionProblem:
        """Return the problem with its buffer used up; the problem itself under survival."""
        if self.durability == "survival":
            return self.problem
        return with_buffer(self.problem, level, self.vetoes)

    def _demanded(self, level: Fraction, floor: Fraction | None) -> ConcessionProblem:
        worn = self._worn(level)
        return worn if floor is None else self.legitimacy.demanded(worn, floor)

    def _left(self) -> float | None:
        if self.limit is None:
            return None
        return max(0.0, self.limit - (time.perf_counter() - self.start))

    def _solve(self, level: Fraction, floor: Fraction | None) -> CheapestPackage:
        self.runs += 1
        left = self._left()
        left = None if left is None else max(left, 0.01)
        if self.durability == "buffer":
            return self.engine(self._demanded(level, floor), time_limit=left)
        return self._surviving(int(level), floor, left)

    def _surviving(self, falls: int, floor: Fraction | None, left: float | None) -> CheapestPackage:
        """Ask for legitimacy of the votes before any fall: the floor is no part of the rule."""
        if floor is None:
            return cheapest_surviving(
                self.problem, falls, engine=self.engine, time_limit=left
            ).answer

        def with_floor(
            problem: ConcessionProblem, *, time_limit: float | None = None
        ) -> CheapestPackage:
            demanded = self.legitimacy.demanded(problem, floor)
            answer = self.engine(demanded, time_limit=time_limit)
            if answer.package is None:
                return answer
            given = answer.package.contributions.items()
            own = {c: t for c, t in given if c < len(problem.contributions)}
            return replace(answer, package=replace(answer.package, contributions=own))

        return cheapest_surviving(self.problem, falls, engine=with_floor, time_limit=left).answer

    def _raised(self, level: Fraction, point: ParetoPoint) -> ParetoPoint:
        """Find the most legitimacy at the same cost; the point itself where none is found."""
        from solvers.concessions.programme.model import PackageProgramme
        from solvers.programmes.programme import solve

        left = self._left()
        if left is not None and left < 0.01:
            return point
        problem = self._worn(level)
        if self.durability == "survival":
            firm = [i for i, v in enumerate(problem.voters) if v.firm]
            problem = replace(problem, rule=surviving_rule(problem.rule, int(level), firm))
        model = PackageProgramme(problem)
        model.programme.row("cost", model.cost, "<=", point.cost)
        gains = {v: -self.legitimacy.votes[i] for i, v in model.y.items()}
        gains |= {model.z[k]: -w for k, w in self.legitimacy.amendments.items()}
        model.programme.minimise(gains)
        self.runs += 1
        try:
            found = solve(model.programme, self.solver, left)
            if found.values is None:
                return point
            package = model.exact_package(found.values)
        except SolverError:
            return point  # nothing is lost: the next floor finds what there is
        fits = not problem.violations(package) and self.problem.cost(package) <= point.cost
        if fits and self.durability == "survival":
            fits = survives(self.problem, package, int(level))[0]
        value = self.legitimacy.value(self._worn(level).votes(package), package.amendments)
        return self._noted(level, package, True) if fits and value > point.legitimacy else point


def _default() -> Engine:
    from solvers.concessions import cheapest_package

    return cheapest_package
