"""A rule as the sums of its leaves, and a tree over which of them hold.

Whoever tries many votes of one rule adds what a change of vote is worth to every sum, instead of
summing the votes of all players anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from solvers.rules.rule import AllOf, Node, Quota, Rule

__all__ = ["Expression", "LeafSums", "Sums", "compiled_tree", "leaf_sums"]

Expression: TypeAlias = "int | tuple[str, tuple[Expression, ...]]"
"""A leaf by its number, or ``("all", parts)`` or ``("any", parts)``."""

Sums = tuple[int, ...]
"""One number for each leaf."""


@dataclass(frozen=True)
class LeafSums:
    """A rule as leaves by number, and the tree over them.

    Parameters
    ----------
    leaves : tuple of Quota
        No two of them count alike and have the same threshold.
    root : Expression
        How they make the decision.

    References
    ----------
    .. [1] J. Freixas and W. S. Zwicker, "Weighted voting, abstention, and multiple levels of
       approval", Social Choice and Welfare 21 (2003), pp. 399-431.
    """

    leaves: tuple[Quota, ...]
    root: Expression

    @cached_property
    def decides(self) -> Callable[[Sequence[bool]], bool]:
        """Function of which leaves hold that says whether the decision is taken."""
        return compiled_tree(self.root)

    def needs(self, profile: Sequence[int]) -> Sums:
        """Return what each sum lacks; 0 or less where the leaf holds.

        Parameters
        ----------
        profile : sequence of int, length n
            Vote levels.

        Returns
        -------
        tuple of int
        """
        return tuple(leaf.threshold - leaf.score(profile) for leaf in self.leaves)

    def gain(self, player: int, before: int, after: int) -> Sums:
        """Return what a change of vote adds to each sum.

        Parameters
        ----------
        player : int
            Who changes.
        before, after : int
            Vote levels.

        Returns
        -------
        tuple of int
        """
        return tuple(
            leaf.counts(after)[player] - leaf.counts(before)[player] for leaf in self.leaves
        )


def leaf_sums(rule: Rule) -> LeafSums:
    """Read a rule.

    Parameters
    ----------
    rule : Rule
        Any rule.

    Returns
    -------
    LeafSums

    Examples
    --------
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> read = leaf_sums(majority)
    >>> read.needs((2, 1, 0)), read.gain(2, 0, 2), read.decides([True])
    ((1,), (1,), True)
    """
    leaves: dict[tuple[Sums, Sums, Sums, int], tuple[int, Quota]] = {}

    def read(node: Node) -> Expression:
        if isinstance(node, Quota):
            key = (node.yes, node.abstain, node.no, node.threshold)
            return leaves.setdefault(key, (len(leaves), node))[0]
        word = "all" if isinstance(node, AllOf) else "any"
        return word, tuple(read(part) for part in node.parts)

    root = read(rule.root)
    return LeafSums(tuple(leaf for _, leaf in leaves.values()), root)


def compiled_tree(root: Expression) -> Callable[[Sequence[bool]], bool]:
    """Make a function of nested closures, so that no evaluation walks the tree's types.

    Parameters
    ----------
    root : Expression
        The tree.

    Returns
    -------
    callable
        Of which leaves hold; says whether the tree does.
    """
    if isinstance(root, int):
        leaf = root
        return lambda holds: holds[leaf]
    word, parts = root
    if all(isinstance(part, int) for part in parts):
        leaves = tuple(part for part in parts if isinstance(part, int))
        if word == "all":
            return lambda holds: all([holds[i] for i in leaves])
        return lambda holds: any([holds[i] for i in leaves])
    inner = [compiled_tree(part) for part in parts]
    if word == "all":
        return lambda holds: all(test(holds) for test in inner)
    return lambda holds: any(test(holds) for test in inner)
