"""CSV (RFC 4180): fixed columns, raw figures, text that a spreadsheet does not execute."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from ..language import speaking
from ..reports.document import Document
from ..reports.reason_wording import abridged
from ..text import inert

_SEPARATOR = "; "


def render(document: Document) -> str:
    """Write the items, with the stable English field names as header."""
    return _table(document, list(document.fields))


def render_labelled(document: Document) -> str:
    """Write the items, with translated field titles as header (`--labels`)."""
    return _table(document, list(document.fields.values()))


def _table(document: Document, header: list[str]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    names = list(document.fields)
    with speaking(document.about.language):  # the language of the sentences in the items
        for item in document.items:  # None, the most frequent value, is written as an empty cell
            writer.writerow([value if (value := item[name]) is None else _cell(document, value) for name in names])
    return text.getvalue()


def _cell(document: Document, value: Any) -> str:
    if isinstance(value, str):
        return inert(value)
    one = flat(document, value)
    if isinstance(one, str):
        return inert(one)
    return one.isoformat() if isinstance(one, date | datetime) else str(one)


def flat(document: Document, value: Any) -> Any:
    """Join a list or a mapping to one text; return any other value unchanged.

    A list stops at the last item that fits into a cell, unless the document can be imported again.
    """
    if isinstance(value, dict):
        return _SEPARATOR.join(f"{name}={v}" for name, v in value.items())
    if isinstance(value, list | tuple):
        texts = list(map(_part, value))
        return _SEPARATOR.join(texts) if document.importable else abridged(texts, _SEPARATOR)
    return value


def _part(part: Any) -> str:
    """An element of a list: its `text` if it has one, else its title, date and days overdue."""
    if isinstance(part, Mapping):
        return str(part["text"]) if "text" in part else f"{part['title']} {part['deadline']} ({part['days_overdue']})"
    return str(part)
