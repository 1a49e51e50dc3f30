"""The command ``list``."""

from __future__ import annotations

from typing import Any

import click

from coalitions.cli.options import Output, output_options

__all__ = ["command"]


def _bodies() -> list[dict[str, Any]]:
    from coalitions.files import datasets
    from coalitions.files.yaml12 import headings

    rows = []
    for name in datasets.names("bodies"):
        body = headings(datasets.path_of("bodies", name))
        has = ", ".join(body["decisions"])
        rows.append({"kind": "body", "name": name, "title": body["title"], "has": has})
    return rows


def _scenarios() -> list[dict[str, Any]]:
    from coalitions.files import datasets
    from coalitions.files.yaml12 import headings

    rows = []
    for name in datasets.names("scenarios"):
        case = headings(datasets.path_of("scenarios", name))
        kind = "fictional case" if case.get("fictional") == "true" else "case"
        has = ", ".join(case["options"])
        rows.append({"kind": kind, "name": name, "title": case["title"], "has": has})
    return rows


@click.command("list")
@click.argument("what", type=click.Choice(["all", "bodies", "scenarios"]), default="all")
@output_options
def command(what: str, output: Output) -> None:
    """List what is shipped: bodies with their decisions, scenarios with their options.

    Example: coalitions list bodies
    """
    import json

    from coalitions.reports.tables import RENDERERS, as_text

    rows = (_bodies() if what != "scenarios" else []) + (_scenarios() if what != "bodies" else [])
    if output.format == "json":
        output.write(json.dumps(rows, indent=2, ensure_ascii=False))
    elif output.format == "table":
        output.write(as_text(rows, ["kind", "name", "title"]))
    else:
        output.write(RENDERERS[output.format](rows, ["kind", "name", "title", "has"]))
