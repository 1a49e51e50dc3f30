"""Count winning coalitions, swings and minimal winning coalitions of any rule, exactly."""

from __future__ import annotations

from solvers.counting import (
    by_diagram,
    by_enumeration,
    by_halves,
    by_programme,
    by_types,
    minimal_counting,
)
from solvers.counting.counts import Counts, Method, MinimalCounts, Totals, choose
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.rules import Rule

__all__ = [
    "METHODS",
    "MINIMAL_METHODS",
    "TOTAL_METHODS",
    "Counts",
    "MinimalCounts",
    "Totals",
    "count",
    "count_minimal",
    "count_totals",
]

# Fastest first on the games they suit; the estimate chooses.
METHODS: tuple[Method[SimpleGame, Counts], ...] = (
    Method("types", by_types.count, by_types.refusal, by_types.seconds),
    Method(
        "programme",
        by_programme.count_plain,
        by_programme.refusal_plain,
        by_programme.seconds_plain,
    ),
    Method("halves", by_halves.count, by_halves.refusal, by_halves.seconds),
    Method(
        "programme-compiled",
        by_programme.count_compiled,
        by_programme.refusal_compiled,
        by_programme.seconds_compiled,
    ),
    Method(
        "enumeration",
        by_enumeration.count,
        by_enumeration.refusal,
        by_enumeration.seconds,
    ),
    Method("diagram", by_diagram.count, by_diagram.refusal, by_diagram.seconds),
)

TOTAL_METHODS: tuple[Method[SimpleGame, Totals], ...] = (
    Method(
        "programme-totals",
        by_programme.totals_compiled,
        by_programme.totals_refusal,
        by_programme.totals_seconds,
    ),
)

MINIMAL_METHODS: tuple[Method[SimpleGame, MinimalCounts], ...] = (
    Method("types", by_types.count_minimal, by_types.refusal, by_types.seconds),
    Method(
        "halves",
        by_halves.count_minimal,
        by_halves.refusal,
        by_halves.seconds_minimal,
    ),
    Method(
        "enumeration",
        by_enumeration.count_minimal,
        by_enumeration.refusal,
        by_enumeration.seconds_minimal,
    ),
    Method(
        "diagram",
        minimal_counting.count_minimal,
        minimal_counting.refusal,
        minimal_counting.seconds,
    ),
)


def count(rule: Rule, method: str = "auto") -> Counts:
    """Count winning coalitions and swings by size.

    Parameters
    ----------
    rule : Rule
        A rule that knows only yes and not-yes, such as ``rule.project("against")``.
    method : str
        A name in ``METHODS``, or ``"auto"`` for the one with the least estimated time.

    Returns
    -------
    Counts
        Exact integers of any length, and the method that counted.

    Raises
    ------
    RuleError
        If the rule tells an abstention from a vote against.
    GameError
        If there is no such method.
    LimitError
        If the method refuses the rule, or every method does.

    Notes
    -----
    No method allocates more than 2 GiB. ``"programme"``, ``"types"`` and ``"diagram"`` are plain
    Python and import neither numpy nor numba.

    References
    ----------
    .. [1] D. S. Felsenthal and M. Machover, The Measurement of Voting Power, Edward Elgar, 1998,
       chapters 2 and 3.

    Examples
    --------
    Four votes of six, held by members with 3, 2 and 1:

    >>> from solvers.rules import Quota
    >>> counts = count(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4)))
    >>> counts.winning, [sum(row) for row in counts.swings], counts.method
    ((0, 0, 2, 1), [3, 1, 1], 'types')
    """
    game = simple_game(rule)
    return choose(METHODS, game, method).run(game)


def count_totals(rule: Rule, method: str = "auto") -> Totals:
    """Count winning coalitions and swings over all sizes; for weights too large to keep sizes.

    Parameters
    ----------
    rule : Rule
        A rule that knows only yes and not-yes.
    method : str
        A name in ``TOTAL_METHODS`` or ``METHODS``, or ``"auto"``.

    Returns
    -------
    Totals

    Raises
    ------
    RuleError
        If the rule tells an abstention from a vote against.
    GameError
        If there is no such method.
    LimitError
        If the method refuses the rule, or every method does.

    Examples
    --------
    >>> from solvers.rules import Quota
    >>> totals = count_totals(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4)))
    >>> totals.winning, totals.swings
    (3, (3, 1, 1))
    """
    game = simple_game(rule)
    return choose((*TOTAL_METHODS, *TOTALS_BY_SIZE), game, method).run(game)


def _summed(method: Method[SimpleGame, Counts]) -> Method[SimpleGame, Totals]:
    """Make a method for totals of one that counts by size."""

    def run(game: SimpleGame) -> Totals:
        return method.run(game).totals()

    return Method(method.name, run, method.refusal, method.seconds)


TOTALS_BY_SIZE = tuple(_summed(method) for method in METHODS)


def count_minimal(rule: Rule, method: str = "auto") -> MinimalCounts:
    """Count minimal winning coalitions by size.

    Parameters
    ----------
    rule : Rule
        A rule that knows only yes and not-yes.
    method : str
        A name in ``MINIMAL_METHODS``, or ``"auto"``.

    Returns
    -------
    MinimalCounts

    Raises
    ------
    RuleError
        If the rule tells an abstention from a vote against.
    GameError
        If there is no such method.
    LimitError
        If the method refuses the rule, or every method does.

    Examples
    --------
    >>> from solvers.rules import Quota
    >>> count_minimal(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4))).minimal
    (0, 0, 2, 0)
    """
    game = simple_game(rule)
    return choose(MINIMAL_METHODS, game, method).run(game)
