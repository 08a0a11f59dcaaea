"""An office file as bytes, opened only when it is safe to: a package of XML that hides nothing."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - its own name says nothing

from ..errors import InvalidInput, reason, refuse_device
from ..language import _

LARGEST_FILE = 20 * 1024 * 1024

LARGEST_CONTENT = 100 * 1024 * 1024
"""Of all parts together, unpacked."""

MOST_PARTS = 2000

HIGHEST_RATIO = 400
"""Unpacked to packed. XML of tables packs to a tenth, and to 1/120 where thousands of notes say nearly the same with
fonts of their own; a bomb packs to 1/1000, the most that deflate can.
"""

RATIO_COUNTS_FROM = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENCRYPTED = 0x1

_CALLED = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}
"""The part without which a file is not what its ending says."""


def open_package(path: Path) -> BytesIO:
    """The bytes of an .xlsx or a .docx that is safe to open.

    Raises:
        InvalidInput: it cannot be read; it is encrypted, a zip bomb, or has macros or a document type; or it is no such
            file at all.
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
    """The content of a file.

    Raises:
        InvalidInput: it is missing, a folder, a device, empty or too large.
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
    """What speaks against opening it, from its table of contents alone.

    What the table says of sizes is held to: Python reads no more of a part than that, and checks its sum.
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
    """Read every XML part once: a document type brings entities, and entities bring other people's files.

    Entities need a document type, so that expat itself, which stops at one, is as safe as defusedxml and much faster.
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
