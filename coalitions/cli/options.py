"""Options that several commands share, and how an answer leaves the program."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from solvers.errors import EngineError

if TYPE_CHECKING:
    from coalitions.answers.results import Result
    from coalitions.bodies.body import Body
    from coalitions.scenarios.scenario import Scenario

__all__ = [
    "Output",
    "draw",
    "emit",
    "load_scenario",
    "output_options",
    "own_table",
    "patience",
    "progress_remarks",
    "refuse_entered",
    "said_in_csv",
    "scenario_options",
    "solver_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = ("table", "json", "csv", "markdown")


@dataclass(frozen=True)
class Output:
    """Where an answer goes and in which form."""

    format: str = "table"
    file: str | None = None
    quiet: bool = False
    verbose: bool = False

    def write(self, text: str) -> None:
        """Write the answer to standard output, or whole to a file."""
        if not text.endswith("\n"):
            text += "\n"
        if self.file in (None, "-"):
            _refuse_closed()
            click.echo(printable(text, sys.stdout.encoding or "utf-8", self.format), nl=False)
            return
        from coalitions.files.safe_write import write_text

        write_text(str(self.file), text)
        self.remark(f"wrote {self.file}")

    def stream(self, parts: Iterable[str]) -> None:
        """Write a long answer piece by piece, to a file whole or not at all."""
        if self.file in (None, "-"):
            _refuse_closed()
            for part in parts:
                click.echo(printable(part, sys.stdout.encoding or "utf-8", self.format), nl=False)
            return
        from coalitions.files.safe_write import write_parts

        write_parts(str(self.file), parts)
        self.remark(f"wrote {self.file}")

    def remark(self, text: str) -> None:
        """Say something on standard error, unless asked to be quiet."""
        if not self.quiet:
            click.echo(text, err=True)


def _refuse_closed() -> None:
    if sys.stdout is None:
        raise EngineError("standard output is closed; -o FILE writes the answer to a file")


def printable(text: str, encoding: str, form: str) -> str:
    r"""Replace what a terminal cannot show: é by e, a dash by a hyphen, the rest by ``?``.

    Parameters
    ----------
    text : str
        What is to be written.
    encoding : str
        Encoding of standard output.
    form : str
        Form of the answer; JSON keeps every character, escaped.

    Returns
    -------
    str

    Examples
    --------
    >>> printable("Benoît · 1–2", "ascii", "table"), printable('"é"', "ascii", "json")
    ('Benoit | 1-2', '"\\u00e9"')
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        import unicodedata

        if form == "json":
            return json.dumps(json.loads(text), indent=2)
        plain = text.translate({ord(c): r for c, r in zip("—–·’−×", "--|'-x", strict=True)})
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        return plain.encode(encoding, "replace").decode(encoding)
    except LookupError:
        pass
    return text


def progress_remarks(output: Output) -> Callable[[Any, Any], None]:
    """Say on standard error, once a second of a long search, what it has found and proved."""
    import time

    last = time.monotonic()

    def told(best: Any, bound: Any) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 1:
            return
        last = now
        found = "nothing yet" if best is None else f"a package that costs {float(best):.6g}"
        proved = "" if bound is None else f"; none costs less than {float(bound):.6g}"
        output.remark(f"found {found}{proved} ...")

    return told


@contextmanager
def patience(output: Output, seconds: float = 2.0) -> Iterator[None]:
    """Say on standard error why nothing is to be seen yet, if it takes so long."""
    from threading import Timer

    text = "still at work; the first use of a kernel compiles it, which can take 15 s ..."
    timer = Timer(seconds, output.remark, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def output_options(command: Command) -> Command:
    """Add --format, -o, --quiet and --verbose; the command gets them as ``output``."""
    import functools

    @click.option(
        "--format",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="Form of the answer.",
    )
    @click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the answer to a file.",
    )
    @click.option("--quiet", "-q", is_flag=True, help="No remarks on standard error.")
    @click.option("--verbose", "-v", is_flag=True, help="Say on standard error what was used.")
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        format: str,
        output: Path | None,
        quiet: bool,
        verbose: bool,
        **kwargs: Any,
    ) -> Any:
        if output is not None and str(output) != "-":
            from coalitions.files.safe_write import refuse_unwritable

            refuse_unwritable(output)
        where = Output(format, None if output is None else str(output), quiet, verbose)
        return command(*args, output=where, **kwargs)

    return wrapped  # type: ignore[return-value]  # wraps keeps the signature click needs


