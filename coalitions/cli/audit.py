"""The command ``audit``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, emit, output_options

__all__ = ["command"]


@click.command("audit")
@click.argument("texts", default="cross-border-ladder")
@click.option(
    "--member", "members", multiple=True, metavar="STATE",
    help="Whose votes; repeatable. [default: all that voted on two of the texts]",
)  # fmt: skip
@click.option(
    "--features", metavar="A,B", help="Columns to go by. [default: all that hold numbers]"
)
@output_options
def command(texts: str, members: tuple[str, ...], features: str | None, output: Output) -> None:
    """Say whether any payoff in what TEXTS offer fits how members voted on them.

    TEXTS is a CSV file with a column symbol and one for each feature, or the shipped
    cross-border-ladder: crossings and months of aid to Syria, 2019 to 2022.

    Example: coalitions audit cross-border-ladder --member RUS --member GBR
    """
    from coalitions.forecasts.audit import audit

    chosen = [f.strip() for f in features.split(",") if f.strip()] if features else None
    emit(audit(texts, list(members) or None, chosen), output)
