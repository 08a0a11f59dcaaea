"""`jk check`: sentences about faults, and about what a coordinator should know."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from ..language import N_, _
from ..ledger.protocol import Reader
from ..model import PERCENT, Plan, Task
from ..quantities import enumeration, number
from ..rules.audit import Failure
from .document import Section
from .reason_wording import full_titles, numbered

SENTENCES = {
    "fell": N_("{name} fell from {before} to {after}"),
    "jumped": N_("{name} rose by {points} points in one report without evidence"),
    "full": N_("at 100 % since {day}, for {days} days, but not reported done"),
    "bare": N_("reported done without evidence or a note"),
    "own-accept": N_("accepted by {who}, who reported it done or leads it"),
    "vanished": N_("names {name}, which the plan does not have"),
    "typed": N_("{name} {value} was reported and is not used: the plan counts it from inspections"),
}
"""Name of a check → its sentence, with placeholders for figures."""

_EXCESS = N_("{name} {excess} is {times} times what was expected: a wrong unit?")


def sentence(task: Task, check: str, failure: Failure) -> str:
    """The sentence for a check that failed on an entry of a task."""
    figures = {key: _shown(value) for key, value in failure.figures.items()}
    indicator = task.indicator(figures.get("name", ""))
    if indicator:
        figures["name"] = indicator.name
    text_of_check = _(SENTENCES[check] if "excess" not in figures else _EXCESS).format(**figures)
    text = _("{check}: task {task}, entry {seq}: {sentence}")
    return text.format(check=check, task=task.id, seq=failure.seq, sentence=text_of_check)


def _shown(value: Decimal | float | str | date) -> str:
    if value == PERCENT:
        return _("the percentage")
    return number(value) if isinstance(value, Decimal | float) else str(value)


def unknown_tasks(plan: Plan, recorded: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each task id that has entries in the ledger but is not in the plan, with a sentence."""
    known = {name for task in plan.every_task() for name in (task.id, *task.formerly)}
    message = _(
        "vanished: task {task}: the ledger has entries for it, but the plan does not "
        "have it (formerly: [{task}] renames it)"
    )
    return ((name, message.format(task=name)) for name in recorded if name not in known)


def information(plan: Plan) -> Iterator[str]:
    """Yield what a coordinator should know about the plan; none of it is a fault."""
    yield from what_to_confirm(plan)
    for task in plan.every_task():
        yield from _late_parts(task)
    yield from _several_units(plan)
    for name in ("pace_ratio", "pace_prior"):
        if getattr(plan.rules, name) is not None:
            text = _("rules.{name} has no effect any more: tasks are judged by days behind (pace_days, pace_share)")
            yield text.format(name=name)
    summed = {indicator.total for task in plan.every_task() for indicator in task.indicators}
    for total in plan.totals:
        if total.id not in summed:
            text = _("the total {total} has nothing to sum (expected an indicator with 'total: {id}')")
            yield text.format(total=total.name, id=total.id)


def rising_levels(plan: Plan, ledger: Reader) -> Iterator[str]:
    """Yield the levels whose target is below their first reading, although the plan does not say `better: lower`."""
    for task in plan.every_task():
        for indicator in task.indicators:
            if indicator.type != "level" or indicator.better == "lower" or indicator.target is None or indicator.sum:
                continue
            first = ledger.next_total([task.id, *task.formerly], indicator.id, "", date.min)
            if first and first.value > indicator.target:
                text = _(
                    "task {task}: {name} began at {first}, above its target {target}: if less is better, "
                    "add 'better: lower' and a 'baseline'"
                )
                figures = {"first": number(first.value), "target": number(indicator.target)}
                yield text.format(task=task.id, name=indicator.name, **figures)


def to_confirm(plan: Plan) -> Iterator[str]:
    """Yield what is to be confirmed (待确认事项); until then it is not judged, nor in letters, forms or assessments."""
    unconfirmed_ids = {field: unconfirmed(plan, field) for field in ("lead_unit", "deadline")}
    unled = {task.id for task in plan.every_task() if task.lead_unit is None} if unconfirmed_ids["lead_unit"] else set()
    stated = [task for task in unconfirmed_ids["lead_unit"] if task not in unled]
    for text, tasks in (
        (_("lead unit to be settled: {tasks}"), [task for task in unconfirmed_ids["lead_unit"] if task in unled]),
        (_("lead unit to be confirmed: {tasks}"), stated),
        (_("deadline to be confirmed: {tasks}"), unconfirmed_ids["deadline"]),
    ):
        if tasks:
            yield text.format(tasks=by_title(tasks, plan))


