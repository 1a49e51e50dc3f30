"""The fewest one-level raises of votes that take a decision, depth first with a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from solvers.errors import LimitError
from solvers.rules.cost_bound import Covers, Piece, combined_bound
from solvers.rules.leaf_sums import LeafSums, Sums, leaf_sums
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, YES

__all__ = ["MAX_BRANCHES", "fewest_steps"]

MAX_BRANCHES = 20_000
"""Branches that are followed before the search gives up, a few tenths of a second."""


def fewest_steps(rule: Rule, profile: Sequence[int]) -> list[int] | None:
    """Raise votes by as few levels in all as make the decision pass.

    Parameters
    ----------
    rule : Rule
        The rule.
    profile : sequence of int, length n
        Vote levels; who is absent stays so.

    Returns
    -------
    list of int or None
        The votes afterwards. Among equally few steps the first member is raised furthest, then
        the second, and so on. None when no raise helps.

    Raises
    ------
    LimitError
        After `MAX_BRANCHES` branches.

    Notes
    -----
    Iterative deepening from a bound: members are decided one after another, and a branch is left
    when the steps that remain cannot cover what a requirement lacks even with divisible members.
    Of members that count alike and vote alike the later is never raised further than the
    earlier, so that the search runs over how many of each kind are raised how far.

    References
    ----------
    .. [1] R. E. Korf, "Depth-first iterative-deepening: an optimal admissible tree search",
       Artificial Intelligence 27 (1985), pp. 97-109.
    .. [2] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> fewest_steps(majority, (0, 1, 2))
    [0, 2, 2]
    """
    movable = [i for i, level in enumerate(profile) if level not in (YES, ABSENT)]
    read = leaf_sums(rule)
    gains = [
        [read.gain(i, profile[i], level) for level in range(profile[i], YES + 1)] for i in movable
    ]
    steps = _Steps(read, read.needs(profile), gains).found()
    if steps is None:
        return None
    after = list(profile)
    for i, taken in zip(movable, steps, strict=True):
        after[i] += taken
    return after


@dataclass(frozen=True)
class _Steps:
    """Members who can be raised: what 0, 1, ... steps of each add to the sum of every leaf."""

    read: LeafSums
    needs: Sums
    gains: list[list[Sums]]

    @cached_property
    def like(self) -> list[int | None]:
        """For each member the last one before it that is like it."""
        last: dict[tuple[Sums, ...], int] = {}
        found = []
        for place, own in enumerate(self.gains):
            found.append(last.get(tuple(own)))
            last[tuple(own)] = place
        return found

    @cached_property
    def covers(self) -> list[Covers]:
        """For each leaf, what the members from each one on can add, and in how many steps."""
        return [
            Covers([_pieces([sums[leaf] for sums in own]) for own in self.gains])
            for leaf in range(len(self.needs))
        ]

    def found(self) -> list[int] | None:
        """Return the steps of each member; None when even all of them do not suffice."""
        support = [
            sum(1 << place for place, own in enumerate(self.gains) if own[-1][leaf])
            for leaf in range(len(self.needs))
        ]
        bound = combined_bound(self.read.root, support)

        def least(place: int, lacking: Sequence[int]) -> int | None:
            return bound(
                [c.least(place, need) for c, need in zip(self.covers, lacking, strict=True)]
            )

        total, branches = least(0, self.needs), 0
        while total is not None:
            # A branch: members that are decided, steps of the last of them, what is lacking then,
            # steps that remain. Entries of `taken` before the last are those of its ancestors.
            stack: list[tuple[int, int, Sums, int]] = [(0, 0, self.needs, total)]
            taken = [0] * len(self.gains)
            while stack:
                place, last, lacking, left = stack.pop()
                branches += 1
                if branches > MAX_BRANCHES:
                    raise LimitError(
                        f"{MAX_BRANCHES:,} ways to raise votes were tried in vain, the limit of "
                        f"the search: ask an integer programme"
                    )
                if place:
                    taken[place - 1] = last
                if self.read.decides([need <= 0 for need in lacking]):
                    return [*taken[:place], *[0] * (len(taken) - place)]
                if place == len(taken):
                    continue
                own, before = self.gains[place], self.like[place]
                most = len(own) - 1 if before is None else taken[before]
                for steps in range(min(most, left) + 1):  # the most steps are tried first
                    rest = tuple(need - g for need, g in zip(lacking, own[steps], strict=True))
                    more = least(place + 1, rest)
                    if more is not None and more <= left - steps:
                        stack.append((place + 1, steps, rest, left - steps))
            total = total + 1 if total < sum(len(own) - 1 for own in self.gains) else None
        return None


def _pieces(sums: Sequence[int]) -> list[Piece]:
    """Cut what 0, 1, ... steps add into pieces that are worth less and less for each step."""
    pieces, first = [], 0
    while first < len(sums) - 1:
        # The step that is worth the most for each step from here; the furthest among equals.
        best = first + 1
        for k in range(first + 2, len(sums)):
            if (sums[k] - sums[first]) * (best - first) >= (sums[best] - sums[first]) * (k - first):
                best = k
        pieces.append((sums[best] - sums[first], best - first))
        first = best
    return pieces
