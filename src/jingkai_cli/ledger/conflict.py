"""How two entries with one key differ, in the words of a message."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..model import Entry
from .chain import content

LONGEST = 60
"""How many characters of a field a message quotes."""


def differences(entry: Entry, other: Entry) -> list[str]:
    """The fields in which two entries differ, named as in the canonical JSON; none when their content is the same."""
    one, two = content(entry), content(other)
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def quoted(entry: Entry, names: Iterable[str]) -> str:
    """Some fields of an entry as a message quotes them: `on: 2016-03-15, readings: percent=35`."""
    said = content(entry)
    return ", ".join(f"{name}: {_quoted(said.get(name, '–'))}" for name in names)


def _quoted(value: Any) -> str:
    parts = [f"{name}={part}" for name, part in value.items()] if isinstance(value, Mapping) else value
    text = "; ".join(parts) if isinstance(parts, list) else str(parts)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
