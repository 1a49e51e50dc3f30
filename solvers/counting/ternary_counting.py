"""Count winning and minimal winning vote profiles of any rule, with abstention, exactly."""

from __future__ import annotations

from solvers.counting import (
    profiles_by_coalitions,
    profiles_by_diagram,
    profiles_by_enumeration,
    profiles_by_programme,
    profiles_by_types,
)
from solvers.counting.counts import Method, choose
from solvers.counting.ternary_counts import MinimalProfiles, TernaryCounts
from solvers.counting.ternary_games import TernaryGame, ternary_game
from solvers.rules.rule import Rule

__all__ = [
    "MINIMAL_METHODS",
    "PROFILE_METHODS",
    "MinimalProfiles",
    "TernaryCounts",
    "count_minimal_profiles",
    "count_profiles",
]

PROFILE_METHODS: tuple[Method[TernaryGame, TernaryCounts], ...] = (
    Method("types", profiles_by_types.count, profiles_by_types.refusal, profiles_by_types.seconds),
    Method(
        "coalitions",
        profiles_by_coalitions.count,
        profiles_by_coalitions.refusal,
        profiles_by_coalitions.seconds,
    ),
    Method(
        "programme-compiled",
        profiles_by_programme.count,
        profiles_by_programme.refusal,
        profiles_by_programme.seconds,
    ),
    Method(
        "enumeration",
        profiles_by_enumeration.count,
        profiles_by_enumeration.refusal,
        profiles_by_enumeration.seconds,
    ),
    Method(
        "diagram",
        profiles_by_diagram.count,
        profiles_by_diagram.refusal,
        profiles_by_diagram.seconds,
    ),
)

MINIMAL_METHODS: tuple[Method[TernaryGame, MinimalProfiles], ...] = (
    Method(
        "types",
        profiles_by_types.count_minimal,
        profiles_by_types.refusal,
        profiles_by_types.seconds,
    ),
    Method(
        "coalitions",
        profiles_by_coalitions.count_minimal,
        profiles_by_coalitions.refusal_minimal,
        profiles_by_coalitions.seconds_minimal,
    ),
    Method(
        "enumeration",
        profiles_by_enumeration.count_minimal,
        profiles_by_enumeration.refusal,
        profiles_by_enumeration.seconds,
    ),
    Method(
        "diagram",
        profiles_by_diagram.count_minimal,
        profiles_by_diagram.refusal,
        profiles_by_diagram.seconds,
    ),
)


def count_profiles(rule: Rule, method: str = "auto") -> TernaryCounts:
    """Count winning profiles of yes, abstain and no, and the swings of every player.

    Parameters
    ----------
    rule : Rule
        Any rule; nobody is absent.
    method : str
        A name in ``PROFILE_METHODS``, or ``"auto"`` for the one with the least estimated time.

    Returns
    -------
    TernaryCounts
        Exact integers of any length, and the method that counted.

    Raises
    ------
    GameError
        If there is no such method.
    LimitError
        If the method refuses the rule, or every method does.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, "Ternary voting games", International Journal of
       Game Theory 26 (1997), pp. 335-351.

    Examples
    --------
    Two members, more yes than no:

    >>> from solvers.rules.rule import Quota
    >>> counts = count_profiles(Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1)))
    >>> counts.winning, counts.yes_swings, counts.abstain_swings
    (3, (1, 1), (1, 1))
    """
    game = ternary_game(rule)
    return choose(PROFILE_METHODS, game, method).run(game)


def count_minimal_profiles(rule: Rule, method: str = "auto") -> MinimalProfiles:
    """Count winning profiles that lose when any one vote falls by one level.

    Parameters
    ----------
    rule : Rule
        Any rule; nobody is absent.
    method : str
        A name in ``MINIMAL_METHODS``, or ``"auto"``.

    Returns
    -------
    MinimalProfiles

    Raises
    ------
    GameError
        If there is no such method.
    LimitError
        If the method refuses the rule, or every method does.

    Examples
    --------
    Two members, more yes than no: a yes beside an abstention.

    >>> from solvers.rules.rule import Quota
    >>> count_minimal_profiles(Rule(2, Quota((1, 1), (0, 0), (-1, -1), 1))).minimal
    2
    """
    game = ternary_game(rule)
    return choose(MINIMAL_METHODS, game, method).run(game)
