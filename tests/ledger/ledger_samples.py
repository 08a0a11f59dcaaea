"""Shared by the tests of the ledger: a clock, and sample entries with defaults for all other fields."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from msgspec.structs import replace

from jingkai_cli.ledger import open_for_writing
from jingkai_cli.ledger.protocol import WritableLedger, Writer
from jingkai_cli.model import Entry, Reading, Recorded

ZONE = timezone(timedelta(hours=8))
BEGUN = datetime(2016, 3, 1, 2, 3, 4, 5, UTC)
DAY = date(2016, 3, 1)


class Clock:
    """A clock that tests set; it advances by a second each time it is read."""

    def __init__(self, moment: datetime = BEGUN) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


Begin = Callable[[Clock], WritableLedger]

_keys = count(1)


REQUIRED: dict[str, dict[str, Any]] = {
    "retract": {"note": "误报"},
    "reopen": {"note": "未完成"},
    "extend": {"deadline": date(2016, 12, 1), "note": "雨", "approved_by": "组长", "basis": "document"},
    "problem": {"note": "积水", "responsible": "执法局", "deadline": date(2016, 4, 1)},
    "score": {"unit": "城镇办", "month": "2016-03", "score": Decimal(90)},
    "object": {"unit": "城镇办", "note": "不同意"},
    "ruling": {"ruling": "upheld", "note": "维持"},
    "decision": {"note": "研究经费", "meeting": "第1次", "responsible": "城镇办"},
    "settled": {"ref": 1},
    "issued": {
        "number": "经开督〔2016〕3号",
        "level": "blue",
        "note": "11 绿化 逾期3天",
        "head": f"0:{'0' * 64}",
        "responsible": "城镇办",
        "deadline": date(2016, 12, 8),
        "evidence": (f"城镇办.docx sha256:{'a' * 64}",),
    },
    "reply": {"ref": 1, "number": "经开督〔2016〕3号", "note": "已补齐"},
    "receipt": {"ref": 1, "number": "经开督〔2016〕3号"},
    "inspection": {"checklist": "dust", "site": "3", "inspectors": ("甲", "乙"), "failed": ("围挡",)},
    "adopt": {"plan": "a: 1", "plan_sha256": sha256(b"a: 1").hexdigest()},
}
"""Fields that a kind requires, as defaults for tests."""


def entry(kind: Any = "report", task: str = "11", on: date = DAY, **fields: Any) -> Entry:
    return Entry(kind, on, task, **{"by": "lin", "key": f"k{next(_keys)}", **REQUIRED.get(kind, {}), **fields})


def percent(value: str, **fields: Any) -> Entry:
    """A report of a total, or of an increment if the value begins with `+`."""
    return entry(readings={"percent": reading(value)}, **fields)


def reading(value: str, unit: str | None = None) -> Reading:
    return Reading(Decimal(value.removeprefix("+")), added=value.startswith("+"), unit=unit)


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def append(ledger: WritableLedger, entries: Iterable[Entry]) -> list[Recorded]:
    return ledger.write(appending(entries))


def appending(entries: Iterable[Entry]) -> Callable[[Writer], list[Recorded]]:
    return lambda writer: [writer.append(said) for said in entries]


def retraction(seq: int, **fields: Any) -> Entry:
    return replace(entry("retract", **fields), ref=seq)


REPORTED = st.builds(
    lambda task, on, readings: entry(task=task, on=days(on), readings=readings),
    st.sampled_from(["11", "old"]),
    st.integers(0, 12),
    st.dictionaries(
        st.sampled_from(["percent", "greened"]),
        st.builds(Reading, st.integers(-99, 99).map(Decimal), st.booleans(), unit=st.sampled_from([None, None, "A"])),
        min_size=1,
    ),
)


def take(steps: list[Entry | int], writer: Writer) -> None:
    """Append an entry, or retract the unretracted one that the number selects."""
    for step in steps:
        if isinstance(step, Entry):
            writer.append(step)
            continue
        standing = [one.seq for one in writer.entries() if one.entry.kind != "retract"]
        if fresh := sorted({*standing} - {*writer.retracted_by(standing)}):
            writer.append(retraction(fresh[step % len(fresh)]))


def beginning(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    """Return a function that creates a new ledger on each call, in the store of the fixture parameter."""
    numbers = count(1)

    def place() -> str:
        if request.param == "sqlite":
            return str(tmp_path / f"ledger {next(numbers)}.db")
        made: str = request.getfixturevalue("server").ledger()
        return made

    with ExitStack() as opened:
        yield lambda clock: opened.enter_context(closing(open_for_writing(place(), clock)))
