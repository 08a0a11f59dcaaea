"""`jk check`: whether the ledger is intact, agrees with the plan, and has plausible reports."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from ..dates import official_date, with_dates
from ..errors import Exit, InvalidInput, Refused, reason, refuse_device
from ..intake.sites_csv import SITES, has_sites, sites_of
from ..kinds import life_of
from ..language import _, ngettext
from ..ledger.check import check_anchor, check_ledger, runs_with_one_time, until_database_error
from ..ledger.entries import Selection
from ..ledger.protocol import Ledger
from ..model import Recorded
from ..reports.plan_changes import left_out_for_a_reason
from ..rules.audit import CHECKS, audit
from .ledger_tools import left_the_plan, recorded_sites
from .options import Reporting, only
from .output import emit, notify, progress_bar
from .remembered_ledger_heads import compare_head, trust, warn
from .session import Session

WHOLE = "ledger"
"""The name of the check that the ledger itself is intact."""

_ADOPTED = "plan"
"""The name of the check that the plan is the adopted one."""

NAMES = (WHOLE, _ADOPTED, *CHECKS)


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
            help=_("A ledger head that was printed earlier; proves that no entry up to it has changed since."),
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
            help=_("Continue after a ledger fault; list every differing row and all other faults."),
        ),
    ] = False,
    trusting: Annotated[
        bool,
        Option(
            "--trust",
            help=_("Accept this ledger in place of the one this computer last saw, and allow writing again."),
        ),
    ] = False,
) -> None:
    with options.session() as session:
        session.ledger = session.close_later(session.location.open_uncompared())
        checks = tuple(map(_name, names or NAMES))
        heads = [*([_anchor(anchor)] if anchor else []), *(_anchors(anchor_file) if anchor_file else [])]
        failures = _failures(session, checks, heads, full=full)
        seen = compare_head(session.location.name, session.ledger)
        if seen.doubt and not trusting:
            failures.append(seen.doubt)
        elif not session.location.nothing_recorded:
            warn(seen)
        last = session.ledger.head()
        for failure in failures:
            emit(with_dates(failure))
        if not names:
            if has_sites(session.folder):
                sites_of(session.folder, session.plan)
            for remark in _plan_remarks(session):
                notify(with_dates(_("Information: {remark}").format(remark=remark)))
        for remark in _ledger_remarks(session.ledger) if WHOLE in checks else ():
            notify(_("Information: {remark}").format(remark=remark))
        if failures:
            count = len(failures)
            notify(ngettext("{count} fault found.", "{count} faults found.", count).format(count=count))
            raise typer.Exit(Exit.FINDINGS)
        if trusting:
            trust(session.location.name, session.ledger)
        compared = _anchors_compared(session.ledger, heads)
    text = ngettext(
        "No faults found: {count} entry, head {seq}:{hash}",
        "No faults found: {count} entries, head {seq}:{hash}",
        last.seq,
    )
    emit(text.format(count=last.seq, seq=last.seq, hash=last.hash))
    notify(compared)


def _plan_remarks(session: Session) -> Iterator[str]:
    """Yield remarks on a plan that are not faults but may be mistakes."""
    from ..reports.findings import information, rising_levels

    yield from information(session.plan)
    yield from until_database_error(rising_levels(session.plan, session.ledger))


def _ledger_remarks(ledger: Ledger) -> Iterator[str]:
    """Yield remarks on a ledger that are not faults: tables of an old version, entries recorded by a wrong clock."""
    if outdated := ledger.outdated():
        yield outdated
    for first, last in runs_with_one_time(ledger.rows):
        text = _("#{first} to #{last} were recorded with the time of #{first}, because a clock was behind")
        yield text.format(first=first, last=last)


def _anchors_compared(ledger: Ledger, heads: Sequence[tuple[int, str]]) -> str:
    """A sentence that says which anchors the ledger was compared with."""
    if not heads:
        return _("No anchor was compared: an insider could have rewritten all of it.")
    latest = max(seq for seq, _digest in heads)
    entry = ledger.entry(latest)
    text = ngettext(
        "Compared with {count} anchor, the latest #{seq} of {day}",
        "Compared with {count} anchors, the latest #{seq} of {day}",
        len(heads),
    )
    return text.format(count=len(heads), seq=latest, day=entry.entry.on if entry else "–")


def _failures(session: Session, names: Sequence[str], heads: Sequence[tuple[int, str]], *, full: bool) -> list[str]:
    """The faults that the named checks find, and the anchors that the ledger no longer has.

    If the ledger has faults, the other checks are skipped, unless `full`.
    """
    ledger = session.ledger
    failures = _damage(ledger, None if full else 1) if WHOLE in names else []
    failures += [fault for head in heads if (fault := check_anchor(ledger, *head))]
    others = [name for name in names if name != WHOLE]
    if failures and others and not full:
        text = _("Not checked, because the ledger is not whole: {names}. `jk check --full` continues.")
        notify(text.format(names=", ".join(others)))
        return failures
    if _ADOPTED in names:
        failures += until_database_error(_differences_from_adopted(session))
    failures += until_database_error(_audit(session, [name for name in names if name in CHECKS]))
    return failures


def _damage(ledger: Ledger, most: int | None) -> list[str]:
    """The faults of the ledger itself, with at most `most` differing rows of each derived table; all rows if None."""
    with progress_bar(_("Checking"), ledger.head().seq) as reached:
        return check_ledger(ledger, reached, most)


def _differences_from_adopted(session: Session) -> Iterator[str]:
    """Yield the differences of the plan's file from the adopted plan that affect the judgement."""
    from ..reports.plan_changes import unrecorded_change

    adoption = session.ledger.adopted()
    try:
        found = session.differences(adoption)
    except InvalidInput:
        yield _("plan: the plan that was adopted by entry {seq} cannot be read").format(seq=adoption and adoption.seq)
        return
    if adoption and not found and adoption.entry.plan_sha256 != session.plan_sha256:
        text = _("Information: {file} differs in wording from the adopted plan (#{seq}); the judgement is the same")
        notify(text.format(file=session.plan_name, seq=adoption.seq))
    yield from (_("plan: {change}").format(change=unrecorded_change(difference)) for difference in found)
    if adoption and adoption.entry.evidence != recorded_sites(session):
        text = _("plan: {file} differs from the one that was adopted on {day} (#{seq}): use `jk adopt -m WHY`")
        if not adoption.entry.evidence:
            text = _("plan: {file} is not part of what was adopted on {day} (#{seq}): use `jk adopt -m WHY`")
        yield text.format(file=SITES, day=official_date(adoption.entry.on), seq=adoption.seq)


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
    """The heads in a text file, which may be an export's `anchor.txt` or several such files in one.

    Raises:
        Refused: the file cannot be read, or has no head.
    """
    try:
        refuse_device(file)
        text = file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else _("is not UTF-8 text")
        raise Refused(_("{file}: cannot be read: {why}").format(file=file, why=why)) from error
    found = re.findall(r"^(?:head: )?([0-9]{1,18}):([0-9a-f]{12,64})\s*$", text, re.MULTILINE)
    if not found:
        raise Refused(_("{file} has no anchor (expected a line such as 23:6b5b30aa8f2c)").format(file=file))
    return [(int(seq), digest) for seq, digest in found]


