"""Reads the files of a plan (`tasks.yaml`, `contacts.yaml`), and reads and writes files of the user's cache.

Tab completion loads only this module of the package.
"""

import os
import re
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from zlib import crc32

from .. import __version__
from ..errors import Finding, InvalidInput
from ..language import _

CONTACTS = "contacts.yaml"

LARGEST = 16 * 1024 * 1024


class PlanFiles:
    """The files of one plan. Each is read once, so that the cache is keyed by the same bytes that were parsed."""

    def __init__(self, path: Path) -> None:
        """Create it from the path of the plan."""
        contacts_file = path.parent / CONTACTS
        self.plan = path
        self.contacts = contacts_file if is_file(contacts_file) else None
        self.read = cache(read_bytes)

    def content(self) -> tuple[bytes, bytes | None]:
        """The bytes of the plan, and of the contacts beside it or None.

        Raises:
            InvalidInput: one of the files cannot be read.
        """
        return self.read(self.plan), self.read(self.contacts) if self.contacts else None

    def text(self) -> str:
        """The text of the plan.

        Raises:
            InvalidInput: the file cannot be read, is not UTF-8, or has invisible characters.
        """
        return text_of(self.plan, self.read(self.plan))


def is_file(path: Path) -> bool:
    """Whether a file exists; False if its folder may not be searched."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a folder may not be searched


def read_bytes(path: Path, absent: str = "") -> bytes:
    """Return the bytes of a file that a person wrote; findings name the file as given.

    Args:
        path: the file.
        absent: what to say where it is not there, and how to get it; by default of a plan.

    Raises:
        InvalidInput: the file cannot be read, or is bigger than 16 MiB.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)  # the size of a pipe is not known
    except FileNotFoundError:
        message = absent or _(
            "there is no such file (create a plan with `jk init`, or name one with --plan FILE behind the command)"
        )
    except IsADirectoryError:
        message = _("this is a folder (expected a file such as tasks.yaml)")
    except PermissionError:
        message = _("permission denied (ask the file's owner)")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        message = _("cannot be read: {reason}").format(reason=error)
    else:
        if len(raw) <= LARGEST:
            return raw
        message = _("bigger than 16 MiB (expected the text of a plan)")
    raise InvalidInput.of_file(path, message)


_UNSEEN = (
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # control and C1 characters, surrogates
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # bidi controls, which reverse the following text
    "|[\u200b\u2028\u2029\u2060\ufeff]"  # zero-width spaces and line separators
)


@cache
def invisible_pattern() -> re.Pattern[str]:
    """The pattern of invisible characters, which a plan must not have. It is compiled only when a plan is parsed."""
    return re.compile(_UNSEEN)


def text_of(path: Path, raw: bytes) -> str:
    """Decode the text of a file that a person wrote.

    Args:
        path: the file; findings name it as given.
        raw: its bytes.

    Returns:
        The text without a byte order mark.

    Raises:
        InvalidInput: the file is not UTF-8, or has invisible characters.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput([_wrongly_encoded(path, raw, error)]) from error
    findings = [
        Finding(str(path), number, found.start() + 1, unseen_character(found[0]))
        for number, line in enumerate(lines(text), 1)
        if (found := invisible_pattern().search(line))
    ]
    if findings:
        raise InvalidInput(findings)
    return text


def lines(text: str) -> list[str]:
    """The lines of a text, split as YAML and editors do."""
    return re.split("\r\n|\r|\n", text)


def unseen_character(character: str) -> str:
    """The message for a character that `invisible_pattern` finds."""
    return _("invisible character U+{code:04X} (remove it)").format(code=ord(character))


def _wrongly_encoded(path: Path, raw: bytes, error: UnicodeDecodeError) -> Finding:
    before = lines(raw[: error.start].decode("utf-8-sig"))
    return Finding(str(path), len(before), len(before[-1]) + 1, _encoding_message(path, raw))


def _encoding_message(path: Path, raw: bytes) -> str:
    from shlex import quote

    for encoding, names in (("UTF-16", "UTF-16"), ("GB18030", "GBK / GB18030")):
        if _decodes(raw, encoding):
            command = f"iconv -f {encoding} -t UTF-8 {{}} > {{}}"
            command = command.format(*(quote(str(p)) for p in (path, path.with_suffix(".utf8.yaml"))))
            return _("encoded as {names} (expected UTF-8; type `{command}`)").format(names=names, command=command)
    return _("not UTF-8 text (save the file as UTF-8)")


def _decodes(raw: bytes, encoding: str) -> bool:
    if encoding == "UTF-16" and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        return re.search("[\u4e00-\u9fff]", raw.decode(encoding)) is not None
    except UnicodeDecodeError:
        return False


_BINARY = getattr(os, "O_BINARY", 0)  # only Windows has it
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # opening a named pipe does not wait; Windows has no pipes in folders


def program(folders: Iterable[Path]) -> str:
    """Identify the program: its version, the Python version, and a checksum of path, time and size of its files.

    Raises:
        OSError: a folder cannot be listed.
    """
    files = []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in filter(os.DirEntry.is_file, entries):
                about = entry.stat()
                files.append(f"{entry.path} {about.st_mtime_ns} {about.st_size}")
    stamp = crc32("\n".join(sorted(files)).encode(errors="surrogateescape"))
    return f"{__version__} {sys.implementation.cache_tag} {stamp:08x}"


def read_own(file: Path, largest: int) -> bytes:
    """Return the bytes of a file that belongs to the user and that nobody else may write.

    Args:
        file: the file.
        largest: the most bytes that it may have.

    Raises:
        OSError: the file does not exist, is too large, or others may write it.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | _BINARY | _AT_ONCE), "rb") as opened:
        about = os.fstat(opened.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > largest or not _is_private(about):
            raise PermissionError(file)
        return opened.read()


def write_own(file: Path, content: bytes) -> None:
    """Write a file of the user's cache atomically; errors of writing are ignored."""
    draft = file.with_name(f"{file.stem}.{os.getpid()}{file.suffix}")
    with suppress(OSError, ValueError):  # ValueError: a NUL in the folder's name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as opened:
                opened.write(content)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


def _is_private(about: os.stat_result) -> bool:
    """Whether a file belongs to the user and nobody else may write it; on Windows the user's folder ensures that."""
    if sys.platform == "win32":
        return True
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