def scenario_options(command: Command) -> Command:
    """Add --what-if and --reading; the command gets ``what_if`` and ``reading``."""
    command = click.option(
        "--what-if", "what_if", multiple=True, metavar="STATE=VOTE",
        help="Let a state vote for, abstain, against or be absent; repeatable.",
    )(command)  # fmt: skip
    return click.option(
        "--reading", metavar="NAME", help="Read the rules otherwise, where a body has that reading."
    )(command)


class Seconds(click.FloatRange):
    """A time above 0; what is no time, such as NaN or an infinity, is refused."""

    name = "seconds"

    def __init__(self) -> None:
        """Leave 0 out."""
        super().__init__(min=0, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a number of seconds."""
        try:
            number = float(value)
        except ValueError:
            number = nan
        if not 0 < number < inf:
            self.fail(f"{value} is no number of seconds above 0, such as 30 or 0.5", param, ctx)
        return number


def solver_options(command: Command) -> Command:
    """Add --solver and --time-limit."""
    command = click.option(
        "--time-limit", type=Seconds(), metavar="SECONDS",
        help="Stop each programme after this time; the answer is then 'bounded'. [default: none]",
    )(command)  # fmt: skip
    return click.option(
        "--solver", default="highs", show_default=True, metavar="NAME",
        help="Back end of the integer programmes; `coalitions solvers` lists them.",
    )(command)  # fmt: skip


def load_scenario(name: str, what_if: tuple[str, ...] = (), reading: str | None = None) -> Scenario:
    """Load a scenario and apply what the options change."""
    from coalitions.scenarios.scenario import load

    if name == "-" and sys.stdin.isatty():
        raise EngineError("'-' reads a scenario from standard input, which is a terminal here")
    scenario = load(name)
    if reading is not None:
        scenario = scenario.read_as(reading)
    changes: dict[str, str] = {}
    for text in what_if:
        state, mark, vote = text.partition("=")
        if not mark:
            raise EngineError(f"--what-if {text}: write STATE=VOTE, such as CHN=against")
        if changes.get(state, vote) != vote:
            raise EngineError(f"--what-if names {state} twice with different votes")
        changes[state] = vote
    return scenario.what_if(**changes) if changes else scenario


def own_table(body: Body, table: str | None) -> dict[str, str] | None:
    """Say which weights table was named, as for `bind_decision`; None where none was."""
    if not table:
        return None
    if not (body.weights.get("tables") or body.weights.get("table")):
        raise EngineError(f"--table {table}: {body.name} has no tables of weights to choose from")
    return {"table": table, "note": f"weights table {table} named on the command line"}


def refuse_entered(names: Iterable[str], other: str) -> None:
    """Refuse options that were typed and would be passed over without another one."""
    source = click.get_current_context().get_parameter_source
    for name in names:
        if source(name) not in (None, ParameterSource.DEFAULT, ParameterSource.ENVIRONMENT):
            raise EngineError(f"--{name.replace('_', '-')} goes with {other}")


def said_in_csv(result: Result) -> dict[str, str]:
    """Return the columns that every row of a CSV table has beside its own."""
    said = {"marking": result.marking} | result.notices()
    return {word.replace(" ", "_"): text for word, text in said.items()}


def draw(result: Result, files: dict[str, str | None], output: Output) -> None:
    """Draw a result into the files that were asked for, by kind of picture."""
    for what, file in files.items():
        if file is not None:
            from coalitions.pictures.plot import write_plot

            write_plot(result, file, what)
            output.remark(f"wrote {file}")


def emit(result: Result, output: Output) -> None:
    """Write a result; a bounded answer ends the program with exit code 3."""
    from coalitions.answers.results import screen_text
    from coalitions.reports.tables import RENDERERS

    if output.format == "json":
        output.write(result.to_json())
    elif output.format == "table":
        output.write(screen_text(result.page()))
    else:
        rows, columns = result.rows(), result.frame_columns()
        if output.format == "markdown":
            head = [f"{result.screen().title} ({result.marking})"]
            head += [f"{word}: {text}" for word, text in result.notices().items()]
            text = "\n\n".join([*head, RENDERERS["markdown"](rows, columns)])
        else:  # a table travels without its heading: every row says what it must not lose
            said = said_in_csv(result)
            text = RENDERERS["csv"]([row | said for row in rows], [*columns, *said])
        output.write(text)
    if output.verbose:
        made = result.provenance.to_dict()
        output.remark(", ".join(f"{k} {v}" for k, v in made.items() if v not in ("", None)))
    if result.stopped_early:
        output.remark("stopped early: the answer is bounded, not proved")
        click.get_current_context().exit(3)
