"""What a cell of a file holds: codes as words, and several things in one cell as one text."""

from collections.abc import Mapping
from typing import Any

from ..kinds import all_kinds
from ..kinds.extend import BASES
from ..language import _
from ..reports import assess, notice, problems
from ..reports.document import Document
from ..reports.wording import LAMPS, STATES, abridged

SEPARATOR = "; "

_WORDS: Mapping[str, Mapping[Any, str]] = {
    "lamp": LAMPS,
    "lamp_before": LAMPS,
    "level": notice.WORDS,
    "state": STATES | problems.STATES,
    "state_before": STATES,
    "grade": assess.GRADES,
    "kind": {kind.name: kind.label for kind in all_kinds()},
    "basis": BASES,
}
"""Field of an item → code → its word."""


def said(field: str, value: Any, titles: Mapping[str, str]) -> Any:
    """The word for a code, the titles of fields that are named; any other value as it is."""
    if field == "unconfirmed":
        return [titles.get(name, name) for name in value]
    word = _WORDS.get(field, {}).get(value) if isinstance(value, str) else None
    return _(word) if word else value


def flat(document: Document, value: Any) -> Any:
    """A value of an item as one thing: lists and mappings joined to a text, anything else as it is.

    A list stops at the last thing that fits into a cell, unless the items can be read back.
    """
    if isinstance(value, dict):
        return SEPARATOR.join(f"{name}={v}" for name, v in value.items())
    if isinstance(value, list | tuple):
        texts = list(map(_part, value))
        return SEPARATOR.join(texts) if document.importable else abridged(texts, SEPARATOR)
    return value


def _part(part: Any) -> str:
    """One of several things in a cell: a sentence where it has one, else its title with date and days."""
    if isinstance(part, Mapping):
        return str(part["text"]) if "text" in part else f"{part['title']} {part['deadline']} ({part['days_overdue']})"
    return str(part)
