"""`jk dashboard`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from ..errors import Refused
from ..language import _, speaking
from .desk import Desk
from .options import AsOfOption, KnownOnOption, LedgerOption, PlanOption
from .output import write_whole


def dashboard(
    output: Annotated[
        Path,
        Option("-o", "--output", metavar=_("FILE"), help=_("The page: a file that ends in .html."), show_default=False),
    ],
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    from ..formats.dashboard import render
    from ..reports.dashboard_content import build, days

    if output.suffix.lower() not in (".html", ".htm"):
        raise Refused(_("{file}: the dashboard is a page, and its file ends in .html").format(file=output))
    desk = Desk.at(plan, ledger, known_on)
    day = desk.as_of(as_of)
    known, moment = desk.known()
    scope, facts = desk.surveys(known, days(desk.plan, day), moment)
    with speaking(desk.plan.language):
        page = render(build(scope, facts))
    write_whole({output: page.encode()})
