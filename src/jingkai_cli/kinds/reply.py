"""`reply`: a unit answered a letter (反馈), with the day on which the answer came in."""

from collections.abc import Iterator

from msgspec.structs import replace

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from ..quantities import days
from .kind import Case, Kind, Objection
from .lifecycle import Issued, Life


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a letter that does not exist, is answered already or was sent later; remark on a late answer."""
    yield from not_that_letter(case)
    entry, letter = case.entry, case.life.issued.get(case.entry.ref or 0)
    if letter and letter.answer_by and entry.on > max(letter.answer_by, letter.on):
        late = days((entry.on - letter.answer_by).days)
        yield Objection("remark", _("answered {days} late; due by {by}").format(days=late, by=letter.answer_by))


def not_that_letter(case: Case) -> Iterator[Objection]:
    """Refuse an entry about a letter that does not exist, has another number, is answered, or was sent later."""
    entry = case.entry
    letter = case.life.issued.get(entry.ref or 0)
    if letter is None or letter.paper != "notice":
        yield Objection("refused", _("there is no letter #{seq} (`jk log` lists them)").format(seq=entry.ref))
        return
    if entry.number != letter.number:
        text = _("#{seq} is the letter {number}, not {other}")
        yield Objection("refused", text.format(seq=letter.seq, number=letter.number, other=entry.number))
    if letter.answered_on:
        text = _("{number} was answered on {day} already")
        yield Objection("refused", text.format(number=letter.number, day=letter.answered_on))
    if entry.on < letter.on:
        text = _("{day} is before the letter, {sent}")
        yield Objection("refused", text.format(day=entry.on, sent=letter.on))


def letter_of(life: Life, event: Event) -> Issued | None:
    """The letter that an event is about; None if it does not exist."""
    number = event.subject or ""
    return life.issued.get(int(number)) if number.isdecimal() else None


def apply(life: Life, event: Event) -> None:
    """Mark the letter as answered; the first answer counts."""
    letter = letter_of(life, event)
    if letter and letter.answered_on is None:
        life.issued[letter.seq] = replace(letter, answered_on=event.on)


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the number of the letter."""
    return _("answer to {number} (#{seq}) received").format(number=entry.number, seq=entry.ref)


REPLY = Kind(
    "reply",
    N_("answer to a letter"),
    fields=("number",),
    required=("ref", "note", "number"),
    task="none",
    objections=objections,
    apply=apply,
    sentence=sentence,
)
