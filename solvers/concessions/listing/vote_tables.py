"""Least costs with one player unpaid, or won over, for all players at once under one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from solvers.concessions.decomposition.branches import Branch
from solvers.concessions.decomposition.level_search import LevelSearch
from solvers.concessions.listing.text_options import Option, Text
from solvers.rules.votes import YES

__all__ = ["Chosen", "VoteTable"]

Chosen: TypeAlias = tuple[Option, ...]


class VoteTable:
    """One alternative of the rule under one text: what it costs with each player set apart.

    Parameters
    ----------
    branch : Branch
        The alternative.
    text : Text
        The amendments, the votes under them, and the ways to pay.

    Attributes
    ----------
    search : LevelSearch
        The payments in order of cost.

    Notes
    -----
    A table of least costs from every player on, and one up to every player; a player left out
    is the least sum of an entry of each, over all ways to share what is needed.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004,
       chapter 11 (multiple-choice knapsacks).
    """

    def __init__(self, branch: Branch, text: Text) -> None:
        self.branch, self.text = branch, text
        self.search = search = LevelSearch(branch, text.votes, text.options)
        self.place = {search.options[int(o)].player: j for j, o in enumerate(search.first[:-1])}
        self.yes: dict[int, Option] = {}
        for option in text.options:
            known = self.yes.get(option.player)
            if option.level == YES and (known is None or option.cost < known.cost):
                self.yes[option.player] = option
        self._before: NDArray[np.float64] | None = None

    @property
    def before(self) -> NDArray[np.float64]:
        """Least cost of the players up to every one, by what they are to bring."""
        if self._before is None:
            self._before = self.search.prefix_table()
        return self._before

    def cheapest(self) -> tuple[float, Chosen] | None:
        """Find cheapest payments.

        Returns
        -------
        float, tuple of Option; or None
            None when there are none.
        """
        if self.search.least == inf:
            return None
        return self._sum(self.search.trace()) if self.search.exact else _first(self.search)

    def without(self, player: int) -> float:
        """Return the least cost when a player is paid nothing, or a bound on it.

        Parameters
        ----------
        player : int
            The player.

        Returns
        -------
        float
            Infinite when it is impossible.
        """
        search = self.search
        if player not in self.place:
            return search.least
        j = self.place[player]
        if j < search.n_forced or search.hopeless:
            return inf
        shared = self.before[j] + search.table[j + 1][::-1]
        return float(shared.min())

    def in_favour(self, player: int) -> float:
        """Return the least cost when a player votes for, or a bound on it.

        Parameters
        ----------
        player : int
            The player; with payment if need be.

        Returns
        -------
        float
            Infinite when it is impossible.
        """
        search = self.search
        if self.text.votes[player] == YES:
            return search.least
        if player not in self.yes or search.hopeless:
            return inf
        option = self.yes[player]
        if player not in self.place:
            return search.least + option.cost
        return option.cost + float(self._shared(player, option).min())

    def _shared(self, player: int, option: Option) -> NDArray[np.float64]:
        """Least cost of the others, by what those before the player bring."""
        j = self.place[player]
        after = self.search.table[j + 1][self.search.complement(option)]
        return np.asarray(self.before[j] + after)

    def chosen_without(self, player: int) -> tuple[float, Chosen] | None:
        """Find cheapest payments that leave a player out.

        Parameters
        ----------
        player : int
            The player.

        Returns
        -------
        float, tuple of Option; or None
            None when there are none.
        """
        search = self.search
        if self.without(player) == inf:
            return None
        if not search.exact:
            rest = [o for o in self.text.options if o.player != player]
            return _first(LevelSearch(self.branch, self.text.votes, rest))
        if player not in self.place:
            return self._sum(search.trace())
        j = self.place[player]
        shared = self.before[j] + search.table[j + 1][::-1]
        cell = int(shared.argmin())
        after = search.trace(j + 1, len(shared) - 1 - cell)
        return self._sum((*search.trace_back(self.before, j, cell), *after))

    def chosen_in_favour(self, player: int) -> tuple[float, Chosen] | None:
        """Find cheapest payments under which a player votes for.

        Parameters
        ----------
        player : int
            The player.

        Returns
        -------
        float, tuple of Option; or None
            None when there are none.
        """
        search = self.search
        if self.in_favour(player) == inf:
            return None
        if not search.exact:
            floors = tuple(YES if i == player else v for i, v in enumerate(self.branch.floors))
            raised = replace(self.branch, floors=floors)
            return _first(LevelSearch(raised, self.text.votes, self.text.options))
        if self.text.votes[player] == YES:
            return self._sum(search.trace())
        option = self.yes[player]
        if player not in self.place:
            return self._sum((*search.trace(), option))
        j = self.place[player]
        cell = int(self._shared(player, option).argmin())
        after = search.trace(j + 1, int(search.complement(option)[cell]))
        return self._sum((*search.trace_back(self.before, j, cell), option, *after))

    @staticmethod
    def _sum(chosen: Sequence[Option]) -> tuple[float, Chosen]:
        return sum(option.cost for option in chosen), tuple(chosen)


def _first(search: LevelSearch) -> tuple[float, Chosen] | None:
    return next(((cost, found) for cost, found in search.run() if found is not None), None)
