"""Reproducible zip archives: the same report always gives the same bytes."""

from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every part: the earliest that a zip archive allows."""


def frozen(archive: bytes, instead: Mapping[str, bytes]) -> bytes:
    """Rewrite an archive with fixed dates; `instead` maps names of parts to new content."""
    content = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(content, "w") as new:
        for name in old.namelist():
            part = ZipInfo(name, EPOCH)
            part.compress_type = ZIP_DEFLATED
            part.create_system = 3  # Unix, so that the bytes are the same on every system
            new.writestr(part, instead.get(name) or old.read(name))
    return content.getvalue()


def made_on(as_of: date) -> datetime:
    """The creation time of a file: the start of its as-of date."""
    return datetime.combine(as_of, time())
