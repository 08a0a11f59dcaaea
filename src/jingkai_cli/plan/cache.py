"""Validated plans are cached by their content, so that a report needs neither pydantic nor yaml.

One file holds one plan: a line that names the program, a checksum, and by `marshal` the question with its answer. The
question holds every byte of the plan's files; a file that is torn, foreign, of another program or of somebody else is
ignored.
"""

import marshal
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

from .. import __version__
from ..errors import InvalidInput
from ..model import Assessment, Indicator, Milestone, Plan, ProgrammeTotal, Rules, Task
from .files import PlanFiles

KEPT = 64
"""How many answers of a kind are remembered; the oldest goes first."""

ROOM = 64 * 1024 * 1024
"""Bytes that they take together at most."""

LARGEST = ROOM // 4
"""Bytes that one may take."""


def _recall_answer(folder: Path, name: str, question: tuple[Any, ...]) -> Any | None:
    """The answer that was kept for a question; None where nothing fits.

    Args:
        folder: where answers are remembered.
        name: the file's; its ending says of which kind the answer is. Two questions of one name take turns.
        question: texts, bytes, numbers and tuples of them.
    """
    try:
        head = _head()
        remembered = _read(folder / name)
        body = memoryview(remembered)[len(head) + 4 :]
        if remembered.startswith(head) and crc32(body) == int.from_bytes(remembered[len(head) : len(head) + 4]):
            asked, answer = marshal.loads(body)  # noqa: S302 - our own file, whole; nothing but texts and numbers
            return answer if asked == question else None
    except (OSError, EOFError, TypeError, ValueError):
        pass
    return None


def _keep_answer(folder: Path, name: str, question: tuple[Any, ...], answer: Any) -> None:
    """Remember an answer, which is made of what `marshal` writes; where it cannot be kept, nothing is said."""
    place = folder / name
    draft = place.with_name(f"{place.stem}.{os.getpid()}{place.suffix}")
    with suppress(OSError, ValueError):  # ValueError: a NUL in the folder's name
        head, body = _head(), marshal.dumps((question, answer))
        if len(body) > LARGEST:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(head + crc32(body).to_bytes(4) + body)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _forget(folder, place.suffix)


def _head() -> bytes:
    """What names the program, down to the moment in which each of its own files was written.

    Raises:
        OSError: it is not made of files that can be looked at.
    """
    folders, files = [os.fspath(Path(__file__).parent)], []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir():
                    about = entry.stat()
                    files.append(f"{entry.path} {about.st_mtime_ns} {about.st_size}")
                elif entry.name != "__pycache__":
                    folders.append(entry.path)
    stamp = crc32("\n".join(sorted(files)).encode(errors="surrogateescape"))
    return f"jk {__version__} {sys.implementation.cache_tag} {stamp:08x}\n".encode()


