"""Messages for a name that the plan does not have: what was probably meant, or what there is."""

import unicodedata
from difflib import get_close_matches

from ..language import _
from ..model import Plan, Task
from ..quantities import enumeration


def unknown_task(plan: Plan, name: str) -> str:
    """The message for a task that the plan does not have."""
    message = _("there is no task '{name}' in the plan").format(name=name)
    if meant := _meant(plan, name):
        return message + _("; did you mean {id} ({title})?").format(id=meant.id, title=meant.title)
    first, last = plan.tasks[0].id, plan.tasks[-1].id
    return message + _("; it has {first} to {last} (`jk report` lists them)").format(first=first, last=last)


def _meant(plan: Plan, name: str) -> Task | None:
    """The task that a slip of the keyboard, a title or a part of one may have meant."""
    slip = unicodedata.normalize("NFKC", name).strip().translate(str.maketrans("OoIl", "0011"))
    if task := plan.task(slip):
        return task
    named = [(n, task) for task in plan.every_task() for n in (task.title, *task.aliases)]
    within = [task for n, task in named if name in n]
    if within and all(task is within[0] for task in within):
        return within[0]
    names = dict(named) if name.isdecimal() else dict(named) | {task.id: task for task in plan.every_task()}
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return names[close[0]] if close else None


def unknown_milestone(task: Task, name: str) -> str:
    """The message for a milestone that a task does not have."""
    message = _("task {task} has no milestone '{name}'").format(task=task.id, name=name)
    names = {n: m for m in task.milestones for n in (m.id, m.title)}
    if close := get_close_matches(name, names, n=1, cutoff=0.4):
        found = names[close[0]]
        return message + _("; did you mean {id} ({title})?").format(id=found.id, title=found.title)
    return message + (_("; it has {ids}").format(ids=enumeration(m.id for m in task.milestones)) if names else "")


def unknown_unit(plan: Plan, name: str) -> str:
    """The message for a unit that the plan does not name."""
    known = plan.known_units()
    message = _("the plan has no unit '{name}'").format(name=name)
    if close := get_close_matches(name, known, n=1, cutoff=0.4):
        return message + _("; did you mean {unit}?").format(unit=close[0])
    return message + _("; it has {units}").format(units=enumeration(known))


def unknown_zone(plan: Plan, name: str) -> str:
    """The message for a zone that is not among those of a plan that has zones."""
    close = get_close_matches(name, plan.zones, 1, 0.4) or plan.zones
    return _("the plan has no zone '{name}'; did you mean {zone}?").format(name=name, zone=close[0])
