"""Reads YAML into nodes, stricter than YAML 1.1: no aliases, no tags, no hidden characters; faults have their place."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml

from ..errors import Finding, InvalidInput
from ..language import N_, _
from ..text import full_width, quoted
from .defaults import fill_in
from .files import invisible_pattern, lines, unseen_character
from .yaml_tree import KEY, Fault, Fields, Listing, Loc, Node, Scalar, every_task, node_at

_MORE_LINES = re.compile("[\t\n\r]")


def text_faults(node: Node, loc: Loc = ()) -> Iterator[Fault]:
    """Check every name and text in a tree.

    Args:
        node: the tree, or a part of it.
        loc: its loc.

    Yields:
        Faults: repeated fields; texts with spaces at their ends, several lines, or invisible characters from escapes.
    """
    members: Iterable[tuple[str | int, Node]] = ()
    if isinstance(node, Fields):
        members = node.members.items()
        for name in node.members:
            if hidden := _hidden(name):
                yield Fault((*loc, name, KEY), hidden)
        for name, lines in node.repeated.items():
            message = _("the field {name} is repeated, on lines {lines} (expected once)")
            repeated = message.format(name=quoted(name), lines=", ".join(map(str, lines)))
            yield Fault((*loc, name, KEY), repeated)
    elif isinstance(node, Listing):
        members = enumerate(node.members)
    for part, member in members:
        if not isinstance(member, Scalar):
            yield from text_faults(member, (*loc, part))
        elif member.value and (hidden := _hidden(member.value)):
            yield Fault((*loc, part), hidden)


def _hidden(text: str) -> str | None:
    """The message for spaces at the ends, line breaks or invisible characters of a text; None if it has none."""
    if text.strip() != text:
        return _("{text} starts or ends with a blank (expected none)").format(text=quoted(text))
    if text.isprintable():  # most are; the patterns below cost more
        return None
    if found := invisible_pattern().search(text):
        return unseen_character(found[0])
    if _MORE_LINES.search(text):
        message = _("{text} has a tab or a line end in it (expected one line; fold a long one with '>-')")
        return message.format(text=quoted(text))
    return None


DEEPEST = 64

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader is ten times as fast, but missing if PyYAML was built without libyaml."""

NOTHING = frozenset(("", "null", "~"))

_BLOCK = frozenset("|>")

_STANDARD = "tag:yaml.org,2002:"


def read_nodes(text: str, file: str) -> Node:
    """Read the tree of a YAML text.

    Args:
        text: the content of the file.
        file: the name of the file in findings.

    Returns:
        The root. Every value is a text or None; it is not converted here.

    Raises:
        InvalidInput: the text is not YAML, or uses a feature that is not allowed; only the first fault is reported.
    """
    try:
        root = _build(text)
    except _Stop as stop:
        raise InvalidInput([Finding(file, stop.line, stop.column, str(stop))]) from stop
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # Python's loader lets chr() fail on an escape
        raise InvalidInput([_syntax(text, file, error)]) from error
    if root is None:
        raise InvalidInput.of_file(file, _("this file is empty (expected fields such as 'name: value')"))
    return root


class _Stop(Exception):
    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def _build(text: str) -> Node | None:
    """Return the root of a text; None if the text is empty."""
    members: list[Node] = []  # of the current node
    opened: list[tuple[int, int, list[Node]]] = []  # of each open node: its place, and the members of its parent
    for event in iter(LOADER(text).get_event, None):
        kind, line, column = type(event), event.start_mark.line + 1, event.start_mark.column + 1
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                raise _Stop(line, column, _refusal(event))
            members.append(Scalar(line, column, _value(event)))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if event.anchor is not None or event.tag is not None or len(opened) == DEEPEST:
                raise _Stop(line, column, _refusal(event))
            opened.append((line, column, members))
            members = []
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            line, column, outer = opened.pop()
            build = _fields if kind is yaml.MappingEndEvent else Listing
            outer.append(build(line, column, members))
            members = outer
        elif kind is yaml.AliasEvent:
            raise _Stop(line, column, _refusal(event))
        elif kind is yaml.DocumentStartEvent and members:
            raise _Stop(line, column, _("a second document starts here (expected one; remove the '---')"))
    return members[0] if members else None


def _value(event: yaml.ScalarEvent) -> str | None:
    value: str = event.value
    if event.style in _BLOCK:
        return value.rstrip("\n")
    return None if value in NOTHING and event.implicit[0] else value


