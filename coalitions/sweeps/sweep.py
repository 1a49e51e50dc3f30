"""The same question asked of many scenarios: grids of what-ifs, draws from intervals, lists."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from coalitions.answers.results import Provenance
from coalitions.scenarios.scenario import Scenario
from coalitions.sweeps.sweep_answer import Sweep
from coalitions.sweeps.sweep_cases import Cases, Grid, cases_of
from coalitions.sweeps.sweep_journal import Journal
from coalitions.sweeps.sweep_questions import CHUNK, facts_of, refuse_unknown
from coalitions.sweeps.sweep_workers import here, in_processes, on_cluster
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
        text), ``price_approx`` (the nearest float), ``price_status``, ``package``, ``guarantee``
        and ``digest``. The same to the bit for any number of workers. ``attrs`` has marking,
        notices, seed and digest.

    Raises
    ------
    EngineError
        If something asked for is not there, a scenario cannot be answered, the journal is of
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
    for word, number in (("workers", workers), ("chunk", chunk)):
        whole = isinstance(number, int) and not isinstance(number, bool)
        if number is not None and not (whole and number >= 1):
            raise EngineError(f"{word} must be a whole number of at least 1, not {number!r}")
    if workers > MAX_WORKERS:
        raise EngineError(f"{workers} workers; at most {MAX_WORKERS}, and no more than processors")
    if scheduler is not None and workers != 1:
        raise EngineError("name a scheduler or a number of workers, not both")
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
    """Fill in the chunks that are missing."""
    total = len(cases)
    starts = dict(enumerate(range(0, total, size)))
    left = {k: start for k, start in starts.items() if k not in done}
    jobs = _Jobs(cases, question, how, size, left)
    n_done = sum(min(size, total - starts[k]) for k in done)
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
    for number, answer in answers:
        if answer["version"] != __version__:
            raise EngineError(
                f"the workers have version {answer['version']} of this package, and this is "
                f"{__version__}: install the same"
            )
        if "error" in answer:
            raise EngineError(answer["error"])
        done[number] = answer["rows"]
        if book is not None:
            book.add(number, answer["rows"])
        n_done += min(size, total - starts[number])
        if progress is not None:
            progress(n_done, total)


class _Jobs(Mapping[int, tuple[Any, ...]]):
    """What each chunk is worked on with, made when it is asked for."""

    def __init__(
        self, cases: Cases, question: str, how: dict[str, Any], size: int, starts: dict[int, int]
    ) -> None:
        self.cases, self.question, self.how = cases, question, how
        self.size, self.starts = size, starts

    def __getitem__(self, number: int) -> tuple[Any, ...]:
        start = self.starts[number]
        stop = min(start + self.size, len(self.cases))
        return self.cases.cut(start, stop), self.question, self.how, start, stop

    def __iter__(self) -> Iterator[int]:
        return iter(self.starts)

    def __len__(self) -> int:
        return len(self.starts)


def answer_chunk(
    cases: Cases, question: str, how: dict[str, Any], start: int, stop: int
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
    start, stop : int
        The first one, and the one after the last.

    Returns
    -------
    dict
        The version that worked, and rows or the sentence that says what is wrong.
    """
    rows: list[dict[str, Any]] = []
    for number in range(start, stop):
        try:
            labels, scenario = cases.scenario(number)
            head = {"scenario": number} | labels
            rows += [head | facts for facts in facts_of(question, scenario, how)]
        except EngineError as error:
            return {"version": __version__, "error": f"scenario {number}: {error}"}
    return {"version": __version__, "rows": rows}


def _digest(cases: Cases, question: str, how: Mapping[str, Any]) -> str:
    kind = "grid" if isinstance(cases, Grid) else "list"
    text = json.dumps([kind, cases.fingerprint, question, dict(how)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
