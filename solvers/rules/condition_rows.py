"""Conditions of votes as rows of a programme: binaries that are 1 exactly when they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solvers.programmes.programme import Number, Programme
from solvers.rules.vote_conditions import (
    Adopted,
    Condition,
    Every,
    Fact,
    Not,
    Some,
    VoteBetween,
)
from solvers.rules.votes import ABSENT, ABSTAIN, NO, YES

__all__ = ["ConditionRows"]


class ConditionRows:
    """Writes conditions and the votes that follow from them.

    Parameters
    ----------
    programme : Programme
        Gets the rows.
    adopted : sequence of int
        The binary of every amendment.
    yes, no : mapping of int to int
        The binaries of every player that is there: votes for, votes against.

    References
    ----------
    .. [1] H. P. Williams, Model Building in Mathematical Programming, 5th ed., Wiley, 2013,
       chapter 9 (logical conditions).
    """

    def __init__(
        self,
        programme: Programme,
        adopted: Sequence[int],
        yes: Mapping[int, int],
        no: Mapping[int, int],
    ) -> None:
        self.programme, self.adopted, self.yes, self.no = programme, adopted, yes, no
        self._count = 0

    def vote(
        self, player: int, conditions: Sequence[tuple[int, Condition]], otherwise: int
    ) -> None:
        """Tie a player's vote to the first of its conditions that holds.

        Parameters
        ----------
        player : int
            The player.
        conditions : sequence of (int, Condition)
            Vote levels and what they hang on.
        otherwise : int
            The vote when no condition holds.
        """
        fired: dict[int, Number] = {}  # their sum is 1 once a condition has held, else 0
        gives: dict[int, dict[int, Number]] = {YES: {}, NO: {}}
        for level, condition in conditions:
            holds, fires = self.binary(condition), self._new("fires")
            self._row({fires: 1, holds: -1}, "<=", 0)
            self._row({fires: 1, **fired}, "<=", 1)
            self._row({fires: 1, holds: -1, **fired}, ">=", 0)
            fired[fires] = 1
            if level in gives:
                gives[level][fires] = -1
        for level, variable in ((YES, self.yes[player]), (NO, self.no[player])):
            if otherwise == level:  # the vote is 1 - fired + gives, or gives alone
                rest = {k: one + gives[level].get(k, 0) for k, one in fired.items()}
                self._row({variable: 1, **rest}, "==", 1)
            else:
                self._row({variable: 1, **gives[level]}, "==", 0)

    def binary(self, condition: Condition) -> int:
        """Return a binary that is 1 exactly when a condition holds.

        Parameters
        ----------
        condition : Condition
            The condition.

        Returns
        -------
        int
            A variable of the programme.
        """
        if isinstance(condition, Adopted):
            return self.adopted[condition.amendment]
        holds = self._new("holds")
        if isinstance(condition, Fact):
            self._row({holds: 1}, "==", int(condition.holds))
        elif isinstance(condition, VoteBetween):
            self._vote_between(holds, condition)
        elif isinstance(condition, Not):
            self._row({holds: 1, self.binary(condition.part): 1}, "==", 1)
        else:
            self._several(holds, condition)
        return holds

    def _several(self, holds: int, condition: Every | Some) -> None:
        parts = {self.binary(part) for part in condition.parts}
        every = isinstance(condition, Every)
        for part in sorted(parts):
            self._row({holds: 1, part: -1}, "<=" if every else ">=", 0)
        total: dict[int, Number] = dict.fromkeys(sorted(parts), -1)
        if every:
            self._row({holds: 1, **total}, ">=", 1 - len(parts))
        else:
            self._row({holds: 1, **total}, "<=", 0)

    def _vote_between(self, holds: int, condition: VoteBetween) -> None:
        """Tie a binary to another player's vote: for is y, against n, abstaining 1 - y - n."""
        inside = {v: condition.low <= v <= condition.high for v in (NO, ABSTAIN, YES, ABSENT)}
        if condition.player not in self.yes:
            self._row({holds: 1}, "==", int(inside[ABSENT]))
            return
        terms: dict[int, Number] = {holds: 1}
        for side, level in ((self.yes, YES), (self.no, NO)):
            terms[side[condition.player]] = inside[ABSTAIN] - inside[level]
        self._row(terms, "==", int(inside[ABSTAIN]))

    def _new(self, what: str) -> int:
        self._count += 1
        return self.programme.variable(f"{what}{self._count:04d}", 0, 1, integer=True)

    def _row(self, terms: Mapping[int, Number], sense: str, rhs: Number) -> None:
        self._count += 1
        self.programme.row(f"condition{self._count:04d}", terms, sense, rhs)
