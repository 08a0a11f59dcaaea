"""The JSON Schema of `tasks.yaml`, with which editors complete a plan and check it while it is typed."""

from typing import Any

from ..model import DEEPEST, INHERITED, Plan
from .value_reader import ALIASES, NamedUnit

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_MONTH = "[0-9]{4}-(0[1-9]|1[0-2])"
_KEYS = {"planned": f"^{_MONTH}(-[0-9]{{2}})?$", "monthly": f"^{_MONTH}$"}
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `tasks.yaml`.

    It is as strict as the reader where a schema allows it: unknown fields are refused, dates and keys have patterns.
    Texts may also be numbers, because an editor reads `11` as a number.
    """
    from pydantic import TypeAdapter

    described: dict[str, Any] = _refined(TypeAdapter(Plan).json_schema())
    named: dict[str, Any] = _refined(TypeAdapter(NamedUnit).json_schema())
    fields, task = described["properties"], described["$defs"]["Task"]
    del fields[ALIASES]
    fields["units"]["items"] = {"anyOf": [fields["units"]["items"], named]}
    required = [name for name in task["required"] if name in INHERITED]
    task["required"] = [name for name in task["required"] if name not in INHERITED]
    fields["tasks"]["items"] |= _of_the_first_level(required)
    return {"$schema": DIALECT, **described, "title": "jk: tasks.yaml"}


def _of_the_first_level(required: list[str]) -> dict[str, Any]:
    """The rules for tasks at the first level: fields that sub-tasks inherit are `required`; the depth is limited."""
    due = {"required": ["deadline"], "properties": {"deadline": {"type": "string"}}}
    standing = {"required": ["standing"], "properties": {"standing": {"const": True}}}
    levels: dict[str, Any] = {"properties": {"subtasks": False}}
    for _level in range(DEEPEST - 1):
        levels = {"properties": {"subtasks": {"items": levels}}}
    only_below = dict.fromkeys(("weight", "key", "after"), False)
    return {"required": required, "anyOf": [due, standing], "properties": {**only_below, **levels["properties"]}}


def _refined(node: Any) -> Any:
    if isinstance(node, list):
        return [_refined(member) for member in node]
    if not isinstance(node, dict):
        return node
    refined: dict[str, Any] = {_BOUNDS.get(str(name), str(name)): _refined(member) for name, member in node.items()}
    if isinstance(fields := refined.get("properties"), dict):
        refined |= {"properties": _fields(fields), "additionalProperties": False}
    elif "pattern" in refined or "maxLength" in refined:
        refined |= _text(refined)
    return refined


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Set the patterns of keys as a plan writes them; remove the default of `start`, which depends on the year."""
    if "start" in fields:
        del fields["start"]["default"]
    for name in _KEYS.keys() & fields.keys():
        (value,) = fields[name].pop("patternProperties").values()
        fields[name] |= {"patternProperties": {_KEYS[name]: value}, "additionalProperties": False}
    return fields


def _text(text: dict[str, Any]) -> dict[str, Any]:
    r"""Return the changes of a text: numbers are allowed, except as a date, and `\w` must match Chinese in editors."""
    changed: dict[str, Any] = {}
    if text.get("type") == "string" and "format" not in text:
        changed["type"] = ["string", "number"]
    if "pattern" in text:
        changed["pattern"] = text["pattern"].replace(r"\w", r"\p{L}\p{N}_")
    return changed
