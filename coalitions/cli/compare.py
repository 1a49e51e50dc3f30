"""The command ``compare``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, emit, output_options
from solvers.errors import EngineError

__all__ = ["command"]


@click.command("compare")
@click.argument("first")
@click.argument("second")
@output_options
def command(first: str, second: str, output: Output) -> None:
    """Say what differs between two answers, files written with --format json.

    Verdicts, votes, prices, parts of packages added or dropped, and what each rests on. Both must
    answer the same question; - reads one of them from standard input.

    Example: coalitions compare before.json after.json
    """
    from coalitions.answers.compare import compare

    if first == second == "-":
        raise EngineError("only one of the two answers can be read from standard input")
    emit(compare(first, second), output)
