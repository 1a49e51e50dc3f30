"""The command ``init``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from solvers.errors import EngineError

__all__ = ["command"]


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--body", metavar="NAME", help="The body that decides.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the decision; its roster is filled in.",
)
@click.option("--decision", metavar="NAME", help="Type of decision. [default: the body's first]")
@click.option(
    "--topic", metavar="NAME",
    help="Enter positions estimated from the record on this topic, such as middle-east/syria.",
)  # fmt: skip
@click.option("--from", "source", metavar="NAME", help="Start from a shipped scenario instead.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def command(
    file: Path,
    body: str | None,
    day: datetime | None,
    decision: str | None,
    topic: str | None,
    source: str | None,
    force: bool,
) -> None:
    """Write a scenario to FILE, valid as it stands and ready to be filled in.

    Example: coalitions init case.yaml --body un-security-council --date 2025-06-01

    Example: coalitions init aid.yaml --body un-security-council --date 2020-07-07 --topic
    middle-east/syria
    """
    from coalitions.files import datasets
    from coalitions.files.safe_write import write_text

    notes: tuple[str, ...] = ()
    if (body is None) == (source is None):
        raise EngineError("name either --body or --from")
    if topic is not None and source is not None:
        raise EngineError(
            "--topic estimates the positions of --body; a shipped scenario has its own"
        )
    if file.exists() and not force:
        raise EngineError(f"{file} exists; --force replaces it")
    if source is not None:
        text = datasets.path_of("scenarios", source).read_text(encoding="utf-8")
    else:
        from coalitions.bodies.body import load_body
        from coalitions.bodies.rosters import bind_decision
        from coalitions.scenarios.starter import starter_text

        date = day.date() if day else datetime.now().date()
        bound = bind_decision(load_body(str(body)), decision, None, date)
        estimated = ""
        if topic is not None:
            from coalitions.forecasts.position_lines import estimated_section

            estimated, notes = estimated_section(bound, date, topic)
        text = starter_text(bound, date, estimated)
    write_text(file, text)
    click.echo(f"wrote {file}; fill it in, then: coalitions check {file}", err=True)
    for note in notes:
        click.echo(f"note: {note}", err=True)
