"""The command ``estimate``."""

from __future__ import annotations

from datetime import datetime

import click

__all__ = ["command"]


@click.command("estimate")
@click.argument("body")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), required=True,
    help="Day of the vote; only what was known before it is used.",
)  # fmt: skip
@click.option(
    "--topic", required=True, metavar="NAME",
    help="Such as middle-east, or finer middle-east/syria.",
)  # fmt: skip
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
def command(body: str, day: datetime, topic: str, decision: str | None) -> None:
    """Estimate where the members of BODY stand, as lines to put into a scenario.

    Example: coalitions estimate un-security-council --date 2020-07-07 --topic middle-east/syria
    """
    from coalitions.bodies.body import load_body
    from coalitions.bodies.rosters import bind_decision
    from coalitions.forecasts.position_lines import estimated_section

    bound = bind_decision(load_body(body), decision, None, day.date())
    text, notes = estimated_section(bound, day.date(), topic)
    click.echo(text, nl=False)
    for note in notes:
        click.echo(f"note: {note}", err=True)
