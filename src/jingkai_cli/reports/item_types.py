"""The items of reports as types with meanings, for the API, data packages and JSON Schemas.

One class for each kind of item; its fields have the same names and order as in JSON and CSV.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

from ..language import N_, _
from ..rules.status import Lamp, State


class Meaning(NamedTuple):
    """The meaning of a field, and its unit of measurement, if any."""

    text: str
    unit: str | None = None


POINTS, DAYS, PERCENTAGE = N_("percentage points"), N_("days"), N_("percent")


@dataclass(frozen=True, slots=True)
class LateMilestone:
    """A milestone that is late."""

    id: str
    title: str
    deadline: date
    days_overdue: int
    task: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task is overdue or at risk. In JSON `figures` are fields of the reason itself."""

    code: str
    text: str
    task: str
    figures: Mapping[str, bool | float | int | str | date | None]


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A task as judged: an item of `jk report`, a line of `tasks.csv`."""

    id: Annotated[str, Meaning(N_("the task's id in the plan"))]
    title: Annotated[str, Meaning(N_("the task's title"))]
    leader: Annotated[str | None, Meaning(N_("the leader in charge; empty where the plan names none"))]
    lead_unit: Annotated[str | None, Meaning(N_("the lead unit; empty where the plan names none"))]
    support_units: Annotated[tuple[str, ...], Meaning(N_("the units that support it"))]
    start: Annotated[date, Meaning(N_("the day on which the task starts"))]
    deadline: Annotated[date | None, Meaning(N_("the deadline in force, extensions included"))]
    original_deadline: Annotated[date | None, Meaning(N_("the deadline that the plan sets"))]
    state: Annotated[State, Meaning(N_("the state of the task on the date of the report"))]
    lamp: Annotated[Lamp, Meaning(N_("the lamp: red, yellow, green or none"))]
    progress: Annotated[float | None, Meaning(N_("the actual progress; empty where nothing is known"), PERCENTAGE)]
    planned: Annotated[float | None, Meaning(N_("the progress planned for that date"), PERCENTAGE)]
    gap: Annotated[float | None, Meaning(N_("planned less actual progress"), POINTS)]
    days_overdue: Annotated[int, Meaning(N_("how long the task's own deadline has passed; 0 where it has not"), DAYS)]
    days_left: Annotated[int | None, Meaning(N_("the time to the deadline; negative after it"), DAYS)]
    overdue_milestones: Annotated[tuple[LateMilestone, ...], Meaning(N_("the milestones that are late"))]
    reasons: Annotated[tuple[Reason, ...], Meaning(N_("why the task is overdue or at risk, worst first"))]
    forecast_finish: Annotated[date | None, Meaning(N_("the expected day of completion at the present pace"))]
    last_report_on: Annotated[date | None, Meaning(N_("the date of the last report with figures or words"))]
    unconfirmed: Annotated[tuple[str, ...], Meaning(N_("the fields of the plan that are not confirmed"))]
    parent: Annotated[str | None, Meaning(N_("of a sub-task, the id of the task that it is a part of"))]
    goal: Annotated[str | None, Meaning(N_("what is to be achieved, in words"))]
    category: Annotated[str | None, Meaning(N_("the category of the task"))]
    person: Annotated[str | None, Meaning(N_("who at the lead unit is in charge"))]
    days_behind: Annotated[float | None, Meaning(N_("how far behind the work stands: the mean of lag and slip"), DAYS)]
    lag: Annotated[float | None, Meaning(N_("how far behind it is by its progress: elapsed less earned days"), DAYS)]
    slip: Annotated[float | None, Meaning(N_("how late the last milestones came, on average"), DAYS)]
    earned_schedule: Annotated[float | None, Meaning(N_("the planned day that the progress corresponds to"), DAYS)]
    planned_days: Annotated[int | None, Meaning(N_("the time from the start to the deadline in force"), DAYS)]
    forecast_late: Annotated[date | None, Meaning(N_("the later bound of the expected day of completion"))]
    waits_for: Annotated[tuple[str, ...], Meaning(N_("what it waits for that has not been reached"))]


@dataclass(frozen=True, slots=True)
class EntryItem:
    """An entry of the ledger: an item of `jk log`, a line of `entries.csv`. An unreadable one has a note alone."""

    seq: Annotated[int, Meaning(N_("the number of the entry in the ledger"))]
    key: Annotated[str | None, Meaning(N_("what identifies the entry: the same key is recorded once"))]
    on: Annotated[date | None, Meaning(N_("the date that the entry is about"))]
    recorded_at: Annotated[datetime | None, Meaning(N_("when it was recorded, in UTC"))]
    by: Annotated[str | None, Meaning(N_("who typed it"))]
    kind: Annotated[str, Meaning(N_("the kind of the entry"))]
    task: Annotated[str | None, Meaning(N_("the task's id; empty for the programme as a whole"))]
    readings: Annotated[Mapping[str, str], Meaning(N_("the figures reported: a total, or +N for an increment"))]
    milestone: Annotated[str | None, Meaning(N_("the milestone's id"))]
    note: Annotated[str | None, Meaning(N_("the note, in the words of whoever reported"))]
    ref: Annotated[int | None, Meaning(N_("the number of the entry that it refers to"))]
    evidence: Annotated[tuple[str, ...], Meaning(N_("the files of evidence, each with its SHA-256"))]
    prev_hash: Annotated[str | None, Meaning(N_("the hash of the entry before"))]
    hash: Annotated[str, Meaning(N_("the hash of the entry (SHA-256)"))]
    unit: Annotated[str | None, Meaning(N_("the unit that reported; of a score, the unit that was judged"))]
    verifier: Annotated[str | None, Meaning(N_("who verified"))]
    received: Annotated[date | None, Meaning(N_("the date of receipt"))]
    printed: Annotated[Mapping[str, str], Meaning(N_("the figures as they were received"))]
    deadline: Annotated[date | None, Meaning(N_("the new deadline, or the date by which a problem must be fixed"))]
    approved_by: Annotated[str | None, Meaning(N_("who approved"))]
    basis: Annotated[str | None, Meaning(N_("on what the approval rests"))]
    responsible: Annotated[str | None, Meaning(N_("the unit that must put a problem right"))]
    zone: Annotated[str | None, Meaning(N_("the zone of a problem"))]
    shift: Annotated[str | None, Meaning(N_("the shift in which a problem was found"))]
    ruling: Annotated[str | None, Meaning(N_("what became of an objection"))]
    month: Annotated[str | None, Meaning(N_("the month of a score"))]
    score: Annotated[Decimal | None, Meaning(N_("the score of an observation"), N_("points out of 100"))]
    plan_sha256: Annotated[str | None, Meaning(N_("the SHA-256 of the plan that was adopted"))]
    retracted_by: Annotated[int | None, Meaning(N_("the number of the retraction; empty while the entry counts"))]
    problem: Annotated[str | None, Meaning(N_("of a report, what is in the way"))]
    next: Annotated[str | None, Meaning(N_("of a report, what is done next"))]
    need: Annotated[str | None, Meaning(N_("of a report, what others must settle"))]
    meeting: Annotated[str | None, Meaning(N_("the meeting at which it was decided"))]
    superseded_by: Annotated[int | None, Meaning(N_("the decision that takes the place of a settled one"))]
    part_of: Annotated[int | None, Meaning(N_("the problem of which it is a part"))]
    source: Annotated[str | None, Meaning(N_("how a problem came to be known"))]
    place: Annotated[str | None, Meaning(N_("where a problem was found"))]
    number: Annotated[str | None, Meaning(N_("the number of what was issued, or of the letter that was answered"))]
    level: Annotated[str | None, Meaning(N_("the level of the letter that was issued"))]
    period: Annotated[str | None, Meaning(N_("the days that the bulletin that was issued is about"))]
    head: Annotated[str | None, Meaning(N_("the head of the ledger from which the paper was made"))]
    item: Annotated[str | None, Meaning(N_("the line of the ballot, or the item of a checklist, that it is about"))]
    checklist: Annotated[str | None, Meaning(N_("the checklist of an inspection"))]
    site: Annotated[
        str | None, Meaning(N_("the id of the site that was inspected or scored, or where a problem was found"))
    ]
    inspectors: Annotated[tuple[str, ...], Meaning(N_("who inspected"))]
    passed: Annotated[tuple[str, ...], Meaning(N_("the items that passed"))]
    failed: Annotated[tuple[str, ...], Meaning(N_("the items that failed"))]
    not_applicable: Annotated[tuple[str, ...], Meaning(N_("the items that do not apply at the site"))]
    severity: Annotated[str | None, Meaning(N_("`major` for a major problem; otherwise empty"))]


@dataclass(frozen=True, slots=True)
class ProblemItem:
    """A problem: an item of `jk problem list`, a line of `problems.csv`."""

    id: Annotated[int, Meaning(N_("the number of the entry that opened the problem"))]
    task: Annotated[str | None, Meaning(N_("the task's id; empty for the programme as a whole"))]
    problem: Annotated[str, Meaning(N_("what the problem is"))]
    unit: Annotated[str | None, Meaning(N_("the unit that must put a problem right"))]
    zone: Annotated[str | None, Meaning(N_("the zone of a problem"))]
    shift: Annotated[str | None, Meaning(N_("the shift in which a problem was found"))]
    opened_on: Annotated[date, Meaning(N_("the date on which it was found"))]
    due: Annotated[date, Meaning(N_("the date by which it must be fixed"))]
    state: Annotated[str, Meaning(N_("open, fixed or verified"))]
    fixed_on: Annotated[date | None, Meaning(N_("the date on which the unit reported it fixed"))]
    verified_on: Annotated[date | None, Meaning(N_("the date on which the fix was verified"))]
    returned: Annotated[int, Meaning(N_("how often it was sent back"))]
    days_overdue: Annotated[int, Meaning(N_("how long its date has passed; 0 where it has not"), DAYS)]
    source: Annotated[str | None, Meaning(N_("how a problem came to be known"))]
    place: Annotated[str | None, Meaning(N_("where a problem was found"))]
    part_of: Annotated[int | None, Meaning(N_("the problem of which it is a part"))]
    site: Annotated[str | None, Meaning(N_("the id of the site that was inspected, or where a problem was found"))]
    item: Annotated[str | None, Meaning(N_("the item of a checklist that a problem is about"))]
    failed_again: Annotated[int, Meaning(N_("how often an inspection found it not fixed"))]
    passed_on: Annotated[date | None, Meaning(N_("the day on which an inspection found it fixed"))]
    severity: Annotated[str | None, Meaning(N_("`major` for a major problem; otherwise empty"))]
    original_due: Annotated[date, Meaning(N_("the date by which it was to be fixed at first"))]
    extended: Annotated[int, Meaning(N_("how often that date was moved with approval"))]
    extension_asked: Annotated[date | None, Meaning(N_("the date that was asked for and is not granted in writing"))]


_COUNTED = N_("the number of tasks of the unit in that state, or with that lamp")
_JUDGED = N_("how many things were judged for that part of the assessment")
_EARNED = N_("what that part of the assessment earned")
_WEIGHT = N_("the weight of that part of the assessment")
_OF_100 = N_("points out of 100")


@dataclass(frozen=True, slots=True)
class UnitItem:
    """A unit with its tasks and its assessment: a line of `units.csv`."""

    unit: Annotated[str, Meaning(N_("the lead unit"))]
    tasks: Annotated[int, Meaning(N_("the number of tasks and sub-tasks that it leads"))]
    red: Annotated[int, Meaning(_COUNTED)]
    yellow: Annotated[int, Meaning(_COUNTED)]
    green: Annotated[int, Meaning(_COUNTED)]
    none: Annotated[int, Meaning(_COUNTED)]
    overdue: Annotated[int, Meaning(_COUNTED)]
    at_risk: Annotated[int, Meaning(_COUNTED)]
    done: Annotated[int, Meaning(_COUNTED)]
    mean_gap: Annotated[float | None, Meaning(N_("the mean gap of its tasks"), POINTS)]
    worst_task: Annotated[str | None, Meaning(N_("the id of its worst task"))]
    worst_days: Annotated[int, Meaning(N_("how late the worst thing of that task is"), DAYS)]
    score: Annotated[float | None, Meaning(N_("the assessment of the month"), _OF_100)]
    grade: Annotated[str | None, Meaning(N_("the grade of the assessment"))]
    progress: Annotated[float | None, Meaning(_EARNED, _OF_100)]
    progress_weight: Annotated[float | None, Meaning(_WEIGHT)]
    progress_judged: Annotated[int, Meaning(_JUDGED)]
    deadlines: Annotated[float | None, Meaning(_EARNED, _OF_100)]
    deadlines_weight: Annotated[float | None, Meaning(_WEIGHT)]
    deadlines_judged: Annotated[int, Meaning(_JUDGED)]
    rectification: Annotated[float | None, Meaning(_EARNED, _OF_100)]
    rectification_weight: Annotated[float | None, Meaning(_WEIGHT)]
    rectification_judged: Annotated[int, Meaning(_JUDGED)]
    observation: Annotated[float | None, Meaning(_EARNED, _OF_100)]
    observation_weight: Annotated[float | None, Meaning(_WEIGHT)]
    observation_judged: Annotated[int, Meaning(_JUDGED)]
    silent_weeks: Annotated[int, Meaning(N_("the weeks without a report"))]
    deducted: Annotated[float, Meaning(N_("what was deducted for them"), _OF_100)]
    problems_found: Annotated[int, Meaning(N_("the problems for it to fix that were found in the month"))]
    problems_due: Annotated[int, Meaning(N_("those with a date in force in the month"))]
    problems_in_time: Annotated[int, Meaning(N_("of those due, reported fixed in time"))]
    problems_late: Annotated[int, Meaning(N_("of those due, reported fixed late"))]
    problems_open: Annotated[int, Meaning(N_("of those due, not reported fixed"))]
    problems_overdue: Annotated[int, Meaning(N_("of those due, not fixed and past their date"))]
    problems_returned: Annotated[int, Meaning(N_("of those due, sent back at least once"))]
    problems_extended: Annotated[int, Meaning(N_("of those due, with a date that was moved with approval"))]
    problems_closing_rate: Annotated[float | None, Meaning(N_("fixed ÷ due"), PERCENTAGE)]
    problems_in_time_rate: Annotated[float | None, Meaning(N_("fixed in time ÷ due"), PERCENTAGE)]
    problems_return_rate: Annotated[float | None, Meaning(N_("sent back ÷ due"), PERCENTAGE)]
    problems_remaining: Annotated[int, Meaning(N_("those found in the month or before it and not reported fixed"))]
    problems_remaining_overdue: Annotated[int, Meaning(N_("of those remaining, past their date"))]


ITEMS: Mapping[str, type] = {"tasks": TaskItem, "entries": EntryItem, "problems": ProblemItem, "units": UnitItem}
"""Name of a CSV file of a month, without its ending → the type of its items."""


class FieldType(NamedTuple):
    """A field of an item."""

    name: str
    type: Any
    """The type without `None`."""
    optional: bool
    meaning: Meaning


def field_types(item: type) -> Iterator[FieldType]:
    """Yield the fields of a kind of item, in order."""
    hints = get_type_hints(item, include_extras=True)
    for field in fields(item):
        plain, *notes = get_args(hints[field.name])
        kinds = [kind for kind in get_args(plain) if kind is not type(None)]
        optional = type(None) in get_args(plain)
        meaning = next(note for note in notes if isinstance(note, Meaning))
        yield FieldType(field.name, kinds[0] if optional else plain, optional, meaning)


_OUTPUTS = {"report": ("report", TaskItem), "entries": ("log", EntryItem)}
"""Name of an output → the `kind` of its JSON and the type of its items."""


def output_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the output of `-f json`, for `jk schema --output`.

    It allows unknown fields everywhere, because later versions may add some.

    Args:
        name: a key of `_OUTPUTS`.
    """
    from pydantic import TypeAdapter

    kind, item = _OUTPUTS[name]
    described = TypeAdapter(item).json_schema(mode="serialization")
    definitions = described.pop("$defs", {})
    if reason := definitions.get("Reason"):
        del reason["properties"]["figures"]
        reason["required"].remove("figures")
        reason["additionalProperties"] = {"type": ["number", "string", "boolean", "null"]}
    for field in field_types(item):
        described["properties"][field.name]["description"] = _(field.meaning.text)
        if field.meaning.unit:
            described["properties"][field.name]["x-unit"] = _(field.meaning.unit)
    described.pop("description", None)
    head = {"seq": {"type": "integer", "minimum": 0}, "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    envelope = {
        "schema": {"const": 1},
        "kind": {"const": kind},
        "plan": {"type": "string"},
        "as_of": {"type": "string", "format": "date"},
        "known_on": {"type": ["string", "null"], "format": "date-time"},
        "ledger_head": {"type": "object", "properties": head, "required": ["seq", "hash"]},
        "items": {"type": "array", "items": described},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"jk: {kind} -f json",
        "type": "object",
        "properties": envelope,
        "required": list(envelope),
        "$defs": definitions,
    }
