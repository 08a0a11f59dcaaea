"""Drafts of tasks while an office's plan is read, and the `tasks.yaml` written from them."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from unicodedata import normalize

from msgspec import Struct, field

from ..language import _
from ..plan.files import invisible_pattern
from ..text import visible
from .step_cells import Step
from .unused_cells import Line, Place

LONGEST = 500
"""The most characters of a text in a plan."""

_PLAIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff\w（）、，。“”《》·-]*|[1-9][0-9]*(?:\.[1-9][0-9]*)?")
"""Texts that need no quotes in YAML."""

_ID = re.compile(r"[\w.-]{1,32}")


class Draft(Struct):
    """One task or sub-task. `place` is the place of its title."""

    id: str
    title: str
    place: Place
    goal: str | None = None
    category: str | None = None
    leader: str | None = None
    lead_unit: str | None = None
    support_units: list[str] = field(default_factory=list)
    person: str | None = None
    start: date | None = None
    deadline: date | None = None
    standing: str | None = None
    """The words of a task without a deadline: 持续推进."""
    milestones: list[Step] = field(default_factory=list)
    subtasks: list["Draft"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """Remarks of the file (备注), written as comments beside the task."""

    def with_subtasks(self) -> Iterator["Draft"]:
        """Yield the task, then its sub-tasks at any depth."""
        yield self
        for part in self.subtasks:
            yield from part.with_subtasks()

    def has_no_deadline(self) -> bool:
        """Whether neither the task nor any sub-task has a deadline or is standing work."""
        return self.deadline is None and self.standing is None and all(part.has_no_deadline() for part in self.subtasks)

    def days(self) -> list[date]:
        """All dates of the task and its sub-tasks."""
        own = [self.start, self.deadline, *(day for _title, day in self.milestones)]
        return [day for day in own if day] + [day for part in self.subtasks for day in part.days()]


class Drafts(Struct):
    """The tasks of a file. `owners`: number of a grid and row → its task."""

    tasks: list[Draft] = field(default_factory=list)
    owners: dict[tuple[int, int], Draft] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Draft] = field(default_factory=dict)
    numbers: dict[str, Draft] = field(default_factory=dict)
    """Number of a task in the file, which may differ from its id → the last task with that number."""
    titles: dict[tuple[str, str], Draft] = field(default_factory=dict)

    def with_subtasks(self) -> list[Draft]:
        """The tasks and sub-tasks, in their order."""
        return [draft for task in self.tasks for draft in task.with_subtasks()]

    def add(self, draft: Draft, parent: Draft | None) -> None:
        """Add a task, or a sub-task of `parent`."""
        (parent.subtasks if parent else self.tasks).append(draft)
        self.ids[draft.id.casefold()] = draft
        self.titles[parent.id if parent else "", name_key(draft.title)] = draft

    def same_title(self, title: str, parent: Draft | None) -> Draft | None:
        """The task with that title under the same parent, ignoring differences of width, case and spaces; or None."""
        return self.titles.get((parent.id if parent else "", name_key(title)))

    def unit(self, name: str) -> str:
        """The name of a unit as first written in the file: spellings that differ in width, case or spaces are one."""
        return self.units.setdefault(name_key(name), name)

    def free_id(self, id_: str) -> str | None:
        """Return `id_` if it is valid as an id and no task has it yet; else None."""
        return id_ if _ID.fullmatch(id_) and id_.casefold() not in self.ids else None

    def next_id(self, parent: Draft | None = None) -> str:
        """The next free number as an id, under a task or at the top."""
        siblings = parent.subtasks if parent else self.tasks
        prefix = f"{parent.id}." if parent else ""
        number = len(siblings) + 1
        while self.free_id(f"{prefix}{number}") is None or self._is_above(f"{prefix}{number}."):
            number += 1
        return f"{prefix}{number}"

    def _is_above(self, prefix: str) -> bool:
        """Whether any id begins with the prefix `3.`: a task 3 would look like the parent of 3.1."""
        return any(each.startswith(prefix) for each in self.ids)


def name_key(name: str) -> str:
    """Return a name for comparison, without differences of width, case, spaces and invisible characters."""
    return "".join(normalize("NFKC", invisible_pattern().sub("", name)).casefold().split())


def one_line(text: str) -> str:
    """Return a text on one line. Line breaks of a cell are removed, and become a space between English words."""
    english = re.sub(r"(?<=[A-Za-z0-9,.])\s*\n\s*(?=[A-Za-z0-9])", " ", text)
    return " ".join(invisible_pattern().sub("", re.sub(r"\s*\n\s*", "", english)).split())


def pieces(text: str) -> list[str]:
    """Split a text into parts of at most `LONGEST` characters, after sentences where possible."""
    parts: list[str] = []
    for sentence in re.findall(r"[^。；;！？\n]+[。；;！？]?|\n", text):
        words = one_line(sentence)
        if parts and len(parts[-1]) + len(words) <= LONGEST:
            parts[-1] += words
        else:
            parts += [words[begin : begin + LONGEST] for begin in range(0, len(words), LONGEST)]
    return [part for part in parts if part]


def plan_text(drafts: Drafts, title: str, year: int, source: str, lines: list[Line]) -> str:
    """Return the text of the plan file. A task without a readable deadline gets the year's end, not confirmed.

    Args:
        drafts: the tasks.
        title: the title of the plan.
        year: the year of the plan.
        source: the name of the file that was read.
        lines: what was not used; each becomes a comment beside its task.
    """
    beside, after = _comments(drafts, lines)
    text = [
        "# " + _("Written from {source}: compare every line with it.").format(source=_comment(source)),
        f"title: {_quoted(title)}",
        f"year: {year}",
        "tasks:",
    ]
    for draft in drafts.tasks:
        text += _task(draft, year, beside, None)
    text += [f"# {_comment(comment)}" for comment in after]
    return "\n".join(text) + "\n"


def _comments(drafts: Drafts, lines: list[Line]) -> tuple[dict[int, list[str]], list[str]]:
    """Return the comments on what was not used: id() of a draft → its comments, and those after the last task."""
    beside: dict[int, list[str]] = {}
    after: list[str] = []
    order = sorted(drafts.with_subtasks(), key=lambda draft: draft.place)
    places = [draft.place for draft in order]
    for line in lines:
        for place, comment in line.comments():
            behind = bisect_left(places, place)
            owner = drafts.owners.get(place[:2]) or (order[behind] if behind < len(order) else None)
            (beside.setdefault(id(owner), []) if owner else after).append(comment)
    return beside, after


def _task(draft: Draft, year: int, beside: dict[int, list[str]], parent: Draft | None) -> Iterator[str]:
    depth = "      " if parent else "  "
    yield from (f"{depth}# {_comment(text)}" for text in beside.get(id(draft), []))
    yield f"{depth}- id: {_quoted(draft.id)}"
    inner = f"{depth}  "
    for line in _fields(draft, year, parent):
        yield inner + line
    if draft.subtasks:
        yield f"{inner}subtasks:"
        for part in draft.subtasks:
            yield from (line if parent is None else f"    {line}" for line in _task(part, year, beside, draft))


def _fields(draft: Draft, year: int, parent: Draft | None) -> Iterator[str]:
    yield f"title: {_quoted(draft.title)}"
    yield from _texts(draft, "goal", "category")
    if parent is None:  # written even if null, so that a reader sees what is missing
        yield from (f"{name}: {_quoted(getattr(draft, name))}" for name in ("leader", "lead_unit"))
    else:
        yield from _texts(draft, "leader", "lead_unit")
    if draft.support_units:
        yield f"support_units: [{', '.join(map(_quoted, draft.support_units))}]"
    yield from _texts(draft, "person")
    yield from _dates(draft, year, parent)
    if draft.milestones:
        yield "milestones:"
    for number, (title, day) in enumerate(draft.milestones, 1):
        yield f"  - {{id: m{number}, title: {_quoted(title)}, deadline: {day}}}"
    if draft.notes:
        yield "notes:"
    yield from (f"  - {_quoted(note)}" for note in draft.notes)
    if draft.deadline is None and _needs_deadline(draft, parent):
        yield "unconfirmed: [deadline]"
    yield from (f"# {_comment(remark)}" for remark in draft.remarks)


def _texts(draft: Draft, *names: str) -> Iterator[str]:
    yield from (f"{name}: {_quoted(value)}" for name in names if (value := getattr(draft, name)))


def _dates(draft: Draft, year: int, parent: Draft | None) -> Iterator[str]:
    first = min(draft.days(), default=None)
    start = draft.start
    if start is None and first and first < (parent.start if parent and parent.start else date(year, 1, 1)):
        start = first.replace(month=1, day=1)
    if start:
        yield f"start: {start}"
    if draft.deadline is not None:
        yield f"deadline: {draft.deadline}"
    elif latest := max((part.deadline for part in draft.subtasks if part.deadline), default=None):
        yield "# " + _("the latest deadline of its sub-tasks")
        yield f"deadline: {latest}"
    elif draft.standing:
        yield "standing: true"
        yield f"deadline_text: {_quoted(draft.standing)}"
    elif _needs_deadline(draft, parent):
        comment = _("the deadline is unknown: the year's end is used, and nothing is judged before it")
        yield f"# {_comment(comment)}"
        yield f"deadline: {date(year, 12, 31)}"


def _needs_deadline(draft: Draft, parent: Draft | None) -> bool:
    """Whether the year's end has to replace the deadline. A sub-task can have the deadline of its parent."""
    if draft.standing or any(part.deadline for part in draft.subtasks):
        return False
    return parent is None or parent.deadline is None


def _quoted(value: str | None) -> str:
    """Return a text as a YAML scalar, cut at the length that a plan accepts."""
    if value is None:
        return "null"
    shown = one_line(value)[:LONGEST].strip()
    return shown if _PLAIN.fullmatch(shown) else json.dumps(shown, ensure_ascii=False)


def _comment(text: str) -> str:
    return invisible_pattern().sub("", visible(" ".join(text.split())))
