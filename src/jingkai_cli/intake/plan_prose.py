"""Reads tasks from numbered prose: `（一）停车场建设。新增2000个。（牵头单位：执法局；完成时限：9月底）`."""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ..language import _
from ..text import arabic, split_outside
from .above_tables import is_date
from .column_headers import labelled
from .deadline_cells import deadline_within
from .grid import Cell, Grid
from .plan_drafts import LONGEST, Draft, one_line
from .plan_rows import Group, group_of
from .plan_words import LABELS, TASK_LABELS, PlanWords, split_attributes
from .step_cells import has_date, read_steps

_STYLES = (
    re.compile("^第[一二三四五六七八九十]+(?:部分|章|篇)[、:： 　]*"),
    re.compile("^[一二三四五六七八九十]+、"),
    re.compile("^[（(][一二三四五六七八九十]+[)）]、?"),
    re.compile(r"^[0-9]{1,3}(?:[.．](?![0-9])|、)\s*"),
    re.compile(r"^[0-9]{1,3}[.．][0-9]{1,3}(?:[.．、]|\s)?\s*(?![0-9月年%％])"),
    re.compile(r"^[（(][0-9]{1,2}[)）]、?"),
    re.compile("^[0-9]{1,2}[)）]"),
    re.compile("^[①-⑳]"),
)
"""The numbering styles of paragraphs, from the outermost: 一、 （一） 1. 1.1 （1） 1) ①."""

_CLOSING = re.compile("附件|抄送|主送|联系人|联系电话|此件|印发[:：]|（此|(?:注|备注|说明)[:：]")

_SIGNED = re.compile("[^，。；：、]{2,40}(?:政府|办公室|委员会|管委会|领导小组|党委|局|委|办)")

_HALF = 2

_LONGEST_HEAD = 40
"""The most characters of a title before a colon."""


class _Item(Struct):
    """A paragraph: the style of its number, its text without the number, and its labelled fields."""

    cell: Cell
    style: int | None
    text: str
    attributes: list[tuple[str, str]] = field(default_factory=list)
    """Fields and their texts, from labels at the end of the paragraph or in all of it."""
    following: list["_Item"] = field(default_factory=list)
    """The paragraphs without a number that follow."""

    def is_task(self) -> bool:
        """Whether it has fields that only a task has, such as units or a deadline."""
        names = [name for item in (self, *self.following) for name, _text in item.attributes]
        return bool(set(names) & TASK_LABELS)


def read_prose(grids: list[Grid], words: PlanWords) -> None:
    """Add the tasks of a text: numbered paragraphs with units or deadlines."""
    cells = [cell for grid in grids for row in sorted(grid.rows) for _column, cell in grid.own(row)]
    items = list(_items(_without_end([cell for cell in cells if words.account.is_open(cell)]), words))
    level = _level(items)
    if level is not None:
        _Prose(words, level).read(items)


def _without_end(cells: list[Cell]) -> list[Cell]:
    """The paragraphs without the end of a document: signature, date, recipients and list of annexes."""
    kept = [cell for cell in cells if not _CLOSING.match(cell.label)]
    while kept and (is_date(kept[-1].label) or _SIGNED.fullmatch(kept[-1].label)):
        kept.pop()
    return kept


def _items(cells: list[Cell], words: PlanWords) -> Iterator[_Item]:
    """Yield the numbered paragraphs with those that follow them; text before the first number is left out."""
    current: _Item | None = None
    for cell in cells:
        item = _item(cell, words)
        if item.style is not None:
            if current:
                yield current
            current = item
        elif current:
            current.following.append(item)
    if current:
        yield current


def _item(cell: Cell, words: PlanWords) -> _Item:
    text = cell.text.strip()
    style = next((number for number, form in enumerate(_STYLES) if form.match(text)), None)
    own_words = _STYLES[style].sub("", text, count=1).strip() if style is not None else text
    parts = labelled(own_words, words.known, LABELS)
    if parts and parts[0][0] is not None:
        return _Item(cell, None, "", [(name, value) for name, value in parts if name])
    own_words, found = split_attributes(own_words, words)
    return _Item(cell, style, own_words, found)


