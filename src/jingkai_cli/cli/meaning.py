"""What a name may have meant that the plan does not have."""

import unicodedata
from difflib import get_close_matches

from ..language import _
from ..model import Plan, Task
from ..quantities import enumeration


def no_such_task(plan: Plan, name: str) -> str:
    """Says that there is no such task, and which one may be meant."""
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
    named = [(n, task) for task in plan.tasks for n in (task.title, *task.aliases)]
    within = [task for n, task in named if name in n]
    if within and all(task is within[0] for task in within):
        return within[0]
    names = dict(named) if name.isdecimal() else dict(named) | {task.id: task for task in plan.tasks}
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return names[close[0]] if close else None


def no_such_unit(plan: Plan, name: str) -> str:
    """Says that there is no such unit, and which one may be meant."""
    known = plan.known_units()
    message = _("the plan knows no unit '{name}'").format(name=name)
    close = get_close_matches(name, known, n=1, cutoff=0.4)
    if close:
        return message + _("; did you mean {unit}?").format(unit=close[0])
    return message + _("; it has {units}").format(units=enumeration(known))
