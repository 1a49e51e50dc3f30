"""The command ``winning``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from coalitions.cli.options import (
    Output,
    emit,
    load_scenario,
    output_options,
    own_table,
    said_in_csv,
    scenario_options,
    solver_options,
)
from coalitions.errors import InputError
from coalitions.files.spelling import shown
from solvers.errors import EngineError

if TYPE_CHECKING:
    from fractions import Fraction

    from coalitions.answers.results import Result
    from coalitions.bodies.rosters import BoundDecision
    from coalitions.scenarios.scenario import Scenario

__all__ = ["command"]

SHOWN = 20  # coalitions on a screen, where no limit is asked for


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _costs(path: str) -> dict[str, Fraction]:
    """Read a table with the columns state and cost."""
    from coalitions.files import csv_table
    from coalitions.files.exact_input import fraction_of

    table = csv_table.read(path, ["state", "cost"])
    found, problems = {}, []
    for row in table:
        try:
            cost = fraction_of(row["cost"])
        except ValueError:
            problems.append(table.problem(row, "cost", f"{shown(row['cost'])} is not a number"))
            continue
        if cost < 0:
            problems.append(table.problem(row, "cost", "a cost is at least 0"))
        if row["state"] in found:
            problems.append(table.problem(row, "state", f"{row['state']!r} has two costs"))
        found[row["state"]] = cost
    if problems:
        raise InputError(problems)
    return found


def _bound(
    name: str,
    what_if: tuple[str, ...],
    own: dict[str, str | None],
    option: str | None,
    day: datetime | None,
) -> tuple[BoundDecision, Scenario | None]:
    """Find the decision of a body, or the first one of an option of a scenario."""
    from coalitions.files import datasets
    from coalitions.scenarios.file_kind import is_scenario_file

    shipped = name == "-" or name in datasets.names("scenarios")
    if shipped or (not name.lstrip().startswith("[") and is_scenario_file(name)):
        case = load_scenario(name, what_if, own["reading"])
        lost = [k for k in ("decision", "table") if own[k]] + (["date"] if day else [])
        if lost:
            raise EngineError(f"--{lost[0]} is for a body: a scenario has its own")
        return case.option(option).venues[0].bound, case
    if what_if or option:
        word = "--what-if" if what_if else "--option"
        raise EngineError(
            f"{word} is for a scenario, and {name} is none: use --must-have and --must-exclude"
        )
    from coalitions.bodies.body import load_body
    from coalitions.bodies.rosters import bind_decision

    body, date = load_body(name), day.date() if day else None
    brought = own_table(body, own["table"])
    return bind_decision(body, own["decision"], own["reading"], date, own_roster=brought), None


def _csv(blocks: Iterable[list[dict[str, Any]]], result: Result) -> Iterator[str]:
    """Write blocks of rows as CSV, the heading once; marking and notices are those of a result."""
    from coalitions.reports.tables import as_csv

    said = said_in_csv(result)
    columns = [*result.frame_columns(), *said]
    yield as_csv([], columns)
    for rows in blocks:
        yield as_csv([row | said for row in rows], columns).split("\n", 1)[1]


def _parquet(wanted: tuple[Any, ...], said: dict[str, str], output: Output) -> None:
    """Write a list to a Parquet file as it is found."""
    from coalitions.decisions.winning_lists import found_winning
    from coalitions.decisions.winning_parquet import write_parquet

    found, costs = found_winning(*wanted)
    number = write_parquet(str(output.file), found, costs, said)
    output.remark(f"wrote {output.file}: {number:,} coalitions")


@click.command("winning")
@click.argument("body")
@click.option("--smallest", is_flag=True, help="Fewest members; the default.")
@click.option("--cheapest", metavar="FILE", help="Least cost, by a CSV table of state and cost.")
@click.option("--count", is_flag=True, help="How many coalitions win, and how many are minimal.")
@click.option("--list", "listed", is_flag=True, help="All minimal winning coalitions.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N",
    help=f"List so many. [default: {SHOWN}; in CSV and Parquet all]",
)  # fmt: skip
@click.option(
    "--order", type=click.Choice(["size", "surplus"]), default="size", show_default=True,
    help="Order of a list; with --cheapest it is by cost.",
)  # fmt: skip
@click.option(
    "--line", default="", metavar="A,B,...",
    help="List only neighbours on this line, which names all members by their policy.",
)  # fmt: skip
@click.option(
    "--strict", is_flag=True, help="List only coalitions that need every member, must-haves too."
)
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
@click.option("--option", metavar="KEY", help="Option of a scenario. [default: its only one]")
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
@scenario_options
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
    count: bool,
    listed: bool,
    limit: int | None,
    order: str,
    line: str,
    strict: bool,
    must_have: str,
    must_exclude: str,
    bloc: tuple[str, ...],
    incompatible: tuple[str, ...],
    others: str,
    option: str | None,
    decision: str | None,
    what_if: tuple[str, ...],
    reading: str | None,
    day: datetime | None,
    table: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Find the smallest or cheapest winning coalition of BODY; count or list the minimal ones.

    BODY is a shipped name, a body file, a game such as '[39; 7*5, 1*10]', or a scenario, of
    which --what-if fixes votes: who is for is in every coalition, the others are in none.
    With -o FILE.parquet a list is written in that form, as it is found.

    Example: coalitions winning un-security-council --must-exclude CHN,RUS
    """
    if smallest and cheapest:
        raise EngineError("ask for --smallest or for --cheapest, not for both")
    if sum((smallest, count, listed)) > 1 or (count and cheapest):
        raise EngineError("ask for one of --smallest, --cheapest, --count and --list")
    if not listed and (limit or line or strict or order != "size"):
        raise EngineError("--limit, --order, --line and --strict go with --list")
    if listed and cheapest and order != "size":
        raise EngineError("with --cheapest a list is by cost, and takes no --order")
    pairs = [_names(pair) for pair in incompatible]
    if any(len(pair) != 2 for pair in pairs):
        raise EngineError("--incompatible takes a pair, such as CHN,USA")
    apart = [(a, b) for a, b in pairs]
    if count and (bloc or apart):
        raise EngineError("--count takes no --bloc and no --incompatible; --list does")
    parquet = str(output.file or "").lower().endswith(".parquet")
    if parquet and not listed:
        raise EngineError("a .parquet file takes a list: ask for --list, or write a .json or .csv")
    if parquet and output.format != "table":
        raise EngineError(f"a .parquet file is no {output.format}: leave --format out")
    own = {"decision": decision, "reading": reading, "table": table}
    bound, case = _bound(body, what_if, own, option, day)
    known = bound.rule.names
    votes = {s: v for s, v in (case.changes if case else {}).items() if s in known}
    costs = _costs(cheapest) if cheapest else None
    inside, outside, joined = _names(must_have), _names(must_exclude), list(map(_names, bloc))
    if not (count or listed):
        from coalitions.decisions.winning import winning

        found = winning(
            bound, costs, others, inside, outside, joined, apart, votes, case, solver, time_limit
        )
        emit(found, output)
        return
    from coalitions.decisions.winning_choice import Choice

    choice = Choice(bound, others, inside, outside, votes)
    if count:
        from coalitions.decisions.winning_counts import count_winning

        emit(count_winning(choice, case), output)
        return
    from coalitions.decisions.winning_lists import WinningList, list_winning, stream_winning

    by = "cost" if costs is not None else order
    wanted = (choice, by, costs or {}, joined, apart, _names(line), strict, limit)
    if parquet:
        _parquet(wanted, said_in_csv(WinningList(case, "exact", choice=choice)), output)
        return
    if output.format == "csv":
        output.stream(_csv(stream_winning(*wanted), WinningList(case, "exact", choice=choice)))
        return
    most = limit or SHOWN
    emit(list_winning(choice, by, costs, joined, apart, _names(line), strict, most, case), output)
