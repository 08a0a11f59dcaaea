"""`jk notice`."""

from datetime import timedelta
from typing import Annotated

from typer import Argument, Option

from ..dates import parse_day
from ..language import _, speaking
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

DAYS_TO_ANSWER = 7
"""Days that a unit has to answer where nobody says another date."""
BY_HAND = "   "
"""Where a number is filled in by hand."""


def notice(
    unit: Annotated[str, Argument(metavar=_("UNIT"), help=_("The unit that gets the letter."), show_default=False)],
    tasks: Annotated[
        list[str] | None, Option("--task", metavar=_("TASK"), help=_("Only this task; may be given again."))
    ] = None,
    number: Annotated[
        str | None, Option("--no", metavar=_("NUMBER"), help=_("The letter's number; left blank by default."))
    ] = None,
    answer_by: Annotated[
        str | None,
        Option("--answer-by", metavar=_("DATE"), help=_("The date by which to answer; in seven days by default.")),
    ] = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..reports import notice as letters
    from ..rules.status import judge

    desk = Desk.at(plan, ledger, known_on)
    day = desk.as_of(as_of)
    letter = letters.Letter(
        unit=desk.unit(unit) or unit,
        number=number or BY_HAND,
        answer_by=parse_day(answer_by) if answer_by else day + timedelta(days=DAYS_TO_ANSWER),
        tasks=tuple(desk.task(name).id for name in tasks or ()),
    )
    known, moment = desk.known()
    scope, facts = desk.survey(known, day, moment)
    with speaking(desk.plan.language):
        document = letters.build(scope, letter, judge(desk.plan, facts, day))
        Destination(form, output, encoding, labels).put(document)
