"""A simple game whose counts are made once, and what a power index answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from solvers.counting.counts import Counts, MinimalCounts, Totals
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.rules import Rule

if TYPE_CHECKING:
    from solvers.power.critical import CriticalCounts
    from solvers.power.shift import ShiftCounts

__all__ = ["CountedGame", "Index", "Measure", "PowerIndex", "Values", "counted", "shares"]

Values: TypeAlias = tuple[Fraction, ...]
"""One exact number for each player."""


class CountedGame:
    """A rule on yes and not-yes with its counts, each made when it is first asked for.

    Parameters
    ----------
    rule : Rule
        No leaf may tell an abstention from a vote against; ``rule.project`` makes it so.

    Raises
    ------
    RuleError
        If a leaf does.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, The Measurement of Voting Power, Edward Elgar, 1998.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.game: SimpleGame = simple_game(rule)
        self.n_players = rule.n_players

    @cached_property
    def counts(self) -> Counts:
        """Winning coalitions and swings by size."""
        from solvers.counting import count

        return count(self.rule)

    @cached_property
    def totals(self) -> Totals:
        """Winning coalitions and swings over all sizes; within reach where `counts` is not."""
        from solvers.counting import count_totals

        return self.counts.totals() if "counts" in vars(self) else count_totals(self.rule)

    @property
    def winning(self) -> int:
        """Number of winning coalitions."""
        return self.totals.winning

    @property
    def winning_with(self) -> tuple[int, ...]:
        """Winning coalitions that contain each player."""
        return self.totals.winning_with

    @property
    def swings(self) -> tuple[int, ...]:
        """Winning coalitions that lose when the player leaves, for each player."""
        return self.totals.swings

    @cached_property
    def minimal(self) -> MinimalCounts:
        """Minimal winning coalitions by size."""
        from solvers.counting import count_minimal

        return count_minimal(self.rule)

    @cached_property
    def critical(self) -> CriticalCounts:
        """Vulnerable coalitions by their number of critical members."""
        from solvers.power.critical import count_critical

        return count_critical(self.rule)

    @cached_property
    def shift(self) -> ShiftCounts:
        """Shift minimal winning coalitions by size."""
        from solvers.power.shift import count_shift_minimal

        return count_shift_minimal(self.rule)


def counted(rule: Rule | CountedGame) -> CountedGame:
    """Wrap a rule, unless it is wrapped already.

    Parameters
    ----------
    rule : Rule or CountedGame
        The game.

    Returns
    -------
    CountedGame
        Hand the same one to several indices, and each count is made once.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    """
    return rule if isinstance(rule, CountedGame) else CountedGame(rule)


@dataclass(frozen=True)
class PowerIndex:
    """An index of every player.

    Parameters
    ----------
    values : tuple of Fraction, length n
        Exact, in the order of the players.
    normalisation : str
        What one unit is.
    name : str
        Name in the table of indices.
    source : str
        Where it is defined.
    """

    values: Values
    normalisation: str
    name: str
    source: str


@dataclass(frozen=True)
class Index:
    """A row of the table of indices; call it with a rule.

    Parameters
    ----------
    name, title : str
        Short name, and name in the literature.
    normalisation : str
        What one unit is, in a few words for the head of a column.
    formula, source : str
        Definition and reference.
    run : callable
        Takes a counted game, gives the values.
    """

    name: str
    title: str
    normalisation: str
    formula: str
    source: str
    run: Callable[[CountedGame], Values]

    def __call__(self, rule: Rule | CountedGame) -> PowerIndex:
        """Measure a game.

        Parameters
        ----------
        rule : Rule or CountedGame
            The game.

        Returns
        -------
        PowerIndex

        Raises
        ------
        RuleError
            If a leaf tells an abstention from a vote against.
        GameError
            If the game and the index do not go together.
        LimitError
            If the game is too large for the exact methods.
        """
        return PowerIndex(self.run(counted(rule)), self.normalisation, self.name, self.source)


@dataclass(frozen=True)
class Measure:
    """A row of the table of numbers that belong to the body, not to a player."""

    name: str
    title: str
    formula: str
    source: str
    run: Callable[[CountedGame], Fraction]

    def __call__(self, rule: Rule | CountedGame) -> Fraction:
        """Measure a game.

        Parameters
        ----------
        rule : Rule or CountedGame
            The game.

        Returns
        -------
        Fraction

        Raises
        ------
        RuleError
            If a leaf tells an abstention from a vote against.
        LimitError
            If the game is too large for the exact methods.
        """
        return self.run(counted(rule))


def shares(amounts: tuple[int, ...] | Values) -> Values:
    """Scale amounts so that they sum to 1.

    Parameters
    ----------
    amounts : tuple of int or Fraction
        At least 0.

    Returns
    -------
    tuple of Fraction
        Zeros when there is nothing to share: nobody ever decides.

    Examples
    --------
    >>> shares((3, 1)), shares((0, 0))
    ((Fraction(3, 4), Fraction(1, 4)), (Fraction(0, 1), Fraction(0, 1)))
    """
    total = sum(amounts, Fraction(0))
    return tuple(Fraction(a) / total if total else Fraction(0) for a in amounts)
