"""`jk notice` (督办通知): the letter to one unit, with what is late, at risk or due, and what is required by when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ..field_types import Level
from ..kinds.issued import LEVELS
from ..language import N_, _, in_use, ngettext, speaking
from ..model import Plan, Task
from ..quantities import days, enumeration
from ..rules.status import Judgement
from .bulletin_paragraphs import sentences
from .document import Column, Document, Letterhead, Scope, Section, Table
from .late_notes import MOST_LATE
from .notice_items import Item, items_of, requested, sentences_of
from .notice_requests import Letter, by_number, form_of_address, is_silent, numbered_lines, required
from .reason_wording import counted_more, full_titles, numbered

COLOURS: Mapping[Level, str] = {"red": N_("red level"), "yellow": N_("yellow level"), "blue": N_("blue level")}
_LEVELS: Mapping[Level, str] = {"red": N_("Level: red"), "yellow": N_("Level: yellow"), "blue": N_("Level: blue")}
_PLAN_WORDS = ("方案", "计划", "意见", "通知", "办法", "要点")
"""Endings of a document's title; a plan whose title has none of them is named after its work."""


def build(scope: Scope, letter: Letter, judgements: Sequence[Judgement]) -> Document:
    """The letter with its level; without items there is no letter. `judgements` covers the whole plan."""
    plan = scope.plan
    items = items_of(plan, letter.unit, judgements, letter.tasks)
    level = letter.level(items)
    with speaking(plan.language):
        data = [_data(item) for item in items_of(plan, letter.unit, judgements, letter.tasks)]
    beside = (_(_LEVELS[level]), _("Approved by:")) if level else ()
    document = Document(
        kind="notice",
        about=scope.about,
        title=_title(plan, items, matters_of(items)),
        fields=fields(),
        items=data,
        sections=tuple(_sections(scope, letter, items, level)) if level else (),
        found=bool(items),
        extra={"unit": letter.unit, "level": level, "answer_by": letter.answer_by},
        letterhead=Letterhead(
            number=_number(scope, letter),
            issuer=plan.issuer,
            dated=scope.as_of,
            addressee=letter.unit,
            copy_to=_copies(plan, letter.unit, items),
            masthead=plan.masthead,
            beside=beside,
            attachment=_("Receipt") if items else None,
            contact=_contact(plan) if items else None,
        ),
    )
    return document.on_paper


def fields() -> dict[str, str]:
    """The fields of an item and their titles."""
    return {
        "level": _("Level"),
        "task": _("No."),
        "title": _("Task"),
        "what": _("What"),
        "date": _("Date"),
        "days_overdue": _("Days overdue"),
        "asked": _("What is required"),
    }


def as_list(document: Document, plan: Plan) -> Document:
    """The letter's items for the workbook sent with it; sub-tasks have the titles of their tasks."""
    named = full_titles(plan)
    items = [
        {**item, "title": named[item["task"]], "days_overdue": item["days_overdue"] or None} for item in document.items
    ]
    return replace(document, fields={**document.fields, "date": _("Due by")}, items=items)


def _data(item: Item) -> dict[str, Any]:
    return {
        "level": item.level,
        "task": item.task.id,
        "title": item.task.title,
        "what": item.what,
        "date": item.day,
        "days_overdue": item.overdue,
        "asked": requested(item),
    }


def _number(scope: Scope, letter: Letter) -> str:
    """`经开督〔2016〕3号`; without the code if the plan has none."""
    number = _("[{year}] No. {number}").format(year=scope.as_of.year, number=letter.number)
    code = scope.plan.code or ""
    return f"{code} {number}" if code and in_use() == "en" else f"{code}{number}"


def _title(plan: Plan, items: Sequence[Item], matters: Sequence[Sequence[Item]]) -> str:
    """The title: the first task of the first matter, and the number of tasks."""
    named = full_titles(plan)
    titles = list(
        dict.fromkeys(named[item.task.id] for item in (*(item for matter in matters for item in matter), *items))
    )
    if not titles:
        return _("Notice")
    text = _("Notice about {title} and others, {count} tasks in all") if len(titles) > 1 else _("Notice about {title}")
    return text.format(title=titles[0], count=len(titles))


