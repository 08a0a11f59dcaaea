"""What a typed name means: a task, milestone, unit, person or zone of the plan, or a message that says what there is.

A thing is meant by its id, by its exact name, or by any part of its name that fits it alone. Names are compared as
everywhere (`text.name_key`): full-width digits are digits, blanks do not count.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from ..checklists import Checklist, Site
from ..errors import Refused
from ..language import _
from ..model import Milestone, Plan, Task
from ..quantities import enumeration
from ..text import fitting, is_number, name_key, near, quoted
from ..thresholds import ObservedItem
from .output import report_resolved

_SLIPS = str.maketrans("OoIl", "0011")
"""Letters that are typed for digits."""

_HAN_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
"""So that 河道治理1期 is nearest to 河道治理一期."""

N = TypeVar("N", Checklist, ObservedItem, Site)

_SHORTEST = 2
"""How long a name must be of which a unit's name is only the end."""


def resolve_task(plan: Plan, name: str) -> Task:
    """The task or sub-task of that id, title or part of a title.

    Raises:
        Refused: there is none, or there are several, which are listed.
    """
    key = name_key(name)
    if task := plan.task(key):
        return task
    found = [] if is_number(key) else fitting(name, ((n, t) for t in plan.every_task() for n in (t.title, *t.aliases)))
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_several(name, (f"{task.id} {task.title}" for task in found)))
    message = _("there is no task '{name}' in the plan").format(name=name)
    if meant := _near_task(plan, key):
        raise Refused(message + _("; did you mean {id} ({title})?").format(id=meant.id, title=meant.title))
    first, last = plan.tasks[0].id, plan.tasks[-1].id
    raise Refused(message + _("; it has {first} to {last} (`jk report` lists them)").format(first=first, last=last))


def _near_task(plan: Plan, name: str) -> Task | None:
    """The task that a slip of the keyboard may have meant."""
    if task := plan.task(name.translate(_SLIPS)):
        return task
    names = {n: task for task in plan.every_task() for n in (task.title, *task.aliases)}
    if not is_number(name):
        names |= {task.id: task for task in plan.every_task()}
    names = {each.translate(_HAN_DIGITS): task for each, task in names.items()}
    close = get_close_matches(name.translate(_HAN_DIGITS), names, n=1, cutoff=0.5)
    return names[close[0]] if close else None


def _several(name: str, lines: Iterable[str]) -> str:
    return "\n".join([_("'{name}' matches several: type an id, or more of the name").format(name=name), *lines])


def resolve_milestone(task: Task, name: str) -> Milestone:
    """The milestone of that id, title or part of a title.

    Raises:
        Refused: the task has none, or several, which are listed.
    """
    if milestone := task.milestone(name) or task.milestone(name_key(name)):
        return milestone
    found = fitting(name, ((milestone.title, milestone) for milestone in task.milestones))
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_several(name, (f"{milestone.id} {milestone.title}" for milestone in found)))
    message = _("task {task} has no milestone '{name}'").format(task=task.id, name=name)
    names = {n: m for m in task.milestones for n in (m.id, m.title)}
    if close := get_close_matches(name, names, n=1, cutoff=0.4):
        meant = names[close[0]]
        raise Refused(message + _("; did you mean {id} ({title})?").format(id=meant.id, title=meant.title))
    raise Refused(
        message + (_("; it has {ids}").format(ids=enumeration(m.id for m in task.milestones)) if names else "")
    )


def ballot_item_meant(plan: Plan, name: str) -> ObservedItem:
    """The line of the plan's ballot of that id, name, or part of a name.

    Raises:
        Refused: there is none, or there are several, which are listed.
    """
    return _named(
        name, plan.observation.items if plan.observation else (), _("the plan's observation has no item {name} {hint}")
    )


