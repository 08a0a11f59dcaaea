"""What a plan and an entry are: frozen records with bounds, nothing else.

Pydantic validates what comes from outside against these same classes; what was validated once is read without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Struct, field

from . import field_types
from .checklists import Checklist
from .field_types import Amount, Day, Id, Level, Month, Number, Points, Text, Validated, Whole, Within, YesNo
from .language import Language
from .thresholds import Assessment, Observation, Rules


class Head(Struct, frozen=True):
    """The last entry of a ledger: the anchor that proves what came before it. An empty ledger has 0 and 64 zeros."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """`#128 3fa9c1…`: short enough for the foot of a page."""
        return f"#{self.seq} {self.hash[:12]}"


PERCENT = "percent"
"""The name under which a task's own percentage is read; no indicator may have it."""
UNREADABLE = "unreadable"
"""The kind of an entry whose text this program cannot read: it has no effect, and `log` shows it."""
DEEPEST = 3
"""Levels of tasks: a task, its sub-tasks, and theirs."""

INHERITED = ("leader", "lead_unit", "support_units", "category", "start", "deadline")
"""What a sub-task has from its parent where it says nothing itself; one that is standing work has no deadline."""

PROGRAMME = ""
"""The task of an entry that is of the whole programme, and not of one task: an observation score, an adoption."""


class AssumedDay(date):
    """A day that the plan does not write: the start that a task has where the file says nothing."""

    __slots__ = ()


class Indicator(Validated, frozen=True):
    """A quantity of a task. `planned`: totals by date; `monthly`: amounts for single months, by their last day."""

    id: Id
    name: Text
    unit: Annotated[str, Within(max_length=20)] = ""
    target: Amount | None = None
    weight: Annotated[Number, Within(gt=0)] = Decimal(1)
    type: Literal["total", "level"] = "total"
    per_unit: YesNo = False
    planned: Mapping[Day, Amount] = field(default_factory=dict)
    monthly: Mapping[Day, Amount] = field(default_factory=dict)
    unconfirmed: tuple[Text, ...] = ()
    source: Text | None = None
    note: Text | None = None
    better: Literal["higher", "lower"] = "higher"
    """`lower` where less is better: of a total, the target is then a ceiling."""
    baseline: Amount | None = None
    """Where a level stood that should fall; above its target."""
    sum: Literal["subtasks"] | None = None
    """Its value is the sum of the sub-tasks' indicators of the same id; it cannot be reported."""
    total: Id | None = None
    """The programme total that it counts towards."""
    counts: field_types.Counted | None = None
    """Its value follows from the inspections of the task (现场检查); nobody reports it."""


class Milestone(Validated, frozen=True):
    """A dated step of a task (节点).

    One whose content is a month's amounts names the `indicators` that carry them: it is judged there, by the figures.
    """

    id: Id
    title: Text
    deadline: Day
    indicators: tuple[Id, ...] = ()
    unconfirmed: tuple[Text, ...] = ()
    source: Text | None = None
    note: Text | None = None
    after: tuple[Text, ...] = ()
    """What comes before it: milestones of its task, tasks, or `task/milestone`."""
    formerly: tuple[Text, ...] = ()
    """What it was when entries named it: `id` in this task, or `task/milestone`."""


