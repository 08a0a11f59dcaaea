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
from .reason_wording import full_titles
from .task_filters import By, Filters, Question, judged

State = Literal["whole", "first-seen", "as-seen", "silent", "behind", "rewritten", "damaged", "unreachable"]
"""What became of a district's ledger. `whole` where it was proved; `first-seen` where there is nothing to compare it
with; the last three are faults."""

Listed = Literal["items", "rows", "all", "dates", "tasks"]
"""What is wanted of a district: items for programs, rows for people, both, dates for a calendar, or counted tasks."""

FAULTS: tuple[State, ...] = ("rewritten", "damaged", "unreachable")

_ONE_AT_A_TIME = Lock()
"""The language of messages is one for a process; Dask runs several threads in it."""


class DistrictJob(NamedTuple):
    """What is asked of one district. All of it can be sent to another machine."""

    district: District
    question: Question
    as_of: date
    language: Language
    """Of the reader; items are in the plan's language."""
    known_on: datetime | None = None
    seen: SeenHead | None = None
    """The head of its ledger that was seen the last time."""
    prove: bool = False
    """Whether the chain and all that follows from it are checked."""
    silent_after: int = 14
    listed: Listed = "rows"
    by: By | None = None
    """What `tasks` are grouped by."""
    cache: Path | None = None
    """The folder of cached plans, on the machine where the district is judged."""


class TotalPart(NamedTuple):
    """What a district brings to a programme total."""

    id: str
    name: str
    unit: str
    value: Decimal | None
    missing: tuple[str, ...]
    """The indicators of which nothing was reported, by task and name."""


class _PackedItems(Collection[Mapping[str, Any]]):
    """Items as the bytes in which a worker sends them, much smaller; each pass unpacks those of one district."""

    def __init__(self, items: Collection[Mapping[str, Any]]) -> None:
        """Pack the items."""
        self._count, self._packed = len(items), pickle.dumps(list(items), pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        """How many they are."""
        return self._count

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Each of them."""
        return iter(pickle.loads(self._packed))  # noqa: S301 - packed above

    def __contains__(self, item: object) -> bool:
        """Whether it is one of them."""
        return any(item == each for each in self)


class DistrictReport(NamedTuple):
    """A district as it was judged, or why it was not."""

    name: str
    state: State
    fault: str | None = None
    """What is wrong with it, as a sentence."""
    head: Head | None = None
    first: str = ""
    """The hash of the first entry."""
    last_entry: datetime | None = None
    """When the last entry was recorded."""
    days_since: int | None = None
    compared: bool = False
    """Whether the ledger was compared with a head that was seen, or with an anchor."""
    document: Document | None = None
    """Its own report; without sections where items are wanted, without items where rows are."""
    brief: Table | None = None
    """Its brief table, where rows are wanted."""
    counts: Mapping[str, Any] | None = None
    """What is counted of all of its tasks."""
    tasks: tuple[Counted, ...] = ()
    """Where they are wanted, the tasks that the filters keep, each with what it is grouped by."""
    totals: tuple[TotalPart, ...] = ()
    units: frozenset[str] = frozenset()
    """The lead units that its plan names."""
    categories: frozenset[str] = frozenset()


def _judge_district(job: DistrictJob) -> DistrictReport:
    """Open and judge one district. Whatever is wrong with it is its state: nothing is raised."""
    name = job.district.name
    with _ONE_AT_A_TIME:
        use(job.language)
    try:
        return _judged(job)
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
    """Judge one district within a time limit; one that takes longer is unreachable, and holds up no other.

    The thread that hangs is left behind; it ends with its process.
    """
    found: list[DistrictReport] = []
    thread = Thread(target=lambda: found.append(_judge_district(job)), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else no_answer(job.district.name, seconds, job.language)


def no_answer(name: str, seconds: float, language: Language) -> DistrictReport:
    """A district that did not answer in time."""
    with speaking(language):
        return DistrictReport(name, "unreachable", _("no answer within {seconds:g} s").format(seconds=seconds))


def _judged(job: DistrictJob) -> DistrictReport:
    district, question = job.district, job.question
    plan = load_plan(district.plan, job.cache)
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(_opened(district.ledger)))
        head, first = ledger.head(), ledger.entry(1)
        faults = _proved(ledger) if job.prove else []
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
    with _ONE_AT_A_TIME, speaking(job.language):
        document = brief = None
        if job.listed != "tasks":
            document = build_report(Scope(plan, job.as_of, job.known_on, survey.head), judgements, question)
            make = document.sections[0].brief if job.listed in ("rows", "all") else None
            brief = make() if make else None
            document = replace(
                document,
                items=_PackedItems(document.items) if job.listed in ("items", "all") else (),
                sections=tuple(replace(each, paper=None) for each in document.with_whole_tables.sections)
                if job.listed in ("rows", "all")
                else (),  # functions cannot be sent
                dates=list(document.dates or ()) if job.listed == "dates" else None,
                late=None,
            )
        parents = plan.parents()
        top = [j for j in judgements if j.task.id not in parents]
        tasks = counted(top, question.filters, job.by) if job.listed == "tasks" else []
        if job.by == "unit":  # a sub-task stands without its task
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
        {**counts(counted(top, Filters(), None)), **_problems(flattened(top))},
        tuple(tasks),
        tuple(_totals(plan, top)),
        frozenset(plan.known_units()),
        frozenset(j.task.category for j in flattened(top) if j.task.category),
    )


def _problems(judgements: Sequence[Judgement]) -> dict[str, int]:
    """How many problems are open, and how many of them are past their date."""
    found = [
        (problem, j.position.as_of) for j in judgements for problem in j.position.problems if problem.state == "open"
    ]
    return {"problems_open": len(found), "problems_overdue": sum(p.days_overdue(day) > 0 for p, day in found)}


def _opened(where: str) -> Ledger:
    """The ledger at a path or a URL, or the one that a dump holds.

    Raises:
        LedgerError: it cannot be opened; `Damaged` if it is no ledger.
    """
    from ..ledger import backup_files, sqlite

    file = file_of(where)
    if file is None or not file.is_file() or not file.stat().st_size or backup_files.is_database(file):
        return open_for_reading(where)
    try:
        return sqlite.in_memory(backup_files.entries(file), str(file))
    except LedgerError as error:
        raise Damaged(str(error)) from error


def _proved(ledger: Ledger) -> list[str]:
    from ..ledger.check import check_ledger

    return check_ledger(ledger)


def _state(
    job: DistrictJob, ledger: Ledger, head: Head, first: str, days_since: int | None
) -> tuple[State, str | None]:
    """The state of a ledger that could be read, and a sentence on what is wrong."""
    from ..ledger.check import check_anchor

    if job.district.anchor and (cut := check_anchor(ledger, *job.district.anchor)):
        return "rewritten", cut
    if seen := job.seen:
        there = hashes(ledger.rows, (seen.seq,)).get(seen.seq)
        if found := mismatch(seen, first, head, there):
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
