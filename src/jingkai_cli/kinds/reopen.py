"""`reopen`: a task that was done or cancelled is reopened, or a problem that was reported fixed is sent back."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection, after_done, problem_of, wrong_state
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a task that is not done or cancelled, a problem that is not fixed, and a date before that."""
    if case.entry.ref:
        yield from wrong_state(case, "fixed", "verified")
        return
    if case.life.cancelled_on and not case.life.done_on:
        if case.entry.on < case.life.cancelled_on:
            text = _("{day} is before the task was cancelled, {cancelled}")
            yield Objection("refused", text.format(day=case.entry.on, cancelled=case.life.cancelled_on))
        return
    yield from after_done(case)
    accepted_on = case.life.accepted_on
    if accepted_on and case.entry.on < accepted_on:
        text = _("{day} is before the task was accepted, {accepted}")
        yield Objection("refused", text.format(day=case.entry.on, accepted=accepted_on))


def apply(life: Life, event: Event) -> None:
    """Undo `done`, `accept`, `suspend` and `cancel` of a task, but keep reached milestones; or reopen a problem."""
    if not event.subject:
        life.done_on = life.done_seq = life.accepted_on = life.cancelled_on = None
        life.suspended_on = life.suspended_until = None
        life.reopened_on = event.on
    elif problem := problem_of(life, event):
        life.put(problem.sent_back(event.on))


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the number of the problem, or that the task was reopened."""
    return _("problem sent back: #{seq}").format(seq=entry.ref) if entry.ref else _("reopened")


REOPEN = Kind(
    "reopen",
    N_("reopened"),
    required=("note",),
    leaves="open",
    of_problem=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
