"""`jk log`."""

from collections.abc import Sequence
from typing import Annotated

from typer import Argument, Option

from ..dates import parse_day
from ..language import _
from .desk import Desk
from .options import EncodingOption, FormatOption, KnownOnOption, LabelsOption, LedgerOption, OutputOption, PlanOption
from .output import Destination


def log(
    task: Annotated[
        str | None, Argument(metavar=_("[TASK]"), help=_("Only the entries of this task."), show_default=False)
    ] = None,
    since: Annotated[str | None, Option("--since", metavar=_("DATE"), help=_("Only from this date on."))] = None,
    until: Annotated[str | None, Option("--until", metavar=_("DATE"), help=_("Only up to this date."))] = None,
    unit: Annotated[str | None, Option("--unit", metavar=_("UNIT"), help=_("Only what this unit reported."))] = None,
    last: Annotated[int | None, Option("--last", metavar=_("NUMBER"), min=1, help=_("Only the last so many."))] = None,
    known_on: KnownOnOption = None,
    form: FormatOption = None,
    output: OutputOption = None,
    encoding: EncodingOption = None,
    labels: LabelsOption = False,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..ledger.entries import Selection
    from ..reports import log as logging
    from ..reports.document import Scope

    desk = Desk.at(plan, ledger, known_on)
    known, moment = desk.known()
    selection = Selection(
        tasks=_ids(desk, known.tasks(), task) if task else None,
        since=parse_day(since) if since else None,
        until=parse_day(until) if until else None,
        unit=unit,
        last=last,
    )
    entries = known.entries(selection)
    retracted = known.retracted_by(entries.numbers)
    scope = Scope(desk.plan, selection.until or desk.today, moment, known.head())
    destination = Destination(form, output, encoding, labels)
    build = logging.data if destination.for_programs else logging.build
    with destination.language_of(desk.plan):
        document = build(scope, entries, retracted)
    destination.put(document)


def _ids(desk: Desk, recorded: Sequence[str], name: str) -> frozenset[str]:
    """The ids under which the ledger knows a task: what it is called now, and formerly; or one that left the plan."""
    if desk.plan.task(name) is None and name in recorded:
        return frozenset({name})
    task = desk.task(name)
    return frozenset({task.id, *task.formerly})
