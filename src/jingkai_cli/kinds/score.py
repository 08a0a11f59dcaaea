"""`score`: what a judge gives a unit at a month's observation (观摩评分)."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from ..quantities import number
from .kind import Case, Kind, Objection
from .life import Life, Score


def objections(case: Case) -> Iterator[Objection]:
    """The month has begun; a second score of the same judge replaces the first."""
    entry = case.entry
    if entry.month and entry.month > f"{case.today:%Y-%m}":
        yield Objection("implausible", _("{month} has not begun").format(month=entry.month))
    before = case.life.scores.get((entry.month or "", entry.unit or "", entry.by))
    if before:
        text = _("it replaces #{seq}, the score of {score} that {judge} gave before")
        yield Objection("remark", text.format(seq=before.seq, score=number(before.value), judge=entry.by))


def apply(life: Life, event: Event) -> None:
    """The score of a judge that was recorded last counts, whatever its date."""
    entry = event.entry
    if entry is None or entry.score is None:
        return
    score = Score(event.seq, entry.month or "", entry.unit or "", entry.by, entry.score)
    before = life.scores.get((score.month, score.unit, score.judge))
    if before is None or before.seq < score.seq:
        life.scores[score.month, score.unit, score.judge] = score


def sentence(_task: Task | None, entry: Entry) -> str:
    """The unit, the month and the score."""
    text = _("observation score of {unit} for {month}: {score}")
    return text.format(unit=entry.unit, month=entry.month, score=number(entry.score or 0))


SCORE = Kind(
    "score",
    N_("observation score"),
    fields=("month", "score"),
    required=("unit", "month", "score", "by"),
    task="none",
    known_unit=True,
    by_is_content=True,
    keeps_entry=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
