"""A simple game whose counts are made once, and what a power index answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from solvers.counting.counts import Counts, MinimalCounts, MinimalTotals, Totals
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.errors import LimitError
from solvers.rules.rule import Rule

if TYPE_CHECKING:
    from solvers.power.critical import CriticalCounts
    from solvers.power.quadrature import FloatPower
    from solvers.power.shift import ShiftCounts

__all__ = [
    "EXACT_SECONDS",
    "CountedGame",
    "Index",
    "Measure",
    "PowerIndex",
    "Values",
    "counted",
    "shares",
]

Values: TypeAlias = tuple[Fraction, ...]
"""One exact number for each player."""

Made = TypeVar("Made")

EXACT_SECONDS = 3.0
"""Where counting by size takes longer, by its estimate, an index that has floats gives floats."""

FLOAT_SECONDS = 120.0  # beyond, floats are refused as well


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
        self._refused: dict[str, str] = {}

    def _made(self, what: str, make: Callable[[Rule], Made]) -> Made:
        """Make a count; one that was refused is not tried again."""
        if what in self._refused:
            raise LimitError(self._refused[what])
        try:
            return make(self.rule)
        except LimitError as error:
            self._refused[what] = str(error)
            raise

    @cached_property
    def counts(self) -> Counts:
        """Winning coalitions and swings by size."""
        from solvers.counting import count

        return self._made("counts", count)

    @cached_property
    def totals(self) -> Totals:
        """Winning coalitions and swings over all sizes; within reach where `counts` is not."""
        from solvers.counting import count_totals

        return self.counts.totals() if "counts" in vars(self) else count_totals(self.rule)

    @cached_property
    def seconds_by_size(self) -> float:
        """Estimated time of `counts`; infinite where every method refuses the game."""
        from solvers.counting import METHODS

        game = self.game
        return min((m.seconds(game) for m in METHODS if m.refusal(game) is None), default=inf)

    @cached_property
    def single_quota(self) -> tuple[tuple[int, ...], int] | None:
        """Weights and quota of a game with one requirement; None for all others."""
        game = self.game
        if not isinstance(game.root, int):
            return None
        weights, quota = game.weights[game.root], game.thresholds[game.root]
        return (weights, quota) if 1 <= quota <= sum(weights) else None

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

        return self._made("minimal", count_minimal)

    @cached_property
    def minimal_totals(self) -> MinimalTotals:
        """Minimal winning coalitions over all sizes; within reach where `minimal` is not."""
        from solvers.counting import count_minimal_totals

        if "minimal" in vars(self):
            return self.minimal.totals()
        return count_minimal_totals(self.rule)

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
    values : tuple of Fraction or of float, length n
        In the order of the players; fractions are exact.
    normalisation : str
        What one unit is.
    name : str
        Name in the table of indices.
    source : str
        Where it is defined.
    error : float, optional
        For floats, how far they miss a sum that is known exactly; None for fractions.
    nodes : int
        For floats, nodes of the quadrature.
    """

    values: Values | tuple[float, ...]
    normalisation: str
    name: str
    source: str
    error: float | None = None
    nodes: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the values are fractions."""
        return self.error is None

    @property
    def unit(self) -> str:
        """The normalisation; for floats, also how well they keep to it and where they are from."""
        if self.error is None:
            return self.normalisation
        how = f"float, quadrature of {self.nodes} nodes"
        return f"{self.normalisation} within {self.error:.1e} ({how})"


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
    floats : callable, optional
        Takes weights and quota of a game with a single requirement, and a number of nodes or
        None; for games in which counting by size takes long.
    """

    name: str
    title: str
    normalisation: str
    formula: str
    source: str
    run: Callable[[CountedGame], Values]
    floats: Callable[[tuple[int, ...], int, int | None], FloatPower] | None = None

    def __call__(self, rule: Rule | CountedGame, exact: bool | None = None) -> PowerIndex:
        """Measure a game.

        Parameters
        ----------
        rule : Rule or CountedGame
            The game.
        exact : bool, optional
            True for fractions or a refusal, False for floats where the index has them. Without
            it fractions, but floats where counting would take longer than `EXACT_SECONDS`.

        Returns
        -------
        PowerIndex
            In floats only with an error.

        Raises
        ------
        RuleError
            If a leaf tells an abstention from a vote against.
        GameError
            If the game and the index do not go together.
        LimitError
            If the game is too large for the exact methods, and for floats where it may have them.
        """
        game = counted(rule)
        if self.floats is not None and exact is not True:
            slow = game.seconds_by_size > EXACT_SECONDS
            if (slow or exact is False) and game.single_quota is not None:
                weights, quota = game.single_quota
                reason = _no_floats(weights, quota)
                if reason is None:
                    found = self.floats(weights, quota, None)
                    return PowerIndex(
                        tuple(found.values.tolist()), self.normalisation, self.name, self.source,
                        found.error, found.nodes,
                    )  # fmt: skip
                if game.seconds_by_size == inf:
                    raise LimitError(
                        f"{self.name} is counted by size within 2 GiB, which this game passes, and "
                        f"in floats it {reason}: round the weights, or estimate by sampling"
                    )
        return PowerIndex(self.run(game), self.normalisation, self.name, self.source)


def _no_floats(weights: tuple[int, ...], quota: int) -> str | None:
    """Say why a game is not for floats; None if it is."""
    from solvers.power.quadrature import refusal, seconds

    n, total = len(weights) - weights.count(0), sum(weights)
    reason = refusal(n, quota, total)
    if reason is None and (time := seconds(n, quota, total)) > FLOAT_SECONDS:
        reason = f"takes {FLOAT_SECONDS:.0f} s at most; here about {time:,.0f} s are needed"
    return reason


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
