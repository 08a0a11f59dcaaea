"""The rows of tasks in a workbook: the most important columns come first, and each reason is given only once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from ..language import _, ngettext, speaking
from ..quantities import percent
from ..reports.document import Document
from ..reports.reason_wording import or_unknown, without_repeated_days

READ_FIRST = (
    *("district", "id", "title", "reasons", "lamp", "state", "worst_days", "progress", "planned", "deadline"),
    *("lead_unit", "person", "last_report_on"),
)
"""The columns of a report of tasks that are printed, in their order; the other columns follow, grouped."""
_LATE = frozenset(("overdue", "milestone-overdue", "month-overdue", "problem-overdue"))
"""The codes of reasons that count days past a date."""


def as_rows(document: Document) -> Document:
    """The report with a column for the worst lateness, and with the columns of `READ_FIRST` first."""
    titles = {**document.fields, "worst_days": _("Most days overdue (days)")}
    if all(item["deadline"] == item["original_deadline"] for item in document.items):
        titles |= {"deadline": _("Deadline")}
    ordered = [name for name in READ_FIRST if name in titles] + [name for name in titles if name not in READ_FIRST]
    items = [
        {
            **item,
            "worst_days": _worst_days(item) or None,
            "lead_unit": or_unknown(item["lead_unit"]),
            "last_report_on": _last_report(document, item),
        }
        for item in document.items
    ]
    return replace(
        document, fields={name: titles[name] for name in ordered}, items=[*_with_reasons_once(items, _late(document))]
    )


def _late(document: Document) -> Mapping[str, str]:
    """Task → what is late of it, in the words and with the count of the report on paper."""
    with speaking(document.about.language):
        return document.late() if document.late else {}


def _last_report(document: Document, item: Mapping[str, Any]) -> date | str:
    """The day of a task's last report; if none is known, “nothing reported”, or a dash when `last_reports` is None."""
    if document.last_reports is None:
        return item["last_report_on"] or "–"
    return document.last_reports.get(_key(item)) or _("nothing reported")


def _key(item: Mapping[str, Any]) -> str:
    """The key of a task in the mappings of a document: its id; in an overview `district/id`."""
    return f"{item['district']}/{item['id']}" if "district" in item else str(item["id"])


