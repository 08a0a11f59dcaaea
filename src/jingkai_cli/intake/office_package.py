"""Checks that an office file (a zip of XML parts) is safe to open, and returns its bytes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - `error` alone is unclear

from ..errors import InvalidInput, reason, refuse_device
from ..language import _

LARGEST_FILE = 20 * 1024 * 1024

LARGEST_CONTENT = 100 * 1024 * 1024
"""The most bytes of all parts together, unpacked."""

MOST_PARTS = 2000

HIGHEST_RATIO = 400
"""The highest ratio of unpacked to packed size. XML of tables has about 10, thousands of similar notes with their own
fonts 120; a zip bomb has 1000, the most that deflate can reach.
"""

RATIO_COUNTS_FROM = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED = 0x1

_CALLED = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}
"""Ending → the part that such a file must have."""


def open_package(path: Path) -> BytesIO:
    """Return the bytes of an .xlsx or .docx file that is safe to open.

    Raises:
        InvalidInput: the file cannot be read; it is encrypted, a zip bomb, or has macros or a document type; or it is
            not an .xlsx or .docx file.
    """
    content = read_bytes(path)
    if content.startswith(_OLE):
        text = _("is encrypted or an old {old} file: save it as {ending} without a password")
        raise InvalidInput.of_file(
            path, text.format(old=".xls" if path.suffix.lower() == ".xlsx" else ".doc", ending=path.suffix)
        )
    try:
        with ZipFile(BytesIO(content)) as package:
            for message in _against(package, path.suffix.lower()):
                raise InvalidInput.of_file(path, message)
            _parse(package, path)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, ValueError, RuntimeError, OSError) as error:
        text = _("is not a {ending} file, or is damaged: open it in the office program and save it again")
        raise InvalidInput.of_file(path, text.format(ending=path.suffix)) from error
    return BytesIO(content)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        InvalidInput: the file is missing, a folder, a device, empty or too large.
    """
    try:
        refuse_device(path)
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InvalidInput.of_file(path, _("cannot be read: {why}").format(why=reason(error))) from error
    if len(content) > LARGEST_FILE:
        raise InvalidInput.of_file(path, _("is larger than {size} MiB").format(size=LARGEST_FILE // 1024 // 1024))
    if not content:
        raise InvalidInput.of_file(path, _("is empty"))
    return content


def _against(package: ZipFile, ending: str) -> Iterator[str]:
    """Yield the reasons not to open a package, by its table of contents alone.

    The sizes in the table can be trusted: Python reads no more of a part than that, and checks its CRC.
    """
    parts = package.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        yield _("is not an office file: it has {count} parts, duplicates or too many").format(count=len(parts))
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        yield _("is encrypted: save it without a password")
    if sum(part.file_size for part in parts) > LARGEST_CONTENT or any(map(_is_bomb, parts)):
        yield _("unpacks to far more than a table needs (a zip bomb?): copy the table into a new file")
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        yield _("contains macros: save it as {ending} without macros").format(ending=ending)
    if _CALLED[ending] not in names:
        yield _("is not a {ending} file: it has no {part}").format(ending=ending, part=_CALLED[ending])


def _is_bomb(part: ZipInfo) -> bool:
    return part.file_size > RATIO_COUNTS_FROM and part.file_size > HIGHEST_RATIO * max(1, part.compress_size)


def _parse(package: ZipFile, path: Path) -> None:
    """Parse every XML part once, to refuse document types: they can declare entities, which can read other files.

    Entities need a document type, so expat, stopped at the first one, is as safe as defusedxml and much faster.
    """
    for part in package.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        parser = ParserCreate(namespace_separator="}")
        parser.StartDoctypeDeclHandler = _refuse_document_type
        try:
            with package.open(part) as stream:
                parser.ParseFile(stream)
        except _DocumentTypeError:
            text = _("{part} declares a document type or entities, which no office program writes: refused")
            raise InvalidInput.of_file(path, text.format(part=part.filename)) from None
        except (ExpatError, LookupError) as error:
            text = _("is damaged: {part} is not XML ({why})")
            raise InvalidInput.of_file(path, text.format(part=part.filename, why=error)) from error


class _DocumentTypeError(Exception):
    """An XML part declares a document type."""


def _refuse_document_type(*_declared: object) -> None:
    raise _DocumentTypeError
