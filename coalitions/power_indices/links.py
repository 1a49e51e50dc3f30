"""Links between members, written as A-B or in a table with the columns from and to."""

from __future__ import annotations

from coalitions.bodies.rosters import BoundDecision
from coalitions.decisions.winning import numbers
from coalitions.errors import InputError
from coalitions.files import csv_table
from solvers.errors import EngineError

__all__ = ["read_links"]


def read_links(bound: BoundDecision, text: str) -> list[tuple[str, str]]:
    """Read links between members of a body.

    Parameters
    ----------
    bound : BoundDecision
        The decision, which knows the members.
    text : str
        Pairs such as ``"CHN-RUS, FRA-GBR"``, or the name of a CSV file with the columns ``from``
        and ``to``; ``-`` reads the table from standard input.

    Returns
    -------
    list of (str, str)
        Members by their names in the rule.

    Raises
    ------
    InputError
        If a table cannot be read, or names somebody who is no member; with each place.
    EngineError
        If a pair is not two members.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.bodies.rosters import bind_decision
    >>> council = bind_decision(load_body("un-security-council"))
    >>> read_links(council, "China-RUS, fr-gb")
    [('CHN', 'RUS'), ('FRA', 'GBR')]
    """
    if text == "-" or text.lower().endswith(".csv"):
        return _from_table(bound, text)
    pairs = [pair for part in text.split(";") for pair in part.split(",") if pair.strip()]
    return [_pair(bound, pair.strip()) for pair in pairs]


def _from_table(bound: BoundDecision, path: str) -> list[tuple[str, str]]:
    table = csv_table.read(path, ["from", "to"])
    found, problems = [], []
    for row in table:
        ends = []
        for column in ("from", "to"):
            try:
                ends += [bound.rule.names[i] for i in numbers(bound, [row[column]])]
            except EngineError as error:
                problems.append(table.problem(row, column, str(error)))
        if len(ends) == 2 and ends[0] == ends[1]:
            problems.append(table.problem(row, "to", f"{ends[0]} is linked with itself"))
        found.append(tuple(ends))
    if problems:
        raise InputError(problems)
    return [(a, b) for a, b in found]


def _pair(bound: BoundDecision, text: str) -> tuple[str, str]:
    """Read one pair; a name may hold a hyphen itself."""
    words = text.split("-")
    if len(words) == 1:
        raise EngineError(
            f"the link {text!r} is no pair such as CHN-RUS; a table of links ends in .csv"
        )
    problem: EngineError | None = None
    for k in range(1, len(words)):
        one, other = "-".join(words[:k]).strip(), "-".join(words[k:]).strip()
        try:
            a, b = numbers(bound, (one, other))
        except EngineError as error:
            problem = problem or error
            continue
        return bound.rule.names[a], bound.rule.names[b]
    raise EngineError(f"the link {text!r}: {problem}")
