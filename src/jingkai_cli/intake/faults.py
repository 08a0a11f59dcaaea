"""What can be wrong with a line of a file, in words: the field, what was found there, and what is expected."""

import json
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, get_args

from ..language import _
from ..model import Entry, Kind, Plan
from ..plan.wording import near, quoted

OURS = frozenset({"seq", "recorded_at", "prev_hash", "hash", "retracted_by"})
"""What the ledger adds to an entry: an export has it, an import has no use for it."""
THEIRS = frozenset({f.name for f in fields(Entry)} | {"printed"})
"""What a line may say."""

KINDS = frozenset(get_args(Kind))

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "reach": ("milestone",),
    "reopen": ("note",),
    "extend": ("deadline", "note", "approved_by", "basis"),
    "retract": ("ref", "note"),
    "problem": ("note", "responsible", "deadline"),
    "fix": ("ref",),
    "verify": ("ref",),
    "object": ("unit", "note"),
    "ruling": ("ruling", "note"),
    "score": ("unit", "month", "score", "by"),
    "adopt": ("plan", "plan_sha256"),
}
_BELONGS: Mapping[str, frozenset[str]] = {
    "readings": frozenset({"report"}),
    "printed": frozenset({"report"}),
    "milestone": frozenset({"reach", "extend"}),
    "deadline": frozenset({"extend", "problem"}),
    "approved_by": frozenset({"extend"}),
    "basis": frozenset({"extend"}),
    "verifier": frozenset({"accept", "verify"}),
    "responsible": frozenset({"problem"}),
    "zone": frozenset({"problem"}),
    "shift": frozenset({"problem"}),
    "ruling": frozenset({"ruling"}),
    "task": KINDS - {"score", "adopt"},
    "month": frozenset({"score"}),
    "score": frozenset({"score"}),
    "plan": frozenset({"adopt"}),
    "plan_sha256": frozenset({"adopt"}),
}
"""The kinds that have a field, where not all do."""


def unknown(name: str) -> str:
    """A field that no entry has."""
    close = get_close_matches(name, THEIRS, 1)
    hint = _("did you mean '{name}'?").format(name=close[0]) if close else ", ".join(sorted(THEIRS))
    return _("unknown field {name} ({hint})").format(name=quoted(name), hint=hint)


def no_task(name: str, plan: Plan) -> str:
    """A task that the plan does not have."""
    close = get_close_matches(name, [t.id for t in plan.tasks], 1)
    hint = (
        _("did you mean '{name}'?").format(name=close[0])
        if close
        else _("it has {first} to {last}").format(first=plan.tasks[0].id, last=plan.tasks[-1].id)
    )
    return _("task: there is no task {name} in the plan ({hint})").format(name=quoted(name), hint=hint)


def no_unit(name: str, plan: Plan) -> list[str]:
    """A unit that nobody can judge, because the plan does not know it."""
    units = plan.known_units()
    text = _("unit: the plan knows no unit {name} {hint}")
    return [] if name in units else [text.format(name=quoted(name), hint=near(name, units))]


def missing(given: Mapping[str, Any], *, all_known: bool) -> list[str]:
    """The fields that an entry of its kind needs and the line does not have.

    A report may have its note in a field that is misspelt: then that is told, and not that the note is missing.
    """
    kind = str(given.get("kind"))
    whose = () if kind in ("score", "adopt", "retract") else ("task",)
    needed = ("on", *whose, "kind", *_NEEDED.get(kind, ()))
    absent = [_("{field} is missing").format(field=name) for name in needed if name not in given]
    if given.get("kind") == "report" and all_known and not given.get("readings") and not given.get("note"):
        absent.append(_("a report needs readings or a note"))
    if kind == "adopt" and "plan" not in given:
        absent.append(_("a log leaves out the plan that was adopted: `jk export --all -o FILE.jsonl` carries it"))
    return absent


def misplaced(given: Mapping[str, Any]) -> list[str]:
    """The fields that an entry of its kind does not have."""
    kind = str(given.get("kind"))
    text = _("{field} does not belong to an entry of the kind {kind}")
    return [
        text.format(field=name, kind=kind)
        for name in given
        if kind in KINDS and name in _BELONGS and kind not in _BELONGS[name]
    ]


def wrong(error: Mapping[str, Any]) -> str:
    """What pydantic says, in our words."""
    field = ".".join(str(part) for part in error["loc"])
    found = error.get("input")
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    return _("{field}: found {found} (expected {expected})").format(
        field=field, found=quoted(text), expected=_expected(error)
    )


def _expected(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if "expected" in context:
        return _(str(context["expected"]))
    kind = str(error["type"])
    if kind.startswith("date"):
        return _("a date such as 2016-06-30")
    if kind.startswith("tuple"):
        return _("a list of texts")
    return _("a whole number such as 15") if kind.startswith("int") else _("a text")
