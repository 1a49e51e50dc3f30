"""Fresh processes: 28 players in memory, a function of 64 players in time, the command ``game``."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from .harness import Answer, Case, Contestant
from .suite_tu_judges import SLACK
from .suite_tu_oracles import half_degrees, random_graph
from .suite_voting_judges import exact
from .suite_voting_processes import IMPORTED, fresh

__all__ = ["cases", "milliseconds_of_function", "peak_of_values", "write_game"]

GIB = 2**30
MEMORY_LIMIT = 5 * GIB // 2
LIMIT_SECONDS = 60
PLAYERS = 64
PARTS = 10**18  # an error as a whole number of so many parts of the largest share
GROSS = 1e-9  # an error that is a mistake, not rounding
PASSES = 10  # processes that do nothing, one of which imports numpy
HEAVY = ("numba", "scipy", "pulp", "pandas", "matplotlib")
VALUES = ("shapley", "banzhaf_value", "solidarity", "tau", "gately", "cis", "ensc")

# An additive game: the table is made in place, and everybody gets its own weight.
MEMORY = """
import resource, sys
import numpy as np
from solvers.games.game import TUGame
from solvers.values.shapley import shapley_value

n = int(sys.argv[1])
table = np.empty(1 << n)
table[0] = 0
for i in range(n):
    np.add(table[: 1 << i], i + 1, out=table[1 << i : 2 << i])
shares = shapley_value(TUGame.of(table, copy=False)).allocation
error = max(abs(x - i - 1) for i, x in enumerate(shares.tolist())) / n

def peak():
    try:  # the other figure knows the memory of the process that started this one
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

print(peak(), error)
"""

# One question about a convex function; "stopped" when it takes longer than it may.
FUNCTION = """
import json, signal, sys, time
from fractions import Fraction
from solvers.oracles.convex import ConvexOracle
from solvers.oracles.egalitarian import dutta_ray
from solvers.oracles.least_core import core_membership, least_core

question, seconds, text = sys.argv[1:]
n, edges, inside = json.loads(text)
rows = [[0] * n for _ in range(n)]
for i, j, weight in edges:
    rows[j][i] = weight

def worth(members):
    total = 0
    for j in members:
        row = rows[j]
        for i in members:
            total += row[i]
    return total

class Late(BaseException):  # an Exception would be taken for one of the function
    pass

def late(*_):
    raise Late

ask = {
    "core membership": lambda oracle: core_membership(oracle, [Fraction(x) for x in inside]),
    "Dutta-Ray": dutta_ray,
    "least core": least_core,
}[question]
signal.signal(signal.SIGALRM, late)
signal.alarm(int(seconds))
try:
    begun = time.perf_counter()
    found = ask(ConvexOracle(n, worth))
    spent = time.perf_counter() - begun
    signal.alarm(0)
    right = found.verify() if hasattr(found, "verify") else bool(found)
    print(round(1000 * spent), "right" if right else "wrong")
except Late:
    print(1000 * int(seconds) + 1, "stopped")
