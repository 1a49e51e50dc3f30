"""Games with transferable utility, beside other packages and a sum of the same table.

One thread; figures are of warm calls on a game that is already built, unless the name of a row
says otherwise. The other packages are optional, and what is not installed is a row that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import suite_tu_nucleolus, suite_tu_oracles, suite_tu_processes, suite_tu_values
from .harness import Case
from .structure_cases import structure_cases

__all__ = ["cases"]


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases of the suite.

    Parameters
    ----------
    quick : bool
        Whether to leave out large tables, coopgame-py on 20 players, and what may take a minute.

    Yields
    ------
    Case
    """
    yield from suite_tu_values.cases(quick)
    yield from suite_tu_nucleolus.cases(quick)
    yield from suite_tu_oracles.cases(quick)
    yield from structure_cases(quick)
    yield from suite_tu_processes.cases(quick)
