"""Writes output: data to stdout or to a file, completely or not at all; everything else to stderr."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR, ELOOP
from pathlib import Path
from typing import Any

from msgspec import Struct

from ..errors import JkError, Refused, reason
from ..formats import ENDINGS, FORMATS, PDF, Format, render
from ..language import _
from ..quantities import enumeration
from ..reports.document import Document
from ..text import discreet, quoted, visible
from .environment import fitted


def notify(text: str) -> None:
    """Print a message that is not data to stderr. If stderr is closed, continue."""
    with suppress(OSError):
        sys.stderr.write(fitted(visible(discreet(text)).replace("\t", " "), sys.stderr) + "\n")


def emit(text: str) -> None:
    """Print a result to stdout."""
    sys.stdout.write(fitted(visible(text), sys.stdout) + "\n")


def emit_whole(text: str) -> None:
    """Print a text to copy or pipe to stdout, without breaking its lines."""
    sys.stdout.write(visible(text) + "\n")


def emit_json(value: Any, indent: int | None = None) -> None:
    """Print data as JSON in UTF-8, whatever the encoding of the terminal."""
    from ..formats.json_ import text

    print_bytes(text(value, indent).encode())


def report_resolved(typed: str, meant: str) -> str:
    """Return `meant`, the resolved name. If it differs from what was typed, report it on stderr."""
    if typed != meant:
        notify(_("'{typed}' is taken as {meant}").format(typed=typed, meant=meant))
    return meant


LONG = 2000
"""The number of entries from which a progress bar is shown."""


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr during the block, if stderr is a terminal and `total` is large.

    Yields a function to call with each number reached; the bar is full at `total`.
    """
    if total < LONG or not sys.stderr.isatty():
        yield lambda _reached: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda reached: shown.update(task, completed=reached)


LARGE = 100_000
"""The size in bytes from which reading a file takes noticeable time."""


@contextmanager
def reading_bar(file: Path) -> Iterator[None]:
    """Show a bar without an end on stderr while a large file is read, if stderr is a terminal."""
    if not sys.stderr.isatty() or not file.is_file() or file.stat().st_size < LARGE:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        shown.add_task(_("Reading {file}").format(file=file.name), total=None)
        yield


class Destination(Struct, frozen=True):
    """The destination and format of a report: the options `-f`, `-o`, `--encoding` and `--labels`."""

    form: str | None
    """The name of a format; None to derive it from the output."""
    output: Path | None
    encoding: str | None = None
    labels: bool = False

    @property
    def for_programs(self) -> bool:
        """Whether it contains only the items of a report, without its words."""
        return not self._properties.sections

    @property
    def with_items(self) -> bool:
        """Whether it contains the items of a report."""
        return self._properties.items

    @property
    def on_paper(self) -> bool:
        """Whether it is read on paper or as a page, where nobody types a command.

        Raises:
            Refused: the ending of the file does not tell the format.
        """
        return self._properties.on_paper

    def put(self, document: Document) -> None:
        """Print a report or write it to its file, in the given format or the one for the output.

        Raises:
            Refused: an office file would be printed on a terminal.
            MissingExtra: a package for the format is not installed; nothing is written.
        """
        name = self._format()
        if self.output is not None:
            write_whole({self.output: self.file(document)})
        elif name == "table" and sys.stdout.isatty():
            from rich.console import Console

            from ..formats.table import show

            show(document, Console(highlight=False))
        elif self._properties.extra and sys.stdout.isatty():
            raise Refused(_("{form} is not for a terminal: write it to a file (-o FILE.{form})").format(form=name))
        else:
            content = self._content(document)
            if isinstance(content, bytes):
                print_bytes(content)
            elif self._properties.for_programs:
                print_bytes(encoded(content, self.encoding or "utf-8"))
            else:
                sys.stdout.write(content)

    def file(self, document: Document) -> bytes:
        """The content of the file. CSV has a byte order mark by default, so that Excel reads Chinese correctly.

        Raises:
            Refused: there is no such encoding, or an encoding is given for a page, which is always in UTF-8.
        """
        if self.encoding and self._properties.always_utf_8:
            raise Refused(_("a page is always UTF-8: leave out --encoding"))
        default = "utf-8-sig" if self._format() == "csv" else "utf-8"
        content = self._content(document)
        return content if isinstance(content, bytes) else encoded(content, self.encoding or default)

    def is_in(self, form: str) -> bool:
        """Whether the format is `form`."""
        return self._format() == form

    @property
    def for_others(self) -> bool:
        """Whether the output is a file for other people, which is in the plan's language.

        Raises:
            Refused: the ending of the file does not tell the format.
        """
        return bool(self._properties.extra)

    def _content(self, document: Document) -> str | bytes:
        if self.labels and self._format() == "csv":
            from ..formats.csv_ import render_labelled

            return render_labelled(document)
        content = render(document, self._format())
        if self.encoding and self._format() == "json" and isinstance(content, bytes):
            return content.decode()  # it is encoded later, in the given encoding
        return content

    @property
    def _properties(self) -> Format:
        return FORMATS[self._format()]

    def _format(self) -> str:
        if self.form is not None:
            return self.form
        if self.output is None:
            return "table" if sys.stdout.isatty() else "plain"
        ending = self.output.suffix.lower()
        if ending in ENDINGS:
            return ENDINGS[ending]
        text = _("the format of {file} cannot be told from its ending: use -f ({formats}), or one of {endings}")
        message = text.format(file=self.output, formats=enumeration(FORMATS), endings=" ".join(ENDINGS))
        raise Refused(f"{message}{_('; ')}{_(PDF)}" if ending == ".pdf" else message)


