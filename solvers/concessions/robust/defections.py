"""Votes that fall by one level: the rule that stands them, and the fewest that break a rule.

A fall takes a vote for to an abstention, or an abstention to a vote against. Whoever is firm does
not fall. Votes are taken as given: a fall does not move others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, product

from solvers.errors import GameError, LimitError
from solvers.rules.rule import AllOf, AnyOf, Node, Quota, Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["breaking_set", "leaves_needed", "lowered_rule", "surviving_rule"]

MAX_WAYS = 10_000
"""Most ways in which a rule may fail, each a set of leaves that fail together."""
MAX_NODES = 500_000
"""Most sets of players that are looked at in one question."""


def surviving_rule(
    rule: Rule, falls: int, firm: Collection[int] = (), *, alternatives: str = "each"
) -> Rule:
    """Write the requirement that a rule is still met after any falls of that number.

    Parameters
    ----------
    rule : Rule
        Any rule.
    falls : int
        How many players fall at once, each by one level.
    firm : collection of int
        Players that do not fall.
    alternatives : {"each", "none"}
        What is asked where one of several parts will do: that one part stand all falls by
        itself, which is more than is needed, or nothing beyond the votes as they are, which
        is less.

    Returns
    -------
    Rule
        Met by exactly the right profiles where the rule has no alternatives.

    Raises
    ------
    GameError
        If the number is negative.

    Notes
    -----
    The falls that hurt a leaf most are those of the largest losses d. The sum of the k largest
    is the least of k f + sum max(0, d - f) over f >= 0, and one of the losses, or 0, is a best
    f [1]_. For each of them the requirement is a leaf again: a yes counts min(yes, abstain + f),
    an abstention min(abstain, no + f), and the threshold rises by k f.

    References
    ----------
    .. [1] W. Ogryczak and A. Tamir, "Minimizing the sum of the k largest functions in linear
       time", Information Processing Letters 85 (2003), pp. 117-122.

    Examples
    --------
    >>> two = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> surviving_rule(two, 1).root.threshold
    3
    """
    _check_falls(falls)
    fixed = frozenset(firm)

    def stand(node: Node) -> Node:
        if isinstance(node, Quota):
            return _standing(node, falls, fixed)
        if isinstance(node, AnyOf) and alternatives == "none" and len(node.parts) > 1:
            return node
        return type(node)(tuple(stand(part) for part in node.parts), node.title)

    return Rule(rule.n_players, stand(rule.root), rule.names) if falls else rule


def _check_falls(falls: int) -> None:
    if type(falls) is not int or falls < 0:
        raise GameError(f"{falls!r} votes fall at once; give a whole number from 0 up")


def _standing(leaf: Quota, falls: int, firm: frozenset[int]) -> Node:
    loose = [i for i in range(len(leaf.yes)) if i not in firm]
    losses = {leaf.yes[i] - leaf.abstain[i] for i in loose}
    losses |= {leaf.abstain[i] - leaf.no[i] for i in loose}
    ways: list[Node] = []
    for level in sorted(losses | {0}):
        yes, abstain = list(leaf.yes), list(leaf.abstain)
        for i in loose:
            yes[i] = min(leaf.yes[i], leaf.abstain[i] + level)
            abstain[i] = min(leaf.abstain[i], leaf.no[i] + level)
        threshold = leaf.threshold + falls * level
        if sum(max(y, 0) for y in yes) >= threshold:  # max: the absent count 0
            ways.append(replace(leaf, yes=tuple(yes), abstain=tuple(abstain), threshold=threshold))
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways), leaf.title)


def leaves_needed(node: Node) -> Iterator[Quota]:
    """List the leaves of a tree without which it fails.

    Parameters
    ----------
    node : Node
        Root of a tree.

    Yields
    ------
    Quota
        None of those of several parts of which one will do.
    """
    if isinstance(node, Quota):
        yield node
    elif isinstance(node, AllOf) or len(node.parts) == 1:
        for part in node.parts:
            yield from leaves_needed(part)


def lowered_rule(rule: Rule, players: Collection[int]) -> Rule:
    """Write the requirement that a rule is still met when certain players fall by one level.

    Parameters
    ----------
    rule : Rule
        Any rule.
    players : collection of int
        Who falls.

    Returns
    -------
    Rule
    """
    fallen = frozenset(players)

    def lower(node: Node) -> Node:
        if not isinstance(node, Quota):
            return type(node)(tuple(lower(part) for part in node.parts), node.title)
        members = range(len(node.yes))
        yes = tuple(node.abstain[i] if i in fallen else node.yes[i] for i in members)
        abstain = tuple(node.no[i] if i in fallen else node.abstain[i] for i in members)
        return replace(node, yes=yes, abstain=abstain)

    return Rule(rule.n_players, lower(rule.root), rule.names)


def breaking_set(
    rule: Rule, votes: Sequence[int], most: int, firm: Collection[int] = ()
) -> frozenset[int] | None:
    """Find the fewest players whose fall by one level each defeats a rule.

    Parameters
    ----------
    rule : Rule
        Any rule.
    votes : sequence of int, length n
        The votes before anybody falls.
    most : int
        How many may fall at most.
    firm : collection of int
        Players that do not fall.

    Returns
    -------
    frozenset of int or None
        Empty when the rule is not met in the first place; None when no such set is that small.

    Raises
    ------
    GameError
        If the number is negative.
    LimitError
        If the rule can fail in more than `MAX_WAYS` ways, or the search grows beyond
        `MAX_NODES` sets.

    Notes
    -----
    A rule fails when all leaves of one of its ways to fail do. One leaf is broken by the largest
    losses; several at once by a complete search, cut off where the largest losses left are too
    few for some leaf. It shares nothing with :func:`surviving_rule`.

    Examples
    --------
    >>> two = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> breaking_set(two, (2, 2, 2), 1) is None, sorted(breaking_set(two, (2, 2, 2), 2))
    (True, [0, 1])
    """
    _check_falls(most)
    rule.check_profile(votes)
    fixed = frozenset(firm)
    loose = [i for i, v in enumerate(votes) if v in (ABSTAIN, YES) and i not in fixed]
    best: frozenset[int] | None = None
    for way in _ways_to_fail(rule.root):
        limit = most if best is None else len(best) - 1
        found = _break_all(way, votes, loose, limit)
        if found is not None:
            best = found
        if best is not None and not best:
            break
    return best


def _ways_to_fail(node: Node) -> list[tuple[Quota, ...]]:
    """List sets of leaves; the tree fails exactly when all leaves of one of them do."""
    if isinstance(node, Quota):
        return [(node,)]
    of_parts = [_ways_to_fail(part) for part in node.parts]
    if isinstance(node, AllOf):
        return [way for ways in of_parts for way in ways]
    number = 1
    for ways in of_parts:
        number *= len(ways)
    if number > MAX_WAYS:
        raise LimitError(
            f"the rule can fail in more than {MAX_WAYS:,} ways; ask about its parts one by one"
        )
    return [tuple(leaf for way in chosen for leaf in way) for chosen in product(*of_parts)]


def _break_all(
    leaves: Sequence[Quota], votes: Sequence[int], loose: Sequence[int], most: int
) -> frozenset[int] | None:
    needs: list[int] = []
    open_leaves: list[Quota] = []
    for leaf in leaves:
        need = leaf.score(votes) - leaf.threshold + 1
        if need > 0:
            needs.append(need)
            open_leaves.append(leaf)
    if not needs:
        return frozenset() if most >= 0 else None
    losses = {i: tuple(_loss(leaf, i, votes[i]) for leaf in open_leaves) for i in loose}
    order = sorted(
        (i for i in loose if any(losses[i])),
        key=lambda i: (-sum(d / need for d, need in zip(losses[i], needs, strict=True)), i),
    )
    for size in range(1, min(most, len(order)) + 1):
        found = _Search([losses[i] for i in order], size).run(needs)
        if found is not None:
            return frozenset(order[k] for k in found)
    return None


def _loss(leaf: Quota, player: int, vote: int) -> int:
    lower = {YES: ABSTAIN, ABSTAIN: NO, NO: NO, ABSENT: ABSENT}[vote]
    return leaf.counts(vote)[player] - leaf.counts(lower)[player]


class _Search:
    """Choose ``size`` columns whose sums reach every need; depth first, in the given order."""

    def __init__(self, columns: Sequence[tuple[int, ...]], size: int) -> None:
        self.columns, self.size, self.nodes = columns, size, 0
        n = len(columns)
        # most[r][k][j]: what the j largest of columns k, k+1, ... give row r
        self.most: list[list[list[int]]] = []
        for r in range(len(columns[0])):
            tops: list[list[int]] = [[] for _ in range(n + 1)]
            best: list[int] = []
            for k in range(n, -1, -1):
                if k < n:
                    best = sorted([*best, columns[k][r]], reverse=True)[:size]
                tops[k] = list(accumulate(best, initial=0))
                tops[k] += [tops[k][-1]] * (size + 1 - len(tops[k]))
            self.most.append(tops)

    def run(self, needs: Sequence[int]) -> list[int] | None:
        return self._from(0, self.size, list(needs))

    def _from(self, start: int, left: int, needs: list[int]) -> list[int] | None:
        if all(need <= 0 for need in needs):
            return []
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise LimitError(
                f"the search for votes that break the rule passes {MAX_NODES:,} sets; ask for "
                f"fewer falls at once"
            )
        tried: set[tuple[int, ...]] = set()
        for k in range(start, len(self.columns)):
            if any(need > tops[k][left] for need, tops in zip(needs, self.most, strict=True)):
                return None
            column = self.columns[k]
            if left == 0 or column in tried:
                continue
            tried.add(column)
            rest = [need - d for need, d in zip(needs, column, strict=True)]
            found = self._from(k + 1, left - 1, rest)
            if found is not None:
                return [k, *found]
        return None
