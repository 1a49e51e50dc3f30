"""The command ``solve``."""

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


@click.command("solve")
@click.argument("scenario")
@click.option("--option", metavar="KEY", help="One option of the scenario. [default: all]")
@scenario_options
@solver_options
@output_options
def command(
    scenario: str,
    option: str | None,
    what_if: tuple[str, ...],
    reading: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Answer SCENARIO: what passes where, who blocks, who is needed, at what price.

    SCENARIO is a shipped name, a YAML or JSON file, or - for standard input.

    Example: coalitions solve libya-2011 --what-if CHN=against
    """
    from coalitions.solving.solve import solve

    case = load_scenario(scenario, what_if, reading)
    emit(solve(case, option, solver=solver, time_limit=time_limit), output)
