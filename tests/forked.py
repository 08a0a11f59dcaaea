"""Run `jk` in processes forked from one with all modules loaded, which start fifty times faster than Python."""

import multiprocessing
import os
import pkgutil
import resource
import signal
import sys
from collections.abc import Callable
from functools import cache, partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from running import PATIENCE, Done, Workspace

LOADED = ["ledger_writer", "jingkai_cli.plan.validation", "jingkai_cli.ledger.postgres", "jingkai_cli.intake.importing"]


@cache
def processes() -> ForkServerContext:
    """Return the context that starts the processes.

    Its fork server finds these tests by PYTHONPATH: before Python 3.13 it does not inherit `sys.path`.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    with patch.dict(os.environ, PYTHONPATH=str(Path(__file__).parent)):
        forkserver.ensure_running()
    return context


class Run:
    """A running `jk`. `before` is called first in its process, to set limits or to arrange a crash."""

    def __init__(self, place: Workspace, *arguments: str, before: Callable[[], object] | None = None) -> None:
        """Start it."""
        self._receiver, sender = processes().Pipe(duplex=False)
        self._process = processes().Process(target=_run, args=(place, arguments, before, sender), daemon=True)
        self._process.start()
        sender.close()

    def done(self) -> Done:
        """Wait until it ends; if it was killed, the code is negative and there is no output."""
        try:
            assert self._receiver.poll(PATIENCE), f"timed out after {PATIENCE} s"
            done: Done = self._receiver.recv()
        except EOFError:
            self._process.join(PATIENCE)
            return Done(self._process.exitcode or 0, "", "")
        finally:
            self._receiver.close()
        self._process.join(PATIENCE)
        return done


def _run(place: Workspace, arguments: tuple[str, ...], before: Callable[[], object] | None, sender: Connection) -> None:
    if before:
        before()
    sender.send(place.here(*arguments))


def no_room_above(size: int) -> Callable[[], None]:
    """Return a function that limits the file size of its process, to simulate a full disk."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


def without(*modules: str) -> Callable[[], None]:
    """Return a function that makes modules missing in its process."""
    return partial(_hide, modules)


def _hide(modules: tuple[str, ...]) -> None:
    assert not sys.modules.keys() & modules, "they are loaded already"
    sys.modules.update(dict.fromkeys(modules))  # type: ignore[arg-type] # Python takes None for a missing module


def die_at(name: str, call: int) -> None:
    """Kill this process at a call of a function."""
    calls = 0
    module, _, attribute = name.rpartition(".")
    owner: Any = pkgutil.resolve_name(module)
    real = getattr(owner, attribute)

    def dying(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)

    setattr(owner, attribute, dying)
