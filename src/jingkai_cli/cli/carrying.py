"""`jk init --from OLD --carry-open`: the next year's plan, begun with what the old year left open."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from ..errors import Refused
from ..language import _, speaking
from ..model import Plan
from ..plan import load_plan
from ..quantities import enumeration, number
from ..reports.survey import survey
from ..rules.next_year import Carried, NextYear, next_year
from .output import give, tell, write_whole
from .place import Place

LONGEST = 500
"""How long a note of a plan may be."""


def carry_open_tasks(old: Path, year: int | None, file: Path) -> None:
    """Write the plan of `year` into `file`: the open tasks of the plan `old`, by the ledger beside that one.

    Raises:
        Refused: the old plan has no year, or everything in it is done.
    """
    from ..plan.yaml_writer import write

    plan = load_plan(old)
    if year is None:
        raise Refused(_("say which year begins: --year {year}").format(year=(plan.year or date.max.year - 1) + 1))
    if plan.year is not None and year <= plan.year:
        raise Refused(
            _("{year} does not come after {old}, the year of {file}").format(year=year, old=plan.year, file=old)
        )
    ends = date(year - 1, 12, 31)
    with closing(Place.beside(old).open()) as ledger:
        facts = ledger.read(lambda reader: survey(reader, plan, ends)).facts
    found = next_year(plan, facts, year)
    if not found.carried:
        raise Refused(_("every task of {file} is done: nothing is carried").format(file=old))
    new = _noted(found.plan(plan, year), found, plan, year)
    if (old.parent / "contacts.yaml").exists():
        new = replace(new, contacts={})
        tell(_("contacts.yaml stays beside {file}: copy it if it still holds").format(file=old))
    with speaking(plan.language):
        heading = _("{year}, begun from {file}: the dates marked `unconfirmed` wait for a decision")
        text = write(new, heading.format(year=year, file=old.name))
    write_whole({file: text.encode()})
    _say(found, file, ends)


def _noted(new: Plan, found: NextYear, old: Plan, year: int) -> Plan:
    """The new plan, each task with a note of how it stood, in the plan's language."""
    with speaking(old.language):
        tasks = tuple(replace(c.task, notes=(*c.task.notes, _note(c, year - 1))) for c in found.carried)
    return replace(new, tasks=tasks)


def _note(carried: Carried, year: int) -> str:
    said = [_("{year}: was due {day}").format(year=year, day=carried.old_deadline)]
    if carried.percent is not None:
        said.append(_("{value} % was reported").format(value=number(carried.percent)))
    for indicator, total in carried.figures:
        of = _(" of {target}").format(target=number(indicator.target)) if indicator.target is not None else ""
        said.append(f"{indicator.name} {number(total)}{of}{indicator.unit}")
    if carried.reached:
        said.append(_("finished: {things}").format(things=enumeration(carried.reached)))
    return _("; ").join(said)[:LONGEST]


def _say(found: NextYear, file: Path, ends: date) -> None:
    give(_("{file} begun: what was open on {day} is carried").format(file=file, day=ends))
    for carried in found.carried:
        task = carried.task
        moved = _(", was due {old}: {new} is to be confirmed").format(old=carried.old_deadline, new=task.deadline)
        give(f"  {task.id} {task.title}" + (moved if task.deadline != carried.old_deadline else ""))
    if found.left_out:
        give(_("left out, because they are done:"))
    for task in found.left_out:
        give(f"  {task.id} {task.title}")
