"""A judged task as an item: of JSON, of `tasks.csv` with its columns, and of a calendar."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ..language import _, speaking
from ..model import Milestone, Plan, Task
from ..rules.lateness import open_dates
from ..rules.status import Judgement
from .document import Document, Items
from .reason_wording import or_unknown, reason


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "id": _("No."),
        "title": _("Task"),
        "leader": _("Lead leader"),
        "lead_unit": _("Lead unit"),
        "support_units": _("Support units"),
        "start": _("Start"),
        "deadline": _("Deadline in force"),
        "original_deadline": _("Original deadline"),
        "state": _("State"),
        "lamp": _("Lamp"),
        "progress": _("Actual"),
        "planned": _("Planned"),
        "gap": _("Gap (points)"),
        "days_overdue": _("Days overdue"),
        "days_left": _("Days left"),
        "overdue_milestones": _("Overdue milestones"),
        "reasons": _("Reasons"),
        "forecast_finish": _("Forecast finish"),
        "last_report_on": _("Last report"),
        "unconfirmed": _("Not confirmed"),
        "parent": _("Part of"),
        "goal": _("Goal"),
        "category": _("Category"),
        "person": _("Person in charge"),
        "days_behind": _("Days behind"),
        "lag": _("Days behind by progress"),
        "slip": _("Days behind by milestones"),
        "earned_schedule": _("Earned schedule (days)"),
        "planned_days": _("Planned days"),
        "forecast_late": _("Forecast, later bound"),
        "waits_for": _("Waits for"),
    }


def items(plan: Plan, judgements: Iterable[Judgement]) -> Items:
    """The tasks as data, with sentences in the plan's language, so that a cron job and a terminal get the same text."""

    def make() -> list[dict[str, Any]]:
        with speaking(plan.language):
            parents = plan.parents()
            return [item(judgement, parents) for judgement in judgements]

    return Items(make)


def item(judgement: Judgement, parents: Mapping[str, Task]) -> dict[str, Any]:
    """One task as data, with sentences in the current language; `parents` maps sub-task ids to their tasks."""
    from ..rules.forecast import forecast  # not needed in a report for people

    task, at = judgement.task, judgement.position
    behind, parent = at.behind, parents.get(task.id)
    finish = forecast(at, behind)
    return {
        "id": task.id,
        "title": task.title,
        "leader": task.leader,
        "lead_unit": task.lead_unit,
        "support_units": list(task.support_units),
        "start": task.start,
        "deadline": at.deadline,
        "original_deadline": task.deadline,
        "state": judgement.state,
        "lamp": judgement.lamp,
        "progress": at.progress,
        "planned": at.planned,
        "gap": at.gap,
        "days_overdue": at.days_overdue,
        "days_left": None if at.finished or at.life.on_hold else at.days_left,
        "overdue_milestones": [
            {
                "id": x.thing.id,
                "title": x.thing.title,
                "deadline": x.deadline,
                "days_overdue": x.days,
                "task": x.task.id,
            }
            for x in at.late
            if isinstance(x.thing, Milestone)
        ],
        "reasons": [
            {"code": r.code, **r.figures, "text": reason(r), "task": (r.task or task).id} for r in judgement.reasons
        ],
        "forecast_finish": finish and finish.finish,
        "last_report_on": at.facts.last_report_on,
        "unconfirmed": list(task.unconfirmed),
        "parent": parent.id if parent else None,
        "goal": task.goal,
        "category": task.category,
        "person": task.person,
        "days_behind": behind and behind.days,
        "lag": behind and behind.lag,
        "slip": behind and behind.slip,
        "earned_schedule": behind and behind.earned,
        "planned_days": at.planned_days,
        "forecast_late": finish and finish.late,
        "waits_for": list(dict.fromkeys(node.name for wait in judgement.waits for node in wait.unreached)),
    }


def calendar_dates(plan: Plan, judgements: Iterable[Judgement]) -> Items:
    """The open dates of these tasks and their sub-tasks, in the plan's language, without duplicates."""

    def make() -> list[dict[str, Any]]:
        with speaking(plan.language):
            found = {item["uid"]: item for judgement in judgements for item in _dates_of(plan, judgement)}
        return sorted(found.values(), key=lambda item: (item["day"], item["uid"]))

    return Items(make)


def _dates_of(plan: Plan, judgement: Judgement) -> Iterator[dict[str, Any]]:
    """Yield the dates of one task. Their `uid` is stable as long as the plan keeps its title and ids."""
    from hashlib import sha256  # OpenSSL, which no other report needs

    of_plan = sha256(plan.title.encode()).hexdigest()[:12]
    for each in judgement.with_subtasks():
        at, task = each.position, each.position.task
        if at.finished or at.life.on_hold:
            continue
        details = "\n".join((_("Lead unit: {unit}").format(unit=or_unknown(task.lead_unit)), f"{task.id} {task.title}"))
        # A milestone of monthly amounts is never reached by name: it is listed up to its day.
        months = [(m, day) for m in task.milestones if m.indicators and (day := at.life.deadline(m)) >= at.as_of]
        for thing, day in (*open_dates(task, at.life, ()), *months):
            if isinstance(thing, Task):
                uid, title = task.id, _("{task}: deadline").format(task=task.title)
            elif isinstance(thing, Milestone):
                uid = f"{task.id}/{thing.id}"
                title = _("{task}: {milestone}").format(task=task.title, milestone=thing.title)
            else:
                continue
            yield {"uid": f"{of_plan}/{uid}@jk", "day": day, "title": title, "description": details}


def with_titles(document: Document, titles: Mapping[str, str]) -> Document:
    """The report with the title of each task beside its number; the result cannot be imported."""
    fields: dict[str, str] = {}
    for name, title in document.fields.items():
        fields |= {"task": _("Task no."), "task_title": title} if name == "task" else {name: title}
    items = [{**item, "task_title": titles.get(item["task"])} for item in document.items]
    return replace(document, fields=fields, items=items, importable=False)
