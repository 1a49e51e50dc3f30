"""Bargaining over a finite list: which of the outcomes is Nash's, or another's, choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any, Final

from solvers.bargaining.problem import Point, read_point, read_weights
from solvers.errors import GameError

__all__ = ["Choice", "egalitarian_choice", "kalai_smorodinsky_choice", "nash_choice"]

MAX_POWER: Final = 10_000  # gains are raised to whole powers, so that products compare exactly


@dataclass(frozen=True)
class Choice:
    """Which outcomes of a list a bargaining concept chooses.

    Parameters
    ----------
    concept : str
        Name of the concept.
    indices : tuple of int
        Places in the list; several when they are equally good. The first one is proposed.
    gains : tuple of Fraction
        Gains of the players at the first of them.
    value : Fraction
        What is largest there: the product of gains, the least gain, the least share of an ideal.
    refused : tuple of int
        Outcomes that somebody likes no better than disagreement; they were left out.
    """

    concept: str
    indices: tuple[int, ...]
    gains: Point
    value: Fraction
    refused: tuple[int, ...]

    @property
    def index(self) -> int:
        """Place of the outcome proposed."""
        return self.indices[0]


def nash_choice(
    outcomes: Sequence[Sequence[Any]],
    disagreement: Sequence[Any],
    weights: Sequence[Any] | None = None,
) -> Choice:
    """Choose the outcome with the largest product of gains.

    Parameters
    ----------
    outcomes : sequence of sequences of numbers, m by n
        Payoffs; no mixtures.
    disagreement : sequence of numbers, length n
        Payoffs without an agreement.
    weights : sequence of numbers, optional
        Powers of the gains, in the proportions of small whole numbers.

    Returns
    -------
    Choice
        Exact, with all that tie. The value is the product with the weights as whole powers.

    Raises
    ------
    GameError
        If no outcome is better than disagreement for everybody, or the weights are not in the
        proportions of whole numbers up to 10,000.

    References
    ----------
    .. [1] M. Mariotti, "Nash bargaining theory when the number of alternatives can be finite",
       Social Choice and Welfare 15 (1998), pp. 413-421.

    Examples
    --------
    >>> nash_choice([[4, 1], [2, 2], [0, 9]], [0, 0]).indices
    (0, 1)
    >>> nash_choice([[4, 1], [2, 2], [0, 9]], [0, 0], weights=[1, 2]).indices
    (1,)
    """
    power = read_weights(weights, len(disagreement))
    scale = lcm(*(w.denominator for w in power))
    whole = [int(w * scale) for w in power]
    if max(whole, default=0) > MAX_POWER:
        raise GameError(
            f"weights in the proportions {whole[:4]} cannot be compared exactly: choose whole "
            f"numbers up to {MAX_POWER:,}"
        )
    return _choose(
        "nash_bargaining",
        outcomes,
        disagreement,
        lambda gains, ideal: (
            prod((g**w for g, w in zip(gains, whole, strict=True)), start=Fraction(1)),
        ),
    )


def kalai_smorodinsky_choice(
    outcomes: Sequence[Sequence[Any]], disagreement: Sequence[Any]
) -> Choice:
    """Choose the outcome whose smallest share of an ideal gain is largest.

    Parameters
    ----------
    outcomes : sequence of sequences of numbers, m by n
        Payoffs; no mixtures.
    disagreement : sequence of numbers, length n
        Payoffs without an agreement.

    Returns
    -------
    Choice
        Exact; ties go by the next smallest share.

    Raises
    ------
    GameError
        If no outcome is better than disagreement for everybody.

    Notes
    -----
    The ideal is the most that a player gains in outcomes that are worse for nobody.

    References
    ----------
    .. [1] H. Imai, "Individual monotonicity and lexicographic maxmin solution", Econometrica 51
       (1983), pp. 389-401.

    Examples
    --------
    >>> kalai_smorodinsky_choice([[4, 1], [2, 2], [0, 9]], [0, 0]).value
    Fraction(2, 9)
    """
    return _choose(
        "kalai_smorodinsky",
        outcomes,
        disagreement,
        lambda gains, ideal: tuple(sorted(g / a for g, a in zip(gains, ideal, strict=True))),
    )


def egalitarian_choice(outcomes: Sequence[Sequence[Any]], disagreement: Sequence[Any]) -> Choice:
    """Choose the outcome whose smallest gain is largest.

    Parameters
    ----------
    outcomes : sequence of sequences of numbers, m by n
        Payoffs; no mixtures.
    disagreement : sequence of numbers, length n
        Payoffs without an agreement.

    Returns
    -------
    Choice
        Exact; ties go by the next smallest gain.

    Raises
    ------
    GameError
        If no outcome is better than disagreement for everybody.

    References
    ----------
    .. [1] H. Imai, "Individual monotonicity and lexicographic maxmin solution", Econometrica 51
       (1983), pp. 389-401.

    Examples
    --------
    >>> egalitarian_choice([[4, 1], [2, 2], [3, 2], [0, 9]], [0, 0]).indices
    (2,)
    """
    return _choose(
        "egalitarian_bargaining", outcomes, disagreement, lambda gains, ideal: tuple(sorted(gains))
    )


def _choose(
    concept: str,
    outcomes: Sequence[Sequence[Any]],
    disagreement: Sequence[Any],
    merit: Callable[[Point, Point], tuple[Fraction, ...]],
) -> Choice:
    base = read_point(disagreement, "the disagreement point")
    rows = [read_point(row, f"outcome {k}") for k, row in enumerate(outcomes)]
    for k, row in enumerate(rows):
        if len(row) != len(base):
            raise GameError(
                f"outcome {k} has {len(row)} payoffs, the disagreement point {len(base)}; they "
                f"must be as many"
            )
    gains = [tuple(x - d for x, d in zip(row, base, strict=True)) for row in rows]
    better = [k for k, gain in enumerate(gains) if gain and min(gain) > 0]
    if not better:
        raise GameError(
            "no outcome is better than disagreement for every player: there is nothing to choose"
        )
    agreeable = [gain for gain in gains if min(gain) >= 0]
    ideal = tuple(map(max, zip(*agreeable, strict=True)))
    merits = {k: merit(gains[k], ideal) for k in better}
    best = max(merits.values())
    chosen = tuple(k for k in better if merits[k] == best)
    refused = tuple(k for k in range(len(rows)) if k not in merits)
    return Choice(concept, chosen, gains[chosen[0]], Fraction(best[0]), refused)
