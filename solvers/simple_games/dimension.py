"""Bounds on the dimension of a simple game: the fewest weighted games whose intersection it is.

From above by weighted games that are shown, from below by losing coalitions of which no weighted
game excludes two; both in exact arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, product
from math import prod

from solvers.counting.simple_games import Expression, SimpleGame, simple_game
from solvers.errors import LimitError, SolverError
from solvers.rules.rule import AnyOf, Quota, Rule
from solvers.simple_games.covers import Cover, Weighted, by_player, by_type
from solvers.simple_games.losing_cliques import Trade, incompatible
from solvers.simple_games.separation import dual_game
from solvers.simple_games.weightedness import Weightedness, weightedness

__all__ = ["MAX_EXACT", "MAX_PLAYERS", "Dimension", "dimension"]

MAX_PLAYERS = 1000
"""Most players."""
MAX_EXACT = 12
"""Most maximal losing coalitions for which every cover is tried."""
MAX_SECONDS = 5.0  # estimated, of a count of maximal losing coalitions
MAX_CLAUSES = 64  # of a rule written as requirements that must all hold

Coalition = tuple[int, ...]


@dataclass(frozen=True)
class Dimension:
    """Bounds on a dimension.

    Parameters
    ----------
    lower : int
        At least so many weighted games are needed.
    upper : int or None
        So many are enough; None where no bound is within reach.
    games : tuple of (tuple of int, int)
        Weights and quota of weighted games whose intersection is the game; empty where `upper`
        rests on a count alone.
    trades : tuple of Trade
        One for every two of `clique`.
    clique : tuple of tuple of int
        Losing coalitions of which no weighted game excludes two; empty where `lower` rests on
        something else.
    lower_by, upper_by : str
        What the bounds rest on, in words.
    """

    lower: int
    upper: int | None
    games: tuple[Weighted, ...] = ()
    clique: tuple[Coalition, ...] = ()
    trades: tuple[Trade, ...] = field(default=(), repr=False)
    lower_by: str = ""
    upper_by: str = ""

    @property
    def exact(self) -> int | None:
        """The dimension, where the bounds meet."""
        return self.lower if self.lower == self.upper else None


def dimension(rule: Rule, weights: Weightedness | None = None, sought: bool = False) -> Dimension:
    """Bound the dimension of a simple game.

    Parameters
    ----------
    rule : Rule
        A rule of at most `MAX_PLAYERS` players, none of whose leaves tells an abstention from a
        vote against.
    weights : Weightedness, optional
        What is known of its weights already; looked for when left out.
    sought : bool
        Whether weights were looked for in vain already.

    Returns
    -------
    Dimension
        Exact for games of up to `MAX_EXACT` maximal losing coalitions, unless the search has
        to give up. Up to 150 of them (counted by types of players, or one by one), weighted
        games are built one after another; beyond that the requirements of the rule are counted.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    LimitError
        If there are too many players.

    Notes
    -----
    A cover gathers maximal losing coalitions, each group kept out by one weighted game in which
    all winning coalitions win: a linear programme in rational numbers. A weighted game cannot
    keep out two losing coalitions that become winning by a trade: as many games are needed as
    there are such coalitions pairwise.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999, section 1.7.
    .. [2] S. Kurz and S. Napel, "Dimension of the Lisbon voting rules in the EU Council: a
       challenge and new world record", Optimization Letters 10 (2016), pp. 1245-1256.
    .. [3] J. Freixas and D. Marciniak, "A minimum dimensional class of simple games", TOP 17
       (2009), pp. 407-414.

    Examples
    --------
    A majority of each of two houses of three:

    >>> from solvers.rules.rule import AllOf
    >>> first, second = (1, 1, 1, 0, 0, 0), (0, 0, 0, 1, 1, 1)
    >>> houses = [Quota(w, (0,) * 6, (0,) * 6, 2) for w in (first, second)]
    >>> found = dimension(Rule(6, AllOf(tuple(houses))))
    >>> found.exact, found.games
    (2, (((1, 1, 1, 0, 0, 0), 2), ((0, 0, 0, 1, 1, 1), 2)))
    """
    if rule.n_players > MAX_PLAYERS:
        raise LimitError(
            f"the dimension of a game of {rule.n_players} players is not bounded: the limit is "
            f"{MAX_PLAYERS}"
        )
    game = simple_game(rule)
    if isinstance(game.root, int):
        own = (game.weights[game.root], game.thresholds[game.root])
        return Dimension(1, 1, (own,), (), (), "a weighted game", "the rule itself")
    if game.decides([False] * len(game.weights)) or not game.decides([True] * len(game.weights)):
        quota = 0 if game.decides([False] * len(game.weights)) else 1
        zeros = (0,) * rule.n_players
        return Dimension(1, 1, ((zeros, quota),), (), (), "a weighted game", "nobody matters")
    if weights is None and not sought:
        weights = _weights_of(rule)
    if weights is not None and weights.weights is not None and weights.quota is not None:
        found = (weights.weights, weights.quota)
        return Dimension(1, 1, (found,), (), (), "a weighted game", "weights of the game")
    bounds = _Bounds(rule, game, weights is not None)
    return bounds.dimension()


def _weights_of(rule: Rule) -> Weightedness | None:
    try:
        return weightedness(rule)
    except (LimitError, SolverError):
        return None


@dataclass
class _Bounds:
    """The bounds found so far; `unweighted` where the game is known to be no weighted one."""

    rule: Rule
    game: SimpleGame
    unweighted: bool
    upper: int | None = None
    games: tuple[Weighted, ...] = ()
    upper_by: str = ""

    def dimension(self) -> Dimension:
        """Look at covers of types, at losing coalitions, then at covers one by one."""
        self.upper, self.games, self.upper_by = _of_requirements(self.rule, self.game)
        covers = list[Cover]()
        cover = by_type(self.game)
        if cover is not None:
            covers.append(cover)
            self._lower_to(cover.greedy(self.rule.n_players, self.upper), _GATHERED)
        if self.upper == 1:
            return Dimension(1, 1, self.games, (), (), "a weighted game", self.upper_by)
        clique, trades = incompatible(self.rule, covers, self.upper)
        lower, lower_by = len(clique), "losing coalitions of which no weighted game excludes two"
        if lower < 2:
            clique, trades, lower, lower_by = (), (), 1, "every game"
            if self.unweighted:
                lower, lower_by = 2, "no weighted game: winning and losing coalitions trade"
        one_by_one = None if lower == self.upper and self.games else by_player(self.rule)
        if one_by_one is not None:
            self._lower_to(one_by_one.greedy(self.rule.n_players, self.upper), _GATHERED)
            few = self.upper is not None and len(one_by_one.losing) <= MAX_EXACT
            if few and self.upper is not None and self.upper > lower:
                least = one_by_one.fewest(self.rule.n_players, lower, self.upper)
                if least is not None and least[0] > lower:
                    lower, lower_by = least[0], "with fewer weighted games, every cover was tried"
                    clique, trades = (), ()
                if least is not None:
                    self._lower_to(least[1], "the least cover")
        return Dimension(lower, self.upper, self.games, clique, trades, lower_by, self.upper_by)

    def _lower_to(self, found: tuple[Weighted, ...], why: str) -> None:
        if found and (self.upper is None or len(found) < self.upper or not self.games):
            self.upper, self.games, self.upper_by = len(found), found, why


_GATHERED = "losing coalitions gathered while one weighted game keeps them out"


def _of_requirements(rule: Rule, game: SimpleGame) -> tuple[int | None, tuple[Weighted, ...], str]:
    """Bound the dimension by the requirements that must all hold."""
    clauses = _clauses(game.root)
    if clauses is None:
        return None, (), ""
    games, more, counted = list[Weighted](), 0, False
    for clause in dict.fromkeys(_merged(c, game) for c in clauses):
        if len(clause) == 1:
            games += clause
            continue
        zeros = (0,) * rule.n_players
        parts = tuple(Quota(weights, zeros, zeros, quota) for weights, quota in clause)
        number = _maximal_losing(Rule(rule.n_players, AnyOf(parts)))
        if number is None:
            return None, (), ""
        more, counted = more + number, True
    if counted:
        words = "a weighted game for each maximal losing coalition of the alternatives"
        return len(games) + more, (), words
    return len(games), tuple(games), "a weighted game for each requirement"


def _clauses(root: Expression) -> list[frozenset[int]] | None:
    """Write a tree as clauses that must all hold, each met by any of its leaves."""
    if isinstance(root, int):
        return [frozenset((root,))]
    word, parts = root
    below = [_clauses(part) for part in parts]
    known = [b for b in below if b is not None]
    if len(known) < len(below):
        return None
    if word == "all":
        found = list(chain(*known))
    else:
        if prod(map(len, known)) > MAX_CLAUSES:
            return None
        found = [frozenset().union(*choice) for choice in product(*known)]
    found = list(dict.fromkeys(found))
    return [c for c in found if not any(other < c for other in found)]


def _merged(clause: frozenset[int], game: SimpleGame) -> tuple[Weighted, ...]:
    """Keep the easiest of the leaves that sum the same weights."""
    easiest: dict[tuple[int, ...], int] = {}
    for leaf in sorted(clause):
        weights, quota = game.weights[leaf], game.thresholds[leaf]
        easiest[weights] = min(quota, easiest.get(weights, quota))
    return tuple(easiest.items())


def _maximal_losing(rule: Rule) -> int | None:
    """Count maximal losing coalitions, where that is quick."""
    from solvers.counting import MINIMAL_METHODS, count_minimal
    from solvers.counting.counts import choose

    dual = dual_game(rule)
    try:
        game = simple_game(dual)
        if choose(MINIMAL_METHODS, game).seconds(game) > MAX_SECONDS:
            return None
        return sum(count_minimal(dual).minimal)
    except LimitError:
        return None
