"""`jk log`: the ledger itself, entry by entry."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..errors import InvalidInput
from ..language import _
from ..ledger.reader import Entries
from ..model import Entry, Plan, Recorded, Task
from ..plan.nodes import Fields
from ..quantities import number
from .document import Column, Document, Scope, Section, Table
from .wording import BASES, KINDS, figure


def build(scope: Scope, entries: Entries, retracted_by: Mapping[int, int]) -> Document:
    """The entries in the order of their numbers; `retracted_by` says which of them do not count any more."""
    lines = Section(lines=(_("No entries."),))
    section = Section(table=table(scope.plan, entries, retracted_by)) if len(entries) else lines
    return replace(data(scope, entries, retracted_by), sections=(section,))


def data(scope: Scope, entries: Entries, retracted_by: Mapping[int, int]) -> Document:
    """The same without a word for people: a long history never stands in memory whole."""
    return Document(
        kind="log",
        about=scope.about,
        title=_("Ledger entries"),
        fields=fields(),
        items=_Items(entries, retracted_by),
        sections=(),
        found=len(entries) > 0,
        importable=True,
    )


class _Items(Collection[Mapping[str, Any]]):
    """An item for each entry, made when it is asked for."""

    def __init__(self, entries: Entries, retracted_by: Mapping[int, int]) -> None:
        self._entries = entries
        self._retracted_by = retracted_by

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        blank = dict.fromkeys(fields()) | {"readings": {}, "printed": {}, "evidence": []}
        for said, hash_ in self._entries.fields():
            retraction = self._retracted_by.get(said["seq"])
            said.pop("plan", None)  # as long as a plan; the export of a whole ledger has it
            yield {**blank, **said, "hash": hash_, "retracted_by": retraction}

    def __contains__(self, item: object) -> bool:
        return any(item == each for each in self)


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
    return {
        "seq": _("Entry"),
        "key": _("Key"),
        "on": _("Date"),
        "recorded_at": _("Recorded at"),
        "by": _("Typed by"),
        "kind": _("Kind"),
        "task": _("Task"),
        "readings": _("Figures"),
        "milestone": _("Milestone"),
        "note": _("Note"),
        "ref": _("Refers to"),
        "evidence": _("Evidence"),
        "prev_hash": _("Previous hash"),
        "hash": _("Hash"),
        "unit": _("Reported by"),
        "verifier": _("Verified by"),
        "received": _("Received"),
        "printed": _("As it came"),
        "deadline": _("New deadline"),
        "approved_by": _("Approved by"),
        "basis": _("Basis"),
        "responsible": _("Responsible unit"),
        "zone": _("Zone"),
        "shift": _("Shift"),
        "ruling": _("Ruling"),
        "month": _("Month"),
        "score": _("Score"),
        "plan_sha256": _("SHA-256 of the plan"),
        "retracted_by": _("Retracted by"),
    }


def table(plan: Plan, entries: Iterable[Recorded], retracted_by: Mapping[int, int]) -> Table:
    """The entries for people."""
    named = plan.subjects()
    columns = (
        Column(_("Entry"), align="right"),
        Column(_("Date")),
        Column(_("Task"), drop=4),
        Column(_("What"), wraps_from=20),
        Column(_("Reported by"), wraps_from=6, drop=2),
        Column(_("Typed by"), wraps_from=6, drop=3),
        Column(_("Note"), wraps_from=16, drop=1),
    )
    rows = (
        (
            str(r.seq),
            r.entry.on.isoformat(),
            r.entry.task or "–",
            _words(named.get(r.entry.task), r.entry)
            + (_("\nretracted by #{seq}").format(seq=retracted_by[r.seq]) if r.seq in retracted_by else ""),
            r.entry.unit or "–",
            r.entry.by,
            r.entry.note or "",
        )
        for r in entries
    )
    return Table(columns, tuple(rows))


def what(plan: Plan, entry: Entry) -> str:
    """What an entry says, in words: its figures, or what happened."""
    return _words(plan.task(entry.task), entry)


def _words(task: Task | None, entry: Entry) -> str:
    return _WORDS.get(entry.kind, _plainly)(task, entry)


def _plainly(_task: Task | None, entry: Entry) -> str:
    return _(KINDS[entry.kind])


def _report(task: Task | None, entry: Entry) -> str:
    figures = [figure(task, name, reading) for name, reading in entry.readings.items()]
    return "\n".join(figures) or _(KINDS["report"])


def _reach(task: Task | None, entry: Entry) -> str:
    milestone = task.milestone(entry.milestone or "") if task else None
    return _("reached: {title}").format(title=milestone.title if milestone else entry.milestone)


def _accept(_task: Task | None, entry: Entry) -> str:
    return _("accepted by {who}").format(who=entry.verifier or entry.by)


def _extend(task: Task | None, entry: Entry) -> str:
    milestone = task.milestone(entry.milestone or "") if task else None
    moved = _("{title}: ").format(title=milestone.title) if milestone else ""
    text = _("new deadline {day}, approved by {who} ({basis})")
    return moved + text.format(day=entry.deadline, who=entry.approved_by, basis=_(BASES[entry.basis or "document"]))


def _retract(_task: Task | None, entry: Entry) -> str:
    return _("retracts #{seq}").format(seq=entry.ref)


def _problem(_task: Task | None, entry: Entry) -> str:
    text = _("problem: {title}; {unit}, to be put right by {day}")
    return text.format(title=entry.note, unit=entry.responsible, day=entry.deadline)


def _of_problem(_task: Task | None, entry: Entry) -> str:
    return _("{what}: #{seq}").format(what=_(KINDS[entry.kind]), seq=entry.ref)


def _reopen(_task: Task | None, entry: Entry) -> str:
    return _("problem sent back: #{seq}").format(seq=entry.ref) if entry.ref else _(KINDS["reopen"])


def _object(_task: Task | None, entry: Entry) -> str:
    return _("{who} objects to the judgement").format(who=entry.unit or entry.by)


def _ruling(_task: Task | None, entry: Entry) -> str:
    return _("the judgement was upheld") if entry.ruling == "upheld" else _("the judgement was changed")


def _score(_task: Task | None, entry: Entry) -> str:
    text = _("observation score of {unit} for {month}: {score}")
    return text.format(unit=entry.unit, month=entry.month, score=number(entry.score or 0))


def _adopt(_task: Task | None, entry: Entry) -> str:
    """The plan's title and the beginning of its SHA-256; never its text, which is as long as a plan."""
    from ..plan.yaml_reader import read_nodes

    try:
        root = read_nodes(entry.plan or "", "")
    except InvalidInput:
        root = None
    title = root.text("title") if isinstance(root, Fields) else None
    return _("plan adopted: {title} ({hash})").format(title=title or "–", hash=(entry.plan_sha256 or "")[:12])


_WORDS: Mapping[str, Callable[[Task | None, Entry], str]] = {
    "report": _report,
    "reach": _reach,
    "accept": _accept,
    "extend": _extend,
    "retract": _retract,
    "problem": _problem,
    "fix": _of_problem,
    "verify": _of_problem,
    "reopen": _reopen,
    "object": _object,
    "ruling": _ruling,
    "score": _score,
    "adopt": _adopt,
}