def _level(items: list[_Item]) -> int | None:
    """The style of the tasks: the outermost one with tasks in half of its items, else the one with the most tasks.

    None if there are no tasks.
    """
    styles = sorted({item.style for item in items if item.style is not None})
    are_tasks = {style: [item.is_task() for item in items if item.style == style] for style in styles}
    for style in styles:
        if sum(are_tasks[style]) * _HALF >= len(are_tasks[style]):
            return style
    commonest = max(styles, key=lambda style: sum(are_tasks[style]), default=None)
    return commonest if commonest is not None and sum(are_tasks[commonest]) else None


class _Prose(Struct):
    """Reads the paragraphs of a text in order. `level` is the style in which tasks are numbered."""

    words: PlanWords
    level: int
    headings: list[tuple[int, Group, int]] = field(default_factory=list)
    """The current headings, from the outermost: style, heading, and the number of tasks before it."""
    task: Draft | None = None
    dated: list[tuple[Cell, str]] = field(default_factory=list)
    """Sentences with a date that is not a step; it may turn out to be the deadline of the task."""

    def read(self, items: list[_Item]) -> None:
        """Read the tasks among the paragraphs; paragraphs outside of tasks stay unused."""
        tasks = {id(item) for block in self._blocks(items) if any(each.is_task() for each in block) for item in block}
        for item in items:
            style = item.style if item.style is not None else self.level
            if style < self.level:
                self._close(style)
                self.headings.append((style, group_of(item.cell), len(self.words.drafts.tasks)))
                self.task = None
            elif style == self.level:
                self.task = self._draft(item, None) if id(item) in tasks else None
            elif self.task and item.is_task() and not self._is_of_parent(item):
                self._draft(item, self.task)
            elif self.task:
                self._set_owner(self.task, item)
                self._sentences(self.task, item.cell, item.text, "notes")
                self._fill(self.task, item)
                self._list_dated(None)
                if item.is_task():
                    self.words.deadline_within(self.task, item.text)
        self._close(-1)

    def _is_of_parent(self, item: _Item) -> bool:
        """Whether a paragraph only gives units and dates for the current task, so that it is not a sub-task."""
        found = read_steps(item.text, self.words.year)
        return self.task is not None and self.task.lead_unit is None and bool(found.steps) and not found.rest

    def _list_dated(self, draft: Draft | None) -> None:
        """List the dates that were not understood and kept as text, except the one that became the deadline."""
        for cell, sentence in self.dated:
            found = deadline_within(sentence, self.words.year)
            if draft is None or found is None or found.day != draft.deadline:
                self.words.account.leave(cell, _("the date in it was not understood: kept as text"), sentence)
        self.dated = []

    def _blocks(self, items: list[_Item]) -> Iterator[list[_Item]]:
        """Yield the paragraphs with the numbering of tasks, in one list for each heading."""
        block: list[_Item] = []
        for item in items:
            if item.style is not None and item.style < self.level:
                yield block
                block = []
            elif item.style == self.level:
                block.append(item)
        yield block

    def _close(self, style: int) -> None:
        """End the headings of a style and of deeper ones, and mark those with tasks under them as used."""
        while self.headings and self.headings[-1][0] >= style:
            _style, group, before = self.headings.pop()
            if len(self.words.drafts.tasks) > before:
                self.words.account.use(group.cell)

    def _category(self) -> str | None:
        names = [
            group.text for _style, group, _before in self.headings if not group.is_generic and "。" not in group.text
        ]
        return " / ".join(names)[:LONGEST] or None

    def _draft(self, item: _Item, parent: Draft | None) -> Draft | None:
        """Add a task or a sub-task and return it; None if it has no title or the title is taken."""
        drafts, account = self.words.drafts, self.words.account
        title, rest = _title(item.text)
        if not title or drafts.same_title(title, parent):
            account.leave(item.cell, _("has no title, or that of another task"))
            return None
        draft = Draft("", title[:LONGEST], account.place(item.cell))
        draft.category = None if parent else self._category()
        number = arabic(re.sub("[^0-9一二三四五六七八九十]", "", _number(item.cell.text)))
        draft.id = drafts.free_id(f"{parent.id}.{number}" if parent else number) or drafts.next_id(parent)
        drafts.add(draft, parent)
        account.use(item.cell)
        if len(title) > LONGEST:
            account.leave(item.cell, _("longer than {longest} characters: cut").format(longest=LONGEST))
        self._set_owner(draft, item)
        self._sentences(draft, item.cell, rest, "goal")
        self._fill(draft, item)
        self.words.deadline_within(draft, "。".join([rest, *(each.text for each in item.following)]), draft.title)
        self._list_dated(draft)
        return draft

    def _set_owner(self, draft: Draft, item: _Item) -> None:
        for each in (item, *item.following):
            place = self.words.account.place(each.cell)
            self.words.drafts.owners[place[:2]] = draft

    def _fill(self, draft: Draft, item: _Item) -> None:
        """Fill a task from the labels of its paragraphs and from the sentences that follow it."""
        units: dict[str, list[tuple[Cell, str]]] = {}
        for each in (item, *item.following):
            for name, value in each.attributes:
                if name in _UNITS:
                    units.setdefault(name, []).append((each.cell, value))
                else:
                    self._field(draft, each.cell, name, value)
            if each is not item:
                self._sentences(draft, each.cell, each.text, "goal")
        found = [self.words.read(units.get(name, [])) for name in _UNITS]
        self.words.units(draft, found[0], found[1], found[2], has_lead="lead_unit" in units)
        for members in found:
            self.words.persons(draft, members, item.cell)

    def _field(self, draft: Draft, cell: Cell, name: str, value: str) -> None:
        match name:
            case "deadline":
                self.words.deadline_text(draft, cell, value)
            case "milestones":
                self.words.steps(draft, cell, value)
            case "comment":
                self.words.remark(draft, cell, value)
            case "measure":
                self.words.note(draft, cell, value)
            case _:
                self.words.text(draft, name, cell, value)

    def _sentences(self, draft: Draft, cell: Cell, text: str, name: str) -> None:
        """Add sentences to a task: those with dates as steps, the others as its goal or as notes."""
        self.words.account.use(cell)
        others = []
        for sentence in split_outside(text, "。；;\n"):
            found = read_steps(sentence, self.words.year)
            if found.steps and not found.rest:
                self.words.steps(draft, cell, sentence)
                continue
            others.append(sentence)
            if has_date(sentence):
                self.dated.append((cell, sentence))
        rest = "。".join(others)
        if rest and name == "goal":
            self.words.text(draft, "goal", cell, rest)
        elif rest:
            self.words.note(draft, cell, rest)


_UNITS = ("lead_unit", "responsible", "support_units")


def _number(text: str) -> str:
    """The number of a paragraph as written; empty if it has none."""
    match = next((match for form in _STYLES if (match := form.match(text.strip()))), None)
    return match[0] if match else ""


def _title(text: str) -> tuple[str, str]:
    """Split a text into the title of a task (its first sentence, or the part before a colon) and the rest."""
    parts = list(split_outside(text, "。\n"))
    if not parts:
        return "", ""
    title, rest = parts[0], "。".join(parts[1:])
    head = re.match(f"^([^：:，,]{{2,{_LONGEST_HEAD}}})[：:](.+)$", title)
    if head:
        return head[1].strip(), f"{head[2].strip()}。{rest}"
    return one_line(title).strip("，,、；; "), rest
