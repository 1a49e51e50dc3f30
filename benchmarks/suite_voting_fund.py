"""A Fund of 190 members with 5.2 million votes, beside one ``numpy.add`` for each member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from solvers.counting import count_totals
from solvers.power.quadrature import FloatPower, banzhaf_floats, shapley_shubik_floats
from solvers.rules.rule import Rule

from .harness import Answer, Case, Contestant
from .suite_voting_judges import Complaint, fund_totals
from .suite_voting_weighted import weighted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["additions", "cases", "fund_votes"]

SEED = 20221002
MEMBERS, VOTES = 190, 5_200_000


def fund_votes() -> tuple[int, ...]:
    """Draw votes as unequal as those of the Fund.

    Returns
    -------
    tuple of int, length 190
        They sum to 5.2 million; everybody has some basic votes, the first about a sixth.
    """
    rng = np.random.default_rng(SEED)
    quotas = rng.lognormal(0.0, 0.1, MEMBERS) / np.arange(1, MEMBERS + 1)
    basic = VOTES // 20 // MEMBERS
    rest = VOTES - MEMBERS * basic
    votes = [basic + int(rest * share) for share in quotas / quotas.sum()]
    votes[0] += VOTES - sum(votes)
    return tuple(votes)


def additions(length: int, kind: type = np.int64) -> Callable[[], Answer]:
    """Make the anchor of a Fund: one ``numpy.add`` for each member, in place.

    Parameters
    ----------
    length : int
        Of the vectors.
    kind : type
        ``numpy.int64`` or ``numpy.float64``.

    Returns
    -------
    callable
    """
    one: NDArray[Any] = np.ones(length, kind)
    total: NDArray[Any] = np.ones(length, kind)

    def run() -> None:
        for _ in range(MEMBERS):
            np.add(one, total, out=total)

    return run


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to repeat less.

    Yields
    ------
    Case
    """
    votes = fund_votes()
    for percent in (50, 85):
        # Above a half: more than 50 %.
        quota = max(-(-percent * VOTES // 100), VOTES // 2 + 1)
        yield from _fund(percent, quota, votes, 1.5 if quick else 10.0)


def _fund(percent: int, quota: int, votes: tuple[int, ...], seconds: float) -> Iterator[Case]:
    rule = Rule(MEMBERS, weighted(quota, votes))
    small, large = sorted((quota, VOTES - quota + 1))
    name = f"Fund of 190 members and 5.2 million votes, {percent} %"

    def integers() -> Answer:
        totals = count_totals(rule)
        return totals.winning, totals.swings

    def judged(answer: Answer) -> str | None:
        totals: Any = answer
        return fund_totals(quota, votes, totals)

    yield Case(
        f"raw Banzhaf, exact, {name}",
        Contestant("190 numpy.add, int64", additions(small)),
        (Contestant("exact integers, all moduli", integers, True, 1.5),),
        judged,
        seconds,
    )
    swings = count_totals(rule).swings
    yield Case(
        f"raw Banzhaf, floats, {name}",
        Contestant("190 numpy.add, float64", additions(small, np.float64)),
        (
            Contestant(
                "floats",
                lambda: banzhaf_floats(votes, quota),
                True,
                1.0,
                None,
                lambda answer: f"largest relative error {_error(answer, swings):.2g}",
            ),
        ),
        _close(swings),
        seconds,
    )
    yield Case(
        f"Shapley-Shubik, {name}",
        Contestant("190 numpy.add, float64", additions(large, np.float64)),
        (
            Contestant(
                "floats",
                lambda: shapley_shubik_floats(votes, quota),
                True,
                8.0,
                None,
                lambda answer: f"|sum - 1| = {_sum_error(answer):.2g}",
            ),
        ),
        _sums_to_one,
        seconds,
    )


def _error(answer: Answer, swings: Sequence[int]) -> float:
    """Find the largest relative error of absolute values."""
    values = np.asarray(answer, np.float64).tolist()
    scale = 1 << (MEMBERS - 1)
    return max(
        float(abs(value * scale / right - 1)) for value, right in zip(values, swings, strict=True)
    )


def _close(swings: Sequence[int]) -> Complaint:
    def complaint(answer: object) -> str | None:
        error = _error(answer, swings)
        if error < 1e-13:
            return None
        return f"a relative error of {error:.2g} against the exact integers"

    return complaint


def _sum_error(answer: Answer) -> float:
    """Return how far the sum of the values is from 1."""
    return abs(float(answer.values.sum()) - 1) if isinstance(answer, FloatPower) else 1.0


def _sums_to_one(answer: Answer) -> str | None:
    error = _sum_error(answer)
    return None if error < 1e-12 else f"the values sum to 1 within {error:.2g}"
