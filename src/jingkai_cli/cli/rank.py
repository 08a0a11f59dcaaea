"""`jk rank`: the ranking of a month, for internal use."""

from ..dates import parse_month
from .desk import Desk
from .options import (
    AsOfOption,
    EncodingOption,
    FormatOption,
    KnownOnOption,
    LabelsOption,
    LedgerOption,
    MonthOption,
    OutputOption,
    PlanOption,
)
from .output import Destination


def rank(
    month: MonthOption,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import rank as ranking
    from ..reports.document import Scope
    from ..reports.dossiers import observed

    desk = Desk.at(plan, ledger, known_on)
    period = parse_month(month, desk.today)
    day = desk.day(as_of)
    known, moment = desk.known()
    head, scores = known.read(lambda reader: (reader.head(), observed(reader, desk.plan, day)))
    destination = Destination(form, output, encoding, labels)
    with destination.language_of(desk.plan):
        document = ranking.build(Scope(desk.plan, day, moment, head), scores, period)
    destination.put(document)
