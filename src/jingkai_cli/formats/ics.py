"""A calendar (iCalendar, RFC 5545): the deadlines and milestones of a report as all-day events."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ..errors import Refused
from ..language import _
from ..reports.document import Document
from ..text import visible

LONGEST = 75
"""The most octets in a line; a longer line is folded."""


def render(document: Document) -> str:
    """Render the calendar. It does not depend on the clock, so a calendar program only sees real changes.

    Raises:
        Refused: the report has no dates, for example because it counts by unit.
    """
    if document.dates is None:
        raise Refused(_("a calendar holds the deadlines of tasks: use `jk report` without --group-by"))
    about = document.about
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//jk//jingkai-cli//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(about.plan)}",
    ]
    for item in document.dates:
        lines += _event(item, f"{about.as_of:%Y%m%d}T000000Z")
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(item: Mapping[str, Any], stamp: str) -> list[str]:
    day = item["day"]
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(item['uid'])}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(item['title'])}",
        f"DESCRIPTION:{_escaped(item['description'])}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    lines = (visible(line) for line in text.split("\n"))
    return "\\n".join(line.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,") for line in lines)


def _folded(line: str) -> Iterator[str]:
    """Fold a line into parts of at most `LONGEST` octets. Later parts begin with a blank; no character is split."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
