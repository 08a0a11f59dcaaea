"""A document as nested tuples of what `marshal` can write, and back: every value of the type that it had.

Dates, moments and figures are bytes that begin with a letter, as nothing else in a document is bytes.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..model import Head
from .document import About, Cell, Column, Document, Letterhead, Section, Table, Toned

_WRITTEN: Mapping[type, Callable[[Any], bytes]] = {
    date: lambda day: f"d{day.isoformat()}".encode(),
    datetime: lambda moment: f"m{moment.isoformat()}".encode(),
    Decimal: lambda figure: f"f{figure}".encode(),
}
_READ: Mapping[str, Callable[[str], Any]] = {
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,  # its zone becomes the offset that the zone had at that moment
    "f": Decimal,
}


def pack(document: Document) -> tuple[Any, ...]:
    """The tuple of a document.

    Raises:
        TypeError: an item holds what no item may hold.
    """
    about, letterhead = document.about, document.letterhead
    packed = {
        "about": (*map(_plain, _row(about)[:-1]), *_row(about.head)),
        "fields": dict(document.fields),
        "items": [_plain(dict(item)) for item in document.items],
        "sections": tuple(map(_pack_section, document.sections)),
        "extra": _plain(dict(document.extra)),
        "letterhead": letterhead and tuple(map(_plain, _row(letterhead))),
    }
    return tuple(packed.get(name, getattr(document, name)) for name in Document.__match_args__)


def unpack(row: tuple[Any, ...]) -> Document:
    """The document of a tuple.

    Raises:
        TypeError, ValueError, LookupError, ArithmeticError: `pack` did not make it.
    """
    fields = dict(zip(Document.__match_args__, row, strict=True))
    plan, language, timezone, as_of, known_on, seq, hash_ = map(_typed, fields["about"])
    fields["about"] = About(plan, language, timezone, as_of, known_on, Head(seq, hash_))
    fields["items"] = [{name: _typed(value) for name, value in item.items()} for item in fields["items"]]
    fields["sections"] = tuple(map(_section, fields["sections"]))
    fields["extra"] = _typed(fields["extra"])
    fields["letterhead"] = fields["letterhead"] and Letterhead(*map(_typed, fields["letterhead"]))
    return Document(**fields)


def _row(thing: Any) -> tuple[Any, ...]:
    """The fields of a dataclass in their order."""
    return tuple(getattr(thing, name) for name in thing.__match_args__)


def _plain(value: Any) -> Any:
    """A value of an item as `marshal` can write it."""
    kind = type(value)
    if value is None or kind in (str, int, float, bool):
        return value
    if kind in (list, tuple):
        return kind(map(_plain, value))
    if kind is dict:
        return {name: _plain(one) for name, one in value.items()}
    if kind in _WRITTEN:
        return _WRITTEN[kind](value)
    raise TypeError(kind)


def _typed(value: Any) -> Any:
    """What `_plain` was given."""
    kind = type(value)
    if kind is bytes:
        text = value.decode()
        return _READ[text[0]](text[1:])
    if kind in (list, tuple):
        return kind(map(_typed, value))
    if kind is dict:
        return {name: _typed(one) for name, one in value.items()}
    return value


def _pack_section(section: Section) -> tuple[Any, ...]:
    title, lines, table, *rest = _row(section)
    return title, lines, table and (tuple(map(_row, table.columns)), tuple(map(_pack_cells, table.rows))), *rest


def _pack_cells(cells: tuple[Cell, ...]) -> tuple[Any, ...]:
    return tuple(cell if isinstance(cell, str) else _row(cell) for cell in cells)


def _section(row: tuple[Any, ...]) -> Section:
    title, lines, table, *rest = row
    return Section(title, lines, table and _table(*table), *rest)


def _table(columns: tuple[Any, ...], rows: tuple[Any, ...]) -> Table:
    cells = (tuple([cell if isinstance(cell, str) else Toned(*cell) for cell in row]) for row in rows)
    return Table(tuple(Column(*column) for column in columns), tuple(cells))
