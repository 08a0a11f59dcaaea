"""The commands to begin with: `jk init` (an empty plan, or one from a document or last year's plan) and `schema`."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from click import IntRange
from msgspec.structs import replace
from typer import Argument, Option, prompt

from ..dates import official_date
from ..errors import Refused, reason
from ..language import _, in_use, ngettext, speaking
from ..ledger import create, create_copy
from ..model import Plan
from ..plan import load_plan
from ..plan import schema as plan_schema
from ..quantities import enumeration, number
from ..reports.survey import survey
from ..rules.next_year import Carried, NextYear, next_year
from ..text import discreet
from .environment import is_interactive, now
from .ledger_location import LedgerLocation
from .output import emit, emit_json, notify, reading_bar, write_whole

TEMPLATES = {"en": "tasks.template.yaml", "zh": "tasks.template.zh.yaml"}
"""The template of a plan, with comments in each language."""
_TEMPLATE_YEAR = "2026"
"""The year of all dates in the templates."""

LONGEST = 500
"""The greatest length of a note in a plan, in characters."""


def init(
    folder: Annotated[
        Path,
        Argument(metavar=_("[FOLDER]"), help=_("The folder to start in; by default this one."), show_default=False),
    ] = Path(),
    ledger: Annotated[
        str | None,
        Option(
            "--ledger",
            metavar=_("URL"),
            help=_("Create this ledger (postgresql://HOST/DATABASE), its tables and its roles; no plan is written."),
        ),
    ] = None,
    copy: Annotated[
        bool,
        Option("--copy", help=_("With --ledger: a copy of a district's ledger, which only a subscription fills.")),
    ] = False,
    source: Annotated[
        Path | None,
        Option(
            "--from",
            metavar=_("FILE"),
            help=_("An office's plan (.docx, .xlsx, .csv …) to read the tasks from, or last year's plan (.yaml)."),
            show_default=False,
        ),
    ] = None,
    columns: Annotated[
        Path | None,
        Option(
            "--map",
            metavar=_("FILE"),
            help=_("Which column of the office's plan is what, where its headers do not tell."),
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        int | None,
        Option(
            "--year",
            metavar=_("YEAR"),
            min=1990,
            max=2200,
            help=_("The plan's year: the new year, or the year of a file that does not name it."),
            show_default=False,
        ),
    ] = None,
    carry_open: Annotated[
        bool,
        Option("--carry-open", help=_("Carry over the tasks of --from that are not done, with their remaining work.")),
    ] = False,
    yes: Annotated[bool, Option("--yes", help=_("Ask no questions; use the defaults."))] = False,
) -> None:
    if ledger or copy:
        _create_ledger(ledger, copy=copy)
        return
    file = folder / "tasks.yaml"
    if file.exists():
        raise Refused(_("{file} already exists: it was not changed").format(file=file))
    of_the_year_before = source is not None and source.suffix.lower() in (".yaml", ".yml")
    if carry_open != of_the_year_before:
        raise Refused(_("start the next year with --from OLD.yaml --carry-open --year YEAR"))
    title = None
    if source is None and not yes and is_interactive():
        title, year, source = _ask(year)
    with _folder_for(folder):
        if source is None:
            _from_template(title, year, file)
        elif carry_open:
            _carry_over(source, year, file)
        else:
            _from_office(source, year, columns, file, title)


@contextmanager
def _folder_for(folder: Path) -> Iterator[None]:
    """Create a folder if it is missing; remove it again if the block fails.

    Raises:
        Refused: it cannot be created.
    """
    is_new = not folder.is_dir()
    if is_new and discreet(str(folder)) != str(folder):
        raise Refused(_("{folder} is the address of a ledger: --ledger {folder}").format(folder=discreet(str(folder))))
    if is_new:
        try:
            folder.mkdir(mode=0o775)
        except OSError as error:
            raise Refused(_("{folder} cannot be made: {why}").format(folder=folder, why=reason(error))) from error
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise


def _ask(year: int | None) -> tuple[str | None, int, Path | None]:
    """Ask the user for a title, a year, and a document to read the tasks from."""
    title = (
        prompt(_("Title of the programme"), default="", show_default=False, err=True, prompt_suffix=_(": ")).strip()
        or None
    )
    year = prompt(_("Year"), default=year or now().year, type=IntRange(1990, 2200), err=True, prompt_suffix=_(": "))
    file = prompt(
        _("Read the tasks from a document? Its file, or Enter for none"),
        "",
        err=True,
        show_default=False,
        prompt_suffix=_(": "),
    )
    return title, year, Path(file.strip()) if file.strip() else None


def _from_template(title: str | None, year: int | None, file: Path) -> None:
    """Write a plan to fill in: the template, with the title and the year if they are known."""
    text = (Path(__file__).parent / TEMPLATES[in_use()]).read_text(encoding="utf-8")
    if year:
        text = text.replace(_TEMPLATE_YEAR, str(year))
    write_whole({file: _with_title(text, title).encode()})
    emit(_("{file} written: fill in your tasks, then run `jk report`").format(file=file))


def _with_title(text: str, title: str | None) -> str:
    """The text of a plan with its title replaced; unchanged if there is no title."""
    if title is None:
        return text
    line = f"title: {json.dumps(title, ensure_ascii=False)}"
    return re.sub("^title: .*$", lambda _old: line, text, count=1, flags=re.MULTILINE)


def _create_ledger(ledger: str | None, *, copy: bool) -> None:
    """Create a ledger, or the copy of another ledger.

    Raises:
        Refused: `ledger` is missing.
    """
    if not ledger:
        raise Refused(_("--copy needs the database of the copy: --ledger postgresql://HOST/DATABASE"))
    if copy:
        text = _("{ledger} was prepared as a copy: now create the subscription that fills it (docs/districts.md)")
        emit(text.format(ledger=create_copy(ledger, now)))
        return
    text = _("{ledger} was created: grant its roles, then name it with --ledger or JK_LEDGER")
    emit(text.format(ledger=create(ledger, now)))


HEADERS = "headers.yaml"
"""A file with an office's own headers, beside the new plan."""


