"""The command ``power``."""

from __future__ import annotations

import json
from datetime import datetime

import click

from coalitions.cli.options import Output, draw, emit, output_options, own_table, refuse_entered
from solvers.errors import EngineError

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
@click.option(
    "--exact", is_flag=True,
    help="Fractions only. [default: floats, and their error, where counting takes seconds]",
)  # fmt: skip
@click.option(
    "--unions", "--bloc", "unions", multiple=True, metavar="A,B;C,D",
    help="Members that have agreed to act together; repeatable.",
)  # fmt: skip
@click.option(
    "--graph", metavar="A-B,B-C|FILE.csv", help="Links; members act together only along them."
)
@click.option(
    "--sample", type=float, metavar="SE",
    help="Estimate from random samples, until every standard error is at most this.",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the samples.")
@click.option(
    "--max-samples", type=click.IntRange(1), default=1_000_000, show_default=True, metavar="N",
    help="Stop sampling there in any case.",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(1, 61), default=1, show_default=True,
    help="Processes that sample.",
)  # fmt: skip
@click.option("--plot", metavar="FILE.svg", help="Draw the indices as bars, as .svg or .png.")
@click.option(
    "--heat", metavar="FILE.svg",
    help="Draw who is pivotal in coalitions of which size, as .svg or .png.",
)  # fmt: skip
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
    exact: bool,
    unions: tuple[str, ...],
    graph: str | None,
    sample: float | None,
    seed: int,
    max_samples: int,
    workers: int,
    plot: str | None,
    heat: str | None,
    listed: bool,
    output: Output,
) -> None:
    """Measure the power of the members of BODY by several indices, exactly or with an error.

    BODY is a shipped name, a body file, or a game such as '[39; 7*5, 1*10]'.

    Example: coalitions power un-security-council --index shapley_shubik --index johnston
    """
    from coalitions.power_indices.power import catalogue, power

    if listed:
        from coalitions.power_indices.power_structure import structured_catalogue

        _list([*catalogue(), *structured_catalogue()], output)
        return
    if body is None:
        raise click.UsageError("name a BODY, or ask for the indices with --list")
    from coalitions.bodies.body import load_body
    from coalitions.bodies.rosters import bind_decision

    named, date = load_body(body), day.date() if day else None
    bound = bind_decision(named, decision, reading, date, own_roster=own_table(named, table))
    names = [part for text in indices for part in text.split(",") if part.strip()]
    if (plot or heat) and (unions or graph is not None or sample is not None):
        raise EngineError("--plot and --heat draw the indices of the rule alone")
    special = [word for word, given in (("--unions", unions), ("--graph", graph is not None),
                                        ("--sample", sample is not None)) if given]  # fmt: skip
    if sample is None:
        refuse_entered(("seed", "max_samples", "workers"), "--sample")
    if len(special) > 1:
        raise EngineError(f"ask for one of {' and '.join(special)}, not for both")
    if unions:
        from coalitions.power_indices.power_structure import power_with_unions

        groups = [
            [name.strip() for name in group.split(",") if name.strip()]
            for text in unions for group in text.split(";")
        ]  # fmt: skip
        emit(power_with_unions(bound, groups, names or None, not_yes), output)
    elif graph is not None:
        from coalitions.power_indices.links import read_links
        from coalitions.power_indices.power_structure import power_on_graph

        emit(power_on_graph(bound, read_links(bound, graph), names or None, not_yes), output)
    elif sample is not None:
        from coalitions.power_indices.power_sampled import power_sampled

        wanted = (sample, seed, names or None, not_yes, max_samples, workers)
        emit(power_sampled(bound, *wanted), output)
    else:
        found = power(bound, names or None, not_yes, exact or None)
        draw(found, {"bars": plot, "heat": heat}, output)
        emit(found, output)


def _list(rows: list[dict[str, str]], output: Output) -> None:
    from coalitions.answers.results import Block, Screen, screen_text
    from coalitions.reports.tables import RENDERERS

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
