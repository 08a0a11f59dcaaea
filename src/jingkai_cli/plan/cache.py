"""The cache of validated plans: with it, a report needs neither pydantic nor yaml.

Each file has one plan: a line that identifies the program, the bytes of the plan's files, a checksum, and the plan as
JSON. A file that is incomplete, not a cached plan, or of another program or user is ignored.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import chain, islice, repeat
from pathlib import Path
from types import NoneType
from typing import Any
from zlib import crc32

from msgspec import NODEFAULT, MsgspecError, Struct
from msgspec.json import decode, encode
from msgspec.structs import FieldInfo, fields

from ..checklists import Checklist
from ..errors import InvalidInput
from ..model import AssumedDay, Indicator, Milestone, Plan, ProgrammeTotal, Task
from ..thresholds import Assessment, Observation, ObservedItem, QuarterWeights, Rules
from .files import PlanFiles, program, read_own, write_own

KEPT = 512
"""The most plans in the cache; the oldest are deleted first."""

ROOM = 64 * 1024 * 1024
"""The most bytes of all cached plans together."""

LARGEST = ROOM // 4
"""The most bytes of one cached plan."""

CHECKSUM = 4
"""The number of bytes of a checksum."""

_FOLDERS = (Path(__file__).parent, Path(__file__).parent.parent)
"""The folders of the program whose files determine how a plan is read; a change of a file invalidates the cache."""

_UNUSABLE = (
    *(InvalidInput, OSError, MsgspecError, RecursionError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)
"""The errors that reading a cached plan may raise."""


def recall(folder: Path, files: PlanFiles) -> Plan | None:
    """Return the cached plan for these files.

    Args:
        folder: the folder of the cache.
        files: the current files of the plan.

    Returns:
        The plan; None if the cache has no complete plan of this program for exactly these bytes.
    """
    try:
        content = files.content()
        head = _head(content)
        cached = read_own(folder / _name(content), LARGEST)
        header_length = len(head) + CHECKSUM
        packed = memoryview(cached)[header_length:]
        if not cached.startswith(head) or crc32(packed) != int.from_bytes(cached[len(head) : header_length]):
            return None
        return unpack(decode(packed))
    except _UNUSABLE:
        return None  # a damaged cache is the same as no cache


def keep(folder: Path, files: PlanFiles, plan: Plan) -> None:
    """Write the plan of these files to the cache; errors of writing are ignored."""
    content = files.content()
    with suppress(OSError, ValueError):  # ValueError: a NUL in the folder's name
        packed = encode(pack(plan))
        written = b"".join((_head(content), crc32(packed).to_bytes(CHECKSUM), packed))
        if len(written) > LARGEST:
            return
        write_own(folder / _name(content), written)
        _forget_oldest(folder)


def _name(content: tuple[bytes, bytes | None]) -> str:
    """The name of a cached plan's file; if two plans have the same name, each replaces the other."""
    plan, contacts = content
    return f"{crc32(contacts or b'', crc32(plan)):08x}-{len(plan):x}.plan"


def _head(content: tuple[bytes, bytes | None]) -> bytes:
    """The start of a cached plan's file: a line that identifies the program, and the bytes of the plan's files.

    Raises:
        OSError: the files of the program cannot be listed.
    """
    plan, contacts = content
    sizes = f"{len(plan)} {'-' if contacts is None else len(contacts)}"
    return b"".join((f"jk {program(_FOLDERS)} {sizes}\n".encode(), plan, contacts or b""))


def _forget_oldest(folder: Path) -> None:
    """Delete the oldest plans if there are more than `KEPT` or they take more than `ROOM` bytes."""
    cached = [(file.stat(), file) for file in folder.glob("*.plan")]
    cached.sort(key=lambda one: -one[0].st_mtime_ns)
    total_size = 0
    for number, (about, file) in enumerate(cached, 1):
        total_size += about.st_size
        if number > KEPT or total_size > ROOM:
            file.unlink(missing_ok=True)


