"""Decisions that are not carried out and letters that are not answered, as items to act on."""

from collections.abc import Iterable, Iterator
from datetime import date

from ..facts import TaskFacts
from ..kinds import life_of
from ..language import _
from ..quantities import days
from ..rules.status import Judgement
from .action_items import ActionItem
from .agenda import OpenMatters, agenda_items
from .document import Scope


def decisions_and_letters(scope: Scope, open_matters: OpenMatters) -> Iterator[ActionItem]:
    """Yield the decisions that are not carried out (`decided`) and the letters that are not answered (`letters`)."""
    numbers = {letter.seq: letter.ordinal for letter in open_matters.letters}
    for line in agenda_items(open_matters, scope.as_of):
        if line.group not in ("open", "letters"):
            continue
        how = _("due {day}").format(day=line.due) if line.due else _("as soon as possible")
        if line.days_overdue:
            how = _("{days} overdue").format(days=days(line.days_overdue))
        text = _("{what}: {how}").format(what=line.text.replace("\n", _(", ")), how=how)
        if line.group == "letters":
            next_ = f"jk reply {numbers[line.number or 0]}"
            yield ActionItem("letters", None, text, line.due, line.unit, next_)
        else:
            task = scope.plan.task(line.task) if line.task else None
            yield ActionItem(
                "decided", task, text, line.due, line.unit, f"jk decide --settled {line.number}", own_unit=True
            )


def due_until(scope: Scope, judgements: Iterable[Judgement], programme: TaskFacts, last: date) -> Iterator[ActionItem]:
    """Yield the decisions and letters that are overdue or due up to the day `last`.

    Args:
        scope: the plan and the date.
        judgements: every task and sub-task, for decisions about it.
        programme: the facts of the programme as a whole, for other decisions and for the letters.
        last: a day from the date of the scope on.
    """
    life = life_of(scope.plan.programme, programme.events)
    decided = [*life.decisions.values()]
    decided += [each for judgement in judgements for each in judgement.position.life.decisions.values()]
    letters = [each for each in life.issued.values() if each.open_on(scope.as_of)]
    matters = OpenMatters(sorted(decided, key=lambda each: each.seq), (), {}, (), {}, {}, letters)
    yield from (each for each in decisions_and_letters(scope, matters) if each.day and each.day <= last)
