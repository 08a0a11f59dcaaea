"""Reads JSON Lines and CSV files into raw lines: dicts of texts, lists and dicts."""

import csv
import json
import re
from codecs import BOM_UTF8, getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from msgspec import MsgspecError
from msgspec.json import Decoder

from ..date_reader import parse_written
from ..errors import Finding, InvalidInput, Refused, reason, refuse_device
from ..language import _
from ..ledger.entry_fields import LISTS
from ..text import bare
from .csv_faults import refuse_separator, refuse_utf16, split_figure
from .grid import Cell, Grid, Where

if TYPE_CHECKING:
    from _csv import Reader

Line = tuple[Where, Any]
"""A place, and its content: a dict for an entry, a tuple of names for a header, a `Finding` for a fault."""

ENDINGS = (".jsonl", ".csv")


_EVIDENCE_ENDS = re.compile(r"(?<=[0-9a-f]{64});|;(?!.* sha256:)")
"""A `;` between two pieces of evidence, but not a `;` in a file name before its SHA-256."""

_MAPPINGS = ("readings", "printed")

_DAYS = ("on", "received", "deadline")

_WHOLE_DAY = re.compile(r"\s*(?:\d{8}\s*$|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d*\s*月))")
"""A year, a month and a day: 2016/1/2, 20160102."""

_CHINESE = "gb18030"

_THREE_BYTES = re.compile(rb"[\xe0-\xf4]")
"""The first byte of a character of three or more bytes in UTF-8; Chinese characters have three."""

_FEW = 20
"""The number of characters that show a person whether an encoding is right."""

_PART = 1 << 16
"""The number of bytes to read at a time."""


