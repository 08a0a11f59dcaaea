"""`datapackage.json` beside the CSV files of a month: describes every column (Frictionless Data Package)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from ..language import _, speaking
from ..reports.document import About, Document
from ..reports.item_types import ITEMS, FieldType, field_types
from .json_ import text

FILE = "datapackage.json"

_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    Decimal: "number",
    date: "date",
    datetime: "datetime",
}


def build(about: About, month: str, files: Mapping[str, Document], encoding: str, *, labels: bool) -> str:
    """Describe a folder of CSV files in the plan's language, so that a cron job and a terminal write the same text.

    Args:
        about: the plan and its ledger.
        month: the month of the files.
        files: file name → its content.
        encoding: the encoding of the files.
        labels: whether the headers are translated titles instead of the stable field names.
    """
    with speaking(about.language):
        resources = [_resource(name, document, encoding, labels=labels) for name, document in files.items()]
    return text(
        {
            "profile": "tabular-data-package",
            "name": f"jk-{month}",
            "title": f"{about.plan} {month}",
            "created": f"{about.as_of}T00:00:00Z",
            "ledger_head": {"seq": about.head.seq, "hash": about.head.hash} if about.head else None,
            "resources": resources,
        },
        indent=2,
    )


def _resource(name: str, document: Document, encoding: str, *, labels: bool) -> dict[str, Any]:
    stem = name.removesuffix(".csv")
    described = {each.name: each for each in field_types(ITEMS[stem])}
    return {
        "profile": "tabular-data-resource",
        "name": stem,
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": encoding,
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n"},
        "schema": {
            "fields": [_field(described[field], title, labels=labels) for field, title in document.fields.items()],
            "missingValues": [""],
        },
    }


def _field(field: FieldType, title: str, *, labels: bool) -> dict[str, Any]:
    kind = _TYPES.get(field.type, "string")
    described: dict[str, Any] = {
        "name": title if labels else field.name,
        "type": kind,
        "description": _(field.meaning.text),
    }
    if kind == "datetime":
        described["format"] = "any"
    if field.meaning.unit:
        described["unit"] = _(field.meaning.unit)
    constraints: dict[str, Any] = {} if field.optional or kind == "string" else {"required": True}
    if get_origin(field.type) is Literal:
        constraints["enum"] = list(get_args(field.type))
    return described | ({"constraints": constraints} if constraints else {})
