"""`jk export`: the monthly CSV files, for cron; or the whole ledger, for another store."""

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Option

from ..dates import parse_month
from ..errors import JkError, Refused
from ..language import _, ngettext
from .adoption import fingerprint
from .desk import Desk
from .options import EncodingOption, Format, KnownOnOption, LabelsOption, LedgerOption, PlanOption
from .output import Destination, give, print_bytes, spare, whole, write_whole
from .place import Place


class ExportFormat(StrEnum):
    """What `-f` takes: a month is CSV, a whole ledger JSON Lines."""

    csv = "csv"
    jsonl = "jsonl"


def export(
    month: Annotated[
        str | None,
        Option(
            "--month", metavar=_("MONTH"), help=_("2016-03, or last for the month before this one."), show_default=False
        ),
    ] = None,
    everything: Annotated[
        bool, Option("--all", help=_("The whole ledger with its hashes, to be imported or restored elsewhere."))
    ] = False,
    form: Annotated[
        ExportFormat | None,
        Option("-f", "--format", metavar="csv|jsonl", help=_("csv for a month, jsonl for --all: each its only one.")),
    ] = None,
    output: Annotated[
        Path | None,
        Option(
            "-o",
            "--output",
            metavar=_("DIR"),
            help=_("The folder for the files of a month; the file of --all, else it is printed."),
            show_default=False,
        ),
    ] = None,
    known_on: KnownOnOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    if (month is None) == (not everything):
        raise Refused(_("say what to export: --month MONTH, or --all"))
    if form is not None and (form is ExportFormat.jsonl) != everything:
        raise Refused(_("a month is exported as csv, and --all as jsonl"))
    if month is None:
        if known_on or encoding or labels:
            raise Refused(_("--all is the ledger as it is: without --known-on, --encoding or --labels"))
        _everything(Place.at(plan, ledger), output)
        return
    if output is None:
        raise Refused(_("say where: -o DIR"))
    _month(Desk.at(plan, ledger, known_on), month, output, Destination(Format.csv, None, encoding, labels))


def _everything(place: Place, output: Path | None) -> None:
    from ..ledger import open_for_reading
    from ..ledger.saved import line

    with closing(open_for_reading(place.name)) as known:
        if output is None:
            for recorded in known.entries():
                print_bytes(line(recorded).encode())
            return
        spare(output)
        with whole(output) as file:
            head = known.dump(file)
    text = ngettext("{file}: {count} entry, head {seq}:{hash}", "{file}: {count} entries, head {seq}:{hash}", head.seq)
    give(text.format(file=output, count=head.seq, seq=head.seq, hash=head.hash))


def _month(desk: Desk, month: str, output: Path, as_csv: Destination) -> None:
    from ..ledger.reader import Selection
    from ..reports import monthly_export as exporting
    from ..reports.dossiers import assessments

    period = parse_month(month, desk.today)
    if output.exists() and not output.is_dir():
        raise Refused(_("{folder} is not a folder: -o names the folder for the files").format(folder=output))
    known, moment = desk.known()
    entries = known.entries(Selection(since=period.start, until=period.end))
    retracted = known.retracted_by(entries.numbers)
    found, assessed = known.read(lambda reader: assessments(reader, desk.plan, period, period.end))
    scope = desk.scope(found, moment)
    documents = exporting.build(scope, found.facts, entries, retracted, assessed)
    files = {output / name: as_csv.file(document) for name, document in documents.items()}
    anchor = output / exporting.ANCHOR
    files[anchor] = exporting.anchor(scope, period.name, fingerprint(desk.plan_text)).encode()
    try:
        output.mkdir(mode=0o775, exist_ok=True)  # whatever the umask, not everybody may write there
    except OSError as error:
        raise JkError(_("{folder} cannot be made: {why}").format(folder=output, why=error.strerror)) from error
    write_whole(files)
    for name, document in documents.items():
        give(_("{file}: {count}").format(file=output / name, count=len(document.items)))
    give(_("{file}: {head}").format(file=anchor, head=scope.head))
