"""Resolves typed names of tasks, milestones, units, people and zones, or raises with the names that exist.

For units, also which may report and which may verify.

A thing is found by its id, its exact name, or any part of its name that fits only one thing. Names are compared by
`text.name_key`: full-width digits count as digits, and blanks are ignored.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

import click

from ..checklists import Checklist, Site
from ..errors import Refused
from ..language import _
from ..ledger.protocol import Reader
from ..model import Milestone, Plan, Task
from ..plan.unit_names import SEPARATORS, matching_units, unit_names
from ..quantities import enumeration
from ..text import fitting, is_number, name_key, near, quoted
from ..thresholds import ObservedItem
from .environment import ask
from .output import report_resolved

_SLIPS = str.maketrans("OoIl", "0011")
"""Letters that are typed by mistake for digits."""

_HAN_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
"""So that 河道治理1期 is close to 河道治理一期."""

N = TypeVar("N", Checklist, ObservedItem, Site)


def resolve_task(plan: Plan, name: str) -> Task:
    """The task or sub-task with that id, title or part of a title.

    Raises:
        Refused: there is none, or there are several, which the message lists.
    """
    key = name_key(name)
    if task := plan.task(key) or plan.task(re.sub("^(任务|[Tt]ask)", "", key)):
        return task
    found = [] if is_number(key) else fitting(name, ((n, t) for t in plan.every_task() for n in (t.title, *t.aliases)))
    if len(found) == 1:
        return found[0]
    if found:
        parents = plan.parents()
        raise Refused(_message_of_several(name, (_with_parent(task, parents.get(task.id)) for task in found)))
    pieces = _pieces(name)
    if len(pieces) > 1 and all(plan.task(name_key(piece)) for piece in pieces):
        raise Refused(
            _("'{name}' names several tasks: name one at a time, such as {first}").format(name=name, first=pieces[0])
        )
    message = _("there is no task '{name}' in the plan").format(name=name)
    if nearest := _near_task(plan, key):
        raise Refused(message + _("; did you mean task {id} {title}?").format(id=nearest.id, title=nearest.title))
    first, last = plan.tasks[0].id, plan.tasks[-1].id
    raise Refused(message + _("; it has {first} to {last} (`jk report` lists them)").format(first=first, last=last))


def _pieces(name: str) -> list[str]:
    """The names that were typed together: `1、2`, `城管局 水利局`."""
    return [piece for piece in re.split(rf"\s+|{SEPARATORS}", name) if piece]


def _with_parent(task: Task, parent: Task | None) -> str:
    """A task with id and title; a sub-task with its parent's title, because titles of sub-tasks repeat."""
    return f"{task.id} {task.title}" + (_(" ({text})").format(text=parent.title) if parent else "")


def _near_task(plan: Plan, name: str) -> Task | None:
    """The task whose id or title is closest to a mistyped name; None if none is close."""
    if task := plan.task(name.translate(_SLIPS)):
        return task
    names = {n: task for task in plan.every_task() for n in (task.title, *task.aliases)}
    if not is_number(name):
        names |= {task.id: task for task in plan.every_task()}
    names = {each.translate(_HAN_DIGITS): task for each, task in names.items()}
    close = get_close_matches(name.translate(_HAN_DIGITS), names, n=1, cutoff=0.5)
    return names[close[0]] if close else None


def _message_of_several(name: str, lines: Iterable[str]) -> str:
    return "\n".join([_("'{name}' matches several: type an id, or more of the name").format(name=name), *lines])


def refuse_swapped(plan: Plan, task: str, figures: Sequence[str]) -> None:
    """Refuse a figure that was typed before its task.

    Raises:
        Refused: the figure comes first; the message shows the correct command.
    """
    is_figure = "=" in task or re.fullmatch("[0-9.]+%", name_key(task))
    if figures and is_figure and plan.task(name_key(figures[0])):
        text = _("the task comes first: jk record {task} {figure}")
        raise Refused(text.format(task=figures[0], figure=task))


def problem_named(ledger: Reader, name: str) -> str:
    """A hint to append to a message if the number of a problem was typed for a task; empty if not."""
    digits = name_key(name).removeprefix("#")
    found = ledger.entry(int(digits)) if re.fullmatch("[0-9]{1,18}", digits) else None
    if found is None or found.entry.kind != "problem":
        return ""
    text = _("#{seq} is a problem of task {task}: `jk problem list --task {task}`, `jk log {task}`")
    return "\n" + text.format(seq=found.seq, task=found.entry.task)


