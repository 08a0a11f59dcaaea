"""Office files are zip archives: the same report twice is the same bytes, whatever the clock says."""

from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every part: the first one that a zip archive can hold."""


def frozen(archive: bytes, instead: Mapping[str, bytes]) -> bytes:
    """The archive with its parts in their order, without the time of writing; `instead` replaces parts by name."""
    content = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(content, "w") as new:
        for name in old.namelist():
            part = ZipInfo(name, EPOCH)
            part.compress_type = ZIP_DEFLATED
            part.create_system = 3  # written on any system, it is the same
            new.writestr(part, instead.get(name) or old.read(name))
    return content.getvalue()


def made_on(as_of: date) -> datetime:
    """When a file says that it was made: at the start of the date that it speaks about, not at the clock's time."""
    return datetime.combine(as_of, time())
