"""The format of the chain is fixed: the hash of an entry must never change."""

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import Clock, append, entry, percent, retraction
from msgspec.structs import replace

from jingkai_cli.errors import LedgerError, Refused
from jingkai_cli.ledger import chain, open_for_writing
from jingkai_cli.ledger.canonical import canonical_fields
from jingkai_cli.ledger.entry_fields import BOUNDS, content, entry_of, plain
from jingkai_cli.ledger.postgres.schema import declared
from jingkai_cli.ledger.writer import differences
from jingkai_cli.model import Entry, Head, Reading

REPORT = Entry(
    kind="report",
    on=date(2016, 2, 29),
    task="11",
    by="林",
    key="2016-02-29/11",
    unit="城镇办",
    received=date(2016, 3, 1),
    readings={
        "percent": Reading(Decimal("40.0")),
        "greened": Reading(Decimal(60), added=True, printed="900亩", unit="城镇办"),
        "felled": Reading(Decimal(-5), added=True),
    },
    note='绿化 "二标段"\n完成',
    evidence=("照片.jpg",),
)
BODY = (
    '{"by":"林","evidence":["照片.jpg"],"key":"2016-02-29/11","kind":"report","note":"绿化 \\"二标段\\"\\n完成",'
    '"on":"2016-02-29","prev_hash":"0000000000000000000000000000000000000000000000000000000000000000",'
    '"printed":{"greened":"900亩"},"readings":{"felled":"+-5","greened":"+60","percent":"40"},"received":"2016-03-01",'
    '"recorded_at":"2016-03-01T02:03:04.000005Z","seq":1,"task":"11","unit":"城镇办","units":{"greened":"城镇办"}}'
)
HASH = "e9539c49ab2b3ea632a140c26510dcb9254da0785eb30ac9d292b0b55209f626"


def test_the_test_vector_never_changes() -> None:
    recorded = chain.link(REPORT, chain.EMPTY, datetime(2016, 3, 1, 2, 3, 4, 5, UTC))
    assert recorded.body == BODY
    assert recorded.hash == HASH
    assert chain.parse(BODY, HASH) == recorded


def verify(path: str) -> tuple[int, str]:
    """The verifier in the documentation: fifteen lines that do not use this program."""
    last = "0" * 64
    number = 0
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT seq, body, hash FROM entries ORDER BY seq").fetchall()
    for number, (seq, body, stored) in enumerate(rows, start=1):
        fields = json.loads(body)
        if (seq, fields["seq"], fields["prev_hash"]) != (number, number, last):
            raise SystemExit(f"entry {number} does not follow the previous entry")
        last = hashlib.sha256(b"jk-ledger-v1\n" + body.encode()).hexdigest()
        if last != stored:
            raise SystemExit(f"entry {number} was changed")
    return number, last


def test_anyone_can_verify_a_ledger(tmp_path: Path) -> None:
    with closing(open_for_writing(str(tmp_path / "ledger.db"), Clock())) as ledger:
        append(ledger, [percent("40"), entry("done"), percent("+5"), retraction(2)])
        assert Head(*verify(str(tmp_path / "ledger.db"))) == ledger.head()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("40", "40"),
        ("40.10", "40.1"),
        ("1E+3", "1000"),
        ("0.000001", "0.000001"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("-2.50", "-2.5"),
    ],
)
def test_a_value_has_one_spelling(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+15", "1E-16", "1E+999999999", "1E-999999999"])
def test_a_value_that_cannot_be_summed_exactly_is_refused(value: str) -> None:
    with pytest.raises(Refused, match="at most 15 digits"):
        content(entry(readings={"percent": Reading(Decimal(value))}))


@pytest.mark.parametrize("text", ["a\0b", "\0", "\\\0", "\ud800"])
def test_nul_and_surrogates_are_refused(text: str) -> None:
    in_a_name = replace(REPORT, readings={text: Reading(Decimal(1))})
    for said in (replace(REPORT, note=text), replace(REPORT, key=text), replace(REPORT, evidence=(text,)), in_a_name):
        with pytest.raises(Refused, match=r"NUL|Unicode"):
            chain.link(said, chain.EMPTY, datetime(2016, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", [r"\u0000", r"\\u0000", "\x1b[31m", "\u202e", "\x7f", "\u2028"])
def test_other_text_is_kept_as_it_is(text: str) -> None:
    recorded = chain.link(replace(REPORT, note=text), chain.EMPTY, datetime(2016, 3, 1, tzinfo=UTC))
    assert chain.parse(recorded.body, recorded.hash).entry.note == text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{}",
        BODY[:-1],
        BODY.replace('"+60"', "60"),
        BODY.replace('"+60"', '"+sixty"'),
        BODY.replace('"11"', '["11"]'),
        BODY.replace("2016-02-29", "2016-02-30"),
        BODY.replace('{"greened":"城镇办"}', '["城镇办"]'),
        "[" * 100_000,
    ],
)
def test_a_foreign_body_is_an_error_not_a_crash(body: str) -> None:
    with pytest.raises(LedgerError, match="jk check"):
        chain.parse(body, HASH)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14))
