"""Sweeps on a dask cluster: equal rows, addresses that are none, schedulers that go away."""

from __future__ import annotations

import logging
import sys
import threading

import pytest

import coalitions as co
from coalitions.sweeps import sweep_cluster
from coalitions.sweeps.sweep import run_sweep
from coalitions.sweeps.sweep_cluster import on_cluster
from solvers.errors import EngineError

SEVEN = "council-of-seven"
KEY = "payoffs.scores.mandate.worth.B"


def cases(n: int = 12):
    """Return scenarios that differ."""
    return co.grid(SEVEN, {KEY: range(-9, -9 + n)})


def local_cluster(n_workers: int):
    distributed = pytest.importorskip("distributed")
    # In threads of this process: quick, and the wire format is that of a real cluster.
    return distributed.LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        dashboard_address="127.0.0.1:0",
    )


@pytest.fixture(scope="module")
def cluster():
    with local_cluster(2) as running:
        yield running.scheduler_address


def test_a_cluster_gives_the_rows_of_one_process(cluster, tmp_path):
    drawn = co.draws("veskar-strait", 12, seed=9)
    one = run_sweep(drawn, "assess").rows()
    found = run_sweep(drawn, "assess", scheduler=cluster, chunk=5, journal=tmp_path / "j")
    assert found.rows() == one
    assert run_sweep(drawn, "assess", journal=tmp_path / "j").resumed == 3


def test_a_cluster_says_what_went_wrong(cluster):
    with pytest.raises(EngineError, match=r"chunk 3 failed at tcp://.*negative"):
        list(on_cluster(fail, {3: ("negative",)}, cluster))


def fail(word: str) -> None:
    raise ValueError(word)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("localhost", "is no address of a scheduler: write one such as tcp://"),
        ("tcp://localhost", "is no address"),
        ("http://localhost:8786", "is no address"),
        ("tcp://localhost:99999999", "is no address"),
        ("tcp://[bad", "is no address"),
        ("tcp://" + "a" * 70 + ".x:1", "is no address"),
        ("tcp://\u2100:80", "is no address"),
        ("", "is no address"),
        (8786, "is no address"),
        ("tcp://127.0.0.1:1", "does not answer"),
    ],
)
def test_a_scheduler_that_is_not_there(address, message):
    pytest.importorskip("distributed")
    with pytest.raises(EngineError, match=message) as caught:
        run_sweep(cases(2), "assess", scheduler=address)
    assert "\n" not in str(caught.value)


def test_a_server_of_another_kind_is_no_scheduler(monkeypatch):
    pytest.importorskip("distributed")
    import socket

    monkeypatch.setattr(sweep_cluster, "ANSWER_TIME", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def rude() -> None:
            for _ in range(2):
                peer, _ = server.accept()
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                peer.close()

        threading.Thread(target=rude, daemon=True).start()
        with pytest.raises(EngineError, match="does not answer as a dask scheduler does"):
            run_sweep(cases(2), "assess", scheduler=f"tcp://127.0.0.1:{port}")


def test_a_scheduler_that_goes_away_loses_no_finished_chunk(tmp_path, caplog):
    folder = tmp_path / "j"
    with local_cluster(1) as running:

        def progress(done: int, total: int) -> None:
            if done == 3:
                running.close()

        with pytest.raises(EngineError, match=r"tcp://.* was lost while it was at work") as caught:
            run_sweep(
                cases(), "assess", scheduler=running.scheduler_address, chunk=1, journal=folder,
                progress=progress,
            )  # fmt: skip
    assert "\n" not in str(caught.value)
    assert not [r for r in caplog.records if r.name.startswith("distributed.client")]
    assert not logging.getLogger("distributed.client").disabled
    found = run_sweep(cases(), "assess", journal=folder)
    assert 3 <= found.resumed < 12
    assert found.rows() == run_sweep(cases(), "assess").rows()


def test_a_scheduler_without_workers_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(sweep_cluster, "ANSWER_TIME", 0.2)
    monkeypatch.setattr(sweep_cluster, "IDLE_TIME", 0.4)
    with (
        local_cluster(0) as running,
        pytest.raises(EngineError, match=r"has had no worker for 0\.4 seconds: start one with"),
    ):
        list(on_cluster(fail, {0: ("",)}, running.scheduler_address))


def test_a_scheduler_that_no_longer_answers_is_not_waited_for_for_ever(monkeypatch):
    class Client:
        class scheduler:
            ncores = None

        def sync(self, what, callback_timeout):
            raise TimeoutError

    with pytest.raises(EngineError, match="connection to the scheduler tcp://x:1 was lost"):
        sweep_cluster._Watch(Client(), "tcp://x:1").look()


def test_without_dask_the_way_out_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"coalition-engine\[cluster\]"):
        run_sweep(cases(2), "assess", scheduler="tcp://127.0.0.1:8786")
