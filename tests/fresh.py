"""Run `jk` in processes that load all of its own modules, as an installed `jk` does.

Each is forked from a process that has loaded the third-party packages, which take five sixths of the start-up time.
"""

import atexit
import gc
import json
import os
import select
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

OTHERS = ("click", "docx", "jinja2", "msgspec", "openpyxl", "pydantic", "rich.table", "sqlite3", "tabulate", "typer")


def fresh(folder: Path, environment: dict[str, str], patience: float, *arguments: str) -> tuple[int, str, str]:
    """Run one command in a process of its own; return its exit code, stdout and stderr."""
    server = _server()
    assert server.stdin
    assert server.stdout
    with TemporaryDirectory() as outputs:
        out, err = Path(outputs, "out"), Path(outputs, "err")
        request = {"folder": str(folder), "environment": environment, "arguments": arguments}
        server.stdin.write(json.dumps({**request, "out": str(out), "err": str(err)}).encode() + b"\n")
        server.stdin.flush()
        assert select.select([server.stdout], [], [], patience)[0], f"timed out after {patience} s"
        code = int(server.stdout.readline())
        return code, out.read_bytes().decode("utf-8", "surrogateescape"), err.read_text("utf-8")


@cache
def _server() -> subprocess.Popen[bytes]:
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    """Run a process for each request, and answer with its exit code."""
    for name in OTHERS:
        import_module(name)
    gc.freeze()
    answers = os.dup(1)
    for request in sys.stdin.buffer:
        process = os.fork()
        if process == 0:
            _become_jk(json.loads(request))
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        os.write(answers, f"{code}\n".encode())


def _become_jk(request: dict[str, Any]) -> None:
    """Become `jk`."""
    assert not [name for name in sys.modules if name.startswith("jingkai_cli")]
    for number, name in enumerate((os.devnull, request["out"], request["err"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["jk", *request["arguments"]]
    code: object = 1
    try:
        from jingkai_cli.__main__ import main

        main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    _serve()
