"""The tree of a decision rule: AND and OR over one kind of leaf, in exact integers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from solvers.errors import RuleError
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = [
    "AllOf",
    "AnyOf",
    "Node",
    "Quota",
    "described",
    "dual_of",
    "holds",
    "leaves_of",
    "node_from_data",
    "node_to_data",
    "projected",
]


@dataclass(frozen=True)
class Quota:
    """A leaf: the sum of what the members' votes count must reach a threshold.

    Parameters
    ----------
    yes, abstain, no : tuple of int, length n
        What a vote of member ``i`` counts at each level; never rising from ``yes`` to ``no``.
        An absent member counts 0.
    threshold : int
        The leaf holds when the sum is at least this.
    title : str
        The leaf in the words of the law.
    kind : str
        What sort of requirement it is (``"count"``, ``"veto"``, ``"share"``, ...); words only.

    Raises
    ------
    RuleError
        If the lengths differ, a number is no integer, or a lower vote would count more.

    Examples
    --------
    Two of three must say yes:

    >>> Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2).holds((2, 1, 2))
    True
    """

    yes: tuple[int, ...]
    abstain: tuple[int, ...]
    no: tuple[int, ...]
    threshold: int
    title: str = ""
    kind: str = "quota"

    def __post_init__(self) -> None:
        if not len(self.yes) == len(self.abstain) == len(self.no):
            raise RuleError(
                f"{self._name}: {len(self.yes)} numbers for yes, {len(self.abstain)} for abstain "
                f"and {len(self.no)} for no; every member needs one of each"
            )
        for number in (*self.yes, *self.abstain, *self.no, self.threshold):
            if type(number) is not int:
                raise RuleError(f"{self._name}: {number!r} is not an integer; scale the weights")
        for i, (y, a, n) in enumerate(zip(self.yes, self.abstain, self.no, strict=True)):
            if not y >= a >= n:
                raise RuleError(
                    f"{self._name}: member {i + 1} counts {y} for yes, {a} for abstain and {n} "
                    f"for no; a higher vote must never count less"
                )

    @property
    def _name(self) -> str:
        return f"requirement {self.title!r}" if self.title else "a requirement"

    def counts(self, level: int) -> tuple[int, ...]:
        """Return what each member's vote counts at one level.

        Parameters
        ----------
        level : int
            A vote level.

        Returns
        -------
        tuple of int, length n
            Zeros for ``ABSENT``.
        """
        if level == YES:
            return self.yes
        if level == ABSTAIN:
            return self.abstain
        return self.no if level == NO else (0,) * len(self.no)

    def score(self, profile: Sequence[int]) -> int:
        """Sum what the votes of a profile count.

        Parameters
        ----------
        profile : sequence of int, length n
            Vote levels.

        Returns
        -------
        int
        """
        table = (self.no, self.abstain, self.yes)
        return sum(table[v][i] for i, v in enumerate(profile) if v != ABSENT)

    def holds(self, profile: Sequence[int]) -> bool:
        """Say whether a profile meets this requirement.

        Parameters
        ----------
        profile : sequence of int, length n
            Vote levels.

        Returns
        -------
        bool
        """
        return self.score(profile) >= self.threshold


@dataclass(frozen=True)
class AllOf:
    """A node that holds when every part holds; without parts it always holds."""

    parts: tuple[Node, ...]
    title: str = ""


@dataclass(frozen=True)
class AnyOf:
    """A node that holds when some part holds; without parts it never holds."""

    parts: tuple[Node, ...]
    title: str = ""


Node: TypeAlias = Quota | AllOf | AnyOf


def leaves_of(node: Node) -> Iterator[Quota]:
    """List the leaves from left to right.

    Parameters
    ----------
    node : Node
        Root of a tree.

    Yields
    ------
    Quota
    """
    if isinstance(node, Quota):
        yield node
    else:
        for part in node.parts:
            yield from leaves_of(part)


def holds(node: Node, profile: Sequence[int]) -> bool:
    """Say whether a profile meets a tree.

    Parameters
    ----------
    node : Node
        Root of a tree.
    profile : sequence of int, length n
        Vote levels.

    Returns
    -------
    bool
    """
    if isinstance(node, Quota):
        return node.holds(profile)
    test = all if isinstance(node, AllOf) else any
    return test(holds(part, profile) for part in node.parts)


def described(node: Node) -> str:
    """Put a tree into words.

    Parameters
    ----------
    node : Node
        Root of a tree.

    Returns
    -------
    str
    """
    if node.title:
        return node.title
    if isinstance(node, Quota):
        return f"a sum of at least {node.threshold}"
    if not node.parts:
        return "nothing further" if isinstance(node, AllOf) else "nothing that can be met"
    word = ", and " if isinstance(node, AllOf) else ", or else "
    inner = [
        f"({described(p)})" if not isinstance(p, Quota) and not p.title else described(p)
        for p in node.parts
    ]
    return word.join(inner)


def dual_of(node: Node) -> Node:
    """Mirror a tree: it holds when the original fails on the mirrored votes.

    Parameters
    ----------
    node : Node
        Root of a tree.

    Returns
    -------
    Node
    """
    if not isinstance(node, Quota):
        make = AnyOf if isinstance(node, AllOf) else AllOf
        return make(tuple(dual_of(part) for part in node.parts))
    yes, abstain, no = (tuple(-c for c in node.counts(level)) for level in (NO, ABSTAIN, YES))
    return Quota(yes, abstain, no, 1 - node.threshold, f"not: {node.title}", node.kind)


def projected(node: Node, abstain: bool) -> Node:
    """Reduce a tree to yes and not-yes, constants folded away.

    Parameters
    ----------
    node : Node
        Root of a tree.
    abstain : bool
        Whether not-yes means to abstain rather than to vote against.

    Returns
    -------
    Node
    """
    if isinstance(node, Quota):
        base = node.abstain if abstain else node.no
        zero = (0,) * len(base)
        weights = tuple(y - b for y, b in zip(node.yes, base, strict=True))
        threshold = node.threshold - sum(base)
        if threshold <= 0:
            return AllOf((), node.title)
        if sum(weights) < threshold:
            return AnyOf((), node.title)
        return Quota(weights, zero, zero, threshold, node.title, node.kind)
    always, never = AllOf(()), AnyOf(())
    conjunction = isinstance(node, AllOf)
    parts = []
    for part in (projected(p, abstain) for p in node.parts):
        constant = not isinstance(part, Quota) and not part.parts
        if constant and isinstance(part, AllOf) != conjunction:
            return never if conjunction else always
        if not constant:
            parts.append(part)
    if len(parts) == 1 and not node.title:
        return parts[0]
    return type(node)(tuple(parts), node.title)


def node_to_data(node: Node) -> dict[str, Any]:
    """Write a tree as plain data.

    Parameters
    ----------
    node : Node
        Root of a tree.

    Returns
    -------
    dict
    """
    title = {"title": node.title} if node.title else {}
    if isinstance(node, Quota):
        return title | {
            "threshold": node.threshold,
            "yes": list(node.yes),
            "abstain": list(node.abstain),
            "no": list(node.no),
            "kind": node.kind,
        }
    return title | {
        "all" if isinstance(node, AllOf) else "any": [node_to_data(part) for part in node.parts]
    }


def node_from_data(data: Mapping[str, Any]) -> Node:
    """Read a tree from plain data.

    Parameters
    ----------
    data : mapping
        What :func:`node_to_data` wrote.

    Returns
    -------
    Node
    """
    title = str(data.get("title", ""))
    for key, make in (("all", AllOf), ("any", AnyOf)):
        if key in data:
            return make(tuple(node_from_data(part) for part in data[key]), title)
    yes, abstain, no = (tuple(data[key]) for key in ("yes", "abstain", "no"))
    return Quota(yes, abstain, no, data["threshold"], title, str(data.get("kind", "quota")))
