"""`adopt`: the plan is recorded in the ledger; from then on, changes of the file are reported.

The evidence is the list of sites beside the plan, with its SHA-256.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from ..errors import InvalidInput
from ..language import N_, _
from ..model import Entry, Task
from .kind import Case, Kind, Objection


def incomplete(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a message if the text of the plan is missing: a log omits it, an export of the whole ledger has it."""
    if "plan" not in given:
        yield _("a log does not contain the adopted plan: `jk export --all -o FILE.jsonl` does")


def objections(case: Case) -> Iterator[Objection]:
    """Refuse a wrong SHA-256, a plan that is already adopted, and a change of an adopted plan without a note."""
    text, digest = case.entry.plan or "", case.entry.plan_sha256
    if sha256(text.encode(errors="replace")).hexdigest() != digest:
        yield Objection("refused", _("plan_sha256 is not the SHA-256 of the plan"))
    before = case.history.adopted()
    if before and before.entry.plan_sha256 == digest and before.entry.evidence == case.entry.evidence:
        yield Objection("refused", _("this plan is already adopted (#{seq})").format(seq=before.seq))
    elif before and not case.entry.note:
        text = _("a plan is already adopted (#{seq}): give the reason for the change: -m WHY")
        yield Objection("refused", text.format(seq=before.seq))


def sentence(_task: Task | None, entry: Entry) -> str:
    """The log text: the title of the plan and the beginning of its SHA-256, not its text, which is too long."""
    from ..plan.yaml_reader import read_nodes
    from ..plan.yaml_tree import Fields

    try:
        root = read_nodes(entry.plan or "", "")
    except InvalidInput:
        root = None
    title = root.text("title") if isinstance(root, Fields) else None
    return _("plan adopted: {title} ({hash})").format(title=title or "–", hash=(entry.plan_sha256 or "")[:12])


ADOPT = Kind(
    "adopt",
    N_("plan adopted"),
    fields=("plan", "plan_sha256"),
    required=("plan", "plan_sha256"),
    task="none",
    incomplete=incomplete,
    objections=objections,
    sentence=sentence,
)
