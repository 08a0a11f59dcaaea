"""JSON: `{"schema": 1, "kind": …, "items": […]}`. Later versions only add fields."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from ..reports.document import About, Document

SCHEMA = 1


def render(document: Document) -> bytes:
    """Render the document as JSON in UTF-8, with ISO dates and unrounded numbers."""
    about = document.about
    envelope = {
        "schema": SCHEMA,
        "kind": document.kind,
        "plan": about.plan,
        "as_of": about.as_of,
        "known_on": about.known_on,
        "ledger_head": anchor(about),
        **document.extra,
    }
    head = text(envelope, indent=2).removesuffix("\n}\n")
    return b"".join(piece.encode() for piece in chain([head], _items(document), ["\n}\n"]))


def _items(document: Document) -> Iterator[str]:
    """Yield the items one by one: an overview has too many to keep in memory at once."""
    before = ',\n  "items": ['
    for item in document.items:
        yield f"{before}\n    " + _dumped(item, 2).replace("\n", "\n    ")
        before = ","
    yield "\n  ]" if before == "," else before + "]"


def text(value: Any, indent: int | None = None) -> str:
    """A value as JSON with a final newline. Characters that control a terminal are escaped."""
    return _dumped(value, indent) + "\n"


def anchor(about: About) -> dict[str, Any] | None:
    """The sequence number and full hash of the ledger's head; None for a report on several ledgers."""
    return {"seq": about.head.seq, "hash": about.head.hash} if about.head else None


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))


_CONTROL = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""`json` escapes ASCII control characters. C1 and bidi characters occur only in strings, so they can be replaced."""


def _dumped(value: Any, indent: int | None) -> str:
    dumped = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped)
