"""The environment of the program: the clock, environment variables, the user's name, the terminal."""

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
"""The variable by which a shell asks for completion, as Typer names it."""


_TICK = timedelta(microseconds=1)

_SECOND = timedelta(seconds=1)

_moments = [datetime.min.replace(tzinfo=UTC)]
"""The last moment that `now` returned."""


def now() -> datetime:
    """The present moment. This is the only place where the clock is read.

    It never returns the same moment twice, even if the clock only ticks every 15 ms, as on Windows: entries with the
    same time mean that the clock was behind.
    """
    present = datetime.now(UTC)
    if present <= _moments[0] < present + _SECOND:
        present = _moments[0] + _TICK
    _moments[0] = present
    return present


def plan_file(named: Path | None) -> Path:
    """The file of the plan: `--plan`, else `JK_PLAN`, else the nearest `tasks.yaml`.

    Raises:
        InvalidInput: no plan is named or found.
    """
    return find_plan(named, os.environ, Path.cwd())


def ledger_name(named: str | None) -> str | None:
    """The file or URL of the ledger: `--ledger`, else `JK_LEDGER`; None if neither is given."""
    return named or os.environ.get("JK_LEDGER")


def cache_folder() -> Path | None:
    """The folder for validated plans: `JK_CACHE_DIR`, else in the user's cache folder.

    None if `JK_NO_CACHE` is set, or if the user has no home folder.
    """
    if os.environ.get("JK_NO_CACHE"):
        return None
    if named := os.environ.get("JK_CACHE_DIR"):
        return Path(named)
    return user_folder("XDG_CACHE_HOME", ".cache")


def user_folder(variable: str, default: str) -> Path | None:
    """The folder of `jk` among a user's folders: by the XDG standard, on Windows in the local application data.

    Args:
        variable: the variable of the XDG standard. A relative path in it is ignored, as the standard says.
        default: the default folder, relative to the user's home.

    Returns:
        The folder, which may not exist yet; None if the user has no home.
    """
    if os.environ.get(variable, "").startswith("/"):
        return Path(os.environ[variable]) / "jk"
    if os.name == "nt":
        data = os.environ.get("LOCALAPPDATA")
        return Path(data) / "jk" / default.strip(".").replace("/", "-") if data else None
    home = os.environ.get("HOME")
    return Path(home) / default / "jk" if home else None


def measure_terminal() -> None:
    """Count characters of ambiguous width as the terminal draws them: `JK_AMBIGUOUS_WIDTH`, 1 or 2 columns.

    Raises:
        Refused: it has another value.
    """
    columns = os.environ.get("JK_AMBIGUOUS_WIDTH") or "1"
    if columns not in ("1", "2"):
        raise Refused(_("JK_AMBIGUOUS_WIDTH is {value}: expected 1 or 2").format(value=quoted(columns)))
    draw_ambiguous_wide(wide=columns == "2")


_COMMAND = r"(?a:`[^`]+`|--[a-z-]+ [\w./:-]+\w|\bjk [a-z]+)"
"""Texts to type exactly as printed: a command, or an option with its value."""


def fitted(text: str, stream: TextIO) -> str:
    """The text in lines of the terminal's width, with commands kept whole; unchanged if `stream` is no terminal."""
    if not stream.isatty():
        return text
    from ..formats.line_breaks import wrap_indented

    columns = _columns(stream)
    commands: list[str] = []

    def hold_place(command: re.Match[str]) -> str:
        if width(command[0]) >= columns:
            return command[0]
        commands.append(command[0])
        return _PLACEHOLDER * width(command[0])

    lines = wrap_indented(re.sub(_COMMAND, hold_place, text), columns)
    return re.sub(f"{_PLACEHOLDER}+", lambda _place: commands.pop(0), "\n".join(lines))


_PLACEHOLDER = "\x01"
"""Stands for one column of a command while lines are broken. Visible text never contains it."""


def _columns(stream: TextIO) -> int:
    """The number of columns of a terminal; `COLUMNS` overrides it."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    with suppress(OSError, ValueError):  # ValueError: a stream without a file
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_COLUMNS
    return _DEFAULT_COLUMNS


_DEFAULT_COLUMNS = 80
"""The number of columns of a terminal that does not report it."""


def user_name(named: str | None) -> str:
    """The name of the user: `--by`, else `JK_BY`, else the system's user name.

    Raises:
        Refused: the system has no name for its user, as in some containers.
    """
    import getpass

    try:
        return named or os.environ.get("JK_BY") or getpass.getuser()
    except (ImportError, KeyError, OSError):  # ImportError: Windows without USERNAME
        raise Refused(_("pass your name: --by WHO, or set JK_BY")) from None


def confirm(question: str) -> bool:
    """Ask the user at the terminal a yes-or-no question; the default is no."""
    import typer

    return typer.confirm(question, err=True, prompt_suffix=_(": "))


WHY = _("give the reason"), "-m " + _("WHY")
"""The prompt of `ask` for a missing reason, and how to give it on the command line."""


def is_interactive() -> bool:
    """Whether a user is at the terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(value: str | None, wanted: str, typed: str) -> str:
    """A required value; if it is missing, ask the user at the terminal for it.

    Args:
        value: the given value, if any.
        wanted: the prompt, which says what is missing.
        typed: how to give the value on the command line, for a refusal in a pipe.

    Raises:
        Refused: the value is missing and no user is at a terminal.
    """
    if value:
        return value
    if is_interactive():
        import typer

        answer: str = typer.prompt(wanted, err=True, prompt_suffix=_(": "))
        return answer
    raise Refused(_("{wanted}: {typed}").format(wanted=wanted, typed=typed))


def make_folder(folder: Path) -> None:
    """Create a folder for files if it is missing. Whatever the umask, it is not writable for everybody.

    Raises:
        JkError: it cannot be created.
    """
    try:
        folder.mkdir(mode=0o775, exist_ok=True)
    except OSError as error:
        raise JkError(_("{folder} cannot be made: {why}").format(folder=folder, why=reason(error))) from error
