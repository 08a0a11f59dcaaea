"""The confirmation printed after an entry was recorded: everything that the user gave, as it is in the ledger now."""

from collections.abc import Iterator

from ..dates import official_date, with_dates
from ..kinds import sentence, texts
from ..language import _
from ..ledger.protocol import Reader
from ..model import Entry, Plan, Reading, Recorded, Task
from ..quantities import reading_text
from ..reports.task_facts import facts_of
from ..text import one_line


def confirmation(plan: Plan, ledger: Reader, task: Task, recorded: Recorded) -> Iterator[str]:
    """Yield the number of an entry, its content, the new totals, and the command that takes it back."""
    entry, seq = recorded.entry, recorded.seq
    subject = _("task {id} {title}").format(id=task.id, title=_title(plan, task)) if task.id else task.title
    yield _("#{seq} recorded: {whose}").format(seq=seq, whose=subject)
    content = _content(plan, entry)
    yield "  " + with_dates(_with_lead(str(entry.on), content))
    if entry.kind != "report" and (about := ledger.entry(entry.ref or 0)):
        yield "  " + with_dates(_with_lead(f"#{about.seq}", _content(plan, about.entry)))
    if other_fields := [*_other_fields(entry, content)]:
        yield "  " + _("; ").join(other_fields)
    for heading, text in _texts(entry, content):
        yield "  " + _("{heading}: {text}").format(heading=heading, text=one_line(text))
    for line in totals(plan, ledger, task, entry):
        yield "  " + with_dates(_("total by {day}: {figure}").format(figure=line, day=entry.on))
    if entry.kind != "retract":
        yield "  " + _("to take it back: jk retract {seq} -m WHY").format(seq=seq)


def _with_lead(lead: str, content: str) -> str:
    """What an entry says behind its day or number; behind a comma where it has a colon itself."""
    text = _("{lead}, {what}") if _(": ") in content else _("{lead}: {what}")
    return text.format(lead=lead, what=content)


def _title(plan: Plan, task: Task) -> str:
    """The title of a task; for a sub-task, with its parent's title."""
    if task.id not in plan.parents():
        return task.title
    from ..reports.reason_wording import full_titles  # most entries are about tasks of the first level

    return full_titles(plan)[task.id]


def totals(plan: Plan, ledger: Reader, task: Task, entry: Entry) -> list[str]:
    """The totals of the series with readings in an entry, as of its date, in words."""
    if not entry.readings:
        return []
    facts = facts_of(ledger, plan, task, entry.on)
    series = [(name, reading.unit or "") for name, reading in entry.readings.items()]
    return [
        reading_text(task, name, Reading(facts.totals[name, unit].value))
        for name, unit in series
        if (name, unit) in facts.totals
    ]


def _content(plan: Plan, entry: Entry) -> str:
    """An entry in one line; for a report without figures, its note."""
    note = entry.note if entry.kind == "report" and not entry.readings else None
    return one_line((note or sentence(plan.subject(entry.task), entry)).replace("\n", _("; ")))


def _other_fields(entry: Entry, sentence_text: str) -> Iterator[str]:
    """Yield the fields of an entry that its sentence lacks: reporter, receipt, and where a problem was found."""
    headings = {
        _("Reported by"): entry.unit,
        _("Received"): official_date(entry.received) if entry.received else None,
        _("Zone"): entry.zone,
        _("Shift"): entry.shift,
        _("Place"): entry.place,
        _("Source"): _source(entry.source) if entry.source else None,
    }
    for heading, text in headings.items():
        if text and text not in sentence_text:
            yield _("{heading}: {text}").format(heading=heading, text=one_line(text))


def _source(name: str) -> str:
    from ..reports.problem_stats import SOURCES  # most entries have none

    return _(SOURCES[name])


def _texts(entry: Entry, sentence_text: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of an entry with their headings: first its note, unless the sentence has it.

    The note of an issued paper is left out: it is the list of its items, which `jk` wrote.
    """
    if entry.note and entry.kind != "issued" and one_line(entry.note) not in sentence_text:
        yield _("Note"), entry.note
    yield from texts(entry)
