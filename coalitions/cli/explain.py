"""The command ``explain``."""

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


@click.command("explain")
@click.argument("scenario")
@click.option("--option", metavar="KEY", help="The option. [default: the only one]")
@click.option("--venue", metavar="KEY", help="The venue. [default: the option's first]")
@click.option("--without-amendments", is_flag=True, help="Leave the text as it stands.")
@scenario_options
@solver_options
@output_options
def command(
    scenario: str,
    option: str | None,
    venue: str | None,
    without_amendments: bool,
    what_if: tuple[str, ...],
    reading: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Say why no package brings an option of SCENARIO through, and what would mend it.

    Where a package works: what each requirement costs, what each state's vote costs beside what
    it could hold out for, and the cheapest way to stop it.

    Example: coalitions explain council-of-seven --without-amendments
    """
    from coalitions.concessions.explain import explain

    case = load_scenario(scenario, what_if, reading)
    emit(explain(case, option, venue, solver, time_limit, without_amendments), output)
