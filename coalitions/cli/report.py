"""The command ``report``."""

from __future__ import annotations

from pathlib import Path

import click

from coalitions.cli.options import Output, load_scenario, scenario_options, solver_options

__all__ = ["command"]


@click.command("report")
@click.argument("scenario")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.html",
    help="Write the page to a file. [default: standard output]",
)  # fmt: skip
@click.option("--option", metavar="KEY", help="One option of the scenario. [default: all]")
@click.option(
    "--k", type=click.IntRange(min=1), default=5, show_default=True, metavar="N",
    help="List so many packages where there are any.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No remarks on standard error.")
@scenario_options
@solver_options
def command(
    scenario: str,
    output: Path | None,
    option: str | None,
    k: int,
    quiet: bool,
    what_if: tuple[str, ...],
    reading: str | None,
    solver: str,
    time_limit: float | None,
) -> None:
    """Write all that can be said of SCENARIO as one HTML page, for a screen, a phone or paper.

    The page holds everything it shows, asks for nothing on the network and runs no script.

    Example: coalitions report libya-2011 -o libya.html
    """
    from coalitions.files.safe_write import refuse_unwritable
    from coalitions.reports.report import report

    if output is not None and str(output) != "-":
        refuse_unwritable(output)
    case = load_scenario(scenario, what_if, reading)
    found = report(case, option, k, solver, time_limit)
    where = Output("html", None if output is None else str(output), quiet)
    where.write(found.html)
    if found.stopped_early:
        where.remark("stopped early: the answer is bounded, not proved")
        click.get_current_context().exit(3)
