"""Whether a simple game can be written as a weighted game, with weights or with a trade as proof.

A game is weighted if and only if it is trade robust: winning coalitions cannot exchange members
and all become losing. Weights prove the one, a trade the other; both are checked exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice
from math import lcm

from solvers.counting.simple_games import simple_game
from solvers.errors import LimitError, SolverError
from solvers.listing import cheapest_winning_coalitions, minimal_winning_coalitions
from solvers.programmes.programme import Programme, Solution, lexicographic, solve
from solvers.rules.rule import Rule
from solvers.simple_games.separation import dual_game, wins

__all__ = ["MAX_CHECKED", "MAX_PLAYERS", "Weightedness", "is_trade", "weightedness"]

MAX_PLAYERS = 200
"""Most players."""
MAX_CHECKED = 50_000
"""Most minimal winning, and most maximal losing, coalitions that are judged one by one."""
MAX_ROUNDS = 1000
MAX_OPEN = 50_000  # branches of the search for the lightest coalition, about a second
MAX_MULTIPLE = 100_000  # of one coalition in a trade

Coalition = tuple[int, ...]
Vector = tuple[int, ...]


@dataclass(frozen=True)
class Weightedness:
    """Weights of a game, or why it has none.

    Parameters
    ----------
    weights : tuple of int or None
        Weights with the least sum among those that give equal weights to players whom the rule
        treats alike; None when the game is not weighted.
    quota : int or None
        The largest quota that goes with them.
    winning, losing : tuple of tuple of int
        When it is not weighted: as many winning as losing coalitions, with repetitions, in
        which every player occurs equally often.
    checked : int
        How many minimal winning and maximal losing coalitions were judged one by one; 0 when
        there are more than `MAX_CHECKED` of either, or a trade was found.
    rounds : int
        How often the coalitions considered had to be extended.
    solver : str
        On which it rests that no smaller sum of weights will do.
    least : bool
        False when the weights are those of the rule, and smaller ones may do.
    """

    weights: tuple[int, ...] | None
    quota: int | None
    winning: tuple[Coalition, ...] = ()
    losing: tuple[Coalition, ...] = ()
    checked: int = 0
    rounds: int = 0
    solver: str = ""
    least: bool = True

    @property
    def weighted(self) -> bool:
        """Whether the game is weighted."""
        return self.weights is not None


def weightedness(rule: Rule, solver: str = "highs") -> Weightedness:
    """Find the least integer weights of a simple game, or a trade that shows it has none.

    Parameters
    ----------
    rule : Rule
        A rule of at most `MAX_PLAYERS` players, none of whose leaves tells an abstention from a
        vote against.
    solver : str
        Back end of the programmes.

    Returns
    -------
    Weightedness
        Its weights separate every winning from every losing coalition: proved exactly, by the
        least weight of a winning and the greatest of a losing one, and again by each minimal
        winning and maximal losing coalition up to `MAX_CHECKED` of them. Its trade is checked
        exactly. That no smaller weights will do rests on the solver.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    LimitError
        If there are too many players, or so many coalitions of nearly the same weight that the
        lightest is not found. A rule that is a weighted game already is then given back.
    SolverError
        If the back end breaks down.

    Notes
    -----
    Weights are sought for the coalitions known so far; then the lightest winning and heaviest
    losing coalition for these weights are added, until nothing is violated.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, "A characterization of weighted voting", Proceedings
       of the American Mathematical Society 115 (1992), pp. 1089-1094 (trade robustness).
    .. [2] S. Kurz, "On minimum sum representations for weighted voting games", Annals of
       Operations Research 196 (2012), pp. 361-369.

    Examples
    --------
    >>> from solvers.rules.rule import AllOf, AnyOf, Quota
    >>> council = Rule(3, Quota((50, 49, 1), (0,) * 3, (0,) * 3, 51))
    >>> found = weightedness(council)
    >>> found.quota, found.weights
    (3, (2, 1, 1))
    >>> pair = lambda a, b: Quota(tuple(int(i in (a, b)) for i in range(4)), (0,) * 4, (0,) * 4, 2)
    >>> found = weightedness(Rule(4, AnyOf((pair(0, 1), pair(2, 3)))))
    >>> found.winning, found.losing
    (((0, 1), (2, 3)), ((0, 2), (1, 3)))
    """
    if rule.n_players > MAX_PLAYERS:
        raise LimitError(
            f"weights of a game of {rule.n_players} players are not sought: the limit is "
            f"{MAX_PLAYERS}"
        )
    game = simple_game(rule)
    everybody = tuple(range(rule.n_players))
    zeros = (0,) * rule.n_players
    if wins(rule, ()) or not wins(rule, everybody):
        return Weightedness(zeros, 0 if wins(rule, ()) else 1)
    try:
        return _Search(rule, game.types, solver).run()
    except LimitError:
        if isinstance(game.root, int):
            given, quota = game.weights[game.root], game.thresholds[game.root]
            return Weightedness(given, quota, least=False)
        raise


def is_trade(rule: Rule, winning: Sequence[Coalition], losing: Sequence[Coalition]) -> bool:
    """Say whether coalitions prove that a game is not weighted.

    Parameters
    ----------
    rule : Rule
        The game.
    winning, losing : sequence of tuple of int
        Coalitions, with repetitions.

    Returns
    -------
    bool
        Whether they win and lose, are as many, and hold every player equally often.
    """
    same = Counter(chain(*winning)) == Counter(chain(*losing))
    counts = len(winning) == len(losing) > 0 and same
    return counts and all(wins(rule, c) for c in winning) and not any(wins(rule, c) for c in losing)


@dataclass
class _Search:
    """Coalitions considered so far, as numbers of players of each type."""

    rule: Rule
    types: tuple[Coalition, ...]
    solver: str
    winning: list[Vector] = field(default_factory=list)
    losing: list[Vector] = field(default_factory=list)
    rounds: int = 0

    def run(self) -> Weightedness:
        everybody = tuple(len(t) for t in self.types)
        self.winning.append(everybody)
        self.losing.append((0,) * len(self.types))
        # Weights by a linear programme first: whether there are any does not need whole numbers.
        while True:
            weights = self._fractions()
            if weights is None:
                return self._trade()
            least, most = self._extend(weights)
            if least > most:
                break
        scale = lcm(*(w.denominator for w in weights))
        up = max(int(w * scale) for w in weights) + 1
        while True:
            whole, solution = self._integers(up)
            least, most = self._extend([Fraction(w) for w in whole])
            if least > most:
                break
        weights_of = {i: w for t, w in zip(self.types, whole, strict=True) for i in t}
        given = tuple(weights_of[i] for i in range(self.rule.n_players))
        checked = self._check(given, int(least))
        return Weightedness(given, int(least), (), (), checked, self.rounds, solution.solver)

    def _extend(self, weights: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
        """Add the lightest winning and the heaviest losing coalition; return their weights."""
        self.rounds += 1
        by_player = {i: w for t, w in zip(self.types, weights, strict=True) for i in t}
        costs = [by_player[i] for i in range(self.rule.n_players)]
        total = sum(costs, Fraction(0))
        light, heavy = (
            cheapest_winning_coalitions(game, costs, 1, most_open=MAX_OPEN)[0]
            for game in (self.rule, dual_game(self.rule))
        )
        winning = self._vector(light[1])
        losing = tuple(len(t) - n for t, n in zip(self.types, self._vector(heavy[1]), strict=True))
        least, most = light[0], total - heavy[0]
        if least <= most:
            known = (winning in self.winning, losing in self.losing)
            if all(known) or self.rounds > MAX_ROUNDS:
                raise LimitError(
                    "the weights of this game differ by less than the solver can tell apart: "
                    "whether it is weighted is left open"
                )
            self.winning += [] if known[0] else [winning]
            self.losing += [] if known[1] else [losing]
        return least, most

    def _vector(self, coalition: Coalition) -> Vector:
        inside = set(coalition)
        return tuple(len(inside.intersection(t)) for t in self.types)

    def _rows(self, programme: Programme, variables: Sequence[int], quota: int) -> None:
        for kind, vectors, sense, margin in (
            ("win", self.winning, ">=", 0),
            ("lose", self.losing, "<=", -1),
        ):
            for k, vector in enumerate(vectors):
                terms = {v: n for v, n in zip(variables, vector, strict=True) if n}
                programme.row(f"{kind}{k:04d}", terms | {quota: -1}, sense, margin)

    def _fractions(self) -> list[Fraction] | None:
        """Find weights for the coalitions known; None when there are none."""
        programme = Programme("weights")
        variables = [programme.variable(f"w{t:03d}") for t in range(len(self.types))]
        quota = programme.variable("quota", None)
        self._rows(programme, variables, quota)
        programme.minimise({v: len(t) for v, t in zip(variables, self.types, strict=True)})
        solution = solve(programme, self.solver)
        if solution.status == "infeasible":
            return None
        if solution.values is None:
            raise SolverError(f"{solution.solver} ended without an answer: {solution.status}")
        return [Fraction(solution.values[v]).limit_denominator(10**4) for v in variables]

    def _integers(self, up: int) -> tuple[list[int], Solution]:
        """Find the least whole weights for the coalitions known."""
        programme = Programme("least weights")
        variables = [
            programme.variable(f"w{t:03d}", 0, up, integer=True) for t in range(len(self.types))
        ]
        quota = programme.variable("quota", 0, up * self.rule.n_players, integer=True)
        self._rows(programme, variables, quota)
        total = {v: len(t) for v, t in zip(variables, self.types, strict=True)}
        solution = lexicographic(programme, [total], order=variables, solver=self.solver)
        if solution.values is None:
            raise SolverError(f"{solution.solver} ended without an answer: {solution.status}")
        values = [round(x) for x in solution.values]
        return [values[v] for v in variables], solution

    def _check(self, weights: tuple[int, ...], quota: int) -> int:
        """Judge every minimal winning and maximal losing coalition, where they are not too many."""
        total, checked = sum(weights), 0
        for game, most in ((self.rule, total - quota), (dual_game(self.rule), quota - 1)):
            # Those of the dual are the complements of the maximal losing ones.
            found = list(islice(minimal_winning_coalitions(game), MAX_CHECKED + 1))
            if len(found) > MAX_CHECKED:
                return 0
            for coalition in found:
                rest = total - sum(weights[i] for i in coalition)
                if rest > most:
                    raise SolverError(f"the weights misjudge the coalition {coalition}")
            checked += len(found)
        return checked

    def _trade(self) -> Weightedness:
        """Find the smallest trade among the coalitions known."""
        programme = Programme("trade")
        given, taken = (
            [programme.variable(f"{kind}{k:04d}", 0, MAX_MULTIPLE, integer=True) for k in numbers]
            for kind, numbers in (
                ("win", range(len(self.winning))),
                ("lose", range(len(self.losing))),
            )
        )
        size = programme.variable("size", 1, MAX_MULTIPLE, integer=True)
        for name, variables in (("winning", given), ("losing", taken)):
            programme.row(name, dict.fromkeys(variables, 1) | {size: -1}, "==", 0)
        for t in range(len(self.types)):
            terms = {v: -vector[t] for v, vector in zip(given, self.winning, strict=True)}
            terms |= {v: vector[t] for v, vector in zip(taken, self.losing, strict=True)}
            programme.row(f"type{t:03d}", {v: c for v, c in terms.items() if c}, ">=", 0)
        solution = lexicographic(programme, [{size: 1}], solver=self.solver)
        if solution.values is None:
            raise SolverError(
                f"{solution.solver} finds neither weights nor a trade: try another solver"
            )
        values = [round(x) for x in solution.values]
        winning = [v for k, v in zip(given, self.winning, strict=True) for _ in range(values[k])]
        losing = [v for k, v in zip(taken, self.losing, strict=True) for _ in range(values[k])]
        winning = self._filled(winning, losing)
        won, lost = (tuple(sorted(self._spread(vectors))) for vectors in (winning, losing))
        if not is_trade(self.rule, won, lost):
            raise SolverError(f"{solution.solver} proposed a trade that proves nothing")
        return Weightedness(None, None, won, lost, 0, self.rounds, solution.solver)

    def _filled(self, winning: Sequence[Vector], losing: Sequence[Vector]) -> list[Vector]:
        """Add players to winning coalitions until both sides hold as many of each type."""
        vectors = [list(v) for v in winning]
        for t, players in enumerate(self.types):
            missing = sum(v[t] for v in losing) - sum(v[t] for v in winning)
            for vector in vectors:
                more = min(missing, len(players) - vector[t])
                vector[t] += more
                missing -= more
        return [tuple(v) for v in vectors]

    def _spread(self, vectors: Sequence[Vector]) -> list[Coalition]:
        """Take the players of each type in turn, so that each comes up equally often."""
        place = [0] * len(self.types)
        found = []
        for vector in vectors:
            coalition = []
            for t, players in enumerate(self.types):
                coalition += [players[(place[t] + k) % len(players)] for k in range(vector[t])]
                place[t] = (place[t] + vector[t]) % len(players)
            found.append(tuple(sorted(coalition)))
        return found