def _contact(plan: Plan) -> str:
    """The contact at the issuing office; blanks to be filled in by hand if the plan has none."""
    contact = plan.contacts.get(plan.issuer or "")
    if not contact:
        return _("(Contact:        Telephone:        )")
    named = any(map(str.isalpha, contact))
    return (_("(Contact: {contact})") if named else _("(Telephone: {contact})")).format(contact=contact)


def _copies(plan: Plan, unit: str, items: Sequence[Item]) -> tuple[str, ...]:
    """The recipients of copies: the units that lead the tasks of its items or their parents, and those of all papers.

    A problem may be another unit's than the task.
    """
    parents = plan.parents()
    tasks = (task for item in items for task in (item.task, parents.get(item.task.id)) if task)
    leads = (task.answering_unit for task in tasks)
    return tuple(dict.fromkeys(name for name in (*leads, *plan.copy_to) if name and name != unit))


def _sections(scope: Scope, letter: Letter, items: Sequence[Item], level: Level) -> Iterator[Section]:
    """Yield the reason for writing, the matters, what is required by which day, and the receipt to send back."""
    plan, matters = scope.plan, matters_of(items)
    text = _("In line with {plan}, {you} is asked to attend to the following, as of {day}.")
    first = text.format(plan=_citation(plan), you=form_of_address(letter.unit), day=scope.as_of)
    yield Section(lines=(*_reminder(letter, level), first))
    titles_by_matter = [titles_of(plan, matter) for matter in matters]
    is_one = sum(map(len, titles_by_matter)) == 1  # its title is that of the letter
    paragraphs = [
        sentences(sentences_of(matter)) if is_one else _paragraph(matter, titles)
        for matter, titles in zip(matters, titles_by_matter, strict=True)
    ]
    yield Section(_("1. Matters to attend to"), tuple(numbered_lines(paragraphs)))
    yield required(scope, letter, matters, level, by_number)
    columns = (
        Column(_("Work"), wraps_from=14),
        Column(_("What was done"), wraps_from=14),
        Column(_("Reason for the delay, and measures"), wraps_from=16),
        Column(_("Person in charge"), wraps_from=6),
        Column(_("Date of completion"), wraps_from=8),
    )
    rows = tuple((title, "", "", "", "") for titles in titles_by_matter for title in titles)
    yield to_send_back(_("Receipt"), Table(columns, rows, by_hand=True))


def to_send_back(title: str, table: Table) -> Section:
    """An attachment to be filled in and sent back."""
    return Section(title, (_("Unit (seal):            Head of the unit:          Date:"),), table, slip=True)


def matters_of(items: Sequence[Item]) -> list[list[Item]]:
    """The items of each paragraph. Tasks with equal sentences share a paragraph; silent tasks share the last one."""
    of_task: dict[str, list[Item]] = {}
    reported_ids = {item.task.id for item in items if not is_silent(item)}
    for item in items:
        of_task.setdefault(item.task.id if item.task.id in reported_ids else _SILENT, []).append(item)
    silent = of_task.pop(_SILENT, [])
    unreported = [matter for matter in of_task.values() if all(map(_is_unreported, matter))]
    others = [matter for matter in of_task.values() if matter not in unreported]
    unreported.sort(key=lambda matter: (matter[0].request != "start", -matter[0].periods))
    return [*_merged([*others, *unreported]), *([silent] if silent else [])]


def _is_unreported(item: Item) -> bool:
    """Whether work has not begun, or was not reported on for several periods."""
    return item.request == "start" or (item.periods > 1 and item.request == "report")


MOST_BEFORE = 3
"""The most unanswered letters that are named, the last ones issued."""


def _reminder(letter: Letter, level: Level) -> Iterator[str]:
    """The sentence that earlier letters were not answered, with the level of this one; nothing if all were."""
    count, now = len(letter.unanswered), _(LEVELS[level])
    is_repeated = any(each.level == level for each in letter.unanswered)
    last = letter.unanswered[-MOST_BEFORE:]
    text = _("{number} ({level})")
    named = [
        text.format(number=each.number, level=_(LEVELS[each.level])) if each.level else each.number for each in last
    ]
    days_to_answer = enumeration(str(each.answer_by) for each in last)
    if count == 1:
        text = _("{number} was to be answered by {day} and has not been: this is a {now}.")
        if is_repeated:
            text = _("{number} was to be answered by {day} and has not been: this is another {now}.")
        yield text.format(number=named[0], day=days_to_answer, now=now)
    elif count:
        listed = enumeration(named)
        if count > MOST_BEFORE:
            text = _("{listed} and {count} letters before them")
            listed = text.format(listed=listed, count=counted_more(MOST_BEFORE, count))
        text = _("{numbers} were to be answered by {day}, and none of them has been: this is a {now}.")
        if is_repeated:
            text = _("{numbers} were to be answered by {day}, and none of them has been: this is another {now}.")
        yield text.format(numbers=listed, day=days_to_answer, now=now)