def resolve_milestone(task: Task, name: str) -> Milestone:
    """The milestone with that id, title or part of a title.

    Raises:
        Refused: the task has none, or several, which the message lists.
    """
    if milestone := task.milestone(name) or task.milestone(name_key(name)):
        return milestone
    found = fitting(name, ((milestone.title, milestone) for milestone in task.milestones))
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_message_of_several(name, (f"{milestone.id} {milestone.title}" for milestone in found)))
    message = _("task {task} has no milestone '{name}'").format(task=task.id, name=name)
    parts = [part for part in task.with_subtasks() if part is not task]
    elsewhere = [(part, m) for part in parts for m in fitting(name, ((m.title, m) for m in part.milestones))]
    if elsewhere:
        text = _("; sub-tasks have it: {milestones}")
        raise Refused(
            message + text.format(milestones=enumeration(f"{part.id} {m.id} {m.title}" for part, m in elsewhere))
        )
    names = {n: m for m in task.milestones for n in (m.id, m.title)}
    close = get_close_matches(name, names, n=2, cutoff=0.75)
    if not close and not re.fullmatch(r"(?a:[a-z]+\d+)", name_key(name)):  # every id is close to every other id
        close = get_close_matches(name, names, n=1, cutoff=0.4)
    if len(nearest := {names[each].id: names[each] for each in close}) == 1:
        [milestone] = nearest.values()
        raise Refused(message + _("; did you mean “{name}”?").format(name=f"{milestone.id} {milestone.title}"))
    if names:
        listed = enumeration(f"{milestone.id} {milestone.title}" for milestone in task.milestones)
        raise Refused(message + _("; it has {ids}").format(ids=listed))
    raise Refused(message + _(": it has no milestones (`jk show {task}` says how it is measured)").format(task=task.id))


def resolve_ballot_item(plan: Plan, name: str | None) -> ObservedItem | None:
    """The line of the plan's ballot with that id, name or part of a name; None if there are no lines and no name.

    Raises:
        Refused: there is none, or there are several, which the message lists; or a name is missing.
    """
    items = plan.observation.items if plan.observation else ()
    if name is None and items:
        text = _("the plan's observation is scored by item: --item ITEM, one of {items}")
        raise Refused(text.format(items=enumeration(each.name for each in items)))
    return _resolve_by_name(name, items, _("the plan's observation has no item {name} {hint}")) if name else None


def resolve_checklist(plan: Plan, name: str) -> Checklist:
    """The plan's checklist with that id, name or part of a name.

    Raises:
        Refused: there is none, or there are several, which the message lists.
    """
    if not plan.checklists:
        raise Refused(_("the plan has no checklist: write them under 'checklists'"))
    return _resolve_by_name(name, plan.checklists, _("the plan has no checklist {name} {hint}"))


def resolve_site(sites: Sequence[Site], name: str) -> Site:
    """The site with that id, name or part of a name.

    Raises:
        Refused: there is none, or there are several, which the message lists.
    """
    return _resolve_by_name(name, sites, _("sites.csv has no site {name} {hint}"))


def _resolve_by_name(name: str, candidates: Sequence[N], unknown: str) -> N:
    """The one thing with that id, name or part of a name. Unless the id was typed, stderr names the thing found.

    Raises:
        Refused: there is none (with the message `unknown`), or there are several.
    """
    key = name_key(name)
    exact = [candidate for candidate in candidates if key in (name_key(candidate.id), name_key(candidate.name))]
    found = exact or fitting(name, ((candidate.name, candidate) for candidate in candidates))
    if len(found) > 1:
        raise Refused(_message_of_several(name, (f"{candidate.id} {candidate.name}" for candidate in found)))
    if not found:
        raise Refused(unknown.format(name=quoted(name), hint=near(name, [candidate.name for candidate in candidates])))
    if name != found[0].id:
        report_resolved(name, found[0].name)
    return found[0]


def refuse_several_units(plan: Plan, name: str) -> None:
    """Refuse several units in one name.

    Raises:
        Refused: the name is a list of units, or units with a blank between them, such as 城镇办 执法局.
    """
    known_names = {name_key(each) for each, _unit in unit_names(plan)}
    pieces = _pieces(name)
    if name_key(name) in known_names or len(pieces) == 1 or (len(name.split()) == 1 and matching_units(plan, name)):
        return
    matches = [matching_units(plan, piece) for piece in pieces]
    if len({units[0] for units in matches if units}) > 1 or (re.search(SEPARATORS, name) and any(matches)):
        known = [units[0] if len(units) == 1 else piece for units, piece in zip(matches, pieces, strict=True)]
        text = _("'{name}' names several units: name one at a time ({units})")
        raise Refused(text.format(name=name, units=enumeration(dict.fromkeys(known))))


