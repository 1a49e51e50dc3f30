"""Simple games given by a decision rule: the coalitions of largest excess without listing any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import lcm

from solvers.counting.simple_games import simple_game
from solvers.errors import GameError
from solvers.oracles.oracle import ExcessOracle
from solvers.oracles.span import Span, members_of
from solvers.oracles.winning_halves import MAX_STEPS, HalvesFinder, n_steps
from solvers.oracles.winning_lattice import MAX_CELLS, LatticeFinder, n_cells
from solvers.oracles.winning_programme import ProgrammeFinder
from solvers.oracles.winning_search import LARGEST, Finder, Search, cheapest_at_all
from solvers.oracles.winning_sums import MAX_STATES, SumsFinder, n_states
from solvers.rules.rule import Rule
from solvers.simple_games.separation import wins

__all__ = ["METHODS", "RuleOracle"]

METHODS = ("types", "sums", "halves", "programme")
"""Ways to find a cheapest winning coalition; all but the last are exact."""


class RuleOracle(ExcessOracle):
    """A simple game: 1 for a coalition that wins, 0 for one that does not.

    Parameters
    ----------
    rule : Rule
        None of whose leaves tells an abstention from a vote against; ``rule.project`` makes it
        so.
    method : {"types", "sums", "halves", "programme"}, optional
        The least laborious exact one when left out, the programme where none is within reach.
    solver : str
        Back end of the programme.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If nobody wins alone already, or the method does not fit the game.

    Notes
    -----
    The largest excess is 1 less the price of the cheapest winning coalition, or 0 less that of
    the cheapest at all, the shares being the prices. Coalitions in the span of the settled ones
    are kept out by a basis of its orthogonal complement, one vector after another.

    References
    ----------
    .. [1] E. Elkind and D. Pasechnik, "Computing the nucleolus of weighted voting games",
       Proceedings of SODA 2009, pp. 327-335.
    .. [2] Y. Bachrach, E. Elkind, R. Meir, D. Pasechnik, M. Zuckerman, J. Rothe and J. S.
       Rosenschein, "The cost of stability in coalitional games", Proceedings of SAGT 2009,
       pp. 122-134.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(4, Quota((3, 2, 2, 1), (0,) * 4, (0,) * 4, 5))
    >>> RuleOracle(rule).most_excess([0.5, 0.25, 0.25, 0])
    (Excess(coalition=14, excess=Fraction(1, 2)),)
    """

    def __init__(self, rule: Rule, method: str | None = None, solver: str = "highs") -> None:
        self.game = simple_game(rule)
        self.rule = rule.project("against")
        super().__init__(rule.names, rule.types())
        if wins(self.rule, ()):
            raise GameError(
                "a coalition of nobody wins under this rule; in a game nobody is worth 0"
            )
        if method not in (None, *METHODS):
            raise GameError(f"no method {method!r}; there are {', '.join(METHODS)}")
        self._lattice = LatticeFinder(self.game) if method in (None, "types") else None
        self.method = method or self._choice()
        self.proved = self.method != "programme"
        self._other: Finder | None = None
        self._solver = solver
        if method is not None and not self._fits(method):
            raise GameError(f"the game is too large for the method {method!r}; leave it out")

    def worth(self, coalition: int) -> Fraction:
        """Return 1 for a winning coalition, 0 for a losing one.

        Parameters
        ----------
        coalition : int
            Mask.

        Returns
        -------
        Fraction
        """
        return Fraction(wins(self.rule, members_of(coalition)))

    def _fits(self, method: str) -> bool:
        if method == "types":
            return n_cells(self.types) <= MAX_CELLS
        if method == "sums":
            return n_states(self.game) <= MAX_STATES
        if method == "halves":
            steps = n_steps(self.game)
            fits = max(self.game.thresholds, default=0) < LARGEST >> 6
            return fits and steps is not None and steps <= MAX_STEPS
        return True

    def _choice(self) -> str:
        """Choose the method for shares that are equal within the types."""
        if self._fits("types"):
            return "types"
        return self._general()

    def _general(self) -> str:
        """Choose the method for any shares."""
        steps = n_steps(self.game) if self._fits("halves") else None
        states = n_states(self.game) if self._fits("sums") else None
        if steps is not None and (states is None or steps < states):
            return "halves"
        return "programme" if states is None else "sums"

    def _finder(self, search: Search) -> Finder:
        if self._lattice is not None and n_cells(self._lattice.groups(search)) <= MAX_CELLS:
            return self._lattice
        if self._other is None:
            self._other = self._made(self._general() if self.method == "types" else self.method)
        return self._other

    def _made(self, method: str) -> Finder:
        if method == "sums":
            return SumsFinder(self.game)
        if method == "halves":
            return HalvesFinder(self.game)
        return ProgrammeFinder(self.rule, self._solver)

    def _best(
        self, x: tuple[Fraction, ...], inside: int, outside: int, settled: Span | None
    ) -> Iterable[int]:
        n = self.n_players
        prices = _prices(x)
        if settled is not None:
            for values in settled.functionals:
                yield from self._off(Search(prices, values, 0, inside, outside))
            return
        search = Search(prices, (1,) * n, n, inside, outside)  # not everybody
        yield from self._winning(search)
        first = cheapest_at_all(search)
        if first:
            yield first
        elif first == 0:  # nobody: the cheapest that has one member more
            free = [i for i in search.free if n > 1]
            if free:
                yield 1 << min(free, key=lambda i: (prices[i], i))

    def proposals(self, x: tuple[Fraction, ...], settled: Span | None) -> Iterable[int]:
        """Propose coalitions of great excess off one hyperplane that holds the settled ones.

        Parameters
        ----------
        x : tuple of Fraction
            Shares.
        settled : Span or None
            Leave out what it contains.

        Returns
        -------
        iterable of int
            Masks.
        """
        if settled is None:
            return self._best(x, 0, 0, None)
        if not settled.functionals:
            return ()
        return self._off(Search(_prices(x), settled.hyperplane(settled.rank), 0))

    def _winning(self, search: Search) -> Iterator[int]:
        if self.game.weights:  # else nobody ever wins
            found = self._finder(search).cheapest(search)
            if found is not None:
                yield found

    def _off(self, search: Search) -> Iterator[int]:
        """Propose the cheapest coalitions off a hyperplane, among those that win and at all."""
        yield from self._winning(search)
        cheapest = cheapest_at_all(search)
        if cheapest is not None:
            yield cheapest


def _prices(x: tuple[Fraction, ...]) -> tuple[int, ...]:
    """Scale shares to whole numbers."""
    scale = lcm(*(share.denominator for share in x))
    return tuple(share.numerator * (scale // share.denominator) for share in x)
