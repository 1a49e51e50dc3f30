"""The command ``share``."""

from __future__ import annotations

import click

from coalitions.cli.options import (
    Output,
    draw,
    emit,
    load_scenario,
    output_options,
    scenario_options,
)
from solvers.errors import EngineError

__all__ = ["command"]


@click.command("share")
@click.argument("scenario")
@click.option("--option", metavar="KEY", help="Option of the scenario. [default: its only one]")
@click.option(
    "--gain", type=click.Choice(["margins", "effect"]),
    help="What is shared. [default: margins where every state has payoffs, else the effect]",
)  # fmt: skip
@click.option(
    "--effect-value", default="0", metavar="NUMBER", show_default=True,
    help="What one unit of effect is worth to those who carry the text, in the unit of margins.",
)  # fmt: skip
@click.option("--plot", metavar="FILE.svg", help="Draw the shares, as .svg or .png.")
@scenario_options
@output_options
def command(
    scenario: str,
    option: str | None,
    gain: str | None,
    effect_value: str,
    plot: str | None,
    what_if: tuple[str, ...],
    reading: str | None,
    output: Output,
) -> None:
    """Share the gains of acting together so that nobody walks out, if that can be.

    Example: coalitions share council-of-seven --effect-value 2
    """
    from coalitions.files.exact_input import fraction_of
    from coalitions.games.share import share

    try:
        value = fraction_of(effect_value)
    except ValueError as error:
        message = f"--effect-value: {error}; write a number such as 2 or 1/2"
        raise EngineError(message) from None
    found = share(load_scenario(scenario, what_if, reading), option, gain, value)
    draw(found, {"bars": plot}, output)
    emit(found, output)
