"""Decision rules as a tree of AND and OR over one kind of leaf, in exact integers.

A rule says of every vote profile whether the decision is taken. Votes have three ordered levels
(against, abstain, for); who is absent contributes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeAlias

from solvers.errors import RuleError
from solvers.votes import ABSENT, ABSTAIN, LEVELS, NO, YES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from solvers.diagnosis import Diagnosis
    from solvers.rule_rows import RuleRows

__all__ = ["AllOf", "AnyOf", "Node", "Quota", "Rule"]


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


@dataclass(frozen=True)
class Rule:
    """A decision rule bound to its members.

    Parameters
    ----------
    n_players : int
        Number of members.
    root : Quota, AllOf or AnyOf
        The requirements.
    names : tuple of str, length n
        Labels of the members; ``"1"`` to ``"n"`` when left out.

    Raises
    ------
    RuleError
        If a leaf speaks of another number of members, or names are missing or repeated.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.
    .. [2] J. Freixas and W. S. Zwicker, "Weighted voting, abstention, and multiple levels of
       approval", Social Choice and Welfare 21 (2003), pp. 399-431.

    Examples
    --------
    A council of three in which the first member has a veto:

    >>> rule = Rule(3, AllOf((
    ...     Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2, "two votes in favour"),
    ...     Quota((0, 0, 0), (0, 0, 0), (-1, 0, 0), 0, "member 1 not against"),
    ... )))
    >>> rule.evaluate((1, 2, 2)), rule.evaluate((0, 2, 2))
    (True, False)
    >>> rule.describe()
    'two votes in favour, and member 1 not against'
    """

    n_players: int
    root: Node
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.names:
            object.__setattr__(self, "names", tuple(str(i + 1) for i in range(self.n_players)))
        if len(self.names) != self.n_players or len(set(self.names)) != self.n_players:
            raise RuleError(
                f"a rule of {self.n_players} members needs as many different names; "
                f"got {len(self.names)}, {len(set(self.names))} of them different"
            )
        for leaf in self.leaves():
            if len(leaf.yes) != self.n_players:
                raise RuleError(
                    f"requirement {leaf.title!r} speaks of {len(leaf.yes)} members; "
                    f"the rule has {self.n_players}"
                )

    def leaves(self) -> tuple[Quota, ...]:
        """List the leaves from left to right.

        Returns
        -------
        tuple of Quota
        """
        return tuple(_leaves(self.root))

    def evaluate(self, profile: Sequence[int]) -> bool:
        """Say whether one vote profile takes the decision.

        Parameters
        ----------
        profile : sequence of int, length n
            Vote levels ``NO``, ``ABSTAIN``, ``YES`` or ``ABSENT``.

        Returns
        -------
        bool

        Raises
        ------
        RuleError
            If the profile has another length, or holds something that is no vote level.
        """
        self.check_profile(profile)
        return _holds(self.root, profile)

    def check_profile(self, profile: Sequence[int]) -> None:
        """Refuse a profile that is not one vote level per member.

        Parameters
        ----------
        profile : sequence of int, length n
            Vote levels.

        Returns
        -------
        None

        Raises
        ------
        RuleError
            If the profile has another length, or holds something that is no vote level.
        """
        if len(profile) != self.n_players:
            raise RuleError(f"a profile of {len(profile)} votes; the rule has {self.n_players}")
        for name, level in zip(self.names, profile, strict=True):
            if not _is_level(level):
                raise RuleError(
                    f"{name} votes {level!r}; a vote is 0 (against), 1 (abstain), 2 (for) "
                    f"or 3 (absent)"
                )

    def evaluate_many(self, profiles: ArrayLike) -> NDArray[np.bool_]:
        """Say of every row of an array of profiles whether it takes the decision.

        Parameters
        ----------
        profiles : array of int8, shape (m, n)
            One profile a row.

        Returns
        -------
        ndarray of bool, shape (m,)

        Raises
        ------
        RuleError
            If the shape is wrong or a level is unknown.

        Notes
        -----
        Time O(m n), no Python loop over the rows.
        """
        from solvers.evaluation import evaluate_many

        return evaluate_many(self, profiles)

    def types(self) -> tuple[tuple[int, ...], ...]:
        """Group the players that every leaf treats alike.

        Returns
        -------
        tuple of tuple of int
            Classes of interchangeable players, in order of their first member. The test is
            sufficient: players of different classes may still be interchangeable in the game.
        """
        leaves = self.leaves()
        classes: dict[tuple[tuple[int, int, int], ...], list[int]] = {}
        for i in range(self.n_players):
            key = tuple((leaf.yes[i], leaf.abstain[i], leaf.no[i]) for leaf in leaves)
            classes.setdefault(key, []).append(i)
        return tuple(tuple(c) for c in classes.values())

    def project(self, not_yes: str) -> Rule:
        """Reduce the rule to yes and not-yes.

        Parameters
        ----------
        not_yes : {"against", "abstain"}
            What a member does that does not vote for.

        Returns
        -------
        Rule
            A rule in which abstaining, voting against and being absent count the same, so that
            it is a simple game. Leaves that became constant are folded away.

        Raises
        ------
        RuleError
            If ``not_yes`` is neither word.
        """
        if not_yes not in ("against", "abstain"):
            raise RuleError(f"not_yes is {not_yes!r}; it must be 'against' or 'abstain'")
        return Rule(self.n_players, _projected(self.root, not_yes == "abstain"), self.names)

    def dual(self) -> Rule:
        """Return the rule under which a profile decides when its mirror image does not here.

        Returns
        -------
        Rule
            Blocking coalitions of this rule are the winning ones of the dual.

        Examples
        --------
        >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 3))
        >>> majority.dual().evaluate((2, 1, 1))
        True
        """
        return Rule(self.n_players, _dual(self.root), self.names)

    def describe(self) -> str:
        """Put the rule into words.

        Returns
        -------
        str
        """
        return _described(self.root)

    def diagnose(self, profile: Sequence[int]) -> Diagnosis:
        """Say which requirement failed, by how much, through whom, and what would change it.

        Parameters
        ----------
        profile : sequence of int, length n
            Vote levels.

        Returns
        -------
        Diagnosis
        """
        from solvers.diagnosis import diagnose

        return diagnose(self, profile)

    def rows(self) -> RuleRows:
        """Write the rule as integer rows for a programme.

        Returns
        -------
        RuleRows
        """
        from solvers.rule_rows import rule_rows

        return rule_rows(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which :meth:`from_dict` makes an equal rule.

        Returns
        -------
        dict
            Only dicts, lists, strings and integers.
        """
        return {"names": list(self.names), "root": _to_data(self.root)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rule:
        """Build a rule from what :meth:`to_dict` returned.

        Parameters
        ----------
        data : mapping
            Plain data.

        Returns
        -------
        Rule

        Raises
        ------
        RuleError
            If the data are not those of a rule.
        """
        try:
            names = tuple(str(n) for n in data["names"])
            return cls(len(names), _from_data(data["root"]), names)
        except (AttributeError, KeyError, TypeError) as error:
            raise RuleError(f"not the data of a rule: {error}") from error


def _is_level(level: object) -> bool:
    """Tell a vote level; True and 2.0 equal levels, but False could mean against or absent."""
    if type(level) is not int and (isinstance(level, bool) or not isinstance(level, Integral)):
        return False
    return level in LEVELS


def _leaves(node: Node) -> Iterator[Quota]:
    if isinstance(node, Quota):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _holds(node: Node, profile: Sequence[int]) -> bool:
    if isinstance(node, Quota):
        return node.holds(profile)
    test = all if isinstance(node, AllOf) else any
    return test(_holds(part, profile) for part in node.parts)


def _described(node: Node) -> str:
    if node.title:
        return node.title
    if isinstance(node, Quota):
        return f"a sum of at least {node.threshold}"
    if not node.parts:
        return "nothing further" if isinstance(node, AllOf) else "nothing that can be met"
    word = ", and " if isinstance(node, AllOf) else ", or else "
    inner = [
        f"({_described(p)})" if not isinstance(p, Quota) and not p.title else _described(p)
        for p in node.parts
    ]
    return word.join(inner)


def _dual(node: Node) -> Node:
    if not isinstance(node, Quota):
        make = AnyOf if isinstance(node, AllOf) else AllOf
        return make(tuple(_dual(part) for part in node.parts))
    yes, abstain, no = (tuple(-c for c in node.counts(level)) for level in (NO, ABSTAIN, YES))
    return Quota(yes, abstain, no, 1 - node.threshold, f"not: {node.title}", node.kind)


def _projected(node: Node, abstain: bool) -> Node:
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
    for part in (_projected(p, abstain) for p in node.parts):
        constant = not isinstance(part, Quota) and not part.parts
        if constant and isinstance(part, AllOf) != conjunction:
            return never if conjunction else always
        if not constant:
            parts.append(part)
    if len(parts) == 1 and not node.title:
        return parts[0]
    return type(node)(tuple(parts), node.title)


def _to_data(node: Node) -> dict[str, Any]:
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
        "all" if isinstance(node, AllOf) else "any": [_to_data(part) for part in node.parts]
    }


def _from_data(data: Mapping[str, Any]) -> Node:
    title = str(data.get("title", ""))
    for key, make in (("all", AllOf), ("any", AnyOf)):
        if key in data:
            return make(tuple(_from_data(part) for part in data[key]), title)
    yes, abstain, no = (tuple(data[key]) for key in ("yes", "abstain", "no"))
    return Quota(yes, abstain, no, data["threshold"], title, str(data.get("kind", "quota")))
