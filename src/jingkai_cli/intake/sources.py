"""Reads the texts and tables of a file of any supported format; old office formats are converted with LibreOffice."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ..errors import InvalidInput, Refused
from ..language import _
from .grid import Grid, letters
from .office_package import LARGEST_FILE

NEW = {".xls": ".xlsx", ".et": ".xlsx", ".ods": ".xlsx", ".doc": ".docx", ".wps": ".docx", ".odt": ".docx"}
"""Ending of an old format → ending of the format that it is converted to."""

_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.exe")

_PATIENCE = 180
"""The timeout of a conversion in seconds; the first start of LibreOffice alone takes ten."""


@contextmanager
def converted(path: Path) -> Iterator[Path]:
    """Convert a file to the new format; the result exists for the `with` block.

    Raises:
        InvalidInput: the file cannot be read or converted.
        Refused: LibreOffice is not installed; the message says in which format to save the file.
    """
    ending = path.suffix.lower()
    if not path.is_file():
        raise InvalidInput.of_file(path, _("cannot be read: there is no such file"))
    if path.stat().st_size > LARGEST_FILE:
        raise InvalidInput.of_file(path, _("is larger than {size} MiB").format(size=LARGEST_FILE // 1024 // 1024))
    program = _program()
    if program is None:
        text = _(
            "{file}: LibreOffice, which reads {ending}, is not installed: open it in WPS or Office, save it as {new}"
        )
        raise Refused(text.format(file=path, ending=ending, new=NEW[ending]))
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        made = Path(folder) / "made" / f"{path.stem}{NEW[ending]}"
        command = [
            program,
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",  # not the user's own, which may be open
            *("--headless", "--norestore", "--convert-to", NEW[ending][1:], "--outdir", str(made.parent)),
            str(path.absolute()),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603 - no shell
        except (subprocess.SubprocessError, OSError) as error:
            raise InvalidInput.of_file(path, _not_converted(ending)) from error
        if not made.is_file():
            raise InvalidInput.of_file(path, _not_converted(ending))
        yield made


def _not_converted(ending: str) -> str:
    text = _("LibreOffice cannot convert it: open it in the office program and save it as {new}")
    return text.format(new=NEW[ending])


def _program() -> str | None:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


ENDINGS = (".docx", ".xlsx", ".csv", ".md", ".txt", *NEW)


class Source(Struct, frozen=True):
    """The content of a file. `encoding` is that of a text file."""

    grids: tuple[Grid, ...]
    encoding: str = "utf-8"


def read_source(path: Path) -> Source:
    """Read the texts and tables of a file.

    Raises:
        InvalidInput: the file cannot be read, or is not safe to open.
        MissingExtra: `office` is not installed.
        Refused: the format is not supported, or needs LibreOffice, which is not installed.
    """
    ending = path.suffix.lower()
    if ending in NEW:
        with converted(path) as new:
            return Source(tuple(replace(grid, file=str(path)) for grid in read_source(new).grids))
    if ending == ".docx":
        from .word_file import read_word

        return Source(tuple(read_word(path)))
    if ending == ".xlsx":
        from .workbook import Sheets

        return Source(tuple(Sheets(path).grids()))
    if ending == ".csv":
        return _csv(path)
    if ending in (".md", ".txt"):
        from .markdown_file import read_markdown

        encoding, grids = read_markdown(path)
        return Source(tuple(grids), encoding)
    text = _("{file}: a plan can be read from {endings}")
    raise Refused(text.format(file=path, endings=" ".join(ENDINGS)))


def _csv(path: Path) -> Source:
    from .text_files import text_grid

    encoding, grid = text_grid(path)
    rows = {
        number: {column: replace(cell, where=f"{letters(column)}{number}") for column, cell in cells.items()}
        for number, cells in grid.rows.items()
    }
    return Source((replace(grid, rows=rows),), encoding)
