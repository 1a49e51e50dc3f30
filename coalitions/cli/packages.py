"""The command ``packages``."""

from __future__ import annotations

import click

from coalitions.cli.options import (
    Output,
    emit,
    load_scenario,
    output_options,
    scenario_options,
    solver_options,
)

__all__ = ["command"]


@click.command("packages")
@click.argument("scenario")
@click.option("--option", metavar="KEY", help="The option. [default: the only one]")
@click.option("--venue", metavar="KEY", help="The venue. [default: the option's first]")
@click.option("--without-amendments", is_flag=True, help="Leave the text as it stands.")
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Relative gap at which the solver may stop; an answer that is not proved is 'bounded'.",
)
@scenario_options
@solver_options
@output_options
def command(
    scenario: str,
    option: str | None,
    venue: str | None,
    without_amendments: bool,
    gap: float,
    what_if: tuple[str, ...],
    reading: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Find the cheapest concession package that brings an option of SCENARIO through.

    Example: coalitions packages council-of-seven --without-amendments
    """
    from coalitions.packages import packages

    case = load_scenario(scenario, what_if, reading)
    found = packages(case, option, venue, solver, time_limit, gap, without_amendments)
    emit(found, output)
