"""Sets of amendments in ascending order of what is known of their least cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

from solvers.concessions.decomposition.choices import Choices, choices_of
from solvers.concessions.decomposition.separable import Separable

__all__ = ["BoundedTexts", "bounded_texts"]

MOST_SETS: Final = 1 << 22
FEW: Final = 6000  # sets times players: below it the cost of the text is bound enough
CHUNK: Final = 1 << 14  # sets bounded between two looks at the clock


@dataclass(frozen=True)
class BoundedTexts:
    """Admissible sets of amendments, and a bound on the cost of every package with each.

    Parameters
    ----------
    choices : Choices
        What the bits of a mask stand for.
    masks : list of int
        The sets, those of the least bounds first.
    bounds : list of float
        Bounds, rising; infinite where no package has the set.
    """

    choices: Choices
    masks: list[int]
    bounds: list[float]


def bounded_texts(
    separable: Separable,
    enough: float = inf,
    deadline: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> BoundedTexts | None:
    """List the admissible sets by their bounds.

    Parameters
    ----------
    separable : Separable
        The problem.
    enough : float
        From this bound on it need not be tight.
    deadline : float, optional
        Value of ``time.perf_counter`` at which to give up.
    stop : callable, optional
        True gives up.

    Returns
    -------
    BoundedTexts or None
        None when it was given up.

    Raises
    ------
    LimitError
        If there are more than four million sets, or 62 amendments.

    Notes
    -----
    Of few sets the bound is the cost of the amendments; of many it is that of a linear
    relaxation of the payments. Equal on any number of threads.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, Springer, 2004,
       chapter 11 (multiple-choice knapsacks).
    """
    choices = choices_of(separable)
    if 2 ** len(choices.content) * max(1, len(separable.free)) <= FEW:
        few = sorted((float(choices.cost(mask)), mask) for mask in choices.listed())
        return BoundedTexts(choices, [mask for _, mask in few], [bound for bound, _ in few])
    import numpy as np

    from solvers.concessions.decomposition.enumeration import bounds_of

    masks = choices.masks(MOST_SETS)
    arrays, bounds = separable.arrays, np.empty(masks.size)
    for begin in range(0, masks.size, CHUNK):
        if (deadline is not None and time.perf_counter() > deadline) or (stop and stop()):
            return None
        part = slice(begin, begin + CHUNK)
        bounds[part] = bounds_of(arrays, masks[part], enough)
    order = np.argsort(bounds, kind="stable")
    return BoundedTexts(choices, masks[order].tolist(), bounds[order].tolist())
