"""`jk handover`."""

from .desk import Desk
from .options import (
    AsOfOption,
    EncodingOption,
    FormatOption,
    KnownOnOption,
    LabelsOption,
    LedgerOption,
    OutputOption,
    PlanOption,
)
from .output import Destination


def handover(
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import handover as handing_over
    from ..rules.status import judge

    desk = Desk.at(plan, ledger, known_on)
    day = desk.as_of(as_of)
    known, moment = desk.known()
    scope, facts = desk.survey(known, day, moment)
    destination = Destination(form, output, encoding, labels)
    with destination.language_of(desk.plan):
        document = handing_over.build(scope, judge(desk.plan, facts, day))
    destination.put(document)
