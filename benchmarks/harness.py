"""Time contestants beside an anchor, after their answers have been compared.

Machines differ and neighbours disturb, so what counts is a ratio: the CPU time of a contestant
over that of an anchor that does comparable work, the two called in turns within one run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median
from typing import Literal

__all__ = ["Answer", "Case", "Contestant", "Row", "equal_to", "measure"]

Answer = object
SAMPLE_SECONDS = 0.002  # a sample repeats short calls until it is at least this long
LONG = 1.0  # seconds of a first call from which on a sample is certainly one call
TRIALS = 3  # calls of which the shortest says how many make a sample
MIN_REPEATS = 3  # a contestant that is over its time is still called so many times


@dataclass(frozen=True)
class Contestant:
    """One way to get the answer of a case.

    Parameters
    ----------
    name : str
        For the table.
    run : callable
        Takes nothing, returns the answer; builds nothing that the others need not build.
    ours : bool
        Whether it is a part of this engine; its mistakes fail the run.
    bar : float, optional
        The largest ratio to the anchor that is good enough; in seconds where the clock of the
        case says so.
    missing : str, optional
        Why it cannot take part, for example the package that is not installed.
    remark : callable, optional
        Takes its right answer, says for the note what is worth saying of it.
    once : bool
        Whether it is called once only and that call is its time: for what takes long, compiles
        nothing and has no bar.
    """

    name: str
    run: Callable[[], Answer]
    ours: bool = False
    bar: float | None = None
    missing: str | None = None
    remark: Callable[[Answer], str] | None = None
    once: bool = False


@dataclass(frozen=True)
class Case:
    """A question, who answers it, and what their time is compared with.

    Parameters
    ----------
    name : str
        For the table.
    anchor : Contestant
        Its time is the unit. Its answer is not compared: it may do other work.
    contestants : tuple of Contestant
        Who answers.
    complaint : callable
        Takes an answer and says in words what is wrong with it, or None.
    seconds : float
        About how long all repeats of one contestant may take, in seconds.
    clock : {"cpu", "wall", "seconds", "answer"}
        Which ratio the bars are for: CPU time, which neighbours disturb less, unless a contestant
        works in another process, whose CPU time is not seen. With ``"seconds"`` bars are elapsed
        seconds, for what somebody waits for. With ``"answer"`` the answers are the figures, such
        as bytes of memory: all are called once, and nobody is timed.
    """

    name: str
    anchor: Contestant
    contestants: tuple[Contestant, ...]
    complaint: Callable[[Answer], str | None]
    seconds: float = 10.0
    clock: Literal["cpu", "wall", "seconds", "answer"] = "cpu"


@dataclass(frozen=True)
class Row:
    """What was measured of one contestant; None where it could not be.

    Parameters
    ----------
    suite, case, contestant : str
        Whom the row is about.
    ours : bool
        Whether it is a part of this engine.
    status : str
        ``"anchor"``, ``"ok"``, ``"wrong"`` (another answer), ``"failed"`` (an exception) or
        ``"missing"``.
    first : float or None
        Seconds of the first call, with imports and compilation; in no other figure.
    wall, cpu : float or None
        Median seconds of a later call: elapsed, and of this process on all its processors.
    wall_ratio, cpu_ratio : float or None
        These over the anchor's medians; below 1 is faster than the anchor.
    repeats : int
        How many samples the medians are of.
    bar : float or None
        The largest ratio, or the most seconds, by the clock of the case.
    met : bool or None
        Whether it is; False also when a contestant with a bar has no valid time.
    clock : {"cpu", "wall", "seconds", "answer"}
        What the bar is for.
    note : str
        What was wrong, or is worth saying of the answer.
    """

    suite: str
    case: str
    contestant: str
    ours: bool
    status: str
    first: float | None = None
    wall: float | None = None
    cpu: float | None = None
    wall_ratio: float | None = None
    cpu_ratio: float | None = None
    repeats: int = 0
    bar: float | None = None
    met: bool | None = None
    clock: str = "cpu"
    note: str = ""


@dataclass
class _Entry:
    """A contestant on its way through a case."""

    contestant: Contestant
    row: Row
    calls: int = 1
    answer: Answer = None
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return self.row.status in ("anchor", "ok")


def equal_to(expected: Answer) -> Callable[[Answer], str | None]:
    """Make a complaint that compares with a known answer.

    Parameters
    ----------
    expected : object
        The right answer; an array is compared by shape and elements.

    Returns
    -------
    callable
        For ``Case.complaint``.

    Examples
    --------
    >>> complaint = equal_to([1, 2])
    >>> complaint([1, 2])
    >>> complaint([1, 3])
    'answers [1, 3] instead of [1, 2]'
    """

    def complaint(answer: Answer) -> str | None:
        import numpy as np

        if isinstance(expected, np.ndarray):
            found = np.asarray(answer)
            if found.shape != expected.shape:
                return f"answers with shape {found.shape} instead of {expected.shape}"
            wrong = np.flatnonzero(found != expected)
            if wrong.size == 0:
                return None
            k = int(wrong[0])
            return (
                f"{wrong.size} of {found.size} answers are wrong, the first at {k}: "
                f"{found.flat[k]} instead of {expected.flat[k]}"
            )
        return None if answer == expected else f"answers {answer!r} instead of {expected!r}"

    return complaint


def measure(suite: str, case: Case, repeats: int) -> list[Row]:
    """Measure the anchor and the contestants of one case.

    Parameters
    ----------
    suite : str
        Name for the rows.
    case : Case
        What to measure.
    repeats : int
        Samples of each contestant; fewer, but at least three, where its time runs out.

    Returns
    -------
    list of Row
        The anchor first; nobody is left out.

    Notes
    -----
    Every contestant is called once before any is timed, and its answer is judged; only those
    who were right go on. Then all take turns, the anchor first in every round. A sample is one
    call, or as many as take two milliseconds.
    """
    anchor = Row(suite, case.name, case.anchor.name, False, "anchor", clock=case.clock)
    entries = [_Entry(case.anchor, anchor)]
    for c in case.contestants:
        row = Row(suite, case.name, c.name, c.ours, "ok", bar=c.bar, clock=case.clock)
        entries.append(_Entry(c, row))
    for entry in entries:
        _first_calls(entry, case)
    if case.clock == "answer":
        return [_weighed(entry, entries[0]) for entry in entries]
    for turn in range(repeats):
        for entry in entries:
            if (
                entry.runs
                and not entry.contestant.once
                and (turn < MIN_REPEATS or sum(entry.walls) < case.seconds)
            ):
                _sample(entry)
    return [_finished(entry, entries[0], case) for entry in entries]


def _first_calls(entry: _Entry, case: Case) -> None:
    """Call once and judge the answer; call again to see how many calls make a sample."""
    contestant = entry.contestant
    if contestant.missing is not None:
        entry.row = replace(entry.row, status="missing", note=contestant.missing)
        return
    try:
        begun, cpu = time.perf_counter(), time.process_time()
        answer = contestant.run()
        first, cpu = time.perf_counter() - begun, time.process_time() - cpu
        entry.row = replace(entry.row, first=first)
        complaint = case.complaint(answer) if entry.row.status == "ok" else None
        if complaint is not None:
            entry.row = replace(entry.row, status="wrong", note=complaint)
            return
        if contestant.remark is not None:
            entry.row = replace(entry.row, note=contestant.remark(answer))
        if case.clock == "answer":
            entry.answer = answer
            return
        if contestant.once:
            entry.walls, entry.cpus = [first], [cpu]
            return
        if not contestant.ours and first > LONG:  # ours may have compiled
            return
        entry.calls = ceil(SAMPLE_SECONDS / max(_least_seconds(contestant.run), 1e-7))
    except Exception as error:
        entry.row = _failed(entry.row, error)


def _least_seconds(run: Callable[[], Answer]) -> float:
    """Time a call, three times if it is short: one alone may have been disturbed."""
    least = LONG
    for _ in range(TRIALS):
        begun = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - begun)
        if least >= SAMPLE_SECONDS:
            break
    return least


def _sample(entry: _Entry) -> None:
    run = entry.contestant.run
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(entry.calls):
            run()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    except Exception as error:
        entry.row = _failed(entry.row, error)
        return
    entry.walls.append(wall / entry.calls)
    entry.cpus.append(cpu / entry.calls)


def _failed(row: Row, error: Exception) -> Row:
    return replace(row, status="failed", note=f"{type(error).__name__}: {error}")


def _weighed(entry: _Entry, anchor: _Entry) -> Row:
    """Compare the answer with the anchor's, as numbers."""
    row, answer, unit = entry.row, entry.answer, anchor.answer
    if row.bar is None:
        return row
    met = isinstance(answer, int) and isinstance(unit, int) and answer <= row.bar * unit
    return replace(row, met=entry.runs and met)


def _finished(entry: _Entry, anchor: _Entry, case: Case) -> Row:
    if not entry.runs:
        return replace(entry.row, met=None if entry.row.bar is None else False)
    wall, cpu = median(entry.walls), median(entry.cpus)
    row = replace(entry.row, wall=wall, cpu=cpu, repeats=len(entry.walls))
    if not anchor.runs:
        return replace(row, met=None if row.bar is None else False, note="the anchor has no time")
    wall_ratio, cpu_ratio = wall / median(anchor.walls), cpu / median(anchor.cpus)
    figure = {"cpu": cpu_ratio, "seconds": wall}.get(case.clock, wall_ratio)
    met = None if row.bar is None else figure <= row.bar
    return replace(row, wall_ratio=wall_ratio, cpu_ratio=cpu_ratio, met=met)
