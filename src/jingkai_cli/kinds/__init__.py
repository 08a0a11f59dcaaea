"""The kinds of entry, each declared in a module of its own, and what is asked of all of them.

Readers, stores, reports and commands ask `kind_of` and `all_kinds`, and know no kind by name where they need not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module

from ..facts import Event, History
from ..language import _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .life import Life

__all__ = ["NAMES", "EntryChecks", "Objection", "all_kinds", "kind_of", "life_of", "sentence"]

NAMES = (
    *("report", "reach", "done", "accept", "reopen", "extend", "retract"),
    *("problem", "fix", "verify", "object", "ruling", "score", "adopt"),
)
"""Every kind, in the order in which messages and documents list them. Its module has the same name."""


@cache
def kind_of(name: str) -> Kind:
    """The kind of that name. Its module is imported only now: a report needs few of them.

    A kind that this program does not know, in a ledger of a newer one, has no effect and its name as its label.
    """
    if name not in NAMES:
        return Kind(name, name)
    declared: Kind = getattr(import_module(f".{name}", __package__), name.upper())
    return declared


def all_kinds() -> Iterator[Kind]:
    """Every kind, in the order of `NAMES`."""
    return map(kind_of, NAMES)


def sentence(task: Task | None, entry: Entry) -> str:
    """What an entry says, in the current language; `task` is None where the plan does not have it."""
    kind = kind_of(entry.kind)
    return kind.sentence(task, entry) if kind.sentence else _(kind.label)


def life_of(task: Task, events: Iterable[Event]) -> Life:
    """Fold a task's standing events, ordered by (`on`, `seq`)."""
    life = Life(task)
    for event in events:
        kind_of(event.kind).apply(life, event)
    return life


@dataclass(slots=True)
class _Folded:
    """A life, and how many of the events it holds."""

    events: Sequence[Event]
    life: Life
    count: int


@dataclass(slots=True)
class EntryChecks:
    """What contradicts new entries, within one transaction: the life of a task is folded once and then carried on."""

    history: History
    today: date
    """The date in the plan's zone."""
    _lives: dict[str, _Folded] = field(default_factory=dict)

    def objections(self, task: Task, entry: Entry) -> Iterator[Objection]:
        """Everything that contradicts recording `entry` of `task` now."""
        if entry.on > self.today:
            yield Objection("implausible", _("{day} is in the future").format(day=entry.on))
        kind = kind_of(entry.kind)
        if entry.on < task.start and kind.of_work:
            text = _("{day} is before the start of task {task}, {start}")
            yield Objection("implausible", text.format(day=entry.on, task=task.id, start=task.start))
        yield from kind.objections(Case(task, entry, self.history, self._life(task), self.today))

    def _life(self, task: Task) -> Life:
        """The life of a task by all of its events, whatever their date.

        A history gives the same list as before, with new events at its end, as long as nothing was inserted or
        retracted: then only the new ones are applied.
        """
        events = self.history.events(task.id, task.formerly)
        folded = self._lives.get(task.id)
        if folded is None or folded.events is not events or folded.count > len(events):
            folded = self._lives[task.id] = _Folded(events, Life(task), 0)
        for event in events[folded.count :]:
            kind_of(event.kind).apply(folded.life, event)
        folded.count = len(events)
        return folded.life
