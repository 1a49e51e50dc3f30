"""Burden-sharing games of capacities and costs, with an integer programme as the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational

from solvers.errors import GameError, SolverError
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import Span, mask_of
from solvers.programmes.programme import Programme, solve

__all__ = ["Burden", "BurdenOracle"]

Exact = int | Fraction


@dataclass(frozen=True)
class Burden:
    """A task, and what each state can contribute to it at what cost.

    Parameters
    ----------
    value : int or Fraction
        What the task is worth to those who carry it out.
    needs : tuple of int, one for each kind of capacity
        Units that the task takes.
    capacities : tuple of tuple of int, a tuple for each state
        Units of each kind that the state has.
    costs : tuple of tuple of int or Fraction, a tuple for each state
        Cost of a unit of each kind, at least 0.
    joining : tuple of int or Fraction, one for each state
        Cost of contributing at all, at least 0; nothing when left out.

    Raises
    ------
    GameError
        If lengths differ, a capacity or a cost is negative, or a number is not exact.
    """

    value: Exact
    needs: tuple[int, ...]
    capacities: tuple[tuple[int, ...], ...]
    costs: tuple[tuple[Exact, ...], ...]
    joining: tuple[Exact, ...] = ()

    def __post_init__(self) -> None:
        n, kinds = len(self.capacities), len(self.needs)
        if len(self.costs) != n or len(self.joining) not in (0, n):
            raise GameError(f"capacities of {n} states; costs must be given for as many")
        if any(len(line) != kinds for line in (*self.capacities, *self.costs)):
            raise GameError(f"the task has {kinds} kinds of needs; every state needs as many")
        whole = [*self.needs, *(a for line in self.capacities for a in line)]
        if any(type(a) is not int or a < 0 for a in whole):
            raise GameError("needs and capacities are whole numbers of at least 0")
        prices = [*self.joining, *(c for line in self.costs for c in line)]
        if any(not isinstance(c, Rational) for c in (self.value, *prices)):
            raise GameError("value and costs must be exact; give ints and Fractions")
        if any(c < 0 for c in prices):
            raise GameError("a cost is negative; costs are at least 0")


class BurdenOracle(ExcessOracle):
    """A coalition is worth the value of the task less its least cost, or 0 if that is more.

    Parameters
    ----------
    burden : Burden
        Task, capacities and costs.
    players : sequence of str, optional
        Names; ``"1"`` to ``"n"`` when left out.
    solver : str
        Back end.

    Notes
    -----
    One programme chooses coalition, contributions and whether the task is carried out. That it
    is optimal rests on the back end; the excess of what it finds is computed exactly from the
    programme of the coalition alone.

    References
    ----------
    .. [1] M. Olson and R. Zeckhauser, "An economic theory of alliances", Review of Economics
       and Statistics 48 (1966), pp. 266-279.
    .. [2] G. Owen, "On the core of linear production games", Mathematical Programming 9 (1975),
       pp. 358-370.

    Examples
    --------
    Six units are needed; the first has four at 1 each, the others three at 2 each:

    >>> task = Burden(20, (6,), ((4,), (3,), (3,)), ((1,), (2,), (2,)))
    >>> game = BurdenOracle(task)
    >>> game.grand, game.worth(0b110), game.worth(0b001)
    (Fraction(12, 1), Fraction(8, 1), Fraction(0, 1))
    """

    method = "programme of contributions"
    proved = False

    def __init__(
        self, burden: Burden, players: Sequence[str] | None = None, solver: str = "highs"
    ) -> None:
        n = len(burden.capacities)
        names = players if players is not None else [str(i + 1) for i in range(n)]
        if len(names) != n:
            raise GameError(f"{len(names)} names for {n} players; every player needs one")
        self.burden = burden
        self._joining = burden.joining or (0,) * n
        alike: dict[object, list[int]] = {}
        for i in range(n):
            key = burden.capacities[i], burden.costs[i], self._joining[i]
            alike.setdefault(key, []).append(i)
        super().__init__(names, list(alike.values()))
        self._solver = solver
        self._worths: dict[int, Fraction] = {0: Fraction(0)}

    def worth(self, coalition: int) -> Fraction:
        """Return the value of the task less the least cost of a coalition, or 0.

        Parameters
        ----------
        coalition : int
            Mask.

        Returns
        -------
        Fraction
        """
        if coalition not in self._worths:
            nothing = (Fraction(0),) * self.n_players
            found = self._run(nothing, coalition, self.everybody ^ coalition, ())
            if found is None:
                raise SolverError("the programme of a coalition has no answer")
            self._worths[coalition] = found[1]
        return self._worths[coalition]

    def _best(
        self, x: tuple[Fraction, ...], inside: int, outside: int, settled: Span | None
    ) -> Iterable[int]:
        ones = (1,) * self.n_players
        if settled is None:
            sides = [[(ones, ">=", 1), (ones, "<=", self.n_players - 1)]]
        else:
            sides = [
                [(values, ">=", 1) if up else (values, "<=", -1)]
                for values in settled.functionals
                for up in (True, False)
            ]
        for side in sides:
            found = self._run(x, inside, outside, side)
            if found is not None:
                yield found[0]

    def _run(
        self,
        x: tuple[Fraction, ...],
        inside: int,
        outside: int,
        side: Sequence[tuple[tuple[int, ...], str, int]],
    ) -> tuple[int, Fraction] | None:
        """Choose a coalition of largest excess; its mask and excess, None where none is allowed."""
        burden = self.burden
        programme = Programme("largest excess")
        cost: dict[int, Exact] = {}
        member = [
            programme.variable(f"y{i}", inside >> i & 1, 1 - (outside >> i & 1), integer=True)
            for i in range(self.n_players)
        ]
        done = programme.variable("done", 0, 1, integer=True)
        cost[done] = -burden.value
        given: list[list[int]] = []
        for i, y in enumerate(member):
            joins = programme.variable(f"u{i}", 0, 1, integer=True)
            programme.row(f"member{i}", {y: 1, joins: -1}, ">=", 0)
            cost[y], cost[joins] = x[i], self._joining[i]
            given.append([])
            for k, most in enumerate(burden.capacities[i]):
                z = programme.variable(f"z{i}-{k}", 0, most, integer=True)
                programme.row(f"capacity{i}-{k}", {joins: most, z: -1}, ">=", 0)
                cost[z] = burden.costs[i][k]
                given[-1].append(z)
        for k, need in enumerate(burden.needs):
            terms = {line[k]: 1 for line in given} | {done: -need}
            programme.row(f"need{k}", terms, ">=", 0)
        for k, (factors, sense, right) in enumerate(side):
            terms = {member[i]: v for i, v in enumerate(factors) if v}
            programme.row(f"side{k}", terms, sense, right)
        programme.minimise(cost)
        answer = solve(programme, self._solver)
        if answer.status == "infeasible":
            return None
        if answer.status != "optimal" or answer.values is None:
            raise SolverError(f"{answer.solver} does not prove which coalition objects most")
        values = [round(v) for v in answer.values]
        excess = -sum((Fraction(c) * values[j] for j, c in cost.items()), Fraction(0))
        return mask_of(i for i, y in enumerate(member) if values[y]), excess
