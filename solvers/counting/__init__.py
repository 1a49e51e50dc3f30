"""Count winning coalitions, swings and minimal winning coalitions of any rule, exactly."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from solvers.counting import (
    by_diagram,
    by_enumeration,
    by_halves,
    by_programme,
    by_types,
    minimal_by_programme,
    minimal_counting,
    totals_by_programme,
)
from solvers.counting.counts import (
    Answer,
    Counts,
    Method,
    MinimalCounts,
    MinimalTotals,
    Totals,
    choose,
)
from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.rules.rule import Rule

__all__ = [
    "METHODS",
    "MINIMAL_METHODS",
    "MINIMAL_TOTAL_METHODS",
    "TOTAL_METHODS",
    "Counts",
    "MinimalCounts",
    "MinimalTotals",
    "Totals",
    "count",
    "count_minimal",
    "count_minimal_totals",
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
        totals_by_programme.count,
        totals_by_programme.refusal,
        totals_by_programme.seconds,
    ),
    Method("types", by_types.count_totals, by_types.refusal, by_types.seconds_totals),
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

MINIMAL_TOTAL_METHODS: tuple[Method[SimpleGame, MinimalTotals], ...] = (
    Method(
        "programme-minimal",
        minimal_by_programme.count,
        minimal_by_programme.refusal,
        minimal_by_programme.seconds,
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

    >>> from solvers.rules.rule import Quota
    >>> counts = count(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4)))
    >>> counts.winning, [sum(row) for row in counts.swings], counts.method
    ((0, 0, 2, 1), [3, 1, 1], 'types')
    """
    game = simple_game(rule)
    return _chosen(METHODS, game, method).run(game)


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
    >>> from solvers.rules.rule import Quota
    >>> totals = count_totals(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4)))
    >>> totals.winning, totals.swings
    (3, (3, 1, 1))
    """
    game = simple_game(rule)
    return _chosen(ALL_TOTALS, game, method).run(game)


def _summed(method: Method[SimpleGame, Counts]) -> Method[SimpleGame, Totals]:
    """Make a method for totals of one that counts by size."""

    def run(game: SimpleGame) -> Totals:
        return method.run(game).totals()

    return Method(method.name, run, method.refusal, method.seconds)


ALL_TOTALS = TOTAL_METHODS + tuple(
    _summed(method) for method in METHODS if method.name not in {own.name for own in TOTAL_METHODS}
)

KERNELS = tuple(f"solvers.kernels.{name}" for name in ("size_sums", "half_sums", "coalition_table"))


def _chosen(
    methods: Sequence[Method[SimpleGame, Answer]], game: SimpleGame, name: str
) -> Method[SimpleGame, Answer]:
    """Choose a method, once for a game as long as no other kernels are loaded."""
    key = id(methods), name, sum(map(sys.modules.__contains__, KERNELS))
    found: Method[SimpleGame, Answer] | None = game.notes.get(key)
    if found is None:
        found = game.notes[key] = choose(methods, game, name)
    return found


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
    >>> from solvers.rules.rule import Quota
    >>> count_minimal(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4))).minimal
    (0, 0, 2, 0)
    """
    game = simple_game(rule)
    return _chosen(MINIMAL_METHODS, game, method).run(game)


def count_minimal_totals(rule: Rule, method: str = "auto") -> MinimalTotals:
    """Count minimal winning coalitions over all sizes; for weights too large to keep sizes.

    Parameters
    ----------
    rule : Rule
        A rule that knows only yes and not-yes.
    method : str
        A name in ``MINIMAL_TOTAL_METHODS`` or ``MINIMAL_METHODS``, or ``"auto"``.

    Returns
    -------
    MinimalTotals

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
    >>> from solvers.rules.rule import Quota
    >>> totals = count_minimal_totals(Rule(3, Quota((3, 2, 1), (0, 0, 0), (0, 0, 0), 4)))
    >>> totals.minimal, totals.minimal_with
    (2, (2, 1, 1))
    """
    game = simple_game(rule)
    return _chosen(ALL_MINIMAL_TOTALS, game, method).run(game)


def _summed_minimal(method: Method[SimpleGame, MinimalCounts]) -> Method[SimpleGame, MinimalTotals]:
    """Make a method for totals of one that counts by size."""

    def run(game: SimpleGame) -> MinimalTotals:
        return method.run(game).totals()

    return Method(method.name, run, method.refusal, method.seconds)


ALL_MINIMAL_TOTALS = MINIMAL_TOTAL_METHODS + tuple(map(_summed_minimal, MINIMAL_METHODS))