def _citation(plan: Plan) -> str:
    """The plan as a letter cites it: 《…推进方案》."""
    text = _("“{title}”") if plan.title.endswith(_PLAN_WORDS) else _("the plan “{title}”")
    return text.format(title=plan.title)


def _merged(matters: Iterable[Sequence[Item]]) -> list[list[Item]]:
    """The items of each paragraph; tasks with equal sentences and requests share one."""
    found: dict[object, list[Item]] = {}
    for items in matters:
        found.setdefault((*sentences_of(items), *(item.request for item in items)), []).extend(items)
    return list(found.values())


def titles_of(plan: Plan, items: Sequence[Item]) -> list[str]:
    """The titles of the tasks of a paragraph; sub-tasks of one parent are one title: 棚户区征迁改造（一期、二期）."""
    parents, full, of_parent = plan.parents(), full_titles(plan), dict[str, list[Task]]()
    for task in {item.task.id: item.task for item in items}.values():
        parent = parents.get(task.id)
        of_parent.setdefault(parent.id if parent else task.id, []).append(task)
    return [as_one(full, parent, tasks) for parent, tasks in of_parent.items()]


def as_one(full: Mapping[str, str], parent: str, tasks: Sequence[Task]) -> str:
    """The title of a task, of sub-tasks of one parent, or of both."""
    if len(tasks) == 1:
        return full[tasks[0].id]
    text = _("{parent} (with {part})") if any(task.id == parent for task in tasks) else _("{parent} ({part})")
    return text.format(parent=full[parent], part=enumeration(task.title for task in tasks if task.id != parent))


def in_short(titles: Sequence[str]) -> str:
    """The titles of a paragraph for a row of the receipt: at most three, then how many more there are."""
    if len(titles) <= MOST_LATE:
        return enumeration(titles)
    count = counted_more(MOST_LATE, len(titles))
    return _("{listed} and {count} more").format(listed=enumeration(titles[:MOST_LATE]), count=count)


def _paragraph(items: Sequence[Item], titles: Sequence[str]) -> str:
    """The paragraph of some tasks: their titles, then the sentences, which are the same for each.

    Tasks that lack only a report share one paragraph.
    """
    if all(map(is_silent, items)) and len({item.task.id for item in items}) > 1:
        return _("{titles}: no report received in the last reporting period.").format(titles=enumeration(titles))
    own = [item for item in items if item.task.id == items[0].task.id]
    return with_titles(enumeration(titles), sentences_of(own), is_one=len(titles) == 1)


def with_titles(titles: str, texts: Iterable[str], *, is_one: bool) -> str:
    """Sentences after the title of the task that they are about, or the titles of tasks of which each is true."""
    if is_one:
        return sentences([titles, *texts])
    return _("{titles}, each of them: {said}").format(titles=titles, said=sentences(texts))


_SILENT = ""
"""The group of tasks that lack only a report, used in place of a task id."""


def nothing(plan: Plan, letter: Letter) -> str:
    """The sentence that says why there is no letter."""
    if letter.tasks:
        named = enumeration(numbered(task) for task in plan.every_task() if task.id in letter.tasks)
        text = _("No letter: {unit} has nothing of {tasks} that is overdue, at risk or due within {when}.")
        return text.format(unit=letter.unit, tasks=named, when=days(plan.rules.due_soon))
    text = ngettext(
        "No letter: {unit} has nothing that is overdue, at risk or due within {count} day.",
        "No letter: {unit} has nothing that is overdue, at risk or due within {count} days.",
        plan.rules.due_soon,
    )
    return text.format(unit=letter.unit, count=plan.rules.due_soon)
