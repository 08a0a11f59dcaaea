"""Read JSON Lines and CSV files into raw lines: dicts of texts, lists and dicts."""

import csv
import json
import re
from codecs import BOM_UTF8, getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from ..errors import Finding, InvalidInput, refuse_device
from ..language import _
from ..ledger.chain import LISTS
from ..text import bare
from .grid import Cell, Grid, Where

if TYPE_CHECKING:
    from _csv import Reader

Line = tuple[Where, Any]
"""A place, and its content: a dict for an entry, a tuple of names for a header, a `Finding` for a fault."""

ENDINGS = (".jsonl", ".csv")


_EVIDENCE_ENDS = re.compile(r"(?<=[0-9a-f]{64});|;(?!.* sha256:)")
"""A `;` between two pieces of evidence, but not a `;` in a file name before its SHA-256."""

_MAPPINGS = ("readings", "printed")

_ENCODINGS = ("utf-8-sig", "gb18030")

_PART = 1 << 16
"""Bytes to read at a time."""


def read(path: Path) -> tuple[str, Iterator[Line]]:
    """Return the encoding of a file and an iterator over its lines.

    Raises:
        InvalidInput: the file is missing, a folder, of an unknown type, or in an unknown encoding.
    """
    if path.suffix.lower() not in ENDINGS:
        raise _fault(path, _("only .xlsx, .jsonl and .csv files can be imported"))
    encoding = _encoding(path)
    return encoding, (_csv if path.suffix.lower() == ".csv" else _jsonl)(path, encoding)


def _encoding(path: Path) -> str:
    """Detect the encoding: UTF-8 with or without a BOM; a CSV file may be GB18030 instead."""
    is_csv = path.suffix.lower() == ".csv"
    try:
        refuse_device(path)
        with path.open("rb") as file:
            marked = file.read(len(BOM_UTF8)) == BOM_UTF8
            for encoding in _ENCODINGS if is_csv and not marked else _ENCODINGS[:1]:
                file.seek(0)
                if _is_text(file, encoding):
                    return encoding
    except (OSError, ValueError) as error:  # ValueError: the name contains NUL
        raise _fault(path, _("cannot be read: {why}").format(why=getattr(error, "strerror", None) or error)) from error
    raise _fault(path, _("is neither UTF-8 nor GB18030 text") if is_csv else _("is not UTF-8 text"))


MOST_FIELDS = 1000
"""How many columns a CSV may have, and how many fields an object of a line: no entry has nearly as many."""


def _is_text(file: BinaryIO, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        while part := file.read(_PART):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def fault(file: str, where: Where, message: str) -> Finding:
    """A finding at a line or a cell."""
    return Finding(file, where, 1, message) if isinstance(where, int) else Finding(file, 0, 0, message, where)


def _fault(path: Path, message: str) -> InvalidInput:
    return InvalidInput([Finding(str(path), 0, 0, message)])


def _jsonl(path: Path, encoding: str) -> Iterator[Line]:
    decode = json.JSONDecoder(
        parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_without_repeats
    ).decode
    with path.open(encoding=encoding, newline="\n") as lines:  # U+2028 and a bare \r do not end a line
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield number, decode(line.rstrip("\n"))
            except json.JSONDecodeError as error:
                why = _("is not JSON: {why}").format(why=error.msg.removesuffix(" at"))
                yield number, Finding(str(path), number, error.colno, why)
            except _RepeatedName as error:
                yield number, Finding(str(path), number, 1, str(error))
            except RecursionError:
                yield number, Finding(str(path), number, 1, _("is nested too deep"))


class _RepeatedName(ValueError):
    """A line has a field twice, or more fields than are read."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_FIELDS:
        raise _RepeatedName(_too_many(len(pairs)))
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = Counter(name for name, _value in pairs)
        raise _RepeatedName(_("'{name}' appears twice").format(name=next(n for n in names if names[n] > 1)))
    return fields


def _too_many(fields: int) -> str:
    return _("has {count} fields, and at most {most} are read").format(count=fields, most=MOST_FIELDS)


def text_grid(path: Path) -> tuple[str, Grid]:
    """Return the encoding of a CSV file and its cells as a grid.

    Raises:
        InvalidInput: as `read`, or the file is not valid CSV.
    """
    if path.suffix.lower() != ".csv":
        raise _fault(path, _("a column map needs an .xlsx or .csv file"))
    encoding = _encoding(path)
    rows: dict[int, dict[int, Cell]] = {}
    with path.open(encoding=encoding, newline="") as text:
        reader = _cells(path, text)
        try:
            for number, cells in enumerate(reader, 1):
                line = reader.line_num
                rows[number] = {c: Cell(line, bare(value)) for c, value in enumerate(cells, 1) if value.strip()}
        except csv.Error as error:
            why = _("is not CSV: {why}").format(why=error)
            raise InvalidInput([Finding(str(path), reader.line_num, 1, why)]) from error
    return encoding, Grid(str(path), "", {n: row for n, row in rows.items() if row}, None)


def _cells(path: Path, text: TextIO) -> "Reader":
    csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size))  # notes have no length limit
    return csv.reader(text, strict=True)


def _csv(path: Path, encoding: str) -> Iterator[Line]:
    with path.open(encoding=encoding, newline="") as text:
        reader = _cells(path, text)
        try:
            yield from _records(path, reader)
        except csv.Error as error:
            yield reader.line_num, Finding(str(path), reader.line_num, 1, _("is not CSV: {why}").format(why=error))


def _records(path: Path, reader: "Reader") -> Iterator[Line]:
    header = [bare(name).strip() for name in next(reader, [])]
    if len(header) > MOST_FIELDS:
        yield 1, Finding(str(path), 1, 1, _too_many(len(header)))
        return
    twice = [name for name, times in Counter(header).items() if times > 1]
    yield from ((1, Finding(str(path), 1, 1, _("'{name}' appears twice").format(name=n))) for n in twice)
    if header:
        yield 1, tuple(header)
    start = reader.line_num + 1
    for cells in reader:
        number, start = start, reader.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(header):
            text = _("has {found} cells where the header has {expected}")
            message = text.format(found=len(cells), expected=len(header))
            yield number, Finding(str(path), number, 1, message)
            continue
        try:
            yield number, {n: _cell(n, bare(cell)) for n, cell in zip(header, cells, strict=True) if cell.strip()}
        except _RepeatedName as error:
            yield number, Finding(str(path), number, 1, str(error))


def _cell(name: str, text: str) -> Any:
    """The value of a cell: a text, a list (`a; b`) or a mapping (`name=value; name=value`)."""
    if name in LISTS:
        return [part.strip() for part in _EVIDENCE_ENDS.split(text) if part.strip()]
    if name in _MAPPINGS:
        parts = (part.partition("=") for part in text.split(";"))
        return _without_repeats(
            [
                (left.rstrip().removesuffix("+").strip(), ("+" if left.rstrip().endswith("+") else "") + right.strip())
                for left, _equals, right in parts
                if left.strip()
            ]
        )
    return text.replace("\r\n", "\n")
