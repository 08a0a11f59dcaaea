"""`jk import`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from ..intake.adopting import assign_adopted
from ..language import _, ngettext
from ..ledger import Writer
from .desk import Desk
from .options import ByOption, DryRunOption, LedgerOption, PlanOption
from .output import give, give_json, tell
from .place import Place
from .rehearsal import rehearse

LONG = 2000
"""From so many entries on, a progress bar shows that something happens."""


def import_(
    files: Annotated[
        list[Path], Argument(metavar=_("FILE..."), help=_("Files of entries: .jsonl or .csv."), show_default=False)
    ],
    strict: Annotated[
        bool, Option("--strict", help=_("Refuse what is implausible (a total that falls, a date before the start)."))
    ] = False,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    plan: PlanOption = None,
    ledger: LedgerOption = None,
) -> None:
    for file in files:
        if _is_dump(file):
            _carry(Place.at(plan, ledger), file, dry_run=dry_run)
        else:
            desk = Desk.at(plan, ledger)
            _import(desk, file, desk.typist(by), strict=strict, dry_run=dry_run)


def _is_dump(file: Path) -> bool:
    """Whether a file is a whole ledger, with its hashes. What cannot be read is none: that is told where it is read."""
    from ..ledger.dump import is_dump

    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            return is_dump(next(lines, ""))
    except (OSError, ValueError):
        return False


def _carry(place: Place, file: Path, *, dry_run: bool) -> None:
    """Bring a whole ledger in, as it stands: nothing of it is typed anew, so no plan is asked."""
    from ..ledger import dump, saved

    def work(writer: Writer) -> tuple[int, int]:
        added = dump.carry(saved.entries(file), writer)
        if added:
            assign_adopted(writer)
        return added, saved.head(file).seq

    added, entries = rehearse(place, work) if dry_run else place.open_to_write().write(work)
    text = (
        _("{file}: a whole ledger of {entries} entries, {added} would be added, {known} already there")
        if dry_run
        else _("{file}: a whole ledger of {entries} entries, {added} added, {known} already there")
    )
    give(text.format(file=file, entries=entries, added=added, known=entries - added))


def _import(desk: Desk, file: Path, typist: str, *, strict: bool, dry_run: bool) -> None:
    from ..intake.files import read
    from ..intake.importing import Outcome, bring_in
    from ..intake.rows import entries

    encoding, lines = read(file)
    if encoding == "gb18030":
        tell(_("{file}: read as GB18030").format(file=file))
    rows = entries(str(file), lines, desk.plan, typist)

    def work(writer: Writer) -> Outcome:
        with _bar(len(rows)) as progress:
            return bring_in(writer, str(file), rows, desk.plan, desk.today, strict=strict, progress=progress)

    outcome = rehearse(desk.place, work) if dry_run else desk.place.open_to_write().write(work)
    for warning in outcome.warnings:
        tell(_("Warning: {warning}").format(warning=warning))
    if dry_run:
        from ..ledger.chain import content

        for recorded in outcome.added:
            give_json(content(recorded.entry))
        return
    added = ngettext("{count} added", "{count} added", len(outcome.added)).format(count=len(outcome.added))
    give(_("{file}: {added}, {known} already there").format(file=file, added=added, known=outcome.known))
    if outcome.added:
        first, last = outcome.added[0].seq, outcome.added[-1].seq
        one = _("entry #{first}; to take it back: jk retract {first} -m WHY")
        many = _("entries #{first} to #{last}; to take one back: jk retract SEQ -m WHY")
        text = one if first == last else many
        give("  " + text.format(first=first, last=last))


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    """A progress bar on stderr, where there is a person to see it and enough to wait for."""
    if total < LONG or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Recording"), total=total)
        yield lambda: bar.advance(task)
