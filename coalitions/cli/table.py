"""The command ``table``."""

from __future__ import annotations

from pathlib import Path

import click

from coalitions.cli.options import load_scenario, scenario_options

__all__ = ["command"]


@click.command("table")
@click.argument("scenario")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE",
    help="The table to write: .xlsx or .csv.",
)  # fmt: skip
@click.option("--option", metavar="KEY", help="One option of the scenario. [default: all]")
@click.option("--bom", is_flag=True, help="Begin a CSV file with the mark that Excel looks for.")
@click.option("--quiet", "-q", is_flag=True, help="No remarks on standard error.")
@scenario_options
def command(
    scenario: str,
    output: Path,
    option: str | None,
    bom: bool,
    quiet: bool,
    what_if: tuple[str, ...],
    reading: str | None,
) -> None:
    """Write how every state of SCENARIO votes, and what that rests on, as a table.

    A scenario can name such a table under `tables: {positions: FILE}`.

    Example: coalitions table libya-2011 -o libya.xlsx
    """
    from coalitions.decisions.frames import position_records
    from coalitions.files.safe_write import refuse_unwritable
    from coalitions.files.workbook import write_table
    from coalitions.scenarios.frame_rows import COLUMNS

    refuse_unwritable(output)
    case = load_scenario(scenario, what_if, reading)
    rows = position_records(case, option)
    said = {"marking": case.marking}
    if case.fictional:
        said["fictional"] = "states, positions and numbers are invented"
    if case.changes:
        said["what_if"] = ", ".join(f"{s}={v}" for s, v in case.changes.items())
    if case.attribution:
        said["attribution"] = " | ".join(case.attribution)
    columns = [c for c in COLUMNS if any(row.get(c) not in (None, "") for row in rows)]
    write_table(output, [row | said for row in rows], [*columns, *said], byte_order_mark=bom)
    if not quiet:
        click.echo(f"wrote {output}: {len(rows)} rows", err=True)
