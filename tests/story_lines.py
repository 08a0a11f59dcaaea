"""Runs a line of a story: `jk` in this process, what stands around it in bash, and what is too much for that in bash.

Understood are `&&`, settings before a command, `*` in its words, what its output is piped into, and a file for it:
`rm a.db && LANG=C.UTF-8 jk log -f csv | head -1`, `jk log > a.txt`.
"""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

from running import Done, Workspace

PLAIN = re.compile(r"""(?:'[^']*'|"[^"\\$`]*"|[^'"\\$`&|;<>()])+""")
"""Words in which a shell would expand nothing but `*`."""
SETTING = re.compile(r"([A-Z_]+)=(.*)", re.DOTALL)


class Step(NamedTuple):
    """A command, and what becomes of its output."""

    command: str
    filters: str = ""
    target: str = ""


def run(line: str, place: Workspace) -> Done:
    """Run a line, and give all that it prints and its exit code."""
    steps = parsed(line)
    if steps is None:
        return place.shell(line)
    code, out, err = 0, "", ""
    for step in steps:
        done = _run(step, place)
        code, out, err = done.code, out + done.out, err + done.err
        if code:
            break
    return Done(code, out, err)


def parsed(line: str) -> list[Step] | None:
    """The steps of a line; None if only bash can run it."""
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


def words_of(line: str) -> list[str] | None:
    """The arguments of a line that is one command of `jk` and nothing else."""
    steps = parsed(line)
    return shlex.split(line)[1:] if steps == [Step(line)] and line.startswith("jk ") else None


def _split(text: str, operator: str) -> list[str]:
    """The parts between the operators that are not quoted."""
    pieces = re.split(r"""('[^']*'|"[^"]*")""", text)
    marked = "".join(piece if number % 2 else piece.replace(operator, "\0") for number, piece in enumerate(pieces))
    return [part.strip() for part in marked.split("\0")]


def _calls_jk(text: str) -> bool:
    return re.match(r"([A-Z_]+=\S* )*jk( |$)", text) is not None


def _run(step: Step, place: Workspace) -> Done:
    if not _calls_jk(step.command):
        return place.shell(step.command)
    words = shlex.split(step.command)
    settings = [SETTING.fullmatch(word) for word in words[: words.index("jk")]]
    environ = {setting[1]: setting[2] for setting in settings if setting}
    done = place.here(*_expanded(words[words.index("jk") + 1 :], place.folder), **environ)
    if step.target:
        (place.folder / step.target).write_bytes(done.out.encode("utf-8", "surrogateescape"))
        return Done(done.code, "", done.err)
    if step.filters:
        filtered = place.shell(step.filters, done.out)
        return Done(filtered.code, filtered.out, done.err + filtered.err)
    return done


def _expanded(words: list[str], folder: Path) -> list[str]:
    """The words, and for one with `*` the files that it matches."""
    found = []
    for word in words:
        files = sorted(str(path.relative_to(folder)) for path in folder.glob(word)) if "*" in word else []
        found += files or [word]
    return found