def test_a_value_survives_its_spelling(value: Decimal) -> None:
    assert Decimal(plain(value)) == value


def test_differences_are_named() -> None:
    other = replace(REPORT, note=None, readings={**REPORT.readings, "percent": Reading(Decimal(41))})
    assert differences(REPORT, other) == ["note", "readings"]
    assert differences(REPORT, replace(REPORT, readings=dict(sorted(REPORT.readings.items())))) == []


def test_the_key_of_a_line_depends_on_its_content_only() -> None:
    key = chain.encode(REPORT).content_key(0)
    assert key == chain.encode(replace(REPORT, by="王", key="other")).content_key(0)
    assert key != chain.encode(REPORT).content_key(1)
    assert key != chain.encode(replace(REPORT, note="other")).content_key(0)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"by":"林","evidence"', '"by":"林", "evidence"'),
        ('"by":"林","evidence":["照片.jpg"]', '"evidence":["照片.jpg"],"by":"林"'),
        ('"by":"林"', '"by":"\\u6797"'),
        ('"by":"林"', '"basis":null,"by":"林"'),
        ('"by":"林"', '"altered":"x","by":"林"'),
        ('"on":"2016-02-29"', '"on":"20160229"'),
        ('"received":"2016-03-01"', '"received":"2016-W09-2"'),
        ("02:03:04.000005Z", "02:03:04.000005+00:00"),
        ("02:03:04.000005Z", "02:03:04.0000050Z"),
        ('"percent":"40"', '"percent":"40.0"'),
        ('"percent":"40"', '"percent":"4E1"'),
        ('"percent":"40"', '"percent":"1234567890123456"'),
        ('"greened":"+60"', '"greened":"+060"'),
        ('"printed":{"greened"', '"printed":{"other"'),
        ('"units":{"greened":"城镇办"}', '"units":{}'),
        ('"seq":1,', '"seq":"1",'),
    ],
)
def test_a_body_in_another_spelling_is_not_canonical(was: str, now: str) -> None:
    assert BODY.count(was) == 1
    assert list(canonical_fields([BODY])) == [json.loads(BODY)]
    other = BODY.replace(was, now)
    assert list(canonical_fields([BODY, other, BODY])) == [json.loads(BODY), None, json.loads(BODY)]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))

READINGS = st.builds(
    Reading, st.decimals(-999, 999, places=3), added=st.booleans(), printed=st.none() | TEXTS, unit=st.none() | TEXTS
)


@given(
    st.builds(
        entry,
        on=st.dates(),
        received=st.none() | st.dates(),
        by=TEXTS,
        key=TEXTS,
        note=st.none() | TEXTS,
        evidence=st.lists(TEXTS).map(tuple),
        ref=st.none() | st.integers(0),
        score=st.none() | st.decimals(0, 100, places=2),
        readings=st.dictionaries(TEXTS, READINGS),
    )
)
def test_every_linked_entry_is_canonical_json_of_its_content(said: Entry) -> None:
    recorded = chain.link(said, chain.EMPTY, datetime(2016, 3, 1, tzinfo=UTC))
    chained = {"prev_hash": "0" * 64, "recorded_at": "2016-03-01T00:00:00.000000Z", "seq": 1}
    by_another = json.dumps(content(said) | chained, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert recorded.body == by_another
    assert list(canonical_fields([recorded.body])) == [json.loads(by_another)]
    assert chain.parse(recorded.body, recorded.hash).entry == replace(said, ref=said.ref or None)


OUTSIDE = {"month": ("2016-99", "2016-13", "3月"), "score": ("1000", "100.1", "-1")}
"""Values beyond the bounds of each field that is not one of a few words."""


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field in BOUNDS for value in OUTSIDE.get(field, ("minor", ""))]
)
def test_a_value_beyond_the_bounds_of_its_field_is_read_nowhere(field: str, value: str) -> None:
    body = json.loads(BODY) | {field: value}
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert list(canonical_fields([written])) == [None]
    with pytest.raises((ArithmeticError, ValueError)):
        entry_of(body)


def test_every_field_of_a_few_words_a_pattern_or_a_range_has_bounds() -> None:
    assert BOUNDS.keys() == {"basis", "shift", "ruling", "month", "score", "source", "severity", "level"}
    assert json.loads(declared())["bounds"] == BOUNDS
