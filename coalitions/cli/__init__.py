"""The command line: one executable, commands loaded when they are used."""

from __future__ import annotations

import errno
import importlib
import os
import re
import sys
from contextlib import suppress
from itertools import pairwise
from typing import Any

import click

from coalitions.version import __version__
from solvers.errors import EngineError

__all__ = ["main"]

COMMANDS = {  # name: (module, short help); the module is imported when the command runs
    "assess": "Votes and margins of a scenario, state by state.",
    "audit": "Whether a payoff in what texts offer fits the votes of each member.",
    "backtest": "Replay the recorded votes of the Security Council.",
    "bench": "Run benchmarks.",
    "check": "Say whether a scenario or body file is valid.",
    "compare": "What differs between two saved answers.",
    "estimate": "Positions of the members of a body, estimated from the record.",
    "explain": "Why no package works, or what each requirement and each vote costs.",
    "game": "Solution concepts of any game: values, core, nucleolus, properties.",
    "inform": "How probable passage is, and whose position to find out first.",
    "init": "Write a scenario to fill in.",
    "list": "List what is shipped: bodies and scenarios.",
    "packages": "The cheapest concession packages: best, k best, fronts, robust.",
    "passage": "How probable it is that a decision of a body passes.",
    "power": "Power indices of the members of a body.",
    "reference": "Run a file of reference cases and compare the answers.",
    "report": "Write all that can be said of a scenario as one HTML page.",
    "schema": "Print the JSON Schema of scenario files.",
    "share": "Stable shares of what the states of a scenario gain together.",
    "show": "Show one body or scenario in words.",
    "solve": "Answer a scenario: what passes where, who blocks, at what price.",
    "solvers": "List the back ends for integer programmes.",
    "table": "Write the positions of a scenario as an XLSX or CSV table.",
    "sweep": "Ask one question of many variants: grids, draws from intervals.",
    "verify": "Re-check a saved result in exact arithmetic.",
    "winning": "The smallest or cheapest winning coalition of a body.",
}


_NOT_WRITTEN = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EBADF)


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own name, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands without importing them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"coalitions.cli.{name}")
        found = getattr(module, "command", None) or getattr(module, name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of the group without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a misspelt one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from coalitions.files.spelling import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        for before, word in pairwise(args):
            if not word.strip(" ,") and before != "--graph":  # a graph may have no links
                where = f"after {before}: " if before.startswith("-") else ""
                said = f"{where}an empty word is no name, number or file; leave it out"
                raise click.UsageError(said, ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; where the help or an answer cannot be written, say so instead of a traceback."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            click.echo(_harmless(_of_system(error)), err=True)
            sys.exit(2)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the engine's own errors are lines on stderr and exit code 2."""
        try:
            return super().invoke(ctx)
        except EngineError as error:
            click.echo(_harmless(_located(error)), err=True)
            ctx.exit(2)
        except OSError as error:
            if error.errno == errno.EPIPE:  # click leaves quietly where nobody reads any more
                raise
            click.echo(_harmless(_of_system(error)), err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted with nothing to show", err=True)
            ctx.exit(130)


def _located(error: EngineError) -> str:
    """Write an error; what is wrong with a file as a whole stands at its beginning.

    So that every mistake in a file has the form ``file:line:column: ...`` that editors jump to.
    """
    from dataclasses import replace

    from coalitions.errors import InputError

    if not isinstance(error, InputError):
        return str(error)
    return "\n".join(
        str(replace(p, line=1, column=1) if p.line is None and os.path.lexists(p.file) else p)
        for p in error.problems
    )


def _of_system(error: OSError) -> str:
    """Say in one line what the system did not do."""
    said = error.strerror or str(error)
    if error.filename is not None:
        return f"{error.filename}: {said}"
    if error.errno not in _NOT_WRITTEN:
        return f"the system refuses to go on: {said}"
    with suppress(OSError, ValueError, AttributeError):  # what is left is not written at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return f"standard output cannot be written: {said}; -o FILE writes to a file"


def _harmless(text: str) -> str:
    """Escape control characters, which could command a terminal, and cut endless words."""
    plain = re.sub(r"[^\n\x20-\x7e\xa0-\U0010ffff]", lambda m: repr(m[0])[1:-1], text)
    return re.sub(r"[^\s:]{400,}", lambda m: m[0][:60] + "...", plain)


def _color(ctx: click.Context, param: click.Parameter, value: bool | None) -> None:
    """Honour NO_COLOR and FORCE_COLOR, which click does not."""
    if value is None:
        value = True if os.environ.get("FORCE_COLOR") else None
        value = False if os.environ.get("NO_COLOR") else value
    ctx.color = value


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "COALITIONS"},
)
@click.version_option(__version__, prog_name="coalitions")
@click.option(
    "--color/--no-color",
    default=None,
    expose_value=False,
    callback=_color,
    help="Colours on or off; NO_COLOR and FORCE_COLOR are honoured.",
)
def main() -> None:
    """Say which states can be brought to act together, where, and at what price.

    Example: coalitions solve libya-2011
    """
