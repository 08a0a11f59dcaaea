"""Files of the user's cache: read only if the user owns them, written whole, and valid for one version of `jk`."""

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from .. import __version__

_BINARY = getattr(os, "O_BINARY", 0)  # Windows alone has it
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # Windows has none: no pipe waits in a folder there


def program(folders: Iterable[Path]) -> str:
    """What names the program: version, Python, and when each file in these folders of it was written.

    Raises:
        OSError: they cannot be looked at.
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
    """What stands in a file that is ours alone.

    Args:
        file: the file.
        largest: the bytes that it may have.

    Raises:
        OSError: it is not there, or not ours.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | _BINARY | _AT_ONCE), "rb") as opened:
        about = os.fstat(opened.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > largest or not _ours_alone(about):
            raise PermissionError(file)
        return opened.read()


def write_own(file: Path, content: bytes) -> None:
    """Write a file of ours, whole or not at all; where its folder cannot be written, there is none."""
    draft = file.with_name(f"{file.stem}.{os.getpid()}{file.suffix}")
    with suppress(OSError, ValueError):  # ValueError: a NUL in the folder's name
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as opened:
                opened.write(content)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


def _ours_alone(about: os.stat_result) -> bool:
    """Whether a file is the user's own, and nobody else may write it; on Windows the user's folder says so."""
    if sys.platform == "win32":
        return True
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
