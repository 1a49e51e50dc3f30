"""The command ``bench``: run benchmark suites and print what was measured."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import click

from solvers.errors import EngineError

__all__ = ["bench", "benchmark_module"]

PACKAGE = "coalitions.benchmarks"


def benchmark_module(name: str) -> Any:
    """Import a module of the benchmarks, from a wheel or from a checkout.

    Parameters
    ----------
    name : str
        The module, such as ``"harness"``.

    Returns
    -------
    module
        Of the package ``coalitions.benchmarks``; a checkout has it in the folder ``benchmarks``
        beside ``coalitions``, where another ``benchmarks`` on the path cannot hide it.

    Raises
    ------
    EngineError
        If the benchmarks are not installed.
    """
    if PACKAGE not in sys.modules and find_spec(PACKAGE) is None:
        init = Path(__file__).resolve().parents[2] / "benchmarks" / "__init__.py"
        spec = spec_from_file_location(PACKAGE, init, submodule_search_locations=[str(init.parent)])
        if not init.is_file() or spec is None or spec.loader is None:
            raise EngineError(
                "the benchmarks are not installed: install the distribution coalition-engine, "
                "or run from a whole checkout"
            )
        package = module_from_spec(spec)
        sys.modules[PACKAGE] = package
        spec.loader.exec_module(package)
    return import_module(f"{PACKAGE}.{name}")


@click.command("bench", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("suite", required=False)
@click.option("--quick", is_flag=True, help="Fewer repeats and smaller bodies: under two minutes.")
@click.option(
    "--compare",
    "earlier",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Show the change since an earlier run, written with --format json.",
)
@click.option(
    "--repeats",
    type=click.IntRange(3, 999),
    metavar="N",
    help="Samples of each contestant.  [default: 21, with --quick 9]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "markdown"]),
    default="table",
    show_default=True,
    help="How to print; json keeps every figure unrounded.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write to this file.",
)
@click.option("--quiet", is_flag=True, help="No remarks on standard error.")
def bench(
    suite: str | None,
    quick: bool,
    earlier: Path | None,
    repeats: int | None,
    form: str,
    output: Path | None,
    quiet: bool,
) -> None:
    """Run the benchmark SUITE, or all of them.

    The answers of all contestants are compared before any is timed; who answers wrongly or breaks
    down stays in the table. Times are medians; a ratio is a time over that of the anchor, a
    plain operation on the same data called in turns with the contestants, so that machines can be
    compared. A bar is the largest ratio that is good enough. The first call, with imports and
    compilation, is a figure of its own.

    Exit code 1 if a part of this engine answered wrongly or broke down. A missed bar is in the
    table and in a remark: one run on a busy machine proves nothing.

    Example: coalitions bench rules --quick --format json -o before.json

    Example: coalitions bench rules --compare before.json
    """
    from coalitions.files.safe_write import refuse_unwritable, write_text

    if output is not None:
        refuse_unwritable(output)
    registry, harness, results = map(benchmark_module, ("registry", "harness", "results"))
    suites = registry.SUITES if suite is None else (registry.find_suite(suite),)
    old = None if earlier is None else results.read_document(earlier)
    where = results.environment()
    rows = []
    for chosen in suites:
        for case in chosen.cases(quick):
            if not quiet:
                click.echo(f"{chosen.name}: {case.name} ...", err=True)
            rows += harness.measure(chosen.name, case, repeats or (9 if quick else 21))
    document = results.document(rows, where, quick, old)
    text = results.rendered(document, form)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
    if not quiet:
        for line in results.remarks(rows):
            click.echo(line, err=True)
    if results.mistakes(rows):
        raise SystemExit(1)