def resolve_unit_by_part(plan: Plan, name: str) -> str:
    """The unit that a report is about, by its name or any part of it.

    Raises:
        Refused: the plan has none, or several, which the message lists.
    """
    return _only_unit(plan, name, matching_units(plan, name) or fitting(name, unit_names(plan)))


def _only_unit(plan: Plan, name: str, found: Sequence[str]) -> str:
    refuse_several_units(plan, name)
    if len(found) == 1:
        return found[0]
    raise Refused(_message_of_several(name, found) if found else _unknown_unit(plan, name))


def _unknown_unit(plan: Plan, name: str) -> str:
    if members := next((units for each, units in plan.collective.items() if name_key(each) == name_key(name)), None):
        text = _("'{name}' stands for several units: name one of {units}")
        return text.format(name=name, units=enumeration(members))
    known = plan.known_units()
    message = _("the plan has no unit '{name}'").format(name=name)
    if not known:
        return message
    if close := near_units(plan, name):
        return message + _("; did you mean {unit}?").format(unit=enumeration(close))
    return message + _("; it has {units}").format(units=enumeration(known))


def near_units(plan: Plan, name: str) -> list[str]:
    """Suggestions for an unknown unit: units whose name contains the typed name, else the closest unit."""
    return fitting(name, unit_names(plan)) or get_close_matches(name, plan.known_units(), n=1, cutoff=0.4)


def one_of(names: Iterable[str], name: str) -> str:
    """The leader, category, person or zone among `names` with that name or part of a name.

    Raises:
        Refused: none fits, or several do, which the message lists.
    """
    known, key = [*dict.fromkeys(names)], name_key(name)
    found = fitting(name, ((each, each) for each in known)) or [each for each in known if key and key in name_key(each)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(_message_of_several(name, found))
    raise Refused(_("{name} is not in the plan {near}").format(name=quoted(name), near=near(name, known)))


def unit_of(plan: Plan, task: Task, name: str, *, force: bool = False) -> str:
    """The unit of an entry about a task, as the plan spells it.

    If the plan lists no units and the task has no lead unit, any name is accepted; see `remark_on_unit`.

    Args:
        plan: the plan, with its units.
        task: the task that the entry is about.
        name: the typed name.
        force: whether to accept a unit that the plan does not have, as typed.

    Raises:
        Refused: the plan has no such unit, or several.
    """
    any_will_do = not plan.units and task.lead_unit is None
    refuse_several_units(plan, name)
    if matching_units(plan, name) or not (force or any_will_do):
        try:
            return known_unit(plan, name)
        except Refused as refused:
            hint = _("if '{unit}' is right: {force}").format(unit=name, force=_force_options())
            raise Refused(f"{refused}\n{hint}") from None
    return name


def remark_on_unit(plan: Plan, name: str) -> str:
    """A remark on a unit that an entry has as typed, because the plan does not have it; empty if the plan has it."""
    if name in plan.known_units():
        return ""
    text = _("'{unit}' is not a unit of the plan; it is recorded as typed").format(unit=name)
    close = near_units(plan, name)
    return text + (_("; did you mean {unit}?").format(unit=enumeration(close)) if close else "")


def _force_options() -> str:
    """The options that record a refused unit: with a reason, if the command has an option for one."""
    context = click.get_current_context(silent=True)
    offered = context is None or any(each.name == "note" for each in context.command.params)
    return _("--force -m WHY") if offered else "--force"


def known_unit(plan: Plan, name: str) -> str:
    """A unit of the plan, as the plan spells it, for any task.

    Raises:
        Refused: the plan has no such unit, or several.
    """
    return report_resolved(name, _only_unit(plan, name, matching_units(plan, name)))


def verifier_of(plan: Plan, task: Task, name: str | None, answers: str | None) -> str:
    """The verifier as typed; a name of one of the task's units becomes that unit.

    Args:
        plan: the plan, with its units and collective names.
        task: the task that is verified, or whose problem is.
        name: the typed name.
        answers: the unit responsible for the matter; if it is a collective name, all of its members are.

    Raises:
        Refused: no name is given and no user can be asked, or it is one of several responsible units.
    """
    who = ask(name, _("name who verified it, and not who reported it"), "--verifier " + _("WHO"))
    members = plan.collective.get(answers or "", ())
    own_units = {answers, task.lead_unit, *plan.support_units(task), *members}
    matching = matching_units(plan, who) or [u for u in own_units if u and name_key(who).endswith(name_key(u))]
    if len(matching) == 1 and matching[0] in own_units:
        who = report_resolved(who, matching[0])
    if who in members:
        text = _("{who} is responsible for it and cannot verify it: name someone else (--verifier WHO)")
        raise Refused(text.format(who=who))
    return who
