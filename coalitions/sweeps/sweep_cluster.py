"""Chunks of a sweep worked on by a dask cluster, whose scheduler or workers may go away."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from solvers.errors import EngineError

__all__ = ["on_cluster"]

IN_FLIGHT = 500
"""So many chunks at most are with the scheduler at a time."""
ANSWER_TIME = 5.0
"""Seconds in which a scheduler must answer at first; so often it is then asked."""
LOST_TIME = 30.0
"""Seconds in which a scheduler that is at work must answer."""
IDLE_TIME = 60.0
"""Seconds that a scheduler may be without any worker."""

Work = Callable[..., Any]
Jobs = Mapping[int, tuple[Any, ...]]
Answers = Generator[tuple[int, Any], None, None]


def on_cluster(work: Work, jobs: Jobs, address: str) -> Answers:
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
        If dask.distributed is not installed, the scheduler does not answer within a few seconds
        or goes away, has no worker for a minute, or a worker cannot do the work.
    """
    client = _client(address)
    with _silence():
        answers = _answers(client, work, jobs, address)
        try:
            while True:
                try:
                    found = next(answers, None)
                except EngineError:
                    raise
                except Exception as error:  # of whatever layer was talking just then
                    raise _lost(address) from error
                if found is None:
                    return
                yield found
        finally:
            client.close(timeout=ANSWER_TIME)


def _answers(client: Any, work: Work, jobs: Jobs, address: str) -> Answers:
    """Hand out chunks and take in answers; look at the scheduler whenever none comes."""
    waiting = iter(jobs.items())
    running: dict[Any, int] = {}
    ended: SimpleQueue[Any] = SimpleQueue()
    alive = _Watch(client, address)

    def submit(most: int) -> None:
        for number, arguments in islice(waiting, most):
            future = client.submit(work, *arguments, pure=False)
            running[future] = number
            future.add_done_callback(ended.put)

    submit(IN_FLIGHT)
    while running:
        try:
            future = ended.get(timeout=ANSWER_TIME)
        except Empty:
            alive.look()
            continue
        number = running[future]
        if future.status == "cancelled":  # a client does so to all when its scheduler is gone
            raise _lost(address)
        if future.status == "error":
            error = future.exception()
            raise EngineError(_cluster_said(error, number, address)) from error
        try:
            answer = future.result(timeout=LOST_TIME)
        except TimeoutError:  # the worker that held it died, and the chunk is done again
            alive.look()
            ended.put(future)
            continue
        del running[future]
        submit(1)
        yield number, answer


class _Watch:
    """Whether a scheduler still answers and has workers."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.idle_since: float | None = None

    def look(self) -> None:
        """Ask the scheduler for its workers.

        Raises
        ------
        EngineError
            If it does not answer, or has had no worker for too long.
        """
        try:
            workers = self.client.sync(self.client.scheduler.ncores, callback_timeout=LOST_TIME)
        except Exception as error:
            raise _lost(self.address) from error
        now = time.monotonic()
        if workers:
            self.idle_since = None
        elif self.idle_since is None:
            self.idle_since = now
        elif now - self.idle_since >= IDLE_TIME:
            raise EngineError(
                f"the scheduler {self.address} has had no worker for {IDLE_TIME:g} seconds: "
                f"start one with `dask worker {self.address}`"
            )


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise EngineError(
            'a scheduler needs dask.distributed: pip install "coalition-engine[cluster]"'
        ) from None
    host, port = _parts(address)
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


def _parts(address: str) -> tuple[str, int]:
    """Return the host and the port of an address."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        if parts.scheme in ("tcp", "tls") and isinstance(host, str) and host and port:
            host.encode("idna")
            return host, port
    except (ValueError, AttributeError):
        pass
    raise EngineError(
        f"{address!r} is no address of a scheduler: write one such as tcp://10.0.0.1:8786"
    )


async def _greet(address: str) -> None:
    """Shake hands; a client that cannot would keep its threads for a while."""
    from distributed.comm.core import connect

    comm = await connect(address, timeout=ANSWER_TIME)  # type: ignore[no-untyped-call]  # of distributed
    await comm.close()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the client from writing the trace of each lost connection; the error says it."""
    names = ("distributed.client", "distributed.core", "distributed.batched")
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was


def _lost(address: str) -> EngineError:
    return EngineError(f"the connection to the scheduler {address} was lost while it was at work")


def _cluster_said(error: BaseException, number: int, address: str) -> str:
    if type(error).__name__ == "KilledWorker":
        return f"chunk {number} was being worked on each time that workers at {address} died"
    if isinstance(error, ModuleNotFoundError):
        return f"the workers at {address} lack a package: {error}"
    return f"chunk {number} failed at {address}: {error}"
