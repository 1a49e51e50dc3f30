"""Commands in fresh processes: how long they take, what they import, how much memory they need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import coalitions
from coalitions.files.datasets import names

from .harness import Answer, Case, Contestant
from .suite_voting_judges import exact

__all__ = ["HEAVY", "cases", "fresh", "peak_memory"]

BAR = 8.0  # times a process that imports click and PyYAML
GIB = 2**30
LIMIT = 2 * GIB
HEAVY = ("numpy", "numba", "scipy", "pulp", "pydantic", "pandas", "matplotlib")
SMALL = (
    ("un-security-council", "shapley_shubik", 421 / 2145),
    ("nato-council", "shapley_shubik", 1 / 32),
    ("un-general-assembly", "shapley_shubik", 1 / 193),
)

COMMAND = """
import sys
from coalitions.cli import main
sys.argv = ["coalitions", *sys.argv[1:]]
main()
"""

# The command, then on a line of its own what it has imported.
IMPORTED = """
import sys
from coalitions.cli import main
*words, heavy = sys.argv[1:]
sys.argv = ["coalitions", *words]
try:
    main()
except SystemExit as done:
    if done.code:
        raise
print()
print("imported", *sorted(set(heavy.split(",")) & sys.modules.keys()))
"""

# Every method that does not refuse the body, one after another, each as long as it may take.
MEMORY = """
import resource, signal, sys
from coalitions.bodies.body import load_body
from coalitions.power_indices.power import power
from coalitions.bodies.rosters import bind_decision
from solvers import counting
from solvers.counting import ternary_counting
from solvers.counting.simple_games import simple_game
from solvers.counting.ternary_games import ternary_game
from solvers.errors import EngineError

def late(*_):
    raise TimeoutError

signal.signal(signal.SIGALRM, late)
body, seconds = sys.argv[1], int(sys.argv[2])
bound = bind_decision(load_body(body))
whole = bound.rule
game = simple_game(whole.project("against"))
runs = [("power", lambda: power(bound))]
for table in (counting.TOTAL_METHODS, counting.METHODS, counting.MINIMAL_METHODS):
    runs += [(m.name, lambda m=m: m.run(game)) for m in table if m.refusal(game) is None]
three = ternary_game(whole)
for m in (*ternary_counting.PROFILE_METHODS, *ternary_counting.MINIMAL_METHODS):
    if m.refusal(three) is None:
        runs.append((m.name, lambda m=m: m.run(three)))
ended = []
for name, run in runs:
    signal.alarm(seconds)
    try:
        run()
        ended.append("done")
    except EngineError:
        ended.append("refused")
    except TimeoutError:
        ended.append("stopped")
    finally:
        signal.alarm(0)

def peak():
    try:  # the other figure knows the memory of the process that started this one
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

print(peak(), *ended)
"""


def fresh(code: str, *arguments: str) -> str:
    """Run Python code in a new process.

    Parameters
    ----------
    code : str
        What to run.
    *arguments : str
        Its ``sys.argv`` from 1 on.

    Returns
    -------
    str
        Its standard output.

    Raises
    ------
    RuntimeError
        If it fails, with the last line of its errors.
    """
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=Path(coalitions.__file__).resolve().parents[1],  # for a checkout that is not installed
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(lines[-1])
    return done.stdout


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to measure the memory of a few bodies only, and give each method less time.

    Yields
    ------
    Case
    """
    for body, index, largest in SMALL:
        yield _start(body, index, largest, 2.0 if quick else 10.0)
    some = ("un-security-council", "eu-council", "imf-board-of-governors")
    for body in some if quick else names("bodies"):
        yield _memory(body, 2 if quick else 20)


def _start(body: str, index: str, largest: float, seconds: float) -> Case:
    """Time the command, and run every index of the same body to see what that imports."""

    def command() -> Answer:
        text = fresh(COMMAND, "power", body)
        return ((), f"{largest:.6f}" in text or f"{largest:.4g}" in text)

    def every() -> Answer:
        words = ("power", body, "--index", "all", "--format", "json")
        text, imported = fresh(IMPORTED, *words, ",".join(HEAVY)).rsplit("imported", 1)
        found = json.loads(text)["answer"]["indices"][index]["values"].values()
        highest = max(_number(value) for value in found)
        return (tuple(imported.split()), abs(highest - largest) < 1e-12)

    return Case(
        f"coalitions power {body}, fresh process",
        Contestant("import click, yaml", lambda: fresh("import click, yaml")),
        (
            Contestant("command", command, True, BAR),
            Contestant(
                "all indices, without " + ", ".join(HEAVY),
                every,
                True,
                remark=lambda answer: "none of these is imported",
            ),
        ),
        exact(((), True)),
        seconds,
        "wall",
    )


def _number(text: str) -> float:
    over, _, under = text.partition("/")
    return int(over) / int(under or 1)


def peak_memory(body: str, seconds: int) -> tuple[int, str]:
    """Measure the largest memory of a process that counts a body by every method.

    Parameters
    ----------
    body : str
        A shipped body, its first decision.
    seconds : int
        Time for each method, after which it is stopped.

    Returns
    -------
    (int, str)
        Bytes, and how the methods ended.
    """
    peak, *ended = fresh(MEMORY, body, str(seconds)).split()
    said = [
        f"{ended.count(word)} {word}" for word in ("done", "refused", "stopped") if word in ended
    ]
    return int(peak), ", ".join(said)


def _memory(body: str, seconds: int) -> Case:
    ends: list[str] = []

    def run() -> Answer:
        peak, ended = peak_memory(body, seconds)
        ends.append(ended)
        return peak

    def remark(answer: Answer) -> str:
        peak = answer if isinstance(answer, int) else 0
        return f"{peak / GIB:.2f} GiB; runs: {ends[-1]}"

    def judged(answer: Answer) -> str | None:
        return None if isinstance(answer, int) and answer > 0 else f"answers {answer!r}"

    missing = None if find_spec("resource") else "this system does not tell the memory of a process"
    return Case(
        f"peak memory, {body}, power and every counting method",
        Contestant("limit of 2 GiB", lambda: LIMIT),
        (Contestant("fresh process", run, True, 1.0, missing, remark),),
        judged,
        clock="answer",
    )
