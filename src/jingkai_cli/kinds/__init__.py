"""The kinds of entry, each declared in a module of its own, and functions that work on entries of any kind.

Readers, stores, reports and commands use `kind_of` and `all_kinds`, and avoid naming a kind where possible.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, partial, reduce
from importlib import import_module

from msgspec.structs import replace

from ..dates import with_dates
from ..errors import Refused
from ..facts import Event, History
from ..language import N_, _
from ..model import UNREADABLE, Entry, Plan, Task
from .kind import REPORT_TEXTS, Case, Kind, Objection
from .lifecycle import Life

NAMES = (
    *("report", "reach", "done", "accept", "reopen", "extend", "retract"),
    *("problem", "fix", "verify", "object", "ruling", "score", "adopt"),
    *("suspend", "resume", "cancel", "decision", "settled", "issued", "reply", "inspection", "receipt"),
)
"""Every kind, in the order in which messages and documents list them. Its module has the same name."""


@cache
def kind_of(name: str) -> Kind:
    """Return the kind of that name. Its module is imported on first use, because a report needs few of them.

    An unknown kind, in a ledger of a newer version, has no effect; its label is its name.
    """
    if name not in NAMES:
        return Kind(name, name)
    declared: Kind = getattr(import_module(f".{name}", __package__), name.upper())
    return declared


def all_kinds() -> Iterator[Kind]:
    """Yield every kind, in the order of `NAMES`."""
    return map(kind_of, NAMES)


def sentence(task: Task | None, entry: Entry) -> str:
    """Return the text of an entry for the log, in the current language; `task` is None if the plan does not have it."""
    if entry.kind == UNREADABLE:
        return _("cannot be read: run `jk check`")
    kind = kind_of(entry.kind)
    return kind.sentence(task, entry) if kind.sentence else _(kind.label)


def is_about_problem(entry: Entry) -> bool:
    """Whether an entry opens a problem, or is a later step of a problem."""
    return entry.kind == "problem" or bool(entry.ref and kind_of(entry.kind).of_problem)


def texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the texts of a report other than its note, each after its heading in the current language."""
    for name, heading in REPORT_TEXTS.items():
        if text := getattr(entry, name):
            yield _(heading), text


def all_texts(entry: Entry) -> str:
    """Return the note of an entry and its other texts with their headings, one per line."""
    lines = [_("{heading}: {text}").format(heading=heading, text=text) for heading, text in texts(entry)]
    return "\n".join([entry.note, *lines] if entry.note else lines)


def life_of(task: Task, events: Iterable[Event]) -> Life:
    """Fold the events of a task that were not retracted, ordered by (`on`, `seq`)."""
    return reduce(_apply_event, events, Life(task))


def life_in(history: History, task: Task) -> Life:
    """Return the life of a task from all its events in a ledger, whatever their date."""
    return history.folded(task.id, task.formerly, partial(Life, task), _apply_event)


def _apply_event(life: Life, event: Event) -> Life:
    """Apply an event to a life and return it."""
    kind_of(event.kind).apply(life, event)
    return life


def objections(
    task: Task, entry: Entry, history: History, today: date, plan: Plan | None = None
) -> Iterator[Objection]:
    """Yield all objections to recording an entry.

    Args:
        task: the task of the entry.
        entry: the entry to record.
        history: the ledger.
        today: the date in the plan's zone.
        plan: the plan with the units; without it, names of units are compared exactly.
    """
    for found in _objections(task, entry, history, today, plan):
        yield replace(found, message=with_dates(found.message))


def _objections(task: Task, entry: Entry, history: History, today: date, plan: Plan | None) -> Iterator[Objection]:
    """Yield the same objections, with ISO dates in the messages."""
    if entry.on > today:
        yield Objection("implausible", _("{day} is in the future").format(day=entry.on), N_("dates in the future"))
    if entry.received and entry.received < entry.on:
        text = _("received on {received}, before its own date {day}")
        message = text.format(received=entry.received, day=entry.on)
        yield Objection("implausible", message, N_("reports received before their own date"))
    kind = kind_of(entry.kind)
    if entry.on < task.start and kind.is_report:
        text = _("{day} is before the start of task {task}, {start}")
        message = text.format(day=entry.on, task=task.id, start=task.start)
        yield Objection("implausible", message, N_("dates before the start of the task"))
    fold = partial(life_in, history, task)
    yield from kind.objections(
        Case(task, entry, history, today, partial(life_of, task), fold, partial(life_in, history), plan)
    )


def remarks(  # noqa: PLR0913 - the entry, what it is checked against, and how
    plan: Plan, task: Task, entry: Entry, history: History, today: date, *, force: bool
) -> list[Objection]:
    """Return the remarks on an entry that may be recorded, with `force` also the implausible points.

    Raises:
        Refused: the entry is contradicted, or is implausible and `force` is not given; the message has all reasons.
    """
    from .reach import reached_before
    from .report import foreign_shares, other_units
    from .score import foreign_item

    found = [
        *objections(task, entry, history, today, plan),
        *foreign_shares(plan, task, entry),
        *(other_units(plan, task, entry) if kind_of(entry.kind).is_report else ()),
        *foreign_item(plan, entry),
        *reached_before(plan, task, entry, history),
    ]
    fatal = ("refused",) if force else ("refused", "implausible")
    fatal_ones = [o for o in found if o.weight in fatal]
    if fatal_ones:
        can_force = all(o.weight == "implausible" for o in fatal_ones)
        how = _("if it is right: --force") if entry.note else _("if it is right: --force -m WHY")
        hint = [how] if can_force else []
        raise Refused("\n".join([*(with_dates(o.message) for o in fatal_ones), *hint]))
    return found
