"""`receipt`: a unit acknowledged that it received a letter (签收); the letter still waits for its answer."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection
from .lifecycle import Life
from .reply import letter_of, not_that_letter


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a letter that does not exist, is answered or acknowledged already, or was sent later."""
    yield from not_that_letter(case)
    letter = case.life.issued.get(case.entry.ref or 0)
    if letter and letter.received_on:
        text = _("the receipt of {number} was recorded for {day} already")
        yield Objection("refused", text.format(number=letter.number, day=letter.received_on))


def apply(life: Life, event: Event) -> None:
    """Mark the letter as received."""
    letter = letter_of(life, event)
    if letter and letter.received_on is None:
        life.issued[letter.seq] = replace(letter, received_on=event.on)


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the number of the letter."""
    return _("receipt of {number} (#{seq}) acknowledged").format(number=entry.number, seq=entry.ref)


RECEIPT = Kind(
    "receipt",
    N_("receipt of a letter"),
    fields=("number",),
    required=("ref", "number"),
    task="none",
    objections=objections,
    apply=apply,
    sentence=sentence,
)
