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
    from coalitions.files.json_text import read_json
    from coalitions.files.text_files import is_file

    for name in (first, second):
        if is_file(name):  # a pipe can be read only once
            read_json(name)
    emit(compare(*(read_json(n) if not is_file(n) else n for n in (first, second))), output)
