"""A rule on yes and not-yes as what the counting methods need: weights, thresholds, a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from itertools import pairwise
from math import gcd
from typing import Any, TypeVar
from weakref import ref

from solvers.errors import RuleError
from solvers.rules.leaf_sums import Expression, compiled_tree
from solvers.rules.rule import AllOf, Node, Quota, Rule

__all__ = ["Expression", "SimpleGame", "compiled_tree", "once", "simple_game"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class SimpleGame:
    """A monotone game in which a leaf holds when the weights of a coalition reach a threshold.

    Parameters
    ----------
    n_players : int
        Number of players.
    weights : tuple of tuple of int, one of length n for each leaf
        At least 0, without a common divisor.
    thresholds : tuple of int, one for each leaf
        At least 1.
    root : Expression
        How the leaves make the decision.

    References
    ----------
    .. [1] A. D. Taylor and W. S. Zwicker, Simple Games: Desirability Relations, Trading,
       Pseudoweightings, Princeton University Press, 1999.
    """

    n_players: int
    weights: tuple[tuple[int, ...], ...]
    thresholds: tuple[int, ...]
    root: Expression

    @cached_property
    def notes(self) -> dict[Any, Any]:
        """What has been found out about the game, for `once` and others who need it again."""
        return {}

    @cached_property
    def types(self) -> tuple[tuple[int, ...], ...]:
        """Players with the same weight in every leaf, in order of their first member."""
        classes: dict[tuple[int, ...], list[int]] = {}
        for i in range(self.n_players):
            classes.setdefault(tuple(w[i] for w in self.weights), []).append(i)
        return tuple(tuple(c) for c in classes.values())

    @cached_property
    def is_nested(self) -> bool:
        """Whether some order of the players falls in every leaf, so that the last is weakest."""
        rows = sorted(zip(*self.weights, strict=True), reverse=True)
        return all(all(x >= y for x, y in zip(a, b, strict=True)) for a, b in pairwise(rows))

    @cached_property
    def decides(self) -> Callable[[Sequence[bool]], bool]:
        """Function of which leaves hold that says whether the coalition wins."""
        return compiled_tree(self.root)

    def wins(self, sums: Sequence[int]) -> bool:
        """Say whether a coalition wins whose weights have given sums.

        Parameters
        ----------
        sums : sequence of int
            One sum for each leaf.

        Returns
        -------
        bool
        """
        return self.decides([s >= t for s, t in zip(sums, self.thresholds, strict=True)])


def once(func: Callable[[SimpleGame], Result]) -> Callable[[SimpleGame], Result]:
    """Make a function of a game work once for each game.

    Parameters
    ----------
    func : callable
        Takes a game; what it gives nobody changes.

    Returns
    -------
    callable
        The same; the game keeps the result.
    """

    @wraps(func)
    def remembered(game: SimpleGame) -> Result:
        notes = game.notes
        if func not in notes:
            notes[func] = func(game)
        found: Result = notes[func]
        return found

    return remembered


# By the identity of the rule, for a hash of all its weights takes as long as a small count.
_games: dict[int, tuple[ref[Rule], SimpleGame]] = {}


def simple_game(rule: Rule) -> SimpleGame:
    """Read a rule that knows only yes and not-yes.

    Parameters
    ----------
    rule : Rule
        No leaf may tell an abstention from a vote against.

    Returns
    -------
    SimpleGame
        Equal leaves are one leaf, weights have no common divisor, and leaves that always or
        never hold are gone. The same game each time, while the rule is in use.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.

    Examples
    --------
    >>> simple_game(Rule(2, Quota((4, 2), (0, 0), (0, 0), 3))).thresholds
    (2,)
    """
    key = id(rule)
    held = _games.get(key)
    if held is not None and held[0]() is rule:
        return held[1]
    game = _game(rule)
    _games[key] = ref(rule, lambda _: _games.pop(key, None)), game
    return game


def _game(rule: Rule) -> SimpleGame:
    for leaf in rule.leaves():
        if leaf.abstain != leaf.no:
            raise RuleError(
                f"requirement {leaf.title or leaf.kind!r} tells an abstention from a vote "
                f"against: count profiles instead, or say what those do who do not vote for, "
                f"with rule.project('against') or rule.project('abstain')"
            )
    numbers: dict[tuple[tuple[int, ...], int], int] = {}
    root = _read(rule.project("against").root, numbers)
    weights = tuple(w for w, _ in numbers)
    return SimpleGame(rule.n_players, weights, tuple(t for _, t in numbers), root)


def _read(node: Node, numbers: dict[tuple[tuple[int, ...], int], int]) -> Expression:
    """Read a projected tree, its leaves by number."""
    if isinstance(node, Quota):
        divisor = gcd(*node.yes)
        key = (tuple(w // divisor for w in node.yes), -(-node.threshold // divisor))
        return numbers.setdefault(key, len(numbers))
    word = "all" if isinstance(node, AllOf) else "any"
    return word, tuple(dict.fromkeys(_read(part, numbers) for part in node.parts))