def _audit(session: Session, names: Sequence[str]) -> Iterator[str]:
    """Yield the findings of the anti-inflation checks. Entries are read one by one, never all into memory."""
    from ..reports.findings import sentence, unknown_tasks

    if not names:
        return
    plan, ledger, day = session.plan, session.ledger, session.day
    if "vanished" in names:
        vanished = dict(unknown_tasks(plan, ledger.tasks()))
        known = left_out_for_a_reason(ledger, list(vanished))
        events = ledger.events_by_task(day, tasks=list(vanished))
        for name, text in vanished.items():
            if name not in known and not life_of(left_the_plan(name), events.get(name, ())).cancelled_on:
                yield text
    for task in plan.every_task():
        standing = _standing(ledger, {task.id, *task.formerly}, day)
        sums = "full" in names and any(indicator.sum for indicator in task.indicators)
        for name, failure in audit(plan, task, standing, day, [n for n in names if not (sums and n == "full")]):
            yield sentence(task, name, failure)
        if sums:
            every = {name for part in task.with_subtasks() for name in (part.id, *part.formerly)}
            for name, failure in audit(plan, task, _standing(ledger, every, day), day, ["full"]):
                yield sentence(task, name, failure)


def _standing(ledger: Ledger, tasks: Iterable[str], day: date) -> Iterator[Recorded]:
    """The entries of tasks up to a date, without retractions and retracted entries, ordered by (`on`, `seq`)."""
    entries = ledger.entries(Selection(tasks=frozenset(tasks), until=day, dated=True))
    retracted = ledger.retracted_by(entries.numbers)
    return (r for r in entries if r.seq not in retracted and r.entry.kind != "retract")
