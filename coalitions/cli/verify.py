"""The command ``verify``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, output_options
from coalitions.errors import InputError
from solvers.errors import EngineError

__all__ = ["command"]


@click.command("verify")
@click.argument("result")
@output_options
def command(result: str, output: Output) -> None:
    """Re-check RESULT, a file written with --format json, in exact arithmetic.

    Verdicts, feasibility and irreducibility are recomputed from the certificate without a
    solver; that nothing is cheaper rests on the solver it names. Of a sweep up to 200 scenarios
    of a shipped case are asked again. What is not checked is said. Exit code 1 if a check fails.

    Example: coalitions verify result.json
    """
    import json

    from coalitions.files.json_text import read_json
    from coalitions.verification.verification import verify

    data = read_json(result)
    try:
        found = verify(data)
    except EngineError as error:
        raise InputError.at("<stdin>" if result == "-" else result, str(error)) from error
    if output.format == "json":
        checks = [{"what": c.what, "holds": c.holds} for c in found.checks]
        told = {"passed": found.passed, "checks": checks, "unchecked": list(found.unchecked)}
        output.write(json.dumps(told, indent=2))
    else:
        lines = [f"{'ok    ' if c.holds else 'FAILED'}  {c.what}" for c in found.checks]
        lines += [f"not checked  {what}" for what in found.unchecked]
        failed = sum(not c.holds for c in found.checks)
        lines.append(f"{len(found.checks) - failed} passed, {failed} failed")
        output.write("\n".join(lines))
    if not found.passed:
        click.get_current_context().exit(1)