def print_bytes(content: bytes) -> None:
    """Print bytes to stdout, so that CSV keeps its line ends and its encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def encoded(text: str, encoding: str) -> bytes:
    """The text as bytes.

    Raises:
        Refused: there is no such encoding, or it lacks a character; the message shows that with its line.
    """
    unknown = _("there is no encoding '{name}': use utf-8-sig, utf-8 or gb18030").format(name=encoding)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        if text[error.start].isascii():  # a codec for something else, such as domain names
            raise Refused(unknown) from None
        lacking, line = text[error.start], text.count("\n", 0, error.start) + 1
        message = _("{name} lacks the character {character} ({code}) in row {row}: use gb18030; nothing was written")
        raise Refused(
            message.format(name=encoding, character=quoted(lacking), code=f"U+{ord(lacking):04X}", row=line)
        ) from None
    except (LookupError, UnicodeError):
        raise Refused(unknown) from None


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files: each completely to a temporary file, then rename all. If a rename fails, the files before it stay.

    Raises:
        Refused: a file is a plan or a ledger.
        JkError: a folder is missing or a file cannot be written; no temporary file is left behind.
    """
    for file in files:
        refuse_plan_or_ledger(file)
    written: dict[Path, Path] = {}
    file = Path()
    try:
        for file, content in files.items():
            target = _link_target(file)
            if target.exists() and not target.is_file() and not target.is_dir():
                target.write_bytes(content)  # /dev/null, /dev/stdout, a named pipe: must not be replaced by a file
            else:
                written[target] = _write_temporary(target, content)
        for target, temporary in written.items():
            file = target
            temporary.replace(target)
    except (OSError, RuntimeError, ValueError) as error:  # also: links in a circle, a NUL in the name
        why = reason(error)
        raise JkError(_("{file} cannot be written: {why}").format(file=file, why=why)) from error
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _link_target(file: Path) -> Path:
    """The target of a symbolic link, so that the target is written and the link stays."""
    target = file.resolve()
    if target.is_symlink():  # a circle of links: Python 3.13 returns one of them, earlier versions raise RuntimeError
        raise OSError(ELOOP, os.strerror(ELOOP))
    return target


def refuse_plan_or_ledger(file: Path) -> None:
    """Refuse to overwrite a plan or a ledger, whatever the ending of the file.

    Raises:
        Refused: the file is one.
    """
    from ..ledger.backup_files import is_database

    with suppress(OSError):  # writing the file reports the error
        if file.is_file() and (file.suffix.lower() in (".yaml", ".yml") or is_database(file)):
            raise Refused(_("{file} is a plan or a ledger and is not overwritten: name another file").format(file=file))


def _write_temporary(target: Path, content: bytes) -> Path:
    """Write the content to a temporary file in the folder of the target; it is on the disk when this returns."""
    if target.is_dir():
        raise IsADirectoryError(EISDIR, _("is a folder"))
    import tempfile

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_new_file_mode())
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def _new_file_mode() -> int:
    """The permissions of a new file: by the umask, but never writable for everybody."""
    umask = os.umask(0)
    os.umask(umask)
    return 0o664 & ~umask


_DRAFT = ".jk-"
"""The prefix of the names of draft folders."""

_ABANDONED = 86_400
"""The age in seconds at which a draft folder was left by a killed program: a backup takes minutes."""


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Create a temporary folder in another folder, for the block. Remove those that killed programs left there.

    Raises:
        OSError: it cannot be created.
    """
    import time
    from shutil import rmtree
    from tempfile import TemporaryDirectory

    with suppress(OSError):
        for old in parent.glob(f"{_DRAFT}*"):
            if old.is_dir() and not old.is_symlink() and time.time() - old.stat().st_mtime > _ABANDONED:
                rmtree(old, ignore_errors=True)
    with TemporaryDirectory(dir=parent, prefix=_DRAFT) as folder:
        yield Path(folder)


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Yield a temporary path for the block to write. If the block succeeds, it is renamed to `file`; otherwise removed.

    Raises:
        JkError: a folder is missing, or the file cannot be written.
    """
    try:
        target = _link_target(file)
        if target.is_dir():
            raise IsADirectoryError(EISDIR, _("is a folder"))
        with draft_folder(target.parent) as folder:
            draft = folder / target.name
            yield draft
            draft.chmod(_new_file_mode())
            draft.replace(target)
    except (OSError, RuntimeError, ValueError) as error:  # also: links in a circle, a NUL in the name
        why = reason(error)
        raise JkError(_("{file} cannot be written: {why}").format(file=file, why=why)) from error
