"""Power, counts and lists of voting games, beside other packages and plain numpy.

One thread; figures are of warm calls on a rule that is already built. The other packages are
optional, and what is not installed is a row that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import (
    suite_voting_fund,
    suite_voting_lists,
    suite_voting_processes,
    suite_voting_rules,
    suite_voting_weighted,
)
from .harness import Case

__all__ = ["cases"]


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases of the suite.

    Parameters
    ----------
    quick : bool
        Whether to leave out what takes the other packages minutes.

    Yields
    ------
    Case
    """
    yield from suite_voting_weighted.cases(quick)
    yield from suite_voting_fund.cases(quick)
    yield from suite_voting_rules.cases(quick)
    yield from suite_voting_lists.cases(quick)
    yield from suite_voting_processes.cases(quick)
