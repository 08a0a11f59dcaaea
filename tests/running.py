"""Run `jk` in a workspace with a clean environment, in this process or in a process of its own."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from threading import Thread
from typing import Any, TextIO
from unittest.mock import patch

import click

from fresh import fresh

ENGLISH = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
with warnings.catch_warnings(), patch.dict(os.environ, ENGLISH, clear=True):
    warnings.simplefilter("ignore", DeprecationWarning)  # Typer uses what Click 8.4 calls deprecated
    from jingkai_cli.cli.app import JK as APP
    from jingkai_cli.cli.app import run
    from jingkai_cli.cli.command import LazyCommand
    from jingkai_cli.language import bind, speaking

DATA = Path(__file__).parents[1] / "data"
JK = (sys.executable, "-m", "jingkai_cli")
PATIENCE = 120
"""Seconds that a test waits for something that takes one second: a busy machine is no failure."""


def commands(group: Any = APP, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its names."""
    for name, listed in group.commands.items():
        command = listed.command if isinstance(listed, LazyCommand) else listed
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name), command


with patch.dict(os.environ, ENGLISH, clear=True):
    COMMANDS = dict(commands())
"""All commands are loaded here, in English: help is translated when a command is loaded."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of one run."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with the plan of the real data, in which commands are run."""

    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    def environment(self, **environ: str) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        cache = self.folder.with_name(f"{self.folder.name}.cache")
        clean = {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8", "JK_BY": "li", "COLUMNS": "80"}
        clean["XDG_CACHE_HOME"] = str(cache)
        clean["XDG_STATE_HOME"] = str(self.folder.with_name(f"{self.folder.name}.state"))
        return clean | environ

    def here(self, *arguments: str, **environ: str) -> Done:
        """Run one command in this process, which is many times faster."""
        out, err = BytesIO(), BytesIO()
        with _text(out) as stdout, _text(err) as stderr:
            code = self._run(arguments, environ, stdout, stderr)
            return Done(code, out.getvalue().decode("utf-8", "surrogateescape"), err.getvalue().decode())

    def on_a_terminal(self, *arguments: str, **environ: str) -> Done:
        """Run one command in this process on a terminal of 80 columns; `out` is all of its output."""
        ours, theirs = pty.openpty()
        shown: list[bytes] = []
        reader = Thread(target=lambda: shown.extend(iter(lambda: read_terminal(ours), b"")))
        reader.start()
        with os.fdopen(theirs, "w", encoding="utf-8", errors="replace") as terminal:
            code = self._run(arguments, environ, terminal, terminal)
        reader.join(PATIENCE)
        os.close(ours)
        return Done(code, b"".join(shown).decode().replace("\r\n", "\n"), "")

    def _run(self, arguments: tuple[str, ...], environ: dict[str, str], stdout: TextIO, stderr: TextIO) -> int:
        """Run one command; restore environment, folder, streams and language afterwards."""
        with (
            patch.dict(os.environ, self.environment(**environ), clear=True),
            chdir(self.folder),
            speaking("en"),
            redirect_stdout(stdout),
            redirect_stderr(stderr),
        ):
            bind(os.environ)
            code = run(list(arguments))
            stdout.flush()
            stderr.flush()
        return code

    def jk(self, *arguments: str | bytes | Path, environ: dict[str, str] | None = None, **options: Any) -> Done:
        """Run one command in a process; `options` go to `subprocess.run`. `preexec_fn` is safe: one thread."""
        settings: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        done = subprocess.run(
            [*JK, *arguments],
            cwd=self.folder,
            env=self.environment(**environ or {}),
            check=False,
            timeout=PATIENCE,
            **settings | options,
        )
        out, err = (text.decode() if isinstance(text, bytes) else text or "" for text in (done.stdout, done.stderr))
        assert "Traceback" not in err, err
        return Done(done.returncode, out, err)

    def fresh(self, *arguments: str, **environ: str) -> Done:
        """Run one command in a process that loads `jk` anew, but not the packages of others."""
        done = Done(*fresh(self.folder, self.environment(**environ), PATIENCE, *arguments))
        assert "Traceback" not in done.err, done.err
        return done

    def shell(self, line: str, piped: str = "", **environ: str) -> Done:
        """Run a line of bash, in which `jk` is the installed script; `piped` is its stdin."""
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment(**environ),
            input=piped.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        said = Done(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode())
        assert "Traceback" not in said.err, said.err
        return said

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one command and return the process, which reacts to Ctrl-C even if these tests ignore it."""
        return subprocess.Popen(
            [*JK, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one thread
        )

    def files(self) -> set[str]:
        """Every file and folder, hidden ones too."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll a condition until it is true."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, f"timed out after {PATIENCE} s"
        time.sleep(0.01)


def read_terminal(terminal: int) -> bytes:
    """Read available output; return an empty value at the end."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux signals the end of a terminal
        return b""


def _text(content: BytesIO) -> TextIOWrapper:
    return TextIOWrapper(content, encoding="utf-8", errors="replace")


def workspace(folder: Path, *, recorded: bool = False) -> Workspace:
    """A fresh workspace; `recorded` imports the published figures of February 2016."""
    shutil.copy(DATA / "tasks.yaml", folder)
    made = Workspace(folder)
    if recorded:
        shutil.copy(DATA / "2016-02.jsonl", folder)
        assert made.here("import", "2016-02.jsonl").code == 0
    return made
