"""The smallest changes of vote that turn an outcome, exactly.

When a decision is taken, votes are lowered (for, abstain, against) until it fails; when it
fails they are raised. Absent members are never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from solvers.errors import LimitError
from solvers.rules.fewest_steps import fewest_steps
from solvers.rules.leaf_sums import leaf_sums
from solvers.rules.rule import Rule
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["Change", "ChangePattern", "Mover", "change_patterns", "smallest_changes"]

MAX_PAIR_MOVES = 120  # above it pairs are not listed: there would be too many to read


@dataclass(frozen=True, order=True)
class Change:
    """One member votes otherwise."""

    player: int
    before: int
    after: int


@dataclass(frozen=True)
class Mover:
    """Any ``number`` of these players vote ``after`` instead."""

    players: tuple[int, ...]
    number: int
    after: int


@dataclass(frozen=True)
class ChangePattern:
    """Changes that together turn the outcome, none of which could be left out or made milder.

    Parameters
    ----------
    movers : tuple of Mover
        Who changes; two movers may offer the same players, but no player moves twice.
    """

    movers: tuple[Mover, ...]

    @property
    def n_members(self) -> int:
        """How many members change their vote."""
        return sum(mover.number for mover in self.movers)


def smallest_changes(rule: Rule, profile: Sequence[int]) -> tuple[Change, ...] | None:
    """Find the fewest one-level changes that turn the outcome.

    Parameters
    ----------
    rule : Rule
        The rule.
    profile : sequence of int, length n
        Vote levels.

    Returns
    -------
    tuple of Change or None
        The changed members, in player order; a change by two levels counts as two. Among
        equally few, those in which the first member moves furthest, then the second, and so
        on. None when no change can turn the outcome.

    Notes
    -----
    A search with a bound (:func:`solvers.rules.fewest_steps.fewest_steps`), and an integer
    programme where it gives up. Both find the same.

    References
    ----------
    .. [1] P. Faliszewski, E. Hemaspaandra and L. Hemaspaandra, "How hard is bribery in
       elections?", Journal of Artificial Intelligence Research 35 (2009), pp. 485-532.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> smallest_changes(majority, (2, 2, 1))
    (Change(player=0, before=2, after=1),)
    """
    if rule.evaluate(profile):  # lowering votes is raising them in the dual rule
        found = smallest_changes(rule.dual(), [v if v == ABSENT else YES - v for v in profile])
        if found is None:
            return None
        return tuple(Change(c.player, YES - c.before, YES - c.after) for c in found)
    try:
        raised = fewest_steps(rule, profile)
    except LimitError:
        raised = _by_programme(rule, profile)
    if raised is None:
        return None
    return tuple(
        Change(i, old, new)
        for i, (old, new) in enumerate(zip(profile, raised, strict=True))
        if old != new
    )


def _by_programme(rule: Rule, profile: Sequence[int]) -> list[int] | None:
    from solvers.programmes.programme import Programme, lexicographic
    from solvers.rules.rule_rows import vote_variables

    programme = Programme("fewest changes")
    yes, no = vote_variables(programme, rule, profile)
    for i in yes:
        if profile[i] == YES:
            programme.row(f"stays{i:04d}", {yes[i]: 1}, ">=", 1)
        elif profile[i] == ABSTAIN:
            programme.row(f"stays{i:04d}", {no[i]: 1}, "<=", 0)
    not_no = {i: programme.variable(f"notno{i:04d}", 0, 1, integer=True) for i in no}
    for i in no:
        programme.row(f"notno{i:04d}", {no[i]: 1, not_no[i]: 1}, "==", 1)
    steps = dict.fromkeys([*yes.values(), *not_no.values()], 1)
    order = [variable for i in yes for variable in (yes[i], not_no[i])]
    solution = lexicographic(programme, [steps], order=order)
    if solution.values is None:
        return None
    value = solution.values
    return [
        level if level == ABSENT else round(value[yes[i]]) + round(value[not_no[i]])
        for i, level in enumerate(profile)
    ]


def change_patterns(
    rule: Rule, profile: Sequence[int], max_members: int = 2
) -> tuple[ChangePattern, ...]:
    """List all smallest ways in which few members together turn the outcome.

    Parameters
    ----------
    rule : Rule
        The rule.
    profile : sequence of int, length n
        Vote levels.
    max_members : int
        At most this many members (1 or 2) change together.

    Returns
    -------
    tuple of ChangePattern
        Every minimal change by one member, then by two. Members that do equally well are
        gathered, so that "any two of these" is one pattern. Pairs are left out when members
        differ in more than ``MAX_PAIR_MOVES`` ways, as in a weighted body of 190.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> majority = Rule(3, Quota((1, 1, 1), (0, 0, 0), (0, 0, 0), 2))
    >>> change_patterns(majority, (2, 2, 2))[0].movers
    (Mover(players=(0, 1, 2), number=2, after=1),)
    """
    passed = rule.evaluate(profile)
    moves = _moves(rule, profile, -1 if passed else 1)
    read = leaf_sums(rule)
    needs = read.needs(profile)
    gains = [read.gain(players[0], before, after) for players, before, after in moves]
    found: list[tuple[int, ...]] = []
    if len(moves) > MAX_PAIR_MOVES:
        max_members = 1
    for size in range(1, max_members + 1):
        for combo in combinations_with_replacement(range(len(moves)), size):
            if any(combo.count(m) > len(moves[m][0]) for m in combo):
                continue
            if size > 1 and not _apart(combo, moves):
                continue
            if any(_milder(other, combo, moves) for other in found):
                continue
            lacking = needs
            for m in combo:  # two moves of one class fall to two members
                lacking = tuple(need - g for need, g in zip(lacking, gains[m], strict=True))
            if read.decides([need <= 0 for need in lacking]) != passed:
                found.append(combo)
    return _gather(found, moves)


Move = tuple[tuple[int, ...], int, int]  # players alike in type and vote, vote before, vote after


def _moves(rule: Rule, profile: Sequence[int], step: int) -> list[Move]:
    """One-level moves before two-level ones, so that the milder is met first."""
    classes: list[tuple[tuple[int, ...], int]] = []
    for members in rule.types():
        for level in (NO, ABSTAIN, YES):
            same = tuple(i for i in members if profile[i] == level)
            if same:
                classes.append((same, level))
    classes.sort()
    return [
        (players, level, level + k * step)
        for k in (1, 2)
        for players, level in classes
        if NO <= level + k * step <= YES
    ]


def _apart(combo: Sequence[int], moves: list[Move]) -> bool:
    """Two moves of one class need two members."""
    by_class: dict[tuple[int, ...], int] = {}
    for m in combo:
        by_class[moves[m][0]] = by_class.get(moves[m][0], 0) + 1
    return all(count <= len(players) for players, count in by_class.items())


def _milder(other: Sequence[int], combo: Sequence[int], moves: list[Move]) -> bool:
    """Whether ``other`` asks no more of each member than ``combo`` does."""
    left = list(combo)
    for m in other:
        players, before, after = moves[m]
        for candidate in left:
            same, _, further = moves[candidate]
            if same == players and abs(further - before) >= abs(after - before):
                left.remove(candidate)
                break
        else:
            return False
    return True


def _gather(found: list[tuple[int, ...]], moves: list[Move]) -> tuple[ChangePattern, ...]:
    patterns = []
    singles: dict[int, list[int]] = {}
    for combo in found:
        if len(combo) == 1:
            players, _, after = moves[combo[0]]
            singles.setdefault(after, []).extend(players)
    for after, members in singles.items():
        patterns.append(ChangePattern((Mover(tuple(sorted(members)), 1, after),)))
    pairs = {combo for combo in found if len(combo) == 2}
    for clique in _cliques(pairs, moves):
        members = sorted(i for m in clique for i in moves[m][0])
        patterns.append(ChangePattern((Mover(tuple(members), 2, moves[clique[0]][2]),)))
        pairs -= {(a, b) for a in clique for b in clique}
    for a, b in sorted(pairs):
        if a == b:
            patterns.append(ChangePattern((Mover(moves[a][0], 2, moves[a][2]),)))
        else:
            patterns.append(
                ChangePattern(tuple(Mover(moves[m][0], 1, moves[m][2]) for m in (a, b)))
            )
    return tuple(patterns)


def _cliques(pairs: set[tuple[int, int]], moves: list[Move]) -> list[list[int]]:
    """Find sets of moves to one level, any two of whose members turn the outcome; disjoint."""
    cliques: list[list[int]] = []
    open_moves = sorted({m for pair in pairs for m in pair})
    while open_moves:
        clique: list[int] = []
        for m in open_moves:
            whole = (m, m) in pairs or len(moves[m][0]) == 1
            if whole and all(
                (min(m, c), max(m, c)) in pairs and moves[c][2] == moves[m][2] for c in clique
            ):
                clique.append(m)
        if not clique:
            break
        if sum(len(moves[m][0]) for m in clique) > 1:
            cliques.append(clique)
        open_moves = [m for m in open_moves if m not in clique]
    return cliques
