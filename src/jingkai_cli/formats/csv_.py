"""CSV after RFC 4180: fixed columns, figures raw, text that a spreadsheet cannot execute."""

import csv
from datetime import date, datetime
from io import StringIO
from typing import Any

from ..language import speaking
from ..reports.document import Document
from ..text import inert
from .cells import flat


def render(document: Document) -> str:
    """The items under their stable English names."""
    return _table(document, list(document.fields))


def render_labelled(document: Document) -> str:
    """The items under the titles that their fields have in the reader's language (`--labels`)."""
    return _table(document, list(document.fields.values()))


def _table(document: Document, header: list[str]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    names = list(document.fields)
    with speaking(document.about.language):  # as the items' own sentences
        for item in document.items:  # most cells of an entry are None, which is written as nothing
            writer.writerow([value if (value := item[name]) is None else _cell(document, value) for name in names])
    return text.getvalue()


def _cell(document: Document, value: Any) -> str:
    if isinstance(value, str):
        return inert(value)
    one = flat(document, value)
    if isinstance(one, str):
        return inert(one)
    return one.isoformat() if isinstance(one, date | datetime) else str(one)