def _read(file: Path) -> bytes:
    """What stands in a file that is ours alone.

    Raises:
        OSError: it is not there, or not ours.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
        about = os.fstat(opened.fileno())
        shared = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if about.st_uid != os.geteuid() or shared or not stat.S_ISREG(about.st_mode):
            raise PermissionError(file)
        return opened.read()


def _forget(folder: Path, ending: str) -> None:
    """Take away the oldest answers of a kind, where they are more than `KEPT` or take more than `ROOM`."""
    remembered = [(file.stat(), file) for file in folder.glob(f"*{ending}")]
    remembered.sort(key=lambda one: -one[0].st_mtime_ns)
    taken = 0
    for number, (about, file) in enumerate(remembered, 1):
        taken += about.st_size
        if number > KEPT or taken > ROOM:
            file.unlink(missing_ok=True)


_day = date.fromordinal

_MAPPINGS = ("contacts", "collective", "unit_aliases")


def pack(plan: Plan) -> tuple[Any, ...]:
    """The tuple of a plan."""
    packed = {
        "tasks": tuple(map(_pack_task, plan.tasks)),
        "rules": _pack_figures(plan.rules),
        "assessment": _pack_figures(plan.assessment),
        "totals": tuple((total.id, total.name, total.unit) for total in plan.totals),
        "issued": _pack_day(plan.issued),
    }
    packed |= {name: tuple(getattr(plan, name).items()) for name in _MAPPINGS}
    return tuple(packed.get(name, getattr(plan, name)) for name in Plan.__match_args__)


def unpack(row: tuple[Any, ...]) -> Plan:
    """The plan of a tuple.

    Raises:
        TypeError, ValueError, LookupError, ArithmeticError: `pack` did not make it.
    """
    fields = dict(zip(Plan.__match_args__, row, strict=True))
    fields["tasks"] = tuple(map(_task, fields["tasks"]))
    fields["rules"] = Rules(*map(_figure, fields["rules"]))
    fields["assessment"] = Assessment(*map(_figure, fields["assessment"]))
    fields["totals"] = tuple(ProgrammeTotal(*total) for total in fields["totals"])
    fields["issued"] = fields["issued"] and _day(fields["issued"])
    fields |= {name: dict(fields[name]) for name in _MAPPINGS}
    return Plan(**fields)


def _pack_figures(thing: Rules | Assessment) -> tuple[Any, ...]:
    """The fields of a thing that has figures, whole numbers and words only; a figure is a tuple of its text."""
    values = (getattr(thing, name) for name in thing.__match_args__)
    return tuple((str(value),) if isinstance(value, Decimal) else value for value in values)


def _figure(value: Any) -> Any:
    return Decimal(value[0]) if isinstance(value, tuple) else value


def _pack_task(task: Task) -> tuple[Any, ...]:
    packed = {
        "deadline": _pack_day(task.deadline),
        "start": task.start.toordinal(),
        "planned": _pack_course(task.planned),
        "indicators": tuple(map(_pack_indicator, task.indicators)),
        "milestones": tuple(map(_pack_milestone, task.milestones)),
        "weight": str(task.weight),
        "subtasks": tuple(map(_pack_task, task.subtasks)),
    }
    return tuple(packed.get(name, getattr(task, name)) for name in Task.__match_args__)


def _pack_indicator(indicator: Indicator) -> tuple[Any, ...]:
    packed = {
        "target": _pack_number(indicator.target),
        "weight": str(indicator.weight),
        "planned": _pack_course(indicator.planned),
        "monthly": _pack_course(indicator.monthly),
        "baseline": _pack_number(indicator.baseline),
    }
    return tuple(packed.get(name, getattr(indicator, name)) for name in Indicator.__match_args__)


def _pack_milestone(milestone: Milestone) -> tuple[Any, ...]:
    packed = {"deadline": milestone.deadline.toordinal()}
    return tuple(packed.get(name, getattr(milestone, name)) for name in Milestone.__match_args__)


def _pack_course(course: Mapping[date, Decimal]) -> tuple[tuple[int, str], ...]:
    return tuple((day.toordinal(), str(value)) for day, value in course.items())


def _pack_day(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _pack_number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _task(row: tuple[Any, ...]) -> Task:
    id_, title, unit, due, leader, support, start, measure, planned, indicators, milestones, *rest, weight, parts = row
    rest += Decimal(weight), tuple(map(_task, parts))
    return Task(
        id_,
        title,
        unit,
        due and _day(due),
        leader,
        support,
        _day(start),
        measure,
        _course(planned),
        tuple(map(_indicator, indicators)),
        tuple(map(_milestone, milestones)),
        *rest,
    )


def _indicator(row: tuple[Any, ...]) -> Indicator:
    id_, name, unit, target, weight, kind, per_unit, planned, monthly, *rest, baseline, sum_, total = row
    rest += _number(baseline), sum_, total
    courses = _course(planned), _course(monthly)
    return Indicator(id_, name, unit, _number(target), Decimal(weight), kind, per_unit, *courses, *rest)


def _milestone(row: tuple[Any, ...]) -> Milestone:
    id_, title, deadline, *rest = row
    return Milestone(id_, title, _day(deadline), *rest)


def _course(row: tuple[tuple[int, str], ...]) -> dict[date, Decimal]:
    return {_day(day): Decimal(value) for day, value in row}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def recall(folder: Path, files: PlanFiles) -> Plan | None:
    """The plan that these files gave before; None where nothing fits."""
    try:
        content = files.content()
        row = _recall_answer(folder, _name(content), content)
        return None if row is None else unpack(row)
    except (InvalidInput, ArithmeticError, LookupError, TypeError, ValueError):
        return None


def keep(folder: Path, files: PlanFiles, plan: Plan) -> None:
    """Remember the plan that these files give; where that cannot be written, nothing is said."""
    content = files.content()
    _keep_answer(folder, _name(content), content, pack(plan))


def _name(content: tuple[bytes, bytes | None]) -> str:
    """Under which name a plan is remembered."""
    plan, contacts = content
    return f"{crc32(contacts or b'', crc32(plan)):08x}-{len(plan):x}.plan"
