"""One district of an overview: opens and judges its ledger, and returns data that can be sent between processes."""

import pickle
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from ..errors import Damaged, InvalidInput, JkError, LedgerError
from ..language import N_, Language, _, speaking, use
from ..ledger import file_of, open_for_reading, replay
from ..ledger.chain import SeenHead, mismatch
from ..ledger.entries import hashes
from ..ledger.protocol import Ledger
from ..model import Head, Plan
from ..plan import load_plan
from ..plan.districts import District
from ..quantities import enumeration
from ..rules.programme_totals import programme_totals
from ..rules.status import Judgement, flattened
from . import build_report
from .document import Document, Scope, Table
from .grouped_report import Counted, counted, counts
from .late_notes import MOST_LATE
from .reason_wording import full_titles
from .task_filters import By, Filters, Question, judged
from .task_notes import red_tasks

State = Literal["whole", "first-seen", "as-seen", "silent", "behind", "rewritten", "damaged", "unreachable"]
"""The state of a district's ledger: `whole` if it was checked in full, `first-seen` if there is nothing to compare it
with. The last three are faults."""

Listed = Literal["items", "rows", "all", "dates", "tasks"]
"""What is requested of a district: items for programs, rows for people, both, calendar dates, or counted tasks."""

FAULTS: tuple[State, ...] = ("rewritten", "damaged", "unreachable")

_ONE_AT_A_TIME = Lock()
"""The language of messages is global to a process, in which Dask runs several threads."""


class DistrictJob(NamedTuple):
    """A request to judge one district; all of it can be sent to another machine."""

    district: District
    question: Question
    as_of: date
    language: Language
    """The reader's language; items are in the plan's language."""
    known_on: datetime | None = None
    seen: SeenHead | None = None
    """The head of its ledger that was last seen."""
    prove: bool = False
    """Whether to verify the chain and the derived tables."""
    silent_after: int = 14
    listed: Listed = "rows"
    by: By | None = None
    """What `tasks` are grouped by."""
    cache: Path | None = None
    """The folder of cached plans on the machine that judges the district."""


class TotalPart(NamedTuple):
    """What a district contributes to a programme total."""

    id: str
    name: str
    unit: str
    value: Decimal | None
    missing: tuple[str, ...]
    """The indicators without a report, by task and name."""