def read(path: Path) -> tuple[str, Iterator[Line]]:
    """Return the encoding of a file and an iterator over its lines.

    Raises:
        InvalidInput: the file is missing, a folder, of an unknown type, or in an unknown encoding.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InvalidInput.of_file(path, _("only .xlsx, .jsonl and .csv files can be imported"))
    encoding = _encoding(path)
    if path.suffix.lower() != ".csv":
        return encoding, _jsonl(path, encoding)
    _refuse_empty(path, encoding)
    refuse_separator(path, encoding)
    return encoding, _csv(path, encoding)


def _encoding(path: Path) -> str:
    """Detect the encoding: UTF-8 with or without a BOM; a CSV file may be GB18030 instead.

    If any line has a Chinese character in UTF-8, a line that is not UTF-8 is reported as damaged.
    """
    try:
        refuse_device(path)
        if path.suffix.lower() == ".csv":
            refuse_utf16(path)
        with path.open("rb") as file:
            marked = file.read(len(BOM_UTF8)) == BOM_UTF8
            file.seek(0)
            damaged, chinese = _utf8(file)
            if not damaged:
                return "utf-8-sig"
            if path.suffix.lower() != ".csv":
                raise InvalidInput.of_file(path, _("is not UTF-8 text"))
            if marked or chinese:
                text = _("this line is not UTF-8, unlike the others: retype it")
                raise InvalidInput([Finding(str(path), damaged, 1, text)])
            file.seek(0)
            if _is_text(file, _CHINESE):
                return _CHINESE
    except (OSError, ValueError) as error:  # ValueError: the name contains NUL
        raise InvalidInput.of_file(path, _("cannot be read: {why}").format(why=reason(error))) from error
    raise InvalidInput.of_file(path, _("is neither UTF-8 nor GB18030 text"))


def _refuse_empty(path: Path, encoding: str) -> None:
    """Refuse a CSV file that has no header.

    Raises:
        InvalidInput: it has only blanks and separators.
    """
    with path.open(encoding=encoding) as lines:
        if not any(line.strip(" ,;\t\r\n") for line in lines):
            raise InvalidInput.of_file(path, _("is empty: it has no header row and nothing was read"))


def _utf8(file: BinaryIO) -> tuple[int, bool]:
    """Return the first line that is not UTF-8, or 0, and whether another line has a character of three bytes."""
    damaged, chinese, number = 0, False, 0
    while lines := file.readlines(_PART):
        try:
            content = b"".join(lines)
            content.decode()
            chinese = chinese or bool(_THREE_BYTES.search(content))
        except UnicodeDecodeError:
            for place, line in enumerate(lines, number + 1):
                try:
                    line.decode()
                    chinese = chinese or bool(_THREE_BYTES.search(line))
                except UnicodeDecodeError:
                    damaged = damaged or place
        number += len(lines)
    return damaged, chinese


def first_words(path: Path, encoding: str) -> str:
    """The first words of a text file that are not ASCII, to check its encoding."""
    with path.open(encoding=encoding) as lines:
        line = next((line for line in lines if not line.isascii()), "")
    return re.sub(r"^[\x00-\x7f]+", "", line).partition(",")[0].strip()[:_FEW]


MOST_FIELDS = 1000
"""The most columns of a CSV, and the most fields of an object; no entry has nearly as many."""


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


def _jsonl(path: Path, encoding: str) -> Iterator[Line]:
    decode = json.JSONDecoder(
        parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_without_repeats
    ).decode
    with path.open(encoding=encoding, newline="\n") as lines:  # U+2028 and a bare \r do not end a line
        for number, line in enumerate(lines, 1):
            if (fields := _fields(line)) is not None:
                yield number, fields
                continue
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


_FIELDS = Decoder(dict[str, str | dict[str, str] | list[str]])


def _fields(line: str) -> dict[str, Any] | None:
    """The fields of a line that has only texts and no name twice, else None. This takes a fifth of the time.

    A line with more colons than names may have a name twice, so it is left to the slower reader.
    """
    try:
        found: dict[str, Any] = _FIELDS.decode(line)
    except (MsgspecError, UnicodeError):
        return None
    names = len(found)
    for value in found.values():
        if type(value) is dict:
            names += len(value)
    return found if line.count(":") == names <= MOST_FIELDS else None


class _RepeatedName(ValueError):
    """A line has a field twice, or more than `MOST_FIELDS`."""


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
        raise InvalidInput.of_file(path, _("a column map needs an .xlsx or .csv file"))
    encoding = _encoding(path)
    _refuse_empty(path, encoding)
    refuse_separator(path, encoding)
    rows: dict[int, dict[int, Cell]] = {}
    widths: dict[int, int] = {}
    with path.open(encoding=encoding, newline="") as text:
        reader = _cells(path, text)
        try:
            for number, cells in enumerate(reader, 1):
                line, widths[number] = reader.line_num, len(cells)
                rows[number] = {c: Cell(line, bare(value)) for c, value in enumerate(cells, 1) if value.strip()}
        except csv.Error as error:
            why = _("is not CSV: {why}").format(why=error)
            raise InvalidInput([Finding(str(path), reader.line_num, 1, why)]) from error
    filled = {n: row for n, row in rows.items() if row}
    return encoding, Grid(str(path), "", filled, None, drops_zeros=True, widths=widths)


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
    while header and not header[-1]:
        header.pop()
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
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()  # Excel writes every column that was ever used
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != len(header):
            text = _("has {found} cells where the header has {expected}")
            message = _split_figure(header, cells) or text.format(found=len(cells), expected=len(header))
            yield number, Finding(str(path), number, 1, message)
            continue
        if why := _split_figure(header, cells):
            yield number, Finding(str(path), number, 1, why)
            continue
        try:
            yield number, {n: _cell(n, bare(cell)) for n, cell in zip(header, cells, strict=True) if cell.strip()}
        except _RepeatedName as error:
            yield number, Finding(str(path), number, 1, str(error))


def _split_figure(header: list[str], cells: list[str]) -> str | None:
    """The message if a comma split the last figure of a row into two cells; else None."""
    last = header.index("readings") if "readings" in header else len(cells)
    return split_figure(*cells[last : last + 2]) if last + 1 < len(cells) else None


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
    return _iso(text) if name in _DAYS else text.replace("\r\n", "\n")


def _iso(text: str) -> str:
    """Return a date as Excel and offices write it in ISO format; any other text is unchanged."""
    if not _WHOLE_DAY.match(text):  # a month, or a day without a year
        return text
    try:
        return parse_written(text, None).isoformat()
    except Refused:
        return text