def confirmations(plan: Plan) -> tuple[Section, ...]:
    """The section of what is to be confirmed; empty if everything is confirmed."""
    lines = what_to_confirm(plan)
    return (Section(_("To be confirmed"), lines),) if lines else ()


def what_to_confirm(plan: Plan) -> tuple[str, ...]:
    """What is to be confirmed, including the dates of milestones."""
    return (*to_confirm(plan), *_milestones_to_confirm(plan))


def _milestones_to_confirm(plan: Plan) -> Iterator[str]:
    """A line with the milestones whose dates are not confirmed and the titles of their tasks; nothing if all are."""
    titles, text = full_titles(plan), _("{task} “{title}” {day}")
    milestones = [
        text.format(task=numbered(task, titles[task.id]), title=milestone.title, day=milestone.deadline)
        for task in plan.every_task()
        for milestone in task.milestones
        if "deadline" in milestone.unconfirmed
    ]
    if milestones:
        yield _("date of a milestone to be confirmed: {things}").format(things=enumeration(milestones))


def unconfirmed(plan: Plan, field: Literal["lead_unit", "deadline"]) -> list[str]:
    """The tasks whose field is not confirmed; a sub-task that inherits the value from its parent is left out."""
    some = [task for task in plan.every_task() if task.unconfirmed or task.lead_unit is None]
    parents = plan.parents() if some else {}

    def is_open(task: Task) -> bool:
        return field in task.unconfirmed or (field == "lead_unit" and task.lead_unit is None)

    def inherits(task: Task) -> bool:
        parent = parents.get(task.id)
        return parent is not None and is_open(parent) and getattr(parent, field) == getattr(task, field)

    return [task.id for task in some if is_open(task) and not inherits(task)]


def _late_parts(task: Task) -> Iterator[str]:
    """Yield the milestones and sub-tasks of a task that are due after the task."""
    if task.deadline is None:
        return
    after = _("task {task}: milestone {milestone} is due {day}, after the task's deadline {deadline}")
    for milestone in task.milestones:
        if milestone.deadline > task.deadline:
            figures = {"milestone": milestone.id, "day": milestone.deadline, "deadline": task.deadline}
            yield after.format(task=task.id, **figures)
    after = _("task {task}: sub-task {part} is due {day}, after the task's deadline {deadline}")
    for part in task.subtasks:
        if part.deadline and part.deadline > task.deadline:
            yield after.format(task=task.id, part=part.id, day=part.deadline, deadline=task.deadline)


def _several_units(plan: Plan) -> Iterator[str]:
    """Yield the names that stand for several units, which get no form, letter or rank."""
    named = dict.fromkeys(u for t in plan.every_task() for u in (t.lead_unit, *t.support_units) if u)
    unknown = [unit for unit in named if unit.startswith("各") and unit not in plan.collective]
    if unknown:
        text = _("units without members under 'collective', which get no form, letter or rank: {units}")
        yield text.format(units=enumeration(unknown))
    led = [task.id for task in plan.every_task() if task.lead_unit in plan.collective]
    if led:
        text = _("tasks that several units lead, none of which gets a form, letter or rank for it: {tasks}")
        yield text.format(tasks=enumeration(led))


def by_title(names: list[str], plan: Plan) -> str:
    """Tasks by number and title; if they are most of the plan's tasks, the other tasks are named instead."""
    top = [task.id for task in plan.tasks]
    if names == top:
        return _("all tasks")
    titles, tasks = full_titles(plan), {task.id: task for task in plan.every_task()}
    others = [task for task in top if task not in names]
    most = set(names) <= set(top) and len(others) < len(names)
    if not most:
        return _("; ").join(numbered(tasks[task], titles[task]) for task in names)
    listed = enumeration(numbered(tasks[task], titles[task]) for task in others)
    return _("the {count} tasks other than {others}").format(count=len(names), others=listed)
