"""Raw lines of a file → entries of the plan's tasks; every fault of the file at once, each with its line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import Finding, InvalidInput, Refused
from ..language import _
from ..ledger.chain import content_key
from ..model import Entry, Plan, Reading, Task
from .files import Line
from .readings import read

_ENTRY = TypeAdapter(Entry)
_OURS = {"seq", "recorded_at", "prev_hash", "hash", "retracted_by"}
"""What the ledger adds to an entry: an export has it, an import has no use for it."""
_FIELDS = {f.name for f in fields(Entry)} | {"printed"} | _OURS
_NEEDED = {
    "reach": ("milestone",),
    "reopen": ("note",),
    "extend": ("deadline", "note", "approved_by", "basis"),
    "retract": ("ref", "note"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, read: the entry, and whether the line itself says who typed it."""

    line: int
    entry: Entry
    signed: bool


def entries(file: str, lines: Iterable[Line], plan: Plan, typist: str) -> list[Row]:
    """The entries of a file; a line that does not say who typed it was typed by `typist`.

    Raises:
        InvalidInput: every fault of the file, in the order of its lines.
    """
    rows: list[Row] = []
    faults: list[Finding] = []
    seen: Counter[str] = Counter()
    keys: dict[str, int] = {}
    for number, line in lines:
        if isinstance(line, Finding):
            faults.append(line)
            continue
        try:
            row = _row(number, line, plan, typist, seen)
        except _Faulty as faulty:
            faults += (Finding(file, number, 1, message) for message in faulty.messages)
            continue
        first = keys.setdefault(row.entry.key, number)
        if first != number:
            faults.append(
                Finding(
                    file,
                    number,
                    1,
                    _("key '{key}' stands in line {line} already").format(key=row.entry.key, line=first),
                )
            )
        rows.append(row)
    if faults:
        raise InvalidInput(faults)
    return rows


class _Faulty(Exception):
    """What is wrong with a line."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(*messages)
        self.messages = messages


def _row(number: int, line: Any, plan: Plan, typist: str, seen: Counter[str]) -> Row:
    if not isinstance(line, Mapping):
        raise _Faulty([_("found {found} (expected an object with fields)").format(found=type(line).__name__)])
    messages = [_unknown(name) for name in line if name not in _FIELDS]
    given = {name: value for name, value in line.items() if name in _FIELDS - _OURS and value not in (None, "", [], {})}
    task = plan.task(str(given.get("task", "")))
    if "task" in given and task is None:
        messages.append(_no_task(str(given["task"]), plan))
    messages += _missing(given)
    readings = _readings(given, task, messages)
    given.pop("printed", None)
    bare = {**given, "by": given.get("by", typist), "key": given.get("key", "-"), "readings": readings}
    try:
        entry: Entry = _ENTRY.validate_python(bare, extra="forbid")
    except ValidationError as error:
        said = [
            _fault(dict(e))
            for e in error.errors(include_url=False)
            if e["type"] not in ("missing", "unexpected_keyword_argument")
        ]
        raise _Faulty(messages + said) from None
    if messages or task is None:
        raise _Faulty(messages)
    if entry.milestone:
        milestone = task.milestone(entry.milestone)
        if milestone is None:
            names = ", ".join(m.id for m in task.milestones) or "–"
            raise _Faulty(
                [
                    _("task {task} has no milestone '{name}' (it has {ids})").format(
                        task=task.id, name=entry.milestone, ids=names
                    )
                ]
            )
        entry = replace(entry, milestone=milestone.id)
    if entry.kind == "report" and not entry.readings and not entry.note:
        raise _Faulty([_("a report needs readings or a note")])
    entry = replace(entry, task=task.id)
    if "key" not in given:
        said_before = content_key(entry, 0)
        entry = replace(entry, key=content_key(entry, seen[said_before]))
        seen[said_before] += 1
    return Row(number, entry, "by" in given)


def _unknown(name: str) -> str:
    close = get_close_matches(name, _FIELDS - _OURS, 1)
    hint = _("did you mean '{name}'?").format(name=close[0]) if close else ", ".join(sorted(_FIELDS - _OURS))
    return _("unknown field '{name}' ({hint})").format(name=name, hint=hint)


def _no_task(name: str, plan: Plan) -> str:
    close = get_close_matches(name, [t.id for t in plan.tasks], 1)
    hint = _("did you mean '{name}'?").format(name=close[0] if close else plan.tasks[0].id)
    return _("task: there is no task '{name}' in the plan ({hint})").format(name=name, hint=hint)


def _missing(given: Mapping[str, Any]) -> list[str]:
    needed = ("on", "task", "kind", *_NEEDED.get(str(given.get("kind")), ()))
    return [_("{field} is missing").format(field=name) for name in needed if name not in given]


def _readings(given: Mapping[str, Any], task: Task | None, messages: list[str]) -> dict[str, Reading]:
    raw, printed = given.get("readings", {}), given.get("printed", {})
    if not isinstance(raw, Mapping) or not isinstance(printed, Mapping):
        messages.append(_('readings: expected an object such as {"percent": "40", "greened": "+60"}'))
        return {}
    readings: dict[str, Reading] = {}
    if task is None:
        return {}
    for name, value in raw.items():
        try:
            series, reading = read(name, str(value), task, given.get("unit"))
        except Refused as refused:
            messages.append(f"readings: {refused}")
            continue
        if series in readings:
            messages.append(_("readings: {name} is given twice").format(name=name))
        readings[series] = replace(reading, printed=str(printed[name])) if name in printed else reading
    return readings


def _fault(error: dict[str, Any]) -> str:
    field = ".".join(str(part) for part in error["loc"])
    context = error.get("ctx", {})
    expected = _(context["expected"]) if "expected" in context else _("another value")
    return _("{field}: found '{found}' (expected {expected})").format(
        field=field, found=error.get("input"), expected=expected
    )
