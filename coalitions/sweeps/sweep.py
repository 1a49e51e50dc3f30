"""The same question asked of many scenarios: grids of what-ifs, draws from intervals, lists."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from math import inf
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import Provenance
from coalitions.scenarios.scenario import Scenario
from coalitions.sweeps.sweep_answer import Sweep
from coalitions.sweeps.sweep_cases import Cases, Grid, cases_of
from coalitions.sweeps.sweep_cluster import on_cluster
from coalitions.sweeps.sweep_journal import Journal
from coalitions.sweeps.sweep_questions import CHUNK, facts_of, no_facts, refuse_unknown
from coalitions.sweeps.sweep_workers import here, in_processes, no_half_answers
from coalitions.version import __version__
from solvers.errors import EngineError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["run_sweep", "sweep"]

MAX_WORKERS = 61
"""Most processes: Windows waits for no more."""
GUARANTEES = ("bounded", "estimated", "optimal", "certified", "exact")

Source = Cases | Scenario | str | os.PathLike[str] | Iterable[Scenario | str | os.PathLike[str]]
Progress = Callable[[int, int], None]


def sweep(
    cases: Source,
    question: str = "solve",
    *,
    workers: int = 1,
    scheduler: str | None = None,
    journal: str | os.PathLike[str] | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
) -> pd.DataFrame:
    """Ask one question of many scenarios; the rows as a data frame.

    Parameters
    ----------
    cases : Grid, Scenario, str, path, or iterable of the latter three
        What :func:`~coalitions.sweeps.sweep_cases.grid` or
        :func:`~coalitions.sweeps.sweep_cases.draws` made, or scenarios one after another.
    question : {"solve", "assess", "packages"}
        ``assess`` gives verdicts, ``packages`` prices too, ``solve`` coalitions too.
    workers : int
        Processes on this machine; 1 works in this one.
    scheduler : str, optional
        Address of a dask scheduler, such as ``tcp://10.0.0.1:8786``, whose workers have this
        package; needs the extra ``cluster``.
    journal : path, optional
        A folder that keeps finished chunks, so that a sweep that was stopped goes on there.
    chunk : int, optional
        Scenarios of a chunk.
    progress : callable, optional
        Called with the number of scenarios done and of all.
    solver : str
        Back end of the integer programmes.
    time_limit : float, optional
        Seconds for each programme. An answer that it cuts short depends on the machine.

    Returns
    -------
    pandas.DataFrame
        One row per scenario, option and venue: ``scenario`` (from 0), a column for each key that
        is varied, then ``case``, ``option``, ``venue``, ``verdict``, ``passed``, ``eligibility``,
        ``n_for`` to ``n_unknown``, ``turns_on``, ``smallest_coalition``, ``price`` (exact, as
        text), ``price_approx`` (the nearest float), ``price_status``, ``package``, ``guarantee``,
        ``digest`` and ``problem``. A scenario that cannot be answered has one row that says why
        in its last column. The same to the bit for any number of workers. ``attrs`` has marking,
        notices, seed and digest.

    Raises
    ------
    EngineError
        If something asked for is not there, no scenario at all can be answered, the journal is of
        another sweep, or workers or the scheduler fail.

    Examples
    --------
    >>> from coalitions.sweeps.sweep_cases import grid
    >>> cases = grid("council-of-seven", {"what_if.B": ["unchanged", "for"], "what_if.d": ["for"]})
    >>> frame = sweep(cases, "assess")
    >>> frame[["scenario", "what_if.B", "n_for", "verdict"]].values.tolist()
    [[0, 'unchanged', 3, 'fails'], [1, 'for', 4, 'passes']]
    """
    try:
        import pandas as _  # noqa: F401  # asked before hours of work, not after
    except ImportError:
        raise EngineError(
            'a data frame needs pandas: pip install "coalition-engine[analysis]"'
        ) from None
    found = run_sweep(
        cases,
        question,
        workers=workers,
        scheduler=scheduler,
        journal=journal,
        chunk=chunk,
        progress=progress,
        solver=solver,
        time_limit=time_limit,
    )
    frame = found.to_frame()
    frame.attrs.update(
        marking=found.marking,
        notices=found.notices(),
        question=found.question,
        guarantee=found.guarantee,
        seed=found.provenance.seed,
        digest=found.provenance.digest,
        version=__version__,
    )
    return frame


def run_sweep(
    cases: Source,
    question: str = "solve",
    *,
    workers: int = 1,
    scheduler: str | None = None,
    journal: str | os.PathLike[str] | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
    solver: str = "highs",
    time_limit: float | None = None,
) -> Sweep:
    """Ask one question of many scenarios; an answer with a screen, as other questions have.

    Parameters
    ----------
    cases, question, workers, scheduler, journal, chunk, progress, solver, time_limit
        As for :func:`sweep`.

    Returns
    -------
    Sweep

    Raises
    ------
    EngineError
        As :func:`sweep`.

    Examples
    --------
    >>> run_sweep(["libya-2011", "syria-2012"], "assess").screen().blocks[1].aside
    'passes in 1 of 1'
    """
    refuse_unknown(question)
    _refuse_workers(workers, scheduler, chunk)
    _refuse_solver(solver, time_limit)
    whole_cases = cases_of(cases)
    how: dict[str, Any] = {}
    if question != "assess":
        how = {"solver": solver, "time_limit": time_limit}
    begun = time.monotonic()
    digest = _digest(whole_cases, question, how)
    book = None
    if journal is not None:
        total = len(whole_cases)
        book = Journal(journal, digest, question, total, chunk, CHUNK[question])
    try:
        size = book.chunk if book is not None else chunk or CHUNK[question]
        done = book.finished() if book is not None else {}
        resumed = len(done)
        _work(whole_cases, question, how, size, done, (workers, scheduler), book, progress)
    finally:
        if book is not None:
            book.close()
    rows = tuple(row for number in sorted(done) for row in done[number])
    if all(row["problem"] for row in rows):
        count = len(whole_cases)
        many = f"none of the {count:,} scenarios can be answered; " if count > 1 else ""
        raise EngineError(f"{many}scenario 0: {rows[0]['problem']}")
    told = {row["guarantee"] for row in rows} | ({"estimated"} if whole_cases.n_draws else set())
    heads = whole_cases.heads
    return Sweep(
        heads[0] if len(heads) == 1 else None,
        next(g for g in GUARANTEES if g in told),
        (),
        Provenance(
            digest, str(how.get("solver", "")), whole_cases.seed, 1e-6 if how else 0.0,
            time.monotonic() - begun,
        ),
        question,
        heads,
        whole_cases.varied,
        len(whole_cases),
        whole_cases.n_draws,
        rows,
        resumed,
        tuple(book.mended) if book is not None else (),
    )  # fmt: skip


def _work(
    cases: Cases,
    question: str,
    how: dict[str, Any],
    size: int,
    done: dict[int, list[dict[str, Any]]],
    where: tuple[int, str | None],
    book: Journal | None,
    progress: Progress | None,
) -> None:
    """Fill in the chunks that are missing, and scenarios that could not be answered before."""
    total = len(cases)
    left: dict[int, Sequence[int]] = {}
    for number, start in enumerate(range(0, total, size)):
        if number not in done:
            left[number] = range(start, min(start + size, total))
        elif failed := [row["scenario"] for row in done[number] if row["problem"]]:
            left[number] = failed  # what was missing then, such as a table, may be there now
    jobs = _Jobs(cases, question, how, left)
    n_done = total - sum(map(len, left.values()))
    if progress is not None:
        progress(n_done, total)
    workers, scheduler = where
    if not left:
        return
    if scheduler is not None:
        answers = on_cluster(answer_chunk, jobs, scheduler)
    elif workers > 1 and len(left) > 1:
        answers = in_processes(answer_chunk, jobs, workers)
    else:
        answers = here(answer_chunk, jobs)
    with closing(answers):  # whatever happens here, nobody works on
        for number, answer in answers:
            if answer["version"] != __version__:
                raise EngineError(
                    f"the workers have version {answer['version']} of this package, and this is "
                    f"{__version__}: install the same"
                )
            known = [row for row in done.get(number, ()) if not row["problem"]]
            done[number] = sorted([*known, *answer["rows"]], key=lambda row: row["scenario"])
            if book is not None:
                book.add(number, done[number])
            n_done += len(left[number])
            if progress is not None:
                progress(n_done, total)


def _refuse_workers(workers: int, scheduler: str | None, chunk: int | None) -> None:
    for word, number in (("workers", workers), ("chunk", 1 if chunk is None else chunk)):
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise EngineError(f"{word} must be a whole number of at least 1, not {number!r}")
    if workers > MAX_WORKERS:
        raise EngineError(f"{workers} workers; at most {MAX_WORKERS}, and no more than processors")
    if scheduler is not None and workers != 1:
        raise EngineError("name a scheduler or a number of workers, not both")


def _refuse_solver(solver: str, time_limit: float | None) -> None:
    """Refuse before the work what would fail with every scenario."""
    if solver != "highs":
        from solvers.programmes.backends import BACKENDS, find

        if not isinstance(solver, str) or solver not in BACKENDS:
            find(str(solver))  # says which there are
    number = isinstance(time_limit, int | float) and not isinstance(time_limit, bool)
    if time_limit is not None and not (number and 0 < time_limit < inf):
        raise EngineError(f"time_limit is {time_limit!r}; it must be a positive number of seconds")


class _Jobs(Mapping[int, tuple[Any, ...]]):
    """What each chunk is worked on with, made when it is asked for."""

    def __init__(
        self, cases: Cases, question: str, how: dict[str, Any], numbers: dict[int, Sequence[int]]
    ) -> None:
        self.cases, self.question, self.how, self.numbers = cases, question, how, numbers

    def __getitem__(self, number: int) -> tuple[Any, ...]:
        numbers = self.numbers[number]
        part = self.cases.cut(numbers[0], numbers[-1] + 1)
        return part, self.question, self.how, numbers

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


def answer_chunk(
    cases: Cases, question: str, how: dict[str, Any], numbers: Sequence[int]
) -> dict[str, Any]:
    """Answer some of the scenarios, in whatever process.

    Parameters
    ----------
    cases : Grid or Listed
        Holds them.
    question : str
        What is asked.
    how : dict
        Arguments for the solver.
    numbers : sequence of int
        Which ones.

    Returns
    -------
    dict
        The version that worked, and rows; of a scenario that cannot be answered, one that says
        why.
    """
    rows: list[dict[str, Any]] = []
    for number in numbers:
        try:
            _, scenario = cases.scenario(number)
            with no_half_answers():
                found = facts_of(question, scenario, how)
        except EngineError as error:
            found = [no_facts(cases.case(number), error)]
        head = {"scenario": number} | cases.labels(number)
        rows += [head | facts for facts in found]
    return {"version": __version__, "rows": rows}


def _digest(cases: Cases, question: str, how: Mapping[str, Any]) -> str:
    kind = "grid" if isinstance(cases, Grid) else "list"
    text = json.dumps([kind, cases.fingerprint, question, dict(how)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
