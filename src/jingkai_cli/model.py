"""The records of a plan and of a ledger entry: frozen, with bounds for their fields.

Pydantic validates data from outside against these classes. Data that was validated before is read without it.
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
    """The last entry of a ledger: the anchor that proves all entries before it. 0 and 64 zeros for an empty ledger."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """`#128 3fa9c1…`: short enough for the footer of a page."""
        return f"#{self.seq} {self.hash[:12]}"


PERCENT = "percent"
"""The name of the reading of a task's own percentage. No indicator may have it."""
UNREADABLE = "unreadable"
"""The kind of an entry whose text this program cannot read. It has no effect, and `log` shows it."""
DEEPEST = 3
"""The number of levels: a task, its sub-tasks, and their sub-tasks."""

INHERITED = ("leader", "lead_unit", "support_units", "category", "start", "deadline")
"""The fields that a sub-task inherits from its parent if it does not set them. Standing work inherits no deadline."""

PROGRAMME = ""
"""The task of an entry about the whole programme instead of one task: an observation score, an adoption."""


class AssumedDay(date):
    """A date that the file of the plan does not state: the start of a task without `start`."""

    __slots__ = ()


class Indicator(Validated, frozen=True):
    """A quantity of a task. `planned` has totals by date, `monthly` the amounts of single months, by their last day."""

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
    """`lower` if less is better; for a total, the target is then a ceiling."""
    baseline: Amount | None = None
    """The starting value of a level that should fall; greater than its target."""
    sum: Literal["subtasks"] | None = None
    """The value is the sum of the sub-tasks' indicators with the same id, and cannot be reported."""
    total: Id | None = None
    """The id of the programme total that it counts towards."""
    counts: field_types.Counted | None = None
    """The value is counted from the task's inspections (现场检查), and is not reported."""


class Milestone(Validated, frozen=True):
    """A dated step of a task (节点).

    If its content is the amounts of a month, `indicators` names the indicators with these amounts, which are judged
    instead.
    """

    id: Id
    title: Text
    deadline: Day
    indicators: tuple[Id, ...] = ()
    unconfirmed: tuple[Text, ...] = ()
    source: Text | None = None
    note: Text | None = None
    after: tuple[Text, ...] = ()
    """Its predecessors: milestones of its task, tasks, or `task/milestone`."""
    formerly: tuple[Text, ...] = ()
    """Its former names in entries: `id` in this task, or `task/milestone`."""


class Task(Validated, frozen=True):
    """One line of the plan, or a part of one.

    `start` defaults to the first day of the plan's year, as an `AssumedDay`.
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
    """The goal in words (目标任务)."""
    category: Text | None = None
    """The category by which tasks are grouped (工作类别)."""
    person: Text | None = None
    """The person in charge at the lead unit (责任人)."""
    standing: YesNo = False
    """Standing work (常态化): it is never overdue itself, and needs no deadline."""
    deadline_text: Text | None = None
    """The text printed in place of the deadline of standing work: 持续推进."""
    key: YesNo = False
    """A key sub-task: if it is red, its parent is red."""
    after: tuple[Text, ...] = ()
    """The predecessors of a sub-task: tasks, milestones of its parent, or `task/milestone`."""
    weight: Annotated[Number, Within(gt=0)] = Decimal(1)
    """The weight of a sub-task among its siblings."""
    subtasks: tuple[Task, ...] = ()
    """Its parts (分项任务): tasks with the same fields, with at most `DEEPEST` levels in all."""

    @property
    def answering_unit(self) -> str | None:
        """The lead unit if it is confirmed: the unit that gets the task's form, letters and assessment."""
        return None if "lead_unit" in self.unconfirmed else self.lead_unit

    def with_subtasks(self) -> Iterator[Task]:
        """The task, then its sub-tasks of every level, in the plan's order."""
        yield self
        for task in self.subtasks:
            yield from task.with_subtasks() if task.subtasks else (task,)

    def indicator(self, name: str) -> Indicator | None:
        """The indicator with that id or name; None if there is none."""
        return next((i for i in self.indicators if name in (i.id, i.name)), None)

    def milestone(self, name: str) -> Milestone | None:
        """The milestone with that id or title, or with that former id in this task; None if there is none."""
        return next((m for m in self.milestones if name in (m.id, m.title, *m.formerly)), None)


class ProgrammeTotal(Validated, frozen=True):
    """A sum over the programme (汇总指标): of the indicators that have its id in `total`."""

    id: Id
    name: Text
    unit: Annotated[str, Within(max_length=20)] = ""