class Task(Validated, frozen=True):
    """One line of the plan, or a part of one.

    Where the file says nothing, `start` is the plan year's first day, as an `AssumedDay`.
    """

    id: Id
    title: Text
    lead_unit: Text | None
    deadline: Day | None = None
    """None only for standing work."""
    leader: Text | None = None
    support_units: tuple[Text, ...] = ()
    start: Day = date.min
    measure: field_types.Measure = "percent"
    planned: Mapping[Day, Points] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    formerly: tuple[Id, ...] = ()
    aliases: tuple[Text, ...] = ()
    unconfirmed: tuple[Text, ...] = ()
    source: Text | None = None
    notes: tuple[Text, ...] = ()
    goal: Text | None = None
    """What is to be achieved, in words (目标任务)."""
    category: Text | None = None
    """How tasks are grouped (工作类别)."""
    person: Text | None = None
    """Who answers for it at the lead unit (责任人)."""
    standing: YesNo = False
    """Standing work (常态化): never overdue of itself, and it needs no deadline."""
    deadline_text: Text | None = None
    """What is printed for the deadline of standing work: 持续推进."""
    key: YesNo = False
    """A sub-task that makes its parent red."""
    after: tuple[Text, ...] = ()
    """What comes before a sub-task: tasks, milestones of its parent, or `task/milestone`."""
    weight: Annotated[Number, Within(gt=0)] = Decimal(1)
    """Of a sub-task, among its siblings."""
    subtasks: tuple[Task, ...] = ()
    """Its parts (分项任务), which are tasks with the same fields; up to `DEEPEST` levels in all."""

    @property
    def answering_unit(self) -> str | None:
        """The lead unit, if it is confirmed: who gets the task's form, letters and assessment."""
        return None if "lead_unit" in self.unconfirmed else self.lead_unit

    def with_subtasks(self) -> Iterator[Task]:
        """The task, then its sub-tasks of every level, in the plan's order."""
        yield self
        for task in self.subtasks:
            yield from task.with_subtasks() if task.subtasks else (task,)

    def indicator(self, name: str) -> Indicator | None:
        """The indicator of that id or Chinese name."""
        return next((i for i in self.indicators if name in (i.id, i.name)), None)

    def milestone(self, name: str) -> Milestone | None:
        """The milestone of that id or title, or of an id that it had formerly in this task."""
        return next((m for m in self.milestones if name in (m.id, m.title, *m.formerly)), None)


class ProgrammeTotal(Validated, frozen=True):
    """A sum over the programme (汇总指标), of the indicators that name it in `total`."""

    id: Id
    name: Text
    unit: Annotated[str, Within(max_length=20)] = ""


class Plan(Validated, frozen=True):
    """`tasks.yaml`: what was decided (推进方案)."""

    title: Text
    tasks: Annotated[tuple[Task, ...], Within(min_length=1)]
    year: Annotated[Whole, Within(ge=1990, le=2200)] | None = None
    language: Language = "zh"
    timezone: Text = "Asia/Shanghai"
    units: tuple[Text, ...] = ()
    zones: tuple[Text, ...] = ()
    rules: Rules = field(default_factory=Rules)
    assessment: Assessment = field(default_factory=Assessment)
    issuer: Text | None = None
    """Who signs bulletins and letters."""
    code: Text | None = None
    """The code of the office in the number of a letter (发文机关代字): 经开督."""
    masthead: Text | None = None
    """What stands in red at the head of bulletins and letters (发文机关标志)."""
    send_to: tuple[Text, ...] = ()
    """To whom bulletins go (主送)."""
    copy_to: tuple[Text, ...] = ()
    """Who gets copies of them (抄送)."""
    contacts: Mapping[Text, Text] = field(default_factory=dict)
    """Unit → whom to call; may stand in `contacts.yaml` beside the plan instead."""
    notes: tuple[Text, ...] = ()
    source: Text | None = None
    totals: tuple[ProgrammeTotal, ...] = ()
    issued: Day | None = None
    """The day on which the plan was issued: nothing is asked of anybody before it."""
    collective: Mapping[Text, Annotated[tuple[Text, ...], Within(min_length=1)]] = field(default_factory=dict)
    """A name for several units (各乡镇) → its members."""
    unit_aliases: Mapping[Text, tuple[Text, ...]] = field(default_factory=dict)
    """A unit → its other names. The file writes them in `units`: `{name: 县水利局, also: [水利局]}`."""
    observation: Observation | None = None
    """How the monthly observation is scored; without it each judge gives one score, and the mean counts."""
    checklists: tuple[Checklist, ...] = ()

    def every_task(self) -> Iterator[Task]:
        """The tasks of every level: each task before its sub-tasks."""
        for task in self.tasks:
            if task.subtasks:
                yield from task.with_subtasks()
            else:  # most tasks
                yield task

    def parents(self) -> dict[str, Task]:
        """The id of each sub-task → the task that it is a part of."""
        return {part.id: task for task in self.every_task() if task.subtasks for part in task.subtasks}

    def task(self, name: str) -> Task | None:
        """The task or sub-task of that id, or of an id that it had formerly."""
        return next((t for t in self.every_task() if name == t.id or name in t.formerly), None)

    @property
    def programme(self) -> Task:
        """The programme as a whole, in the place of a task: what an entry is about that is of no single task."""
        return Task(id=PROGRAMME, title=self.title, lead_unit=None, deadline=date.max)

    @property
    def last_day(self) -> date | None:
        """The last date in it, of a deadline or a milestone; None where there is none."""
        tasks = tuple(self.every_task())
        days = (day for task in tasks for day in (task.deadline, *(m.deadline for m in task.milestones)))
        return max(filter(None, days), default=None)

    def subject(self, name: str) -> Task | None:
        """What an entry is about: the task of that id, or the programme as a whole."""
        return self.programme if name == PROGRAMME else self.task(name)

    def subjects(self) -> dict[str, Task]:
        """What `subject` gives, by name: for who asks a thousand times."""
        named = {name: task for task in reversed([*self.every_task()]) for name in (task.id, *task.formerly)}
        return named | {PROGRAMME: self.programme}

    def support_units(self, task: Task) -> tuple[str, ...]:
        """The units that support a task: each collective by its members, without the lead unit, each once."""
        units = (member for unit in task.support_units for member in self.collective.get(unit, (unit,)))
        return tuple(dict.fromkeys(unit for unit in units if unit != task.lead_unit))

    def known_units(self) -> list[str]:
        """Every unit that the plan names, in its order: a collective by its members."""
        led = [(t.lead_unit, *self.support_units(t)) for t in self.every_task()]
        named = [unit for units in (*led, *self.collective.values()) for unit in units if unit]
        return [unit for unit in dict.fromkeys((*self.units, *named)) if unit not in self.collective]

    def single_units(self) -> list[str]:
        """The units that get a form, a letter or a rank: not those that stand for several (各部门) without a list."""
        return [unit for unit in self.known_units() if not unit.startswith("各")]


