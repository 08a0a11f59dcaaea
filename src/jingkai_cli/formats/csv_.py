"""CSV after RFC 4180: fixed columns, figures raw, text that a spreadsheet cannot execute."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from ..reports.document import Document
from ..text import inert
from .cells import flat


def render(document: Document) -> str:
    """The items under their stable English names."""
    return _table(document.fields, document.items, list(document.fields))


def render_labelled(document: Document) -> str:
    """The items under the titles that their fields have in the reader's language (`--labels`)."""
    return _table(document.fields, document.items, list(document.fields.values()))


def _table(fields: Iterable[str], items: Iterable[Mapping[str, Any]], header: list[str]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    names = list(fields)
    for item in items:  # most cells of an entry are None, which is written as nothing
        writer.writerow([value if (value := item[name]) is None else _cell(value) for name in names])
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return inert(value)
    one = flat(value)
    if isinstance(one, str):
        return inert(one)
    return one.isoformat() if isinstance(one, date | datetime) else str(one)