def _with_reasons_once(items: Sequence[Mapping[str, Any]], late: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield the tasks with each reason once: a reason of a sub-task is left to the sub-task's own row if there is one.

    Of a late task only what is late is given. The task counts its late sub-tasks, or those at risk if none is late.
    """
    rows = {(item.get("district"), item["id"]) for item in items}
    parts: dict[tuple[Any, str | None], list[Mapping[str, Any]]] = {}
    for item in items:
        parts.setdefault((item.get("district"), item["parent"]), []).append(item)
    for item in items:
        own_reasons = [
            _without_figures(why) if why["task"] == item["id"] else _without_last_report(why)
            for why in item["reasons"]
            if why["task"] == item["id"] or (item.get("district"), why["task"]) not in rows
        ]
        own = [*_joined_by_subtask(item["id"], _worst_first(_without_straight_line_gaps(own_reasons)))]
        if len(own_reasons) == len(item["reasons"]):
            late_text = without_repeated_days(late.get(_key(item), ""), item["worst_days"] or 0)
            yield {**item, "reasons": [{"code": "late", "text": late_text}] if late_text else own}
            continue
        subtasks = parts.get((item.get("district"), item["id"]), ())
        own = _own_reasons(own, subtasks)
        overdue = sum(bool(part["worst_days"]) for part in subtasks)
        at_risk = sum(part["state"] == "at-risk" for part in subtasks)
        count = overdue or at_risk
        red = next((why["count"] for why in own if why["code"] == "subtasks-red"), 0)
        if overdue and red and red == sum(bool(part["worst_days"]) and part["lamp"] == "red" for part in subtasks):
            own = [why for why in own if why["code"] != "subtasks-red"]
            text = _("sub-tasks overdue: {count}, with a red lamp: {red} (see their rows)").format(
                count=overdue, red=red
            )
            yield {**item, "reasons": [{"code": "subtasks", "text": text}, *own]}
            continue
        text = (
            ngettext("{count} sub-task overdue (see its row)", "{count} sub-tasks overdue (see their rows)", count)
            if overdue
            else ngettext("{count} sub-task at risk (see its row)", "{count} sub-tasks at risk (see their rows)", count)
        )
        yield {
            **item,
            "reasons": [{"code": "subtasks", "text": text.format(count=count)}, *own] if count else own,
        }


def _own_reasons(own: Sequence[Mapping[str, Any]], below: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The reasons of a task itself, without its lateness if sub-tasks in the rows below are late since the same day."""
    theirs = {why["days"] for part in below for why in part["reasons"] if _is_whole(part, why)}
    return [why for why in own if why["code"] != "overdue" or why["days"] not in theirs]


def _is_whole(part: Mapping[str, Any], why: Mapping[str, Any]) -> bool:
    return (why["code"], why["task"]) == ("overdue", part["id"])


def _worst_first(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The reasons, those with the most days late first. A problem both late and major has one reason, marked major."""
    major = {why["id"] for why in reasons if why["code"] == "problem-major"}
    late = {why["id"] for why in reasons if why["code"] == "problem-overdue"}
    merged = [
        _marked_major(why) if why["code"] == "problem-overdue" and why["id"] in major else why
        for why in reasons
        if why["code"] != "problem-major" or why["id"] not in late
    ]
    return sorted(merged, key=lambda why: -why["days"] if why["code"] in _LATE else 0)


def _marked_major(why: Mapping[str, Any]) -> Mapping[str, Any]:
    title = _("{title} (major)").format(title=why["title"])
    return {**why, "text": why["text"].replace(why["title"], title, 1)}


def _without_straight_line_gaps(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The reasons without the gap to an assumed straight line, for tasks that also have a lateness in days."""
    late = {why["task"] for why in reasons if why["code"] in ("pace", "overdue")}
    return [
        why for why in reasons if not (why["code"] == "behind" and why.get("straight_line") and why["task"] in late)
    ]


def _joined_by_subtask(task: str, reasons: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the reasons of a task, and one own reason for each sub-task without a row of its own, naming it once."""
    first: dict[str, str] = {}
    for why in reasons:
        if why["task"] != task:
            text = why["text"]
            if before := first.get(why["task"]):
                text = before + _("; ") + _without_name(text, before)
            first[why["task"]] = text
    for why in reasons:
        if why["task"] == task:
            yield why
        elif why["task"] in first:
            yield {**why, "text": first.pop(why["task"])}


def _without_name(text: str, before: str) -> str:
    """A sentence without the name of the sub-task, if the sentence `before` begins with the same name."""
    colon = _("{task} {title}: {said}").partition("{title}")[2].partition("{said}")[0]
    remainder = text
    while colon in remainder and before.startswith(text[: len(text) - len(remainder.partition(colon)[2])]):
        remainder = remainder.partition(colon)[2]
    return remainder


def _without_last_report(why: Mapping[str, Any]) -> Mapping[str, Any]:
    """A reason without the day of the task's last report, which has a column of its own."""
    if why["code"] != "silent" or not why["last_report_on"]:
        return why
    latest = _("; the latest is as of {day}").format(day=why["last_report_on"])
    return {**why, "text": why["text"].removesuffix(latest)}


def _without_figures(why: Mapping[str, Any]) -> Mapping[str, Any]:
    """A reason without the task's progress and the day of its last report, which have columns of their own."""
    if why["code"] not in ("pace", "behind") or "month" in why or None in (why["planned"], why["progress"]):
        return _without_last_report(why)
    text = _("planned {planned}, actual {actual}")
    figures = text.format(planned=percent(why["planned"]), actual=percent(why["progress"]))
    return {**why, "text": why["text"].replace(_("; ") + figures, "").removeprefix(figures).lstrip("，, ")}


def _worst_days(item: Mapping[str, Any]) -> int:
    """The most days past any date: of the task, its milestones, its problems or its sub-tasks; 0 if nothing is late."""
    return max((why["days"] for why in item["reasons"] if why["code"] in _LATE), default=0)


def levels(document: Document) -> list[int]:
    """How many levels the task of each row is below its topmost ancestor in the table."""
    depths: dict[tuple[str | None, str], int] = {}
    for item in document.items:
        district = item.get("district")
        depths[district, item["id"]] = depths.get((district, item.get("parent") or ""), -1) + 1
    return list(depths.values())
