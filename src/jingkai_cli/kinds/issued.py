"""`issued`: a bulletin or a letter was sent (印发), with the file as evidence; the note has the items."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..facts import Event
from ..field_types import Level
from ..language import N_, _, ngettext
from ..model import Entry, Head, Task
from .kind import Case, Kind, Objection
from .lifecycle import Issued, Life, Paper, ordinal, tasks_named

LEVELS: Mapping[Level, str] = {"red": N_("red notice"), "yellow": N_("yellow notice"), "blue": N_("blue notice")}
"""Level of a letter, worst first → its name in documents."""

_HEAD = re.compile("([0-9]{1,18}):([0-9a-f]{64})")

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def incomplete(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield messages for missing or invalid fields: a letter needs unit, level, deadline, note; a bulletin a period."""
    if "number" in given and not ordinal(str(given["number"])):
        yield _("number has no figure: expected one such as 经开督〔2016〕3号")
    if "head" in given and not _HEAD.fullmatch(str(given["head"])):
        yield _("head is not the head of a ledger such as 128:3fa9…")
    if not given.get("evidence"):
        yield _("evidence is missing: the name and the SHA-256 of the file that was sent")
    if "period" not in given:
        needed = ("responsible", "level", "deadline", "note")
        yield from (_("{field} is missing").format(field=name) for name in needed if not given.get(name))
    elif not _days(str(given["period"])):
        yield _("period is not two dates such as 2016-03-28/2016-04-03")


def _days(period: str) -> tuple[date, date] | None:
    if not re.fullmatch(f"{_DAY}/{_DAY}", period):
        return None
    start, end = period.split("/")
    try:
        return date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return None


def _paper(entry: Entry) -> Paper:
    """The type of paper: only a bulletin has a period."""
    return "bulletin" if entry.period else "notice"


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a number that was used in the same year, and a deadline before the date of the letter."""
    entry = case.entry
    if entry.deadline and entry.deadline < entry.on:
        text = _("the date by which to answer, {by}, is before the letter's, {day}")
        yield Objection("refused", text.format(by=entry.deadline, day=entry.on))
    for before in case.life.issued.values():
        same = before.paper == _paper(entry) and before.on.year == entry.on.year
        if same and before.ordinal == ordinal(entry.number or ""):
            text = _(
                "{number} was issued on {day} already (#{seq}), with other content: choose another number (--no), or "
                "to replace it first `jk retract {seq} -m WHY`"
            )
            yield Objection("refused", text.format(number=before.number, day=before.on, seq=before.seq))


def apply(life: Life, event: Event) -> None:
    """Add the paper that was sent; a letter is open until it is answered."""
    entry = event.entry
    head = _HEAD.fullmatch((entry and entry.head) or "")
    if entry is None or head is None:
        return
    start, end = _days(entry.period or "") or (None, None)
    file, _sha256, digest = next(iter(entry.evidence), "").rpartition(" sha256:")
    life.issued[event.seq] = Issued(
        seq=event.seq,
        paper=_paper(entry),
        number=entry.number or "",
        on=event.on,
        head=Head(int(head[1]), head[2]),
        file=file,
        sha256=digest,
        unit=entry.responsible or "",
        level=entry.level,
        items=tuple((entry.note or "").splitlines()),
        answer_by=event.until,
        start=start,
        end=end,
    )


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: number and period of a bulletin; number, level, unit, tasks and deadline of a letter."""
    if entry.period:
        start, _to, end = (entry.period or "").partition("/")
        text = _("bulletin {number} issued, about {start} to {end}")
        return text.format(number=entry.number, start=start, end=end)
    count = tasks_named((entry.note or "").splitlines())
    text = ngettext(
        "letter {number} ({level}) issued to {unit}: {count} task, to be answered by {by}",
        "letter {number} ({level}) issued to {unit}: {count} tasks, to be answered by {by}",
        count,
    )
    level = _(LEVELS[entry.level]) if entry.level else "–"
    return text.format(number=entry.number, level=level, unit=entry.responsible, count=count, by=entry.deadline)


ISSUED = Kind(
    "issued",
    N_("issued"),
    fields=("number", "level", "period", "head", "responsible", "deadline"),
    required=("number", "head"),
    task="none",
    keeps_entry=True,
    incomplete=incomplete,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
