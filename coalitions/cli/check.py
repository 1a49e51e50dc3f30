"""The command ``check``."""

from __future__ import annotations

import click

from coalitions.cli.options import Output, load_scenario, output_options

__all__ = ["command"]


@click.command("check")
@click.argument("file")
@output_options
def command(file: str, output: Output) -> None:
    """Say whether FILE, a scenario or a body file, is valid; every mistake is named at once.

    Each mistake is one line `file:line:column: path: what is wrong` and the exit code is 2.

    Example: coalitions check libya-2011
    """
    import json

    from coalitions.files import datasets
    from coalitions.scenarios.file_kind import is_scenario_file

    if file in datasets.names("bodies") or (_is_body(file) and not is_scenario_file(file)):
        from coalitions.bodies.body import load_body

        body = load_body(file)
        words = {"valid": True, "kind": "body", "name": body.name, "decisions": len(body.decisions)}
    else:
        case = load_scenario(file)
        words = {
            "valid": True,
            "kind": "scenario",
            "name": case.name,
            "options": len(case.options),
            "digest": case.digest,
        }
    if output.format == "json":
        output.write(json.dumps(words))
    else:
        rest = ", ".join(f"{k} {v}" for k, v in words.items() if k not in ("valid", "kind", "name"))
        output.write(f"{words['name']}: a valid {words['kind']} ({rest})")


def _is_body(file: str) -> bool:
    from coalitions.files.text_files import is_file

    return is_file(file) or file.startswith("[")
