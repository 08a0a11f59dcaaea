"""CSV after RFC 4180: fixed columns, figures raw, text that a spreadsheet cannot execute."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from ..escape import inert
from ..reports.document import Document
from ..reports.wording import joined


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
    writer.writerows([_cell(item[name]) for name in names] for item in items)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return inert(joined(f"{name}={v}" for name, v in value.items()))
    if isinstance(value, list | tuple):
        return inert(joined(_part(part) for part in value))
    return str(value)


def _part(part: Any) -> str:
    """One of several things in a cell: a sentence where it has one, else its title with date and days."""
    if isinstance(part, Mapping):
        return str(part["text"]) if "text" in part else f"{part['title']} {part['deadline']} ({part['days_overdue']})"
    return str(part)
