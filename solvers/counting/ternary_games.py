"""A rule on yes, abstain and no as what the counting methods need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd

from solvers.counting.simple_games import Expression, compiled_tree
from solvers.rules.rule import AllOf, Node, Quota, Rule

__all__ = ["TernaryGame", "ternary_game"]


@dataclass(frozen=True)
class TernaryGame:
    """A monotone game with three vote levels; a vote of no adds nothing to any leaf.

    Parameters
    ----------
    n_players : int
        Number of players.
    abstain, yes : tuple of tuple of int, one of length n for each leaf
        What those votes add; at least 0, and ``yes`` at least ``abstain``.
    thresholds : tuple of int, one for each leaf
        At least 1.
    root : Expression
        How the leaves make the decision.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.
    """

    n_players: int
    abstain: tuple[tuple[int, ...], ...]
    yes: tuple[tuple[int, ...], ...]
    thresholds: tuple[int, ...]
    root: Expression

    def votes(self, i: int) -> tuple[tuple[int, ...], ...]:
        """Give what each vote of a player adds to every leaf.

        Parameters
        ----------
        i : int
            Player.

        Returns
        -------
        tuple of tuple of int
            For no, abstain and yes.
        """
        return (
            (0,) * len(self.yes),
            tuple(a[i] for a in self.abstain),
            tuple(y[i] for y in self.yes),
        )

    @cached_property
    def types(self) -> tuple[tuple[int, ...], ...]:
        """Players that every leaf treats alike, in order of their first member."""
        classes: dict[tuple[tuple[int, ...], ...], list[int]] = {}
        for i in range(self.n_players):
            classes.setdefault(self.votes(i), []).append(i)
        return tuple(tuple(c) for c in classes.values())

    @cached_property
    def decides(self) -> Callable[[Sequence[bool]], bool]:
        """Function of which leaves hold that says whether the profile wins."""
        return compiled_tree(self.root)


def ternary_game(rule: Rule) -> TernaryGame:
    """Read a rule on yes, abstain and no.

    Parameters
    ----------
    rule : Rule
        Any rule; nobody is absent.

    Returns
    -------
    TernaryGame
        Equal leaves are one leaf, and leaves that always or never hold are gone.

    Examples
    --------
    More yes than no:

    >>> game = ternary_game(Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1)))
    >>> game.abstain, game.yes, game.thresholds
    (((1, 1),), ((2, 2),), (3,))
    """
    numbers: dict[tuple[tuple[int, ...], tuple[int, ...], int], int] = {}
    root = _read(rule.root, numbers)
    if isinstance(root, bool):
        root = ("all" if root else "any", ())
        numbers.clear()
    keys = list(numbers)
    return TernaryGame(
        rule.n_players,
        tuple(a for a, _, _ in keys),
        tuple(y for _, y, _ in keys),
        tuple(t for _, _, t in keys),
        root,
    )


def _read(
    node: Node, numbers: dict[tuple[tuple[int, ...], tuple[int, ...], int], int]
) -> Expression | bool:
    """Read a tree, its leaves by number; a bool when it always or never holds."""
    if isinstance(node, Quota):
        abstain = [a - n for a, n in zip(node.abstain, node.no, strict=True)]
        yes = [y - n for y, n in zip(node.yes, node.no, strict=True)]
        least = node.threshold - sum(node.no)
        if least <= 0 or sum(yes) < least:
            return least <= 0
        divisor = gcd(*abstain, *yes)
        key = (
            tuple(a // divisor for a in abstain),
            tuple(y // divisor for y in yes),
            -(-least // divisor),
        )
        return numbers.setdefault(key, len(numbers))
    neutral = isinstance(node, AllOf)
    parts: list[Expression] = []
    for part in node.parts:
        read = _read(part, numbers)
        if not isinstance(read, bool):
            parts.append(read)
        elif read is not neutral:
            return not neutral
    if not parts:
        return neutral
    return "all" if neutral else "any", tuple(dict.fromkeys(parts))
