"""`jk overview --scheduler`: a Dask cluster of a scheduler and three workers, started and ended by the tests."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from districts import DAY, City, at, hanging, make, states
from running import PATIENCE, wait_until

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed")
COMMAND = [sys.executable, "-m", "dask"]
NAMES = tuple(f"第{number}区" for number in range(1, 9))
IMPATIENT = """
from jingkai_cli.cli import district_workers
district_workers.CONNECT = "1s"
from jingkai_cli.cli.app import main
main()
"""


@dataclass
class Cluster:
    """A scheduler with its workers."""

    url: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of Dask until the end of the block."""
    where = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(folder), "LANG": "C.UTF-8"}
    with (folder / f"log{time.monotonic_ns()}").open("wb") as log:
        process = subprocess.Popen([*COMMAND, *arguments], cwd=folder, env=where, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    here = ("--host", "127.0.0.1", "--scheduler-file", str(file), "--no-dashboard")
    with ExitStack() as stack:
        stack.enter_context(running(folder, "scheduler", "--port", "0", *here))
        wait_until(file.exists)
        options = ("--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard")
        workers = [stack.enter_context(running(folder, "worker", *options)) for _number in range(3)]
        url = json.loads(file.read_text("utf-8"))["address"]
        wait_until(lambda: _workers(url) == 3)
        yield Cluster(url, workers)


def _workers(url: str) -> int:
    import distributed

    connect: Any = distributed.Client  # Dask has no types
    with connect(url, timeout="30s", set_as_default=False) as client:
        return len(client.nthreads())


@pytest.fixture
def city(tmp_path: Path) -> City:
    for number, name in enumerate(NAMES, 1):
        make(tmp_path / name, number)
    made = City(tmp_path)
    made.districts(*NAMES)
    return made


def on(cluster: Cluster, city: City, *options: str) -> Any:
    """Run the overview on the cluster, in a separate process."""
    command = ("overview", "districts.yaml", "--as-of", DAY, "-f", "json", "--scheduler", cluster.url, *options)
    return city.jk(*command)


@pytest.mark.slow
def test_a_cluster_gives_the_same_rows_as_one_machine_and_survives_failures(cluster: Cluster, city: City) -> None:
    city.overview()  # remembers each ledger's head, to compare with later
    rows = city.overview()
    done = on(cluster, city)
    assert done.code == 0, done.err
    assert json.loads(done.out) == rows
    with hanging() as url:
        city.districts(*NAMES, 第3区=url)
        done = on(cluster, city, "--timeout", "5")
    assert done.code == 4
    assert states(json.loads(done.out)) == {name: "unreachable" if name == "第3区" else "as-seen" for name in NAMES}
    assert json.loads(done.out)["items"] == [row for row in rows["items"] if row["district"] != "第3区"]
    city.districts(*NAMES)
    cluster.workers.pop().kill()
    done = on(cluster, city)
    assert done.code == 0, done.err
    assert json.loads(done.out)["items"] == rows["items"]


@pytest.mark.slow
def test_another_worker_takes_over_from_one_that_dies(cluster: Cluster, city: City) -> None:
    rows = city.overview()["items"]
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as waiting:
        hung = NAMES[: len(cluster.workers)]
        city.districts(*NAMES, **dict.fromkeys(hung, at(server)))
        command = ("overview", "districts.yaml", "--as-of", DAY, "-f", "json", "--scheduler", cluster.url)
        at_work = city.start(*command, "--timeout", "5")
        server.settimeout(PATIENCE)
        for _worker in hung:  # this worker waits for the server that does not answer
            waiting.enter_context(server.accept()[0])
        cluster.workers.pop().kill()
        out, _err = at_work.communicate(timeout=PATIENCE)
    assert at_work.returncode == 4
    found = json.loads(out)
    assert [name for name, state in states(found).items() if state == "unreachable"] == [*hung]
    assert found["items"] == [row for row in rows if row["district"] not in hung]


@pytest.mark.slow
def test_an_unreachable_scheduler_is_named(city: City) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", IMPATIENT, "overview", "districts.yaml"]
    done = subprocess.run(
        [*command, "--scheduler", f"tcp://127.0.0.1:{port}"],
        cwd=city.folder,
        env=city.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.splitlines()[-1].startswith(f"There is no Dask scheduler at tcp://127.0.0.1:{port}"), done
    assert len(done.stderr.splitlines()) == 1
    assert city.here("overview", "districts.yaml", "--scheduler", "machine").code == 4
