"""The command ``assess``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, emit, load_scenario, output_options, scenario_options

__all__ = ["command"]


@click.command("assess")
@click.argument("scenario")
@click.option("--option", metavar="KEY", help="One option of the scenario. [default: all]")
@scenario_options
@output_options
def command(
    scenario: str,
    option: str | None,
    what_if: tuple[str, ...],
    reading: str | None,
    output: Output,
) -> None:
    """Show how every state votes on SCENARIO as it stands, with margins and origins.

    Example: coalitions assess libya-2011 --format csv
    """
    from coalitions.decisions.assess import assess

    emit(assess(load_scenario(scenario, what_if, reading), option), output)
