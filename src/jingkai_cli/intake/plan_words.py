"""The words of a cell or a paragraph → a field of a task. What is not understood is listed in the account."""

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
from .step_cells import has_date, read_steps
from .unit_cells import NOBODY, Units, looks_like_units, not_understood, read_units
from .unused_cells import Account

_SEVERAL = 2

_SAME = re.compile("同上|同前|〃|″|”|“|''|ditto", re.IGNORECASE)


class PlanWords(Struct, frozen=True):
    """Gives words to tasks. Every method names the cell from which they are."""

    account: Account
    known: Synonyms
    year: int
    drafts: Drafts

    def text(self, draft: Draft, name: str, cell: Cell, said: str) -> None:
        """A text such as the leader, the person, the goal or the category."""
        self.account.use(cell)
        lines = [line.strip() for line in said.split("\n") if line.strip()]
        is_list = name in ("leader", "person") and all(len(line) > 1 for line in lines)
        words = one_line("、".join(lines) if is_list else said)
        if name == "goal" and len(words) > LONGEST:
            self.note(draft, cell, said)
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

    def note(self, draft: Draft, cell: Cell, said: str) -> None:
        """A text that is kept as notes of a task, cut behind sentences where it is long."""
        self.account.use(cell)
        draft.notes += [part for part in pieces(said) if part not in NOBODY]

    def remark(self, draft: Draft, cell: Cell, said: str, name: str = "") -> None:
        """A remark, which becomes a comment beside the task."""
        self.account.use(cell)
        words = one_line(said)
        if words not in NOBODY:
            draft.remarks.append(f"{name}：{words}" if name else words)

    def deadline(self, draft: Draft, cell: Cell, found: Deadline) -> None:
        """A deadline, the words of standing work, or both with the steps on the way."""
        self.account.use(cell)
        if draft.deadline is not None and found.day not in (None, draft.deadline):
            self.account.leave(cell, _("another value was read before: {before}").format(before=draft.deadline))
            return
        draft.deadline, draft.standing = found.day or draft.deadline, found.standing or draft.standing
        draft.milestones += [step for step in found.steps if step not in draft.milestones]
        if found.remark:
            draft.remarks.append(found.remark)

    def deadline_text(self, draft: Draft, cell: Cell, said: str) -> None:
        """A deadline in words."""
        if one_line(said) in NOBODY:
            self.account.use(cell)
            return
        try:
            self.deadline(draft, cell, read_deadline(said, self.year))
        except Refused as refused:
            self.account.leave(cell, str(refused), said)

    def deadline_within(self, draft: Draft, *texts: str | None) -> None:
        """The deadline from the text of a task that has no other."""
        if draft.deadline is not None or draft.standing:
            return
        for text in filter(None, texts):
            if found := deadline_within(text, self.year):
                draft.deadline = found.day
                draft.milestones = [
                    step for step in draft.milestones or found.steps if step[1] != found.day or not is_done(step[0])
                ]
                return

    def steps(self, draft: Draft, cell: Cell, said: str, within: date | None = None) -> None:
        """Dated steps.

        Args:
            draft: the task.
            cell: where the text stands.
            said: the text.
            within: the last day of the period to which all of it belongs.
        """
        self.account.use(cell)
        found = read_steps(said, self.year, within)
        for title, day in found.steps:
            if title in NOBODY:
                continue
            if problem := self._problem(title) or _says_nothing(title):
                self.account.leave(cell, problem, title)
            elif within and day > within:
                self.account.leave(cell, _("its date is after {day}, the end of the period").format(day=within), title)
            elif (title, day) not in draft.milestones:
                draft.milestones.append((title, day))
        for text, why in found.rest:
            self.account.leave(cell, why, text)

    def dated_goal(self, draft: Draft, cell: Cell) -> None:
        """The dated steps of a goal, which stays as it is: milestones where the task has no others, else listed."""
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
        """The units in some texts; what is no unit is listed."""
        units = Units()
        for cell, said in cells:
            self.account.use(cell)
            found = read_units(said, self.known)
            wrong = [name for name in found.names() if self._problem(name)]
            if found.rest or wrong:
                self.account.leave(cell, not_understood([*found.rest, *wrong]))
            if found.short:
                text = _("taken as it is written; if it lacks its last word, write it out: {names}")
                self.account.leave(cell, text.format(names="、".join(found.short)))
            units.take(found, wrong)
        return units

    def units(self, draft: Draft, lead: Units, responsible: Units, support: Units, *, has_lead: bool) -> None:
        """Who leads: who is marked so, else the first of those who lead, else of those responsible.

        Args:
            draft: the task.
            lead: who stands where the lead unit stands.
            responsible: who stands where 责任单位 stand: beside a lead unit they support.
            support: who supports.
            has_lead: whether there is a place for the lead unit, even if nothing stands in it.
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
        """Units that support, each once."""
        for unit in map(self.drafts.unit, names):
            if unit not in (draft.lead_unit, *draft.support_units):
                draft.support_units.append(unit)

    def persons(self, draft: Draft, units: Units, cell: Cell | None) -> None:
        """The persons beside units: who answers for it at the lead unit; another one has no place in a plan."""
        for unit, person in units.persons:
            if draft.person in (None, person) and (not unit or self.drafts.unit(unit) == draft.lead_unit):
                draft.person = person
            elif cell is not None:
                self.account.leave(cell, _("a person of a unit that is not the lead unit, or a second person"), person)
        if units.leader and cell is not None:
            self.text(draft, "leader", cell, units.leader)

    def _problem(self, words: str) -> str:
        """Why a text can be no name, title or step of a plan."""
        if _SAME.fullmatch(words):
            return _("“as above” is not read: write it out")
        if len(words) > LONGEST:
            return _("longer than {longest} characters").format(longest=LONGEST)
        return ""


def _says_nothing(title: str) -> str:
    """Why a text cannot be a step: a mark or a figure alone, such as √ or 30%."""
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

TELLING = frozenset({"lead_unit", "responsible", "support_units", "person", "leader", "deadline"})
"""The labels that make a paragraph a task; the others stand in any text."""

_LAST_BRACKET = re.compile(r"[（(【\[](?P<inner>[^（）()【】]+)[)）】\]][。.；;]?$")

_ROLE = re.compile("(?:牵头|主办|主责|配合|协助|协办|参与|负责|落实)[。；;]?$")

_MARKED = "，,"
"""What parts the clauses of a sentence."""


def parted(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """A text without what it says of units, persons and deadlines, and this: field → text."""
    said, found = text, list[tuple[str, str]]()
    while match := _LAST_BRACKET.search(said):
        inner = _attributes(match["inner"], words)
        if inner is None:
            break
        found = inner + found
        said = said[: match.start()].rstrip()
    said, labels = _labels_at_end(said, words)
    said, roles = _roles(said, words)
    return said, roles + labels + found


def _roles(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """A text without the clauses that say who does what, and these: `由住建局牵头，各街道配合，10月底前完成45个`."""
    kept: list[str] = []
    roles: list[tuple[str, str]] = []
    for sentence in re.findall(r"[^。；;\n]+[。；;\n]*", text):
        clauses = list(split_outside(sentence.rstrip("。；;\n"), _MARKED))
        bearing = [clause for clause in clauses if _bears(clause, words)]
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


def _bears(clause: str, words: PlanWords) -> bool:
    """Whether a clause is units and what they do: 区商务局负责, but not 抓好落实."""
    if not _ROLE.search(clause):
        return False
    units = read_units(clause, words.known)
    return not units.rest and looks_like_units("、".join(units.names()))


def _labels_at_end(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """A text without the labels that stand behind its sentences, and these: `新建学校2所。责任单位：教体局`."""
    for match in re.finditer("[。；;，, 　]", text):
        before = text[: match.start()]
        if len(re.findall("[（(]", before)) > len(re.findall("[）)]", before)):
            continue
        parts = labelled(text[match.end() :].strip(), words.known, LABELS)
        if parts and parts[0][0] in TELLING:
            return f"{before}{match[0]}".rstrip("，, 　"), [(name, said) for name, said in parts if name]
    return text, []


def _attributes(text: str, words: PlanWords) -> list[tuple[str, str]] | None:
    """What stands in brackets behind a task: labels, or `环保局牵头，12月底前完成`; None for anything else."""
    parts = labelled(text, words.known, LABELS)
    found: list[tuple[str, str]] = [(name, said) for name, said in parts if name]
    for clause in (clause for name, said in parts if name is None for clause in split_outside(said, "，,；;。")):
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
