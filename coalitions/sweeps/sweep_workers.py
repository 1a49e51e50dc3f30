"""Chunks of a sweep worked on in this process, in worker processes, or on a dask cluster."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from solvers.errors import EngineError

__all__ = ["here", "in_processes", "on_cluster"]

MAX_DEATHS = 3
"""So many times in a row, with no chunk finished in between, a worker may die."""
IN_FLIGHT = 500
"""So many chunks at most are with the scheduler at a time."""
ANSWER_TIME = 5.0
"""Seconds in which a scheduler must answer."""

Work = Callable[..., Any]
Jobs = Mapping[int, tuple[Any, ...]]


def here(work: Work, jobs: Jobs) -> Iterator[tuple[int, Any]]:
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


def in_processes(work: Work, jobs: Jobs, workers: int) -> Iterator[tuple[int, Any]]:
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


def _pool(work: Work, jobs: Jobs, workers: int) -> Generator[tuple[int, Any], None, None]:
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
    import signal
    import threading
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)  # a killed parent cannot say so, and a worker would wait for ever

    threading.Thread(target=follow, daemon=True).start()


def on_cluster(work: Work, jobs: Jobs, address: str) -> Iterator[tuple[int, Any]]:
    """Work on a dask cluster.

    Parameters
    ----------
    work : callable
        A function of a module that is installed on the workers.
    jobs : mapping
        Its arguments, by number of chunk.
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    tuple
        Number of the chunk and its answer, as they are finished.

    Raises
    ------
    EngineError
        If dask.distributed is not installed, the scheduler does not answer within a few seconds,
        or a worker cannot do the work.
    """
    client = _client(address)
    from distributed import as_completed

    waiting = iter(jobs.items())
    running: dict[Any, int] = {}

    def submitted(most: int) -> list[Any]:
        new = {
            client.submit(work, *arguments, pure=False): number
            for number, arguments in islice(waiting, most)
        }
        running.update(new)
        return list(new)

    try:
        answers = as_completed(submitted(IN_FLIGHT), loop=client.loop)  # type: ignore[no-untyped-call]  # of distributed
        for future in answers:
            number = running.pop(future)
            error = future.exception() if future.status != "finished" else None
            if error is not None:
                raise EngineError(_cluster_said(error, number, address)) from error
            answer = future.result()
            answers.update(submitted(1))  # type: ignore[no-untyped-call]  # of distributed
            yield number, answer
    finally:
        client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise EngineError(
            'a scheduler needs dask.distributed: pip install "coalition-engine[cluster]"'
        ) from None
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in ("tcp", "tls") or not host or not port:
        raise EngineError(
            f"{address!r} is no address of a scheduler: write one such as tcp://10.0.0.1:8786"
        )
    silent = f"the scheduler {address} did not answer within {ANSWER_TIME:g} seconds"
    try:
        socket.create_connection((host, port), timeout=ANSWER_TIME).close()
    except TimeoutError:
        raise EngineError(silent) from None
    except OSError as error:
        raise EngineError(f"the scheduler {address} does not answer: {error.strerror}") from None
    try:
        with ThreadPoolExecutor(1) as thread:  # a notebook has a loop of its own in this one
            thread.submit(asyncio.run, _greet(address)).result()
        return Client(address, timeout=ANSWER_TIME, set_as_default=False)  # type: ignore[no-untyped-call]  # of distributed
    except Exception as error:  # another kind of server may say anything
        raise EngineError(f"{address} does not answer as a dask scheduler does") from error


async def _greet(address: str) -> None:
    """Shake hands; a client that cannot would keep its threads for a while."""
    from distributed.comm.core import connect

    comm = await connect(address, timeout=ANSWER_TIME)  # type: ignore[no-untyped-call]  # of distributed
    await comm.close()


def _cluster_said(error: BaseException, number: int, address: str) -> str:
    if type(error).__name__ == "KilledWorker":
        return f"chunk {number} was being worked on each time that workers at {address} died"
    if isinstance(error, ModuleNotFoundError):
        return f"the workers at {address} lack a package: {error}"
    return f"chunk {number} failed at {address}: {error}"
