"""A task's life folded from its entries: what was reached, done, accepted, reopened, and which deadline is in force."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ..facts import Event
from ..model import Entry, Milestone, Task


@dataclass(frozen=True, slots=True)
class Extension:
    """An approved new deadline (延期), later or earlier."""

    seq: int
    on: date
    deadline: date
    after_deadline: bool
    """It was asked for after the deadline that it moves had passed: marked for ever."""
    waiting: bool
    """Agreed by word of mouth: it moves nothing until its paper is there."""


@dataclass(frozen=True, slots=True)
class Life:
    """Where a task stands in its life as of a date."""

    done_on: date | None
    done_seq: int | None
    accepted_on: date | None
    reached: Mapping[str, date]
    objection: Entry | None
    """A unit's objection to the judgement on which nobody has ruled yet."""
    extensions: Mapping[str | None, tuple[Extension, ...]]
    """By milestone id; None holds those of the task itself. In order of (`on`, `seq`)."""

    def deadline(self, thing: Task | Milestone) -> date:
        """The deadline in force (现行时限) of the task or one of its milestones."""
        if not self.extensions:
            return thing.deadline
        moved = [x.deadline for x in self.extensions.get(_subject(thing), ()) if not x.waiting]
        return moved[-1] if moved else thing.deadline

    def unreached(self, task: Task) -> Iterator[Milestone]:
        """The milestones still to be reached. One that is a month's amounts is judged by its figures, not here."""
        return (m for m in task.milestones if m.id not in self.reached and not m.indicators)

    def extensions_of(self, thing: Task | Milestone) -> tuple[Extension, ...]:
        """Every extension of the task itself or of one of its milestones, those that wait for paper included."""
        return self.extensions.get(_subject(thing), ())


def _subject(thing: Task | Milestone) -> str | None:
    return thing.id if isinstance(thing, Milestone) else None


def fold(task: Task, events: Iterable[Event]) -> Life:
    """Fold a task's standing events, ordered by (`on`, `seq`).

    `reopen` cancels `done` and `accept` from its date; milestones that were reached stay reached.
    """
    done_on = accepted_on = done_seq = objection = None
    reached: dict[str, date] = {}
    extensions: dict[str | None, list[Extension]] = {}
    in_force: dict[str | None, date] = {None: task.deadline} | {m.id: m.deadline for m in task.milestones}
    for event in events:
        match event.kind:
            case "reach" if event.subject:
                reached.setdefault(event.subject, event.on)
            case "done":
                done_on, done_seq = event.on, event.seq
            case "accept" if done_on:
                accepted_on = event.on
            case "reopen" if not event.subject:  # one with a subject sends a problem back
                done_on = accepted_on = done_seq = None
            case "object":
                objection = event.entry
            case "ruling":
                objection = None
            case "extend" if event.until and event.subject in in_force:
                waiting = event.basis == "oral"
                late = event.on > in_force[event.subject]
                extensions.setdefault(event.subject, []).append(
                    Extension(event.seq, event.on, event.until, after_deadline=late, waiting=waiting)
                )
                if not waiting:
                    in_force[event.subject] = event.until
            case _:
                pass
    moved = {subject: tuple(those) for subject, those in extensions.items()}
    return Life(done_on, done_seq, accepted_on, reached, objection, moved)
