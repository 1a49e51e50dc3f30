"""Packages of concessions: the cheapest, lists, prices of votes, and the command line.

Bars are elapsed seconds of a warm call on two cores. A programme that its limit stops stays in the
table with its gap: it is late, not wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import suite_packages_cheapest, suite_packages_lists
from .harness import Case

__all__ = ["cases"]


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases of the suite.

    Parameters
    ----------
    quick : bool
        Whether to leave out the large bodies.

    Yields
    ------
    Case
    """
    yield from suite_packages_cheapest.cases(quick)
    yield from suite_packages_lists.cases(quick)
