"""`jk export`: the monthly CSV files, for cron."""

from pathlib import Path
from typing import Annotated

from typer import Option

from ..dates import parse_month
from ..errors import JkError, Refused
from ..language import _
from .desk import Desk
from .options import EncodingOption, Format, KnownOnOption, LabelsOption, LedgerOption, PlanOption
from .output import Destination, give, write_whole


def export(
    month: Annotated[
        str,
        Option(
            "--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."), show_default=False
        ),
    ],
    output: Annotated[
        Path, Option("-o", "--output", metavar=_("DIR"), help=_("The folder for the files."), show_default=False)
    ],
    known_on: KnownOnOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..ledger import Selection
    from ..reports import export as exporting

    desk = Desk.at(plan, ledger, known_on)
    period = parse_month(month, desk.today)
    if output.exists() and not output.is_dir():
        raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=output))
    known, moment = desk.known()
    entries = list(known.entries(Selection(since=period.start, until=period.end)))
    retracted = known.retracted_by([recorded.seq for recorded in entries])
    scope, facts = desk.survey(known, period.end, moment)
    documents = exporting.build(scope, facts, entries, retracted)
    as_csv = Destination(Format.csv, None, encoding, labels)
    files = {output / name: as_csv.file(document) for name, document in documents.items()}
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise JkError(_("{folder} cannot be made: {why}").format(folder=output, why=error.strerror)) from error
    write_whole(files)
    for file, document in zip(files, documents.values(), strict=True):
        give(_("{file}: {count}").format(file=file, count=len(document.items)))
