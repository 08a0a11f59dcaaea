"""Where in its file a plan says something: what an explanation cites."""

from collections.abc import Callable
from pathlib import Path

from .files import read_bytes
from .nodes import Fields, Listing, Node, node_at
from .reader import read_nodes
from .source import text_of

Place = Callable[..., str]
"""(task id, field, id of a member, field …) → `tasks.yaml:42`; the nearest line where the plan does not say it."""


def places(path: Path) -> Place:
    """Where each thing stands in a plan that was loaded before.

    Raises:
        InvalidInput: the file cannot be read any more.
    """
    root = read_nodes(text_of(path, read_bytes(path)), str(path))

    def place(*names: str) -> str:
        node: Node = root
        for name in ("tasks", *names):
            node = _member(node, name)
        return f"{path.name}:{node.line}"

    return place


def _member(node: Node, name: str) -> Node:
    if isinstance(node, Fields):
        return node_at(node, (name,))
    if isinstance(node, Listing):
        return next((m for m in node.members if isinstance(m, Fields) and m.text("id") == name), node)
    return node