def checklist_meant(plan: Plan, name: str) -> Checklist:
    """The plan's checklist of that id, name, or part of a name.

    Raises:
        Refused: there is none, or there are several, which are listed.
    """
    if not plan.checklists:
        raise Refused(_("the plan has no checklist: write them under 'checklists'"))
    return _named(name, plan.checklists, _("the plan has no checklist {name} {hint}"))


def site_meant(sites: Sequence[Site], name: str) -> Site:
    """The site of that id, name, or part of a name.

    Raises:
        Refused: there is none, or there are several, which are listed.
    """
    return _named(name, sites, _("sites.csv has no site {name} {hint}"))


def _named(name: str, things: Sequence[N], unknown: str) -> N:
    """The one thing of that id, name, or part of a name; what was taken for what was typed is notified.

    Raises:
        Refused: there is none, with the message `unknown`, or there are several.
    """
    key = name_key(name)
    exact = [thing for thing in things if key in (name_key(thing.id), name_key(thing.name))]
    found = exact or fitting(name, ((thing.name, thing) for thing in things))
    if len(found) > 1:
        raise Refused(_several(name, (f"{thing.id} {thing.name}" for thing in found)))
    if not found:
        raise Refused(unknown.format(name=quoted(name), hint=near(name, [thing.name for thing in things])))
    if name != found[0].id:
        report_resolved(name, found[0].name)
    return found[0]


def matching_units(plan: Plan, name: str) -> list[str]:
    """The units that may be meant where something is recorded of one.

    That of the name, or of another name that the plan gives it; else those whose name ends in what was typed, or in
    which it ends: 水利局 is 县水利局, and 经开区城镇办 is 城镇办.
    """
    named = _unit_names(plan)
    key = name_key(name)
    if same := [unit for each, unit in named if name_key(each) == key]:
        return [*dict.fromkeys(same)]
    if len(key) < _SHORTEST:
        return []
    ends = ((unit, name_key(each)) for each, unit in named)
    return [*dict.fromkeys(u for u, each in ends if each.endswith(key) or (len(each) > 1 and key.endswith(each)))]


def _unit_names(plan: Plan) -> list[tuple[str, str]]:
    """Each name of each unit, with the unit's own."""
    return [(name, unit) for unit in plan.known_units() for name in (unit, *plan.unit_aliases.get(unit, ()))]


def resolve_unit(plan: Plan, name: str) -> str:
    """The unit of which something is recorded.

    Raises:
        Refused: the plan knows none, or several that end alike, which are listed.
    """
    found = matching_units(plan, name)
    if len(found) == 1:
        return found[0]
    raise Refused(_several(name, found) if found else _unknown_unit(plan, name))


def resolve_unit_by_part(plan: Plan, name: str) -> str:
    """The unit that a report is about: any part of its name will do.

    Raises:
        Refused: the plan knows none, or several, which are listed.
    """
    found = matching_units(plan, name) or fitting(name, _unit_names(plan))
    if len(found) == 1:
        return found[0]
    raise Refused(_several(name, found) if found else _unknown_unit(plan, name))


def _unknown_unit(plan: Plan, name: str) -> str:
    if members := next((those for each, those in plan.collective.items() if name_key(each) == name_key(name)), None):
        text = _("'{name}' stands for several units: name one of {units}")
        return text.format(name=name, units=enumeration(members))
    known = plan.known_units()
    message = _("the plan has no unit '{name}'").format(name=name)
    if not known:
        return message
    if close := fitting(name, _unit_names(plan)) or get_close_matches(name, known, n=1, cutoff=0.4):
        return message + _("; did you mean {unit}?").format(unit=enumeration(close))
    return message + _("; it has {units}").format(units=enumeration(known))


def one_of(names: Iterable[str], name: str) -> str:
    """The leader, category, person or zone among `names` that has that name, or that part of a name.

    Raises:
        Refused: none of them fits, or several do, which are listed.
    """
    known = [*dict.fromkeys(names)]
    found = fitting(name, ((each, each) for each in known))
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_several(name, found))
    raise Refused(_("{name} is not in the plan {near}").format(name=quoted(name), near=near(name, known)))
