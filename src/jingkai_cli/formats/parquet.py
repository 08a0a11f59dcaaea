"""Parquet files: typed columns, with the ledger's head and the meaning of each column in the metadata."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
from pyarrow import parquet

from ..language import _, speaking
from ..reports.document import About
from ..reports.item_types import field_types

ROWS = 20_000
"""The number of rows kept in memory at once."""

_PLAIN: Mapping[Any, Any] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    date: pa.date32(),
    datetime: pa.timestamp("us", "UTC"),
    Decimal: pa.decimal128(38, 15),
}


def written(about: About, item: type, rows: Iterator[Mapping[str, Any]]) -> tuple[bytes, int]:
    """Return a Parquet file and its number of rows.

    Args:
        about: the plan, the date and the ledger's head, for the metadata.
        item: the type of a row (`item_types`).
        rows: mappings with the fields of that type.
    """
    schema = _schema(about, item)
    content, count = BytesIO(), 0
    dates = {field.name for field in schema if field.type in (pa.date32(), _PLAIN[datetime])}
    with parquet.ParquetWriter(content, schema, compression="zstd") as writer:
        while batch := [_row(row, schema.names, dates) for row in islice(rows, ROWS)]:
            writer.write_table(pa.Table.from_pylist(batch, schema))
            count += len(batch)
    return content.getvalue(), count


def _row(row: Mapping[str, Any], names: list[str], dates: set[str]) -> dict[str, Any]:
    """A row with dates parsed from text, and mappings as lists of pairs."""
    values: dict[str, Any] = {}
    for name in names:
        value = row[name]
        if name in dates and isinstance(value, str):
            value = (date if len(value) == len("2016-01-01") else datetime).fromisoformat(value)
        elif isinstance(value, str) and name == "score":
            value = Decimal(value)
        values[name] = list(value.items()) if isinstance(value, Mapping) else value
    return values


def _schema(about: About, item: type) -> pa.Schema:
    fields = []
    with speaking(about.language):
        for field in field_types(item):
            meaning = {"description": _(field.meaning.text)}
            if field.meaning.unit:
                meaning["unit"] = _(field.meaning.unit)
            fields.append(pa.field(field.name, _type(field.type), field.optional, meaning))
    head = f"{about.head.seq}:{about.head.hash}" if about.head else ""
    return pa.schema(fields, {"plan": about.plan, "as_of": about.as_of.isoformat(), "head": head})


def _type(kind: Any) -> Any:
    """The Arrow type of a column. Lists, mappings and records keep their structure; a choice of words is a string."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return pa.struct([(name, _type(hint)) for name, hint in hints.items() if _is_flat(hint)])
    if get_origin(kind) is tuple:
        return pa.list_(_type(get_args(kind)[0]))
    if get_origin(kind) is Mapping:
        return pa.map_(pa.string(), pa.string())
    return pa.string()


def _is_flat(hint: Any) -> bool:
    """Whether a field of a record can be a column; the figures of a reason cannot, because their types differ."""
    return hint in _PLAIN
