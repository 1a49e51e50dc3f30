"""CBC, a program of its own: the one that PuLP 3 brings, or a ``cbc`` on the search path.

PuLP writes the model to a file in a temporary folder that is removed after the run; it holds
numbers and no names. The program is started, stopped and read here: PuLP calls a run that
the clock ended optimal, keeps no bound, and leaves the program running after Ctrl-C.
"""

from __future__ import annotations

import functools
import math
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from solvers.errors import SolverError
from solvers.programmes.backends.model import Backend, Claim, Model, Options, Outcome
from solvers.programmes.backends.program import run_program
from solvers.programmes.backends.support import missing, pulp_model, through_pulp, unknown_option

__all__ = ["NAME", "probe", "run"]

NAME: Final = "cbc"
PRINTED: Final = 0.0005  # CBC prints a bound with three decimals, so it may be rounded up


def probe() -> Backend:
    """Say whether a CBC is there; asks the program for its version."""
    reason = missing("pulp")
    program = None if reason else executable()
    if program is None:
        return Backend(NAME, None, False, reason or "PuLP brings none, and no 'cbc' is on the path")
    version = _version(program)
    if version is None:
        return Backend(NAME, None, False, f"{program} does not start")
    return Backend(NAME, through_pulp(f"CBC {version}"), True)


def executable() -> str | None:
    """Path of the program: PuLP's own first, so that a machine does not change the answer."""
    spec = find_spec("pulp")
    systems = {"win32": "win", "darwin": "osx"}
    machine = "arm64" if platform.machine().lower() in ("aarch64", "arm64") else "i64"
    if sys.platform == "darwin":
        machine = "i64"  # PuLP carries one program for both kinds of Mac
    for folder in (spec.submodule_search_locations if spec else None) or ():
        place = Path(folder, "solverdir", "cbc", systems.get(sys.platform, "linux"), machine)
        program = place / ("cbc.exe" if sys.platform == "win32" else "cbc")
        if os.access(program, os.X_OK):
            return str(program)
    return shutil.which("cbc")


@functools.cache
def _version(program: str) -> str | None:
    try:
        answer = subprocess.run(
            [program, "-quit"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"Version:\s*(\S+)", answer.stdout)
    return found.group(1) if found else "of unknown version"


def run(model: Model, options: Options) -> Outcome:
    """Solve with CBC."""
    program = executable()
    if program is None:
        raise SolverError("there is no CBC here: PuLP brings none, and no 'cbc' is on the path")
    lines, log, interrupted = _attempt(program, model, options)
    if "try without preprocessing" in log and not interrupted:  # CBC has lost its own point
        options = replace(options, extra={**options.extra, "preprocess": "off"})
        lines, log, interrupted = _attempt(program, model, options)
    unknown = re.search(r"No match for (\S+)", log)
    if unknown:
        raise unknown_option("CBC", unknown.group(1))
    if not lines and not interrupted:
        raise SolverError(f"CBC broke down: {' '.join(log.split()[-20:])}")
    return _read(lines, log, model, interrupted)


def _attempt(program: str, model: Model, options: Options) -> tuple[list[str], str, bool]:
    """Lines of the answer, the log, and whether the run was cut short."""
    with tempfile.TemporaryDirectory(prefix="programme-") as folder:
        source, answer = Path(folder, "model.mps"), Path(folder, "answer.txt")
        pulp_model(model).writeMPS(str(source))  # our names fit the format
        command = [program, str(source), *_arguments(model, options), "-solution", str(answer)]
        log, cut = run_program(command, options, patient=True)
        return (answer.read_text().splitlines() if answer.exists() else []), log, cut


def _arguments(model: Model, options: Options) -> list[str]:
    settings: dict[str, object] = {
        "timeMode": "elapsed",
        "ratio": options.gap,
        "allow": 0,
        "randomCbcSeed": options.seed,
    }
    if not model.lattice:
        settings["increment"] = 1e-9  # by itself CBC ignores improvements below 1e-5
    if options.time_limit is not None:
        settings["sec"] = options.time_limit
    if options.threads > 1:
        settings["threads"] = options.threads
    if options.tight:
        settings |= {"integerTolerance": 1e-9, "primalTolerance": 1e-9}
    words = [f"{w}" for k, v in {**settings, **options.extra}.items() for w in (f"-{k}", v)]
    return [*words, "-solve", "-printingOptions", "all"]


def _read(lines: list[str], log: str, model: Model, interrupted: bool) -> Outcome:
    head = lines[0].lower() if lines else "stopped (no integer solution"
    claim: Claim = "stopped"
    if head.startswith("optimal"):
        claim = "optimal"
    elif head.startswith("unbounded"):
        claim = "unbounded"
    elif "infeasible" in head:
        doubtful = "infeasible or unbounded" in log or _is_open(model)
        claim = "unbounded" if doubtful else "infeasible"
    values = None
    if claim in ("optimal", "stopped") and "no integer solution" not in head:
        found = [0.0] * len(model.cost)
        for line in lines[1:]:
            words = line.replace("**", " ").split()
            if len(words) > 2 and words[1].startswith("x"):
                found[int(words[1][1:])] = float(words[2])
        values = tuple(found)
    return Outcome(claim, values, _bound(head, log, claim, model), interrupted)


def _is_open(model: Model) -> bool:
    """Whether some variable may lower the objective without end; then CBC confuses the two."""
    columns = zip(model.cost, model.low, model.up, strict=True)
    return any((c < 0 and up == math.inf) or (c > 0 and low == -math.inf) for c, low, up in columns)


def _bound(head: str, log: str, claim: Claim, model: Model) -> float | None:
    printed = re.search(r"Lower bound:\s*([-+.\deE]+)", log)
    if printed and model.is_mip:
        bound = float(printed.group(1)) - PRINTED
        return bound if abs(bound) < 1e20 else None
    value = re.search(r"objective value\s+([-+.\deE]+)", head)
    return float(value.group(1)) if value and claim == "optimal" else None
