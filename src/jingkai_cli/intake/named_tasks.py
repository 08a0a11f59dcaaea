"""The task that a cell names, by its id, exact title or alias."""

import re
from decimal import Decimal
from difflib import get_close_matches

from ..errors import Refused
from ..language import _
from ..model import Plan, Task
from ..text import quoted
from .grid import Cell


def task_in(plan: Plan, cell: Cell, *, drops_noughts: bool) -> Task:
    """The task of a cell. A number with a fraction may have lost a nought: it is an id where one id has that value.

    Args:
        plan: its tasks.
        cell: with an id or a title.
        drops_noughts: whether the file has its numbers as text, as a CSV from a spreadsheet does.

    Raises:
        Refused: there is none, or a number may be two.
    """
    if _FRACTION.fullmatch(cell.label) and (isinstance(cell.value, Decimal) or drops_noughts):
        same = [task for task in plan.every_task() if _value(task.id) == Decimal(cell.label)]
        if len(same) > 1 and not cell.label.endswith("0"):
            text = _("{name} may be task {ids}: write the id as text, or the title")
            ids = _(" or ").join(task.id for task in same)
            raise Refused(text.format(name=quoted(cell.label), ids=ids))
        if len(same) == 1:
            return same[0]
    task = find_task(plan, cell.label)
    if task is None:
        raise Refused(no_such_task(plan, cell.label))
    return task


_FRACTION = re.compile(r"[0-9]+\.[0-9]+")


def _value(name: str) -> Decimal | None:
    return Decimal(name) if _FRACTION.fullmatch(name) else None


def find_task(plan: Plan, name: str) -> Task | None:
    """The task of that id, exact title or alias: a near miss is no hit."""
    return plan.task(name) or next((t for t in plan.every_task() if name in map(_label, (t.title, *t.aliases))), None)


def _label(title: str) -> str:
    return "".join(title.split())


def no_such_task(plan: Plan, name: str) -> str:
    """That there is none, and which one may be meant."""
    titles = {_label(title): task for task in plan.every_task() for title in (task.title, *task.aliases)}
    close = get_close_matches(name, titles, 1, 0.5)
    text = _("there is no task {name} in the plan").format(name=quoted(name))
    if not close:
        return text
    return text + _("; did you mean task {id} {title}?").format(id=titles[close[0]].id, title=titles[close[0]].title)
