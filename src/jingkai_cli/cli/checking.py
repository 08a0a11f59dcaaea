"""`jk check`: is the ledger whole, does it agree with the plan, and can the reports be believed?"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from ..errors import Exit, Refused, refuse_device
from ..language import _, ngettext
from ..ledger.check import check_anchor, check_ledger, surviving
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger
from ..rules.audit import CHECKS, audit
from .options import Reporting, only
from .output import emit, notify, progress_bar
from .session import Session

WHOLE = "ledger"
"""The name of the check that the ledger itself is whole."""

ADOPTED = "plan"
"""The name of the check that the plan is the one that was adopted."""

NAMES = (WHOLE, ADOPTED, *CHECKS)


def check(
    options: Annotated[Reporting, only("as_of", "plan", "ledger")],
    names: Annotated[
        list[str] | None,
        Argument(
            metavar=_("[CHECK]..."),
            help=_("Only these checks: {names}; by default all.").format(names=", ".join(NAMES)),
            show_default=False,
        ),
    ] = None,
    anchor: Annotated[
        str | None,
        Option(
            "--anchor",
            metavar="SEQ:HASH",
            help=_("A ledger head printed earlier: proves that nothing up to it was changed."),
        ),
    ] = None,
    anchor_file: Annotated[
        Path | None,
        Option("--anchor-file", metavar=_("FILE"), help=_("The same for every head in a file written by an export.")),
    ] = None,
    full: Annotated[
        bool,
        Option(
            "--full",
            help=_("Continue after a fault of the ledger: list every row that differs, and all other faults."),
        ),
    ] = False,
) -> None:
    from ..reports.findings import information

    with options.session() as session:
        asked = tuple(map(_name, names or NAMES))
        heads = [*([_anchor(anchor)] if anchor else []), *(_anchors(anchor_file) if anchor_file else [])]
        failures = _failures(session, asked, heads, full=full)
        for failure in failures:
            emit(failure)
        for remark in () if names else information(session.plan):
            notify(_("Information: {remark}").format(remark=remark))
        if failures:
            count = len(failures)
            notify(ngettext("{count} fault found.", "{count} faults found.", count).format(count=count))
            raise typer.Exit(Exit.FINDINGS)
        last = session.ledger.head()
    text = ngettext(
        "Nothing is wrong: {count} entry, head {seq}:{hash}",
        "Nothing is wrong: {count} entries, head {seq}:{hash}",
        last.seq,
    )
    emit(text.format(count=last.seq, seq=last.seq, hash=last.hash))


def _failures(session: Session, names: Sequence[str], heads: Sequence[tuple[int, str]], *, full: bool) -> list[str]:
    """What the checks of these names find, and which of the heads the ledger does not have any more.

    A ledger that is not whole is checked for nothing else, unless `full`.
    """
    ledger = session.ledger
    failures = _damage(ledger, None if full else 1) if WHOLE in names else []
    failures += [cut for head in heads if (cut := check_anchor(ledger, *head))]
    others = [name for name in names if name != WHOLE]
    if failures and others and not full:
        text = _("Not checked, because the ledger is not whole: {names}. `jk check --full` continues.")
        notify(text.format(names=", ".join(others)))
        return failures
    if ADOPTED in names:
        failures += surviving(_quiet_changes(session))
    failures += surviving(_audit(session, [name for name in names if name in CHECKS]))
    return failures


def _damage(ledger: Ledger, most: int | None) -> list[str]:
    """What is wrong with the ledger itself; of each derived table so many rows that differ, or all with None."""
    with progress_bar(_("Checking"), ledger.head().seq) as reached:
        return check_ledger(ledger, reached, most)


def _quiet_changes(session: Session) -> Iterator[str]:
    """How the plan's file differs from the plan that was adopted, in what anything is judged by."""
    from ..reports.plan_changes import quiet_change

    adoption = session.ledger.adopted()
    found = session.differences(adoption)
    if adoption and not found and adoption.entry.plan_sha256 != session.plan_sha256:
        text = _("Information: {file} differs in wording from the adopted plan (#{seq}); the judgement is the same")
        notify(text.format(file=session.plan_name, seq=adoption.seq))
    yield from (_("plan: {change}").format(change=quiet_change(difference)) for difference in found)


def _name(text: str) -> str:
    if text in NAMES:
        return text
    close = get_close_matches(text, NAMES, 1, 0.4)
    hint = _("did you mean {name}?").format(name=close[0]) if close else ", ".join(NAMES)
    raise Refused(_("there is no check '{name}' ({hint})").format(name=text, hint=hint))


def _anchor(text: str) -> tuple[int, str]:
    seq, colon, digest = text.lstrip("#").replace(" ", ":").partition(":")
    if not colon or not re.fullmatch("[0-9]{1,18}", seq) or not digest:
        raise Refused(_("'{text}' is not an anchor: write SEQ:HASH, as `jk check` prints it").format(text=text))
    return int(seq), digest


def _anchors(file: Path) -> list[tuple[int, str]]:
    """Every head in a text file: of an export's `anchor.txt`, or of several such files in one.

    Raises:
        Refused: the file cannot be read, or there is none in it.
    """
    try:
        refuse_device(file)
        text = file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or _("is not UTF-8 text")
        raise Refused(_("{file}: cannot be read: {why}").format(file=file, why=why)) from error
    found = re.findall(r"^(?:head: )?([0-9]{1,18}):([0-9a-f]{12,64})\s*$", text, re.MULTILINE)
    if not found:
        raise Refused(_("{file} has no anchor (expected a line such as 23:6b5b30aa8f2c)").format(file=file))
    return [(int(seq), digest) for seq, digest in found]


def _audit(session: Session, names: Sequence[str]) -> Iterator[str]:
    """What the anti-inflation checks find. The entries of a task come one by one: they never stand in memory whole."""
    from ..reports.findings import sentence, unknown_tasks

    if not names:
        return
    plan, ledger, day = session.plan, session.ledger, session.day
    if "vanished" in names:
        yield from unknown_tasks(plan, ledger.tasks())
    for task in plan.tasks:
        entries = ledger.entries(Selection(tasks=frozenset({task.id, *task.formerly}), until=day, dated=True))
        retracted = ledger.retracted_by(entries.numbers)
        standing = (r for r in entries if r.seq not in retracted and r.entry.kind != "retract")
        for name, failure in audit(plan, task, standing, day, names):
            yield sentence(task, name, failure)
