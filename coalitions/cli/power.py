"""The command ``power``."""

from __future__ import annotations

import json
from datetime import datetime

import click

from coalitions.cli.options import Output, emit, output_options

__all__ = ["command"]


@click.command("power")
@click.argument("body", required=False)
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
@click.option("--reading", metavar="NAME", help="Reading of the rule.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Roster of that day. [default: newest]"
)
@click.option("--table", metavar="NAME", help="Weights table, where a body has several.")
@click.option(
    "--not-yes",
    type=click.Choice(["against", "abstain"]),
    default="against",
    show_default=True,
    help="What a member does that does not vote for.",
)
@click.option(
    "--index",
    "indices",
    multiple=True,
    metavar="NAME",
    help="An index, or 'all'; repeatable. [default: Shapley-Shubik, Banzhaf; ternary where due]",
)
@click.option("--list", "listed", is_flag=True, help="List the indices: formula and source.")
@output_options
def command(
    body: str | None,
    decision: str | None,
    reading: str | None,
    day: datetime | None,
    table: str | None,
    not_yes: str,
    indices: tuple[str, ...],
    listed: bool,
    output: Output,
) -> None:
    """Measure the power of the members of BODY by several indices, exactly.

    BODY is a shipped name, a body file, or a game such as '[39; 7*5, 1*10]'.

    Example: coalitions power un-security-council --index shapley_shubik --index johnston
    """
    from coalitions.power import catalogue, power

    if listed:
        _list(catalogue(), output)
        return
    if body is None:
        raise click.UsageError("name a BODY, or ask for the indices with --list")
    from coalitions.bodies import load_body
    from coalitions.rosters import bind_decision

    own = {"table": table, "note": f"weights table {table} named on the command line"}
    bound = bind_decision(
        load_body(body), decision, reading, day.date() if day else None,
        own_roster=own if table else None,
    )  # fmt: skip
    names = [part for text in indices for part in text.split(",") if part.strip()]
    emit(power(bound, names or None, not_yes), output)


def _list(rows: list[dict[str, str]], output: Output) -> None:
    from coalitions.results import Block, Screen, screen_text
    from coalitions.tables import RENDERERS

    if output.format == "json":
        output.write(json.dumps(rows, indent=2, ensure_ascii=False))
    elif output.format == "table":
        blocks = tuple(
            Block(
                row["name"],
                row["title"],
                (
                    ("formula", row["formula"]),
                    ("one unit", row["normalisation"]),
                    ("source", row["source"]),
                ),
            )
            for row in rows
        )
        output.write(screen_text(Screen("Power indices", "", blocks)))
    else:
        output.write(RENDERERS[output.format](rows, list(rows[0])))
