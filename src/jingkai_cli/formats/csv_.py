"""CSV (RFC 4180): fixed columns, raw figures, text that a spreadsheet does not execute."""

import csv
from datetime import date, datetime
from io import StringIO
from typing import Any

from ..language import speaking
from ..reports.document import Document
from ..text import inert
from .cells import flat


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
