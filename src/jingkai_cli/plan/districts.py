"""Reads `districts.yaml`: the districts of an overview (全市汇总), each with its plan and its ledger."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from ..errors import Finding, InvalidInput
from ..language import Language, _
from ..text import name_key, near, quoted
from .files import is_file, read_bytes, text_of
from .name_checks import time_zone_faults
from .yaml_tree import KEY, Fault, Fields, Listing, Loc, Node, Scalar, findings

SILENT_AFTER = 14
"""The default number of days without an entry after which a district counts as silent."""

_ANCHOR = re.compile(r"#?([0-9]{1,18})[: ]([0-9a-f]{12,64})")


class District(NamedTuple):
    """One district (县、市、区): a plan with its ledger."""

    name: str
    plan: Path
    ledger: str
    """The path of a ledger or a dump, or a URL."""
    anchor: tuple[int, str] | None = None
    """An earlier head that the ledger must still contain: number, and the hash or its first digits."""


class Districts(NamedTuple):
    """The districts of an overview."""

    title: str
    districts: tuple[District, ...]
    language: Language = "zh"
    timezone: str = "Asia/Shanghai"
    silent_after: int = SILENT_AFTER


_OF_FILE = ("title", "districts", "language", "timezone", "silent_after")
_OF_DISTRICT = ("name", "plan", "ledger", "anchor")


def load_districts(file: Path) -> Districts:
    """Read the districts; paths in the file are relative to its folder.

    Raises:
        InvalidInput: the file has faults; lists all of them with their lines.
    """
    from .yaml_reader import read_nodes, text_faults

    if not is_file(file):
        message = _("there is no such file (expected one that lists districts, each with name, plan and ledger)")
        raise InvalidInput.of_file(file, message)
    root = read_nodes(text_of(file, read_bytes(file)), str(file))
    if not isinstance(root, Fields):
        raise InvalidInput([Finding(str(file), root.line, root.column, _("expected fields such as 'name: value'"))])
    if "tasks" in root.members and "districts" not in root.members:
        text = _("this is a plan of tasks (expected a file that lists districts, each with name, plan and ledger)")
        raise InvalidInput.of_file(file, text)
    faults = [*text_faults(root), *_faults(root)]
    if faults:
        found = findings(str(file), root, faults)
        raise InvalidInput(sorted(found, key=lambda finding: (finding.line, finding.column)), 100)
    folder = file.absolute().parent
    language: Language = next((each for each in get_args(Language) if each == root.text("language")), "zh")
    return Districts(
        root.text("title") or "",
        tuple(_district(folder, node) for _loc, node in root.records((), "districts")),
        language,
        root.text("timezone") or "Asia/Shanghai",
        int(root.text("silent_after") or SILENT_AFTER),
    )


def _district(folder: Path, node: Fields) -> District:
    ledger, anchor = node.text("ledger") or "", _ANCHOR.fullmatch(node.text("anchor") or "")
    where = ledger if "://" in ledger else str(folder / ledger)
    head = (int(anchor[1]), anchor[2]) if anchor else None
    return District(node.text("name") or "", folder / (node.text("plan") or ""), where, head)


def _faults(root: Fields) -> Iterator[Fault]:
    yield from _unknown(root, (), _OF_FILE)
    yield from _text(root, (), "title")
    yield from time_zone_faults(root)
    if "language" in root.members and root.text("language") not in get_args(Language):
        yield _expected(
            root.members["language"], ("language",), _("one of: {names}").format(names=", ".join(get_args(Language)))
        )
    if "silent_after" in root.members and not re.fullmatch("[1-9][0-9]{0,3}", root.text("silent_after") or ""):
        yield _expected(root.members["silent_after"], ("silent_after",), _("a whole number such as 15"))
    listing = root.members.get("districts")
    if not isinstance(listing, Listing) or not listing.members:
        yield Fault(("districts",) if listing else (), _("'districts' must be a list of districts that is not empty"))
        return
    names: dict[str, str] = {}
    for place, node in enumerate(listing.members):
        loc: Loc = ("districts", place)
        if not isinstance(node, Fields):
            yield Fault(loc, _("expected fields such as 'name: value'"))
            continue
        yield from _unknown(node, loc, _OF_DISTRICT)
        for name in ("name", "plan", "ledger"):
            yield from _text(node, loc, name)
        if "anchor" in node.members and not _ANCHOR.fullmatch(node.text("anchor") or ""):
            yield _expected(node.members["anchor"], (*loc, "anchor"), _("SEQ:HASH, as `jk check` prints it"))
        if own := node.text("name"):
            if first := names.get(name_key(own)):
                text = _("there is another district {name} (expected a name of its own)")
                yield Fault((*loc, "name"), text.format(name=quoted(first)))
            names.setdefault(name_key(own), own)


def _unknown(node: Fields, loc: Loc, known: tuple[str, ...]) -> Iterator[Fault]:
    for name in node.members.keys() - set(known):
        text = _("unknown field {name} {near}")
        yield Fault((*loc, name, KEY), text.format(name=quoted(name), near=near(name, known)))


def _text(node: Fields, loc: Loc, name: str) -> Iterator[Fault]:
    if name not in node.members:
        yield Fault(loc, _("the field '{name}' is missing (type '{name}: …')").format(name=name))
    elif not node.text(name):
        yield _expected(node.members[name], (*loc, name), _("a text"))


def _expected(node: Node, loc: Loc, expected: str) -> Fault:
    found = quoted(node.value) if isinstance(node, Scalar) and node.value is not None else _("nothing")
    return Fault(loc, _("found {found} (expected {expected})").format(found=found, expected=expected))
