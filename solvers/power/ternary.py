"""Power where abstention is a third vote of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from solvers.counting.ternary_counts import TernaryCounts
from solvers.power.game import PowerIndex, Values, shares
from solvers.rules.rule import Rule

__all__ = ["TERNARY_INDICES", "VOTE_MODEL", "TernaryIndex"]

VOTE_MODEL = "every member votes for, abstains or votes against, each with probability 1/3"


@dataclass(frozen=True)
class TernaryIndex:
    """A row of the table of ternary indices; call it with any rule.

    Parameters
    ----------
    name, title : str
        Short name, and name in the literature.
    normalisation : str
        What one unit is, in a few words for the head of a column.
    formula, source : str
        Definition and reference.
    run : callable
        Takes the counts of profiles, gives the values.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.
    """

    name: str
    title: str
    normalisation: str
    formula: str
    source: str
    run: Callable[[TernaryCounts], Values]

    def __call__(self, rule: Rule | TernaryCounts) -> PowerIndex:
        """Measure a game.

        Parameters
        ----------
        rule : Rule or TernaryCounts
            Any rule, or its counts, so that several indices share them.

        Returns
        -------
        PowerIndex

        Raises
        ------
        LimitError
            If the game is too large for the exact methods.
        """
        from solvers.counting.ternary_counting import count_profiles

        counts = rule if isinstance(rule, TernaryCounts) else count_profiles(rule)
        return PowerIndex(self.run(counts), self.normalisation, self.name, self.source)


def _swings(counts: TernaryCounts) -> tuple[int, ...]:
    """Count the profiles in which a fall of the player's vote by one level loses."""
    return tuple(y + a for y, a in zip(counts.yes_swings, counts.abstain_swings, strict=True))


def _absolute(counts: TernaryCounts) -> Values:
    others = 3 ** max(counts.n_players - 1, 0)
    return tuple(Fraction(s, others) for s in _swings(counts))


TERNARY_INDICES: dict[str, TernaryIndex] = {
    row.name: row
    for row in (
        TernaryIndex(
            "banzhaf_ternary", "Banzhaf, ternary", "of 3^(n-1) profiles",
            "profiles of the others in which a fall of i's vote by one level turns the "
            "outcome, by either step, / 3^(n-1): the chance that yes wins and no loses",
            "Felsenthal and Machover 1997", _absolute,
        ),
        TernaryIndex(
            "banzhaf_ternary_share", "Banzhaf, ternary, normalised", "sums to 1",
            "the same, divided by its sum over the players",
            "Felsenthal and Machover 1997", lambda counts: shares(_swings(counts)),
        ),
    )
}  # fmt: skip
"""Indices of games with abstention, by name."""
