"""`extend`: an approved new deadline of a task, of a milestone, or of the problem in `ref` (延期)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..facts import Event, TaskFacts
from ..language import N_, _
from ..model import Entry, Milestone, Task
from ..quantities import named_milestone
from .kind import Case, Kind, Objection, Weight, before_start, wrong_state
from .lifecycle import Life

BASES = {
    "document": N_("document"),
    "minutes": N_("minutes"),
    "oral": N_("oral, to be confirmed in writing"),
    "instruction": N_("instruction"),
    "requested": N_("requested, not granted"),
}
"""Basis of an extension → its name in documents."""


def incomplete(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield messages for a missing approver, unless it was only requested, and for a milestone given with a problem."""
    if given.get("milestone") and given.get("ref"):
        yield _("milestone does not go with ref: an extension is of a milestone or of a problem")
    if given.get("basis") != "requested" and not given.get("approved_by"):
        yield _("{field} is missing").format(field="approved_by")


def objections(case: Case) -> Iterator[Objection]:
    """Refuse to extend what is finished or cancelled, to a day before its start, or to the deadline in force."""
    task, entry, life = case.task, case.entry, case.life
    if entry.ref:
        yield from _of_problem(case)
        return
    thing = task.milestone(entry.milestone) if entry.milestone else task
    if thing is None or entry.deadline is None:
        return
    if life.done_on:
        text = _("task {task} was reported done on {day} already")
        yield Objection("refused", text.format(task=task.id, day=life.done_on))
    if life.cancelled_on:
        text = _("task {task} was cancelled on {day}: `jk reopen {task} -m WHY` first")
        yield Objection("refused", text.format(task=task.id, day=life.cancelled_on))
    yield from before_start(case)
    if isinstance(thing, Milestone):
        yield from _object_to_reached(case, thing)
    if entry.deadline == life.deadline(thing):
        yield Objection("refused", _("{day} is already the deadline in force").format(day=entry.deadline))
    yield from _remarks(case, thing, entry.deadline)


def _object_to_reached(case: Case, milestone: Milestone) -> Iterator[Objection]:
    """Object to extending a milestone that was reached; an approval dated before that is only implausible."""
    if day := case.life.reached.get(milestone.id):
        text = _("milestone {milestone} was reached on {day} already")
        message = text.format(milestone=named_milestone(milestone), day=day)
        weight: Weight = "refused" if case.entry.on >= day else "implausible"
        yield Objection(weight, message, N_("extensions of milestones that were reached"))


def _remarks(case: Case, thing: Task | Milestone, until: date) -> Iterator[Objection]:
    """Yield remarks: the extension has no effect, is late or shortens the deadline, or other dates do not move."""
    task, entry, life = case.task, case.entry, case.life
    later = [x for x in life.extensions_of(thing) if x.on > entry.on and not x.waiting]
    if later and _is_change(entry):
        text = _("#{seq} of {on} is later: the deadline in force stays {day}")
        yield Objection("remark", text.format(seq=later[-1].seq, on=later[-1].on, day=life.deadline(thing)))
    if (due := life.deadline(thing)) and until < due:
        text = _("{until} is before the deadline in force, {due}: the deadline comes earlier")
        yield Objection("remark", text.format(until=until, due=due))
    yield from _late_request(entry, life.deadline(thing))
    last = max(task.milestones, key=life.deadline, default=None)
    if thing is task and last and last.id not in life.reached and life.deadline(last) < until:
        text = _("its last milestone, {title}, keeps its date {day}")
        yield Objection("remark", text.format(title=last.title, day=life.deadline(last)))
    if thing is task and (earlier_parts := list(_earlier_parts(case, until))):
        text = _("its sub-tasks keep their dates: {parts}; to extend one too: jk extend {first} --to {day} …")
        parts = _("; ").join(f"{part.id} {part.title} {day}" for part, day in earlier_parts)
        yield Objection("remark", text.format(parts=parts, first=earlier_parts[0][0].id, day=until))
    yield from _without_effect(entry)


