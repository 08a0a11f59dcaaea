"""Problems (问题) and the dates by which they have to be put right: `problems.csv` of the monthly export."""

from ..language import _
from .document import Document, Scope, Section


def build(scope: Scope) -> Document:
    """The problems. No entry can open one yet, so there is the header alone."""
    return Document(
        kind="problems",
        scope=scope,
        title=_("Problems"),
        fields=fields(),
        items=[],
        sections=(Section(lines=(_("No problems."),)),),
    )


def fields() -> dict[str, str]:
    """The fields of an item, and their titles."""
    return {
        "id": _("No."),
        "task": _("Task"),
        "problem": _("Problem"),
        "unit": _("Responsible unit"),
        "zone": _("Zone"),
        "shift": _("Shift"),
        "opened_on": _("Opened"),
        "due": _("Due"),
        "state": _("State"),
        "fixed_on": _("Fixed"),
        "verified_on": _("Verified"),
        "verifier": _("Verified by"),
        "days_overdue": _("Days overdue"),
    }