class Reading(Validated, frozen=True, omit_defaults=True):
    """One value in a report: a total to date, or (`added`) an amount on top.

    `printed` is the text as it came; `unit` the unit whose own share it is, where the plan says `per_unit`.
    """

    value: Decimal
    added: bool = False
    printed: str | None = None
    unit: str | None = None


class Entry(Validated, frozen=True, omit_defaults=True):
    """One line of the ledger (台账记录), as it was said; what the ledger adds to it stands in `Recorded`.

    `unit` reported, `by` typed, `verifier` verified. Of a score, `unit` was judged and `by` is the judge.
    """

    kind: str
    """A name in `kinds.NAMES`."""
    on: Day
    task: str
    by: str
    key: str
    unit: str | None = None
    verifier: str | None = None
    received: Day | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    milestone: str | None = None
    deadline: Day | None = None
    """The new deadline of an extension; the date by which a problem must be fixed."""
    approved_by: str | None = None
    basis: field_types.Basis | None = None
    note: str | None = None
    evidence: tuple[str, ...] = ()
    ref: int | None = None
    """The entry that this one is about: what a retraction withdraws, the problem that was fixed."""
    responsible: str | None = None
    """The unit that must put a problem right."""
    zone: str | None = None
    shift: field_types.Shift | None = None
    ruling: field_types.Ruling | None = None
    """What became of an objection: the judgement was upheld, or changed."""
    month: Month | None = None
    score: Points | None = None
    plan: str | None = None
    plan_sha256: str | None = None
    """The text of the plan that was adopted, and its SHA-256 in UTF-8: what `sha256sum tasks.yaml` prints."""
    problem: str | None = None
    next: str | None = None
    """Of a report, beside its note (进展情况): what is in the way (存在问题), and what is done next (下步措施)."""
    need: str | None = None
    """Of a report: what others must settle (需协调事项); it stands until a later report of the task has none."""
    meeting: str | None = None
    """The meeting at which something was decided: 第8次."""
    part_of: int | None = None
    """The problem of which this one is a part."""
    source: field_types.Source | None = None
    place: str | None = None
    severity: field_types.Severity | None = None
    """How a problem came to be known, where it was found, more exactly than its zone, and whether it is major."""
    superseded_by: int | None = None
    """The decision that takes the place of the one that is settled."""
    number: str | None = None
    level: Level | None = None
    period: str | None = None
    head: str | None = None
    """Of what was sent: number, a letter's level or a bulletin's days (`2016-03-28/2016-04-03`), the ledger's head."""
    item: str | None = None
    """The line of the ballot that a score is for; the item of a checklist that a problem is about."""
    checklist: str | None = None
    site: str | None = None
    """The id of the list that an inspection followed, and of the site of an inspection, a problem or a score."""
    inspectors: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    """Of an inspection: who was there, and the items of each result."""


class Recorded(Struct, frozen=True):
    """An entry with its place in the chain. `body` is its canonical JSON, hashed byte for byte."""

    seq: int
    recorded_at: datetime
    prev_hash: str
    hash: str
    body: str
    entry: Entry