class Plan(Validated, frozen=True):
    """`tasks.yaml`: the plan as decided (推进方案)."""

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
    """The office that signs bulletins and letters."""
    code: Text | None = None
    """The office's code in the numbers of letters (发文机关代字): 经开督."""
    masthead: Text | None = None
    """The red text at the head of bulletins and letters (发文机关标志)."""
    send_to: tuple[Text, ...] = ()
    """The recipients of bulletins (主送)."""
    copy_to: tuple[Text, ...] = ()
    """The recipients of copies of bulletins (抄送)."""
    contacts: Mapping[Text, Text] = field(default_factory=dict)
    """Unit → its contact; may be in `contacts.yaml` beside the plan instead."""
    notes: tuple[Text, ...] = ()
    source: Text | None = None
    totals: tuple[ProgrammeTotal, ...] = ()
    issued: Day | None = None
    """The day on which the plan was issued: nothing is required of units before it."""
    collective: Mapping[Text, Annotated[tuple[Text, ...], Within(min_length=1)]] = field(default_factory=dict)
    """A name for several units (各乡镇) → its members."""
    unit_aliases: Mapping[Text, tuple[Text, ...]] = field(default_factory=dict)
    """Unit → its other names. In the file they are in `units`: `{name: 县水利局, also: [水利局]}`."""
    observation: Observation | None = None
    """How the monthly observation is scored. If missing, each judge gives one score, and the mean counts."""
    checklists: tuple[Checklist, ...] = ()

    def every_task(self) -> Iterator[Task]:
        """Yield the tasks of every level, each before its sub-tasks."""
        for task in self.tasks:
            if task.subtasks:
                yield from task.with_subtasks()
            else:  # most tasks
                yield task

    def parents(self) -> dict[str, Task]:
        """Id of each sub-task → its parent."""
        return {part.id: task for task in self.every_task() if task.subtasks for part in task.subtasks}

    def task(self, name: str) -> Task | None:
        """The task or sub-task with that id or former id; None if there is none."""
        return next((t for t in self.every_task() if name == t.id or name in t.formerly), None)

    @property
    def programme(self) -> Task:
        """The whole programme in the form of a task, for entries that are not about a single task."""
        return Task(id=PROGRAMME, title=self.title, lead_unit=None, deadline=date.max)

    @property
    def last_day(self) -> date | None:
        """The last deadline of a task or a milestone; None if there is none."""
        tasks = tuple(self.every_task())
        days = (day for task in tasks for day in (task.deadline, *(m.deadline for m in task.milestones)))
        return max(filter(None, days), default=None)

    def subject(self, name: str) -> Task | None:
        """What an entry is about: the task with that id or former id, or the whole programme."""
        return self.programme if name == PROGRAMME else self.task(name)

    def subjects(self) -> dict[str, Task]:
        """Name → the result of `subject`, for many lookups."""
        named = {name: task for task in reversed([*self.every_task()]) for name in (task.id, *task.formerly)}
        return named | {PROGRAMME: self.programme}

    def support_units(self, task: Task) -> tuple[str, ...]:
        """The units that support a task, each once: the members of collective names, without the lead unit."""
        units = (member for unit in task.support_units for member in self.collective.get(unit, (unit,)))
        return tuple(dict.fromkeys(unit for unit in units if unit != task.lead_unit))

    def known_units(self) -> list[str]:
        """Every unit that the plan names, in its order; collective names are replaced by their members."""
        led = [(t.lead_unit, *self.support_units(t)) for t in self.every_task()]
        named = [unit for units in (*led, *self.collective.values()) for unit in units if unit]
        return [unit for unit in dict.fromkeys((*self.units, *named)) if unit not in self.collective]

    def single_units(self) -> list[str]:
        """The units that get a form, a letter or a rank: without names such as 各部门 that have no list of members."""
        return [unit for unit in self.known_units() if not unit.startswith("各")]


class Reading(Validated, frozen=True, omit_defaults=True):
    """One value in a report: a total to date, or an increment (`added`).

    `printed` is the text as it was reported. `unit` is the unit that the share belongs to, if the plan has `per_unit`.
    """

    value: Decimal
    added: bool = False
    printed: str | None = None
    unit: str | None = None


class Entry(Validated, frozen=True, omit_defaults=True):
    """One line of the ledger (台账记录) as it was recorded; `Recorded` has what the ledger adds.

    `unit` reported, `by` typed, `verifier` verified. For a score, `unit` was judged and `by` is the judge.
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
    """The new deadline of an extension, or the date by which a problem must be fixed."""
    approved_by: str | None = None
    basis: field_types.Basis | None = None
    note: str | None = None
    evidence: tuple[str, ...] = ()
    ref: int | None = None
    """The number of the entry that this one is about: the retracted entry, or the problem that was fixed."""
    responsible: str | None = None
    """The unit that must fix a problem."""
    zone: str | None = None
    shift: field_types.Shift | None = None
    ruling: field_types.Ruling | None = None
    """The result of an objection: the judgement was upheld or changed."""
    month: Month | None = None
    score: Points | None = None
    plan: str | None = None
    plan_sha256: str | None = None
    """The text of the adopted plan, and its SHA-256 in UTF-8, as `sha256sum tasks.yaml` prints it."""
    problem: str | None = None
    next: str | None = None
    """Of a report, besides its note (进展情况): the difficulties (存在问题) and the next steps (下步措施)."""
    need: str | None = None
    """Of a report: what others must settle (需协调事项). It holds until a later report of the task has none."""
    meeting: str | None = None
    """The meeting at which something was decided: 第8次."""
    part_of: int | None = None
    """The number of the problem of which this one is a part."""
    source: field_types.Source | None = None
    place: str | None = None
    severity: field_types.Severity | None = None
    """Of a problem: how it became known, where it was found (more exact than its zone), and whether it is major."""
    superseded_by: int | None = None
    """The number of the decision that replaces the settled one."""
    number: str | None = None
    level: Level | None = None
    period: str | None = None
    head: str | None = None
    """Of an issued paper: number, level of a letter or days of a bulletin (`2016-03-28/2016-04-03`), ledger head."""
    item: str | None = None
    """The line of the ballot that a score is for, or the checklist item that a problem is about."""
    checklist: str | None = None
    site: str | None = None
    """The id of an inspection's checklist, and the id of the site of an inspection, a problem or a score."""
    inspectors: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    """Of an inspection: the inspectors, and the items of each result."""


class Recorded(Struct, frozen=True):
    """An entry with its place in the chain. `body` is its canonical JSON, hashed byte for byte."""

    seq: int
    recorded_at: datetime
    prev_hash: str
    hash: str
    body: str
    entry: Entry
