"""What a cell of a file holds: several things in one cell are one text, in every kind of spreadsheet."""

from collections.abc import Iterable, Mapping
from typing import Any


def flat(value: Any) -> Any:
    """A value of an item as one thing: lists and mappings joined to a text, anything else as it is."""
    if isinstance(value, dict):
        return _joined(f"{name}={v}" for name, v in value.items())
    if isinstance(value, list | tuple):
        return _joined(_part(part) for part in value)
    return value


def _part(part: Any) -> str:
    """One of several things in a cell: a sentence where it has one, else its title with date and days."""
    if isinstance(part, Mapping):
        return str(part["text"]) if "text" in part else f"{part['title']} {part['deadline']} ({part['days_overdue']})"
    return str(part)


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)
