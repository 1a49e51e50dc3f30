"""What is wrong between the rows of a table of positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coalitions.bodies.recorded_votes import find_vote
from coalitions.errors import Problem
from coalitions.scenarios.frame_rows import PositionRow
from solvers.errors import EngineError
from solvers.rules.votes import level_name

__all__ = ["doubled_rows", "off_the_record"]


def doubled_rows(name: str, option: str, rows: Sequence[PositionRow]) -> list[Problem]:
    """Find states with two rows; a record and a position may stand side by side.

    Parameters
    ----------
    name : str
        What messages call the table.
    option : str
        The option that the rows are about.
    rows : sequence of PositionRow
        Its rows.

    Returns
    -------
    list of Problem
    """
    seen: dict[tuple[str, str, bool], PositionRow] = {}
    first: dict[tuple[str, bool], PositionRow] = {}
    problems = []
    for row in rows:
        recorded = row["origin"] == "recorded"
        here, anywhere = (row.state, row["route"], recorded), (row.state, recorded)
        before = seen.get(here)
        if before is not None:
            message = f"{row.state} has a row for {option} already (row {before.number})"
            problems.append(Problem(name, None, None, f"row {row.number}", message))
        other = first.setdefault(anywhere, row)
        if before is None and (other.word, other.margin, other.estimate) != (
            row.word, row.margin, row.estimate,
        ):  # fmt: skip
            message = (
                f"{row.state} stands otherwise in another route of {option} (row {other.number}): "
                "a state has one position on a text"
            )
            problems.append(Problem(name, None, None, f"row {row.number}", message))
        seen[here] = row
    return problems


def off_the_record(
    name: str, said: Mapping[str, Any], rows: Iterable[PositionRow]
) -> list[Problem]:
    """Find rows that contradict the vote whose symbol the option names.

    Parameters
    ----------
    name : str
        What messages call the table.
    said : mapping
        What the option says of its record, with the symbol.
    rows : iterable of PositionRow
        The rows of the record.

    Returns
    -------
    list of Problem
    """
    try:
        vote = find_vote(str(said["symbol"]), said.get("vote_id"))
    except EngineError:
        return []  # what is wrong with it is said where the option is read
    problems = []
    for row in rows:
        cast = level_name(vote.votes[row.state]) if row.state in vote.votes else "no vote"
        if vote.votes and cast != row.word:
            message = (
                f"{row.state}: {row.word!r}, and the record of {vote.symbol} has {cast!r}: take "
                "its symbol out of the option, or give the row another origin"
            )
            problems.append(Problem(name, None, None, f"row {row.number}", message))
    return problems
