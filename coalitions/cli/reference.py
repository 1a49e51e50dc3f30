"""The command ``reference``."""

from __future__ import annotations

import json

import click

from coalitions.cli.options import Output, output_options

__all__ = ["command"]


@click.command("reference")
@click.argument("file")
@click.argument("more", nargs=-1, metavar="")
@click.option(
    "--only",
    multiple=True,
    metavar="CONCEPT ...",
    help="Run only these concepts, and skip the rest; repeatable.",
)
@output_options
def command(file: str, more: tuple[str, ...], only: tuple[str, ...], output: Output) -> None:
    """Run FILE, a file of reference cases, and compare every answer with the expected one.

    A row per case: passed, failed, or skipped by --only. A concept or a type of game that is
    not known fails. Exit code 1 if a case failed.

    Example: coalitions reference cases.json --only shapley_shubik johnston
    """
    from coalitions.games.reference import chosen_concepts, closing_line, run_cases
    from coalitions.games.reference_file import read_cases
    from coalitions.reports.tables import RENDERERS

    if more and not only:
        raise click.UsageError(f"one file at a time; what is {more[0]!r}? Concepts follow --only")
    cases = read_cases(file)
    chosen = chosen_concepts([*only, *more], cases)
    # Rows leave as they are made; other forms, and files, are written whole.
    streamed = output.format == "table" and output.file in (None, "-")
    outcomes, lines, interrupted = [], [], False
    try:
        for outcome in run_cases(cases, chosen):
            outcomes.append(outcome)
            detail = f"  {outcome.detail}" if outcome.detail else ""
            line = f"{outcome.status:<7}  {outcome.id}  {outcome.concept}{detail}"
            if streamed:
                output.write(line)
            lines.append(line)
    except KeyboardInterrupt:
        interrupted = True
    closing = closing_line(outcomes)
    if interrupted:
        closing += f", interrupted with {len(cases) - len(outcomes)} left"
    if output.format == "json":
        rows = [outcome.row() for outcome in outcomes]
        output.write(json.dumps({"cases": rows, "summary": closing}, indent=2))
    elif output.format == "table":
        output.write(closing if streamed else "\n".join([*lines, closing]))
    else:
        rows = [outcome.row() for outcome in outcomes]
        output.write(RENDERERS[output.format](rows, ["status", "id", "concept", "detail"]))
        output.remark(closing)
    if interrupted:
        click.get_current_context().exit(3)
    if any(outcome.status == "failed" for outcome in outcomes):
        click.get_current_context().exit(1)
