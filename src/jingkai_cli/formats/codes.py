"""What the codes of items are called in files that people read: `red` is 红灯 there, `at-risk` 预警."""

from collections.abc import Mapping
from typing import Any

from ..language import _
from ..reports import assess, notice, problems
from ..reports.wording import BASES, KINDS, LAMPS, STATES

_WORDS: Mapping[str, Mapping[Any, str]] = {
    "lamp": LAMPS,
    "lamp_before": LAMPS,
    "level": notice.WORDS,
    "state": STATES | problems.STATES,
    "state_before": STATES,
    "grade": assess.GRADES,
    "kind": KINDS,
    "basis": BASES,
}
"""Field of an item → code → its word."""


def said(field: str, value: Any, titles: Mapping[str, str]) -> Any:
    """The word for a code, the titles of fields that are named; any other value as it is."""
    if field == "unconfirmed":
        return [titles.get(name, name) for name in value]
    word = _WORDS.get(field, {}).get(value) if isinstance(value, str) else None
    return _(word) if word else value
