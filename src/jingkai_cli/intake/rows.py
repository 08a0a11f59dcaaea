"""Converts raw lines of a file to entries of the plan's tasks, and collects every fault with its line."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from msgspec import MsgspecError, Struct, convert, msgpack
from msgspec.structs import fields, replace
from pydantic import TypeAdapter, ValidationError

from ..dates import in_year
from ..errors import Finding, InvalidInput, Refused
from ..facts import moved_milestones
from ..figure_reader import read_figure
from ..kinds import NAMES, all_kinds, kind_of
from ..kinds.kind import COMMON, Kind
from ..language import N_, _
from ..ledger.chain import Encoded, encode
from ..model import PERCENT, PROGRAMME, Entry, Plan, Reading, Task
from ..plan.unit_names import UnitAliases, aliases_of, unknown_unit
from ..text import alternatives, near, quoted
from .grid import Where
from .text_files import Line, fault

LEDGER_FIELDS = frozenset({"seq", "recorded_at", "prev_hash", "hash", "retracted_by"})
"""The fields that a ledger adds to an entry: an export contains them, an import ignores them."""

ENTRY_FIELDS = frozenset({f.name for f in fields(Entry)} | {"printed"})
"""The fields that a line may have."""

_OWN = {name for each in all_kinds() for name in each.fields}
"""The fields that only some kinds have."""


def unknown_field(name: str) -> str:
    """The message for a field that does not exist."""
    close = get_close_matches(name, ENTRY_FIELDS, 1)
    known = _("{names}, and those of its kind").format(names=", ".join(sorted(COMMON)))
    hint = _("did you mean '{name}'?").format(name=close[0]) if close else known
    return _("unknown field {name} ({hint})").format(name=quoted(name), hint=hint)


def unknown_task(name: str, plan: Plan) -> str:
    """The message for a task that the plan does not have."""
    close = get_close_matches(name, [t.id for t in plan.every_task()], 1)
    hint = (
        _("did you mean '{name}'?").format(name=close[0])
        if close
        else _("it has {first} to {last}").format(first=plan.tasks[0].id, last=plan.tasks[-1].id)
    )
    return _("task: there is no task {name} in the plan ({hint})").format(name=quoted(name), hint=hint)


def missing(given: Mapping[str, Any], *, all_known: bool) -> list[str]:
    """The messages for fields that an entry of its kind needs and the line does not have.

    With an unknown field (`all_known` is False), that may be a misspelt note: then the kind's own rule is not checked.
    """
    kind = _kind(given)
    needs_task = kind is None or kind.task == "required"
    needed = ("on", *(["task"] if needs_task else ()), "kind", *(kind.required if kind else ()))
    absent = [_("{field} is missing").format(field=name) for name in needed if name not in given]
    return [*absent, *(kind.incomplete(given) if kind and all_known else ())]


def misplaced(given: Mapping[str, Any]) -> list[str]:
    """The messages for fields that do not belong to an entry of its kind."""
    kind = _kind(given)
    if kind is None:
        return []
    text = _("{field} does not belong to an entry of the kind {kind}")
    has_not = _OWN.difference(kind.fields) | ({"task"} if kind.task == "none" else set())
    return [text.format(field=name, kind=kind.name) for name in given if name in has_not]


def _kind(given: Mapping[str, Any]) -> Kind | None:
    name = given.get("kind")
    return kind_of(name) if isinstance(name, str) and name in NAMES else None


def _no_kind(value: Any) -> str:
    """The message for a kind that does not exist."""
    text = _("{field}: found {found} (expected {expected})")
    return text.format(field="kind", found=quoted(_text(value)), expected=alternatives(NAMES))


@lru_cache(1024)  # the lines of a file have few shapes
def _is_complete(kind: str, names: tuple[str, ...]) -> bool:
    """Whether a line of this kind with these fields has all that it needs, and none that belongs to other kinds."""
    given = dict.fromkeys(names, kind)
    return not missing(given, all_known=True) and not misplaced(given)


def type_fault(error: Mapping[str, Any], year: int | None) -> str:
    """The message for an error of pydantic, with examples in the plan's year."""
    field = ".".join(str(part) for part in error["loc"])
    found = error.get("input")
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    message = _("{field}: found {found} (expected {expected})")
    return message.format(field=field, found=quoted(text), expected=in_year(_expected(error), year))


