"""The command ``verify``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, output_options
from coalitions.errors import InputError

__all__ = ["command"]


@click.command("verify")
@click.argument("result")
@output_options
def command(result: str, output: Output) -> None:
    """Re-check RESULT, a file written with --format json, in exact arithmetic.

    Verdicts, feasibility and irreducibility are recomputed from the certificate without a
    solver; that nothing is cheaper rests on the solver it names. Exit code 1 if a check fails.

    Example: coalitions verify result.json
    """
    import json

    from coalitions.files.text_files import read_text
    from coalitions.verification.verification import verify

    text = read_text(result)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError.at(result, f"not JSON: {error.msg}", error.lineno, error.colno) from error
    except RecursionError:
        raise InputError.at(result, "nested too deeply to be a result") from None
    found = verify(data)
    if output.format == "json":
        checks = [{"what": c.what, "holds": c.holds} for c in found.checks]
        output.write(json.dumps({"passed": found.passed, "checks": checks}, indent=2))
    else:
        lines = [f"{'ok    ' if c.holds else 'FAILED'}  {c.what}" for c in found.checks]
        failed = sum(not c.holds for c in found.checks)
        lines.append(f"{len(found.checks) - failed} passed, {failed} failed")
        output.write("\n".join(lines))
    if not found.passed:
        click.get_current_context().exit(1)
