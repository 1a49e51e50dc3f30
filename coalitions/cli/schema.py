"""The command ``schema``."""

from __future__ import annotations

from pathlib import Path

import click

from coalitions.cli.options import Output

__all__ = ["command"]


@click.command("schema")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to a file.",
)
def command(file: Path | None) -> None:
    """Print the JSON Schema of scenario files, for editors.

    Example: coalitions schema -o scenario.schema.json
    """
    from coalitions.files import datasets

    text = (datasets.data_root() / "scenario.schema.json").read_text(encoding="utf-8")
    Output(file=None if file is None else str(file)).write(text)