def _expected(error: Mapping[str, Any]) -> str:
    context, kind = error.get("ctx", {}), str(error["type"])
    if kind == "literal_error":  # pydantic lists what it takes in English
        return alternatives(str(context["expected"]).split("'")[1::2])
    if "expected" in context:
        return _(str(context["expected"]))
    if kind.startswith("date"):
        return _("a date such as 2016-06-30")
    if kind.startswith("tuple"):
        return _("a list of texts")
    if kind.startswith(("less_than", "greater_than")):
        return _("a number from 0 to {most}").format(most=100)  # the score is the only number with bounds
    return _("a whole number such as 15") if kind.startswith("int") else _("a text")


_ENTRY = TypeAdapter(Entry)

_PATTERNED = frozenset({"month", "score"})
"""The fields whose text must match a pattern, besides dates."""

_KNOWN = ENTRY_FIELDS | LEDGER_FIELDS

_NAMED = (dict, tuple)
"""The types of lines with field names: an entry, and the header of a CSV."""

_LONGEST_SEQ = 16  # digits; no ledger has that many entries


class Row(Struct, frozen=True, array_like=True):
    """One line of a file, converted to an entry."""

    where: Where
    encoded: Encoded
    """The entry, and its encoded form in the ledger."""
    absent_fields: frozenset[str]
    """The fields that were added to those of the line: `by`, `key`, `received`, or the date of import of a form."""
    seq: int | None
    """The number of the entry in the ledger from which the line was exported."""
    retracted_by: int | None
    """The number of its retraction in that ledger."""
    in_form: str | None = None
    """Its place in a form. If a later version of the form has another value there, the entry is replaced."""
    as_given: Encoded | None = None
    """The entry with the units as the line writes them, if recorded differently; earlier versions recorded this one."""

    @property
    def entry(self) -> Entry:
        """The entry of the line."""
        return self.encoded.entry


def entries(
    file: str, lines: Iterable[Line], plan: Plan, typist: str, units: UnitAliases | None = None
) -> Iterator[Row]:
    """Yield the entries of a file; `typist` is used for lines without `by`.

    Units are replaced by the plan's names for them; `units` records which.

    Raises:
        InvalidInput: the file has faults; lists all of them by line. After the first one no more rows are yielded.
    """
    faults: list[Finding] = []
    seen: Counter[int] = Counter()
    keys: dict[int, Where] = {}  # by the hash of a key: a third of the memory
    unknown_names: set[str] = set()
    subjects, units = plan.subjects(), units or aliases_of(plan)
    for where, line in lines:
        if isinstance(line, Finding):
            faults.append(line)
            continue
        if isinstance(line, tuple) and not ENTRY_FIELDS.intersection(line):
            raise InvalidInput([fault(file, where, _(_NO_NAMES))])
        names = line if isinstance(line, _NAMED) and not _KNOWN.issuperset(line) else ()
        fresh = [name for name in names if name not in _KNOWN and name not in unknown_names]
        unknown_names.update(fresh)  # an unknown column is reported once, not for every line
        faults += (fault(file, where, unknown_field(name) + _instead(name, names)) for name in fresh)
        if isinstance(line, tuple):
            continue
        try:
            row = _row(where, line, plan, subjects, typist, seen, units)
        except Refused as refused:
            faults.append(fault(file, where, str(refused)))
            continue
        except _Faulty as faulty:
            faults += (fault(file, where, message) for message in faulty.messages)
            continue
        key = row.encoded.entry.key
        first = keys.setdefault(hash(key), where)
        if first != where:
            text = _("key '{key}' was already used in line {line}")
            faults.append(fault(file, where, text.format(key=key, line=first)))
        if not faults:
            yield row
    if faults:
        raise InvalidInput(faults)


def _instead(name: str, names: Iterable[str]) -> str:
    """The hint for an unknown field, for example if the file is a unit's own table; empty if there is none."""
    if "kind" not in names:
        return _("; a unit's own table needs a map of its columns: `jk import FILE --suggest-map` writes one")
    return _("; a percentage is a reading: readings: percent=40") if name == PERCENT else ""


_NO_NAMES = N_(
    "the first line must name the columns: on, task, kind, … (a unit's own table needs a map of its columns: "
    "`jk import FILE --suggest-map` writes one)"
)


