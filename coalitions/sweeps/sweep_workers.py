"""Chunks of a sweep worked on in this process, or in worker processes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from types import FrameType
from typing import Any

from solvers.errors import EngineError

__all__ = ["here", "in_processes", "no_half_answers"]

MAX_DEATHS = 3
"""So many times in a row, with no chunk finished in between, a worker may die."""

Work = Callable[..., Any]
Jobs = Mapping[int, tuple[Any, ...]]
Answers = Generator[tuple[int, Any], None, None]


def here(work: Work, jobs: Jobs) -> Answers:
    """Work on one chunk after another in this process.

    Parameters
    ----------
    work : callable
        What is to be done.
    jobs : mapping
        Its arguments, by number of chunk.

    Yields
    ------
    tuple
        Number of the chunk and its answer.
    """
    for number, arguments in jobs.items():
        yield number, work(*arguments)


@contextmanager
def no_half_answers() -> Iterator[None]:
    """Raise Ctrl-C again after what it stopped: a search then returns what it has so far.

    That is no answer to keep in a journal. Processes that leave Ctrl-C to their parent, and
    threads, are not concerned.

    Yields
    ------
    None

    Raises
    ------
    KeyboardInterrupt
        If there was one, whatever was made of it.
    """
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:  # also in place of a complaint that nothing was found in time
            raise KeyboardInterrupt


def in_processes(work: Work, jobs: Jobs, workers: int) -> Answers:
    """Work in several processes; what a worker that dies was doing is done again.

    Parameters
    ----------
    work : callable
        A function of a module, since the processes are started afresh.
    jobs : mapping
        Its arguments, by number of chunk.
    workers : int
        How many processes.

    Yields
    ------
    tuple
        Number of the chunk and its answer, as they are finished.

    Raises
    ------
    EngineError
        If workers die again and again and nothing gets finished.
    """
    left = dict(jobs)
    deaths = 0
    while left:
        try:
            with closing(_pool(work, dict(left), workers)) as answers:
                for number, answer in answers:
                    del left[number]
                    deaths = 0
                    yield number, answer
        except BrokenProcessPool:
            deaths += 1
            if deaths == MAX_DEATHS:
                first = ", ".join(map(str, sorted(left)[: 2 * workers]))
                raise EngineError(
                    f"a worker process died {deaths} times in a row while the first unfinished "
                    f"chunks were {first}: was it killed, is there enough memory, and does the "
                    f"script call sweep under `if __name__ == '__main__':`?"
                ) from None


def _pool(work: Work, jobs: Jobs, workers: int) -> Answers:
    """Work in one pool, until all is done or a worker dies."""
    from multiprocessing import get_context

    # Never fork: threads of a solver or of a notebook would be copied while they hold locks.
    context = get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_begin)
    waiting = iter(jobs.items())
    running: dict[Any, int] = {}
    try:
        while True:
            for number, arguments in waiting:
                running[pool.submit(work, *arguments)] = number
                if len(running) == 2 * workers:  # enough that nobody waits
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            broken: BrokenProcessPool | None = None
            for future in sorted(done, key=running.__getitem__):
                number = running.pop(future)
                try:
                    answer = future.result()
                except BrokenProcessPool as error:
                    broken = error
                else:
                    yield number, answer
            if broken is not None:
                raise broken
    except BaseException:  # also Ctrl-C, and a reader who has had enough: nobody waits for chunks
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Set up a worker process: it leaves Ctrl-C to its parent and ends when that is gone."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)  # a killed parent cannot say so, and a worker would wait for ever

    threading.Thread(target=follow, daemon=True).start()
