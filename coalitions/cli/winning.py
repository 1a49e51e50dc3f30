"""The command ``winning``."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import click

from coalitions.cli.options import Output, emit, output_options, solver_options
from coalitions.errors import InputError

__all__ = ["command"]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _costs(path: str) -> dict[str, Fraction]:
    """Read a table with the columns state and cost."""
    from coalitions import csv_table

    table = csv_table.read(path, ["state", "cost"])
    found, problems = {}, []
    for row in table:
        try:
            cost = Fraction(row["cost"])
        except (ValueError, ZeroDivisionError):
            problems.append(table.problem(row, "cost", f"{row['cost']!r} is not a number"))
            continue
        if cost < 0:
            problems.append(table.problem(row, "cost", "a cost is at least 0"))
        if row["state"] in found:
            problems.append(table.problem(row, "state", f"{row['state']!r} has two costs"))
        found[row["state"]] = cost
    if problems:
        raise InputError(problems)
    return found


@click.command("winning")
@click.argument("body")
@click.option("--smallest", is_flag=True, help="Fewest members; the default.")
@click.option("--cheapest", metavar="FILE", help="Least cost, by a CSV table of state and cost.")
@click.option("--must-have", default="", metavar="A,B", help="Members that must be in it.")
@click.option("--must-exclude", default="", metavar="A,B", help="Members that must not.")
@click.option(
    "--bloc", multiple=True, metavar="A,B", help="Members that vote together; repeatable."
)
@click.option(
    "--incompatible",
    multiple=True,
    metavar="A,B",
    help="A pair that never stands together; repeatable.",
)
@click.option(
    "--others",
    type=click.Choice(["abstain", "against"]),
    default="abstain",
    show_default=True,
    help="What everybody else does.",
)
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
@click.option("--reading", metavar="NAME", help="Reading of the rule.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Roster of that day. [default: newest]"
)
@click.option("--table", metavar="NAME", help="Weights table, where a body has several.")
@solver_options
@output_options
def command(
    body: str,
    smallest: bool,
    cheapest: str | None,
    must_have: str,
    must_exclude: str,
    bloc: tuple[str, ...],
    incompatible: tuple[str, ...],
    others: str,
    decision: str | None,
    reading: str | None,
    day: datetime | None,
    table: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Find the smallest, or the cheapest, winning coalition of BODY.

    BODY is a shipped name, a body file, or a game such as '[39; 7*5, 1*10]'.

    Example: coalitions winning un-security-council --must-exclude CHN,RUS
    """
    from coalitions.bodies import load_body
    from coalitions.rosters import bind_decision
    from coalitions.winning import winning
    from solvers.errors import EngineError

    if smallest and cheapest:
        raise EngineError("ask for --smallest or for --cheapest, not for both")
    own = {"table": table, "note": f"weights table {table} named on the command line"}
    bound = bind_decision(
        load_body(body), decision, reading, day.date() if day else None,
        own_roster=own if table else None,
    )  # fmt: skip
    pairs = [_names(pair) for pair in incompatible]
    if any(len(pair) != 2 for pair in pairs):
        raise EngineError("--incompatible takes a pair, such as CHN,USA")
    found = winning(
        bound,
        _costs(cheapest) if cheapest else None,
        others,
        _names(must_have),
        _names(must_exclude),
        [_names(b) for b in bloc],
        [(a, b) for a, b in pairs],
        solver=solver,
        time_limit=time_limit,
    )
    emit(found, output)
