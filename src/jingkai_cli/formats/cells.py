"""Values of items as cells: codes become words, lists and mappings become one text."""

from collections.abc import Mapping
from typing import Any

from ..kinds import all_kinds
from ..kinds.extend import BASES
from ..kinds.issued import LEVELS
from ..language import N_, _
from ..reports import assess, problems
from ..reports.document import Document
from ..reports.wording import LAMPS, STATES, abridged

SEPARATOR = "; "

_WORDS: Mapping[str, Mapping[Any, str]] = {
    "lamp": LAMPS,
    "lamp_before": LAMPS,
    "level": LEVELS,
    "state": STATES | problems.STATES,
    "state_before": STATES,
    "grade": assess.GRADES,
    "kind": {kind.name: kind.label for kind in all_kinds()},
    "basis": BASES,
    "severity": {"major": N_("major")},
}
"""Field of an item → code → word."""


def in_words(field: str, value: Any, titles: Mapping[str, str]) -> Any:
    """Return the word for a code, the titles for a list of field names, and any other value unchanged."""
    if field == "unconfirmed":
        return [titles.get(name, name) for name in value]
    word = _WORDS.get(field, {}).get(value) if isinstance(value, str) else None
    return _(word) if word else value


def flat(document: Document, value: Any) -> Any:
    """Join a list or a mapping to one text; return any other value unchanged.

    A list stops at the last item that fits into a cell, unless the document can be imported again.
    """
    if isinstance(value, dict):
        return SEPARATOR.join(f"{name}={v}" for name, v in value.items())
    if isinstance(value, list | tuple):
        texts = list(map(_part, value))
        return SEPARATOR.join(texts) if document.importable else abridged(texts, SEPARATOR)
    return value


def _part(part: Any) -> str:
    """An element of a list: its `text` if it has one, else its title, date and days overdue."""
    if isinstance(part, Mapping):
        return str(part["text"]) if "text" in part else f"{part['title']} {part['deadline']} ({part['days_overdue']})"
    return str(part)
