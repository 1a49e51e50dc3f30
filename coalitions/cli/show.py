"""The command ``show``."""

from __future__ import annotations

from datetime import datetime

import click

from coalitions.cli.options import Output, load_scenario, output_options, own_table
from solvers.errors import EngineError

__all__ = ["command"]


@click.command("show")
@click.argument("name")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Roster of that day. [default: newest]"
)
@click.option("--decision", metavar="NAME", help="One type of decision. [default: all]")
@click.option("--table", metavar="NAME", help="Weights table, where a body has several.")
@output_options
def command(
    name: str, day: datetime | None, decision: str | None, table: str | None, output: Output
) -> None:
    """Show one body or scenario in words: rules, members, sources, what is uncertain.

    NAME is a shipped body or scenario, a file of either, a game such as '[39; 7*5, 1*10]', or
    - for a scenario on standard input.

    Example: coalitions show un-security-council --date 2011-03-17
    """
    import json

    from coalitions.answers.results import screen_text
    from coalitions.reports.tables import RENDERERS
    from coalitions.scenarios.file_kind import is_scenario

    if is_scenario(name):
        from coalitions.decisions.outline import scenario_data, scenario_screen

        for word, given in (("date", day), ("decision", decision), ("table", table)):
            if given is not None:
                raise EngineError(f"--{word} is for a body; here a scenario is named")
        case = load_scenario(name)
        screen, data = scenario_screen(case), scenario_data(case)
    else:
        from coalitions.bodies.body import load_body
        from coalitions.decisions.description import body_data, body_screen

        body, date = load_body(name), day.date() if day else None
        own_table(body, table)
        screen = body_screen(body, date, decision, table)
        data = body_data(body, date, decision, table) if output.format == "json" else {}
    if output.format == "json":
        output.write(json.dumps(data, indent=2, ensure_ascii=False))
    elif output.format == "table":
        output.write(screen_text(screen))
    else:
        rows = [
            {"block": block.heading, "label": label, "text": text}
            for block in screen.blocks
            for label, text in (("", block.aside), *block.rows)
        ]
        output.write(RENDERERS[output.format](rows, ["block", "label", "text"]))
