"""A letter on three pages: in prose if that fits; else its worst matters, and a list of all matters (附件)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise, takewhile
from math import ceil

from msgspec.structs import replace

from ..field_types import Level
from ..language import N_, _, in_use, ngettext, speaking
from ..model import Milestone, Plan
from ..quantities import days, enumeration
from ..rules.status import Judgement
from ..text import width
from .bulletin_paragraphs import first_level, late_things, run_on, sentences
from .document import Column, Document, Scope, Section, Table, for_paper
from .notice import build, in_short, matters_of, titles_of, to_send_back, with_titles
from .notice_items import Item, Request, items_of, sentences_of
from .notice_requests import Letter, LetterRequest, form_of_address, is_silent, request_applies, required
from .reason_wording import full_titles

_LINE = {"zh": 56, "en": 82}
"""Language → the half-width characters that fit on a line."""
_LINES = {"zh": 41, "en": 58}
"""Language → the lines on two pages, less some left empty at the end of the first one."""
_WIDER = 1.06
"""How much wider a text may be than estimated, as a factor: the digits of some fonts are wide."""
_MASTHEAD, _HEAD, _FOOT = 5, 5, 8
"""The lines of the red head; of number, blanks and addressee; of attachment, signature, date and contact."""
_MOST_IN_PROSE = 8
"""The most rows of a receipt to be filled in by hand on one page."""
_MOST_FIRST = 3
"""The most matters that a letter with a list names in its text: the same number in the letters of each unit."""
_WORK = range(14, 34, 4)
"""The possible widths of the column of the work, in half-width characters."""
_WRITTEN = {True: 14, False: 24}
"""Whether the list is complete → the width of the column to be filled in by hand; short rows need a wider one."""
_TEXTS = 66
"""The total width of that column and both columns with text."""
_UNFILLED = 5
"""The half-width characters that may stay empty on a line, in a cell of several lines."""
_HEIGHT = 8800
"""The most height of the rows of the list on a page, in twips."""
_ROW, _ROW_LINE = 56, 225
"""The height of a row without lines, and of each line, in twips."""
_BY_HAND = 540
"""The least height of a row that has room for a handwritten line, in twips."""
_OF_HEIGHT = 7000
"""The most of `_HEIGHT` that least heights may add up to: with many rows they are lower, to leave room for words."""


def on_paper(scope: Scope, letter: Letter, judgements: Sequence[Judgement]) -> Document:
    """The letter as it is sent: the result of `build` if its text fits on two pages and its receipt on one.

    Otherwise the text has the worst matters, and the receipt lists all of them. If the list has to count some, a
    workbook with every matter is sent too (`Letterhead.workbook`).
    """
    document = build(scope, letter, judgements)
    items = items_of(scope.plan, letter.unit, judgements, letter.tasks)
    with speaking(scope.plan.language):
        return document if not items or _fits(document) else _listed(document, scope, letter, items)


def _fits(document: Document) -> bool:
    rows = sum(len(section.table.rows) for section in document.sections if section.table)
    return rows <= _MOST_IN_PROSE and _lines(document) <= _LINES[in_use()]


def _lines(document: Document) -> int:
    """The approximate number of lines of a letter without its attachment."""
    columns, letterhead = _LINE[in_use()], document.letterhead
    head = _HEAD + (_MASTHEAD if letterhead and letterhead.masthead else 0)
    text = [line for s in document.sections if not s.slip for line in (*filter(None, [s.title]), *s.lines)]
    return head + sum(_lines_of(line, columns, 4) for line in text) + _FOOT


def _lines_of(text: str, columns: int, indent: int = 0) -> int:
    return max(1, ceil((_WIDER * width(text) + indent) / columns))


def _listed(document: Document, scope: Scope, letter: Letter, items: Sequence[Item]) -> Document:
    """The letter with a list of its matters."""
    matters = [*_matters_by_row(scope.plan, matters_of(items))]
    titles_by_matter = [titles_of(scope.plan, matter) for matter in matters]
    short_titles = [_short_title(scope.plan, matter) for matter in matters]
    rows, is_whole = _rows(
        _attempts(matters, titles_by_matter, short_titles, lambda text: for_paper(text, scope.as_of.year))
    )
    title = _("List of matters, and receipt")
    after = (
        required(scope, letter, matters, letter.level(items) or "blue", partial(_by_kind, titles_by_matter)),
        to_send_back(
            title, Table(_columns(_WRITTEN[is_whole]), tuple((*row, "", "", "") for row in rows), by_hand=True)
        ),
    )
    head = document.letterhead and replace(
        document.letterhead, attachment=title, workbook=None if is_whole else _("All matters in detail (workbook)")
    )

    def letter_with(first: Sequence[str]) -> Document:
        section = Section(_("1. Matters to attend to"), (_count_of_tasks(letter, items, reds - len(first)), *first))
        sections = (document.sections[0], section, *after)
        return replace(document, sections=sections, letterhead=head).on_paper

    reds = len([*takewhile(lambda matter: matter[0].level == "red", matters)])
    first = [*map(_worst_sentence, matters[: min(reds or _MOST_FIRST, _MOST_FIRST)], titles_by_matter)]
    worst = [first_level(number, text) for number, text in enumerate(first, start=1)]
    while len(worst) > 1 and _lines(letter_with(worst)) > _LINES[in_use()]:
        worst.pop()
    return letter_with(worst)


def _matters_by_row(plan: Plan, matters: Iterable[Sequence[Item]]) -> Iterator[list[Item]]:
    """Yield the items of each row: tasks of one paragraph have a row each, but sub-tasks of one parent share a row."""
    parents = plan.parents()
    for items in matters:
        of_work: dict[str, list[Item]] = {}
        for item in items:
            of_work.setdefault(parents.get(item.task.id, item.task).id, []).append(item)
        yield from of_work.values()


_COUNTED: Mapping[Level, str] = {"red": N_("{count} red"), "yellow": N_("{count} yellow"), "blue": N_("{count} blue")}


def _count_of_tasks(letter: Letter, items: Sequence[Item], reds_left: int) -> str:
    """The number of tasks by the level of their worst items, a reference to the attachment, and what follows.

    Args:
        letter: gives the unit, whose own matters decide the levels.
        items: the items of the letter, the worst first.
        reds_left: the number of red matters that are not named below; negative if none is red.
    """
    of_task = {item.task.id: item.level for item in reversed(items)}
    levels = [*of_task.values()]
    each = [_(text).format(count=levels.count(level)) for level, text in _COUNTED.items() if level in levels]
    text = ngettext(
        "The matters of {you} are about one task ({levels}); see the attachment.",
        "The matters of {you} are about {count} tasks ({levels}); see the attachment.",
        len(of_task),
    )
    counted = text.format(count=len(of_task), levels=enumeration(each), you=form_of_address(letter.unit))
    first = _("First of all:")
    if items[0].level == "red":
        first = _("First of all, what is red and most days late:") if reds_left > 0 else _("First of all, what is red:")
    return run_on((counted, first))


def _worst_sentence(items: Sequence[Item], titles: Sequence[str]) -> str:
    """The worst thing of a matter, and whether there is more in the attachment."""
    own = _representative_items(items)
    sentence, others = own[0].sentence if own else _no_report(), own[1:]
    milestones = sum(item.late is not None and isinstance(item.late.thing, Milestone) for item in others)
    if milestones:
        text = ngettext(
            "{said}; {count} more overdue milestone and what else is in the attachment",
            "{said}; {count} more overdue milestones and what else is in the attachment",
            milestones,
        )
        if milestones == len(others):
            text = ngettext(
                "{said}; {count} more overdue milestone in the attachment",
                "{said}; {count} more overdue milestones in the attachment",
                milestones,
            )
        sentence = text.format(said=sentence, count=milestones)
    elif others:
        sentence = _("{said}; more in the attachment").format(said=sentence)
    return with_titles(in_short(titles), [sentence], is_one=len(titles) == 1)


_KINDS: Mapping[LetterRequest, str] = {
    "report": N_("what is overdue without a report"),
    "progress": N_("what was not reported in time"),
    "start": N_("what has not begun"),
    "explain": N_("what is overdue"),
    "put-right": N_("the problems that are overdue"),
    "catch-up": N_("what is behind"),
    "finish": N_("what falls due soon"),
}


def _by_kind(titles: Sequence[Sequence[str]], request: LetterRequest, matters: Sequence[Sequence[Item]]) -> str:
    """What a request is about, in words: there are too many matters to refer to numbers. A single due one is named."""
    concerned = [named for named, items in zip(titles, matters, strict=True) if request_applies(request, items)]
    if request == "finish" and len(concerned) == 1:
        return _("{titles}, which falls due soon").format(titles=enumeration(concerned[0]))
    return _(_KINDS[request]) if concerned else ""


def _columns(written: int) -> tuple[Column, ...]:
    return (
        Column(_("No."), align="right"),
        Column(_("Work"), wraps_from=14),
        Column(_("How it stands"), wraps_from=20),
        Column(_("What was done, reason for the delay, and measures"), wraps_from=written),
        Column(_("Person in charge"), wraps_from=6),
        Column(_("Date of completion"), wraps_from=8),
    )


_Row = tuple[str, str, str]
"""Number, work, status."""
_Attempt = tuple[list[_Row], bool]
"""Rows, and whether they are complete."""


def _rows(attempts: Iterable[_Attempt]) -> tuple[list[_Row], bool]:
    """The rows of the list in as many words as fit, and whether they are complete."""
    for rows, is_whole in attempts:
        least = 0 if is_whole else min(_BY_HAND, _OF_HEIGHT // len(rows))  # complete if the words alone fit
        texts = _TEXTS - _WRITTEN[is_whole]
        if any(sum(max(least, _height(row, work, texts)) for row in rows) <= _HEIGHT for work in _WORK):
            return rows, is_whole
    return [], False


def _attempts(
    matters: Sequence[Sequence[Item]],
    titles_by_matter: Sequence[Sequence[str]],
    short_titles: Sequence[str],
    edit: Callable[[str], str],
) -> Iterator[_Attempt]:
    """Yield ever shorter versions: complete; the last rows, then all rows shortened; the first rows only."""

    def rows(short_titles: Iterable[str], states: Iterable[str]) -> list[_Row]:
        return [
            (str(n), work, edit(state))
            for n, (work, state) in enumerate(zip(short_titles, states, strict=False), start=1)
        ]

    yield rows(map(enumeration, titles_by_matter), map(_full_status, matters)), True
    fewer = [
        [status_of(items) for items in matters] for status_of in (_status_by_name, _status_in_figures, _short_status)
    ]
    for more, less in pairwise(fewer):
        for count in range(len(matters), -1, -1):
            yield rows(short_titles, (*more[:count], *less[count:])), False
    for left in range(2, len(matters)):
        tasks = len({item.task.id for items in matters[-left:] for item in items})
        last = ("", _("{count} more tasks").format(count=tasks), _("see the workbook"))
        yield [*rows(short_titles[:-left], fewer[-1]), last], False


def _short_title(plan: Plan, items: Sequence[Item]) -> str:
    """The tasks of a matter in a few words: sub-tasks by their parent, with their number."""
    parents, titles = plan.parents(), full_titles(plan)
    tasks = {item.task.id: item.task for item in items}
    if len(tasks) == 1:
        return titles[next(iter(tasks))]
    of = dict.fromkeys(parents.get(task.id, task).title for task in tasks.values())
    text = _("{title} ({count} tasks)") if len(of) == 1 else _("{title} and others ({count} tasks)")
    return text.format(title=next(iter(of)), count=len(tasks))


def _height(row: _Row, of_work: int, texts: int) -> int:
    """The height of a row in twips, for the width of the column of the work, and of both columns with text together."""
    _number, work, state = row
    return _ROW + _ROW_LINE * max(_in_cell(work, of_work), _in_cell(state, texts - of_work))


def _in_cell(text: str, columns: int) -> int:
    """The lines that a text takes in a cell, in which figures that do not fit move to the next line."""
    lines = _lines_of(text, columns)
    return lines if lines == 1 else _lines_of(text, columns - _UNFILLED)


def _full_status(items: Sequence[Item]) -> str:
    """The status of a matter, in full."""
    return sentences(sentences_of(own) if (own := _representative_items(items)) else [_no_report()])


def _status_by_name(items: Sequence[Item]) -> str:
    """The status of a matter: at most three late things by name; several things that fall due are counted."""
    own = _representative_items(items)
    if not own:
        return _no_report()
    late = [item.late for item in own if item.late]
    due = [item for item in own if item.request == "finish"]
    phrases = [late_things(late)] if late else []
    phrases += [item.sentence for item in own if not item.late and (item not in due or len(due) == 1)]
    return _("; ").join([*phrases, *([_falling_due(len(due))] if len(due) > 1 else [])])


_BEHIND = frozenset[Request](("catch-up", "explain"))
"""The requests for work that is behind its plan."""

_LATE: Mapping[Request, str] = {
    "report": N_("{count} not reported"),
    "explain": N_("{count} not finished"),
    "put-right": N_("{count} problems not fixed"),
}


def _status_in_figures(items: Sequence[Item]) -> str:
    """The status of a matter in one line: the most days, how many things are late, how far behind, and what else."""
    own = _representative_items(items)
    behind = (item.sentence.split(_("; "))[0] for item in own if not item.late and item.request in _BEHIND)
    return _count_phrase(own, next(behind, ""))


def _count_phrase(own: Sequence[Item], behind: str) -> str:
    if not own:
        return _no_report()
    late = [item for item in own if item.late]
    phrases = []
    if late:
        counts = Counter(item.request for item in late)
        listed = enumeration(_(text).format(count=counts[what]) for what, text in _LATE.items() if counts[what])
        text = _("{days} overdue ({listed})") if len(late) == 1 else _("up to {days} overdue ({listed})")
        phrases.append(text.format(days=days(max(item.overdue for item in late)), listed=listed))
    others = {item.request for item in own if not item.late}
    if others & _BEHIND:
        phrases.append(behind)
    if "start" in others:
        phrases.append(_("not begun"))
    if "report" in others:
        phrases.append(_("without a report"))
    if due := sum(item.request == "finish" for item in own):
        phrases.append(_falling_due(due))
    return _("; ").join(phrases)


def _short_status(items: Sequence[Item]) -> str:
    """The status of a matter in a few words: its worst thing, and the number of things."""
    own = _representative_items(items)
    if not own or not own[0].overdue:
        return _count_phrase(own, _("behind plan"))
    worst = _("{days} overdue").format(days=days(max(item.overdue for item in own)))
    return worst if len(own) == 1 else _("{worst}, {count} in all").format(worst=worst, count=len(own))


def _representative_items(items: Sequence[Item]) -> Sequence[Item]:
    """The items of the first task of a matter, which stand for those of the others; none for silent tasks."""
    if all(map(is_silent, items)):
        return ()
    return [item for item in items if item.task.id == items[0].task.id]


def _no_report() -> str:
    return _("no report in the last reporting period")


def _falling_due(count: int) -> str:
    return ngettext("{count} falls due soon", "{count} fall due soon", count).format(count=count)
