"""`jk score`: what a judge gives a unit at a month's observation."""

from decimal import Decimal
from typing import Annotated

from typer import Argument

from ..dates import parse_month
from ..errors import Refused
from ..language import _
from ..quantities import number
from . import writing
from .desk import Desk
from .options import ByOption, DryRunOption, KeyOption, LedgerOption, MonthOption, NoteOption, OnOption, PlanOption

FULL = 100
"""The highest score."""


def score(
    unit: Annotated[str, Argument(metavar=_("UNIT"), help=_("The unit that is judged."), show_default=False)],
    value: Annotated[str, Argument(metavar=_("SCORE"), help=_("0 to 100."), show_default=False)],
    month: MonthOption,
    note: NoteOption = None,
    dry_run: DryRunOption = False,
    on: OnOption = None,
    by: ByOption = None,
    key: KeyOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    desk = Desk.at(plan, ledger)
    entry = writing.entry(
        desk,
        "score",
        desk.plan.programme,
        on=on,
        by=by,
        key=key,
        note=note,
        unit=desk.unit(unit),
        month=parse_month(month, desk.today).name,
        score=_points(value),
    )
    writing.commit(desk, desk.plan.programme, [entry], force=False, dry_run=dry_run)


def _points(text: str) -> Decimal:
    """A score.

    Raises:
        Refused: it is not a number from 0 to 100.
    """
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdecimal() and Decimal(text) <= FULL:
        return Decimal(text)
    raise Refused(
        _("'{text}' is no score: a number from 0 to {full}, such as 92.5").format(text=text, full=number(FULL))
    )
