"""Files → raw lines: JSON Lines, or CSV with the same fields. A line is a mapping of texts, lists and mappings."""

import csv
import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from ..errors import Finding, InvalidInput
from ..escape import bare
from ..language import _
from .grid import Cell, Grid, Where

Line = tuple[Where, Any]
"""Where it stands, and what it holds: a header is a tuple of names, a fault a `Finding`."""

ENDINGS = (".jsonl", ".csv")
_LISTS = ("evidence",)
_EVIDENCE_ENDS = re.compile(r"(?<=[0-9a-f]{64});|;(?!.* sha256:)")
"""A `;`, but none in the name of a file whose SHA-256 follows."""
_MAPPINGS = ("readings", "printed")
_ENCODINGS = ("utf-8-sig", "gb18030")


def read(path: Path) -> tuple[str, Iterator[Line]]:
    """The encoding of a file, and its lines.

    Raises:
        InvalidInput: the file is missing, a folder, of an unknown kind, or text in no encoding that is known.
    """
    if path.suffix.lower() not in ENDINGS:
        raise _fault(path, _("an import is an .xlsx, a .jsonl or a .csv file"))
    encoding, text = _text(path)
    return encoding, (_csv(path, text) if path.suffix.lower() == ".csv" else _jsonl(path, text))


def _text(path: Path) -> tuple[str, str]:
    """The encoding of a file (UTF-8 with a mark or without; a CSV else GB18030), and its text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _fault(path, _("cannot be read: {why}").format(why=error.strerror)) from error
    is_csv = path.suffix.lower() == ".csv"
    for encoding in _ENCODINGS if is_csv and not content.startswith(BOM_UTF8) else _ENCODINGS[:1]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding, text
    raise _fault(path, _("is neither UTF-8 nor GB18030 text") if is_csv else _("is not UTF-8 text"))


def fault(file: str, where: Where, message: str) -> Finding:
    """What is wrong with a line or a cell."""
    return Finding(file, where, 1, message) if isinstance(where, int) else Finding(file, 0, 0, message, where)


def _fault(path: Path, message: str) -> InvalidInput:
    return InvalidInput([Finding(str(path), 0, 0, message)])


def _jsonl(path: Path, text: str) -> Iterator[Line]:
    # splitlines() would also break at U+2028 and U+0085, which JSON allows inside a string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            yield (
                number,
                Finding(
                    str(path), number, error.colno, _("is not JSON: {why}").format(why=error.msg.removesuffix(" at"))
                ),
            )
        except _Twice as error:
            yield number, Finding(str(path), number, 1, str(error))
        except RecursionError:
            yield number, Finding(str(path), number, 1, _("is nested too deep"))


class _Twice(ValueError):
    """A field stands twice in a line."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _value in pairs]
        raise _Twice(_("'{name}' stands twice").format(name=next(n for n in names if names.count(n) > 1)))
    return fields


def text_grid(path: Path) -> tuple[str, Grid]:
    """The encoding of a CSV file, and its cells: a line of the file is a row.

    Raises:
        InvalidInput: as `read`, or it is no CSV.
    """
    if path.suffix.lower() != ".csv":
        raise _fault(path, _("a map of columns is for an .xlsx or a .csv file"))
    encoding, text = _text(path)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: dict[int, dict[int, Cell]] = {}
    try:
        for number, cells in enumerate(reader, 1):
            line = reader.line_num
            rows[number] = {c: Cell(line, bare(value)) for c, value in enumerate(cells, 1) if value.strip()}
    except csv.Error as error:
        text = _("is not CSV: {why}").format(why=error)
        raise InvalidInput([Finding(str(path), reader.line_num, 1, text)]) from error
    return encoding, Grid(str(path), "", {n: row for n, row in rows.items() if row}, None)


def _csv(path: Path, text: str) -> Iterator[Line]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # a note may be as long as it likes
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = [bare(name).strip() for name in next(reader, [])]
        twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
        yield from ((1, Finding(str(path), 1, 1, _("'{name}' stands twice").format(name=n))) for n in twice)
        if header:
            yield 1, tuple(header)
        start = reader.line_num + 1
        for cells in reader:
            number, start = start, reader.line_num + 1
            if not any(cells):
                continue
            if len(cells) != len(header):
                message = _("has {found} cells where the header has {expected}").format(
                    found=len(cells), expected=len(header)
                )
                yield number, Finding(str(path), number, 1, message)
                continue
            try:
                yield number, {n: _cell(n, bare(cell)) for n, cell in zip(header, cells, strict=True) if cell.strip()}
            except _Twice as error:
                yield number, Finding(str(path), number, 1, str(error))
    except csv.Error as error:
        yield reader.line_num, Finding(str(path), reader.line_num, 1, _("is not CSV: {why}").format(why=error))


def _cell(name: str, text: str) -> Any:
    """A list or a mapping stands in a cell as `a; b` or `name=value; name=value`."""
    if name in _LISTS:
        return [part.strip() for part in _EVIDENCE_ENDS.split(text) if part.strip()]
    if name in _MAPPINGS:
        parts = (part.partition("=") for part in text.split(";"))
        return _once(
            [
                (left.rstrip().removesuffix("+").strip(), ("+" if left.rstrip().endswith("+") else "") + right.strip())
                for left, _equals, right in parts
                if left.strip()
            ]
        )
    return text.replace("\r\n", "\n")