"""


def cases(quick: bool) -> Iterator[Case]:
    """Build the cases.

    Parameters
    ----------
    quick : bool
        Whether to time the command only.

    Yields
    ------
    Case
    """
    with TemporaryDirectory() as folder:
        yield from _command(Path(folder) / "game.json", 2.0 if quick else 10.0)
    if not quick:
        yield from _memory(28)
        for question in ("core membership", "Dutta-Ray", "least core"):
            yield _function(question)


def write_game(path: Path, n: int) -> tuple[int, ...]:
    """Write a game whose Shapley value is known: weights of the players, and size squared.

    Parameters
    ----------
    path : Path
        Where to.
    n : int
        Number of players.

    Returns
    -------
    tuple of int
        The Shapley value: the weight, and an equal part of n squared.
    """
    weights = [7 * i % 11 for i in range(n)]
    worths = [
        sum(weights[i] for i in members) + size**2
        for size in range(1, n + 1)
        for members in combinations(range(n), size)
    ]
    path.write_text(json.dumps(worths), encoding="utf-8")
    return tuple(weight + n for weight in weights)


def _command(path: Path, seconds: float) -> Iterator[Case]:
    """Time the command on a file, beside ten bare processes and numpy, and ten with numpy."""
    expected = write_game(path, 12)

    def unit() -> None:
        for _ in range(PASSES - 1):
            fresh("pass")
        fresh("import numpy")

    def command(concepts: tuple[str, ...]) -> Answer:
        options = [word for name in concepts for word in ("--concept", name)]
        words = ("game", str(path), *options, "--format", "json")
        text, imported = fresh(IMPORTED, *words, ",".join(HEAVY)).rsplit("imported", 1)
        shares = json.loads(text)["answer"]["concepts"]["shapley"]["shares"]
        return tuple(imported.split()), tuple(shares.values())

    named = (("command", ("shapley",)), (f"{len(VALUES)} values", VALUES))
    for anchor, bar in (
        (Contestant(f"{PASSES} times python -c pass, one imports numpy", unit), 1.0),
        (Contestant("python -c 'import numpy'", lambda: fresh("import numpy")), float(PASSES)),
    ):
        yield Case(
            f"coalitions game FILE, n=12, fresh process, beside {anchor.name}",
            anchor,
            tuple(
                Contestant(name, partial(command, concepts), True, bar, remark=_light)
                for name, concepts in named
            ),
            exact(((), tuple(map(str, expected)))),
            seconds,
            "wall",
        )


def _light(answer: Answer) -> str:
    return f"imported are none of {', '.join(HEAVY)}"


def peak_of_values(n: int) -> tuple[int, float]:
    """Measure the largest memory of a process that finds the Shapley value of a table.

    Parameters
    ----------
    n : int
        Number of players.

    Returns
    -------
    (int, float)
        Bytes, and the largest error in parts of the largest share.
    """
    peak, error = fresh(MEMORY, str(n)).split()
    return int(peak), float(error)


def _memory(n: int) -> Iterator[Case]:
    """Judge memory and error apart: one that is missed must not hide the other."""
    found: list[tuple[int, float]] = []

    def peak() -> Answer:
        found.append(peak_of_values(n))
        return found[-1][0]

    def error() -> Answer:
        found.append(peak_of_values(n))
        return round(PARTS * found[-1][1])

    def judged(answer: Answer) -> str | None:
        if not isinstance(answer, int) or answer < 0:
            return f"answers {answer!r}"
        wrong = found[-1][1]
        return None if wrong <= GROSS else f"an error of {wrong:.2g} of the largest share"

    def remark(answer: Answer) -> str:
        memory, wrong = found[-1]
        return f"{memory / GIB:.3f} GiB; largest error {wrong:.2g} of the largest share"

    missing = None if find_spec("resource") else "this system does not tell the memory of a process"
    for name, limit, unit, run in (
        ("peak memory", "2.5 GiB", MEMORY_LIMIT, peak),
        ("largest error", f"{SLACK:g} of the largest share", round(PARTS * SLACK), error),
    ):
        yield Case(
            f"{name}, Shapley value of an adopted table, n={n}",
            Contestant(f"limit of {limit}", partial(int, unit)),
            (Contestant("fresh process", run, True, 1.0, missing, remark),),
            judged,
            clock="answer",
        )


def milliseconds_of_function(question: str, n: int, limit: int) -> tuple[int, str]:
    """Ask about a random graph game that is given as a function, for a limited time.

    Parameters
    ----------
    question : {"core membership", "Dutta-Ray", "least core"}
        What to ask.
    n : int
        Number of players.
    limit : int
        Seconds.

    Returns
    -------
    (int, str)
        Milliseconds, more than the limit where it was stopped, and ``"right"``, ``"wrong"`` or
        ``"stopped"``.
    """
    edges = random_graph(n)
    inside = [str(x) for x in half_degrees(n, edges)]
    data = json.dumps([n, [[i, j, w] for (i, j), w in edges.items()], inside])
    spent, end = fresh(FUNCTION, question, str(limit), data).split()
    return int(spent), end


def _function(question: str) -> Case:
    ends: list[str] = []

    def run() -> Answer:
        spent, end = milliseconds_of_function(question, PLAYERS, LIMIT_SECONDS)
        ends.append(end)
        return spent

    def judged(answer: Answer) -> str | None:
        if not isinstance(answer, int):
            return f"answers {answer!r}"
        return "the answer does not pass its check" if ends and ends[-1] == "wrong" else None

    def remark(answer: Answer) -> str:
        if ends[-1] == "stopped":
            return f"stopped after {LIMIT_SECONDS} s"
        return f"{answer} ms, first call"

    missing = None if hasattr(signal, "SIGALRM") else "this system cannot stop a process in time"
    return Case(
        f"graph given as a convex function, {question}, n={PLAYERS}",
        Contestant(f"limit of {LIMIT_SECONDS} s", lambda: 1000 * LIMIT_SECONDS),
        (Contestant("fresh process", run, True, 1.0, missing, remark),),
        judged,
        clock="answer",
    )
