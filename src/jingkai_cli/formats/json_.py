"""JSON: `{"schema": 1, "kind": …, "items": […]}`. Fields are only ever added."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..model import Head
from ..reports.document import Document, Scope

SCHEMA = 1


def render(document: Document) -> str:
    """The document as JSON: dates ISO, figures as numbers, unrounded."""
    scope = document.scope
    envelope = {
        "schema": SCHEMA,
        "kind": document.kind,
        "plan": scope.plan.title,
        "as_of": scope.as_of,
        "known_on": scope.known_on,
        "ledger_head": anchor(scope),
        **document.extra,
        "items": list(document.items),
    }
    return text(envelope, indent=2)


def text(value: Any, indent: int | None = None) -> str:
    """A value as JSON that is safe to look at in a terminal, with its line end."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain).translate(_ESCAPED) + "\n"


def anchor(scope: Scope) -> dict[str, Any]:
    """The ledger's head, whole."""
    head: Head = scope.head
    return {"seq": head.seq, "hash": head.hash}


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
"""`json` escapes control characters itself; C1 and bidi characters may only stand in strings, so this is safe too."""
