"""What every file that a person writes must hold to, whatever it says: one field of a name, and no text that hides."""

import re
from collections.abc import Iterable, Iterator

from ..language import _
from .nodes import KEY, Fault, Fields, Listing, Loc, Node, Scalar
from .source import UNSEEN, unseen_character
from .wording import quoted

_MORE_LINES = re.compile("[\t\n\r]")


def legible(node: Node, loc: Loc = ()) -> Iterator[Fault]:
    """Check every name and text in a tree.

    Args:
        node: What was read.
        loc: Where it is.

    Yields:
        Fields that are repeated; texts with blanks at their ends, of many lines, or with characters that an escape hid.
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
            yield from legible(member, (*loc, part))
        elif member.value and (hidden := _hidden(member.value)):
            yield Fault((*loc, part), hidden)


def _hidden(text: str) -> str | None:
    """What a reader cannot see in a text, if there is anything."""
    if text.strip() != text:
        return _("{text} begins or ends with a blank (expected none)").format(text=quoted(text))
    if text.isprintable():  # most are; the patterns below cost more
        return None
    if unseen := UNSEEN.search(text):
        return unseen_character(unseen[0])
    if _MORE_LINES.search(text):
        message = _("{text} has a tab or a line end in it (expected one line; fold a long one with '>-')")
        return message.format(text=quoted(text))
    return None