def _from_office(source: Path, year: int | None, columns: Path | None, file: Path, title: str | None = None) -> None:
    """Write the plan read from an office's document; report on stderr what was not used.

    Raises:
        InvalidInput: the document cannot be read, or has no valid plan.
        Refused: the file format is not supported, or the year of the plan is unknown.
    """
    from tempfile import TemporaryDirectory

    from ..intake.plan_documents import PlanReadingOptions, read_office_plan

    headers = file.with_name(HEADERS)
    with reading_bar(source):
        plan = read_office_plan(source, PlanReadingOptions(year, columns, headers if headers.is_file() else None))
    content = _with_title(plan.text(), title).encode()
    with TemporaryDirectory() as folder:  # checks that the new file is a valid plan before it is written
        trial = Path(folder) / file.name
        trial.write_bytes(content)
        load_plan(trial)
    write_whole({file: content})
    unused = plan.unused()
    for finding in plan.remarks():
        notify(str(finding))
    if unused:
        notify(ngettext("{count} not used:", "{count} not used:", len(unused)).format(count=len(unused)))
    for finding in unused:
        notify(str(finding))
    count, cells = len(plan.drafts.tasks), len(plan.account.used())
    tasks = ngettext("{count} task", "{count} tasks", count).format(count=count)
    emit(_("{file} written from {source}: {tasks}").format(file=file, source=source, tasks=tasks))
    emit(ngettext("  {count} cell read", "  {count} cells read", cells).format(count=cells))
    if undated := plan.undated():
        text = _("  no deadline could be read for {ids}: the year's end is used until one is confirmed")
        emit(text.format(ids=enumeration(undated)))


