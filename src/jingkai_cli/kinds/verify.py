"""`verify`: someone other than the reporter verified that a problem was fixed (核验销号)."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection, another_verifier, problem_of, wrong_state
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a problem that is not reported fixed, and a verifier who reported it or belongs to its unit."""
    yield from wrong_state(case, "fixed")
    problem = case.problem(case.entry.ref or 0)
    if problem and problem.fixed_seq:
        yield from another_verifier(case, problem.fixed_seq, problem.responsible)


def apply(life: Life, event: Event) -> None:
    """Mark the problem as verified."""
    if problem := problem_of(life, event):
        life.put(replace(problem, state="verified", verified_on=event.on, passed_on=None))


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: who verified it, and the number of the problem."""
    return _("fix verified by {who}: #{seq}").format(who=entry.verifier or entry.by, seq=entry.ref)


VERIFY = Kind(
    "verify",
    N_("fix verified"),
    fields=("verifier",),
    required=("ref",),
    leaves="verified",
    of_problem=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
