"""`jk adopt`: the plan becomes part of the record."""

from ..language import _
from ..reports.plan_changes import change
from . import writing
from .adoption import fingerprint
from .desk import Desk, ask
from .options import ByOption, DryRunOption, KeyOption, LedgerOption, OnOption, PlanOption, WhyOption
from .output import give


def adopt(
    note: WhyOption = None,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    text = desk.plan_text
    before = None if desk.place.nothing_recorded else desk.ledger().adopted()
    if before and before.entry.plan_sha256 == fingerprint(text):
        already = _("{file} is the plan that was adopted on {day} (#{seq}): nothing was recorded.")
        give(already.format(file=desk.plan_name, day=before.entry.on, seq=before.seq))
        return
    changes = desk.differences(before)
    if before:
        note = ask(note, _("a plan was adopted already (#{seq}): say why it changes, -m WHY").format(seq=before.seq))
    entry = writing.entry(
        desk,
        "adopt",
        desk.plan.programme,
        on=on,
        by=by,
        key=key,
        note=note,
        plan=text,
        plan_sha256=fingerprint(text),
    )
    writing.commit(desk, desk.plan.programme, [entry], force=False, dry_run=dry_run)
    for difference in changes:
        give("  " + change(difference))
