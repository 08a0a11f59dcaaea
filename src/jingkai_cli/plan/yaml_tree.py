"""A YAML file as a tree that knows its places; and faults, which are reported with their place in it."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from ..errors import Finding
from ..text import shown

Loc = tuple[str | int, ...]
"""The way from the root to a node: names of fields and places in lists."""

KEY = "[key]"
"""At the end of a `Loc`: the key is meant, not the value. It is pydantic's word for it."""


class Scalar(Struct):
    """One text; None for nothing (empty, `null`, `~`)."""

    line: int
    column: int
    value: str | None


class Listing(Struct):
    """A list of nodes."""

    line: int
    column: int
    members: list["Node"] = field(default_factory=list)


class Fields(Struct):
    """A mapping: names and nodes. Of a name that is repeated the last counts, and `repeated` has all its lines.

    What a sub-task has from its parent stands in its `members` too, as the parent's own nodes; `inherited` names it.
    """

    line: int
    column: int
    members: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    repeated: dict[str, list[int]] = field(default_factory=dict)
    inherited: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        """The text of the field of that name, if it is one."""
        node = self.members.get(name)
        return node.value if isinstance(node, Scalar) else None

    def fields(self, name: str) -> "Fields":
        """The mapping of that name; an empty one if there is none."""
        node = self.members.get(name)
        return node if isinstance(node, Fields) else Fields(self.line, self.column)

    def records(self, loc: Loc, name: str) -> Iterator[tuple[Loc, "Fields"]]:
        """The mappings in the list of that name, each with its loc; `loc` is this node's own."""
        for place, node in _listed(self, name):
            if isinstance(node, Fields):
                yield (*loc, name, place), node

    def texts(self, loc: Loc, name: str) -> Iterator[tuple[Loc, str]]:
        """The texts in the list of that name, each with its loc; `loc` is this node's own."""
        for place, node in _listed(self, name):
            if isinstance(node, Scalar) and node.value is not None:
                yield (*loc, name, place), node.value


Node = Scalar | Listing | Fields


def _listed(node: Fields, name: str) -> Iterator[tuple[int, Node]]:
    listing = node.members.get(name)
    yield from enumerate(listing.members if isinstance(listing, Listing) else ())


def every_task(root: Fields) -> Iterator[tuple[Loc, Fields]]:
    """The tasks of a plan's tree, each before its sub-tasks, with its loc."""
    pending = [root.records((), "tasks")]
    while pending:
        if found := next(pending[-1], None):
            yield found
            pending.append(found[1].records(found[0], "subtasks"))
        else:
            pending.pop()


class Fault(Struct, frozen=True):
    """What is wrong, and the loc of the node that it is wrong with."""

    loc: Loc
    message: str


def plain(node: Node) -> object:
    """The tree as the dicts, lists, texts and Nones that it stands for."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [plain(member) for member in node.members]
    return {name: plain(member) for name, member in node.members.items()}


def node_at(root: Node, loc: Loc) -> Node:
    """The node of a loc, or the last on the way to it that exists."""
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
    """A loc as a person reads it: `tasks[11].milestones[new-greenway].deadline`; a member without an id is `[#3]`."""
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
    """The faults of a file with their places; of what a sub-task inherits, its parent's alone."""
    return [_finding(file, root, fault) for fault in faults if not _is_inherited(root, fault.loc)]


def _is_inherited(root: Node, loc: Loc) -> bool:
    nodes = ((node_at(root, loc[:end]), part) for end, part in enumerate(loc))
    return any(isinstance(node, Fields) and part in node.inherited for node, part in nodes)


def _finding(file: str, root: Node, fault: Fault) -> Finding:
    node, path = node_at(root, fault.loc), where(root, fault.loc)
    return Finding(file, node.line, node.column, f"{path}: {fault.message}" if path else fault.message)
