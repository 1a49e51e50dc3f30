"""The command ``backtest``."""

from __future__ import annotations

import json
from typing import Any

import click

from coalitions.cli.options import Output, emit, output_options

__all__ = ["command"]

FOR_FORECAST = ("topics", "from", "to", "plot", "predictions")


@click.command("backtest")
@click.option("--rules", is_flag=True, help="Replay the outcomes by the rules.")
@click.option("--forecast", is_flag=True, help="Forecast every vote from what was before it.")
@click.option(
    "--reading",
    metavar="NAME",
    help="Reading of the rule on matters of substance: practised (default) or literal.",
)
@click.option(
    "--topics",
    type=click.Choice(["coarse", "fine"]),
    help="Coding of topics for --forecast: by agenda item (default) or by subject.",
)
@click.option("--from", "first", type=int, metavar="YEAR", help="First year forecast.  [1994]")
@click.option("--to", "last", type=int, metavar="YEAR", help="Last year forecast.  [2025]")
@click.option("--plot", metavar="FILE", help="Draw the reliability diagram, .png or .svg.")
@click.option("--predictions", metavar="FILE", help="Write every prediction as CSV.")
@output_options
def command(
    rules: bool,
    forecast: bool,
    reading: str | None,
    topics: str | None,
    first: int | None,
    last: int | None,
    plot: str | None,
    predictions: str | None,
    output: Output,
) -> None:
    """Test the engine on every recorded vote of the Security Council.

    --rules replays the outcomes through the rule of the time; exit code 1 if a recorded outcome
    is not what the rule gives. --forecast scores forecasts made from earlier votes alone; it
    takes a minute or two.

    Example: coalitions backtest --rules --format json
    """
    if rules == forecast:
        raise click.UsageError("say what to test: either --rules or --forecast")
    values = (topics, first, last, plot, predictions)
    given = {k: v for k, v in zip(FOR_FORECAST, values, strict=True) if v is not None}
    if rules and given:
        raise click.UsageError(f"--{next(iter(given))} goes with --forecast")
    if forecast and reading is not None:
        raise click.UsageError("--reading goes with --rules")
    if rules:
        _rules(reading or "practised", output)
    else:
        _forecast(given, output)


def _rules(reading: str, output: Output) -> None:
    from coalitions.forecasts.backtest import backtest_rules

    found = backtest_rules(reading)
    if output.format == "json":
        output.write(json.dumps(found.answer()))
    else:
        emit(found, output)
    if found.exceptions:
        click.get_current_context().exit(1)


def _forecast(given: dict[str, Any], output: Output) -> None:
    from coalitions.files.safe_write import refuse_unwritable
    from coalitions.forecasts.backtest_forecast import backtest_forecast

    if "plot" in given:  # not after minutes of work
        _check_picture(given["plot"])
    for word in ("plot", "predictions"):
        if word in given:
            refuse_unwritable(given[word])
    found = backtest_forecast(
        given.get("from", 1994), given.get("to", 2025), given.get("topics", "coarse")
    )
    if "plot" in given:
        from coalitions.pictures.forecast_picture import reliability_figure
        from coalitions.pictures.picture_sheet import write_figure

        write_figure(reliability_figure(found), given["plot"])
        output.remark(f"wrote {given['plot']}")
    if "predictions" in given:
        from coalitions.files.safe_write import write_text
        from coalitions.reports.tables import as_csv

        rows = found.predictions()
        write_text(given["predictions"], as_csv(rows, list(rows[0])))
        output.remark(f"wrote {given['predictions']}")
    emit(found, output)


def _check_picture(path: str) -> None:
    if not path.lower().endswith((".png", ".svg")):
        raise click.UsageError(f"--plot {path}: the file must end in .png or .svg")
