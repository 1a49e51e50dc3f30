"""The command ``sweep``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from coalitions.cli.options import (
    Output,
    emit,
    load_scenario,
    output_options,
    scenario_options,
    solver_options,
)
from solvers.errors import EngineError

if TYPE_CHECKING:
    from coalitions.scenarios.scenario import Scenario

__all__ = ["command"]


@click.command("sweep")
@click.argument("scenario")
@click.option(
    "--vary", multiple=True, metavar="KEY=V1,V2",
    help="Values of an entry of the file, or votes: what_if.CHN=unchanged,against; repeatable.",
)  # fmt: skip
@click.option(
    "--draws", type=click.IntRange(1), metavar="N",
    help="Draw every figure that has an interval N times.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the draws."
)
@click.option(
    "--question", type=click.Choice(["solve", "assess", "packages"]), default="solve",
    show_default=True, help="Coalitions and prices, verdicts alone (quick), or prices too.",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(1, 61), default=1, show_default=True, metavar="N",
    help="Processes on this machine.",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="A dask scheduler: tcp://10.0.0.1:8786.")
@click.option(
    "--journal", type=click.Path(), metavar="FOLDER",
    help="Keep finished chunks here; the same command goes on where it was stopped.",
)  # fmt: skip
@click.option(
    "--chunk", type=click.IntRange(1), metavar="N", help="Scenarios of a chunk. [default: 10 or 50]"
)
@click.option(
    "--plot", type=click.Path(dir_okay=False), metavar="FILE",
    help="Draw a heat map of the first two keys into a .svg or .png file.",
)  # fmt: skip
@click.option(
    "--plot-value", type=click.Choice(["verdict", "passed", "price"]), default="passed",
    show_default=True, help="What the heat map shows.",
)  # fmt: skip
@scenario_options
@solver_options
@output_options
def command(
    scenario: str,
    vary: tuple[str, ...],
    draws: int | None,
    seed: int,
    question: str,
    workers: int,
    scheduler: str | None,
    journal: str | None,
    chunk: int | None,
    plot: str | None,
    plot_value: str,
    what_if: tuple[str, ...],
    reading: str | None,
    solver: str,
    time_limit: float | None,
    output: Output,
) -> None:
    """Ask one question of many variants of SCENARIO: grids of values and draws from intervals.

    A key leads to an entry of the scenario file, its parts joined by dots; a value is written as
    in the file. Exit code 3 when interrupted: a journal keeps what is finished.

    Example: coalitions sweep council-of-seven --vary payoffs.scores.mandate.worth.B=-9,-5,-1

    Example: coalitions sweep veskar-strait --draws 200 --seed 1 --question packages --journal runs
    """
    from coalitions.files.safe_write import refuse_unwritable
    from coalitions.sweeps.sweep import run_sweep
    from coalitions.sweeps.sweep_cases import draws as drawn
    from coalitions.sweeps.sweep_cases import grid

    if reading is not None:
        raise EngineError(
            f"--reading: vary the entry instead: --vary bodies.NAME.reading={reading}"
        )
    if scenario == "-" and what_if:
        raise EngineError("--what-if with standard input: write --vary what_if.STATE=VOTE")
    if plot is not None:
        refuse_unwritable(plot)
    keys = dict(_values(text) for text in vary)
    if len(keys) < len(vary):
        raise EngineError("--vary: a key stands twice; write all its values behind one")
    cases = grid(load_scenario(scenario, what_if) if what_if else scenario, keys)
    if plot is not None:
        _refuse_picture(plot, keys, cases.base)
    if draws is not None:
        cases = drawn(cases, draws, seed)
    done = _Progress(output)
    try:
        found = run_sweep(
            cases,
            question,
            workers=workers,
            scheduler=scheduler,
            journal=journal,
            chunk=chunk,
            progress=done,
            solver=solver,
            time_limit=time_limit,
        )
    except KeyboardInterrupt:
        counted = f"{done.finished:,} of {done.total:,} scenarios"
        kept = f"{counted} are kept in {journal}; the same command goes on from there"
        lost = f"{counted} were done and nothing is kept; --journal FOLDER keeps what is finished"
        click.echo(f"interrupted: {lost if journal is None else kept}", err=True)
        click.get_current_context().exit(3)
    done.end()
    if found.resumed:
        output.remark(f"{found.resumed} chunks were in {journal} already")
    if found.failed:
        counted = f"{len(found.failed):,} of {found.n_scenarios:,} scenarios"
        output.remark(f"{counted} could not be answered; the column problem says why")
    trouble: EngineError | None = None
    if plot is not None:
        from dataclasses import replace

        from coalitions.pictures.picture_sheet import write_figure
        from coalitions.pictures.sweep_picture import sweep_figure

        answered = tuple(row for row in found.facts if not row["problem"])
        try:
            write_figure(sweep_figure(replace(found, facts=answered), value=plot_value), plot)
            output.remark(f"wrote {plot}")
        except EngineError as error:  # the answer of hours is not lost with its picture
            trouble = error
    emit(found, output)
    if trouble is not None:
        raise trouble


def _values(text: str) -> tuple[str, list[Any]]:
    """Read a key and its values, each written as in a scenario file."""
    from coalitions.files.yaml12 import load

    key, mark, values = text.partition("=")
    if not mark or not key.strip() or not values.strip():
        raise EngineError(f"--vary {text}: write KEY=VALUE,VALUE, such as what_if.CHN=for,against")
    found = load(f"--vary {key}", f"[{values}]").data
    return key.strip(), found if isinstance(found, list) else [found]


def _refuse_picture(plot: str, keys: dict[str, list[Any]], base: Scenario) -> None:
    """Refuse a picture before the work rather than after it."""
    from coalitions.pictures.sweep_picture import MAX_CELLS

    if not plot.lower().endswith((".svg", ".png")):
        raise EngineError(
            f"--plot {plot}: must end in .svg or .png, the kinds of picture there are"
        )
    several = [key for key, values in keys.items() if len(values) > 1][:2]
    if len(several) < 2:
        raise EngineError("--plot draws a heat map over two keys: --vary two")
    for key in several:
        if len(keys[key]) > MAX_CELLS:
            raise EngineError(
                f"--plot: {key} has {len(keys[key])} values; a picture has {MAX_CELLS} at most"
            )
    if sum(len(option.venues) for option in base.options) > 1:
        raise EngineError(
            "--plot: there are several options or bodies: draw one of them in Python, with "
            "sweep_figure(frame, option=..., venue=...)"
        )


class _Progress:
    """How far a sweep has come, told on standard error: often on a terminal, else seldom."""

    def __init__(self, output: Output) -> None:
        self.output, self.terminal = output, sys.stderr.isatty()
        self.finished = self.total = 0
        self.last = time.monotonic()
        self.told = False

    def __call__(self, finished: int, total: int) -> None:
        self.finished, self.total = finished, total
        now = time.monotonic()
        if now - self.last < (0.2 if self.terminal else 10) or self.output.quiet:
            return
        self.last, self.told = now, True
        line = f"{finished:,} of {total:,} scenarios"
        click.echo(f"\r{line}" if self.terminal else line, err=True, nl=not self.terminal)

    def end(self) -> None:
        """Take the line on the terminal away."""
        if self.told and self.terminal:
            click.echo("\r" + " " * 60 + "\r", err=True, nl=False)
