"""`jk show`."""

from .desk import Desk
from .options import (
    AsOfOption,
    FormatOption,
    KnownOnOption,
    LedgerOption,
    OutputOption,
    PlanOption,
    TaskArgument,
)
from .output import Destination

LAST_ENTRIES = 5


def show(
    task: TaskArgument,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..ledger import Selection
    from ..reports import show as showing

    desk = Desk.at(plan, ledger)
    whose = desk.task(task)
    day = desk.as_of(as_of)
    known, moment = desk.known(known_on)
    scope, facts = desk.survey(known, day, moment)
    ids = frozenset({whose.id, *whose.formerly})
    entries = list(known.entries(Selection(tasks=ids, until=day, last=LAST_ENTRIES)))
    retracted = known.retracted_by([recorded.seq for recorded in entries])
    Destination(form, output).put(showing.build(scope, whose, facts.get(whose.id), entries, retracted))