def _refuse_what_cannot_be_carried(plan: Plan) -> None:
    """Refuse a plan with fields that cannot be carried over: sums of sub-tasks, and `after`.

    Raises:
        Refused: the plan has some.
    """
    for task in plan.every_task():
        if task.after or any(m.after for m in task.milestones) or any(i.sum for i in task.indicators):
            text = _(
                "task {task}: 'after' and 'sum: subtasks' cannot be carried over yet: take them out of {file} first"
            )
            raise Refused(text.format(task=task.id, file=_("a copy of the plan")))


def _carry_over(old: Path, year: int | None, file: Path) -> None:
    """Write the plan of `year` to `file`: the tasks of the plan `old` that are open in the ledger beside it.

    Raises:
        Refused: the new year is missing or not after the old one, or all tasks of the old plan are done.
    """
    from ..plan.yaml_writer import write

    plan = load_plan(old)
    _refuse_what_cannot_be_carried(plan)
    if year is None:
        raise Refused(_("name the new year: --year {year}").format(year=(plan.year or date.max.year - 1) + 1))
    if plan.year is not None and year <= plan.year:
        raise Refused(_("{year} is not after {old}, the year of {file}").format(year=year, old=plan.year, file=old))
    ends = date(year - 1, 12, 31)
    with closing(LedgerLocation.beside(old).open()) as ledger:
        facts = ledger.read(lambda reader: survey(reader, plan, ends)).facts
    found = next_year(plan, facts, year)
    if not found.carried:
        raise Refused(_("every task of {file} is done: nothing to carry over").format(file=old))
    new = _with_notes(found.plan(plan, year), found, plan, year)
    if (old.parent / "contacts.yaml").exists():
        new = replace(new, contacts={})
        notify(_("contacts.yaml stays beside {file}: copy it if it is still valid").format(file=old))
    with speaking(plan.language):
        heading = _("{year}, carried over from {file}: the dates marked `unconfirmed` are to be decided")
        text = write(new, heading.format(year=year, file=old.name))
    write_whole({file: text.encode()})
    _acknowledge(found, file, ends)


def _with_notes(new: Plan, found: NextYear, old: Plan, year: int) -> Plan:
    """The new plan, with a note in each task on its final state in the old one, in the plan's language."""
    with speaking(old.language):
        tasks = tuple(replace(c.task, notes=(*c.task.notes, _note(c, year - 1))) for c in found.carried)
    return replace(new, tasks=tasks)


def _note(carried: Carried, year: int) -> str:
    remarks = [_("{year}: was due {day}").format(year=year, day=carried.old_deadline)]
    if carried.percent is not None:
        remarks.append(_("{value} % was reported").format(value=number(carried.percent)))
    for indicator, total in carried.figures:
        of = _(" of {target}").format(target=number(indicator.target)) if indicator.target is not None else ""
        remarks.append(f"{indicator.name} {number(total)}{of}{indicator.unit}")
    if carried.reached:
        remarks.append(_("finished: {things}").format(things=enumeration(carried.reached)))
    return _("; ").join(remarks)[:LONGEST]


def _acknowledge(found: NextYear, file: Path, ends: date) -> None:
    emit(_("{file} written: carried over what was open on {day}").format(file=file, day=official_date(ends)))
    for carried in found.carried:
        task = carried.task
        moved = _(", was due {old}: {new} is to be confirmed").format(old=carried.old_deadline, new=task.deadline)
        emit(f"  {task.id} {task.title}" + (moved if task.deadline != carried.old_deadline else ""))
    if found.left_out:
        emit(_("not carried over, because they are done:"))
    for task in found.left_out:
        emit(f"  {task.id} {task.title}")


class Output(StrEnum):
    """The values of `--output` in `schema`."""

    report = "report"
    entries = "entries"


def schema(
    output: Annotated[
        Output | None,
        Option(
            "--output",
            metavar="report|entries",
            help=_("The schema of what `jk report -f json` or `jk log -f json` prints, instead of the plan's."),
            show_default=False,
        ),
    ] = None,
) -> None:
    if output is None:
        emit_json(plan_schema(), indent=2)
        return
    from ..reports.item_types import output_schema

    emit_json(output_schema(output.value), indent=2)
