"""The JSON Schemas of what `-f json` prints: `jk schema --output report|entries`."""

from typing import Any

from ..language import _
from .item_types import EntryItem, TaskItem, field_types

DIALECT = "https://json-schema.org/draft/2020-12/schema"

OUTPUTS = {"report": ("report", TaskItem), "entries": ("log", EntryItem)}
"""Name of an output → the `kind` of its JSON, and its items."""


def output_schema(name: str) -> dict[str, Any]:
    """The schema of an output. Later versions may add fields, so that others are allowed everywhere.

    Args:
        name: one of `OUTPUTS`.
    """
    from pydantic import TypeAdapter

    kind, item = OUTPUTS[name]
    described = TypeAdapter(item).json_schema(mode="serialization")
    definitions = described.pop("$defs", {})
    if reason := definitions.get("Reason"):
        del reason["properties"]["figures"]
        reason["required"].remove("figures")
        reason["additionalProperties"] = {"type": ["number", "string", "boolean", "null"]}
    for field in field_types(item):
        described["properties"][field.name]["description"] = _(field.meaning.text)
        if field.meaning.unit:
            described["properties"][field.name]["x-unit"] = _(field.meaning.unit)
    described.pop("description", None)
    head = {"seq": {"type": "integer", "minimum": 0}, "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    envelope = {
        "schema": {"const": 1},
        "kind": {"const": kind},
        "plan": {"type": "string"},
        "as_of": {"type": "string", "format": "date"},
        "known_on": {"type": ["string", "null"], "format": "date-time"},
        "ledger_head": {"type": "object", "properties": head, "required": ["seq", "hash"]},
        "items": {"type": "array", "items": described},
    }
    return {
        "$schema": DIALECT,
        "title": f"jk: {kind} -f json",
        "type": "object",
        "properties": envelope,
        "required": list(envelope),
        "$defs": definitions,
    }
