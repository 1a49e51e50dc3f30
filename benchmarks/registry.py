"""The benchmark suites by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from solvers.errors import EngineError

if TYPE_CHECKING:
    from .harness import Case

__all__ = ["SUITES", "Suite", "find_suite"]


@dataclass(frozen=True)
class Suite:
    """A named list of benchmark cases.

    Parameters
    ----------
    name : str
        What the user types.
    module : str
        The module of this package that has ``cases(quick)``.
    title : str
        One line for the list of suites.
    """

    name: str
    module: str
    title: str

    def cases(self, quick: bool) -> Iterator[Case]:
        """Build the cases one after another, when they are asked for.

        Parameters
        ----------
        quick : bool
            Whether to leave out what takes long.

        Yields
        ------
        Case
        """
        suite = import_module(f".{self.module}", __package__)
        yield from cast("Iterator[Case]", suite.cases(quick))


SUITES = (
    Suite("rules", "suite_rules", "decision rules on batches of vote profiles"),
    Suite(
        "voting", "suite_voting", "power, counts and lists of voting games, beside other packages"
    ),
    Suite("tu", "suite_tu", "values, nucleolus, structures, games too large for a table"),
    Suite("packages", "suite_packages", "cheapest packages, lists and prices, with every back end"),
)


def find_suite(name: str) -> Suite:
    """Find a suite by its name.

    Parameters
    ----------
    name : str
        A name in ``SUITES``.

    Returns
    -------
    Suite

    Raises
    ------
    EngineError
        If there is no such suite; the message lists them.

    Examples
    --------
    >>> find_suite("rules").module
    'suite_rules'
    """
    for suite in SUITES:
        if suite.name == name:
            return suite
    known = ", ".join(suite.name for suite in SUITES)
    raise EngineError(f"there is no benchmark suite {name!r}: take one of {known}")
