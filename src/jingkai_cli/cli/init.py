"""`jk init`: begin a workspace."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from ..errors import Refused
from ..language import _
from ..ledger import create
from .beginning import from_office
from .carrying import carry_open_tasks
from .clock import now
from .output import give, write_whole

TEMPLATE = Path(__file__).parent / "tasks.template.yaml"


def init(
    folder: Annotated[
        Path, Argument(metavar=_("[FOLDER]"), help=_("Where to begin; here by default."), show_default=False)
    ] = Path(),
    ledger: Annotated[
        str | None,
        Option(
            "--ledger",
            metavar=_("URL"),
            help=_("Make this ledger (postgresql://HOST/DATABASE), its tables and its roles; no plan is begun."),
        ),
    ] = None,
    source: Annotated[
        Path | None,
        Option(
            "--from",
            metavar=_("FILE"),
            help=_(
                "An office's plan (Word, Excel, CSV, Markdown) to take the tasks from; or last year's plan (.yaml)."
            ),
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
            help=_("The plan's year: the one that begins, or where the file does not say it."),
            show_default=False,
        ),
    ] = None,
    carry_open: Annotated[
        bool,
        Option("--carry-open", help=_("Take over the tasks of --from that are not done, with what is left of them.")),
    ] = False,
) -> None:
    if ledger:
        give(
            _("{ledger} is made: grant its roles, then name it with --ledger or JK_LEDGER").format(
                ledger=create(ledger, now)
            )
        )
        return
    file = folder / "tasks.yaml"
    if not folder.is_dir():
        raise Refused(_("there is no folder {folder}: make it first").format(folder=folder))
    if file.exists():
        raise Refused(_("{file} is there already: it was not touched").format(file=file))
    of_the_year_before = source is not None and source.suffix.lower() in (".yaml", ".yml")
    if carry_open != of_the_year_before:
        raise Refused(_("the next year begins with --from OLD.yaml --carry-open --year YEAR"))
    if source is not None:
        if carry_open:
            carry_open_tasks(source, year, file)
        else:
            from_office(source, year, columns, file)
        return
    write_whole({file: TEMPLATE.read_bytes()})
    give(_("{file} begun: write your tasks into it, then `jk report` shows them").format(file=file))
