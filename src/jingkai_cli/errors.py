"""Errors: a `Finding` is one fault at one place in a file; a `JkError` ends the command with an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from errno import EINVAL
from pathlib import Path
from typing import NamedTuple, Self

from .language import N_, _


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INVALID = 3
    LEDGER = 4
    MISSING_EXTRA = 5
    INTERRUPTED = 130


class Finding(NamedTuple):
    """One fault in a file: a 1-based line and column (0 for the whole file), and a message."""

    file: str
    line: int
    column: int
    message: str
    cell: str = ""
    """The place in a spreadsheet: `报送表!C7`."""

    def __str__(self) -> str:
        """`FILE:LINE:COLUMN: message`, like a compiler; for a spreadsheet `FILE!SHEET!CELL: message`."""
        if self.cell:
            return f"{self.file}!{self.cell}: {self.message}"
        if self.line:
            return f"{self.file}:{self.line}:{self.column}: {self.message}"
        return _("{heading}: {text}").format(heading=self.file, text=self.message)


class JkError(Exception):
    """Ends a command. The message says what is wrong, what is expected and what to type."""

    code = Exit.USAGE


class Refused(JkError):
    """An argument is wrong, or a rule of the ledger forbids the entry (exit 2)."""


class InvalidInput(JkError):
    """The plan or an input file is invalid (exit 3). Holds every fault."""

    code = Exit.INVALID

    def __init__(self, findings: list[Finding], most: int | None = None) -> None:
        """Take the findings in the order of the file; `most` limits how many the message prints, None prints all."""
        lines = [str(finding) for finding in findings[:most]]
        if more := len(findings) - len(lines):
            lines.append(_("and {count} more").format(count=more))
        super().__init__("\n".join(lines))
        self.findings = findings

    @classmethod
    def of_file(cls, file: object, message: str) -> Self:
        """An error with the one finding that a whole file cannot be used."""
        return cls([Finding(str(file), 0, 0, message)])


class KeyConflict(JkError):
    """The ledger already has an entry with this key and different content (exit 3)."""

    code = Exit.INVALID


class LedgerError(JkError):
    """The ledger is missing, locked, full, unreachable, damaged or newer than this program (exit 4)."""

    code = Exit.LEDGER


class Damaged(LedgerError):
    """The file or database is not a ledger, or not a complete one."""


class MissingExtra(JkError):
    """The command needs an extra that is not installed (exit 5)."""

    code = Exit.MISSING_EXTRA


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import the packages of an extra (`office`, `dashboard`, `postgres`, `overview`) inside this block.

    Raises:
        MissingExtra: the extra is not installed; the message names the `pip install` command.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        text = _("this needs {module}, which is not installed: pip install 'jingkai-cli[{extra}]'")
        raise MissingExtra(text.format(module=error.name, extra=name)) from error


def refuse_device(file: Path) -> None:
    """Refuse to read a device such as /dev/zero, which has no end, or a link to one.

    Raises:
        OSError: `file` is a device; `strerror` is the message.
    """
    if file.is_char_device():
        raise OSError(EINVAL, _("it is a device, not a file"), str(file))


REASONS = (
    N_("Directory not empty"),
    N_("File exists"),
    N_("File name too long"),
    N_("Input/output error"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
    N_("attempt to write a readonly database"),
    N_("database disk image is malformed"),
    N_("database or disk is full"),
    N_("disk I/O error"),
    N_("embedded null byte"),
    N_("file is not a database"),
)
"""Frequent messages of the system and of SQLite, which are in English whatever the locale."""


def reason(error: Exception) -> str:
    """The reason for an error of the system, translated if it is one of `REASONS`."""
    return _(str(getattr(error, "strerror", None) or error))
