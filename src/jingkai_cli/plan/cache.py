"""Plans that were read before: a plan is checked once for each content, and then read back without pydantic and yaml.

One file holds one plan: a line that names the program, a checksum, and by `marshal` the bytes of the plan's own files
with what they mean. It counts only when all of that fits: nothing is ever believed over the plan's own files, and a
file that is torn, foreign, of another program or of somebody else is as good as none.
"""

import marshal
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from .. import __version__
from ..errors import InvalidInput
from ..model import Plan
from .files import PlanFiles
from .packed import LAYOUT, pack, unpack

KEPT = 20
"""How many plans are remembered; the oldest goes first."""

_READERS = ("plan/*.py", "model.py", "thresholds.py", "written.py")
"""What reads a plan: when any of it changes, nothing counts of what it read before."""


def recall(folder: Path, files: PlanFiles) -> Plan | None:
    """The plan that these files gave before; None where nothing fits."""
    try:
        content = _content(files)
        head = _head()
        remembered = _read(_place(folder, head, content))
        body = memoryview(remembered)[len(head) + 4 :]
        if remembered.startswith(head) and crc32(body) == int.from_bytes(remembered[len(head) : len(head) + 4]):
            found, row = marshal.loads(body)  # noqa: S302 - our own file, whole; and it is nothing but texts and numbers
            return unpack(row) if found == content else None
    except (InvalidInput, OSError, ArithmeticError, EOFError, LookupError, TypeError, ValueError):
        pass
    return None


def keep(folder: Path, files: PlanFiles, plan: Plan) -> None:
    """Remember the plan that these files give; where that cannot be written, nothing is said."""
    content, head = _content(files), _head()
    body = marshal.dumps((content, pack(plan)))
    place = _place(folder, head, content)
    draft = place.with_name(f"{place.stem}.{os.getpid()}.plan")
    with suppress(OSError, ValueError):  # ValueError: a NUL in the folder's name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(head + crc32(body).to_bytes(4) + body)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _forget(folder)


def _content(files: PlanFiles) -> tuple[bytes, bytes | None]:
    return files.read(files.plan), files.read(files.contacts) if files.contacts else None


def _head() -> bytes:
    """What names the program, down to the minute in which its own files were written."""
    package = Path(__file__).parents[1]
    with suppress(OSError):
        readers = (file for pattern in _READERS for file in package.glob(pattern))
        newest = max(file.stat().st_mtime_ns for file in readers)
        return f"jk {__version__} {sys.implementation.cache_tag} {newest} {crc32(LAYOUT.encode())}\n".encode()
    return f"jk {__version__} {sys.implementation.cache_tag} {crc32(LAYOUT.encode())}\n".encode()


def _place(folder: Path, head: bytes, content: tuple[bytes, bytes | None]) -> Path:
    """Where a plan is remembered; two of one name take turns."""
    plan, contacts = content
    return folder / f"{crc32(contacts or b'', crc32(plan, crc32(head))):08x}-{len(plan):x}.plan"


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


def _forget(folder: Path) -> None:
    """Take away the oldest plans, where there are more than `KEPT`."""
    remembered = sorted(folder.glob("*.plan"), key=lambda file: file.stat().st_mtime_ns)
    for file in remembered[:-KEPT]:
        file.unlink(missing_ok=True)