def _refusal(event: Any) -> str:
    """The message why a node is not allowed."""
    if event.anchor is not None:
        name = quoted(("*" if isinstance(event, yaml.AliasEvent) else "&") + event.anchor)
        return _("{name}: anchors and aliases are not used here (write it out)").format(name=name)
    if event.tag is not None:
        return _("{name}: tags are not used here (remove it)").format(name=quoted(event.tag.replace(_STANDARD, "!!")))
    return _too_deep()


def _too_deep() -> str:
    return _("nested deeper than {deepest} levels").format(deepest=DEEPEST)


def _fields(line: int, column: int, members: list[Node]) -> Fields:
    """Build a mapping from its names and values in turn."""
    fields = Fields(line, column)
    for key, member in zip(members[::2], members[1::2], strict=True):
        if not isinstance(key, Scalar) or key.value is None:
            raise _Stop(key.line, key.column, _("a field has no name (expected a text before the ':')"))
        name = key.value
        if name == "<<":
            raise _Stop(key.line, key.column, _("'<<': merge keys are not used here (write the fields out)"))
        if name in fields.members:
            fields.repeated.setdefault(name, [fields.keys[name].line]).append(key.line)
        fields.members[name], fields.keys[name] = member, key
    return fields


_STOPPED = (
    (
        "values are not allowed",
        N_("no ':' is allowed here (indent as the lines above do; put a text with ': ' in quotes)"),
    ),
    (
        "cannot start any token",
        N_("a text cannot start like this (put it in quotes; indent with spaces, never with tabs)"),
    ),
)

_OPENED = (
    ("flow sequence", N_("this '[' is not closed (expected ',' or ']')")),
    ("flow mapping", N_("this '{' is not closed (expected ',' or '}')")),
    ("escape ", N_("an escape in this text is not valid YAML (put the text in 'single quotes')")),
    ("quoted scalar", N_("this quote is not closed (expected a second one)")),
    ("simple key", N_("no field starts here (expected 'name: value', with a blank after the ':')")),
)
"""Part of an error text of either loader → our message at the place where the construct was opened.

For `_STOPPED` the place is where reading stopped.
"""

_DISORDER = N_("this does not fit the lines above (indent as they do; put special characters in quotes)")


def _syntax(text: str, file: str, error: Exception) -> Finding:
    """Return the finding for a syntax error, with a hint if a nearby line has full-width characters."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Finding(file, 0, 0, _("cannot be read as YAML"))
    problem, stopped, opened = f"{error.context} {error.problem}", error.problem_mark, error.context_mark
    if "maximum nesting depth" in problem:  # libyaml 0.2.6 or later stops before it emits the event for the bracket
        return Finding(file, stopped.line + 1, stopped.column + 1, _too_deep())
    matches = [(message, stopped) for part, message in _STOPPED if part in problem]
    matches += [(message, opened or stopped) for part, message in _OPENED if part in problem]
    message, mark = (*matches, (_DISORDER, stopped))[0]
    written = lines(text)
    places = (mark.line, mark.line - 1, stopped.line, stopped.line - 1)
    near = [written[line] for line in places if 0 <= line < len(written)]  # a mark may be after the last line
    hint = next(filter(None, map(full_width, near)), "")
    return Finding(file, mark.line + 1, mark.column + 1, _(message) + hint)


Place = Callable[..., str]
"""(task id, field, id of a member, field …) → `tasks.yaml:42`; the nearest line if the plan does not have it."""


def places(text: str, name: str) -> Place:
    """Return a function that gives the line of a field in the text of a valid plan; `name` is the cited file name.

    The line of an inherited field is that of the parent's field.
    """
    root = read_nodes(text, name)
    fill_in(root)
    tasks = {task.text("id"): task for _loc, task in every_task(root)} if isinstance(root, Fields) else {}

    def place(*names: str) -> str:
        task, *parts = names
        node: Node = tasks.get(task) or _member(root, "tasks")
        for part in parts:
            node = _member(node, part)
        return f"{name}:{node.line}"

    return place


def _member(node: Node, name: str) -> Node:
    if isinstance(node, Fields):
        return node_at(node, (name,))
    if isinstance(node, Listing):
        return next((m for m in node.members if isinstance(m, Fields) and m.text("id") == name), node)
    return node
