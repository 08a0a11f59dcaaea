"""JSON: `{"schema": 1, "kind": …, "items": […]}`. Later versions only add fields."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..reports.document import About, Document

SCHEMA = 1


def render(document: Document) -> str:
    """The document as JSON: dates ISO, figures as numbers, unrounded."""
    about = document.about
    envelope = {
        "schema": SCHEMA,
        "kind": document.kind,
        "plan": about.plan,
        "as_of": about.as_of,
        "known_on": about.known_on,
        "ledger_head": anchor(about),
        **document.extra,
        "items": list(document.items),
    }
    return text(envelope, indent=2)


def text(value: Any, indent: int | None = None) -> str:
    """A value as JSON with a final newline; characters that control a terminal are escaped."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain).translate(_ESCAPED) + "\n"


def anchor(about: About) -> dict[str, Any] | None:
    """The ledger's head, whole; None of a report on several ledgers."""
    return {"seq": about.head.seq, "hash": about.head.hash} if about.head else None


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))


_ESCAPED = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}
"""`json` escapes ASCII control characters. C1 and bidi characters occur only in strings, so they can be replaced."""
