"""The real `jk`, in a process and a workspace of its own, with nothing of the tester's environment."""

import os
import shutil
import subprocess
import sys
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jingkai_cli.language import bind

with warnings.catch_warnings():  # Typer uses what Click 8.4 calls deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    from jingkai_cli.cli.app import run

DATA = Path(__file__).parents[1] / "data"
JK = (sys.executable, "-m", "jingkai_cli")
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Done:
    """What one run came to."""

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
        return clean | environ

    def here(self, *arguments: str, **environ: str) -> Done:
        """The same in this process: many times faster, for what needs neither a terminal nor a signal."""
        out, err = BytesIO(), BytesIO()
        clean = patch.dict(os.environ, self.environment(**environ), clear=True)
        with clean, chdir(self.folder), redirect_stdout(_text(out)) as stdout, redirect_stderr(_text(err)) as stderr:
            bind(os.environ)
            code = run(list(arguments))
            stdout.flush()
            stderr.flush()
            return Done(code, out.getvalue().decode("utf-8", "surrogateescape"), err.getvalue().decode())

    def jk(self, *arguments: str | bytes | Path, environ: dict[str, str] | None = None, **options: Any) -> Done:
        """Run one command. `options` go to `subprocess.run`; a `preexec_fn` too, as these tests have one thread."""
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

    def shell(self, line: str) -> Done:
        """Run a line of bash, in which `jk` is the real one."""
        done = subprocess.run(
            ["bash", "-c", f'jk() {{ "{sys.executable}" -m jingkai_cli "$@"; }}; {line}'],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one command and let it run."""
        return subprocess.Popen(
            [*JK, *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def files(self) -> set[str]:
        """Every file and folder, hidden ones too."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}


def _text(content: BytesIO) -> TextIOWrapper:
    return TextIOWrapper(content, encoding="utf-8", errors="replace")


def workspace(folder: Path, *, recorded: bool = False) -> Workspace:
    """A fresh workspace; `recorded` imports what was published of February 2016."""
    shutil.copy(DATA / "tasks.yaml", folder)
    made = Workspace(folder)
    if recorded:
        shutil.copy(DATA / "2016-02.jsonl", folder)
        assert made.here("import", "2016-02.jsonl").code == 0
    return made
