"""What a paragraph says of a task beside its text: labels, brackets at its end, and clauses that say who does what."""

import re

from ..errors import Refused
from ..text import split_outside
from .column_headers import labelled
from .deadline_cells import read_deadline
from .plan_words import PlanWords
from .step_cells import has_date
from .unit_cells import looks_like_units, read_units

LABELS = frozenset(
    {
        "lead_unit",
        "responsible",
        "support_units",
        "person",
        "leader",
        "deadline",
        "goal",
        "milestones",
        "category",
        "comment",
        "measure",
    }
)

TELLING = frozenset({"lead_unit", "responsible", "support_units", "person", "leader", "deadline"})
"""The labels that make a paragraph a task; the others stand in any text."""

_LAST_BRACKET = re.compile(r"[（(【\[](?P<inner>[^（）()【】]+)[)）】\]][。.；;]?$")

_ROLE = re.compile("(?:牵头|主办|主责|配合|协助|协办|参与|负责|落实)[。；;]?$")

_MARKED = "，,"
"""What parts the clauses of a sentence."""


def parted(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """A text without what it says of units, persons and deadlines, and this: field → text."""
    said, found = text, list[tuple[str, str]]()
    while match := _LAST_BRACKET.search(said):
        inner = _attributes(match["inner"], words)
        if inner is None:
            break
        found = inner + found
        said = said[: match.start()].rstrip()
    said, labels = _labels_at_end(said, words)
    said, roles = _roles(said, words)
    return said, roles + labels + found


def _roles(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """A text without the clauses that say who does what, and these: `由住建局牵头，各街道配合，10月底前完成45个`."""
    kept: list[str] = []
    roles: list[tuple[str, str]] = []
    for sentence in re.findall(r"[^。；;\n]+[。；;\n]*", text):
        clauses = list(split_outside(sentence.rstrip("。；;\n"), _MARKED))
        bearing = [clause for clause in clauses if _bears(clause, words)]
        if not bearing:
            kept.append(sentence)
            continue
        roles += (("responsible", clause) for clause in bearing)
        others = [clause for clause in clauses if clause not in bearing]
        while len(others) > 1 and not has_date("".join(others[:-1])) and _is_deadline(others[-1], words):
            roles.append(("deadline", others.pop()))
        if others:
            kept.append("，".join(others) + "。")
    return ("".join(kept).strip(), roles) if roles else (text, [])


def _bears(clause: str, words: PlanWords) -> bool:
    """Whether a clause is units and what they do: 区商务局负责, but not 抓好落实."""
    if not _ROLE.search(clause):
        return False
    units = read_units(clause, words.known)
    return not units.rest and looks_like_units("、".join(units.names()))


def _labels_at_end(text: str, words: PlanWords) -> tuple[str, list[tuple[str, str]]]:
    """A text without the labels that stand behind its sentences, and these: `新建学校2所。责任单位：教体局`."""
    for match in re.finditer("[。；;，, 　]", text):
        before = text[: match.start()]
        if len(re.findall("[（(]", before)) > len(re.findall("[）)]", before)):
            continue
        parts = labelled(text[match.end() :].strip(), words.known, LABELS)
        if parts and parts[0][0] in TELLING:
            return f"{before}{match[0]}".rstrip("，, 　"), [(name, said) for name, said in parts if name]
    return text, []


def _attributes(text: str, words: PlanWords) -> list[tuple[str, str]] | None:
    """What stands in brackets behind a task: labels, or `环保局牵头，12月底前完成`; None for anything else."""
    parts = labelled(text, words.known, LABELS)
    found: list[tuple[str, str]] = [(name, said) for name, said in parts if name]
    for clause in (clause for name, said in parts if name is None for clause in split_outside(said, "，,；;。")):
        if (_ROLE.search(clause) or looks_like_units(clause)) and not read_units(clause, words.known).rest:
            found.append(("responsible", clause))
        elif _is_deadline(clause, words):
            found.append(("deadline", clause))
        else:
            return None
    return found or None


def _is_deadline(text: str, words: PlanWords) -> bool:
    try:
        return bool(read_deadline(text, words.year))
    except Refused:
        return False
