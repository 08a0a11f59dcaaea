"""`fix`: a unit reports a problem fixed (整改反馈); someone else must still verify it."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from ..text import same_name
from .kind import Case, Kind, Objection, problem_of, wrong_state
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a problem that is not open; remark on a unit other than the responsible one."""
    yield from wrong_state(case, "open")
    entry, problem = case.entry, case.problem(case.entry.ref or 0)
    if problem and entry.unit and not same_name(entry.unit, problem.responsible):
        text = _("problem #{seq} is for {responsible} to fix; {unit} reports it fixed")
        yield Objection("remark", text.format(seq=problem.seq, responsible=problem.responsible, unit=entry.unit))


def apply(life: Life, event: Event) -> None:
    """Mark the problem as reported fixed."""
    if problem := problem_of(life, event):
        life.put(replace(problem, state="fixed", fixed_on=event.on, fixed_seq=event.seq, passed_on=None))


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the number of the problem."""
    return _("{what}: #{seq}").format(what=_("problem reported fixed"), seq=entry.ref)


FIX = Kind(
    "fix",
    N_("problem reported fixed"),
    required=("ref",),
    recorded_by="unit",
    leaves="fixed",
    of_problem=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
