"""Reads the words of a cell or a paragraph into a field of a task; words not understood are listed in the account."""

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from ..errors import Refused
from ..language import _
from ..text import split_outside
from .column_headers import Synonyms, labelled
from .deadline_cells import Deadline, deadline_within, is_done, read_deadline
from .grid import Cell
from .plan_drafts import LONGEST, Draft, Drafts, one_line, pieces
from .responsible_units import NOBODY, Units, looks_like_units, not_understood, read_units
from .step_cells import has_date, read_steps
from .unused_cells import Account

_SEVERAL = 2

_SAME = re.compile("同上|同前|〃|″|”|“|''|ditto", re.IGNORECASE)


class PlanWords(Struct, frozen=True):
    """Fills fields of tasks from words. `cell` is always the cell with the words."""

    account: Account
    known: Synonyms
    year: int
    drafts: Drafts

    def text(self, draft: Draft, name: str, cell: Cell, text: str) -> None:
        """Set a text field, such as the leader, the person, the goal or the category."""
        self.account.use(cell)
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        is_list = name in ("leader", "person") and all(len(line) > 1 for line in lines)
        words = one_line("、".join(lines) if is_list else text)
        if name == "goal" and len(words) > LONGEST:
            self.note(draft, cell, text)
            return
        if words in NOBODY:
            return
        if problem := self._problem(words):
            self.account.leave(cell, problem, words)
            return
        before = getattr(draft, name)
        if before is None:
            setattr(draft, name, words)
        elif name == "category" and words != before:
            draft.category = f"{before} / {words}"[:LONGEST]
        elif name == "goal" and words != before:
            draft.notes.append(words)
        elif words != before:
            self.account.leave(cell, _("another value was read before: {before}").format(before=before), words)

    def note(self, draft: Draft, cell: Cell, text: str) -> None:
        """Add a text to the notes of a task, split after sentences if it is long."""
        self.account.use(cell)
        draft.notes += [part for part in pieces(text) if part not in NOBODY]

    def remark(self, draft: Draft, cell: Cell, text: str, name: str = "") -> None:
        """Add a remark, which becomes a comment beside the task."""
        self.account.use(cell)
        words = one_line(text)
        if words not in NOBODY:
            draft.remarks.append(f"{name}：{words}" if name else words)

    def deadline(self, draft: Draft, cell: Cell, found: Deadline) -> None:
        """Set the deadline or the words of standing work, and add intermediate steps."""
        self.account.use(cell)
        if draft.deadline is not None and found.day not in (None, draft.deadline):
            self.account.leave(cell, _("another value was read before: {before}").format(before=draft.deadline))
            return
        draft.deadline, draft.standing = found.day or draft.deadline, found.standing or draft.standing
        draft.milestones += [step for step in found.steps if step not in draft.milestones]
        if found.remark:
            draft.remarks.append(found.remark)

    def deadline_text(self, draft: Draft, cell: Cell, text: str) -> None:
        """Set the deadline from words."""
        if one_line(text) in NOBODY:
            self.account.use(cell)
            return
        try:
            self.deadline(draft, cell, read_deadline(text, self.year))
        except Refused as refused:
            self.account.leave(cell, str(refused), text)

    def deadline_within(self, draft: Draft, *texts: str | None) -> None:
        """Set the deadline from the first of these texts that has one, if the task has none."""
        if draft.deadline is not None or draft.standing:
            return
        for text in filter(None, texts):
            if found := deadline_within(text, self.year):
                draft.deadline = found.day
                draft.milestones = [
                    step for step in draft.milestones or found.steps if step[1] != found.day or not is_done(step[0])
                ]
                return

    def steps(self, draft: Draft, cell: Cell, content: str, within: date | None = None) -> None:
        """Add dated steps.

        Args:
            draft: the task.
            cell: the cell with the text.
            content: the text.
            within: the last day of the period of the cell, if it belongs to one.
        """
        self.account.use(cell)
        found = read_steps(content, self.year, within)
        for title, day in found.steps:
            if title in NOBODY:
                continue
            if problem := self._problem(title) or _no_words(title):
                self.account.leave(cell, problem, title)
            elif within and day > within:
                self.account.leave(cell, _("its date is after {day}, the end of the period").format(day=within), title)
            elif (title, day) not in draft.milestones:
                draft.milestones.append((title, day))
        for text, why in found.rest:
            self.account.leave(cell, why, text)

    def dated_goal(self, draft: Draft, cell: Cell) -> None:
        """Use the dated steps of a goal as milestones if the task has none, else list them; the goal is kept whole."""
        found = read_steps(cell.text, self.year)
        if len(found.steps) < _SEVERAL:
            return
        if not draft.milestones and not found.rest:
            draft.milestones = [step for step in found.steps if not (is_done(step[0]) and step[1] == draft.deadline)]
            return
        missing = [step for step in found.steps if step not in draft.milestones]
        if missing or found.rest:
            self.account.leave(cell, _("the dates in it are not milestones: kept as text"))

    def read(self, cells: Sequence[tuple[Cell, str]]) -> Units:
        """Read the units in some texts; words that are not units are listed."""
        units = Units()
        for cell, content in cells:
            self.account.use(cell)
            found = read_units(content, self.known)
            wrong = [name for name in found.names() if self._problem(name)]
            if found.rest or wrong:
                self.account.leave(cell, not_understood([*found.rest, *wrong]))
            if found.short:
                text = _("taken as it is written; if it lacks its last word, write it out: {names}")
                self.account.leave(cell, text.format(names="、".join(found.short)))
            units.take(found, wrong)
        return units

    def units(self, draft: Draft, lead: Units, responsible: Units, support: Units, *, has_lead: bool) -> None:
        """Set the lead unit and the support units.

        The lead unit is one that is marked as such, else the first in the lead column, else the first responsible one.

        Args:
            draft: the task.
            lead: the units in the lead column.
            responsible: the units in the column 责任单位; with a lead unit, they are support units.
            support: the support units.
            has_lead: whether there is a lead column, even if it is empty.
        """
        leads, others = list(lead.lead), [*lead.plain, *responsible.lead, *responsible.plain, *support.lead]
        if not leads and lead.is_first_known():
            leads, others = lead.plain, [*responsible.lead, *responsible.plain, *support.lead]
        if not leads and not lead.plain:
            leads, others = [*responsible.lead, *support.lead], responsible.plain
        if not leads and not has_lead and responsible.is_first_known():
            leads, others = responsible.plain[:1], responsible.plain[1:]
        supports = [*leads[1:], *others, *lead.support, *responsible.support, *support.plain, *support.support]
        if leads:
            draft.lead_unit = self.drafts.unit(leads[0])
        self.support(draft, supports)

    def support(self, draft: Draft, names: Sequence[str]) -> None:
        """Add support units, each once."""
        for unit in map(self.drafts.unit, names):
            if unit not in (draft.lead_unit, *draft.support_units):
                draft.support_units.append(unit)

    def persons(self, draft: Draft, units: Units, cell: Cell | None) -> None:
        """Set the responsible person: one of the lead unit. Others are listed, as a plan has no field for them."""
        for unit, person in units.persons:
            if draft.person in (None, person) and (not unit or self.drafts.unit(unit) == draft.lead_unit):
                draft.person = person
            elif cell is not None:
                self.account.leave(cell, _("a person of a unit that is not the lead unit, or a second person"), person)
        if units.leader and cell is not None:
            self.text(draft, "leader", cell, units.leader)

    def _problem(self, words: str) -> str:
        """Why a text cannot be a name, title or step in a plan; empty if it can."""
        if _SAME.fullmatch(words):
            return _("“as above” is not read: write it out")
        if len(words) > LONGEST:
            return _("longer than {longest} characters").format(longest=LONGEST)
        return ""


