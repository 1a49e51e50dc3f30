"""The command ``backtest``."""

from __future__ import annotations

import json

import click

from coalitions.cli.options import Output, emit, output_options

__all__ = ["command"]


@click.command("backtest")
@click.option("--rules", is_flag=True, required=True, help="Replay the outcomes by the rules.")
@click.option(
    "--reading",
    default="practised",
    show_default=True,
    metavar="NAME",
    help="Reading of the rule on matters of substance: practised or literal.",
)
@output_options
def command(rules: bool, reading: str, output: Output) -> None:
    """Replay every recorded vote of the Security Council through the rule of its time.

    Exit code 1 if a recorded outcome is not what the rule gives.

    Example: coalitions backtest --rules --format json
    """
    from coalitions.backtest import backtest_rules

    found = backtest_rules(reading)
    if output.format == "json":
        output.write(json.dumps(found.answer()))
    else:
        emit(found, output)
    if found.exceptions:
        click.get_current_context().exit(1)
