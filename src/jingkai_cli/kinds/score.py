"""`score`: a judge's score for a unit, or one of its sites, at a month's observation (观摩评分)."""

from collections.abc import Iterator

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Plan, Task
from ..quantities import enumeration, number
from ..text import near, quoted
from .kind import Case, Kind, Objection
from .lifecycle import Life, Score


def objections(case: Case) -> Iterator[Objection]:
    """Object to a month that has not begun; remark on earlier scores of the same judge that are replaced."""
    entry = case.entry
    if entry.month and entry.month > f"{case.today:%Y-%m}":
        yield Objection("implausible", _("{month} has not begun").format(month=entry.month))
    before = case.life.scores.get((entry.month or "", entry.unit or "", entry.by, entry.item, entry.site))
    if before:
        text = _("it replaces #{seq}, the score of {score} that {judge} gave before")
        yield Objection("remark", text.format(seq=before.seq, score=number(before.value), judge=entry.by))
    if others := [score.seq for score in case.life.scores.values() if _is_replaced(score, entry)]:
        text = _("what {judge} gave {unit} before, {entries}, no longer counts")
        entries = enumeration([f"#{seq}" for seq in sorted(others)])
        message = text.format(judge=entry.by, unit=entry.place or entry.unit, entries=entries)
        yield Objection("remark", message, N_("scores that take the place of others"))


def _is_replaced(score: Score, entry: Entry) -> bool:
    """Whether a score no longer counts because of an entry: scores of the whole and of its parts exclude each other.

    The parts are the sites of a unit, and the items of a ballot.
    """
    if (score.month, score.unit, score.judge) != (entry.month, entry.unit, entry.by):
        return False
    if (score.site is None) != (entry.site is None):
        return True
    return score.site == entry.site and (score.item is None) != (entry.item is None)


def apply(life: Life, event: Event) -> None:
    """Set the score of a judge; the one recorded last counts, whatever its date."""
    entry = event.entry
    if entry is None or entry.score is None:
        return
    where = entry.site, entry.place
    score = Score(event.seq, entry.month or "", entry.unit or "", entry.by, entry.score, entry.item, *where)
    key = score.month, score.unit, score.judge, score.item, score.site
    before = life.scores.get(key)
    if before is None or before.seq < score.seq:
        life.scores[key] = score


def foreign_item(plan: Plan, entry: Entry) -> Iterator[Objection]:
    """Object to a score of an unknown item, above the points of the item, or of the whole if the plan has items."""
    items = plan.observation.items if plan.observation else ()
    if entry.kind != "score" or (entry.item is None and not items):
        return
    if entry.item is None:
        text = _("a score of the whole, where the plan's observation has {items}")
        message = text.format(items=enumeration(item.name for item in items))
        yield Objection("implausible", message, N_("scores of the whole"))
        return
    item = next((item for item in items if item.id == entry.item), None)
    if item is None:
        text = _("the plan's observation has no item {name} {hint}")
        hint = near(entry.item, [each.id for each in items]) if items else _("(expected a score without an item)")
        yield Objection("refused", text.format(name=quoted(entry.item), hint=hint))
    elif entry.score is not None and entry.score > item.points:
        text = _("{score} is more than the {points} points of {item}")
        values = {"score": number(entry.score), "points": number(item.points), "item": item.name}
        yield Objection("refused", text.format(**values))


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the unit, the site if there is one, the month and the score."""
    judged = _("{unit}, site {site}") if entry.site else "{unit}"
    unit = judged.format(unit=entry.unit, site=entry.place or entry.site)
    text = _("observation score of {unit} for {month}: {score}")
    if entry.item is not None:
        text = _("observation score of {unit} for {month}, {item}: {score}")
    return text.format(unit=unit, month=entry.month, item=entry.item, score=number(entry.score or 0))


SCORE = Kind(
    "score",
    N_("observation score"),
    fields=("month", "score", "item", "site", "place"),
    required=("unit", "month", "score", "by"),
    task="none",
    known_unit=True,
    by_is_content=True,
    keeps_entry=True,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
