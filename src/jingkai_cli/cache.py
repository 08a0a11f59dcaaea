"""What was worked out before, remembered from one run to the next: an answer counts for its own question alone.

One file holds one answer: a line that names the program, a checksum, and by `marshal` the question with its answer. The
question holds everything that the answer depends on, files with every byte, so that nothing is ever believed over them;
and a file that is torn, foreign, of another program or of somebody else is as good as none.
"""

import marshal
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

from . import __version__

KEPT = 64
"""How many answers of a kind are remembered; the oldest goes first."""
ROOM = 64 * 1024 * 1024
"""Bytes that they take together at most."""


def recall(folder: Path, name: str, question: tuple[Any, ...]) -> Any | None:
    """The answer that was kept for a question; None where nothing fits.

    Args:
        folder: where answers are remembered.
        name: the file's; its ending says of which kind the answer is. Two questions of one name take turns.
        question: texts, bytes, numbers and tuples of them.
    """
    try:
        head = _head()
        remembered = _read(folder / name)
        body = memoryview(remembered)[len(head) + 4 :]
        if remembered.startswith(head) and crc32(body) == int.from_bytes(remembered[len(head) : len(head) + 4]):
            asked, answer = marshal.loads(body)  # noqa: S302 - our own file, whole; nothing but texts and numbers
            return answer if asked == question else None
    except (OSError, EOFError, TypeError, ValueError):
        pass
    return None


def keep(folder: Path, name: str, question: tuple[Any, ...], answer: Any) -> None:
    """Remember an answer, which is made of what `marshal` writes; where that cannot be written, nothing is said."""
    place = folder / name
    draft = place.with_name(f"{place.stem}.{os.getpid()}{place.suffix}")
    with suppress(OSError, ValueError):  # ValueError: a NUL in the folder's name
        head, body = _head(), marshal.dumps((question, answer))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(head + crc32(body).to_bytes(4) + body)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _forget(folder, place.suffix)


def _head() -> bytes:
    """What names the program, down to the moment in which each of its own files was written.

    Raises:
        OSError: it is not made of files that can be looked at.
    """
    folders, files = [os.fspath(Path(__file__).parent)], []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir():
                    about = entry.stat()
                    files.append(f"{entry.path} {about.st_mtime_ns} {about.st_size}")
                elif entry.name != "__pycache__":
                    folders.append(entry.path)
    stamp = crc32("\n".join(sorted(files)).encode(errors="surrogateescape"))
    return f"jk {__version__} {sys.implementation.cache_tag} {stamp:08x}\n".encode()


def _read(file: Path) -> bytes:
    """What stands in a file that is ours alone.

    Raises:
        OSError: it is not there, or not ours.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
        about = os.fstat(opened.fileno())
        shared = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if about.st_uid != os.geteuid() or shared or not stat.S_ISREG(about.st_mode):
            raise PermissionError(file)
        return opened.read()


def _forget(folder: Path, ending: str) -> None:
    """Take away the oldest answers of a kind, where they are more than `KEPT` or take more than `ROOM`."""
    remembered = [(file.stat(), file) for file in folder.glob(f"*{ending}")]
    remembered.sort(key=lambda one: -one[0].st_mtime_ns)
    taken = 0
    for number, (about, file) in enumerate(remembered, 1):
        taken += about.st_size
        if number > KEPT or taken > ROOM:
            file.unlink(missing_ok=True)
