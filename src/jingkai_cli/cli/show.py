"""`jk show`."""

from datetime import date
from typing import Annotated

from typer import Option

from ..facts import NOTHING, TaskFacts
from ..language import _
from .desk import Desk
from .options import AsOfOption, FormatOption, KnownOnOption, LedgerOption, OutputOption, PlanOption, TaskArgument
from .output import Destination

LAST_ENTRIES = 5


def show(
    task: TaskArgument,
    explain: Annotated[
        bool, Option("--explain", help=_("The arithmetic behind the judgement, each number with its source."))
    ] = False,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..ledger.entries import Selection
    from ..reports import show as showing
    from ..reports.survey import facts_of
    from ..rules.status import judge_task

    desk = Desk.at(plan, ledger, known_on)
    whose = desk.task(task)
    day = desk.as_of(as_of)
    known, moment = desk.known()
    scope, surveyed = desk.survey(known, day, moment)
    ids = frozenset({whose.id, *whose.formerly})
    entries = list(known.entries(Selection(tasks=ids, until=day, last=LAST_ENTRIES)))
    retracted = known.retracted_by([recorded.seq for recorded in entries])

    def facts_on(asked: date) -> TaskFacts:
        return surveyed.get(whose.id, NOTHING) if asked == day else facts_of(known, desk.plan, whose, asked)

    destination = Destination(form, output)
    with destination.language_of(desk.plan):
        document = showing.build(scope, whose, facts_on, entries, retracted)
        if explain:
            from ..plan.yaml_reader import places
            from ..reports import explain as explaining

            rules = desk.plan.rules
            judgement = judge_task(whose, facts_on(day), day, rules)
            document = explaining.build(document, judgement, rules, places(desk.plan_text, desk.plan_name))
    destination.put(document)
