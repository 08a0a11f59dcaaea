"""Run a line of a story: `python -c` in this process, `jk` there or through the caller's function, the rest in bash.

Supported are `&&`, variables before a command, `*` in words, pipes and output files:
`rm a.db && LANG=C.UTF-8 jk log -f csv | head -1`, `jk log > a.txt`.
"""

import re
import shlex
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from running import Done, Workspace

PLAIN = re.compile(r"""(?:'[^']*'|"[^"\\$`]*"|[^'"\\$`&|;<>()])+""")
"""Words in which a shell expands only `*`."""
SCRIPT = re.compile('python -c "[^"$`]*"')
"""Scripts without characters that a shell would expand."""
SETTING = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


class Step(NamedTuple):
    """A command and the destination of its output."""

    command: str
    filters: str = ""
    target: str = ""


def run(line: str, place: Workspace, jk: Callable[..., Done]) -> Done:
    """Run a line and return its output and exit code; `jk` is the function that runs one command of the program."""
    steps = parsed(line)
    if steps is None:
        return place.shell(line)
    code, out, err = 0, "", ""
    for step in steps:
        done = _run(step, place, jk)
        code, out, err = done.code, out + done.out, err + done.err
        if code:
            break
    return Done(code, out, err)


def parsed(line: str) -> list[Step] | None:
    """The steps of a line, or None if only bash can run it."""
    steps = []
    for text in _split(line, "&&"):
        command, *filters = _split(text, "|")
        if _calls_jk(command):
            command, *targets = _split(command, ">")
            if not PLAIN.fullmatch(command) or targets[1:] or any(map(_calls_jk, filters)):
                return None
            steps.append(Step(command, "|".join(filters), "".join(shlex.split(" ".join(targets)))))
        elif "jk " in text:
            return None
        else:
            steps.append(Step(text))
    return steps


def calls(line: str) -> Iterator[list[str]]:
    """The arguments of each `jk` command in a line; nothing if the line needs bash."""
    for step in parsed(line) or ():
        if _calls_jk(step.command):
            words = shlex.split(step.command)
            yield words[words.index("jk") + 1 :]


def words_of(line: str) -> list[str] | None:
    """The arguments of a line that is a single `jk` command, else None."""
    steps = parsed(line)
    return shlex.split(line)[1:] if steps == [Step(line)] and line.startswith("jk ") else None


def _split(text: str, operator: str) -> list[str]:
    """Split a line at unquoted operators."""
    pieces = re.split(r"""('[^']*'|"[^"]*")""", text)
    marked = "".join(piece if number % 2 else piece.replace(operator, "\0") for number, piece in enumerate(pieces))
    return [part.strip() for part in marked.split("\0")]


def _calls_jk(text: str) -> bool:
    return re.match(r"([A-Z_]+=\S* )*jk( |$)", text) is not None


def _run(step: Step, place: Workspace, jk: Callable[..., Done]) -> Done:
    if SCRIPT.fullmatch(step.command):
        return _python(shlex.split(step.command)[-1], place.folder)
    if not _calls_jk(step.command):
        return place.shell(step.command)
    words = shlex.split(step.command)
    settings = [SETTING.fullmatch(word) for word in words[: words.index("jk")]]
    environ = {setting[1]: setting[2] for setting in settings if setting}
    done = jk(*_expanded(words[words.index("jk") + 1 :], place.folder), **environ)
    if step.target:
        (place.folder / step.target).write_bytes(done.out.encode("utf-8", "surrogateescape"))
        return Done(done.code, "", done.err)
    if step.filters:
        filtered = place.shell(step.filters, done.out)
        return Done(filtered.code, filtered.out, done.err + filtered.err)
    return done


def _python(script: str, folder: Path) -> Done:
    """Run a script, which may leave files open, and close its databases."""
    names: dict[str, object] = {}
    with chdir(folder), redirect_stdout(StringIO()) as out, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        exec(script, names)  # noqa: S102 - a line of a story
    for value in names.values():
        if isinstance(value, sqlite3.Connection):
            value.close()  # else Python 3.13 warns when it is collected, during some later test
    return Done(0, out.getvalue(), "")


def _expanded(words: list[str], folder: Path) -> list[str]:
    """Expand words with `*` to the files that they match."""
    found = []
    for word in words:
        files = sorted(str(path.relative_to(folder)) for path in folder.glob(word)) if "*" in word else []
        found += files or [word]
    return found
