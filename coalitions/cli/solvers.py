"""The command ``solvers``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, output_options

__all__ = ["command"]


@click.command("solvers")
@output_options
def command(output: Output) -> None:
    """List the back ends for integer programmes: which are installed, and why one is not.

    Example: coalitions solvers
    """
    import json

    from coalitions.reports.tables import RENDERERS, as_text
    from solvers.programmes.backends import installed

    rows = [
        {
            "name": b.name,
            "available": "yes" if b.available else "no",
            "version": b.version,
            "reason": b.reason,
        }
        for b in installed()
    ]
    columns = ["name", "available", "version", "reason"]
    if output.format == "json":
        output.write(json.dumps(rows, indent=2))
    elif output.format == "table":
        output.write(as_text(rows, columns))
    else:
        output.write(RENDERERS[output.format](rows, columns))
