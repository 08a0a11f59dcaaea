"""Files that are written for each unit into a folder: forms and letters."""

import re
from collections.abc import Mapping
from pathlib import Path

from ..errors import JkError, Refused, reason
from ..language import _
from ..quantities import enumeration
from ..reports.wording import or_unknown
from .output import write_whole

_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\s]|[^\x20-\U0010ffff]')
_LONGEST_NAME = 60


def file_name(unit: str | None, of: str, ending: str) -> str:
    """A name that every system can hold, whatever the unit is called; `of` is the date or the period."""
    name = _NOT_IN_A_NAME.sub("_", or_unknown(unit)).strip("._")[:_LONGEST_NAME]
    return f"{name or '_'}-{of}.{ending}"


def write_new(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Write all of the files or none; one that is there and differs was filled in or edited, and is not touched.

    Raises:
        Refused: such a one is there, or the folder is none.
        JkError: the folder cannot be made, or a file cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=folder))
    filled = [file for file, content in files.items() if file.exists() and _content(file) != content]
    if filled:
        text = _("{files}: exists and may be filled in: not changed (delete it, or name another folder with -o)")
        raise Refused(text.format(files=enumeration(map(str, filled))))
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise JkError(_("{folder} cannot be made: {why}").format(folder=folder, why=reason(error))) from error
    write_whole(files)


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
