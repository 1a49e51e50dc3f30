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
@click.option("--from", "source", metavar="NAME", help="Start from a shipped scenario instead.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def command(
    file: Path,
    body: str | None,
    day: datetime | None,
    decision: str | None,
    source: str | None,
    force: bool,
) -> None:
    """Write a scenario to FILE, valid as it stands and ready to be filled in.

    Example: coalitions init case.yaml --body un-security-council --date 2025-06-01
    """
    from coalitions.files import datasets
    from coalitions.files.safe_write import write_text

    if (body is None) == (source is None):
        raise EngineError("name either --body or --from")
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
        text = starter_text(bound, date)
    write_text(file, text)
    click.echo(f"wrote {file}; fill it in, then: coalitions check {file}", err=True)
