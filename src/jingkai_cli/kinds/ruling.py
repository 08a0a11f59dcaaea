"""`ruling`: the result of an objection: the judgement was upheld or changed."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .lifecycle import Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a ruling without an objection, or dated before it."""
    objection = case.life.objection
    if objection is None:
        yield Objection("refused", _("there is no objection to the judgement of task {task}").format(task=case.task.id))
    elif case.entry.on < objection.on:
        text = _("{day} is before the objection, {on}")
        yield Objection("refused", text.format(day=case.entry.on, on=objection.on))


def apply(life: Life, _event: Event) -> None:
    """Settle the objection."""
    life.objection = None


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the result."""
    return _("the judgement was upheld") if entry.ruling == "upheld" else _("the judgement was changed")


RULING = Kind(
    "ruling",
    N_("ruling on an objection"),
    fields=("ruling",),
    required=("ruling", "note"),
    keeps_entry=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
