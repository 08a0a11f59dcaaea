"""A YAML file as a tree of nodes with their lines and columns, and faults at places in the tree."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from ..errors import Finding
from ..text import shown

Loc = tuple[str | int, ...]
"""The path from the root to a node: names of fields and indexes in lists."""

KEY = "[key]"
"""At the end of a `Loc`, it means the key, not the value, as in pydantic."""


class Scalar(Struct):
    """A text; None if empty, `null` or `~`."""

    line: int
    column: int
    value: str | None


class Listing(Struct):
    """A list of nodes."""

    line: int
    column: int
    members: list["Node"] = field(default_factory=list)


class Fields(Struct):
    """A mapping of names to nodes. If a name is repeated, the last one counts, and `repeated` has all its lines.

    Fields that a sub-task inherits are in its `members` too, as nodes of the parent; `inherited` has their names.
    """

    line: int
    column: int
    members: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    repeated: dict[str, list[int]] = field(default_factory=dict)
    inherited: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        """The text of a field; None if it is missing or not a text."""
        node = self.members.get(name)
        return node.value if isinstance(node, Scalar) else None

    def fields(self, name: str) -> "Fields":
        """The mapping in a field; an empty one if there is none."""
        node = self.members.get(name)
        return node if isinstance(node, Fields) else Fields(self.line, self.column)

    def records(self, loc: Loc, name: str) -> Iterator[tuple[Loc, "Fields"]]:
        """Yield the mappings in the list of a field with their locs; `loc` is that of this node."""
        for place, node in _listed(self, name):
            if isinstance(node, Fields):
                yield (*loc, name, place), node

    def texts(self, loc: Loc, name: str) -> Iterator[tuple[Loc, str]]:
        """Yield the texts in the list of a field with their locs; `loc` is that of this node."""
        for place, node in _listed(self, name):
            if isinstance(node, Scalar) and node.value is not None:
                yield (*loc, name, place), node.value


Node = Scalar | Listing | Fields


def _listed(node: Fields, name: str) -> Iterator[tuple[int, Node]]:
    listing = node.members.get(name)
    yield from enumerate(listing.members if isinstance(listing, Listing) else ())


def every_task(root: Fields) -> Iterator[tuple[Loc, Fields]]:
    """Yield the tasks of a plan's tree with their locs, each before its sub-tasks."""
    pending = [root.records((), "tasks")]
    while pending:
        if found := next(pending[-1], None):
            yield found
            pending.append(found[1].records(found[0], "subtasks"))
        else:
            pending.pop()


class Fault(Struct, frozen=True):
    """A fault: the loc of the node, and the message."""

    loc: Loc
    message: str


def plain(node: Node) -> object:
    """Convert a tree to dicts, lists, texts and None."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [plain(member) for member in node.members]
    return {name: plain(member) for name, member in node.members.items()}


def node_at(root: Node, loc: Loc) -> Node:
    """The node at a loc, or the last existing one on the path."""
    node: Node = root
    key: Node = root
    for part in loc:
        if isinstance(node, Fields) and isinstance(part, str) and part in node.members:
            key = node.keys[part]
            node = node.members[part]
        elif isinstance(node, Listing) and isinstance(part, int):
            node = key = node.members[part]
        else:
            return key if part == KEY else node
    return node


def where(root: Node, loc: Loc) -> str:
    """Format a loc for messages: `tasks[11].milestones[new-greenway].deadline`; a member without an id is `[#3]`."""
    path = ""
    for i, part in enumerate(loc[:-2] if loc[-1:] == (KEY,) else loc):
        if isinstance(part, int):
            node = node_at(root, loc[: i + 1])
            name = node.text("id") if isinstance(node, Fields) else None
            path += f"[{shown(name) if name else f'#{part + 1}'}]"
        else:
            key = node_at(root, (*loc[: i + 1], KEY))
            path += f".{shown((isinstance(key, Scalar) and key.value) or part)}"
    return path.removeprefix(".")


def findings(file: str, root: Node, faults: Iterable[Fault]) -> list[Finding]:
    """Return the findings for faults of a file; faults of inherited fields are left out, as the parent has them too."""
    return [_finding(file, root, fault) for fault in faults if not _is_inherited(root, fault.loc)]


def _is_inherited(root: Node, loc: Loc) -> bool:
    nodes = ((node_at(root, loc[:end]), part) for end, part in enumerate(loc))
    return any(isinstance(node, Fields) and part in node.inherited for node, part in nodes)


def _finding(file: str, root: Node, fault: Fault) -> Finding:
    node, path = node_at(root, fault.loc), where(root, fault.loc)
    return Finding(file, node.line, node.column, f"{path}: {fault.message}" if path else fault.message)