# A plan as JSON. All objects of a type are one table: a column for each field, omitted if every value is the default.
# Reading and building column by column takes a few percent of the time of validation.


class _Codec(Struct, frozen=True):
    """Converts the values of a field to JSON and back. `kinds` are the JSON types."""

    kinds: frozenset[type]
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


def _codec(*kinds: type, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> _Codec:
    return _Codec(frozenset(kinds), pack, unpack)


def _same(value: Any) -> Any:
    return value


def _texts(values: list[Any]) -> tuple[str, ...]:
    if not all(type(value) is str for value in values):
        raise TypeError
    return tuple(values)


def _figures(kind: type[Any]) -> _Codec:
    """The codec of thresholds or weights; a decimal is a list with its text, so that it differs from other values."""

    def pack(thing: Any) -> list[Any]:
        values = (getattr(thing, name) for name in kind.__match_args__)
        return [[str(value)] if isinstance(value, Decimal) else value for value in values]

    def unpack(values: list[Any]) -> Any:
        if len(values) != len(kind.__match_args__):
            raise ValueError
        return kind(*(Decimal(value[0]) if isinstance(value, list) else value for value in values))

    return _codec(list, pack=pack, unpack=unpack)


_TEXT = _codec(str, NoneType, pack=_same, unpack=_same)
_NUMBER = _codec(int, NoneType, pack=_same, unpack=_same)
_FLAG = _codec(bool, pack=_same, unpack=_same)
_TEXTS = _codec(list, pack=list, unpack=_texts)
_DAY = _codec(int, pack=date.toordinal, unpack=date.fromordinal)
_START = _codec(  # an assumed day is a negative number
    int,
    pack=lambda day: -day.toordinal() if isinstance(day, AssumedDay) else day.toordinal(),
    unpack=lambda number: AssumedDay.fromordinal(-number) if number < 0 else date.fromordinal(number),
)
_FIGURE = _codec(
    str,
    NoneType,
    pack=lambda figure: None if figure is None else str(figure),
    unpack=lambda text: None if text is None else Decimal(text),
)
_COURSE = _codec(
    list,
    pack=lambda course: [[day.toordinal(), str(value)] for day, value in course.items()],
    unpack=lambda rows: {date.fromordinal(day): Decimal(value) for day, value in rows},
)
_DAY_OR_NONE = _codec(
    int,
    NoneType,
    pack=lambda day: None if day is None else day.toordinal(),
    unpack=lambda number: None if number is None else date.fromordinal(number),
)
_LISTS = _codec(
    dict,
    pack=lambda lists: {name: list(values) for name, values in lists.items()},
    unpack=lambda lists: {name: _texts(values) for name, values in lists.items()},
)
_NAMES = _codec(dict, pack=dict, unpack=lambda names: dict(zip(names, _texts(list(names.values())), strict=True)))


def _packed_observation(observed: Observation | None) -> Any:
    if observed is None:
        return None
    packed = [observed.of, _LISTS.pack(observed.groups), [_ITEM.pack(item) for item in observed.items], observed.method]
    return [*packed, observed.revisit, list(observed.leaders), _WEIGHTS.pack(observed.quarter)]


def _unpacked_observation(packed: Any) -> Observation | None:
    if packed is None:
        return None
    of, groups, items, method, revisit, leaders, weights = packed
    named, lines = _LISTS.unpack(groups), tuple(map(_ITEM.unpack, items))
    return Observation(of, named, lines, method, revisit, _texts(leaders), _WEIGHTS.unpack(weights))


_ITEM, _WEIGHTS = map(_figures, (ObservedItem, QuarterWeights))

_FIELDS: Mapping[type, Mapping[str, _Codec]] = {
    Plan: {
        "year": _NUMBER,
        **dict.fromkeys(("units", "zones", "send_to", "copy_to", "notes"), _TEXTS),
        "rules": _figures(Rules),
        "assessment": _figures(Assessment),
        "observation": _codec(list, NoneType, pack=_packed_observation, unpack=_unpacked_observation),
        "contacts": _NAMES,
        "issued": _DAY_OR_NONE,
        **dict.fromkeys(("collective", "unit_aliases"), _LISTS),
    },
    Task: {
        "deadline": _DAY_OR_NONE,
        "start": _START,
        "planned": _COURSE,
        "weight": _FIGURE,
        **dict.fromkeys(("standing", "key"), _FLAG),
        **dict.fromkeys(("support_units", "formerly", "aliases", "unconfirmed", "notes", "after"), _TEXTS),
    },
    Indicator: {
        **dict.fromkeys(("target", "weight", "baseline"), _FIGURE),
        "per_unit": _FLAG,
        **dict.fromkeys(("planned", "monthly"), _COURSE),
        "unconfirmed": _TEXTS,
    },
    Milestone: {"deadline": _DAY, **dict.fromkeys(("indicators", "unconfirmed", "after", "formerly"), _TEXTS)},
    Checklist: {"items": _TEXTS, "due_in": _NUMBER},
}
"""Type → field → codec; every other field is a text or None."""

_PARTS: Mapping[type, Mapping[str, type]] = {
    Plan: {"tasks": Task, "totals": ProgrammeTotal, "checklists": Checklist},
    Task: {"indicators": Indicator, "milestones": Milestone, "subtasks": Task},
}
"""Type → field with objects → their type. These are in one table, and the field has the number for each object."""


def pack(plan: Plan) -> dict[str, Any]:
    """Convert a plan to values that JSON can encode."""
    return _table(Plan, [plan])


def unpack(packed: Any) -> Plan:
    """Convert the result of `pack` back to a plan.

    Raises:
        TypeError, ValueError, LookupError, ArithmeticError: the value does not come from `pack`.
    """
    plans: list[Plan] = _things(Plan, packed)
    (plan,) = plans
    return plan


def _table(kind: type[Any], things: Sequence[Any]) -> dict[str, Any]:
    """Return the columns of objects of a type, and under "" their number."""
    table: dict[str, Any] = {"": len(things)}
    codecs, parts = _FIELDS.get(kind, {}), _PARTS.get(kind, {})
    for field in fields(kind):
        values = [getattr(thing, field.name) for thing in things]
        if inner := parts.get(field.name):
            if any(values) or field.required:
                table[field.name] = {
                    "counts": list(map(len, values)),
                    "things": _table(inner, list(chain.from_iterable(values))),
                }
        elif set(map(repr, values)) - {repr(_default(field))}:  # compares texts: 1 and 1.0 are equal but not the same
            table[field.name] = list(map(codecs.get(field.name, _TEXT).pack, values))
    return table


def _things(kind: type[Any], table: Any) -> list[Any]:
    """Return the objects of a table; fields without a column have their defaults."""
    count = table[""]
    given = {name: _column(kind, name, table[name], count) for name in kind.__struct_fields__ if name in table}
    if not count:
        return []
    first = kind(**{name: column[0] for name, column in given.items()})
    return list(map(kind, *(given.get(name) or repeat(getattr(first, name)) for name in kind.__struct_fields__)))


def _column(kind: type[Any], name: str, column: Any, count: int) -> Sequence[Any]:
    """Return the values of one field.

    Raises:
        TypeError, ValueError: a value has the wrong type, or the number of values is wrong.
    """
    values: Sequence[Any]
    if inner := _PARTS.get(kind, {}).get(name):
        things = iter(_things(inner, column["things"]))
        values = [tuple(islice(things, number)) for number in column["counts"]]
    else:
        codec = _FIELDS.get(kind, {}).get(name, _TEXT)
        if not set(map(type, column)) <= codec.kinds:
            raise TypeError(name)
        values = column if codec.unpack is _same else list(map(codec.unpack, column))
    if len(values) != count:
        raise ValueError(name)
    return values


def _default(field: FieldInfo) -> Any:
    """The default of a field; `NODEFAULT` if it is required."""
    return field.default if field.default_factory is NODEFAULT else field.default_factory()
