"""What the program takes from outside: the clock, environment variables, the user's name, the terminal."""

import os
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from ..errors import JkError, Refused, reason
from ..language import _
from ..plan import find_plan
from ..text import draw_ambiguous_wide, quoted, width

COMPLETION = "_JK_COMPLETE"
"""The variable by which a shell asks for completion: Typer's name for it."""


_TICK = timedelta(microseconds=1)

_SECOND = timedelta(seconds=1)

_moments = [datetime.min.replace(tzinfo=UTC)]
"""The last moment that `now` returned."""


def now() -> datetime:
    """The present moment: the one place where the clock is read.

    Never the same twice, also by a clock that moves every 15 ms as on Windows: entries with one time are those of a
    clock that was behind.
    """
    present = datetime.now(UTC)
    if present <= _moments[0] < present + _SECOND:
        present = _moments[0] + _TICK
    _moments[0] = present
    return present


def plan_file(named: Path | None) -> Path:
    """The plan's file: `--plan`, else `JK_PLAN`, else the nearest `tasks.yaml`.

    Raises:
        InvalidInput: none is named, and none is there.
    """
    return find_plan(named, os.environ, Path.cwd())


def ledger_name(named: str | None) -> str | None:
    """The ledger's file or URL: `--ledger`, else `JK_LEDGER`; None where neither names one."""
    return named or os.environ.get("JK_LEDGER")


def cache_folder() -> Path | None:
    """The folder for validated plans: `JK_CACHE_DIR`, else the user's cache folder.

    None with `JK_NO_CACHE=1`, or where the user has no folder of their own.
    """
    if os.environ.get("JK_NO_CACHE"):
        return None
    if named := os.environ.get("JK_CACHE_DIR"):
        return Path(named)
    return user_folder("XDG_CACHE_HOME", ".cache")


def user_folder(variable: str, usual: str) -> Path | None:
    """The folder of `jk` among those of a user: by the XDG standard, on Windows in the local application data.

    Args:
        variable: the variable of the XDG standard; a relative path in it is ignored, as the standard says.
        usual: where the folder is without it, in the user's home.

    Returns:
        The folder, which may not be there yet; None where the user has no home.
    """
    if os.environ.get(variable, "").startswith("/"):
        return Path(os.environ[variable]) / "jk"
    if os.name == "nt":
        data = os.environ.get("LOCALAPPDATA")
        return Path(data) / "jk" / usual.strip(".").replace("/", "-") if data else None
    home = os.environ.get("HOME")
    return Path(home) / usual / "jk" if home else None


def measure_terminal() -> None:
    """Count characters of ambiguous width as the terminal draws them: `JK_AMBIGUOUS_WIDTH`, 1 or 2 columns.

    Raises:
        Refused: it is something else.
    """
    columns = os.environ.get("JK_AMBIGUOUS_WIDTH") or "1"
    if columns not in ("1", "2"):
        raise Refused(_("JK_AMBIGUOUS_WIDTH is {value}: expected 1 or 2").format(value=quoted(columns)))
    draw_ambiguous_wide(wide=columns == "2")


_COMMAND = r"(?a:`[^`]+`|--[a-z-]+ [\w./:-]+\w|\bjk [a-z]+)"
"""What is typed as it is printed: a command, an option with its value."""


def fitted(text: str, stream: TextIO) -> str:
    """The text in lines as wide as the terminal, commands in it whole; elsewhere as it is."""
    if not stream.isatty():
        return text
    from ..formats.line_breaks import wrap_indented

    columns = _columns(stream)
    commands: list[str] = []

    def held(command: re.Match[str]) -> str:
        if width(command[0]) >= columns:
            return command[0]
        commands.append(command[0])
        return _HELD * width(command[0])

    lines = wrap_indented(re.sub(_COMMAND, held, text), columns)
    return re.sub(f"{_HELD}+", lambda _place: commands.pop(0), "\n".join(lines))


_HELD = "\x01"
"""Stands for a column of a command while lines are broken; a visible text has none."""


def _columns(stream: TextIO) -> int:
    """The columns of the terminal that a stream is; `COLUMNS` names others."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    with suppress(OSError, ValueError):  # ValueError: a stream without a file
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    return _USUAL


_USUAL = 80
"""The columns of a terminal that does not say how many it has."""


def user_name(named: str | None) -> str:
    """Who types: `--by`, else `JK_BY`, else the system's user name.

    Raises:
        Refused: the system has no name for its user, as in some containers.
    """
    import getpass

    try:
        return named or os.environ.get("JK_BY") or getpass.getuser()
    except (ImportError, KeyError, OSError):  # ImportError: Windows without USERNAME
        raise Refused(_("pass your name: --by WHO, or set JK_BY")) from None


def confirm(question: str) -> bool:
    """The answer of a person at the terminal; no where they only press Enter."""
    import typer

    return typer.confirm(question, err=True, prompt_suffix=_(": "))


WHY = _("give the reason"), "-m " + _("WHY")
"""What `ask` says where a reason is missing."""


def someone_is_there() -> bool:
    """Whether a person is at the terminal, who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(value: str | None, wanted: str, typed: str) -> str:
    """A value that must be given: asked for when a person is at the terminal.

    Args:
        value: what was given.
        wanted: says what is missing.
        typed: how it is given on the command line; a person who is asked types the value alone.

    Raises:
        Refused: the value is missing, and stdin is no terminal at which to ask for it.
    """
    if value:
        return value
    if someone_is_there():
        import typer

        answer: str = typer.prompt(wanted, err=True, prompt_suffix=_(": "))
        return answer
    raise Refused(_("{wanted}: {typed}").format(wanted=wanted, typed=typed))


def make_folder(folder: Path) -> None:
    """Make a folder for files where there is none; whatever the umask, not everybody may write there.

    Raises:
        JkError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o775, exist_ok=True)
    except OSError as error:
        raise JkError(_("{folder} cannot be made: {why}").format(folder=folder, why=reason(error))) from error