def _earlier_parts(case: Case, until: date) -> Iterator[tuple[Task, date]]:
    """Yield the unfinished sub-tasks due before that day with their deadlines, which do not move with the task's."""
    for part in case.task.subtasks:
        life = case.life_of(part)
        due = life.deadline(part)
        if due and due < until and not (part.standing or life.done_on or life.cancelled_on):
            yield part, due


def _of_problem(case: Case) -> Iterator[Objection]:
    """Refuse to extend a problem that was split or fixed, or to a day before it was found or to its present date."""
    entry, problem = case.entry, case.problem(case.entry.ref or 0)
    yield from wrong_state(case, "open")
    if problem is None or problem.parts or entry.deadline is None:
        return
    if entry.deadline < problem.opened_on:
        text = _("the date to fix it, {due}, is before the problem's own date, {day}")
        yield Objection("refused", text.format(due=entry.deadline, day=problem.opened_on))
    if entry.deadline == problem.deadline:
        yield Objection("refused", _("{day} is already the deadline in force").format(day=entry.deadline))
    if entry.deadline < problem.deadline:
        text = _("{until} is before the deadline in force, {due}: the deadline comes earlier")
        yield Objection("remark", text.format(until=entry.deadline, due=problem.deadline))
    yield from _late_request(entry, problem.deadline)
    yield from _without_effect(entry)


def _late_request(entry: Entry, due: date | None) -> Iterator[Objection]:
    """Yield a remark if it was requested after the deadline, or if the new deadline has passed already."""
    if due and entry.on > due:
        text = _("requested after the deadline {day}: it is marked as such")
        yield Objection("remark", text.format(day=due))
    if entry.deadline and entry.deadline < entry.on and _is_change(entry):
        text = _("the new deadline, {day}, is before {on}: overdue at once")
        yield Objection("remark", text.format(day=entry.deadline, on=entry.on))


def _is_change(entry: Entry) -> bool:
    """Whether the extension moves the deadline."""
    return entry.basis not in ("oral", "requested")


def _without_effect(entry: Entry) -> Iterator[Objection]:
    """Yield a remark if it is oral or only requested, so that it has no effect yet."""
    if entry.basis == "oral":
        text = _("an oral extension has no effect until it is confirmed in writing (--basis document)")
        yield Objection("remark", text)
    if entry.basis == "requested":
        text = _("a request moves nothing: when it is granted, record it again with --approved-by WHO")
        yield Objection("remark", text)


def apply(life: Life, event: Event) -> None:
    """Move the deadline in force, unless the extension is oral or only requested; keep the original deadline."""
    task = life.task
    if event.entry and event.entry.ref:
        if problem := life.problems.get(event.entry.ref):
            life.put(problem.moved(event))
        return
    thing = next((m for m in task.milestones if m.id == event.subject), None) if event.subject else task
    if thing is not None:
        life.move(thing, event)


def sentence(task: Task | None, entry: Entry) -> str:
    """The log text: the new deadline, who approved it and on what basis; or that it was requested."""
    milestone = task.milestone(entry.milestone or "") if task else None
    subject = _("{title}: ").format(title=milestone.title) if milestone else ""
    if entry.ref:
        subject = _("problem #{seq}: ").format(seq=entry.ref)
    if entry.basis == "requested":
        return subject + _("extension to {day} requested, not granted yet").format(day=entry.deadline)
    text = _("new deadline {day}, approved by {who} ({basis})")
    return subject + text.format(day=entry.deadline, who=entry.approved_by, basis=_(BASES[entry.basis or "document"]))


def without_extensions(facts: TaskFacts) -> TaskFacts:
    """Return the facts of a task without extensions, for `--original`."""
    earlier = facts.earlier and replace(
        facts.earlier, facts={task: without_extensions(task_facts) for task, task_facts in facts.earlier.facts.items()}
    )
    return replace(facts, events=tuple(event for event in facts.events if event.kind != "extend"), earlier=earlier)


EXTEND = Kind(
    "extend",
    N_("extension"),
    fields=("milestone", "deadline", "approved_by", "basis"),
    required=("deadline", "note", "basis"),
    of_problem=True,
    keeps_entry=True,
    incomplete=incomplete,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
