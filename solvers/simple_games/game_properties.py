"""Properties of a simple game, each with a coalition or a pair of players that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from solvers.counting.simple_games import simple_game
from solvers.errors import LimitError
from solvers.rules.fixed_votes import with_votes
from solvers.rules.rule import Rule
from solvers.rules.votes import NO, YES
from solvers.simple_games.separation import Separation, dual_game, separate, wins

__all__ = ["MAX_PLAYERS", "GameProperties", "Property", "game_properties"]

MAX_PLAYERS = 1000
"""Most players whose desirability is compared."""

Coalition = tuple[int, ...]


@dataclass(frozen=True)
class Property:
    """Whether a property holds, and what shows it.

    Parameters
    ----------
    name : str
        Name of the property.
    holds : bool
        Whether the game has it.
    method : str
        How it was found, see :class:`solvers.simple_games.separation.Separation`; ``definition``
        where a few coalitions were judged.
    coalitions : tuple of tuple of int
        Coalitions that show that it fails; empty where it holds.
    players : tuple of int
        Players that show that it fails.
    why : str
        What the coalitions and players show, in words.
    """

    name: str
    holds: bool
    method: str
    coalitions: tuple[Coalition, ...] = ()
    players: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class GameProperties:
    """The properties of a simple game, found when they are asked for.

    Parameters
    ----------
    rule : Rule
        A rule none of whose leaves tells an abstention from a vote against.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, Theory of Games and Economic Behavior, 2nd ed.,
       Princeton University Press, 1947, chapter X (proper, strong).
    .. [2] J. R. Isbell, "A class of simple games", Duke Mathematical Journal 25 (1958),
       pp. 423-439 (desirability).
    .. [3] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999.
    """

    rule: Rule

    def __post_init__(self) -> None:
        if self.rule.n_players > MAX_PLAYERS:
            raise LimitError(
                f"properties of a game of {self.rule.n_players} players are not computed: the "
                f"limit is {MAX_PLAYERS}"
            )
        simple_game(self.rule)

    @cached_property
    def _everybody(self) -> Coalition:
        return tuple(range(self.rule.n_players))

    def _without(self, *players: int) -> Coalition:
        return tuple(i for i in self._everybody if i not in players)

    @cached_property
    def proper(self) -> Property:
        """No two winning coalitions without a common member."""
        found = separate(self.rule, dual_game(self.rule))
        if found.coalition is None:
            return Property("proper", True, found.method)
        pair = (found.coalition, self._without(*found.coalition))
        why = "two winning coalitions without a common member"
        return Property("proper", False, found.method, pair, (), why)

    @cached_property
    def strong(self) -> Property:
        """The complement of a losing coalition wins."""
        found = separate(dual_game(self.rule), self.rule)
        if found.coalition is None:
            return Property("strong", True, found.method)
        pair = (found.coalition, self._without(*found.coalition))
        why = "a coalition and its complement lose"
        return Property("strong", False, found.method, pair, (), why)

    @cached_property
    def decisive(self) -> Property:
        """Of a coalition and its complement exactly one wins: proper and strong."""
        for part in (self.proper, self.strong):
            if not part.holds:
                return Property("decisive", False, part.method, part.coalitions, (), part.why)
        method = " and ".join(dict.fromkeys((self.proper.method, self.strong.method)))
        return Property("decisive", True, method)

    @cached_property
    def dual(self) -> str:
        """How the game stands to its dual, in which what blocks here wins.

        ``"equal"``: decisive. ``"smaller"``: what wins blocks, and more does (proper, not
        strong). ``"larger"``: what blocks wins, and more does. ``"neither"``.
        """
        words = {(True, True): "equal", (True, False): "smaller", (False, True): "larger"}
        return words.get((self.proper.holds, self.strong.holds), "neither")

    @cached_property
    def vetoers(self) -> Coalition:
        """Players without whom nothing wins; all of them when nothing wins at all."""
        return tuple(i for i in self._everybody if not wins(self.rule, self._without(i)))

    def veto(self, player: int) -> Property:
        """Say whether nothing wins without a player.

        Parameters
        ----------
        player : int
            The player.

        Returns
        -------
        Property
            Where it fails, with a coalition that wins without the player.
        """
        rest = self._without(player)
        if not wins(self.rule, rest):
            return Property("veto", True, "definition")
        return Property("veto", False, "definition", (rest,), (player,), "wins without the player")

    @cached_property
    def dictator(self) -> int | None:
        """The player that wins alone, and without whom nothing wins; None when there is none."""
        alone = [i for i in self.vetoers if wins(self.rule, (i,))]
        return alone[0] if alone and not wins(self.rule, ()) else None

    def null(self, player: int) -> Property:
        """Say whether a player never makes a difference.

        Parameters
        ----------
        player : int
            The player.

        Returns
        -------
        Property
            Where it fails, with a winning coalition that loses without the player.
        """
        found = separate(*(with_votes(self.rule, {player: vote}) for vote in (YES, NO)))
        if found.coalition is None:
            return Property("null", True, found.method)
        needed = tuple(sorted({*found.coalition, player}))
        why = "needs the player to win"
        return Property("null", False, found.method, (needed,), (player,), why)

    @cached_property
    def null_players(self) -> Coalition:
        """Players that never make a difference."""
        found: list[int] = []
        for group in reversed(self.symmetric):
            if self.null(group[0]).holds:
                found += group
            elif self.complete.holds:  # nor is anybody who is more desirable
                break
        return tuple(sorted(found))

    @cached_property
    def _known(self) -> dict[tuple[int, int], Separation]:
        return {}

    @cached_property
    def _columns(self) -> list[tuple[int, ...]]:
        weights = simple_game(self.rule).weights
        return [tuple(w[i] for w in weights) for i in self._everybody]

    def exceeds(self, player: int, other: int) -> Separation:
        """Find players whom one can make win where another in its place cannot.

        Parameters
        ----------
        player, other : int
            Two players.

        Returns
        -------
        Separation
            Its coalition wins with `player` and loses with `other`; it holds neither.
        """
        key = player, other
        if key not in self._known:
            mine, yours = self._columns[player], self._columns[other]
            if all(a <= b for a, b in zip(mine, yours, strict=True)):
                self._known[key] = Separation(None, "dominance")
            else:
                one = with_votes(self.rule, {player: YES, other: NO})
                two = with_votes(self.rule, {player: NO, other: YES})
                found = separate(one, two)
                if found.coalition is not None:
                    rest = tuple(i for i in found.coalition if i not in key)
                    found = Separation(rest, found.method)
                self._known[key] = found
        return self._known[key]

    def compare(self, player: int, other: int) -> str:
        """Compare two players by desirability.

        Parameters
        ----------
        player, other : int
            Two players.

        Returns
        -------
        str
            ``"more"``, ``"less"``, ``"equal"`` or ``"incomparable"``.
        """
        more, less = (
            self.exceeds(a, b).coalition is not None for a, b in ((player, other), (other, player))
        )
        words = {(True, False): "more", (False, True): "less", (False, False): "equal"}
        return words.get((more, less), "incomparable")

    @cached_property
    def symmetric(self) -> tuple[Coalition, ...]:
        """Classes of players who can stand for each other; strongest first in a complete game."""
        return self._ranking[0]

    @cached_property
    def complete(self) -> Property:
        """Of any two players one is at least as desirable as the other."""
        return self._ranking[1]

    @cached_property
    def _ranking(self) -> tuple[tuple[Coalition, ...], Property]:
        # Desirability is transitive: each newcomer is compared with its neighbours in the end.
        groups: list[list[int]] = []
        kinds: dict[tuple[int, ...], list[int]] = {}
        for i, column in enumerate(self._columns):
            kinds.setdefault(column, []).append(i)
        broken: tuple[int, int] | None = None
        for column in sorted(kinds, reverse=True):
            members = kinds[column]
            low, high = 0, len(groups)
            place = None
            if broken is None:
                while low < high:  # by halves, the last one first: that is where most belong
                    mid = high - 1 if high == len(groups) else (low + high) // 2
                    word = self.compare(groups[mid][0], members[0])
                    if word == "incomparable":
                        broken = (groups[mid][0], members[0])
                        break
                    if word == "equal":
                        place = mid
                        break
                    low, high = (mid + 1, high) if word == "more" else (low, mid)
            if broken is not None:
                new, low = members[0], len(groups)
                same = (k for k, g in enumerate(groups) if self.compare(g[0], new) == "equal")
                place = next(same, None)
            if place is None:
                groups.insert(low, list(members))
            else:
                groups[place] += members
        classes = tuple(tuple(sorted(g)) for g in groups)
        methods = " and ".join(sorted({found.method for found in self._known.values()}))
        if broken is None:
            return classes, Property("complete", True, methods or "types")
        pair = tuple(
            tuple(sorted((*(self.exceeds(a, b).coalition or ()), a)))
            for a, b in (broken, broken[::-1])
        )
        why = "each wins, and loses when the one of the two players takes the place of the other"
        return tuple(sorted(classes)), Property("complete", False, methods, pair, broken, why)


def game_properties(rule: Rule) -> GameProperties:
    """Look at the properties of a simple game.

    Parameters
    ----------
    rule : Rule
        A rule of at most `MAX_PLAYERS` players, none of whose leaves tells an abstention from a
        vote against.

    Returns
    -------
    GameProperties
        Whose attributes are computed when they are asked for.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    LimitError
        If there are too many players.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(4, Quota((2, 1, 1, 1), (0,) * 4, (0,) * 4, 3))
    >>> properties = game_properties(majority)
    >>> properties.decisive.holds, properties.vetoers, properties.symmetric
    (True, (), ((0,), (1, 2, 3)))
    """
    return GameProperties(rule)