def _no_words(title: str) -> str:
    """Why a text cannot be a step, such as √ or 30% without words; empty if it can."""
    return "" if re.search(r"[^\W\d_]", title) else _("no words that say what is to be done")


LABELS = frozenset(
    {
        "lead_unit",
        "responsible",
        "support_units",
        "person",
        "leader",
        "deadline",
        "goal",
        "milestones",
        "category",
        "comment",
        "measure",
    }
)

TASK_LABELS = frozenset({"lead_unit", "responsible", "support_units", "person", "leader", "deadline"})
"""The labels that make a paragraph a task; other labels can be in any text."""

_LAST_BRACKET = re.compile(r"[（(【\[](?P<inner>[^（）()【】]+)[)）】\]][。.；;]?$")

_ROLE = re.compile("(?:牵头|主办|主责|配合|协助|协办|参与|负责|落实)[。；;]?$")

_MARKED = "，,"
"""The signs between the clauses of a sentence."""


def split_attributes(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """Split a text into its own words and its units, persons and deadlines: fields and their texts."""
    own_words, found = text, list[tuple[str, str]]()
    while match := _LAST_BRACKET.search(own_words):
        inner = _attributes(match["inner"], words)
        if inner is None:
            break
        found = inner + found
        own_words = own_words[: match.start()].rstrip()
    own_words, labels = _labels_at_end(own_words, words)
    own_words, roles = _roles(own_words, words)
    return own_words, roles + labels + found


def _roles(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """Split a text into its own words and the clauses on units: `由住建局牵头，各街道配合，10月底前完成45个`."""
    kept: list[str] = []
    roles: list[tuple[str, str]] = []
    for sentence in re.findall(r"[^。；;\n]+[。；;\n]*", text):
        clauses = list(split_outside(sentence.rstrip("。；;\n"), _MARKED))
        bearing = [clause for clause in clauses if _names_bearers(clause, words)]
        if not bearing:
            kept.append(sentence)
            continue
        roles += (("responsible", clause) for clause in bearing)
        others = [clause for clause in clauses if clause not in bearing]
        while len(others) > 1 and not has_date("".join(others[:-1])) and _is_deadline(others[-1], words):
            roles.append(("deadline", others.pop()))
        if others:
            kept.append("，".join(others) + "。")
    return ("".join(kept).strip(), roles) if roles else (text, [])


def _names_bearers(clause: str, words: PlanWords) -> bool:
    """Whether a clause is units with their role: 区商务局负责, but not 抓好落实."""
    if not _ROLE.search(clause):
        return False
    units = read_units(clause, words.known)
    return not units.rest and looks_like_units("、".join(units.names()))


def _labels_at_end(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """Split a text into its own words and the labels at its end: `新建学校2所。责任单位：教体局`."""
    for match in re.finditer("[。；;，, 　]", text):
        before = text[: match.start()]
        if len(re.findall("[（(]", before)) > len(re.findall("[）)]", before)):
            continue
        parts = labelled(text[match.end() :].strip(), words.known, LABELS)
        if parts and parts[0][0] in TASK_LABELS:
            return f"{before}{match[0]}".rstrip("，, 　"), [(name, value) for name, value in parts if name]
    return text, []


def _attributes(text: str, words: PlanWords) -> list[tuple[str, str]] | None:
    """The fields in brackets after a task: labels, or `环保局牵头，12月底前完成`; None if they have anything else."""
    parts = labelled(text, words.known, LABELS)
    found: list[tuple[str, str]] = [(name, value) for name, value in parts if name]
    for clause in (clause for name, value in parts if name is None for clause in split_outside(value, "，,；;。")):
        if (_ROLE.search(clause) or looks_like_units(clause)) and not read_units(clause, words.known).rest:
            found.append(("responsible", clause))
        elif _is_deadline(clause, words):
            found.append(("deadline", clause))
        else:
            return None
    return found or None


def _is_deadline(text: str, words: PlanWords) -> bool:
    try:
        return bool(read_deadline(text, words.year))
    except Refused:
        return False
