"""What a grid varies: a key and its values, each checked before anything is worked on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from math import inf
from typing import Any

from coalitions.files.document import Document
from coalitions.files.spelling import did_you_mean, shown, vote_meant
from coalitions.scenarios.scenario import WHAT_IF, Scenario
from coalitions.sweeps.sweep_document import Place, find_place, plain, refuse_unencodable
from solvers.errors import EngineError, LimitError

__all__ = ["MAX_SCENARIOS", "UNCHANGED", "Axis", "axis_of", "refuse_many"]

MAX_SCENARIOS = 1_000_000
"""Most scenarios of one sweep."""
UNCHANGED = "unchanged"
"""As a vote of ``what_if.STATE``: the state votes as entered."""


@dataclass(frozen=True)
class Axis:
    """What is varied: a key and its values, in the order in which they were given."""

    key: str
    values: tuple[Any, ...]
    place: Place | None = None  # None: a vote of what_if
    state: str = ""  # whose vote

    def label(self, number: int) -> Any:
        """Return a value as a cell of a table."""
        value = self.values[number]
        return json.dumps(value) if isinstance(value, dict | list) else value


def axis_of(document: Document, scenario: Scenario, key: str, values: Iterable[Any]) -> Axis:
    """Read one key of a grid and its values.

    Parameters
    ----------
    document : Document
        The base case as its file says it.
    scenario : Scenario
        The base case.
    key : str
        Place of an entry, its parts joined by dots, or ``what_if.STATE``.
    values : iterable
        Of which no more are taken in than a sweep may have scenarios.

    Returns
    -------
    Axis

    Raises
    ------
    EngineError
        If the key leads nowhere, has no values, one twice, or one that cannot stand in a file.
    LimitError
        If there are too many values.
    """
    refuse_unencodable(key, "a key")
    if isinstance(values, str | bytes | Mapping | Set) or not isinstance(values, Iterable):
        # A set comes in another order each time, and a journal could not go on.
        raise EngineError(f"{key}: its values must be a list, not {shown(values)}")
    try:
        found = tuple(plain(value, key) for value in islice(values, MAX_SCENARIOS + 1))
    except RecursionError:
        raise EngineError(f"{key}: a value is too deep, or holds itself") from None
    if not found:
        raise EngineError(f"{key} has no values")
    refuse_many(len(found))
    seen: set[Any] = set()
    for value in found:
        mark = _mark(value)
        if mark in seen:
            raise EngineError(f"{key}: {json.dumps(value)} stands twice among its values")
        seen.add(mark)
    first, _, rest = key.partition(".")
    if first != "what_if":
        hint = did_you_mean(first, ["what_if"]) if first not in document.data else ""
        if hint:
            raise EngineError(f"{key}: no section {first!r} in a scenario{hint}")
        return Axis(key, found, find_place(document, key))
    if rest in ("", "self"):  # the latter would be taken for the scenario itself
        raise EngineError("what_if needs a state: write what_if.CHN")
    for vote in found:
        if not isinstance(vote, str) or vote not in (*WHAT_IF, UNCHANGED):
            hint = vote_meant(vote, (*WHAT_IF, UNCHANGED)) if isinstance(vote, str) else ""
            words = ", ".join(WHAT_IF)
            raise EngineError(f"{key}={shown(vote)}: a vote is {words} or {UNCHANGED}{hint}")
    (state,) = replace(scenario, changes={}).what_if(**{rest: "for"}).changes
    return Axis(key, found, None, state)


def _mark(value: Any) -> Any:
    """Return what is equal for equal values: 1 and 1.0 are one figure, 1 and true are not."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf:
        return Fraction(value)
    return json.dumps(value, sort_keys=True)


def refuse_many(n: int) -> None:
    """Refuse more scenarios than a sweep may have.

    Parameters
    ----------
    n : int
        How many.

    Raises
    ------
    LimitError
        If they are too many.

    Examples
    --------
    >>> try:
    ...     refuse_many(2_000_000)
    ... except LimitError as error:
    ...     print(str(error).partition(":")[0])
    2,000,000 scenarios; a sweep has at most 1,000,000
    """
    if n > MAX_SCENARIOS:
        told = f"{n:,}" if n <= 10**18 else "more than 10^18"
        raise LimitError(
            f"{told} scenarios; a sweep has at most {MAX_SCENARIOS:,}: vary fewer values, "
            f"or draw less often"
        )