class _PackedItems(Collection[Mapping[str, Any]]):
    """Items pickled for sending, which is much smaller than objects; each iteration unpickles them."""

    def __init__(self, items: Collection[Mapping[str, Any]]) -> None:
        """Pack the items."""
        self._count, self._packed = len(items), pickle.dumps(list(items), pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        """The number of items."""
        return self._count

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Iterate over the unpacked items."""
        return iter(pickle.loads(self._packed))  # noqa: S301 - packed above

    def __contains__(self, item: object) -> bool:
        """Whether an item is among them."""
        return any(item == each for each in self)


class DistrictReport(NamedTuple):
    """A district as judged, or why it could not be judged."""

    name: str
    state: State
    fault: str | None = None
    """A sentence that says what is wrong; None if nothing is."""
    head: Head | None = None
    first: str = ""
    """The hash of the first entry."""
    last_entry: datetime | None = None
    """When the last entry was recorded."""
    days_since: int | None = None
    compared: bool = False
    """Whether the ledger was compared with a head seen earlier or with an anchor."""
    document: Document | None = None
    """Its report; without sections if only items are requested, without items if only rows are."""
    brief: Table | None = None
    """The brief table, if rows are requested."""
    red: str = ""
    """The sentence that names its red tasks, if rows are requested."""
    late: Mapping[str, str] = {}
    """Task id → what is late of it, in the plan's language, if items for people are requested."""
    counts: Mapping[str, Any] | None = None
    """The counts over all of its tasks."""
    tasks: tuple[Counted, ...] = ()
    """The tasks that the filters keep, each with its group, if tasks are requested."""
    totals: tuple[TotalPart, ...] = ()
    units: frozenset[str] = frozenset()
    """The lead units that its plan names."""
    categories: frozenset[str] = frozenset()


def _judge_district(job: DistrictJob) -> DistrictReport:
    """Open and judge one district. Faults are returned as its state; nothing is raised."""
    name = job.district.name
    with _ONE_AT_A_TIME:
        use(job.language)
    try:
        return _judge_ledger(job)
    except Damaged as error:
        return DistrictReport(name, "damaged", str(error))
    except InvalidInput as error:
        missing = not job.district.plan.is_file()
        return DistrictReport(name, "unreachable" if missing else "damaged", str(error))
    except JkError as error:
        return DistrictReport(name, "unreachable", str(error))
    except Exception as error:  # noqa: BLE001 - one district must not end the report on all others
        return DistrictReport(name, "damaged", f"{type(error).__name__}: {error}")


def judge_within(job: DistrictJob, seconds: float) -> DistrictReport:
    """Judge one district within a time limit. A district that takes longer is unreachable, and does not hold up others.

    The hanging thread is abandoned; it ends with its process.
    """
    found: list[DistrictReport] = []
    thread = Thread(target=lambda: found.append(_judge_district(job)), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else no_answer(job.district.name, seconds, job.language)


def no_answer(name: str, seconds: float, language: Language) -> DistrictReport:
    """The report of a district that did not answer in time."""
    with speaking(language):
        return DistrictReport(name, "unreachable", _("no answer within {seconds:g} s").format(seconds=seconds))


def _judge_ledger(job: DistrictJob) -> DistrictReport:
    district, question = job.district, job.question
    plan = load_plan(district.plan, job.cache)
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(_open_ledger(district.ledger)))
        head, first = ledger.head(), ledger.entry(1)
        faults = _ledger_faults(ledger) if job.prove else []
        known = ledger
        if job.known_on is not None:
            known = stack.enter_context(closing(replay.known_on(ledger, job.known_on)))
        survey, judgements = judged(known, plan, job.as_of, replace(question, filters=Filters()))
        last = ledger.entry(head.seq)
        recorded = last.recorded_at if last else None
        zone = ZoneInfo(plan.timezone)
        days_since = max(0, (job.as_of - recorded.astimezone(zone).date()).days) if recorded else None
        state, fault = _state(job, ledger, head, first.hash if first else "", days_since)
        unreadable = sorted(known.unreadable | ledger.unreadable)
        doubtful = known.doubtful or known.altered
    if unreadable:
        text = _("entries that cannot be read were skipped: {numbers}")
        faults.append(text.format(numbers=enumeration([f"#{seq}" for seq in unreadable])))
    if doubtful and not job.prove:
        faults.append(_("derived tables were changed other than by an entry"))
    parents = plan.parents()
    top = [j for j in judgements if j.task.id not in parents]
    with _ONE_AT_A_TIME, speaking(job.language):
        document, brief, red = None, None, ""
        late: Mapping[str, str] = {}
        if job.listed != "tasks":
            document = build_report(Scope(plan, job.as_of, job.known_on, survey.head), judgements, question)
            make = document.sections[0].brief if job.listed in ("rows", "all") else None
            brief = make() if make else None
            red = red_tasks(top, MOST_LATE) if job.listed in ("rows", "all") else ""
            if job.listed == "all" and document.late:
                with speaking(plan.language):
                    late = document.late()
            document = replace(
                document,
                items=_PackedItems(document.items) if job.listed in ("items", "all") else (),
                sections=tuple(replace(each, paper=None) for each in document.with_whole_tables.sections)
                if job.listed in ("rows", "all")
                else (),  # functions cannot be pickled
                dates=list(document.dates or ()) if job.listed == "dates" else None,
                late=None,
            )
        tasks = counted(top, question.filters, job.by) if job.listed == "tasks" else []
        if job.by == "unit":  # sub-tasks are listed without their tasks
            titles = full_titles(plan)
            tasks = [task._replace(title=titles[task.task]) for task in tasks]
    return DistrictReport(
        district.name,
        "damaged" if faults else state,
        "; ".join(faults) or fault,
        head,
        first.hash if first else "",
        recorded,
        days_since,
        _is_compared(job),
        document,
        brief,
        red,
        late,
        {**counts(counted(top, Filters(), None)), **_problems(flattened(top))},
        tuple(tasks),
        tuple(_totals(plan, top)),
        frozenset(plan.known_units()),
        frozenset(j.task.category for j in flattened(top) if j.task.category),
    )


def _problems(judgements: Sequence[Judgement]) -> dict[str, int]:
    """The number of open problems, and how many of them are overdue."""
    found = [
        (problem, j.position.as_of) for j in judgements for problem in j.position.problems if problem.state == "open"
    ]
    return {"problems_open": len(found), "problems_overdue": sum(p.days_overdue(day) > 0 for p, day in found)}


def _open_ledger(where: str) -> Ledger:
    """Open the ledger at a path or a URL, or the ledger in a dump.

    Raises:
        LedgerError: it cannot be opened; `Damaged` if it is not a ledger.
    """
    from ..ledger import backup_files, sqlite

    file = file_of(where)
    if file is None or not file.is_file() or not file.stat().st_size or backup_files.is_database(file):
        return open_for_reading(where)
    try:
        return sqlite.in_memory(backup_files.entries(file), str(file))
    except LedgerError as error:
        raise Damaged(str(error)) from error


def _ledger_faults(ledger: Ledger) -> list[str]:
    from ..ledger.check import check_ledger

    return check_ledger(ledger)


def _state(
    job: DistrictJob, ledger: Ledger, head: Head, first: str, days_since: int | None
) -> tuple[State, str | None]:
    """The state of a readable ledger, and a sentence that says what is wrong; None if nothing is."""
    from ..ledger.check import check_anchor

    if job.district.anchor and (fault := check_anchor(ledger, *job.district.anchor)):
        return "rewritten", fault
    if seen := job.seen:
        hash_now = hashes(ledger.rows, (seen.seq,)).get(seen.seq)
        if found := mismatch(seen, first, head, hash_now):
            return found
    if days_since is None or days_since > job.silent_after:
        return "silent", None
    if job.prove:
        return "whole", None
    return ("as-seen" if _is_compared(job) else "first-seen"), None


def _is_compared(job: DistrictJob) -> bool:
    return bool(job.seen and job.seen.seq) or job.district.anchor is not None


def _totals(plan: Plan, judgements: Sequence[Judgement]) -> list[TotalPart]:
    return [
        TotalPart(
            each.total.id,
            each.total.name,
            each.total.unit,
            each.value,
            tuple(f"{share.task.id} {share.indicator.name}" for share in each.missing),
        )
        for each in programme_totals(plan, judgements)
    ]


STATES: dict[State, str] = {
    "whole": N_("whole"),
    "first-seen": N_("first seen"),
    "as-seen": N_("as seen"),
    "silent": N_("silent"),
    "behind": N_("behind"),
    "rewritten": N_("rewritten"),
    "damaged": N_("damaged"),
    "unreachable": N_("unreachable"),
}
"""State → its word."""
