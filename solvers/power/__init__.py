"""Power indices of simple games: one table; fractions, or floats that say so."""

from __future__ import annotations

from collections.abc import Iterable

from solvers.errors import GameError
from solvers.power.critical import CRITICAL_INDICES
from solvers.power.game import CountedGame, Index, Measure, PowerIndex, counted
from solvers.power.minimal import MINIMAL_INDICES, MINIMAL_MEASURES
from solvers.power.swings import SWING_INDICES, SWING_MEASURES
from solvers.rules.rule import Rule

__all__ = [
    "INDICES",
    "MEASURES",
    "CountedGame",
    "Index",
    "Measure",
    "PowerIndex",
    "counted",
    "power_index",
    "power_indices",
]

INDICES: dict[str, Index] = {
    row.name: row for row in (*SWING_INDICES, *CRITICAL_INDICES, *MINIMAL_INDICES)
}
"""Every index by name, with formula, source and normalisation."""

MEASURES: dict[str, Measure] = {row.name: row for row in (*SWING_MEASURES, *MINIMAL_MEASURES)}
"""Numbers of the body as a whole."""


def power_index(rule: Rule | CountedGame, name: str, exact: bool | None = None) -> PowerIndex:
    """Measure a game by one index.

    Parameters
    ----------
    rule : Rule or CountedGame
        A rule on yes and not-yes; ``rule.project`` makes one of a rule with abstention.
    name : str
        A name in `INDICES`.
    exact : bool, optional
        True for fractions or a refusal, False for floats where the index has them. Without it
        fractions, but floats where counting coalitions by size would take seconds.

    Returns
    -------
    PowerIndex
        Exact when its ``error`` is None. Where an index divides by a number that is 0, because
        nobody ever decides, every value is 0.

    Raises
    ------
    RuleError
        If a leaf tells an abstention from a vote against.
    GameError
        If there is no such index, or game and index do not go together.
    LimitError
        If the game is too large for the exact methods.

    References
    ----------
    .. [1] C. Bertini, J. Freixas, G. Gambarelli and I. Stach, "Comparing power indices",
       International Game Theory Review 15 (2013), 1340004.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> council = Rule(3, Quota((50, 49, 1), (0,) * 3, (0,) * 3, 51))
    >>> [str(value) for value in power_index(council, "shapley_shubik").values]
    ['2/3', '1/6', '1/6']
    """
    if name not in INDICES:
        raise GameError(f"no power index {name!r}; there are {', '.join(INDICES)}")
    return INDICES[name](rule, exact)


def power_indices(rule: Rule | CountedGame, names: Iterable[str]) -> tuple[PowerIndex, ...]:
    """Measure a game by several indices; what they share is counted once.

    Parameters
    ----------
    rule : Rule or CountedGame
        As in :func:`power_index`.
    names : iterable of str
        Names in `INDICES`.

    Returns
    -------
    tuple of PowerIndex

    Raises
    ------
    EngineError
        As in :func:`power_index`.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> council = Rule(3, Quota((2, 1, 1), (0,) * 3, (0,) * 3, 3))
    >>> [index.normalisation for index in power_indices(council, ["rae", "johnston"])]
    ['chance at 1/2 each', 'sums to 1']
    """
    game = counted(rule)
    return tuple(power_index(game, name) for name in names)
