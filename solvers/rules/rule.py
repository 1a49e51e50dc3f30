"""Decision rules as a tree of AND and OR over one kind of leaf, in exact integers.

A rule says of every vote profile whether the decision is taken. Votes have three ordered levels
(against, abstain, for); who is absent contributes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

from solvers.errors import RuleError
from solvers.rules.rule_tree import (
    AllOf,
    AnyOf,
    Node,
    Quota,
    described,
    dual_of,
    holds,
    leaves_of,
    node_from_data,
    node_to_data,
    projected,
)
from solvers.rules.votes import LEVELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from solvers.rules.diagnosis import Diagnosis
    from solvers.rules.rule_rows import RuleRows

__all__ = ["AllOf", "AnyOf", "Node", "Quota", "Rule"]


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
        return tuple(leaves_of(self.root))

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
        return holds(self.root, profile)

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
        from solvers.rules.evaluation import evaluate_many

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
        return Rule(self.n_players, projected(self.root, not_yes == "abstain"), self.names)

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
        return Rule(self.n_players, dual_of(self.root), self.names)

    def describe(self) -> str:
        """Put the rule into words.

        Returns
        -------
        str
        """
        return described(self.root)

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
        from solvers.rules.diagnosis import diagnose

        return diagnose(self, profile)

    def rows(self) -> RuleRows:
        """Write the rule as integer rows for a programme.

        Returns
        -------
        RuleRows
        """
        from solvers.rules.rule_rows import rule_rows

        return rule_rows(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which :meth:`from_dict` makes an equal rule.

        Returns
        -------
        dict
            Only dicts, lists, strings and integers.
        """
        return {"names": list(self.names), "root": node_to_data(self.root)}

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
            return cls(len(names), node_from_data(data["root"]), names)
        except (AttributeError, KeyError, TypeError) as error:
            raise RuleError(f"not the data of a rule: {error}") from error


def _is_level(level: object) -> bool:
    """Tell a vote level; True and 2.0 equal levels, but False could mean against or absent."""
    if type(level) is not int and (isinstance(level, bool) or not isinstance(level, Integral)):
        return False
    return level in LEVELS
