"""`inspection`: a site was inspected by the items of a checklist (现场检查)."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ..facts import Event
from ..language import N_, _
from ..model import Entry, Task
from ..quantities import enumeration
from .kind import Case, Kind, Objection
from .lifecycle import Inspection, Life, Problem

RESULTS = ("passed", "failed", "not_applicable")
"""The fields with the items that were inspected."""


def incomplete(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message if no item was inspected."""
    if not any(given.get(name) for name in RESULTS):
        yield _("an inspection needs items: passed, failed or not_applicable")


def objections(case: Case) -> Iterator[Objection]:
    """Refuse an item with two results."""
    entry = case.entry
    items = (*entry.passed, *entry.failed, *entry.not_applicable)
    for item in dict.fromkeys(items):
        if items.count(item) > 1:
            yield Objection("refused", _("'{item}' has two results").format(item=item))


def apply(life: Life, event: Event) -> None:
    """Add the inspection. Problems whose item failed again are open; those whose item passed are to be verified."""
    entry = event.entry
    if entry is None or not entry.site:
        return
    again = [item for item in entry.failed if _unverified_at(life, entry.site, item)]
    for problem in (p for item in again for p in _unverified_at(life, entry.site, item)):
        life.put(replace(problem, failed_again=problem.failed_again + 1, passed_on=None))
        for each in [life.problems[seq] for seq in problem.parts or (problem.seq,)]:
            if each.state != "open":
                life.put(each.sent_back(event.on))
    for problem in (p for item in entry.passed for p in _unverified_at(life, entry.site, item)):
        life.put(replace(problem, passed_on=event.on))
        for each in [life.problems[seq] for seq in problem.parts or (problem.seq,)]:
            if each.state == "open":
                life.put(replace(each, state="fixed", fixed_on=event.on, fixed_seq=event.seq))
    life.inspections.append(
        Inspection(
            seq=event.seq,
            on=event.on,
            shift=entry.shift,
            checklist=entry.checklist or "",
            site=entry.site,
            name=entry.place or entry.site,
            unit=entry.responsible or "",
            zone=entry.zone,
            inspectors=entry.inspectors,
            passed=entry.passed,
            failed=entry.failed,
            not_applicable=entry.not_applicable,
            failed_again=tuple(again),
        )
    )


def _unverified_at(life: Life, site: str, item: str) -> tuple[Problem, ...]:
    """The problems about an item at a site that are not verified."""
    return tuple(problem for problem in life.found_at(site, item) if problem.state != "verified")


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the site, the counts of items by result (zero counts are left out), and the failed items."""
    failed = _(" ({items})").format(items=enumeration(entry.failed)) if entry.failed else ""
    counts = (
        (_("{count} passed"), len(entry.passed)),
        (_("{count} failed") + failed, len(entry.failed)),
        (_("{count} not applicable"), len(entry.not_applicable)),
    )
    said = _("site {site} inspected by {who}: {counts}")
    return said.format(
        site=entry.place or entry.site,
        who=enumeration(entry.inspectors),
        counts=_(", ").join(text.replace("{count}", str(count)) for text, count in counts if count),
    )


INSPECTION = Kind(
    "inspection",
    N_("inspection of a site"),
    fields=("checklist", "site", "place", "responsible", "zone", "shift", "inspectors", *RESULTS),
    required=("checklist", "site", "inspectors"),
    changes_others=True,
    keeps_entry=True,
    incomplete=incomplete,
    objections=objections,
    apply=apply,
    sentence=sentence,
)