class _Faulty(Exception):
    """A line has faults."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(*messages)
        self.messages = messages


def _row(  # noqa: C901, PLR0913, PLR0917 - a line, and what it is read with
    where: Where, line: Any, plan: Plan, tasks: Mapping[str, Task], typist: str, seen: Counter[int], units: UnitAliases
) -> Row:
    if not isinstance(line, dict):
        raise _Faulty(
            [_("this is not an object (expected fields such as {example})").format(example='{"on": "2016-03-31"}')]
        )
    messages: list[str] = []
    given = {
        name: value
        for name, value in line.items()
        if name in ENTRY_FIELDS and (value.strip() if type(value) is str else value or value is False)
    }
    task = tasks.get(_text(given.get("task", PROGRAMME)))
    if "task" in given and task is None:
        messages.append(unknown_task(_text(given["task"]), plan))
    shape = tuple(given)
    if not _is_complete(str(given.get("kind")), shape):
        messages += missing(given, all_known=line.keys() <= _KNOWN) + misplaced(given)
    kind = _kind(given)
    if kind and kind.known_unit and "unit" in given:
        messages += unknown_unit(units.unit_of(_text(given["unit"])), plan)
    readings = _readings(given, task, given.get("unit", units.reporter), messages)
    given.pop("printed", None)
    bare = {**given, "by": given.get("by", typist), "key": given.get("key", "-"), "readings": readings}
    bare.setdefault("task", PROGRAMME)
    if kind is None and "kind" in given:
        messages.append(_no_kind(given["kind"]))
        bare["kind"] = ""
    try:
        entry = _entry(bare)
    except ValidationError as error:
        messages += [type_fault(dict(e), plan.year) for e in error.errors(include_url=False) if e["type"] != "missing"]
    if messages or task is None:
        raise _Faulty(messages)
    if entry.task != task.id or entry.milestone:
        entry = replace(entry, task=task.id, milestone=_milestone(plan, entry, task))
    encoded = encode(entry)
    if "key" not in given:
        encoded = encoded.with_key(_content_key(encoded, seen))
    numbers = _number(line, "seq"), _number(line, "retracted_by")
    named = units.named(encoded.entry)
    if named is encoded.entry:
        return Row(where, encoded, _absent_fields(shape), *numbers)
    as_given, encoded = encoded, encode(named)
    if "key" not in given and "unit" not in given:  # the same figures of another unit are another entry
        encoded = encoded.with_key(_content_key(encoded, seen))
    return Row(where, encoded, _absent_fields(shape), *numbers, as_given=as_given)


@lru_cache(1024)
def _absent_fields(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset({"by", "key", "received"}.difference(names))


def _entry(fields: dict[str, Any]) -> Entry:
    """Return the entry with these fields. Texts and ISO dates are converted without pydantic, which is slower.

    Raises:
        ValidationError: the fields are not those of an entry.
    """
    if _PATTERNED.isdisjoint(fields):
        try:
            entry = convert(fields, Entry)
            msgpack.encode(entry)  # refuses surrogates
        except (MsgspecError, UnicodeError):
            pass
        else:
            return entry
    checked: Entry = _ENTRY.validate_python(fields, extra="forbid")
    return checked


def _content_key(encoded: Encoded, seen: Counter[int]) -> str:
    """The key for a line without one; `seen` counts the identical lines of the file."""
    key = encoded.content_key(0)
    content = hash(key)
    ordinal = seen[content]
    seen[content] += 1
    return encoded.content_key(ordinal) if ordinal else key


def _number(line: Mapping[str, Any], name: str) -> int | None:
    if name not in line:
        return None
    text = str(line[name])
    return int(text) if text.isdecimal() and len(text) < _LONGEST_SEQ else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _milestone(plan: Plan, entry: Entry, task: Task) -> str | None:
    """The id of an entry's milestone, or None; a milestone that moved to a sub-task keeps its former name."""
    if entry.milestone is None:
        return None
    milestone = task.milestone(entry.milestone)
    if milestone is None and (task.id, entry.milestone) in moved_milestones(plan):
        return entry.milestone
    if milestone is None:
        text = _("task {task} has no milestone {name} {hint}")
        hint = near(entry.milestone, [m.id for m in task.milestones])
        raise _Faulty([text.format(task=task.id, name=quoted(entry.milestone), hint=hint)])
    return milestone.id


def _readings(given: Mapping[str, Any], task: Task | None, unit: str | None, messages: list[str]) -> dict[str, Reading]:
    raw, printed = given.get("readings", {}), given.get("printed", {})
    if not isinstance(raw, dict) or not isinstance(printed, dict):
        messages.append(_('readings: expected an object such as {"percent": "40", "greened": "+60"}'))
        return {}
    readings: dict[str, Reading] = {}
    if task is None:
        return {}
    for name, value in raw.items():
        try:
            series, reading = read_figure(name, _text(value), task, unit)
        except Refused as refused:
            messages.append(_("readings: {why}").format(why=refused))
            continue
        if series in readings:
            messages.append(_("readings: {name} is given twice").format(name=name))
        readings[series] = replace(reading, printed=printed[name]) if name in printed else reading
    return readings
