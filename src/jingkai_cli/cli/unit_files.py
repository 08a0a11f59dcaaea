"""Files that are written for each unit or judge into a folder: forms, ballot sheets and letters."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from unicodedata import normalize

from ..errors import Refused
from ..language import _
from ..quantities import enumeration
from .environment import make_folder
from .output import write_whole

_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\s]|[^\x20-\U0010ffff]')
_LONGEST_NAME = 60


def files_for(names: Sequence[str], folder: Path, ending: str) -> list[Path]:
    """A file for each name, which every system can hold, whatever the unit or person is called.

    Args:
        names: of units or persons, each once.
        folder: where the files are to be.
        ending: what follows the name: `-2016-03.xlsx`.

    Raises:
        Refused: two names give one file, on this system or on one that ignores case.
    """
    files: list[Path] = []
    known: dict[str, str] = {}
    for name in names:
        file = folder / f"{_NOT_IN_A_NAME.sub('_', name).strip('._')[:_LONGEST_NAME] or '_'}{ending}"
        other = known.setdefault(normalize("NFC", file.name).casefold(), name)
        if other != name:
            text = _("“{one}” and “{other}” give the same file name, {file}: change one of the names")
            raise Refused(text.format(one=other, other=name, file=file.name))
        files.append(file)
    return files


def write_new(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Write the files (`write_whole`); one that is there and differs was filled in or edited, and is not touched.

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
    make_folder(folder)
    write_whole(files)


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
