"""Conditions of votes: over adopted amendments, given facts and the votes of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from solvers.errors import GameError

__all__ = [
    "Adopted",
    "CircularConditionError",
    "Condition",
    "Every",
    "Fact",
    "Interval",
    "Not",
    "Some",
    "VoteBetween",
    "adopted_in",
    "order_of_votes",
    "truth",
    "voters_in",
]

Interval: TypeAlias = tuple[int, int]  # lowest and highest possible vote level


class CircularConditionError(GameError):
    """Conditions of votes wait for one another in a circle of players."""

    def __init__(self, cycle: tuple[int, ...]) -> None:
        self.cycle = cycle
        super().__init__(f"conditions of players {' -> '.join(map(str, cycle))} form a circle")


@dataclass(frozen=True)
class Adopted:
    """Amendment number ``amendment`` is part of the text."""

    amendment: int


@dataclass(frozen=True)
class Fact:
    """Something given, such as an endorsement that was made or was not."""

    holds: bool


@dataclass(frozen=True)
class VoteBetween:
    """The vote of a player lies between two levels."""

    player: int
    low: int
    high: int


@dataclass(frozen=True)
class Every:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition: TypeAlias = Adopted | Fact | VoteBetween | Every | Some | Not


def truth(
    condition: Condition, adopted: frozenset[int], votes: Mapping[int, Interval]
) -> bool | None:
    """Evaluate a condition in three-valued logic.

    Parameters
    ----------
    condition : Condition
        What to evaluate.
    adopted : frozenset of int
        Numbers of the amendments in the text.
    votes : mapping of int to (int, int)
        Lowest and highest vote of every player the condition speaks of.

    Returns
    -------
    bool or None
        None when it turns on votes that are not known exactly.

    References
    ----------
    .. [1] S. C. Kleene, Introduction to Metamathematics, North-Holland, 1952, section 64.

    Examples
    --------
    >>> truth(Not(VoteBetween(0, 0, 0)), frozenset(), {0: (0, 2)}) is None
    True
    """
    if isinstance(condition, Adopted):
        return condition.amendment in adopted
    if isinstance(condition, Fact):
        return condition.holds
    if isinstance(condition, VoteBetween):
        low, high = votes[condition.player]
        if condition.low <= low and high <= condition.high:
            return True
        return None if low <= condition.high and condition.low <= high else False
    if isinstance(condition, Not):
        inner = truth(condition.part, adopted, votes)
        return None if inner is None else not inner
    values = {truth(part, adopted, votes) for part in condition.parts}
    decisive = isinstance(condition, Some)  # one True settles "some", one False settles "every"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def voters_in(condition: Condition) -> frozenset[int]:
    """List the players whose votes a condition speaks of.

    Parameters
    ----------
    condition : Condition
        The condition.

    Returns
    -------
    frozenset of int
    """
    if isinstance(condition, VoteBetween):
        return frozenset({condition.player})
    return frozenset(p for part in _parts(condition) for p in voters_in(part))


def adopted_in(condition: Condition) -> frozenset[int]:
    """List the amendments that a condition speaks of.

    Parameters
    ----------
    condition : Condition
        The condition.

    Returns
    -------
    frozenset of int
    """
    if isinstance(condition, Adopted):
        return frozenset({condition.amendment})
    return frozenset(k for part in _parts(condition) for k in adopted_in(part))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, Not):
        return (condition.part,)
    return condition.parts if isinstance(condition, Every | Some) else ()


def order_of_votes(needs: Sequence[frozenset[int]]) -> tuple[int, ...]:
    """Order the players so that each comes after those whose votes it waits for.

    Parameters
    ----------
    needs : sequence of frozenset of int
        For every player, the players its conditions speak of.

    Returns
    -------
    tuple of int

    Raises
    ------
    CircularConditionError
        If conditions refer to themselves; ``cycle`` lists the players of the circle.
    """
    done: list[int] = []
    state = dict.fromkeys(range(len(needs)), 0)  # 0 not seen, 1 on the path, 2 done
    for start in range(len(needs)):
        path = [(start, iter(sorted(needs[start])))] if not state[start] else []
        state[start] = state[start] or 1
        while path:
            player, waits = path[-1]
            for other in waits:
                if state[other] == 1:
                    stack = [p for p, _ in path]
                    raise CircularConditionError((*stack[stack.index(other) :], other))
                if state[other] == 0:
                    state[other] = 1
                    path.append((other, iter(sorted(needs[other]))))
                    break
            else:
                state[player] = 2
                done.append(player)
                path.pop()
    return tuple(done)
