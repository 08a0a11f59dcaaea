"""Writes one file for each unit or judge to a folder: forms, ballot sheets and letters."""

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
    """The file for each name. The file names are valid on every system, whatever the unit or person is called.

    Args:
        names: names of units or people, each once.
        folder: the folder for the files.
        ending: the text after the name: `-2016-03.xlsx`.

    Raises:
        Refused: two names have the same file name, here or on a system that ignores case.
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
    """Write files (`write_whole`). A file that exists with other content was filled in or edited, and is kept.

    Raises:
        Refused: there is such a file, or the folder is not a folder.
        JkError: the folder cannot be created, or a file cannot be written.
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
