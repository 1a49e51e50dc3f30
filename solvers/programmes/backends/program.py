"""Run another program as a back end: its output to itself, and nothing left running."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from solvers.errors import SolverError
from solvers.programmes.backends.model import Options
from solvers.programmes.backends.support import watch

__all__ = ["run_program"]

GRACE_SECONDS: Final = 1.5  # what a program gets to write its best point after an interrupt


def run_program(
    command: Sequence[str], options: Options, given: str = "", patient: bool = False
) -> tuple[str, bool]:
    """Run a program to its end, until Ctrl-C, or until ``options.stop()``.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    options : Options
        For ``stop``.
    given : str
        Its standard input.
    patient : bool
        Interrupt it like Ctrl-C and wait a moment for what it has, instead of killing it.

    Returns
    -------
    tuple of str and bool
        Everything it wrote, and whether it was cut short.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # the terminal's Ctrl-C comes to us alone
        )
    except OSError as error:
        raise SolverError(f"{command[0]} does not start: {error}") from error
    outputs: list[str] = []

    def cancel() -> None:
        if patient and sys.platform != "win32":
            process.send_signal(signal.SIGINT)
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        else:
            process.kill()

    try:
        cut = watch(lambda: outputs.append(process.communicate(given)[0]), cancel, options)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return outputs[0], cut
