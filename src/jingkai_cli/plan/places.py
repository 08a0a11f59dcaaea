"""Where in its file a plan says something: what an explanation cites."""

from collections.abc import Callable

from .nodes import Fields, Listing, Node, node_at
from .reader import read_nodes

Place = Callable[..., str]
"""(task id, field, id of a member, field …) → `tasks.yaml:42`; the nearest line where the plan does not say it."""


def places(text: str, name: str) -> Place:
    """Where each thing stands in the text of a plan that was loaded before, under the name that is cited."""
    root = read_nodes(text, name)

    def place(*names: str) -> str:
        node: Node = root
        for part in ("tasks", *names):
            node = _member(node, part)
        return f"{name}:{node.line}"

    return place


def _member(node: Node, name: str) -> Node:
    if isinstance(node, Fields):
        return node_at(node, (name,))
    if isinstance(node, Listing):
        return next((m for m in node.members if isinstance(m, Fields) and m.text("id") == name), node)
    return node
