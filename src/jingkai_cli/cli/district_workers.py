"""The workers that judge districts: processes on this machine or a Dask cluster, both as executors.

A district that does not answer in time, or whose worker dies, is reported as such and does not delay the others.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from time import monotonic
from typing import Any

from ..errors import LedgerError, extra
from ..language import _
from ..reports.district import DistrictJob, DistrictReport, judge_within, no_answer

_GRACE = 30.0
"""The seconds beyond the limit after which the worker itself counts as hanging."""

CONNECT = "10s"
"""The time to wait for a scheduler."""


@contextmanager
def processes(workers: int | None, jobs: int) -> Iterator[Callable[[], tuple[Executor, int]]]:
    """Processes on this machine: `workers`, or one for each processor.

    Yields:
        A function that starts them (again) and returns the executor and the number of processes.
    """
    count = max(1, min(workers or os.cpu_count() or 1, jobs))
    # A fork needs no start-up and does not run the main script again; other systems cannot do it safely.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    started: list[ProcessPoolExecutor] = []

    def start() -> tuple[Executor, int]:
        started.append(ProcessPoolExecutor(count, context, signal.signal, (signal.SIGINT, signal.SIG_IGN)))
        return started[-1], count

    try:
        yield start
    finally:
        for pool in started:
            children = list((getattr(pool, "_processes", None) or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for child in children:
                child.terminate()  # a hanging process would never end


@contextmanager
def cluster(scheduler: str) -> Iterator[Callable[[], tuple[Executor, int]]]:
    """The workers of a Dask cluster.

    Raises:
        LedgerError: the scheduler does not answer, or has no workers.
        MissingExtra: Dask is not installed.
    """
    with extra("overview"):
        from distributed import Client
    connect: Any = Client  # Dask has no types
    try:
        client = connect(scheduler, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        text = _("There is no Dask scheduler at {where}: start one with `dask scheduler`, or leave out --scheduler.")
        raise LedgerError(text.format(where=scheduler)) from error
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            text = _("The Dask scheduler at {where} has no workers: start some with `dask worker {where}`.")
            raise LedgerError(text.format(where=scheduler))
        executor = client.get_executor(pure=False, retries=0)
        yield lambda: (executor, threads)
    finally:
        client.close(timeout=1)


def judge_all(
    jobs: Sequence[DistrictJob], start: Callable[[], tuple[Executor, int]], limit: float
) -> list[DistrictReport]:
    """Judge all districts; return their reports in the order of the jobs.

    If a worker dies, the districts that were being judged are judged again one by one, to find the one that killed it.

    Args:
        jobs: one job for each district.
        start: starts the workers, also again after one died.
        limit: the time limit for a district, in seconds.
    """
    executor, slots = start()
    found: dict[int, DistrictReport] = {}
    waiting, suspects = deque(range(len(jobs))), deque[int]()
    running: dict[Future[DistrictReport], tuple[int, float]] = {}
    while waiting or suspects or running:
        one_by_one = bool(suspects)
        queue, most = (suspects, 1) if one_by_one else (waiting, slots)
        while queue and len(running) < most:
            number = queue.popleft()
            future = executor.submit(judge_within, jobs[number], limit)
            running[future] = number, monotonic() + limit + _GRACE
        first = min(until for _number, until in running.values())
        done, _others = wait(running, max(0.0, first - monotonic()), FIRST_COMPLETED)
        stopped = [future for future, (_n, until) in running.items() if until <= monotonic() and future not in done]
        for future in stopped:
            number, _until = running.pop(future)
            found[number] = no_answer(jobs[number].district.name, limit, jobs[number].language)
        died = False
        for future in done:
            number, _until = running.pop(future)
            try:
                found[number] = future.result()
            except BrokenExecutor:
                died = True
                if one_by_one:
                    found[number] = _worker_died(jobs[number])
                else:
                    suspects.append(number)
            except Exception:  # noqa: BLE001 - on a cluster: a worker was killed, or a message was lost
                found[number] = _worker_died(jobs[number])
        if died or stopped:
            suspects.extend(number for number, _until in running.values())
            running.clear()
            executor, slots = start()
    return [found[number] for number in range(len(jobs))]


def _worker_died(job: DistrictJob) -> DistrictReport:
    return DistrictReport(job.district.name, "unreachable", _("the program that judged it ended without an answer"))
